"""What people did to a decision, for the terminal: one that stands, or one that was taken back since."""

from __future__ import annotations

from collections.abc import Iterable

from policyctl.explain.terminal_layout import Page, hold
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.replay.answer import ByPerson, Decision


def done_to(speaker: Speaker, page: Page, decision: Decision) -> list[Text]:
    """What people did to a decision, and that has an effect."""
    found = (one for one in _about(speaker, decision) if one.undone is None)
    return _lines(speaker, page, ((f"people.{done(speaker, one)}", one) for one in found))


def done_to_taken(speaker: Speaker, page: Page, decision: Decision) -> list[Text]:
    """What people did to a decision while it stood, and that went with it."""
    found = (one for one in _about(speaker, decision) if one.undone)
    keys = {"confirm": "people.confirm_then"}
    return _lines(speaker, page, ((keys.get(one.action, f"people.{one.action}"), one) for one in found))


def _about(speaker: Speaker, decision: Decision) -> list[ByPerson]:
    """What people did to a decision, and that found something to act on."""
    found = (one for s in speaker.answer.status if s.identity == decision.identity for one in s.by_people)
    return [one for one in found if one.acted and one.decision == decision.id]


def _lines(speaker: Speaker, page: Page, acts: Iterable[tuple[str, ByPerson]]) -> list[Text]:
    lines = []
    for key, one in acts:
        event = Text(hold(one.event))
        said = speaker.say(key, by=by(one), when=speaker.when(one.at), why=why(speaker, one), event=event)
        lines += page.paragraph(said)
    return lines


def done(speaker: Speaker, one: ByPerson) -> str:
    """The key of what a person did: to confirm an excess is not to confirm the decision, which stood before."""
    decision = speaker.decisions.get(one.decision or "")
    stood = decision is not None and any(outcome.start < one.at for outcome in decision.outcomes)
    return "confirm_excess" if one.action == "confirm" and stood else one.action


def why(speaker: Speaker, one: ByPerson) -> Text:
    """Why they did it, where they say so."""
    return speaker.say("people.because", why=one.why) if one.why else Text("")


def by(one: ByPerson) -> Text:
    """Who it was."""
    return Text(hold(one.by), style="bold")
