"""Policies written in the normal form, and the answers to small histories under them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Literal

from policyctl.history.read import read_account
from policyctl.instants import Length, Zone
from policyctl.policy.form import (
    AllOf,
    Comparison,
    EntryKind,
    FlagKind,
    FlagUp,
    Ladder,
    Measure,
    Not,
    Open,
    Overlap,
    Part,
    Period,
    Policy,
    Posting,
    Read,
    Rule,
    Said,
    SanctionKind,
    Settings,
    Term,
    TicketKind,
    Version,
    Words,
    key,
)
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay

MEASURES = ("pause_cart", "block_campaigns", "block_listing", "public_warning")
LABELS = {
    "identity merchant": "商户",
    "identity promoter": "带货达人",
    "ledger general": "一般违规",
    "ledger severe": "严重违规",
    "ledger credit": "信用分",
    "measure year_total": "累计违规分",
    "sanction suspend": "短封",
    "part suspend.pause_cart": "暂停购物车",
    "part suspend.block_campaigns": "限制提报营销活动",
    "part suspend.block_listing": "限制发布商品",
    "part suspend.public_warning": "公告警示",
    "ticket out_of_scope.minor": "超出允许范围推广商品 · 情节轻微者",
    "ticket out_of_scope.serious": "超出允许范围推广商品 · 情节严重者",
}


def number(value: int | str) -> Fraction:
    """An exact number."""
    return Fraction(value)


def at_least(measure: str, threshold: int) -> Comparison:
    """`measure >= threshold`."""
    return Comparison(measure, ">=", number(threshold))


def at_most(measure: str, threshold: int) -> Comparison:
    """`measure <= threshold`."""
    return Comparison(measure, "<=", number(threshold))


def ban(days: int) -> Open:
    """`suspend Nd`, with its four measures."""
    length = Length(days, "day")
    return Open("sanction", "suspend", parts=tuple(Part(name, length) for name in MEASURES))


def fine(amount: int, *clears: str) -> Open:
    """`fine N`, or `fine N clears`."""
    return Open("fine", "fine", amount=number(amount), clears=clears, clears_when="paid" if clears else None)


def balance(ledger: str) -> Measure:
    """The measure that is the balance of a ledger."""
    return Measure(ledger, (Term(number(1), Read("balance", "entry", (ledger,), standing="live")),))


NO_RESET = Open("flag", "no_reset")
CLOSE = Open("close", "close_identity")


def policy(
    name: str,
    rules: tuple[Rule, ...],
    *,
    since: str | None = None,
    cites: dict[str, str] | None = None,
    labels: dict[str, str] | None = None,
    lines: dict[str, tuple[int, str]] | None = None,
    ledgers: tuple[EntryKind, ...] = (EntryKind("general"), EntryKind("severe")),
    choices: tuple[Ladder | Overlap, ...] = (),
    words: bool = True,
    file: str = "points.policy",
) -> Policy:
    """A policy with one version, the two ledgers of the standard vocabulary and the rules given."""
    names = tuple(ledger.name for ledger in ledgers)
    total = Measure("year_total", (Term(number(1), Read("sum", "entry", names, within="period")),), declared=True)
    version = Version(
        since=since,
        settings=Settings("Asia/Shanghai", ("merchant", "promoter"), "CNY", annulment="refunds_and_revives"),
        facts=(
            *ledgers,
            SanctionKind("suspend", tuple(Part(measure) for measure in MEASURES)),
            FlagKind("no_reset", per_period=True),
            *(
                TicketKind(f"out_of_scope.{severity}", (Posting(names[0], number(points)),))
                for severity, points in (("minor", 10), ("serious", 20))
            ),
        ),
        periods=tuple(Period(ledger, "year", FlagUp("no_reset")) for ledger in names),
        measures=(*(balance(ledger) for ledger in names), total),
        rules=tuple(sorted(rules, key=lambda rule: rule.name)),
        choices=choices,
    )
    said = (
        {key(since, *part.split(" ")): Said(file, 1, "", label=label) for part, label in LABELS.items()}
        if words
        else {}
    )
    for ladder in (choice for choice in choices if isinstance(choice, Ladder)):
        said[key(since, "ladder", ladder.name)] = Said(file, 1, "", (labels or {}).get(ladder.name))
    for rule in rules:
        line, text = (lines or {}).get(rule.name, (1, rule.name))
        cite = (cites or {}).get(rule.name)
        said[key(since, "rule", rule.name)] = Said(file, line, text, (labels or {}).get(rule.name), cite)
    return Policy(name, (version,), Words(said))


def rule(name: str, condition: Comparison | AllOf | FlagUp | Not, *effects: Open) -> Rule:
    """A rule that listens to tickets."""
    return Rule(name, "ticket", condition, effects)


def card() -> Policy:
    """The two rules that are a complete policy."""
    first, second = "general >= 20", "year_total >= 100"
    return policy(
        "card",
        (
            rule(first, at_least("general", 20), ban(3), fine(2000, "general")),
            rule(second, at_least("year_total", 100), CLOSE, NO_RESET),
        ),
        lines={
            first: (1, f"{first} -> suspend 3d, fine 2000 clears"),
            second: (2, f"{second} -> close_identity, no_reset"),
        },
        file="card.policy",
    )


def two_ledgers() -> Policy:
    """The two ledgers as published."""
    base = policy(
        "kuaishou.points",
        (
            rule("short_ban", at_least("general", 20), ban(3), fine(2000, "general")),
            rule("serious_ban", at_least("severe", 20), ban(14)),
            rule("closure", at_least("year_total", 100), CLOSE, NO_RESET),
        ),
        since="2020-04-28",
        labels={"short_ban": "一般违规节点", "serious_ban": "严重违规节点", "closure": "永久关闭"},
        cites={
            "short_ban": "2020-04-28 修订的介绍：「一般违规扣除达到20分时『短封』3天」"
            "「可通过支付2000元违约金消除违规分数」",
            "serious_ban": "2020-04-28 修订的介绍：「严重违规扣除达到20分时『短封』14天」",
            "closure": "2022-01-01 清零公告：「已达100分及以上的…不会被清零，同时该对应身份将被平台永久关闭」",
        },
        lines={
            "short_ban": (46, "general >= 20 -> suspend 3d, fine 2000 clears"),
            "serious_ban": (49, "severe >= 20 -> suspend 14d"),
            "closure": (52, "year_total >= 100 -> close_identity, no_reset"),
        },
        file="policies/kuaishou/2020-two-ledgers.policy",
    )
    return Policy(base.name, base.versions, Words(base.words.said, label="快手小店违规积分"))


def score() -> Policy:
    """A score that falls from 100, with a bundle whose measures differ in length, and no label anywhere."""
    bundle = Open(
        "sanction",
        "restrict",
        parts=(
            Part("block_listing", Length(7, "day")),
            Part("throttle_advertising", Length(28, "day")),
            Part("block_campaigns", permanent=True),
        ),
    )
    ledger = EntryKind("credit", direction=-1, start=number(100), floor=number(0))
    return policy(
        "score",
        (
            rule("restricted", at_most("credit", 80), bundle, fine(500)),
            rule("struck_off", at_most("credit", 0), CLOSE),
            rule("watched", AllOf((at_most("credit", 60), Not(FlagUp("no_reset")))), Open("flag", "no_reset")),
        ),
        ledgers=(ledger,),
        words=False,
    )


def written(rules: str) -> Policy:
    """A policy as it is written, with the standard vocabulary."""
    return compiled(f"policy written\n  version 2020-01-01\n  judge by effective\n  use standard\n{rules}")


def compiled(text: str) -> Policy:
    """A policy from its whole text."""
    [policy] = compile_texts([PolicyText("written.policy", Path("written"), text.encode())]).policies.values()
    assert policy is not None
    return policy


Event = dict[str, object]


def ticket(identifier: str, effective: str, ledger: str, points: int, **more: object) -> Event:
    """A ticket with points."""
    return {
        "event": "ticket", "id": identifier, "identity": "promoter", "ledger": ledger, "points": str(points),
        "effective": effective, **more,
    }  # fmt: skip


def offence(identifier: str, effective: str, name: str, **more: object) -> Event:
    """A ticket for an offence."""
    return {
        "event": "ticket", "id": identifier, "identity": "promoter", "offence": name, "effective": effective, **more
    }  # fmt: skip


def payment(identifier: str, at: str, amount: int, **more: object) -> Event:
    """A payment."""
    return {"event": "payment", "id": identifier, "identity": "promoter", "at": at, "amount": str(amount), **more}


def answer(rules: Policy, at: str, events: list[Event], merchant: str = "m-1042", in_full: str | None = None) -> Answer:
    """The answer at an instant to these events; the decision `in_full` lists all its entries."""
    zone = Zone(rules.versions[0].settings.timezone)
    account = read_account(json.dumps({"merchant": merchant, "events": events}), zone, "history.json")
    return replay(rules, account, zone.read(at), in_full=in_full)


def contract() -> Answer:
    """The worked example: a fine that is partly paid, a sanction that runs, a ticket that is pending."""
    return answer(
        card(),
        "2021-03-14",
        [
            ticket("T-88", "2021-02-03 10:00", "general", 10, issued="2021-02-01 09:00"),
            ticket("T-95", "2021-03-01 12:00", "severe", 30, identity="merchant"),
            ticket("T-97", "2021-03-12 10:00", "general", 10, issued="2021-03-10 09:00"),
            payment("P-1", "2021-03-13 08:30", 500),
            payment("P-2", "2021-03-13 09:00", 300, identity="merchant"),
            ticket("T-105", "2021-03-20", "general", 5, issued="2021-03-13 15:00"),
        ],
    )


def paid_and_again() -> Answer:
    """A fine that was paid and cleared, then the node again, with offences."""
    return answer(
        two_ledgers(),
        "2021-06-03 12:00",
        [
            offence("T-1", "2021-03-01 10:00", "out_of_scope.minor"),
            offence("T-2", "2021-03-05 10:00", "out_of_scope.minor"),
            payment("P-1", "2021-03-06 09:00", 2000),
            offence("T-3", "2021-05-20 08:00", "out_of_scope.minor"),
            offence("T-4", "2021-06-01 20:15", "out_of_scope.serious"),
            ticket("T-5", "2021-06-02 10:00", "severe", 20),
        ],
    )


def closed() -> Answer:
    """An identity that is closed, seen after a reset that was blocked."""
    tickets = [ticket(f"T-{n:02}", f"2021-{n:02}-10 10:00", "general", 9) for n in range(1, 13)]
    return answer(two_ledgers(), "2022-02-01", tickets)


def untouched() -> Answer:
    """Nothing happened."""
    return answer(two_ledgers(), "2021-06-01", [])


def falling() -> Answer:
    """A falling score, without labels, with measures of different length and a wrong event."""
    return answer(
        score(),
        "2021-02-10 12:00",
        [
            ticket("T-1", "2021-01-20 10:00", "credit", 15),
            ticket("T-2", "2021-02-05 10:00", "credit", 10),
            ticket("T-3", "2021-02-06 10:00", "generous", 10),
        ],
    )


def long_history() -> Answer:
    """Sixty decisions, each fine paid but the last."""
    events: list[Event] = []
    for n in range(60):
        year, month = 2016 + n // 12, n % 12 + 1
        events.append(ticket(f"T-{n:03}", f"{year}-{month:02}-05 10:00", "general", 20))
        if n < 59:
            events.append(payment(f"P-{n:03}", f"{year}-{month:02}-06 10:00", 2000))
    base = card()
    low = [r for r in base.versions[0].rules if r.name != "year_total >= 100"]
    version = base.versions[0]
    kept = Version(**{f: getattr(version, f) for f in version.__struct_fields__} | {"rules": tuple(low)})
    return answer(Policy(base.name, (kept,), base.words), "2020-12-06", events)


def many_entries() -> Answer:
    """One decision that rests on forty tickets of half a point."""
    tickets = [ticket(f"T-{n:03}", f"2021-03-01 {n // 4:02}:{n % 4 * 15:02}", "general", 1) for n in range(40)]
    return answer(two_ledgers(), "2021-03-01 12:00", tickets)


def waits_for_the_ban() -> Answer:
    """A fine that is paid in two parts and clears only once the ban is served."""
    base = policy("served", (rule("short_ban", at_least("general", 20), ban(3), served(2000)),))
    return answer(
        base,
        "2021-03-07",
        [
            ticket("T-1", "2021-03-05 10:00", "general", 20),
            payment("P-1", "2021-03-05 12:00", 500),
            payment("P-2", "2021-03-06 09:00", 1500),
        ],
    )


def _three_bans(overlap: Literal["consecutive", "extends"]) -> Policy:
    rules = (
        rule("first", at_least("general", 10), ban(5)),
        rule("second", at_least("general", 20), ban(5), fine(2000, "general")),
        rule("third", at_least("general", 30), ban(4)),
    )
    return policy("bans", rules, choices=(Overlap("suspend", overlap),))


THREE_TICKETS: list[Event] = [
    ticket("T-1", "2021-03-01 12:00", "general", 10),
    ticket("T-2", "2021-03-02 10:00", "general", 10),
    ticket("T-3", "2021-03-04 10:00", "general", 10),
]


def queued() -> Answer:
    """Three sanctions that run one after the other: one runs, two wait."""
    return answer(_three_bans("consecutive"), "2021-03-05", THREE_TICKETS)


def adding_up() -> Answer:
    """Three sanctions that extend the first."""
    return answer(_three_bans("extends"), "2021-03-09", THREE_TICKETS)


def sanction_dropped(paid: bool) -> Answer:
    """A fine that clears when its sanction is served, which a new version has ended."""
    law = """\
policy bans
  version {}
  judge by effective
  use standard
rule short_ban: general >= 20 -> suspend 10d, fine 2000 clears when served
"""
    change = """\
transition from 2021-01-01:
  general carry
  severe carry
  fines carry
  sanctions drop
"""
    texts = {"old": law.format("2021-01-01"), "new": law.format("2021-03-08") + change}
    files = [PolicyText(f"{name}.policy", Path(name), text.encode()) for name, text in texts.items()]
    [rules] = compile_texts(files).policies.values()
    assert rules is not None
    events = [ticket("T-1", "2021-03-05 10:00", "general", 20)]
    return answer(rules, "2021-03-09", [*events, payment("P-1", "2021-03-06", 2000)] if paid else events)


def served(amount: int) -> Open:
    """`fine N clears when served`."""
    return Open("fine", "fine", amount=number(amount), clears=("general",), clears_when="served")


def over_new_year() -> Answer:
    """A fine that is still open when its period is over."""
    return answer(two_ledgers(), "2022-01-10", [ticket("T-1", "2021-12-30 10:00", "general", 20)])


def ladder() -> Answer:
    """Three steps of a ladder, reached one after the other within days."""
    steps = ((20, 14, 0), (40, 28, 4000), (60, 60, 6000), (80, 90, 8000))
    names = {threshold: f"nodes[>= {threshold}]" for threshold, _, _ in steps}
    rules = tuple(
        rule(names[n], at_least("severe", n), ban(days), *([fine(amount)] if amount else []))
        for n, days, amount in steps
    )
    base = policy(
        "ladder",
        rules,
        labels={"nodes": "严重违规阶梯"} | dict.fromkeys(names.values(), "严重违规阶梯"),
        choices=(Ladder("nodes", tuple((name,) for name in names.values())),),
    )
    return answer(
        base,
        "2021-03-06",
        [
            ticket("T-1", "2021-03-01 10:00", "severe", 40),
            ticket("T-2", "2021-03-05 10:00", "severe", 25),
        ],
    )
