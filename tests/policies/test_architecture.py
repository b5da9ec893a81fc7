"""What `docs/architecture.md` says of where things live is so: files and fields that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyctl.policy import form

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SOURCE = ROOT / "src" / "policyctl"
NAMED = re.compile(r"`([\w.]+)`")


def _features() -> list[list[str]]:
    """The rows of the table of features: what, whether now, primitive, files in policy/, files in replay/."""
    _, _, table = PAGE.partition("| what policies in the wild need |")
    lines = table.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


FEATURES = _features()


@pytest.mark.parametrize("row", FEATURES, ids=lambda row: row[0][:40])
def test_a_feature_lives_where_the_table_says(row: list[str]) -> None:
    what, now, primitive, policy, replay = row
    assert now.startswith(("yes", "later")), what
    assert policy or now == "later", what
    for stage, files in (("policy", policy), ("replay", replay)):
        for name in NAMED.findall(files):
            assert (SOURCE / stage / f"{name}.py").is_file(), f"{what}: {stage}/{name}.py"
    for name in NAMED.findall(primitive):
        record, _, field = name.partition(".")
        if hasattr(form, record) and field:
            assert hasattr(getattr(form, record), field), f"{what}: {name}"


def test_every_file_that_the_page_names_is_there() -> None:
    known = {path.name for folder in ("src", "tests", "benchmarks", "grammar") for path in (ROOT / folder).rglob("*.*")}
    named = {name.rpartition("/")[2] for name in re.findall(r"`([\w./]+\.(?:py|toml|lark|policy))`", PAGE)}
    assert named - {"X.py"} <= known | {"keywords.XX.toml"}, named - known
    assert len(named) > 30 and len(FEATURES) > 40
