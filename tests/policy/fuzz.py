"""Mutated policies through the compiler: findings or a policy, and never an exception.

The long run: `PYTHONPATH=src python -m tests.policy.fuzz --count 20000`.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from functools import cache
from pathlib import Path

from policyctl.policy.codes import CODES, EXPLAINED
from policyctl.policy.form import decode_policy, encode
from policyctl.policy.load import Compiled, PolicyText, compile_texts
from policyctl.source.codes import CODES as OF_TEXTS
from policyctl.source.report import render
from tests.policy.cases import FOLDER, cases, files, groups
from tests.source.fuzz import mutated as mutated_spelling
from tests.source.fuzz import samples

WORDS = (
    *("general", "severe", "credit", "points", "year_total", "total", "一般违规", "tickets", "grave", "slight"),
    *(
        "suspend",
        "ban",
        "短封",
        "fine",
        "warn",
        "closed",
        "close_identity",
        "no_reset",
        "watched",
        "each",
        "permanently",
    ),
    *("out_of_scope", "out_of_scope.minor", "merchant", "promoter", "standard", "ever", "down"),
)
NUMBERS = ("0", "1", "3", "12", "20", "0.5", "100", "2000", "999999999999999", "0.000000001", "1000000")
LENGTHS = ("3d", "0 days", "1.5 months", "3 calendar days", "90 days", "1000 years", "2 quarters")


@cache
def right() -> tuple[str, ...]:
    """Texts in which nothing is wrong: of the cases, of the long explanations, and the samples of the grammar."""
    found = [case.text for case in cases(FOLDER / "right.cases")]
    return (*found, *(one.right for one in EXPLAINED.values()), *samples())


@cache
def wrong() -> tuple[str, ...]:
    """Texts with a mistake already."""
    found = [case.text for group in groups() for case in cases(group)]
    return (*found, *(one.wrong for one in EXPLAINED.values()))


def mutated(chance: random.Random) -> str:
    """A text after a few random changes, of its meaning, its spelling, or both."""
    text = chance.choice(right() if chance.random() < 0.7 else wrong())
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = _changed(text, chance)
    return mutated_spelling(text, chance) if chance.random() < 0.2 else text


def _changed(text: str, chance: random.Random) -> str:
    """One change that leaves most of the spelling right: another word, another number, another line."""
    pattern, instead = chance.choice(
        (
            (r"\b[^\W\d][\w.]*\b", WORDS),
            (r"(?<![\w-])\d+(\.\d+)?(?![\w-])", NUMBERS),
            (r"\d+d\b|\b\d+ days\b", LENGTHS),
            (r">=|<=|!=|>|<|=", (">=", "<=", ">", "<", "=", "!=")),
            (r" [-+*/] ", (" + ", " - ", " * ", " / ")),
        )
    )
    places = [match.span() for match in re.finditer(pattern, text)]
    if places and chance.random() < 0.7:
        start, end = chance.choice(places)
        return text[:start] + chance.choice(tuple(instead)) + text[end:]
    lines = text.splitlines(keepends=True)
    other = chance.choice(right()).splitlines(keepends=True)
    match chance.randrange(3):
        case 0 if lines:
            del lines[chance.randrange(len(lines))]
        case 1 if other:
            lines.insert(chance.randint(0, len(lines)), chance.choice(other).rstrip("\n") + "\n")
        case _ if lines:
            lines.insert(chance.randint(0, len(lines)), chance.choice(lines).rstrip("\n") + "\n")
    return "".join(lines)


def check(given: list[PolicyText]) -> Compiled:
    """Compiles some files; what must hold of every result holds."""
    compiled = compile_texts(given)
    errors = [finding for finding in compiled.findings if finding.severity == "error"]
    assert bool(errors) == (not compiled.complete or None in compiled.policies.values())
    for finding in compiled.findings:
        assert finding.code in CODES or finding.code in OF_TEXTS, finding.code
        assert 0 <= finding.span.start <= finding.span.end <= len(finding.span.source.text)
        assert "\n" not in finding.message + (finding.help or "") + (finding.label or ""), finding
        assert finding.message.count("`") % 2 == 0 or "`" in finding.span.text, finding.message
    render(compiled.findings)
    for policy in compiled.policies.values():
        if policy is not None:
            assert decode_policy(encode(policy)) == policy
    return compiled


def run(count: int, seed: int) -> Counter[str]:
    """Checks mutated texts; how often each code was found, and how many texts compiled (`ok`)."""
    chance = random.Random(seed)
    seen: Counter[str] = Counter()
    for _ in range(count):
        text = mutated(chance)
        try:
            compiled = check(_files(text))
        except Exception as error:
            error.add_note(f"found with {text!r}")
            raise
        codes = {finding.code for finding in compiled.findings}
        seen.update(codes or {"ok"})
    return seen


def _files(text: str) -> list[PolicyText]:
    """The files of a text, which may hold half a character, as no file can."""
    clean = text.encode("utf-8", "replace").decode()
    return [PolicyText(one.shown or "x", Path(one.shown or "x"), one.data) for one in files(clean)]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    for code, times in run(asked.count, asked.seed).most_common():
        print(f"{times:7} {code}")
