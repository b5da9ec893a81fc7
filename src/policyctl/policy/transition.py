"""Joining dated versions into one policy: their order, their agreement, and the transition that each change needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from policyctl.instants import BadInstant, Zone
from policyctl.policy.form import EntryKind, LedgerMoves, Policy, Transition, Version, Words
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.text import Span

if TYPE_CHECKING:
    from policyctl.policy.lower import Lowered

_AGREED = ("timezone", "currency", "identities", "annulment", "judge_by")
_HOW = "`transition from {}:` and below it a line for each ledger, `fines carry` or `drop`, `sanctions carry` or `drop`"


def join(parts: Sequence[Lowered], findings: Findings) -> Policy:
    """One policy from its versions; `parts` have one name and at least one member."""
    if len(parts) > 1:
        for part in parts:
            if part.version.since is None:
                findings.error(
                    "missing-version",
                    _place(part),
                    f"`{part.name}` has several files, and this one has no version",
                    "add `version 2020-04-28` under `policy NAME`",
                )
        if any(part.version.since is None for part in parts):
            return _policy(parts, [part.version for part in parts])
    zone = Zone(parts[0].version.settings.timezone)
    ordered = sorted(parts, key=lambda part: _instant(part, zone))
    versions = [ordered[0].version]
    for before, after in zip(ordered, ordered[1:], strict=False):
        _check_pair(before, after, findings)
        versions.append(msgspec.structs.replace(after.version, transition=transition(before, after, findings)))
    if len(ordered) > 1 and ordered[0].version.settings.judge_by is None:
        findings.error(
            "missing-judge-by",
            _place(ordered[0]),
            "the policy has several versions and does not say which date of a ticket chooses the version that judges it",
            "add `judge by effective` (or `issued`, or `occurred`) under `policy NAME` in each version",
        )
    return _policy(ordered, versions)


def _policy(parts: Sequence[Lowered], versions: Sequence[Version]) -> Policy:
    said = {name: said for part in parts for name, said in part.said.items()}
    readings = tuple(reading for part in parts for reading in part.readings)
    notes = tuple(note for part in parts for note in part.notes)
    label = next((part.label for part in reversed(parts) if part.label is not None), None)
    return Policy(parts[0].name, tuple(versions), Words(said, readings, notes, label))


def _instant(part: Lowered, zone: Zone) -> str:
    if part.version.since is None:
        return ""
    try:
        return zone.read(part.version.since).isoformat()
    except BadInstant:
        return ""


def _place(part: Lowered) -> Span:
    return (
        part.header.name.name.span if part.header is not None else Span(part.source, 0, min(1, len(part.source.text)))
    )


def _check_pair(before: Lowered, after: Lowered, findings: Findings) -> None:
    if before.version.since == after.version.since:
        findings.error(
            "version-twice",
            _place(after),
            f"version {after.version.since} of `{after.name}` stands in two files",
            "give each version a date of its own",
            other=(_place(before), "the other is here"),
        )
    for setting in _AGREED:
        old, new = getattr(before.version.settings, setting), getattr(after.version.settings, setting)
        if old != new and not (setting == "annulment" and None in (old, new)):
            word = setting.replace("_", " ")
            findings.error(
                "versions-disagree",
                _place(after),
                f"version {after.version.since} says another `{word}` than version {before.version.since}",
                f"`{word}` is the same in all versions of a policy",
                other=(_place(before), "the version before"),
            )


def transition(before: Lowered, after: Lowered, findings: Findings) -> Transition | None:
    """What happens between two versions; everything that matters must be said."""
    since = before.version.since or ""
    statement = after.transition_from
    if statement is None:
        findings.error(
            "missing-transition",
            _place(after),
            f"version {after.version.since} does not say what becomes of what version {since} leaves behind",
            "add " + _HOW.format(since),
        )
        return None
    if statement.previous.text != since and not since.startswith(statement.previous.text):
        findings.error(
            "wrong-previous-version",
            statement.previous.span,
            f"the version before this one is {since}, not {statement.previous.text}",
            f"write `transition from {since}:`",
        )
    old = {fact.name for fact in before.version.facts if isinstance(fact, EntryKind)}
    new = {fact.name for fact in after.version.facts if isinstance(fact, EntryKind)}
    moves: dict[str, LedgerMoves] = {}
    others: dict[str, str] = {}
    for line in statement.lines:
        if isinstance(line.what, tree.Name):
            _ledger_line(line, line.what, before, new, moves, findings)
        else:
            _other_line(line, line.what, others, findings)
    for ledger in sorted(old - set(moves)):
        _unsaid(
            statement,
            f"the entries of `{ledger}`",
            f"add `{ledger} carry`, `{ledger} drop`, or `{ledger} drop, still counted`",
            findings,
        )
    for word, what in (("fines", "open fines"), ("sanctions", "running sanctions")):
        if word not in others:
            _unsaid(statement, what, f"add `{word} carry` or `{word} drop`", findings)
    return Transition(
        previous=since,
        ledgers=tuple(moves[name] for name in sorted(moves)),
        fines=others.get("fines", "carry"),  # type: ignore[arg-type]
        sanctions=others.get("sanctions", "carry"),  # type: ignore[arg-type]
        reached=others.get("reached", "as_reached"),  # type: ignore[arg-type]
    )


def _ledger_line(
    line: tree.TransitionLine,
    name: tree.Name,
    before: Lowered,
    new: set[str],
    moves: dict[str, LedgerMoves],
    findings: Findings,
) -> None:
    ledger = before.names.get(name.text, ("ledger",))
    if ledger is None:
        findings.error(
            "undeclared-name",
            name.span,
            f"version {before.version.since} has no ledger `{name.text}`",
            before.names.nearest(name.text, ("ledger",)),
        )
    elif ledger.name in moves:
        findings.error(
            "transition-says-twice", line.span, f"the transition speaks of `{ledger.name}` twice", "say it once"
        )
    elif line.verb not in ("carry", "drop", "drop_still_counted"):
        findings.error(
            "transition-verb",
            line.span,
            f"entries are carried or dropped, and `{line.span.text}` says neither",
            f"write `{ledger.name} carry` or `{ledger.name} drop`",
        )
    else:
        if line.verb == "carry" and ledger.name not in new:
            findings.error(
                "carried-nowhere",
                line.span,
                f"`{ledger.name}` is carried into a version that does not have it",
                f"write `{ledger.name} drop`, or declare the ledger",
            )
        moves[ledger.name] = LedgerMoves(ledger.name, line.verb)


def _other_line(line: tree.TransitionLine, word: tree.Word, others: dict[str, str], findings: Findings) -> None:
    allowed = ("as_reached", "rearm") if word.word == "reached" else ("carry", "drop")
    if word.word in others:
        findings.error(
            "transition-says-twice", line.span, f"the transition speaks of `{word.word}` twice", "say it once"
        )
    elif line.verb not in allowed:
        right = (
            "`reached as reached` or `reached re-arm`"
            if word.word == "reached"
            else f"`{word.word} carry` or `{word.word} drop`"
        )
        findings.error("transition-verb", line.span, f"`{line.span.text}` does not fit here", f"write {right}")
    others.setdefault(word.word, line.verb)


def _unsaid(statement: tree.TransitionStatement, what: str, help: str, findings: Findings) -> None:
    findings.error("transition-is-silent", statement.span, f"the transition does not say what becomes of {what}", help)
