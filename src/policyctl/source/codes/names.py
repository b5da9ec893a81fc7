"""Codes of mistakes in the spelling of a text: names, texts, and words that do not belong where they stand."""

from __future__ import annotations

from policyctl.source.codes.record import Explained

NAMES: dict[str, Explained] = {
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
