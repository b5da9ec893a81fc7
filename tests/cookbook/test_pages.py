"""Every page of the cookbook checks without a finding, its tests pass, and its commands print what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyctl.policy.load import compile_texts, read
from policyctl.scenario.run import run_test
from policyctl.source.report import render
from tests.cookbook.pages import FOLDER, INDEX, Page, features, index, pages, put_down
from tests.cookbook.write import rewritten

PAGES = pages()
KINDS = {"policy", "console"}
LINK = re.compile(r"\]\(([^)]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.stem)
def test_policies_check_and_their_tests_pass(page: Page, tmp_path: Path) -> None:
    put_down(page, tmp_path)
    places = sorted(path for path in tmp_path.iterdir() if path.is_dir() or path.suffix == ".policy")
    assert places
    for place in places:
        compiled = compile_texts(read(place))
        assert not compiled.findings, render(compiled.findings)
        [(name, policy)] = compiled.policies.items()
        assert policy is not None and compiled.tests[name]
        for test in compiled.tests[name]:
            result = run_test(policy, test)
            assert result.expectations
            assert not result.failures, [(f.span.line, f.expected, f.found) for f in result.failures]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.stem)
def test_explanations_are_verbatim(page: Page) -> None:
    assert any(block.kind == "console" for block in page.blocks)
    assert rewritten(page) == page.text, "python -m tests.cookbook.write writes them anew"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.stem)
def test_form_of_a_page(page: Page) -> None:
    assert {block.kind for block in page.blocks} <= KINDS
    assert page.path.stem == page.path.stem.lower().replace("_", "-")
    prose = re.sub(r"^```.*?^```", "", page.text, flags=re.MULTILINE | re.DOTALL)
    quoted = re.findall(r"(?:^>.*\n)+", prose, flags=re.MULTILINE)
    assert quoted, "no published sentence"
    for quotation in quoted:
        assert re.fullmatch(r"> — .{6,}", quotation.rstrip().splitlines()[-1]), f"without source: {quotation}"
    for target in LINK.findall(prose):
        assert (FOLDER / target.partition("#")[0]).exists(), f"{target} is not there"


def test_index_names_every_page() -> None:
    assert INDEX.read_text("utf-8") == index(), "python -m tests.cookbook.write writes it anew"
    linked = LINK.findall(INDEX.read_text("utf-8"))
    assert all(page.path.name in linked for page in PAGES)


def test_no_title_stands_twice() -> None:
    assert len({page.title for page in PAGES}) == len({page.chinese for page in PAGES}) == len(PAGES)


def test_every_feature_has_a_page() -> None:
    assert {page.feature for page in PAGES} == set(features())
