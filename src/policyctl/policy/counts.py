"""What `incurred(…)`, `live(…)` and `count(…)` read: of which ledgers or offences, and over what time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from policyctl.policy.form import Read
from policyctl.policy.lengths import length
from policyctl.policy.names import Declared, Names
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.nearest import nearest
from policyctl.source.printer import expression_text


class Counts:
    """Resolves counts and sums of points. `offences` are the offences of the text by name, for their severities."""

    def __init__(self, names: Names, findings: Findings, offences: Mapping[str, tree.OffenceStatement]) -> None:
        self._names, self._findings, self._offences = names, findings, offences

    def spell(self, text: str) -> str:
        """`offence.severity` as it was declared, where a part of it was written by its label."""
        offence = self._offence_of(text)
        if offence is None:
            return text
        return f"{offence[0].name}.{self._severity_of(*offence) or offence[1]}"

    def read(self, counted: tree.Counted) -> Read | None:
        """What a count or a sum of points reads; None, and reported, where it cannot be read."""
        if counted.function != "count":
            return self._points(counted)
        ledgers: dict[tree.Name, str] = {}
        offences: dict[tree.Name, str] = {}
        for name in counted.names:
            if not self._resolve(name, ledgers, offences):
                return None
        if ledgers and offences:
            apart = (expression_text(replace(counted, names=tuple(group))) for group in (ledgers, offences))
            self._findings.error(
                "mixed-count",
                counted.span,
                "entries of a ledger and tickets for an offence are counted together",
                f"count them apart: `{' + '.join(apart)}`",
            )
            return None
        names = [*ledgers.values(), *offences.values()]
        return None if self._named_twice(counted, names) else self._read(counted, names, is_points=bool(ledgers))

    def _resolve(self, name: tree.Name, ledgers: dict[tree.Name, str], offences: dict[tree.Name, str]) -> bool:
        """What a name in `count(…)` means; False, and reported, where it means nothing."""
        offence = None if self._names.get(name.text, ("ledger", "offence")) else self._offence_of(name.text)
        if offence is not None:
            severity = self._severity(name, *offence)
            if severity is not None:
                offences[name] = severity
            return severity is not None
        found = self._names.find(name, "count")
        if found is not None:
            (ledgers if found.kind == "ledger" else offences)[name] = found.name
        return found is not None

    def _points(self, counted: tree.Counted) -> Read | None:
        if not counted.names:
            ledger = tree.Name(self._names.example("ledger", "general"), counted.span)
            self._findings.error(
                "points-of-tickets",
                counted.span,
                f"`{expression_text(counted)}` adds up points, and tickets have none: the ledgers have them",
                f"write `{expression_text(replace(counted, function='count'))}` for the number of tickets, or name"
                f" ledgers: `{expression_text(replace(counted, names=(ledger,)))}`",
            )
            return None
        found = [self._names.find(name, "ledger") for name in counted.names]
        ledgers = [one.name for one in found if one is not None]
        if len(ledgers) < len(found) or self._named_twice(counted, ledgers):
            return None
        return self._read(counted, ledgers, is_points=True)

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

    def _read(self, counted: tree.Counted, names: Sequence[str], is_points: bool) -> Read | None:
        within = counted.within
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
        if within == "period" and not is_points:
            self._findings.error(
                "period-of-tickets",
                counted.span,
                f"`{expression_text(counted)}` counts tickets, and only ledgers have periods",
                f"write `{expression_text(replace(counted, within='year'))}`, or count the entries of a ledger:"
                f" `count({self._names.example('ledger', 'general')}) this period`",
            )
            return None
        if within in ("period", "ever") and counted.dated is not None:
            self._findings.error(
                "date-without-window",
                counted.span,
                f"`by {counted.dated}` says nothing here: only a window or a calendar year looks at a date",
                f"write `{expression_text(replace(counted, dated=None))}`, or"
                f" `{expression_text(replace(counted, within='year'))}`",
            )
            return None
        scope = length(within, self._findings, "`ever`") if isinstance(within, tree.Quantity) else within
        if scope is None:
            return None
        return Read(
            of="count" if counted.function == "count" else "sum",
            sort="entry" if is_points else "ticket",
            names=tuple(sorted(names)),
            standing="live" if counted.function == "live" else "posted",
            within=scope,
            dated=counted.dated or "booking",
            far_edge=counted.far_edge,
        )
