"""Tree building: one method per rule of the grammar, called when the rule is complete.

Each method gets the values of the rule's parts (tokens without punctuation, and what other methods made) and the span
from the first to the last token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, cast

from policyctl.exact import NotANumber, exact
from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.text import Span
from policyctl.source.tokens import Token

Parts = list[Any]
T = TypeVar("T")

DEEPEST = 100
"""How deep conditions and sums may be nested; far more than anybody can read, far less than Python can recurse."""


class Refused(Exception):
    """A complete construct that the tree cannot hold; carries what to say."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class _Cite:
    text: tree.Text


@dataclass(frozen=True, slots=True)
class _Overlap:
    manner: tree.Word
    span: Span


@dataclass(frozen=True, slots=True)
class _For:
    name: tree.Name


@dataclass(frozen=True, slots=True)
class _Within:
    within: Any
    far_edge: bool


class Builder:
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
        return _text(parts[0])

    def named(self, parts: Parts, span: Span) -> tree.Named:
        return tree.Named(parts[0], _one(parts, tree.Text))

    def cite(self, parts: Parts, span: Span) -> _Cite:
        return _Cite(_text(parts[1]))

    def _cited(self, parts: Parts) -> tree.Text | None:
        """The citation; of two (in front of the effects and behind them) the first, and that is reported."""
        cites = [cite.text for cite in _all(parts, _Cite)]
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
        value = _number(parts[-1]).value
        return tree.Number(-value if _has(parts, "SIGN") else value, span)

    def quantity(self, parts: Parts, span: Span) -> tree.Quantity:
        unit = cast(tree.UnitWord, parts[-1].word)
        return tree.Quantity(_number(parts[0]).value, unit, _has(parts, "CALENDAR"), span)

    # --- conditions --------------------------------------------------------------------------------------------------

    def any_of(self, parts: Parts, span: Span) -> tree.Joined:
        return self._deep(tree.Joined("or", _expressions(parts), span), parts, span)

    def all_of(self, parts: Parts, span: Span) -> tree.Joined:
        return self._deep(tree.Joined("and", _expressions(parts), span), parts, span)

    def negated(self, parts: Parts, span: Span) -> tree.Negated:
        return self._deep(tree.Negated(parts[1], span), parts, span)

    def compare(self, parts: Parts, span: Span) -> Token:
        return cast(Token, parts[0])

    def compared(self, parts: Parts, span: Span) -> tree.Compared:
        left, sign, right = parts
        return self._deep(tree.Compared(_compare(sign), left, right, span), parts, span)

    def arithmetic(self, parts: Parts, span: Span) -> tree.Arithmetic:
        left, sign, right = parts
        return self._deep(tree.Arithmetic(sign.word, left, right, span), parts, span)

    def bracketed(self, parts: Parts, span: Span) -> tree.Bracketed:
        return self._deep(tree.Bracketed(parts[0], span), parts, span)

    def function(self, parts: Parts, span: Span) -> Token:
        return cast(Token, parts[0])

    def counted(self, parts: Parts, span: Span) -> tree.Counted:
        within = _one(parts, _Within) or _Within(None, False)
        dated: Any = next((p.word for p in parts[1:] if isinstance(p, Token) and p.kind == "DATED"), None)
        return tree.Counted(parts[0].word, _all(parts, tree.Name), within.within, within.far_edge, dated, span)

    def within(self, parts: Parts, span: Span) -> _Within:
        quantity = _one(parts, tree.Quantity)
        if quantity is not None:
            return _Within(quantity, _has(parts, "INCLUSIVE"))
        word = parts[-1].word
        if word not in ("period", "year", "ever"):
            raise Refused(
                Diagnostic(
                    "not-supported-yet",
                    f"`this {word}` is part of the language but this version does not support it",
                    span,
                    "write `this period`, `this year`, or a window such as `in 90 days`",
                )
            )
        return _Within(word, False)

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
        return tree.Impose(
            parts[0],
            _one(parts, tree.Quantity),
            _bare_number(parts),
            _has(parts, "PERMANENTLY"),
            _has(parts, "EACH"),
            span,
        )

    def fine(self, parts: Parts, span: Span) -> tree.Fine:
        clears = next((part for part in parts if isinstance(part, list)), None)
        return tree.Fine(
            _bare_number(parts),
            _one(parts, tree.Quantity),
            _has(parts, "EACH"),
            clears is not None,
            _all(clears or [], tree.Name),
            _has(clears or [], "SERVED"),
            span,
        )

    def clears(self, parts: Parts, span: Span) -> Parts:
        return parts

    def warn(self, parts: Parts, span: Span) -> tree.Warn:
        return tree.Warn(_one(parts, tree.Name), _one(parts, tree.Text), span)

    def post(self, parts: Parts, span: Span) -> tree.Post:
        return tree.Post(parts[0], parts[1].word, _number(parts[2]), span)

    # --- what the file is --------------------------------------------------------------------------------------------

    def policy(self, parts: Parts, span: Span) -> tree.PolicyHeader:
        return tree.PolicyHeader(parts[1], tuple(p for p in parts[2:] if not isinstance(p, Token)), span)

    def version(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("version", _date(parts[1]), span)

    def timezone(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("timezone", parts[1], span)

    def currency(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("currency", parts[1], span)

    def annulment(self, parts: Parts, span: Span) -> tree.Setting:
        word = "_".join(part.word for part in parts[1:])
        return tree.Setting("annulment", tree.Word(word, parts[1].span.to(parts[-1].span)), span)

    def count_by(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("count_by", _word(parts[2]), span)

    def judge_by(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("judge_by", _word(parts[2]), span)

    def late(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("late_tickets", parts[3], span)

    def final(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("points_have_no_effect", _word(parts[-1]), span)

    def use(self, parts: Parts, span: Span) -> tree.Use:
        return tree.Use(parts[1], span)

    def note(self, parts: Parts, span: Span) -> tree.Note:
        return tree.Note(parts[1], span)

    # --- what is counted ---------------------------------------------------------------------------------------------

    def identities(self, parts: Parts, span: Span) -> tree.Identities:
        return tree.Identities(_all(parts, tree.Named), span)

    def ledger(self, parts: Parts, span: Span) -> tree.LedgerStatement:
        clauses = tuple(p for p in parts if isinstance(p, (tree.Starts, tree.Bound, tree.Resets)))
        return tree.LedgerStatement(parts[1], clauses, self._cited(parts), span)

    def starts(self, parts: Parts, span: Span) -> tree.Starts:
        return tree.Starts(parts[2], _has(parts, "DOWN"), span)

    def bound(self, parts: Parts, span: Span) -> tree.Bound:
        return tree.Bound(parts[0].word, parts[1], span)

    def resets(self, parts: Parts, span: Span) -> tree.Resets:
        return tree.Resets(parts[2].word, parts[4] if len(parts) > 4 else None, span)

    def offence(self, parts: Parts, span: Span) -> tree.OffenceStatement:
        severities = _all(parts, tree.Severity)
        return tree.OffenceStatement(parts[1], _effects(parts), severities, self._cited(parts), span)

    def severity(self, parts: Parts, span: Span) -> tree.Severity:
        return tree.Severity(parts[0], _effects(parts), self._cited(parts), span)

    def measure(self, parts: Parts, span: Span) -> tree.MeasureStatement:
        return tree.MeasureStatement(parts[1], parts[3], self._cited(parts), span)

    def sanction(self, parts: Parts, span: Span) -> tree.SanctionStatement:
        overlaps = _all(parts, _Overlap)
        for again in overlaps[1:]:
            self._twice("overlap", again.span, overlaps[0].span)
        overlap = overlaps[0].manner if overlaps else None
        return tree.SanctionStatement(parts[1], _all(parts, tree.PartLine), overlap, self._cited(parts), span)

    def part(self, parts: Parts, span: Span) -> tree.PartLine:
        return tree.PartLine(parts[0], _one(parts, tree.Quantity), _has(parts, "PERMANENTLY"), span)

    def overlap(self, parts: Parts, span: Span) -> _Overlap:
        return _Overlap(_word(parts[1]), span)

    def flag(self, parts: Parts, span: Span) -> tree.FlagStatement:
        return tree.FlagStatement(parts[1], _has(parts, "PER"), self._cited(parts), span)

    # --- rules -------------------------------------------------------------------------------------------------------

    def rule(self, parts: Parts, span: Span) -> tree.RuleStatement:
        cases = _all(parts, tree.Case)
        cite, of_case = self._cited(parts), cases[0].cite
        if cite is not None and of_case is not None:
            first, again = sorted((cite.span, of_case.span), key=lambda span: span.start)
            self._twice("cite", again, first)
        return tree.RuleStatement(parts[1], cases, cite, span)

    def bare_rule(self, parts: Parts, span: Span) -> tree.RuleStatement:
        return tree.RuleStatement(None, (parts[0],), None, span)

    def case(self, parts: Parts, span: Span) -> tree.Case:
        return tree.Case(parts[0], None, _effects(parts[1:]), self._cited(parts), span)

    def every_case(self, parts: Parts, span: Span) -> tree.Case:
        return tree.Case(parts[3], _number(parts[1]), _effects(parts[4:]), self._cited(parts), span)

    def ladder(self, parts: Parts, span: Span) -> tree.LadderStatement:
        takes = _all(parts, tree.Word)
        for again in takes[1:]:
            self._twice("takes", again.span, takes[0].span)
        return tree.LadderStatement(
            parts[1], parts[3], takes[0] if takes else None, _all(parts, tree.Step), self._cited(parts), span
        )

    def takes(self, parts: Parts, span: Span) -> tree.Word:
        return _word(parts[1])

    def step(self, parts: Parts, span: Span) -> tree.Step:
        return tree.Step(
            _compare(parts[0]), parts[1], _one(parts, tree.Text), _effects(parts), self._cited(parts), span
        )

    # --- readings, transitions, tests --------------------------------------------------------------------------------

    def reading(self, parts: Parts, span: Span) -> tree.ReadingStatement:
        return tree.ReadingStatement(parts[1], parts[3], parts[5], span)

    def transition(self, parts: Parts, span: Span) -> tree.TransitionStatement:
        return tree.TransitionStatement(_date(parts[2]), _all(parts, tree.TransitionLine), self._cited(parts), span)

    def transition_line(self, parts: Parts, span: Span) -> tree.TransitionLine:
        what, verb = parts
        return tree.TransitionLine(_word(what) if isinstance(what, Token) else what, verb, span)

    def reached_line(self, parts: Parts, span: Span) -> tree.TransitionLine:
        return tree.TransitionLine(_word(parts[0]), "as_reached" if _has(parts, "AS") else "rearm", span)

    def treatment(self, parts: Parts, span: Span) -> str:
        return "drop_still_counted" if _has(parts, "STILL") else cast(str, parts[0].word)

    def test(self, parts: Parts, span: Span) -> tree.TestStatement:
        lines = tuple(p for p in parts if isinstance(p, (tree.TicketLine, tree.PaysLine, tree.ExpectLine)))
        return tree.TestStatement(parts[1], _for(parts), lines, span)

    def ticket(self, parts: Parts, span: Span) -> tree.TicketLine:
        dates = tuple(part for part in parts if isinstance(part, tuple))
        points = next((_number(p) for p in parts if isinstance(p, Token) and p.kind == "NUMBER"), None)
        if points is not None and _has(parts, "MINUS"):
            points = tree.Number(-points.value, points.span)
        return tree.TicketLine(_date(parts[0]), parts[2], parts[3], points, dates, _for(parts), span)

    def ticket_date(self, parts: Parts, span: Span) -> tuple[str, tree.Date]:
        return parts[0].word, _date(parts[1])

    def pays(self, parts: Parts, span: Span) -> tree.PaysLine:
        return tree.PaysLine(_date(parts[0]), _number(parts[2]), _one(parts, tree.Text), _for(parts), span)

    def towards(self, parts: Parts, span: Span) -> tree.Text:
        return _text(parts[1])

    def expect(self, parts: Parts, span: Span) -> tree.ExpectLine:
        on = _date(parts[0]) if parts[0].kind == "DATE" else None
        expected = parts[1] if on is None else parts[2]
        return tree.ExpectLine(on, expected, _for(parts), span)

    def expect_decision(self, parts: Parts, span: Span) -> tree.ExpectDecision:
        return tree.ExpectDecision(parts[0], False, _date(parts[-1]) if _has(parts, "DATE") else None)

    def expect_no(self, parts: Parts, span: Span) -> tree.ExpectDecision:
        return tree.ExpectDecision(parts[1], True, _date(parts[-1]) if _has(parts, "DATE") else None)

    def expect_nothing(self, parts: Parts, span: Span) -> tree.ExpectDecision:
        return tree.ExpectDecision(None, True, _date(parts[-1]) if _has(parts, "DATE") else None)

    def expect_runs(self, parts: Parts, span: Span) -> tree.ExpectRuns:
        return tree.ExpectRuns(parts[0], _date(parts[-1]) if _has(parts, "DATE") else None)

    def expect_state(self, parts: Parts, span: Span) -> tree.ExpectState:
        return tree.ExpectState(parts[0])

    def whom(self, parts: Parts, span: Span) -> _For:
        return _For(parts[1])


_COMPARE: dict[str, str] = {"≥": ">=", "≤": "<=", "≠": "!="}


def _compare(sign: Token) -> Any:
    return _COMPARE.get(sign.word, sign.word)


def _one(parts: Parts, kind: type[T]) -> T | None:
    return next((part for part in parts if isinstance(part, kind)), None)


def _all(parts: Parts, kind: type[T]) -> tuple[T, ...]:
    return tuple(part for part in parts if isinstance(part, kind))


def _expressions(parts: Parts) -> tuple[tree.Expression, ...]:
    return tuple(part for part in parts if not isinstance(part, Token))


def _effects(parts: Parts) -> tuple[tree.Effect, ...]:
    return next((part for part in parts if isinstance(part, tuple)), ())


def _has(parts: Parts, kind: str) -> bool:
    return any(isinstance(part, Token) and part.kind == kind for part in parts)


def _for(parts: Parts) -> tree.Name | None:
    named = _one(parts, _For)
    return named.name if named else None


def _word(token: Token) -> tree.Word:
    return tree.Word(token.word, token.span)


def _text(token: Token) -> tree.Text:
    return tree.Text(token.text[1:-1], token.span)


def _date(token: Token) -> tree.Date:
    return tree.Date(" ".join(token.word.split()), token.span)


def _bare_number(parts: Parts) -> tree.Number | None:
    return next((_number(p) for p in parts if isinstance(p, Token) and p.kind == "NUMBER"), None)


def _number(token: Token) -> tree.Number:
    try:
        return tree.Number(exact(token.word), token.span)
    except NotANumber:
        raise Refused(
            Diagnostic(
                "number-too-long",
                f"`{token.word[:40]}` has too many digits",
                token.span,
                "a number has at most 15 digits before the point and 9 behind it",
            )
        ) from None
