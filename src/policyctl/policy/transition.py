"""Joining dated versions into one policy: their order, their agreement, and the transition that each change needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import msgspec

from policyctl.calendar import following
from policyctl.exact import plain
from policyctl.policy.file import start_of
from policyctl.policy.form import (
    Carry,
    Conversion,
    EntryKind,
    LedgerMoves,
    Policy,
    Settings,
    Transition,
    Version,
    Words,
    canonical,
)
from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic, Findings
from policyctl.source.nearest import nearest

if TYPE_CHECKING:
    from policyctl.policy.lower import Lowered

_AGREED = ("timezone", "currency", "identities", "annulment", "judge_by")
"""Settings that are the same in all versions of a policy."""

_CARRY: dict[str, Carry] = {
    "carry": "carry",
    "carry_as_here": "carry_as_here",
    "drop": "drop",
    "drop_still_counted": "drop_still_counted",
    "convert": "convert",
}


def join(parts: Sequence[Lowered], findings: Findings, complete: bool) -> Policy:
    """One policy from its versions; `parts` have one name and at least one member. Where not `complete`, some file
    could not be read and may hold a version that is missing here."""
    undated = [part for part in parts if part.version.since is None]
    if len(parts) > 1 and undated:
        for part in undated:
            if part.head.date_known:
                _missing_version(part, findings)
        # Without dates there is no order in which to look at the versions.
        return _policy(parts, [part.version for part in parts])
    ordered = sorted(parts, key=_begins)
    _check_settings(ordered, findings)
    _check_first(ordered[0], findings, complete)
    versions = [ordered[0].version]
    for before, after in pairwise(ordered):
        change = None if _same_date(before, after, findings) else _Change(before, after, findings, complete).read()
        versions.append(msgspec.structs.replace(after.version, transition=change))
    return _policy(ordered, versions)


def _policy(parts: Sequence[Lowered], versions: Sequence[Version]) -> Policy:
    said = {name: said for part in parts for name, said in part.said.items()}
    readings = tuple(reading for part in parts for reading in part.readings)
    notes = tuple(note for part in parts for note in part.notes)
    label = next((part.label for part in reversed(parts) if part.label is not None), None)
    return canonical(Policy(parts[0].name, tuple(versions), Words(said, readings, notes, label)))


def _begins(part: Lowered) -> tuple[str, str]:
    """When a version begins, for sorting. What it is asked of has a date that can be read, or stands alone."""
    since = part.version.since
    return ("" if since is None else part.head.zone.read(since).isoformat(), part.file.source.name)


# --- what all versions share ------------------------------------------------------------------------------------------


def _missing_version(part: Lowered, findings: Findings) -> None:
    findings.error(
        "missing-version",
        part.file.place,
        f"`{part.name}` has several files, and this one does not say from when it is in force",
        part.file.add("version 2020-04-28"),
    )


def _same_date(before: Lowered, after: Lowered, findings: Findings) -> bool:
    if before.version.since != after.version.since:
        return False
    findings.error(
        "version-twice",
        after.file.place,
        f"version {after.version.since} of `{after.name}` stands in two files",
        "give one of them another date, or remove the file that no longer holds",
        other=(before.file.place, "the other is here"),
    )
    return True


def _check_settings(parts: Sequence[Lowered], findings: Findings) -> None:
    known = [part for part in parts if not part.file.header_unread]
    if len(parts) < 2 or not known:
        return
    first = known[0]
    said_anywhere = next((p.version.settings.judge_by for p in known if p.version.settings.judge_by is not None), None)
    if said_anywhere is None:
        findings.error(
            "missing-judge-by",
            first.file.place,
            "the policy has several versions and does not say which date of a ticket chooses the one that judges it",
            f"{first.file.add('judge by effective', 'judge by issued', 'judge by occurred')}, in every version",
        )
    for part in known[1:]:
        for setting in _AGREED:
            if setting != "timezone" or (first.head.zone_known and part.head.zone_known):
                _check_setting(first, part, setting, findings)


def _check_setting(first: Lowered, part: Lowered, setting: str, findings: Findings) -> None:
    held, said = _said(first.version.settings, setting), _said(part.version.settings, setting)
    if held == said or (setting == "annulment" and not (held and said)):
        # Where no fine clears, nothing depends on what an annulment does to a clearing.
        return
    word = setting.replace("_", " ")
    lacking, other = (first, part) if not held else (part, first)
    if held and said:
        message = (
            f"version {part.version.since} says `{word} {said}`, and version {first.version.since} `{word} {held}`"
        )
        help = f"write `{word} {held}` here too, or change the other version"
    else:
        message = f"version {lacking.version.since} does not say `{word}`, and version {other.version.since} does"
        help = lacking.file.add(f"{word} {held or said}")
    findings.error(
        "versions-disagree",
        lacking.file.place,
        message,
        help,
        other=(other.file.place, f"version {other.version.since}"),
    )


def _said(settings: Settings, setting: str) -> str:
    """A setting as it is written; empty where nothing is said."""
    value = getattr(settings, setting)
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value).replace("_", " ")


def _check_first(part: Lowered, findings: Findings, complete: bool) -> None:
    statement = part.transition_from
    if statement is None or not complete:
        return
    findings.found.append(
        Diagnostic(
            "transition-without-previous",
            f"version {statement.previous.text} of `{part.name}` is not among these files, so nothing is carried over",
            start_of(statement),
            "read the folder that holds both versions, or leave the transition out",
            severity="warning",
        )
    )


# --- from one version to the next -------------------------------------------------------------------------------------


class _Change:
    """What the newer of two versions says of what the older leaves behind."""

    def __init__(self, before: Lowered, after: Lowered, findings: Findings, complete: bool) -> None:
        self._before, self._after, self._findings, self._complete = before, after, findings, complete
        self._since = before.version.since or ""
        self._new = {fact.name for fact in after.version.facts if isinstance(fact, EntryKind)}
        self._moves: dict[str, LedgerMoves] = {}
        self._meant: set[str] = set()
        self._unknown = 0
        self._fines: Literal["carry", "drop"] | None = None
        self._sanctions: Literal["carry", "drop"] | None = None
        self._reached: Literal["as_reached", "rearm"] | None = None

    def read(self) -> Transition | None:
        """The transition; everything that matters must be said."""
        statement = self._after.transition_from
        if statement is None:
            self._report_missing()
            return None
        if self._after.previous is None or not self._since.startswith(self._after.previous):
            self._report_other_version(statement)
            return None
        for line in statement.lines:
            if isinstance(line.what, tree.Name):
                self._ledger(line, line.what)
            else:
                self._other(line, line.what.word)
        self._report_silence(statement)
        return Transition(
            previous=self._since,
            ledgers=tuple(self._moves[name] for name in sorted(self._moves)),
            fines=self._fines or "carry",
            sanctions=self._sanctions or "carry",
            reached=self._reached or "as_reached",
        )

    def _old(self) -> list[str]:
        return sorted(fact.name for fact in self._before.version.facts if isinstance(fact, EntryKind))

    def _quoted(self) -> list[str]:
        return [f"`{ledger}`" for ledger in self._old()] or ["none"]

    def _report_missing(self) -> None:
        if self._after.file.unread.may_be("TRANSITION") or self._after.file.two_in_one:
            return
        lines = [f"`{ledger} carry`" for ledger in self._old()] + ["`fines carry`", "`sanctions carry`"]
        self._findings.error(
            "missing-transition",
            self._after.file.place,
            f"version {self._after.version.since} follows version {self._since} and does not say what becomes of its"
            " points, fines and sanctions",
            f"add `transition from {self._since}:` and below it, indented, {', '.join(lines)}; or `drop` where it ends",
        )

    def _report_other_version(self, statement: tree.TransitionStatement) -> None:
        if self._after.previous is None or not self._complete:
            # The date was reported, or the version that is meant stands in a file that was.
            return
        self._findings.error(
            "wrong-previous-version",
            statement.previous.span,
            f"the version before this one is {self._since}, not {self._after.previous}",
            f"write `transition from {self._since}:`",
            other=(self._before.file.place, f"version {self._since}"),
        )

    def _twice(self, line: tree.TransitionLine, what: str) -> None:
        self._findings.error(
            "transition-says-twice",
            line.span,
            f"the transition speaks of `{what}` twice",
            "leave one of the lines out",
        )

    def _ledger(self, line: tree.TransitionLine, name: tree.Name) -> None:
        ledger = self._before.names.get(name.text, ("ledger",))
        if ledger is None:
            self._no_such_ledger(name)
            return
        carry = _CARRY.get(line.verb)
        if ledger.name in self._moves:
            self._twice(line, ledger.name)
        elif carry is not None:
            into = self._into(line)
            if (
                carry in ("carry", "carry_as_here")
                and ledger.name not in self._new
                and not self._after.file.unread.may_be("LEDGER")
            ):
                self._findings.error(
                    "carried-nowhere",
                    line.span,
                    f"`{ledger.name}` is carried into a version that has no such ledger",
                    f"write `{name.text} drop`, or declare `ledger {ledger.name}` in this version",
                )
            elif carry == "convert" and into is None and line.into is None and ledger.name not in self._new:
                self._findings.error(
                    "carried-nowhere",
                    line.span,
                    f"`{ledger.name}` is converted in a version that has no such ledger",
                    f"say into which ledger: `{name.text} convert into LEDGER …`",
                )
            if carry in ("carry", "carry_as_here") and (day := self._reset_missed(ledger.name)) is not None:
                self._findings.found.append(
                    Diagnostic(
                        "reset-on-first-day",
                        f"the reset of `{ledger.name}` on {day}, the first day of this version, does not happen",
                        line.span,
                        "resets come before a change of version, and the version before has none then: write"
                        f" `{name.text} drop`, or let this version begin a day earlier",
                        severity="warning",
                    )
                )
            table = self._table(line)
            self._moves[ledger.name] = LedgerMoves(ledger.name, carry, self._after.spared.get(line.span), table, into)

    def _reset_missed(self, ledger: str) -> str | None:
        """The day on which this version begins, if its ledger would be reset just then and that of the one before would
        not."""
        since, zone = self._after.version.since, self._after.head.zone
        if since is None:
            return None
        at = zone.read(since)

        def resets(version: Version) -> bool:
            every = next((one.every for one in version.periods if one.ledger == ledger), None)
            return every is not None and following(every, at - timedelta(microseconds=1), zone) == at

        return since if resets(self._after.version) and not resets(self._before.version) else None

    def _into(self, line: tree.TransitionLine) -> str | None:
        """The ledger of the new version into which one is converted."""
        if line.into is None:
            return None
        found = self._after.names.get(line.into.text, ("ledger",))
        if found is None:
            near = nearest(line.into.text, sorted(self._new))
            help = f"did you mean `{near}`?" if near is not None else f"declare `ledger {line.into.text}`"
            message = f"this version has no ledger `{line.into.text}`"
            self._findings.error("undeclared-name", line.into.span, message, help)
        return None if found is None else found.name

    def _table(self, line: tree.TransitionLine) -> tuple[Conversion, ...]:
        """The table of a conversion, by its lower ends; no two lines of it speak of one balance."""
        found: list[tuple[tree.Conversion, Conversion]] = []
        for row in line.table:
            if row.compare not in (None, ">=") or (row.upper is not None and row.upper.value < row.lower.value):
                self._findings.error(
                    "conversion-form",
                    row.span,
                    f"`{' '.join(row.span.text.split())}` does not say which balances become another one",
                    "write `4 to 5 -> 2`, `18 -> 8`, or `>= 18 -> 8` for the last",
                )
                continue
            upper = None if row.upper is None else row.upper.value
            found.append((row, Conversion(row.lower.value, upper, row.becomes.value)))
        found.sort(key=lambda one: one[1].lower)
        for (row, one), (again, other) in pairwise(found):
            if one.upper is None or other.lower <= one.upper:
                self._findings.error(
                    "conversion-form",
                    again.span,
                    f"a balance of {plain(other.lower)} is converted twice",
                    "give each balance one line",
                    other=(row.span, "here as well"),
                )
        return tuple(one for _, one in found)

    def _no_such_ledger(self, name: tree.Name) -> None:
        if self._before.file.unread.may_declare(name.text) or self._before.names.missing(name.text):
            # Why the older version lacks it was said there.
            return
        if self._after.names.get(name.text, ("ledger",)) is not None:
            help = "leave this line out: a ledger that is new starts empty"
        else:
            meant = nearest(name.text, self._old())
            self._meant.update([meant] if meant is not None else [])
            self._unknown += meant is None
            help = f"did you mean `{meant}`?" if meant is not None else f"its ledgers are {_and(self._quoted())}"
        self._findings.error("undeclared-name", name.span, f"version {self._since} has no ledger `{name.text}`", help)

    def _other(self, line: tree.TransitionLine, word: str) -> None:
        said = {"fines": self._fines, "sanctions": self._sanctions, "reached": self._reached}[word]
        if said is not None:
            self._twice(line, word)
            return
        match word, line.verb:
            case "reached", ("as_reached" | "rearm") as verb:
                self._reached = verb
            case "fines", ("carry" | "drop") as verb:
                self._fines = verb
            case "sanctions", ("carry" | "drop") as verb:
                self._sanctions = verb
            case _:
                self._wrong_verb(line, word)
                # It was said, only not in these words.
                self._fines = "carry" if word == "fines" else self._fines
                self._sanctions = "carry" if word == "sanctions" else self._sanctions

    def _wrong_verb(self, line: tree.TransitionLine, word: str) -> None:
        written = " ".join(line.span.text.split())
        self._findings.error(
            "transition-verb",
            line.span,
            f"{word} are carried or dropped, and `{written}` says something else",
            f"write `{word} carry` or `{word} drop`",
        )

    def _report_silence(self, statement: tree.TransitionStatement) -> None:
        """One finding for everything that is left open."""
        if statement.span in self._after.file.unread.cut:
            return
        silent = [ledger for ledger in self._old() if ledger not in self._moves and ledger not in self._meant]
        if len(silent) <= self._unknown:
            # Each line on an unknown ledger was meant for one of these.
            silent = []
        what = [f"the points of `{ledger}`" for ledger in silent]
        add = [f"`{ledger} carry`" for ledger in silent]
        for word, said, called in (
            ("fines", self._fines, "open fines"),
            ("sanctions", self._sanctions, "running sanctions"),
        ):
            if said is None:
                what.append(called)
                add.append(f"`{word} carry`")
        if what:
            self._findings.error(
                "transition-is-silent",
                start_of(statement),
                f"the transition does not say what becomes of {_and(what)}",
                f"add {_and(add)}, each on a line of its own, or `drop` where it ends"
                if len(add) > 1
                else f"add {add[0]}, or `{add[0].strip('`').removesuffix('carry')}drop`",
            )


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
