"""The glossary is one table, and the Chinese pages call things as it does."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PHRASES = sorted((ROOT / "src" / "policyctl").glob("*/phrases/zh*.toml"))

PAGES_SAID = {"decision": "处罚决定", "late ticket": "迟到"}
"""What pages called some words of the glossary by."""


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines if line.startswith("|")]


def test_the_table_begins_with_its_head() -> None:
    head, rule, *body = rows()
    assert head == ["word", "中文", "what it is", "not to be called"]
    assert set("".join(rule)) <= set("- |")
    assert {len(row) for row in body} == {4} and len(body) > 60
    assert len({row[0] for row in body}) == len(body)


@pytest.mark.parametrize("phrases", PHRASES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_pages_use_the_words_of_the_glossary(phrases: Path) -> None:
    said = phrases.read_text("utf-8")
    words = {row[0]: row[1] for row in rows()}
    for word, other in PAGES_SAID.items():
        assert other not in said, f"{word} is {words[word]}"
