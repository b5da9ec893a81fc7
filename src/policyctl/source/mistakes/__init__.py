"""Mistakes that policy writers make, as a table: what stands there, what was meant, what to say.

The parser stops at the first token that cannot stand where it is. The rows below are tried from top to bottom; the
first one that fits says what is wrong. A row that knows what was meant lets the parser go on as if it had been
written, so that one run shows more than one mistake.

How a row describes tokens: words in capitals are terminals of the grammar (`EOL` is the end of a line or of the
statement, `ANY` everything), anything else is the text itself; several, separated by blanks, are alternatives.
`#分` is a number onto which `分` is written, `PHRASE` a text in quotation marks that is no single word.
In messages `{word}` is the token, `{words}` all tokens of the row, `{second}` and `{last}` two of them, `{all}` those
of the row and those of `before`; `{before}` is the token in front, `{front}` are all tokens of `before`, `{subject}` is
the first of them; `{behind}` is the one behind the row, `{length}` that and the next; `{near}` is the nearest known
word, `{shown}` what was meant, `{joined}` the names of a row as one name, `{first}` the first token of the statement,
`{form}` what the statement is called.
"""

from __future__ import annotations

from policyctl.source.mistakes.comparisons import SPOKEN_CONDITIONS
from policyctl.source.mistakes.corrections import SPOKEN_CORRECTIONS
from policyctl.source.mistakes.declarations import SPOKEN_DECLARATIONS
from policyctl.source.mistakes.effects import SPOKEN_EFFECTS
from policyctl.source.mistakes.forms import FORMS, NUMBER_WORDS
from policyctl.source.mistakes.ladders import SPOKEN_LADDERS
from policyctl.source.mistakes.layouts import SPOKEN_LINES
from policyctl.source.mistakes.published import SPOKEN_SENTENCES
from policyctl.source.mistakes.record import Mistake
from policyctl.source.mistakes.rules import SPOKEN_RULES
from policyctl.source.mistakes.signs import SIGNS
from policyctl.source.mistakes.statements import STATEMENTS
from policyctl.source.mistakes.stories import SPOKEN_STORIES

SPOKEN: tuple[Mistake, ...] = (
    SPOKEN_CORRECTIONS
    + SPOKEN_SENTENCES
    + SPOKEN_STORIES
    + SPOKEN_RULES
    + SPOKEN_LADDERS
    + SPOKEN_DECLARATIONS
    + SPOKEN_CONDITIONS
    + SPOKEN_EFFECTS
    + SPOKEN_LINES
)
"""The rows that are tried first, even before what is not built yet: `above 20` is a comparison behind a name, and only
elsewhere a construct of its own."""

MISTAKES: tuple[Mistake, ...] = SIGNS + STATEMENTS
"""The rows that are tried then."""

__all__ = ["FORMS", "MISTAKES", "NUMBER_WORDS", "SPOKEN", "Mistake"]
"""How statements are called, the rows, and numbers that are written as words."""
