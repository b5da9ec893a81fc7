"""Keyword tables: those that ship are whole, and which of several a text is read with."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.shipping import shipped
from policyctl.source import Source, parse_source
from policyctl.source.grammar import grammar
from policyctl.source.keywords import STATEMENTS, Keywords, keyword_table, table_for, tables
from policyctl.source.tree import LedgerStatement, RuleStatement

FRENCH = """
language = "fr"
[words]
"registre" = "LEDGER"
"règle" = "RULE"
"avis de service" = "NOTE"
"""
ENGLISH, OTHER = tables()[0], keyword_table(FRENCH)


def meanings(words: Keywords) -> set[tuple[str, str]]:
    """Everything that the words of a table stand for."""
    return {meaning for phrases in words.phrases.values() for phrase in phrases for meaning in phrase.meanings}


@pytest.mark.parametrize("words", tables(), ids=lambda words: words.language)
def test_the_words_of_a_shipped_table_stand_for_terminals_of_the_grammar(words: Keywords) -> None:
    known = {terminal for row in grammar().table.actions.values() for terminal in row if terminal.isupper()}
    assert {terminal for terminal, _ in meanings(words)} - known == set()
    assert meanings(words) <= meanings(ENGLISH)
    assert {terminal for terminal, _ in meanings(words)} >= STATEMENTS


def test_every_table_of_the_grammar_folder_is_found() -> None:
    there = {path.name for path in shipped("grammar", ".").glob("keywords.*")}
    assert {f"keywords.{words.language}.toml" for words in tables()} == there


def test_a_table_is_added_by_putting_its_file_into_the_folder(tmp_path: Path) -> None:
    english = shipped("grammar", "keywords.en.toml").read_text(encoding="utf-8")
    (tmp_path / "keywords.en.toml").write_text(english, encoding="utf-8")
    (tmp_path / "keywords.de.toml").write_text('language = "de"\nwords = {Konto = "LEDGER"}', encoding="utf-8")
    (tmp_path / "keywords.fr.toml").write_text(FRENCH, encoding="utf-8")
    found = tables(tmp_path)
    assert [words.language for words in found] == ["en", "de", "fr"]
    (ledger,) = parse_source(Source("p", "Konto general"), found).statements
    assert isinstance(ledger, LedgerStatement)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("registre general", "fr"),
        ("# ledger general\n\nregistre general", "fr"),
        ("general >= 20 -> ban 3d\n\nrègle node: general >= 30 -> ban 4d\nledger general", "fr"),
        ("ledger general\nregistre other", "en"),
        ("règle “node”", "fr"),
        ("avis de service “x”", "fr"),
        ("avis “de service”", "en"),
        ("registre >= 20 -> ban 3d\nledger x", "en"),
        ("registre\nledger x", "en"),
        ("  registre x\nledger x", "en"),
        ("general >= 20 -> ban 3d", "en"),
        ("", "en"),
        ("règles x\n-> registre x", "en"),
    ],
)
def test_the_first_statement_decides_the_table(text: str, language: str) -> None:
    assert table_for(text, (ENGLISH, OTHER)).language == language


def test_what_a_text_was_read_with_is_told() -> None:
    parsed = parse_source(Source("p", "règle x: general >= 20 -> ban"), (ENGLISH, OTHER))
    (rule,) = parsed.statements
    assert isinstance(rule, RuleStatement) and parsed.keywords is OTHER
