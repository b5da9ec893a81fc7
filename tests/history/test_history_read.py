"""Text to accounts: what cannot be read at all, one account or many, and the registry of codes."""

from __future__ import annotations

import pickle
import re
import time
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import pytest

from policyctl.history.codes import CODES
from policyctl.history.events import Account
from policyctl.history.read import read_account, read_accounts, read_bytes
from policyctl.history.unreadable import Unreadable
from policyctl.instants import Zone

HERE = Path(__file__).parent
ZONE = Zone("Asia/Shanghai")
GOOD = '{"merchant": "m-1", "events": []}'

# Text, code, line, column, message.
UNREADABLE: list[tuple[str, str, int | None, int | None, str]] = [
    ("", "empty-history", None, None, "there is nothing in the file"),
    ("\ufeff \r\n\t", "empty-history", None, None, "there is nothing in the file"),
    ("merchant,events", "not-json", 1, 1, "not JSON: a value is missing here"),
    (f"{GOOD[:-1]},}}", "not-json", 1, 33, "not JSON: there is a `,` with nothing behind it"),
    ('{"events": [\n  1,\n]}', "not-json", 2, 4, "not JSON: there is a `,` with nothing behind it"),
    ('{"merchant": "m-1"\n "events": []}', "not-json", 2, 2, "not JSON: a `,` or a closing bracket is missing here"),
    ('{"merchant" "m-1"}', "not-json", 1, 13, "not JSON: a `:` is missing here"),
    ("{'merchant': 'm-1'}", "not-json", 1, 2, "not JSON: a field name in double quotes is missing here"),
    ('{"merchant": "m-1', "not-json", 1, 14, "not JSON: the text that starts here has no closing quote"),
    ('{"merchant": "m-1", "events": [', "not-json", 1, 32, "not JSON: the text ends before the account does"),
    ('{"商": "a\tb"}', "not-json", 1, 9, "not JSON: a text holds a line break or another control character here"),
    ('{"merchant": "\\m"}', "not-json", 1, 15, "not JSON: a `\\` stands before a character that it does not go with"),
    (
        '{"merchant": "m-1",\n "events": [01]}',
        "not-json",
        2,
        14,
        "not JSON: a `,` or a closing bracket is missing here",
    ),
    (f"{GOOD} x", "more-text", 1, 35, "there is more text behind the end of the account"),
    (
        '{"merchant": "NaN",\n "events": [{"points": NaN}]}',
        "no-finite-number",
        2,
        24,
        "`NaN` is not a number",
    ),
    ('{"merchant": "m-1", "events": [-Infinity]}', "no-finite-number", 1, 32, "`-Infinity` is not a number"),
    (
        '{"merchant": "m-1", "events": [' + "1" * 5000 + "]}",
        "number-too-long",
        1,
        32,
        "a number of 5000 characters is longer than any amount",
    ),
    (
        '{"merchant": "m-1", "events": [-1.' + "0" * 400 + "e5]}",
        "number-too-long",
        1,
        32,
        "a number of 405 characters is longer than any amount",
    ),
    (
        '{"events": ' + "[" * 100_000,
        "nested-too-deep",
        None,
        None,
        "lists and objects stand too deep inside each other",
    ),
    ('{"a": ' * 100_000, "nested-too-deep", None, None, "lists and objects stand too deep inside each other"),
    ('{"merchant": "a\\\\\\ud83d\\u0041"}', "broken-character", 1, 18, "`\\ud83d` is half a character"),
    ('{"merchant": "a\\uDE00", "events": []}', "broken-character", 1, 16, "`\\ude00` is half a character"),
    ('{"merchant": "\ud83d", "events": []}', "broken-character", 1, 15, "`\\ud83d` is half a character"),
    ("[]", "account-not-an-object", None, None, "the account is a list, not an object"),
    (f"[{GOOD}]", "account-not-an-object", None, None, "the account is a list, not an object"),
    ("null", "account-not-an-object", None, None, "the account is `null`, not an object"),
    ('"m-1"', "account-not-an-object", None, None, "the account is text, not an object"),
    (
        '{"merchant": "m-1", "merchant": "m-1", "events": []}',
        "repeated-field",
        None,
        None,
        "`merchant` of the account is given twice",
    ),
    ('{"merchnt": "m-1", "events": []}', "unknown-field", None, None, "`merchnt` of the account is not a known field"),
    ('{"": 1, "events": []}', "unknown-field", None, None, "`` of the account is not a known field"),
    ('{"events": []}', "missing-field", None, None, "`merchant` of the account is missing"),
    ('{"merchant": null, "events": []}', "missing-field", None, None, "`merchant` of the account is missing"),
    ('{"merchant": "m-1"}', "missing-field", None, None, "`events` of the account is missing"),
    ('{"merchant": 5, "events": []}', "wrong-type", None, None, "`merchant` of the account is a number, not text"),
    ('{"merchant": "", "events": []}', "empty-text", None, None, "`merchant` of the account is empty"),
    (
        '{"merchant": "m\\n1", "events": []}',
        "control-character",
        None,
        None,
        "`merchant` of the account holds a control character: `\\u000a`",
    ),
    ('{"merchant": "m-1", "events": {}}', "wrong-type", None, None, "`events` of the account is an object, not a list"),
    (
        '{"merchant": "m-1", "opened": "1969-12-31", "events": []}',
        "bad-instant",
        None,
        None,
        "`opened` of the account cannot be read: the year of `1969-12-31` is not between 1970 and 2199",
    ),
    (
        '{"merchant": "m-1", "opened": 2020, "events": []}',
        "wrong-type",
        None,
        None,
        "`opened` of the account is a number, not a date and time",
    ),
    (
        '{"merchant": "m-1", "attributes": [], "events": []}',
        "wrong-type",
        None,
        None,
        "`attributes` of the account is a list, not an object",
    ),
    (
        '{"merchant": "m-1", "attributes": {"size": 1E300}, "events": []}',
        "not-a-plain-number",
        None,
        None,
        "`attributes` of the account holds `size`, which is not a plain number: `1E300`",
    ),
]
BYTES: list[tuple[bytes, int, int, str]] = [
    ('{"merchant": "商户", "events": []}'.encode("gbk"), 1, 15, "GBK"),
    ('{"merchant": "商户", "events": []}'.encode("utf-16"), 1, 1, "UTF-16"),
    (b'{"merchant": "m-1",\n "events": ["\xc3"]}', 2, 14, "another encoding"),
]


def read_all(text: str, ndjson: bool | None = None) -> list[Account | Unreadable]:
    return list(read_accounts(text, ZONE, "h.json", ndjson))


def merchants(found: list[Account | Unreadable]) -> list[str]:
    return [one.merchant if isinstance(one, Account) else f"{one.line} {one.code}" for one in found]


@pytest.mark.parametrize(("text", "code", "line", "column", "message"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_unreadable(text: str, code: str, line: int | None, column: int | None, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_account(text, ZONE, "h.json")
    found = caught.value
    assert (found.code, found.line, found.column, found.message) == (code, line, column, message)
    assert found.where == "h.json"
    assert found.help and not found.help.endswith(".") and "\n" not in found.help
    assert found.__cause__ is None
    (yielded,) = read_all(text)
    assert str(yielded) == str(found)


@pytest.mark.parametrize(("data", "line", "column", "help"), BYTES, ids=range(len(BYTES)))
def test_bytes_that_are_not_utf_8(data: bytes, line: int, column: int, help: str) -> None:
    (found,) = read_bytes(data, ZONE, "h.json")
    assert isinstance(found, Unreadable)
    assert (found.code, found.line, found.column) == ("not-utf-8", line, column)
    assert help in found.help


def test_an_unreadable_names_its_place_and_survives_pickling() -> None:
    found = Unreadable("not-json", "not JSON", "h.json", 3, 4, "help")
    assert str(found) == "h.json:3:4: not JSON"
    assert str(Unreadable("empty-history", "nothing", "h.json")) == "h.json: nothing"
    assert vars(pickle.loads(pickle.dumps(found))) == vars(found)


def test_one_account() -> None:
    text = (HERE / "data" / "merchant.json").read_text(encoding="utf-8")
    account = read_account(text, ZONE, "merchant.json")
    assert account.merchant == "m-1042"
    assert account.opened == ZONE.read("2020-01-15")
    assert [event.id for event in account.events] == ["P-1", "P-2", "T-105", "T-88", "T-95", "T-97"]
    assert account.problems == ()


def test_attributes_of_an_account() -> None:
    text = (HERE / "data" / "every_field.json").read_text(encoding="utf-8")
    account = read_account(text, ZONE, "h.json")
    assert account.attributes == {
        "category": "food",
        "new": True,
        "rating": Fraction(9, 2),
        "staff": Fraction(12),
        "tags": ("a", "b"),
    }
    assert account.problems == ()


@pytest.mark.parametrize("dress", ["\ufeff{}", "{}\n", "\r\n{}\r\n", " {}\n\n\n"])
def test_marks_and_blank_lines_around_an_account(dress: str) -> None:
    text = dress.replace("{}", GOOD)
    assert read_account(text, ZONE, "h.json") == Account(merchant="m-1")
    for ndjson in (None, False, True):
        assert merchants(read_all(text, ndjson)) == ["m-1"]
    assert merchants(list(read_bytes(text.encode(), ZONE, "h.json"))) == ["m-1"]


A, B = GOOD, GOOD.replace("m-1", "m-2")
MANY = [
    ("a line each", f"{A}\n{B}\n", ["m-1", "m-2"]),
    ("blank lines, CRLF and marks", f"\ufeff{A}\r\n\r\n  \r\n\ufeff{B}", ["m-1", "m-2"]),
    ("a broken line", f"{A}\n{{\n{B}\n", ["m-1", "2 not-json", "m-2"]),
    ("a broken first line", f"{A[:-3]}\n{B}\n", ["1 not-json", "m-2"]),
    ("a first line that is no JSON", f"merchants\n{A}\n{B}\n", ["1 not-json", "m-1", "m-2"]),
    ("a line that is no account", f"{A}\n[]\n{B}", ["m-1", "2 account-not-an-object", "m-2"]),
    ("no line is an account", "{}\n{}\n", ["1 missing-field", "2 missing-field"]),
    ("two on a line", f"{A} {B}\n{B}", ["1 more-text", "m-2"]),
    ("one merchant on two lines", f"{A}\n{B}\n{A}", ["1 repeated-merchant", "m-2"]),
    ("one merchant on two lines, and broken", f"{A}\n{B}\n{A[:-3]}", ["m-1", "m-2", "3 not-json"]),
    ("NaN in the first", f"{A.replace('[]', '[NaN]')}\n{B}", ["1 no-finite-number", "m-2"]),
    ("deep in the second", f"{A}\n{'[' * 100_000}\n{B}", ["m-1", "2 nested-too-deep", "m-2"]),
    (
        "line ends of other kinds inside a text",
        '{"merchant": "m\u2028\x85", "events": 5}\n' + B,
        ["1 control-character", "m-2"],
    ),
    ("one broken account on several lines", '{"merchant": "m-1",\n"events": [\n{"a": 1},\n{"b": 2}\n', ["4 not-json"]),
    (
        "two accounts on several lines",
        '{"merchant": "m-1",\n"events": []}\n{"merchant": "m-2",\n"events": []}',
        ["3 more-text"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in MANY], ids=[case[0] for case in MANY])
def test_many_accounts(text: str, expected: list[str]) -> None:
    assert merchants(read_all(text)) == expected


def test_one_merchant_on_several_lines_is_told_of_once() -> None:
    """Each line is only a part of its history, so none of them is answered."""
    first, second = read_all("\n".join([B, A, *[B] * 6]))
    assert isinstance(first, Unreadable) and isinstance(second, Account)
    assert str(first) == "h.json:1: the merchant `m-2` stands on 7 lines: 1, 3, 4, 5, 6, …"
    assert first.help == "write all its events on one line"


def test_the_caller_may_say_which_form_it_is() -> None:
    assert merchants(read_all(f"{A}\n{B}", ndjson=False)) == ["2 more-text"]
    spread = '{"merchant": "m-1",\n"events": []}'
    assert merchants(read_all(spread, ndjson=True)) == ["1 not-json", "2 more-text"]
    assert merchants(read_all(" \n", ndjson=True)) == ["None empty-history"]


def test_a_bad_byte_spoils_one_line() -> None:
    data = A.encode() + b"\n" + B.replace("m-2", "商").encode("gbk") + b"\n" + B.encode()
    assert merchants(list(read_bytes(data, ZONE, "h.ndjson"))) == ["m-1", "2 not-utf-8", "m-2"]


def test_the_column_in_a_line() -> None:
    (_, found) = read_all(f'{A}\n{{"merchant": x}}')
    assert isinstance(found, Unreadable)
    assert (found.line, found.column) == (2, 14)


def test_escaped_characters_that_are_whole() -> None:
    text = '{"merchant": "\\ud83d\\ude00 \\u5546 \\\\ud83d", "events": []}'
    assert read_account(text, ZONE, "h.json").merchant == "😀 商 \\ud83d"


def test_every_code_is_explained_and_every_explained_code_is_met() -> None:
    told = set(re.findall(r"^=> ([a-z0-9-]+)", (HERE / "events.cases").read_text(encoding="utf-8"), re.MULTILINE))
    met = told | {code for _, code, *_ in UNREADABLE} | {"not-utf-8", "repeated-merchant"}
    assert met == CODES.keys()


def test_every_code_in_the_source_is_explained() -> None:
    raised: set[str] = set()
    for source in files("policyctl.history").iterdir():
        if source.name.endswith(".py"):
            text = source.read_text(encoding="utf-8")
            raised |= set(re.findall(r'(?:Wrong|Unreadable|_Refused|code=)\(?\s*"([a-z0-9-]+)"', text))
    assert raised == CODES.keys()


def test_explanations_are_for_people() -> None:
    for code, text in CODES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert 2 <= len(re.findall(r"[.:?](?: |$)", text)) <= 9, code
        assert "`" in text and "\n" not in text, code


def test_ten_thousand_tickets_are_read_quickly() -> None:
    tickets = ",".join(
        f'{{"event": "ticket", "id": "T-{n}", "identity": "promoter", "ledger": "general", "points": "10", '
        f'"effective": "2021-03-{n % 28 + 1:02}T{n % 24:02}:{n // 60 % 60:02}:{n % 60:02}+08:00"}}'
        for n in range(10_000)
    )
    text = f'{{"merchant": "m-1", "events": [{tickets}]}}'
    taken = []
    for _ in range(3):
        start = time.process_time()
        account = read_account(text, ZONE, "h.json")
        taken.append(time.process_time() - start)
    assert len(account.events) == 10_000 and not account.problems
    assert min(taken) < 1  # generous: it takes a quarter of this on a slow machine
