"""The header of a policy, and the file as a whole."""

from __future__ import annotations

from policyctl.source.codes import Explained

_RULE = "general >= 20 -> suspend 3d"

HEADER: dict[str, Explained] = {
    "empty-policy": Explained(
        "The file holds nothing, or only comments. A policy without a single rule decides nothing, and an empty "
        "file is mostly one that was emptied by accident. Write its rules, or remove the file.",
        "# to be written",
        f"{_RULE}",
    ),
    "no-rules": Explained(
        "The file declares words and has no rule, so nothing follows from any ticket. That may be meant, for a "
        "version that suspends all rules; mostly the rules were forgotten, or stand in another file with another "
        "policy name.",
        "offence grave -> severe +20",
        "offence grave -> severe +20\nsevere >= 20 -> suspend 14d",
    ),
    "empty-quotation": Explained(
        "A label, citation, note or reason is empty. Merchants and auditors would be shown nothing where words "
        "belong. Write the words, or leave the quotation marks out where they may be left out.",
        f'rule ban "": {_RULE}\n',
        f'rule ban "short ban": {_RULE}\n',
    ),
    "second-header": Explained(
        "A file holds one version of one policy, so it has one header. Each version stands in a file of its own, "
        "and all files of one folder with one policy name are one policy. Move everything from the second header on "
        "into a new file. What stands behind the second header was not looked at.",
        f"policy shop\n  version 2020-01-01\n{_RULE}\npolicy shop\n  version 2021-01-01\ngeneral >= 25 -> suspend 3d",
        f"policy shop\n  version 2020-01-01\n{_RULE}",
    ),
    "setting-twice": Explained(
        "The header says one thing twice, or the file says `use standard` twice. Even if both say the same, the next "
        "change would be made in one of the two places. Leave one of them out.",
        f"policy shop\n  currency CNY\n  currency EUR\n{_RULE}",
        f"policy shop\n  currency CNY\n{_RULE}",
    ),
    "missing-timezone": Explained(
        "Days, months and years begin at another instant in every time zone, and times in the files are read by it. "
        "Two readers with two clocks would find two resets, so a policy with words of its own names its zone. The "
        "standard vocabulary has one, Asia/Shanghai.",
        "policy shop\nledger points resets every year\npoints >= 12 -> close_identity",
        "policy shop\n  timezone Asia/Shanghai\nledger points resets every year\npoints >= 12 -> close_identity",
    ),
    "unknown-timezone": Explained(
        "Time zones are called as in the time zone database: a continent and a city, such as Asia/Shanghai or "
        "Europe/Berlin. Abbreviations such as CST stand for several zones, and an offset such as UTC+8 does not say "
        "when the clocks change; neither is taken.",
        f"policy shop\n  timezone Beijing\n{_RULE}",
        f"policy shop\n  timezone Asia/Shanghai\n{_RULE}",
    ),
    "missing-currency": Explained(
        "A fine is an amount of money, and the policy says once, in its header, of which currency. Reports and "
        "notices print it with every amount.",
        "policy shop\n  timezone Asia/Shanghai\nledger points resets every year\npoints >= 12 -> fine 2000",
        "policy shop\n  timezone Asia/Shanghai\n  currency CNY\n"
        "ledger points resets every year\npoints >= 12 -> fine 2000",
    ),
    "missing-annulment": Explained(
        "A merchant pays a fine, the points are cleared, and later one of the tickets behind the fine is annulled. "
        "Either the fine is owed back and what it cleared counts again (`refunds and revives`), or the points stay "
        "gone (`stays cleared`). Two honest readers would answer differently, so a policy with a fine that clears "
        "says which.",
        "policy shop\n  timezone Asia/Shanghai\n  currency CNY\n"
        "ledger points resets every year\npoints >= 12 -> fine 2000 clears",
        "policy shop\n  timezone Asia/Shanghai\n  currency CNY\n  annulment stays cleared\n"
        "ledger points resets every year\npoints >= 12 -> fine 2000 clears",
    ),
    "bad-date": Explained(
        "The date or time is not in the calendar, lies outside the years 1970 to 2199, or falls into an hour that "
        "the clocks of the policy's time zone leave out or show twice; such a time needs its offset. Dates are "
        "written 2020-04-28, times 2020-04-28 10:00.",
        f"policy shop\n  version 2021-02-30\n{_RULE}",
        f"policy shop\n  version 2021-03-01\n{_RULE}",
    ),
    "unknown-vocabulary": Explained(
        "There is one vocabulary that a policy may use without declaring its words, `standard`. It applies by "
        "itself where a file declares no ledger, no identity and no sanction.",
        f"use kuaishou\n{_RULE}",
        f"use standard\n{_RULE}",
    ),
    "standard-not-used": Explained(
        "The rules use words of the standard vocabulary, and the file declares a ledger, an identity or a sanction "
        "of its own. Then the standard vocabulary does not apply, so that a misspelt word can never fall back on a "
        "standard one in silence. Ask for it with `use standard`, or declare the words.",
        f"ledger quality resets every year\nquality >= 10 -> suspend 3d\n{_RULE}",
        f"use standard\nledger quality resets every year\nquality >= 10 -> suspend 3d\n{_RULE}",
    ),
}
