"""The two interpreters agree where fines are waived and tickets annulled: random worlds seldom have both."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings

from policyctl.replay.replay import zone_of
from tests.corrections.test_waived import AT, FINES, histories
from tests.second_reader.compare import differences, first, second
from tests.worlds import account, compiled

POLICY = compiled({"fines.policy": FINES})


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(histories())
def test_waivers_and_annulments(
    history: tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    events, waived, annulled = history
    read = account({"merchant": "m", "events": [*events, *waived, *annulled]}, POLICY)
    at = zone_of(POLICY).read(AT)
    assert not list(differences(first(POLICY, read, at), second(POLICY, read, at)))
