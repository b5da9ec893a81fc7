"""What to say to somebody who wrote a name where it does not belong: what the place asks for, and what was perhaps
meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyctl.policy.names import Kind, Place


def wanted(place: Place) -> str:
    """What belongs in a place."""
    return {
        "number": "a ledger or a measure",
        "condition": "a condition",
        "effect": "a sanction or a flag",
        "ledger": "a ledger",
        "rule": "a rule or a ladder",
        "act": "an act",
        "identity": "an identity",
        "anchor": "an act or an attribute",
        "count": "a ledger, an offence, a sanction, an act, a metric, a flag, a rule or `tickets`",
        "offence": "an offence",
        "since": "an act, a sanction or a rule",
        "sanction": "a sanction",
        "occasion": "an act, a metric or a rule",
        "streak": "an offence, an act, a metric or a rule",
    }[place]


def called(place: Place) -> str:
    """What a name in a place is the name of."""
    return {
        "number": "ledger or measure",
        "condition": "flag",
        "effect": "sanction or flag",
        "ledger": "ledger",
        "count": "ledger or offence",
        "rule": "rule or ladder",
        "act": "act",
        "identity": "identity",
        "anchor": "act or attribute",
        "offence": "offence",
        "since": "act, sanction or rule",
        "sanction": "sanction",
        "occasion": "act, metric or rule",
        "streak": "offence, act, metric or rule",
    }[place]


def for_word(name: str, kind: Kind) -> str:
    """What to do with a declaration of a word of the language."""
    if kind == "flag" and name == "no_reset":
        return "leave this line out: `no_reset` needs no declaration"
    if kind in ("flag", "sanction") and name in ("closed", "close_identity"):
        return "leave this line out: `close_identity` closes an identity, and `closed` asks whether it is closed"
    return f"choose another name, such as `{name}_{kind}`"


def declare(place: Place, text: str) -> str:
    """How to declare a name where nothing of its kind is declared yet."""
    return {
        "number": f"declare it on a line of its own: `ledger {text}`",
        "condition": f"declare it on a line of its own: `flag {text}`",
        "effect": f"declare it on a line of its own: `sanction {text}`",
        "ledger": f"declare it on a line of its own: `ledger {text}`",
        "count": f"declare it on a line of its own: `offence {text} -> LEDGER +10`",
        "rule": f"write it: `rule {text}: CONDITION -> EFFECTS`",
        "act": f"declare it on a line of its own: `acts {text}`",
        "identity": f"declare it on a line of its own: `identities {text}`",
        "anchor": f"declare it on a line of its own: `acts {text}`, or `attribute {text}` for a date of the account",
        "offence": f"declare it on a line of its own: `offence {text} -> LEDGER +10`",
        "since": f"declare it on a line of its own: `acts {text}`",
        "sanction": f"declare it on a line of its own: `sanction {text}`",
        "occasion": f"declare it on a line of its own: `acts {text}`",
        "streak": f"declare it on a line of its own: `acts {text}`",
    }[place]


_CLOSE = "to close an identity for good write `close_identity`"
_WARN = 'a warning is written `warn NAME "…"`'
_WAIVE = "what is open of fines is ended by `waive fine`, or lowered: `reduce fine of RULE by 50`"
_FINE = "an amount of money is written `fine 2000`"
_MORE = "leave it out: `>=` says `or more`, and `<=` says `or less`"
_EACH_LEDGER = "name each of them: `clears general and severe`"
_EACH_DAY = (
    "let a rule look so often: `rule NAME every day: each time CONDITION -> …`; or let the ticket tell how many, in an"
    " attribute: `+2 per late_days`"
)

_INSTEAD: dict[Place, dict[str, str]] = {
    "effect": {
        **dict.fromkeys(("remove", "subtract", "deduct", "take"), "points that are given back are written `LEDGER -2`"),
        **dict.fromkeys(("waive", "cancel", "reduce"), _WAIVE),
        "fine": _WAIVE,
        **dict.fromkeys(("close", "closes", "closure", "close_account", "terminate", "deactivate"), _CLOSE),
        **dict.fromkeys(("warning", "notice", "message", "alert"), _WARN),
        **dict.fromkeys(("penalty", "charge", "pay", "payment", "money"), _FINE),
    },
    "anchor": {
        "tomorrow": "write: from 1 calendar day later, which is the midnight that closes today",
    },
    "occasion": {
        "opened": "let the history tell it as an act, `acts shop_opened`; how long ago asks `in 30 days from opened`",
    },
    "condition": {
        **dict.fromkeys(("more", "above", "over", "higher", "less", "below", "under", "lower"), _MORE),
        **dict.fromkeys(("close_account", "close"), "ask with `closed`"),
        "banned": "a rule asks for flags and points: let the rule that bans raise a flag as well, and ask for the flag",
    },
    "number": {
        "tickets": "count them: `count(tickets) this year`",
        **dict.fromkeys(("hour", "day", "week", "month", "year", "days", "hours", "weeks", "months"), _EACH_DAY),
    },
    "ledger": {
        "served": "write `clears when served`",
        "fines": _WAIVE,
        "each": "write `each` behind the amount: `fine 100 each clears`",
        "paid": "leave `paid` out: `clears` alone waits for the payment",
        **dict.fromkeys(("all", "everything", "points", "balance", "ledgers", "balances"), _EACH_LEDGER),
    },
}


def instead(place: Place, text: str) -> str | None:
    """What to write instead of a word that people use for something which has another word in the language."""
    from policyctl.source.mistakes import NUMBER_WORDS

    word = text.casefold()
    if place == "number" and word in NUMBER_WORDS:
        return f"write it in digits: `{NUMBER_WORDS[word]}`"
    return _INSTEAD.get(place, {}).get(word)


def for_kind(place: Place, kind: Kind, text: str, ledger: str) -> str | None:
    """What was probably meant by a name of another kind than the place asks for; None where nobody can know."""
    asks = place in ("number", "condition")
    match kind:
        case "identity":
            return f"leave `{text}` out: every rule holds for each identity by itself"
        case "offence" if place == "number":
            return f"count its tickets: `count({text}) this year`"
        case "offence" if place == "condition":
            return f"count its tickets: `count({text}) this year >= 1`"
        case "offence" if place == "ledger":
            return f"name a ledger, such as `{ledger}`; the tickets of an offence are counted by `count({text})`"
        case "offence" if place == "effect":
            return "name what is to happen; which points an offence costs stands where it is declared"
        case "measure" if place in ("ledger", "count"):
            return f"name the ledgers it is made of, such as `{ledger}`"
        case "measure" if place == "effect":
            return f"put it into the condition: `{text} >= 20 -> …`"
        case "flag" if place == "number":
            return f"a flag is a condition by itself: write `{text}` or `not {text}`"
        case "language" if place == "number" and text != "close_identity":
            return f"it is a condition by itself: write `{text}` or `not {text}`"
        case "language" if asks:
            return "ask with `closed`"
        case "act" if place == "condition":
            return f"write `{text} is done`; so many of them end a sanction: `until 1 {text}`"
        case "sanction" if place == "condition":
            return f"ask whether it runs: `{text} is running`, or `not {text} is running`"
        case "rule" | "ladder" if place == "condition":
            return f"count its decisions: `count({text}) ever >= 1`"
        case "sanction" | "rule" | "ladder" if asks:
            return f"compare points, such as `{ledger} >= 20`"
        case "sanction" | "rule" | "ladder" if place == "anchor":
            return f"ask whether there was one in that time: `count({text}) in 12 months >= 1`"
        case "sanction" if place == "occasion":
            return f"write `when {text} starts`, or `when {text} ends`"
        case "offence" if place == "occasion":
            return f"write `when ticket of {text}`"
        case "ledger" if place == "occasion":
            return f"write `when {text} resets`; without `when` a rule looks at tickets: `{text} >= 20 -> …`"
        case _ if place in ("occasion", "streak"):
            return "name what happens, and declare it: `acts exam_passed`, and then `when exam_passed`"
        case "rule" | "ladder" if place == "effect":
            return f"write the effects of `{text}` here as well, or leave it out: it fires by itself"
    return None
