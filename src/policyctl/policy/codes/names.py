"""Names and labels."""

from __future__ import annotations

from policyctl.source.codes import Explained

NAMES: dict[str, Explained] = {
    "undeclared-name": Explained(
        "A rule can only speak of what is declared: a ledger, measure, flag, sanction or offence of this file, or "
        "of the standard vocabulary where it applies. The nearest known name is suggested; if none is meant, "
        "declare the name. A name that is missing is reported once, with all the lines it stands on.",
        "genral >= 20 -> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "wrong-kind-of-name": Explained(
        "The name is known and means something that cannot stand here: an identity where a number belongs, an "
        "offence where a sanction belongs. A rule compares ledgers and measures, asks for flags, and imposes "
        "sanctions and flags. The help line says how what was meant is written.",
        "offence grave -> severe +20\ngrave >= 3 -> suspend 3d",
        "offence grave -> severe +20\ncount(grave) this year >= 3 -> suspend 3d",
    ),
    "declared-twice": Explained(
        "One name stands for one thing, so that every rule that uses it can be read in one way. Ledgers, measures, "
        "flags, sanctions and offences share their names; so do rules and ladders. The same holds within one "
        "statement, for its parts and severities, and for the readings and tests of a file. Rename one of the two, "
        "or remove the copy.",
        "flag watched\nflag watched\ngeneral >= 20 -> watched",
        "flag watched\ngeneral >= 20 -> watched",
    ),
    "name-of-two-things": Explained(
        "A rule or a ladder has the name of a sanction, a ledger, an offence, an act or a flag. Rules have names of "
        "their own, so this is taken; but what asks for the name can mean either: `count(control)` counts the "
        "sanctions, while `expect no control` asks whether the rule fired. Give the rule another name.",
        "rule suspend: general >= 20 -> suspend 3d",
        "rule short_ban: general >= 20 -> suspend 3d",
    ),
    "label-twice": Explained(
        "A label of one word may stand wherever its name may, and people find things by their labels, so two things "
        "cannot share one. Give one of them a label that says how they differ.",
        'flag watched "观察"\nflag warned "观察"\ngeneral >= 20 -> watched, warned\n',
        'flag watched "观察"\nflag warned "已警告"\ngeneral >= 20 -> watched, warned\n',
    ),
    "label-is-a-name": Explained(
        "A label of one word may stand wherever its name may. If it is the name of something else, nobody can tell "
        "which of the two a rule means. Change the label.",
        'flag watched "general"\ngeneral >= 20 -> watched\n',
        'flag watched "under watch"\ngeneral >= 20 -> watched\n',
    ),
    "name-of-the-language": Explained(
        "Some words mean something in every policy: `close_identity` closes an identity, `closed` asks whether it "
        "is closed, `no_reset` is a flag that resets may ask for; and `and`, `or` and `not` join conditions, so a "
        "sentence with such a name would be read in two ways. A few others are read as the language's own in one "
        "place, so that a thing of that name could never be used there: `fine` behind an arrow, `tickets` in "
        "`count(…)`, `fines` in a transition. Leave the declaration out, or choose another name.",
        "flag no_reset\nyear_total >= 100 -> close_identity, no_reset",
        "year_total >= 100 -> close_identity, no_reset",
    ),
}
