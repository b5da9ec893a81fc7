"""Random policies inside the part of the language in which answers are exact, and small changes of them."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts

HEADER = (
    "policy p",
    "  timezone UTC",
    "  currency EUR",
    "  count by issued",
    "  annulment refunds and revives",
    "identities shop",
)


def small(random: Random) -> str:
    """A policy with few rules over small numbers, so that all its short histories can be gone through."""
    ledgers = ["a", "b", "c"][: random.randint(1, 3)]
    flags = ["f", "g"][: random.randint(0, 2)]
    lines = list(HEADER)
    for ledger in ledgers:
        blocks = flags[0] if flags else "closed"
        resets = random.choice(["", "resets every year", f"resets every year unless {blocks}", "resets every quarter"])
        shape = random.choice(["", "", "", "", "ceiling 6", "starts at 12 down floor 0"])
        lines.append(" ".join(["ledger", ledger, shape, resets]))
    down = {ledger for ledger, line in zip(ledgers, lines[len(HEADER) :], strict=True) if "down" in line}
    lines += [f"flag {flag}" for flag in flags]
    lines.append("sanction s")
    number = 0
    # of a ledger for which no offence costs points, tickets carry points of their own
    without = random.choice(ledgers) if len(ledgers) > 1 and random.random() < 0.12 else None
    for ledger in ledgers:
        for points in [] if ledger == without else random.sample([2, 3, 4, 6], random.randint(1, 2)):
            lines.append(f"offence o{number} -> {ledger} {'-' if ledger in down else '+'}{points}")
            number += 1
    up = [ledger for ledger in ledgers if ledger not in down]
    if len(up) > 1 and random.random() < 0.3:
        lines.append(f"offence o{number} -> {up[0]} +2, {up[1]} +2")

    def compared() -> str:
        kind, ledger = random.random(), random.choice(ledgers)
        if kind < 0.6:
            return f"{ledger} <= {random.randint(0, 10)}" if ledger in down else f"{ledger} >= {random.randint(2, 12)}"
        if kind < 0.7:
            return f"{ledger} < {random.randint(2, 8)}"
        if kind < 0.75:
            return f"count(tickets) ever >= {random.randint(2, 4)}"
        if kind < 0.85 and len(up) > 1:
            return f"{up[0]} + {up[1]} >= {random.randint(4, 14)}"
        return f"incurred({ledger}) ever >= {random.randint(4, 16)}"

    def condition() -> str:
        first = compared()
        if flags and random.random() < 0.3:
            return f"{first} and {random.choice(['', 'not '])}{random.choice(flags)}"
        return f"{first} {random.choice(['and', 'or'])} {compared()}" if random.random() < 0.2 else first

    def effect() -> str:
        kind = random.random()
        if kind < 0.35:
            return f"s {random.randint(1, 5)}d"
        if kind < 0.7:
            return f"s {random.randint(1, 5)}d, fine {random.randint(1, 9) * 100} clears {random.choice(ledgers)}"
        if kind < 0.8 and flags:
            return random.choice(flags)
        return "s 9d, close_identity" if kind < 0.9 else f"clear {random.choice(ledgers)}"

    for rule in range(random.randint(2, 5)):
        kind = random.random()
        if kind < 0.15 and up:
            each = random.choice(["", " each"])
            lines.append(f"rule r{rule}: every {random.randint(2, 5)} of {random.choice(up)} -> s 1d{each}")
        elif kind < 0.35 and up:
            steps = sorted(random.sample(range(2, 14), 2))
            lines.append(f"ladder r{rule} on {random.choice(up)}:")
            lines += [f"  >= {step} -> {effect()}" for step in steps]
        elif kind < 0.42:
            lines.append(f"rule r{rule} when ticket of o0: {condition()} -> {effect()}")
        else:
            lines.append(f"rule r{rule}: {condition()} -> {effect()}")
    return "\n".join(_reading_each_other(random, lines)) + "\n"


def _reading_each_other(random: Random, lines: list[str]) -> list[str]:
    """Rules that count or hear decisions of others, flags that go down with a period, fines that clear when served."""
    if random.random() < 0.3:
        lines = [f"{line} per period" if line.startswith("flag ") else line for line in lines]
    if random.random() < 0.2:
        lines = [re.sub(r"(fine \d+ clears \w)$", r"\1 when served", line) for line in lines]
    names = [line.split()[1].strip(":") for line in lines if re.match(r"(rule|ladder) r\d", line)]
    if random.random() < 0.3:
        lines.append(f"rule t: count({random.choice(names)}) ever >= {random.randint(1, 2)} -> s 7d")
    if random.random() < 0.2:
        lines.append(f"rule u when {random.choice(names)}: -> s 8d")
    return lines


def large(random: Random, ledgers: int, rules: int) -> str:
    """A policy of so many ledgers and rules, as big as policies in use are."""
    names = [f"l{number}" for number in range(ledgers)]
    flags = [f"f{number}" for number in range(max(1, ledgers // 2))]
    lines = list(HEADER)
    for name in names:
        blocks = f"resets every year unless {random.choice(flags)}"
        lines.append(f"ledger {name} " + random.choice(["", "resets every year", blocks, "resets every quarter"]))
    lines += [f"flag {flag}" for flag in flags]
    lines.append("sanction s")
    number = 0
    for name in names:
        for points in random.sample([1, 2, 3, 4, 6, 8, 12], random.randint(2, 3)):
            lines.append(f"offence o{number} -> {name} +{points}")
            number += 1

    def effect() -> str:
        kind = random.random()
        if kind < 0.5:
            return f"s {random.randint(1, 30)}d"
        if kind < 0.8:
            return f"s {random.randint(1, 30)}d, fine {random.randint(1, 20) * 100} clears {random.choice(names)}"
        if kind < 0.9:
            return f"s 5d, {random.choice(flags)}"
        return "s 99d, close_identity" if random.random() < 0.4 else f"s {random.randint(1, 30)}d"

    rule = 0
    while rule < rules:
        kind, name = random.random(), random.choice(names)
        if kind < 0.5 and rule + 4 <= rules:
            lines.append(f"ladder r{rule} on {name}:")
            lines += [f"  >= {step} -> {effect()}" for step in sorted(random.sample(range(4, 60, 2), 4))]
            rule += 4
            continue
        if kind < 0.6:
            lines.append(f"rule r{rule}: every {random.choice([6, 10, 12])} of {name} -> s 1d")
        elif kind < 0.75 and ledgers > 1:
            one, other = random.sample(names, 2)
            lines.append(f"rule r{rule}: {one} + {other} >= {random.randint(20, 60)} -> {effect()}")
        else:
            condition = f"{name} >= {random.randint(5, 60)}"
            if random.random() < 0.3:
                condition += f" and {random.choice(['', 'not '])}{random.choice(flags)}"
            elif random.random() < 0.3:
                condition += f" and {random.choice(names)} >= {random.randint(4, 20)}"
            lines.append(f"rule r{rule}: {condition} -> {effect()}")
        rule += 1
    return "\n".join(lines) + "\n"


def changed(random: Random, text: str) -> str:
    """A policy with one number, name or clearing changed."""
    for _ in range(20):
        other = _one_change(random, text)
        if other != text:
            return other
    return text


def _one_change(random: Random, text: str) -> str:
    lines = text.split("\n")
    places = [n for n, line in enumerate(lines) if re.search(r"[<>]=? \d+|every \d+ of| \d+d|clears|fine \d+", line)]
    place = random.choice(places)
    line = lines[place]
    match random.choice(["threshold", "length", "fine", "clears", "name", "split", "served", "offence"]):
        case "threshold":
            by = random.choice([-1, 1, 2])
            line = re.sub(r"([<>]=?) (\d+)", lambda m: f"{m[1]} {max(0, int(m[2]) + by)}", line, count=1)
        case "length":
            line = re.sub(r" (\d+)d", lambda m: f" {int(m[1]) + 1}d", line, count=1)
        case "fine":
            line = re.sub(r"fine (\d+)", lambda m: f"fine {int(m[1]) + 100}", line, count=1)
        case "clears":
            line = re.sub(r"clears( \w+)?", lambda m: "clears " + random.choice("abc"), line, count=1)
        case "name":
            line = re.sub(r"rule r(\d)", r"rule q\1", line, count=1)
        case "served":
            line = re.sub(
                r"(fine \d+ clears \w)( when served)?", lambda m: m[1] + ("" if m[2] else " when served"), line
            )
        case "offence":
            line = f"offence more -> {random.choice('abc')} +5\n{line}" if line.startswith(("rule", "ladder")) else line
        case _:
            line = line.replace(" -> s 9d, close_identity", " -> close_identity, s 9d")
    lines[place] = line
    return "\n".join(lines)


def compiled(text: str) -> Policy | None:
    """The policy, or None where it says something that cannot be."""
    [found] = compile_texts([PolicyText("p.policy", Path("p.policy"), text.encode())]).policies.values()
    return found
