"""`policyctl test`: run the tests that stand in policy files."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyctl.cli import inputs, output
from policyctl.cli.options import Out, Policies

if TYPE_CHECKING:
    from policyctl.scenario.run import Result

EXAMPLES = """\b
Examples:
  policyctl test rules.policy
  policyctl test policies/ --quiet
  policyctl test policies/ --format json --out results.json

Exit status: 0 all pass; 1 one fails, or there is none; 2 a policy has errors.
"""


class Form(StrEnum):
    """Forms of the results."""

    text = "text"
    json = "json"


def test(
    paths: Policies = None,
    format: Annotated[Form, typer.Option(help="Form of the output.")] = Form.text,
    out: Out = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show only tests that fail.")] = False,
) -> None:
    """Run the tests that stand in policy files.

    A failing expectation shows what was there instead.
    """
    from policyctl.scenario.run import run_test

    compiled = inputs.policies(paths or [])
    errors = [f for one in compiled for f in one.findings if f.severity == "error"]
    if errors:
        output.fail_with(errors)
    results = [
        run_test(policy, case)
        for one in compiled
        for name, policy in one.policies.items()
        if policy is not None
        for case in one.tests[name]
    ]
    failed = sum(bool(result.failures) for result in results)
    if format is Form.json:
        output.write(json.dumps(_object(results), ensure_ascii=False, indent=2) + "\n", out)
    else:
        colour = output.coloured(sys.stdout, out)
        output.write("".join(_shown(r, colour) for r in results if r.failures or not quiet), out)
        if not results:
            output.say("there are no tests in these files")
        elif not quiet or failed:
            output.say(f"{len(results) - failed} passed, {failed} failed")
    if failed or not results:
        raise typer.Exit(output.FOUND)


def _shown(result: Result, colour: bool) -> str:
    def paint(text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if colour else text

    mark = paint("✗", "1;31") if result.failures else paint("✓", "32")
    lines = [f"{mark} {result.policy}: {result.test.name.text}"]
    for failure in result.failures:
        place = f"{failure.span.source.name}:{failure.span.line}"
        lines.append(f"    {place}")
        lines.append(f"      expected  {failure.expected}")
        for number, found in enumerate(failure.found):
            lines.append(f"      {'found   ' if not number else '        '}  {found}")
        if failure.help is not None:
            lines.append(f"      help      {failure.help}")
    lines += [f"    note: {note}" for note in result.notes]
    return "\n".join(lines) + "\n"


def _object(results: list[Result]) -> dict[str, Any]:
    return {
        "schema": "policyctl/test/1",
        "passed": sum(not result.failures for result in results),
        "failed": sum(bool(result.failures) for result in results),
        "tests": [
            {
                "policy": result.policy,
                "name": result.test.name.text,
                "file": result.test.span.source.name,
                "line": result.test.span.line,
                "passed": not result.failures,
                "expectations": result.expectations,
                "failures": [
                    {
                        "file": failure.span.source.name,
                        "line": failure.span.line,
                        "expected": failure.expected,
                        "found": list(failure.found),
                    }
                    for failure in result.failures
                ],
            }
            for result in results
        ],
    }
