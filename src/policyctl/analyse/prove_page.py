"""Proofs and findings as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from policyctl.analyse.case import Case
from policyctl.analyse.costs import Cost, Incentive
from policyctl.analyse.findings import Finding, Found
from policyctl.analyse.futures import PHRASES, Future, side_by_side, told_alone
from policyctl.analyse.labels import FOR_GOOD
from policyctl.analyse.prove import Proved
from policyctl.analyse.story import Story
from policyctl.analyse.verdicts import STYLES, Reasons, named, scope, why, word
from policyctl.explain.phrases import Language, Phrases
from policyctl.explain.terminal import NARROWEST, WIDEST
from policyctl.explain.terminal_layout import Glyphs, Page, hang, heading, indent, printed
from policyctl.explain.text import Text

DEEP = 4
"""Cells by which what belongs to a line is set in."""


def prove_lines(
    proved: Sequence[Proved],
    found: Sequence[Found],
    *,
    lang: Language,
    width: int,
    ascii_only: bool = False,
) -> list[Text]:
    """The page, line by line."""
    page = Page(min(max(width, NARROWEST), WIDEST), Glyphs.ascii() if ascii_only else Glyphs.unicode())
    told = _Told(Phrases(lang, PHRASES), page, lang)
    lines: list[Text] = []
    whose: tuple[object, ...] | None = None
    for one in proved:
        if (mine := (one.case.policy.name, one.case.version.since, one.case.identity)) != whose:
            lines += [*([Text()] if whose else []), *told.head(one.case)]
            whose = mine
        lines += told.property(one)
    for each in found:
        lines += [*([Text()] if lines else []), *told.head(each.case), *told.found(each)]
    return printed(lines)


class _Told:
    def __init__(self, phrases: Phrases, page: Page, lang: Language) -> None:
        self._phrases, self._page, self._lang = phrases, page, lang
        self._inner = page.narrower(DEEP)

    def head(self, case: Case) -> Iterator[Text]:
        """Whose findings follow."""
        name = f"{case.policy.name} {case.version.since}" if case.version.since else case.policy.name
        said = self._phrases.say("analysis.policy", policy=name, identity=case.identity)
        yield heading(said.plain, self._page.glyphs, self._page.width)

    def property(self, one: Proved) -> Iterator[Text]:
        """One property with its verdict."""
        say = self._phrases.say
        mark = word(self._phrases, one.word, one.reasons.bound).stylize(STYLES[one.word])
        said = Text().append(one.stated.text)
        if one.rule is not None and one.rule != one.stated.name:
            said.append(f"  ({one.rule})")
        if one.paying and not one.stated.word:
            said.append(f"  [{one.paying}]")
        gap = " " * max(1, 12 - mark.cells)
        yield from hang(Text().append(mark).append(gap), said, self._page.width)
        if one.word == "proved" and one.story is None:
            yield from self._set_in([scope(self._phrases, one.reasons)])
        elif one.word in ("bounded", "unknown"):
            yield from self._set_in(list(why(self._phrases, one.reasons)))
        rough = [o for o in one.reasons.outside if o.roughly]
        if one.word == "proved" and rough and one.story is None:
            yield from self._set_in([say("bound.roughly", what=named(self._phrases, rough))])
        if one.story is None or (one.word == "proved" and one.rule != one.stated.name):
            return
        if one.against is not None:
            yield from self._both(one.against, one.case, one.story)
        elif one.other is not None:
            yield from self._lives(one.case, one.story, one.other, one.incentive, "ticket")
        else:
            yield from self._alone(one.case, one.story)

    def _set_in(self, lines: Sequence[Text]) -> Iterator[Text]:
        for line in lines:
            yield from indent(self._inner.paragraph(line), DEEP)

    def _alone(self, case: Case, story: Story) -> Iterator[Text]:
        future = Future(case.policy, story.account, story.clock, self._lang)
        yield from indent(told_alone(future, self._inner), DEEP)

    def _both(self, old: Case, new: Case, story: Story) -> Iterator[Text]:
        one, other = (Future(case.policy, story.account, story.clock, self._lang) for case in (old, new))
        yield from indent(side_by_side(one, other, self._phrases, self._inner), DEEP)

    def _lives(self, case: Case, one: Story, other: Story, incentive: Incentive | None, what: str) -> Iterator[Text]:
        """Two histories of one account, and what each costs."""
        say = self._phrases.say
        if incentive is not None:
            more, less = (self._cost(cost) for cost in incentive.costs)
            yield from self._set_in([say("finding.costs", more=more, less=less)])
        keys = ("finding.with_ticket", "finding.without_ticket")
        if what == "unpaid":
            keys = ("finding.not_paid", "finding.all_paid")
        for key, story in zip(keys, (one, other), strict=True):
            yield from self._set_in([say(key).stylize("bold")])
            yield from self._alone(case, story)

    def _cost(self, cost: Cost) -> Text:
        key = "finding.cost_for_good" if cost.hours >= FOR_GOOD else "finding.cost"
        return self._phrases.say(key, days=f"{cost.hours % FOR_GOOD / 24:g}", money=f"{cost.money:g}")

    def found(self, found: Found) -> Iterator[Text]:
        """What exploring a case found."""
        say = self._phrases.say
        dead = sum(one.kind in ("dead", "outranked") for one in found.findings)
        unsure = sum(one.kind == "open" for one in found.findings)
        counts = {"live": len(found.alive), "all": len(found.case.looked.rules), "dead": dead, "open": unsure}
        yield from self._page.paragraph(say("finding.rules", **{key: str(number) for key, number in counts.items()}))
        if not found.findings:
            yield from self._page.paragraph(say("finding.none"))
        for one in found.findings:
            yield Text()
            yield from self._finding(found.case, one)

    def _finding(self, case: Case, one: Finding) -> Iterator[Text]:
        say = self._phrases.say
        key = one.kind if one.decided else "open" if one.kind == "open" else f"{one.kind}_open"
        values: dict[str, Any] = {"rule": one.rule, "about": one.about}
        yield from hang(
            Text("▲ " if one.decided else "? "), say(f"finding.{key}", **values).stylize("bold"), self._page.width
        )
        if one.hunted is not None:
            hunted = one.hunted
            reasons = Reasons(hunted.bound, hunted.plain, hunted.why, hunted.states, hunted.outside, hunted.windowed)
            yield from self._set_in(list(why(self._phrases, reasons)))
        elif not one.decided and one.incentive is not None:
            found = one.incentive
            reasons = Reasons(found.bound, False, found.why, found.states, found.outside, found.windowed)
            yield from self._set_in(list(why(self._phrases, reasons)))
        if one.story is not None and one.other is not None:
            yield from self._lives(case, one.story, one.other, one.incentive, one.kind)
        elif one.story is not None:
            yield from self._alone(case, one.story)
