"""Which sanction runs, of several of one name, and until when each of its parts does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from policyctl.instants import Length, Zone
from policyctl.policy.form import Overlap, Version
from tests.second_reader.facts import Imposed


def runs_at(zone: Zone, rule: str, own: list[Imposed], at: datetime) -> Imposed | None:
    """The sanction that runs at an instant. `own` are all of one name that were not dropped, in the order of start and
    decision; of several that run (`later`), the one that ends last is shown, with the later end of each part."""
    shown = [s for s in arranged(zone, rule, own) if s.start <= at and (s.until is None or at < s.until)]
    if not shown:
        return None
    last = max(shown, key=lambda s: (s.until is None, s.until or at))
    bundles = [s for s in (last, *shown) if [name for name, _ in s.parts] != [s.name]] or [last]
    ends = dict(bundles[0].parts)
    for name, end in (part for s in bundles for part in s.parts):
        held = ends.setdefault(name, end)
        ends[name] = None if end is None or held is None else max(held, end)
    return replace(last, parts=tuple(ends.items()))


def waits_at(zone: Zone, rule: str, own: list[Imposed], at: datetime) -> list[Imposed]:
    """The sanctions that have been imposed and have not begun, since the one before still runs, or their own start is
    to come: whatever they will meet then."""
    return [s for s in (arranged(zone, rule, own) if rule == "consecutive" else own) if s.start > at]


def ran(
    zone: Zone, rule: str, own: list[Imposed], drops: list[datetime]
) -> Iterator[tuple[str, datetime, datetime | None]]:
    """Each stretch in which sanctions of one name ran, with its decision; a `drop` ended all that began before it."""
    for since, until in pairwise([None, *sorted(drops), None]):
        these = [s for s in own if (since is None or s.start >= since) and (until is None or s.start < until)]
        for s in arranged(zone, rule, sorted(these, key=lambda s: (s.start, s.decision))):
            yield s.decision, s.start, min((end for end in (s.until, until) if end is not None), default=None)


def rule_of(version: Version | None, name: str) -> str:
    """How sanctions of a name overlap."""
    choices = version.choices if version is not None else ()
    return next((c.rule for c in choices if isinstance(c, Overlap) and c.sanction == name), "later")


def arranged(zone: Zone, rule: str, own: list[Imposed]) -> list[Imposed]:
    """What really runs, and when."""
    shown: list[Imposed] = []
    for s in own:
        last = shown[-1] if shown else None
        if rule == "later" or last is None or (last.until is not None and last.until <= s.start):
            shown.append(s)
        elif rule == "heaviest":
            if _duration(s) >= _duration(last):
                shown[-1] = replace(last, until=s.start)
                shown.append(s)
        elif rule == "extends":
            ends = dict(last.parts)
            for (name, end), length in zip(s.parts, s.lengths, strict=True):
                over = ends.get(name, end)
                if s.until_said:
                    ends[name] = None if end is None or over is None else max(over, end)
                else:
                    ends[name] = _later(zone, over and max(over, s.start), length, s) if name in ends else end
            parts = tuple(ends.items())
            shown[-1] = replace(last, parts=parts, until=_longest(parts), joined=(*last.joined, s.decision))
        elif last.until is not None and s.until_said:
            if s.until is None or last.until < s.until:
                shown.append(replace(s, start=last.until))
        elif last.until is not None:
            parts = tuple(
                (name, _later(zone, last.until, n, s)) for (name, _), n in zip(s.parts, s.lengths, strict=True)
            )
            shown.append(replace(s, start=last.until, parts=parts, until=_longest(parts)))
    return shown


def _later(zone: Zone, start: datetime | None, length: Length | timedelta | None, of: Imposed) -> datetime | None:
    if start is None or length is None:
        return None
    end = start + length if isinstance(length, timedelta) else zone.after(start, length)
    return end if of.most is None else min(end, zone.after(start, of.most))


def _longest(parts: tuple[tuple[str, datetime | None], ...]) -> datetime | None:
    ends = [end for _, end in parts if end is not None]
    return max(ends) if len(ends) == len(parts) else None


def _duration(sanction: Imposed) -> timedelta:
    return timedelta.max if sanction.until is None else sanction.until - sanction.start
