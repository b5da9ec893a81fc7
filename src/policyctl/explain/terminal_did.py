"""Effects that post points, end something, move an end or ask for something, in words."""

from __future__ import annotations

from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.policy.form import End, Move, Open, SanctionKind
from policyctl.replay.answer import Decision, Outcome


def did(speaker: Speaker, decision: Decision, outcome: Outcome) -> Text:
    """What such an effect did."""
    effect, version = outcome.effect, decision.version
    points = [(name, number) for name, number in outcome.ended if number]
    match effect:
        case Open("post", ledger):
            if not outcome.amount:
                return speaker.say("did.back_nothing", ledger=speaker.ledger(ledger, version))
            amount = speaker.points_of([(ledger, outcome.amount)], version)
            return speaker.say("did.back" if effect.back else "did.post", points=amount)
        case Open("require", name) if effect.due is not None and outcome.until is not None:
            what = speaker.notice(decision.rule.name, name, version)
            return speaker.say("did.require_until", what=what, until=speaker.when(outcome.until, "bold"))
        case Open(sort, name):
            return speaker.say(f"did.{sort}", what=speaker.notice(decision.rule.name, name, version))
        case Move(sort, name, by):
            length = by.times(outcome.times if effect.each else 1)
            key = f"did.{sort}" if outcome.ended else f"did.{sort}_nothing"
            return speaker.say(key, sanction=speaker.name("sanction", name, version), length=speaker.length(length))
        case End("set", (ledger,)):
            number = speaker.number(outcome.amount) if outcome.amount is not None else ""
            return speaker.say("did.set", ledger=speaker.ledger(ledger, version), number=number)
        case End("lift", (name,)):
            sanctions = {fact.name for fact in version.facts if isinstance(fact, SanctionKind)}
            known = speaker.name("sanction" if name in sanctions else "flag", name, version)
            return speaker.say("did.lift" if outcome.ended else "did.lift_nothing", what=known)
        case End(sort):
            if not points:
                return speaker.say(f"did.{sort}_nothing")
            return speaker.say(f"did.{sort}", points=speaker.points_of(points, version))
