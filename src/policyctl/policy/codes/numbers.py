"""Numbers and conditions."""

from __future__ import annotations

from policyctl.source.codes import Explained

NUMBERS: dict[str, Explained] = {
    "missing-time-range": Explained(
        "A sum or count says over what time it adds up: `this period` (since the last reset), `this year` (the "
        "calendar's), `in 90 days` (a window that ends now) or `ever`. Each of them gives other decisions, so none "
        "is taken for granted.",
        "incurred(general) >= 20 -> suspend 3d",
        "incurred(general) in 90 days >= 20 -> suspend 3d",
    ),
    "date-without-window": Explained(
        "`by issued` and `by occurred` choose the date that a window or a calendar year looks at. A period is a "
        "matter of the date that the policy counts by, and `ever` looks at no date, so there the words would change "
        "nothing.",
        "incurred(general) this period by occurred >= 20 -> suspend 3d",
        "incurred(general) in 90 days by occurred >= 20 -> suspend 3d",
    ),
    "period-of-tickets": Explained(
        "A period belongs to a ledger: it runs from one reset to the next. Tickets have none of their own, and a "
        "ticket may post to ledgers with different periods. Count tickets over a year, a window or all time, or "
        "count the entries of one ledger.",
        "count(tickets) this period >= 3 -> suspend 3d",
        "count(tickets) this year >= 3 -> suspend 3d",
    ),
    "points-of-tickets": Explained(
        "`incurred` and `live` add up points, and points lie in ledgers. How many tickets there are is counted by "
        "`count(tickets)`.",
        "incurred(tickets) this year >= 20 -> suspend 3d",
        "incurred(general, severe) this year >= 20 -> suspend 3d",
    ),
    "mixed-count": Explained(
        "`count` counts entries of ledgers or tickets for offences, not both at once: a ticket that posts an entry "
        "would be counted twice, and nobody could see it. Count them apart and add, if that is what is meant.",
        "offence grave -> severe +20\ncount(severe, grave) this year >= 3 -> suspend 3d",
        "offence grave -> severe +20\ncount(grave) this year >= 3 -> suspend 3d",
    ),
    "named-twice": Explained(
        "The list names one thing twice, directly, by its label, or as a severity of an offence that is named as a "
        "whole. It counts once, so the second name says nothing; mostly another one was meant.",
        "incurred(general, general) this year >= 20 -> suspend 3d",
        "incurred(general, severe) this year >= 20 -> suspend 3d",
    ),
    "asked-of-a-fact": Explained(
        "Behind `where` stands what is asked of each fact by itself: words (`offence`, `severity`, `ledger`, `key`, "
        "`occasion`, `fine`, attributes) are compared with a word or with that of the ticket looked at, numbers "
        "(`points`, `amount`, attributes without values) with a number. What is asked of the account stands outside of "
        "the parentheses.",
        "count(tickets where general >= 5) this year >= 2 -> suspend 3d",
        "count(tickets where points >= 5) this year >= 2 -> suspend 3d",
    ),
    "no-ticket-here": Explained(
        "`this key`, `to this ticket`, `in any 2 years` and `occurred before …` ask of one ticket: the one that comes, "
        "that is posted, or that an act names. On a date of a schedule, at the end of a sanction, at a reset, and "
        "while a sanction waits no ticket is looked at, and which one was meant nobody could say.",
        "rule twice every monday: each time count(tickets where key = this key) in 7 days >= 2 -> suspend 1d",
        "rule twice: count(tickets where key = this key) in 7 days >= 2 -> suspend 1d",
    ),
    "act-without-ticket": Explained(
        "An act may name a ticket, and then a rule at it looks from that ticket; where the act names none, the rule "
        "does not act. Where the time up to the act is meant, a window that ends now says so. Where each such "
        "act names a ticket, a test that shows one makes the warning go.",
        "acts exam\nrule good when exam: incurred(general) in any 2 years < 15 -> general -3",
        "acts exam\nrule good when exam: incurred(general) in 2 years < 15 -> general -3",
    ),
    "value-unknown": Explained(
        "An attribute that names its values, an identity and a fine have one of a few words, and this is none of them, "
        "so the condition would never hold.",
        "attribute vehicle = ordinary, large\ngeneral >= 20 and vehicle is larg -> suspend 3d",
        "attribute vehicle = ordinary, large\ngeneral >= 20 and vehicle is large -> suspend 3d",
    ),
    "level-at-a-ticket": Explained(
        "`at this ticket` asks for the level that stood at a date of the ticket looked at: by the entries that were "
        "live then. So it is `live(…)`, and says by which date.",
        "rule full: incurred(general) at this ticket >= 20 -> suspend 3d",
        "rule full: live(general) at this ticket by occurred >= 20 -> suspend 3d",
    ),
    "state-unknown": Explained(
        "`is` says that an act is `done`, a sanction `running`, `fine` is `paid` or `unpaid`, or that an attribute has "
        "one of its values. Of other things, or with another word, nothing is known.",
        "acts exam\ngeneral >= 20 and exam is running -> suspend 3d",
        "acts exam\ngeneral >= 20 and exam is done this year -> suspend 3d",
    ),
    "value-twice": Explained(
        "A constant has one value at a time, and an attribute names each value that it may have once. Here one stands "
        "twice: mostly a date or a word is a slip.",
        "constant base = 20, 30\ngeneral >= base -> suspend 3d",
        "constant base = 20, 30 from 2022-01-01\ngeneral >= base -> suspend 3d",
    ),
    "number-in-a-condition": Explained(
        "A condition holds or does not: it compares a number with another, or asks for a flag. Here a number stands "
        "alone, and it is not said when it is too high.",
        "general -> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "condition-in-a-number": Explained(
        "A number belongs here: a ledger, a measure, a sum, a count. A comparison is not a number and cannot be "
        "added, compared again or given a name as a measure. Join comparisons with `and` and `or`.",
        "measure bad = general >= 20\nbad >= 1 -> suspend 3d",
        "measure total = general + severe\ntotal >= 20 -> suspend 3d",
    ),
    "unit-in-a-number": Explained(
        "Points and counts have no unit of time. Leave the unit out; a time over which to count stands behind `in`.",
        "general >= 20d -> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "sign-in-a-sum": Explained(
        "A number that is compared may be below 0: `general >= -5`. Inside a sum, and as a measure, a number has no "
        "sign of its own: what is taken away is written with one minus between the two.",
        "general + -5 >= 20 -> suspend 3d",
        "general - 5 >= 20 -> suspend 3d",
    ),
    "constant-condition": Explained(
        "The comparison comes out the same for every merchant: it compares two plain numbers, or a number with "
        "itself. A rule with it would fire for everybody or for nobody. Compare what tickets can change.",
        "3 > 2 -> suspend 3d",
        "general > 2 -> suspend 3d",
    ),
    "not-linear": Explained(
        "Numbers that are counted may be added, subtracted, and multiplied or divided by plain numbers. Products "
        "and shares of two counted numbers are left out, so that every threshold can be checked and explained "
        "exactly. A share such as “severe is at least half of general” is written without dividing.",
        "severe / general >= 0.5 -> suspend 3d",
        "severe >= 0.5 * general and severe >= 10 -> suspend 3d",
    ),
    "division-by-zero": Explained(
        "Nothing can be divided by 0. Mostly a digit is missing.",
        "general / 0 >= 20 -> suspend 3d",
        "general / 10 >= 2 -> suspend 3d",
    ),
    "number-out-of-range": Explained(
        "The factors of the sum multiply to a number with more than 24 digits. No points or money look like this, "
        "so a factor is probably wrong.",
        "general * 999999999999999 * 999999999999999 >= 20 -> suspend 3d",
        "general * 2 * 3 >= 20 -> suspend 3d",
    ),
}
