"""The days on which nobody works.

A file of such days stands beside the policy that names it. Its days become part of the policy, and so of its digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from policyctl.policy.dates import day
from policyctl.policy.draft import Draft
from policyctl.source import tree

_FILE_NAME = re.compile(r"[^/\\]+\.txt")
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})?\s*(#.*)?")


def days_off(draft: Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The holidays, and the days worked in their place."""
    found: dict[bool, set[str]] = {False: set(), True: set()}
    for statement in draft.of(tree.DaysOff):
        for written in statement.days:
            text = day(written, draft.head.zone, draft.findings)
            if text is not None and len(text) > len("2026-01-01"):
                message = f"`{written.text}` is more than a day"
                draft.findings.error("bad-date", written.span, message, f"write the day alone: `{text[:10]}`")
            elif text is not None:
                found[statement.worked].add(text)
        if statement.file is not None:
            found[statement.worked].update(_of_file(draft, statement.file))
    for both in sorted(found[False] & found[True]):
        span = next(statement.span for statement in draft.of(tree.DaysOff) if statement.worked)
        message = f"`{both}` is a holiday and a workday"
        draft.findings.error("bad-date", span, message, "leave it out of one of the two lists")
    holidays, worked = (tuple(sorted(found[worked])) for worked in (False, True))
    return holidays, worked


def _of_file(draft: Draft, file: tree.Text) -> Iterator[str]:
    name, beside = file.text, draft.file.beside
    if not _FILE_NAME.fullmatch(name) or name not in beside:
        draft.findings.error(
            "no-file-of-days",
            file.span,
            f"there is no file `{name}` beside this policy",
            "name a file in the same folder whose name ends in `.txt`, with one day a line",
        )
        return
    for number, line in enumerate(beside[name].decode("utf-8-sig", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        try:
            if match is None:
                raise ValueError
            if match[1]:
                yield date.fromisoformat(match[1]).isoformat()
        except ValueError:
            draft.findings.error(
                "bad-file-of-days",
                file.span,
                f"line {number} of `{name}` is no day: `{line.strip()[:40]}`",
                "write one day a line, such as `2026-02-17`, and remarks behind `#`",
            )
            return
