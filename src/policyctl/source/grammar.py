"""The grammar as reading needs it: one pattern for all tokens, and the parser's table.

Lark makes them from `grammar/policy.lark`, which takes longer than reading any policy; so they are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from policyctl import kept
from policyctl.shipping import shipped
from policyctl.source.table import Reduce, Table

if TYPE_CHECKING:
    from lark import Lark


class Grammar(msgspec.Struct, frozen=True):
    """`tokens` is the regular expression of all tokens, each a group with the name of its terminal."""

    tokens: str
    table: Table


@cache
def grammar() -> Grammar:
    """The grammar, read once."""
    text = shipped("grammar", "policy.lark").read_bytes()
    key = kept.key("grammar", text, *_makers())
    data = kept.get(key)
    if data is not None:
        try:
            return msgspec.json.decode(data, type=Grammar)
        except (msgspec.MsgspecError, RecursionError):
            pass  # damaged: it is made again
    made = _made(text.decode())
    kept.put(key, msgspec.json.encode(made))
    return made


def _makers() -> Iterator[bytes]:
    """What makes the grammar, byte for byte: this part of the program, and lark by its first file, which says its
    version, without loading it."""
    for name in ("grammar.py", "table.py"):
        yield Path(__file__).with_name(name).read_bytes()
    spec = find_spec("lark")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).read_bytes()


def _made(text: str) -> Grammar:
    from lark import Lark

    lark = Lark(text, parser="lalr", lexer="basic", propagate_positions=False)
    return Grammar(_tokens(lark), _table(lark))


def _tokens(lark: Lark) -> str:
    """All patterns of the grammar as one, tried in the order in which lark's own lexer tries them."""
    ordered = sorted(lark.terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    return "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in ordered)


def _table(lark: Lark) -> Table:
    conf = lark.parse_interactive("").parser_state.parse_conf
    # Lark numbers the states anew in each run; here a state is numbered when the first way to it is found.
    numbers, waiting = {conf.start_state: 0}, [conf.start_state]
    actions: dict[int, dict[str, int | Reduce]] = {}
    for state in waiting:
        row: dict[str, int | Reduce] = {}
        for symbol, (what, target) in sorted(conf.states[state].items(), key=lambda action: str(action[0])):
            if what.name != "Shift":
                row[str(symbol)] = _reduce(target)
                continue
            if target not in numbers:
                numbers[target] = len(numbers)
                waiting.append(target)
            row[str(symbol)] = numbers[target]
        actions[numbers[state]] = row
    return Table(actions, 0, numbers[conf.end_state])


def _reduce(rule: Any) -> Reduce:
    makes = str(rule.alias or rule.origin.name)
    return Reduce(
        str(rule.origin.name),
        f"{makes}_" if iskeyword(makes) else makes,
        tuple(not (symbol.is_term and symbol.filter_out) for symbol in reversed(rule.expansion)),
        makes.startswith("_"),
        bool(rule.options.expand1 and not rule.alias),
    )
