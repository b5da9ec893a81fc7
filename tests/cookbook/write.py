"""`python -m tests.cookbook.write [PAGE …]`: writes what the commands of the pages print, and the index, anew."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

from tests.cookbook.pages import FOLDER, INDEX, Page, command, index, page, pages, put_down, told


def rewritten(one: Page) -> str:
    """The text of a page with what its commands print now."""
    lines = one.text.splitlines(keepends=True)
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        put_down(one, Path(name))
        for block in reversed(one.blocks):
            if block.kind == "console":
                end = block.line + block.text.count("\n")
                lines[block.line : end] = [f"{command(block)}\n", told(command(block))]
    return "".join(lines)


def main(names: list[str]) -> None:
    """Write these pages, or all."""
    for one in [page(FOLDER / f"{name}.md") for name in names] or pages():
        one.path.write_text(rewritten(one), "utf-8")
    INDEX.write_text(index(), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
