"""Makes the picture in the README from a real explanation: `python docs/pictures/picture.py`."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from policyctl.explain.terminal import lines
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import load
from policyctl.replay.replay import replay, zone_of

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PICTURE = HERE / "explain.svg"
INK, RED, GREEN, AMBER = (36, 41, 47), (184, 30, 30), (26, 127, 55), (154, 103, 0)
BLUE, VIOLET, TEAL, GREY = (9, 105, 218), (130, 80, 223), (27, 124, 131), (110, 119, 129)
PAPER = TerminalTheme((255, 255, 255), INK, [INK, RED, GREEN, AMBER, BLUE, VIOLET, TEAL, GREY])


def picture() -> str:
    """The explanation of a shipped merchant as SVG, without fonts from elsewhere."""
    policy = load(ROOT / "policies" / "kuaishou", ROOT)
    assert isinstance(policy, Policy)
    zone = zone_of(policy)
    history = ROOT / "policies" / "kuaishou" / "histories" / "twice-over-the-limit.json"
    account = read_account(history.read_text("utf-8"), zone, history.name)
    answer = replay(policy, account, zone.read("2021-03-26"))
    console = Console(
        record=True, width=100, file=io.StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    for line in lines(answer, lang="en", width=100, identity="promoter"):
        console.print(Text.from_ansi(line.coloured()))
    svg = console.export_svg(
        title="policyctl explain twice-over-the-limit.json --at 2021-03-26", theme=PAPER, unique_id="explain"
    )
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    # A width in cells squeezes or stretches wide characters; each text has its own place anyway.
    svg = re.sub(r' textLength="[^"]*"(?=[^>]*>[^<]*[\u2e80-\uffef])', "", svg)
    return "\n".join(line.rstrip(" ") for line in svg.splitlines() if line.strip(" ")) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
