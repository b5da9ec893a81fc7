"""Why a decision was made, for the terminal, and under which clause."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from msgspec.structs import replace

from policyctl.explain.bands import band, is_one
from policyctl.explain.compared import Side, side_of, wanted_of
from policyctl.explain.terminal_did import is_used_up
from policyctl.explain.terminal_layout import HOLD, Column, Page, hold, table, whole
from policyctl.explain.terminal_occasions import always, occasion, of_offence
from policyctl.explain.terminal_words import Speaker, asks_whether, find_measure
from policyctl.explain.text import Text
from policyctl.policy.form import Condition, Rule, Said, Version, When
from policyctl.replay.answer import IMPOSE, Answer, Decision
from policyctl.replay.reason import Because, Ended, EntryLine

FIRST_SHOWN, LAST_SHOWN = 3, 5
"""Entries that are shown of a long list."""

# --- why -------------------------------------------------------------------------------------------------------------


def because_lines(speaker: Speaker, page: Page, decision: Decision) -> list[Text]:
    """Why a decision was made: what moved, what had ended before, and the entries that make it up."""
    if decision.rule.name == IMPOSE:
        return page.paragraph(speaker.say("people.why"))
    if not decision.because and not decision.flags and not decision.words:
        return page.paragraph(_occasion(speaker, decision))
    lines: list[Text] = page.paragraph(_occasion(speaker, decision)) if decision.rule.occasion != "ticket" else []
    told: set[str] = set()
    for because in decision.because:
        if because.measure in told and band(_condition(decision), because.measure) is not None:
            continue  # the other end of a band
        lines += page.paragraph(_moved(speaker, decision, because))
        if because.measure in told:
            continue  # one number that is compared twice
        told.add(because.measure)
        for sentence in _before_that(speaker, decision, because):
            lines += page.paragraph(sentence)
        lines += _entries(speaker, page, decision, because)
    for flag, up in decision.flags:
        name = speaker.name("flag", flag, decision.version, "bold")
        lines += page.paragraph(speaker.say("why.flag_up" if up else "why.flag_down", flag=name))
    for words, held in decision.words:
        lines += page.paragraph(speaker.say("why.holds" if held else "why.holds_not", words=Text(words, style="bold")))
    return lines


def _occasion(speaker: Speaker, decision: Decision) -> Text:
    """What a rule that asks for nothing else was waiting for."""
    events = speaker.listed(
        [Text(hold(one)) for one in decision.tickets or decision.events or _overdue(speaker, decision)]
    )
    if decision.rule.occasion == "ticket":
        return speaker.say("why.condition", tickets=events)
    waits = occasion(speaker, decision.rule, decision.version)
    if not events.plain:
        return speaker.say("why.occasion", occasion=waits)
    return speaker.say("why.occasion_with", occasion=waits, events=events)


def _overdue(speaker: Speaker, decision: Decision) -> tuple[str, ...]:
    """The tickets at which was required what is overdue, where that is one requirement alone."""
    waits = decision.rule.occasion
    if not (isinstance(waits, When) and (waits.sort, waits.at) == ("require", "overdue")):
        return ()
    found = [
        one.tickets
        for one in speaker.answer.decisions
        if one.identity == decision.identity
        for outcome in one.outcomes
        if (outcome.effect.sort, outcome.until) == ("require", decision.at) and outcome.effect.name in waits.names
    ]
    return found[0] if len(found) == 1 else ()


def _moved(speaker: Speaker, decision: Decision, because: Because) -> Text:
    version = decision.version
    before, after = because.before, because.after
    asked = asks_whether(version, because.measure)
    if asked is not None:
        keys = ("why.sanction", "why.sanction_not") if asked[0] == "sanction" else ("why.act", "why.act_not")
        measure = find_measure(version, because.measure)
        if asked[0] == "sanction" and measure is not None and measure.terms[0].read.anchor == "ticket":
            keys = ("why.sanction_then", "why.sanction_not_then")
        return speaker.say(keys[0] if after else keys[1], name=speaker.name(*asked, version))
    way = "stayed"
    if before is not None and after is not None and before != after:
        way = "rose" if after > before else "fell"
    side = side_of(speaker, because.measure, version, decision.at, "bold")
    if side is not None:
        before, after = (None if number is None else number - side.shift for number in (before, after))
    suffix = "" if because.holds else "_not"
    if because.holds and speaker.says_itself(decision.rule, decision.version):
        suffix = "_condition"
    elif because.holds and not is_one(_condition(decision)):
        suffix = "_part"
    return speaker.say(
        f"why.{way}{suffix}",
        measure=speaker.measure(because.measure, version, "bold") if side is None else side.name,
        before=hold(speaker.number(before)),
        after=Text(hold(speaker.number(after)), style="bold"),
        wanted=_wanted(speaker, decision, because, side),
    )


def _condition(decision: Decision) -> Condition:
    """What made a rule fire: of several lines the one that says what happens."""
    rule = decision.rule
    return rule.lines[decision.line] if rule.lines else rule.condition


def _wanted(speaker: Speaker, decision: Decision, because: Because, side: Side | None) -> Text:
    """What the rule asks for; one that counts multiples asks for each."""
    version, every = decision.version, decision.rule.every
    if side is not None:
        return wanted_of(speaker, because.measure, because.compare, because.threshold, side, version, every)
    if every is None:
        between = band(_condition(decision), because.measure) if because.holds else None
        if between is not None:
            return speaker.wanted_band(between, version)
        return speaker.wanted(because.measure, because.compare, because.threshold, version)
    number, reached = (speaker.quantity(because.measure, n, version) for n in (every, because.threshold))
    return speaker.say("wanted.every", number=number, reached=reached)


def _before_that(speaker: Speaker, decision: Decision, because: Because) -> Iterator[Text]:
    for ended in because.ended:
        if ended.why != "opened" and ended.at is not None:
            yield _ended(speaker, decision, ended, speaker.when(ended.at))


def _ended(speaker: Speaker, decision: Decision, ended: Ended, when: Text) -> Text:
    points = speaker.points_of([(ended.ledger, ended.points)], decision.version)
    if not ended.points:
        ledger = speaker.ledger(ended.ledger, decision.version)
        return speaker.say("why.since", ledger=ledger, when=when)
    if ended.why == "cleared":
        if ended.event:
            return speaker.say("why.cleared", points=points, when=when, event=ended.event)
        return speaker.say("why.cleared_plain", points=points, when=when)
    if ended.why in ("consumed", "redeemed", "set"):
        key = "why.given_back" if is_used_up(ended.ledger, decision.version) else "why.taken"
        return speaker.say(key, points=points, when=when, event=ended.event or "")
    key = {
        "reset": "why.reset",
        "repealed": "why.repealed",
        "expired": "why.expired",
        "carried_back": "why.carried_back",
        "superseded": "why.superseded",
    }.get(ended.why, "why.version")
    return speaker.say(key, points=points, when=when)


def _entries(speaker: Speaker, page: Page, decision: Decision, because: Because) -> list[Text]:
    """The entries of a number, and beside them what else happened that is in it."""
    if not because.facts:
        return _table(speaker, page, decision, because)
    beside = _table(speaker, page, decision, because) if because.entries else []
    return beside + _facts(speaker, page, decision, because)


def _table(speaker: Speaker, page: Page, decision: Decision, because: Because) -> list[Text]:
    entries = because.entries
    if not entries and because.earlier is None:
        return []
    hidden = len(entries) - FIRST_SHOWN - LAST_SHOWN
    gap = range(FIRST_SHOWN, FIRST_SHOWN + hidden) if hidden > 1 else range(0)
    side = side_of(speaker, because.measure, decision.version, decision.at)
    shift = Fraction(0) if side is None else side.shift
    told = {n: _cells(speaker, decision, entry, shift) for n, entry in enumerate(entries) if n not in gap}
    absent = set() if len({entry.ledger for entry in entries}) > 1 else {"ledger"}
    measure = find_measure(decision.version, because.measure)
    if measure is not None and all(term.read.of == "count" and term.times == 1 for term in measure.terms):
        absent |= {"points", "ledger"}  # each counts as one, whatever it cost and where
    if all(entry.occurred in (None, entry.effective) for entry in entries):
        absent.add("occurred")
    below = _below(speaker, page, list(told.values()), absent)
    absent |= below & {"offence"} if any(entry.offence for entry in entries) else {"offence"}
    shown = [name for name in _COLUMNS if name not in absent]
    rows: list[list[Text]] = [[speaker.say(f"column.{name}").stylize("dim") for name in shown]] if entries else []
    if because.earlier is not None:
        count, key = because.earlier.entries, "why.earlier"
        decided = Text(hold(because.earlier.decision))
        rows.append([speaker.say(key, count, count=speaker.number(Fraction(count)), decision=decided)])
    for number in range(len(entries)):
        if number in told:
            cells = told[number]
            rows.append([_marked(cells) if name == "ticket" and not below else cells[name] for name in shown])
            under = [cells[name] for name in ("offence", "mark") if name in below and cells[name].plain]
            rows += [[Text(HOLD * 2).append(_beside(under))]] if under else []
        elif number == FIRST_SHOWN:
            rows.append([speaker.say("why.more", hidden, count=speaker.number(Fraction(hidden)))])
    return table(rows, [_COLUMNS[name] for name in shown], page.width)


def _facts(speaker: Speaker, page: Page, decision: Decision, because: Because) -> list[Text]:
    """The facts that count, one a line, where a number is no sum of entries alone."""
    lines: list[Text] = []
    if because.earlier is not None and not because.entries:
        count = because.earlier.entries
        decided = Text(hold(because.earlier.decision))
        lines += page.paragraph(
            speaker.say("why.earlier", count, count=speaker.number(Fraction(count)), decision=decided)
        )
    hidden = len(because.facts) - FIRST_SHOWN - LAST_SHOWN
    gap = range(FIRST_SHOWN, FIRST_SHOWN + hidden) if hidden > 1 else range(0)
    measure = find_measure(decision.version, because.measure)
    # What is counted adds one each, and that needs no words.
    adds = measure is not None and any(term.read.of != "count" for term in measure.terms)
    for place, fact in enumerate(because.facts):
        if place not in gap:
            kind = {"ticket": "offence", "entry": "ledger"}.get(fact.kind, fact.kind)
            name = Text() if fact.kind == "fine" else speaker.name(kind, fact.name, decision.version)
            if fact.kind == "ticket" and "." in fact.name:
                name = speaker.offence(fact.name, decision.version)
            said = speaker.say(
                "why.fact_adds" if adds else "why.fact",
                amount=speaker.number(fact.amount),
                kind=speaker.say(f"fact.{fact.kind}"),
                name=name,
                when=speaker.when(fact.at),
                event=Text(hold(fact.event)),
            )
            if fact.occurred not in (None, fact.at):
                said = speaker.say("why.fact_of", said=said, occurred=speaker.when(fact.occurred))
            lines += page.paragraph(said)
        elif place == FIRST_SHOWN:
            lines += page.paragraph(speaker.say("why.more", hidden, count=speaker.number(Fraction(hidden))))
    return lines


_COLUMNS = {
    "occurred": Column(),
    "effective": Column(),
    "ticket": Column(gives=True),
    "offence": Column(gives=True, least=10),
    "ledger": Column(gives=True),
    "points": Column("right"),
    "balance": Column("right"),
}

_OFFENCE_LEAST = 18
"""The narrowest column for an offence; where there is less room, each stands below its entry."""


def _below(speaker: Speaker, page: Page, told: list[dict[str, Text]], absent: set[str]) -> set[str]:
    """What has no room in a column: nothing, the marks of tickets, or these and the offences. No ticket is broken."""
    widths = {
        name: max([speaker.say(f"column.{name}").cells, *(cells[name].cells for cells in told)])
        for name in _COLUMNS
        if name not in absent
    }
    room = page.width - 2 * (len(widths) - 1)
    marked = max([0, *(_marked(cells).cells for cells in told)]) - widths["ticket"]
    if not any(cells["mark"].plain for cells in told):
        marked = 0
    if sum(widths.values()) + max(marked, 0) <= room:
        return set()
    widths["offence"] = min(widths["offence"], _OFFENCE_LEAST)
    return {"mark"} if sum(widths.values()) <= room else {"mark", "offence"}


def _marked(cells: dict[str, Text]) -> Text:
    """A ticket with its mark."""
    return _beside([cells["ticket"], cells["mark"]]) if cells["mark"].plain else cells["ticket"]


def _beside(texts: list[Text]) -> Text:
    """Texts in one line, with a space between those that are not Chinese."""
    line = Text()
    for text in texts:
        line.append(" " if line.plain and text.plain[:1].isascii() else "").append(text)
    return line


def _cells(speaker: Speaker, decision: Decision, entry: EntryLine, shift: Fraction) -> dict[str, Text]:
    return {
        "occurred": Text() if entry.occurred is None else speaker.when(entry.occurred),
        "effective": speaker.when(entry.effective),
        "ticket": Text(entry.event),
        "mark": _mark(speaker, decision, entry),
        "offence": speaker.offence(entry.offence, decision.version) if entry.offence else Text(),
        "ledger": speaker.ledger(entry.ledger, decision.version),
        "points": Text(speaker.signed(entry.amount)),
        "balance": Text(speaker.number(entry.balance - shift), style="bold"),
    }


def _mark(speaker: Speaker, decision: Decision, entry: EntryLine) -> Text:
    """What an appeal has made of a ticket since, or how many of its points are left."""
    own = (s for s in speaker.answer.status if s.identity == decision.identity)
    steps = [one for s in own for one in s.known_appeals if one.ticket == entry.event]
    for outcome in ("annulled", "reduced", "repealed"):
        found = [one for one in steps if one.outcome == outcome and one.gone_by is None]
        if found:
            last = max(found, key=lambda one: (one.recorded, one.at, one.event))
            before, points = (speaker.number(n or Fraction(0)) for n in (last.issued, last.points))
            return Text(whole(speaker.say(f"mark.{outcome}", before=before, points=points).plain), style="magenta")
    if entry.of is None:
        return Text()
    before, points = speaker.number(entry.of), speaker.number(abs(entry.amount))
    return Text(whole(speaker.say("mark.part", before=before, points=points).plain), style="dim")


# --- under which clause ----------------------------------------------------------------------------------------------


def clause_lines(speaker: Speaker, page: Page, decision: Decision) -> list[Text]:
    """The published clause behind a decision, the rule as it is written, and where."""
    said = speaker.answer.policy.clause(decision.version, decision.rule, decision.line)
    if said is None:
        return [] if decision.rule.name == IMPOSE else page.paragraph(speaker.say("clause.none"))
    lines: list[Text] = []
    if said.cite:
        lines += page.paragraph(speaker.say("clause.cite", cite=said.cite))
    for one in speaker.readings.behind(decision.version, decision.rule.name):
        if (one.file, one.name) not in speaker.read:
            speaker.read.add((one.file, one.name))
            lines += page.paragraph(speaker.say("clause.read", name=one.name, clause=one.clause, because=one.because))
    lines += _written(page, _of_offence(speaker.answer, decision.rule, decision.version) or said)
    for exempt in speaker.answer.policy.exceptions(decision.version, decision.rule):
        if exempt.cite:
            lines += page.paragraph(speaker.say("clause.except", when=hold(exempt.text), cite=exempt.cite))
    version = decision.version.since
    key = "clause.source_version" if version else "clause.source"
    source = speaker.say(key, file=hold(said.file), line=str(said.line), version=version or "")
    source.stylize("dim")
    return lines + page.paragraph(source)


def clause_text(page: Page, answer: Answer, rule: Rule, version: Version | None) -> list[Text]:
    """A rule as the policy writes it."""
    if version is None:
        return []
    return _written(page, _of_offence(answer, rule, version) or answer.policy.said(version, "rule", rule.name))


def _of_offence(answer: Answer, rule: Rule, version: Version) -> Said | None:
    """The line of an offence, points and all, where a rule is what the offence does besides."""
    line = answer.policy.said(version, "ticket", rule.name) if of_offence(version, rule) and always(rule) else None
    return None if line is None else replace(line, text=f"{rule.name} -> {line.text}")


def _written(page: Page, said: Said | None) -> list[Text]:
    if said is None or not said.text:
        return []
    return page.paragraph(Text(said.text.replace(HOLD, " "), style="cyan"))
