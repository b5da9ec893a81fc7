"""Sanctions that begin on the date of a ticket which is annulled: what had begun keeps its date; none is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from policyctl.cli.main import app

POLICY = """policy shop
  timezone Asia/Shanghai
attribute starts_on
ledger points
sanction held
offence late -> points +2, held 5d from starts_on
"""


def explained(tmp_path: Path, appeal: bool, named: bool) -> Any:
    """Two tickets of one instant, of which the first names the date, and the second if `named`; the first is annulled
    if there was an `appeal`."""
    at = "2024-01-12T11:00:00+08:00"
    first, second = (
        {"event": "ticket", "id": id, "offence": "late", "effective": at, "attributes": dates}
        for id, dates in (("F", {"starts_on": "2024-02-01"}), ("G", {"starts_on": "2024-05-01"} if named else {}))
    )
    events: list[Any] = [first, second]
    if appeal:
        annulled = {"event": "appeal", "id": "A-1", "ticket": "F", "outcome": "annulled"}
        events.append({**annulled, "at": "2024-06-20T11:00:00+08:00"})
    (tmp_path / "shop.policy").write_text(POLICY, "utf-8")
    (tmp_path / "m.json").write_text(json.dumps({"merchant": "m", "events": events}), "utf-8")
    command = ["explain", str(tmp_path / "m.json"), "--policy", str(tmp_path / "shop.policy"), "--format", "json"]
    return json.loads(CliRunner().invoke(app, [*command, "--at", "2024-07-01"]).stdout)


def test_the_date_that_was_kept_is_not_missing(tmp_path: Path) -> None:
    answer = explained(tmp_path, appeal=True, named=False)
    [decision] = answer["decisions"]
    assert decision["effects"][0]["from"] == "2024-02-01T00:00:00+08:00"
    assert not answer["incomplete"] and not answer["anomalies"]


def test_nothing_is_missing_before_the_appeal_or_where_the_other_names_one(tmp_path: Path) -> None:
    for appeal, named in ((False, False), (True, True)):
        answer = explained(tmp_path, appeal, named)
        assert answer["decisions"][0]["effects"][0]["from"] == "2024-02-01T00:00:00+08:00"
        assert not answer["incomplete"]
