"""Mistakes that policy writers make, as a table: what stands there, what was meant, what to say.

The parser stops at the first token that cannot stand where it is. The rows below are tried from top to bottom; the
first one that fits says what is wrong. A row that knows what was meant lets the parser go on as if it had been
written, so that one run shows more than one mistake.

How a row describes tokens: words in capitals are terminals of the grammar (`EOL` is the end of a line or of the
statement, `ANY` everything), anything else is the text itself; several, separated by blanks, are alternatives.
In messages `{word}` is the token, `{before}` the one in front of it, `{near}` the nearest known word, `{shown}` what
was meant, `{form}` what the statement is called.
"""

from __future__ import annotations

from policyctl.source.mistakes.forms import FORMS, NUMBER_WORDS
from policyctl.source.mistakes.record import Mistake
from policyctl.source.mistakes.signs import SIGNS
from policyctl.source.mistakes.statements import STATEMENTS

MISTAKES: tuple[Mistake, ...] = SIGNS + STATEMENTS
"""All rows, in the order in which they are tried."""

__all__ = ["FORMS", "MISTAKES", "NUMBER_WORDS", "Mistake"]
