"""What was found out, as a word and the reasons behind it, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from policyctl.analyse.outside import Outside
from policyctl.explain.phrases import Phrases
from policyctl.explain.text import Text

Word = Literal["proved", "refuted", "bounded", "unknown"]

STYLES = {"proved": "green", "refuted": "bold red", "bounded": "yellow", "unknown": "bold yellow"}


class Reasons(NamedTuple):
    """For which histories something is so, and what stood in the way of more."""

    bound: int = 0
    plain: bool = False
    why: str = ""
    states: int = 0
    outside: Sequence[Outside] = ()
    windowed: bool = False
    bare: bool = False


def undecided(bound: int) -> Word:
    """What is said where something was neither proved nor refuted."""
    return "bounded" if bound else "unknown"


def word(phrases: Phrases, verdict: Word, bound: int = 0) -> Text:
    """The verdict itself."""
    return (
        phrases.say(f"verdict.{verdict}", bound=str(bound))
        if verdict == "bounded"
        else phrases.say(f"verdict.{verdict}")
    )


def scope(phrases: Phrases, reasons: Reasons) -> Text:
    """For which histories something was proved."""
    return phrases.say(f"scope.{'any_' if reasons.bare else ''}{'prompt' if reasons.windowed else 'plain'}")


def why(phrases: Phrases, reasons: Reasons) -> Iterator[Text]:
    """Why something is not decided, and what is known of it."""
    if reasons.bound:
        yield phrases.say("bound.plain" if reasons.plain else "bound.exact", bound=str(reasons.bound))
    else:
        yield phrases.say("bound.none")
    if reasons.why == "outside":
        unknown = [one for one in reasons.outside if not one.roughly]
        yield phrases.say("bound.outside", what=named(phrases, unknown))
    elif reasons.why:
        yield phrases.say(f"bound.{reasons.why}", states=str(reasons.states))
    rough = [one for one in reasons.outside if one.roughly]
    if rough and reasons.why != "budget":
        yield phrases.say("bound.roughly", what=named(phrases, rough))


def named(phrases: Phrases, outside: Sequence[Outside]) -> Text:
    """What takes a policy out of the part of the language in which answers are exact, in words."""
    found = Text()
    for number, what in enumerate(dict.fromkeys(one.what for one in outside)):
        where = sorted({one.where for one in outside if one.what == what and one.where})
        found.append(", " if number else "").append(_words(phrases, what))
        if where:
            found.append(f" ({', '.join(where)})")
    return found


def _words(phrases: Phrases, what: str) -> Text:
    key = "outside." + what.replace(" ", "_").replace(".", "_")
    return phrases.say(key) if phrases.has(key) else Text(f"`{what}`")
