"""The network on disk: the same bytes, the same answers, and nothing believed unchecked."""

import dataclasses
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geodata.faults import UserError
from geodata.roads import ROAD_CLASSES
from routing import RoadNetwork
from tests.geodata.exhausted import no_files_left
from tests.routing.road_frames import built, road

NETWORK = built(
    road((0, 0), (100, 0), (250, 0), name="红山路", width_m=3.5, oneway=1),
    road((100, 0), (100, 70), name="line\nbreak"),
    road((900, 0), (1000, 10), road_class="footway", speed_kmh=5.0),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "network.npz"
    NETWORK.save(path)
    return path


def test_a_round_trip_changes_nothing_and_leaves_nothing_behind(path: Path) -> None:
    again = RoadNetwork.load(path)
    for item in dataclasses.fields(NETWORK):
        one, other = getattr(NETWORK, item.name), getattr(again, item.name)
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, item.name
            kind: Any = {"equal_nan": True} if one.dtype.kind == "f" else {}
            assert np.array_equal(one, other, **kind), item.name
        else:
            assert one == other
    assert [p.name for p in path.parent.iterdir()] == ["network.npz"]


def test_same_network_same_bytes(path: Path, tmp_path: Path) -> None:
    RoadNetwork.load(path).save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_failed_save_keeps_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", fail)
    with pytest.raises(OSError, match="No space"):
        NETWORK.save(path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["network.npz"]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"network.npz: The compiled road network is missing"):
        RoadNetwork.load(tmp_path / "network.npz")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_other_files_are_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(UserError, match="Build the district again"):
        RoadNetwork.load(path)


def test_a_sound_file_is_not_damaged_where_the_machine_has_no_files_left(path: Path) -> None:
    """Who builds the district again for it may lose what was written since."""
    with no_files_left(), pytest.raises(UserError, match="Too many open files") as caught:
        RoadNetwork.load(path)
    assert "damaged" not in str(caught.value)
    assert "Build" not in str(caught.value)
    RoadNetwork.load(path)


def test_a_truncated_file_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(UserError, match="damaged"):
        RoadNetwork.load(path)


def rewritten(path: Path, **arrays: object) -> None:
    """Write the file anew with some arrays replaced, as a hostile hand would."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    for name, array in arrays.items():
        stream = io.BytesIO()
        np.save(stream, np.asarray(array), allow_pickle=True)
        kept[f"{name}.npy"] = stream.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in kept.items():
            archive.writestr(name, content)


R = NETWORK.road_count
HOSTILE: dict[str, dict[str, object]] = {
    "node out of range": {"start": np.full(R, 99, np.int32)},
    "node below zero": {"end": np.full(R, -1, np.int32)},
    "name out of range": {"name": np.full(R, 7, np.int32)},
    "class out of range": {"road_class": np.full(R, 200, np.uint8)},
    "one-way of 5": {"oneway": np.full(R, 5, np.int8)},
    "negative length": {"length_m": np.full(R, -1.0)},
    "endless length": {"length_m": np.full(R, np.inf)},
    "other type": {"start": np.zeros(R, np.int64)},
    "other shape": {"start": np.zeros((R, 1), np.int32)},
    "too short": {"width_m": np.zeros(R - 1)},
    "points falling": {"first_point": np.array([0, 6, 2, 4, 8], np.int32)},
    "points beyond": {"first_point": np.array([0, 2, 4, 6, 99], np.int32)},
    "no position": {"node_xy_m": np.full((6, 2), np.nan)},
    "objects": {"length_m": np.array([{}] * R, object)},
    "an array more": {"more": np.zeros(1)},
    "no header": {"header": np.zeros(0, np.uint8)},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_arrays_that_would_lead_a_search_astray_are_refused(path: Path, case: str) -> None:
    rewritten(path, **HOSTILE[case])
    with pytest.raises(UserError, match="damaged"):
        RoadNetwork.load(path)


def header(**changes: object) -> np.ndarray:
    good: dict[str, object] = {
        "format": 1,
        "crs": NETWORK.crs,
        "classes": list(ROAD_CLASSES),
        "names": list(NETWORK.names),
    }
    return np.frombuffer(json.dumps(good | changes).encode(), np.uint8)


@pytest.mark.parametrize(
    "changes",
    [{"format": 2}, {"crs": 4326}, {"names": "abc"}, {"classes": ["canal"] * 18}, {"names": []}],
)
def test_another_format_is_refused(path: Path, changes: dict[str, object]) -> None:
    rewritten(path, header=header(**changes))
    with pytest.raises(UserError, match="another version"):
        RoadNetwork.load(path)


def test_classes_are_read_by_name(path: Path) -> None:
    """A file written when the classes stood in another order still means the same."""
    backwards = list(reversed(ROAD_CLASSES))
    codes = [backwards.index(ROAD_CLASSES[code]) for code in NETWORK.road_class]
    rewritten(path, header=header(classes=backwards), road_class=np.array(codes, np.uint8))
    assert np.array_equal(RoadNetwork.load(path).road_class, NETWORK.road_class)
