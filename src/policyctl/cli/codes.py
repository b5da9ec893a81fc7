"""What can be wrong with how a command was called: the long text of every code that belongs to no other stage."""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    "decision-not-found": (
        "`--decision` names a decision that the answer does not have at the instant asked about. Ids are made of the "
        "rule and the ticket, `short_ban@T-97`; the nearest one is suggested. Mostly the rule had not fired yet at "
        "`--at`, or the policy is another one than you think."
        "\n\nWrong:\n\n    policyctl explain m-1042.json --decision short_ban"
        "\n\nRight:\n\n    policyctl explain m-1042.json --decision short_ban@T-97\n"
    ),
    "merchant-not-found": (
        "`--merchant` names an account that the history does not hold. A history names each account in its field "
        "`merchant`; of the tests of a policy each is an account that is called like the test. The nearest name is "
        "suggested."
        "\n\nWrong:\n\n    policyctl explain shops.ndjson --merchant m-142"
        "\n\nRight:\n\n    policyctl explain shops.ndjson --merchant m-1042\n"
    ),
    "no-tests": (
        "A policy file or folder stands where a history is expected: its tests are told then, each as the history of a "
        "merchant. This one has none for the policy that is asked. Write one, or name a history."
        "\n\nWrong:\n\n    policyctl explain rules.policy        # with rules alone in it"
        "\n\nRight:\n\n    policyctl explain m-1042.json --policy rules.policy\n"
    ),
    "unknown-rule": (
        "`diff --rule` names a rule or a ladder that neither policy has. A ladder goes by its name, a step by "
        "`LADDER[>= 40]`, an unnamed rule by its condition; the nearest name is suggested."
        "\n\nWrong:\n\n    policyctl diff old.policy new.policy --rule short_bans"
        "\n\nRight:\n\n    policyctl diff old.policy new.policy --rule short_ban\n"
    ),
    "no-such-version": (
        "A property compares with another version of the same policy, and there is none of that date. A version is "
        "called by the date in its header; the nearest is suggested."
        "\n\nWrong:\n\n    properties:\n      same decisions as 2020-04-27"
        "\n\nRight:\n\n    properties:\n      same decisions as 2020-04-28\n"
    ),
    "unknown-command": (
        "There is no command of this name. `policyctl --help` lists them; the nearest one is suggested."
        "\n\nWrong:\n\n    policyctl explan m-1042.json"
        "\n\nRight:\n\n    policyctl explain m-1042.json\n"
    ),
    "unknown-option": (
        "The command has no option of this name. Each command has its own; `policyctl COMMAND --help` lists them. What "
        "begins with a hyphen is taken as an option: a file whose name does is written `./-name`."
        "\n\nWrong:\n\n    policyctl explain m-1042.json --fromat json"
        "\n\nRight:\n\n    policyctl explain m-1042.json --format json\n"
    ),
    "unknown-choice": (
        "An option or an argument takes one of a few words, and this is none of them. The help line names them."
        "\n\nWrong:\n\n    policyctl explain m-1042.json --lang fr"
        "\n\nRight:\n\n    policyctl explain m-1042.json --lang zh\n"
    ),
    "wrong-usage": (
        "An argument is missing, or there is one too many, or an option lacks its value or is given one that it does "
        "not take. `policyctl COMMAND --help` shows how a command is called, with examples."
        "\n\nWrong:\n\n    policyctl explain m-1042.json --at"
        "\n\nRight:\n\n    policyctl explain m-1042.json --at 2021-03-14\n"
    ),
    "unknown-code": (
        "There is no code of this name. Codes stand in square brackets in front of a message, as in "
        "`error[length-needs-unit]`; without a code the command lists them all."
        "\n\nWrong:\n\n    policyctl explain-code length"
        "\n\nRight:\n\n    policyctl explain-code length-needs-unit\n"
    ),
    "cannot-write": (
        "The file behind `--out` cannot be written: its folder does not exist, or a permission is missing. A file is "
        "written whole or not at all, so what was there before is still there. Create the folder, or write elsewhere."
        "\n\nWrong:\n\n    policyctl explain m-1042.json --out answers/today/m-1042.txt"
        "\n\nRight:\n\n    mkdir -p answers/today\n    policyctl explain m-1042.json --out answers/today/m-1042.txt\n"
    ),
}
"""Code -> what is wrong, why it matters, how to put it right."""
