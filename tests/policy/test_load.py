"""From paths to policies: which files are read, which policy is meant, and the cache."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from policyctl import kept
from policyctl.policy import load
from policyctl.policy.form import Policy
from policyctl.policy.load import CONFIGURATION, NoPolicy, PolicyText, compile_texts, find, read
from policyctl.source.diagnostics import Diagnostic

CARD = "general >= 20 -> suspend 3d, fine 2000 clears\nyear_total >= 100 -> close_identity, no_reset\n"
OTHER = "policy other\ngeneral >= 5 -> suspend 1d\n"
V2020 = "policy shop\n  version 2020-01-01\n  judge by effective\ngeneral >= 20 -> suspend 3d\n"
V2021 = (
    "policy shop\n  version 2021-01-01\n  judge by effective\ngeneral >= 25 -> suspend 3d\n"
    "transition from 2020-01-01:\n  general carry\n  severe carry\n  fines carry\n  sanctions carry\n"
)
V2022 = V2021.replace("from 2020", "from 2021").replace("version 2021", "version 2022").replace("25", "30")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, with a cache of its own."""
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def write(folder: Path, texts: Mapping[str, str | bytes]) -> Path:
    """Files in a folder."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def loaded(path: Path | None, start: Path) -> Policy:
    """The policy, which must be one."""
    policy = load.load(path, start)
    assert isinstance(policy, Policy), [finding.message for finding in policy]
    return policy


def broken(path: Path | None, start: Path) -> list[Diagnostic]:
    """The findings, where there is no policy."""
    findings = load.load(path, start)
    assert isinstance(findings, list)
    return findings


def refused(path: Path | None, start: Path) -> NoPolicy:
    """Why there is no policy to read at all."""
    with pytest.raises(NoPolicy) as caught:
        load.load(path, start)
    assert caught.value.help
    return caught.value


# --- which files ------------------------------------------------------------------------------------------------------


def test_a_file(folder: Path) -> None:
    write(folder, {"card.policy": CARD})
    assert loaded(folder / "card.policy", folder).name == "card"


def test_a_file_with_another_ending(folder: Path) -> None:
    write(folder, {"card.txt": CARD})
    assert loaded(folder / "card.txt", folder).name == "card.txt"


def test_a_folder_with_folders_and_without_those_of_tools(folder: Path) -> None:
    write(folder, {"a/b/shop.policy": V2020, ".git/old.policy": "nonsense", "note.txt": "nonsense", "x.policy/n": "x"})
    assert loaded(folder, folder).name == "shop"
    assert [text.shown for text in read(folder)] == ["a/b/shop.policy"]


def test_no_such_file(folder: Path) -> None:
    write(folder, {"policies/card.policy": CARD})
    error = refused(folder / "polices", folder)
    assert error.code == "no-such-file"
    assert error.help == f"did you mean `{folder / 'policies'}`?"
    assert refused(folder / "nowhere" / "at" / "all", folder).code == "no-such-file"


def test_a_folder_without_policies(folder: Path) -> None:
    assert refused(folder, folder).code == "no-policy-files"


def test_a_file_that_cannot_be_opened(folder: Path) -> None:
    write(folder, {"card.policy": CARD})
    (folder / "gone.policy").symlink_to(folder / "nowhere")
    error = refused(folder, folder)
    assert error.code == "unreadable-file" and "gone.policy" in str(error)


# --- which policy -----------------------------------------------------------------------------------------------------


def test_several_policies(folder: Path) -> None:
    write(folder, {"card.policy": CARD, "other.policy": OTHER})
    error = refused(folder, folder)
    assert error.code == "several-policies"
    assert "card, other" in str(error)
    assert 'default = "card"' in error.help


def test_a_default_among_several(folder: Path) -> None:
    write(folder, {"p/card.policy": CARD, "p/other.policy": OTHER})
    write(folder, {CONFIGURATION: '[policy]\npath = "p"\ndefault = "other"\n'})
    assert loaded(None, folder).name == "other"


def test_a_default_inside_the_folder_that_is_named(folder: Path) -> None:
    write(folder, {"p/card.policy": CARD, "p/other.policy": OTHER, f"p/{CONFIGURATION}": '[policy]\ndefault = "card"'})
    assert loaded(folder / "p", folder).name == "card"


def test_a_default_that_is_not_there(folder: Path) -> None:
    write(folder, {"card.policy": CARD, CONFIGURATION: '[policy]\ndefault = "crad"\n'})
    error = refused(None, folder)
    assert error.code == "unknown-policy" and error.help == "did you mean `card`?"
    write(folder, {CONFIGURATION: '[policy]\ndefault = "kuaishou"\n'})
    assert refused(None, folder).help == f"the policies in `{folder}` are card"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[policy\n", "cannot be read"),
        (b'[policy]\npath = "\xff"\n', "cannot be read"),
        ("policy = 3\n", "not a table"),
        ("[policy]\npath = 3\n", "`path` in"),
        ("[policy]\ndefault = []\n", "`default` in"),
        ('[policy]\ndefualt = "card"\n', "`defualt`"),
        ('[policy]\npath = "elsewhere"\n', "`elsewhere`, which does not exist"),
    ],
)
def test_a_configuration_that_is_wrong(folder: Path, text: str | bytes, said: str) -> None:
    write(folder, {"card.policy": CARD, CONFIGURATION: text})
    error = refused(None, folder)
    assert error.code == "bad-configuration" and said in str(error)
    assert "\n" not in str(error)


def test_a_configuration_about_other_things(folder: Path) -> None:
    write(folder, {"card.policy": CARD, CONFIGURATION: "[lint]\nstrict = true\n"})
    assert loaded(None, folder).name == "card"


def test_the_nearest_place_upward(folder: Path) -> None:
    write(folder, {"policies/card.policy": CARD, "a/policies/other.policy": OTHER, "a/b/c/note.txt": ""})
    assert loaded(None, folder / "a" / "b" / "c").name == "other"
    assert loaded(None, folder / "a").name == "other"
    assert loaded(None, folder).name == "card"
    write(folder, {f"a/b/{CONFIGURATION}": '[policy]\npath = "../../policies"\n'})
    assert loaded(None, folder / "a" / "b" / "c").name == "card"


def test_the_shipped_policy_where_there_is_no_other(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = find(None, Path("/"))
    assert place.default == load.SHIPPED_DEFAULT
    assert {text.shown for text in read(place.path)} > {"kuaishou/2020-two-ledgers.policy"}


# --- versions and files beside each other -----------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["abc", "cba", "bca"])
def test_versions_join_in_the_order_of_their_dates(folder: Path, names: str) -> None:
    texts = zip((f"{name}.policy" for name in names), (V2020, V2021, V2022), strict=True)
    policy = loaded(write(folder, dict(texts)), folder)
    assert [version.since for version in policy.versions] == ["2020-01-01", "2021-01-01", "2022-01-01"]
    assert [v.transition.previous if v.transition else None for v in policy.versions] == [
        None,
        "2020-01-01",
        "2021-01-01",
    ]


def test_findings_of_all_files_though_one_cannot_be_read(folder: Path) -> None:
    write(folder, {"a.policy": b"\xff\xfegeneral", "b.policy": "genral >= 2 -> suspend 3d", "c.policy": OTHER + "oops"})
    compiled = compile_texts(read(folder))
    assert [(f.span.source.name, f.code) for f in compiled.findings] == [
        ("a.policy", "not-utf-8"),
        ("b.policy", "undeclared-name"),
        ("c.policy", "unknown-statement"),
    ]


def test_a_broken_policy_leaves_another_usable(folder: Path) -> None:
    write(folder, {"card.policy": CARD, "b.policy": "policy b\ngenral >= 2 -> suspend 3d"})
    write(folder, {CONFIGURATION: '[policy]\ndefault = "card"'})
    assert loaded(None, folder).name == "card"


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"", b"# only a comment", b"polcy shop\n  version 2021-01-01\n"])
def test_a_file_that_may_be_a_version_of_any_policy_stops_all(folder: Path, text: bytes) -> None:
    """Otherwise an older version would answer in its place."""
    write(folder, {"2020.policy": V2020, "2021.policy": text, CONFIGURATION: '[policy]\ndefault = "shop"'})
    findings = broken(None, folder)
    assert [finding.span.source.name for finding in findings] == ["2021.policy"]


def test_tests_of_all_versions_are_kept() -> None:
    test = 'test "one"\n  2020-03-01 10:00 ticket T1 general 5 for merchant\n  expect nothing\n'
    texts = {"a": V2020 + test, "b": V2021 + test.replace("one", "two")}
    compiled = compile_texts([PolicyText(name, Path(name), text.encode()) for name, text in texts.items()])
    assert [one.name.text for one in compiled.tests["shop"]] == ["one", "two"]


# --- the cache --------------------------------------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files each compilation read."""
    compiled: list[int] = []

    def counting(texts: list[PolicyText]) -> load.Compiled:
        compiled.append(len(texts))
        return compile_texts(texts)

    monkeypatch.setattr(load, "compile_texts", counting)
    return compiled


def test_a_policy_is_compiled_once(folder: Path, counted: list[int]) -> None:
    write(folder, {"card.policy": CARD})
    first, second = loaded(folder, folder), loaded(folder, folder)
    assert counted == [1]
    assert first == second and first.text_digest() == second.text_digest()


def test_files_of_other_policies_are_not_compiled_and_do_not_stand_in_the_way(folder: Path, counted: list[int]) -> None:
    named = 'policy shop.points "小店"\n' + CARD
    other = named.replace("shop.points", "shop.point")
    broken = "policy third\n  timezone Asia/Shanghai\nledger points ??\n"
    files = {"a.policy": named, "b.policy": other, "c.policy": broken, "d.policy": CARD}
    write(folder, {**files, CONFIGURATION: '[policy]\ndefault = "shop.points"\n'})
    assert loaded(None, folder).name == "shop.points"
    assert counted == [2]


def test_a_change_is_compiled_again(folder: Path, counted: list[int]) -> None:
    write(folder, {"card.policy": CARD})
    first = loaded(folder, folder)
    write(folder, {"card.policy": CARD.replace("3d", "4d")})
    assert loaded(folder, folder).digest() != first.digest()
    assert counted == [1, 1]


def test_policies_of_one_folder_are_kept_apart(folder: Path) -> None:
    write(folder, {"card.policy": CARD, "other.policy": OTHER})
    for name in ("card", "other", "card"):
        write(folder, {CONFIGURATION: f'[policy]\ndefault = "{name}"'})
        assert loaded(None, folder).name == name


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00\xff", b'{"name": 3}', b"[" * 100_000, b'"1/0"'])
def test_a_corrupted_entry_is_compiled_again(folder: Path, counted: list[int], data: bytes) -> None:
    write(folder, {"card.policy": CARD})
    first = loaded(folder, folder)
    [entry] = (folder.parent / "cache").glob("policy-*.json")
    entry.write_bytes(data)
    assert loaded(folder, folder) == first
    assert entry.read_bytes() != data
    assert counted == [1, 1]


def test_an_entry_that_divides_by_zero(folder: Path, counted: list[int]) -> None:
    write(folder, {"card.policy": CARD})
    loaded(folder, folder)
    [entry] = (folder.parent / "cache").glob("policy-*.json")
    entry.write_bytes(entry.read_bytes().replace(b'"2000"', b'"2000/0"'))
    loaded(folder, folder)
    assert counted == [1, 1]


def test_a_cache_that_cannot_be_written(folder: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {"card.policy": CARD, "file": "no folder"})
    monkeypatch.setenv(kept.VARIABLE, str(folder / "file" / "cache"))
    assert loaded(folder, folder) == loaded(folder, folder)
    assert counted == [1, 1]


def test_nothing_is_left_behind_where_an_entry_cannot_be_put_in_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Path:
        raise OSError("disk full")

    write(folder, {"card.policy": CARD})
    monkeypatch.setattr(Path, "replace", refuse)
    loaded(folder, folder)
    assert list((folder.parent / "cache").iterdir()) == []


def test_the_cache_can_be_turned_off(folder: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.VARIABLE, "off")
    write(folder, {"card.policy": CARD})
    loaded(folder, folder)
    loaded(folder, folder)
    assert counted == [1, 1]
    assert not (folder.parent / "cache").exists()


def test_the_cache_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kept.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path, {"p/card.policy": CARD})
    loaded(tmp_path / "p", tmp_path)
    assert {path.suffix for path in tmp_path.rglob("policyctl/**/*") if path.is_file()} == {".json"}


def test_what_is_wrong_is_not_kept(folder: Path, counted: list[int]) -> None:
    write(folder, {"card.policy": "genral >= 20 -> suspend 3d"})
    assert broken(folder, folder) and broken(folder, folder)
    assert counted == [1, 1]
