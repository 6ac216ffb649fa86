"""Files of changes: what comes in unchanged, what is refused, and that nothing half is taken in."""

import gzip
import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import shapely

from geodata.faults import UserError
from geodata.store import Author, Change, Store, create_store

ME = Author("甲", "值班")
Lines = list[dict[str, Any]]


def filled(path: Path, names: str) -> Store:
    """Return a store with a team of each name, with place and person."""
    store = create_store(path)
    changes = [
        Change("add", "team", name, 0, {"name": name}, shapely.Point(113, 23), {"phone": name * 3})
        for name in names
    ]
    store.edit(ME, changes)
    return store


def lines_of(path: Path) -> Lines:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def write_lines(path: Path, lines: list[Any]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in lines)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with filled(tmp_path / "other.sqlite", "xy") as other:
        other.edit(ME, [Change("set", "team", "x", 1, {"name": "改"})])
        other.export_changes(tmp_path / "changes")
    return tmp_path / "changes"


def test_foreign_events_come_in_unchanged_and_their_persons_can_be_read(
    tmp_path: Path, file: Path
) -> None:
    with filled(tmp_path / "own.sqlite", "ab") as store:
        assert store.import_changes(file, ME).events == 3
        assert sorted(f.id for f in store.read("team")) == ["a", "b", "x", "y"]
        assert store.personal("team", ["x", "a"]) == {"x": {"phone": "xxx"}, "a": {"phone": "aaa"}}
        told = {line["event"]["hash"] for line in lines_of(file) if "event" in line}
        assert told < {event.hash for event in store.events()}
        assert store.import_changes(file, ME).events == 0
        assert [event.kind for event in store.events()].count("merge") == 1
        verdict = store.verify()
        assert verdict.intact
        assert len(verdict.heads) == 2


def test_who_was_erased_at_one_post_is_erased_at_the_other(tmp_path: Path) -> None:
    with filled(tmp_path / "a.sqlite", "ab") as one, create_store(tmp_path / "b.sqlite") as other:
        one.export_changes(tmp_path / "first")
        other.import_changes(tmp_path / "first", ME)
        assert other.personal("team", ["a"]) == {"a": {"phone": "aaa"}}
        one.erase(ME, "team", "a")
        one.export_changes(tmp_path / "second")
        other.import_changes(tmp_path / "second", ME)
        assert other.personal("team", ["a", "b"]) == {"b": {"phone": "bbb"}}
        one.import_changes(tmp_path / "first", ME)
        assert one.personal("team", ["a"]) == {}
        assert one.verify().intact
        assert other.verify().intact


def test_the_register_of_another_district_is_refused(tmp_path: Path, file: Path) -> None:
    """Events are only added: what came in by mistake would stay for good."""
    with filled(tmp_path / "own.sqlite", "ab") as store:
        with pytest.raises(UserError, match="no event in common"):
            store.import_changes(file, ME, related=True)
        assert store.import_changes(file, ME).events == 3
        assert store.import_changes(file, ME, related=True).events == 0


def changed(lines: Lines) -> Lines:
    lines[1]["event"]["who"] = "别人"
    return lines


def left_out(lines: Lines) -> Lines:
    return [lines[0], *lines[2:]]


def wrong_key(lines: Lines) -> Lines:
    key = next(line for line in lines if "key" in line)
    key["key"] = "A" * 43 + "="
    return lines


def no_key(lines: Lines) -> Lines:
    key = next(line for line in lines if "key" in line)
    key["key"] = "no base64!"
    return lines


def other_format(lines: Lines) -> Lines:
    lines[0]["format"] = 99
    return lines


def other_thing(lines: Lines) -> Lines:
    lines[0]["what"] = "holiday-photos"
    return lines


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (changed, "broken at event 1"),
        (left_out, "broken at event 2"),
        (wrong_key, "fits nothing"),
        (no_key, "fits nothing"),
        (other_format, "another version"),
        (other_thing, "no file of changes"),
        (lambda lines: [*lines, ["list"]], "not understood|no file"),
        (lambda lines: [*lines, {"event": {"post": 1}}], "not understood"),
        (lambda _lines: [], "no file of changes"),
    ],
)
def test_a_spoilt_file_is_refused_whole(
    tmp_path: Path, file: Path, spoil: Callable[[Lines], Lines], words: str
) -> None:
    write_lines(file, spoil(lines_of(file)))
    with filled(tmp_path / "own.sqlite", "ab") as store:
        before = store.head()
        with pytest.raises(UserError, match=words):
            store.import_changes(file, ME)
        assert store.head() == before
        assert [f.id for f in store.read("team")] == ["a", "b"]
        assert store.verify().intact


def test_a_register_continued_twice_under_one_name_is_told(tmp_path: Path, file: Path) -> None:
    """Two stores that both carry on one chain can never be merged: somebody must decide."""
    forked = lines_of(file)
    with create_store(tmp_path / "a.sqlite") as store:
        store.import_changes(file, ME)
        fork = [line for line in forked if "event" in line][:2]
        with create_store(tmp_path / "b.sqlite") as other:
            post = fork[0]["event"]["post"]
            other.edit(ME, [Change("add", "team", "z", props={"name": "z"})])
            other.export_changes(tmp_path / "third")
        lines = lines_of(tmp_path / "third")
        assert lines[1]["event"]["post"] != post
        own = store.head().post
        renamed = json.loads(json.dumps(lines).replace(lines[1]["event"]["post"], own))
        write_lines(tmp_path / "third", renamed)
        with pytest.raises(UserError, match="broken"):
            store.import_changes(tmp_path / "third", ME)


@pytest.mark.parametrize("seed", range(24))
def test_a_mutated_file_is_a_sentence_or_as_good_as_before(
    tmp_path: Path, file: Path, seed: int
) -> None:
    """Whatever a stick brings: no crash, nothing half, the chain whole."""
    chance = random.Random(seed)  # noqa: S311 - a seeded trial, no secret
    text = bytearray(gzip.decompress(file.read_bytes()))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        text[at : at + chance.randint(0, 3)] = bytes(chance.randrange(256) for _ in range(2))
    packed = bytearray(gzip.compress(bytes(text)))
    if seed % 3 == 0:
        packed = packed[: chance.randrange(len(packed))]
    file.write_bytes(bytes(packed))
    with filled(tmp_path / "own.sqlite", "ab") as store:
        with suppress(UserError):
            store.import_changes(file, ME)
        assert store.verify().intact
        assert {"a", "b"} <= {f.id for f in store.read("team")}
