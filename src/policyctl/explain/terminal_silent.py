"""The rules that did not fire, for the terminal: how far each is, or why it is silent."""

from __future__ import annotations

from fractions import Fraction

from policyctl.explain.bands import band, is_one
from policyctl.explain.compared import side_of, wanted_of
from policyctl.explain.terminal_did import gives_back
from policyctl.explain.terminal_foreign import cannot_come
from policyctl.explain.terminal_layout import Column, Page, hold, indent, table
from policyctl.explain.terminal_nodes import gone, has_passed, spared_by
from policyctl.explain.terminal_occasions import always, occasion, of_offence
from policyctl.explain.terminal_words import Speaker, asks_whether
from policyctl.explain.text import Text
from policyctl.policy.form import Comparison, Ladder, Prevails, Rule, Said
from policyctl.replay.answer import Silent
from policyctl.replay.reason import SilentPart

_OTHER = ("unknown_metric", "condition_fails", "condition_holds")
_NUMERIC = ("below_threshold", "above_threshold")


def silent(speaker: Speaker, page: Page, identity: str) -> list[Text]:
    """The silent rules of one identity, the nearest first."""
    rows = []
    version = speaker.answer.version
    found = [s for s in speaker.answer.silent if s.identity == identity and not cannot_come(version, s)]
    own = [rule for rule in found if _waits_for_its_offence(speaker, rule)]
    for rule in sorted((rule for rule in found if rule not in own), key=lambda one: _nearness(speaker, one)):
        sentences = reasons(speaker, rule)
        rows += [[speaker.rule(rule.rule, style="bold") if not i else Text(), s] for i, s in enumerate(sentences)]
    lines = table(rows, [Column(gives=True, least=16), Column(gives=True, least=24)], page.width - 2)
    if own:
        lines += page.narrower(2).paragraph(speaker.say("silent.offences", Fraction(len(own)), count=str(len(own))))
    return [speaker.identity(identity, "bold"), *indent(lines, 2)] if lines else []


def _waits_for_its_offence(speaker: Speaker, rule: Silent) -> bool:
    """Whether a rule is what an offence does, and nothing more is to be said than that there was no such ticket."""
    version = speaker.version
    return rule.reason == "awaits_occasion" and version is not None and of_offence(version, rule.rule)


def _nearness(speaker: Speaker, rule: Silent) -> tuple[bool, object, str]:
    if rule.reason == "awaits_ticket":
        return False, 0, rule.rule.name
    return rule.gap is None or has_passed(speaker.version, rule), rule.gap or 0, rule.rule.name


def reasons(speaker: Speaker, rule: Silent) -> list[Text]:
    """Why a rule is silent; one sentence for each part that does not hold."""
    if spared := spared_by(speaker.answer, rule):
        return [_excepted(speaker, one) for one in spared]
    if rule.reason == "several_parts" and rule.parts:
        return [_seen(speaker, rule, part, _part(speaker, part, rule.rule)) for part in rule.parts]
    if rule.reason in (*_NUMERIC, "not_equal", "flag_up", "flag_not_up", *_OTHER):
        part = rule.parts[0] if rule.parts else _implied(speaker, rule)
        key = "silent.gap_condition" if speaker.says_itself(rule.rule) else "silent.gap"
        whole = is_one(rule.rule.condition)
        every = rule.rule.every if whole else None
        said = _part(speaker, part, rule.rule, key if whole else "silent.gap_part", every)
        return [_seen(speaker, rule, part, said)]
    if rule.reason == "for_review" and (appeal := _brought_by(speaker, rule)) is not None:
        return [speaker.say("silent.for_review_by", appeal=Text(hold(appeal)))]
    if rule.reason == "awaits_occasion" and speaker.version is not None:
        if rule.due is not None:
            waits, when = occasion(speaker, rule.rule, speaker.version), speaker.when(rule.due, "bold")
            return [speaker.say("silent.awaits_streak", occasion=waits, when=when)]
        key = "silent.awaits_always" if always(rule.rule) else "silent.awaits_occasion"
        return [speaker.say(key, occasion=occasion(speaker, rule.rule, speaker.version))]
    over = _prevailing(speaker, rule) if rule.reason == "outranked" else []
    if over:
        return [speaker.say("silent.prevailed_over", rule=speaker.listed(over))]
    return [speaker.say(f"silent.{rule.reason}", identity=speaker.identity(rule.identity))]


def _seen(speaker: Speaker, rule: Silent, part: SilentPart, said: Text) -> Text:
    """What is said of a number, with the ticket from which it is seen."""
    seen = speaker.seen_from(rule.identity, part.measure)
    return said if seen is None else speaker.say("standing.as_seen", said=said, when=seen)


def _excepted(speaker: Speaker, exempt: Said) -> Text:
    """The exception that keeps a rule silent, with its own clause."""
    if exempt.cite:
        return speaker.say("silent.excepted_by", when=hold(exempt.text), cite=exempt.cite)
    return speaker.say("silent.excepted", when=hold(exempt.text))


def _prevailing(speaker: Speaker, rule: Silent) -> list[Text]:
    """The rules that prevail over a rule, where it is no step of a ladder."""
    version = speaker.version
    if version is None or any(isinstance(one, Ladder) and rule.rule.name in one.steps for one in version.choices):
        return []
    over = {one.over for one in version.choices if isinstance(one, Prevails) and one.under == rule.rule.name}
    return [speaker.rule(one) for one in version.rules if one.name in over]


def _brought_by(speaker: Speaker, rule: Silent) -> str | None:
    """The correction that brought up the last decision for review of a rule."""
    found = [
        one.appeal
        for one in speaker.answer.for_review
        if one.decision.identity == rule.identity and one.decision.rule.name == rule.rule.name and not one.excess
    ]
    return found[-1] if found else None


def _implied(speaker: Speaker, rule: Silent) -> SilentPart:
    """The part that an answer without parts means: the rule's own comparison."""
    condition = rule.rule.condition
    if not isinstance(condition, Comparison):
        return SilentPart(rule.reason, "", None, None, None, rule.gap)
    status = next((s for s in speaker.answer.status if s.identity == rule.identity), None)
    values = dict(status.measures + status.ledgers) if status else {}
    value = values.get(condition.measure)
    return SilentPart(rule.reason, condition.measure, value, condition.compare, condition.threshold, rule.gap)


def _part(
    speaker: Speaker, part: SilentPart, rule: Rule, key: str = "silent.gap_part", every: Fraction | None = None
) -> Text:
    """A part that does not hold; of a rule that fires at `every` multiple of a number, the next multiple."""
    if part.reason in ("flag_up", "flag_not_up"):
        if not part.measure:
            return speaker.say(f"silent.{part.reason}_plain")
        return speaker.say(f"silent.{part.reason}", flag=speaker.name("flag", part.measure))
    if part.reason in ("condition_fails", "condition_holds"):
        return speaker.say(f"silent.{part.reason}", words=Text(part.measure))
    asked = asks_whether(speaker.version, part.measure)
    if asked is not None:
        key = f"silent.{asked[0]}" if part.value else f"silent.{asked[0]}_not"
        return speaker.say(key, name=speaker.name(*asked))
    gap = None if part.gap is None else speaker.gap(part.measure, part.compare or ">=", part.gap)
    if part.compare is None or part.threshold is None:
        return speaker.say("silent.gap_plain", gap=gap) if gap else speaker.say("silent.not_equal_plain")
    side = None if part.value is None else side_of(speaker, part.measure, speaker.version, speaker.answer.at)
    measure = speaker.measure(part.measure) if side is None else side.name
    wanted = speaker.wanted(part.measure, part.compare, part.threshold)
    between = band(rule.condition, part.measure)
    if between is not None:
        wanted = speaker.wanted_band(between)
    elif side is not None:
        wanted = wanted_of(speaker, part.measure, part.compare, part.threshold, side, speaker.version, every, "next")
    elif every is not None:
        number, reached = (speaker.quantity(part.measure, n) for n in (every, part.threshold))
        wanted = speaker.say("wanted.every_next", number=number, reached=reached)
    if part.value is None:
        return speaker.say("silent.unknown", measure=measure, wanted=wanted)
    value = Text(speaker.number(part.value - (Fraction(0) if side is None else side.shift)))
    if gone(speaker.version, rule, part):
        return speaker.say("silent.passed", measure=measure, value=value, wanted=wanted)
    if gap is None or part.reason == "not_equal":
        return speaker.say("silent.not_equal", measure=measure, value=value, wanted=wanted)
    if gives_back(rule):
        key = key.replace("gap", "stands")
        return speaker.say(key, measure=measure, value=value, wanted=wanted)
    return speaker.say(key if part.gap else f"{key}_strict", gap=gap, measure=measure, value=value, wanted=wanted)
