"""`policyctl diff`: what a change of a policy does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from policyctl.cli import inputs, output
from policyctl.cli.options import Form, Language, Out

if TYPE_CHECKING:
    from policyctl.analyse.changes import Asked, Changes
    from policyctl.policy.form import Policy
    from policyctl.policy.load import PolicyText

EXAMPLES = """\b
Examples:
  policyctl diff old.policy new.policy
  policyctl diff main
      the policies that `explain` would look at, against a git revision
  policyctl diff v1:policies/shop policies/shop --identity promoter
  policyctl diff old.policy new.policy --histories witnesses/
      the histories that show it, each as a file for `policyctl explain`

Exit status: 0 no decision differs; 1 one does; 3 none was found with at most
so many events; 4 not known; 2 the input or the usage is wrong.
"""

BOUNDED, UNKNOWN = 3, 4


class _Side(NamedTuple):
    """The policies of one side, each with its text."""

    policies: dict[str, Policy]
    texts: dict[str, str]


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Policy file, folder, or git revision (or REVISION:PATH).")],
    new: Annotated[
        str | None,
        typer.Argument(metavar="NEW", help="The same. [default: the policies that `explain` would look at]"),
    ] = None,
    offence: Annotated[str | None, typer.Option(metavar="NAME", help="Only this offence is committed.")] = None,
    identity: Annotated[str | None, typer.Option(metavar="NAME", help="Of this identity alone.")] = None,
    rule: Annotated[str | None, typer.Option(metavar="NAME", help="Only what this rule or ladder decides.")] = None,
    any_points: Annotated[
        bool, typer.Option("--any-points", help="Tickets may carry points of their own for every ledger.")
    ] = False,
    states: Annotated[int, typer.Option(help="How many states may be looked at.")] = 200_000,
    seconds: Annotated[float, typer.Option(help="How long it may take, for each comparison.")] = 60.0,
    histories: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write the histories that show a difference there.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the text.")] = Language.en,
    format: Annotated[Form, typer.Option(help="Form of the output.")] = Form.text,
    out: Out = None,
) -> None:
    """Say what a change of a policy does: in its text, in its parts, and in what it decides.

    Either the same is decided on every history, and that is proved; or the shortest history is shown on which it is
    not, as two futures side by side, for each way in which the new one is stricter or milder.
    """
    from policyctl.analyse.changes import Asked, changes

    place = _place(old, new)
    left, right = _side(old, place), _side(new, place)
    asked = Asked(offence, identity, rule, any_points)
    names = [name for name in left.policies if name in right.policies]
    if not names and len(left.policies) == len(right.policies) == 1:
        # renamed, or files without a header, which are called like their files
        [before], [name] = left.policies, right.policies
        left.policies[name], left.texts[name] = left.policies.pop(before), left.texts.pop(before)
        names = [name]
    found = []
    for name in names:
        _check(asked, left.policies[name], right.policies[name])
        texts = left.texts[name], right.texts[name]
        found.append(changes(left.policies[name], right.policies[name], texts, asked, states, seconds))
    apart = sorted(left.policies.keys() ^ right.policies.keys())
    _written(found, histories)
    if format is Form.json:
        from policyctl.analyse.as_json import diff_as_json

        output.write(output.as_json(diff_as_json(found, apart, left.policies.keys()), spread=True), out)
    else:
        output.write(_page(found, apart, left, lang, out), out)
    _exit(found, apart)


def _exit(found: list[Changes], apart: list[str]) -> None:
    """End with the gravest of what was found."""
    if apart or any(one.answer == "different" for one in found):
        raise typer.Exit(output.FOUND)
    undecided = [one for one in found if one.answer == "undecided"]
    if undecided:
        bounds = [c.verdict.bound for one in undecided for c in one.compared if not c.verdict.proved]
        raise typer.Exit(UNKNOWN if any(one.outside for one in undecided) or not all(bounds) else BOUNDED)


def _place(old: str, new: str | None) -> Path:
    """Where the files of a revision are looked for: where those of the other side are."""
    from policyctl.policy.load import find

    for one in (new, old):
        if one is not None and Path(one).exists():
            return Path(one)
    return find(None, Path.cwd()).path


def _side(name: str | None, place: Path) -> _Side:
    from policyctl.cli.revisions import is_revision, texts_at
    from policyctl.policy.load import compile_texts, find, read

    texts: list[PolicyText]
    if name is not None and not Path(name).exists() and is_revision(name):
        at = texts_at(name, place)
        if at is None:
            help = "name a path of it: `REVISION:PATH`"
            output.fail("no-policy-files", f"{output.shown(name)} holds no policy file there", help)
        texts = at
    else:
        with inputs.no_policy_explained(name):
            texts = read(place if name is None else find(Path(name), Path()).path)
    compiled = compile_texts(texts)
    errors = [one for one in compiled.findings if one.severity == "error"]
    if errors:
        output.fail_with(errors)
    policies = {name: policy for name, policy in compiled.policies.items() if policy is not None}
    return _Side(policies, {name: _text(policy, texts) for name, policy in policies.items()})


def _text(policy: Policy, texts: list[PolicyText]) -> str:
    """What the files of a policy say, one behind the other."""
    files = {said.file for said in policy.words.said.values()}
    mine = [text for text in texts if text.shown in files or len(texts) == 1]
    return "\n".join(text.data.decode("utf-8", "replace") for text in mine)


def _check(asked: Asked, old: Policy, new: Policy) -> None:
    """Ends with status 2 where a restriction names nothing."""
    from policyctl.policy.form import Ladder, TicketKind

    versions = (*old.versions, *new.versions)
    if asked.identity is not None:
        for one in (old, new):
            inputs.check_identity(asked.identity, one)
    kinds = {fact.name for version in versions for fact in version.facts if isinstance(fact, TicketKind)}
    kinds |= {name.partition(".")[0] for name in kinds}
    if asked.offence is not None and asked.offence not in kinds:
        help = output.nearest(asked.offence, kinds)
        output.fail("unknown-offence", f"the policy has no offence {output.shown(asked.offence)}", help)
    rules = {rule.name for version in versions for rule in version.rules}
    rules |= {one.name for version in versions for one in version.choices if isinstance(one, Ladder)}
    if asked.rule is not None and asked.rule not in rules:
        help = output.nearest(asked.rule, rules)
        output.fail("unknown-rule", f"the policy has no rule {output.shown(asked.rule)}", help)


def _written(found: list[Changes], folder: Path | None) -> None:
    from policyctl.analyse.as_json import witnesses

    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for one in found:
        for witness in witnesses(one):
            name = f"{witness['policy']}.{witness['identity']}.{witness['class']}.json"
            output.write(output.as_json(witness["history"], spread=True), folder / name)


def _page(found: list[Changes], apart: list[str], left: _Side, lang: Language, out: Path | None) -> str:
    from policyctl.analyse.diff_page import diff_lines

    width, ascii_only = output.page(out)
    here: dict[str, Any] = {"lang": lang.value, "width": width, "ascii_only": ascii_only}
    lines = diff_lines(found, [(name, name in left.policies) for name in apart], **here)
    colour = output.coloured(sys.stdout, out)
    return "".join(f"{line.coloured() if colour else line.plain}\n" for line in lines)
