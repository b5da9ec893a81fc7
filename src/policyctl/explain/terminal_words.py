"""How the terminal says names, numbers, money and time, in the language of the reader.

In English a part of the policy goes by its name, followed by its label the first time; in Chinese by its label.
Values hold together when lines are wrapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from policyctl.exact import plain
from policyctl.explain.bands import Band, is_one
from policyctl.explain.phrases import Phrases
from policyctl.explain.terminal_layout import hold, whole
from policyctl.explain.terminal_overlap import AsItRuns
from policyctl.explain.terminal_reads import unit_of, worded
from policyctl.explain.text import Text
from policyctl.instants import Length
from policyctl.policy.form import AllOf, AnyOf, Comparison, Condition, Measure, Not, Read, Rule, Version, reads_of
from policyctl.policy.readings import Readings
from policyctl.replay.answer import IMPOSE, Answer, FineStatus
from policyctl.replay.books import at_ticket

_WANTED = {">=": "ge", ">": "gt", "<=": "le", "<": "lt", "=": "eq", "!=": "ne"}
_STRICT = {">": "any_more", "<": "any_less"}
_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "=", "!=": "≠"}


class Speaker:
    """Says the values of one answer. `introduce` False keeps labels out of English sentences."""

    def __init__(self, answer: Answer, phrases: Phrases) -> None:
        self.answer = answer
        self.phrases = phrases
        self.say = phrases.say
        self.introduce = True
        self.version = answer.version or (answer.policy.versions[0] if answer.policy.versions else None)
        self._introduced: set[tuple[str, str]] = set()
        self.readings = Readings(answer.policy)
        self.read: set[tuple[str, str]] = set()
        """Files and names of readings that the page has told in full."""
        self.as_it_runs = AsItRuns(answer)
        self.decisions = {decision.id: decision for decision in answer.decisions}
        self.fines: dict[str, list[FineStatus]] = {}
        """The fines of each decision, in the order of its effects: one that grew has several."""
        for fine in (fine for status in answer.status for fine in status.fines):
            self.fines.setdefault(fine.decision, []).append(fine)

    # --- names -------------------------------------------------------------------------------------------------------

    def label(self, kind: str, name: str, version: Version | None = None) -> str | None:
        """The label of a part of the policy, if it has one. What the version does not have (a ledger that is gone) goes
        by the newest version that has it."""
        where = version or self.version
        for one in (where, *reversed(self.answer.policy.versions)):
            said = self.answer.policy.said(one, kind, name) if one else None
            if said is not None:
                return said.label
        return None

    def name(self, kind: str, name: str, version: Version | None = None, style: str = "") -> Text:
        """A part of the policy as the reader knows it."""
        return self._named(kind, name, self.label(kind, name, version), style)

    def _named(self, kind: str, name: str, label: str | None, style: str) -> Text:
        if self.phrases.language == "zh":
            return Text(label or name, style=style)
        text = Text().append(name, style=style)
        if label and label != name and self.introduce and (kind, label) not in self._introduced:
            self._introduced.add((kind, label))
            text.append(f" ({whole(label)})", style="dim")
        return text

    def offence(self, name: str, version: Version | None = None) -> Text:
        """An offence, with its severity."""
        if self.phrases.language == "en":
            return Text(name)
        label = self.label("ticket", name, version) or self.label("offence", name, version) or name
        offence, between, severity = label.partition(" · ")
        if not between:
            return Text(offence)
        return self.say("offence.of", offence=whole(offence), severity=whole(severity))

    def notice(self, rule: str, name: str, version: Version | None = None) -> Text:
        """A notice of a rule."""
        return self._named("notice", name, self.label("notice", f"{rule}.{name}", version), "bold")

    def part(self, sanction: str, name: str, version: Version | None = None) -> Text:
        """A part of a sanction."""
        return self._named("part", name, self.label("part", f"{sanction}.{name}", version), "")

    def identity(self, name: str, style: str = "") -> Text:
        """An identity."""
        return self.name("identity", name, style=style)

    def ledger(self, name: str, version: Version | None = None) -> Text:
        """A ledger."""
        return self.name("ledger", name, version)

    def ledgers(self, names: Iterable[str], version: Version | None = None) -> Text:
        """A list of ledgers."""
        return self.listed([self.ledger(name, version) for name in names])

    def measure(self, name: str, version: Version | None = None, style: str = "") -> Text:
        """A measure; the balance of a ledger goes by the ledger, and so does any other number that has a name."""
        kinds = ("measure", "metric", "constant", "attribute")
        kind = next((kind for kind in kinds if self.label(kind, name, version)), "ledger")
        found = find_measure(version or self.version, name)
        if self.phrases.language == "zh" and found is not None and not found.declared:
            return worded(self, found, version).stylize(style)
        return self.name(kind, name, version, style)

    def seen_from(self, identity: str, name: str) -> Text | None:
        """Of a number that looks at a ticket, the ticket from which it is seen where none came since."""
        version = self.answer.version
        measure = find_measure(version, name)
        [last] = (one.last_ticket for one in self.answer.status if one.identity == identity)
        if version is None or measure is None or last is None or last >= self.answer.at:
            return None
        measures = {one.name: one for one in version.measures}
        return self.when(last) if any(at_ticket(read) for read in reads_of(measure, measures)) else None

    def rule(self, rule: Rule, version: Version | None = None, style: str = "") -> Text:
        """A rule; one without a name goes by its condition."""
        if rule.name == IMPOSE:
            return self.say("people.rule").stylize(style)
        label = self.label("rule", rule.name, version)
        if self.phrases.language == "zh":
            label = self._ladder_step(rule.name, label, version) or label or self._by_condition(rule, version)
        return self._named("rule", rule.name, label, style)

    @contextmanager
    def by_name_alone(self) -> Iterator[None]:
        """Meanwhile no label is introduced."""
        before, self.introduce = self.introduce, False
        yield
        self.introduce = before

    def policy(self) -> Text:
        """The policy."""
        policy = self.answer.policy
        return self._named("policy", policy.name, policy.words.label, "")

    def _ladder_step(self, name: str, label: str | None, version: Version | None) -> str | None:
        """A step that has no label of its own goes by that of its ladder, and its threshold."""
        ladder, bracket, step = name.removesuffix("]").partition("[")
        common = self.label("ladder", ladder, version) if bracket else None
        if common is None or label not in (None, common):
            return None
        for compare, sign in _SIGNS.items():
            step = step.replace(f"{compare} ", f"{sign} ")
        return hold(self.say("ladder.step", ladder=common, step=step).plain)

    def _by_condition(self, rule: Rule, version: Version | None) -> str | None:
        condition = rule.condition
        if "[" in rule.name or not self.says_itself(rule, version) or not isinstance(condition, Comparison):
            return None
        measure = self.measure(condition.measure, version).plain
        return hold(f"{measure} {_SIGNS[condition.compare]} {self.number(condition.threshold)}")

    def says_itself(self, rule: Rule, version: Version | None = None) -> bool:
        """Whether a rule goes by its condition, so that saying its threshold would say it twice."""
        if not is_one(rule.condition):
            return False
        if "[" in rule.name:
            return self.phrases.language == "en" or self.label("rule", rule.name, version) in (
                None,
                self.label("ladder", rule.name.partition("[")[0], version),
            )
        return " " in rule.name and self.label("rule", rule.name, version) is None

    # --- numbers -----------------------------------------------------------------------------------------------------

    def number(self, number: Fraction | None) -> str:
        """A number for reading, with thousands separators; None is one that nobody knows."""
        if number is None:
            return self.say("measure.unknown").plain
        text = plain(number)
        if "/" in text:
            return text
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        whole, point, rest = digits.partition(".")
        return f"{sign}{int(whole):,}{point}{rest}"

    def signed(self, number: Fraction) -> str:
        """A number that moves a balance, with its sign."""
        return ("+" if number > 0 else "") + self.number(number)

    def money(self, amount: Fraction, style: str = "bold") -> Text:
        """An amount in the policy's currency."""
        currency = self.version.settings.currency if self.version else None
        if currency is None:
            return self._value("money.bare", style, number=self.number(amount))
        key = f"currency.{currency}"
        shown = self.phrases.template(key) if self.phrases.has(key) else currency
        return self._value("money.in_currency", style, number=self.number(amount), currency=shown)

    def quantity(self, measure: str, number: Fraction, version: Version | None = None) -> Text:
        """A value of a measure with its unit: points, or what it counts."""
        return self._value(self._unit(measure, version or self.version), "", number, number=self.number(number))

    def points_of(self, points: Iterable[tuple[str, Fraction]], version: Version | None = None) -> Text:
        """Points by ledger: `20 points of general`."""
        return self.listed(
            [
                self.say("points_of", abs(n), number=hold(self.number(abs(n))), ledger=self.ledger(ledger, version))
                for ledger, n in points
            ]
        )

    def _unit(self, name: str, version: Version | None) -> str:
        measure = find_measure(version, name)
        if measure is None or not measure.terms:
            return "points"
        units = {unit_of(term.read) for term in measure.terms if term.read.sort != "constant"}
        if len(units) != 1 or ("points" not in units and any(term.times != 1 for term in measure.terms)):
            return "number"
        return units.pop()

    def wanted(self, measure: str, compare: str, threshold: Fraction, version: Version | None = None) -> Text:
        """What a comparison asks for: `20 points or more`."""
        return self.say(f"wanted.{_WANTED[compare]}", number=self.quantity(measure, threshold, version))

    def wanted_number(self, compare: str, threshold: Fraction) -> Text:
        """The same of a bare number."""
        return self.say(f"wanted.{_WANTED[compare]}", number=self.number(threshold))

    def wanted_band(self, wanted: Band, version: Version | None = None) -> Text:
        """What a band asks for: `4 to 7 points`."""
        number = self.quantity(wanted.measure, wanted.high, version)
        if wanted.low == wanted.high:
            return self.say("wanted.eq", number=number)
        return self.say("wanted.band", low=self.number(wanted.low), number=number)

    def gap(self, measure: str, compare: str, gap: Fraction) -> Text:
        """How far a comparison is from coming true. With `>` or `<` the number must be passed, not only reached: then a
        gap of nothing is `any more points`."""
        if compare not in _STRICT:
            return self.quantity(measure, gap)
        if gap:
            return self.say("wanted.gt", number=self.quantity(measure, gap))
        return self.say(f"{_STRICT[compare]}.{self._unit(measure, self.version)}")

    # --- time --------------------------------------------------------------------------------------------------------

    def when(self, instant: datetime, style: str = "") -> Text:
        """An instant on the policy's clocks, with what is needed to tell it from any other."""
        local = self.answer.zone.local(instant)
        text = local.strftime("%Y-%m-%d %H:%M")
        if local.second or local.microsecond:
            text += local.strftime(":%S")
        if local.microsecond:
            text += f".{local.microsecond:06d}".rstrip("0")
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            text += f" {offset(local)}"
        return Text(hold(text), style=style)

    def left(self, until: datetime) -> Text:
        """The time left at the instant asked about, in words, or that it is over."""
        if until <= self.answer.at:
            return self.say("left.over")
        return Text(whole(self.say("left.left", duration=self.duration(until - self.answer.at)).plain))

    def duration(self, span: timedelta) -> Text:
        """A length of time in its two largest units, rounded down."""
        minutes = int(span.total_seconds()) // 60
        amounts = (("days", minutes // 1440), ("hours", minutes // 60 % 24), ("minutes", minutes % 60))
        first = next((i for i, (_, n) in enumerate(amounts) if n), None)
        if first is None:
            return Text(hold(self.say("duration.short").plain))
        words = [self.say(f"duration.{unit}", n, number=str(n)) for unit, n in amounts[first : first + 2] if n]
        text = words[0] if len(words) == 1 else self.say("duration.two", first=words[0], second=words[1])
        return Text(hold(text.plain))

    def length(self, length: Length) -> Text:
        """A length of time, or a number of acts, as the policy says it."""
        if length.act is not None:
            return self.say("duration.acts", number=str(length.count), act=self.name("act", length.act))
        text = self._value(f"duration.{length.unit}s", "", Fraction(length.count), number=str(length.count))
        return self.say("duration.rolled", length=text) if length.rolled else text

    # --- lists -------------------------------------------------------------------------------------------------------

    def listed(self, items: Sequence[Text]) -> Text:
        """`a, b and c`."""
        if not items:
            return Text()
        if len(items) == 1:
            return items[0]
        text = self.say("list.two", first=items[-2], last=items[-1])
        for item in reversed(items[:-2]):
            text = self.say("list.more", first=item, rest=text)
        return text

    def clauses(self, items: Sequence[Text]) -> Text:
        """`this; that`."""
        text = items[-1] if items else Text()
        for item in reversed(items[:-1]):
            text = self.say("list.clauses", first=item, rest=text)
        return text

    def _value(self, key: str, style: str, n: Fraction | None = None, /, **values: str) -> Text:
        return Text(hold(self.say(key, n, **values).plain), style=style)


def offset(local: datetime) -> str:
    """The offset of a local time, `+08:00`."""
    text = local.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def find_measure(version: Version | None, name: str) -> Measure | None:
    """A measure of a version by its name."""
    return next((m for m in version.measures if m.name == name), None) if version else None


def asks_whether(version: Version | None, name: str) -> tuple[Literal["sanction", "act"], str] | None:
    """The sanction of which a measure says only whether it runs, the act of which it is only asked whether it was done;
    None where it is another number."""
    measure = find_measure(version, name)
    if version is None or measure is None or len(measure.terms) != 1 or measure.declared:
        return None
    read = measure.terms[0].read
    if (read.of, read.sort, read.standing) == ("count", "sanction", "live"):
        return "sanction", read.names[0]
    if len(read.names) != 1 or read != Read("count", "act", read.names):
        return None
    rules = [rule for rule in version.rules if name in compared(rule.condition)]
    once = all(rule.every is None and compared(rule.condition)[name] == {1} for rule in rules)
    return ("act", read.names[0]) if once else None


def compared(condition: Condition) -> dict[str, set[Fraction]]:
    """The measures of a condition with the numbers that they are compared with."""
    match condition:
        case Comparison(measure, _, threshold):
            return {measure: {threshold}}
        case Not(part):
            return compared(part)
        case AllOf(parts) | AnyOf(parts):
            found: dict[str, set[Fraction]] = {}
            for part in parts:
                for measure, thresholds in compared(part).items():
                    found.setdefault(measure, set()).update(thresholds)
            return found
        case _:
            return {}
