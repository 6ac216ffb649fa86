"""What a drill leaves in the players' register shows on the page of exercises and nowhere else."""

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from cli import main
from desks.command import brief_document, situation_brief
from desks.exercise import running
from desks.exercise.folder import Control
from desks.folder import REGISTER, read_about
from desks.onemap import OneMap, load_onemap
from desks.outbox import OUTBOX_LAYERS
from desks.register.differences import difference
from desks.register.exporting import FORMS, export_register
from desks.register.holdings import holdings
from desks.register.opening import open_register
from desks.register.reading_back import read_export
from geodata.store import Store, open_store
from language import Catalogue
from tests.desks.exercise.drills import NUMBER, answer, make_drill, state_of_players
from tests.desks.making import at_town

TOKEN = "演练信息不得外泄"  # noqa: S105 - a word to look for


@pytest.fixture(scope="module")
def played(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Control:
    """Return control of a town in which a drill runs, with injects and answers."""
    folder = tmp_path_factory.mktemp("unseen")
    district = folder / "town"
    shutil.copytree(town_folder, district)
    control = make_drill(folder, players=district)
    now = datetime.now(tz=UTC)
    running.start(control, NUMBER, now)
    running.add_inject(control, NUMBER, (TOKEN, "指挥部"), now + timedelta(seconds=1))
    answer(control, "I1", now + timedelta(seconds=2))
    running.tick(control, NUMBER, now + timedelta(seconds=3))
    return control


@pytest.fixture(scope="module")
def before(town_folder: Path) -> OneMap:
    return load_onemap(town_folder)


def test_the_drill_is_in_the_register(played: Control) -> None:
    assert state_of_players(played) == {
        "drill_notice": 1, "drill_inject": 2, "drill_answer": 1,
    }  # fmt: skip


def test_the_map_and_its_brief_are_the_same_to_the_byte(played: Control, before: OneMap) -> None:
    """Neither stamp nor head moves: a paper of the day says nothing of an exercise."""
    after = load_onemap(played.district)
    assert (after.stamp, after.head.hash) == (before.stamp, before.head.hash)
    assert list(after.layers) == list(before.layers)
    pd.testing.assert_frame_equal(after.search_table, before.search_table)
    catalogue = Catalogue.load("zh")
    briefs = [
        brief_document(onemap, situation_brief(onemap, at_town(500, 500)), catalogue)
        for onemap in (before, after)
    ]
    for document in briefs:
        document.pop("computed_ms")
    assert json.dumps(briefs[0], ensure_ascii=False) == json.dumps(briefs[1], ensure_ascii=False)
    assert OUTBOX_LAYERS[0] not in json.dumps(briefs[1])


def test_officials_and_past_days_see_no_layer_of_it_either(played: Control) -> None:
    for onemap in (
        load_onemap(played.district, officials=True),
        load_onemap(played.district, as_of=datetime.now(tz=UTC).date() + timedelta(days=1)),
    ):
        assert not set(onemap.layers) & set(OUTBOX_LAYERS)


def _digest(folder: Path) -> str:
    parts = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def _held(store: Store) -> set[str]:
    return set(holdings(store, with_personal=True).features)


@pytest.mark.parametrize("form", FORMS)
def test_no_export_holds_any_of_it(
    played: Control, town_folder: Path, tmp_path: Path, form: str
) -> None:
    targets = []
    for name, district in (("before", town_folder), ("after", played.district)):
        target = tmp_path / name / ("e" if form in ("csv", "geojson") else f"e.{form}")
        target.parent.mkdir()
        with open_register(district) as store:
            assert not _held(store) & set(OUTBOX_LAYERS)
            held = holdings(store)
        export_register(held.features, target, form)  # type: ignore[arg-type]
        targets.append(target)
    if form == "gpkg":
        names = [{str(name) for name, _ in pyogrio.list_layers(t)} for t in targets]
        assert names[0] == names[1]
        assert not names[1] & set(OUTBOX_LAYERS)
    if form in ("csv", "geojson"):
        assert _digest(targets[0]) == _digest(targets[1])
    assert not any(change.layer in OUTBOX_LAYERS for change in read_export(targets[1]).changes)
    files = [targets[1]] if targets[1].is_file() else list(targets[1].rglob("*"))
    assert all(TOKEN.encode() not in path.read_bytes() for path in files if path.is_file())


def test_the_differences_of_today_name_no_exercise(played: Control) -> None:
    now = datetime.now(tz=UTC)
    crs = str(read_about(played.district)["crs"])
    with open_register(played.district) as store:
        first = store.events()[0].known_at
        found = difference(store, first, now + timedelta(days=1), crs=crs)
    assert not {one.layer for one in found.layers} & set(OUTBOX_LAYERS)
    assert all(not one.rows for one in found.layers)


def test_the_register_stays_whole_and_its_copy_too(
    played: Control, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["register", "verify", str(played.district), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["intact"] is True
    copy = tmp_path / "copy.sqlite"
    with open_register(played.district) as store:
        store.backup(copy)
    with open_store(copy) as store:
        assert store.verify().intact
        kept = [f.props["text"] for f in store.read("drill_inject")]
    assert kept == ["接到报警：示例化工厂有刺鼻气味。", TOKEN]


def test_a_copy_holds_nothing_of_what_is_not_released(played: Control) -> None:
    """Row S4-4: until it is released no byte of an inject is on the players' side."""
    waits = [one.inject.text for one in running.state(played, NUMBER).waiting]
    assert waits == ["风向转变。\n请重新判断。", "有记者到场。"]
    data = b"".join(p.read_bytes() for p in played.district.rglob(f"{REGISTER}*"))
    for word in ("风向转变", "有记者到场", "called", "示例一路"):
        assert word.encode() not in data
        assert json.dumps(word)[1:-1].encode() not in data or word.isascii()
