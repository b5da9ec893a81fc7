"""Declarations as people speak them: the header, ledgers, offences, and statements called by other words."""

from __future__ import annotations

from policyctl.source.mistakes.record import Mistake, row

_STATEMENTS: dict[str, str] = {
    "ledger": "account balance score counter book scorecard",
    "identities": "identity role roles party parties subject subjects",
    "offence": "violation breach infraction misconduct incident",
    "sanction": "penalty punishment measures consequence restriction restrictions",
    "flag": "mark marker tag",
    "measure": "define let set variable formula metric total sum",
    "note": "comment remark",
    "rule": "policy_rule clause article section",
    "ladder": "levels stairs tiers stages",
    "reading": "interpretation",
    "test": "example scenario check",
    "use standard": "import include load",
}
"""Statements, each by the words that people use for it."""

_RESET = "write: resets every year (or quarter, or month)"
_MONTHS = "January February March April May June July August September October November December"


def _called_otherwise() -> tuple[Mistake, ...]:
    return tuple(
        Mistake(
            "unknown-statement",
            "no statement begins with `{before}`",
            f"write `{statement}`",
            at="NAME TEXT",
            before=("EOL", words),
            forms="unknown case",
            underline="before",
        )
        for statement, words in _STATEMENTS.items()
    )


SPOKEN_DECLARATIONS: tuple[Mistake, ...] = (
    *_called_otherwise(),
    # --- colons -------------------------------------------------------------------------------------------------------
    Mistake(
        "extra-colon",
        "no colon stands behind `{before}`",
        "leave it out; only the heads of rules, ladders and transitions end in a colon",
        at="COLON",
        before=(
            "POLICY VERSION TIMEZONE CURRENCY ANNULMENT BY NOTE USE IDENTITIES LEDGER OFFENCE MEASURE SANCTION FLAG "
            "TEST READING",
        ),
        meant="SKIP",
    ),
    Mistake(
        "extra-colon",
        "no colon stands at the end of this line",
        "leave it out; only the heads of rules, ladders and transitions end in a colon",
        at="COLON",
        behind=("EOL",),
        forms="policy identities ledger offence measure sanction flag test",
        meant="SKIP",
    ),
    Mistake(
        "extra-colon",
        "no colon stands behind the name of a ledger",
        "leave it out: ledger points resets every year",
        at="COLON",
        forms="ledger",
        meant="SKIP",
    ),
    Mistake(
        "missing-equals",
        "`:` stands where `=` belongs",
        None,
        at="COLON",
        forms="measure sanction",
        can="EQUALS",
        meant="EQUALS",
        shown="=",
    ),
    # --- the header ---------------------------------------------------------------------------------------------------
    row(
        "time zone",
        "unknown-word",
        "`time zone` is written as one word",
        "write: timezone Asia/Shanghai",
        forms="policy",
        meant="TIMEZONE",
        can="TIMEZONE",
    ),
    Mistake(
        "unknown-word",
        "a time zone is called by a place",
        "write: timezone Asia/Shanghai",
        at="COLON",
        before=("PLUS MINUS", "NUMBER"),
        forms="policy",
        underline="front",
    ),
    Mistake(
        "unknown-word",
        "`{word}` does not begin a line of the header",
        "write the day from which the policy is in force: version 2020-04-28",
        at="effective valid from since date starting in",
        before=("EOL",),
        forms="policy",
    ),
    Mistake(
        "unknown-character",
        "a currency is called by its letters",
        "write: currency CNY",
        at="¥ ￥ $ € £",
        before=("CURRENCY",),
        meant="NAME",
        shown="CNY",
    ),
    # --- ledgers ------------------------------------------------------------------------------------------------------
    Mistake(
        "ledger-form",
        "`{word}` does not say where a ledger starts and ends",
        "write: starts at 0 floor 0 ceiling 100",
        at="from between range EQUALS",
        forms="ledger",
        behind=("NUMBER",),
    ),
    Mistake(
        "ledger-form",
        "`{words}` is not how a ledger starts",
        "write: starts at 100, or starts at 100 down",
        at="starting begins beginning begin start",
        behind=("AT",),
        forms="ledger",
        width=2,
    ),
    Mistake(
        "ledger-form",
        "`{all}` is not how a ledger starts",
        "write: starts at 100, or starts at 100 down",
        at="with from on NUMBER EQUALS",
        before=("STARTS",),
        forms="ledger",
        underline="front",
    ),
    Mistake(
        "ledger-form",
        "a ledger that counts down says `down` behind its start",
        "write: starts at {before} down",
        at="AND descending downwards downward decreasing falling going counting",
        before=("AT", "NUMBER"),
        forms="ledger",
    ),
    Mistake(
        "ledger-form",
        "the lowest balance of a ledger is its `floor`",
        "write: floor 0",
        at="minimum min lowest least",
        forms="ledger",
        can="FLOOR",
        meant="FLOOR",
        shown="floor",
    ),
    Mistake(
        "ledger-form",
        "the highest balance of a ledger is its `ceiling`",
        "write: ceiling 100",
        at="maximum max highest cap limit",
        forms="ledger",
        can="CEILING",
        meant="CEILING",
        shown="ceiling",
    ),
    Mistake(
        "ledger-form",
        "a line declares one ledger",
        "begin a new line with `ledger` for each",
        at="COMMA AND",
        before=("NAME TEXT",),
        behind=("NAME",),
        forms="ledger",
    ),
    Mistake(
        "reset-form",
        "`{word}` does not say how often the points are reset",
        _RESET,
        at="each",
        before=("RESETS",),
        meant="EVERY",
    ),
    Mistake(
        "reset-form",
        "it is not said from when on they are counted",
        "write: resets every 12 months from opened (or from first ticket, or from an act), or: resets every year",
        at="EOL UNLESS CITE FLOOR CEILING STARTS",
        before=("EVERY", "NUMBER", "UNIT"),
        forms="ledger",
        underline="before",
    ),
    Mistake(
        "reset-form",
        "it is not said on which day of `{word}`",
        "write: resets every 1 january",
        at=f"MONTH {_MONTHS}",
        before=("EVERY ON",),
    ),
    Mistake(
        "reset-form",
        "`every {before}` begins with the calendar's, and another date stands in its place",
        "write: resets every 1 july, or resets every 12 months from opened",
        at="ON FROM",
        before=("EVERY", "UNIT"),
        forms="ledger",
    ),
    Mistake(
        "reset-form",
        "a ledger that says nothing of a reset is never reset",
        "leave it out",
        at="never not no",
        before=("RESETS",),
        underline="all",
    ),
    Mistake(
        "reset-form",
        "a ledger that says nothing of a reset is never reset",
        "leave it out",
        at="never no not does without",
        behind=("RESETS reset not resetting",),
        forms="ledger",
        width=2,
    ),
    Mistake(
        "reset-form",
        "what blocks a reset stands behind `unless`",
        "write: resets every year unless no_reset",
        at="if when but except while",
        forms="ledger",
        can="UNLESS",
    ),
    # --- offences -----------------------------------------------------------------------------------------------------
    Mistake(
        "wrong-arrow",
        "`{word}` stands where `->` belongs",
        "write `->` between the offence and its points: slight -> general +10",
        at="costs cost gives adds means deducts",
        forms="offence",
        can="ARROW",
        meant="ARROW",
    ),
    Mistake(
        "effect-form",
        "it is not said on which ledger the points are posted",
        "write the ledger first: general +{word}",
        at="NUMBER",
        before=("ARROW COMMA",),
        forms="offence",
    ),
    Mistake(
        "effect-form",
        "the points stand in front of their ledger",
        "write the ledger first: general {word}{second}",
        at="PLUS MINUS",
        before=("ARROW COMMA",),
        forms="offence",
    ),
    # --- sanctions ----------------------------------------------------------------------------------------------------
    Mistake(
        "unknown-word",
        "`{word}` is not known here",
        "write: overlap {behind}",
        at="overlaps overlapping",
        forms="sanction",
        can="OVERLAP",
        meant="OVERLAP",
    ),
    Mistake(
        "two-words",
        "the name of the sanction consists of several words",
        "join them with underscores: {joined}; the parts of a sanction stand behind `=`",
        at="NAME",
        before=("NAME",),
        forms="sanction",
        can="EQUALS",
        names_until="EOL TEXT CITE OVERLAP",
        meant="JOIN",
        underline="all",
    ),
    Mistake(
        "missing-equals",
        "an equals sign is missing",
        "write: sanction {before} = PART, PART",
        at="LPAR",
        before=("SANCTION", "NAME"),
    ),
    Mistake(
        "unexpected-word",
        "a sanction has no length by itself",
        "write it where the sanction is imposed (-> {before} 3d), or behind a part: sanction {before} = PART 3d",
        at="NUMBER",
        before=("SANCTION", "NAME"),
    ),
    Mistake(
        "unknown-word",
        "`{word}` is no way in which sanctions overlap",
        "write: overlap later, overlap heaviest, overlap extends, or overlap consecutive",
        at="NAME",
        before=("OVERLAP",),
    ),
)
"""How declarations are spoken."""
