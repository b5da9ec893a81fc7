"""Whether another version of the policy gives what the platform recorded: an old one, or one not in force yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from policyctl.compare.pairing import differences, starts
from policyctl.compare.record import Cause, CauseKind, Expected, Pair
from policyctl.compare.worlds import Worlds
from policyctl.policy.form import Open, Policy, Version
from policyctl.replay.answer import Answer
from policyctl.replay.sanctions import impose
from policyctl.replay.versions import Versions


def at_another_version(
    policy: Policy, answer: Answer, worlds: Worlds, pair: Pair, found: Sequence[Pair]
) -> Iterator[Cause]:
    """The nearest version that gives what was recorded: by a replay under it, or in a rule of the same name."""
    others = list(_others(policy, answer, pair))
    for kind, version, under in others:
        world = worlds.under(under, (kind, version.since))
        if not world.gives(pair):
            continue
        # That an older version does not know a decision says little, unless the platform in fact imposed by it.
        if pair.actual is not None or any(
            other.different and other.actual is not None and other.identity == pair.identity and world.gives(other)
            for other in found
        ):
            yield Cause(kind, version=version.since)
    for kind, version, _ in others:
        if _in_a_rule(answer, version, pair):
            yield Cause(kind, version=version.since, rule_only=True)


def _others(policy: Policy, answer: Answer, pair: Pair) -> Iterator[tuple[CauseKind, Version, Policy]]:
    """Older versions, the nearest first, each as if it had stayed in force; then newer ones, as if always in force."""
    if pair.actual is not None:
        when = starts(pair.actual)
    else:
        assert pair.expected is not None
        when = pair.expected.start
    now = Versions(policy, answer.zone).in_force(when)
    if now is None:
        return
    place = policy.versions.index(now)
    for older in reversed(range(place)):
        yield "old_version", policy.versions[older], replace(policy, versions=policy.versions[: older + 1])
    for newer in range(place + 1, len(policy.versions)):
        version = policy.versions[newer]
        first = replace(version, since=policy.versions[0].since, transition=None)
        yield "new_version", version, replace(policy, versions=(first, *policy.versions[newer + 1 :]))


def _in_a_rule(answer: Answer, version: Version, pair: Pair) -> bool:
    """Whether the rule of the same name gives the recorded length or amount in a version."""
    if pair.expected is None or pair.actual is None:
        return False
    wanted, rule = pair.expected, pair.expected.decision.rule.name
    found = (effect for one in version.rules if one.name == rule for effect in one.effects)
    effects = [effect for effect in found if isinstance(effect, Open)]
    given = (one for effect in effects if (one := _given(answer, wanted, effect)))
    return any({*differences(pair.actual, one)} <= {*pair.beside} for one in given)


def _given(answer: Answer, wanted: Expected, effect: Open) -> Expected | None:
    """What an effect of another version would impose in the place of this one."""
    times = wanted.decision.outcomes[wanted.place].times
    if effect.sort != wanted.sort:
        return None
    if effect.sort == "fine":
        amount = effect.amount
        return replace(wanted, amount=amount * times if amount is not None and effect.each else amount)
    if effect.sort != "sanction" or effect.name != (wanted.part_of or wanted.name):
        return None
    outcome = impose(effect, wanted.start, times, answer.zone)
    if wanted.part_of is None:
        return replace(wanted, until=outcome.until, also_until=None)
    part = next((part for part in outcome.parts if part.name == wanted.name), None)
    return None if part is None else replace(wanted, until=part.until, also_until=None)
