"""How long a sanction lasts where that is more than a length: acts, a sum, a limit, a condition, a later start."""

from __future__ import annotations

from msgspec.structs import replace

from policyctl.calendar import OnAct, Repeats
from policyctl.instants import Length
from policyctl.policy.conditions import Conditions
from policyctl.policy.form import Between, Open
from policyctl.policy.lengths import acts, length
from policyctl.policy.names import Names
from policyctl.policy.numbers import Numbers
from policyctl.policy.schedules import schedule
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import expression_text


class Lives:
    """Resolves what is said of the life of a sanction."""

    def __init__(self, names: Names, numbers: Numbers, findings: Findings, conditions: Conditions) -> None:
        self._names, self._numbers, self._findings, self._conditions = names, numbers, findings, conditions

    def of(self, effect: tree.Impose) -> Open | None:
        """An effect with the life of a sanction; None, and reported, where something in it cannot be read."""
        life = Open("sanction", effect.name.text)
        if effect.per is not None:
            measure = self._numbers.kept(effect.per, "write a number, such as `1d per (general - 12)`")
            if measure is None:
                return None
            life = replace(life, formula=measure)
        if effect.most is not None:
            most = length(effect.most, self._findings, "no limit")
            if most is None:
                return None
            life = replace(life, most=most)
        if effect.later is not None:
            delay = length(effect.later, self._findings, "no delay")
            if delay is None:
                return None
            life = replace(life, delay=delay)
        if isinstance(effect.from_next, tree.Schedule):
            turn = schedule(self._names, self._findings, effect.from_next)
            if turn is None or isinstance(turn, OnAct | Repeats):
                return None
            life = replace(life, turn=turn)
        elif effect.from_next is not None:
            act = self._names.find(effect.from_next, "act")
            if act is None:
                return None
            life = replace(life, begins=act.name)
        if effect.from_day is not None:
            day = self.day(effect.from_day)
            if day is None:
                return None
            life = replace(life, delay=day)
        if effect.from_date is not None:
            named = self._names.find(effect.from_date, "anchor")
            if named is not None and named.kind == "act":
                self._findings.error(
                    "wrong-kind-of-name",
                    effect.from_date.span,
                    f"`{named.name}` is an act, which happens again and again",
                    f"write `from next {named.name}`; a date that a ticket or an act names is an `attribute`",
                )
            if named is None or named.kind == "act":
                return None
            life = replace(life, begins=named.name)
        if effect.waits is not None:
            until = self._conditions.condition(effect.waits)
            if until is None:
                return None
            life = replace(life, until=until)
        if effect.frozen is not None:
            frozen = self._conditions.condition(effect.frozen)
            if frozen is None or self._cannot_stand_still(effect):
                return None
            life = replace(life, frozen=frozen)
        return life

    def _cannot_stand_still(self, effect: tree.Impose) -> bool:
        """What has no length alone has none whose time could stand still; reported."""
        wrong = effect.length is None or effect.waits is not None
        if wrong:
            said = f"{effect.name.text} 6 months frozen while {expression_text(effect.frozen or effect.name)}"
            self._findings.error(
                "frozen-without-length",
                effect.span,
                f"only the time of a length stands still, and `{effect.name.text}` ends when something happens",
                f"write how long it lasts, and nothing else that it waits for: `{said}`",
            )
        return wrong

    def day(self, said: tree.ByDate | None) -> str | None:
        """A date, a day of every year, or a day of the week."""
        if said is None or said.days:
            return None if said is None else said.days[0].word
        found = self._conditions.condition(said)
        return found.since if isinstance(found, Between) else None

    def length(self, effect: tree.Impose) -> Length | None:
        """How long it lasts, in time or in acts; None where the effect says neither, or, reported, none that there
        is."""
        if effect.acts is not None and effect.amount is not None:
            return acts(tree.ActsOf(effect.amount, effect.acts, effect.span), self._names, self._findings)
        return None if effect.length is None else length(effect.length, self._findings, "`permanently`")
