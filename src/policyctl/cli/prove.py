"""`policyctl prove`: what is so for all histories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyctl.cli import inputs, output
from policyctl.cli.options import Form, Language, Out, Policies

if TYPE_CHECKING:
    from policyctl.analyse.findings import Found
    from policyctl.analyse.prove import Proved

EXAMPLES = """\b
Examples:
  policyctl prove rules.policy
      the properties that stand in the file
  policyctl prove policies/shop --findings
      and what exploring it finds: rules that can never fire, and the like
  policyctl prove rules.policy --histories witnesses/
      the histories that refute something, each as a file for `policyctl explain`

Exit status: 0 all is proved; 1 something is refuted, or found; 3 something
holds only for histories of at most so many events; 4 something is not known;
2 the input or the usage is wrong. The gravest counts.
"""


def prove(
    paths: Policies = None,
    findings: Annotated[
        bool, typer.Option("--findings", help="Also look for what is hardly meant, such as rules that can never fire.")
    ] = False,
    identity: Annotated[str | None, typer.Option(metavar="NAME", help="For this identity alone.")] = None,
    any_points: Annotated[
        bool, typer.Option("--any-points", help="Tickets may carry points of their own for every ledger.")
    ] = False,
    states: Annotated[int, typer.Option(help="How many states may be looked at, for each question.")] = 200_000,
    seconds: Annotated[float, typer.Option(help="How long it may take, for each question.")] = 60.0,
    histories: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write the histories that show something there.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the text.")] = Language.en,
    format: Annotated[Form, typer.Option(help="Form of the output.")] = Form.text,
    out: Out = None,
) -> None:
    """Prove the properties that stand in policy files, for all histories; or show the history that refutes one.

    PROVED is for all histories without late tickets, appeals and overrides; REFUTED comes with a history that
    `policyctl explain` replays; BOUNDED and UNKNOWN say what stands in the way. Nothing is passed over.
    """
    from policyctl.analyse.case import cases
    from policyctl.analyse.findings import findings as find
    from policyctl.analyse.prove import prove as prove_one

    compiled = inputs.policies(paths or [])
    errors = [one for each in compiled for one in each.findings if one.severity == "error"]
    if errors:
        output.fail_with(errors)
    proved: list[Proved] = []
    found: list[Found] = []
    for each in compiled:
        for name, policy in each.policies.items():
            if policy is None:
                continue
            if identity is not None:
                inputs.check_identity(identity, policy)
            for stated in each.properties[name]:
                _check_date(policy, stated)
                proved += prove_one(policy, stated, states, seconds, any_points, identity)
            if findings:
                found += [find(case, states, seconds) for case in cases(policy, None, identity, any_points)]
    if not proved and not findings:
        output.say("there are no properties in these files; --findings looks for what is hardly meant")
    if histories is not None:
        _write(proved, found, histories)
    if format is Form.json:
        from policyctl.analyse.prove_json import prove_as_json

        output.write(output.as_json(prove_as_json(proved, found), spread=True), out)
    else:
        from policyctl.analyse.prove_page import prove_lines

        width, ascii_only = output.page(out)
        lines = prove_lines(proved, found, lang=lang.value, width=width, ascii_only=ascii_only)
        colour = output.coloured(sys.stdout, out)
        output.write("".join(f"{line.coloured() if colour else line.plain}\n" for line in lines), out)
    status = _status(proved, found)
    if status:
        raise typer.Exit(status)


def _check_date(policy: object, stated: object) -> None:
    """Ends with status 2 where a property names a version that there is not."""
    from policyctl.policy.form import Policy
    from policyctl.policy.properties import Property

    assert isinstance(policy, Policy)
    assert isinstance(stated, Property)
    dates = {version.since for version in policy.versions if version.since is not None}
    if stated.date is not None and stated.date not in dates:
        place = f"{stated.span.source.name}:{stated.span.line}"
        help = output.nearest(stated.date, dates)
        output.fail("no-such-version", f"the policy has no version of {output.shown(stated.date)}", help, place)


def _status(proved: list[Proved], found: list[Found]) -> int:
    """The exit status: the gravest of all verdicts."""
    from policyctl.analyse.prove import GRAVITY

    status = max((GRAVITY[one.word] for one in proved), default=0)
    for one in found:
        for finding in one.findings:
            status = max(status, output.FOUND if finding.decided else GRAVITY[finding.word])
    return status


def _write(proved: list[Proved], found: list[Found], folder: Path) -> None:
    from policyctl.analyse.prove_json import histories_of

    folder.mkdir(parents=True, exist_ok=True)
    for name, history in histories_of(proved, found):
        output.write(output.as_json(history, spread=True), folder / name)
