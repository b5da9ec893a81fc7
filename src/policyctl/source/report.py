"""Diagnostics as plain text for people: the place, the line with the part underlined, and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policyctl.characters import cells, visible
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.text import Span

_WIDEST = 160
"""Longer lines are cut around the underlined part."""

_STYLES = {"error": "1;31", "warning": "1;33", "help": "1;36", "frame": "1;34", "bold": "1"}


def render(diagnostics: Diagnostic | Iterable[Diagnostic], color: bool = False) -> str:
    """The diagnostics as text, an empty line between two; without a line end at the end."""
    if isinstance(diagnostics, Diagnostic):
        diagnostics = (diagnostics,)
    return "\n\n".join(_rendered(diagnostic, color) for diagnostic in diagnostics)


def plain(code: str, message: str, help: str | None, where: str | None, color: bool = False) -> str:
    """An error without a line of source to show."""
    paint = _painter(color)
    lines = [paint(f"error[{code}]", "error") + paint(f": {message}", "bold")]
    if where is not None:
        lines.append(f" {paint('-->', 'frame')} {where}")
    if help is not None:
        lines.append(f"  {paint('=', 'frame')} {paint('help:', 'help')} {help}")
    return "\n".join(lines)


def _painter(color: bool) -> Callable[[str, str], str]:
    def paint(text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if color and text else text

    return paint


def _rendered(diagnostic: Diagnostic, color: bool) -> str:
    paint = _painter(color)
    spans: list[tuple[Span, str | None, str, str]] = [(diagnostic.span, diagnostic.label, "^", diagnostic.severity)]
    if diagnostic.other is not None:
        spans.append((*diagnostic.other, "-", "frame"))
    gutter = max(len(str(span.line)) for span, *_ in spans)
    severity = paint(f"{diagnostic.severity}[{diagnostic.code}]", diagnostic.severity)
    lines = [severity + paint(f": {visible(diagnostic.message)}", "bold")]
    for index, (span, label, mark, style) in enumerate(spans):
        place = span.source.position(span.start)
        arrow = "-->" if index == 0 else ":::"
        lines.append(f"{' ' * gutter}{paint(arrow, 'frame')} {span.source.name}:{place.line}:{place.column}")
        text, offset, width = _excerpt(span)
        bar = paint("|", "frame")
        lines.append(f"{' ' * gutter} {bar}")
        lines.append(f"{paint(str(place.line).rjust(gutter), 'frame')} {bar} {text}".rstrip())
        under = " " * offset + paint(mark * width + (f" {visible(label)}" if label else ""), style)
        lines.append(f"{' ' * gutter} {bar} {under}")
    if diagnostic.help is not None:
        lines.append(f"{' ' * gutter} {paint('=', 'frame')} {paint('help:', 'help')} {visible(diagnostic.help)}")
    return "\n".join(lines)


def _excerpt(span: Span) -> tuple[str, int, int]:
    """The line that the span starts on as it is shown, and where in it the underline starts and how wide it is."""
    place = span.source.position(span.start)
    line = span.source.line(place.line)
    start = min(place.column - 1, len(line))
    end = min(start + max(span.end - span.start, 0), len(line))
    front, middle, rest = line[:start], line[start:end], line[end:]
    if len(line) > _WIDEST:
        front = "…" + front[-60:] if len(front) > 61 else front
        middle = middle[:79] + "…" if len(middle) > 80 else middle
        rest = rest[:40] + "…" if len(rest) > 41 else rest
    front, middle, rest = visible(front), visible(middle), visible(rest)
    return front + middle + rest, cells(front), max(1, cells(middle))
