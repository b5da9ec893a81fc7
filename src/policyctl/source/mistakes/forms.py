"""How statements are called and written, and numbers that are written as words."""

from __future__ import annotations

FORMS: dict[str, tuple[str, str]] = {
    "policy": (
        "the header of a policy",
        'policy NAME "label", and below it: version DATE, timezone NAME, currency NAME',
    ),
    "use": ("this statement", "use standard"),
    "note": ("a note", 'note "TEXT"'),
    "identities": ("a list of identities", 'identities NAME "label", NAME "label"'),
    "ledger": ("a ledger", 'ledger NAME "label" starts at N floor N ceiling N resets every year unless CONDITION'),
    "offence": ("an offence", 'offence NAME "label" -> LEDGER +N, or one indented line NAME -> LEDGER +N per severity'),
    "measure": ("a measure", 'measure NAME "label" = SUM'),
    "sanction": ("a sanction", 'sanction NAME "label" = PART, PART 7d overlap heaviest'),
    "flag": ("a flag", 'flag NAME "label" per period'),
    "acts": ("a list of acts", 'acts NAME "label", NAME "label"'),
    "metrics": ("a list of metrics", 'metrics NAME "label", NAME "label" starts at N'),
    "attribute": ("an attribute", 'attribute NAME "label" = VALUE, VALUE, or: attribute NAME starts at 0'),
    "constant": ("a constant", 'constant NAME "label" = 2000 from DATE cite "SOURCE", 3000 from DATE'),
    "holidays": ("a list of holidays", 'holidays DATE, DATE, or from a file beside the policy: holidays "2026.txt"'),
    "workdays": ("a list of workdays", "workdays DATE, DATE"),
    "rule": ("a rule", 'rule NAME "label" cite "SOURCE": CONDITION -> EFFECTS'),
    "case": ("a rule without a name", "CONDITION -> EFFECTS, such as general >= 20 -> suspend 3d, fine 2000 clears"),
    "ladder": ("a ladder", 'ladder NAME "label" on SUM: and below it one line >= N -> EFFECTS per step'),
    "reading": ("a reading", 'reading "NAME" of "CLAUSE" because "REASON"'),
    "transition": (
        "a transition",
        "transition from DATE: and below it lines such as general carry, fines carry, reached re-arm",
    ),
    "properties": (
        "a list of properties",
        "properties: and below it lines such as always CONDITION implies CONDITION, rule NAME can fire",
    ),
    "test": (
        "a test",
        'test "NAME" for IDENTITY, and below it lines such as DATE ticket T1 OFFENCE, or expect CONDITION',
    ),
    "unknown": ("this line", "CONDITION -> EFFECTS, or a statement such as rule, ledger, offence"),
}
"""Of each form of statement, what it is called and how it is written."""

_COUNTING = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)

NUMBER_WORDS = {word: str(number) for number, word in enumerate(_COUNTING.split(), 1)} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "ninety": "90",
    "hundred": "100",
    "thousand": "1000",
}
"""Numbers written as words."""
