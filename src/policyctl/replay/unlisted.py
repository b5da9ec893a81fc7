"""Attributes of an account or a ticket whose value is none of those that the policy lists: mostly it is misspelt.

Such a value is taken as it stands; a condition that asks for a listed one does not hold. So it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyctl.history.events import Problem, Ticket
from policyctl.policy.form import AttributeKind, Policy
from policyctl.replay.facts import spoken
from policyctl.source.nearest import nearest


def listed(policy: Policy) -> Mapping[str, frozenset[str]]:
    """The values of each attribute that has a list of them, in any version; none where a version leaves them open."""
    found: dict[str, frozenset[str]] = {}
    kinds = [fact for version in policy.versions for fact in version.facts if isinstance(fact, AttributeKind)]
    for kind in kinds:
        found[kind.name] = found.get(kind.name, frozenset()) | set(kind.values)
    return {name: values for name, values in found.items() if all(k.values for k in kinds if k.name == name)}


def unlisted(
    lists: Mapping[str, frozenset[str]], attributes: Mapping[str, object], ticket: Ticket | None = None
) -> Iterator[Problem]:
    """The values among attributes (of a ticket, else of the account) that are not on their list."""
    for name in sorted(lists.keys() & attributes.keys()):
        for word in sorted(spoken(attributes[name]) - lists[name]):
            whose = "the account" if ticket is None else f"ticket {ticket.id}"
            yield Problem(
                code="unlisted-value",
                message=f"the attribute `{name}` of {whose} is `{word}`, and the policy lists"
                f" {', '.join(f'`{one}`' for one in sorted(lists[name]))}",
                event=None if ticket is None else ticket.id,
                identity=None if ticket is None else ticket.identity,
                field=name,
                named=word,
                instead=nearest(word, sorted(lists[name])),
                help="correct the value, or add it to the attribute in the policy",
                error=False,
            )
