"""Effects as people speak them: what happens, how long and how much, in another order or with more words."""

from __future__ import annotations

from policyctl.source.mistakes.record import Mistake, row

_RULES = "case rule ladder"
_CURRENCIES = "CNY RMB USD EUR yuan"
FOREVER = ("for ever", "for good", "for life", "forever", "indefinitely", "lifelong", "permanent", "eternally")
"""What people write for something that does not end."""

SPOKEN_EFFECTS: tuple[Mistake, ...] = (
    # --- when, behind what happens ------------------------------------------------------------------------------------
    Mistake(
        "condition-behind-effects",
        "`{word}` stands behind the effects",
        "say it in front of the arrow: general >= 20 and not closed -> suspend 3d",
        at="unless",
        forms=_RULES,
        can="COMMA",
        cannot="AND",
    ),
    Mistake(
        "condition-behind-effects",
        "`{word}` stands behind the effects",
        "say when it happens in front of the arrow: general >= 20 -> suspend 3d",
        at="if where while provided only once",
        forms=_RULES,
        can="COMMA",
        cannot="AND",
    ),
    Mistake(
        "extra-word",
        "`clears` alone waits for the payment",
        "leave `when paid` out: fine 2000 clears",
        at="paid",
        before=("WHEN",),
        forms=_RULES,
        underline="all",
    ),
    # --- one effect beside the other ----------------------------------------------------------------------------------
    Mistake(
        "missing-comma",
        "`{word}` stands where a comma belongs",
        "separate them with a comma",
        at="and plus then also AND PLUS",
        can="COMMA",
        cannot="AND",
        meant="COMMA",
        shown=",",
    ),
    Mistake(
        "missing-comma",
        "`and` joins ledgers here, and `{before}` is none",
        "separate effects with a comma: write it instead of `and`",
        at="NUMBER PERMANENTLY",
        before=("AND", "NAME"),
        forms=_RULES,
        can="COMMA",
        cannot="COMPARE",
        underline="before",
    ),
    # --- words too many -----------------------------------------------------------------------------------------------
    Mistake(
        "extra-word",
        "`for` is not needed in front of a length",
        "write: suspend 3 days",
        at="for",
        behind=("NUMBER MEASURED NUMBER_WORD",),
        can="NUMBER",
        meant="SKIP",
    ),
    Mistake(
        "extra-word",
        "the amount follows `fine` directly",
        "leave `{word}` out: fine 2000",
        at="of COLON EQUALS",
        before=("FINE",),
        can="NUMBER",
        meant="SKIP",
    ),
    Mistake(
        "extra-word",
        "the length follows `{before}` directly",
        "leave `{word}` out: {before} {length}",
        at="COLON",
        before=("NAME",),
        behind=("NUMBER", "UNIT CALENDAR"),
        forms=_RULES,
        can="NUMBER",
        cannot="COMPARE",
        meant="SKIP",
    ),
    Mistake(
        "currency-in-amount",
        "an amount is written without its currency",
        "leave out `{word}`; the policy says its currency once, in its header: currency CNY",
        at=_CURRENCIES,
        before=("FINE PAYS",),
        can="NUMBER",
        meant="SKIP",
    ),
    # --- another order ------------------------------------------------------------------------------------------------
    Mistake(
        "effect-form",
        "the length stands in front of what lasts so long",
        "write the sanction first: suspend {words}",
        at="NUMBER",
        before=("ARROW COMMA",),
        behind=("UNIT CALENDAR",),
        forms=_RULES,
        width=2,
    ),
    Mistake(
        "effect-form",
        "`{word}` stands in front of what it is about",
        "write the effect first: {second} {word}",
        at="NUMBER",
        before=("ARROW COMMA",),
        behind=("FINE NAME",),
        forms=_RULES,
    ),
    Mistake(
        "effect-form",
        "`{before}` stands in front of what lasts so long",
        "write the sanction first: {word} permanently",
        at="NAME",
        before=("ARROW COMMA", "permanently permanent indefinitely"),
        forms=_RULES,
        underline="before",
    ),
    Mistake(
        "effect-form",
        "a warning is written `warn`",
        "write: warn NAME {word}",
        at="TEXT",
        before=("warning warns warned notify notice message",),
        forms=_RULES,
        underline="before",
    ),
    Mistake(
        "missing-quotation-marks",
        "the text of a warning stands in quotation marks",
        'write: warn NAME "TEXT"',
        at="NAME",
        before=("WARN", "NAME"),
        forms=_RULES,
        underline="all",
    ),
    Mistake(
        "effect-form",
        "an effect sets nothing to a value",
        "a flag is raised by its name alone; points are cleared by a fine (fine 2000 clears) or by a reset",
        at="EQUALS",
        before=("ARROW COMMA", "NAME"),
        forms=_RULES,
        underline="all",
    ),
    # --- lengths and amounts ------------------------------------------------------------------------------------------
    Mistake(
        "signed-amount",
        "a length or an amount is never below zero",
        "leave the sign out",
        at="UNIT CALENDAR EACH CLEARS PERMANENTLY",
        before=("MINUS PLUS", "NUMBER"),
        forms=_RULES,
        can="COMMA",
        underline="all",
    ),
    Mistake(
        "number-in-words",
        "the number `{word}` is shortened",
        "write all its digits: 2000",
        at="#k #K #w #W #m #M #万 #千",
        before=("FINE PAYS COMPARE",),
        can="NUMBER",
        meant="NUMBER",
    ),
    *(
        row(
            phrase,
            "unknown-word",
            "`{words}` is not known here",
            "write `permanently`",
            can="PERMANENTLY",
            meant="PERMANENTLY",
        )
        for phrase in FOREVER
    ),
)
"""How effects are spoken."""
