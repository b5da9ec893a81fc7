"""The effects of a rule, resolved and checked: names, units, and the choices that a policy must make."""

from __future__ import annotations

from collections.abc import Sequence

from policyctl.policy.form import Condition, FlagKind, Open, Part, SanctionKind, measures_of
from policyctl.policy.names import Names
from policyctl.policy.numbers import Numbers
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.text import Span

E_LEDGER = "to end its points by a fine write `fine 2000 clears {}`; points are posted by offences"


class Effects:
    """Resolves the effects of rules. `needs_currency` and `needs_annulment` note the first place that needs them."""

    def __init__(self, names: Names, numbers: Numbers, findings: Findings) -> None:
        self._names, self._numbers, self._findings = names, numbers, findings
        self.sanctions: dict[str, SanctionKind] = {}
        self.flags: dict[str, FlagKind] = {"no_reset": FlagKind("no_reset", per_period=True)}
        self.needs_currency: Span | None = None
        self.needs_annulment: Span | None = None

    def of(self, effects: Sequence[tree.Effect], condition: Condition | None, every: bool) -> tuple[Open, ...]:
        """The effects of one rule, in the order of their kind and name."""
        opened: list[tuple[Open, Span]] = []
        for effect in effects:
            one = self._one(effect, condition, every)
            if one is not None:
                opened.append((one, effect.span))
        self._check_together(opened)
        return tuple(sorted((one for one, _ in opened), key=lambda e: (_ORDER.index(e.sort), e.name)))

    def _one(self, effect: tree.Effect, condition: Condition | None, every: bool) -> Open | None:
        if isinstance(effect, (tree.Impose, tree.Fine)) and effect.each and not every:
            self._findings.error(
                "each-without-every",
                effect.span,
                "`each` multiplies by the multiples that `every N of …` counts; this rule has none",
                "leave `each` out, or write `every 12 of general -> …`",
            )
        match effect:
            case tree.Fine():
                return self._fine(effect, condition)
            case tree.Warn(name, label):
                return Open("notice", name.text if name else "warn")
            case tree.Post(ledger, sign, points):
                self._findings.error(
                    "rule-posts-points",
                    effect.span,
                    f"a rule cannot post points (`{effect.span.text}`)",
                    "only an offence posts points: `offence NAME -> general +10`",
                )
                return None
            case tree.Impose():
                return self._impose(effect)

    def _impose(self, effect: tree.Impose) -> Open | None:
        ledger = self._names.get(effect.name.text, ("ledger",))
        if ledger is not None:
            self._findings.error(
                "ledger-as-effect",
                effect.name.span,
                f"`{effect.name.text}` is a ledger and says nothing as an effect",
                E_LEDGER.format(ledger.name),
            )
            return None
        found = self._names.find(effect.name, ("sanction", "flag", "language"), "a sanction or a flag")
        if found is None:
            return None
        if found.kind == "sanction":
            return self._sanction(effect, found.name)
        if effect.length is not None or effect.amount is not None or effect.permanently:
            self._findings.error(
                "length-of-a-mark",
                effect.span,
                f"`{effect.name.text}` takes no length",
                f"write only `{effect.name.text}`",
            )
            return None
        return Open("close" if found.name == "close_identity" else "flag", found.name)

    def _sanction(self, effect: tree.Impose, name: str) -> Open | None:
        kind = self.sanctions.get(name)
        if kind is None:
            return None
        if effect.amount is not None:
            number = effect.amount.span.text
            self._findings.error(
                "length-needs-unit",
                effect.amount.span,
                f"`{effect.name.text}` lasts for a time, and `{number}` has no unit",
                f"write `{effect.name.text} {number}d` for days, `h` for hours, or `{effect.name.text} permanently`",
            )
            return None
        length = None if effect.length is None else self._numbers.length(effect.length)
        if effect.length is not None and length is None:
            return None
        own = kind.parts or (Part(name),)
        open_ended = [part for part in own if part.length is None and not part.permanent]
        if open_ended and length is None and not effect.permanently:
            self._findings.error(
                "missing-length",
                effect.span,
                f"`{effect.name.text}` does not say how long",
                f"write `{effect.name.text} 3d`, `{effect.name.text} 3 calendar days` or `{effect.name.text} permanently`",
            )
            return None
        if not open_ended and (length is not None or effect.permanently):
            self._findings.error(
                "length-said-twice",
                effect.span,
                f"every part of `{name}` has a length of its own, so this one would change nothing",
                f"write only `{effect.name.text}`",
            )
            return None
        parts = tuple(
            part if part.length is not None or part.permanent else Part(part.name, length, effect.permanently)
            for part in own
        )
        return Open("sanction", name, parts=parts, each=effect.each)

    def _fine(self, effect: tree.Fine, condition: Condition | None) -> Open | None:
        if effect.length is not None or effect.amount is None:
            said = effect.length.span.text if effect.length is not None else "nothing"
            self._findings.error(
                "fine-needs-amount",
                effect.span,
                f"a fine is an amount of money, and here stands {f'`{said}`' if effect.length else said}",
                "write `fine 2000`",
            )
            return None
        if effect.amount.value <= 0:
            self._findings.error("fine-not-positive", effect.amount.span, "a fine is more than 0", "write `fine 2000`")
            return None
        self.needs_currency = self.needs_currency or effect.span
        if not effect.clears:
            return Open("fine", "fine", amount=effect.amount.value, each=effect.each)
        self.needs_annulment = self.needs_annulment or effect.span
        ledgers = self._cleared(effect, condition)
        if ledgers is None:
            return None
        when = "served" if effect.when_served else "paid"
        return Open("fine", "fine", amount=effect.amount.value, clears=ledgers, clears_when=when, each=effect.each)  # type: ignore[arg-type]

    def _cleared(self, effect: tree.Fine, condition: Condition | None) -> tuple[str, ...] | None:
        if effect.ledgers:
            found = [self._names.find(name, ("ledger",), "a ledger") for name in effect.ledgers]
            known = sorted({one.name for one in found if one is not None})
            return tuple(known) if len(known) == len(found) else None
        if condition is None:
            return None
        balances = sorted(self._balances(condition))
        if len(balances) == 1:
            return (balances[0],)
        what = (
            "compares no ledger's balance" if not balances else f"compares {' and '.join(f'`{b}`' for b in balances)}"
        )
        example = " and ".join(balances) or "general"
        self._findings.error(
            "clears-what",
            effect.span,
            f"it is not said which ledger this fine clears: the condition {what}",
            f"name it: `fine {effect.amount.span.text if effect.amount else ''} clears {example}`",
        )
        return None

    def _balances(self, condition: Condition) -> set[str]:
        return {
            term.read.names[0]
            for name in measures_of(condition)
            for term in self._numbers.measures[name].terms
            if term.read.of == "balance"
        }

    def _check_together(self, opened: list[tuple[Open, Span]]) -> None:
        first: dict[tuple[str, str], Span] = {}
        for one, span in opened:
            same = (one.sort, one.name)
            if same in first:
                self._findings.error(
                    "effect-twice",
                    span,
                    f"this rule says `{one.name}` twice",
                    "say it once",
                    other=(first[same], "first said here"),
                )
            first.setdefault(same, span)
        permanent = any(part.permanent for one, _ in opened if one.sort == "sanction" for part in one.parts)
        for one, span in opened:
            if one.clears_when == "served" and permanent:
                self._findings.error(
                    "never-served",
                    span,
                    "`clears when served` waits for the end of a sanction that never ends",
                    "write `clears` alone, or give the sanction a length",
                )


_ORDER = ("sanction", "fine", "close", "flag", "notice")
