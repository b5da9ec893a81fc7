"""The names that one version declares, and finding what a written name means.

A one-word label may stand wherever its name may. Names that can meet in one place (ledgers, measures, flags,
sanctions, offences) share one namespace; so do rules and ladders; identities have their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from policyctl.source.diagnostics import Findings
from policyctl.source.text import Span
from policyctl.source.tree import Name, Named, Text

Kind = Literal["ledger", "measure", "flag", "sanction", "offence", "rule", "ladder", "identity", "language"]

_SPACE: dict[Kind, str] = {"rule": "rules", "ladder": "rules", "identity": "identities"}
_ARTICLE = {"offence": "an offence", "identity": "an identity", "language": "a word of the language"}

OF_THE_LANGUAGE = ("close_identity", "no_reset")
"""Effects that every policy has; `closed` asks in a condition whether `close_identity` happened."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared name. `span` is None for a word of the language."""

    kind: Kind
    name: str
    label: str | None
    span: Span | None


def a(kind: Kind) -> str:
    """`a ledger`, `an offence`."""
    return _ARTICLE.get(kind, f"a {kind}")


class Names:
    """Everything declared in one version."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._declared: dict[tuple[str, str], Declared] = {}
        self._labels: dict[tuple[str, str], Declared] = {}
        for word in OF_THE_LANGUAGE:
            self._declared["things", word] = Declared("language", word, None, None)

    def declare(self, kind: Kind, named: Named) -> bool:
        """Take a declaration; False (and reported) where its name or label is taken already."""
        return self.declare_as(kind, named.name.text, named.name.span, named.label)

    def declare_as(self, kind: Kind, name: str, span: Span, label: Text | None) -> bool:
        """As `declare`, for a name that is put together (a ladder's step)."""
        space = _SPACE.get(kind, "things")
        new = Declared(kind, name, label.text if label else None, span)
        held = self._declared.get((space, name))
        if held is not None and held.span is None:
            self._findings.error(
                "name-of-the-language",
                span,
                f"`{name}` is {a(held.kind)} and cannot be declared",
                "choose another name",
            )
            return False
        if kind == "flag" and name == "closed":
            self._findings.error(
                "name-of-the-language",
                span,
                "`closed` asks whether an identity was closed and cannot be a flag",
                "choose another name",
            )
            return False
        if held is not None and held.span is not None:
            self._findings.error(
                "declared-twice",
                span,
                f"`{name}` is declared twice",
                f"give this {kind} another name"
                if held.kind == kind
                else f"there it is {a(held.kind)}, here {a(kind)}",
                other=(held.span, "first declared here"),
            )
            return False
        self._declared[space, name] = new
        return self._take_label(space, new, label)

    def _take_label(self, space: str, new: Declared, label: Text | None) -> bool:
        if label is None or not label.text:
            return True
        held = self._labels.get((space, label.text))
        if held is not None and held.span is not None:
            self._findings.error(
                "label-twice",
                label.span,
                f"the label `{label.text}` belongs to `{held.name}` already",
                "a label may stand for its name, so two equal ones would be ambiguous",
                other=(held.span, "first used here"),
            )
            return False
        self._labels[space, label.text] = new
        return True

    def check_labels(self) -> None:
        """A label must not be the name of something else."""
        for (space, label), owner in self._labels.items():
            held = self._declared.get((space, label))
            if held is not None and held.name != owner.name and owner.span is not None:
                self._findings.error(
                    "label-is-a-name",
                    owner.span,
                    f"the label `{label}` of `{owner.name}` is the name of {a(held.kind)}",
                    "change one of them",
                    other=None if held.span is None else (held.span, "declared here"),
                )

    def get(self, text: str, kinds: Iterable[Kind]) -> Declared | None:
        """What a name or label means among these kinds, silently."""
        for kind in kinds:
            space = _SPACE.get(kind, "things")
            for found in (self._declared.get((space, text)), self._labels.get((space, text))):
                if found is not None and found.kind == kind:
                    return found
        return None

    def find(self, name: Name, kinds: tuple[Kind, ...], wanted: str) -> Declared | None:
        """What a name means among these kinds; None, and reported, where it means nothing there.

        `wanted` says in words what the place asks for, such as `a ledger or a measure`."""
        found = self.get(name.text, kinds)
        if found is not None:
            return found
        others: tuple[Kind, ...] = (
            "ledger",
            "measure",
            "flag",
            "sanction",
            "offence",
            "language",
            "rule",
            "ladder",
            "identity",
        )
        other = self.get(name.text, [kind for kind in others if kind not in kinds])
        if other is not None:
            self._findings.error(
                "wrong-kind-of-name",
                name.span,
                f"`{name.text}` is {a(other.kind)}; here belongs {wanted}",
                self.nearest(name.text, kinds),
                other=None if other.span is None else (other.span, "declared here"),
            )
            return None
        self._findings.error(
            "undeclared-name",
            name.span,
            f"`{name.text}` is not declared; here belongs {wanted}",
            self.nearest(name.text, kinds),
        )
        return None

    def nearest(self, text: str, kinds: Iterable[Kind]) -> str | None:
        """A help line with the nearest name of these kinds, or the names there are."""
        wanted = set(kinds)
        names = sorted({d.name for d in self._declared.values() if d.kind in wanted})
        labels = {label: d.name for (_, label), d in self._labels.items() if d.kind in wanted}
        close = get_close_matches(text, [*names, *sorted(labels)], 1, 0.6)
        if close:
            return f"did you mean `{close[0]}`?"
        if names:
            return f"declared are {', '.join(f'`{n}`' for n in names[:8])}{' …' if len(names) > 8 else ''}"
        return None

    def all(self, kind: Kind) -> list[Declared]:
        """Everything of a kind, by name."""
        return sorted((d for d in self._declared.values() if d.kind == kind), key=lambda d: d.name)
