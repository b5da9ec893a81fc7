"""Ledgers, offences, sanctions, measures."""

from __future__ import annotations

from policyctl.source.codes import Explained

_SHOP = "policy shop\n  timezone Asia/Shanghai\nsanction ban\n"

DECLARATIONS: dict[str, Explained] = {
    "clause-twice": Explained(
        "A ledger has one start, one floor, one ceiling and one way to be reset. It says one of them twice; leave "
        "one out.",
        f"{_SHOP}ledger points resets every year resets every month\npoints >= 12 -> ban 7d",
        f"{_SHOP}ledger points resets every month\npoints >= 12 -> ban 7d",
    ),
    "start-out-of-bounds": Explained(
        "A balance never falls below its floor and never rises above its ceiling, and this ledger starts outside of "
        "them. A ledger starts at 0 unless it says `starts at`.",
        f"{_SHOP}ledger credit starts at 12 down floor 20\ncredit <= 5 -> ban 7d",
        f"{_SHOP}ledger credit starts at 12 down floor 0\ncredit <= 5 -> ban 7d",
    ),
    "starts-below-zero": Explained(
        "A ledger starts at 0 or above it: points that nobody has been given are not owed. A balance may fall below 0 "
        "later, where the ledger counts down and has no floor, or one below 0.",
        f"{_SHOP}ledger credit starts at -10 down\ncredit <= -20 -> ban 7d",
        f"{_SHOP}ledger credit starts at 0 down\ncredit <= -20 -> ban 7d",
    ),
    "constant-asks-more": Explained(
        "A constant may have another value for accounts of which an attribute says something. It does not depend on "
        "points, on sanctions or on time; a value that changes says from when: `15 from 2024-01-01`.",
        "attribute class = learner\nconstant limit = 4 for general >= 3, 15\ngeneral >= limit -> suspend 3d",
        "attribute class = learner\nconstant limit = 4 for class is learner, 15\ngeneral >= limit -> suspend 3d",
    ),
    "start-asks-points": Explained(
        "A ledger may start elsewhere for some accounts: `starts at 8 for novice is yes`. That is asked when a "
        "period begins, and of what the account is: an attribute, its identity, a date or an age. Points, tickets, "
        "acts and flags belong into rules.",
        f"{_SHOP}flag late\nledger credit starts at 12 down starts at 8 for late\ncredit <= 0 -> ban 7d, late",
        f"{_SHOP}attribute novice = yes, no\nledger credit starts at 12 down starts at 8 for novice is yes\n"
        "credit <= 0 -> ban 7d",
    ),
    "starts-above-zero": Explained(
        "A ledger counts up unless it says `down`: each violation adds to it. One that starts above 0 mostly means a "
        "score that violations take points from, and the word is missing. A merchant without any violation would be "
        "part of the way to the first threshold.",
        f"{_SHOP}ledger credit starts at 100\ncredit >= 120 -> ban 7d",
        f"{_SHOP}ledger credit starts at 100 down\ncredit <= 80 -> ban 7d",
    ),
    "floor-above-ceiling": Explained(
        "The floor is the lowest balance and the ceiling the highest, so the floor is the smaller number. Mostly "
        "the two are exchanged.",
        f"{_SHOP}ledger credit starts at 12 down floor 100 ceiling 0\ncredit <= 5 -> ban 7d",
        f"{_SHOP}ledger credit starts at 12 down floor 0 ceiling 100\ncredit <= 5 -> ban 7d",
    ),
    "offence-posts-nothing": Explained(
        "An offence says what a ticket for it costs: points in one or more ledgers, or a list of severities below "
        "it, each with its points. This one says neither, so its tickets would do nothing.",
        "offence slight\ngeneral >= 20 -> suspend 3d",
        "offence slight -> general +10\ngeneral >= 20 -> suspend 3d",
    ),
    "offence-says-both": Explained(
        "An offence either costs the same in every case or has severities, each with points of its own. Where both "
        "are written, nobody can tell whether a ticket for a severity costs both.",
        "offence slight -> general +10\n  minor -> general +5\ngeneral >= 20 -> suspend 3d",
        "offence slight\n  usual -> general +10\n  minor -> general +5\ngeneral >= 20 -> suspend 3d",
    ),
    "part-is-a-sanction": Explained(
        "The parts of a sanction are what is switched off while it runs. A part with the name or label of another "
        "sanction looks as if that sanction ran as well, with its own parts, and it would not. Impose both in the "
        "rule, or give the part a name of its own.",
        "use standard\nsanction ban = block_login\nsanction heavy = ban, block_listing\ngeneral >= 20 -> heavy 3d",
        "use standard\nsanction ban = block_login\nsanction heavy = block_listing\ngeneral >= 20 -> heavy 3d, ban 3d",
    ),
    "points-without-sign": Explained(
        "The points of an offence are written with their sign: `+` for a ledger that counts up, `-` for one that "
        "counts down from its start. So a reader sees at once what a ticket does to the balance.",
        "offence slight -> general 10\ngeneral >= 20 -> suspend 3d",
        "offence slight -> general +10\ngeneral >= 20 -> suspend 3d",
    ),
    "points-not-positive": Explained(
        "A ticket always costs something: the number behind the sign is above 0. An offence that costs nothing in a "
        "ledger does not name that ledger.",
        "offence slight -> general +0\ngeneral >= 20 -> suspend 3d",
        "offence slight -> general +10\ngeneral >= 20 -> suspend 3d",
    ),
    "not-on-the-ticket": Explained(
        "What a ticket costs may be reckoned from numbers that it carries itself, or else the account: attributes, and "
        "constants of the policy. Balances and counts are no numbers of a ticket; a rule whose occasion is the ticket "
        "reckons with those.",
        "offence death -> general +(10 * severe)\ngeneral >= 20 -> suspend 3d",
        "attribute victims\noffence death -> general +90 per victims\ngeneral >= 20 -> suspend 3d",
    ),
    "wrong-direction": Explained(
        "A ledger counts up from 0, or down from its start where it says `starts at N down`. An offence moves it "
        "that way. Correct the sign; or, if the ledger should count down, say so where it is declared.",
        "offence slight -> general -10\ngeneral >= 20 -> suspend 3d",
        "offence slight -> general +10\ngeneral >= 20 -> suspend 3d",
    ),
    "keeping-and-carrying": Explained(
        "A reset either keeps entries as they are (`keeping where …`), or carries so many points into the new period "
        "(`carrying 24`). Doing both, nobody could say which points of an entry that is kept are carried once more.",
        "use standard\nledger fakes resets every year keeping where points >= 5 carrying 24\n"
        "fakes >= 48 -> close_identity",
        "use standard\nledger fakes resets every year carrying 24\nfakes >= 48 -> close_identity",
    ),
    "group-form": Explained(
        "Tickets that count together are said by what they share: `one per occasion`, `one per key highest`, "
        "`one per 7 days sliding`, `at most 6 per day`. Of several the first counts, or the highest.",
        "use standard\nledger late one per hour\nlate >= 3 -> suspend 3d",
        "use standard\nledger late one per day\nlate >= 3 -> suspend 3d",
    ),
    "multiplied-by-nothing": Explained(
        "A multiplier is above 0. Points that should not count at all are left out where the offence posts them, or "
        "cut by `at most`.",
        "use standard\nledger late multiplied by 0 while closed\nlate >= 3 -> suspend 3d",
        "use standard\nledger late multiplied by 1.5 while closed\nlate >= 3 -> suspend 3d",
    ),
    "range-without-ticket": Explained(
        "What was chosen from a range is carried by a ticket. A rule that looks at an act, a date or the end of a "
        "sanction has no ticket, so it says one number; what people choose by themselves is recorded as imposed by "
        "them.",
        "acts checked\nrule late when checked: general >= 20 -> suspend 3d to 7d",
        "acts checked\nrule late when checked: general >= 20 -> suspend 3d",
    ),
    "void-without-ticket": Explained(
        "`void ticket` takes a ticket out of every balance: the one that an act names, or those that the rule looks "
        "at. A rule that looks at a date, a streak, a fine or a sanction has none. Let an act name it, or clear the "
        "points: `clear general`. Likewise `waive fine of ticket`.",
        "rule mercy every monday: general >= 5 -> void ticket",
        "acts objection_upheld\nrule mercy when objection_upheld: -> void ticket",
    ),
    "range-of-nothing": Explained(
        "A range of points, of a fine or of a length is written with its lower end first: `general +5 to 10`, `fine "
        "500 to 1000`, `suspend 3d to 7d` (both ends in one unit). Each ticket then carries the number that was "
        "chosen. Where both ends are one number there is nothing to choose.",
        "offence slight -> general +10 to 5\ngeneral >= 20 -> suspend 3d",
        "offence slight -> general +5 to 10\ngeneral >= 20 -> suspend 3d",
    ),
    "length-not-whole": Explained(
        "Lengths are whole numbers of their unit, and at least 1, so that their end can be checked with a clock and "
        "a calendar. Write one and a half days as `36h`; half a month has no exact end.",
        "general >= 20 -> suspend 1.5 days",
        "general >= 20 -> suspend 36h",
    ),
    "length-out-of-range": Explained(
        "A length is at most 100 years. What never ends is `permanently` for a sanction, and `ever` for a sum.",
        "general >= 20 -> suspend 1000 years",
        "general >= 20 -> suspend permanently",
    ),
    "measure-in-a-circle": Explained(
        "A measure may be made of other measures, and in the end of ledgers and tickets. This one is made of "
        "itself, so it has no value. The message names the measures of the circle; define one of them without the "
        "others.",
        "measure a = b + general\nmeasure b = a + severe\na >= 20 -> suspend 3d",
        "measure a = b + general\nmeasure b = severe\na >= 20 -> suspend 3d",
    ),
}
