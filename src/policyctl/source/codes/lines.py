"""Codes of mistakes in the spelling of a text: the file and its lines."""

from __future__ import annotations

from policyctl.source.codes.record import CARD, Explained

LINES: dict[str, Explained] = {
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
        f"rule first:\n\t{CARD}",
        f"rule first:\n  {CARD}",
    ),
    "mixed-indentation": Explained(
        "The indentation of a line contains both tabs and spaces. Use two spaces, and no tab.",
        f"rule first:\n \t{CARD}",
        f"rule first:\n  {CARD}",
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
        f"  {CARD}",
        CARD,
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
        "The version, the time zone, the currency, the annulment, `count by`, `judge by`, `late tickets until` and "
        "`points have no effect until final` are said of the whole policy: they stand in its header, indented below "
        "the line that begins with `policy`.",
        "currency CNY",
        "policy shop\n  currency CNY",
    ),
    "capital-letters": Explained(
        "The words of the language are written in small letters, so that they look alike everywhere. A name may have "
        "capital letters, and is then written with them wherever it stands.",
        f"Rule first: {CARD}",
        f"rule first: {CARD}",
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
    "written-otherwise": Explained(
        "What is written is understood, and the language says it in other words, which the help names. One sentence "
        "has one spelling, so that whoever compares two policies compares the same words.",
        "ledger credit starts at 10 down regains 1 every 7 days",
        "ledger credit starts at 10 down",
    ),
    "not-supported-yet": Explained(
        "What is written belongs to the policy language, but this version of the program cannot carry it out. It is "
        "refused, instead of being left out silently. Say it with other means, or wait for a later version.",
        "general >= 20 且 severe >= 3 -> suspend 3d",
        "general >= 20 and severe >= 3 -> suspend 3d",
    ),
}
