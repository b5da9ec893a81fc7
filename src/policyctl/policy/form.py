"""The normal form of a policy: the seven primitives, the policy-wide settings, and nothing else.

Everything that a policy file can say is rewritten to these records; the interpreter and every later reader know only
them. A version holds its records by primitive: facts (1), periods (2), measures (3), rules with their occasion (4, 5)
and effects (7), choices (6). Records are frozen and flat, refer to each other by name, and stand in the order of their
names, so that layout and order in a file leave no trace. Labels, citations and positions are kept apart, in `Words`.

What may be assumed of a `Policy` that was loaded: every name resolves, every threshold and amount is exact, versions
are in the order of their dates, each version but the first has a transition or there is only one, and it is
`canonical`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import count, islice
from typing import Any, Literal

import msgspec

from policyctl.calendar import Recurring
from policyctl.exact import plain
from policyctl.instants import Calendar, Length

Compare = Literal[">=", ">", "<=", "<", "=", "!="]
DateName = Literal["effective", "issued", "occurred"]


ZERO = Fraction(0)
"""The one zero that records have by default: what has its default is left out of a digest, and is known by identity."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every record of the normal form. What has its default is not written, so that a field which comes later
    changes no digest of a policy that does not use it."""


# --- 1. Facts: the kinds of record that a history and its rules can open ---


class Life(Record, frozen=True):
    """How long an entry is live: so long after a date of its ticket (`booking`: the one by which it counts), up to it,
    or including it (`far_edge`). It stays while `unless` holds, and its time does not run while `frozen` holds."""

    length: Length
    dated: Literal["booking", "final"] | DateName = "booking"
    far_edge: bool = False
    unless: Condition | None = None
    frozen: Condition | None = None


class EntryKind(Record, frozen=True, tag="entry"):
    """Entries of a ledger. `direction` is 1 (points add) or -1 (points take away); the balance starts at `start` and
    is kept within `floor` and `ceiling` at each posting. `life` is how long entries are live; None: as long as
    nothing ends them. `multiplied` says when points count more often. A ticket for it takes effect only when `waits`
    does not hold."""

    name: str
    direction: Literal[1, -1] = 1
    start: Fraction = ZERO
    floor: Fraction | None = None
    ceiling: Fraction | None = None
    life: Life | None = None
    multiplied: tuple[Multiplied, ...] = ()
    waits: Condition | None = None


class Posting(Record, frozen=True):
    """What a ticket posts: `points` (positive) to `ledger`, moved in the ledger's direction. `life` is how long they
    are live, where that is not said of the whole ledger. With `most` each ticket carries the number
    that was chosen, from `points` up to it. Nothing is posted where `unless` holds just before the step."""

    ledger: str
    points: Fraction
    life: Life | None = None
    most: Fraction | None = None
    unless: Condition | None = None


class TicketKind(Record, frozen=True, tag="ticket"):
    """Tickets for an offence, `offence` or `offence.severity`; `identity` is the only one that can commit it."""

    name: str
    posts: tuple[Posting, ...]
    identity: str | None = None


class ActCount(Record, frozen=True):
    """So many acts of a name."""

    name: str
    count: int


class Part(Record, frozen=True):
    """A measure of a sanction. `length` None and not `permanent`: as long as the effect that imposes it says, which may
    be until so many `acts`, or until a condition holds."""

    name: str
    length: Length | None = None
    permanent: bool = False
    acts: ActCount | None = None


class SanctionKind(Record, frozen=True, tag="sanction"):
    """A sanction as a bundle of parts; none means that it is a single measure of its own name."""

    name: str
    parts: tuple[Part, ...] = ()


class FlagKind(Record, frozen=True, tag="flag"):
    """A mark on an identity: for good, or until the period of the rule that raised it is over."""

    name: str
    per_period: bool = False


class ActKind(Record, frozen=True, tag="act"):
    """Something that the subject does, or that is done for it."""

    name: str


class MetricKind(Record, frozen=True, tag="metric"):
    """A number from outside; unknown until there is one."""

    name: str


class AttributeKind(Record, frozen=True, tag="attribute"):
    """What an account or a ticket says of itself. `values` are those that it may have; none means any."""

    name: str
    values: tuple[str, ...] = ()


class Dated(Record, frozen=True):
    """A value from a date on; None: for all time before the next date."""

    since: str | None
    value: Fraction


class ConstantKind(Record, frozen=True, tag="constant"):
    """A number that the policy names. `values` are in the order of their dates; unknown before the first of them."""

    name: str
    values: tuple[Dated, ...]


FactKind = EntryKind | TicketKind | SanctionKind | FlagKind | ActKind | MetricKind | AttributeKind | ConstantKind


# --- 3. Measures: a number read at an instant, seen from a booking date ---


class Previous(Record, frozen=True, tag="previous"):
    """The period, or the calendar unit, before the one that is looked at."""

    unit: Literal["period"] | Calendar


class Since(Record, frozen=True, tag="since"):
    """From the last act of that name on; or from when the last sanction of that name began, or ended."""

    sort: Literal["act", "sanction"]
    name: str
    at: Literal["start", "end"] = "start"


class Last(Record, frozen=True, tag="last"):
    """From the last but so many acts of that name on: the first of the last `count`."""

    count: int
    act: str


Sort = Literal[
    "entry", "ticket", "sanction", "fine", "flag", "act", "metric", "decision", "constant", "attribute", "measure"
]


class Read(Record, frozen=True):
    """One number. `balance`: of the one ledger named. `sum` of points or amounts, `count`, `highest` or `latest` number
    over facts of a sort: entries of the ledgers named, tickets for the offences named, sanctions, flags, acts and
    metrics by name, fines, decisions by rule, ladder or step (none named: all of the sort), or an attribute of the
    account or a constant by name. `max` and `min` choose among the measures named. What is not there yet is unknown:
    `highest` and `latest` of nothing, and a constant before its first date.

    `standing` says whether ended facts count. `within` is the running period (of `ledger`, where facts have none of
    their own), a calendar unit, a window that ends now, or `ever`; `back` says otherwise where the time begins. `dated`
    is the date that these look at (`booking`: the one the policy counts by). In a window a fact counts while
    date <= now < date + window, or <= where `far_edge`. Where the `anchor` is a ticket, the window ends at its date
    instead of now. Only facts for which `where` holds count."""

    of: Literal["balance", "sum", "count", "highest", "latest", "max", "min"]
    sort: Sort
    names: tuple[str, ...]
    standing: Literal["live", "posted"] = "posted"
    within: Literal["period", "day", "week", "month", "quarter", "year", "ever"] | Length = "ever"
    dated: Literal["booking"] | DateName = "booking"
    far_edge: bool = False
    back: Previous | Since | Last | None = None
    where: Condition | None = None
    anchor: Literal["now", "ticket"] = "now"
    ledger: str | None = None


class Term(Record, frozen=True):
    """`times` a number that is read."""

    times: Fraction
    read: Read


class Measure(Record, frozen=True):
    """A linear expression: the sum of its terms `plus` a constant. `declared` where the policy names it."""

    name: str
    terms: tuple[Term, ...]
    plus: Fraction = ZERO
    declared: bool = False


# --- Conditions: used by rules and by periods ---


class Comparison(Record, frozen=True, tag="compare"):
    """Measure `measure` against a constant."""

    measure: str
    compare: Compare
    threshold: Fraction


class FlagUp(Record, frozen=True, tag="flag"):
    """The flag is up; `closed` stands for the closure of the identity."""

    flag: str


class Is(Record, frozen=True, tag="is"):
    """A word about the fact looked at (in `where`), or about the account, is one of these."""

    field: str
    values: tuple[str, ...]


class Has(Record, frozen=True, tag="has"):
    """A number about the fact looked at, against a constant."""

    field: str
    compare: Compare
    threshold: Fraction


class Same(Record, frozen=True, tag="same"):
    """The fact looked at has the same word as the ticket that the rule looks at."""

    field: str


class Between(Record, frozen=True, tag="between"):
    """It is not before a date, and before another; None: no bound."""

    since: str | None = None
    until: str | None = None


class AllOf(Record, frozen=True, tag="and"):
    """Every part holds."""

    parts: tuple[Condition, ...]


class AnyOf(Record, frozen=True, tag="or"):
    """At least one part holds."""

    parts: tuple[Condition, ...]


class Not(Record, frozen=True, tag="not"):
    """The part does not hold."""

    part: Condition


Atomic = Comparison | FlagUp | Is | Has | Same | Between
Condition = Atomic | AllOf | AnyOf | Not


def atoms(condition: Condition) -> Iterator[Atomic]:
    """The comparisons, flags and words of a condition."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            yield condition


def atom_text(atom: Is | Has | Same | Between) -> str:
    """A word about a fact, as it is written."""
    match atom:
        case Is(field, values):
            return f"{field} is {' or '.join(values)}"
        case Has(field, compare, threshold):
            return f"{field} {compare} {plain(threshold)}"
        case Same(field):
            return f"{field} = this {field}"
        case Between(since, until):
            return f"from {since}" if until is None else f"before {until}"


def condition_text(condition: Condition) -> str:
    """A condition about a fact, as it is written."""
    match condition:
        case Comparison(measure, compare, threshold):
            return f"{measure} {compare} {plain(threshold)}"
        case FlagUp(flag):
            return flag
        case AllOf(parts) | AnyOf(parts):
            word = " and " if isinstance(condition, AllOf) else " or "
            inner = (condition_text(part) for part in parts)
            return word.join(f"({one})" if " and " in one or " or " in one else one for one in inner)
        case Not(part):
            inner_text = condition_text(part)
            return f"not ({inner_text})" if isinstance(part, AllOf | AnyOf) else f"not {inner_text}"
        case _:
            return atom_text(condition)


def measures_of(condition: Condition) -> Iterator[str]:
    """The names of the measures that a condition reads."""
    return (atom.measure for atom in atoms(condition) if isinstance(atom, Comparison))


def reads_of(measure: Measure, measures: Mapping[str, Measure]) -> Iterator[Read]:
    """Everything that a measure reads, the measures among which it chooses included."""
    for term in measure.terms:
        yield term.read
        if term.read.sort == "measure":
            for name in term.read.names:
                yield from reads_of(measures[name], measures)


# --- 2. Periods ---


class Group(Record, frozen=True):
    """Entries that count together: of one occasion, key or value of the attribute `name`; of one unit of the calendar;
    between two acts called `name`; or not further apart than a length from the first of them (`sliding`: from the one
    before). The `first` of them counts, or the `highest`, or `most` points of all. Entries for which `unless` holds
    stand outside."""

    by: Literal["occasion", "key", "attribute", "act"] | Calendar | Length
    name: str | None = None
    takes: Literal["first", "highest", "at_most"] = "first"
    most: Fraction | None = None
    sliding: bool = False
    unless: Condition | None = None


class Multiplied(Record, frozen=True):
    """Points count so many times as much, while a condition holds just before the step, for tickets for which `where`
    holds."""

    times: Fraction
    when: Condition | None = None
    where: Condition | None = None


class Carrying(Record, frozen=True):
    """A reset takes over so many points as a measure says, of the newest, where the condition holds just before it."""

    measure: str
    when: Condition | None = None


class Period(Record, frozen=True):
    """How a ledger divides time: `every` calendar unit, by a schedule, or None for all time in one. Where `unless`
    holds just before a reset, the period runs on. A reset takes over into the new period the live entries for
    which `keeping` holds, or what `carrying` says. `groups` divide it a second time."""

    ledger: str
    every: Recurring | None = None
    unless: Condition | None = None
    keeping: Condition | None = None
    carrying: Carrying | None = None
    groups: tuple[Group, ...] = ()


# --- 7. Effects: all of this issue open a fact ---


class Open(Record, frozen=True, tag="open"):
    """Open a fact. `line` is the line of its rule that says so, counted from 0. A sanction has `parts` (each with a
    length or permanent); a fine has `amount`, and `clears` the ledgers whose live entries its payment ends
    (`clears_when` paid, or paid and served). `each` multiplies the amount or the lengths by the number of multiples
    newly passed. `post` posts `amount` points to the ledger of that name; `back`: against its direction. `formula` is a
    measure in the place of `amount`, `rounded` to a multiple; of a sanction, how often its length counts, and it lasts
    so long at `most`. It ends not before `until` holds (read as of its start), and starts after a `delay`; a flag goes
    down then too. What is owed is `due` after so long."""

    sort: Literal["sanction", "fine", "close", "flag", "notice", "post", "require", "forward"]
    name: str
    amount: Fraction | None = None
    parts: tuple[Part, ...] = ()
    clears: tuple[str, ...] = ()
    clears_when: Literal["paid", "served"] | None = None
    each: bool = False
    line: int = 0
    back: bool = False
    formula: str | None = None
    rounded: Fraction | None = None
    rounding: Literal["nearest", "up", "down"] = "nearest"
    due: Length | None = None
    most: Length | None = None
    until: Condition | None = None
    delay: Length | None = None


class End(Record, frozen=True, tag="end"):
    """End facts. `clear` all live entries of the ledgers `names`, `consume` so many points of one from its oldest on,
    `set` its balance (`only` where that is lower, or higher, than it is); `lift` the running sanctions or the flag of
    that name; `void` the ticket that the act names. The number is `amount`, or the measure `formula`."""

    sort: Literal["clear", "consume", "set", "lift", "void"]
    names: tuple[str, ...]
    amount: Fraction | None = None
    formula: str | None = None
    only: Literal["lower", "raise"] | None = None
    each: bool = False
    line: int = 0

    @property
    def name(self) -> str:
        """What it ends."""
        return " and ".join(self.names)


class Move(Record, frozen=True, tag="move"):
    """Move the end of what runs of a sanction by a length, later or sooner; by `most` at most, all moves of one
    sanction together."""

    sort: Literal["extend", "shorten"]
    name: str
    by: Length
    most: Length | None = None
    each: bool = False
    line: int = 0


Effect = Open | End | Move


# --- 4, 5, 6. Occasions, rules, choices ---


class When(Record, frozen=True, tag="when"):
    """Something happens: a ticket (of the offences `names`, or any), an act or metric of that name, the start or end of
    a sanction, a fine that is paid or overdue, a ledger that is reset."""

    sort: Literal["ticket", "act", "metric", "payment", "sanction", "fine", "ledger"]
    names: tuple[str, ...] = ()
    at: Literal["start", "end", "paid", "overdue"] = "start"


class Without(Record, frozen=True, tag="without"):
    """So long has none of some things happened; where it is counted `again`, it goes on from there. A sanction whose
    end is one of them must not run."""

    length: Length
    things: tuple[When, ...]
    again: bool = False


class Every(Record, frozen=True, tag="every"):
    """The instants of a schedule; what a rule sees is the state just before."""

    schedule: Recurring


Occasion = Literal["ticket"] | When | Without | Every


class Rule(Record, frozen=True):
    """Fires at its `occasion` when its level rises above what its latch has counted; `each` time: at every occasion at
    which its level is above 0. The level of a plain rule is 1 while `condition` holds, else 0; with `every` it is the
    whole number of times that the condition's measure holds that many (the condition compares that measure with
    `every`). Of several `lines` the first that holds says which effects there are; `condition` is any of them."""

    name: str
    occasion: Occasion
    condition: Condition
    effects: tuple[Effect, ...]
    every: Fraction | None = None
    mode: Literal["rise", "each"] = "rise"
    lines: tuple[Condition, ...] = ()


class Ladder(Record, frozen=True, tag="ladder"):
    """Of the steps (rules, lowest first) newly reached at one moment, the `highest` takes effect, or `all`, or the
    `next`: the lowest, and the others stay to be reached. `rungs` says how many steps stand on each rung, at one number
    (none: one each); those of a rung take effect together."""

    name: str
    steps: tuple[str, ...]
    takes: Literal["highest", "all", "next"] = "highest"
    rungs: tuple[int, ...] = ()

    def by_rung(self) -> tuple[tuple[str, ...], ...]:
        """The steps, rung by rung."""
        steps = iter(self.steps)
        return tuple(tuple(islice(steps, size)) for size in self.rungs or (1,) * len(self.steps))


class Prevails(Record, frozen=True, tag="prevails"):
    """Where both rules fire in one step, `under` has no effect."""

    over: str
    under: str


class Overlap(Record, frozen=True, tag="overlap"):
    """Which of several running sanctions of one kind runs."""

    sanction: str
    rule: Literal["later", "heaviest", "extends", "consecutive"] = "later"


Choice = Ladder | Overlap | Prevails


# --- Policy-wide settings and the outer loop of versions ---

Carry = Literal["carry", "drop", "drop_still_counted", "convert"]


class Stale(Record, frozen=True):
    """A ticket issued more than so long after the act, by one of its dates, does not count."""

    length: Length
    dated: DateName = "occurred"


class Settings(Record, frozen=True):
    """`identities` share nothing but the policy. `count_by` is the booking date, `judge_by` the date that says which
    version judges a ticket. `annulment` None: no fine clears, so nothing depends on it. A ticket for a closed period
    is taken until `late_until` after its end (None: always). `wait_for_final`: points have no effect until a ticket
    is final. `holidays` are days of the week on which nobody works, `workdays` days of a weekend that are worked in
    their place."""

    timezone: str
    identities: tuple[str, ...]
    currency: str | None = None
    count_by: DateName = "issued"
    judge_by: DateName | None = None
    annulment: Literal["refunds_and_revives", "stays_cleared"] | None = None
    late_until: Length | None = None
    wait_for_final: bool = False
    stale: Stale | None = None
    holidays: tuple[str, ...] = ()
    workdays: tuple[str, ...] = ()


class Conversion(Record, frozen=True):
    """A balance from `lower` up to and including `upper` (None: from there on) becomes another one."""

    lower: Fraction
    upper: Fraction | None
    becomes: Fraction


class LedgerMoves(Record, frozen=True):
    """What becomes of the entries of one ledger at a change of version. Where `unless` holds just before it, they are
    carried. A balance that is converted by a `table` is that of the ledger `into` from then on (None: of the same)."""

    ledger: str
    entries: Carry
    unless: Condition | None = None
    table: tuple[Conversion, ...] = ()
    into: str | None = None


class Transition(Record, frozen=True):
    """The change from version `previous` to the version that holds this."""

    previous: str
    ledgers: tuple[LedgerMoves, ...]
    fines: Literal["carry", "drop"]
    sanctions: Literal["carry", "drop"]
    reached: Literal["as_reached", "rearm"] = "as_reached"


class Version(Record, frozen=True):
    """One dated state of the policy; `since` None is in force for all time."""

    since: str | None
    settings: Settings
    facts: tuple[FactKind, ...]
    periods: tuple[Period, ...]
    measures: tuple[Measure, ...]
    rules: tuple[Rule, ...]
    choices: tuple[Choice, ...]
    transition: Transition | None = None


class Said(Record, frozen=True):
    """The words behind a part: where it stands, how it was written (canonical spelling), its label and its clause."""

    file: str
    line: int
    text: str
    label: str | None = None
    cite: str | None = None


class Chosen(Record, frozen=True):
    """`reading NAME of CLAUSE because REASON`: how an open clause was read."""

    name: str
    clause: str
    because: str
    file: str
    line: int


class Words(Record, frozen=True):
    """Everything that people read and no decision depends on. `said` maps `VERSION KIND NAME` keys (see `key`) to the
    words of that part."""

    said: dict[str, Said]
    readings: tuple[Chosen, ...] = ()
    notes: tuple[str, ...] = ()
    label: str | None = None


class Policy(Record, frozen=True):
    """A policy: dated versions, and the words they were said in."""

    name: str
    versions: tuple[Version, ...]
    words: Words

    def digest(self) -> str:
        """Digest of meaning: of the versions alone, so of names, numbers and effects."""
        return _digest(self.versions)

    def text_digest(self) -> str:
        """Digest of meaning and of every label, citation, note and reading; where they stand does not matter."""
        said = {key: (s.text, s.label, s.cite) for key, s in self.words.said.items()}
        readings = sorted((c.name, c.clause, c.because) for c in self.words.readings)
        return _digest((self.name, self.versions, said, readings, self.words.notes, self.words.label))

    def said(self, version: Version, kind: str, name: str) -> Said | None:
        """The words of a part of a version, if it was said anywhere."""
        return self.words.said.get(key(version.since, kind, name))

    def clause(self, version: Version, rule: Rule, line: int) -> Said | None:
        """The words of the line of a rule that says what happens; its own clause goes before that of the rule."""
        said = self.said(version, "rule", rule.name)
        of_line = self.said(version, "line", f"{rule.name}/{line}")
        if said is None or of_line is None:
            return said
        return msgspec.structs.replace(of_line, label=said.label, cite=of_line.cite or said.cite)

    def exceptions(self, version: Version, rule: Rule) -> Iterator[Said]:
        """The words of the exceptions of a rule, line by line."""
        for line in range(max(1, len(rule.lines))):
            for number in count():
                said = self.said(version, "exception", f"{rule.name}/{line}/{number}")
                if said is None:
                    break
                yield said


def key(since: str | None, kind: str, name: str) -> str:
    """The key of a part in `Words.said`. Kinds: ledger, offence, ticket, sanction, part, flag, measure, rule, line
    (of a rule of several: `RULE/0`), exception (`RULE/0/0`), ladder, identity, notice, transition, act,
    metric, attribute, constant (each of its values: `NAME.DATE`)."""
    return f"{since or ''} {kind} {name}"


def encode(value: Any) -> bytes:
    """Canonical JSON: keys sorted, numbers as exact text, no spaces."""
    return msgspec.json.encode(value, enc_hook=_to_text, order="sorted")


def canonical(policy: Policy) -> Policy:
    """The same policy, with every default the very one of its record: so its digest is that of the kept policy."""
    return decode_policy(encode(policy))


def decode_policy(data: bytes) -> Policy:
    """A policy from its canonical JSON; `msgspec.ValidationError` where it is none."""
    return msgspec.json.decode(data, type=Policy, dec_hook=_from_text)


def _digest(value: Any) -> str:
    return "sha256:" + hashlib.sha256(encode(value)).hexdigest()


def _to_text(value: Any) -> Any:
    if isinstance(value, Fraction):
        return plain(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _from_text(kind: type, value: Any) -> Any:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value) or ZERO
    raise TypeError(f"no reading for {kind!r}")
