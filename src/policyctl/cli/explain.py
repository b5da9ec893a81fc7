"""`policyctl explain`: replay a merchant's history and explain every decision."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policyctl.cli import output

if TYPE_CHECKING:
    from policyctl.history.events import Account
    from policyctl.policy.form import Policy
    from policyctl.replay.answer import Answer


class Form(StrEnum):
    """Forms of an explanation."""

    text = "text"
    json = "json"


class Language(StrEnum):
    """Languages of an explanation."""

    en = "en"
    zh = "zh"


def explain(
    history: Annotated[str, typer.Argument(help="A history: JSON, or NDJSON with one account a line; - for standard input.")],
    policy: Annotated[Path | None, typer.Option(help="Policy file or folder. [default: the nearest policyctl.toml or policies folder, else the shipped Kuaishou policy]")] = None,
    at: Annotated[str | None, typer.Option(help="The instant asked about; an event of that instant has happened. [default: now]")] = None,
    identity: Annotated[str | None, typer.Option(help="Only this identity.")] = None,
    decision: Annotated[str | None, typer.Option(help="Only the decision with this id, in full.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the explanation.")] = Language.en,
    format: Annotated[Form, typer.Option(help="Form of the output.")] = Form.text,
    out: Annotated[Path | None, typer.Option(help="File to write to. [default: standard output]")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="No answer for an account with a wrong event; exit status 2.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No messages beside the explanation.")] = False,
) -> None:  # fmt: skip
    """Replay a merchant's history and explain every decision.

    Exit status: 0 explained, 1 a wrong event had to be left out, 2 the input or the usage is wrong.
    """
    from policyctl.replay.replay import replay, zone_of

    chosen = _policy(policy)
    zone = zone_of(chosen)
    instant = output.instant_option(at, zone, "--at") or datetime.now(UTC)
    name, data = output.read_input(history)
    accounts, broken = _accounts(name, data, chosen)
    answers = [replay(chosen, account, instant) for account in accounts]
    if strict and any(answer.incomplete for answer in answers):
        for answer in answers:
            _say_problems(answer)
        raise typer.Exit(output.WRONG_INPUT)
    _check_selection(answers, identity, decision)
    one = len(answers) == 1 and not broken
    if format is Form.json:
        output.write(_json(answers, one and not name.endswith((".ndjson", ".jsonl")), identity, decision), out)
    else:
        _text(answers, lang, identity, decision, out)
    if not quiet and format is Form.json:
        for answer in answers:
            _say_problems(answer)
    if broken:
        raise typer.Exit(output.WRONG_INPUT)
    if any(answer.incomplete for answer in answers):
        raise typer.Exit(output.FOUND)


def _policy(path: Path | None) -> Policy:
    from policyctl.policy.load import NoPolicy, load

    try:
        loaded = load(path, Path.cwd())
    except NoPolicy as error:
        output.fail(error.code, str(error), error.help)
    if isinstance(loaded, list):
        output.fail_with(loaded)
    return loaded


def _accounts(name: str, data: bytes, policy: Policy) -> tuple[list[Account], bool]:
    """The accounts of a file; those that cannot be read are reported, and if there is no other, that is all."""
    from policyctl.history.read import read_bytes
    from policyctl.history.unreadable import Unreadable
    from policyctl.replay.replay import zone_of

    accounts: list[Account] = []
    broken = False
    for one in read_bytes(data, zone_of(policy), name):
        if isinstance(one, Unreadable):
            broken = True
            place = ":".join(str(part) for part in (one.where, one.line, one.column) if part is not None)
            output.say(output.problem(one.code, one.message, one.help, place))
        else:
            accounts.append(one)
    if not accounts:
        raise typer.Exit(output.WRONG_INPUT)
    return accounts, broken


def _check_selection(answers: list[Answer], identity: str | None, decision: str | None) -> None:
    from policyctl.replay.admit import nearest

    if identity is not None:
        known = {status.identity for answer in answers for status in answer.status}
        if identity not in known:
            output.fail("unknown-identity", f"the policy has no identity `{identity}`", nearest(identity, known))
    if decision is not None:
        ids = {one.id for answer in answers for one in answer.decisions}
        if decision not in ids:
            help = nearest(decision, ids) if ids else "no rule has fired by that instant"
            output.fail("unknown-decision", f"there is no decision `{decision}`", help)


def _json(answers: list[Answer], pretty: bool, identity: str | None, decision: str | None) -> str:
    import json

    from policyctl.explain.as_json import as_json

    objects = [as_json(answer, identity, decision) for answer in answers]
    return "".join(json.dumps(one, ensure_ascii=False, indent=2 if pretty else None) + "\n" for one in objects)


def _text(answers: list[Answer], lang: Language, identity: str | None, decision: str | None, out: Path | None) -> None:
    import io

    from rich.console import Console

    from policyctl.explain.terminal import render

    to_terminal = out is None and sys.stdout.isatty()
    console = Console(
        file=io.StringIO(),
        width=None if to_terminal else 100,
        force_terminal=to_terminal,
        no_color=not output.coloured(to_terminal),
        highlight=False,
    )
    for number, answer in enumerate(answers):
        if number:
            console.print()
        console.print(render(answer, lang=lang.value, width=console.width, identity=identity, decision=decision))
    assert isinstance(console.file, io.StringIO)
    output.write(console.file.getvalue(), out)


def _say_problems(answer: Answer) -> None:
    """The events that were left out, for people, beside a JSON answer."""
    for one in answer.anomalies:
        if one.error:
            output.say(
                output.problem(one.code, one.message, one.help, f"{answer.merchant}, event {one.event or 'without id'}")
            )
