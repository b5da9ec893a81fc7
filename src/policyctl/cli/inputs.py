"""What the commands share about their input: the policy that is meant, files and standard input, instants."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from policyctl.cli import output

if TYPE_CHECKING:
    from datetime import datetime

    from policyctl.history.events import Account
    from policyctl.instants import Zone
    from policyctl.policy.form import Policy
    from policyctl.policy.load import Compiled

STANDARD_INPUT = "standard input"
"""The name under which it is shown."""


# --- policies --------------------------------------------------------------------------------------------------------


def policy(path: str | None) -> Policy:
    """The policy that `--policy` names, or the one that is meant where it is not given."""
    from policyctl.policy.load import load

    with no_policy_explained(path):
        if path == "-":
            compiled = _compiled_input()
            [only] = compiled.policies.values()
            loaded = list(compiled.findings) if only is None else only
        else:
            loaded = load(*_place(path))
    if isinstance(loaded, list):
        output.fail_with(loaded)
    return loaded


def policies(paths: list[str]) -> list[Compiled]:
    """The policies in some files and folders, each path on its own; the default place where none is given."""
    from policyctl.policy.load import compile_texts, find, read

    found = []
    for path in dict.fromkeys(paths) or [None]:
        with no_policy_explained(path):
            found.append(_compiled_input() if path == "-" else compile_texts(read(find(*_place(path)).path)))
    return found


def _place(path: str | None) -> tuple[Path | None, Path]:
    """What is named, and where to start looking if nothing is."""
    return (None, Path.cwd()) if path is None else (Path(path), Path())


def _compiled_input() -> Compiled:
    from policyctl.policy.load import PolicyText, compile_texts

    return compile_texts([PolicyText(STANDARD_INPUT, Path("-"), standard_input())])


@contextmanager
def no_policy_explained(path: str | None) -> Iterator[None]:
    """Ends with status 2 where there is nothing to load."""
    from policyctl.policy.load import NoPolicy

    try:
        yield
    except NoPolicy as error:
        output.fail(error.code, str(error), error.help)
    except OSError as error:  # a path that is too long, or a folder that was deleted under our feet
        where = "the current folder" if path is None else output.shown(path)
        output.fail("unreadable-file", f"{where} cannot be read: {output.reason(error)}")


# --- histories -------------------------------------------------------------------------------------------------------


def accounts(path: str, policy: Policy) -> tuple[list[Account], bool]:
    """The accounts of a history, and whether there are some that could not be read; these are reported."""
    from policyctl.history.read import read_bytes
    from policyctl.history.unreadable import Unreadable
    from policyctl.replay.replay import zone_of

    if _of_tests(path):
        return _told(path, policy), False
    found: list[Account] = []
    broken = False
    name = STANDARD_INPUT if path == "-" else path
    for one in read_bytes(contents(path), zone_of(policy), name):
        if isinstance(one, Unreadable):
            broken = True
            place = ":".join(str(part) for part in (one.where, one.line, one.column) if part is not None)
            output.say(output.problem(one.code, one.message, one.help, place))
        else:
            found.append(one)
    return found, broken


def _of_tests(path: str) -> bool:
    """Whether it is the tests of a policy that are asked about, and no history."""
    try:
        return path.endswith(".policy") or Path(path).is_dir()
    except OSError:  # a path that is too long: reading it says so
        return False


def _told(path: str, policy: Policy) -> list[Account]:
    """What the tests of a policy file or folder tell, each as an account that is called like the test."""
    from policyctl.scenario.run import unusable_lines
    from policyctl.scenario.story import Story

    [compiled] = policies([path])
    tests = compiled.tests.get(policy.name, ())
    if not tests:
        output.fail("no-tests", f"{output.shown(path)} holds no test of the policy `{policy.name}`", "name a history")
    wrong = list(unusable_lines(policy, tests))
    if wrong:
        output.fail_with(wrong)
    return [Story(policy, test).account(len(test.lines)) for test in tests]


def contents(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`."""
    if path == "-":
        return standard_input()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        help = _near(path) or "give the path of a file, or `-` for standard input"
        output.fail("unreadable-file", f"{output.shown(path)} cannot be read: {output.reason(error)}", help)


def standard_input() -> bytes:
    """All of standard input."""
    if sys.stdin is None:
        output.fail("unreadable-file", "standard input is closed", "give the path of a file")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        output.fail("unreadable-file", f"standard input cannot be read: {output.reason(error)}")


def _near(path: str) -> str | None:
    """A help line with the nearest name in the folder of a file that does not exist."""
    missing = Path(path)
    try:
        names = [] if missing.exists() else [one.name for one in missing.parent.iterdir()]
    except OSError:
        return None
    return output.did_you_mean(missing.name, names)


class Asked(NamedTuple):
    """What a command is asked about: accounts under a policy, at an instant, as known at another (None: all that is on
    record). `broken`: some accounts could not be read. `alone`: it is one account, not one of many."""

    policy: Policy
    at: datetime
    known: datetime | None
    accounts: list[Account]
    broken: bool
    alone: bool

    def refused(self, strict: bool, problems: list[str]) -> bool:
        """Whether there is to be no output at all."""
        return not self.accounts or (strict and (self.broken or bool(problems)))


def asked(
    history: str,
    policy_path: str | None,
    at: str | None,
    known_at: str | None,
    merchant: str | None,
    identity: str | None,
    quiet: bool,
) -> Asked:
    """What the options say; ends with status 2 where they make no sense."""
    from policyctl.replay.replay import zone_of

    check_standard_input(history, policy_path)
    chosen = policy(history if policy_path is None and _of_tests(history) else policy_path)
    check_identity(identity, chosen)
    zone = zone_of(chosen)
    about = asked_about(at, zone, quiet)
    known = None if known_at is None else instant(known_at, zone, "--known-at")
    found, broken = accounts(history, chosen)
    if merchant is not None:
        names = {account.merchant for account in found}
        found = [account for account in found if account.merchant == merchant]
        if not found:
            help = output.nearest(merchant, names)
            output.fail("merchant-not-found", f"there is no account of {output.shown(merchant)}", help)
    alone = len(found) == 1 and not broken and not history.endswith((".ndjson", ".jsonl"))
    return Asked(chosen, about, known, found, broken, alone)


# --- options ---------------------------------------------------------------------------------------------------------


def instant(text: str, zone: Zone, option: str) -> datetime:
    """The instant that an option names, read in the policy's zone."""
    from policyctl.instants import BadInstant

    try:
        return zone.read(text)
    except BadInstant as error:
        usual = "write a date `2021-03-14`, a local time `2021-03-14T10:00`, or an instant `2021-03-14T10:00:00+08:00`"
        output.fail("bad-instant", f"{option}: {error}", error.help or usual)


def asked_about(at: str | None, zone: Zone, quiet: bool) -> datetime:
    """The instant asked about; where none is given, now, and it is said which that is."""
    from datetime import UTC, datetime

    if at is not None:
        return instant(at, zone, "--at")
    now = datetime.now(UTC).replace(microsecond=0)
    if not quiet:
        output.say(f"as of now, {zone.show(now)}; --at asks about another instant")
    return now


def check_identity(identity: str | None, policy: Policy) -> None:
    """Ends with status 2 where the policy has no such identity."""
    known = {name for version in policy.versions for name in version.settings.identities}
    if identity is not None and identity not in known:
        help = output.nearest(identity, known)
        output.fail("unknown-identity", f"the policy has no identity {output.shown(identity)}", help)


def check_standard_input(history: str, policy: str | None) -> None:
    """Ends with status 2 where standard input is asked for twice."""
    if history == policy == "-":
        output.fail(
            "unreadable-file", "standard input cannot be both history and policy", "name a file for one of them"
        )
