"""What `incurred(…)`, `live(…)` and `count(…)` read: of which ledgers or offences, and over what time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from policyctl.exact import plain
from policyctl.instants import Length
from policyctl.policy.facts import Where
from policyctl.policy.form import Last, Lately, Previous, Read, Since, Sort
from policyctl.policy.lengths import length
from policyctl.policy.names import KINDS, Declared, Names
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.nearest import nearest
from policyctl.source.printer import expression_text


class Counts:
    """Resolves counts and sums of points. `offences` are the offences of the text by name, for their severities;
    `where` resolves what stands behind that word, and `periodic` are the ledgers that are reset."""

    def __init__(
        self,
        names: Names,
        findings: Findings,
        offences: Mapping[str, tree.OffenceStatement],
        where: Where,
        periodic: tuple[str, ...] = (),
    ) -> None:
        self._names, self._findings, self._offences = names, findings, offences
        self._where, self._periodic = where, periodic

    def spell(self, text: str) -> str:
        """`offence.severity` as it was declared, where a part of it was written by its label."""
        offence = self._offence_of(text)
        if offence is None:
            return text
        return f"{offence[0].name}.{self._severity_of(*offence) or offence[1]}"

    def read(self, counted: tree.Counted) -> Read | None:
        """What a count or a sum of points reads; None, and reported, where it cannot be read."""
        if counted.fines:
            return self._read(counted, (), "fine")
        if not counted.names:
            return self._read(counted, (), "ticket") if counted.function == "count" else self._no_points(counted)
        told = counted.function == "incurred" and all(self._names.get(one.text, ("metric",)) for one in counted.names)
        if counted.function in ("incurred", "live") and not told:
            return self._points(counted)
        found: dict[Sort, dict[tree.Name, str]] = {}
        for name in counted.names:
            if not self._resolve(name, found):
                return None
        if len(found) > 1:
            apart = (expression_text(replace(counted, names=tuple(group))) for group in found.values())
            self._findings.error(
                "mixed-count",
                counted.span,
                "entries of a ledger and tickets for an offence are counted together"
                if found.keys() == {"entry", "ticket"}
                else "things of different kinds are counted together",
                f"count them apart: `{' + '.join(apart)}`",
            )
            return None
        [(sort, group)] = found.items()
        if counted.function != "count" and sort not in ("entry", "metric", "act"):
            self._no_number(counted, sort)
            return None
        return None if self._named_twice(counted, list(group.values())) else self._read(counted, group.values(), sort)

    def _no_number(self, counted: tree.Counted, sort: Sort) -> None:
        self._findings.error(
            "wrong-kind-of-name",
            counted.names[0].span,
            f"`{counted.function}(…)` looks at numbers, and a {sort} is none",
            f"name a metric or a ledger, or count: `{expression_text(replace(counted, function='count'))}`",
        )

    def offences(self, names: Sequence[tree.Name]) -> tuple[str, ...] | None:
        """Offences, or severities of them, by their names; None, and reported, where one is not."""
        found: list[str] = []
        for name in names:
            offence = None if self._names.get(name.text, ("offence",)) else self._offence_of(name.text)
            if offence is not None:
                severity = self._severity(name, *offence)
            else:
                known = self._names.find(name, "offence")
                severity = None if known is None else known.name
            if severity is None:
                return None
            found.append(severity)
        return tuple(sorted(set(found)))

    def _resolve(self, name: tree.Name, into: dict[Sort, dict[tree.Name, str]]) -> bool:
        """What a name in `count(…)` means; False, and reported, where it means nothing."""
        offence = None if name.quoted or self._names.get(name.text, KINDS["count"]) else self._offence_of(name.text)
        if offence is not None:
            severity = self._severity(name, *offence)
            if severity is not None:
                into.setdefault("ticket", {})[name] = severity
            return severity is not None
        found = self._names.find(name, "count")
        if found is not None:
            into.setdefault(_SORTS[found.kind], {})[name] = found.name
        return found is not None

    def _no_points(self, counted: tree.Counted) -> Read | None:
        ledger = tree.Name(self._names.example("ledger", "general"), counted.span)
        self._findings.error(
            "points-of-tickets",
            counted.span,
            f"`{expression_text(counted)}` adds up points, and tickets have none: the ledgers have them",
            f"write `{expression_text(replace(counted, function='count'))}` for the number of tickets, or name"
            f" ledgers: `{expression_text(replace(counted, names=(ledger,)))}`",
        )
        return None

    def _points(self, counted: tree.Counted) -> Read | None:
        found = [self._names.find(name, "ledger") for name in counted.names]
        ledgers = [one.name for one in found if one is not None]
        if len(ledgers) < len(found) or self._named_twice(counted, ledgers):
            return None
        return self._read(counted, ledgers, "entry")

    def _named_twice(self, counted: tree.Counted, names: Sequence[str]) -> bool:
        for place, name in enumerate(names):
            for other in names[:place]:
                same = name == other
                # A ledger may have a dot in its name; in that of a ticket's kind it stands before the severity.
                within = counted.function == "count" and (name.startswith(f"{other}.") or other.startswith(f"{name}."))
                if not same and not (within and self._names.get(other, ("ledger",)) is None):
                    continue
                inner, outer = sorted((name, other), key=len, reverse=True)
                self._findings.error(
                    "named-twice",
                    counted.names[place].span,
                    f"`{name}` is named twice" if same else f"`{outer}` counts `{inner}` already",
                    f"name `{inner}` once" if same else f"leave `{inner}` out",
                )
                return True
        return False

    def _offence_of(self, text: str) -> tuple[Declared, str] | None:
        """The offence and the severity that a dotted name may mean; offences may have dots in their names too."""
        head = text.rpartition(".")[0]
        while head:
            found = self._names.get(head, ("offence",))
            if found is not None:
                return found, text[len(head) + 1 :]
            head = head.rpartition(".")[0]
        return None

    def _severity_of(self, offence: Declared, severity: str) -> str | None:
        """The severity that a name or a label means."""
        for line in self._offences[offence.name].severities:
            if severity == line.name.name.text or (line.name.label is not None and severity == line.name.label.text):
                return line.name.name.text
        return None

    def _severity(self, name: tree.Name, offence: Declared, written: str) -> str | None:
        """`offence.severity` as declared; None, and reported, where the offence has no such severity."""
        severity = self._severity_of(offence, written)
        if severity is not None:
            return f"{offence.name}.{severity}"
        known = [line.name.name.text for line in self._offences[offence.name].severities]
        near = nearest(written, known)
        if near is not None:
            help = f"did you mean `{offence.name}.{near}`?"
        elif known:
            help = f"write one of {', '.join(f'`{offence.name}.{one}`' for one in known)}, or `{offence.name}` for all"
        else:
            help = f"write `{offence.name}`: it has no severities"
        self._findings.error(
            "undeclared-name", name.span, f"the offence `{offence.name}` has no severity `{written}`", help
        )
        return None

    def _read(self, counted: tree.Counted, names: Iterable[str], sort: Sort) -> Read | None:
        within, is_points = counted.within, sort == "entry"
        if within is None and counted.function != "incurred" and (sort == "metric" or counted.function == "latest"):
            within = "ever"
        if within is None:
            example = expression_text(replace(counted, within="period" if is_points else "year"))
            others = "`this year`, `in 90 days` or `ever`" if is_points else "`in 90 days` or `ever`"
            self._findings.error(
                "missing-time-range",
                counted.span,
                f"`{expression_text(counted)}` does not say over what time it counts",
                f"write `{example}`, or {others} in that place",
            )
            return None
        lately = isinstance(within, tree.LastActs) and within.act is None
        of_period = lately or within in ("period", tree.PreviousUnit("period"), tree.SinceEvent(None, False))
        if of_period and not is_points and len(self._periodic) != 1:
            self._findings.error(
                "period-of-tickets",
                counted.span,
                f"`{expression_text(counted)}` counts {_PLURAL[sort]}, and only ledgers have periods",
                f"write `{expression_text(replace(counted, within='year'))}`, or count the entries of a ledger:"
                f" `count({self._names.example('ledger', 'general')}) this period`",
            )
            return None
        no_date = of_period or (within == "ever" and counted.anchor == "now") or sort not in _DATED
        if no_date and counted.dated is not None:
            message, plain = "only a window or a calendar year looks at a date", replace(counted, dated=None)
            help = f"write `{expression_text(plain)}`, or `{expression_text(replace(counted, within='year'))}`"
            if sort not in _DATED:
                message, help = f"{_PLURAL[sort]} have one date", f"write `{expression_text(plain)}`"
            self._findings.error(
                "date-without-window",
                counted.span,
                f"`by {counted.dated}` says nothing here: {message}",
                help,
            )
            return None
        if (
            counted.anchor in ("ticket", "stood")
            and within == "ever"
            and (counted.function != "live" or counted.dated is None)
        ):
            self._findings.error(
                "level-at-a-ticket",
                counted.span,
                f"`{expression_text(counted)}` does not say what stood at which date of the ticket",
                "write: live(points) at this ticket by occurred",
            )
            return None
        if counted.anchor == "any" and counted.function not in ("count", "incurred", "live"):
            self._findings.error(
                "window-form",
                counted.span,
                f"`{counted.function}(…)` looks at one number, and in any window that is the same",
                f"write `{expression_text(replace(counted, anchor='ticket'))}`",
            )
            return None
        time = self._time(within)
        where = None if counted.where is None else self._where.condition(counted.where)
        if time is None or (counted.where is not None and where is None):
            return None
        different = None if counted.different is None else self._where.different(counted.different)
        if counted.different is not None and (different is None or counted.function != "count"):
            self._check_counts(counted)
            return None
        scope, back = time
        of: Literal["count", "sum", "highest", "lowest", "latest"] = _OF[counted.function]
        return Read(
            of=of,
            sort=sort,
            names=tuple(sorted(names)),
            standing="live" if counted.function == "live" else "posted",
            within=scope,
            dated=counted.dated or "booking",
            far_edge=counted.far_edge,
            back=back,
            where=where,
            different=different,
            anchor=counted.anchor,
            ledger=self._periodic[0] if of_period and not is_points else None,
        )

    def _check_counts(self, counted: tree.Counted) -> None:
        if counted.function != "count":
            self._findings.error(
                "measure-form",
                counted.span,
                f"`{counted.function}(…)` looks at numbers, and different ones are counted",
                f"write `{expression_text(replace(counted, function='count'))}`",
            )

    def _time(self, within: tree.Within) -> tuple[Scope, Previous | Since | Last | Lately | None] | None:
        """The time that a count looks at; None, and reported, where that is none."""
        match within:
            case tree.Quantity():
                window = length(within, self._findings, "`ever`")
                return None if window is None else (window, None)
            case tree.PreviousUnit(unit):
                assert unit != "minute" and unit != "hour"
                return "ever", Previous(unit)
            case tree.SinceEvent(None):
                return "period", None
            case tree.SinceEvent(name, ends):
                assert name is not None
                found = self._names.find(name, "since")
                if found is None:
                    return None
                if found.kind == "act":
                    return "ever", Since("act", found.name)
                if found.kind in ("rule", "ladder"):
                    return "ever", Since("decision", found.name)
                return "ever", Since("sanction", found.name, "end" if ends else "start")
            case tree.LastActs(count, name):
                act = None if name is None else self._names.find(name, "act")
                if count.value.denominator != 1 or count.value < 1:
                    self._findings.error(
                        "length-not-whole",
                        count.span,
                        f"`{plain(count.value)}` is not a whole number of {'periods' if name is None else 'acts'}",
                        f"write how many, such as `in last 5 {'periods' if name is None else name.text}`",
                    )
                    return None
                if name is None:
                    return "ever", Lately(int(count.value))
                return None if act is None else ("ever", Last(int(count.value), act.name))
            case "minute" | "hour":
                raise AssertionError(within)
            case _:
                return within, None


Scope = Literal["period", "day", "week", "month", "quarter", "year", "ever"] | Length

_OF: Mapping[str, Literal["count", "sum", "highest", "lowest", "latest"]] = {
    "count": "count",
    "incurred": "sum",
    "live": "sum",
    "highest": "highest",
    "lowest": "lowest",
    "latest": "latest",
}
_SORTS: Mapping[str, Sort] = {
    "ledger": "entry",
    "offence": "ticket",
    "sanction": "sanction",
    "act": "act",
    "metric": "metric",
    "flag": "flag",
    "rule": "decision",
    "ladder": "decision",
}
"""What is counted by a name of each kind."""

_DATED = ("entry", "ticket", "decision")
"""What has the dates of tickets."""

_PLURAL: Mapping[Sort, str] = {
    "entry": "entries",
    "ticket": "tickets",
    "sanction": "sanctions",
    "fine": "fines",
    "flag": "flags",
    "act": "acts",
    "metric": "metrics",
    "decision": "decisions",
}
