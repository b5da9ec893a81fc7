"""Random rules and ladders: some over the whole language, some of the plain kinds that real policies are made of.

The plain ones can be reached within a few tickets, so that what they open, and what ends it, happens in many worlds.
"""

from __future__ import annotations

from tests.worlds.choices import Choices
from tests.worlds.effects import AMOUNTS, LENGTHS, effects
from tests.worlds.vocabulary import BELOW, THRESHOLDS, WINDOWS, Vocabulary, condition, number

REACHABLE = ("1", "2.5", "3", "5", "5", "10", "10", "12", "20")
PLAIN = ("node",) * 4 + ("each",) * 5 + ("closing",) * 3 + ("window", "mark")
"""Of policies that are made for corrections: rules that fire one after the other, each because of those before."""
KINDS = ("any",) * 5 + ("node",) * 5 + ("every",) * 6 + ("window",) * 3 + ("closure",) * 2 + ("mark",) * 2


def rule(choices: Choices, words: Vocabulary, name: str, plain: bool = False) -> str:
    """One rule, without a name where `name` is empty."""
    case = _KINDS[choices.pick(PLAIN if plain else KINDS)](choices, words)
    return f"rule {name}: {case}" if name else case


def ladder(choices: Choices, words: Vocabulary) -> str:
    """A ladder on any number, most often on a balance or on what was posted in the running period."""
    on, ledgers = number(choices, words), sorted(words.ledgers)
    if choices.chance(0.6):
        name = choices.pick(ledgers)
        on = choices.pick((name, name, f"incurred({name}) this period", f"incurred({', '.join(ledgers)}) ever"))
    down = words.ledgers.get(on, False) or choices.chance(0.05)
    takes = choices.pick(("", "", " takes highest", " takes all"))
    among = (REACHABLE if choices.chance(0.7) else THRESHOLDS) + (BELOW if down else ())
    values = sorted({choices.pick(among) for _ in range(choices.integer(1, 4))}, key=float)
    lines = [f"ladder steps on {on}{takes}:"]
    for value in values:
        compare = choices.pick(("<=", "<=", "<") if down else (">=", ">=", ">"))
        of = f"{on} {compare} {value}"
        plain = _paid_off(choices, words, on) if choices.chance(0.4) else effects(choices, words, of, False)
        lines.append(f"  {compare} {value} -> {plain}")
    return "\n".join(lines)


def _any(choices: Choices, words: Vocabulary) -> str:
    of = condition(choices, words)
    return f"{of} -> {effects(choices, words, of, False)}"


def _node(choices: Choices, words: Vocabulary) -> str:
    """A balance reaches a number: a sanction, and a fine that takes the points off."""
    name = choices.pick(sorted(words.ledgers))
    return f"{name} {_reached(choices, words, name)} -> {_paid_off(choices, words, name)}"


def _every(choices: Choices, words: Vocabulary) -> str:
    name = choices.pick(sorted(words.ledgers))
    on = number(choices, words)
    if choices.chance(0.85) and not words.ledgers[name]:
        on = choices.pick((name, name, f"live({name}) ever", f"incurred({name}) in {choices.pick(WINDOWS)}"))
    of = f"every {choices.pick(('2', '3', '2', '5', '2.5', '10'))} of {on}"
    if choices.chance(0.8):
        return f"{of} -> {_paid_off(choices, words, on, choices.pick(('', ' each')))}"
    return f"{of} -> {effects(choices, words, of, True)}"


def each(choices: Choices, words: Vocabulary) -> str:
    """Every so many points, and what follows so many times: without one ticket it may be more times at another."""
    name = choices.pick(sorted(words.ledgers))
    on = name
    if words.ledgers[name] or choices.chance(0.7):
        on = f"incurred({name}) {choices.pick(('this period', 'ever', 'ever'))}"
    effects = _paid_off(choices, words, on, " each")
    if choices.chance(0.5):
        # Nothing is cleared, so that every ticket counts until the end.
        effects = effects.partition(" clears ")[0]
    return f"every {choices.pick(('2', '2', '3', '5', '2.5'))} of {on} -> {effects}"


def _closing(choices: Choices, words: Vocabulary) -> str:
    """A closure that a few tickets reach."""
    names = ", ".join(sorted(words.ledgers))
    on = f"incurred({names}) {choices.pick(('this period', 'this period', 'ever', 'this year'))}"
    flag = choices.pick(("", ", no_reset", ", no_reset"))
    return f"{on} >= {choices.pick(('3', '5', '10', '12', '15'))} -> close_identity{flag}"


def _window(choices: Choices, words: Vocabulary) -> str:
    name = choices.pick(sorted(words.ledgers))
    of, within = choices.pick(("incurred", "incurred", "live", "count")), choices.pick(WINDOWS)
    edge, dated = choices.pick(("", "", " inclusive")), choices.pick(("", "", " by occurred", " by issued"))
    compared = f"{of}({name}) in {within}{edge}{dated} >= {choices.pick(('1', '2', '3', '5'))}"
    return f"{compared} -> {effects(choices, words, compared, False)}"


def _closure(choices: Choices, words: Vocabulary) -> str:
    names = ", ".join(sorted(words.ledgers))
    on = choices.pick((*words.measures, f"incurred({names}) this period", f"incurred({names}) ever"))
    flag = choices.pick(("", ", no_reset"))
    return f"{on} >= {choices.pick(('15', '20', '30', '40'))} -> close_identity{flag}"


def _mark(choices: Choices, words: Vocabulary) -> str:
    name = choices.pick(sorted(words.ledgers))
    return f"{name} {_reached(choices, words, name)} -> {choices.pick(('no_reset', *words.flags, *words.flags))}"


def _reached(choices: Choices, words: Vocabulary, name: str) -> str:
    return f"{'<=' if words.ledgers[name] else '>='} {choices.pick(REACHABLE)}"


def _paid_off(choices: Choices, words: Vocabulary, on: str, each: str = "") -> str:
    """A sanction for a time, and a fine that clears; with one it may wait for the other."""
    named = [name for name in sorted(words.ledgers) if name in on]
    name = choices.pick(named or sorted(words.ledgers))
    # Most often one sanction, so that several of its kind meet.
    limited = [kind for kind, shape in sorted(words.sanctions.items()) if shape == {"open"}]
    sanction = (
        f"{limited[0] if choices.chance(0.7) else choices.pick(limited)} {_length(choices, words)}{each}, "
        if limited and choices.chance(0.8)
        else ""
    )
    if len(limited) > 1 and sanction.startswith(f"{limited[0]} ") and choices.chance(0.4):
        # The fine waits for the longer of the two.
        sanction += f"{limited[1]} {_length(choices, words)}{each}, "
    served = choices.pick(("", " when served", " when served")) if sanction else ""
    return f"{sanction}fine {_amount(choices, words)}{each} clears {name}{served}"


def _amount(choices: Choices, words: Vocabulary) -> str:
    """An amount; it may be reckoned, so that it comes to more the more points there are, or to less."""
    if not words.reckons or choices.chance(0.3):
        return choices.pick(AMOUNTS)
    name = choices.pick(sorted(words.ledgers))
    return choices.pick((f"30 * {name}", f"30 * {name}", f"12.5 * {name}", f"200 - 10 * {name}", f"50 * {name} - 150"))


def _length(choices: Choices, words: Vocabulary) -> str:
    """A length; it may count as often as a balance says."""
    if not words.reckons or choices.chance(0.5):
        return choices.pick(LENGTHS)
    name = choices.pick(sorted(words.ledgers))
    return f"{choices.pick(('1d', '1 calendar day', '12h'))} per {choices.pick((name, name, f'(12 - {name})'))}"


_KINDS = {
    "any": _any,
    "node": _node,
    "every": _every,
    "each": each,
    "window": _window,
    "closure": _closure,
    "closing": _closing,
    "mark": _mark,
}
