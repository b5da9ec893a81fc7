"""Every code of a finding about the spelling of a text, and its long explanation.

The examples are checked by the tests: the wrong one gives its code, the right one nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explained:
    """What a code means: a few sentences, a text that gives it, and the same without the mistake."""

    about: str
    wrong: str
    right: str

    @property
    def text(self) -> str:
        """The whole explanation, as it is printed."""
        wrong, right = (_indented(example) for example in (self.wrong, self.right))
        return f"{self.about}\n\nWrong:\n\n{wrong}\n\nRight:\n\n{right}\n"


def _indented(example: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in example.split("\n"))


_CARD = "general >= 20 -> suspend 3d, fine 2000 clears"

EXPLAINED: dict[str, Explained] = {
    # --- the file and its lines ---------------------------------------------------------------------------------------
    "not-utf-8": Explained(
        "Policy files are read as UTF-8. The file contains a byte that cannot occur there; it was probably saved in "
        "another encoding, such as GBK or UTF-16. Save it again as UTF-8.",
        'ledger general "\udcff"',
        'ledger general "一般违规"',
    ),
    "control-character": Explained(
        "The file contains a character that nobody can see, or one that makes a text look different from what it is. "
        "Such characters come from copying, or are put in on purpose; a rule that people review must not contain them.",
        "general >= 20\x00 -> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "tab-indentation": Explained(
        "Lines below a statement are indented with spaces. How wide a tab is differs from one screen to the next, so "
        "two people would see two layouts of one rule. Replace each tab by two spaces.",
        f"rule first:\n\t{_CARD}",
        f"rule first:\n  {_CARD}",
    ),
    "mixed-indentation": Explained(
        "The indentation of a line contains both tabs and spaces. Use two spaces, and no tab.",
        f"rule first:\n \t{_CARD}",
        f"rule first:\n  {_CARD}",
    ),
    "tab-between-words": Explained(
        "A tab stands between two words, or at the end of a line. How wide it is differs from one screen to the next. "
        "Write a space. In a text in quotation marks and in a comment a tab may stand.",
        "general >= 20\t-> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "uneven-indentation": Explained(
        "All lines below one statement belong to it in the same way, so they have the same indentation. A line that "
        "stands further in or further out looks as if it belonged to something else.",
        "offence grave\n  minor -> general +2\n    major -> general +4",
        "offence grave\n  minor -> general +2\n  major -> general +4",
    ),
    "indented-without-owner": Explained(
        "An indented line belongs to the statement above it, but there is none. Statements start at the left margin.",
        f"  {_CARD}",
        _CARD,
    ),
    "unexpected-lines": Explained(
        "Indented lines belong to the statement above them, and this one takes none. Either the line is a statement of "
        "its own and starts at the left margin, or it continues the line above; then it begins with `->`, `,`, `and`, "
        "`or` or `unless`.",
        "flag watched\n  per period",
        "flag watched per period",
    ),
    "missing-lines": Explained(
        "The statement is only the heading of the lines below it, and there are none. The lines of a ladder, a "
        "transition or a test are indented by two spaces.",
        "ladder nodes on general:",
        "ladder nodes on general:\n  >= 12 -> suspend 7d",
    ),
    "unknown-statement": Explained(
        "A line at the left margin is a rule (`CONDITION -> EFFECTS`) or begins with the word that says what kind of "
        "statement it is: policy, use, note, identities, ledger, offence, measure, sanction, flag, rule, ladder, "
        "reading, transition, test. These words are written in small letters.",
        "ledgr general",
        "ledger general",
    ),
    "clause-without-header": Explained(
        "The version, the time zone, the currency, the annulment, `count by` and `judge by` are said of the whole "
        "policy: they stand in its header, indented below the line that begins with `policy`.",
        "currency CNY",
        "policy shop\n  currency CNY",
    ),
    "capital-letters": Explained(
        "The words of the language are written in small letters, so that they look alike everywhere. A name may have "
        "capital letters, and is then written with them wherever it stands.",
        f"Rule first: {_CARD}",
        f"rule first: {_CARD}",
    ),
    "list-mark": Explained(
        "Statements are no list: a line begins with its first word, without a dash, a bullet or a number.",
        "- general >= 20 -> suspend 3d",
        "general >= 20 -> suspend 3d",
    ),
    "comment-sign": Explained(
        "A comment begins with `#` and goes to the end of its line. The signs of programming languages are not used.",
        "general >= 20 -> suspend 3d // short",
        "general >= 20 -> suspend 3d # short",
    ),
    "not-supported-yet": Explained(
        "What is written belongs to the policy language, but this version of the program cannot carry it out. It is "
        "refused, instead of being left out silently. Say it with other means, or wait for a later version.",
        "ledger general expires after 90 days",
        "measure recent = live(general) in 90 days",
    ),
    # --- rules --------------------------------------------------------------------------------------------------------
    "wrong-arrow": Explained(
        "What must hold and what happens are separated by `->`, a hyphen and a greater-than sign. Other arrows, a "
        "colon or an equals sign do not stand for it.",
        "general >= 20 => suspend 3d",
        "general >= 20 -> suspend 3d",
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
        f"rule first\n  {_CARD}",
        f"rule first:\n  {_CARD}",
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
    # --- conditions ---------------------------------------------------------------------------------------------------
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
    # --- effects, numbers, lengths ------------------------------------------------------------------------------------
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
        "Percentages are not part of the language. Write the number itself: 0.8 for 80 %.",
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
    # --- names and texts ----------------------------------------------------------------------------------------------
    "missing-name": Explained(
        "A name must stand here: letters of any script, digits and underscores, not starting with a digit.",
        "rule : general >= 20 -> suspend 3d",
        "rule first: general >= 20 -> suspend 3d",
    ),
    "two-words": Explained(
        "A name is one word; join its words with underscores. If they are two things, separate them with a comma.",
        "short ban >= 20 -> suspend 3d",
        "short_ban >= 20 -> suspend 3d",
    ),
    "hyphen-in-name": Explained(
        "A name contains letters, digits and underscores. A hyphen would be read as a minus sign.",
        "sanction short-ban = pause_cart",
        "sanction short_ban = pause_cart",
    ),
    "name-starts-with-digit": Explained(
        "A name starts with a letter, so that it cannot be taken for a number or a length of time.",
        "ledger 2nd_market",
        "ledger market_2",
    ),
    "quoted-name": Explained(
        "Names are written without quotation marks; labels, citations and notes, which people read and rules do not "
        "use, are written with them.",
        'ledger "general"',
        "ledger general",
    ),
    "missing-quotation-marks": Explained(
        "Labels, citations, notes and reasons stand in quotation marks.",
        "note the fine is not published",
        'note "the fine is not published"',
    ),
    "unclosed-quotation": Explained(
        "A text in quotation marks ends on the line on which it begins, and with the partner of the mark it begins "
        'with: "…" or “…”.',
        'note "the fine is not published',
        'note "the fine is not published"',
    ),
    "missing-equals": Explained(
        "The name of a measure or sanction is followed by `=` and what it is.",
        "measure total incurred(general)",
        "measure total = incurred(general)",
    ),
    # --- everything else ----------------------------------------------------------------------------------------------
    "unknown-word": Explained(
        "The word has no meaning at this place, but it is nearly the spelling of one that has.",
        "general >= 20 -> suspend permanenty",
        "general >= 20 -> suspend permanently",
    ),
    "unknown-character": Explained(
        "The character has no meaning in the language. In quotation marks and in comments every character may stand.",
        "general >= 20 -> suspend@shop",
        "general >= 20 -> suspend_shop",
    ),
    "unexpected-end": Explained(
        "The line ends, but something must still follow. The help line shows the whole form of the statement.",
        'reading "paid" of "clause 4"',
        'reading "paid" of "clause 4" because "the clause says so"',
    ),
    "unexpected-word": Explained(
        "What stands here does not belong into this statement at this place. The help line shows the form of the "
        "statement; compare it from the left.",
        "policy shop\n  version 2020-04-28 2021-01-01",
        "policy shop\n  version 2020-04-28",
    ),
}

CODES: dict[str, str] = {code: explained.text for code, explained in EXPLAINED.items()}
"""The long text of each code, as `policyctl explain-code` prints it."""
