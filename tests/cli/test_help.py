"""What somebody sees who does not know the program yet: help, version, completion, slips of the pen."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl import __version__
from tests.cli.process import CONTRACT, all_at_once, policyctl_run

COMMANDS = ("explain", "timeline", "check", "test", "schema", "explain-code")
HISTORY, CARD = CONTRACT / "merchant.json", CONTRACT / "card.policy"


@pytest.fixture(scope="module")
def helps() -> dict[str, str]:
    """Every help text, by its command; that of the program itself under the empty name."""
    runs = all_at_once(((*command.split(), "--help"), {"env": {"COLUMNS": "80"}}) for command in ("", *COMMANDS))
    assert {(run.status, run.err) for run in runs} == {(0, "")}
    return dict(zip(("", *COMMANDS), (run.text for run in runs), strict=True))


def test_help_is_plain_text_of_80_columns(helps: dict[str, str]) -> None:
    for text in helps.values():
        assert all(len(line) <= 80 for line in text.splitlines())
        assert all(character.isprintable() or character == "\n" for character in text)
        for markup in ("[bold", "[/", "[dim", "**", "\\b"):
            assert markup not in text


def test_help_names_every_command_and_shows_how_it_is_used(helps: dict[str, str]) -> None:
    for command in COMMANDS:
        assert f"\n  {command} " in helps[""]
        assert f"Usage: policyctl {command} " in helps[command]
        assert f"\n    policyctl {command}" in helps[command].partition("Examples:")[2]
    assert "Exit status" in helps[""] and "Exit status" in helps["explain"]


def test_help_of_explain_says_what_is_meant_where_nothing_is_said(helps: dict[str, str]) -> None:
    said = " ".join(helps["explain"].split())
    for option in (
        "--policy",
        "--at",
        "--identity",
        "--decision",
        "--lang",
        "--format",
        "--out",
        "--strict",
        "--quiet",
    ):
        assert option in said
    for default in (
        "[default: now]",
        "[default: en]",
        "[default: text]",
        "[default: standard output]",
        "else the shipped",
    ):
        assert default in said


def test_without_arguments_the_help_is_shown() -> None:
    run = policyctl_run()
    assert run.status == 2
    assert "Usage: policyctl" in run.text + run.err and "explain" in run.text + run.err


def test_help_in_a_window_of_20_columns() -> None:
    run = policyctl_run("explain", "--help", env={"COLUMNS": "20"})
    assert run.status == 0 and "--identity" in run.text


def test_version() -> None:
    run = policyctl_run("--version")
    assert (run.status, run.text, run.err) == (0, f"policyctl {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("expalin", HISTORY), "`explain`"),
        (("explain", HISTORY, "--foramt", "json"), "--format"),
        (("explain", HISTORY, "--format", "yaml"), "json"),
        (("explain",), "HISTORY"),
        (("explain", HISTORY, "--at"), "--at"),
    ],
    ids=["command", "option", "value", "missing argument", "missing value"],
)
def test_wrong_usage(arguments: tuple[str, ...], said: str) -> None:
    run = policyctl_run(*arguments)
    assert (run.status, run.out) == (2, b"")
    assert said in run.err


def test_completion_script_of_a_named_shell() -> None:
    run = policyctl_run("--show-completion", "bash")
    assert (run.status, run.err) == (0, "")
    assert "_POLICYCTL_COMPLETE=complete_bash" in run.text and run.text.rstrip().endswith("policyctl")


def test_install_completion(tmp_path: Path) -> None:
    run = policyctl_run("--install-completion", "bash", env={"HOME": str(tmp_path)})
    assert run.status == 0
    script = tmp_path / ".bash_completions" / "policyctl.sh"
    assert "_POLICYCTL_COMPLETE" in script.read_text("utf-8")
    assert str(script) in (tmp_path / ".bashrc").read_text("utf-8")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("policyctl ex", ["explain", "explain-code"]),
        ("policyctl explain --for", ["--format"]),
        ("policyctl explain --lang ", ["en", "zh"]),
    ],
)
def test_completion(typed: str, offered: list[str]) -> None:
    words = typed.split(" ")
    asked = {"_POLICYCTL_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    run = policyctl_run(env=asked)
    assert (run.status, run.text.split()) == (0, offered)


def test_codes_are_explained() -> None:
    every, one, unknown = all_at_once(
        (("explain-code", *code), {}) for code in ((), ("several-policies",), ("sevral-policies",))
    )
    assert every.status == one.status == 0
    names = every.text.split()
    assert names == sorted(set(names)) and {"length-needs-unit", "unreadable-file", "cannot-write"} <= set(names)
    assert one.text.startswith("several-policies\n\n") and "policyctl.toml" in one.text
    assert (unknown.status, unknown.out) == (2, b"")
    assert "did you mean `several-policies`?" in unknown.err


def test_schema() -> None:
    run = policyctl_run("schema", "history")
    assert run.status == 0 and "$schema" in run.json


@pytest.mark.parametrize(
    ("arguments", "message", "help"),
    [
        (
            ("explain", "--fromat", "json", "x"),
            "`policyctl explain` has no option `--fromat`",
            "did you mean `--format`?",
        ),
        (("--verison",), "`policyctl` has no option `--verison`", "did you mean `--version`?"),
        (("explan", "x"), "there is no command `explan`", "did you mean `explain`?"),
        (("explain", "x", "--lang", "fr"), "`--lang` cannot be `fr`", "write `en` or `zh`"),
        (("test", "--format", "jsn"), "`--format` cannot be `jsn`", "did you mean `json`?"),
        (("schema", "hstory"), "`SHAPE` cannot be `hstory`", "did you mean `history`?"),
        (("explain",), "`policyctl explain` needs `HISTORY`", "`policyctl explain --help` shows"),
        (("explain", "x", "--at"), "the option `--at` needs a value", "`policyctl explain --help` shows"),
        (("explain", "x", "--strict=1"), "the option `--strict` takes no value", "`policyctl explain --help` shows"),
        (("explain", "a", "b"), "`policyctl explain` does not know what to do with `b`", "put quotation marks around"),
    ],
)
def test_wrong_usage_in_our_own_words(arguments: tuple[str, ...], message: str, help: str) -> None:
    """Two lines, as for everything else that is wrong; nothing of the parser's own way of speaking."""
    run = policyctl_run(*arguments)
    assert (run.status, run.out) == (2, b"")
    first, second = run.err.splitlines()
    assert first.startswith("error[") and first.endswith(f"]: {message}")
    assert second.startswith(f"  = help: {help}")
