"""The first sentence and the lines of status: what is to come, what is missing, what is up, and how far things are."""

from __future__ import annotations

from msgspec.structs import replace

from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer

from . import answers


def told(answer: Answer, lang: Language = "en") -> str:
    """What is printed, without its lines."""
    return " ".join(" ".join(line.plain for line in lines(answer, lang=lang, width=120)).split())


def first(answer: Answer, lang: Language = "en") -> str:
    """The first sentences, of the identity that is told of first."""
    shown = [line.plain for line in lines(answer, lang=lang, width=120)]
    return " ".join(line.strip() for line in shown[shown.index("") + 1 :]).partition("Decisions")[0]


def before_two_tickets() -> Answer:
    """15 points live, a ticket to come that closes the identity, and one behind it."""
    return answers.answer(
        answers.card(),
        "2021-03-05",
        [
            answers.ticket("T-1", "2021-03-01", "general", 15),
            answers.ticket("T-2", "2021-03-09", "severe", 85, issued="2021-03-04"),
            answers.ticket("T-3", "2021-03-10", "general", 10, issued="2021-03-04"),
        ],
    )


def test_a_pending_ticket_that_closes_the_identity() -> None:
    """It is said plainly; the one behind it triggers nothing, for nothing fires for a closed identity."""
    answer = before_two_tickets()
    sentence = (
        "Ticket T-2 takes effect on 2021-03-09 00:00 with 85 points of severe,"
        " triggers year_total >= 100 and closes promoter for good."
    )
    assert sentence in first(answer)
    assert "T-3" not in first(answer)
    shown = told(answer)
    assert "triggers year_total >= 100 and closes promoter for good year_total >= 100 -> close_identity" in shown
    assert "T-3 takes effect on 2021-03-10 00:00: 10 points of general" in shown
    assert "10 points of general, triggers" not in shown
    chinese = first(answer, "zh")
    assert "违约单 T-2 将于 2021-03-09 00:00 生效，计严重违规 85 分，届时将触发累计违规分 ≥ 100" in chinese
    assert "带货达人将被永久关闭" in chinese.replace(" ", "")


def test_the_second_of_two_pending_tickets() -> None:
    """Neither is enough alone: the first sentence names the one that brings the ban."""
    tickets = [
        answers.ticket("T-1", "2021-03-09", "general", 10, issued="2021-03-04"),
        answers.ticket("T-2", "2021-03-10", "general", 10, issued="2021-03-04"),
    ]
    answer = answers.answer(answers.card(), "2021-03-05", tickets)
    assert "Ticket T-2 takes effect on 2021-03-10 00:00 with 10 points of general and triggers general >= 20." in first(
        answer
    )
    assert "T-1" not in first(answer)
    assert "届时将触发一般违规 ≥ 20。" in first(answer, "zh")
    assert "T-1 takes effect on 2021-03-09 00:00: 10 points of general T-2" in told(answer)


def test_every_rule_that_a_pending_ticket_triggers() -> None:
    """Two rules at once, the one that closes the identity among them; the closing ticket comes first."""
    tickets = [
        answers.ticket("T-1", "2021-03-09", "general", 20, issued="2021-03-04"),
        answers.ticket("T-2", "2021-03-10", "severe", 90, issued="2021-03-04"),
    ]
    shown = first(answers.answer(answers.two_ledgers(), "2021-03-05", tickets))
    assert "triggers closure and serious_ban and closes promoter for good. Ticket T-1 takes effect" in shown


def test_more_pending_tickets_than_anybody_would_read() -> None:
    """Of many that trigger something three are named."""
    tickets = [answers.ticket(f"T-{n}", f"2021-03-1{n}", "severe", 10, issued="2021-03-04") for n in range(5)]
    rules = answers.written("rule often: every 10 of severe -> suspend 1d\n")
    shown = first(answers.answer(rules, "2021-03-05", tickets))
    assert "Ticket T-2" in shown and "T-3" not in shown
    assert "2 more pending tickets trigger something." in shown


def wrong(**more: str) -> answers.Event:
    """A ticket that has to be left out."""
    return answers.ticket("T-9", "2021-03-01", "severe", 85) | more


def test_no_all_clear_where_an_event_was_left_out() -> None:
    """The identity that it concerns is told of first, and only by what is counted."""
    answer = answers.answer(answers.card(), "2021-03-05", [wrong(ledger="sever")])
    assert first(answer).startswith(
        "● This answer is incomplete: 1 event was left out, so more may stand against promoter."
        " By the events that are counted, nothing stands against promoter."
    )
    chinese = first(answer, "zh")
    assert chinese.startswith("● 本结果不完整：有 1 条记录未计入，带货达人可能还有其他处罚。就已计入的记录而言，")
    assert "merchant" not in first(answer)


def test_an_event_of_nobody_that_is_known() -> None:
    """It may be anybody's: no identity gets an all-clear."""
    answer = answers.answer(answers.card(), "2021-03-05", [wrong(identity="promotor"), wrong(id="T-8", ledger="sever")])
    shown = told(answer)
    assert "2 events were left out, so more may stand against promoter." in shown
    assert "1 event was left out, so more may stand against merchant." in shown
    assert "Nothing stands" not in shown
    assert "unknown-identity" in told(answer)


def test_a_running_sanction_does_not_hide_what_was_left_out() -> None:
    """The sentence comes first there, too."""
    tickets = [answers.ticket("T-1", "2021-03-04", "general", 20), wrong(ledger="sever")]
    assert first(answers.answer(answers.card(), "2021-03-05", tickets)).startswith(
        "● This answer is incomplete: 1 event"
    )


def test_a_flag_is_no_all_clear() -> None:
    """Nothing to pay and nothing that runs, but a flag."""
    rules = answers.written("flag watched\nrule watch: general >= 10 -> watched\n")
    answer = answers.answer(rules, "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 10)])
    assert "No sanction runs and no fine is open against promoter, but the flag watched is up." in first(answer)
    assert "但有标记 watched。" in first(answer, "zh")
    [promoter] = [status for status in answer.status if status.flags]
    assert " are up." in first(replace(answer, status=(replace(promoter, flags=("other", "watched")),)))


def test_a_number_that_must_be_passed() -> None:
    """At 5 with `> 5` nothing is missing but any more points, and below it more than the difference."""
    rules = answers.written("general > 5 -> suspend 1d\ncount(tickets) this year > 1 -> suspend 2d\n")
    answer = answers.answer(rules, "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 5)])
    shown = told(answer)
    assert "0 points" not in shown and "0 tickets away" not in shown
    assert "any more points will do." in first(answer) or "any more tickets will do." in first(answer)
    assert "any more points will do: general is at 5" in shown
    assert "any more points: general > 5" in shown
    assert "any more tickets will do: count(tickets) this year is at 1" in shown
    assert "more than 5 points away: general is at 0" in shown
    chinese = told(answer, "zh")
    assert "尚差 0" not in chinese
    assert "分数再有增加即达到：一般违规现为 5" in chinese
    assert "再有一张违约单即达到" in chinese


def test_what_waits_begins_behind_its_own_kind() -> None:
    """The longest is another sanction: what is queued is not put behind that one."""
    text = """\
sanction b "乙" overlap extends
sanction c "丙" overlap consecutive
sanction e "戊" overlap heaviest
rule r1: general >= 5 -> b 3d, c 3d, e 9d
rule r2: general >= 10 -> b 3d, c 3d, e 2d
rule r3: general >= 15 -> c permanently
"""
    tickets = [answers.ticket(f"T-{n}", f"2021-03-0{n}", "general", 5) for n in (1, 2, 3)]
    two = answers.answer(answers.written(text), "2021-03-03", tickets[:2])
    assert (
        "3 sanctions run against promoter, the longest, e, until 2021-03-10 00:00 (7 days left)."
        " When the running c has ended, it runs again from 2021-03-04 00:00 until 2021-03-07 00:00."
    ) in first(two)
    assert "After it" not in first(two)
    assert "执行中的丙结束后，自 2021-03-04 00:00 起再次执行，至 2021-03-07 00:00 止。" in first(two, "zh")
    three = answers.answer(answers.written(text), "2021-03-03", tickets)
    assert "2 more of it run one after the other; the last one from 2021-03-07 00:00, for good." in first(three)


def test_no_list_of_no_reasons() -> None:
    """`severe = 0` rests on no ticket: no table stands below it."""
    rules = answers.written("severe = 0 and general >= 10 -> suspend 1d\n")
    shown = told(answers.answer(rules, "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 10)]))
    assert "severe (严重违规) stood at 0; one condition is exactly 0 points. general (一般违规) rose" in shown
    assert shown.count("effective") == 1


def test_events_that_contradict_each_other_are_all_counted() -> None:
    """One problem tells of them all, and its number is that of the events."""
    payment = answers.payment("T-1", "2021-03-02", 5)
    same = answers.ticket("T-1", "2021-03-01", "general", 5)
    for events, count in (([same, payment], 2), ([same, same | {"points": "6"}, same], 3)):
        answer = answers.answer(answers.card(), "2021-03-05", events)
        shown = told(answer)
        assert f"This answer is incomplete: {count} events were left out" in shown
        assert f"The answer below is given without {count} events." in shown
        assert f"{'both' if count == 2 else 'all 3'} are left out" in shown
        assert f"有 {count} 条记录未计入" in told(answer, "zh")
        [problem] = answer.anomalies
        assert problem.events == count


def test_an_event_beside_a_broken_one_is_counted_once() -> None:
    """The broken one has its own problem."""
    broken = answers.ticket("T-1", "2021-03-01", "general", 5) | {"points": "five"}
    answer = answers.answer(answers.card(), "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 5), broken])
    assert "This answer is incomplete: 2 events were left out" in told(answer)


PERMANENT = "rule r1: general >= 5 -> suspend permanently\nrule r2: general >= 10 -> fine 200 clears general\n"


def test_what_is_left_against_a_sanction_for_good() -> None:
    """As for a closure: no payment ends it, an appeal may."""
    tickets = [answers.ticket(f"T-{n}", f"2021-03-0{n}", "general", 5) for n in (1, 2)]
    one, both = (answers.answer(answers.written(PERMANENT), "2021-03-05", given) for given in (tickets[:1], tickets))
    left = "what is left is an appeal against its tickets."
    assert f"There is nothing to pay, and suspend does not end by itself; {left}" in first(one)
    assert "无需缴款，短封不会到期解除，仅可对相关违约单提出申诉。" in first(one, "zh")
    assert "Paying does not end suspend; what is left there is an appeal against its tickets." in first(both)
    assert "缴款不能解除短封，仅可对相关违约单提出申诉。" in first(both, "zh").replace(" ", "")


def test_a_closure_that_a_person_imposed_without_a_reason() -> None:
    """No empty brackets stand where the reason would; a test may leave it out."""
    event: answers.Event = {"event": "override", "id": "O-1", "identity": "promoter", "at": "2021-03-01"}
    event |= {"action": "impose", "name": "close_identity", "by": "Lin", "why": "fraud"}
    answer = answers.answer(answers.card(), "2021-03-05", [event])
    silent = (tuple(replace(one, why="") for one in status.by_people) for status in answer.status)
    statuses = (replace(status, by_people=by) for status, by in zip(answer.status, silent, strict=True))
    answer = replace(answer, status=tuple(statuses))
    assert "since 2021-03-01 00:00: Lin imposed it. Paying does not reopen it." in first(answer)
    assert "由 Lin 决定永久关闭。" in first(answer, "zh")


def test_a_sanction_for_good_that_a_person_imposed() -> None:
    """No ticket stands behind it."""
    event: answers.Event = {"event": "override", "id": "O-1", "identity": "promoter", "at": "2021-03-01"}
    event |= {"action": "impose", "name": "suspend", "by": "Lin", "why": "fraud"}
    tickets = [answers.ticket(f"T-{n}", "2021-03-03", "general", 5) for n in (1, 2)]
    rules = answers.written("rule r2: general >= 10 -> fine 200 clears general\n")
    alone, fined = (answers.answer(rules, "2021-03-05", [event, *given]) for given in ([], tickets))
    assert "There is nothing to pay, and suspend does not end by itself; a person imposed it" in first(alone)
    assert "Paying does not end suspend; a person imposed it, and a person can lift it." in first(fined)
    assert "against its tickets" not in first(alone) + first(fined)
    assert "该处罚由人工作出，可由人工解除。" in first(alone, "zh")


def test_every_full_number_is_said_as_such() -> None:
    """`every 7`, from 0 to 20: it fires at 7 as well as at 14."""
    rules = answers.written("rule ev: every 7 of general -> suspend 1d each\n")
    answer = answers.answer(rules, "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 20)])
    assert "rose from 0 to 20; the rule fires at every full 7 points (here 14 points)." in told(answer)
    assert "规则在每满 7 分（此次为 14 分）时触发。" in told(answer, "zh")


def test_a_reset_that_ended_points_and_later_ones_that_found_none() -> None:
    """The last reset is not said to be the one that last ended something."""
    tickets = [answers.ticket("T-1", "2020-06-01", "general", 5)]
    soon, later = (answers.answer(answers.two_ledgers(), at, tickets) for at in ("2021-03-05", "2023-03-05"))
    assert "last on 2021-01-01 00:00: 5 points of general ended" in told(soon)
    assert "last on" not in told(later)
    assert "2021-01-01 00:00: 5 points of general ended; the resets since then found nothing to end" in told(later)
    assert "此后各次清零时均无分数可清" in told(later, "zh")
    [promoter] = [status for status in soon.status if status.identity == "promoter"]
    gone = tuple(period for period in promoter.periods if period.ledger != "general")
    assert "of general ended" not in told(replace(soon, status=(replace(promoter, periods=gone),)))
