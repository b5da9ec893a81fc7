"""Rules, `every N of …`, ladders."""

from __future__ import annotations

from policyctl.source.codes import Explained

_SHOP = "policy shop\n  timezone Asia/Shanghai\n"

RULES: dict[str, Explained] = {
    "never-used": Explained(
        "An act, a metric, an attribute, a constant or a flag does nothing by itself: a rule, an offence, a ledger or "
        "a measure has to ask for it. Where none does, a clause was mostly forgotten. It is said only of a file in "
        "which nothing else is found, and not of one that takes over from an older version.",
        "acts exam_passed, course_done\nrule study when exam_passed: -> general -2",
        "acts exam_passed, course_done\nrule study when exam_passed: -> general -2\n"
        "rule course when course_done: -> general -4",
    ),
    "one-rule-one-case": Explained(
        "A rule that counts multiples (`every 12 of …`) has one line: how many multiples were passed would not be one "
        "number otherwise. Make the other line a rule of its own.",
        "rule ban:\n  every 12 of general -> suspend 3d\n  severe >= 20 -> suspend 14d",
        "rule ban: every 12 of general -> suspend 3d\nrule serious_ban: severe >= 20 -> suspend 14d",
    ),
    "lines-of-two-modes": Explained(
        "The lines of a rule share one arming: of those that hold the first says what happens. So either all of them "
        "act whenever they hold (`each time`), or all when the rule becomes true.",
        "rule ban:\n  each time severe >= 20 -> suspend 14d\n  general >= 20 -> suspend 3d",
        "rule ban:\n  severe >= 20 -> suspend 14d\n  general >= 20 -> suspend 3d",
    ),
    "otherwise-not-last": Explained(
        "`otherwise` stands for what none of the lines above it says. So there are lines above it, and none below.",
        "rule ban:\n  each time severe >= 20 -> suspend 14d\n  otherwise -> suspend 3d\n"
        "  each time general >= 20 -> suspend 5d",
        "rule ban:\n  each time severe >= 20 -> suspend 14d\n  otherwise -> suspend 3d",
    ),
    "otherwise-never-rises": Explained(
        "A rule fires when it becomes true. One with `otherwise` is always true, so it would never fire. It belongs to "
        "rules that act each time, or that are for some only (`for …`) and become true when somebody becomes one of "
        "them.",
        "rule ban:\n  severe >= 20 -> suspend 14d\n  otherwise -> suspend 3d",
        "rule ban:\n  each time severe >= 20 -> suspend 14d\n  otherwise -> suspend 3d",
    ),
    "prevails-in-a-circle": Explained(
        "Where two rules fire together, the one that prevails has an effect and the other has none. Neither of these "
        "two would have any.",
        "rule a prevails over b: general >= 20 -> suspend 3d\nrule b prevails over a: severe >= 20 -> suspend 14d",
        "rule a: general >= 20 -> suspend 3d\nrule b prevails over a: severe >= 20 -> suspend 14d",
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
    "schedule-acts-once": Explained(
        "A rule on a schedule with a condition fires when it finds that true and armed, and is armed again when it was "
        "false. So points that come back every day would come back on the first day alone. `each time` posts them on "
        "each date on which the condition holds; what reads a unit of the calendar (`this month`) begins each anew.",
        "rule back every day: count(tickets) in 24h = 0 and general > 0 -> general -1",
        "rule back every day: each time count(tickets) in 24h = 0 and general > 0 -> general -1",
    ),
    "every-of-a-window": Explained(
        "`every 12 of …` fires when the number passes a multiple of 12, and again when it passes it anew. A number "
        "over a window falls as points leave it; a few new ones then bring it over the multiple again, with old "
        "ones that had counted before. Published rules mostly mean that each point counts once: let points end by "
        "themselves after that time, and take off what a multiple used up.",
        "every 12 of incurred(general) in 1 year -> suspend 7d each",
        f"{_SHOP}ledger points expires after 1 year\nsanction ban\n"
        "every 12 of points -> ban 7d each, consume 12 of points each",
    ),
    "counts-only-itself": Explained(
        "A rule that asks for an earlier sanction or decision needs a first one. Here only rules that ask for it bring "
        "it, so none of them ever acts, unless a person imposes the first. Mostly the step for those who have none yet "
        "was left out. Where a test shows that a person imposes it, nothing is said.",
        "ladder repeated on general:\n  >= 10 while count(suspend) this year = 1 -> suspend 7d\n"
        "  >= 10 while count(suspend) this year >= 2 -> suspend 30d",
        "ladder repeated on general:\n  >= 20 while count(suspend) this year = 0 -> suspend 3d, clear general\n"
        "  >= 10 while count(suspend) this year = 1 -> suspend 7d, clear general\n"
        "  >= 10 while count(suspend) this year >= 2 -> suspend 30d, clear general",
    ),
    "step-at-next-ticket": Explained(
        "In a table by earlier sanctions the first step makes the count 1, and its points are still there. So the next "
        "ticket, whatever it costs, reaches the step for those who were punished before. Such tables are mostly meant "
        "for points collected afterwards: let the points end with the step, or let the step wait until its sanction is "
        "over and clear the points then (`rule served when suspend ends: -> clear general`).",
        "ladder repeated on general:\n  >= 20 while count(suspend) this year = 0 -> suspend 3d\n"
        "  >= 10 while count(suspend) this year = 1 -> suspend 7d",
        "ladder repeated on general:\n  >= 20 while count(suspend) this year = 0 -> suspend 3d, clear general\n"
        "  >= 10 while count(suspend) this year = 1 -> suspend 7d, clear general",
    ),
    "seen-at-next-ticket": Explained(
        "All rules that look at a ticket read the same state: that before any of them has decided. So a rule that only "
        "counts sanctions, fines, flags or decisions does not count what this very ticket brings: of three it acts at "
        "the ticket behind the third. Let it look when that happens: `when blocked starts`, `when OFFENCE` or `when "
        "RULE` (whatever opens the fine or raises the flag).",
        f"{_SHOP}ledger points\nsanction blocked\nsanction ended\npoints >= 10 -> blocked 3d\n"
        "count(blocked) ever >= 3 -> ended permanently",
        f"{_SHOP}ledger points\nsanction blocked\nsanction ended\npoints >= 10 -> blocked 3d\n"
        "rule thrice when blocked starts: count(blocked) ever >= 3 -> ended permanently",
    ),
    "occasions-of-two-kinds": Explained(
        "Behind `when` several names may stand, one of which is enough: several acts, several rules or offences whose "
        "decisions it waits for, several sanctions that start. They are of one kind, so that one reason can be told. "
        "For two kinds write two rules.",
        "acts exam\nrule ban: general >= 20 -> suspend 3d\nrule told when ban, exam: -> warn letter",
        "rule ban: general >= 20 -> suspend 3d\nrule fee: severe >= 20 -> fine 20\n"
        "rule told when ban, fee: -> warn letter",
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
    "evaluation-without-date": Explained(
        "A rule that looks on a schedule looks on dates that are known beforehand: days of the week, of the month, so "
        "long after the account was opened. What happens at an act is an occasion of its own, `when ACT`.",
        f"{_SHOP}ledger points\nsanction ban\nacts audit\nrule check on audit: points >= 3 -> ban 1d",
        f"{_SHOP}ledger points\nsanction ban\nacts audit\nrule check when audit: points >= 3 -> ban 1d",
    ),
    "every-not-positive": Explained(
        "`every 12 of general` counts how many full twelves there are. There is no multiple of 0 to count.",
        "every 0 of general -> suspend 3d",
        "every 12 of general -> suspend 3d",
    ),
    "each-without-every": Explained(
        "`each` multiplies a length or an amount by how many multiples were newly passed, where a rule begins with "
        "`every N of …`; what an offence does, or a rule `when ticket`, `when ACT`, `when fine paid` or `when fine "
        "overdue`, it multiplies by the tickets, acts or fines of one instant. Other rules count nothing. Leave `each` "
        "out, or let the rule count.",
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
    "band-upside-down": Explained(
        "A step with two ends holds from the first number to the second, both included. The second one is smaller, so "
        "it would never hold.",
        "ladder nodes on general:\n  39 to 20 -> suspend 3d",
        "ladder nodes on general:\n  20 to 39 -> suspend 3d",
    ),
    "step-below-in-part": Explained(
        "With `takes highest with those below` each step has the measures of all steps below it. A step with two "
        "ends, with `while` or with an exception is only for some, so it is not said whether the steps above have its "
        "measures. Write them out in each step.",
        "ladder steps on general takes highest with those below:\n  10 to 15 -> suspend 1d\n  >= 20 -> suspend 3d",
        "ladder steps on general takes highest with those below:\n  >= 10 -> suspend 1d\n  >= 20 -> suspend 3d",
    ),
    "step-twice": Explained(
        "Two steps of the ladder stand at one number, so none of them is the higher. Put their effects into one "
        "step, or correct a number.",
        "ladder nodes on general:\n  >= 20 -> suspend 3d\n  >= 20 -> fine 2000",
        "ladder nodes on general:\n  >= 20 -> suspend 3d, fine 2000",
    ),
}
