"""What can be wrong before any policy text is read: which file or policy is meant."""

from __future__ import annotations

FILES: dict[str, str] = {
    "no-such-file": (
        "The path leads nowhere, so there is no policy to read. Nothing else is read in its place, because another "
        "policy would give other decisions. Check the spelling and the folder you are in."
        "\n\nWrong:\n\n    policyctl check polices/"
        "\n\nRight:\n\n    policyctl check policies/\n"
    ),
    "no-policy-files": (
        "The folder holds no file that ends in `.policy`; folders inside it were searched too, except those whose "
        "name begins with a dot. Mostly another folder was meant."
        "\n\nWrong:\n\n    policyctl check docs/"
        "\n\nRight:\n\n    policyctl check policies/\n"
    ),
    "unreadable-file": (
        "The file or folder exists and cannot be opened: a permission is missing, a folder stands where a file "
        "belongs, or a link leads nowhere. A version of a policy, or an account, must never be left out silently, so "
        "nothing is answered. Put the file in order, or name another one."
        "\n\nWrong:\n\n    policyctl explain histories/"
        "\n\nRight:\n\n    policyctl explain histories/m-1042.json\n"
    ),
    "several-policies": (
        "The folder holds several policies, told apart by the name behind `policy` in their headers, and it is not "
        "said which one is meant. Name the file or folder of one, or give a default in the configuration file "
        "`policyctl.toml`."
        "\n\nWrong:\n\n    policyctl explain m-1042.json --policy policies"
        "\n\nRight:\n\n    policyctl explain m-1042.json --policy policies/kuaishou"
        '\n\nor, in policyctl.toml:\n\n    [policy]\n    path = "policies"\n    default = "kuaishou.points"\n'
    ),
    "unknown-policy": (
        "The configuration file names a policy by default, and no file there has this name behind `policy` in its "
        "header. The name is that of the policy, not that of a file. Correct the default, or the header."
        '\n\nWrong:\n\n    [policy]\n    default = "kuaishou.point"'
        '\n\nRight:\n\n    [policy]\n    default = "kuaishou.points"\n'
    ),
    "bad-file-of-days": (
        "A line of a file of holidays or workdays is no day. The file has one day a line, and remarks behind `#`; "
        "empty lines mean nothing."
        "\n\nWrong:\n\n    17.02.2026"
        "\n\nRight:\n\n    2026-02-17  # new year\n"
    ),
    "bad-configuration": (
        "The configuration file `policyctl.toml` cannot be read, or says something else than where the policies are "
        "and which of them is meant. Its table `[policy]` knows two keys, both text in quotation marks: `path`, a "
        "file or folder seen from where the configuration stands, and `default`, the name of a policy. A misspelt "
        "key would otherwise mean nothing, and another policy would answer."
        "\n\nWrong:\n\n    [policy]\n    pth = policies"
        '\n\nRight:\n\n    [policy]\n    path = "policies"\n'
    ),
}
"""The long text of each code."""
