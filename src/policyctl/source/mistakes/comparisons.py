"""Conditions as people speak them: comparisons in words, windows, and what is counted."""

from __future__ import annotations

from policyctl.source.mistakes.record import POINTS, Mistake, row

COMPARISONS: dict[str, str] = {
    ">=": "at least, reaches, reach, reached, hits, gets to, no less than, not less than, minimum, "
    "greater or equal to, greater than or equal to, more than or equal to",
    "<=": "at most, no more than, not more than, up to, maximum, less or equal to, less than or equal to",
    ">": "more than, greater than, larger than, higher than, bigger than, above, over, exceeds, exceed, passes",
    "<": "less than, fewer than, smaller than, lower than, below, under, falls below, drops below",
    "!=": "not equal to, differs from",
    "=": "equals, equal to, exactly",
}
"""Spoken comparisons by the sign that is meant; each also behind `is`, `are`, `goes` and `has`."""

_MORE = "more above higher over up"
_LESS = "less below lower under fewer down"
_NUMBERS = "NUMBER NUMBER_WORD"


def _comparisons() -> tuple[Mistake, ...]:
    phrases = {
        f"{verb} {phrase}".strip(): sign
        for sign, listed in COMPARISONS.items()
        for phrase in listed.split(", ")
        for verb in ("", "is", "are", "goes", "has")
    }
    return tuple(
        row(
            phrase,
            "comparison-in-words",
            "`{words}` is a comparison in words",
            f"write the sign: {{before}} {phrases[phrase]} {{behind}}",
            can="COMPARE",
            meant="COMPARE",
            shown=phrases[phrase],
        )
        for phrase in sorted(phrases, key=lambda phrase: (-len(phrase.split()), phrase))
    )


WINDOWS = (
    "in the last",
    "in the past",
    "within the last",
    "within the past",
    "over the last",
    "during the last",
    "over the past",
    "for the last",
    "in last",
    "in past",
    "the last",
    "the past",
    "within",
    "during",
    "last",
    "past",
    "over",
)
"""What people write in front of the length of a window."""


def _windows() -> tuple[Mistake, ...]:
    """Words in front of a window. Behind the name of a ledger the whole window is one too many."""
    message, help = "a window is written with `in` alone", "write: in {length}"
    rows = []
    for phrase in WINDOWS:
        rows.append(_of_a_balance(f"{phrase} NUMBER UNIT"))
        if not phrase.startswith("in "):
            rows.append(row(phrase, "window-form", message, help, behind=("NUMBER",), can="IN", meant="IN", shown="in"))
    for phrase in ("the last", "the past", "last", "past"):
        rows.append(row(phrase, "window-form", message, "write: in 1 {behind}", before=("IN",), behind=("UNIT",)))
        rows.append(row(phrase, "window-form", message, help, before=("IN",), behind=("NUMBER",), meant="SKIP"))
    for phrase in ("in NUMBER UNIT", "in NUMBER CALENDAR UNIT", "this UNIT", "this PERIOD", "per UNIT", "ever", "in"):
        rows.append(_of_a_balance(phrase))
    return tuple(rows)


def _of_a_balance(phrase: str) -> Mistake:
    return row(
        phrase,
        "balance-in-a-window",
        "`{before}` is the balance of this moment, so `{words}` says nothing about it",
        "write: incurred({before}) in 90 days, or live({before}) in 90 days for what still counts of it",
        before=("NAME",),
        can="COMPARE",
        cannot="IN",
        meant="SKIP",
    )


SPOKEN_CONDITIONS: tuple[Mistake, ...] = (
    # --- comparisons --------------------------------------------------------------------------------------------------
    *_windows(),
    *_comparisons(),
    Mistake(
        "comparison-in-words",
        "`{words}` is a comparison in words",
        "write `=` for this number alone, or `>=` for this number and more",
        at="is are",
        behind=(f"{_NUMBERS} MINUS",),
        can="COMPARE",
        meant="COMPARE",
        shown="=",
    ),
    Mistake(
        "comparison-in-words",
        "`{words}` is a comparison in words",
        "write the sign: {before} != {behind}",
        at="is",
        behind=("not", _NUMBERS),
        width=2,
        can="COMPARE",
        meant="COMPARE",
        shown="!=",
    ),
    Mistake(
        "comparison-in-words",
        "`{words}` says two comparisons at once",
        "write both: {before} >= {second} and {before} <= {last}",
        at="between from",
        before=("NAME",),
        behind=(_NUMBERS, "and to MINUS", _NUMBERS),
        width=4,
        can="COMPARE",
    ),
    Mistake(
        "comparison-in-words",
        "`{words}` is a comparison in words",
        "write the sign: {before} >= {word}",
        at="NUMBER",
        before=("NAME",),
        behind=("or and", _MORE),
        can="COMPARE",
        width=3,
    ),
    Mistake(
        "comparison-in-words",
        "`{words}` is a comparison in words",
        "write the sign: {before} <= {word}",
        at="NUMBER",
        before=("NAME",),
        behind=("or and", _LESS),
        can="COMPARE",
        width=3,
    ),
    Mistake(
        "comparison-in-words",
        "`{words}` is no number and no comparison",
        "write the sign: {before} >= {word}",
        at="NUMBER",
        before=("NAME",),
        behind=("PLUS", "ARROW AND OR RPAR COLON EOL then"),
        can="COMPARE",
        width=2,
    ),
    Mistake(
        "comparison-in-words",
        "`+` is no comparison",
        "leave it out, and write `>=` for this number and more",
        at="ARROW AND OR RPAR COLON EOL then",
        before=("COMPARE EQUALS", "NUMBER", "PLUS"),
        underline="before",
    ),
    Mistake(
        "missing-comparison",
        "nothing says how `{before}` and `{word}` are compared",
        "write: {before} >= {word}",
        at="NUMBER",
        before=("NAME",),
        behind=("ARROW AND OR RPAR COLON then",),
        forms="case rule",
        can="COMPARE THIS",
        meant="COMPARE",
        shown=">=",
        insert=True,
    ),
    Mistake(
        "missing-number",
        "nothing stands between `{before}` and `{word}`",
        "name again what is compared: {front} {subject} {word} {behind}",
        at="COMPARE EQUALS",
        before=("NAME", "COMPARE EQUALS", "NUMBER", "AND OR"),
        behind=("NUMBER",),
    ),
    Mistake(
        "missing-number",
        "nothing stands between `{before}` and `{word}`",
        "name again what is compared: general >= 10 and general < 20",
        at="COMPARE EQUALS",
        before=("AND OR NOT",),
    ),
    Mistake(
        "wrong-connective",
        "`unless` blocks a reset and cannot stand in a rule",
        "write `and not`",
        at="unless",
        forms="case rule ladder",
        can="AND",
        meant="AND",
    ),
    # --- numbers ------------------------------------------------------------------------------------------------------
    Mistake(
        "extra-word",
        "a number of points is written without `{words}`",
        "leave it out: every ledger counts points",
        at=POINTS,
        before=("NUMBER",),
        meant="SKIP",
    ),
    Mistake(
        "extra-word",
        "a number of points is written as a number alone",
        "write `{shown}`: every ledger counts points",
        at=" ".join(f"#{word}" for word in POINTS.split()),
        can="NUMBER",
        meant="NUMBER",
    ),
    Mistake(
        "signed-amount",
        "`every` counts full steps upwards, and their size is written without a sign",
        "write: every {before} of general -> EFFECTS",
        at="OF",
        before=("every", "MINUS PLUS", "NUMBER"),
        underline="all",
    ),
    # --- what is counted, and over what time --------------------------------------------------------------------------
    Mistake(
        "measure-form",
        "tickets are not counted so",
        "write: count(tickets) in 90 days >= {before}",
        at="TICKETS TICKET violations offences",
        before=("NUMBER",),
        can="COMPARE",
    ),
    Mistake(
        "measure-form",
        "tickets for an offence are not counted so",
        "write: count({word}) in 90 days >= {before}",
        at="NAME",
        before=("EOL AND OR LPAR NOT COLON", "NUMBER"),
        behind=("IN THIS EVER ARROW within",),
        forms="case rule",
    ),
    Mistake(
        "measure-form",
        "tickets for an offence are not counted so",
        "write: count({before}) in 90 days >= {word}",
        at="NUMBER",
        before=("NAME",),
        behind=("times time x",),
        forms="case rule",
        width=2,
        underline="all",
    ),
    Mistake(
        "measure-form",
        "`{all}` adds nothing up",
        "write: count(tickets) this year, or of one offence: count(OFFENCE) this year",
        at="of",
        before=("number count COUNT",),
        underline="all",
    ),
    Mistake(
        "measure-form",
        "`{all}` adds nothing up",
        "write: incurred({behind}) in 90 days, or live({behind}) in 90 days for what still counts of it",
        at="of",
        before=("sum total amount points balance score",),
        underline="all",
    ),
    Mistake(
        "measure-form",
        "what is counted stands in parentheses",
        "write: {before}({word}) this year",
        at="NAME",
        before=("COUNT INCURRED LIVE",),
        forms="case rule ladder measure",
        underline="all",
    ),
    Mistake(
        "measure-form",
        "`{before}` is no word for a sum",
        "write incurred(…) for what was posted, live(…) for what still counts of it, count(…) for how many",
        at="LPAR",
        before=("sum total points add score balance number posted entries violations",),
        underline="before",
    ),
    Mistake(
        "window-form",
        "a window stands behind what it counts, in front of the comparison",
        "write it there: incurred(general) in 90 days >= {before}, or count(tickets) in 90 days >= {before}",
        at="in within this ever during last",
        before=("COMPARE EQUALS", "NUMBER"),
        cannot="IN",
    ),
    Mistake(
        "window-form",
        "`in {before}` has no unit of time",
        "a window is a length of time that ends now: in 90 days, in 12 months",
        at="COMPARE EQUALS PLUS MINUS AND OR ARROW EOL RPAR",
        before=("IN", "NUMBER"),
        underline="front",
    ),
    Mistake(
        "window-form",
        "a window is written with a number",
        "write: in 1 {behind}",
        at="a an one",
        before=("IN",),
        behind=("UNIT",),
        can="NUMBER",
        meant="NUMBER",
        shown="1",
    ),
    Mistake(
        "window-form",
        "`{words}` is not how a time is named",
        "write: this {last}",
        at="per each every a in",
        before=("RPAR",),
        behind=("UNIT PERIOD",),
        width=2,
        can="EVER",
    ),
    Mistake(
        "window-form",
        "`inclusive` stands behind the length of the window",
        "write it in front of the date: in 90 days inclusive by {before}",
        at="INCLUSIVE",
        before=("BY", "DATED"),
        meant="SKIP",
    ),
    Mistake(
        "extra-word",
        "`this year` is the calendar year",
        "leave `{word}` out",
        at="CALENDAR",
        before=("THIS",),
        meant="SKIP",
    ),
)
"""How conditions are spoken."""
