"""The explanation for the terminal: one sentence first, then every decision, where they stand, and what did not fire.

Knows only `Answer`. Nothing is told by colour alone, and no line is wider than the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from policyctl.compare.record import Comparison
from policyctl.explain.headline import concerns, headline, stands, touched
from policyctl.explain.phrases import Language, Phrases
from policyctl.explain.terminal_anomalies import anomalies
from policyctl.explain.terminal_compare import compared, warning
from policyctl.explain.terminal_corrections import for_review, one_review, taken_back
from policyctl.explain.terminal_decision import in_full, in_short
from policyctl.explain.terminal_did import changed_nothing
from policyctl.explain.terminal_layout import Glyphs, Page, hang, heading, printed
from policyctl.explain.terminal_pay import open_fines
from policyctl.explain.terminal_people import record
from policyctl.explain.terminal_silent import silent
from policyctl.explain.terminal_standing import standing
from policyctl.explain.terminal_words import Speaker, offset
from policyctl.explain.text import Text
from policyctl.replay.answer import Answer, Decision, Status

MOST_IN_SHORT = 100
"""Earlier decisions that are listed; of more only the number is told."""

NARROWEST, WIDEST = 40, 120
"""Pages narrower or wider than this are laid out as if they were not."""

ALL_IN_FULL, RECENT_IN_FULL, MOST_IN_FULL = 4, 4, 12
"""As many decisions are all told in full; of more, those that still matter and the recent ones of a running period."""


class UnknownSubject(LookupError):
    """The answer has no such decision or identity; `known` are those that it has."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no {kind} `{name}`")
        self.kind, self.name, self.known = kind, name, known


MANY_IDLE = 3
"""From how many on the decisions of a rule that changed nothing are told in one line."""


class Selection(msgspec.Struct, frozen=True):
    """What of an answer is told: these identities, those with something against them first; these decisions in full and
    those in short, newest first. `idle` are those of rules that acted again and again where there was nothing to do."""

    statuses: tuple[Status, ...]
    in_full: tuple[Decision, ...]
    in_short: tuple[Decision, ...]
    idle: tuple[Decision, ...] = ()


def lines(
    answer: Answer,
    *,
    lang: Language,
    width: int,
    identity: str | None = None,
    decision: str | None = None,
    ascii_only: bool = False,
    comparison: Comparison | None = None,
    compare: bool = False,
) -> list[Text]:
    """The explanation in a language, for a page of `width` cells, line by line; `plain` of a line is its text.

    `identity` tells of that one alone, `decision` only that decision; `UnknownSubject` where there is none such.
    `comparison` is with what the platform recorded, of the same part of the answer; `compare` tells it, else the page
    only warns where it differs.
    """
    page = Page(min(max(width, NARROWEST), WIDEST), Glyphs.ascii() if ascii_only else Glyphs.unicode())
    speaker = Speaker(answer, Phrases(lang))
    if compare:
        told = [Text(), _section(speaker, page, "compared"), Text(), *compared(speaker, page, comparison)]
    else:
        told = warning(speaker, page, comparison)
    if decision is not None:
        return printed(_one_decision(speaker, page, decision, told))
    return printed(_everything(speaker, page, _select(answer, identity), told))


def _one_decision(speaker: Speaker, page: Page, identifier: str, told: list[Text]) -> list[Text]:
    """A decision that stands, or was taken back, or is for review; of an excess both stand beside each other."""
    answer = speaker.answer
    stands, taken = [d for d in answer.decisions if d.id == identifier], answer.rescinded[::-1]
    blocks = [
        ("one_decision", [in_full(speaker, page, d, _status_of(answer, d.identity)) for d in stands]),
        ("taken", list(taken_back(speaker, page, [r for r in taken if r.decision.id == identifier]))),
        ("review", [one_review(speaker, page, r) for r in answer.for_review if r.decision.id == identifier]),
    ]
    if not any(found for _, found in blocks):
        raise UnknownSubject("decision", identifier, tuple(d.id for d in answer.every_decision()))
    lines = [*title(speaker, page), *(told if not told or not told[0].plain else [Text(), *told])]
    for name, found in blocks:
        lines += [Text(), _section(speaker, page, name), Text(), *_apart(found)] if found else []
    return lines


def _everything(speaker: Speaker, page: Page, selection: Selection, told: list[Text]) -> list[Text]:
    answer = speaker.answer
    problems = [p for p in answer.anomalies if any(concerns(answer, p, s.identity) for s in selection.statuses)]
    lines = [*title(speaker, page), Text(), *_first(speaker, page, selection), *told]
    if answer.incomplete:
        lines += [Text(), _section(speaker, page, "incomplete"), Text()]
        lines += anomalies(speaker, page, [p for p in problems if p.error], left_out=True)
        problems = [p for p in problems if not p.error]
    lines += _decisions(speaker, page, selection)
    names = {status.identity for status in selection.statuses}
    taken = [one for one in reversed(answer.rescinded) if one.decision.identity in names]
    steps = record(speaker, page, selection.statuses)
    lines += [Text(), _section(speaker, page, "record"), Text(), *steps] if steps else []
    for name, blocks in (
        ("taken", list(taken_back(speaker, page, taken))),
        ("review", list(for_review(speaker, page, selection.statuses))),
    ):
        lines += [Text(), _section(speaker, page, name), Text(), *_apart(blocks)] if blocks else []
    if problems:
        lines += [Text(), _section(speaker, page, "anomalies"), Text(), *anomalies(speaker, page, problems)]
    lines += [Text(), _section(speaker, page, "standing"), Text()]
    lines += _apart(standing(speaker, page, status) for status in selection.statuses)
    lines += [Text(), _section(speaker, page, "silent"), Text()]
    quiet = [silent(speaker, page, status.identity) for status in selection.statuses]
    lines += _apart(block for block in quiet if block) or page.paragraph(
        speaker.say("silent.no_version" if answer.version is None else "silent.none")
    )
    return lines + _readings(speaker, page)


def _readings(speaker: Speaker, page: Page) -> list[Text]:
    """How the open clauses of the version in force are read, by name."""
    found = speaker.readings.of(speaker.answer.version)
    if not found:
        return []
    names = speaker.listed([speaker.say("clause.cite", cite=one.name) for one in found])
    said = page.paragraph(speaker.say("clause.readings", names=names).stylize("dim"))
    return [Text(), _section(speaker, page, "readings"), Text(), *said]


def title(speaker: Speaker, page: Page) -> list[Text]:
    """The account and the instant; the policy, and the clocks that all times are told by."""
    answer, say = speaker.answer, speaker.say
    account = say("title.account", merchant=Text(answer.merchant, style="bold"))
    at = say("title.at", when=speaker.when(answer.at, "bold"))
    if account.cells + 2 + at.cells <= page.width:
        space = " " * (page.width - account.cells - at.cells)
        lines = [account.append(space).append(at)]
    else:
        lines = page.paragraph(account) + page.paragraph(at)
    policy = speaker.policy()
    if answer.version is None:
        said = say("title.policy_not_yet", policy=policy)
    elif answer.version.since is None:
        said = say("title.policy_undated", policy=policy)
    else:
        said = say("title.policy", policy=policy, version=answer.version.since)
    zone = say("title.zone", zone=answer.zone.name, offset=_offsets(answer))
    for text in (said, zone):
        text.stylize("dim")
        lines += page.paragraph(text)
    if answer.known is not None:
        lines += page.paragraph(say("title.known", when=speaker.when(answer.known, "bold")))
    return lines


def _offsets(answer: Answer) -> str:
    """The offsets that the policy's clocks have in this year, that of the instant asked about first."""
    now = answer.zone.local(answer.at)
    seasons = [answer.zone.local(answer.zone.at(datetime(now.year, month, 1))) for month in (1, 7)]
    return " / ".join(dict.fromkeys(offset(local) for local in (now, *seasons)))


def _first(speaker: Speaker, page: Page, selection: Selection) -> list[Text]:
    lines: list[Text] = []
    with speaker.by_name_alone():
        sentences = list(headline(speaker, selection.statuses))
    for against, sentence in sentences:
        mark = Text(page.glyphs.against, style="red") if against else Text(page.glyphs.clear, style="green")
        lines += hang(mark, sentence, page.width)
    return lines


def _decisions(speaker: Speaker, page: Page, selection: Selection) -> list[Text]:
    told = len(selection.in_full) + len(selection.in_short)
    lines = [Text(), _section(speaker, page, "decisions_newest" if told > 1 else "decisions"), Text()]
    if not told and not selection.idle:
        return lines + page.paragraph(speaker.say("decision.none"))
    lines += _apart(
        in_full(speaker, page, decision, _status_of(speaker.answer, decision.identity))
        for decision in selection.in_full
    )
    if selection.in_short:
        lines += [Text(), _section(speaker, page, "earlier"), Text()]
        for decision in selection.in_short[:MOST_IN_SHORT]:
            lines += in_short(speaker, page, decision, _status_of(speaker.answer, decision.identity))
        if len(selection.in_short) > MOST_IN_SHORT:
            rest = speaker.say("decision.rest", count=str(len(selection.in_short) - MOST_IN_SHORT))
            lines += page.paragraph(rest)
        hint = speaker.say("decision.hint")
        hint.stylize("dim")
        lines += [Text(), *page.paragraph(hint)]
    for _, idle in groupby(selection.idle, key=lambda one: (one.identity, one.rule.name)):
        found = list(idle)
        name, count = speaker.rule(found[0].rule, found[0].version, "bold"), str(len(found))
        first, last = speaker.when(found[-1].at), speaker.when(found[0].at)
        said = speaker.say("decision.idle", rule=name, count=count, first=first, last=last)
        lines += [Text(), *page.paragraph(said)]
    return lines


def _section(speaker: Speaker, page: Page, name: str) -> Text:
    return heading(speaker.say(f"section.{name}").plain, page.glyphs, page.width)


def _apart(blocks: Iterable[Sequence[Text]]) -> list[Text]:
    """Blocks with an empty line between them."""
    lines: list[Text] = []
    for block in blocks:
        if lines:
            lines.append(Text())
        lines += block
    return lines


# --- what is told ----------------------------------------------------------------------------------------------------


def _select(answer: Answer, identity: str | None) -> Selection:
    if identity is not None and identity not in [status.identity for status in answer.status]:
        raise UnknownSubject("identity", identity, tuple(status.identity for status in answer.status))
    chosen = [s for s in answer.status if identity in (None, s.identity)]
    statuses = tuple(sorted(chosen, key=lambda s: (not stands(s), not touched(answer, s))))
    newest = [d for d in reversed(answer.decisions) if identity in (None, d.identity)]
    idle = _idle(newest)
    newest = [d for d in newest if d not in idle]
    if len(newest) <= ALL_IN_FULL:
        return Selection(statuses, tuple(newest), (), idle)
    in_force = {decision for status in statuses for decision in _in_force(status)}
    matter = [d.id for d in newest if d.id in in_force or _closes(d)][:MOST_IN_FULL]
    periods = {(status.identity, period.name) for status in statuses for period in status.periods}
    recent = [d.id for d in newest if d.period is None or (d.identity, d.period) in periods][:RECENT_IN_FULL]
    shown = {*matter, *recent} or {newest[0].id}
    full = tuple(d for d in newest if d.id in shown)
    return Selection(statuses, full, tuple(d for d in newest if d.id not in shown), idle)


def _idle(newest: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions that changed nothing, of each rule of which there are many, rule by rule."""
    found: dict[tuple[str, str], list[Decision]] = {}
    for decision in newest:
        if changed_nothing(decision):
            found.setdefault((decision.identity, decision.rule.name), []).append(decision)
    return tuple(one for _, some in sorted(found.items()) if len(some) >= MANY_IDLE for one in some)


def _in_force(status: Status) -> set[str]:
    """The decisions of which a sanction runs or waits to, or a fine is open."""
    sanctions = (*status.sanctions, *status.waiting)
    running = {d for sanction in sanctions for d in (sanction.decision, *sanction.also)}
    return running | {fine.decision for fine in open_fines(status)}


def _closes(decision: Decision) -> bool:
    return any(outcome.effect.sort == "close" for outcome in decision.outcomes)


def _status_of(answer: Answer, identity: str) -> Status:
    empty = Status(identity, (), (), (), False, (), (), (), ())
    return next((s for s in answer.status if s.identity == identity), empty)
