"""The page on corrections, late tickets and people: the first sentence, and what stands below it."""

from __future__ import annotations

import re
from typing import get_args

from msgspec.structs import replace

from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import LANGUAGES, Language, load
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer, Status
from policyctl.replay.reason import SilentReason

from . import answers, corrections


def told(answer: Answer, lang: Language = "en") -> str:
    """What is printed, without its lines."""
    return " ".join(" ".join(line.plain for line in lines(answer, lang=lang, width=120)).split())


def first(answer: Answer, lang: Language = "en") -> str:
    """The first sentences, of the identity that is told of first."""
    return told(answer, lang).partition(" Decisions" if lang == "en" else " 处理决定")[0]


def promoter(answer: Answer) -> Status:
    """Where the promoter stands."""
    [found] = [status for status in answer.status if status.identity == "promoter"]
    return found


def test_a_closure_that_moved_is_said_loudly() -> None:
    """It comes first, with what to decide; and nobody is told that nothing stands."""
    answer = corrections.closure_moved()
    assert (
        "● Careful: the closure of promoter is taken back (A-1), but the corrected record would close it by"
        " closure@T-4. promoter is open until somebody decides: confirm that one, or leave it open."
    ) in first(answer)
    assert "Nothing stands against promoter" not in told(answer)
    assert "注意：带货达人的关闭决定已撤回（A-1）" in first(answer, "zh")


def test_a_late_ticket_that_closes_the_year_before() -> None:
    """Closed since the ticket took effect; its period runs on, and the reset undone is told with its points."""
    answer = corrections.late()
    assert "promoter has been closed for good since 2022-01-06 14:00 (closure)." in first(answer)
    page = told(answer)
    assert "Ticket T-4 counts in 2021. That period was over when the ticket took effect; since then it runs on." in page
    assert (
        "2022-01-06 14:00: the reset after the period 2021 was undone by what came on record;"
        " 20 points of general and 90 points of severe came back and are in the balance"
    ) in page
    assert "last on 2022-01-01" not in page
    assert "last on 2022-01-01 00:00: 90 points of severe ended" in told(corrections.late("2022-01-05"))


def test_a_late_ticket_of_a_closed_period() -> None:
    """The fine clears nothing, the page says where the points count, and nothing is said of a reset that came later."""
    answer = corrections.late_and_open()
    assert "Next: pay the open 2,000 CNY; that settles the fine and takes no points off." in first(answer)
    page = told(answer)
    assert "Ticket T-2 counts in 2021, which was over when it took effect." in page
    assert "T-3, effective 2022-01-07 14:00: 4 points of severe count in 2021, not above" in page
    assert "Before that, 10 points of general had ended with the reset of 2022-01-01" not in page
    assert [(late.ticket, late.period) for late in promoter(answer).late] == [("T-2", "2021"), ("T-3", "2021")]


def test_what_people_did() -> None:
    """By whom, when and why; a waived fine is not called paid, and what was confirmed is not silent."""
    answer = corrections.by_people()
    assert "Lin, operations imposed suspend on 2021-05-04 10:00." in first(answer)
    page = told(answer)
    why = "“the seller proved the parcel was lost”"
    for sentence in (
        f"Lin, operations lifted it on 2021-03-02 09:00: {why} (O-1)",
        f"Lin, operations waived what was open of its fine on 2021-03-02 09:05: {why} (O-2)",
        f"Lin, operations confirmed it on 2021-05-03 10:00, and it has effect from then on: {why} (O-3)",
        f"Lin, operations imposed suspend, impose@O-4: {why} (O-4)",
        f"Lin, operations lifted short_ban@T-1, and there was nothing to lift: {why} (O-5)",
        "fine of 2,000 CNY, waived",
        "suspend from 2021-05-03 10:00 until 2021-05-17 10:00",
        "A person imposed it, not a rule.",
    ):
        assert sentence in page, sentence
    assert "2,000 CNY, paid" not in page and "Full payment" not in page
    assert {silent.rule.name for silent in answer.silent if silent.identity == "promoter"} == {"closure"}
    assert not any(fine.ends for fine in promoter(answer).fines)


def test_what_people_did_without_a_reason() -> None:
    """Where they say none, as in a test of a policy, there are no empty quotes."""
    answer = corrections.by_people()
    statuses = tuple(
        replace(status, by_people=tuple(replace(one, why="") for one in status.by_people)) for status in answer.status
    )
    page = told(replace(answer, status=statuses))
    assert "Lin, operations lifted it on 2021-03-02 09:00 (O-1)" in page
    assert "and there was nothing to lift (O-5)" in page
    assert "“”" not in page + told(replace(answer, status=statuses), "zh")


def test_what_people_did_to_what_was_taken_back() -> None:
    """They did it, to a decision that was taken back later; the first sentence leaves it out."""
    events = [
        answers.ticket("T-1", "2021-03-01 10:00", "general", 10),
        answers.ticket("T-2", "2021-03-02 10:00", "general", 10),
        corrections.override("O-1", "lift", "2021-03-03 09:00", decision="short_ban@T-2"),
        corrections.override("O-2", "waive", "2021-03-03 09:05", decision="short_ban@T-2"),
        corrections.appeal("A-1", "T-1", "annulled", "2021-04-01 10:00"),
    ]
    answer = answers.answer(answers.two_ledgers(), "2021-05-01", events)
    page = told(answer)
    assert "Lin, operations lifted short_ban@T-2, which was taken back later: “" in page
    assert "waived what was open of the fine of short_ban@T-2, which was taken back later: “" in page
    assert "nothing to act on" not in page and "override-without-effect" not in page
    assert "Lin" not in first(answer)
    assert "解除 short_ban@T-2，该决定其后已撤回" in told(answer, "zh")
    assert "没有可处理的内容" not in told(answer, "zh")


def closed_by_hand(*more: answers.Event) -> Answer:
    """An identity that a person closed."""
    closed = corrections.override("O-1", "impose", "2021-03-02 09:00", name="close_identity", identity="promoter")
    return answers.answer(answers.two_ledgers(), "2021-03-05", [closed, *more])


def test_closed_by_a_person() -> None:
    """No rule and no ticket did it, so no appeal against tickets is offered; lifted again, nothing stands."""
    said = first(closed_by_hand())
    assert "since 2021-03-02 09:00: Lin, operations imposed it (the seller proved the parcel was lost)." in said
    assert "appeal" not in said
    lifted = corrections.override("O-2", "lift", "2021-03-03 09:00", decision="impose@O-1", identity="promoter")
    answer = closed_by_hand(lifted)
    assert first(answer).partition("● ")[2] == "" and "Nothing stands against promoter." in first(answer)
    assert "promoter was closed until 2021-03-03 09:00, when a person lifted it" in told(answer)


def test_a_confirmed_closure_counts_from_its_confirmation() -> None:
    """Not from the instant at which the corrected record would have closed it."""
    more = answers.ticket("T-4", "2021-10-01 10:00", "severe", 9)
    gone = corrections.appeal("A-1", "T-3", "annulled", "2022-02-10 10:00")
    confirm = corrections.override("O-1", "confirm", "2022-02-12 10:00", decision="closure@T-4", identity="promoter")
    answer = answers.answer(answers.two_ledgers(), "2022-03-01", [*corrections.CLOSED, more, gone, confirm])
    assert "promoter has been closed for good since 2022-02-12 10:00 (closure)." in first(answer)
    assert "Careful" not in told(answer)


def test_what_would_make_a_decision_heavier() -> None:
    """By hand: 10 are cleared, 2 and 13 make 15, once 12. With 9 for the 10 nothing is cleared: 9, 2 and 13 make 24,
    twice 12. The decision stands as it was, and once is for review."""
    law = (
        "policy taobao\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives\n"
        "identities promoter\nledger points resets every year\nsanction hidden\n"
        "rule early: points >= 10 -> fine 500 clears\nrule repeat: every 12 of points -> hidden 7d each\n"
    )
    events = [
        answers.ticket("T-1", "2021-03-01", "points", 10),
        answers.payment("P-1", "2021-03-02", 500),
        answers.ticket("T-2", "2021-03-03", "points", 2),
        answers.ticket("T-3", "2021-03-05", "points", 13),
        corrections.appeal("A-1", "T-1", "reduced", "2021-03-20", points="9"),
    ]
    answer = answers.answer(answers.compiled(law), "2021-04-01", events)
    assert [decision.id for decision in answer.decisions] == ["repeat@T-3"]
    assert [(one.decision.id, one.excess) for one in answer.for_review] == [("early@T-2", False), ("repeat@T-3", True)]
    page = told(answer)
    assert "By the record as A-1 corrected it, it would count 1 more time; only that is for review." in page
    assert "2 decisions are for review: they have no effect unless a person confirms them." in page
    assert "应再多计 1 次" in told(answer, "zh")


def test_an_open_appeal() -> None:
    """Until it is decided all stands; one that was rejected is told of, and of a repealed ticket what that means."""
    answer = corrections.open_appeal()
    assert "The appeal A-3 against ticket T-2 is not decided; until then all of this stands." in first(answer)
    page = told(answer)
    assert "Appeal A-2 against ticket T-1 is rejected; everything stands." in page
    assert "Appeal A-4: ticket T-3 is repealed." in page
    assert "A-3 against ticket T-2, filed on 2021-03-06 10:00, is not decided" in page


def test_a_second_appeal_against_one_ticket() -> None:
    """A rejection before it was filed is no answer to it."""
    events = [
        answers.ticket("T-1", "2021-03-01 10:00", "general", 20),
        corrections.appeal("A-1", "T-1", "filed", "2021-03-02 10:00"),
        corrections.appeal("A-2", "T-1", "rejected", "2021-03-03 10:00"),
        corrections.appeal("A-3", "T-1", "filed", "2021-03-04 10:00"),
    ]
    answer = answers.answer(answers.two_ledgers(), "2021-03-05", events)
    assert [one.appeal for one in promoter(answer).appeals] == ["A-3"]
    assert "The appeal A-3 against ticket T-1 is not decided; until then all of this stands." in first(answer)


def test_a_reduction_before_its_ticket_is_issued() -> None:
    """There are no points yet that could be said to be reduced; once the ticket is there, it is told."""
    events = [
        answers.ticket("T-1", "2021-06-02 10:00", "general", 10, issued="2021-06-01 10:00"),
        corrections.appeal("A-1", "T-1", "reduced", "2021-05-01 10:00", points="4"),
    ]
    for lang in LANGUAGES:
        assert "A-1" not in told(answers.answer(answers.two_ledgers(), "2021-05-10", events), lang)
        assert "A-1" in told(answers.answer(answers.two_ledgers(), "2021-06-10", events), lang)


def test_tickets_that_are_not_final() -> None:
    """What is final soon is told with what it triggers; what nobody knows the end of, waits."""
    answer = corrections.not_final()
    assert "Ticket T-1 takes effect on 2021-03-11 10:00 with 20 points of general and triggers ban." in first(answer)
    page = told(answer)
    assert "T-2 takes effect when it is final: 10 points of general" in page
    assert "Points have no effect until a ticket is final." in page


def test_what_a_ticket_brings_once_it_is_final() -> None:
    """Nobody knows when that is; what it would bring is known, as things stand."""
    law = "policy slow\n  points have no effect until final\n  use standard\n"
    rules = "rule ban: general >= 20 -> suspend 3d\nrule end: severe >= 50 -> close_identity\n"
    events = [
        answers.ticket("T-1", "2021-03-01 10:00", "general", 12, final="2021-03-02 10:00"),
        answers.ticket("T-2", "2021-03-02 10:00", "general", 8),
        answers.ticket("T-3", "2021-03-02 10:00", "general", 7),
        answers.ticket("T-4", "2021-03-02 10:00", "severe", 50),
    ]
    answer = answers.answer(answers.compiled(law + rules), "2021-03-07", events)
    assert {one.ticket: one.triggers for one in promoter(answer).pending} == {
        "T-2": ("ban@T-2",),
        "T-3": (),
        "T-4": ("end@T-4",),
    }
    said = first(answer)
    assert (
        "Ticket T-2 with 8 points of general takes effect when it is final; as things stand it then triggers ban."
        in said
    )
    assert "triggers end and closes promoter for good." in said and "T-3" not in said
    assert "按目前情况，届时将触发 ban。" in first(answer, "zh")


def test_a_version_to_come() -> None:
    """No reset is announced of a ledger that will be gone by then, and the version is."""
    events = [answers.ticket("T-1", "2020-03-01", "credit", 10)]
    answer = answers.answer(corrections.shipped(), "2020-03-02", events)
    page = told(answer)
    assert "2020-04-28 00:00: version 2020-04-28 comes into force" in page
    assert "The points of credit end with it and count nowhere any more." in page
    assert "2021-01-01" not in page
    [before] = promoter(answers.answer(corrections.shipped(), "2019-03-02", [])).periods
    assert before.next_reset == answer.zone.read("2020-01-01")
    assert "comes into force" not in told(answers.answer(corrections.shipped(), "2021-03-02", []))


def test_a_number_without_a_name_has_a_bar() -> None:
    """What only an expression of a rule reads is shown where they stand, too; the fixed status has it not."""
    rules = answers.written("incurred(general) in 30d >= 40 -> suspend 1d\n")
    answer = answers.answer(rules, "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 10)])
    page = told(answer)
    assert "incurred(general) in 30 days 10 ██████░░░░░░░░░░░░░░░░░░ 30 points to" in page
    assert "incurred(general) in 30 days" not in as_json(answer)["status"]["promoter"]["measures"]


def test_many_taken_back() -> None:
    """The newest in full, the others in two lines each."""
    events: list[answers.Event] = []
    for n in range(12):
        day = f"2021-{n + 1:02}-05"
        events.append(answers.ticket(f"T-{n}", f"{day} 10:00", "general", 20))
        events.append(answers.payment(f"P-{n}", f"{day} 12:00", 2000))
        events.append(corrections.appeal(f"A-{n}", f"T-{n}", "annulled", f"{day} 14:00"))
    low = answers.written("general >= 20 -> suspend 3d, fine 2000 clears\n")
    answer = answers.answer(low, "2022-01-01", events)
    page = told(answer)
    assert page.count("◇") == 8
    assert "24,000 CNY is owed back in all, for 12 of the decisions below." in page
    assert "2021-02-05 10:00 general >= 20@T-1 2,000 CNY owed back" in page


def test_every_reason_of_silence_has_words() -> None:
    """A rule that is silent for a reason without words would end the page."""
    for lang in LANGUAGES:
        missing = {reason for reason in get_args(SilentReason) if f"silent.{reason}" not in load(lang)}
        # These say how far, or of which number nobody knows anything (`silent.unknown`).
        assert missing <= {"below_threshold", "above_threshold", "unknown_metric"}
        assert "silent.unknown" in load(lang)


def test_json_has_what_people_and_appeals_did() -> None:
    """By whom and why, and whether it found anything; each step of an appeal."""
    answer = as_json(corrections.by_people())
    assert [(one["event"], one["decision"], one["acted"]) for one in answer["overrides"]] == [
        ("O-1", "short_ban@T-1", True),
        ("O-2", "short_ban@T-1", True),
        ("O-3", "serious_ban@T-4", True),
        ("O-4", "impose@O-4", True),
        ("O-5", "short_ban@T-1", False),
    ]
    assert {one["by"] for one in answer["overrides"]} == {"Lin, operations"}
    steps = as_json(corrections.three_appeals())["appeals"]
    assert [one["outcome"] for one in steps] == ["filed", "reduced", "filed", "annulled", "filed", "annulled"]
    assert (steps[1]["before"], steps[1]["points"]) == ("10", "4")
    assert as_json(corrections.late_and_open())["late"][0] == {
        "ticket": "T-2",
        "identity": "promoter",
        "effective": "2022-01-06T14:00:00+08:00",
        "ledger": "general",
        "points": "10",
        "period": "2021",
    }


FINES = "rule low: general >= 20 -> fine 2000 clears\nrule high: severe >= 20 -> fine 5000\n"
GONE = [
    answers.ticket("T-1", "2021-03-01", "general", 20),
    answers.ticket("T-2", "2021-04-01", "severe", 20),
    corrections.appeal("A-1", "T-1", "annulled", "2021-06-01"),
]


def test_where_the_money_is_that_is_not_owed_back() -> None:
    """What had been paid, and which fine it fills now; where nobody ever paid, that."""
    answer = answers.answer(answers.written(FINES), "2021-10-01", [*GONE, answers.payment("P-1", "2021-04-05", 2000)])
    page = told(answer)
    assert "no money to pay back; 2,000 CNY had been paid: · 2,000 CNY of P-1, which fills high@T-2 now" in page
    assert "P-1中的2,000元，现抵high@T-2" in told(answer, "zh").replace(" ", "")
    [taken] = as_json(answer)["rescinded"]
    assert taken["owed_back"] == {"amount": "0", "payments": []} and "kept" not in taken
    assert taken["paid_then"] == [{"payment": "P-1", "amount": "2000"}]
    unpaid = answers.answer(answers.written(FINES), "2021-10-01", GONE)
    assert "no money: nothing was paid for it" in told(unpaid) and "无：未曾为其缴款" in told(unpaid, "zh")
    assert as_json(unpaid)["rescinded"][0]["paid_then"] == []


def test_money_in_part_owed_back_and_in_part_moved() -> None:
    """Two payments had filled the fine that is gone; one fills another fine, and one has no fine left."""
    payments = [answers.payment(f"P-{n}", f"2021-04-{n + 4:02}", paid) for n, paid in ((1, 2000), (2, 3000), (3, 700))]
    page = told(answers.answer(answers.written(FINES), "2021-10-01", [*GONE, *payments]))
    assert "700 CNY to pay back: · 700 CNY of P-3, paid on 2021-04-07 00:00" in page
    assert "In all 2,000 CNY had been paid for it: · 2,000 CNY of P-1, which fills high@T-2 now" in page


def test_money_that_is_kept_for_a_clearing_that_stays() -> None:
    """It is said to be kept, not that it was never paid."""
    law = f"policy t\n  use standard\n  annulment stays cleared\n{FINES}"
    events = [*GONE, answers.payment("P-1", "2021-03-05", 2000)]
    answer = answers.answer(answers.compiled(law), "2021-10-01", events)
    assert "2,000 CNY of P-1 is kept, for the clearing that it bought stays" in told(answer)
    assert "予以保留：其换得的清除维持有效" in told(answer, "zh")
    [taken] = as_json(answer)["rescinded"]
    assert taken["kept"] == taken["paid_then"] == [{"payment": "P-1", "amount": "2000"}]


def test_points_that_came_back_with_the_money() -> None:
    """P-2 had cleared 37 points; without T-0 the fine is paid by P-1, before T-2, and P-2 is owed back: 15 are back,
    and with T-3 a decision follows."""
    events = [
        answers.ticket("T-0", "2021-03-01", "severe", 25),
        answers.ticket("T-1", "2021-03-10", "general", 22),
        answers.payment("P-1", "2021-03-12", 2000),
        answers.ticket("T-2", "2021-03-20", "general", 15),
        answers.payment("P-2", "2021-03-25", 2000),
        answers.ticket("T-3", "2021-06-01", "general", 6),
        corrections.appeal("A-1", "T-0", "annulled", "2021-05-01"),
    ]
    law = answers.written(FINES.replace("5000", "2000"))
    answer = answers.answer(law, "2021-06-02", events)
    assert [decision.id for decision in answer.decisions] == ["low@T-1", "low@T-3"]
    sentence = "15 points of general came back, which P-2 had cleared on 2021-03-25 00:00: it"
    assert f"{sentence} is owed back for high@T-0." in told(answer)
    assert "P-2曾于2021-03-2500:00清除的一般违规15分恢复计分：该款现计入high@T-0的应退款项。" in told(
        answer, "zh"
    ).replace(" ", "")
    back = {"ledger": "general", "points": "15", "payment": "P-2", "decision": "low@T-1"}
    [appeal] = as_json(answer)["appeals"]
    assert appeal["points_back"] == [{**back, "cleared_at": "2021-03-25T00:00:00+08:00"}]
    assert "points_back" not in as_json(answers.answer(law, "2021-03-24", events))["appeals"][0]
    # Where there is another fine open, P-2 fills that.
    fine = corrections.override("O-1", "impose", "2021-03-22", identity="promoter", name="fine", amount="2000")
    assert f"{sentence} fills impose@O-1 now." in told(answers.answer(law, "2021-06-02", [*events, fine]))


def test_a_repeal_takes_nothing_back_by_itself() -> None:
    """Another appeal may have taken back what the ticket had caused: the page does not say that it stands."""
    events = [
        answers.ticket("T-1", "2021-03-01", "general", 12),
        answers.ticket("T-2", "2021-03-05", "general", 9),
        corrections.appeal("A-1", "T-2", "repealed", "2021-04-01"),
        corrections.appeal("A-2", "T-1", "reduced", "2021-05-01", points="3"),
    ]
    answer = answers.answer(answers.written(FINES), "2021-10-01", events)
    page = told(answer)
    assert [one.decision.id for one in answer.rescinded] == ["low@T-2"]
    assert "It counts no more from now on; that by itself takes back nothing that it had caused." in page
    assert "stands." not in page.partition("Taken back")[0]
    assert "自此不再计分，但不因此撤回此前引起的处罚" in told(answer, "zh")


def test_what_people_had_done_to_a_decision_that_was_taken_back() -> None:
    """Lifted, waived, and one that a person had confirmed; who did nothing to it is not named there."""
    ban = [
        answers.ticket("T-1", "2021-03-01", "general", 12),
        answers.ticket("T-2", "2021-03-05", "general", 9),
        corrections.override("O-1", "lift", "2021-03-06", decision="short_ban@T-2"),
        corrections.override("O-2", "waive", "2021-03-07", decision="short_ban@T-2"),
        corrections.override("O-3", "lift", "2021-03-08", decision="short_ban@T-1", identity="promoter"),
        corrections.appeal("A-1", "T-2", "annulled", "2021-06-01"),
    ]
    answer = answers.answer(answers.two_ledgers(), "2021-10-01", ban)
    why = "the seller proved the parcel was lost"
    [taken] = re.findall(" people (Lin.*?) was ·", told(answer))
    assert taken == (
        f"Lin, operations lifted it on 2021-03-06 00:00: “{why}” (O-1)"
        f" Lin, operations waived what was open of its fine on 2021-03-07 00:00: “{why}” (O-2)"
    )
    assert "于 2021-03-07 00:00 免除尚欠的违约金" in told(answer, "zh").partition("已撤回的决定")[2]


def test_a_decision_that_was_confirmed_and_then_taken_back() -> None:
    tickets = [answers.ticket(f"T-{day}", f"2021-03-0{day}", "general", 10) for day in (1, 2, 3)]
    first = corrections.appeal("A-1", "T-1", "annulled", "2021-04-01")
    second = corrections.appeal("A-2", "T-3", "annulled", "2021-05-01")
    confirm = corrections.override("O-1", "confirm", "2021-04-03", decision="short_ban@T-3")
    answer = answers.answer(answers.two_ledgers(), "2021-06-01", [*tickets, first, confirm, second])
    assert "confirmed it on 2021-04-03 00:00, and it had effect from then on: “the seller" in told(answer)
    assert "于 2021-04-03 00:00 确认，当时自该时起生效：“the seller" in told(answer, "zh")
