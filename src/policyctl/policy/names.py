"""The names that one version declares, and finding what a written name means.

A one-word label may stand wherever its name may. Names that can meet in one place (ledgers, measures, flags,
sanctions, offences) share one namespace; so do rules and ladders; identities have their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from policyctl.policy import ways_out
from policyctl.policy.unread import Unread
from policyctl.source.diagnostics import Findings
from policyctl.source.keywords import Keywords
from policyctl.source.later import chinese_words, later_effect, said_of_chinese
from policyctl.source.nearest import nearest
from policyctl.source.text import Span
from policyctl.source.tokens import normal
from policyctl.source.tree import Name, Named, Text

Kind = Literal[
    "ledger",
    "measure",
    "flag",
    "sanction",
    "offence",
    "act",
    "metric",
    "attribute",
    "constant",
    "language",
    "rule",
    "ladder",
    "identity",
]
"""What a name may be, in the order in which one that belongs nowhere is looked for."""

Place = Literal[
    "number",
    "condition",
    "effect",
    "ledger",
    "count",
    "rule",
    "act",
    "anchor",
    "sanction",
    "occasion",
    "streak",
    "offence",
    "since",
    "identity",
]

KINDS: dict[Place, tuple[Kind, ...]] = {
    "number": ("ledger", "measure", "metric", "constant", "attribute"),
    "condition": ("flag", "language"),
    "effect": ("sanction", "flag", "language"),
    "ledger": ("ledger",),
    "rule": ("rule", "ladder"),
    "act": ("act",),
    "identity": ("identity",),
    "anchor": ("act", "attribute"),
    "count": ("ledger", "offence", "sanction", "act", "metric", "flag", "rule", "ladder"),
    "offence": ("offence",),
    "since": ("act", "sanction", "rule", "ladder"),
    "sanction": ("sanction",),
    "occasion": ("act", "metric", "rule", "ladder"),
    "streak": ("act", "metric", "offence", "rule", "ladder"),
}
"""What a name may be in each place where names stand."""

_SPACE: dict[Kind, str] = {"rule": "rules", "ladder": "rules", "identity": "identities"}
_ARTICLE = {
    "offence": "an offence",
    "identity": "an identity",
    "act": "an act",
    "attribute": "an attribute",
    "language": "a word of the language",
}

LANGUAGE = ("close_identity", "closed", "no_reset")
"""What every policy has: an effect that closes an identity, the question whether it is closed, and a flag."""

_TAKEN: Mapping[str, tuple[Kind, ...]] = {
    "TICKETS": ("ledger", "offence"),
    "FINES": ("ledger",),
    "SANCTIONS": ("ledger",),
    "FINE": ("sanction", "flag"),
    "WARN": ("sanction", "flag"),
    "NOTHING": ("rule", "ladder"),
}
"""Keywords that could be declared as names of some kinds and never be used, for where they would stand the keyword is
read: `count(tickets)`, `fines carry`, `fine 2000`, `warn`, `expect nothing`."""

_OPERATORS = ("AND", "OR", "NOT")
"""Keywords that join conditions, and are names of nothing."""


_TRUTH = frozenset({"true", "false", "yes", "no"})
"""Words with which people compare a flag."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared name. `span` is None for a word of the language."""

    kind: Kind
    name: str
    span: Span | None


@dataclass(slots=True)
class _Missing:
    """A name that is not declared: the places where it stands, and what the first of them asks for."""

    place: Place
    spans: list[Span] = field(default_factory=list)


def a(kind: Kind) -> str:
    """`a ledger`, `an offence`."""
    return _ARTICLE.get(kind, f"a {kind}")


class Names:
    """Everything declared in one version, in a language with these `keywords`. Statements that are `unread` may declare
    more. Names in `unused` belong to the standard vocabulary, which does not apply because of what stands at
    `because`."""

    def __init__(
        self,
        findings: Findings,
        keywords: Keywords,
        unread: Unread,
        unused: frozenset[str] = frozenset(),
        because: Span | None = None,
    ) -> None:
        self._findings, self._unread, self._unused, self._because = findings, unread, unused, because
        self._operators = frozenset(word for terminal in _OPERATORS for word in keywords.words(terminal))
        self._taken = {word: kinds for terminal, kinds in _TAKEN.items() for word in keywords.words(terminal)}
        self._declared: dict[tuple[str, str], Declared] = {}
        self._labels: dict[tuple[str, str], Declared] = {}
        self._missing: dict[str, _Missing] = {}
        self._contested: set[str] = set()
        self._used: set[str] = set()
        self.quoted: list[Name] = []
        """Rules without a name, and steps, that something asks for: what they are called is known when all are read."""

    @property
    def lacks_standard(self) -> bool:
        """Whether some name is missing that `use standard` would declare."""
        return any(name in self._unused for name in self._missing)

    # --- declaring ---

    def declare(self, kind: Kind, named: Named) -> bool:
        """Take a declaration; False (and reported) where its name is taken already. A label that is taken is reported
        too, but the name stands."""
        name, span, label = named.name.text, named.name.span, named.label
        space = _SPACE.get(kind, "things")
        if name in LANGUAGE or name in self._operators or kind in self._taken.get(name, ()):
            self._contested.add(name)
            self._findings.error(
                "name-of-the-language",
                span,
                f"`{name}` is a word of the language and cannot be the name of {a(kind)}",
                ways_out.for_word(name, kind),
            )
            return False
        held = self._declared.get((space, name))
        if held is not None:
            self._contested.add(name)
            self._twice(kind, name, span, held)
            return False
        self._declared[space, name] = new = Declared(kind, name, span)
        if label is not None and label.text:
            self._take_label(space, new, label)
        return True

    def _twice(self, kind: Kind, name: str, span: Span, held: Declared) -> None:
        assert held.span is not None
        if held.kind != kind:
            help = f"give one of them another name: there it is {a(held.kind)}, here {a(kind)}"
        elif held.span.source is not span.source:
            help = f"leave this line out to take `{name}` as the standard vocabulary has it, or choose another name"
        else:
            help = f"leave this line out, or give this {kind} another name"
        self._findings.error(
            "declared-twice", span, f"`{name}` is declared twice", help, other=(held.span, "first declared here")
        )

    def _take_label(self, space: str, new: Declared, label: Text) -> None:
        held = self._labels.setdefault((space, label.text), new)
        if held is not new and held.span is not None:
            self._findings.error(
                "label-twice",
                label.span,
                f"the label `{label.text}` belongs to `{held.name}` already",
                f"give `{new.name}` another label: a label may stand for its name, so two things cannot share one",
                other=(held.span, "first used here"),
            )

    def check_labels(self) -> None:
        """A label must not be the name of something else."""
        for (space, label), owner in self._labels.items():
            held = self._declared.get((space, label))
            taken = (label in LANGUAGE and space == "things") or label in self._operators
            if owner.span is None or not (taken or (held is not None and held.name != owner.name)):
                continue
            meaning = f"the name of {a(held.kind)}" if held is not None else "a word of the language"
            self._findings.error(
                "label-is-a-name",
                owner.span,
                f"the label `{label}` of `{owner.name}` is {meaning}",
                f"give `{owner.name}` another label: a label may stand for its name, so it must mean one thing",
                other=None if held is None or held.span is None else (held.span, "declared here"),
            )

    def owned(self, named: Iterable[Named], kind: Kind) -> Iterator[Named]:
        """Those of a list that declare their name themselves, and not for a second time."""
        for one in named:
            held = self._declared.get((_SPACE.get(kind, "things"), one.name.text))
            if held is not None and held.span == one.name.span:
                yield one

    def contested(self, text: str) -> bool:
        """Whether two declarations want a name, so that what it means is open. That was reported; where the name is
        used there is nothing to add."""
        return text in self._contested

    # --- finding ---

    def get(self, text: str, kinds: Iterable[Kind]) -> Declared | None:
        """What a name or label means among these kinds, silently."""
        for kind in kinds:
            if kind == "language" and text in LANGUAGE:
                return Declared("language", text, None)
            space = _SPACE.get(kind, "things")
            for found in (self._declared.get((space, text)), self._labels.get((space, text))):
                if found is not None and found.kind == kind:
                    self._used.add(found.name)
                    return found
        return None

    def find(self, name: Name, place: Place) -> Declared | None:
        """What a name means in a place; None, and reported, where it means nothing there."""
        kinds = KINDS[place]
        if name.quoted:
            self.quoted.append(name)
            return Declared("rule", name.text, name.span)
        found = self.get(name.text, kinds)
        if found is not None:
            return found
        other = self.get(name.text, get_args(Kind))
        if other is None and normal(name.span.text) != name.text:
            # Written otherwise than names are, which was reported; this is only a guess at what was meant.
            return None
        if other is None:
            self._missing.setdefault(name.text, _Missing(place)).spans.append(name.span)
            return None
        if self.contested(name.text):
            return None
        self._findings.error(
            "wrong-kind-of-name",
            name.span,
            f"`{name.text}` is {a(other.kind)}, and {ways_out.wanted(place)} belongs here",
            ways_out.for_kind(place, other.kind, name.text, self.example("ledger", "general"))
            or self.nearest(name.text, kinds),
            other=None if other.span is None else (other.span, "declared here"),
        )
        return None

    def an_effect(self, name: Name) -> bool:
        """Whether an effect stands where the amount of a fine belongs, which is reported."""
        found = self.get(name.text, KINDS["effect"]) if self.get(name.text, KINDS["number"]) is None else None
        if found is None:
            return False
        self._findings.error(
            "wrong-kind-of-name",
            name.span,
            f"`{name.text}` is an effect of its own, and the amount of the fine belongs here",
            f"write the amount, and a comma between the two: `fine 2000, {name.text}`",
            other=None if found.span is None else (found.span, "declared here"),
        )
        return True

    def all(self, kind: Kind) -> tuple[str, ...]:
        """Every name of a kind, in the order in which they were declared."""
        return tuple(d.name for d in self._declared.values() if d.kind == kind)

    def example(self, kind: Kind, otherwise: str) -> str:
        """The first name of a kind that is declared, for examples in the words of this policy."""
        return next((d.name for d in self._declared.values() if d.kind == kind), otherwise)

    def nearest(self, text: str, kinds: Iterable[Kind]) -> str | None:
        """A help line with the nearest name of these kinds, or the names there are."""
        wanted = set(kinds)
        names = sorted({d.name for d in self._declared.values() if d.kind in wanted})
        close = nearest(text, [*names, *self._near_too(wanted)])
        if close is not None:
            return f"did you mean `{close}`?"
        if names:
            return f"declared are {', '.join(f'`{n}`' for n in names[:8])}{' …' if len(names) > 8 else ''}"
        return None

    def _near_too(self, kinds: set[Kind]) -> list[str]:
        """Labels, and words of the language, that a slip of the hand may have meant."""
        labels = sorted(label for (_, label), d in self._labels.items() if d.kind in kinds and len(label.split()) == 1)
        return [*labels, *(LANGUAGE if "language" in kinds else ())]

    # --- what is missing ---

    def missing(self, text: str) -> bool:
        """Whether a name was looked for and is declared nowhere."""
        return text in self._missing

    def unused(self) -> Iterator[Declared]:
        """What is declared and stands in no sentence, of what does nothing by itself."""
        idle = ("act", "metric", "attribute", "constant", "flag")
        for declared in self._declared.values():
            if declared.kind in idle and declared.name not in self._used and declared.span is not None:
                yield declared

    def shared(self) -> Iterator[tuple[Declared, Declared]]:
        """The rules and ladders that are called like something else, each with what that is. An offence that does
        something besides costing points is a rule of its name by itself."""
        for (space, name), declared in self._declared.items():
            held = self._declared.get(("things", name)) if space == "rules" else None
            if (
                held is not None
                and held.span is not None
                and held.span != declared.span
                and name not in self._contested
            ):
                yield declared, held

    def report_missing(self) -> None:
        """Report each name that is not declared, once, however often it is used."""
        for_lack_of_standard: dict[str, _Missing] = {}
        for text, missing in self._missing.items():
            if self._unread.may_declare(text) or self.contested(text):
                continue
            if text in self._unused:
                for_lack_of_standard[text] = missing
            else:
                self._report_missing(text, missing)
        if for_lack_of_standard:
            self._report_lack_of_standard(for_lack_of_standard)

    def _report_missing(self, text: str, missing: _Missing) -> None:
        kinds = KINDS[missing.place]
        if text in _TRUTH and any(
            found.code == "wrong-kind-of-name" and found.span.source is span.source and found.span.line == span.line
            for found in self._findings.found
            for span in missing.spans
        ):
            # `watched = true`: what stands on the other side was reported.
            return
        first, *rest = sorted(missing.spans, key=lambda span: (span.start, span.end))
        effect = later_effect(text) if missing.place == "effect" else None
        if effect is not None or text in chinese_words():
            self._findings.found.append(effect.said(first) if effect is not None else said_of_chinese(text, first))
            return
        help = (
            ways_out.instead(missing.place, text) or self.nearest(text, kinds) or ways_out.declare(missing.place, text)
        )
        self._findings.error(
            "undeclared-name",
            first,
            f"no {ways_out.called(missing.place)} is called `{text}`",
            help,
            label=_also(first, rest),
        )

    def _report_lack_of_standard(self, lacking: Mapping[str, _Missing]) -> None:
        """Forgetting `use standard` is one mistake, however many of its words are used."""
        spans = sorted((span for missing in lacking.values() for span in missing.spans), key=lambda span: span.start)
        names = sorted(lacking, key=lambda text: min(span.start for span in lacking[text].spans))
        are, belong = ("are", "they belong") if len(names) > 1 else ("is", "it belongs")
        self._findings.error(
            "standard-not-used",
            spans[0],
            f"{_listed(names)} {are} not declared here; {belong} to the standard vocabulary, and this file has words of"
            " its own",
            "write `use standard` on a line of its own to have both",
            label=_also(spans[0], spans[1:]),
            other=None if self._because is None else (self._because, "this declares a word of its own"),
        )


def _also(first: Span, rest: Iterable[Span]) -> str | None:
    """The other lines on which the same stands."""
    lines = sorted({span.line for span in rest} - {first.line})
    if not lines:
        return None
    shown = [str(line) for line in lines[:5]] + (["…"] if len(lines) > 5 else [])
    return f"also on line{'s' if len(shown) > 1 else ''} {', '.join(shown)}"


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
