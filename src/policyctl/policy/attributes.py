"""What a policy knows from outside (acts, metrics, attributes), and the numbers that it gives a name (constants)."""

from __future__ import annotations

from policyctl.exact import plain
from policyctl.policy.dates import day
from policyctl.policy.draft import Draft
from policyctl.policy.form import (
    ActKind,
    AttributeKind,
    Condition,
    ConstantKind,
    Dated,
    FactKind,
    Is,
    MetricKind,
    atoms,
)
from policyctl.source import tree
from policyctl.source.printer import expression_text
from policyctl.source.text import Span


def from_outside(draft: Draft) -> list[FactKind]:
    """The acts, metrics and attributes of a version."""
    found: list[FactKind] = []
    for acts in draft.of(tree.ActsStatement):
        for named in draft.names.owned(acts.names, "act"):
            draft.say("act", named.name.text, named.name.text, named.name.span, named.label, acts.cite)
            found.append(ActKind(named.name.text, _parts(draft, acts)))
    for metrics in draft.of(tree.MetricsStatement):
        for named in draft.names.owned(metrics.names, "metric"):
            draft.say("metric", named.name.text, named.name.text, named.name.span, named.label, metrics.cite)
            start = metrics.starts[metrics.names.index(named)]
            found.append(MetricKind(named.name.text, None if start is None else start.value))
    for attribute in draft.of(tree.AttributeStatement):
        name = attribute.name.name.text
        values = _values(draft, attribute)
        text = f"{name} = {', '.join(values)}" if values else name
        draft.say("attribute", name, text, attribute.span, attribute.name.label, attribute.cite)
        untold = None if attribute.starts is None else attribute.starts.value
        found.append(AttributeKind(name, tuple(sorted(values)), untold))
    return found


def _parts(draft: Draft, acts: tree.ActsStatement) -> tuple[str, ...]:
    """The acts that are acts of this name, too."""
    found = [draft.names.find(name, "act") for name in acts.parts]
    return tuple(sorted({one.name for one in found if one is not None}))


def _values(draft: Draft, attribute: tree.AttributeStatement) -> list[str]:
    """The values that an attribute may have, in the order of the text."""
    first: dict[str, Span] = {}
    for value in attribute.values:
        if value.text in first:
            _twice(draft, value.span, first[value.text], f"the value `{value.text}` is named twice", "leave one out")
        first.setdefault(value.text, value.span)
    return list(first)


def constants(draft: Draft) -> list[ConstantKind]:
    """The constants of a version, each with its values in the order of their dates."""
    return [_constant(draft, statement) for statement in draft.of(tree.ConstantStatement)]


def _constant(draft: Draft, statement: tree.ConstantStatement) -> ConstantKind:
    name = statement.name.name.text
    found: list[Dated] = []
    first: dict[tuple[str | None, Condition | None], Span] = {}
    said = []
    for value in statement.values:
        since = None if value.since is None else day(value.since, draft.head.zone, draft.findings)
        when = None if value.whose is None else _whose(draft, value)
        if (value.since is not None and since is None) or (value.whose is not None and when is None):
            continue
        if (since, when) in first:
            said_when = "always" if since is None else f"from {since}"
            message = f"`{name}` has two values {said_when}"
            help = "leave one out, or correct a date: `… from 2022-01-01`"
            _twice(draft, value.span, first[since, when], message, help)
            continue
        found.append(Dated(since, value.value.value, when))
        first[since, when] = value.span
        whose = "" if value.whose is None else f" for {expression_text(value.whose)}"
        text = plain(value.value.value) + whose + ("" if since is None else f" from {since}")
        said.append(text)
        place = f"{name}.{since or ''}" + (f".{len(said)}" if whose else "")
        draft.say("constant", place, text, value.span, None, value.cite)
    draft.say("constant", name, f"{name} = {', '.join(said)}", statement.span, statement.name.label)
    zone = draft.head.zone
    # The last one that holds counts: so of one date that for all stands first, and of the others the first one last.
    found.reverse()
    found.sort(key=lambda one: ("" if one.since is None else zone.read(one.since).isoformat(), one.when is not None))
    return ConstantKind(name, tuple(found))


def _whose(draft: Draft, value: tree.ConstantValue) -> Condition | None:
    """For whom a value holds: by attributes alone."""
    assert value.whose is not None
    when = draft.conditions.condition(value.whose)
    if when is None or all(isinstance(atom, Is) and atom.field != "identity" for atom in atoms(when)):
        return when
    draft.findings.error(
        "constant-asks-more",
        value.span,
        "for whom a constant has a value is asked of attributes alone",
        "ask for an attribute: `constant limit = 4 for class is learner, 15`",
    )
    return None


def _twice(draft: Draft, again: Span, first: Span, message: str, help: str) -> None:
    draft.findings.error("value-twice", again, message, help, other=(first, "first said here"))
