"""What the labels in the lines of a test stand for.

A label of one word may stand wherever its name may. Ledgers and rules do not share their labels, so what one means
depends on the place where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable

from policyctl.policy.form import Ladder, Policy
from policyctl.policy.offences import SEPARATOR
from policyctl.source.nearest import nearest


class Labels:
    """The names of a policy's parts, by their kind and label."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._names: dict[tuple[str, str], str] = {}
        self._labels: dict[tuple[str, str], str | None] = {}
        for key, said in policy.words.said.items():
            _, kind, name = key.split(" ", 2)
            self._labels.setdefault((kind, name), said.label)
            if said.label is not None:
                self._names.setdefault((kind, said.label), name)

    def name(self, text: str, *kinds: str) -> str:
        """The name that a text means among parts of these kinds: that of which it is the label, or the text itself."""
        return next((self._names[kind, text] for kind in kinds if (kind, text) in self._names), text)

    def rules(self, text: str) -> set[str]:
        """The rules that a text means: those of that name or label, all steps of a ladder among them. The name of a
        sanction or flag goes before the label of a rule that is spelled like it."""
        meant = {text}
        if text not in self.names("sanction", "flag"):
            meant |= {
                name for (kind, name), label in self._labels.items() if kind in ("rule", "ladder") and label == text
            }
        found = {rule.name for version in self._policy.versions for rule in version.rules if rule.name in meant}
        for version in self._policy.versions:
            for choice in version.choices:
                if isinstance(choice, Ladder) and choice.name in meant:
                    found.update(choice.steps)
        return found

    def names(self, *kinds: str) -> list[str]:
        """The names of all parts of these kinds, in any version."""
        return sorted({name for kind, name in self._labels if kind in kinds})

    def help(self, text: str, *kinds: str, also: Iterable[str] = ()) -> str | None:
        """What was meant by a name that no part of these kinds has; None where nobody can know. A policy that says by
        which date it chooses a version has several, and where only one was read, another may have the name."""
        labels = (label for kind, label in self._names if kind in kinds and len(label.split()) == 1)
        near = nearest(text, [*self.names(*kinds), *sorted(labels), *also])
        if near is not None:
            return f"did you mean `{near}`?"
        first, *more = self._policy.versions
        if first.since is not None and first.settings.judge_by is not None and not more:
            return (
                f"only version {first.since} of `{self._policy.name}` is among these files, and another may have it:"
                " name the folder that holds all versions"
            )
        return None

    def ticket(self, text: str) -> str:
        """The kind of ticket that a text means: an offence, or an offence and its severity with a dot between them."""
        for kind, offence in self._labels:
            if kind != "offence":
                continue
            spelled = {offence, self._labels[kind, offence]}
            if text in spelled:
                return offence
            for head in spelled:
                if head is not None and text.startswith(f"{head}."):
                    severity = self._severity(offence, text[len(head) + 1 :])
                    if severity is not None:
                        return severity
        return text

    def _severity(self, offence: str, severity: str) -> str | None:
        """The kind of ticket for a severity, by its name or label."""
        prefix = self._labels["offence", offence]
        for (kind, name), label in self._labels.items():
            if kind != "ticket" or not name.startswith(f"{offence}."):
                continue
            own = None if label is None or label == prefix else label.removeprefix(f"{prefix}{SEPARATOR}")
            if severity in (name[len(offence) + 1 :], own):
                return name
        return None
