"""A whole policy: its versions, the words that they were said in, its two digests, and its canonical text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from typing import Any

import msgspec

from policyctl.exact import plain
from policyctl.policy.form.base import ZERO, Record
from policyctl.policy.form.rules import Rule
from policyctl.policy.form.versions import Version


class Said(Record, frozen=True):
    """The words behind a part: where it stands, how it was written (canonical spelling), its label and its clause."""

    file: str
    line: int
    text: str
    label: str | None = None
    cite: str | None = None


class Chosen(Record, frozen=True):
    """`reading NAME of CLAUSE because REASON`: how an open clause was read."""

    name: str
    clause: str
    because: str
    file: str
    line: int


class Words(Record, frozen=True):
    """Everything that people read and no decision depends on. `said` maps `VERSION KIND NAME` keys (see `key`) to the
    words of that part."""

    said: dict[str, Said]
    readings: tuple[Chosen, ...] = ()
    notes: tuple[str, ...] = ()
    label: str | None = None


class Policy(Record, frozen=True):
    """A policy: dated versions, and the words they were said in."""

    name: str
    versions: tuple[Version, ...]
    words: Words

    def digest(self) -> str:
        """Digest of meaning: of the versions alone, so of names, numbers and effects."""
        return _digest(self.versions)

    def text_digest(self) -> str:
        """Digest of meaning and of every label, citation, note and reading; where they stand does not matter."""
        said = {key: (s.text, s.label, s.cite) for key, s in self.words.said.items()}
        readings = sorted((c.name, c.clause, c.because) for c in self.words.readings)
        return _digest((self.name, self.versions, said, readings, self.words.notes, self.words.label))

    def said(self, version: Version, kind: str, name: str) -> Said | None:
        """The words of a part of a version, if it was said anywhere."""
        return self.words.said.get(key(version.since, kind, name))

    def clause(self, version: Version, rule: Rule, line: int) -> Said | None:
        """The words of the line of a rule that says what happens; its own clause goes before that of the rule."""
        said = self.said(version, "rule", rule.name)
        of_line = self.said(version, "line", f"{rule.name}/{line}")
        if said is None or of_line is None:
            return said
        return msgspec.structs.replace(of_line, label=said.label, cite=of_line.cite or said.cite)

    def exceptions(self, version: Version, rule: Rule) -> Iterator[Said]:
        """The words of the exceptions of a rule, line by line."""
        for line in range(max(1, len(rule.lines))):
            yield from self.exceptions_of(version, rule.name, line)

    def exceptions_of(self, version: Version, name: str, line: int = 0) -> Iterator[Said]:
        """The words of the exceptions of a kind of ticket, or of one line of a rule."""
        for number in count():
            said = self.said(version, "exception", f"{name}/{line}/{number}")
            if said is None:
                break
            yield said


def key(since: str | None, kind: str, name: str) -> str:
    """The key of a part in `Words.said`. Kinds: ledger, offence, ticket, sanction, part, flag, measure, rule, line
    (of a rule of several: `RULE/0`), exception (`RULE/0/0`), ladder, identity, notice, transition, act,
    metric, attribute, constant (each of its values: `NAME.DATE`)."""
    return f"{since or ''} {kind} {name}"


def encode(value: Any) -> bytes:
    """Canonical JSON: keys sorted, numbers as exact text, no spaces."""
    return msgspec.json.encode(value, enc_hook=_to_text, order="sorted")


def canonical(policy: Policy) -> Policy:
    """The same policy, with every default the very one of its record: so its digest is that of the kept policy."""
    return decode_policy(encode(policy))


def decode_policy(data: bytes) -> Policy:
    """A policy from its canonical JSON; `msgspec.ValidationError` where it is none."""
    return msgspec.json.decode(data, type=Policy, dec_hook=_from_text)


def _digest(value: Any) -> str:
    return "sha256:" + hashlib.sha256(encode(value)).hexdigest()


def _to_text(value: Any) -> Any:
    if isinstance(value, Fraction):
        return plain(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _from_text(kind: type, value: Any) -> Any:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value) or ZERO
    raise TypeError(f"no reading for {kind!r}")
