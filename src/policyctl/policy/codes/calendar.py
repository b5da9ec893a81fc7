"""Schedules, and days on which nobody works."""

from __future__ import annotations

from policyctl.source.codes import Explained

_HEAD = "policy shop\n  timezone Asia/Shanghai\nsanction ban\npoints >= 12 -> ban 7d\n"

CALENDAR: dict[str, Explained] = {
    "no-such-date": Explained(
        "A schedule names a date that never comes, or that does not come again by itself: a 40th of a month, a length "
        "that is no whole number, a reset every hour. Schedules are written: every year, every 12 months from opened, "
        "every monday at 09:00, every 1 july, every 15 of month, on first monday of january, on last day of month, on "
        "the name of an act. A day that only some months have is the last day of the others.",
        f"{_HEAD}ledger points resets every 40 of month",
        f"{_HEAD}ledger points resets every 31 of month",
    ),
    "no-such-time": Explained(
        "A time of day is written with two digits for the minutes, and lies between 00:00 and 24:00. 24:00 is the "
        "midnight that ends the day, which is 00:00 of the next one.",
        f"{_HEAD}ledger points resets every monday at 25:00",
        f"{_HEAD}ledger points resets every monday at 00:00",
    ),
    "only-days-are": Explained(
        "`5 business days` and `5 local days` count days: those on which people work, or days that end at the time of "
        "day at which they began, also where the clocks change. A week or a month is neither. Write how many days. "
        "`12 calendar months` end as a day begins; hours and minutes have no such form.",
        "general >= 20 -> suspend 2 business weeks",
        "general >= 20 -> suspend 10 business days",
    ),
    "no-file-of-days": Explained(
        "Holidays may stand in a file beside the policy, one day a line, with remarks behind `#`. Its name ends in "
        "`.txt` and has no folder in it, so that the file goes wherever the policy goes. What it says is part of the "
        "policy, and of its digest.",
        'use standard\nholidays "days/2026.txt"\ngeneral >= 20 -> suspend 5 business days',
        "use standard\nholidays 2026-01-01, 2026-02-17\ngeneral >= 20 -> suspend 5 business days",
    ),
}
