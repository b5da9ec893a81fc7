"""A comparison of two policies as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from policyctl.analyse.changes import Changes, Compared, Lines, PartChange
from policyctl.analyse.futures import PHRASES, Future, side_by_side
from policyctl.analyse.same import CLASSES
from policyctl.analyse.story import Story
from policyctl.analyse.verdicts import Reasons, named, scope, why
from policyctl.explain.phrases import Language, Phrases
from policyctl.explain.terminal import NARROWEST, WIDEST
from policyctl.explain.terminal_layout import Glyphs, Page, heading, printed
from policyctl.explain.text import Text
from policyctl.history.events import Ticket
from policyctl.policy.form import TicketKind


def diff_lines(
    found: Sequence[Changes],
    apart: Sequence[tuple[str, bool]],
    *,
    lang: Language,
    width: int,
    ascii_only: bool = False,
) -> list[Text]:
    """The page, line by line. `apart` are the policies that only one side has: its name, and whether it is the old."""
    page = Page(min(max(width, NARROWEST), WIDEST), Glyphs.ascii() if ascii_only else Glyphs.unicode())
    phrases = Phrases(lang, PHRASES)
    lines: list[Text] = []
    for number, one in enumerate(found):
        lines += [Text()] if number else []
        lines += _Told(phrases, page, lang).policy(one)
    for name, gone in apart:
        lines += page.paragraph(phrases.say("diff.part_removed" if gone else "diff.part_added", part=name))
    return printed(lines)


class _Told:
    def __init__(self, phrases: Phrases, page: Page, lang: Language) -> None:
        self._phrases, self._page, self._lang = phrases, page, lang

    def policy(self, found: Changes) -> Iterator[Text]:
        """One policy."""
        say = self._phrases.say
        yield heading(found.name, self._page.glyphs, self._page.width)
        if found.lines != Lines(0, 0):
            counts = {"added": str(found.lines.added), "removed": str(found.lines.removed)}
            yield from self._page.paragraph(say("diff.text", **counts))
        if found.answer in ("nothing", "formatting", "labels"):
            yield from self._page.paragraph(say(f"diff.{found.answer}").stylize("bold green"))
            return
        if found.parts:
            yield Text()
            yield say("diff.rules").stylize("bold")
            for part in found.parts:
                yield from self._page.narrower(2).paragraph(self._part(part))
        yield Text()
        yield say("diff.decisions").stylize("bold")
        if found.outside:
            what = named(self._phrases, found.outside)
            yield from self._page.paragraph(say("diff.not_compared", what=what).stylize("bold yellow"))
        for one in found.compared:
            yield from self._compared(found, one)

    def _part(self, part: PartChange) -> Text:
        name = f"{part.kind} {part.name}"
        if part.old == part.new:
            key = "diff.part_counts" if part.kind in ("ledger", "flag") else "diff.part_means"
            return self._phrases.say(key, part=name)
        if part.old is None or part.new is None:
            return self._phrases.say("diff.part_added" if part.old is None else "diff.part_removed", part=name)
        return self._phrases.say("diff.part_changed", part=name, old=part.old, new=part.new)

    def _compared(self, found: Changes, one: Compared) -> Iterator[Text]:
        say, verdict = self._phrases.say, one.verdict
        reasons = Reasons(
            verdict.bound, verdict.plain, verdict.why, verdict.states, verdict.outside, verdict.windowed, one.new.bare
        )
        versions = {v.since for v in (one.old.version, one.new.version)} - {None}
        whose = say(
            "analysis.policy", policy=", ".join(sorted(map(str, versions))) or found.name, identity=one.new.identity
        )
        for key, name in (("offence", found.asked.offence), ("rule", found.asked.rule)):
            if name is not None:
                whose.append(self._phrases.say("analysis.comma").plain).append(say(f"diff.only_{key}", name=name))
        yield from self._page.paragraph(whose.stylize("dim"))
        if not verdict.witnesses:
            if verdict.proved:
                yield from self._page.paragraph(say("diff.no_effect", scope=scope(self._phrases, reasons)))
            else:
                yield from self._page.paragraph(say("diff.undecided").stylize("bold yellow"))
                for line in why(self._phrases, reasons):
                    yield from self._page.item(line)
            return
        names = [name for name in CLASSES if name in verdict.witnesses]
        classes = Text(say("analysis.comma").plain.join(say(f"diff.{name}").plain for name in names), "bold")
        if verdict.proved:
            key = "diff.only" if len(names) == 1 else "diff.both"
            yield from self._page.paragraph(say(key, classes=classes, scope=scope(self._phrases, reasons)))
        else:
            yield from self._page.paragraph(say("diff.not_all", classes=classes))
            for line in why(self._phrases, reasons):
                yield from self._page.item(line)
        for name in names:
            yield Text()
            yield from self._story(one, name, verdict.witnesses[name])

    def _story(self, one: Compared, name: str, story: Story) -> Iterator[Text]:
        say = self._phrases.say
        events = say("analysis.events", story.length, count=str(story.length))
        yield say("diff.story", **{"class": say(f"diff.{name}"), "events": events}).stylize("bold")
        old, new = (Future(p.policy, story.account, story.clock, self._lang) for p in (one.old, one.new))
        yield from self._page.paragraph(self._difference(old, new, story.clock))
        for offence, gone in _of_one_version(one, story):
            yield from self._page.paragraph(say("diff.offence_gone" if gone else "diff.offence_come", offence=offence))
        yield Text()
        yield from side_by_side(old, new, self._phrases, self._page)

    def _difference(self, old: Future, new: Future, at: datetime) -> Text:
        """What one of them decides at last and the other does not."""
        ones, others = old.decided(at), new.decided(at)
        said = [{line.plain for line in lines} for lines in (ones, others)]
        gone, come = (
            [one for one in ones if one.plain not in said[1]],
            [one for one in others if one.plain not in said[0]],
        )
        if not gone and not come:
            gone, come = ones, others  # what differs of them is not among what is told of a decision
        key = "difference" if gone and come else "gone" if gone else "come"
        parts = {name: new.speaker.clauses(lines) for name, lines in (("old", gone), ("new", come)) if lines}
        return self._phrases.say(f"diff.{key}", when=new.speaker.when(at), **parts)


def _of_one_version(one: Compared, story: Story) -> list[tuple[str, bool]]:
    """The offences in a history that only one version knows, and whether it is the old one."""
    olds, news = ({f.name for f in case.version.facts if isinstance(f, TicketKind)} for case in (one.old, one.new))
    told = dict.fromkeys(event.offence for event in story.events if isinstance(event, Ticket) and event.offence)
    return [(name, name in olds) for name in told if (name in olds) != (name in news)]
