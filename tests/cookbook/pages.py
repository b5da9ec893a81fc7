"""The pages of the cookbook, as they are read by their tests and by the command that writes them anew.

A page begins with the feature it is about, a title and the words of rule books, each in English and in Chinese:

    [How do I say …](README.md) › FEATURE

    # TITLE · TITLE IN CHINESE

    Also: “WORDS” · “WORDS”
    又：「WORDS」 · 「WORDS」

Below it stand what was published, each quotation with its source in a last line that begins with a dash, `policy`
blocks, and `console` blocks: a command behind `$`, and all that it prints on 80 columns.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from policyctl import kept
from policyctl.cli.main import app
from tests.policies.blocks import TOP, Block, blocks

FOLDER = TOP / "docs" / "cookbook"
INDEX = FOLDER / "README.md"
FEATURES = Path(__file__).with_name("features.txt")

_HEAD = re.compile(
    r"\[How do I say …\]\(README\.md\) › (?P<feature>[^\n]+)\n\n"
    r"# (?P<title>[^\n·]+) · (?P<chinese>[^\n]+)\n\n"
    r"Also: (?P<also>“[^\n]+”)\n"
    r"又：(?P<again>「[^\n]+」)\n\n"
)
_PROMPT = "$ policyctl "


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what it is about, its title and further words for it in both languages, and its whole text."""

    path: Path
    feature: str
    title: str
    chinese: str
    also: str
    again: str
    text: str

    @property
    def blocks(self) -> list[Block]:
        """What stands between its fences."""
        return list(blocks([self.path]))


def page(path: Path) -> Page:
    """A page, whose head has the form above."""
    text = path.read_text("utf-8")
    head = _HEAD.match(text)
    assert head is not None, f"{path.name} does not begin as every page does; see tests/cookbook/pages.py"
    return Page(path, text=text, **head.groupdict())


def pages() -> list[Page]:
    """Every page, in the order of the index."""
    order = features()
    found = [page(path) for path in sorted(FOLDER.glob("*.md")) if path != INDEX]
    return sorted(found, key=lambda one: (order.index(one.feature), one.path.name))


def features() -> list[str]:
    """What policies in the wild need, in the order of the index."""
    return [line for line in FEATURES.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def told(command: str) -> str:
    """What a command prints on 80 columns, in the folder where the policies of its page lie."""
    arguments = shlex.split(command.removeprefix(_PROMPT))
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "80", kept.VARIABLE: "off"})
    assert isinstance(result.exception, SystemExit | None), f"{command} breaks: {result.exception}"
    assert result.exit_code in (0, 1) and not result.stderr, f"{command}: {result.output}"
    return result.stdout


def put_down(page: Page, folder: Path) -> None:
    """The policies of a page as files."""
    for block in page.blocks:
        if block.kind == "policy":
            file = folder / (block.argument or "example.policy")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")


def command(block: Block) -> str:
    """The command of a `console` block: its first line."""
    first = block.text.partition("\n")[0]
    assert first.startswith(_PROMPT), f"{block.place} does not begin with `{_PROMPT.strip()}`"
    return first


# --- the index -------------------------------------------------------------------------------------------------------

_FROM_HERE = "<!-- From here on written by python -m tests.cookbook.write, from the heads of the pages. -->\n"


def index() -> str:
    """The index: its introduction as it stands, and a table for each heading."""
    introduction, mark, _ = INDEX.read_text("utf-8").partition(_FROM_HERE)
    assert mark, f"{INDEX.name} lacks the line {_FROM_HERE}"
    by_feature: dict[str, list[Page]] = {}
    for one in pages():
        by_feature.setdefault(one.feature, []).append(one)
    lines: list[str] = []
    heading = ""
    for line in FEATURES.read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = line
        for one in by_feature.get(line, ()):
            if heading:
                lines += ["", heading, "", "| the rule book says | 规则书上写着 |", "| --- | --- |"]
                heading = ""
            lines.append(
                f"| [{one.title}]({one.path.name}) · {one.also} | [{one.chinese}]({one.path.name}) · {one.again} |"
            )
    return "\n".join((introduction + mark.rstrip("\n"), *lines)) + "\n"
