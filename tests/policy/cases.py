"""Texts of policies and what is found in them, as plain files: `cases/*.cases`.

A case is a title behind `###`, the text, and below `=>` what is found: the code, the words that are underlined, the
message and the help, and the second place where there is one; or `=> nothing`. Of mistakes in the spelling only code
and place stand in most files, and all of it in those of `IN_FULL`. `=== NAME` begins a file of a policy that has
several. `python -m tests.policy.cases` writes the findings anew; read the difference before you keep it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policyctl.policy.load import Compiled, PolicyText, compile_texts
from policyctl.source.codes import CODES as OF_TEXTS
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.text import Span

FOLDER = Path(__file__).parent / "cases"
ONE = "case.policy"
IN_FULL = ("corrections", "spoken")
"""Groups that show the words of every finding, those about the spelling too."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text of one or more files, and what is expected to be found in it, as it stands in the file of cases."""

    group: str
    title: str
    text: str
    expected: str

    def compiled(self) -> Compiled:
        """What the compiler says."""
        return compile_texts(files(self.text))


def files(text: str) -> list[PolicyText]:
    """The files of a text; one without a name is `case.policy`."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("=== "):
            found.append((line.removeprefix("=== ").strip(), []))
        else:
            if not found:
                found.append((ONE, []))
            found[-1][1].append(line)
    return [PolicyText(name, Path(name), "".join(lines).encode()) for name, lines in found or [(ONE, [])]]


def groups() -> list[Path]:
    """The files of cases."""
    return sorted(FOLDER.glob("*.cases"))


def cases(group: Path) -> Iterator[Case]:
    """The cases of a file, in its order."""
    for part in group.read_text("utf-8").split("\n### ")[1:]:
        title, _, rest = part.partition("\n")
        text, arrow, expected = rest.partition("\n=> ") if not rest.startswith("=> ") else ("", "=> ", rest[3:])
        assert arrow, f"{group.name}: `{title}` does not say what is found"
        yield Case(group.stem, title, text + "\n" if text else "", ("=> " + expected).rstrip())


def told(findings: tuple[Diagnostic, ...], group: str) -> str:
    """Findings as they stand in a file of cases."""
    return "\n".join(_told(finding, group in IN_FULL) for finding in findings) or "=> nothing"


def _told(finding: Diagnostic, in_full: bool) -> str:
    lines = [f"=> {finding.code}" + ("" if finding.severity == "error" else f", {finding.severity}")]
    if finding.code in OF_TEXTS and not in_full:
        return f"{lines[0]}\n   at {_place(finding.span)}"
    lines.append(f"   at {_place(finding.span)}" + (f", {finding.label}" if finding.label else ""))
    lines.append(f"   {finding.message}")
    if finding.help is not None:
        lines.append(f"   help: {finding.help}")
    if finding.other is not None:
        span, label = finding.other
        lines.append(f"   and {_place(span)}, {label}")
    return "\n".join(lines)


def _place(span: Span) -> str:
    words = " ".join(span.text.split()) or "nothing"
    where = "" if span.source.name == ONE else f" in {span.source.name}"
    return f"line {span.line}{where}: {words}"


def rewritten(group: Path) -> str:
    """The file of cases with the findings of today."""
    head = group.read_text("utf-8").split("\n### ")[0].rstrip()
    parts = [f"### {case.title}\n{case.text}{told(case.compiled().findings, case.group)}\n" for case in cases(group)]
    return "\n".join([head + "\n", *parts])


if __name__ == "__main__":
    for one in groups():
        one.write_text(rewritten(one), "utf-8")
