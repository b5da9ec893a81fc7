"""What can be guessed of the statements of a file that could not be read.

They were reported where they were read. Here they only keep one mistake from becoming many: a ledger whose line has a
slip in it is not also missing wherever its name is used, and a header that was cut in two does not lack what stands in
its second half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from policyctl.source.keywords import STATEMENTS, Keywords
from policyctl.source.parser import Block
from policyctl.source.text import Span
from policyctl.source.tokens import Token

_NAME = "NAME"
_CLAUSES = frozenset({"VERSION", "TIMEZONE", "CURRENCY", "ANNULMENT", "JUDGE"})
"""Words that begin a clause of a header and nothing else."""
_CARRIES = frozenset({"CARRY", "DROP", "STILL", "REARM"})
"""Words that stand in the lines of a transition and nowhere else."""


@dataclass(frozen=True, slots=True)
class Unread:
    """`kinds` are the statements that may be among them, as terminals of the grammar (`NAME` where not even the first
    word is known), `names` the words that they may declare, `policy` is the name in a header, and `cut` are the
    statements whose last lines may have gone to an unreadable one below. `any` says whether there are any at all."""

    kinds: frozenset[str]
    names: frozenset[str]
    policy: str | None
    cut: frozenset[Span]
    any: bool

    def may_be(self, *kinds: str) -> bool:
        """Whether one of them may be a statement of these kinds."""
        return not self.kinds.isdisjoint((*kinds, _NAME))

    def may_declare(self, name: str) -> bool:
        """Whether a name, or the offence of a severity, may be declared in one of them."""
        parts = name.split(".")
        return any(".".join(parts[: end + 1]) in self.names for end in range(len(parts)))


def unread(blocks: Sequence[Block], keywords: Keywords) -> Unread:
    """What the unreadable blocks of a file may have said, by the keywords it was read with."""
    kinds: set[str] = set()
    names: set[str] = set()
    policy = None
    broken = [block.tokens for block in blocks if block.statement is None]
    for first, *rest in broken:
        kind = _kind(first, rest, keywords)
        if any(_meanings(token, keywords) & _CARRIES for token in rest):
            kinds.add("TRANSITION")
        if kind is None:
            continue
        kinds.add(kind)
        names.update(token.word for token in rest if token.kind == _NAME)
        names.update(token.word[1:-1] for token in rest if token.kind == "TEXT")
        if kind == "POLICY" and first.kind == kind and rest and rest[0].kind == _NAME:
            policy = rest[0].word
    cut = {
        above.statement.span
        for above, below in pairwise(blocks)
        if above.statement is not None and below.statement is None and _has_lines(below)
    }
    return Unread(frozenset(kinds), frozenset(names), policy, frozenset(cut), bool(broken))


def _kind(first: Token, rest: Sequence[Token], keywords: Keywords) -> str | None:
    """Which statement a block may be; None for a rule without a name, which declares nothing."""
    if first.kind in STATEMENTS:
        return first.kind
    if _meanings(first, keywords) & _CLAUSES:
        return "POLICY"
    # `general >= 20` is a rule; `ledgr general` may be anything.
    return _NAME if first.kind == _NAME and rest and rest[0].kind == _NAME else None


def _meanings(token: Token, keywords: Keywords) -> set[str]:
    """What a word may be as a keyword."""
    return {phrase.meanings[0][0] for phrase in keywords.phrases.get(token.word, ())}


def _has_lines(block: Block) -> bool:
    return any("\n" in token.before or "\r" in token.before for token in block.tokens[1:])
