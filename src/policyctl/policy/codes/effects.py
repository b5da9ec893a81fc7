"""What a rule imposes."""

from __future__ import annotations

from policyctl.source.codes import Explained

EFFECTS: dict[str, Explained] = {
    "instead-of-what": Explained(
        "`or instead` and `or when ACT` stand behind a sanction or a fine, and are followed by another one, which "
        "takes its place where somebody chooses it. Nothing else can be chosen so.",
        "general >= 20 -> no_reset or instead fine 2000",
        "general >= 20 -> suspend 3d or instead fine 2000",
    ),
    "rest-of-what": Explained(
        "`for the rest` is as long as what the sanction has still to run in whose place it stands from an act on: "
        "`revoked 3 months or when court_allows restricted for the rest`. What runs as long as another sanction names "
        "it: `restricted for the rest of revoked`. Nothing else is said of its length.",
        "general >= 20 -> suspend for the rest",
        "use standard\nacts allowed\nsanction slow\ngeneral >= 20 -> suspend 3d or when allowed slow for the rest",
    ),
    "length-needs-unit": Explained(
        "A sanction lasts for a time, and a number alone could be days, hours or money. Write the unit: `3d` is 72 "
        "hours, `3 calendar days` end at a local midnight, `1 month` on the same day of the next month. Money is a "
        "fine.",
        "general >= 20 -> suspend 2000",
        "general >= 20 -> suspend 3d, fine 2000",
    ),
    "missing-length": Explained(
        "It is not said how long the sanction lasts, and nothing is taken for granted. Write a length, or "
        "`permanently`. The parts of a sanction may have lengths of their own; those without one last as long as "
        "the rule says.",
        "general >= 20 -> suspend",
        "general >= 20 -> suspend 3d",
    ),
    "length-said-twice": Explained(
        "Every part of this sanction has a length of its own, so the length in the rule would change nothing. Leave "
        "it out, or take the length away from the parts that it should set.",
        "use standard\nsanction ban = no_live 5d, no_listing 14d\ngeneral >= 20 -> ban 3d",
        "use standard\nsanction ban = no_live 5d, no_listing 14d\ngeneral >= 20 -> ban",
    ),
    "frozen-without-length": Explained(
        "`frozen while` says when the time of a length does not run. What ends when a condition holds, or after some "
        "acts, has no such time: it waits by itself. Write a length alone, or put what it waits for into "
        "`until` and leave `frozen while` out.",
        "flag held\ngeneral >= 20 -> suspend until not held frozen while held, held",
        "flag held\ngeneral >= 20 -> suspend 7d frozen while held, held",
    ),
    "frozen-mark": Explained(
        "A flag with a length goes down when that is over, whatever happens meanwhile. What has a time that can stand "
        "still is a sanction; a condition may ask whether it is running as it would ask for a flag.",
        "flag watched\ngeneral >= 20 -> suspend 7d, watched 30d frozen while suspend is running",
        "use standard\nsanction watched\ngeneral >= 20 -> suspend 7d, watched 30d frozen while suspend is running",
    ),
    "extends-without-length": Explained(
        "`overlap extends` makes the sanction that runs longer by the length of the one that comes. One that ends "
        "after some acts, or when a condition holds, has no length to add. `overlap consecutive` lets it begin when "
        "the other has ended, which comes to the same number of acts.",
        "use standard\nacts fixture\nsanction banned overlap extends\ngeneral >= 20 -> banned until 2 fixture",
        "use standard\nacts fixture\nsanction banned overlap consecutive\ngeneral >= 20 -> banned until 2 fixture",
    ),
    "length-of-a-mark": Explained(
        "A closure is for good and does not end after a time; and a flag that never goes down needs no word for that. "
        "What ends by itself is a sanction, or a flag with a length.",
        "general >= 20 -> close_identity 30d",
        "general >= 20 -> suspend 30d",
    ),
    "fine-needs-amount": Explained(
        "A fine is an amount of money, a plain number in the currency of the policy. A length of time belongs to a "
        "sanction.",
        "general >= 20 -> fine 3d",
        "general >= 20 -> fine 2000",
    ),
    "fine-not-positive": Explained(
        "A fine of 0 would be paid before it is imposed. Write its amount, or leave the fine out.",
        "general >= 20 -> fine 0",
        "general >= 20 -> fine 2000",
    ),
    "finer-than-currency": Explained(
        "Money has a smallest unit: yuan, dollars and euros are counted in hundredths, yen are whole, and a few "
        "currencies have thousandths (ISO 4217). Nobody can pay half of the smallest unit, so such a fine could never "
        "be paid in full. A currency that is not in that list is counted in hundredths.",
        "general >= 20 -> fine 3.555",
        "general >= 20 -> fine 3.56",
    ),
    "clears-what": Explained(
        "A fine that clears ends the points of one ledger when it is paid. Where the condition compares the balance "
        "of exactly one ledger, that one is meant. Here it compares several, or a total, so the fine must name what "
        "it clears; several ledgers are joined by `and`.",
        "general + severe >= 20 -> fine 2000 clears",
        "general + severe >= 20 -> fine 2000 clears general and severe",
    ),
    "ledger-as-effect": Explained(
        "Behind an arrow stands what happens, and a ledger is not something that happens. Mostly it belongs to the "
        "list of ledgers that a fine clears: these are joined by `and`, for a comma begins another effect.",
        "general + severe >= 20 -> fine 2000 clears general, severe",
        "general + severe >= 20 -> fine 2000 clears general and severe",
    ),
    "effect-twice": Explained(
        "A rule imposes each sanction, flag and warning once, and one fine; an offence posts to each ledger once. "
        "Two of them in one decision could not be told apart. Keep one of them, or write the sum.",
        "general >= 20 -> suspend 3d, suspend 5d",
        "general >= 20 -> suspend 5d",
    ),
    "never-served": Explained(
        "`clears when served` waits until the fine is paid and the sanctions of the same rule are over. One of them "
        "never ends, so the points would never be cleared, whatever is paid.",
        "general >= 20 -> suspend permanently, fine 2000 clears when served",
        "general >= 20 -> suspend permanently, fine 2000 clears",
    ),
}
