"""Arguments and options that several commands have, and that are worded the same in all of them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Policies = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Policy files or folders; - reads standard input. [default: the policies that `explain` would look at]",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="File to write to, all of it or nothing. [default: standard output]"),
]


# --- commands that answer for a history -------------------------------------------------------------------------------


class Form(StrEnum):
    """Forms of an answer."""

    text = "text"
    json = "json"


class Language(StrEnum):
    """Languages of a page."""

    en = "en"
    zh = "zh"


History = Annotated[
    str,
    typer.Argument(
        metavar="HISTORY",
        help="A history: JSON, or one account a line (NDJSON); - reads standard input. Of a policy file or folder its"
        " tests are told, each as the history of a merchant, by the policy that they stand in.",
    ),
]
Merchant = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of many accounts tell of this one alone; of a test, its name."),
]
PolicyPath = Annotated[
    str | None,
    typer.Option(
        metavar="PATH",
        help="Policy file or folder; - reads standard input. [default: the nearest policyctl.toml or policies folder"
        " upward, else the shipped policy]",
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        metavar="INSTANT",
        help="The instant asked about: a date, a local date and time, or an instant with its offset. What happens at"
        " that very instant has happened. [default: now]",
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        metavar="INSTANT",
        help="What was on record at that instant: events recorded later, and later revisions, are not known. [default:"
        " all that is in the file]",
    ),
]
