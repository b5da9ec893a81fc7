"""Dates of a policy text."""

from __future__ import annotations

from policyctl.instants import BadInstant, Zone
from policyctl.policy.form.conditions import MONTHS
from policyctl.source import tree
from policyctl.source.diagnostics import Findings


def day_of_year(date: tree.Date, month: tree.Word, findings: Findings) -> str | None:
    """A day of every year, `12-01`; None, and reported, where some year does not have it."""
    last = 28 if month.word == "february" else 30 if month.word in ("april", "june", "september", "november") else 31
    if not date.text.isdecimal() or not 1 <= int(date.text) <= last:
        findings.error(
            "bad-date",
            date.span.to(month.span),
            f"`{date.text} {month.word}` is no day of every year",
            f"write a day from 1 to {last}, such as `before {last} {month.word}`",
        )
        return None
    return f"{MONTHS.index(month.word) + 1:02d}-{int(date.text):02d}"


def day(date: tree.Date, zone: Zone, findings: Findings) -> str | None:
    """A date in canonical spelling: the day alone where it is local midnight; None, and reported, where it is none."""
    try:
        instant = zone.read(date.text)
    except BadInstant as error:
        help = error.help or "write a day such as `2020-04-28`, or `2020-04-28 10:00`"
        findings.error("bad-date", date.span, str(error), help)
        return None
    shown = zone.show(instant)
    return shown[:10] if shown[10:19] == "T00:00:00" and "." not in shown else shown
