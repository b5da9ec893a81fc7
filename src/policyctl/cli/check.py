"""`policyctl check`: read policy files and say everything that is wrong with them."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyctl.cli import output

if TYPE_CHECKING:
    from policyctl.policy.load import Compiled
    from policyctl.source.diagnostics import Diagnostic


class Form(StrEnum):
    """Forms of the findings."""

    text = "text"
    json = "json"


def check(
    paths: Annotated[list[str] | None, typer.Argument(help="Policy files or folders; - for standard input. [default: the policy that `explain` would use]")] = None,
    format: Annotated[Form, typer.Option(help="Form of the output; json has the normal form and both digests.")] = Form.text,
    out: Annotated[Path | None, typer.Option(help="File to write to. [default: standard output]")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing where nothing is wrong.")] = False,
) -> None:  # fmt: skip
    """Say everything that is wrong with policy files, in one run.

    Exit status: 0 nothing is wrong (there may be warnings), 2 there are errors.
    """
    compiled = compile_paths(paths or [])
    findings = [finding for one in compiled for finding in one.findings]
    failed = any(finding.severity == "error" for finding in findings)
    if format is Form.json:
        policies = [_policy(policy) for one in compiled for policy in one.policies.values() if policy is not None]
        shown = {"schema": "policyctl/check/1", "findings": [_finding(f) for f in findings], "policies": policies}
        output.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n", out)
    else:
        from policyctl.source.report import render

        text = render(findings, color=out is None and output.coloured(sys.stdout.isatty()))
        if findings:
            output.write(text + "\n", out)
        if not quiet:
            output.say(_summary(compiled, findings))
    if failed:
        raise typer.Exit(output.WRONG_INPUT)


def compile_paths(paths: list[str]) -> list[Compiled]:
    """The policies in some files and folders, each path on its own; the default place where none is given."""
    from policyctl.policy.load import NoPolicy, PolicyText, compile_texts, find, read

    found = []
    try:
        if not paths:
            found.append(compile_texts(read(find(None, Path.cwd()).path)))
        for path in paths:
            if path == "-":
                found.append(compile_texts([PolicyText("standard input", Path("-"), sys.stdin.buffer.read())]))
            else:
                found.append(compile_texts(read(find(Path(path), Path.cwd()).path)))
    except NoPolicy as error:
        output.fail(error.code, str(error), error.help)
    return found


def _summary(compiled: list[Compiled], findings: list[Diagnostic]) -> str:
    names = sorted({name for one in compiled for name in one.policies})
    errors = sum(f.severity == "error" for f in findings)
    warnings = len(findings) - errors
    counted = [
        f"{number} {word}{'s' if number > 1 else ''}"
        for number, word in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    return f"{', '.join(names)}: {' and '.join(counted) or 'nothing is wrong'}"


def _finding(finding: Diagnostic) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "help": finding.help,
        **_place(finding.span),
        "other": None,
    }
    if finding.other is not None:
        shown["other"] = {"label": finding.other[1], **_place(finding.other[0])}
    return shown


def _place(span: Any) -> dict[str, Any]:
    start, end = span.source.position(span.start), span.source.position(span.end)
    return {
        "file": span.source.name,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }


def _policy(policy: Any) -> dict[str, Any]:
    from policyctl.policy.form import encode

    return {
        "name": policy.name,
        "digest": policy.digest(),
        "text_digest": policy.text_digest(),
        "normal_form": json.loads(encode(policy.versions)),
    }
