"""Random policies, as texts: one to three dated versions over the whole core of the language."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.worlds.choices import Choices, some
from tests.worlds.effects import LENGTHS
from tests.worlds.rules import each, ladder, rule
from tests.worlds.vocabulary import POINTS, Vocabulary, blocking, number

Texts = dict[str, str]
"""Policy files by name; all belong to the policy `POLICY`."""

POLICY = "world"
ZONES = ("Asia/Shanghai",) * 5 + ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Beirut")
FIRST_DATES = ("2020-04-28", "2021-01-01", "2020-01-01", "2021-01-15", "2021-02-01")
LATER_DATES = (
    ("2021-04-01", "2021-03-15", "2021-07-01", "2021-05-01 10:30", "2021-02-20"),
    ("2022-01-01", "2022-03-10", "2021-10-01", "2022-02-15 12:00"),
)


@dataclass
class Frame:
    """What all versions of a policy share."""

    timezone: str
    currency: str
    annulment: str
    judge_by: str | None
    identities: tuple[str, ...]
    flags: dict[str, bool]
    sanctions: dict[str, list[str]]
    shapes: dict[str, frozenset[str]]
    waits: bool
    """Points have no effect until they are final, in most versions."""
    plain: bool
    """Rules are of the kinds whose decisions depend on each other."""
    reckons: bool
    """Some fines and lengths are reckoned from a balance."""


@dataclass
class Written:
    """A version as it was written: parts of it may be written again in the next."""

    words: Vocabulary
    declared: dict[str, str] = field(default_factory=dict)
    rules: list[tuple[str, str]] = field(default_factory=list)
    sanctions: dict[str, list[str]] = field(default_factory=dict)


def policies(choices: Choices, *, corrected: bool = False) -> Texts:
    """The texts of a policy that compiles without a word. With `corrected` it may say how long late tickets are taken,
    and that points wait until they are final."""
    if choices.chance(0.12):
        return {f"{POLICY}.policy": _on_standard_vocabulary(choices)}
    if corrected and choices.chance(0.2):
        return {f"{POLICY}.policy": _of_multiples(choices)}
    versions = choices.pick((1, 1, 2, 2, 2, 3))
    frame = _frame(choices, versions, corrected)
    dates = [choices.pick(FIRST_DATES), *(choices.pick(among) for among in LATER_DATES)][:versions]
    texts: Texts = {}
    before: Written | None = None
    for date in dates:
        written = _version(choices, frame, before)
        lines = _header(choices, frame, date if versions > 1 or choices.chance(0.5) else None)
        lines += _corrected(choices, frame) if corrected else []
        lines += _declarations(choices, frame, written)
        lines += [text for _, text in written.rules]
        if before is not None:
            lines += _transition(choices, before, written, dates[dates.index(date) - 1])
        texts[f"{date.replace(' ', '-').replace(':', '')}.policy"] = "\n".join(lines) + "\n"
        before = written
    return texts


# --- the standard vocabulary ------------------------------------------------------------------------------------------


def _on_standard_vocabulary(choices: Choices) -> str:
    words = Vocabulary({"general": False, "severe": False}, measures=["year_total"])
    words.sanctions = {"suspend": frozenset({"open"})}
    lines = []
    if choices.chance(0.5):
        lines += [f"policy {POLICY}"] + (["  version 2021-01-01"] if choices.chance(0.5) else [])
    if choices.chance(0.3):
        lines += ["general >= 20 -> suspend 3d, fine 2000 clears", "year_total >= 100 -> close_identity, no_reset"]
        return "\n".join(lines)
    return "\n".join(lines + [text for _, text in _rules(choices, words, [])])


# --- multiples --------------------------------------------------------------------------------------------------------


def _of_multiples(choices: Choices) -> str:
    """A small policy whose rules fire several times at once: a correction takes some of the times off, or adds some."""
    resets = choices.pick(("", "", " resets every year", " resets every quarter unless no_reset"))
    words = Vocabulary({"general": False}, sanctions={"limit": frozenset({"open"})}, reckons=choices.chance(0.4))
    lines = [f"policy {POLICY}", "  timezone Asia/Shanghai", "  currency CNY"]
    lines.append(f"  annulment {choices.pick(('refunds and revives', 'stays cleared'))}")
    overlap = choices.pick(("", "", " overlap extends", " overlap consecutive"))
    lines += ["identities merchant", f"ledger general{resets}", f"sanction limit{overlap}"]
    lines += [rule(choices, words, name, plain=True) for name in ("first", "second")[: choices.integer(1, 2)]]
    return "\n".join([*lines, each(choices, words)]) + "\n"


# --- what all versions share ------------------------------------------------------------------------------------------


def _frame(choices: Choices, versions: int, corrected: bool) -> Frame:
    sanctions: dict[str, list[str]] = {}
    shapes: dict[str, frozenset[str]] = {}
    for name in ("suspend", "limit", "freeze")[: choices.pick((1, 2, 2, 3))]:
        sanctions[name], shapes[name] = _sanction(choices, name)
    return Frame(
        timezone=choices.pick(ZONES),
        currency=choices.pick(("CNY", "EUR")),
        annulment=choices.pick(("refunds and revives", "stays cleared")),
        judge_by=choices.pick(("effective", "issued", "occurred")) if versions > 1 or choices.chance(0.1) else None,
        identities=choices.pick(((), ("merchant",), ("merchant", "promoter"), ("merchant", "promoter"))),
        flags={name: choices.chance(0.6) for name in ("watched", "known")[: choices.integer(0, 2)]},
        sanctions=sanctions,
        shapes=shapes,
        waits=corrected and choices.chance(0.3),
        plain=corrected and choices.chance(0.5),
        reckons=corrected and choices.chance(0.4),
    )


def _sanction(choices: Choices, name: str) -> tuple[list[str], frozenset[str]]:
    """The parts of a sanction; none means one measure of its own name."""
    if choices.chance(0.4):
        return [], frozenset({"open"})
    parts, shape = [], set()
    for number_of_part in range(choices.integer(1, 3)):
        part = f"{name}_{'abc'[number_of_part]}"
        form = choices.pick(("open", "open", "length", "length", "endless"))
        if form == "open":
            shape.add("open")
        elif form == "length":
            part += f" {choices.pick(LENGTHS)}"
        elif choices.chance(0.5):
            shape.add("endless")
            part += " permanently"
        else:
            part += f' "{part}" 7d'
        parts.append(part)
    return parts, frozenset(shape)


def _header(choices: Choices, frame: Frame, date: str | None) -> list[str]:
    lines = [f"policy {POLICY}"]
    if date is not None:
        lines.append(f"  version {date}")
    lines += [f"  timezone {frame.timezone}", f"  currency {frame.currency}", f"  annulment {frame.annulment}"]
    if choices.chance(0.4):
        lines.append(f"  count by {choices.pick(('issued', 'effective', 'occurred'))}")
    if frame.judge_by is not None:
        lines.append(f"  judge by {frame.judge_by}")
    return lines


def _corrected(choices: Choices, frame: Frame) -> list[str]:
    """What a version may say of late tickets and of points that can still be contested."""
    lines = []
    if choices.chance(0.3):
        lines.append(f"  late tickets until {choices.pick(('1 month', '2 months', '6 months', '1 year'))}")
    if frame.waits and choices.chance(0.8):
        lines.append("  points have no effect until final")
    return lines


# --- one version ------------------------------------------------------------------------------------------------------


def _version(choices: Choices, frame: Frame, before: Written | None) -> Written:
    names = sorted(some(choices, ("general", "severe", "credit")))
    if before is not None and choices.chance(0.6):
        names = sorted(before.words.ledgers)
    downs = {name: choices.chance(0.8 if name == "credit" else 0.1) for name in names}
    kept = before.words.ledgers if before is not None else {}
    if kept:
        downs = {name: kept[name] if name in kept and choices.chance(0.9) else downs[name] for name in names}
    words = Vocabulary(downs, flags=list(frame.flags), sanctions=dict(frame.shapes), reckons=frame.reckons)
    written = Written(words, sanctions=dict(frame.sanctions))
    if before is not None and choices.chance(0.2):
        name = choices.pick(sorted(frame.sanctions))
        written.sanctions[name], words.sanctions[name] = _sanction(choices, name)
    _add_offences(choices, words, written)
    for name in ("total", "recent")[: choices.integer(0, 2)]:
        written.declared[name] = f"measure {name} = {number(choices, words)}"
        words.measures.append(name)
    for name in names:
        again = before.declared.get(name, "") if before is not None and downs[name] == kept.get(name) else ""
        if not again or not _only_knows(again, words) or choices.chance(0.6):
            again = _ledger(choices, words, name)
        written.declared[name] = again
    same = before is not None and before.words.sanctions == words.sanctions
    written.rules = _rules(choices, words, before.rules if before is not None and same else [], frame.plain)
    return written


def _only_knows(text: str, words: Vocabulary) -> bool:
    """Whether a text of another version names nothing that this one has not, or has in another way."""
    things = ("general", "severe", "credit", "total", "recent", "slight", "grave", "late")
    known = {*words.ledgers, *words.measures, *words.offences}
    return not any(thing in text and thing not in known for thing in things) and "." not in text


def _add_offences(choices: Choices, words: Vocabulary, written: Written) -> None:
    for name in ("slight", "grave", "late")[: choices.integer(0, 3)]:
        words.offences.append(name)
        if choices.chance(0.3):
            written.declared[name] = f"offence {name}\n" + "\n".join(
                f"  {severity} -> {_posts(choices, words)}" for severity in ("minor", "major")
            )
            words.severities += [f"{name}.minor", f"{name}.major"]
        else:
            written.declared[name] = f"offence {name} -> {_posts(choices, words)}"


def _posts(choices: Choices, words: Vocabulary) -> str:
    into = some(choices, sorted(words.ledgers)) if choices.chance(0.4) else [choices.pick(sorted(words.ledgers))]
    return ", ".join(f"{name} {'-' if words.ledgers[name] else '+'}{choices.pick(POINTS)}" for name in into)


def _ledger(choices: Choices, words: Vocabulary, name: str) -> str:
    text = f"ledger {name}"
    if words.ledgers[name]:
        text += f" starts at {choices.pick(('12', '20', '40', '100'))} down"
        text += choices.pick(("", " floor 0", " floor -10", " floor 5 ceiling 100"))
    elif choices.chance(0.1):
        text += " starts at 3"
    elif choices.chance(0.2):
        text += f" floor 0 ceiling {choices.pick(('12', '20', '30'))}"
    if choices.chance(0.75):
        text += f" resets every {choices.pick(('year', 'year', 'quarter', 'month'))}"
        if choices.chance(0.5):
            text += f" unless {blocking(choices, words)}"
    return text


def _declarations(choices: Choices, frame: Frame, written: Written) -> list[str]:
    lines = [f"identities {', '.join(frame.identities)}"] if frame.identities else []
    for name, parts in written.sanctions.items():
        text = f"sanction {name}" + (f" = {', '.join(parts)}" if parts else "")
        if choices.chance(0.6):
            text += f" overlap {choices.pick(('later', 'heaviest', 'extends', 'consecutive'))}"
        lines.append(text)
    lines += [f"flag {name}{' per period' if per else ''}" for name, per in frame.flags.items()]
    return lines + list(written.declared.values())


def _rules(
    choices: Choices, words: Vocabulary, before: list[tuple[str, str]], plain: bool = False
) -> list[tuple[str, str]]:
    """Named and unnamed rules and ladders, each with its name; some of the version before again."""
    found: dict[str, str] = {}
    names = ("first", "second", "", "third", "steps")
    for name in names[: choices.integer(1, 5)] if choices.chance(0.6) else (*names[:2], "steps"):
        again = [text for other, text in before if other == name and _only_knows(text, words)]
        if again and name and choices.chance(0.3):
            found[name] = again[0]
        elif name == "steps":
            found[name] = ladder(choices, words)
        else:
            found[name] = rule(choices, words, name, plain)
    return list(found.items())


def _transition(choices: Choices, before: Written, after: Written, previous: str) -> list[str]:
    lines = [f"transition from {previous[:10]}:"]
    for name in sorted(before.words.ledgers):
        verbs = ("carry", "carry", "drop", "drop, still counted")
        lines.append(f"  {name} {choices.pick(verbs if name in after.words.ledgers else verbs[2:])}")
    lines += [f"  {what} {choices.pick(('carry', 'carry', 'drop'))}" for what in ("fines", "sanctions")]
    if choices.chance(0.5):
        lines.append(f"  reached {choices.pick(('re-arm', 'as reached'))}")
    return lines
