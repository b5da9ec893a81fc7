"""Codes of mistakes in the spelling of a text: rules, conditions and what they count."""

from __future__ import annotations

from policyctl.source.codes.record import CARD, Explained

RULES: dict[str, Explained] = {
    "wrong-arrow": Explained(
        "What must hold and what happens are separated by `->`, a hyphen and a greater-than sign. Other arrows, a "
        "colon or an equals sign do not stand for it.",
        "general >= 20 => suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "unknown-payments": Explained(
        "Whether one violation more can pay depends on what is paid: every fine at once (eager), none (never), or as "
        "is best for the merchant (free). Without that, the first two are asked.",
        "properties:\n  more violations never cost less [payments: sometimes]",
        "properties:\n  more violations never cost less [payments: eager]",
    ),
    "missing-arrow": Explained(
        "A rule says what must hold, then `->`, then what happens. The arrow is not there.",
        "general >= 20 suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "second-arrow": Explained(
        "A rule has one arrow. Where two things happen, they are separated by a comma; a second rule starts on a line "
        "of its own.",
        "general >= 20 -> suspend 3d -> fine 2000",
        "general >= 20 -> suspend 3d, fine 2000",
    ),
    "missing-condition": Explained(
        "Nothing is said about when the rule applies, or when a reset is blocked. A condition compares a number, such "
        "as the balance of a ledger, or names a flag.",
        "rule first: -> suspend 3d",
        "rule first: general >= 20 -> suspend 3d",
    ),
    "condition-behind-effects": Explained(
        "A rule says first when it applies, then `->`, then what happens. A condition behind the effects would leave "
        "open whether it holds for all of them or only for the last.",
        "general >= 20 -> suspend 3d unless closed",
        "general >= 20 and not closed -> suspend 3d",
    ),
    "missing-effects": Explained(
        "The arrow is followed by nothing, so nothing would happen. Name at least one sanction, fine, flag or warning.",
        "general >= 20 ->",
        "general >= 20 -> suspend 3d",
    ),
    "if-then": Explained(
        "Rules are written without `if`, `when` and `then`. What stands in front of the arrow is the condition; what "
        "stands behind it happens.",
        "if general >= 20 then suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "missing-colon": Explained(
        "The head of a rule, ladder or transition, with its name, label and citation, ends in a colon.",
        f"rule first\n  {CARD}",
        f"rule first:\n  {CARD}",
    ),
    "missing-of": Explained(
        "A rule that applies at every multiple of a number says of what: `every 12 of general`.",
        "every 12 general -> suspend 12d",
        "every 12 of general -> suspend 12d",
    ),
    "missing-word": Explained(
        'A small word is missing that says how two parts belong together: `ladder NAME on SUM`, `test "NAME" for '
        'IDENTITY`, `reading "NAME" of "CLAUSE" because "REASON"`, `transition from DATE`, `DATE ticket ID OFFENCE`.',
        "ladder nodes general:\n  >= 12 -> suspend 7d",
        "ladder nodes on general:\n  >= 12 -> suspend 7d",
    ),
    "missing-comparison": Explained(
        "Each step of a ladder begins with a comparison, usually `>=`, so that nobody has to guess whether the number "
        "itself is included.",
        "ladder nodes on general:\n  12 -> suspend 7d",
        "ladder nodes on general:\n  >= 12 -> suspend 7d",
    ),
    "wrong-comparison": Explained(
        "Numbers are compared with `>=`, `>`, `<=`, `<`, `=` and `!=` (or `≥`, `≤`, `≠`). The spellings of programming "
        "languages are not used.",
        "general == 20 -> suspend 3d",
        "general = 20 -> suspend 3d",
    ),
    "comparison-in-words": Explained(
        "Numbers are compared with signs: `>=` at least, `>` more than, `<=` at most, `<` less than, `=` exactly, `!=` "
        "not. The same words are used in two ways (does “over 20” include 20?), the signs in one.",
        "general at least 20 -> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "measure-form": Explained(
        "What is added up or counted stands in parentheses behind `incurred` (everything that was posted), `live` "
        "(what of it is neither cleared nor reset) or `count` (how many), and the time behind it.",
        "count tickets this year >= 3 -> suspend 3d",
        "count(tickets) this year >= 3 -> suspend 3d",
    ),
    "balance-in-a-window": Explained(
        "The name of a ledger by itself is its balance at this moment: all its points, however old. To add up what was "
        "posted over some time write `incurred(…)`, or `live(…)` for what of it is neither cleared nor reset, and then "
        "the time: `in 90 days`, `this period`, `this year`, `ever`.",
        "general in 90 days >= 20 -> suspend 3d",
        "incurred(general) in 90 days >= 20 -> suspend 3d",
    ),
    "window-form": Explained(
        "A window is written with the word `in` and a length: `in 90 days`, `in 12 months`. It always ends now.",
        "incurred(general) in the last 90 days >= 20 -> suspend 3d",
        "incurred(general) in 90 days >= 20 -> suspend 3d",
    ),
    "compared-twice": Explained(
        "A comparison has two sides. To say that a number lies between two others, write two comparisons and join them "
        "with `and`.",
        "10 <= general < 20 -> suspend 3d",
        "general >= 10 and general < 20 -> suspend 3d",
    ),
    "wrong-connective": Explained(
        "Conditions are joined with the words `and` and `or` and turned round with `not`, so that they can be read "
        "aloud. `not` binds closer than `and`, and `and` closer than `or`.",
        "general >= 20 && severe >= 3 -> suspend 3d",
        "general >= 20 and severe >= 3 -> suspend 3d",
    ),
    "missing-number": Explained(
        "A comparison, sum or connection has two sides, and one of them is missing.",
        "general >= -> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "sign-without-number": Explained(
        "A number that is compared may be below 0, and its sign stands in front of it: `general >= -5`. A name or a "
        "group has no sign of its own; what is taken away from something is written with both sides.",
        "general >= -severe -> suspend 3d",
        "general >= 10 - severe -> suspend 3d",
    ),
    "unclosed-parenthesis": Explained(
        "A parenthesis is opened and never closed, so it cannot be seen how far the group reaches.",
        "(general >= 20 or severe >= 3 -> suspend 3d",
        "(general >= 20 or severe >= 3) -> suspend 3d",
    ),
    "extra-parenthesis": Explained(
        "A parenthesis is closed that was never opened.",
        "general >= 20) -> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "nested-too-deeply": Explained(
        "The condition or sum has more than 100 levels of parentheses, signs or `not`. Nobody can review that. Give a "
        "part of it a name, with a measure, and use the name.",
        "not " * 120 + "watched -> suspend 3d",
        "not watched -> suspend 3d",
    ),
}
