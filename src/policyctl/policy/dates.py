"""Dates of a policy text."""

from __future__ import annotations

from policyctl.instants import BadInstant, Zone
from policyctl.source import tree
from policyctl.source.diagnostics import Findings


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
