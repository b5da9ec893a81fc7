"""`policyctl timeline`: every event of a merchant's history and what it changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyctl.cli import inputs, output
from policyctl.cli.options import At, Form, History, KnownAt, Language, Merchant, Out, PolicyPath

if TYPE_CHECKING:
    from policyctl.timeline.rows import Timeline

EXAMPLES = """\b
Examples:
  policyctl timeline history.json
      every event where it took effect, with what it changed
  policyctl timeline history.json --recorded
      when each became known, and what the answer said from then on
  policyctl timeline history.json --at 2022-01-05 --known-at 2022-01-02
      up to 5 January, by what was on record on the 2nd
  policyctl timeline history.json --identity promoter --lang zh
      one identity, in Chinese
  policyctl timeline shops.ndjson --format json --out timelines.ndjson
      many accounts, one timeline a line

Exit status: 0 told; 1 told, but an event had to be left out; 2 the input or
the usage is wrong, or --strict and an event is wrong.
"""


def timeline(
    history: History,
    policy: PolicyPath = None,
    at: At = None,
    known_at: KnownAt = None,
    merchant: Merchant = None,
    recorded: Annotated[
        bool, typer.Option("--recorded", help="In the order in which things came on record, not of effect.")
    ] = False,
    identity: Annotated[str | None, typer.Option(metavar="NAME", help="Tell of this identity alone.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the text.")] = Language.en,
    format: Annotated[Form, typer.Option(help="Form of the output.")] = Form.text,
    out: Out = None,
    strict: Annotated[bool, typer.Option("--strict", help="No answer at all if any event is wrong.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No messages beside the timeline.")] = False,
) -> None:
    """Tell every event of a merchant's history and what it changed.

    Decisions, rescissions and reviews stand in their places, and no event is passed over: not those that count for
    nothing, nor those that are left out.
    """
    from policyctl.timeline.effect import in_order_of_effect
    from policyctl.timeline.recorded import in_order_of_knowledge

    asked = inputs.asked(history, policy, at, known_at, merchant, identity, quiet)
    arranged = in_order_of_knowledge if recorded else in_order_of_effect
    told: list[str] = []
    problems: list[str] = []
    for account in output.progress(asked.accounts, "accounts", quiet):
        found = arranged(asked.policy, account, asked.at, asked.known)
        problems += output.left_out(found.answer)
        told.append(_object(found, identity, asked.alone) if format is Form.json else _page(found, identity, lang, out))

    output.tell_of(problems, refused=asked.refused(strict, problems), told=format is Form.json and not quiet)
    output.write(("" if format is Form.json else "\n").join(told), out)
    if asked.broken or problems:
        raise typer.Exit(output.WRONG_INPUT if asked.broken else output.FOUND)


def _object(found: Timeline, identity: str | None, alone: bool) -> str:
    """The timeline as JSON: spread over lines where it is the only one, else on one line."""
    from policyctl.timeline.as_json import as_json

    return output.as_json(as_json(found, identity), spread=alone)


def _page(found: Timeline, identity: str | None, lang: Language, out: Path | None) -> str:
    """The timeline as a page for people."""
    from policyctl.timeline.page import lines

    width, ascii_only = output.page(out)
    page = lines(found, lang=lang.value, width=width, identity=identity, ascii_only=ascii_only)
    colour = output.coloured(sys.stdout, out)
    return "".join(f"{line.coloured() if colour else line.plain}\n" for line in page)
