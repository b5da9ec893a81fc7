"""Appeals, what people decided, and what became of decisions, as people speak of them in tests."""

from __future__ import annotations

from policyctl.source.mistakes.record import Mistake

_APPEAL = "write: appeal against T1 annulled, or appeal against T1 reduced to 4"
_PERSON = 'write what was done: lifted "RULE@T1" by "NAME", or imposed SANCTION until DATE by "NAME"'

SPOKEN_CORRECTIONS: tuple[Mistake, ...] = (
    # --- appeals ------------------------------------------------------------------------------------------------------
    Mistake(
        "missing-word",
        "`against` is missing in front of `{word}`",
        "write: appeal against {word}",
        at="NAME TEXT",
        before=("APPEAL",),
        can="AGAINST THIS",
        meant="AGAINST",
        insert=True,
    ),
    *(
        Mistake(
            "unknown-word",
            "`{word}` is not the outcome of an appeal",
            help,
            at=words,
            before=("AGAINST", "NAME TEXT"),
            can=meant,
            meant=meant,
            shown=shown,
        )
        for words, meant, shown, help in (
            (
                "upheld granted accepted allowed won succeeded successful cancelled canceled revoked annul annuls void",
                "OUTCOME",
                "annulled",
                "write annulled where the ticket never counted, repealed where it counts no more, or reduced to 4",
            ),
            ("dismissed denied refused lost failed reject rejects", "OUTCOME", "rejected", "write `rejected`"),
            ("repeal repeals", "OUTCOME", "repealed", "write `repealed`"),
            ("open opened pending lodged file submitted", "OUTCOME", "filed", "write `filed`"),
            ("lowered reduce reduces cut", "REDUCED", "reduced", "write: reduced to 4, with the points that are left"),
        )
    ),
    Mistake(
        "missing-word",
        "`to` is missing in front of `{word}`",
        "write the points that are left: reduced to {word}",
        at="NUMBER",
        before=("REDUCED",),
        meant="TO",
        insert=True,
    ),
    Mistake(
        "unknown-word",
        "an appeal says how many points are left, not how many are taken off",
        "write: reduced to 4",
        at="BY",
        before=("REDUCED",),
        meant="TO",
    ),
    Mistake(
        "missing-number",
        "nothing says how many points are left",
        "write: reduced to 4",
        at="EOL RECORDED FOR",
        before=("REDUCED TO",),
    ),
    Mistake(
        "missing-word",
        "`appeal against` is missing in front of `{behind}`",
        "write: appeal against {behind} {word}",
        at="OUTCOME REDUCED",
        before=("_NL", "DATE"),
        behind=("NAME TEXT",),
    ),
    Mistake(
        "missing-word",
        "`appeal against` is missing in front of `{word}`",
        "write: appeal against {word} {behind}",
        at="NAME TEXT",
        before=("_NL", "DATE"),
        behind=("OUTCOME REDUCED",),
    ),
    Mistake(
        "unexpected-end",
        "nothing says what became of the appeal",
        "write filed, rejected, annulled, repealed, or reduced to 4 behind it",
        at="EOL",
        before=("AGAINST", "NAME TEXT"),
    ),
    Mistake("unknown-word", "`{word}` is not how an appeal is written", _APPEAL, at="appeals", before=("_NL", "DATE")),
    # --- people -------------------------------------------------------------------------------------------------------
    *(
        Mistake(
            "unknown-word",
            "`{word}` is not how a test says what a person did",
            f"write `{verb}`",
            at=words,
            before=("_NL", "DATE"),
            behind=("TEXT NAME FINE",),
            meant=terminal,
            shown=verb,
        )
        for verb, terminal, words in (
            ("lifted", "ACTION", "lift lifts lifting"),
            ("waived", "ACTION", "waive waives waiving"),
            ("confirmed", "ACTION", "confirm confirms confirming"),
            ("imposed", "IMPOSED", "impose imposes imposing"),
        )
    ),
    Mistake(
        "unknown-word",
        "`{word}` is not how a test says what a person did",
        _PERSON,
        at="override overrides overrode",
        before=("_NL", "DATE"),
    ),
    Mistake(
        "missing-quotation-marks",
        "a decision stands in quotation marks, with its ticket",
        'write: {before} "{word}@T1"',
        at="NAME",
        before=("ACTION",),
    ),
    Mistake(
        "unexpected-end",
        "nothing says which decision",
        'write: {before} "RULE@T1"',
        at="EOL",
        before=("ACTION",),
    ),
    Mistake(
        "unexpected-end",
        "nothing says what is imposed",
        "write: imposed SANCTION until DATE, imposed SANCTION permanently, imposed fine 700, or imposed close_identity",
        at="EOL",
        before=("IMPOSED",),
    ),
    Mistake(
        "unexpected-word",
        "what a person imposes says when it ends, not how long it lasts",
        "write: imposed {before} until 2021-03-04 10:00",
        at="NUMBER",
        before=("IMPOSED", "NAME"),
        behind=("UNIT CALENDAR",),
        width=2,
    ),
    Mistake(
        "extra-word",
        "who decided it stands at the end",
        'write: {behind} "RULE@T1" by "{word}"',
        at="NAME",
        before=("_NL", "DATE"),
        behind=("ACTION IMPOSED",),
        meant="SKIP",
    ),
    Mistake(
        "two-words",
        "who decided it stands in front of the reason",
        'write: by "NAME" because {before}',
        at="BY",
        before=("BECAUSE", "TEXT"),
        forms="test",
    ),
    Mistake(
        "unknown-word",
        "`{word}` stands where `because` belongs",
        "write: because {behind}",
        at="why since reason as for",
        before=("TEXT NAME DATE PERMANENTLY NUMBER",),
        behind=("TEXT",),
        forms="test",
        can="BECAUSE",
        meant="BECAUSE",
        shown="because",
    ),
    # --- what was known -----------------------------------------------------------------------------------------------
    Mistake(
        "missing-word",
        "`at` is missing behind `{word}`",
        "write: known at {behind}",
        at="known",
        before=("_NL",),
        behind=("DATE",),
        meant="KNOWN",
        shown="known at",
    ),
    Mistake(
        "unknown-word",
        "a line of its own says what was on record",
        "write: known at 2021-03-19, and the expectations below it",
        at="as known",
        before=("_NL DATE NAME TEXT NUMBER",),
        behind=("known at on",),
        forms="test",
    ),
    # --- what became of decisions -------------------------------------------------------------------------------------
    Mistake(
        "two-words",
        "`{word}` stands in front of the rule",
        "write: expect {word} {before}",
        at="RESCINDED",
        before=("EXPECT NOT", "NAME TEXT"),
        underline="all",
    ),
    Mistake(
        "unknown-word",
        "of what became of a decision an expectation says `not`, not `no`",
        "write: expect not rescinded {word}",
        at="NAME TEXT",
        before=("NO", "rescinded"),
        underline="before",
    ),
    Mistake(
        "two-words",
        "the amount stands behind `owed back`",
        "write: expect owed back {before}",
        at="owed",
        before=("EXPECT", "NUMBER"),
    ),
    Mistake(
        "missing-word",
        "`back` is missing in front of `{word}`",
        "write: expect owed back {word}",
        at="NUMBER",
        before=("EXPECT", "owed"),
    ),
    *(
        Mistake(
            "missing-number",
            "nothing says how much",
            f"write: expect {example}",
            at="EOL",
            before=words,
            forms="test",
        )
        for words, example in ((("OWED", "back"), "owed back 2000"), (("OPEN", "FINES"), "open fines 1500"))
    ),
    Mistake(
        "missing-word",
        "`period` is missing in front of `{word}`",
        "write: in period {word}",
        at="NUMBER TEXT",
        before=("IN",),
        forms="test",
        can="PERIOD THIS",
        meant="PERIOD",
        insert=True,
    ),
    Mistake(
        "missing-quotation-marks",
        "a quarter or a month stands in quotation marks",
        'write: in period "2021-Q2", or in period "2021-03"',
        at="MINUS",
        before=("PERIOD", "NUMBER"),
        forms="test",
    ),
)
"""How corrections are spoken in tests."""
