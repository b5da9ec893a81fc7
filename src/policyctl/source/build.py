"""Tree building: one method per rule of the grammar, called when the rule is complete.

Each method gets the values of the rule's parts (tokens without punctuation, and what other methods made) and the span
from the first to the last token.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeVar, cast

from policyctl.source import tree
from policyctl.source.build_stories import StoryBuilder
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.later import later_range
from policyctl.source.parts import (
    Parts,
    Refused,
    all_of,
    bare_number,
    compare_of,
    date_of,
    effects_of,
    expressions_of,
    has,
    number_of,
    one_of,
    text_of,
    word_of,
)
from policyctl.source.text import Span
from policyctl.source.tokens import Token

T = TypeVar("T")

_WAYS = frozenset({"DIRECTION", "DOWN"})
_HAPPENS = ("STARTS", "ENDS", "RESETS")

DEEPEST = 100
"""How deep conditions and sums may be nested; far more than anybody can read, far less than Python can recurse."""


@dataclass(frozen=True, slots=True)
class _Cite:
    text: tree.Text


@dataclass(frozen=True, slots=True)
class _Overlap:
    manner: tree.Word
    span: Span


@dataclass(frozen=True, slots=True)
class _Whose:
    condition: tree.Expression
    span: Span


@dataclass(frozen=True, slots=True)
class _Only:
    condition: tree.Expression


@dataclass(frozen=True, slots=True)
class _Band:
    threshold: tree.Number
    to: tree.Number


@dataclass(frozen=True, slots=True)
class _Above:
    number: tree.Number


@dataclass(frozen=True, slots=True)
class _Costs:
    effects: tuple[tree.Effect, ...]
    nothing: bool


@dataclass(frozen=True, slots=True)
class _Identity:
    name: tree.Name
    span: Span


@dataclass(frozen=True, slots=True)
class _Spared:
    where: Any


@dataclass(frozen=True, slots=True)
class _Treatment:
    verb: Any
    unless: Any
    into: Any
    table: tuple[tree.Conversion, ...]


@dataclass(frozen=True, slots=True)
class _Per:
    of: tree.Expression
    span: Span


@dataclass(frozen=True, slots=True)
class _Most:
    length: tree.Quantity


@dataclass(frozen=True, slots=True)
class _Until:
    condition: tree.Expression


@dataclass(frozen=True, slots=True)
class _Delay:
    length: tree.Quantity


@dataclass(frozen=True, slots=True)
class _Due:
    after: tree.Quantity


@dataclass(frozen=True, slots=True)
class _Within:
    within: Any
    far_edge: bool
    to_ticket: bool = False


def _day_word(parts: Parts) -> tree.DayWord | None:
    return next((cast(tree.DayWord, p.word) for p in parts if isinstance(p, Token) and p.kind == "CALENDAR"), None)


def _behind(parts: Parts, kind: str) -> Any:
    """What stands behind a token of a kind; None where there is none."""
    places = (place for place, part in enumerate(parts) if isinstance(part, Token) and part.kind == kind)
    return next((parts[place + 1] for place in places), None)


CLAUSES = (tree.Starts, tree.Bound, tree.Resets, tree.Expires, tree.Group, tree.Multiplied, tree.Waits)
"""What a ledger may say."""


class Builder(StoryBuilder):
    """Makes the tree of one statement. What is wrong with it, and hides nothing, goes to the findings."""

    def __init__(self, findings: list[Diagnostic]) -> None:
        self._findings = findings
        self._depth: dict[int, int] = {}

    def start(self, parts: Parts, span: Span) -> tree.Statement:
        return cast(tree.Statement, parts[0])

    # --- names, texts, numbers ---------------------------------------------------------------------------------------

    def name(self, parts: Parts, span: Span) -> tree.Name:
        return tree.Name(parts[0].word, span)

    def text(self, parts: Parts, span: Span) -> tree.Text:
        return text_of(parts[0])

    def named(self, parts: Parts, span: Span) -> tree.Named:
        return tree.Named(parts[0], one_of(parts, tree.Text))

    def cite(self, parts: Parts, span: Span) -> _Cite:
        return _Cite(text_of(parts[1]))

    def _cited(self, parts: Parts) -> tree.Text | None:
        """The citation; of two (in front of the effects and behind them) the first, and that is reported."""
        cites = [cite.text for cite in all_of(parts, _Cite)]
        for again in cites[1:]:
            self._twice("cite", again.span, cites[0].span)
        return cites[0] if cites else None

    def _twice(self, word: str, again: Span, first: Span) -> None:
        help = "leave one of them out"
        if word == "cite":
            help += ", or put both clauses into one text"
        self._findings.append(
            Diagnostic("said-twice", f"`{word}` is said twice", again, help, other=(first, "first said here"))
        )

    def zone(self, parts: Parts, span: Span) -> tree.Name:
        return tree.Name("".join(part.word for part in parts), span)

    def number(self, parts: Parts, span: Span) -> tree.Number:
        value = number_of(parts[-1]).value
        return tree.Number(-value if has(parts, "SIGN") else value, span)

    def quantity(self, parts: Parts, span: Span) -> tree.Quantity:
        unit = cast(tree.UnitWord, parts[-1].word)
        return tree.Quantity(number_of(parts[0]).value, unit, _day_word(parts), span)

    # --- conditions --------------------------------------------------------------------------------------------------

    def any_of(self, parts: Parts, span: Span) -> tree.Joined:
        return self._deep(tree.Joined("or", expressions_of(parts), span), parts, span)

    def all_of(self, parts: Parts, span: Span) -> tree.Joined:
        return self._deep(tree.Joined("and", expressions_of(parts), span), parts, span)

    def negated(self, parts: Parts, span: Span) -> tree.Negated:
        return self._deep(tree.Negated(parts[1], span), parts, span)

    def compare(self, parts: Parts, span: Span) -> Token:
        return cast(Token, parts[0])

    def compared(self, parts: Parts, span: Span) -> tree.Compared:
        left, sign, right = parts
        return self._deep(tree.Compared(compare_of(sign), left, right, span), parts, span)

    def arithmetic(self, parts: Parts, span: Span) -> tree.Arithmetic:
        left, sign, right = parts
        return self._deep(tree.Arithmetic(sign.word, left, right, span), parts, span)

    def bracketed(self, parts: Parts, span: Span) -> tree.Bracketed:
        return self._deep(tree.Bracketed(parts[0], span), parts, span)

    def function(self, parts: Parts, span: Span) -> Token:
        return cast(Token, parts[0])

    def counted(self, parts: Parts, span: Span) -> tree.Counted:
        function = parts[0].word
        if function == "all":
            raise Refused(
                Diagnostic(
                    "measure-form",
                    "`all(…)` is no number",
                    parts[0].span,
                    "write what is meant: `incurred(…)`, `live(…)`, `count(…)`, `highest(…)` or `latest(…)`",
                )
            )
        found = one_of(parts, _Within) or _Within(None, False)
        dated: Any = next((p.word for p in parts[1:] if isinstance(p, Token) and p.kind == "DATED"), None)
        where = None
        if has(parts, "WHERE"):
            where = parts[next(n for n, p in enumerate(parts) if isinstance(p, Token) and p.kind == "WHERE") + 1]
        names = tuple(p for p in all_of(parts, tree.Name) if p is not where)
        fines = has(parts, "FINES")
        made = tree.Counted(function, names, found.within, found.far_edge, dated, span, fines, where, found.to_ticket)
        return self._deep(made, parts, span)

    def picked(self, parts: Parts, span: Span) -> tree.Picked:
        return self._deep(tree.Picked(parts[0].word, expressions_of(parts), span), parts, span)

    def same(self, parts: Parts, span: Span) -> tree.SameAs:
        return tree.SameAs(parts[1], span)

    def said(self, parts: Parts, span: Span) -> tree.Said:
        within = one_of(parts, _Within) or _Within(None, False)
        state = next(part for part in parts[2:] if isinstance(part, tree.Name | tree.Text))
        name = tree.Name(state.text, state.span)
        made = tree.Said(parts[0], has(parts, "NOT"), name, within.within, within.far_edge, span)
        return self._deep(made, parts, span)

    def by_date(self, parts: Parts, span: Span) -> tree.ByDate:
        return tree.ByDate(parts[0].word, date_of(parts[1]), span)

    def within(self, parts: Parts, span: Span) -> _Within:
        quantity = one_of(parts, tree.Quantity)
        if quantity is not None:
            return _Within(quantity, has(parts, "INCLUSIVE"), has(parts, "TICKET"))
        name = one_of(parts, tree.Name)
        if has(parts, "SINCE"):
            return _Within(tree.SinceEvent(name, has(parts, "ENDS")), False)
        number = bare_number(parts)
        if number is not None and name is not None:
            return _Within(tree.LastActs(number, name), False)
        word = parts[-1].word
        if word in ("minute", "hour"):
            raise Refused(
                Diagnostic(
                    "window-form",
                    f"`{parts[0].word} {word}` is no time over which anything is counted",
                    span,
                    f"write a window such as `in 24 {word}s`, or `this day`, `this week`, `this year`",
                )
            )
        return _Within(tree.PreviousUnit(word) if has(parts, "PREVIOUS") else word, False)

    def dated(self, parts: Parts, span: Span) -> Token:
        return cast(Token, parts[1])

    def _deep(self, made: T, parts: Parts, span: Span) -> T:
        """Notes how deep an expression is nested, and refuses it where it is too deep."""
        depth = 1 + max(self._depth.get(id(part), 0) for part in parts)
        if depth > DEEPEST:
            raise Refused(
                Diagnostic(
                    "nested-too-deeply",
                    f"this condition is nested more than {DEEPEST} levels deep",
                    Span(span.source, span.start, min(span.end, span.start + 1)),
                    "give a part of it a name of its own: measure NAME = SUM",
                )
            )
        self._depth[id(made)] = depth
        return made

    # --- effects -----------------------------------------------------------------------------------------------------

    def effects(self, parts: Parts, span: Span) -> tuple[tree.Effect, ...]:
        return tuple(parts)

    def impose(self, parts: Parts, span: Span) -> tree.Impose:
        per, most = one_of(parts, _Per), one_of(parts, _Most)
        until, delay = one_of(parts, _Until), one_of(parts, _Delay)
        return tree.Impose(
            parts[0],
            one_of(parts, tree.Quantity),
            bare_number(parts),
            has(parts, "PERMANENTLY"),
            has(parts, "EACH"),
            span,
            one_of(parts[1:], tree.Name),
            None if per is None else per.of,
            None if most is None else most.length,
            None if until is None else until.condition,
            None if delay is None else delay.length,
        )

    def most(self, parts: Parts, span: Span) -> _Most:
        return _Most(parts[1])

    def until(self, parts: Parts, span: Span) -> _Until:
        return _Until(parts[1])

    def delay(self, parts: Parts, span: Span) -> _Delay:
        if parts[2].word != "later":
            raise Refused(
                Diagnostic(
                    "unexpected-word",
                    f"`{parts[2].text}` does not belong here",
                    parts[2].span,
                    "what starts later is written: suspend 7d from 34 days later",
                )
            )
        return _Delay(parts[1])

    def fine(self, parts: Parts, span: Span) -> tree.Fine | tree.Post:
        clears = next((part for part in parts if isinstance(part, list)), None)
        per, due = one_of(parts, _Per), one_of(parts, _Due)
        amount: Any = parts[1] if len(parts) > 1 and isinstance(parts[1], tree.EXPRESSIONS) else None
        if per is not None:
            amount = tree.Arithmetic("*", amount, per.of, amount.span.to(per.span))
        if isinstance(amount, tree.Arithmetic) and amount.operator == "-" and _is_range(amount):
            raise Refused(later_range(amount.span))
        if isinstance(amount, tree.Number) and amount.value < 0:
            # A sign is said to be wrong where effects are resolved.
            number = tree.Number(-amount.value, amount.span)
            return tree.Post(tree.Name("fine", parts[0].span), "-", number, None, None, span)
        return tree.Fine(
            amount if isinstance(amount, tree.Number) else None,
            amount if isinstance(amount, tree.Quantity) else None,
            has(parts, "EACH"),
            clears is not None,
            all_of(clears or [], tree.Name),
            has(clears or [], "SERVED"),
            span,
            None if isinstance(amount, tree.Number | tree.Quantity) else amount,
            one_of(parts, tree.Rounded),
            None if due is None else due.after,
        )

    def per(self, parts: Parts, span: Span) -> _Per:
        above = one_of(parts, _Above)
        of = parts[1]
        if above is not None:
            of = tree.Bracketed(tree.Arithmetic("-", of, above.number, span), span)
        return _Per(of, span)

    def rounded(self, parts: Parts, span: Span) -> tree.Rounded:
        way: Any = next((part.word for part in parts if isinstance(part, Token) and part.kind in _WAYS), "nearest")
        return tree.Rounded(number_of(parts[-1]), way, span)

    def due(self, parts: Parts, span: Span) -> _Due:
        return _Due(parts[1])

    def clears(self, parts: Parts, span: Span) -> Parts:
        return parts

    def warn(self, parts: Parts, span: Span) -> tree.Warn:
        return tree.Warn(one_of(parts, tree.Name), one_of(parts, tree.Text), span)

    def post(self, parts: Parts, span: Span) -> tree.Post:
        points, per, expires = parts[2], one_of(parts, _Per), one_of(parts, tree.Expires)
        if isinstance(points, Token):
            most, each = number_of(parts[4]) if has(parts, "TO") else None, has(parts, "EACH")
            return tree.Post(parts[0], parts[1].word, number_of(points), most, expires, span, each=each)
        if per is not None:
            points = tree.Arithmetic("*", points, per.of, span)
        nothing = tree.Number(Fraction(0), span)
        return tree.Post(parts[0], parts[1].word, nothing, None, expires, span, points, has(parts, "EACH"))

    def clear(self, parts: Parts, span: Span) -> tree.Ends:
        return tree.Ends("clear", all_of(parts, tree.Name), None, False, span)

    def consume(self, parts: Parts, span: Span) -> tree.Ends:
        return tree.Ends("consume", (parts[3],), parts[1], has(parts, "EACH"), span)

    def set_to(self, parts: Parts, span: Span) -> tree.Ends:
        return tree.Ends(parts[0].word, (parts[1],), parts[3], False, span)

    def lift(self, parts: Parts, span: Span) -> tree.Ends:
        return tree.Ends("lift", (parts[1],), None, False, span)

    def void(self, parts: Parts, span: Span) -> tree.Ends:
        return tree.Ends("void", (), None, False, span)

    def move(self, parts: Parts, span: Span) -> tree.Moves:
        most = one_of(parts, _Most)
        limit = None if most is None else most.length
        return tree.Moves(parts[0].word, parts[1], parts[3], limit, has(parts, "EACH"), span)

    def tell(self, parts: Parts, span: Span) -> tree.Tell:
        return tree.Tell(parts[0].word, parts[1], one_of(parts, tree.Text), span)

    def expires(self, parts: Parts, span: Span) -> tree.Expires:
        dated = next((word_of(p) for p in parts if isinstance(p, Token) and p.kind in ("DATED", "FINAL")), None)
        unless, frozen = (_behind(parts, kind) for kind in ("UNLESS", "WHILE"))
        return tree.Expires(parts[2], dated, has(parts, "INCLUSIVE"), unless, frozen, span)

    # --- what the file is --------------------------------------------------------------------------------------------

    def policy(self, parts: Parts, span: Span) -> tree.PolicyHeader:
        return tree.PolicyHeader(parts[1], tuple(p for p in parts[2:] if not isinstance(p, Token)), span)

    def version(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("version", date_of(parts[1]), span)

    def timezone(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("timezone", parts[1], span)

    def currency(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("currency", parts[1], span)

    def annulment(self, parts: Parts, span: Span) -> tree.Setting:
        word = "_".join(part.word for part in parts[1:])
        return tree.Setting("annulment", tree.Word(word, parts[1].span.to(parts[-1].span)), span)

    def count_by(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("count_by", word_of(parts[2]), span)

    def judge_by(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("judge_by", word_of(parts[2]), span)

    def late(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("late_tickets", parts[3], span)

    def stale(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("no_tickets", parts[3], span, word_of(parts[5]))

    def final(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("points_have_no_effect", word_of(parts[-1]), span)

    def use(self, parts: Parts, span: Span) -> tree.Use:
        return tree.Use(parts[1], span)

    def note(self, parts: Parts, span: Span) -> tree.Note:
        return tree.Note(parts[1], span)

    # --- what is counted ---------------------------------------------------------------------------------------------

    def identities(self, parts: Parts, span: Span) -> tree.Identities:
        return tree.Identities(all_of(parts, tree.Named), span)

    def ledger(self, parts: Parts, span: Span) -> tree.LedgerStatement:
        clauses = tuple(p for p in parts if isinstance(p, CLAUSES))
        return tree.LedgerStatement(parts[1], clauses, self._cited(parts), span)

    def starts(self, parts: Parts, span: Span) -> tree.Starts:
        return tree.Starts(parts[2], has(parts, "DOWN"), span)

    def bound(self, parts: Parts, span: Span) -> tree.Bound:
        return tree.Bound(parts[0].word, parts[1], span)

    def resets(self, parts: Parts, span: Span) -> tree.Resets:
        unless, keeping, carrying, when = (_behind(parts, kind) for kind in ("UNLESS", "WHERE", "CARRYING", "WHEN"))
        return tree.Resets(parts[1], unless, keeping, carrying, when, span)

    def group(self, parts: Parts, span: Span) -> tree.Group:
        most, by = has(parts, "ATMOST"), _behind(parts, "PER")
        takes = next((word_of(p) for p in parts if isinstance(p, Token) and p.kind in ("CHOICE", "PLACE")), None)
        spared = one_of(parts, _Spared)
        return tree.Group(
            bare_number(parts) if most else None,
            word_of(by) if isinstance(by, Token) else by,
            has(parts, "SLIDING"),
            takes,
            None if spared is None else spared.where,
            span,
        )

    def spared(self, parts: Parts, span: Span) -> _Spared:
        return _Spared(parts[2])

    def multiplied(self, parts: Parts, span: Span) -> tree.Multiplied:
        return tree.Multiplied(bare_number(parts), _behind(parts, "WHILE"), _behind(parts, "WHERE"), span)

    def waits(self, parts: Parts, span: Span) -> tree.Waits:
        return tree.Waits(parts[2], span)

    def schedule(self, parts: Parts, span: Span) -> tree.Schedule:
        units, weekdays, months, places = (
            tuple(word_of(part) for part in parts if isinstance(part, Token) and part.kind == kind)
            for kind in ("UNIT", "WEEKDAY", "MONTH", "PLACE")
        )
        name = one_of(parts, tree.Name)
        counted = has(parts, "FROM")
        opened = next((word_of(p) for p in parts if isinstance(p, Token) and p.kind in ("OPENED", "TICKET")), None)
        return tree.Schedule(
            units=units,
            length=one_of(parts, tree.Quantity),
            since=(name or opened) if counted else None,
            place=places[0] if places else None,
            weekdays=weekdays,
            day=bare_number(parts),
            months=months,
            clock=one_of(parts, tree.Word),
            act=None if counted else name,
            span=span,
        )

    def clock(self, parts: Parts, span: Span) -> tree.Word:
        hour, minute = (token.word for token in parts[1:])
        return tree.Word(f"{hour}:{minute}", parts[1].span.to(parts[2].span))

    def days_off(self, parts: Parts, span: Span) -> tree.DaysOff:
        days = tuple(date_of(part) for part in parts if isinstance(part, Token) and part.kind == "DATE")
        return tree.DaysOff(has(parts, "WORKDAYS"), days, one_of(parts, tree.Text), span)

    def offence(self, parts: Parts, span: Span) -> tree.OffenceStatement:
        severities = all_of(parts, tree.Severity)
        cite, exempt = self._ends([part for part in parts if not isinstance(part, tree.Severity)])
        whose = all_of(parts, _Identity)
        for again in whose[1:]:
            self._twice("for", again.span, whose[0].span)
        costs = one_of(parts, _Costs) or _Costs((), False)
        name = whose[0].name if whose else None
        return tree.OffenceStatement(parts[1], costs.effects, severities, cite, span, exempt, costs.nothing, name)

    def costs(self, parts: Parts, span: Span) -> _Costs:
        return _Costs(effects_of(parts), has(parts, "NOTHING"))

    def of_identity(self, parts: Parts, span: Span) -> _Identity:
        return _Identity(parts[1], span)

    def severity(self, parts: Parts, span: Span) -> tree.Severity:
        cite, exempt = self._ends(parts)
        [costs] = all_of(parts, _Costs)
        return tree.Severity(parts[0], costs.effects, cite, span, exempt, costs.nothing)

    def measure(self, parts: Parts, span: Span) -> tree.MeasureStatement:
        return tree.MeasureStatement(parts[1], parts[3], self._cited(parts), span)

    def sanction(self, parts: Parts, span: Span) -> tree.SanctionStatement:
        overlaps = all_of(parts, _Overlap)
        for again in overlaps[1:]:
            self._twice("overlap", again.span, overlaps[0].span)
        overlap = overlaps[0].manner if overlaps else None
        return tree.SanctionStatement(parts[1], all_of(parts, tree.PartLine), overlap, self._cited(parts), span)

    def part(self, parts: Parts, span: Span) -> tree.PartLine:
        return tree.PartLine(parts[0], one_of(parts, tree.Quantity), has(parts, "PERMANENTLY"), span)

    def overlap(self, parts: Parts, span: Span) -> _Overlap:
        return _Overlap(word_of(parts[1]), span)

    def flag(self, parts: Parts, span: Span) -> tree.FlagStatement:
        return tree.FlagStatement(parts[1], has(parts, "PER"), self._cited(parts), span)

    def acts(self, parts: Parts, span: Span) -> tree.ActsStatement:
        return tree.ActsStatement(all_of(parts, tree.Named), self._cited(parts), span)

    def metrics(self, parts: Parts, span: Span) -> tree.MetricsStatement:
        return tree.MetricsStatement(all_of(parts, tree.Named), self._cited(parts), span)

    def attribute(self, parts: Parts, span: Span) -> tree.AttributeStatement:
        return tree.AttributeStatement(parts[1], all_of(parts, tree.Name), self._cited(parts), span)

    def constant(self, parts: Parts, span: Span) -> tree.ConstantStatement:
        return tree.ConstantStatement(parts[1], all_of(parts, tree.ConstantValue), span)

    def value(self, parts: Parts, span: Span) -> tree.ConstantValue:
        since = date_of(parts[2]) if has(parts, "FROM") else None
        return tree.ConstantValue(parts[0], since, self._cited(parts), span)

    # --- rules -------------------------------------------------------------------------------------------------------

    def rule(self, parts: Parts, span: Span) -> tree.RuleStatement:
        cases = all_of(parts, tree.Case)
        cite, of_case = self._cited(parts), cases[0].cite
        if cite is not None and of_case is not None and len(cases) == 1:
            first, again = sorted((cite.span, of_case.span), key=lambda span: span.start)
            self._twice("cite", again, first)
        occasion = self._occasion(parts)
        alone = cases[0].condition
        if isinstance(alone, tree.Otherwise) and not alone.said and occasion is None:
            self._findings.append(
                Diagnostic(
                    "missing-condition",
                    "nothing is said about when this happens",
                    alone.span,
                    "write what must hold in front of the arrow: rule NAME: general >= 20 -> suspend 3d",
                )
            )
        over = all_of(parts[2:], tree.Name)
        return tree.RuleStatement(parts[1], cases, cite, span, self._whose(parts), over, occasion)

    def always(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        return tree.Case(tree.Otherwise(span, said=False), None, effects_of(parts), cite, span, exempt)

    def occasion(self, parts: Parts, span: Span) -> tree.Occasion:
        names, things = all_of(parts, tree.Name), all_of(parts, tree.Thing)
        length, schedule = one_of(parts, tree.Quantity), one_of(parts, tree.Schedule)
        sort: Any = "name"
        if schedule is not None:
            return tree.Occasion("schedule", (), None, None, (), True, span, schedule)
        if things:
            sort = "streak"
        elif has(parts, "TICKET"):
            sort = "ticket"
        elif has(parts, "FINE"):
            sort = "fine"
        last = parts[-1]
        at = word_of(last) if isinstance(last, Token) and last.kind in ("PAID", "OVERDUE", *_HAPPENS) else None
        return tree.Occasion(sort, names, at, length, things, has(parts, "EVERY"), span)

    def _occasion(self, parts: Parts) -> tree.Occasion | None:
        """The occasion of a rule or ladder; said twice, the first counts, and that is reported."""
        found = all_of(parts, tree.Occasion)
        for again in found[1:]:
            self._twice("when", again.span, found[0].span)
        return found[0] if found else None

    def thing(self, parts: Parts, span: Span) -> tree.Thing:
        what = parts[0] if isinstance(parts[0], tree.Name) else word_of(parts[0])
        return tree.Thing(what, has(parts, "ENDS"), span)

    def whose(self, parts: Parts, span: Span) -> _Whose:
        return _Whose(parts[1], span)

    def _whose(self, parts: Parts) -> tree.Expression | None:
        """For whom a rule or ladder is; said twice, the first counts, and that is reported."""
        found = all_of(parts, _Whose)
        for again in found[1:]:
            self._twice("for", again.span, found[0].span)
        return found[0].condition if found else None

    def prevails(self, parts: Parts, span: Span) -> tree.Name:
        return cast(tree.Name, parts[1])

    def bare_rule(self, parts: Parts, span: Span) -> tree.RuleStatement:
        return tree.RuleStatement(None, (parts[0],), None, span)

    def case(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        return tree.Case(parts[0], None, effects_of(parts[1:]), cite, span, exempt)

    def each_case(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        return tree.Case(parts[1], None, effects_of(parts[2:]), cite, span, exempt, each_time=True)

    def otherwise_case(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        return tree.Case(tree.Otherwise(parts[0].span), None, effects_of(parts), cite, span, exempt)

    def every_case(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        parity = next((word_of(p) for p in parts[:2] if isinstance(p, Token) and p.kind == "PARITY"), None)
        number, _, condition = parts[2:5] if parity is not None else parts[1:4]
        above = one_of(parts, _Above)
        return tree.Case(
            condition,
            number_of(number),
            effects_of(parts),
            cite,
            span,
            exempt,
            parity=parity,
            above=above.number if above is not None else None,
        )

    def above(self, parts: Parts, span: Span) -> _Above:
        return _Above(number_of(parts[1]))

    def except_(self, parts: Parts, span: Span) -> tree.Exempt:
        return tree.Exempt(parts[2], None, span)

    def _ends(self, parts: Parts) -> tuple[tree.Text | None, tuple[tree.Exempt, ...]]:
        """The citation of a case, and its exceptions: a citation behind an exception is that exception's."""
        first = next((place for place, part in enumerate(parts) if isinstance(part, tree.Exempt)), len(parts))
        exempt: list[tree.Exempt] = []
        for part in parts[first:]:
            if isinstance(part, tree.Exempt):
                exempt.append(part)
            elif isinstance(part, _Cite):
                if exempt[-1].cite is not None:
                    self._twice("cite", part.text.span, exempt[-1].cite.span)
                else:
                    exempt[-1] = replace(exempt[-1], cite=part.text, span=exempt[-1].span.to(part.text.span))
        return self._cited(parts[:first]), tuple(exempt)

    def ladder(self, parts: Parts, span: Span) -> tree.LadderStatement:
        takes = all_of(parts, tree.Word)
        for again in takes[1:]:
            self._twice("takes", again.span, takes[0].span)
        return tree.LadderStatement(
            parts[1],
            parts[3],
            takes[0] if takes else None,
            all_of(parts, tree.Step),
            self._cited(parts),
            span,
            self._whose(parts),
            self._occasion(parts),
        )

    def takes(self, parts: Parts, span: Span) -> tree.Word:
        return word_of(parts[1])

    def step(self, parts: Parts, span: Span) -> tree.Step:
        cite, exempt = self._ends(parts)
        band, only = one_of(parts, _Band), one_of(parts, _Only)
        return tree.Step(
            compare_of(parts[0]) if band is None else ">=",
            parts[1] if band is None else band.threshold,
            one_of(parts, tree.Text),
            effects_of(parts),
            cite,
            span,
            None if band is None else band.to,
            None if only is None else only.condition,
            exempt,
        )

    def band(self, parts: Parts, span: Span) -> _Band:
        return _Band(parts[0], parts[2])

    def while_(self, parts: Parts, span: Span) -> _Only:
        return _Only(parts[1])

    # --- readings, transitions, tests --------------------------------------------------------------------------------

    def reading(self, parts: Parts, span: Span) -> tree.ReadingStatement:
        return tree.ReadingStatement(parts[1], parts[3], parts[5], span)

    def transition(self, parts: Parts, span: Span) -> tree.TransitionStatement:
        return tree.TransitionStatement(date_of(parts[2]), all_of(parts, tree.TransitionLine), self._cited(parts), span)

    def transition_line(self, parts: Parts, span: Span) -> tree.TransitionLine:
        what, verb = parts
        said = word_of(what) if isinstance(what, Token) else what
        return tree.TransitionLine(said, verb.verb, span, verb.unless, verb.into, verb.table)

    def reached_line(self, parts: Parts, span: Span) -> tree.TransitionLine:
        return tree.TransitionLine(word_of(parts[0]), "as_reached" if has(parts, "AS") else "rearm", span)

    def treatment(self, parts: Parts, span: Span) -> _Treatment:
        verb = "drop_still_counted" if has(parts, "STILL") else parts[0].word
        return _Treatment(verb, _behind(parts, "UNLESS"), _behind(parts, "INTO"), all_of(parts, tree.Conversion))

    def conversion(self, parts: Parts, span: Span) -> tree.Conversion:
        *what, becomes = parts
        if len(what) == 2:
            return tree.Conversion(compare_of(what[0]), what[1], None, becomes, span)
        if isinstance(what[0], tree.Number):
            return tree.Conversion(None, what[0], what[0], becomes, span)
        return tree.Conversion(None, what[0].threshold, what[0].to, becomes, span)


def _is_range(sum_: tree.Arithmetic) -> bool:
    """Whether two plain numbers stand there, as people write a range."""
    return isinstance(sum_.left, tree.Number) and isinstance(sum_.right, tree.Number)
