"""The examples in the documents: fenced blocks marked `policy`, `policy-wrong`, `history` and `expect`.

- `policy`: a whole file
- `policy FOLDER/FILE`: one file of several; blocks with the same folder are one policy
- `policy-wrong CODE`: a whole file in which exactly this is wrong
- `history`: an account, for the policy above it
- `expect`: lines `PATH = VALUE` about the answer to the history above it; the first is `at = INSTANT`
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from policyctl.policy.load import Compiled, PolicyText, compile_texts

TOP = Path(__file__).parents[2]
DOCUMENTS = [path for path in (TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))) if path.exists()]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the document and line it starts on, the words behind its fence, and its text."""

    document: str
    line: int
    kind: str
    argument: str
    text: str

    @property
    def place(self) -> str:
        """How the block is called in a test's name."""
        return f"{self.document}:{self.line}"


@dataclass(frozen=True, slots=True)
class Example:
    """A policy of one or more blocks, and the histories below it, each with what is expected of it."""

    blocks: list[Block]
    histories: list[tuple[Block, list[Block]]] = field(default_factory=list)

    def compiled(self) -> Compiled:
        """The policy as `policyctl check` sees it."""
        return compile_texts([policy_text(block) for block in self.blocks])


def policy_text(block: Block) -> PolicyText:
    """A block as a policy file."""
    shown = block.argument if block.kind == "policy" and block.argument else "example.policy"
    return PolicyText(shown, Path(shown), block.text.encode())


def blocks(paths: Sequence[Path] = DOCUMENTS) -> Iterator[Block]:
    """Every fenced block of the documents, in their order."""
    for path in paths:
        lines = path.read_text("utf-8").splitlines()
        start: int | None = None
        for number, line in enumerate(lines, 1):
            if line.startswith("```"):
                if start is None:
                    start = number
                else:
                    kind, _, argument = lines[start - 1].removeprefix("```").strip().partition(" ")
                    text = "".join(f"{inner}\n" for inner in lines[start : number - 1])
                    yield Block(path.name, start, kind, argument.strip(), text)
                    start = None
        assert start is None, f"{path.name}:{start}: the block is never closed"


def examples() -> list[Example]:
    """Every policy of the documents."""
    found: list[Example] = []
    for block in blocks():
        if block.kind == "policy":
            if found and _folder(block) and _folder(block) == _folder(found[-1].blocks[-1]):
                found[-1].blocks.append(block)
            else:
                found.append(Example([block]))
        elif block.kind == "history":
            found[-1].histories.append((block, []))
        elif block.kind == "expect":
            found[-1].histories[-1][1].append(block)
    return found


def _folder(block: Block) -> str:
    folder = block.argument.rpartition("/")[0]
    return f"{block.document}/{folder}" if folder else ""


def expected(block: Block) -> Iterator[tuple[int, str, str]]:
    """The lines of an `expect` block: where, path, value."""
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        path, equals, value = line.partition(" = ")
        assert equals, f"{block.document}:{number}: `{line}` is not `PATH = VALUE`"
        yield number, path.strip(), value.strip()


def looked_up(answer: object, path: str) -> str:
    """The value at a dotted path of an answer, as the documents write it."""
    value = answer
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)]
        else:
            assert isinstance(value, dict), f"nothing lies below {step} of {path}"
            assert step in value, f"there is no `{step}` in {path}; there is {', '.join(value)}"
            value = value[step]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
