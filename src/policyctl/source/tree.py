"""The syntax tree of a policy file: what was written, with its place, before any name is resolved.

The tree accepts more than the language means (`suspend 2000`, `fine 3d`, a condition where a number belongs), so that
the next stage can say what is wrong in the words of the writer. Keywords are already independent of their language;
names, labels and numbers are as written.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from policyctl.source.text import Span

if TYPE_CHECKING:
    from policyctl.source.stories import StoryLine

DateWord = Literal["effective", "issued", "occurred"]
DayWord = Literal["calendar", "business", "local"]
UnitWord = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written: a declared name, a dotted one (`out_of_scope.minor`), or a one-word label."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text, without its quotation marks."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Number:
    """A number without unit. Below 0 it may be where it is compared; elsewhere that is an error said later."""

    value: Fraction
    span: Span


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit of time: `3d`, `3 days`, `3 calendar days`, `2 months`; `calendar` is the word in front of
    the unit."""

    count: Fraction
    unit: UnitWord
    calendar: DayWord | None
    span: Span


@dataclass(frozen=True, slots=True)
class Date:
    """A date, or a date and time, as written; read in the policy's zone later."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword whose choice matters, by its canonical English spelling (`carry`, `heaviest`, `later`)."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class Named:
    """A name that is declared here, with its label."""

    name: Name
    label: Text | None


# --- numbers and conditions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PreviousUnit:
    """`previous period`, `previous month`."""

    unit: Literal["period"] | UnitWord


@dataclass(frozen=True, slots=True)
class LastActs:
    """`in last 5 match_played`."""

    count: Number
    act: Name


@dataclass(frozen=True, slots=True)
class SinceEvent:
    """`since exam_passed`, `since suspend ends`; without a name `since last reset`."""

    name: Name | None
    ends: bool


Within = Literal["period", "ever"] | UnitWord | Quantity | PreviousUnit | LastActs | SinceEvent


@dataclass(frozen=True, slots=True)
class Counted:
    """`incurred(a, b) this period`, `live(a) in 90 days by issued`, `count(tickets where key = this key) this year`.

    `within` is None where the text does not say; a window that ends `to_ticket` ends there. `names` is empty for
    `count(tickets)`, and for `count(fines)`, which says `fines`."""

    function: Literal["incurred", "live", "count", "highest", "latest"]
    names: tuple[Name, ...]
    within: Within | None
    far_edge: bool
    dated: DateWord | None
    span: Span
    fines: bool = False
    where: Expression | None = None
    to_ticket: bool = False


@dataclass(frozen=True, slots=True)
class Picked:
    """`max(100000, deposit)`, `min(a, b)`."""

    which: Literal["max", "min"]
    of: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SameAs:
    """`this key`: of the ticket looked at."""

    word: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Said:
    """`exam_passed is done this year`, `vehicle is not large`."""

    subject: Expression
    negated: bool
    state: Name
    within: Within | None
    far_edge: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ByDate:
    """`before 2024-01-01`, `from 2024-01-01`."""

    word: Literal["before", "from"]
    date: Date
    span: Span


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left + right` and so on."""

    operator: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Compared:
    """`left >= right`."""

    compare: Literal[">=", ">", "<=", "<", "=", "!="]
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Joined:
    """`a and b and c`, `a or b`."""

    word: Literal["and", "or"]
    parts: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Negated:
    """`not a`."""

    part: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Bracketed:
    """`( a )`: kept, because names of unnamed rules are printed as they were grouped."""

    inner: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What always holds: a line that begins with `otherwise`, or (not `said`) with the arrow."""

    span: Span
    said: bool = True


Condition = Compared | Joined | Negated | Said | ByDate | Otherwise
Expression = Name | Number | Quantity | Counted | Picked | SameAs | Arithmetic | Bracketed | Text | Condition
EXPRESSIONS = (
    *(Name, Number, Quantity, Counted, Picked, SameAs, Arithmetic, Bracketed, Text),
    *(Compared, Joined, Negated, Said, ByDate, Otherwise),
)
"""The same, to ask whether something is one."""


# --- effects ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Impose:
    """`suspend 3d`, `suspend permanently`, `close_identity`, `no_reset`: a name, and how long. `amount` is a bare
    number: of so many `acts`, or where a length belongs (an error said later). `per` is a sum by which the length is
    multiplied, `most` its limit; it ends not before `until` holds, and begins so much `later`."""

    name: Name
    length: Quantity | None
    amount: Number | None
    permanently: bool
    each: bool
    span: Span
    acts: Name | None = None
    per: Expression | None = None
    most: Quantity | None = None
    until: Expression | None = None
    later: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Rounded:
    """`rounded up to 10`."""

    to: Number
    way: Literal["nearest", "up", "down"]
    span: Span


@dataclass(frozen=True, slots=True)
class Fine:
    """`fine 2000 each rounded to 10 due in 15 days clears general and severe when served`. `formula` where a sum stands
    for the amount, `length` where a length does (an error said later)."""

    amount: Number | None
    length: Quantity | None
    each: bool
    clears: bool
    ledgers: tuple[Name, ...]
    when_served: bool
    span: Span
    formula: Expression | None = None
    rounded: Rounded | None = None
    due: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Warn:
    """`warn near_ban "one more ticket and the shop is suspended"`."""

    name: Name | None
    label: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Expires:
    """`expires after 90 days from occurred inclusive unless closed frozen while suspended`; `dated` is None where it
    does not say from which date."""

    length: Quantity
    dated: Word | None
    far_edge: bool
    unless: Expression | None
    frozen: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Post:
    """`general +10`, `general +(severe / 2)`, `credit -1 each`."""

    ledger: Name
    sign: Literal["+", "-"]
    points: Number
    most: Number | None
    expires: Expires | None
    span: Span
    formula: Expression | None = None
    each: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """`clear general and severe`, `consume 12 of general`, `set general to 7`, `lift suspend`, `void ticket`: `verb` is
    the keyword."""

    verb: Literal["clear", "consume", "set", "lower", "raise", "lift", "void"]
    names: tuple[Name, ...]
    amount: Expression | None
    each: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Moves:
    """`extend suspend by 7d each up to 60d`."""

    verb: Literal["extend", "shorten"]
    name: Name
    by: Quantity
    most: Quantity | None
    each: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Tell:
    """`require study`, `notify owner`, `forward to parent`."""

    verb: Literal["require", "notify", "forward"]
    name: Name
    label: Text | None
    span: Span


Effect = Impose | Fine | Warn | Post | Ends | Moves | Tell


# --- statements -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """A clause of the header. `setting` is `version`, `timezone`, `currency`, `annulment` (value word
    `refunds_and_revives` or `stays_cleared`), `count_by`, `judge_by`, `late_tickets` (how long they are taken),
    `points_have_no_effect` (no effect until the value word `final`), `no_tickets` (issued more than so long after the
    date `dated`)."""

    setting: Literal[
        "version",
        "timezone",
        "currency",
        "annulment",
        "count_by",
        "judge_by",
        "late_tickets",
        "points_have_no_effect",
        "no_tickets",
    ]
    value: Date | Name | Word | Quantity
    span: Span
    dated: Word | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """`note "…"`."""

    text: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Use:
    """`use standard`."""

    name: Name
    span: Span


@dataclass(frozen=True, slots=True)
class PolicyHeader:
    """`policy NAME "label"` and its indented clauses."""

    name: Named
    clauses: tuple[Setting | Note | Use, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Identities:
    """`identities merchant "商户", promoter "带货达人"`."""

    names: tuple[Named, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Starts:
    """`starts at 100 down`."""

    at: Number
    down: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Bound:
    """`floor 0`, `ceiling 12`."""

    word: Literal["floor", "ceiling"]
    at: Number
    span: Span


@dataclass(frozen=True, slots=True)
class Schedule:
    """`every year`, `every 12 months from opened` (`since` a word, or the name of an act or attribute), `every monday
    and thursday at 09:00`, `every 1 july`, `every 15 of month`, `on first monday of january and july`, `on last day of
    month`, `on season_end`. What is not said is empty or None; `clock` is a time of day as written."""

    units: tuple[Word, ...]
    length: Quantity | None
    since: Name | Word | None
    place: Word | None
    weekdays: tuple[Word, ...]
    day: Number | None
    months: tuple[Word, ...]
    clock: Word | None
    act: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class Resets:
    """`resets every year unless no_reset`, `… keeping where fine is unpaid`, `… carrying 24 when points >= 24`."""

    schedule: Schedule
    unless: Expression | None
    keeping: Expression | None
    carrying: Expression | None
    when: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """`at most 6 per day except where key is vip`, `one per occasion highest`, `one per 7 days sliding`. `by` is
    `occasion`, `key`, a unit, a name or a length; `takes` is `first` or `highest`, where it is said."""

    most: Number | None
    by: Word | Name | Quantity
    sliding: bool
    takes: Word | None
    spared: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Multiplied:
    """`doubled while probation where severity is grave`, `multiplied by 1.5 where …`."""

    times: Number | None
    when: Expression | None
    where: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Waits:
    """`waits while suspended`."""

    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class LedgerStatement:
    """`ledger NAME "label"` and its clauses, each of which may be written twice (an error said later)."""

    name: Named
    clauses: tuple[Starts | Bound | Resets | Expires | Group | Multiplied | Waits, ...]
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class DaysOff:
    """`holidays 2026-01-01, 2026-02-17`, or the name of a file beside the policy; `worked` where it says `workdays`."""

    worked: bool
    days: tuple[Date, ...]
    file: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Severity:
    """`minor "轻微" -> general +10 except when not warned`, or `minor -> nothing`: an indented line of an offence."""

    name: Named
    effects: tuple[Effect, ...]
    cite: Text | None
    span: Span
    exempt: tuple[Exempt, ...] = ()
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class OffenceStatement:
    """`offence NAME for promoter -> general +10`, or with severities below it; both, or neither, is an error later."""

    name: Named
    effects: tuple[Effect, ...]
    severities: tuple[Severity, ...]
    cite: Text | None
    span: Span
    exempt: tuple[Exempt, ...] = ()
    nothing: bool = False
    whose: Name | None = None


@dataclass(frozen=True, slots=True)
class MeasureStatement:
    """`measure NAME "label" = SUM`."""

    name: Named
    value: Expression
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class PartLine:
    """`block_listing "限制发布" 7d` in a sanction."""

    name: Named
    length: Quantity | None
    permanently: bool
    span: Span


@dataclass(frozen=True, slots=True)
class SanctionStatement:
    """`sanction NAME "label" = PART, PART overlap heaviest`."""

    name: Named
    parts: tuple[PartLine, ...]
    overlap: Word | None
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class FlagStatement:
    """`flag watched "观察" per period`."""

    name: Named
    per_period: bool
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class ActsStatement:
    """`acts exam_passed "考试通过", match_played`."""

    names: tuple[Named, ...]
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class MetricsStatement:
    """`metrics reply_rate "回复率"`."""

    names: tuple[Named, ...]
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class AttributeStatement:
    """`attribute vehicle "车型" = ordinary, large`; without values it may have any."""

    name: Named
    values: tuple[Name, ...]
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """`2000 from 2020-04-28 cite "…"`."""

    value: Number
    since: Date | None
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class ConstantStatement:
    """`constant base = 2000 from 2020-04-28, 3000 from 2022-01-01`."""

    name: Named
    values: tuple[ConstantValue, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Exempt:
    """`except when CONDITION cite "…"`, behind the effects."""

    condition: Expression
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """`CONDITION -> EFFECTS`, or `every N of SUM -> EFFECTS` where `every` is given and `condition` is the sum; then
    `parity` says which multiples count, and `above` from where. `each_time`: it acts whenever it holds."""

    condition: Expression
    every: Number | None
    effects: tuple[Effect, ...]
    cite: Text | None
    span: Span
    exempt: tuple[Exempt, ...] = ()
    each_time: bool = False
    parity: Word | None = None
    above: Number | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """Of what there must be none in a streak: `tickets`, `payments`, an offence or an act, a sanction that `ends`."""

    what: Name | Word
    ends: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Occasion:
    """`when ticket of speeding`, `when exam_passed`, `when suspend ends`, `when fine overdue`, `when general resets`,
    `when 1 year without tickets`, `every 30 days without tickets or suspend ends`. `at` is the keyword behind what
    happens."""

    sort: Literal["ticket", "fine", "name", "streak", "schedule"]
    names: tuple[Name, ...]
    at: Word | None
    length: Quantity | None
    things: tuple[Thing, ...]
    again: bool
    span: Span
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class RuleStatement:
    """`rule NAME "label" cite "…" for CONDITION prevails over NAME: CASE`; a bare case at the top of a file is a rule
    without a name. Of several cases the first that holds says what happens."""

    name: Named | None
    cases: tuple[Case, ...]
    cite: Text | None
    span: Span
    whose: Expression | None = None
    over: tuple[Name, ...] = ()
    occasion: Occasion | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """`>= 40 "label" while CONDITION -> EFFECTS`, or `4 to 5 -> EFFECTS`: at least `threshold` and at most `to`."""

    compare: Literal[">=", ">", "<=", "<", "=", "!="]
    threshold: Number
    label: Text | None
    effects: tuple[Effect, ...]
    cite: Text | None
    span: Span
    to: Number | None = None
    only: Expression | None = None
    exempt: tuple[Exempt, ...] = ()


@dataclass(frozen=True, slots=True)
class LadderStatement:
    """`ladder NAME "label" on SUM takes all cite "…":` and its steps."""

    name: Named
    on: Expression
    takes: Word | None
    steps: tuple[Step, ...]
    cite: Text | None
    span: Span
    whose: Expression | None = None
    occasion: Occasion | None = None


@dataclass(frozen=True, slots=True)
class ReadingStatement:
    """`reading "paid" of "CLAUSE" because "REASON"`."""

    name: Text
    clause: Text
    because: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Conversion:
    """`4 to 5 -> 2`, `18 -> 8`, `>= 18 -> 8`: what a balance becomes. `upper` is None where there is no upper end."""

    compare: Literal[">=", ">", "<=", "<", "=", "!="] | None
    lower: Number
    upper: Number | None
    becomes: Number
    span: Span


@dataclass(frozen=True, slots=True)
class TransitionLine:
    """`general carry`, `credit drop, still counted`, `fines carry`, `sanctions drop`, `reached as reached`,
    `reached re-arm`. `what` is the ledger's name, or the keyword's canonical spelling."""

    what: Name | Word
    verb: Literal["carry", "drop", "drop_still_counted", "convert", "as_reached", "rearm"]
    span: Span
    unless: Expression | None = None
    into: Name | None = None
    table: tuple[Conversion, ...] = ()


@dataclass(frozen=True, slots=True)
class TransitionStatement:
    """`transition from 2019-01-01 cite "…":` and its lines; stands in the file of the newer version."""

    previous: Date
    lines: tuple[TransitionLine, ...]
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class TestStatement:
    """`test "NAME" for promoter` and its lines (`stories.py`)."""

    name: Text
    identity: Name | None
    lines: tuple[StoryLine, ...]
    span: Span


Statement = (
    PolicyHeader
    | Use
    | Note
    | Identities
    | LedgerStatement
    | OffenceStatement
    | MeasureStatement
    | SanctionStatement
    | FlagStatement
    | ActsStatement
    | MetricsStatement
    | AttributeStatement
    | ConstantStatement
    | RuleStatement
    | LadderStatement
    | ReadingStatement
    | TransitionStatement
    | TestStatement
    | DaysOff
)
