"""The store: what an edit leaves, what is refused, what was known when, what is erased."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely

from geodata.faults import UserError
from geodata.store import (
    EVERY,
    Author,
    Belonging,
    Change,
    LayerScope,
    Rows,
    Scope,
    StaleEdit,
    Store,
    create_store,
    open_store,
    restore,
)
from geodata.store.editing import begin_batch

Place = Path | str
ME = Author("周与安", "核对")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
POINT = shapely.Point(113.25, 23.12345678901234)


def add(store: Store, name: str = "T1", **more: object) -> None:
    props = {"name": f"队{name}", "n": 3, "kinds": ("甲", "乙"), "x": 0.1}
    change = Change("add", "team", name, props=props, shape=POINT, personal={"phone": "555-0101"})
    store.edit(ME, [change], **more)  # type: ignore[arg-type]


def test_what_was_added_is_read_to_the_last_bit(place: Place) -> None:
    with create_store(place) as store:
        add(store)
    with open_store(place) as store:
        (team,) = store.read("team")
        assert dict(team.props) == {"name": "队T1", "n": 3, "kinds": ("甲", "乙"), "x": 0.1}
        assert team.shape == POINT
        assert (team.version, team.order, team.has_personal) == (1, 0, {"phone"})
        assert store.personal("team", ["T1", "none"]) == {"T1": {"phone": "555-0101"}}
        assert team.head == store.head().hash


def test_an_edit_keeps_what_it_does_not_name(place: Place) -> None:
    with create_store(place) as store:
        add(store)
        (event,) = store.edit(ME, [Change("set", "team", "T1", 1, props={"n": 4, "x": None})])
        assert (event.before["props"], event.after["props"]) == (
            {"n": 3, "x": 0.1},
            {"n": 4, "x": None},
        )
        found = store.find("team", "T1")
        assert found is not None
        assert dict(found.props) == {"name": "队T1", "n": 4, "kinds": ("甲", "乙")}
        assert found.shape == POINT
        assert found.version == 2
        store.edit(ME, [Change("set", "team", "T1", 2, shape=None)])
        moved = store.find("team", "T1")
        assert moved is not None
        assert moved.shape is None


def test_what_changes_nothing_makes_no_event(place: Place) -> None:
    """The same file imported twice leaves the register as it is."""
    with create_store(place) as store:
        add(store)
        same = {"name": "队T1", "n": 3, "kinds": ["甲", "乙"], "x": 0.1}
        change = Change("set", "team", "T1", 1, same, POINT, {"phone": "555-0101"})
        assert store.edit(ME, [change]) == ()
        assert store.head().seq == 1


def test_a_stale_edit_is_refused_and_shown_beside_the_newer_one(place: Place) -> None:
    with create_store(place) as store:
        add(store)
        add(store, "T2")
        store.edit(ME, [Change("set", "team", "T1", 1, props={"name": "先"})])
        later = [
            Change("set", "team", "T2", 1, props={"name": "好"}),
            Change("set", "team", "T1", 1, props={"name": "后"}),
        ]
        with pytest.raises(StaleEdit, match="Somebody changed T1 meanwhile") as caught:
            store.edit(ME, later)
        (newer,) = caught.value.newer
        assert (newer.id, newer.version, newer.props["name"]) == ("T1", 2, "先")
        assert [f.props["name"] for f in store.read("team")] == ["先", "队T2"]
        again = Change("set", "team", "T1", newer.version, props={"name": "后"})
        assert len(store.edit(ME, [later[0], again])) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("add", "team", "T1", props={"name": "又"}), "in the register already"),
        (Change("set", "team", "T9", 1, props={"name": "无"}), "was removed meanwhile"),
        (Change("remove", "team", "T9", 1), "was removed meanwhile"),
    ],
)
def test_what_is_there_twice_or_gone_is_stale(place: Place, change: Change, words: str) -> None:
    with create_store(place) as store:
        add(store)
        with pytest.raises(StaleEdit, match=words):
            store.edit(ME, [change])


def test_a_removed_record_may_come_back_and_its_history_goes_on(place: Place) -> None:
    with create_store(place) as store:
        add(store)
        store.edit(ME, [Change("remove", "team", "T1", 1)])
        assert store.read("team") == ()
        assert store.personal("team", ["T1"]) == {}
        store.edit(ME, [Change("add", "team", "T1", props={"name": "新"})])
        (team,) = store.read("team")
        assert (team.version, dict(team.props), team.shape) == (3, {"name": "新"}, None)
        assert [event.kind for event in store.history("team", "T1")] == ["add", "remove", "add"]
        assert store.verify().intact


@pytest.mark.parametrize("text", ["甲\0乙", "甲\ud800乙"])
def test_signs_that_no_database_holds_are_refused(place: Place, text: str) -> None:
    with create_store(place) as store:
        for change in (
            Change("add", "team", "T1", props={"name": text}),
            Change("add", "team", text, props={"name": "甲"}),
            Change("add", "team", "T1", personal={"contact": text}),
        ):
            with pytest.raises(UserError, match="no text"):
                store.edit(ME, [change])
        assert store.head().seq == 0


def test_the_register_of_a_past_day_never_changes(place: Place) -> None:
    """Row S1-28: what was known on a day is read alike whenever it is asked for."""
    with create_store(place) as store:
        add(store, at=BEGIN)
        then = BEGIN + timedelta(days=1)
        store.edit(ME, [Change("set", "team", "T1", 1, {"n": 9})], at=BEGIN + timedelta(days=2))
        add(store, "T2", at=BEGIN + timedelta(days=3))
        before = store.read("team", as_of=then)
        store.edit(ME, [Change("remove", "team", "T1", 2)], at=BEGIN + timedelta(days=4))
        assert store.read("team", as_of=then) == before
        assert [(f.id, f.props["n"]) for f in before] == [("T1", 3)]
        assert [f.id for f in store.read("team", as_of=BEGIN + timedelta(days=3))] == ["T1", "T2"]
        assert [f.id for f in store.read("team")] == ["T2"]
        assert store.read("team", as_of=BEGIN - timedelta(seconds=1)) == ()
        assert store.layers(as_of=then)["team"] == 1
        assert store.head(as_of=then).seq == 1
        found = store.find("team", "T1", as_of=then)
        assert found is not None
        assert found.version == 1


def test_a_clock_set_back_does_not_turn_the_chain_round(place: Place) -> None:
    with create_store(place) as store:
        add(store, at=BEGIN)
        add(store, "T2", at=BEGIN - timedelta(days=30))
        assert [event.at for event in store.events()] == [BEGIN, BEGIN]


WEST = Rows(shapely.box(113, 23, 113.3, 24), frozenset({("subdistrict", "老城")}))


def test_a_scope_hides_rows_columns_and_layers(place: Place) -> None:
    """Row S0-24: enforced where data is read, so that no page has to think of it."""
    scope = Scope({"team": LayerScope(WEST, None, frozenset({"phone"}))})
    with create_store(place) as store:
        add(store)
        store.edit(
            ME,
            [
                Change("add", "team", "E", props={"name": "东"}, shape=shapely.Point(113.9, 23.5)),
                Change("add", "team", "S", props={"name": "述", "subdistrict": "老城"}, shape=None),
                Change("add", "team", "N", props={"name": "无处"}, shape=None),
                Change("add", "secret", "X", props={"name": "密"}, shape=POINT),
            ],
        )
        assert [f.id for f in store.read("team", scope=scope)] == ["T1", "S"]
        assert store.find("team", "E", scope=scope) is None
        assert store.read("secret", scope=scope) == ()
        assert store.find("secret", "X", scope=scope) is None
        assert store.personal("secret", ["X"], scope=scope) == {}
        assert store.personal("team", ["T1", "E"], scope=scope) == {"T1": {"phone": ""}}


@pytest.mark.parametrize(
    "change",
    [
        Change("add", "team", "E", props={"name": "东"}, shape=shapely.Point(113.9, 23.5)),
        Change("set", "team", "T1", 1, shape=shapely.Point(113.9, 23.5)),
        Change("set", "team", "T1", 1, shape=None),
        Change("remove", "team", "OUT", 1),
        Change("set", "team", "OUT", 1, shape=POINT),
        Change("add", "secret", "X", props={"name": "密"}, shape=POINT),
    ],
    ids=["add outside", "move out", "lose the place", "remove outside", "move in", "other layer"],
)
def test_a_scope_refuses_what_leaves_or_enters_it(place: Place, change: Change) -> None:
    """Row S0-24: an editor of a subdistrict takes no record from another, and gives none away."""
    scope = Scope({"team": LayerScope(EVERY, WEST)})
    with create_store(place) as store:
        add(store)
        outside = shapely.Point(113.8, 23.5)
        store.edit(ME, [Change("add", "team", "OUT", props={"name": "外"}, shape=outside)])
        with pytest.raises(UserError, match="You may not change"):
            store.edit(ME, [change], scope=scope)
        inside = Change("set", "team", "T1", 1, props={"n": 5})
        assert len(store.edit(ME, [inside], scope=scope)) == 1


def test_a_scope_hides_the_history_of_what_it_hides(place: Place) -> None:
    """Rows S0-24, S1-33: a log tells no more of a record than the register does."""
    scope = Scope({"team": LayerScope(WEST), "open": LayerScope(EVERY)})
    with create_store(place) as store:
        add(store)
        store.edit(
            ME,
            [
                Change("add", "team", "E", props={"name": "东"}, shape=shapely.Point(113.9, 23.5)),
                Change("add", "secret", "X", props={"name": "密"}, shape=POINT),
                Change("add", "open", "O", props={"name": "开"}),
            ],
        )
        store.edit(ME, [Change("remove", "open", "O", 1)])
        store.note(ME, "unmask", {"column": "phone"}, layer="team", id="E")
        store.note(ME, "decision", {"secret": "X"})
        assert [(e.kind, e.id) for e in store.events(scope=scope)] == [
            ("add", "T1"), ("add", "O"), ("remove", "O"),
        ]  # fmt: skip
        assert len(store.history("team", "T1", scope=scope)) == 1
        assert store.history("team", "E", scope=scope) == ()
        assert store.history("secret", "X", scope=scope) == ()
        assert len(store.history("open", "O", scope=scope)) == 2
        assert len(store.events()) == 7


OWN_PARTS = Scope(
    {
        "team": LayerScope(EVERY, WEST),
        "team.kit": LayerScope(EVERY, Rows(belongs=(Belonging("team", "team"),))),
        "move": LayerScope(
            EVERY,
            Rows(belongs=(Belonging("out", "team", "team:"), Belonging("into", "team", "team:"))),
        ),
    }
)


def _two_teams(store: Store) -> None:
    add(store)
    outside = shapely.Point(113.8, 23.5)
    kit = {"item": "泵"}
    store.edit(
        ME,
        [
            Change("add", "team", "OUT", props={"name": "外"}, shape=outside),
            Change("add", "team.kit", "T1|a", props={"team": "T1", **kit}),
            Change("add", "team.kit", "OUT|a", props={"team": "OUT", **kit}),
        ],
    )


@pytest.mark.parametrize(
    "change",
    [
        Change("set", "team.kit", "T1|a", 1, {"item": "艇"}),
        Change("remove", "team.kit", "T1|a", 1),
        Change("add", "team.kit", "T1|b", props={"team": "T1", "item": "绳"}),
        Change("add", "move", "M1", props={"out": "source", "into": "team:T1"}),
    ],
    ids=["change", "remove", "add", "give one's own"],
)
def test_who_may_change_a_record_may_change_what_belongs_to_it(
    place: Place, change: Change
) -> None:
    """Row S0-24: what has no place of its own is within reach with what it belongs to."""
    with create_store(place) as store:
        _two_teams(store)
        assert len(store.edit(ME, [change], scope=OWN_PARTS)) == 1


@pytest.mark.parametrize(
    "change",
    [
        Change("set", "team.kit", "OUT|a", 1, {"item": "艇"}),
        Change("set", "team.kit", "OUT|a", 1, {"team": "T1"}),
        Change("set", "team.kit", "T1|a", 1, {"team": "OUT"}),
        Change("set", "team.kit", "T1|a", 1, {"team": None}),
        Change("remove", "team.kit", "OUT|a", 1),
        Change("add", "team.kit", "x", props={"team": "NONE", "item": "绳"}),
        Change("add", "team.kit", "x", props={"item": "绳"}),
        Change("add", "move", "M1", props={"out": "team:OUT", "into": "team:T1"}),
        Change("add", "move", "M1", props={"out": "source", "into": "use:x"}),
    ],
    ids=["others", "take", "give", "loosen", "remove", "no such", "no one's", "fetch", "neither"],
)
def test_what_belongs_to_anothers_record_stays_as_it_is(place: Place, change: Change) -> None:
    """Row S0-24: neither is it changed, nor taken over, nor is what is ours given away."""
    with create_store(place) as store:
        _two_teams(store)
        with pytest.raises(UserError, match="You may not change"):
            store.edit(ME, [change], scope=OWN_PARTS)
        assert store.head().seq == 4


def test_a_record_and_what_belongs_to_it_come_in_together(place: Place) -> None:
    """What an import brings of a new record is judged by that record, in its place."""
    kit = Change("add", "team.kit", "T5|a", props={"team": "T5", "item": "泵"})
    with create_store(place) as store:
        for shape, good in ((shapely.Point(113.8, 23.5), False), (POINT, True)):
            team = Change("add", "team", "T5", props={"name": "新"}, shape=shape)
            if good:
                assert len(store.edit(ME, [team, kit], scope=OWN_PARTS)) == 2
            else:
                with pytest.raises(UserError, match="You may not change"):
                    store.edit(ME, [team, kit], scope=OWN_PARTS)


def test_who_is_erased_is_gone_everywhere_and_the_chain_holds(tmp_path: Path) -> None:
    """The events stay, the hash covers their ciphertext, and nobody can read it any more."""
    place = tmp_path / "register.sqlite"
    told = {"contact": "示范·李四", "phone": "555-7777"}
    with create_store(place) as store:
        for name in ("T1", "T2"):
            store.edit(ME, [Change("add", "team", name, props={"name": name}, personal=told)])
        other = {"contact": "示范·王五", "phone": "555-8888"}
        store.edit(ME, [Change("add", "team", "T3", props={"name": "T3"}, personal=other)])
        assert store.erase(ME, "team", "T1") == 1
        assert store.personal("team", ["T1", "T2", "T3"]) == {"T3": other}
        assert [bool(f.has_personal) for f in store.read("team")] == [False, False, True]
        assert store.verify().intact
        sealed = [e.after["personal"] for e in store.history("team", "T1") if e.kind == "add"]
        assert store.unseal(sealed) == ({},)
        assert store.erase(ME, "team", "T1") == 0
        store.edit(ME, [Change("set", "team", "T1", 1, personal={"phone": "555-9999"})])
        assert store.personal("team", ["T1"]) == {"T1": {"phone": "555-9999"}}
    raw = place.read_bytes() + b"".join(p.read_bytes() for p in tmp_path.glob("*-wal"))
    assert "示范·王五".encode() not in raw
    assert b"555-7777" not in raw


def test_a_note_stands_in_the_chain_and_changes_nothing(place: Place) -> None:
    with create_store(place) as store:
        add(store)
        event = store.note(ME, "unmask", {"why": "事故"}, layer="team", id="T1")
        assert (event.kind, event.after, event.who) == ("unmask", {"why": "事故"}, "周与安")
        assert [e.kind for e in store.history("team", "T1")] == ["add", "unmask"]
        assert store.events(kinds=("unmask",)) == (event,)
        assert store.verify().intact
        with pytest.raises(ValueError, match="set"):
            store.note(ME, "set", {})


def test_a_copied_file_goes_on_as_a_new_post(tmp_path: Path) -> None:
    """Row S2-2: a register carried on a stick must not continue a chain that goes on elsewhere."""
    first, second = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    with create_store(first) as store:
        add(store)
        store.seal_file()
        post = store.head().post
    shutil.copyfile(first, second)
    with open_store(first) as one, open_store(second) as other:
        one.edit(ME, [Change("set", "team", "T1", 1, {"n": 4})])
        other.edit(ME, [Change("set", "team", "T1", 1, {"name": "改"})])
        assert one.head().post == post != other.head().post
        other.export_changes(tmp_path / "changes")
        assert one.import_changes(tmp_path / "changes", ME).conflicts == ()
        found = one.find("team", "T1")
        assert found is not None
        assert (found.props["n"], found.props["name"]) == (4, "改")
        assert one.verify().intact
        assert other.verify().intact


def test_a_copy_on_a_machine_behind_goes_on_after_what_it_brought(tmp_path: Path) -> None:
    """Told by their times, new lines would stand before the old ones."""
    first, second = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    ahead = datetime.now(tz=UTC) + timedelta(hours=8)
    with create_store(first) as store:
        add(store, at=ahead)
        store.seal_file()
    shutil.copyfile(first, second)
    with open_store(second) as store:
        add(store, "T2")
        store.note(ME, "decision", {})
        assert [event.kind for event in store.events()] == ["add", "copy", "add", "decision"]
        assert {event.at for event in store.events()} == {ahead}
        assert store.verify().intact
    restore(second, tmp_path / "c.sqlite").close()
    with open_store(tmp_path / "c.sqlite") as store:
        add(store, "T3")
        assert [event.kind for event in store.events()][-2:] == ["copy", "add"]


def test_a_machine_ahead_holds_up_nobody_else_on_a_server(place: Path | str) -> None:
    """In a file the other chains are its own past; on a server they are other machines."""
    now = datetime.now(tz=UTC)
    ahead = now + timedelta(hours=8)
    with create_store(place) as store:
        add(store, at=ahead)
        (post,) = {event.post for event in store.events()}
        with store.database.writing() as connection:
            own, other = (begin_batch(connection, by, ME, now) for by in (post, "another"))
    assert own.at == ahead
    assert other.at == (ahead if isinstance(place, Path) else now)


def test_a_copy_is_not_written_over_what_cannot_be_read_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A register that is locked, or that a failing disk hides, is still one."""
    other = tmp_path / "other.sqlite"
    create_store(other).close()
    text, empty = tmp_path / "text", tmp_path / "empty"
    text.write_bytes(b"no database at all, only text" * 100)
    empty.touch()
    with create_store(tmp_path / "own.sqlite") as store:
        before = other.read_bytes()
        with monkeypatch.context() as patched, closing(sqlite3.connect(other)) as holder:
            holder.execute("pragma locking_mode=exclusive").fetchall()
            holder.execute("begin exclusive")
            connect = sqlite3.connect
            patched.setattr(
                "geodata.store.copies.sqlite3.connect",
                lambda *told, **more: connect(*told, timeout=0.1, **more),
            )
            with pytest.raises(UserError, match="in use"):
                store.backup(other)
        assert other.read_bytes() == before
        for free in (text, empty):
            store.backup(free)
            open_store(free).close()


def test_a_replaced_file_is_not_written_to(tmp_path: Path) -> None:
    """An edit into a file that another one has replaced would be acknowledged and lost."""
    place = tmp_path / "register.sqlite"
    with create_store(place) as store:
        add(store)
        store.backup(tmp_path / "copy")
        place.rename(tmp_path / "aside")
        restore(tmp_path / "copy", place).close()
        with pytest.raises(UserError, match="was replaced"):
            add(store, "T2")
        add(store, "T2")
    with open_store(place) as store:
        assert [f.id for f in store.read("team")] == ["T1", "T2"]


def test_a_store_that_is_missing_or_none_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no register"):
        open_store(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_bytes(b"no database at all, only text" * 100)
    with pytest.raises(UserError, match="damaged"):
        open_store(tmp_path / "text.sqlite")
    for address in ("mysql://a/b", "nonsense", "postgresql", "postgresql://a@b/c?timeout=1"):
        with pytest.raises(UserError, match="no address"):
            open_store(address)
    with pytest.raises(UserError, match="does not answer"):
        open_store("postgresql://nobody@127.0.0.1:1/none")


def test_a_note_on_a_head_that_is_no_longer_the_head_is_refused(place: Place) -> None:
    """Two who both looked at the same end of the chain: the second one is told, nothing is lost."""
    with create_store(place) as store:
        first = store.note(ME, "decision", {"n": 1}, after=store.head().hash)
        store.note(ME, "decision", {"n": 2}, after=first.hash)
        with pytest.raises(StaleEdit, match="Somebody else wrote"):
            store.note(ME, "decision", {"n": 3}, after=first.hash)
        assert [event.after["n"] for event in store.events()] == [1, 2]
        assert store.verify().intact
