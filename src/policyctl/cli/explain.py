"""`policyctl explain`: replay a merchant's history and explain every decision."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from policyctl.cli import inputs, output
from policyctl.cli.options import At, Form, History, KnownAt, Language, Merchant, Out, PolicyPath

if TYPE_CHECKING:
    from policyctl.compare.record import Comparison
    from policyctl.history.events import Account
    from policyctl.policy.form import Policy
    from policyctl.replay.answer import Answer

EXAMPLES = """\b
Examples:
  policyctl explain history.json
      what holds now, by the policy found here or the shipped one
  policyctl explain history.json --policy rules.policy --at 2021-03-14
      what holds after that midnight, by rules.policy
  policyctl explain history.json --at 2022-01-05 --known-at 2022-01-02
      what holds on 5 January, by what was on record on the 2nd
  policyctl explain history.json --decision short_ban@T-97 --lang zh
      one decision, in Chinese
  policyctl explain history.json --at 2021-03-26 --compare
      where the platform imposed something else, and why
  policyctl explain shops.ndjson --format json --out answers.ndjson
      many accounts, one answer a line
  policyctl explain rules.policy --merchant "two bans" --at 2021-03-14
      what a test tells, as a page
  export-history m-1042 | policyctl explain - --format json
      from standard input

Exit status: 0 explained; 1 explained, but an event had to be left out, or
--compare found a difference; 2 the input or the usage is wrong, or --strict
and an event is wrong.
"""


def explain(
    history: History,
    policy: PolicyPath = None,
    at: At = None,
    known_at: KnownAt = None,
    merchant: Merchant = None,
    identity: Annotated[str | None, typer.Option(metavar="NAME", help="Tell of this identity alone.")] = None,
    decision: Annotated[str | None, typer.Option(metavar="ID", help="Tell of this decision alone.")] = None,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare", help="Compare with what the platform recorded that it imposed (`decided` events), with causes."
        ),
    ] = False,
    lang: Annotated[Language, typer.Option(help="Language of the text.")] = Language.en,
    format: Annotated[Form, typer.Option(help="Form of the output.")] = Form.text,
    out: Out = None,
    strict: Annotated[bool, typer.Option("--strict", help="No answer at all if any event is wrong.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No messages beside the explanation.")] = False,
) -> None:
    """Replay a merchant's history and explain every decision.

    Says what was imposed and why, entry by entry, where each identity stands, and which rules did not fire and why not.
    """
    from policyctl.replay.replay import replay

    asked = inputs.asked(history, policy, at, known_at, merchant, identity, quiet)
    told: list[str] = []
    problems: list[str] = []
    ids: set[str] = set()
    differs = False
    for account in output.progress(asked.accounts, "accounts", quiet):
        answer = replay(asked.policy, account, asked.at, asked.known, decision)
        problems += output.left_out(answer)
        own = {one.id for one in answer.every_decision() if identity in (None, one.identity)}
        ids |= own
        if decision is None or decision in own:
            comparison = _compared(asked.policy, account, answer, identity, decision, compare)
            differs |= compare and comparison is not None and comparison.different > 0
            if format is Form.json:
                told.append(_object(answer, identity, decision, comparison, asked.alone))
            else:
                told.append(_page(answer, identity, decision, comparison, compare, lang, out))

    output.tell_of(problems, refused=asked.refused(strict, problems), told=format is Form.json and not quiet)
    if decision is not None and not told:
        _no_such_decision(decision, identity, ids)
    output.write(("" if format is Form.json else "\n").join(told), out)
    if asked.broken or problems or differs:
        raise typer.Exit(output.WRONG_INPUT if asked.broken else output.FOUND)


def _no_such_decision(decision: str, identity: str | None, ids: set[str]) -> NoReturn:
    whose = "" if identity is None else f" of `{identity}`"
    help = output.nearest(decision, ids, "no rule has fired by that instant")
    output.fail("decision-not-found", f"there is no decision {output.shown(decision)}{whose}", help)


def _compared(
    policy: Policy, account: Account, answer: Answer, identity: str | None, decision: str | None, causes: bool
) -> Comparison | None:
    """What the platform recorded beside the answer, where it recorded anything."""
    if not answer.recorded:
        return None
    from policyctl.compare.compare import compare

    comparison = compare(policy, account, answer, causes)
    return None if comparison is None else comparison.of(identity, decision)


def _object(
    answer: Answer, identity: str | None, decision: str | None, comparison: Comparison | None, alone: bool
) -> str:
    """The answer as JSON: spread over lines where it is the only one, else on one line."""
    from policyctl.explain.as_json import as_json

    return output.as_json(as_json(answer, identity, decision, comparison), spread=alone)


def _page(
    answer: Answer,
    identity: str | None,
    decision: str | None,
    comparison: Comparison | None,
    compare: bool,
    lang: Language,
    out: Path | None,
) -> str:
    """The answer as a page for people."""
    from policyctl.explain.terminal import lines

    width, ascii_only = output.page(out)
    page = lines(
        answer,
        lang=lang.value,
        width=width,
        identity=identity,
        decision=decision,
        ascii_only=ascii_only,
        comparison=comparison,
        compare=compare,
    )
    colour = output.coloured(sys.stdout, out)
    return "".join(f"{line.coloured() if colour else line.plain}\n" for line in page)
