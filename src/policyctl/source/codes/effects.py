"""Codes of mistakes in the spelling of a text: effects, numbers, lengths and dates."""

from __future__ import annotations

from policyctl.source.codes.record import Explained

EFFECTS: dict[str, Explained] = {
    "instead-form": Explained(
        "One of two sanctions, or a sanction and a fine, is chosen by somebody, and the rule says by whom: `or "
        "instead` where the ticket carries what was chosen, `or when ACT` where the subject does something to choose "
        "it.",
        "general >= 20 -> suspend 3d or fine 2000",
        "general >= 20 -> suspend 3d or instead fine 2000",
    ),
    "range-form": Explained(
        "A range of points, of which each ticket carries the number that was chosen, is written with `to`: a hyphen "
        "would be a minus.",
        "offence late -> general +5-10",
        "offence late -> general +5 to 10",
    ),
    "effect-form": Explained(
        "An effect begins with what happens, and then says how long or how much: `suspend 3d`, `fine 2000`, `warn near "
        '"TEXT"`.',
        "general >= 20 -> 3 days suspend",
        "general >= 20 -> suspend 3 days",
    ),
    "signed-amount": Explained(
        "A fine, a length and the steps of `every` are more than zero and written without a sign. Only what an offence "
        "posts has one (`general +10`).",
        "general >= 20 -> suspend -3d",
        "general >= 20 -> suspend 3d",
    ),
    "extra-colon": Explained(
        "Only the heads of rules, ladders and transitions end in a colon. Everywhere else the word is followed by what "
        "it says, and the lines that belong to a statement by their indentation.",
        "policy shop\n  currency: CNY",
        "policy shop\n  currency CNY",
    ),
    "missing-comma": Explained(
        "Things in a list, such as the effects of a rule or the parts of a sanction, are separated by commas.",
        "general >= 20 -> suspend 3d fine 2000",
        "general >= 20 -> suspend 3d, fine 2000",
    ),
    "extra-comma": Explained(
        "A comma is followed by nothing. Leave it out; where the list goes on, the next line begins with the comma.",
        "general >= 20 -> suspend 3d,",
        "general >= 20 -> suspend 3d",
    ),
    "semicolon": Explained(
        "Semicolons are not used: effects are separated by commas, and the end of a line ends a statement.",
        "general >= 20 -> suspend 3d; fine 2000",
        "general >= 20 -> suspend 3d, fine 2000",
    ),
    "thousands-separator": Explained(
        "Numbers are written without separators: a comma separates two things, so `10,000` would be the number 10 and "
        "the number 0. The decimal sign is a point.",
        "general >= 20 -> fine 10,000",
        "general >= 20 -> fine 10000",
    ),
    "currency-in-amount": Explained(
        "The policy says once, in its header, which currency it uses. Amounts are plain numbers.",
        "general >= 20 -> fine ¥2000",
        "general >= 20 -> fine 2000",
    ),
    "percent-sign": Explained(
        "A percentage belongs to a fine, and says of what: `fine 10% of deposit`. Anywhere else write the number "
        "itself: 0.8 for 80 %.",
        "measure share = general * 80%",
        "measure share = general * 0.8",
    ),
    "number-in-words": Explained(
        "Numbers are written in digits, so that they can be found and compared.",
        "general >= 20 -> suspend three days",
        "general >= 20 -> suspend 3 days",
    ),
    "number-too-long": Explained(
        "A number has at most 15 digits in front of the point and 9 behind it.",
        "general >= 20 -> fine 12345678901234567890",
        "general >= 20 -> fine 12345",
    ),
    "unknown-unit": Explained(
        "A length of time ends in a unit: `30min`, `72h`, `3d`, `2w` (a day is 24 hours), or in words `3 days`, "
        "`3 calendar days`, `2 months`, `1 year`.",
        "general >= 20 -> suspend 3 dys",
        "general >= 20 -> suspend 3 days",
    ),
    "extra-word": Explained(
        "The word is not needed here. A length follows what it belongs to, and an amount follows `fine`, directly; a "
        "number of points is a number alone; `clears` alone waits for the payment.",
        "general >= 20 -> suspend for 3 days",
        "general >= 20 -> suspend 3 days",
    ),
    "date-order": Explained(
        "A date is written year, month, day, with four, two and two digits and hyphens between them. Other orders are "
        "read differently in different countries.",
        "policy shop\n  version 28/04/2020",
        "policy shop\n  version 2020-04-28",
    ),
    "missing-date": Explained(
        "Each event of a test says when it happens, at the beginning of its line.",
        'test "one ticket"\n  ticket T1 slight',
        'test "one ticket"\n  2021-03-01 10:00 ticket T1 slight',
    ),
    "ledger-form": Explained(
        "A ledger says where it starts, in which direction it goes, and between which bounds: `starts at 100 down "
        "floor 0 ceiling 100`. One that says nothing starts at 0 and goes up. Each ledger has a line of its own.",
        "ledger credit minimum 0",
        "ledger credit floor 0",
    ),
    "flag-form": Explained(
        "A flag is declared by its name and stays up for good once a rule raises it; `per period` lowers it when the "
        "period of that rule ends. Each flag has a line of its own.",
        "flag watched per year",
        "flag watched per period",
    ),
    "reset-form": Explained(
        "A ledger that is reset says how often: `resets every year`, `resets every quarter` or `resets every month`, "
        "each at the start of the calendar unit.",
        "ledger general resets yearly",
        "ledger general resets every year",
    ),
    "annulment-form": Explained(
        "When a ticket is annulled that led to a fine, and paying the fine cleared the points, it must be said what "
        "happens to that clearing: `annulment refunds and revives` (the money is owed back, the points count again) or "
        "`annulment stays cleared`.",
        "policy shop\n  annulment refunds",
        "policy shop\n  annulment refunds and revives",
    ),
    "said-twice": Explained(
        "A statement says one thing twice: two citations of one rule, step or ledger, two ways in which a sanction "
        "overlaps, two ways in which a ladder takes its steps. Only one of them could count, and nobody would see "
        "which. A rule is cited either in front of its colon or at its end; where it rests on two clauses, both stand "
        "in one text.",
        'general >= 20 -> suspend 3d cite "clause 4" cite "clause 5"',
        'general >= 20 -> suspend 3d cite "clauses 4 and 5"',
    ),
}
