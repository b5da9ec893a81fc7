"""`policyctl check`: read policy files and say everything that is wrong with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyctl.cli import inputs, output
from policyctl.cli.options import Out, Policies

if TYPE_CHECKING:
    from policyctl.policy.load import Compiled
    from policyctl.source.diagnostics import Diagnostic

EXAMPLES = """\b
Examples:
  policyctl check rules.policy
  policyctl check policies/ --quiet
  policyctl check rules.policy --format json
      the normal form, and both digests
  cat rules.policy | policyctl check -

Exit status: 0 nothing is wrong (there may be warnings); 2 there are errors.
"""


class Form(StrEnum):
    """Forms of the findings."""

    text = "text"
    json = "json"


def check(
    paths: Policies = None,
    format: Annotated[Form, typer.Option(help="Form of the output; json has normal forms and digests.")] = Form.text,
    out: Out = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing where nothing is wrong.")] = False,
) -> None:
    """Say everything that is wrong with policy files, in one run.

    Every finding has its place, a code and the way out; `policyctl explain-code CODE` says more.
    """
    compiled = inputs.policies(paths or [])
    findings = [finding for one in compiled for finding in (*one.findings, *_of_tests(one))]
    if format is Form.json:
        policies = [_policy(policy) for one in compiled for policy in one.policies.values() if policy is not None]
        shown = {"schema": "policyctl/check/1", "findings": [_finding(f) for f in findings], "policies": policies}
        output.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n", out)
    else:
        from policyctl.source.report import render

        text = render(findings, color=output.coloured(sys.stdout, out))
        if findings or out is not None:
            output.write(text + "\n" if findings else "", out)
        if findings or not quiet:
            output.say(_summary(compiled, findings))
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(output.WRONG_INPUT)


def _of_tests(compiled: Compiled) -> Iterator[Diagnostic]:
    """What is wrong with the tests of policies that are right."""
    from policyctl.scenario.run import unusable_lines

    for name, policy in compiled.policies.items():
        if policy is not None:
            yield from unusable_lines(policy, compiled.tests[name])


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
    from policyctl.explain.as_json import reading_as_json
    from policyctl.policy.form import encode

    return {
        "name": policy.name,
        "digest": policy.digest(),
        "text_digest": policy.text_digest(),
        "readings": [reading_as_json(one) for one in policy.words.readings],
        "normal_form": json.loads(encode(policy.versions)),
    }
