"""Ranges in effects: the ticket carries the number that was chosen, so a rule with one looks at tickets."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from policyctl.instants import Length
from policyctl.policy.form import Occasion, When
from policyctl.policy.lengths import length
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import effect_text


def upper_length(effect: tree.Impose, lower: Length, findings: Findings) -> int | None:
    """The upper end of a range of lengths, in the unit of the lower one, or of numbers of acts; None, and reported,
    where it is none."""
    if isinstance(effect.to, tree.Number):
        upper = effect.to.value
        if upper.denominator != 1:
            findings.error(
                "length-not-whole",
                effect.to.span,
                f"`{effect.to.span.text}` is no whole number of acts",
                "write a whole number of at least 1",
            )
            return None
    else:
        assert effect.to is not None
        until = length(effect.to, findings, "`permanently`")
        if until is None:
            return None
        if until.unit != lower.unit:
            findings.error(
                "range-of-nothing",
                effect.to.span,
                f"`{effect_text(effect)}` begins and ends in different units",
                "write both ends in one unit, such as `3d to 7d`: what is chosen is a number of them",
            )
            return None
        upper = Fraction(until.count)
    return int(upper) if _is_range(effect, Fraction(lower.count), upper, findings) else None


def upper_amount(
    effect: tree.Fine | tree.Post, lower: Fraction, to: tree.Number | None, findings: Findings
) -> Fraction | None:
    """The upper end of a range of amounts or points; None, and reported, where it is none."""
    return None if to is None or not _is_range(effect, lower, to.value, findings) else to.value


def _is_range(effect: tree.Effect, lower: Fraction, upper: Fraction, findings: Findings) -> bool:
    if upper > lower:
        return True
    findings.error(
        "range-of-nothing",
        effect.span,
        f"`{effect_text(effect)}` leaves no range: the higher end stands second",
        "write a higher second number, or one number alone",
    )
    return False


def check_ranges(effects: Iterable[tree.Effect], occasion: Occasion | None, findings: Findings) -> None:
    """Reports ranges, and tickets that are void, of a rule that looks at something else than tickets."""
    if occasion is None or occasion == "ticket" or (isinstance(occasion, When) and occasion.sort == "ticket"):
        return
    for effect in effects:
        if isinstance(effect, tree.Ends) and (effect.verb == "void" or effect.of_ticket) and not _of_an_act(occasion):
            findings.error(
                "void-without-ticket",
                effect.span,
                f"nothing says which ticket `{effect_text(effect)}` means: this rule looks at no ticket, and at no act"
                " that names one",
                "begin it with `when ACT`, and let the act name the ticket; or with `when ticket of OFFENCE`",
            )
        if (effect.most if isinstance(effect, tree.Post) else getattr(effect, "to", None)) is not None:
            findings.error(
                "range-without-ticket",
                effect.span,
                f"`{effect_text(effect)}` leaves a choice that a ticket carries, and this rule looks at no ticket",
                "write one number; what people choose they impose themselves",
            )


def _of_an_act(occasion: Occasion) -> bool:
    return isinstance(occasion, When) and occasion.sort == "act"
