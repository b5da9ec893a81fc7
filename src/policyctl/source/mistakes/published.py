"""Sentences of published rule books, as they are copied into a policy. See `source/mistakes/`."""

from __future__ import annotations

from policyctl.source.mistakes.record import Mistake

_RULES = "case rule ladder"
_MORE = "more above over higher greater"
_SET = "points are set to a number by a word of their own"
_STEP = "a step says where it begins, with a sign"

SPOKEN_SENTENCES: tuple[Mistake, ...] = (
    Mistake(
        "comparison-in-words",
        "what is compared stands in front, and the sign behind it",
        "write: {word} >= 12",
        at="NAME",
        before=("NUMBER", "OR or", _MORE),
        underline="all",
    ),
    Mistake(
        "comparison-in-words",
        _STEP,
        "write: >= {before} -> EFFECTS",
        at="PLUS",
        before=("_NL", "NUMBER"),
        forms="ladder",
        underline="all",
    ),
    Mistake(
        "comparison-in-words",
        _STEP,
        "write: >= {before} -> EFFECTS",
        at="OR or and",
        before=("_NL", "NUMBER"),
        behind=(_MORE,),
        forms="ladder",
        width=2,
        underline="all",
    ),
    Mistake(
        "missing-arrow",
        "it is not said where it begins what happens",
        "write `->` in front of what happens: rule NAME when ACT: -> {before} {word} to 7",
        at="NAME",
        before=("COLON", "lower raise set"),
        forms="rule",
        underline="all",
    ),
    Mistake(
        "effect-form",
        _SET,
        "write: set {before} to {behind}; `lower` and `raise` only move it that way",
        at="TO to",
        before=("ARROW COMMA", "NAME"),
        behind=("NUMBER",),
        forms=_RULES,
        underline="all",
    ),
    Mistake(
        "effect-form",
        _SET,
        "write: set {before} to 7; `lower` and `raise` only move it that way",
        at="reduced lowered reset raised set falls restored",
        before=("ARROW COMMA", "NAME"),
        behind=("TO to",),
        forms=_RULES,
        underline="all",
    ),
    Mistake(
        "effect-form",
        "a fine is due in a time",
        "write: due in 15 days",
        at="due DUE",
        behind=("within after by", "NUMBER"),
        forms=_RULES,
        width=2,
    ),
    Mistake(
        "effect-form",
        "a fine clears all that is live, or nothing",
        "let a rule give some points back: rule paid when fine of RULE paid: -> LEDGER -{word}",
        at="NUMBER",
        before=("CLEARS",),
        behind=("OF of",),
        forms=_RULES,
    ),
    Mistake(
        "effect-form",
        "what is open of fines is ended by `waive`",
        "write: waive fine of RULE; or so much of it: reduce fine of RULE by 50",
        at="FINE fine",
        before=("ARROW COMMA", "cancel end lower lowers forgive waives reduces"),
        forms=_RULES,
        underline="all",
    ),
    Mistake(
        "condition-behind-effects",
        "`{words}` stands behind the effects",
        "a sanction ends on a day, or with an act: suspend until 1 january, suspend until season_over is done",
        at="FOR for",
        behind=("the", "rest remainder"),
        forms=_RULES,
        width=3,
    ),
    Mistake(
        "condition-behind-effects",
        "`{all}` names no sanction",
        "a sanction ends on a day, or with an act: suspend until 1 january, suspend until season_over is done",
        at="NAME",
        before=("rest", "OF of", "the this"),
        forms=_RULES,
        underline="all",
    ),
    Mistake(
        "condition-behind-effects",
        "`{words} …` stands behind the effects",
        "say what comes on top at each step, in rules of their own: every 1 of points -> fine 2000 each, and"
        " every 1 of points above 5 -> fine 1000 each",
        at="FOR for",
        before=("FINE", "NUMBER", "EACH"),
        behind=("the", "first next"),
        forms=_RULES,
        width=3,
    ),
    Mistake(
        "condition-behind-effects",
        "`{words} …` stands behind the effects",
        "count what there was before, in front of the arrow: general >= 20 and count(suspend) ever = 0 -> suspend 3d",
        at="FOR for ON on",
        behind=("the", "first second third fourth fifth"),
        forms=_RULES,
        width=3,
    ),
    Mistake(
        "comparison-in-words",
        "how long a sanction lasts is asked of each one",
        "write: count({before} where length >= 60 days) ever >= 1",
        at="is IS",
        before=("NAME",),
        behind=("running", "FOR for"),
        forms=_RULES,
        width=3,
    ),
    Mistake(
        "comparison-in-words",
        "how often it happened is counted",
        "write: count({before}) in 90 days >= 2",
        at="again repeated repeatedly",
        before=("NAME",),
        forms=_RULES,
    ),
    Mistake(
        "ledger-form",
        "a time of day is not asked of a ticket",
        "let the ticket say it: attribute hours = day, night; and: doubled where hours is day",
        at="between",
        before=("WHERE", "DATED occurred issued effective"),
        underline="all",
    ),
    Mistake(
        "missing-word",
        "when a rule looks stands behind `when`",
        "write: rule {before} when {behind} ends: …",
        at="after",
        before=("RULE", "NAME"),
        behind=("NAME",),
        forms="rule",
    ),
    Mistake(
        "ledger-form",
        "points that go after a time expire",
        "write: expires after 1 year; or after a time without tickets: rule clean when 180 days without tickets: ->"
        " clear LEDGER",
        at="NUMBER after AFTER",
        before=("RESETS EXPIRES",),
        forms="ledger",
    ),
    *(
        Mistake(
            "ledger-form",
            "every entry of a ledger that expires does so",
            "say of an offence how long its points last: offence grave -> points +24 expires after 100 years; or post"
            " them to a ledger of their own",
            at=at,
            before=before,
        )
        for at, before in (
            ("never not", ("EXPIRES",)),
            ("EXCEPT except", ("EXPIRES", "AFTER", "NUMBER", "UNIT")),
        )
    ),
)
"""How published rules say what the language says in another order."""
