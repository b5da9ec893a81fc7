"""One decision for the terminal: what was imposed and until when, what paying does, why, and under which clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.explain.terminal_because import because_lines, clause_lines
from policyctl.explain.terminal_did import counting_again, did, gives_back
from policyctl.explain.terminal_done import done_to
from policyctl.explain.terminal_fields import field, inner
from policyctl.explain.terminal_layout import Column, Page, beside, hang, hold, indent, table
from policyctl.explain.terminal_nodes import flags_in
from policyctl.explain.terminal_occasions import condition_said, open_end
from policyctl.explain.terminal_overlap import Moves
from policyctl.explain.terminal_pay import fine_notes, fine_sentence, pay_lines
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.policy.form import End, Open, Version
from policyctl.replay.answer import Decision, FineStatus, Outcome, PartOutcome, Status
from policyctl.replay.sanctions import GaveWay


def in_full(speaker: Speaker, page: Page, decision: Decision, status: Status) -> list[Text]:
    """Everything about a decision."""
    heading = speaker.say(
        "decision.heading",
        rule=speaker.rule(decision.rule, decision.version, "bold"),
        identity=speaker.identity(decision.identity),
        when=speaker.when(decision.at, "bold"),
    )
    lines = hang(Text(page.glyphs.decision, style="cyan"), heading, page.width)
    body = page.narrower(2)
    key = "decision.id_period" if decision.period else "decision.id"
    identifier = speaker.say(key, id=decision.id, period=decision.period or "")
    identifier.stylize("dim")
    blocks = [
        body.paragraph(identifier),
        [],
        field(
            speaker,
            "given" if gives_back(decision.rule) else "imposed",
            _imposed(speaker, inner(speaker, body), decision, status),
        ),
    ]
    blocks.append(field(speaker, "people", done_to(speaker, inner(speaker, body), decision)))
    blocks.append(field(speaker, "late", _late(speaker, inner(speaker, body), decision, status)))
    for fine, said in pay_lines(speaker, body, decision, fines_of(speaker, decision), status):
        blocks.append(field(speaker, "pay" if fine.open else "paid", said))
    blocks.append(field(speaker, "why", because_lines(speaker, inner(speaker, body), decision)))
    blocks.append(field(speaker, "clause", clause_lines(speaker, inner(speaker, body), decision)))
    shown = [block for place, block in enumerate(blocks) if block or place == 1]
    return lines + indent([line for block in shown for line in (block or [Text()])], 2)


def _late(speaker: Speaker, page: Page, decision: Decision, status: Status) -> list[Text]:
    """That a period was judged which was over."""
    ticket, slash, _ = decision.id.rpartition("@")[2].partition("/")
    if not slash or decision.period is None:
        return []
    runs = decision.period in {period.name for period in status.periods}
    said = speaker.say("late.open" if runs else "late.closed", ticket=hold(ticket), period=decision.period)
    return page.paragraph(said)


def in_short(speaker: Speaker, page: Page, decision: Decision, status: Status) -> list[Text]:
    """A decision in two lines: when and which, and what was imposed."""
    when = speaker.when(decision.at, "bold")
    which = speaker.say(
        "decision.short", id=Text(decision.id, style="cyan"), identity=speaker.identity(decision.identity)
    )
    what = [
        _headline_of(speaker, decision, outcome, short=True)
        for outcome in decision.outcomes
        if outcome.effect.sort != "fine"
    ]
    what += [fine_sentence(speaker, fine) for fine in fines_of(speaker, decision)]
    cells = when.cells + 2
    room = page.narrower(cells)
    return beside(when, room.paragraph(which) + room.paragraph(speaker.clauses(what)), cells)


def fines_of(speaker: Speaker, decision: Decision) -> list[FineStatus]:
    """The fines that a decision opened, in the order of its effects."""
    return speaker.fines.get(decision.id, [])


# --- what was imposed ------------------------------------------------------------------------------------------------


def _imposed(speaker: Speaker, page: Page, decision: Decision, status: Status) -> list[Text]:
    lines: list[Text] = []
    fines = iter(fines_of(speaker, decision))
    for outcome in decision.outcomes:
        if outcome.effect.sort == "fine":
            fine = next(fines, None)
            if fine is not None:
                lines += page.item(fine_sentence(speaker, fine))
                for note in (*_times_fine(speaker, decision, outcome), *fine_notes(speaker, fine)):
                    lines += indent(page.narrower(2).paragraph(note), 2)
            continue
        lines += page.item(_headline_of(speaker, decision, outcome))
        lines += indent(_details(speaker, page.narrower(2), decision, outcome, status), 2)
    for event in speaker.answer.ledger_events:
        if (event.kind, event.cause, event.identity) == ("came_back", decision.id, decision.identity):
            points = speaker.points_of([(event.ledger, event.points)], decision.version)
            said = speaker.say("other.came_back", event.points, when=speaker.when(event.at, "bold"), points=points)
            lines += indent(page.narrower(2).paragraph(said), 2)
    if any(isinstance(one.effect, End) and one.effect.sort == "void" for one in decision.outcomes):
        for said in counting_again(speaker, decision.identity, decision.at):
            lines += indent(page.narrower(2).paragraph(said), 2)
    return lines


def _headline_of(speaker: Speaker, decision: Decision, outcome: Outcome, short: bool = False) -> Text:
    effect, version = outcome.effect, decision.version
    match effect.sort:
        case "sanction":
            name = speaker.name("sanction", effect.name, version, "bold")
            gave = speaker.as_it_runs.gave_way(decision, outcome)
            if gave is not None:
                return _gave_way(speaker, name, gave)
            runs = speaker.as_it_runs.outcome(decision, outcome)
            if ends_differ(runs.parts) and not short:
                return speaker.say("sanction.parts_differ", sanction=name)
            return _until(speaker, name, runs, decision)
        case "close" if outcome.lifted is not None:
            when = speaker.when(outcome.lifted)
            return speaker.say("other.close_lifted", identity=speaker.identity(decision.identity, "bold"), when=when)
        case "close":
            return speaker.say("other.close", identity=speaker.identity(decision.identity, "bold"))
        case "flag":
            return _flag(speaker, outcome, decision)
        case "notice":
            return speaker.say("other.notice", notice=speaker.notice(decision.rule.name, effect.name, version))
        case "fine":
            return speaker.say("fine.settled", amount=speaker.money(outcome.amount or Fraction(0)))
        case _:
            return did(speaker, decision, outcome)


def _gave_way(speaker: Speaker, name: Text, gave: GaveWay) -> Text:
    """A sanction that did not run to its own end because of a heavier one."""
    by = Text(hold(gave.by), style="bold")
    if gave.at is None:
        return speaker.say("sanction.absorbed", sanction=name, decision=by)
    return speaker.say("sanction.replaced", sanction=name, until=speaker.when(gave.at, "bold"), decision=by)


def _until(speaker: Speaker, name: Text, outcome: Outcome, decision: Decision) -> Text:
    if outcome.dropped is not None:
        return speaker.say("sanction.over", sanction=name, until=speaker.when(outcome.dropped, "bold"))
    if outcome.start.year == datetime.max.year and (outcome.queued is not None or outcome.opened.begins is None):
        return speaker.say("sanction.behind", sanction=name)
    if outcome.awaits_start:
        act = speaker.name("act", outcome.opened.begins or "", decision.version)
        lengths = {part.length for part in outcome.opened.parts if part.acts is None and not part.permanent}
        length = lengths.pop() if len(lengths) == 1 else None
        if length is None or outcome.opened.formula is not None:
            return speaker.say("sanction.next", sanction=name, act=act)
        length = length.times(outcome.times if outcome.effect.each else 1)
        return speaker.say("sanction.next_for", sanction=name, act=act, length=speaker.length(length))
    if outcome.lifted is not None and outcome.lifted == outcome.start == outcome.until:
        return speaker.say("sanction.never", sanction=name, when=speaker.when(outcome.lifted, "bold"))
    if outcome.start > speaker.answer.at:
        start = speaker.when(outcome.start, "bold red")
        if outcome.until is None:
            key = "sanction.later_good" if outcome.permanent else "sanction.later_open"
            return speaker.say(key, sanction=name, start=start)
        return speaker.say("sanction.later", sanction=name, start=start, until=speaker.when(outcome.until, "bold red"))
    if outcome.permanent:
        return speaker.say("sanction.good", sanction=name)
    if outcome.until is None:
        return _open(speaker, name, outcome, decision)
    over = outcome.until <= speaker.answer.at
    until = speaker.when(outcome.until, "" if over else "bold red")
    if over:
        return speaker.say("sanction.over", sanction=name, until=until)
    left = speaker.left(outcome.until)
    if outcome.start != decision.at:
        start = speaker.when(outcome.start)
        return speaker.say("sanction.from_until", sanction=name, start=start, until=until, left=left)
    return speaker.say("sanction.until", sanction=name, until=until, left=left)


def _open(speaker: Speaker, name: Text, outcome: Outcome, decision: Decision) -> Text:
    """A sanction whose end is open: what it waits for, and before when it does not end in any case."""
    conditions = open_end(speaker, decision, outcome)
    if not conditions:
        return speaker.say("sanction.unknown", sanction=name)
    if outcome.latest is not None and outcome.open_until != ("length",):
        when = speaker.when(outcome.latest, "bold red")
        return speaker.say("sanction.open_at_latest", sanction=name, conditions=speaker.listed(conditions), when=when)
    least, expected = outcome.least, _expected(speaker, outcome, decision)
    if expected is not None and outcome.open_until != ("length",):
        when = speaker.when(expected, "bold red")
        return speaker.say("sanction.open_expected", sanction=name, conditions=speaker.listed(conditions), when=when)
    if least is None or least <= speaker.answer.at or outcome.left:
        return speaker.say("sanction.open", sanction=name, conditions=speaker.listed(conditions))
    when = speaker.when(least, "bold red")
    if outcome.open_until == ("length",):
        return speaker.say("sanction.open_time", sanction=name, when=when)
    return speaker.say("sanction.open_not_before", sanction=name, conditions=speaker.listed(conditions), when=when)


def _expected(speaker: Speaker, outcome: Outcome, decision: Decision) -> datetime | None:
    """The end of a sanction if nothing else happens, where it is another than that it says."""
    running = (one for status in speaker.answer.status for one in status.sanctions if one.decision == decision.id)
    return next((one.expected for one in running if one.name == outcome.effect.name), None)


def _flag(speaker: Speaker, outcome: Outcome, decision: Decision) -> Text:
    flag, until = outcome.effect.name, outcome.until
    name = speaker.name("flag", flag, decision.version, "bold")
    if until is not None and until <= speaker.answer.at:
        return speaker.say("other.flag_over", flag=name, until=speaker.when(until))
    [status] = (one for one in speaker.answer.status if one.identity == decision.identity)
    if flag not in status.flags:
        return speaker.say("other.flag_gone", flag=name)
    if outcome.open_until == ("length",) and outcome.least is not None:
        left, when = speaker.left(outcome.least), speaker.when(outcome.least, "bold red")
        return speaker.say("other.flag_until", flag=name, until=when, left=left)
    blocked = [p.ledger for p in decision.version.periods if flag in flags_in(p.unless)]
    if not blocked:
        return speaker.say("other.flag", flag=name)
    return speaker.say("other.flag_blocks", flag=name, ledgers=speaker.ledgers(blocked, decision.version))


def ends_differ(parts: Sequence[PartOutcome]) -> bool:
    """Whether the parts of a sanction do not all end together."""
    return len({(part.until, part.permanent) for part in parts}) > 1


def _details(speaker: Speaker, page: Page, decision: Decision, outcome: Outcome, status: Status) -> list[Text]:
    notes: list[Text] = []
    runs = speaker.as_it_runs.outcome(decision, outcome)
    version, parts = decision.version, runs.parts
    if runs.start != decision.at and ends_differ(parts):
        notes.append(speaker.say("sanction.from_later", when=speaker.when(runs.start)))
    moved = speaker.as_it_runs.moved(decision, outcome)
    if moved is not None:
        notes.append(_moved_by_others(speaker, moved, outcome.until))
    notes += _chosen(speaker, decision, outcome)
    if outcome.times > 1 and outcome.effect.each and outcome.opened.formula is None:
        notes.append(_times(speaker, decision, outcome))
    later = _expected(speaker, outcome, decision)
    if (
        later is not None
        and isinstance(outcome.effect, Open)
        and outcome.effect.frozen is not None
        and runs.until is not None
    ):
        frozen = condition_said(speaker, outcome.effect.frozen, version)
        notes.append(speaker.say("sanction.stands_still", condition=frozen, until=speaker.when(later, "bold red")))
    if runs.dropped is not None and outcome.dropped is not None:
        notes.append(speaker.say("sanction.dropped", when=speaker.when(outcome.dropped, "bold")))
    if ends_differ(parts):
        return part_ends(speaker, page, outcome.effect.name, parts, version) + [
            line for note in notes for line in page.paragraph(note)
        ]
    if [part.name for part in parts] not in ([], [outcome.effect.name]):
        names = speaker.listed([speaker.part(outcome.effect.name, part.name, version) for part in parts])
        notes.insert(0, speaker.say("sanction.parts_same", parts=names))
    return [line for note in notes for line in page.paragraph(note)]


def _chosen(speaker: Speaker, decision: Decision, outcome: Outcome) -> Iterator[Text]:
    """What was taken of a length that the rule leaves to whoever decides."""
    taken = {part.name: part.length for part in outcome.effect.parts} if isinstance(outcome.effect, Open) else {}
    for effect in decision.rule.effects:
        if not isinstance(effect, Open) or (effect.sort, effect.name) != (outcome.effect.sort, outcome.effect.name):
            continue
        for part in effect.parts[:1]:
            length = taken.get(part.name)
            if part.highest is not None and part.length is not None and length is not None:
                most = speaker.length(replace(part.length, count=part.highest))
                least, chosen = speaker.length(part.length), speaker.length(length)
                yield speaker.say("sanction.chosen", chosen=chosen, least=least, most=most)
                return


def _at_once(speaker: Speaker, decision: Decision, outcome: Outcome) -> Text:
    """How many times at once: multiples were reached, or what the rule waits for happened."""
    key = "times.happened" if decision.rule.every is None else "times.reached"
    return speaker.say(key, count=str(outcome.times))


def _times(speaker: Speaker, decision: Decision, outcome: Outcome) -> Text:
    """A length that was reached several times at once: how it is multiplied."""
    at_once = _at_once(speaker, decision, outcome)
    lengths = {part.time for part in outcome.opened.parts if not part.permanent}
    length = lengths.pop() if len(lengths) == 1 else None
    if length is None:
        return speaker.say("sanction.times", at_once=at_once, count=str(outcome.times))
    return speaker.say(
        "sanction.times_length", at_once=at_once, count=str(outcome.times), length=speaker.length(length)
    )


def _times_fine(speaker: Speaker, decision: Decision, outcome: Outcome) -> Iterator[Text]:
    """The same for an amount."""
    effect = outcome.effect
    if not isinstance(effect, Open):
        return
    if outcome.times > 1 and effect.each and effect.amount is not None and outcome.amount is not None:
        each, amount = speaker.money(effect.amount, ""), speaker.money(outcome.amount, "")
        at_once = _at_once(speaker, decision, outcome)
        yield speaker.say("fine.times", at_once=at_once, count=str(outcome.times), each=each, amount=amount)


def _moved_by_others(speaker: Speaker, how: Moves, own: datetime | None) -> Text:
    """Why a sanction does not run as the decision says by itself."""
    if how == "consecutive":
        return speaker.say("sanction.consecutive")
    if own is None:
        return speaker.say(f"sanction.{how}_good")
    return speaker.say(f"sanction.{how}", until=speaker.when(own))


def part_ends(
    speaker: Speaker, page: Page, sanction: str, parts: Sequence[PartOutcome], version: Version | None
) -> list[Text]:
    """The parts of a sanction with their own ends."""
    rows = [[speaker.part(sanction, part.name, version), _part_end(speaker, part)] for part in parts]
    return table(rows, [Column(gives=True), Column(gives=True, least=20)], page.width)


def _part_end(speaker: Speaker, part: PartOutcome) -> Text:
    if part.permanent:
        return speaker.say("part.good")
    if part.until is None:
        return speaker.say("part.open")
    over = part.until <= speaker.answer.at
    return speaker.say(
        "part.until", until=speaker.when(part.until, "" if over else "red"), left=speaker.left(part.until)
    )
