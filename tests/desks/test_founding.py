"""The first events of a register, and the refusal to build over what was written since."""

import hashlib
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from desks.build import build_district
from desks.folder import read_about
from desks.founding import BUILDER, Founding, found_register, spare_register
from desks.onemap import load_onemap
from desks.register.copying import restore_register
from desks.register.opening import open_register
from geodata.faults import Fault, UserError
from geodata.store import Change, create_store, open_store
from language import say
from layers import layer
from layers.rows import LayerRows, read_layer
from sample import SampleFiles
from tests.desks.making import sources_of
from tests.geodata.exhausted import no_files_left
from tests.geodata.store.making import WHO

DAY = date(2026, 9, 16)
MODEL = 'version = "ours"\n'


def founding(
    layers: Mapping[str, LayerRows] | None = None, *, as_of: date | None = DAY
) -> Founding:
    frame = gpd.GeoDataFrame(
        {"code": ["440199"], "name": ["全区"]}, geometry=[shapely.box(113, 23, 113.1, 23.1)]
    )
    return Founding(layers or {}, frame, MODEL, as_of)


@pytest.fixture
def copy(town_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(town_folder, tmp_path / "copy"))


def add_team(folder: Path, name: str = "T9") -> None:
    change = Change("add", "team", name, props={"name": "九队", "kind": "综合消防"}, shape=None)
    with open_register(folder) as store:
        store.edit(WHO, [change])


def test_the_first_events_are_the_builders_and_bear_the_registers_date(tmp_path: Path) -> None:
    """Row S1-28: the map of that day is the one that was built, not an empty one."""
    place = tmp_path / "r.sqlite"
    head = found_register(place, founding())
    with open_store(place) as store:
        events = store.events()
        assert {event.who for event in events} == {BUILDER}
        assert {event.at for event in events} == {datetime(2026, 9, 15, 16, tzinfo=UTC)}
        assert store.head().hash == head == events[-1].hash
        assert store.verify().intact
        (unit,) = store.read("subdistrict")
        assert (unit.id, unit.props["name"]) == ("440199", "全区")
        model = store.find("document", "speed_model.toml")
        assert model is not None
        assert model.props["text"] == MODEL
        assert model.props["sha256"] == hashlib.sha256(MODEL.encode()).hexdigest()
        assert store.read("subdistrict", as_of=datetime(2026, 9, 15, tzinfo=UTC)) == ()


@pytest.mark.parametrize("as_of", [None, date.today() + timedelta(days=400)])  # noqa: DTZ011
def test_no_event_lies_in_the_future(tmp_path: Path, as_of: date | None) -> None:
    """Else the register would not know its own rows for a year."""
    before = datetime.now(tz=UTC)
    found_register(tmp_path / "r.sqlite", founding(as_of=as_of))
    with open_store(tmp_path / "r.sqlite") as store:
        assert all(before <= event.at <= datetime.now(tz=UTC) for event in store.events())


def test_listed_stock_opens_the_ledger(tmp_path: Path, town_files: SampleFiles) -> None:
    read = read_layer(layer("depot"), town_files.layers["depot"])
    found_register(tmp_path / "r.sqlite", founding({"depot": read}))
    with open_store(tmp_path / "r.sqlite") as store:
        counts = store.layers()
        assert len(store.read("depot")) == len(read.frame)
        assert len(store.read("ledger")) == len(read.children["stock"])
        assert "depot.stock" not in counts


def test_a_register_is_one_file_when_the_build_is_done(town_folder: Path) -> None:
    assert not list(town_folder.glob("register.sqlite-*"))
    with open_register(town_folder) as store:
        assert store.head().hash == read_about(town_folder)["founded"]


def test_a_register_that_was_written_to_is_not_built_over(
    copy: Path, town_files: SampleFiles
) -> None:
    """A second build must not take a year of corrections away."""
    spare_register(copy)
    add_team(copy)
    with pytest.raises(UserError, match="was written to since it was built"):
        spare_register(copy)
    with pytest.raises(UserError, match="was written to since it was built"):
        build_district(copy, sources_of(town_files))
    assert "T9" in load_onemap(copy).records["team"].ids


def test_what_is_no_district_is_spared_nothing(tmp_path: Path) -> None:
    spare_register(tmp_path)
    (tmp_path / "register.sqlite").write_bytes(b"of somebody else")
    spare_register(tmp_path)
    assert (tmp_path / "register.sqlite").read_bytes() == b"of somebody else"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [('format = 1\nname_zh = "甲\n', "cannot be read"), ("format = 1\n", "has format 1")],
)
def test_a_register_is_spared_where_nobody_can_tell_what_was_written(
    copy: Path, town_files: SampleFiles, lines: str, problem: str
) -> None:
    """A missing quote in district.toml must not cost a year of corrections."""
    add_team(copy)
    whole = (copy / "district.toml").read_text(encoding="utf-8")
    (copy / "district.toml").write_text(lines, encoding="utf-8")
    with pytest.raises(UserError, match=problem) as caught:
        build_district(copy, sources_of(town_files))
    assert "Mend that first or build into another folder" in str(caught.value)
    assert "Build the district again" not in str(caught.value)
    (copy / "district.toml").write_text(whole, encoding="utf-8")
    assert "T9" in load_onemap(copy).records["team"].ids


def test_a_register_is_spared_on_a_machine_without_files_left(copy: Path) -> None:
    add_team(copy)
    with no_files_left(), pytest.raises(UserError, match="Too many open files"):
        spare_register(copy)


def test_a_register_kept_in_a_database_is_asked_there(copy: Path, town_files: SampleFiles) -> None:
    """Else the address would be dropped, and what was written there would show nowhere."""
    with (copy / "district.toml").open("a", encoding="utf-8") as stream:
        stream.write('register = "postgresql://nobody@127.0.0.1:1/none"\n')
    with pytest.raises(UserError, match="does not answer"):
        build_district(copy, sources_of(town_files))


def test_a_restored_register_goes_on_as_a_new_post(copy: Path, tmp_path: Path) -> None:
    """Two desks that restored the same copy must not write the same numbers into one chain."""
    add_team(copy)
    with open_register(copy) as store:
        store.backup(tmp_path / "kept")
        post, events = store.head().post, len(store.events())
    with pytest.raises(UserError, match="--replace"):
        restore_register(copy, tmp_path / "kept")
    restore_register(copy, tmp_path / "kept", replace=True)
    assert not list(copy.glob("register.sqlite-*"))
    with open_register(copy) as store:
        assert store.head().post != post
        assert len(store.events()) >= events
        assert store.verify().intact
        assert store.find("team", "T9") is not None


def test_an_untouched_or_damaged_register_is_replaced_without_being_asked(
    copy: Path, town_folder: Path, tmp_path: Path
) -> None:
    with open_register(copy) as store:
        store.backup(tmp_path / "kept")
    restore_register(copy, tmp_path / "kept")
    (copy / "register.sqlite").write_bytes(b"no register any more" * 99)
    restore_register(copy, tmp_path / "kept")
    assert load_onemap(copy).records["team"].ids == load_onemap(town_folder).records["team"].ids


def test_a_restored_register_is_the_copy_whatever_a_crash_left_beside_the_old_one(
    copy: Path, tmp_path: Path
) -> None:
    """The log that a killed program left would lie over the restored file and undo the restore."""
    register, kept = copy / "register.sqlite", tmp_path / "kept"
    crash = tmp_path / "crash"
    crash.mkdir()
    with open_register(copy) as store:
        store.backup(kept)
        add_team(copy)
        for tail in ("", "-wal"):
            shutil.copyfile(f"{register}{tail}", crash / f"register.sqlite{tail}")
    for left in crash.iterdir():
        shutil.copyfile(left, copy / left.name)
    assert (copy / "register.sqlite-wal").stat().st_size > 0
    restore_register(copy, kept, replace=True)
    assert not list(copy.glob("register.sqlite-*"))
    with open_register(copy) as store:
        assert store.find("team", "T9") is None
        assert store.verify().intact


def test_a_register_that_was_not_closed_is_restored_with_its_newest_edits(
    copy: Path, tmp_path: Path
) -> None:
    """Who takes the file itself for a copy takes along the log that lies beside it."""
    taken = tmp_path / "taken.sqlite"
    with open_register(copy) as store:
        store.backup(tmp_path / "kept")
        add_team(copy)
        for tail in ("", "-wal"):
            shutil.copyfile(copy / f"register.sqlite{tail}", f"{taken}{tail}")
    restore_register(copy, tmp_path / "kept", replace=True)
    restore_register(copy, taken, replace=True)
    with open_register(copy) as store:
        assert store.find("team", "T9") is not None
        assert store.verify().intact


def test_a_busy_register_is_not_taken_for_a_lost_one(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_register(copy) as store:
        store.backup(tmp_path / "kept")
    before = (copy / "register.sqlite").read_bytes()
    with monkeypatch.context() as patched:

        def busy(place: Path) -> None:
            raise UserError(
                [
                    Fault(
                        place.name,
                        say("The register is busy; nothing was changed."),
                        say("Try again in a moment."),
                    )
                ]
            )

        patched.setattr("desks.register.copying.open_store", busy)
        with pytest.raises(UserError, match="busy"):
            restore_register(copy, tmp_path / "kept")
    assert (copy / "register.sqlite").read_bytes() == before


def test_a_copy_is_never_written_over_a_register_in_use(copy: Path, tmp_path: Path) -> None:
    """A slip of the keyboard must not cost a register: neither this one nor another district's."""
    other = tmp_path / "other.sqlite"
    create_store(other).close()
    with open_register(copy) as store:
        before = store.head()
        for wrong, told in ((copy / "register.sqlite", "register itself"), (other, "in use")):
            content = wrong.read_bytes()
            with pytest.raises(UserError, match=told):
                store.backup(wrong)
            assert wrong.read_bytes() == content
        for _again in range(2):
            store.backup(tmp_path / "kept")
        assert store.head() == before


def test_a_restore_from_what_is_no_copy_changes_nothing(copy: Path, tmp_path: Path) -> None:
    before = (copy / "register.sqlite").read_bytes()
    (tmp_path / "letter").write_bytes(b"Dear colleague" * 50)
    for wrong in ("letter", "missing"):
        with pytest.raises(UserError):
            restore_register(copy, tmp_path / wrong)
    assert (copy / "register.sqlite").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy", "letter"]
