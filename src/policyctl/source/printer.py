"""The canonical spelling of conditions and effects: single spaces, canonical English keywords.

Names of rules without a name are made of it, so it must never depend on how a text was laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from policyctl.exact import plain
from policyctl.source.tree import (
    ActsOf,
    Anchor,
    Arithmetic,
    Bracketed,
    ByAge,
    ByDate,
    Case,
    Compared,
    Counted,
    Effect,
    Ends,
    Expires,
    Expression,
    Fine,
    Impose,
    Instead,
    Joined,
    LastActs,
    Moves,
    Name,
    Negated,
    Number,
    Occasion,
    OfTicket,
    Otherwise,
    Picked,
    Post,
    PreviousUnit,
    Quantity,
    Said,
    SameAs,
    Schedule,
    SinceEvent,
    Step,
    Tell,
    Text,
    Thing,
    Within,
    Word,
)

PrintName = Callable[[Name], str]

_SHORT = {"minute": "min", "hour": "h", "day": "d", "week": "w"}


def as_written(name: Name) -> str:
    """The name as it stands in the text."""
    return f'"{name.text}"' if name.quoted else name.text


def quantity_text(length: Quantity) -> str:
    """`3d`, `72h`, `30min`, `2w`; `3 calendar days`, `2 months`, `1 year`."""
    if length.rolled:
        return f"{quantity_text(replace(length, rolled=False))} to a business day"
    count = plain(length.count)
    if not length.calendar and length.unit in _SHORT:
        return count + _SHORT[length.unit]
    plural = "" if length.count == 1 else "s"
    return f"{count} {length.calendar + ' ' if length.calendar else ''}{length.unit}{plural}"


def lasting_text(lasting: Quantity | ActsOf, name: PrintName) -> str:
    """A length, or so many acts: `5 game_played`."""
    if isinstance(lasting, ActsOf):
        return f"{plain(lasting.count.value)} {name(lasting.act)}"
    return quantity_text(lasting)


def expires_text(expires: Expires, name: PrintName = as_written) -> str:
    """`expires after 90d from occurred`, `expires after 2 years frozen while closed`."""
    words = ["expires after", lasting_text(expires.length, name)]
    match expires.dated:
        case Name():
            words.append(f"from {name(expires.dated)}")
        case Word(word):
            words.append(f"from {'fine ' if word == 'paid' else ''}{word}")
    words.append("inclusive" if expires.far_edge else "")
    words.append(f"unless {expression_text(expires.unless, name)}" if expires.unless is not None else "")
    words.append(f"frozen while {expression_text(expires.frozen, name)}" if expires.frozen is not None else "")
    return " ".join(word for word in words if word)


def schedule_text(schedule: Schedule, name: PrintName = as_written) -> str:
    """`every year`, `every 12 months from opened`, `every monday at 09:00`, `every first monday of july`."""
    if schedule.act is not None:
        return f"on {name(schedule.act)}"
    words = ["every"]
    if schedule.length is not None:
        since = schedule.since
        whence = (
            name(since) if isinstance(since, Name) else "opened" if since and since.word == "opened" else "first ticket"
        )
        words += [quantity_text(schedule.length), "from", whence]
    elif schedule.place is not None:
        months = " and ".join(month.word for month in schedule.months) or "month"
        words += [schedule.place.word, schedule.weekdays[0].word if schedule.weekdays else "day", "of", months]
    elif schedule.day is not None:
        months = " and ".join(month.word for month in schedule.months) or "month"
        words += [plain(schedule.day.value), "" if len(schedule.months) == 1 else "of", months]
    elif schedule.sort is not None:
        words.append(schedule.sort.word)
    elif schedule.weekdays:
        words.append(" and ".join(day.word for day in schedule.weekdays))
    else:
        words += [unit.word for unit in schedule.units]
    if schedule.clock is not None:
        words += ["at", schedule.clock.word]
    return " ".join(word for word in words if word)


def expression_text(expression: Expression, name: PrintName = as_written) -> str:
    """A condition or a sum: `general >= 20`, `not (a and b)`, `incurred(general, severe) this period`."""
    match expression:
        case Name():
            return name(expression)
        case Number():
            return plain(expression.value)
        case Quantity():
            return quantity_text(expression)
        case Counted():
            return _counted_text(expression, name)
        case Picked(which, of):
            return f"{which}({', '.join(expression_text(part, name) for part in of)})"
        case SameAs(word):
            return f"this {word.text}"
        case OfTicket(subject):
            return f"{name(subject)} of this ticket"
        case Text():
            return text_text(expression)
        case Said(subject, negated, state, within):
            words = [expression_text(subject, name), "is", "not" if negated else "", name(state)]
            words.append(_within_text(within, expression.far_edge, name, expression.anchor))
            words.append("" if expression.dated is None else f"by {expression.dated}")
            return " ".join(word for word in words if word)
        case ByDate(word, date, month=month, days=days):
            words = [expression.dated or "", word, "" if date is None else date.text]
            words += [month.word if month is not None else "", " or ".join(day.word for day in days)]
            return " ".join(word for word in words if word)
        case ByAge(length, since, dated, of=of):
            whence = (of or "opened") if since is None else name(since)
            words = [dated or "", _within_text(length, False, name), "from", whence]
            return " ".join(word for word in words if word)
        case Arithmetic():
            return _between(expression.left, expression.operator, expression.right, name)
        case Compared(to=Number() as end):
            return f"{expression_text(expression.left, name)} {_between(expression.right, 'to', end, name)}"
        case Compared():
            return _between(expression.left, expression.compare, expression.right, name)
        case Joined():
            return f" {expression.word} ".join(expression_text(part, name) for part in expression.parts)
        case Negated():
            return f"not {expression_text(expression.part, name)}"
        case Bracketed():
            return f"({expression_text(expression.inner, name)})"
        case Otherwise():
            return "otherwise" if expression.said else ""


def effect_text(effect: Effect, name: PrintName = as_written) -> str:
    """An effect: `suspend 3d`, `fine 2000 clears`, `general +10`."""
    match effect:
        case Impose():
            words = [name(effect.name), "until" if effect.acts else "", _length(effect.length, effect.amount)]
            words += [f"until {_day_text(effect.day)}" if effect.day else ""]
            words += [
                f"to {_length(effect.to, effect.to)}" if effect.to else "",
                name(effect.acts) if effect.acts else "",
            ]
            words += ["permanently" if effect.permanently else "", "for the rest" if effect.rest else ""]
            words += [f"for the rest of {name(effect.rest_of)}" if effect.rest_of else ""]
            words += [_per_text(effect.per, name), "each" if effect.each else ""]
            words += [f"up to {quantity_text(effect.most)}" if effect.most else ""]
            words += [f"until {expression_text(effect.until, name)}" if effect.until else ""]
            words += [f"from {quantity_text(effect.later)} later" if effect.later else ""]
            words += [f"from next {_next_text(effect.from_next, name)}" if effect.from_next else ""]
            words += [f"from {_day_text(effect.from_day)}" if effect.from_day else ""]
            words += [f"from {name(effect.from_date)}" if effect.from_date else ""]
            words += [f"frozen while {expression_text(effect.frozen, name)}" if effect.frozen else ""]
        case Fine():
            share, of = "%" if effect.percent else "", "of" if effect.percent else "per" if effect.amount else ""
            words = ["fine", _length(effect.length, effect.amount) + share]
            words += [f"to {plain(effect.to.value)}{share}" if effect.to else ""]
            words += [of, expression_text(effect.formula, name)] if effect.formula else []
            words += ["each" if effect.each else ""]
            if effect.rounded is not None:
                way = "" if effect.rounded.way == "nearest" else effect.rounded.way
                words += ["rounded", way, "to", plain(effect.rounded.to.value)]
            words += [f"due in {quantity_text(effect.due)}" if effect.due else ""]
            if effect.clears:
                words += ["clears", " and ".join(name(ledger) for ledger in effect.ledgers)]
                words += ["when served" if effect.when_served else ""]
        case Post():
            sum_ = f"({expression_text(effect.formula, name)})" if effect.formula else plain(effect.points.value)
            words = [name(effect.ledger), effect.sign + sum_]
            words += [
                f"to {plain(effect.most.value)}" if effect.most is not None else "",
                "each" if effect.each else "",
            ]
            words.append(expires_text(effect.expires, name) if effect.expires is not None else "")
        case Ends():
            words = _ends(effect, name)
        case Moves():
            words = [effect.verb, name(effect.name), "by", quantity_text(effect.by)]
            words += [_per_text(effect.per, name), "each" if effect.each else ""]
            words += [f"up to {quantity_text(effect.most)}" if effect.most else ""]
        case Tell():
            words = [effect.verb, "to" if effect.verb == "forward" else "", name(effect.name)]
            words += [f"within {lasting_text(effect.within, name)}" if effect.within else "", text_text(effect.label)]
        case Instead(stands, act, both=both):
            said = ", ".join(effect_text(one, name) for one in stands)
            words = ["or when" if act else "or instead", name(act) if act else ""]
            words += [said if len(stands) == 1 else f"({said})", "or both" if both else ""]
        case _:
            words = ["warn", name(effect.name) if effect.name else "", text_text(effect.label)]
    return " ".join(word for word in words if word)


def _ends(effect: Ends, name: PrintName) -> list[str]:
    names = " and ".join(name(one) for one in effect.names)
    amount = "" if effect.amount is None else expression_text(effect.amount, name)
    match effect.verb:
        case "void":
            return ["void ticket"]
        case "waive":
            of, percent = "" if effect.rule is None else f"of {name(effect.rule)}", "%" if effect.percent else ""
            of = "of ticket" if effect.of_ticket else of
            return [
                "waive fine" if effect.amount is None else "reduce fine",
                of,
                f"by {amount}{percent}" if amount else "",
            ]
        case "consume":
            return ["consume", "newest" if effect.newest else "", amount, "of", names, "each" if effect.each else ""]
        case "set" | "lower" | "raise":
            return [effect.verb, names, "to", amount]
        case _:
            rule = "" if effect.rule is None else f"of {name(effect.rule)}"
            where = "" if effect.where is None else f"where {expression_text(effect.where, name)}"
            return [effect.verb, "all" if effect.all else "", names, rule, where]


def _next_text(begins: Name | Schedule, name: PrintName) -> str:
    """`match_played`, `business day at 15:00`."""
    return name(begins) if isinstance(begins, Name) else schedule_text(begins).removeprefix("every ")


def _day_text(day: ByDate) -> str:
    """`30 june`, `2024-12-31`, `next monday`."""
    if day.days:
        return f"next {day.days[0].word}"
    return expression_text(day).removeprefix("from ")


def thing_text(thing: Thing, name: PrintName = as_written) -> str:
    """`tickets`, `suspend ends`."""
    what = name(thing.what) if isinstance(thing.what, Name) else thing.what.word
    if thing.where is not None:
        return f"{what} where {expression_text(thing.where, name)}"
    return f"{what} ends" if thing.ends else what


def moment_text(occasion: Occasion, name: PrintName = as_written) -> str:
    """`when ticket of speeding`, `when suspend ends`, `every 30d without tickets`."""
    names = ", ".join(name(one) for one in occasion.names)
    match occasion.sort:
        case "ticket":
            where = "" if occasion.where is None else f" where {expression_text(occasion.where, name)}"
            return f"when ticket of {names}{where}" if names else f"when ticket{where}"
        case "schedule":
            assert occasion.schedule is not None
            return schedule_text(occasion.schedule, name)
        case "streak":
            assert occasion.length is not None
            after, things = (
                " or ".join(thing_text(one, name) for one in some) for some in (occasion.after, occasion.things)
            )
            words = [
                "every" if occasion.again else "when",
                occasion.length if isinstance(occasion.length, str) else lasting_text(occasion.length, name),
            ]
            words += [f"after {after}"] if after else []
            words += [f"without {things}"]
            words += [f"by {occasion.dated}"] if occasion.dated is not None else []
            words += [f"frozen while {expression_text(occasion.frozen, name)}"] if occasion.frozen is not None else []
            return " ".join(words)
        case _:
            fine = f"fine of {names}" if names else "fine"
            words = ["when", fine if occasion.sort == "fine" else names, occasion.at.word if occasion.at else ""]
            return " ".join(word for word in words if word)


def case_text(case: Case, name: PrintName = as_written) -> str:
    """`general >= 20 -> suspend 3d, fine 2000 clears`, `every 12 of general -> suspend 12d each`."""
    exempt = (f" except when {expression_text(one.condition, name)}" for one in case.exempt)
    return f"{occasion_text(case, name)} -> {effects_text(case.effects, name)}{''.join(exempt)}".lstrip()


def occasion_text(case: Case, name: PrintName = as_written) -> str:
    """What stands in front of the arrow."""
    condition = expression_text(case.condition, name)
    if case.every is None:
        return f"each time {condition}" if case.each_time else condition
    parity = f"{case.parity.word} " if case.parity is not None else ""
    above = f" above {plain(case.above.value)}" if case.above is not None else ""
    return f"every {parity}{plain(case.every.value)} of {condition}{above}"


def step_text(step: Step, only: PrintName = as_written) -> str:
    """What a step of a ladder is called: `>= 40`, `4 to 5`, `>= 4 while watched`."""
    front = f"{step.compare} {plain(step.threshold.value)}"
    if step.to is not None:
        front = f"{plain(step.threshold.value)} to {plain(step.to.value)}"
    return front if step.only is None else f"{front} while {expression_text(step.only, only)}"


def effects_text(effects: Sequence[Effect], name: PrintName = as_written) -> str:
    """Effects, separated by commas."""
    said = ((", " if not isinstance(effect, Instead) else " ") + effect_text(effect, name) for effect in effects)
    return "".join(said).removeprefix(", ")


def text_text(text: Text | None) -> str:
    """A label or citation in quotation marks that do not occur in it; nothing for None."""
    if text is None:
        return ""
    return f"“{text.text}”" if '"' in text.text else f'"{text.text}"'


def _per_text(per: Expression | None, name: PrintName) -> str:
    """`per general`, `per 5 general`: for each full 5."""
    match per:
        case None:
            return ""
        case Picked("whole", (Arithmetic("/", of, Number() as number),)):
            return f"per {plain(number.value)} {expression_text(of, name)}"
    return f"per {expression_text(per, name)}"


def _counted_text(counted: Counted, name: PrintName) -> str:
    inside = ", ".join(name(part) for part in counted.names) or ("fines" if counted.fines else "tickets")
    if counted.different is not None:
        inside = f"different {name(counted.different)} of {inside}"
    if counted.where is not None:
        inside += f" where {expression_text(counted.where, name)}"
    words = [f"{counted.function}({inside})"]
    words.append(_within_text(counted.within, counted.far_edge, name, counted.anchor))
    words.append(f"by {counted.dated}" if counted.dated else "")
    return " ".join(word for word in words if word)


def _within_text(within: Within | None, far_edge: bool, name: PrintName, anchor: Anchor = "now") -> str:
    match within:
        case None:
            return ""
        case Quantity(length, unit, calendar, rolled=rolled):
            # A window is read aloud, so its length is written out.
            count = plain(length)
            words = [
                "in any" if anchor == "any" else "in",
                count,
                calendar or "",
                f"{unit}{'' if length == 1 else 's'}",
            ]
            words += [
                "to a business day" if rolled else "",
                "inclusive" if far_edge else "",
                "to this ticket" if anchor == "ticket" else "",
            ]
            return " ".join(word for word in words if word)
        case PreviousUnit(unit):
            return f"previous {unit}"
        case LastActs(times, act):
            return f"in last {plain(times.value)} {'periods' if act is None else name(act)}"
        case SinceEvent(since, ends):
            return "since last reset" if since is None else f"since {name(since)}{' ends' if ends else ''}"
        case "ever":
            at = "as it stood at this ticket" if anchor == "stood" else "at this ticket"
            return "ever" if anchor == "now" else at
        case _:
            return f"this {within}"


def _between(left: Expression, sign: str, right: Expression, name: PrintName) -> str:
    return f"{expression_text(left, name)} {sign} {expression_text(right, name)}"


def _length(length: object, amount: object) -> str:
    if isinstance(length, Quantity):
        return quantity_text(length)
    return plain(amount.value) if isinstance(amount, Number) else ""
