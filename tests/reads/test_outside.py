"""What comes from outside: acts and metrics that a policy declares are taken, others are reported."""

from __future__ import annotations

from pathlib import Path

from policyctl.policy.form import canonical, encode
from policyctl.policy.load import PolicyText, compile_texts
from tests.corrections.story import told

OUTSIDE = 'acts exam_passed "考试通过"\nmetrics reply_rate\ngeneral >= 20 -> suspend 3d\n'


def happened(event: str, name: str, **more: str) -> dict[str, str]:
    """An act or a metric of the promoter."""
    at = "2021-03-01T10:00:00+08:00"
    return {"event": event, "id": "E-1", "identity": "promoter", "name": name, "at": at, **more}


def test_what_the_policy_declares_is_taken() -> None:
    for event in (happened("act", "exam_passed"), happened("metric", "reply_rate", value="0.8")):
        assert told(OUTSIDE, event, at="2021-04-01")["anomalies"] == []


def test_what_it_does_not_declare_is_told_with_the_nearest_name() -> None:
    for event, near in ((happened("act", "exam_pased"), "exam_passed"), (happened("metric", "rate", value="1"), None)):
        [told_of] = told(OUTSIDE, event, at="2021-04-01")["anomalies"]
        assert told_of["code"] == f"unknown-{event['event']}"
        assert near is None or near in told_of["help"]


def test_what_has_its_default_is_not_part_of_the_digest() -> None:
    """However the default came about: so a later field changes no digest of a policy that does not use it."""
    plain, said = (
        compile_texts([PolicyText("a.policy", Path("a.policy"), text.encode())]).policies["a"]
        for text in (
            "use standard\nledger extra\nextra >= 20 -> suspend 3d\n",
            "use standard\nledger extra starts at 0\nextra >= 20.0 -> suspend 3d\n",
        )
    )
    assert plain is not None and said is not None
    assert plain.digest() == said.digest() == canonical(said).digest()
    assert b"floor" not in encode(said.versions) and b'"start":' not in encode(said.versions)
