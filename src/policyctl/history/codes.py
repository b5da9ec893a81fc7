"""What can be wrong with a history, for people: the long text of every code, for `policyctl explain-code`."""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    # --- The account cannot be read at all ------------------------------------------------------------------
    "empty-history": (
        "The file is empty or holds only blank lines. An account to which nothing happened still has a history, so an "
        "empty file is a sign that an export failed. Write the account with an empty list of events: "
        '`{"merchant": "m-1", "events": []}`.'
    ),
    "not-utf-8": (
        "The file is written in another encoding than UTF-8, often GBK or UTF-16. Reading it anyway would turn names "
        "into other names without anybody noticing. Save or export the file as UTF-8; with or without a byte order "
        "mark makes no difference. Example: `iconv -f GBK -t UTF-8 old.json > new.json`."
    ),
    "not-json": (
        "The text breaks the rules of JSON at the line and column given: a quote, a comma or a bracket is missing or "
        "there is one too many, or the file was cut off. Nothing behind that place can be trusted, so the account is "
        'not answered. Example: `{"merchant": "m-1", "events": [],}` has a comma with nothing behind it.'
    ),
    "more-text": (
        "The account is complete, and yet the text goes on. One file holds either one account or one account a line; "
        "accounts that are spread over several lines each cannot stand behind one another. Put every account on a "
        'line of its own: `{"merchant": "m-1", "events": []}`, then `{"merchant": "m-2", "events": []}` below it.'
    ),
    "repeated-merchant": (
        "One merchant stands on several lines of a file with one account a line. Each line holds only a part of its "
        "history, so an answer for any of them would be wrong, and none is given; the other accounts are answered. "
        'Put all events of a merchant on one line: `{"merchant": "m-1", "events": [...]}`.'
    ),
    "account-not-an-object": (
        "The text is JSON, but not an account: an account is an object with the fields `merchant` and `events`. "
        "A list of accounts is not read either; take the list away and put one account on each line. "
        'Example: `{"merchant": "m-1", "events": []}`.'
    ),
    "no-finite-number": (
        "`NaN` and `Infinity` are not numbers, and not JSON, though some tools write them for a missing value. Points "
        "and money decide over sanctions, so a value without a meaning is not guessed at. Write the number, or `null` "
        'where there is none: `"amount": null`.'
    ),
    "number-too-long": (
        "A number in the file has hundreds of digits. No points, amounts or metrics look like this, so the file is "
        'broken or meant to do harm, and the account is not read. Write plain decimals: `"points": "10"`.'
    ),
    "broken-character": (
        "The text holds half a character: one of the two parts that a rare character or an emoji is made of, without "
        "the other. It happens when a program cuts a text to a length. It could not be printed in any answer, so the "
        "account is not read; export the text again without cutting it. Example: `\\ud83d` alone, where "
        "`\\ud83d\\ude00` is a face."
    ),
    # --- The account, or one event --------------------------------------------------------------------------
    "nested-too-deep": (
        "Lists and objects stand inside each other far deeper than any history needs. The depth is bounded so that "
        "no file can exhaust the machine. Flatten the value; a policy reads only what stands right in `attributes`: "
        'write `{"category": "food"}`, not `{"shop": {"category": "food"}}`.'
    ),
    "missing-field": (
        "A field is missing without which the account or the event means nothing. A field given as `null` counts as "
        "missing. An account needs `merchant` and `events`; every event needs `event` and `id`, a ticket `effective`, "
        "all other events `at`, and each kind a few more, which the message names. An override needs the `decision` "
        "it is about, unless it imposes something by `name`."
    ),
    "unknown-field": (
        "The account or the event has a field that is not known for it, most often a misspelt one. Passing over it "
        "could drop a date or an amount that decides the answer, so it is an error. Correct the name (the nearest "
        "known one is suggested), or move data of your own into `attributes`: "
        '`"attributes": {"source_table": "tickets_v2"}`.'
    ),
    "repeated-field": (
        "One object gives a field twice. Programs disagree about which of the two counts, so neither is taken. Keep "
        'the right one: `{"points": "10", "points": "5"}` becomes `{"points": "5"}`.'
    ),
    "wrong-type": (
        "A field holds another kind of value than it should: a number where text belongs, an object where a list "
        "belongs. Numbers may be written as JSON numbers or as text, everything else in one way only; `true` and "
        '`false` are never numbers. Example: `"id": 88` becomes `"id": "88"`.'
    ),
    "empty-text": (
        "A field holds an empty text or only blanks. An empty name would match nothing, or other empty names, which "
        "is worse. Write what it is; leave an optional field out or give `null` where there is nothing to say: "
        '`"identity": ""` becomes `"identity": null`.'
    ),
    "control-character": (
        "An id, a name or a text holds a line break, a tab or another character that controls how text is laid out. "
        "Such an id looks the same as another one on the screen and is not, and it breaks the lines of a report. Take "
        "the character out; only `why` may have several lines. Example: `T-88` with a tab behind it becomes `T-88`."
    ),
    "bad-instant": (
        "A field that names a date and time cannot be read as one. Years from 1970 to 2199 are known; without an "
        "offset the time is read in the time zone of the policy, and a time that does not exist or exists twice there, "
        "when the clocks change, needs its offset; seconds have at most six digits behind the point. Write "
        "`2021-03-01T10:00:00+08:00`, `2021-03-01 10:00` or "
        "`2021-03-01`."
    ),
    "not-a-plain-number": (
        "A number is not written as a plain decimal: at most 15 digits before the point and 9 behind it, a minus "
        "before them where it may be negative, and nothing else. Separators between thousands, and exponents in "
        "a text, are refused, because money and points must mean the same to every reader. Write `2000` for `2,000`, "
        'and `1000` for `"1e3"`.'
    ),
    # --- One event is left out ------------------------------------------------------------------------------
    "event-not-an-object": (
        "The list of events holds something that is no event: a text, a number, `null` or another list. It is left "
        "out and the account is marked incomplete, because nobody can tell what happened. Write each event as an "
        'object: `{"event": "act", "id": "E-1", "name": "exam_passed", "at": "2021-03-01"}`.'
    ),
    "unknown-event": (
        "The kind of an event is none of `ticket`, `payment`, `appeal`, `act`, `metric`, `override` and `decided`. The "
        "event is left out and the account is marked incomplete. Correct the word; what has no kind of its own is an "
        'act or a metric with a name: `{"event": "act", "id": "E-1", "name": "exam_passed", "at": "2021-03-01"}`.'
    ),
    "unknown-value": (
        "A field that knows only a few words holds another one: the `outcome` of an appeal is `filed`, `rejected`, "
        "`annulled`, `repealed` or `reduced`, the `action` of an override `lift`, `waive`, `confirm` or `impose`. "
        "These words decide what happens to a ticket or a decision, so no near one is taken for it. Correct the word: "
        '`"outcome": "anulled"` becomes `"outcome": "annulled"`.'
    ),
    "bad-id": (
        "The id of an event holds `@` or `/`. Decisions are named after the event that led to them, as in "
        "`short_ban@T-97` or `short_ban@T-97/2021`, so these two characters would make that name ambiguous. Use "
        "another character: `2021/88` becomes `2021-88`."
    ),
    "bad-revision": (
        "`revision` is not a whole number from 1. It says which version of an event this is: the first is 1, which is "
        "also what counts where it is left out, and each correction has the next number. Write "
        '`"revision": 2` for the first correction.'
    ),
    "not-above-zero": (
        "Points or an amount are zero or below. A ticket always carries points above zero, and the policy says whether "
        "they add to a ledger or take away from it; a payment is always money received. To take back a ticket write an "
        'appeal: `{"event": "appeal", "id": "A-1", "ticket": "T-88", "outcome": "annulled", "at": "2021-03-01"}`.'
    ),
    "dates-out-of-order": (
        "Two dates of an event contradict each other: a ticket happened (`occurred`) or was issued after it took "
        "effect, or what the platform or a person imposed ended before it started. One of them must be wrong, and "
        "which one decides over periods and windows, so the event is left out. Example: `issued` 2021-03-05 with "
        "`effective` 2021-03-03; correct one of the two."
    ),
    "ticket-without-charge": (
        "A ticket says neither for which offence it is nor how many points go to which ledger, so it cannot count. "
        'Give it an `offence`, or both `ledger` and `points`: `"offence": "out_of_scope.minor"`, or '
        '`"ledger": "general", "points": "10"`.'
    ),
    "ledger-without-points": (
        "A ticket names the ledger but not the points. Both belong together; points are not looked up by ledger. Add "
        'the points, `"ledger": "general", "points": "10"`, or take the ledger away and name the `offence`, whose '
        "points the policy knows."
    ),
    "points-without-ledger": (
        "A ticket has points but does not say to which ledger they go. Both belong together, also where the ticket "
        'names its offence. Add the ledger, `"ledger": "general", "points": "10"`, or take the points away and name '
        "the `offence`, whose points and ledger the policy knows."
    ),
    "reduced-without-points": (
        "An appeal reduced a ticket, but the new points are missing. `points` are what the ticket has after the "
        "appeal, not the difference. Write "
        '`"outcome": "reduced", "points": "5"` where a ticket of 10 points became one of 5.'
    ),
    "points-without-reduced": (
        "An appeal carries points, but its outcome does not change the points of the ticket. Either the outcome is "
        '`reduced`, or the points are in the wrong place. Write `"outcome": "reduced", "points": "5"`, or leave '
        "`points` out."
    ),
    "conflicting-events": (
        "One id stands for different events: the same revision is given with different content, or the id is used "
        "for events of different kinds, or one of the two has an error in it. Nobody can say which of them is true, so "
        "all of them are left out and the account is marked incomplete. Keep the right one, give each event an id of "
        'its own, or number corrections: the same id with `"revision": 2` replaces the first version.'
    ),
    "repeated-event": (
        "An event is given more than once with the same content, and counts once. This is no error, but exports that "
        "repeat events often lack others, for example where two pages of a query overlap. Two payments of one amount "
        "need two ids: `P-1` and `P-2`."
    ),
}
"""Code -> what is wrong, why it matters, how to put it right."""
