"""Offences: what a ticket for each of them, or for each of their severities, posts to which ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from typing import Literal

from msgspec.structs import replace

from policyctl.exact import plain
from policyctl.policy.draft import Draft
from policyctl.policy.form import Condition, Posting, TicketKind, reads_of
from policyctl.policy.header import date_name, stale
from policyctl.policy.joining import joined
from policyctl.policy.lives import life
from policyctl.source import tree
from policyctl.source.printer import effect_text, effects_text, expression_text
from policyctl.source.text import Span

SEPARATOR = " · "
"""Between the label of an offence and that of a severity, in the label of a kind of ticket."""


def tickets(draft: Draft) -> list[TicketKind]:
    """What each kind of ticket posts, by `offence` or `offence.severity`."""
    found: dict[str, TicketKind] = {}
    places: dict[str, Span] = {}
    for statement in draft.of(tree.OffenceStatement):
        _check_form(draft, statement)
        name = statement.name.name.text
        draft.say("offence", name, name, statement.span, statement.name.label, statement.cite)
        identity = None if statement.whose is None else draft.names.find(statement.whose, "identity")
        said = {one.setting: one for one in statement.settings}
        own = date_name(said.get("count_by")), stale(said.get("no_tickets"), draft.findings)
        kinds: list[tuple[str, tree.OffenceStatement | tree.Severity, Span, str | None, tree.Text | None]] = []
        if statement.effects or statement.nothing:
            label = statement.name.label.text if statement.name.label is not None else None
            kinds.append((name, statement, statement.name.name.span, label, statement.cite))
        for line in _severities(draft, statement):
            label_of = _label(statement, line)
            full, label = f"{name}.{line.name.name.text}", None if label_of is None else label_of.text
            kinds.append((full, line, line.name.name.span, label, line.cite or statement.cite))
        for full, costs, span, label, cite in kinds:
            if full in found:
                # An offence with a dot in its name, and a severity of an offence.
                draft.findings.error(
                    "declared-twice",
                    span,
                    f"tickets for `{full}` are declared twice",
                    "give one of them another name",
                    other=(places[full], "first declared here"),
                )
                continue
            unless = _unless(draft, costs.exempt)
            posts = tuple(replace(post, unless=unless) for post in _postings(draft, full, costs))
            whose = None if identity is None else identity.name
            found[full], places[full] = TicketKind(full, posts, whose, own[0], own[1]), span
            text = effects_text(costs.effects, draft.numbers.spell) or "nothing"
            draft.say_as("ticket", full, text, span, label, cite)
            for number, one in enumerate(costs.exempt):
                words = expression_text(one.condition, draft.numbers.spell)
                draft.say("exception", f"{full}/0/{number}", words, one.span, None, one.cite)
    return list(found.values())


def as_rules(draft: Draft) -> list[tree.RuleStatement]:
    """What offences do besides posting points, as rules that act at each ticket of their kind, and bear its name."""
    found = []
    for statement in draft.of(tree.OffenceStatement):
        lines: list[tree.OffenceStatement | tree.Severity] = [statement, *statement.severities]
        for line in lines:
            own = line.name.name.text
            full = own if line is statement else f"{statement.name.name.text}.{own}"
            effects = tuple(one for one in line.effects if not _posts(draft, one))
            if not effects:
                continue
            named, span = tree.Named(tree.Name(full, line.name.name.span), _label(statement, line)), line.span
            if not draft.names.declare("rule", named):
                continue
            occasion = tree.Occasion("ticket", (named.name,), None, None, (), False, span)
            always = tree.Case(tree.Otherwise(span, said=False), None, effects, None, span, line.exempt)
            cite = line.cite or statement.cite
            found.append(tree.RuleStatement(named, (always,), cite, span, occasion=occasion))
    return found


def _label(statement: tree.OffenceStatement, line: tree.OffenceStatement | tree.Severity) -> tree.Text | None:
    """The label of a kind of ticket. Offences share the words for their severities, so these do not stand alone; and
    severities without a label share that of their offence, so their name stands beside it."""
    if line is statement or statement.name.label is None:
        return line.name.label
    own = line.name.label or tree.Text(line.name.name.text, line.name.name.span)
    return tree.Text(f"{statement.name.label.text}{SEPARATOR}{own.text}", own.span)


def _posts(draft: Draft, effect: tree.Effect) -> bool:
    """Whether an effect posts points, or was meant to."""
    unsigned = isinstance(effect, tree.Impose) and effect.amount is not None
    return isinstance(effect, tree.Post) or (
        unsigned and isinstance(effect, tree.Impose) and draft.names.get(effect.name.text, ("ledger",)) is not None
    )


def _unless(draft: Draft, exempt: Sequence[tree.Exempt]) -> Condition | None:
    """When a ticket costs nothing: any of the exceptions."""
    found = [draft.conditions.condition(one.condition) for one in exempt]
    known = tuple(condition for condition in found if condition is not None)
    return joined("or", known) if len(known) > 1 else known[0] if known else None


def _check_form(draft: Draft, statement: tree.OffenceStatement) -> None:
    name = statement.name.name.text
    ledger = draft.names.example("ledger", "general")
    if (statement.effects or statement.nothing) and statement.severities:
        draft.findings.error(
            "offence-says-both",
            statement.severities[0].name.name.span,
            f"`{name}` posts points itself and has severities too",
            f"leave `-> {effects_text(statement.effects) or 'nothing'}` out, or the severities",
            other=(
                (statement.effects[0] if statement.effects else statement.name.name).span,
                "posted whatever the severity",
            ),
        )
    if (
        not statement.effects
        and not statement.nothing
        and not statement.severities
        and statement.span not in draft.file.unread.cut
    ):
        draft.findings.error(
            "offence-posts-nothing",
            statement.span,
            f"the offence `{name}` posts no points",
            f"write `offence {name} -> {ledger} +10`, one indented line per severity: `minor -> {ledger} +10`,"
            f" or `offence {name} -> nothing` where it only counts",
        )


def _severities(draft: Draft, statement: tree.OffenceStatement) -> list[tree.Severity]:
    """The severities, each name and each label once."""
    kept: dict[str, tree.Severity] = {}
    labels: dict[str, tree.Named] = {}
    for line in statement.severities:
        named = line.name
        severity = named.name.text
        if severity in kept:
            draft.findings.error(
                "declared-twice",
                named.name.span,
                f"the severity `{severity}` stands twice",
                "leave one of them out, or give this one another name",
                other=(kept[severity].name.name.span, "first declared here"),
            )
            continue
        kept[severity] = line
        held = labels.setdefault(named.label.text, named) if named.label is not None else named
        if held is not named and named.label is not None:
            draft.findings.error(
                "label-twice",
                named.label.span,
                f"the label `{named.label.text}` belongs to `{held.name.text}` already",
                f"give `{severity}` another label: a label may stand for its name, so two things cannot share one",
                other=(held.name.span, "first used here"),
            )
    return list(kept.values())


def _postings(draft: Draft, name: str, costs: tree.OffenceStatement | tree.Severity) -> tuple[Posting, ...]:
    """What a ticket of a name posts."""
    posts: dict[str, Posting] = {}
    first: dict[str, Span] = {}
    for effect in costs.effects:
        post = _posting(draft, effect)
        if post is None:
            continue
        if post.ledger in posts:
            draft.findings.error(
                "effect-twice",
                effect.span,
                f"this offence posts to `{post.ledger}` twice",
                _both(draft, name, post, posts[post.ledger], costs.exempt),
                other=(first[post.ledger], "first posted here"),
            )
        posts.setdefault(post.ledger, post)
        first.setdefault(post.ledger, effect.span)
    return tuple(posts[name] for name in sorted(posts))


def _both(draft: Draft, name: str, post: Posting, other: Posting, exempt: Sequence[tree.Exempt]) -> str:
    """How two postings to one ledger are written; their sum, where no exception may be meant for one of them alone."""
    ledger, sign = post.ledger, _sign(draft, post.ledger)
    if not exempt and replace(post, points=other.points) == other:
        return f"write the sum of both: `{ledger} {sign}{plain(post.points + other.points)}`"
    points = "…" if post.formula is not None else plain(post.points)
    held = f"not ({draft.numbers.text(exempt[0].condition)}) " if exempt else ""
    return f"leave it out, and let a rule post it: `rule more when ticket of {name}: {held}-> {ledger} {sign}{points}`"


def _posting(draft: Draft, effect: tree.Effect) -> Posting | None:
    """What one effect of an offence posts; None, and reported, where it posts nothing that can be."""
    findings = draft.findings
    if isinstance(effect, tree.Impose) and effect.amount is not None:
        unsigned = draft.names.get(effect.name.text, ("ledger",))
        if unsigned is not None:
            findings.error(
                "points-without-sign",
                effect.span,
                f"it is not said whether the points are added or taken away: `{effect_text(effect)}`",
                f"write `{effect.name.text} {_sign(draft, unsigned.name)}{plain(effect.amount.value)}`",
            )
            return None
    if not isinstance(effect, tree.Post):
        return None  # a rule of the name of this kind of ticket imposes it
    ledger = draft.names.find(effect.ledger, "ledger")
    if ledger is None:
        return None
    written, points, sign = effect.ledger.text, effect.points.value, _sign(draft, ledger.name)
    formula = None if effect.formula is None else _formula(draft, effect.formula)
    if effect.formula is not None and formula is None:
        return None
    if points <= 0 and effect.most is None and formula is None:
        findings.error(
            "points-not-positive",
            effect.points.span,
            "the points of an offence are more than 0",
            f"write how many, such as `{written} {sign}10`, or leave `{written}` out",
        )
        return None
    if effect.sign != sign:
        down = sign == "-"
        way = "down, so a violation takes points away" if down else "up, so a violation adds points"
        turned = "" if down else f", or let `{ledger.name}` count down: `starts at 100 down`"
        findings.error(
            "wrong-direction",
            effect.span,
            f"the ledger `{written}` counts {way}",
            f"write `{effect_text(changed(effect, sign=sign))}`{turned}",
        )
        return None
    most = None if effect.most is None else effect.most.value
    if most is not None and most <= points:
        findings.error(
            "range-of-nothing",
            effect.span,
            f"`{effect_text(effect)}` leaves no range: the higher end stands second",
            f"write `{written} {sign}{plain(points)}`, or a higher second number",
        )
        return None
    lasts = None if effect.expires is None else life(draft, effect.expires)
    return Posting(ledger.name, points, lasts, most, formula=formula)


def _formula(draft: Draft, sum_: tree.Expression) -> str | None:
    """The measure of points that are reckoned from what the ticket, or the account, says of itself."""
    name = draft.numbers.kept(sum_, "name an attribute that is a number, such as `points +90 per victims`")
    if name is None:
        return None
    measures = draft.numbers.measures
    asked = [
        read for read in reads_of(measures[name], measures) if read.sort not in ("attribute", "constant", "measure")
    ]
    if asked:
        draft.findings.error(
            "not-on-the-ticket",
            sum_.span,
            f"`{name}` is not known of a ticket by itself",
            "reckon from attributes and constants; what else there is, a rule reckons with: `rule more when ticket of"
            f" NAME: -> LEDGER +({name})`",
        )
        return None
    return name


def _sign(draft: Draft, ledger: str) -> Literal["+", "-"]:
    """`-` for a ledger that counts down."""
    for statement in draft.of(tree.LedgerStatement):
        if statement.name.name.text == ledger:
            return "-" if any(isinstance(c, tree.Starts) and c.down for c in statement.clauses) else "+"
    return "+"
