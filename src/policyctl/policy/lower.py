"""One version: from the syntax tree of its file to the normal form.

Assumes nothing but a parsed file; reports everything that is wrong in one run. Where anything is, the result is not
used. The passes: sort the statements, read the header, declare every name, resolve what is declared, then the rules,
and last what must be said because of what the rules do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType

from msgspec.structs import astuple

from policyctl.policy import attributes as outside_of
from policyctl.policy import declarations, header, ledgers, offences, rules
from policyctl.policy.conditions import Conditions
from policyctl.policy.dates import day
from policyctl.policy.days_off import days_off
from policyctl.policy.draft import Draft
from policyctl.policy.earlier import check_earlier
from policyctl.policy.effects import Effects
from policyctl.policy.facts import Where
from policyctl.policy.file import STANDARD, PolicyFile, policy_file, start_of, words_of
from policyctl.policy.form import Choice, Chosen, Condition, FactKind, Said, Version
from policyctl.policy.header import Head
from policyctl.policy.looked_at import check_looked_at
from policyctl.policy.names import Names, a
from policyctl.policy.numbers import Numbers
from policyctl.policy.properties import Property, properties
from policyctl.policy.unseen import check_unseen
from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic, Findings
from policyctl.source.parser import Parsed
from policyctl.source.stories import HappenedLine
from policyctl.source.text import Source, Span


@dataclass(slots=True)
class Lowered:
    """A version with the words it was said in. `transition_from` is the statement that says what happens to the
    version before, `previous` that version's date, None where it cannot be read, and `spared` are the conditions in its
    lines. `label`, `readings`, `notes` and `tests` belong to the policy as a whole."""

    file: PolicyFile
    head: Head
    names: Names
    version: Version
    said: dict[str, Said]
    label: str | None
    readings: list[Chosen]
    notes: list[str]
    tests: list[tree.TestStatement]
    properties: list[Property]
    transition_from: tree.TransitionStatement | None
    previous: str | None
    spared: dict[Span, Condition]

    @property
    def name(self) -> str:
        """The name of the policy."""
        return self.file.name


def lower(
    source: Source,
    parsed: Parsed,
    standard: Sequence[tree.Statement],
    stem: str,
    findings: Findings,
    beside: Mapping[str, bytes] = MappingProxyType({}),
) -> Lowered:
    """The version that a file says. `standard` is the standard vocabulary, used where the file declares no ledger, no
    identity and no sanction, or says `use standard`; `stem` names a policy whose file has no header, and `beside` are
    the files of days that it names."""
    file = policy_file(source, parsed, standard, stem, findings, beside)
    _check_says_something(file, findings)
    head = header.read_head(file, findings)
    draft = _declared(file, head, findings)
    version = _version(draft)
    check_looked_at(draft)
    stated = properties(draft, version)
    draft.names.report_missing()
    _check_used(draft)
    _called_alike(draft)
    transition = _transition(draft)
    label = file.header.name.label if file.header is not None else None
    readings = draft.of(tree.ReadingStatement)
    tests = draft.of(tree.TestStatement)
    _check_called_once("reading", (reading.name for reading in readings), findings)
    _check_called_once("test", (test.name for test in tests), findings)
    return Lowered(
        file=file,
        head=head,
        names=draft.names,
        version=version,
        said=draft.said,
        label=label.text if label is not None else None,
        readings=[Chosen(r.name.text, r.clause.text, r.because.text, source.name, r.span.line) for r in readings],
        notes=[note.text.text for note in (*file.own, *file.clauses) if isinstance(note, tree.Note)],
        tests=tests,
        properties=stated,
        transition_from=transition,
        previous=_previous(draft, transition),
        spared=draft.spared,
    )


def _declared(file: PolicyFile, head: Head, findings: Findings) -> Draft:
    """Everything that has a name, before anything is resolved."""
    vocabulary = (s for s in file.standard if not isinstance(s, tree.PolicyHeader))
    own_words = (s for s in file.own if isinstance(s, tree.LedgerStatement | tree.Identities | tree.SanctionStatement))
    first = next(own_words, None)
    because = None if first is None else start_of(first)
    names = Names(findings, file.keywords, file.unread, words_of(file.unused), because)
    statements = declarations.declare(names, (*vocabulary, *file.own))
    attributes = {s.name.name.text: s for s in statements if isinstance(s, tree.AttributeStatement)}
    offences_by_name = {s.name.name.text: s for s in statements if isinstance(s, tree.OffenceStatement)}
    where = Where(names, findings, attributes, offences_by_name, head.zone)
    numbers = Numbers(
        names,
        findings,
        {s.name.name.text: s for s in statements if isinstance(s, tree.MeasureStatement)},
        offences_by_name,
        {s.name.name.text: s for s in statements if isinstance(s, tree.ConstantStatement)},
        where,
        tuple(
            s.name.name.text
            for s in statements
            if isinstance(s, tree.LedgerStatement) and any(isinstance(clause, tree.Resets) for clause in s.clauses)
        ),
    )
    conditions = Conditions(names, numbers, findings, where)
    effects = Effects(names, numbers, findings, conditions, head.currency)
    return Draft(
        file,
        head,
        statements,
        findings,
        names,
        numbers,
        conditions,
        effects,
    )


def _version(draft: Draft) -> Version:
    """The normal form, in the order of names."""
    identities = declarations.identities(draft)
    entries = ledgers.ledgers(draft)
    draft.effects.endings.directions = {entry.name: entry.direction for entry in entries}
    overlaps = declarations.sanctions(draft)
    declarations.flags(draft)
    outside = outside_of.from_outside(draft)
    constants = outside_of.constants(draft)
    tickets = offences.tickets(draft)
    for measure in draft.of(tree.MeasureStatement):
        name = measure.name.name.text
        draft.numbers.declared_measure(name)
        draft.say("measure", name, draft.numbers.text(measure.value), measure.span, measure.name.label, measure.cite)
    periods = ledgers.periods(draft)
    entries = ledgers.with_lives(draft, entries)
    for line in (line for statement in draft.of(tree.TransitionStatement) for line in statement.lines):
        condition = None if line.unless is None else draft.conditions.condition(line.unless)
        if condition is not None:
            draft.spared[line.span] = condition
    found, ladders = rules.rules(draft, entries)
    rules.check_no_reset(draft, found, periods)
    check_earlier(draft, found, ladders)
    check_unseen(draft, found, ladders)
    flags = rules.flags_in_use(draft, found, periods)
    sanctions = (kind for kind in draft.effects.sanctions.values() if kind is not None)
    facts: list[FactKind] = [*entries, *tickets, *sanctions, *flags, *outside, *constants]
    choices: list[Choice] = [*ladders, *overlaps]
    return Version(
        since=draft.head.since,
        settings=header.settings(
            draft.file,
            draft.head,
            identities,
            days_off(draft),
            draft.names,
            draft.effects,
            draft.conditions,
            draft.findings,
        ),
        facts=tuple(sorted(facts, key=lambda fact: (type(fact).__name__, fact.name))),
        periods=tuple(sorted(periods, key=lambda period: period.ledger)),
        measures=tuple(sorted(draft.numbers.measures.values(), key=lambda measure: measure.name)),
        rules=tuple(sorted(found, key=lambda rule: rule.name)),
        choices=tuple(sorted(choices, key=lambda c: (type(c).__name__, *astuple(c)[:2]))),
    )


# --- what stands beside the rules -------------------------------------------------------------------------------------


def _check_says_something(file: PolicyFile, findings: Findings) -> None:
    """A file that says nothing, one that decides nothing, and quotation marks with nothing in them."""
    if not file.own and not file.unread.any:
        holds = "holds only comments" if file.source.text.strip() else "is empty"
        findings.error(
            "empty-policy",
            file.place,
            f"the file {holds}",
            "write a rule, such as `general >= 20 -> suspend 3d, fine 2000 clears`, or remove the file",
        )
    elif (
        not any(_decides(s) for s in file.own) and not file.unread.any and not file.two_in_one and file.name != STANDARD
    ):
        findings.found.append(
            Diagnostic(
                "no-rules",
                "this file has no rule, so it decides nothing",
                file.place,
                "write a rule, such as `general >= 20 -> suspend 3d`",
                severity="warning",
            )
        )
    for text in _texts(file.own):
        if not text.text.strip():
            findings.error(
                "empty-quotation",
                text.span,
                "nothing stands between the quotation marks",
                "write the text, or leave the quotation marks out",
            )


def _decides(statement: tree.Statement) -> bool:
    """Whether a statement says what happens: a rule, a ladder, the change from an older version, or an offence that
    does more than post points."""
    if not isinstance(statement, tree.OffenceStatement):
        return isinstance(statement, tree.RuleStatement | tree.LadderStatement | tree.TransitionStatement)
    effects = (*statement.effects, *(one for line in statement.severities for one in line.effects))
    return any(not isinstance(effect, tree.Post) for effect in effects)


def _check_used(draft: Draft) -> None:
    """What is declared and nothing asks for: often a clause that was forgotten. Said only of a file in which all else
    is right, and which does not take over from an older version; not of an act that a test has, to show that it has no
    effect."""
    takes_over = any(isinstance(statement, tree.TransitionStatement) for statement in draft.statements)
    if draft.findings.found or draft.file.unread.any or takes_over:
        return
    own = {statement.span.source for statement in draft.file.own}
    lines = (line for test in draft.of(tree.TestStatement) for line in test.lines)
    without_effect = {line.name.text for line in lines if isinstance(line, HappenedLine)}
    for declared in draft.names.unused():
        if declared.name not in without_effect and declared.span is not None and declared.span.source in own:
            draft.warn(
                "never-used",
                declared.span,
                f"the {declared.kind} `{declared.name}` is declared, and nothing asks for it",
                f"write the clause that it is for, or leave `{declared.name}` out",
            )


def _called_alike(draft: Draft) -> None:
    """A rule may be called like a sanction; but what asks for the name could then mean either."""
    for rule, thing in draft.names.shared():
        assert rule.span is not None and thing.span is not None
        draft.warn(
            "name-of-two-things",
            rule.span,
            f"`{rule.name}` is {a(thing.kind)} and {a(rule.kind)}",
            f"give one of them another name: `count({rule.name})` and `expect {rule.name}` could mean either",
            (thing.span, f"the {thing.kind} of this name"),
        )


def _texts(part: object) -> Iterator[tree.Text]:
    """Every quoted text in a part of the tree."""
    if isinstance(part, tree.Text):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)
    elif is_dataclass(part) and not isinstance(part, Span):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))


def _check_called_once(what: str, names: Iterable[tree.Text], findings: Findings) -> None:
    first: dict[str, Span] = {}
    for name in names:
        if name.text in first:
            findings.error(
                "declared-twice",
                name.span,
                f"two {what}s are called `{name.text}`",
                f"give this {what} another name",
                other=(first[name.text], "the first is here"),
            )
        first.setdefault(name.text, name.span)


def _transition(draft: Draft) -> tree.TransitionStatement | None:
    transitions = draft.of(tree.TransitionStatement)
    for extra in transitions[1:]:
        draft.findings.error(
            "second-transition",
            start_of(extra),
            "this version has two transitions",
            "put the lines of both below one `transition from …:`",
            other=(start_of(transitions[0]), "the first is here"),
        )
    return transitions[0] if transitions else None


def _previous(draft: Draft, transition: tree.TransitionStatement | None) -> str | None:
    """The date of the version before, as the transition gives it."""
    if transition is None:
        return None
    date = day(transition.previous, draft.head.zone, draft.findings)
    if date is not None:
        draft.say("transition", date, f"transition from {date}", transition.span, None, transition.cite)
    return date
