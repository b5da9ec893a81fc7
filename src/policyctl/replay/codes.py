"""What can be wrong with events once a policy looks at them: the long text of every code.

Errors are events that had to be left out although they should count: the answer is marked incomplete. Everything else
is an anomaly: the answer is complete, and somebody should look.
"""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    # --- whose event it is --------------------------------------------------------------------------------------------
    "missing-identity": (
        "The policy has several identities, and the event does not say which of them it concerns, nor does it name a "
        "ticket or a decision that would tell. Points and fines of two identities never mix, so the event is left "
        'out and the answer is marked incomplete. Add the identity: `"identity": "promoter"`.'
    ),
    "unknown-decision": (
        "A payment or an override names a decision, and leaves it to that to say which identity it concerns; but the "
        "account has no such ticket, at least none that was on record by then. Nobody can tell whose it is, so it "
        "changes nothing; the amount of a payment stands beside the anomaly. Correct the id, or add the identity: "
        '`"decision": "short_ban@T-97"` where the account has a ticket T-97.'
    ),
    "unknown-identity": (
        "An event, or the option `--identity`, names an identity that the policy does not have. An event of this "
        "kind is left out and the answer is marked incomplete. Correct the name, or declare it in the policy: wrong "
        'is `"identity": "promotor"` where the policy says `identities merchant, promoter`, right is `"identity": '
        '"promoter"`.'
    ),
    "identity-differs": (
        "The event says one identity and names a ticket or decision that belongs to another. One of the two is "
        "wrong, and guessing could pay the fine of somebody else, so the event is left out and the answer is marked "
        'incomplete. Leave `identity` out: a payment with `"decision": "short_ban@T-97"` takes the identity of T-97.'
    ),
    "no-date-to-count-from": (
        "A ledger of the policy is reset, or a condition holds, so long after the account was opened or after a date "
        "in one of its attributes, and the account does not give that date. So all is one period, the condition does "
        'not hold, and the answer is marked incomplete. Add the date: `"opened": "2020-01-15"`, or '
        '`"attributes": {"licensed": "2020-01-15"}`.'
    ),
    "offence-of-another": (
        "The policy says that only one identity can commit this offence (`offence fake for promoter`), and the ticket "
        "is for another one. One of the two is wrong, so the ticket is left out and the answer is marked incomplete. "
        "Correct the identity of the ticket, or its offence."
    ),
    "amount-unknown": (
        "A rule fired whose fine (or number of points) is reckoned from something that nobody knew at that instant, "
        "such as a deposit that no metric of the history tells. What cannot be reckoned is not opened, and the answer "
        "is marked incomplete. Add what is missing, dated not later than the decision: "
        '`{"event": "metric", "id": "R-1", "name": "deposit", "value": "150000", "at": "2021-01-01"}`. A ticket whose '
        "points are reckoned from a number that neither it nor the account carries is left out; add the number to its "
        '`attributes`: `"attributes": {"victims": 2}`, a number without quotation marks.'
    ),
    "nothing-chosen": (
        "The policy leaves a range of points for this offence, of which each ticket carries one number, and the ticket "
        "carries none. Nobody can say what it costs, so it is left out and the answer is marked incomplete. Add the "
        'number by the name of the ledger: `"chosen": {"general": "7"}`.'
    ),
    "chosen-out-of-range": (
        "A ticket carries a number of points that lies outside of the range which the policy leaves for its offence. "
        "The ticket is left out and the answer is marked incomplete. Correct the number, or the offence: where an "
        'offence says `general +5 to 10`, `"chosen": {"general": "12"}` is too much.'
    ),
    "least-of-range": (
        "A rule leaves a range, such as `suspend 3d to 7d` or `fine 500 to 1000`, and no ticket of its step carries a "
        "number from it. The decision is told with the least that the rule says, and the answer is marked incomplete. "
        "Add what was chosen to the ticket, by the name of the sanction or the ledger or by `fine`, a length as a "
        'number of its units: `"chosen": {"suspend": "5", "fine": "700"}`.'
    ),
    "both-chosen": (
        "A rule imposes one of two things, such as `suspend 3d or instead fine 500`, and the tickets of its step say "
        "in `chosen` that both were. The first is imposed alone, and the answer is marked incomplete. Correct the "
        "ticket; or where the rule book says and/or, let the rule say `suspend 3d or instead fine 500 or both`."
    ),
    "ticket-too-old": (
        "The policy says that a ticket which is issued too long after the act does not count, and this one was. It "
        "changes nothing. Correct `occurred` or `issued` of the ticket, if one of them is wrong: with `no tickets more "
        "than 2 years after occurred`, what occurred on 2020-03-01 is issued until 2022-03-01."
    ),
    "appeal-too-late": (
        "The policy says until when an appeal may be filed, and this one was filed later. It is not heard: it is told "
        "of and changes nothing. What was decided about the ticket all the same counts. With `no appeals more than 30 "
        "days after issued`, a ticket issued on 2021-03-01 is appealed until 2021-03-31."
    ),
    # --- when it happened ---------------------------------------------------------------------------------------------
    "before-opened": (
        "The event lies before the account was opened, so there was nobody to whom it could have happened. It is "
        "left out and reported. Correct the date of the event, or `opened`: a ticket effective on 2020-01-10 does "
        'not fit `"opened": "2020-01-15T00:00:00+08:00"`.'
    ),
    "before-first-version": (
        "The event lies before the first version of the policy is in force, or the ticket is judged by a date that "
        "does (`judge by issued`, say). No rule of that time is known, so the event is left out and reported. Add "
        "the older version to the folder of the policy, or leave the event out of the history."
    ),
    # --- what it names ------------------------------------------------------------------------------------------------
    "recorded-after-effective": (
        "The ticket, or the repeal of one, came on record only after it had taken effect. It counts from when it took "
        "effect, so an answer that was given in between may have been another one. Nothing has to be put right, unless "
        "`recorded` is a typing mistake."
    ),
    "unknown-ticket": (
        "The event names a ticket that this account does not have. A ticket or a payment counts all the same, and this "
        "is only reported; an appeal against such a ticket is left out. Mostly the ticket belongs to another account, "
        'or an export lost it. Correct the id: `"ticket": "T-88"`.'
    ),
    "unknown-ledger": (
        "The ticket posts to a ledger that the version judging it does not have. Its points would be lost, so the "
        "ticket is left out and the answer is marked incomplete. Correct the name (`genral` becomes `general`); or "
        "the ticket is judged by another version of the policy than you think, with other ledgers."
    ),
    "unknown-offence": (
        "The ticket names an offence that the version judging it does not have, or an offence with severities "
        "without saying which. What it costs is not known, so it is left out and the answer is marked incomplete. "
        'Write `"offence": "out_of_scope.minor"`, not `"offence": "out_of_scope"`; or give `ledger` and `points` '
        "instead."
    ),
    "offence-differs": (
        "The ticket names an offence and carries points of its own, and the policy says that the offence costs "
        "something else. Either the ticket or the policy is wrong, so the ticket is left out and the answer is "
        "marked incomplete. Leave `ledger` and `points` out to take what the policy says, or correct the offence."
    ),
    "unknown-act": (
        "The policy has no rule that asks for this act, so it changes nothing. It is reported because a misspelt "
        "name would look the same. Nothing has to be done if the act is none of the policy's business."
    ),
    "unlisted-value": (
        "The policy lists the values that an attribute may have, and the account (or a ticket) has another one. No "
        "condition that asks for a listed value holds for it, so a misspelt value would change decisions unseen. "
        "Correct it, or add it to the list: `attribute vehicle = ordinary, large`."
    ),
    "unknown-metric": (
        "The policy has no rule that reads this number from outside, so it changes nothing. It is reported because a "
        "misspelt name would look the same. Nothing has to be done if the number is none of the policy's business."
    ),
    # --- payments -----------------------------------------------------------------------------------------------------
    "payment-fits-no-fine": (
        "Money is left over: the payment came before any fine, when all fines were paid, or exceeds the fine it "
        "names. The amount left over stands beside the anomaly; it is neither kept as credit nor dropped in silence. "
        "Check whether a ticket or a decision is missing, or whether the money is to be paid back. Example: 2500 are "
        "paid for a fine of 2000, and 500 fit no fine."
    ),
    "amount-finer-than-currency": (
        "A payment, or a fine that a person imposes, has more digits behind the point than its currency has: yuan, "
        "dollars and euros are counted in hundredths, yen are whole, a few currencies have thousandths (ISO 4217; one "
        "that is not in that list is counted in hundredths). Nobody can pay such an amount, so it was miscounted or "
        "mistyped; the event is left out and the answer is marked incomplete. Write what was paid: "
        '`"amount": "10.005"` becomes `"amount": "10.01"`.'
    ),
    "payment-names-no-decision": (
        "The payment names a decision that did not stand when it was made, so no fine takes the money; the whole "
        "amount stands beside the anomaly. Mostly the id has a slip, or the policy decides otherwise than the "
        'platform did. Name the decision as `policyctl explain` prints it, `"decision": "short_ban@T-97"`, or leave '
        "it out: then the payment fills the oldest open fine."
    ),
    # --- late tickets, appeals, people --------------------------------------------------------------------------------
    "late-ticket-out-of-time": (
        "The ticket counts for a period that was closed, and it took effect later than the policy takes such tickets "
        "(`late tickets until 24 months`, counted from the end of the period). It has no effect at all. Nothing has to "
        "be put right, unless one of its dates is a typing mistake."
    ),
    "reduced-two-ledgers": (
        "An appeal reduces a ticket that posts to two ledgers, and gives one number of points. Which ledger is meant "
        "cannot be known, so the appeal is left out and the answer is marked incomplete. Annul the ticket, and issue "
        "one ticket for each ledger."
    ),
    "reduced-not-less": (
        "An appeal reduces a ticket to more points than it has. A correction never makes a merchant worse, so the "
        "appeal is left out and the answer is marked incomplete. Write in `points` what is left after the reduction: "
        "4 for a ticket of 10 points of which 6 are taken back."
    ),
    "unknown-sanction": (
        "A person imposes something that the policy in force does not have. Only a sanction of the policy, `fine` with "
        "its `amount`, or `close_identity` can be imposed. The override is left out and the answer is marked "
        "incomplete. Correct the name."
    ),
    "fine-without-amount": (
        "A person imposes a fine and does not say how much it is. The override is left out and the answer is marked "
        'incomplete. Add the amount: `"amount": "500"`.'
    ),
    "override-without-effect": (
        "A person lifts, waives or confirms something, and there is nothing of that kind at that instant: the "
        "decision does not stand, its sanctions are over, its fine is paid, or it is not for review. Nothing changes. "
        "Mostly the id of the decision has a slip, or the date of the override lies before the decision."
    ),
    "closure-moved": (
        "An appeal takes back the closure of an identity, and the record as it was corrected would close it by another "
        "decision, of the same rule or another one. A correction never makes a merchant worse in the past, so that "
        "closure has no effect: it is for review, and the identity is open, unless it was closed otherwise since. "
        "Somebody has to decide: an override that confirms the decision for review closes the identity from then on."
    ),
}
"""Code -> what is wrong, why it matters, how to put it right."""
