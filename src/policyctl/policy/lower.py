"""One version: from the syntax tree of its file to the normal form.

Assumes nothing but a tree; reports everything that is wrong in one run. Where anything is, the result is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from policyctl.instants import BadInstant, Zone
from policyctl.policy.effects import Effects
from policyctl.policy.form import (
    Choice,
    Chosen,
    Comparison,
    Condition,
    EntryKind,
    FactKind,
    FlagKind,
    FlagUp,
    Ladder,
    Overlap,
    Part,
    Period,
    Posting,
    Rule,
    Said,
    SanctionKind,
    Settings,
    TicketKind,
    Version,
    atoms,
    key,
)
from policyctl.policy.names import Names
from policyctl.policy.numbers import Numbers
from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic, Findings
from policyctl.source.printer import case_text, effects_text
from policyctl.source.text import Source, Span

T = TypeVar("T")


@dataclass(slots=True)
class Lowered:
    """A version with the words it was said in. `header` is where its policy is named, `transition_from` the statement
    that says what happens to the version before."""

    source: Source
    name: str
    version: Version
    said: dict[str, Said]
    readings: list[Chosen]
    notes: list[str]
    label: str | None
    header: tree.PolicyHeader | None
    transition_from: tree.TransitionStatement | None
    names: Names
    tests: list[tree.TestStatement] = field(default_factory=list)


def lower(
    source: Source, own: Sequence[tree.Statement], standard: Sequence[tree.Statement], stem: str, findings: Findings
) -> Lowered:
    """The version that a file says. `standard` is the standard vocabulary, used where the file declares no ledger, no
    identity and no sanction, or says `use standard`; `stem` names a policy whose file has no header."""
    return _Lowering(source, own, standard, stem, findings).run()


class _Lowering:
    def __init__(
        self,
        source: Source,
        own: Sequence[tree.Statement],
        standard: Sequence[tree.Statement],
        stem: str,
        findings: Findings,
    ) -> None:
        self._source, self._findings, self._stem = source, findings, stem
        self._own = own
        headers = [s for s in own if isinstance(s, tree.PolicyHeader)]
        for extra in headers[1:]:
            findings.error(
                "second-header",
                extra.name.name.span,
                "a file holds one version of one policy, and this is a second header",
                "put each version into a file of its own, all in one folder",
                other=(headers[0].name.name.span, "the first is here"),
            )
        self._header = headers[0] if headers else None
        declared = any(isinstance(s, (tree.LedgerStatement, tree.Identities, tree.SanctionStatement)) for s in own)
        use = [s for s in [*own, *(self._header.clauses if self._header else ())] if isinstance(s, tree.Use)]
        for one in use:
            if one.name.text != "standard":
                findings.error(
                    "unknown-vocabulary",
                    one.name.span,
                    f"there is no vocabulary `{one.name.text}`",
                    "write `use standard`",
                )
        self._standard = list(standard) if use or not declared else []
        self._statements = [*(s for s in self._standard if not isinstance(s, tree.PolicyHeader)), *own]
        self._names = Names(findings)
        self._numbers = Numbers(self._names, findings, {s.name.name.text: s for s in self._of(tree.MeasureStatement)})
        self._effects = Effects(self._names, self._numbers, findings)
        self._said: dict[str, Said] = {}
        self._since: str | None = None

    def _of(self, kind: type[T]) -> list[T]:
        return [s for s in self._statements if isinstance(s, kind)]

    def run(self) -> Lowered:
        self._check_bare_statements()
        settings_of = self._settings_clauses()
        zone = self._zone(settings_of)
        self._since = self._version_date(settings_of, zone)
        identities = self._identities()
        self._declare()
        ledgers = self._ledgers()
        for sanction in self._of(tree.SanctionStatement):
            self._sanction(sanction)
        for flag in self._of(tree.FlagStatement):
            self._flag(flag)
        tickets = self._offences()
        for measure in self._of(tree.MeasureStatement):
            self._numbers.declared_measure(measure.name.name.text)
            self._say("measure", measure.name, self._numbers.text(measure.value), measure.cite, measure.span)
        periods = self._periods()
        rules, ladders = self._rules()
        overlaps = [
            Overlap(s.name.name.text, s.overlap.word)  # type: ignore[arg-type]
            for s in self._of(tree.SanctionStatement)
            if s.overlap is not None
        ]
        settings = self._settings(settings_of, zone, identities)
        flags = self._flags_in_use(rules, periods)
        choices: list[Choice] = [*ladders, *overlaps]
        transitions = self._of(tree.TransitionStatement)
        for extra in transitions[1:]:
            self._findings.error(
                "second-transition",
                extra.span,
                "this version has two transitions",
                "join them into one",
                other=(transitions[0].span, "the first is here"),
            )
        facts: list[FactKind] = [*ledgers, *tickets, *self._effects.sanctions.values(), *flags]
        version = Version(
            since=self._since,
            settings=settings,
            facts=tuple(sorted(facts, key=lambda fact: (type(fact).__name__, fact.name))),
            periods=tuple(sorted(periods, key=lambda period: period.ledger)),
            measures=tuple(sorted(self._numbers.measures.values(), key=lambda measure: measure.name)),
            rules=tuple(sorted(rules, key=lambda rule: rule.name)),
            choices=tuple(
                sorted(choices, key=lambda c: (type(c).__name__, c.name if isinstance(c, Ladder) else c.sanction))
            ),
        )
        return Lowered(
            source=self._source,
            name=self._header.name.name.text if self._header else self._stem,
            version=version,
            said=self._said,
            readings=[
                Chosen(r.name.text, r.clause.text, r.because.text, r.span.source.name, r.span.line)
                for r in self._of(tree.ReadingStatement)
            ],
            notes=[
                note.text.text
                for note in [*self._own, *(self._header.clauses if self._header else ())]
                if isinstance(note, tree.Note)
            ],
            label=self._header.name.label.text if self._header and self._header.name.label else None,
            header=self._header,
            transition_from=transitions[0] if transitions else None,
            names=self._names,
            tests=self._of(tree.TestStatement),
        )

    # --- settings ---

    def _check_bare_statements(self) -> None:
        if (
            not any(isinstance(s, (tree.RuleStatement, tree.LadderStatement)) for s in self._own)
            and self._stem != "standard"
        ):
            start = Span(self._source, 0, min(1, len(self._source.text)))
            self._findings.found.append(
                Diagnostic(
                    "no-rules",
                    "this file has no rule, so it decides nothing",
                    start,
                    "write a rule, such as `general >= 20 -> suspend 3d`",
                    severity="warning",
                )
            )

    def _settings_clauses(self) -> dict[str, tree.Setting]:
        """The clauses of the header, those of the standard vocabulary where the file says nothing."""
        found: dict[str, tree.Setting] = {}
        for header in (s for s in self._standard if isinstance(s, tree.PolicyHeader)):
            found.update({c.setting: c for c in header.clauses if isinstance(c, tree.Setting)})
        own: dict[str, tree.Setting] = {}
        for clause in self._header.clauses if self._header else ():
            if not isinstance(clause, tree.Setting):
                continue
            if clause.setting in own:
                self._findings.error(
                    "setting-twice",
                    clause.span,
                    f"`{clause.setting.replace('_', ' ')}` is said twice",
                    "say it once",
                    other=(own[clause.setting].span, "first said here"),
                )
            own.setdefault(clause.setting, clause)
        return {**found, **own}

    def _missing(self, code: str, message: str, help: str, span: Span | None = None) -> None:
        place = span or (
            self._header.name.name.span if self._header else Span(self._source, 0, min(1, len(self._source.text)))
        )
        self._findings.error(code, place, message, help)

    def _zone(self, clauses: dict[str, tree.Setting]) -> Zone:
        clause = clauses.get("timezone")
        if clause is None or not isinstance(clause.value, tree.Name):
            self._missing(
                "missing-timezone",
                "the policy does not say its time zone",
                "add `timezone Asia/Shanghai` under `policy NAME`",
            )
            return Zone("UTC")
        try:
            return Zone(clause.value.text)
        except KeyError:
            self._findings.error(
                "unknown-timezone",
                clause.value.span,
                f"there is no time zone `{clause.value.text}`",
                "use a name of the time zone database, such as `Asia/Shanghai` or `Europe/Berlin`",
            )
            return Zone("UTC")

    def _version_date(self, clauses: dict[str, tree.Setting], zone: Zone) -> str | None:
        clause = clauses.get("version")
        if clause is None or not isinstance(clause.value, tree.Date):
            return None
        return self.date(clause.value, zone)

    def date(self, date: tree.Date, zone: Zone) -> str | None:
        """A date in canonical spelling: the day alone where it is local midnight."""
        try:
            instant = zone.read(date.text)
        except BadInstant as error:
            self._findings.error("bad-date", date.span, str(error), "write `2020-04-28`, or `2020-04-28 10:00`")
            return None
        shown = zone.show(instant)
        return shown[:10] if shown[10:19] == "T00:00:00" and "." not in shown else shown

    def _identities(self) -> tuple[str, ...]:
        names = [named for statement in self._of(tree.Identities) for named in statement.names]
        taken = [named for named in names if self._names.declare("identity", named)]
        for named in taken:
            self._say("identity", named, named.name.text, None, named.name.span)
        return tuple(sorted(named.name.text for named in taken)) or ("merchant",)

    def _settings(self, clauses: dict[str, tree.Setting], zone: Zone, identities: tuple[str, ...]) -> Settings:
        def word(setting: str) -> str | None:
            clause = clauses.get(setting)
            return clause.value.word if clause is not None and isinstance(clause.value, tree.Word) else None

        currency = clauses.get("currency")
        if currency is None and self._effects.needs_currency is not None:
            self._missing(
                "missing-currency",
                "the policy has fines and does not say their currency",
                "add `currency CNY` under `policy NAME`",
                self._effects.needs_currency,
            )
        if word("annulment") is None and self._effects.needs_annulment is not None:
            self._missing(
                "missing-annulment",
                "the policy does not say what becomes of points that a fine has cleared when its ticket is annulled",
                "add `annulment refunds and revives` or `annulment stays cleared` under `policy NAME`",
                self._effects.needs_annulment,
            )
        return Settings(
            timezone=zone.name,
            identities=identities,
            currency=currency.value.text if currency is not None and isinstance(currency.value, tree.Name) else None,
            count_by=word("count_by") or "issued",  # type: ignore[arg-type]
            judge_by=word("judge_by"),  # type: ignore[arg-type]
            annulment=word("annulment"),  # type: ignore[arg-type]
        )

    # --- declarations ---

    def _declare(self) -> None:
        """Every name first, so that order does not matter; a second declaration of a name is dropped."""
        kept: list[tree.Statement] = []
        for statement in self._statements:
            match statement:
                case tree.LedgerStatement(name):
                    fine = self._names.declare("ledger", name)
                case tree.OffenceStatement(name):
                    fine = self._names.declare("offence", name)
                case tree.MeasureStatement(name):
                    fine = self._names.declare("measure", name)
                case tree.SanctionStatement(name):
                    fine = self._names.declare("sanction", name)
                case tree.FlagStatement(name):
                    fine = self._names.declare("flag", name)
                case tree.LadderStatement(name):
                    fine = self._names.declare("ladder", name)
                case tree.RuleStatement(name) if name is not None:
                    fine = self._names.declare("rule", name)
                case _:
                    fine = True
            if fine:
                kept.append(statement)
        self._statements = kept
        self._names.check_labels()

    def _say(
        self,
        kind: str,
        named: tree.Named | str,
        text: str,
        cite: tree.Text | None,
        span: Span,
        label: str | None = None,
    ) -> None:
        name = named if isinstance(named, str) else named.name.text
        if not isinstance(named, str) and named.label is not None:
            label = named.label.text
        said = Said(span.source.name, span.line, text, label, cite.text if cite else None)
        self._said[key(self._since, kind, name)] = said

    def _ledgers(self) -> list[EntryKind]:
        found = []
        for statement in self._of(tree.LedgerStatement):
            self._say("ledger", statement.name, statement.name.name.text, statement.cite, statement.span)
            seen: dict[str, Span] = {}
            starts, bounds, down = Fraction(0), {}, False
            for clause in statement.clauses:
                what = clause.word if isinstance(clause, tree.Bound) else type(clause).__name__.lower()
                if what in seen:
                    self._findings.error(
                        "clause-twice",
                        clause.span,
                        f"the ledger says `{what}` twice",
                        "say it once",
                        other=(seen[what], "first said here"),
                    )
                seen.setdefault(what, clause.span)
                if isinstance(clause, tree.Starts):
                    starts, down = clause.at.value, clause.down
                elif isinstance(clause, tree.Bound):
                    bounds[clause.word] = clause.at.value
            floor, ceiling = bounds.get("floor"), bounds.get("ceiling")
            if (floor is not None and starts < floor) or (ceiling is not None and starts > ceiling):
                self._findings.error(
                    "start-out-of-bounds",
                    statement.name.name.span,
                    f"`{statement.name.name.text}` starts outside its own floor and ceiling",
                    "let it start between them",
                )
            found.append(EntryKind(statement.name.name.text, -1 if down else 1, starts, floor, ceiling))
        return found

    def _periods(self) -> list[Period]:
        found = []
        for statement in self._of(tree.LedgerStatement):
            resets = [clause for clause in statement.clauses if isinstance(clause, tree.Resets)]
            every, unless = None, None
            if resets:
                if resets[0].every not in ("month", "quarter", "year"):
                    self._findings.error(
                        "not-supported-yet",
                        resets[0].span,
                        f"a reset every {resets[0].every} is not supported yet",
                        "write `resets every year`, `every quarter` or `every month`",
                    )
                    continue
                every = resets[0].every
                unless = None if resets[0].unless is None else self._numbers.condition(resets[0].unless)
            found.append(Period(statement.name.name.text, every, unless))  # type: ignore[arg-type]
        return found

    def _sanction(self, statement: tree.SanctionStatement) -> None:
        name = statement.name.name.text
        self._say("sanction", statement.name, name, statement.cite, statement.span)
        parts: dict[str, Part] = {}
        for line in statement.parts:
            part = line.name.name.text
            if part in parts:
                self._findings.error(
                    "declared-twice", line.span, f"the part `{part}` stands twice in `{name}`", "name each part once"
                )
                continue
            length = None if line.length is None else self._numbers.length(line.length)
            parts[part] = Part(part, length, line.permanently)
            self._say(
                "part", f"{name}.{part}", part, None, line.span, line.name.label.text if line.name.label else None
            )
        self._effects.sanctions[name] = SanctionKind(name, tuple(parts.values()))

    def _flag(self, statement: tree.FlagStatement) -> None:
        name = statement.name.name.text
        self._say("flag", statement.name, name, statement.cite, statement.span)
        self._effects.flags[name] = FlagKind(name, statement.per_period)

    def _offences(self) -> list[TicketKind]:
        found = []
        for statement in self._of(tree.OffenceStatement):
            name, label = statement.name.name.text, statement.name.label
            self._say("offence", statement.name, name, statement.cite, statement.span)
            if statement.effects and statement.severities:
                self._findings.error(
                    "offence-says-both",
                    statement.span,
                    f"`{name}` posts points itself and has severities too",
                    "write either `offence NAME -> general +10`, or severities below it",
                )
            if not statement.effects and not statement.severities:
                self._findings.error(
                    "offence-posts-nothing",
                    statement.span,
                    f"the offence `{name}` posts no points",
                    "write `-> general +10` behind it, or severities below it",
                )
            if statement.effects:
                found.append(TicketKind(name, self._postings(statement.effects)))
                self._say(
                    "ticket",
                    statement.name,
                    effects_text(statement.effects, self._numbers.spell),
                    statement.cite,
                    statement.span,
                )
            seen: dict[str, Span] = {}
            for line in statement.severities:
                severity = line.name.name.text
                if severity in seen:
                    self._findings.error(
                        "declared-twice",
                        line.span,
                        f"the severity `{severity}` stands twice",
                        "name each once",
                        other=(seen[severity], "first here"),
                    )
                    continue
                seen[severity] = line.span
                full = f"{name}.{severity}"
                found.append(TicketKind(full, self._postings(line.effects)))
                words = [t.text for t in (label, line.name.label) if t is not None]
                text = effects_text(line.effects, self._numbers.spell)
                self._say("ticket", full, text, line.cite or statement.cite, line.span, " · ".join(words) or None)
        return found

    def _postings(self, effects: Iterable[tree.Effect]) -> tuple[Posting, ...]:
        posts: dict[str, Posting] = {}
        down = {
            s.name.name.text: any(isinstance(c, tree.Starts) and c.down for c in s.clauses)
            for s in self._of(tree.LedgerStatement)
        }
        for effect in effects:
            if not isinstance(effect, tree.Post):
                self._findings.error(
                    "offence-imposes",
                    effect.span,
                    f"an offence only posts points, and `{effect.span.text}` is something else",
                    "put it into a rule: `general >= 20 -> suspend 3d`",
                )
                continue
            ledger = self._names.find(effect.ledger, ("ledger",), "a ledger")
            if ledger is None:
                continue
            if effect.points.value <= 0:
                self._findings.error(
                    "points-not-positive", effect.points.span, "points are more than 0", f"write `{ledger.name} +10`"
                )
            elif (effect.sign == "-") != down.get(ledger.name, False):
                way = (
                    "counts down from its start, so a violation takes points away"
                    if down.get(ledger.name)
                    else "counts up, so a violation adds points"
                )
                right = "-" if down.get(ledger.name) else "+"
                self._findings.error(
                    "wrong-direction",
                    effect.span,
                    f"the ledger `{ledger.name}` {way}",
                    f"write `{ledger.name} {right}{effect.points.span.text}`",
                )
            elif ledger.name in posts:
                self._findings.error(
                    "effect-twice", effect.span, f"this offence posts to `{ledger.name}` twice", "add the points up"
                )
            else:
                posts[ledger.name] = Posting(ledger.name, effect.points.value)
        return tuple(posts[name] for name in sorted(posts))

    # --- rules ---

    def _rules(self) -> tuple[list[Rule], list[Ladder]]:
        rules: dict[str, Rule] = {}
        for statement in self._of(tree.RuleStatement):
            rule = self._rule(statement)
            if rule is None:
                continue
            if rule.name in rules:
                self._findings.error(
                    "same-condition-twice",
                    statement.span,
                    f"two rules without a name have the condition `{rule.name}`",
                    "join their effects, or give each a name: `rule NAME: …`",
                )
                continue
            rules[rule.name] = rule
        ladders = []
        for ladder in self._of(tree.LadderStatement):
            steps = self._ladder(ladder)
            for step in steps:
                rules[step.name] = step
            takes = "all" if ladder.takes is not None and ladder.takes.word == "all" else "highest"
            ladders.append(Ladder(ladder.name.name.text, tuple(step.name for step in steps), takes))  # type: ignore[arg-type]
        return list(rules.values()), ladders

    def _rule(self, statement: tree.RuleStatement) -> Rule | None:
        if not statement.cases:
            return None
        for extra in statement.cases[1:]:
            self._findings.error(
                "one-rule-one-case",
                extra.span,
                "a rule has one condition, and this is a second",
                "give it a name of its own: `rule NAME: …`, or use a `ladder`",
            )
        case = statement.cases[0]
        condition, every, text = self._case(case)
        effects = self._effects.of(case.effects, condition, case.every is not None)
        if condition is None or not effects:
            return None
        self._check_judged(condition, case.condition.span)
        name = statement.name.name.text if statement.name else text
        label = statement.name.label.text if statement.name and statement.name.label else None
        self._say_rule("rule", name, case, statement.cite or case.cite, statement.span, label)
        return Rule(name, "ticket", condition, effects, every)

    def _say_rule(
        self, kind: str, name: str, case: tree.Case, cite: tree.Text | None, span: Span, label: str | None
    ) -> None:
        self._say(kind, name, case_text(case, self._numbers.spell), cite, span, label)
        for effect in case.effects:
            if isinstance(effect, tree.Warn):
                warning = effect.name.text if effect.name else "warn"
                self._say(
                    "notice",
                    f"{name}.{warning}",
                    warning,
                    None,
                    effect.span,
                    effect.label.text if effect.label else None,
                )

    def _case(self, case: tree.Case) -> tuple[Condition | None, Fraction | None, str]:
        """The condition of a case, its `every`, and its canonical text, which names a rule without a name."""
        if case.every is None:
            return self._numbers.condition(case.condition), None, self._numbers.text(case.condition)
        text = f"every {case.every.span.text} of {self._numbers.text(case.condition)}"
        measure = self._numbers.kept(case.condition)
        if case.every.value <= 0:
            self._findings.error(
                "every-not-positive",
                case.every.span,
                "`every` counts multiples of a number above 0",
                "write `every 12 of general -> …`",
            )
            return None, None, text
        if measure is None:
            return None, None, text
        return Comparison(measure, ">=", case.every.value), case.every.value, text

    def _check_judged(self, condition: Condition, span: Span) -> None:
        """A condition that no ticket can change would never be judged anew."""
        if all(isinstance(atom, FlagUp) for atom in atoms(condition)):
            self._findings.error(
                "never-judged",
                span,
                f"`{span.text}` looks at no points and no tickets, so no ticket can change it",
                "add what the tickets must reach, such as `general >= 20 and …`",
            )

    def _ladder(self, statement: tree.LadderStatement) -> list[Rule]:
        name = statement.name.name.text
        self._say("ladder", statement.name, f"on {self._numbers.text(statement.on)}", statement.cite, statement.span)
        measure = self._numbers.kept(statement.on)
        if measure is None or not statement.steps:
            return []
        first = statement.steps[0]
        found: dict[Fraction, Rule] = {}
        places: dict[Fraction, Span] = {}
        for step in statement.steps:
            if step.compare not in (">=", ">", "<=", "<"):
                self._findings.error(
                    "step-without-direction",
                    step.span,
                    f"a step is reached from one side, and `{step.compare}` has none",
                    "write `>= 40 -> …`, or `<= 40 -> …` for points that count down",
                )
                continue
            if (step.compare[0]) != first.compare[0]:
                self._findings.error(
                    "steps-both-ways",
                    step.span,
                    "the steps of one ladder go both up and down",
                    "use one ladder for each way",
                    other=(first.span, "this one goes the other way"),
                )
                continue
            value = step.threshold.value
            if value in found:
                self._findings.error(
                    "step-twice",
                    step.span,
                    f"the ladder has the step {step.threshold.span.text} twice",
                    "join their effects",
                    other=(places[value], "first here"),
                )
                continue
            condition = Comparison(measure, step.compare, value)
            effects = self._effects.of(step.effects, condition, every=False)
            full = f"{name}[{step.compare} {step.threshold.span.text}]"
            case = tree.Case(
                tree.Compared(step.compare, statement.on, step.threshold, step.span),
                None,
                step.effects,
                step.cite,
                step.span,
            )
            label = step.label.text if step.label else statement.name.label.text if statement.name.label else None
            self._say_rule("rule", full, case, step.cite or statement.cite, step.span, label)
            places[value] = step.span
            if effects:
                found[value] = Rule(full, "ticket", condition, effects)
        return [found[value] for value in sorted(found, reverse=first.compare[0] == "<")]

    def _flags_in_use(self, rules: Iterable[Rule], periods: Iterable[Period]) -> list[FlagKind]:
        """Every declared flag, and `no_reset` where a rule raises it or a condition asks for it."""
        conditions = [rule.condition for rule in rules] + [p.unless for p in periods if p.unless is not None]
        asked = {atom.flag for condition in conditions for atom in atoms(condition) if isinstance(atom, FlagUp)}
        raised = {effect.name for rule in rules for effect in rule.effects if effect.sort == "flag"}
        return [kind for name, kind in self._effects.flags.items() if name != "no_reset" or name in asked | raised]
