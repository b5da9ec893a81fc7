"""The effects of a rule, resolved and checked: names, units, and the choices that a policy must make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec.structs import replace as change

from policyctl.exact import plain
from policyctl.policy.conditions import Conditions
from policyctl.policy.endings import Endings
from policyctl.policy.fines import Fines
from policyctl.policy.form import Condition, Effect, FlagKind, Open, Part, SanctionKind
from policyctl.policy.lengths import length, length_or_acts
from policyctl.policy.names import Names
from policyctl.policy.numbers import Numbers
from policyctl.policy.ranges import upper_length
from policyctl.policy.sanction_lives import Lives
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import effect_text, quantity_text
from policyctl.source.text import Span

_ORDER = (
    *("sanction", "fine", "close", "flag", "notice", "require", "forward", "post"),
    *("clear", "consume", "set", "lift", "void", "extend", "shorten"),
)
_LIKE_MONEY = 100
"""A length without a unit that is as large as this may have been meant as a fine."""


class Effects:
    """Resolves the effects of rules. `currency` is what the policy says, if it does. `sanctions` has None for one that
    was declared with a mistake."""

    def __init__(
        self, names: Names, numbers: Numbers, findings: Findings, conditions: Conditions, currency: str | None
    ) -> None:
        self._names, self._findings = names, findings
        self.fines = Fines(names, numbers, findings, currency)
        self.endings = Endings(names, numbers, findings, conditions)
        self.lives = Lives(names, numbers, findings, conditions)
        self.sanctions: dict[str, SanctionKind | None] = {}
        self.extending: set[str] = set()
        """The sanctions of which a later one makes the running one longer."""
        self.flags: dict[str, FlagKind] = {"no_reset": FlagKind("no_reset", per_period=True)}

    def of(self, effects: Sequence[tree.Effect], condition: Condition | None, every: bool) -> tuple[Effect, ...]:
        """The effects of one rule, in the order of their kind and name."""
        opened: list[tuple[Effect, tree.Effect]] = []
        for place, effect in enumerate(effects):
            before = effects[place - 1] if place else None
            behind = effects[place + 1] if place + 1 < len(effects) else None
            if isinstance(effect, tree.Instead):
                opened += self._instead(effect, before, behind, condition, every)
                continue
            one = self._one(effect, before, behind, condition, every)
            if one is not None:
                opened.append((one, effect))
        self._check_together(opened)
        return tuple(sorted((one for one, _ in opened), key=lambda e: (_ORDER.index(e.sort), e.name)))

    def _one(
        self,
        effect: tree.Effect,
        before: tree.Effect | None,
        behind: tree.Effect | None,
        condition: Condition | None,
        every: bool,
        place: str | None = None,
    ) -> Effect | None:
        """One effect. `place` is what it stands in the place of from an act on."""
        assert not isinstance(effect, tree.Instead)
        if not isinstance(effect, tree.Warn | tree.Tell) and effect.each and not every:
            self._findings.error(
                "each-without-every",
                effect.span,
                "`each` multiplies by what a rule counts, and this one counts nothing",
                f"write `{effect_text(replace(effect, each=False))}`, or a rule that counts: the multiples in"
                f" `every 12 of {self._names.example('ledger', 'general')} -> …`, the tickets, acts or fines of one"
                " instant in `rule NAME when ticket: …`, `when ACT: …`, `when fine overdue: …`",
            )
            effect = replace(effect, each=False)
        match effect:
            case tree.Fine():
                return self.fines.of(effect, behind, condition)
            case tree.Warn(name):
                return Open("notice", name.text if name else "warn")
            case tree.Post():
                return self._post(effect)
            case tree.Impose():
                return self._rest(effect, place) if effect.rest else self._impose(effect, before)
            case tree.Ends():
                return self.endings.ends(effect)
            case tree.Moves():
                return self.endings.moves(effect)
            case tree.Tell(verb, name):
                due = (
                    None
                    if effect.within is None
                    else length_or_acts(effect.within, self._names, self._findings, "no time")
                )
                return Open("notice" if verb == "notify" else verb, name.text, due=due)

    def _instead(
        self,
        effect: tree.Instead,
        before: tree.Effect | None,
        behind: tree.Effect | None,
        condition: Condition | None,
        every: bool,
    ) -> list[tuple[Effect, tree.Effect]]:
        """What stands in the place of a sanction, a fine or a closure, where somebody chooses it."""
        act = None if effect.act is None else self._names.find(effect.act, "act")
        place = None if before is None else self._stands(before)
        names = [self._stands(one) for one in effect.effects]
        if place is None or None in names or place in names or (place == "close_identity" and effect.act is not None):
            self._findings.error(
                "instead-of-what",
                effect.span,
                f"`{effect_text(effect)}` does not stand in the place of another sanction or fine",
                "two sanctions, or a sanction and a fine, stand beside each other: suspend 3d or instead fine 2000"
                + ("; a closure ends by no act" if place == "close_identity" else ""),
            )
            return []
        if effect.both and effect.act is not None:
            self._findings.error(
                "instead-form",
                effect.span,
                f"what `{effect.act.text}` chooses takes the place of the other, so there are never both",
                f"leave `or both` out: `{effect_text(replace(effect, both=False))}`",
            )
            return []
        found: list[tuple[Effect, tree.Effect]] = []
        for one in effect.effects:
            opened = self._one(one, None, behind, condition, every, place if act is not None else None)
            if isinstance(opened, Open) and (act is not None or effect.act is None):
                elected = None if act is None else act.name
                found.append((change(opened, instead=place, elected=elected, both=effect.both), one))
        return found

    def _stands(self, effect: tree.Effect) -> str | None:
        """The name of what an effect imposes that can be chosen, or replaced: a sanction, a fine, a closure."""
        if isinstance(effect, tree.Fine):
            return "fine"
        if isinstance(effect, tree.Impose) and effect.name.text == "close_identity":
            return effect.name.text
        found = self._names.get(effect.name.text, ("sanction",)) if isinstance(effect, tree.Impose) else None
        return None if found is None else found.name

    def _post(self, effect: tree.Post) -> Open | None:
        """Points; or the amount of a fine or a length, with a sign, which is wrong."""
        name, number = effect.ledger.text, plain(effect.points.value)
        if (name == "fine" and self._names.get(name, ("ledger",)) is None) or self._names.get(name, ("sanction",)):
            self._findings.error(
                "signed-amount",
                effect.span,
                f"`{effect.sign}{number}` has a sign, and a length or an amount is always more than 0",
                f"write `fine {number}`" if name == "fine" else f"write a length: `{name} {number}d`",
            )
            return None
        return self.endings.posts(effect)

    # --- sanctions, closure, flags ---

    def _impose(self, effect: tree.Impose, before: tree.Effect | None) -> Open | None:
        if self._names.contested(effect.name.text) and effect.name.text not in self.sanctions:
            return None
        ledger = self._names.get(effect.name.text, ("ledger",))
        if ledger is not None:
            self._ledger_as_effect(effect, ledger.name, before)
            return None
        if effect.name.text == "closed":
            self._findings.error(
                "wrong-kind-of-name",
                effect.name.span,
                "`closed` asks whether an identity is closed and does not close it",
                "write `close_identity`",
            )
            return None
        found = self._names.find(effect.name, "effect")
        if found is None:
            return None
        if found.kind == "sanction":
            return self._sanction(effect, found.name)
        flag = found.kind == "flag" and effect.amount is None and not effect.permanently
        if flag and (effect.length is not None or effect.waits is not None or effect.day is not None):
            return self._flag_for_a_time(effect, found.name)
        lasts = effect.length is not None or effect.amount is not None or effect.permanently
        if lasts or effect.waits is not None or effect.day is not None:
            how = "lasts for good" if found.name == "close_identity" else "has no length of its own"
            self._findings.error(
                "length-of-a-mark",
                effect.span,
                f"`{effect.name.text}` {how}",
                f"write only `{effect.name.text}`; what ends by itself is a sanction",
            )
            return None
        if effect.each:
            self._findings.error(
                "each-of-a-mark",
                effect.span,
                f"`each` multiplies a length or an amount, and `{effect.name.text}` has none",
                f"write only `{effect.name.text}`",
            )
            return None
        return Open("close" if found.name == "close_identity" else "flag", found.name)

    def _flag_for_a_time(self, effect: tree.Impose, name: str) -> Open | None:
        """A flag that goes down by itself: after a time, or when a condition holds."""
        if effect.frozen is not None:
            self._findings.error(
                "frozen-mark",
                effect.span,
                f"the time of a sanction can stand still, and `{name}` is a flag",
                f"declare `sanction {name}` in its place; a condition asks for it as `{name} is running`",
            )
            return None
        duration = None if effect.length is None else length(effect.length, self._findings, "no length")
        life = self.lives.of(effect)
        if life is None or (duration is None and effect.length is not None):
            return None
        highest = None if effect.to is None or duration is None else upper_length(effect, duration, self._findings)
        lasts = Part(name, duration, highest=highest, day=self.lives.day(effect.day))
        return change(life, sort="flag", name=name, parts=(lasts,), each=effect.each)

    def _ledger_as_effect(self, effect: tree.Impose, ledger: str, before: tree.Effect | None) -> None:
        """A ledger behind a comma, mostly in a list of ledgers to clear."""
        name = effect.name.text
        if isinstance(before, tree.Fine) and before.clears:
            whole = replace(before, ledgers=(*before.ledgers, effect.name))
            help = f"ledgers are joined by `and`: `{effect_text(whole)}`"
        elif effect.amount is not None:
            help = f"only an offence posts points: `offence NAME -> {name} +{plain(effect.amount.value)}`"
        else:
            help = f"to end its points by a fine write `fine 2000 clears {name}`"
        self._findings.error(
            "ledger-as-effect", effect.name.span, f"`{name}` is a ledger and does nothing as an effect", help
        )

    def _sanction(self, effect: tree.Impose, name: str) -> Open | None:
        kind, written = self.sanctions.get(name), effect.name.text
        if kind is None:
            return None
        if effect.amount is not None and effect.acts is None:
            number = plain(effect.amount.value)
            money = f"; money is `fine {number}`" if effect.amount.value >= _LIKE_MONEY else ""
            self._findings.error(
                "length-needs-unit",
                effect.amount.span,
                f"`{written}` lasts for a time, and `{number}` has no unit",
                f"write `{written} {number}d` for days, `{written} {number}h` for hours, or `{written} permanently`"
                + money,
            )
            return None
        lasting = self.lives.length(effect)
        if effect.length is not None and lasting is None:
            return None
        own = kind.parts or (Part(name),)
        open_ended = [part for part in own if part.length is None and not part.permanent]
        life = self.lives.of(effect)
        if life is None:
            return None
        until, day = life.until, self.lives.day(effect.day)
        if (effect.acts is not None and lasting is None) or (effect.day is not None and day is None):
            return None
        if name in self.extending and effect.length is None and (lasting is not None or until is not None):
            self._findings.error(
                "extends-without-length",
                effect.span,
                f"`{written}` makes longer what runs, and this one has no length that could be added",
                f"write a length, or let it come behind the other: `sanction {name} overlap consecutive`",
            )
            return None
        if effect.permanently and until is not None:
            self._findings.error(
                "length-said-twice",
                effect.span,
                f"`{written}` is said to end never, and to end when a condition holds",
                f"leave out `permanently`: `{written} until …` runs until the condition holds",
            )
            return None
        said = lasting is not None or effect.permanently or until is not None or day is not None
        if open_ended and not said:
            self._missing_length(effect, [part.name for part in open_ended if len(open_ended) < len(own)])
            return None
        if not open_ended and said:
            self._findings.error(
                "length-said-twice",
                effect.span,
                f"every part of `{name}` has a length of its own, so this one would change nothing",
                f"write only `{written}`",
            )
            return None
        highest = None if effect.to is None or lasting is None else upper_length(effect, lasting, self._findings)
        lasts = Part(name, lasting, effect.permanently, highest, day)
        parts = tuple(
            part if part.length is not None or part.permanent else change(lasts, name=part.name) for part in own
        )
        return change(life, sort="sanction", name=name, parts=parts, each=effect.each)

    def _rest(self, effect: tree.Impose, place: str | None) -> Open | None:
        """What ends when that would have ended in whose place it stands from an act on."""
        found = self._names.find(effect.name, "sanction")
        kind = None if found is None else self.sanctions.get(found.name)
        if found is None or kind is None:
            return None
        others = (
            effect.per,
            effect.most,
            effect.waits,
            effect.later,
            effect.from_next,
            effect.from_day,
            effect.from_date,
        )
        parts = kind.parts or (Part(found.name),)
        own = effect.frozen is not None or any(part.length is not None or part.permanent for part in parts)
        if place in (None, "fine") or own or effect.each or any(one is not None for one in others):
            self._findings.error(
                "rest-of-what",
                effect.span,
                f"`{effect_text(effect)}` does not say of what it is the rest, or says another length too",
                f"behind a sanction write `or when ACT {effect.name.text} for the rest`; and where another one runs,"
                f" `{effect.name.text} for the rest of SANCTION`",
            )
            return None
        return Open("sanction", found.name, parts=parts, begins=place)

    def _missing_length(self, effect: tree.Impose, parts: Sequence[str]) -> None:
        written, each = effect.name.text, " each" if effect.each else ""
        if effect.most is not None:
            most = quantity_text(effect.most)
            self._findings.error(
                "missing-length",
                effect.span,
                f"`up to {most}` is the most that `{written}` lasts, and what it lasts is not said",
                f"write the range, of which the ticket carries which: `{written} 1 to 6 months`; or what ends it"
                f" before: `{written} up to {most} until ACT is done`",
            )
            return
        whose = f": {', '.join(f'`{part}`' for part in parts)} {'have' if len(parts) > 1 else 'has'} no length"
        self._findings.error(
            "missing-length",
            effect.span,
            f"`{written}` does not say how long{whose if parts else ''}",
            f"write `{written} 3d{each}`, `{written} 3 calendar days{each}` or `{written} permanently`",
        )

    # --- effects beside each other ---

    def _check_together(self, found: Sequence[tuple[Effect, tree.Effect]]) -> None:
        first: dict[tuple[str, str], Span] = {}
        opened = [(one, effect) for one, effect in found if isinstance(one, Open)]
        for one, effect in found:
            same = (one.sort, one.name)
            if same in first:
                self._effect_twice(one, effect, first[same])
            first.setdefault(same, effect.span)
        endless = [
            one.name for one, _ in opened if one.sort == "sanction" and any(part.permanent for part in one.parts)
        ]
        for one, effect in opened:
            if one.clears_when == "served" and endless and isinstance(effect, tree.Fine):
                self._findings.error(
                    "never-served",
                    effect.span,
                    f"`clears when served` waits for the end of `{endless[0]}`, which never ends",
                    f"write `{effect_text(replace(effect, when_served=False))}`, or give `{endless[0]}` a length",
                )

    def _effect_twice(self, one: Effect, effect: tree.Effect, first: Span) -> None:
        message, help = f"this rule says `{one.name}` twice", "leave one of them out"
        if one.sort == "fine":
            message, help = "this rule has two fines", "write one fine for the sum of both"
        elif one.sort == "notice":
            help = 'give one of the warnings another name: `warn NAME "…"`'
        self._findings.error("effect-twice", effect.span, message, help, other=(first, "first said here"))
