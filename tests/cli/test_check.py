"""What `policyctl check --format json` prints for other programs."""

from __future__ import annotations

from pathlib import Path

from tests.cli.process import policyctl_run, written

TEXT = """\
policy shop
  use standard
rule ban cite "rule 4: at 20 points a ban": general >= 20 -> suspend 3d
reading "reached once" of "at 20 points" because "a jump reaches it once"
reading "by the clock" of "the day" because "no text says otherwise"
"""


def test_readings(tmp_path: Path) -> None:
    """Each stands in full, in the order of the file, with its place."""
    run = policyctl_run("check", written(tmp_path, "shop.policy", TEXT), "--format", "json")
    [policy] = run.json["policies"]
    file = policy["readings"][0]["source"]["file"]
    assert Path(file).name == "shop.policy"
    assert policy["readings"] == [
        {
            "name": "reached once",
            "clause": "at 20 points",
            "because": "a jump reaches it once",
            "source": {"file": file, "line": 4},
        },
        {
            "name": "by the clock",
            "clause": "the day",
            "because": "no text says otherwise",
            "source": {"file": file, "line": 5},
        },
    ]


def test_no_readings(tmp_path: Path) -> None:
    path = written(tmp_path, "card.policy", "general >= 20 -> suspend 3d\n")
    [policy] = policyctl_run("check", path, "--format", "json").json["policies"]
    assert policy["readings"] == []
