"""The one exception of this package."""

from __future__ import annotations


class Unreadable(Exception):
    """Nothing of an account can be answered for. Raised where one account is asked for, yielded where there are many.

    `code` stands in `codes.CODES`; `message` is one line, lower case, without full stop; `where` is the file as the
    caller named it; `line` and `column` count from 1, the column in code points, and are None where not known (`line`
    is the account's line where there is one account a line); `help` says the way out.
    """

    def __init__(
        self, code: str, message: str, where: str, line: int | None = None, column: int | None = None, help: str = ""
    ) -> None:
        super().__init__(code, message, where, line, column, help)
        self.code = code
        self.message = message
        self.where = where
        self.line = line
        self.column = column
        self.help = help

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.where, self.line, self.column) if part is not None)
        return f"{place}: {self.message}"
