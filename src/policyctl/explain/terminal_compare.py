"""What the platform recorded beside what the rules impose, for the terminal: decision by decision, with the difference
and its likely cause; and the one sentence that warns where nobody asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from policyctl.characters import cells
from policyctl.compare.pairing import starts
from policyctl.compare.record import Cause, Comparison, Expected, Pair, Verdict, names
from policyctl.explain.terminal_layout import Page, beside, hang, hold, indent
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.history.events import Decided
from policyctl.policy.form import SanctionKind

MARGIN = 4
"""Cells that the two sides of a difference are moved to the right."""

_LABELS = ("rules", "platform", "cause")


def warning(speaker: Speaker, page: Page, comparison: Comparison | None) -> list[Text]:
    """That the platform recorded something else; nothing where it did not."""
    if comparison is None or not comparison.different:
        return []
    count = comparison.different
    mark = Text(page.glyphs.warning, style="red")
    return hang(mark, speaker.say("compare.warning", count, count=str(count)), page.width)


def compared(speaker: Speaker, page: Page, comparison: Comparison | None) -> list[Text]:
    """The comparison, decision by decision in the order of time."""
    if comparison is None:
        return page.paragraph(speaker.say("compare.no_record"))
    if not comparison.pairs:
        return page.paragraph(speaker.say("compare.nothing"))
    lines = list(_summary(speaker, page, comparison))
    for _, group in groupby(comparison.pairs, key=_subject):
        lines += [Text(), *_decision(speaker, page, list(group), comparison.sought)]
    return lines


def _summary(speaker: Speaker, page: Page, comparison: Comparison) -> Iterator[Text]:
    same, different = comparison.same, comparison.different
    said = [speaker.say("compare.agree", same, count=str(same))] if same else []
    if different:
        said += [speaker.say("compare.differ", different, count=str(different)), speaker.say("compare.screen")]
    if comparison.given_up:
        said.append(speaker.say("compare.given_up", comparison.given_up, count=str(comparison.given_up)))
    for sentence in said:
        yield from page.paragraph(sentence)


def _subject(pair: Pair) -> tuple[str, str]:
    """What a block is about: a decision, what a decision imposed that does not stand, or one thing alone."""
    if pair.expected is not None:
        return "decision", pair.expected.decision.id
    assert pair.actual is not None
    if pair.cause is not None and pair.cause.decision is not None:
        return "gone", pair.cause.decision
    return "event", pair.actual.id


def _decision(speaker: Speaker, page: Page, pairs: Sequence[Pair], sought: bool) -> list[Text]:
    """All that belongs to one decision."""
    first = pairs[0]
    identity = speaker.identity(first.identity)
    if first.expected is not None:
        decision = first.expected.decision
        rule = speaker.rule(decision.rule, decision.version, "bold")
        values: dict[str, str | Text] = {"rule": rule, "identity": identity, "when": speaker.when(decision.at, "bold")}
        heading = speaker.say("decision.heading", **values)
        below = page.narrower(2).paragraph(Text(decision.id, style="dim"))
    else:
        assert first.actual is not None
        heading = speaker.say("compare.no_decision", identity=identity, when=speaker.when(starts(first.actual), "bold"))
        below = []
    lines = hang(Text(page.glyphs.decision, style="cyan"), heading, page.width) + indent(below, 2)
    return lines + [line for pair in pairs for line in indent(_pair(speaker, page.narrower(2), pair, sought), 2)]


def _pair(speaker: Speaker, page: Page, pair: Pair, sought: bool) -> list[Text]:
    """One thing: in a line where both agree; else the difference, both sides, and the cause."""
    name = _name(speaker, pair)
    if pair.verdicts == ("same",):
        assert pair.actual is not None
        said = speaker.say("compare.same", name=name, record=_record(speaker, pair.actual, pair.expected))
        return hang(Text(page.glyphs.item, style="dim"), said, page.width)
    verdicts = speaker.clauses([_verdict(speaker, pair, verdict) for verdict in pair.verdicts])
    mark = Text(page.glyphs.warning, style="red") if pair.different else Text(page.glyphs.item, style="dim")
    lines = hang(mark, speaker.say("compare.differs", name=name, verdicts=verdicts), page.width)
    inner = page.narrower(MARGIN)
    sides: list[Text] = []
    if pair.expected is not None:
        sides += _side(speaker, inner, "rules", _imposed(speaker, pair.expected))
    if pair.actual is not None:
        sides += _side(speaker, inner, "platform", _record(speaker, pair.actual, pair.expected))
    if sought and pair.different:
        sides += _side(speaker, inner, "cause", *_causes(speaker, pair))
    return lines + indent(sides, MARGIN)


def _causes(speaker: Speaker, pair: Pair) -> list[Text]:
    """The cause of all that differs; or one for each difference, where some of them have one."""
    if pair.cause is not None:
        return [_cause(speaker, pair, pair.cause)]
    if not pair.partly:
        return [speaker.say("compare.cause.none")]
    partly = dict(pair.partly)
    return [
        speaker.say(
            f"compare.partly.{verdict}",
            cause=speaker.say("compare.cause.none") if cause is None else _cause(speaker, pair, cause),
        )
        for verdict in pair.verdicts
        for cause in [partly.get(verdict)]
    ]


def _side(speaker: Speaker, page: Page, name: str, *said: Text) -> list[Text]:
    room = max(cells(speaker.phrases.template(f"compare.label.{label}")) for label in _LABELS) + 2
    label = speaker.say(f"compare.label.{name}").stylize("dim")
    return beside(label, [line for one in said for line in page.narrower(room).paragraph(one)], room)


# --- what there is on both sides --------------------------------------------------------------------------------------


def _name(speaker: Speaker, pair: Pair) -> Text:
    """What is imposed, as the reader knows it."""
    wanted = pair.expected
    if wanted is None:
        assert pair.actual is not None
        return _name_alone(speaker, pair.actual.name)
    match wanted.sort:
        case "fine":
            return speaker.say("compare.fine").stylize("bold")
        case "close":
            return speaker.say("compare.close_identity").stylize("bold")
        case "notice":
            return speaker.notice(wanted.decision.rule.name, wanted.name, wanted.decision.version)
        case "sanction" if wanted.part_of is not None:
            whole = speaker.name("sanction", wanted.part_of, wanted.decision.version)
            part = speaker.part(wanted.part_of, wanted.name, wanted.decision.version).stylize("bold")
            return speaker.say("compare.part", part=part, sanction=whole)
        case sort:
            return speaker.name(sort, wanted.name, wanted.decision.version, "bold")


def _name_alone(speaker: Speaker, name: str) -> Text:
    """What the rules do not impose here, by the name that the platform recorded."""
    if name in ("fine", "close_identity"):
        return speaker.say(f"compare.{name}").stylize("bold")
    for fact in (fact for version in reversed(speaker.answer.policy.versions) for fact in version.facts):
        if isinstance(fact, SanctionKind) and any(part.name == name for part in fact.parts):
            return speaker.part(fact.name, name).stylize("bold")
    return speaker.name("sanction", name, style="bold")


def _imposed(speaker: Speaker, wanted: Expected) -> Text:
    if wanted.sort == "fine":
        assert wanted.amount is not None
        return speaker.say("compare.money", amount=speaker.money(wanted.amount), start=speaker.when(wanted.start))
    if wanted.sort in ("flag", "notice"):
        return speaker.say("compare.since", start=speaker.when(wanted.start))
    return _stretch(speaker, wanted.start, wanted.until)


def _record(speaker: Speaker, actual: Decided, wanted: Expected | None) -> Text:
    """What the platform recorded, and in which event."""
    if actual.amount is not None:
        said = speaker.say("compare.money", amount=speaker.money(actual.amount), start=speaker.when(starts(actual)))
    elif wanted is not None and wanted.sort not in ("sanction", "close"):
        said = speaker.say("compare.since", start=speaker.when(starts(actual)))
    else:
        said = _stretch(speaker, starts(actual), actual.until)
    if actual.decision is None or (wanted is not None and actual.decision in names(wanted.decision)):
        return speaker.say("compare.record", what=said, event=hold(actual.id))
    decision = Text(hold(actual.decision), style="cyan")
    taken = (one for one in speaker.answer.rescinded if one.decision.identity == actual.identity)
    gone = next((one for one in taken if actual.decision in names(one.decision)), None)
    if gone is None or gone.decision.id in speaker.decisions:
        return speaker.say("compare.record_named", what=said, event=hold(actual.id), decision=decision)
    appeal = hold(gone.appeal)
    return speaker.say("compare.record_gone", what=said, event=hold(actual.id), decision=decision, appeal=appeal)


def _stretch(speaker: Speaker, start: datetime, until: datetime | None) -> Text:
    if until is None:
        return speaker.say("compare.no_end", start=speaker.when(start))
    return speaker.say("compare.stretch", start=speaker.when(start), until=speaker.when(until))


# --- how they differ, and why -----------------------------------------------------------------------------------------


def _verdict(speaker: Speaker, pair: Pair, verdict: Verdict) -> Text:
    """In what they differ, and by how much."""
    wanted, actual = pair.expected, pair.actual
    key = f"compare.verdict.{verdict}"
    if wanted is None or actual is None:
        return speaker.say(key)
    if verdict == "wrong_start":
        return _apart(speaker, key, starts(actual), wanted.start)
    if verdict == "wrong_money":
        assert actual.amount is not None and wanted.amount is not None
        more = actual.amount - wanted.amount
        return speaker.say(f"{key}_{'more' if more > 0 else 'less'}", by=speaker.money(abs(more)))
    if actual.until is None or wanted.until is None:
        return speaker.say(f"{key}_{'good' if actual.until is None else 'ends'}")
    return _apart(speaker, key, actual.until, wanted.until)


def _apart(speaker: Speaker, key: str, actual: datetime, wanted: datetime) -> Text:
    return speaker.say(f"{key}_{'later' if actual > wanted else 'earlier'}", by=speaker.duration(abs(actual - wanted)))


def _cause(speaker: Speaker, pair: Pair, cause: Cause) -> Text:
    """The likely cause, in a sentence for what was recorded or for what was not."""
    events = speaker.listed([Text(hold(event)) for event in cause.events])
    values: dict[str, str | Text] = {"events": events, "version": cause.version or ""}
    if cause.decision is not None:
        values["decision"] = hold(cause.decision)
    if cause.known is not None:
        values["known"] = speaker.when(cause.known)
    if cause.came is not None:
        values["came"] = speaker.when(cause.came)
    if cause.instead is not None:
        values["instead"] = cause.instead
    key = f"compare.cause.{cause.kind}"
    if cause.kind == "unknown_name":
        return speaker.say(key if cause.instead is not None else f"{key}_plain", **values)
    if cause.kind in ("override", "appeal") and cause.known is not None:
        # Without it alone the rules may give something else again: only what was on record then was tried out.
        since = "compare.cause.late_knowledge_missing" if pair.actual is None else f"{key}_since"
        said = speaker.say(since, **values)
        gone = _taken_back_by(speaker, pair, cause)
        return said if gone is None else speaker.say("compare.cause.and_taken_back", cause=said, appeal=gone, **values)
    if cause.kind == "appeal" and cause.decision is not None and pair.expected is not None:
        lighter = any(
            one.decision.id == cause.decision and one.appeal in cause.events for one in speaker.answer.rescinded
        )
        return speaker.say(f"{key}_before" if lighter else key, **values)
    if cause.kind == "appeal" and cause.decision is not None and pair.expected is None:
        return speaker.say(f"{key}_taken_back" if cause.came is None else f"{key}_taken_back_late", **values)
    if cause.kind == "late_knowledge" and cause.known is None:
        return speaker.say(f"{key}_imposed" if cause.decision is None else f"{key}_imposed_other", **values)
    if cause.rule_only:
        return speaker.say(f"{key}_rule", **values)
    missing = "_missing" if pair.actual is None and cause.kind != "covered" else ""
    return speaker.say(f"{key}{missing}", **values)


def _taken_back_by(speaker: Speaker, pair: Pair, cause: Cause) -> str | None:
    """The appeal that took back the decision that a cause names, where the cause does not name the appeal itself."""
    for one in speaker.answer.rescinded:
        taken = not one.excess and one.decision.identity == pair.identity and one.decision.id == cause.decision
        if taken and one.appeal not in cause.events:
            return hold(one.appeal)
    return None
