"""Tree building for tests: one method per rule of the grammar, as in the other rooms of tree building."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policyctl.source import stories, tree
from policyctl.source.build_words import Whom
from policyctl.source.parts import Parts, all_of, date_of, has, number_of, one_of, text_of, word_of
from policyctl.source.text import Span
from policyctl.source.tokens import Token


@dataclass(frozen=True, slots=True)
class _By:
    who: tree.Name | tree.Text


@dataclass(frozen=True, slots=True)
class _Why:
    text: tree.Text


@dataclass(frozen=True, slots=True)
class _Recorded:
    at: tree.Date


@dataclass(frozen=True, slots=True)
class _Period:
    name: tree.Text


class StoryBuilder:
    """What builds a test."""

    def test(self, parts: Parts, span: Span) -> tree.TestStatement:
        lines = tuple(part for part in parts if isinstance(part, stories.StoryLine))
        return tree.TestStatement(parts[1], _whose(parts), lines, span)

    # --- what the account is, and what happens ------------------------------------------------------------------------

    def opened(self, parts: Parts, span: Span) -> stories.OpenedLine:
        return stories.OpenedLine(date_of(parts[1]), span)

    def given(self, parts: Parts, span: Span) -> stories.GivenLine:
        value = date_of(parts[2]) if isinstance(parts[2], Token) else parts[2]
        return stories.GivenLine(parts[1], value, span, date_of(parts[-1]) if has(parts, "FROM") else None)

    def happened(self, parts: Parts, span: Span) -> stories.HappenedLine:
        value = one_of(parts, tree.Number)
        about = next((part for part in parts[3:] if isinstance(part, tree.Name | tree.Text)), None)
        said = all_of(parts, stories.TicketWord)
        at, recorded = date_of(parts[0]), _recorded(parts)
        return stories.HappenedLine(at, parts[2], value, about, said, recorded, _whose(parts), span)

    def ticket(self, parts: Parts, span: Span) -> stories.TicketLine:
        dates = tuple(part for part in parts if isinstance(part, tuple))
        said = all_of(parts, stories.TicketWord)
        points = _number(parts)
        if points is not None and has(parts, "MINUS"):
            points = tree.Number(-points.value, points.span)
        return stories.TicketLine(date_of(parts[0]), parts[2], parts[3], points, dates, said, _whose(parts), span)

    def ticket_word(self, parts: Parts, span: Span) -> stories.TicketWord:
        named = parts[1] if len(parts) == 3 else None
        field = tree.Name(named.word, named.span) if isinstance(named, Token) else named
        return stories.TicketWord(word_of(parts[0]), field, parts[-1], span)

    def carried(self, parts: Parts, span: Span) -> stories.TicketWord:
        value = date_of(parts[1]) if isinstance(parts[1], Token) else parts[1]
        return stories.TicketWord(tree.Word("with", span), parts[0], value, span)

    def ticket_date(self, parts: Parts, span: Span) -> tuple[tree.Word, tree.Date]:
        return word_of(parts[0]), date_of(parts[1])

    def pays(self, parts: Parts, span: Span) -> stories.PaysLine:
        return stories.PaysLine(
            date_of(parts[0]), number_of(parts[2]), one_of(parts, tree.Text), _recorded(parts), _whose(parts), span
        )

    def towards(self, parts: Parts, span: Span) -> tree.Text:
        return text_of(parts[1])

    def appeal(self, parts: Parts, span: Span) -> stories.AppealLine:
        outcome: Any = (_token(parts, "OUTCOME") or _token(parts, "REDUCED")).word
        return stories.AppealLine(
            date_of(parts[0]),
            parts[3],
            outcome,
            _number(parts),
            _recorded(parts),
            _whose(parts),
            span,
        )

    def person(self, parts: Parts, span: Span) -> stories.OverrideLine:
        action: Any = "impose" if parts[1].kind == "IMPOSED" else parts[1].word
        by, why = one_of(parts, _By), one_of(parts, _Why)
        return stories.OverrideLine(
            at=date_of(parts[0]),
            action=action,
            decision=one_of(parts, tree.Text),
            name=one_of(parts, tree.Name),
            amount=_number(parts),
            until=_date(parts[1:]),
            permanently=has(parts, "PERMANENTLY"),
            by=by.who if by is not None else None,
            because=why.text if why is not None else None,
            recorded=_recorded(parts),
            identity=_whose(parts),
            span=span,
        )

    def by(self, parts: Parts, span: Span) -> _By:
        return _By(parts[1])

    def why(self, parts: Parts, span: Span) -> _Why:
        return _Why(parts[1])

    def recorded(self, parts: Parts, span: Span) -> _Recorded:
        return _Recorded(date_of(parts[1]))

    def known(self, parts: Parts, span: Span) -> stories.KnownLine:
        return stories.KnownLine(date_of(parts[1]), span)

    # --- what is expected --------------------------------------------------------------------------------------------

    def expect(self, parts: Parts, span: Span) -> stories.ExpectLine:
        on = date_of(parts[0]) if parts[0].kind == "DATE" else None
        expected = parts[1] if on is None else parts[2]
        return stories.ExpectLine(on, expected, _whose(parts), span)

    def expect_decision(self, parts: Parts, span: Span) -> stories.ExpectDecision:
        rule = text_of(parts[0]) if isinstance(parts[0], Token) else parts[0]
        return stories.ExpectDecision(rule, False, _date(parts), _period(parts))

    def expect_no(self, parts: Parts, span: Span) -> stories.ExpectDecision:
        return stories.ExpectDecision(parts[1], True, _date(parts), _period(parts))

    def expect_nothing(self, parts: Parts, span: Span) -> stories.ExpectDecision:
        return stories.ExpectDecision(None, True, _date(parts), _period(parts))

    def expect_taken(self, parts: Parts, span: Span) -> stories.ExpectTaken:
        rule = next(part for part in parts if isinstance(part, (tree.Name, tree.Text)))
        return stories.ExpectTaken(_how(parts), rule, has(parts, "NOT"), _date(parts), _period(parts))

    def expect_none_taken(self, parts: Parts, span: Span) -> stories.ExpectTaken:
        return stories.ExpectTaken(_how(parts), None, True, None, None)

    def expect_owed(self, parts: Parts, span: Span) -> stories.ExpectOwed:
        rule = next((part for part in parts if isinstance(part, (tree.Name, tree.Text))), None)
        return stories.ExpectOwed(_number(parts), rule)

    def expect_served(self, parts: Parts, span: Span) -> stories.ExpectServed:
        times = tuple(part for part in parts if isinstance(part, tree.Quantity))
        rule = next((part for part in parts if isinstance(part, (tree.Name, tree.Text))), None)
        return stories.ExpectServed(times, rule)

    def expect_fines(self, parts: Parts, span: Span) -> stories.ExpectFines:
        return stories.ExpectFines(number_of(parts[2]))

    def expect_runs(self, parts: Parts, span: Span) -> stories.ExpectRuns:
        waits = (number_of(parts[2]), parts[3]) if len(parts) == 4 else None
        return stories.ExpectRuns(parts[0], _date(parts), waits)

    def expect_state(self, parts: Parts, span: Span) -> stories.ExpectState:
        return stories.ExpectState(parts[0])

    def in_period(self, parts: Parts, span: Span) -> _Period:
        named: Token = parts[2]
        return _Period(text_of(named) if named.kind == "TEXT" else tree.Text(named.word, named.span))


def _token(parts: Parts, kind: str) -> Any:
    """The first token of a kind."""
    return next((part for part in parts if isinstance(part, Token) and part.kind == kind), None)


def _number(parts: Parts) -> tree.Number | None:
    found = _token(parts, "NUMBER")
    return number_of(found) if found is not None else None


def _date(parts: Parts) -> tree.Date | None:
    found = _token(parts, "DATE")
    return date_of(found) if found is not None else None


def _how(parts: Parts) -> Any:
    return "rescinded" if has(parts, "RESCINDED") else "for review"


def _period(parts: Parts) -> tree.Text | None:
    found = one_of(parts, _Period)
    return found.name if found is not None else None


def _recorded(parts: Parts) -> tree.Date | None:
    found = one_of(parts, _Recorded)
    return found.at if found is not None else None


def _whose(parts: Parts) -> tree.Name | None:
    found = one_of(parts, Whom)
    return found.name if found is not None else None
