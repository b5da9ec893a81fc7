"""Mistakes in names: several words, quotation marks, hyphens, and words that are none."""

from __future__ import annotations

from policyctl.source.mistakes.record import Mistake, row

_WHOM = "merchant merchants promoter seller shop store account user them him it"
"""Whom people name behind what happens to them."""

_ALONE = "no_reset close_identity"
"""Effects that nothing belongs to."""

NAMES: tuple[Mistake, ...] = (
    Mistake(
        "two-words",
        "`{all}` are several words where one name belongs",
        "join them with underscores: {joined}",
        at="NAME",
        before=("NAME",),
        forms="rule",
        names_until="COLON TEXT CITE",
        can="COLON",
        meant="JOIN",
        underline="all",
    ),
    Mistake(
        "hyphen-in-name",
        "the name of the ticket contains a hyphen",
        "put it into quotation marks, or write an underscore",
        at="MINUS",
        before=("TICKET", "ANY"),
        glued=True,
    ),
    Mistake(
        "hyphen-in-name",
        "a name cannot contain a hyphen",
        "write an underscore",
        at="MINUS",
        before=("NAME",),
        behind=("NAME MEASURED NUMBER",),
        glued=True,
    ),
    Mistake(
        "hyphen-in-name",
        "a name cannot contain a hyphen",
        "write an underscore",
        at="NAME",
        before=("NAME", "MINUS"),
        glued=True,
        underline="all",
    ),
    Mistake(
        "quoted-name",
        "a label stands where a name belongs",
        "write a name in front of it: {before} {shown} {word}",
        at="TEXT",
        before=("LEDGER OFFENCE MEASURE SANCTION FLAG RULE LADDER POLICY IDENTITIES COMMA",),
        forms="ledger offence measure sanction flag rule ladder policy identities",
        can="NAME",
        cannot="NUMBER",
        meant="NAME",
    ),
    Mistake(
        "quoted-name",
        "only a label of one word may stand for a name",
        "write the name of what has the label {word}",
        at="PHRASE",
        can="NAME",
        meant="NAME",
    ),
    Mistake(
        "quoted-name",
        "a name is written without quotation marks",
        "write `{shown}`",
        at="TEXT",
        can="NAME",
        meant="NAME",
    ),
    Mistake(
        "missing-quotation-marks",
        "what follows `{before}` stands in quotation marks",
        None,
        before=("CITE NOTE TEST READING OF BECAUSE TOWARDS",),
        can="TEXT",
        cannot="NAME",
    ),
)
"""How a name is written."""

NAMES_SIDE_BY_SIDE: tuple[Mistake, ...] = (
    Mistake(
        "missing-comma",
        "two names stand side by side in what is counted",
        "join two ledgers or offences: {before}, {word}; the words of one name are joined with an underscore",
        at="NAME",
        before=("NAME",),
        open=True,
        can="COMMA",
        underline="all",
    ),
    *(
        row(
            phrase,
            "extra-word",
            "`{words}` is not needed behind what happens",
            "leave it out: a rule holds for the identity whose points it reads",
            before=("NAME",),
            forms="case rule ladder",
            can="COMMA",
            cannot="COMPARE",
            meant="SKIP",
        )
        for subject in _WHOM.split()
        for phrase in (f"the {subject}", subject)
    ),
    Mistake(
        "extra-word",
        "what happens is named without `{before}`",
        "leave it out: suspend 3d, fine 2000",
        at="NAME",
        before=("ARROW COMMA", "a an the"),
        forms="case rule ladder",
        underline="before",
    ),
    Mistake(
        "two-words",
        "`{all}` are several words where one name belongs",
        "join them with underscores: {joined}",
        at="NAME",
        before=("NAME",),
        forms="policy identities ledger offence measure sanction flag ladder",
        names_until="EOL TEXT CITE COLON EQUALS ARROW COMMA STARTS RESETS FLOOR CEILING ON PER OVERLAP",
        meant="JOIN",
        underline="all",
    ),
    Mistake(
        "missing-word",
        "a day that comes again begins with `next`",
        "write: from next {before} of month",
        at="OF of",
        before=("FROM", "NUMBER"),
        forms="case rule ladder",
        underline="all",
    ),
    Mistake(
        "condition-behind-effects",
        "`while` does not begin a rule",
        "say when it begins in front of the arrow, and how long it lasts behind it:"
        " credit < 60 -> suspend until credit >= 60",
        at="NAME INCURRED LIVE COUNT",
        before=("EOL COLON", "while"),
        forms="case rule unknown",
        underline="before",
    ),
    Mistake(
        "condition-behind-effects",
        "`each {word}` is no condition",
        "a rule that acts at each ticket says so in front of the colon:"
        " rule NAME when ticket of OFFENCE: -> fine 5 each",
        at="TICKET TICKETS ticket tickets OFFENCE offence",
        before=("EOL COLON", "each EACH"),
        forms="case rule unknown",
        underline="all",
    ),
    Mistake(
        "two-words",
        "`{before} {word}` are two words where one name belongs",
        "add two numbers with `+`: {before} + {word}; join what must hold with `and`: {before} >= 20 and {word} >= 20;"
        " the words of one name are joined with an underscore",
        at="NAME",
        before=("NAME",),
        forms="case rule ladder",
        can="PLUS",
        arrow_ahead=True,
        underline="all",
    ),
    *(
        Mistake(
            "missing-comma",
            "a comma is missing",
            "separate effects with a comma: {before}, {word}",
            before=before,
            at=at,
            forms="case rule ladder",
            can="COMMA",
            meant="COMMA",
            insert=True,
            underline="before",
            label="put `,` behind this",
        )
        for before, at in ((("NAME",), _ALONE), ((_ALONE,), "NAME"))
    ),
    Mistake(
        "two-words",
        "`{before} {word}` are two words where one name belongs",
        "join the words of a name with an underscore: {before}_{word}; separate effects with a comma",
        at="NAME",
        before=("NAME",),
        forms="case rule ladder",
        underline="all",
    ),
    Mistake(
        "two-words",
        "`{before} {word}` are two words where one name belongs",
        "join the words of a name with an underscore: {before}_{word}",
        at="NAME",
        before=("NAME",),
        underline="all",
    ),
)
"""One name behind the other."""
