"""Mutated policy texts: whatever is written, parsing gives findings and never an exception.

The long run: `PYTHONPATH=src python -m tests.source.fuzz --count 50000`.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

from policyctl.source import parse_source, render
from policyctl.source.text import Source

SAMPLES = Path(__file__).parent / "samples"

SPICE: list[str] = [
    *'()+-*/=<>!&|;:,."“”%#@¥$\t\n\r 　，：（）＋－＞０９三天é\u200d\u202e\x00\\{}[]',
    *["->", "=>", "==", " and ", " or ", " not ", "\r\n", "\n  ", "\n\t", " 3d ", " 10,000 ", " 3 days "],
    *[' "x" ', " every ", " unless ", "rule ", "ledger ", " cite ", " fine ", " until ", "2020-04-28", "2020/4/8"],
]


def samples() -> list[str]:
    """The texts that mutations start from."""
    return [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.policy"))]


def mutated(text: str, chance: random.Random) -> str:
    """The text after one to six random changes of characters, tokens or lines."""
    for _ in range(chance.randint(1, 6)):
        pieces = _pieces(text, chance)
        if not pieces:
            return chance.choice(SPICE)
        here, there = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(5):
            case 0:
                del pieces[here]
            case 1:
                pieces.insert(there, pieces[here])
            case 2:
                pieces[here], pieces[there] = pieces[there], pieces[here]
            case 3:
                pieces.insert(here, chance.choice(SPICE))
            case _:
                pieces.insert(here, chr(chance.choice([chance.randrange(0x80), chance.randrange(0xD800)])))
        text = "".join(pieces)
    return text


def check(text: str) -> None:
    """Parses and renders a text; every character must be in its blocks."""
    parsed = parse_source(Source("fuzz.policy", text))
    whole = "".join(t.before + t.text + t.behind for block in parsed.blocks for t in block.tokens) + parsed.tail
    assert whole == text
    assert parsed.findings or all(block.statement is not None for block in parsed.blocks)
    for finding in parsed.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert finding.message[0].islower() or not finding.message[0].isalpha(), finding.message
    render(parsed.findings)


def run(count: int, seed: int) -> None:
    """Checks `count` mutated texts."""
    chance = random.Random(seed)
    texts = samples()
    for _ in range(count):
        text = mutated(chance.choice(texts), chance)
        try:
            check(text)
        except Exception as error:
            error.add_note(f"found with {text!r}")
            raise


def _pieces(text: str, chance: random.Random) -> list[str]:
    match chance.randrange(3):
        case 0:
            return list(text)
        case 1:
            return re.findall(r"\w+|\s+|[^\w\s]+", text)
        case _:
            return text.splitlines(keepends=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    run(given.count, given.seed)
    print(f"{given.count} texts, no failure")
