"""The header of a file: the time zone, the version's date, and the choices that hold for the whole policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from policyctl.instants import Length, Zone
from policyctl.policy.conditions import Conditions
from policyctl.policy.dates import day
from policyctl.policy.effects import Effects
from policyctl.policy.facts import NUMBERS
from policyctl.policy.file import PolicyFile
from policyctl.policy.form import After, Condition, DateName, Has, Is, Settings, atoms
from policyctl.policy.lengths import length
from policyctl.policy.names import Names
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.nearest import nearest
from policyctl.source.printer import expression_text
from policyctl.source.text import Span

Annulment = Literal["refunds_and_revives", "stays_cleared"]

_SHANGHAI = ("beijing", "asia/beijing", "china", "cst", "utc+8", "gmt+8", "utc+08", "gmt+08")
"""What is often written for the clocks of China; `CST` is four zones, and an offset is none."""

_DATE_NAMES: dict[str, DateName] = {word: word for word in get_args(DateName)}
_ANNULMENTS: dict[str, Annulment] = {word: word for word in get_args(Annulment)}


@dataclass(frozen=True, slots=True)
class Head:
    """What a header says first. `zone` is UTC where `zone_known` is False. `since` is the version's date; it is None
    where the file gives none, and where (`date_known` False) what it gives cannot be read."""

    clauses: Mapping[str, tree.Setting]
    zone: Zone
    zone_known: bool
    since: str | None
    date_known: bool

    @property
    def currency(self) -> str | None:
        """The currency of fines, as it is written."""
        clause = self.clauses.get("currency")
        return clause.value.text if clause is not None and isinstance(clause.value, tree.Name) else None


def read_head(file: PolicyFile, findings: Findings) -> Head:
    """The clauses of the header, those of the standard vocabulary where the file says nothing."""
    clauses = _clauses(file, findings)
    zone = _zone(clauses, findings)
    used = zone if zone is not None else Zone("UTC")
    version = clauses.get("version")
    since = None
    if version is not None and isinstance(version.value, tree.Date):
        since = day(version.value, used, findings)
    known = not file.header_unread and (version is None or since is not None)
    return Head(clauses, used, zone is not None, since, known)


def settings(
    file: PolicyFile,
    head: Head,
    identities: tuple[str, ...],
    days_off: tuple[tuple[str, ...], tuple[str, ...]],
    names: Names,
    effects: Effects,
    conditions: Conditions,
    findings: Findings,
) -> Settings:
    """The choices for the whole policy; `days_off` are the holidays, and the days worked in their place. Comes last:
    what must be said depends on what the rules do."""
    if not file.header_unread:
        _report_missing(file, head.clauses, names, effects, findings)
    return Settings(
        timezone=head.zone.name,
        identities=identities,
        currency=head.currency,
        count_by=_DATE_NAMES.get(_word(head.clauses, "count_by"), "issued"),
        judge_by=_DATE_NAMES.get(_word(head.clauses, "judge_by")),
        annulment=_ANNULMENTS.get(_word(head.clauses, "annulment")),
        late_until=_late_until(head.clauses, findings),
        wait_for_final=_wait_for_final(head.clauses.get("points_have_no_effect"), conditions, findings),
        stale=stale(head.clauses.get("no_tickets"), findings),
        appeals=stale(head.clauses.get("no_appeals"), findings),
        delay=_delay(head.clauses.get("points_take_effect"), findings),
        holidays=days_off[0],
        workdays=days_off[1],
    )


def _late_until(clauses: Mapping[str, tree.Setting], findings: Findings) -> Length | None:
    clause = clauses.get("late_tickets")
    if clause is None or not isinstance(clause.value, tree.Quantity):
        return None
    return length(clause.value, findings, "no `late tickets until`")


def stale(clause: tree.Setting | None, findings: Findings) -> After | None:
    """When tickets, or appeals, are too late."""
    if clause is None or not isinstance(clause.value, tree.Quantity):
        return None
    lasts = length(clause.value, findings, f"no `{clause.setting.replace('_', ' ')} more than`")
    return None if lasts is None else After(lasts, date_name(clause) or "occurred")


def _wait_for_final(clause: tree.Setting | None, conditions: Conditions, findings: Findings) -> bool | Condition:
    """Which tickets wait to be final: all, none, or those of which something holds. It is asked before anything is
    posted, so only of what a ticket says of itself."""
    if clause is None or clause.where is None:
        return clause is not None
    where = conditions.of_fact(clause.where)
    for atom in () if where is None else atoms(where):
        word = isinstance(atom, Is) and atom.field not in ("ledger", "fine")
        number = isinstance(atom, Has) and atom.length is None and atom.field not in NUMBERS
        if not (word or number):
            findings.error(
                "asked-of-a-fact",
                clause.where.span,
                f"`{expression_text(clause.where)}` is not known before the ticket takes effect",
                "ask what the ticket says of itself: its offence, severity, key, occasion, or an attribute",
            )
            return True
    return True if where is None else where


def _delay(clause: tree.Setting | None, findings: Findings) -> After | None:
    if clause is None or not isinstance(clause.value, tree.Quantity):
        return None
    lasts = length(clause.value, findings, "`points have no effect until final`")
    return None if lasts is None else After(lasts, date_name(clause) or "issued")


def date_name(clause: tree.Setting | None) -> DateName | None:
    """The date of a ticket that a clause names."""
    if clause is None:
        return None
    return _DATE_NAMES.get(clause.dated.word if clause.dated else getattr(clause.value, "word", ""))


def _word(clauses: Mapping[str, tree.Setting], setting: str) -> str:
    clause = clauses.get(setting)
    return clause.value.word if clause is not None and isinstance(clause.value, tree.Word) else ""


def _clauses(file: PolicyFile, findings: Findings) -> dict[str, tree.Setting]:
    found: dict[str, tree.Setting] = {}
    for header in (s for s in file.standard if isinstance(s, tree.PolicyHeader)):
        found.update({c.setting: c for c in header.clauses if isinstance(c, tree.Setting)})
    own: dict[str, tree.Setting] = {}
    for clause in (c for c in file.clauses if isinstance(c, tree.Setting)):
        if clause.setting in own:
            findings.error(
                "setting-twice",
                clause.span,
                f"`{clause.setting.replace('_', ' ')}` is said twice",
                "leave one of them out",
                other=(own[clause.setting].span, "first said here"),
            )
        own.setdefault(clause.setting, clause)
    return {**found, **own}


def _zone(clauses: Mapping[str, tree.Setting], findings: Findings) -> Zone | None:
    clause = clauses.get("timezone")
    if clause is None or not isinstance(clause.value, tree.Name):
        return None
    name = clause.value.text
    try:
        return Zone(name)
    except KeyError:
        findings.error("unknown-timezone", clause.value.span, f"there is no time zone `{name}`", _zone_meant(name))
        return None


def _zone_meant(name: str) -> str:
    if name.casefold() in _SHANGHAI:
        return "write `Asia/Shanghai`, the official time of China"
    near = nearest(name, _zones()) or next((zone for zone in _zones() if _last_part(zone) == _last_part(name)), None)
    if near is not None:
        return f"did you mean `{near}`?"
    return "write a continent and a city, such as `Asia/Shanghai` or `Europe/Berlin`"


def _last_part(zone: str) -> str:
    return zone.rpartition("/")[2].casefold()


@cache
def _zones() -> tuple[str, ...]:
    return tuple((files("tzdata") / "zones").read_text("utf-8").split())


def _report_missing(
    file: PolicyFile, clauses: Mapping[str, tree.Setting], names: Names, effects: Effects, findings: Findings
) -> None:
    # Where `use standard` was forgotten, it would give the time zone as well.
    if "timezone" not in clauses and not names.lacks_standard:
        findings.error(
            "missing-timezone",
            file.place,
            "the policy does not say its time zone",
            file.add("timezone Asia/Shanghai"),
        )
    header: tuple[Span, str] | None = None
    if file.header is not None:
        header = (file.header.name.name.span, "it belongs below this line")
    if "currency" not in clauses and effects.fines.needs_currency is not None and not names.lacks_standard:
        findings.error(
            "missing-currency",
            effects.fines.needs_currency,
            "the policy has a fine and does not say its currency",
            _currency(file, clauses),
            other=header,
        )
    if "annulment" not in clauses and effects.fines.needs_annulment is not None and not names.lacks_standard:
        findings.error(
            "missing-annulment",
            effects.fines.needs_annulment,
            "it is not said whether the points that this fine clears come back when their ticket is annulled",
            file.add("annulment refunds and revives", "annulment stays cleared"),
            other=header,
        )


def _currency(file: PolicyFile, clauses: Mapping[str, tree.Setting]) -> str:
    """How to add the currency: that of China on its clocks; elsewhere nobody knows it but the writer."""
    zone = clauses.get("timezone")
    if zone is None or "Asia/Shanghai" in zone.span.text:
        return file.add("currency CNY")
    return f"{file.add('currency EUR')}, or what else its money is"
