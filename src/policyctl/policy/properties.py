"""What a policy says of all histories: `properties:`, with its names resolved. They are no part of its meaning."""

from __future__ import annotations

from typing import Literal

import msgspec

from policyctl.instants import Length
from policyctl.policy import lengths
from policyctl.policy.dates import day
from policyctl.policy.draft import Draft
from policyctl.policy.form import Condition, Measure, Version
from policyctl.source import tree
from policyctl.source.text import Span

Template = Literal["always", "never", "never_cleared", "never_longer", "can_fire", "never_less", "as_before"]


class Property(msgspec.Struct, frozen=True):
    """One property, of the version dated `since`. `text` is how it is written. Conditions compare measures: those of
    the version, and `measures` besides. `name` is a ledger, a sanction (None: any), a rule or ladder (None: every
    rule); `word` says which of the ways of its template it is; `date` is that of another version."""

    template: Template
    text: str
    since: str | None
    span: Span
    condition: Condition | None = None
    implied: Condition | None = None
    measures: tuple[Measure, ...] = ()
    name: str | None = None
    length: Length | None = None
    word: str = ""
    date: str | None = None


def properties(draft: Draft, version: Version) -> list[Property]:
    """The properties of a file whose version is read already, so that nothing of them is a part of it."""
    known = {measure.name for measure in version.measures}
    found = []
    for statement in draft.of(tree.PropertiesStatement):
        for line in statement.properties:
            one = _property(draft, version, line)
            if one is not None:
                more = (m for name, m in sorted(draft.numbers.measures.items()) if name not in known)
                found.append(msgspec.structs.replace(one, measures=tuple(more)))
    return found


def _property(draft: Draft, version: Version, line: tree.Property) -> Property | None:
    conditions = [None if one is None else draft.conditions.condition(one) for one in (line.condition, line.implied)]
    if any(
        said is not None and found is None
        for said, found in zip((line.condition, line.implied), conditions, strict=True)
    ):
        return None
    name = None
    if isinstance(line.name, tree.Name):
        declared = draft.names.find(line.name, _PLACES[line.kind])
        if declared is None:
            return None
        name = declared.name
    length = None if line.length is None else lengths.length(line.length, draft.findings, "`permanently`")
    if line.length is not None and length is None:
        return None
    date = None if line.date is None else day(line.date, draft.head.zone, draft.findings)
    if line.date is not None and date is None:
        return None
    return Property(
        template=line.kind,  # type: ignore[arg-type]
        text=" ".join(line.span.text.split()),
        since=version.since,
        span=line.span,
        condition=conditions[0],
        implied=conditions[1],
        name=name,
        length=length,
        word="" if line.word is None else line.word.word,
        date=date,
    )


_PLACES: dict[str, Literal["ledger", "sanction", "rule"]] = {
    "never_cleared": "ledger",
    "never_longer": "sanction",
    "can_fire": "rule",
}
"""What a name is in a template."""
