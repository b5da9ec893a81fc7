"""How lines begin and end, and what people write there from habit: list marks, comments of other languages, `else`."""

from __future__ import annotations

from policyctl.source.mistakes.record import Mistake

_ELSE = "write a second rule with the opposite condition: general < 20 -> suspend 1d"

SPOKEN_LINES: tuple[Mistake, ...] = (
    Mistake(
        "comment-sign",
        "a comment begins with `#`",
        "write `#` in front of it",
        at="DIVIDED",
        behind=("DIVIDED TIMES",),
        width=2,
    ),
    Mistake(
        "comment-sign",
        "a comment begins with `#`",
        "write `#` in front of it",
        at="MINUS",
        behind=("MINUS",),
        width=2,
    ),
    Mistake(
        "comment-sign",
        "a comment begins with `#`",
        "write `#` in front of it",
        at="MINUS",
        before=("SIGN MINUS",),
        behind=("NAME TEXT BAD EOL",),
        underline="all",
    ),
    Mistake(
        "list-mark",
        "a line begins without `{before}`",
        "leave it out",
        at="NAME LPAR",
        before=("EOL", "SIGN"),
        underline="before",
    ),
    Mistake(
        "list-mark",
        "a line begins without `{word}`",
        "leave it out",
        at="MINUS TIMES • · ●",
        before=("EOL",),
        meant="SKIP",
    ),
    Mistake(
        "list-mark",
        "the lines of a policy have no numbers",
        "leave it out: the order of statements says nothing",
        at=". RPAR 、 COMMA COLON",
        before=("EOL", "NUMBER"),
        forms="case unknown",
        underline="all",
    ),
    Mistake(
        "unknown-character", "a line ends without a full stop", "leave it out", at=". 。", behind=("EOL",), meant="SKIP"
    ),
    Mistake(
        "missing-quotation-marks",
        "what follows `{before}` stands in quotation marks",
        'write: {before} "TEXT"',
        at="NAME NUMBER MEASURED DATE OTHER_DATE LPAR",
        before=("NOTE",),
    ),
    Mistake("if-then", "a rule has no `{before}`", _ELSE, before=("EOL", "else otherwise"), underline="before"),
    Mistake("if-then", "a rule has no `{word}`", _ELSE, at="else otherwise"),
    Mistake(
        "wrong-arrow",
        "the arrow has a space in it",
        "write `->`, without a space",
        at=">",
        before=("MINUS SIGN",),
        behind=("NAME",),
        forms="case rule ladder offence",
        underline="all",
    ),
    Mistake(
        "semicolon",
        "`{word}` stands where `->` belongs",
        "write `->` between what must hold and what happens",
        at="; COMMA",
        forms="case rule",
        arrow_ahead=False,
        can="ARROW",
        meant="ARROW",
    ),
)
"""How lines begin and end."""
