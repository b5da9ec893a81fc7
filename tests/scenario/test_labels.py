"""In the lines of a test a label of one word stands for its name, in each place for a name of the right kind."""

from __future__ import annotations

from pathlib import Path

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import run_test

POLICY = """policy p
  timezone UTC
identities merchant "一般", promoter "商户"
ledger general "一般"
ledger a.b "账"
sanction suspend "短封"
flag watched "观察"
measure total "合计" = general + a.b
offence goods "商品"
  fake "假" -> general +10
  real -> general +1
offence bad.x "坏"
  y "丫" -> a.b +1
rule ban "一般": general >= 10 -> suspend 3d, watched
ladder steps "阶梯" on a.b:
  >= 1 "第一" -> watched
test "one label may stand for an identity, a ledger and a rule" for 商户
  2021-01-01 ticket A 商品.假
  expect 一般 = 10 and 合计 = 10 and 观察
  expect 一般 at 2021-01-01
  expect 短封 until 2021-01-04
  expect no 阶梯
  2021-01-02 ticket B 坏.丫
  2021-01-02 ticket C bad.x.丫
  2021-01-02 ticket D goods.假
  2021-01-02 ticket E 商品.fake
  2021-01-02 ticket F 一般 5
  expect 账 = 2 and 一般 = 35
  expect 阶梯 at 2021-01-02
  expect 一般 = 0 for 一般
  expect nothing for 一般
  expect nothing at 2021-01-03
  2021-01-02 expect no ban at 2021-01-02
test "the label of an offence is none of its severities" for 商户
  2021-01-01 ticket A goods.商品
test "nothing at an instant, where something was" for 商户
  2021-01-01 ticket A 商品.假
  2021-01-02 expect nothing at 2021-01-01
"""


def test_labels_stand_for_names() -> None:
    compiled = compile_texts([PolicyText("p.policy", Path("p.policy"), POLICY.encode())])
    assert not compiled.findings
    policy = compiled.policies["p"]
    assert policy is not None
    right, wrong, fired = (run_test(policy, test) for test in compiled.tests["p"])
    assert right.failures == ()
    assert [failure.found for failure in wrong.failures] == [("the policy has no offence `goods.商品`",)]
    assert [failure.found for failure in fired.failures] == [("ban at 2021-01-01T00:00:00+00:00 (ban@A)",)]


def test_a_label_stands_for_every_step_and_after_the_name_of_a_sanction() -> None:
    text = """policy p
  timezone UTC
ledger points
sanction limited
ladder bound "edge" on points:
  >= 20 -> limited 2d
  > 24 -> limited 3d
rule node "limited": points >= 1 -> limited 7d
test "the highest step of a ladder with a label" for merchant
  2024-01-01 ticket A points 25
  expect bound
  expect edge
test "the sanction, not the rule" for merchant
  2024-01-01 ticket A points 1
  expect limited
  2024-02-01 expect no limited
"""
    compiled = compile_texts([PolicyText("p.policy", Path("p.policy"), text.encode())])
    policy = compiled.policies["p"]
    assert policy is not None, compiled.findings
    assert [run_test(policy, test).failures for test in compiled.tests["p"]] == [(), ()]
