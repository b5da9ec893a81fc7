"""Rules, `every N of …`, ladders."""

from __future__ import annotations

from policyctl.source.codes import Explained

_SHOP = "policy shop\n  timezone Asia/Shanghai\n"

RULES: dict[str, Explained] = {
    "one-rule-one-case": Explained(
        "A rule has one condition and is called by one name in every decision. For several thresholds of one number "
        "use a ladder; for two different conditions write two rules.",
        "rule ban:\n  general >= 20 -> suspend 3d\n  severe >= 20 -> suspend 14d",
        "rule ban: general >= 20 -> suspend 3d\nrule serious_ban: severe >= 20 -> suspend 14d",
    ),
    "same-condition-twice": Explained(
        "A rule without a name is called by its condition, so two of them with one condition could not be told "
        "apart in a decision. Put all effects into one rule, or give each rule a name.",
        "general >= 20 -> suspend 3d\ngeneral >= 20 -> fine 2000",
        "general >= 20 -> suspend 3d, fine 2000",
    ),
    "never-judged": Explained(
        "Rules are judged when tickets take effect, and this condition looks at nothing that a ticket changes: only "
        "at flags or at closure. It would never become true at a ticket by itself. Add what the tickets must reach.",
        "flag watched\ngeneral >= 10 -> watched\nwatched -> suspend 3d",
        "flag watched\ngeneral >= 10 -> watched\nwatched and severe >= 10 -> suspend 3d",
    ),
    "holds-from-the-start": Explained(
        "A rule fires when its condition becomes true. This one holds for a merchant without a single ticket, so it "
        "does not fire before it was false once. Mostly the comparison looks the wrong way: points of a ledger that "
        "counts down are compared with `<=`, points that count up with `>=`.",
        f"{_SHOP}ledger credit starts at 100 down\nsanction ban\ncredit >= 80 -> ban 14d",
        f"{_SHOP}ledger credit starts at 100 down\nsanction ban\ncredit <= 80 -> ban 14d",
    ),
    "no-reset-asked-nowhere": Explained(
        "`no_reset` is a flag. It blocks the resets of those ledgers that say `unless no_reset`, and no ledger of "
        "this policy does, so points are reset all the same. Say it where the ledger is declared, or leave "
        "`no_reset` out.",
        f"{_SHOP}ledger points resets every year\npoints >= 100 -> close_identity, no_reset",
        f"{_SHOP}ledger points resets every year unless no_reset\npoints >= 100 -> close_identity, no_reset",
    ),
    "every-not-positive": Explained(
        "`every 12 of general` counts how many full twelves there are. There is no multiple of 0 to count.",
        "every 0 of general -> suspend 3d",
        "every 12 of general -> suspend 3d",
    ),
    "each-without-every": Explained(
        "`each` multiplies a length or an amount by how many multiples were newly passed, and only a rule that "
        "begins with `every N of …` counts multiples. Leave `each` out, or let the rule count.",
        "general >= 12 -> suspend 3d each",
        "every 12 of general -> suspend 3d each",
    ),
    "each-of-a-mark": Explained(
        "`each` multiplies a length or an amount. A flag or a closure has neither: it is there or not, however many "
        "multiples were passed at once.",
        "flag watched\nevery 12 of general -> watched each",
        "flag watched\nevery 12 of general -> watched, suspend 3d each",
    ),
    "step-without-direction": Explained(
        "A step of a ladder is reached from one side: from below with `>=` or `>`, from above with `<=` or `<`. A "
        "number that jumps would pass `=` without ever being equal to it.",
        "ladder nodes on general:\n  = 20 -> suspend 3d\n  >= 40 -> suspend 9d",
        "ladder nodes on general:\n  >= 20 -> suspend 3d\n  >= 40 -> suspend 9d",
    ),
    "steps-both-ways": Explained(
        "A ladder climbs one number in one direction, so that of several steps reached at once one is the highest. "
        "Turn the comparison round if it is a slip; otherwise use one ladder for each way.",
        "ladder nodes on general:\n  >= 20 -> suspend 3d\n  <= 40 -> suspend 9d",
        "ladder nodes on general:\n  >= 20 -> suspend 3d\n  >= 40 -> suspend 9d",
    ),
    "step-twice": Explained(
        "Two steps of the ladder stand at one number, so none of them is the higher. Put their effects into one "
        "step, or correct a number.",
        "ladder nodes on general:\n  >= 20 -> suspend 3d\n  >= 20 -> fine 2000",
        "ladder nodes on general:\n  >= 20 -> suspend 3d, fine 2000",
    ),
}
