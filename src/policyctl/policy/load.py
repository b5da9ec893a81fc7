"""From a path to policies: finding the files, reading them, joining versions; compiled policies are cached as JSON.

A `.policy` file is one version of one policy. A folder holds the versions of one policy, or several policies, told
apart by the name in their headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from policyctl.policy import cache
from policyctl.policy.form import Policy
from policyctl.shipping import shipped
from policyctl.source.nearest import nearest

# Nothing of the front end is needed where a compiled policy is cached, and its syntax tree takes long to import.
if TYPE_CHECKING:
    from policyctl.policy.properties import Property
    from policyctl.source.diagnostics import Diagnostic
    from policyctl.source.keywords import Keywords
    from policyctl.source.tree import Statement, TestStatement

SHIPPED_DEFAULT = "kuaishou.points"
CONFIGURATION = "policyctl.toml"


class NoPolicy(Exception):
    """No policy, or not exactly one, where one is needed: a code, a message for people, and the help."""

    def __init__(self, code: str, message: str, help: str) -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help


class PolicyText(msgspec.Struct, frozen=True):
    """A policy file as it was read: the name it is shown under, its place, and its bytes; `beside` are the files of its
    folder that it names, by their names."""

    shown: str
    path: Path
    data: bytes
    beside: tuple[tuple[str, bytes], ...] = ()


class Compiled(msgspec.Struct, frozen=True):
    """What became of some policy files: the policies by name (None where one has errors), the tests and properties in
    their files, and everything that was found, in the order of files and lines. Where not `complete`, there are files
    of which nobody can say which policy they belong to, because they cannot be read or say nothing."""

    policies: Mapping[str, Policy | None]
    tests: Mapping[str, tuple[TestStatement, ...]]
    properties: Mapping[str, tuple[Property, ...]]
    findings: tuple[Diagnostic, ...]
    complete: bool = True


class Place(msgspec.Struct, frozen=True):
    """Where policies were looked for: the file or folder, and which of several is meant by default."""

    path: Path
    default: str | None = None


def find(path: Path | None, start: Path) -> Place:
    """The place that `--policy` names, or the nearest configuration or `policies` folder from `start` upward, or the
    shipped policies. Raises `NoPolicy` where `path` does not exist or a configuration cannot be read."""
    if path is not None:
        if not path.exists():
            raise NoPolicy("no-such-file", f"there is no file or folder `{path}`", _nearby(path))
        inside = path / CONFIGURATION
        return Place(path, _configuration(inside).default if inside.is_file() else None)
    for folder in (start, *start.parents):
        if (folder / CONFIGURATION).is_file():
            return _configuration(folder / CONFIGURATION)
        if (folder / "policies").is_dir():
            return Place(folder / "policies")
    return Place(shipped("policies", "."), SHIPPED_DEFAULT)


def _nearby(path: Path) -> str:
    """What of the same folder may be meant by a path that leads nowhere."""
    try:
        names = sorted(one.name for one in path.parent.iterdir() if one.is_dir() or one.suffix == ".policy")
    except OSError:
        names = []
    near = nearest(path.name, names)
    return "give the path of a policy file or folder" if near is None else f"did you mean `{path.with_name(near)}`?"


def _configuration(path: Path) -> Place:
    """The place that a configuration file names."""
    import tomllib

    try:
        said = tomllib.loads(path.read_text("utf-8")).get("policy", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise _bad_configuration(f"`{path}` cannot be read: {reason}") from error
    if not isinstance(said, dict):
        raise _bad_configuration(f"`policy` in `{path}` is not a table")
    for key, value in said.items():
        if key not in ("path", "default"):
            raise _bad_configuration(f"`{path}` has an unknown key, `{key}`, in its table `[policy]`")
        if not isinstance(value, str):
            raise _bad_configuration(f"`{key}` in `{path}` is not text in quotation marks")
    where = path.parent / said.get("path", ".")
    if not where.exists():
        raise _bad_configuration(f"`{path}` names the path `{said['path']}`, which does not exist")
    return Place(where, said.get("default"))


def _bad_configuration(message: str) -> NoPolicy:
    return NoPolicy(
        "bad-configuration", message, 'write `[policy]` and below it `path = "policies"` and `default = "NAME"`'
    )


def read(place: Path) -> list[PolicyText]:
    """The policy files of a file or folder. Raises `NoPolicy` where there is none or one cannot be read."""
    paths = [place]
    if place.is_dir():
        # Folders that begin with a dot belong to tools; a folder may be called anything.
        inside = (path for path in sorted(place.rglob("*.policy")) if not path.is_dir())
        paths = [path for path in inside if not any(part.startswith(".") for part in path.relative_to(place).parts)]
    if not paths:
        raise NoPolicy(
            "no-policy-files",
            f"the folder `{place}` holds no policy file",
            "name a folder with files that end in `.policy`",
        )
    try:
        return [
            PolicyText(
                path.relative_to(place).as_posix() if place.is_dir() else path.name,
                path,
                data := path.read_bytes(),
                tuple(_beside(path, data)),
            )
            for path in paths
        ]
    except OSError as error:
        raise NoPolicy(
            "unreadable-file",
            f"`{error.filename}` cannot be read: {error.strerror}",
            "check the file and its permissions",
        ) from error


_NAMED = re.compile(rb'(?:"|\xe2\x80\x9c|\xef\xbc\x82)([^"/\\\r\n]{1,200}?\.txt)(?:"|\xe2\x80\x9d|\xef\xbc\x82)')
"""A text that may be the name of a file of days (`holidays "2026.txt"`)."""


def _beside(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files beside a policy that it names, so that what they say is kept and cached with it."""
    for name in named_beside(data):
        file = path.parent / name
        if file.is_file():
            yield file.name, file.read_bytes()


def named_beside(data: bytes) -> list[str]:
    """The names in a policy that may be those of files beside it."""
    return sorted({name.decode("utf-8", "replace") for name in _NAMED.findall(data)})


_HEADER = re.compile(rb"^policy[ \t]+([^\s\"#]+)", re.MULTILINE)


def _of_another(text: PolicyText, name: str) -> bool:
    """Whether a file says that it belongs to a policy of another name, so that it need not be compiled."""
    header = _HEADER.search(text.data)
    return header is not None and header[1].decode("utf-8", "replace") != name


def load(path: Path | None, start: Path) -> Policy | list[Diagnostic]:
    """The one policy that is meant, or everything that is wrong with the files it stands in."""
    place = find(path, start)
    texts = read(place.path)
    kept = cache.get(texts, place.default)
    if kept is not None:
        return kept
    compiled = compile_texts([text for text in texts if place.default is None or not _of_another(text, place.default)])
    if place.default not in compiled.policies and place.default is not None:
        compiled = compile_texts(texts)
    if not compiled.complete:
        # The file may hold a version of the policy that is asked for; without it the answer would be another one.
        return list(compiled.findings)
    names = list(compiled.policies)
    if place.default is not None and place.default not in names:
        near = nearest(place.default, names)
        known = f"did you mean `{near}`?" if near else f"the policies in `{place.path}` are {', '.join(sorted(names))}"
        raise NoPolicy("unknown-policy", f"there is no policy `{place.default}`", known)
    if place.default is None and len(names) > 1:
        raise NoPolicy(
            "several-policies",
            f"`{place.path}` holds several policies: {', '.join(sorted(names))}",
            f'name the file or folder of one with --policy, or write `default = "{min(names)}"` in {CONFIGURATION}',
        )
    policy = compiled.policies[place.default if place.default is not None else names[0]]
    if policy is None:
        return list(compiled.findings)
    cache.put(texts, place.default, policy)
    return policy


@once
def _standard() -> tuple[Statement, ...]:
    """The statements of the standard vocabulary."""
    from policyctl.source import parse_source
    from policyctl.source.text import Source

    text = shipped("grammar", "standard.policy").read_text("utf-8")
    return parse_source(Source("standard.policy", text)).statements


def compile_texts(texts: Sequence[PolicyText], among: Sequence[Keywords] | None = None) -> Compiled:
    """Every policy in some files, with the tests and everything that is wrong. `among` are the keyword tables that a
    file may be written in; by default those that ship with the program."""
    from policyctl.policy.lower import Lowered, lower
    from policyctl.policy.transition import join
    from policyctl.source import parse_source
    from policyctl.source.diagnostics import Findings
    from policyctl.source.reading import Unreadable, source_of

    standard = _standard()
    parts: dict[str, list[Lowered]] = {}
    policies: dict[str, Policy | None] = {}
    found: list[Diagnostic] = []
    broken: set[str] = set()
    complete = True
    for text in texts:
        findings = Findings()
        stem = Path(text.shown).name.removesuffix(".policy")
        source = source_of(text.shown, text.data)
        if isinstance(source, Unreadable):
            found += source.findings
            policies[stem] = None
            complete = False
            continue
        parsed = parse_source(source, among)
        findings.found += parsed.findings
        lowered = lower(source, parsed, standard, stem, findings, dict(text.beside))
        found += findings.ordered()
        if not lowered.file.says_its_policy:
            policies[stem] = None
            complete = False
            continue
        parts.setdefault(lowered.name, []).append(lowered)
        if findings.failed:
            broken.add(lowered.name)
    for name, lowered_parts in parts.items():
        findings = Findings()
        policy = join(lowered_parts, findings, complete)
        policies[name] = None if findings.failed or name in broken else policy
        found += findings.ordered()
    tests = {name: tuple(test for part in group for test in part.tests) for name, group in parts.items()}
    stated = {name: tuple(one for part in group for one in part.properties) for name, group in parts.items()}
    ordered = sorted(found, key=lambda d: (d.span.source.name, d.span.start, d.span.end, d.code))
    return Compiled(policies, tests, stated, tuple(ordered), complete)
