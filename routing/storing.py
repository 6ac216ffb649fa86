"""The road network on disk: one file of plain arrays, the same bytes for the same network."""

import json
import os
import tempfile
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import IO

import numpy as np

from geodata.faults import Fault, UserError
from geodata.machine import machine_fault
from geodata.road_classes import ROAD_CLASSES
from language import Sentence, say

from .arrays import AnyArray
from .table import Primary, RoadTable

FORMAT = 1
LARGEST_FILE_BYTES = 4 << 30

_COLUMNS: dict[str, type[np.generic]] = {
    "start": np.int32,
    "end": np.int32,
    "oneway": np.int8,
    "length_m": np.float64,
    "road_class": np.uint8,
    "speed_kmh": np.float64,
    "width_m": np.float64,
    "height_m": np.float64,
    "weight_t": np.float64,
    "name": np.int32,
}
_SHAPED: dict[str, type[np.generic]] = {
    "xy_m": np.float64,
    "first_point": np.int32,
    "node_xy_m": np.float64,
}


MISSING = say("The compiled road network is missing.")
DAMAGED = say("The compiled road network is damaged or of another version.")


class _DamagedError(Exception):
    """Raised inside this module for what `load_network` words for the user."""


def write_primary(primary: Primary, path: Path) -> None:
    """Write ``path`` through a temporary file and a rename; no clock enters the bytes."""
    header = {
        "format": FORMAT,
        "crs": primary.crs,
        "classes": list(ROAD_CLASSES),
        "names": list(primary.names),
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    arrays: dict[str, AnyArray] = {"header": np.frombuffer(text, np.uint8)}
    arrays |= {item.name: getattr(primary.roads, item.name) for item in fields(RoadTable)}
    arrays["node_xy_m"] = primary.node_xy_m
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            _write_arrays(stream, arrays)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _write_arrays(stream: IO[bytes], arrays: dict[str, AnyArray]) -> None:
    """Write an .npz; a ZipInfo begins with a fixed time."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)


def read_primary(path: Path) -> Primary:
    """Return what ``write_primary`` wrote, every index checked before a search may trust it.

    Raises:
        UserError: if the file is absent, cannot be read, is damaged or of another format.

    """
    if not path.is_file():
        raise _fault(path, MISSING)
    try:
        arrays = _read_arrays(path)
        header = json.loads(arrays.pop("header").tobytes())
        return _primary(header, arrays)
    except (_DamagedError, ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise machine_fault(path.name, error) or _fault(path, DAMAGED) from error


def _fault(path: Path, problem: Sentence) -> UserError:
    return UserError([Fault(path.name, problem, say("Build the district again."))])


def _read_arrays(path: Path) -> dict[str, AnyArray]:
    wanted = {"header", *_COLUMNS, *_SHAPED}
    with zipfile.ZipFile(path) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        if (
            set(sizes) != {f"{name}.npy" for name in wanted}
            or sum(sizes.values()) > LARGEST_FILE_BYTES
        ):
            raise _DamagedError
        arrays = {}
        for name in sorted(wanted):
            with archive.open(f"{name}.npy") as entry:
                arrays[name] = np.lib.format.read_array(entry, allow_pickle=False)
    return arrays


def _primary(header: dict[str, object], arrays: dict[str, AnyArray]) -> Primary:
    crs, names, classes = header["crs"], _texts(header["names"]), _texts(header["classes"])
    if header["format"] != FORMAT or not isinstance(crs, str):
        raise _DamagedError
    _check_columns(arrays)
    node_xy_m = arrays.pop("node_xy_m")
    _check_indices(arrays, len(node_xy_m), len(names))
    code = np.array([ROAD_CLASSES.index(name) for name in classes], np.uint8)
    arrays["road_class"] = code[arrays["road_class"].astype(np.int64)]
    return Primary(crs, names, node_xy_m, RoadTable(**arrays))


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _DamagedError
    return tuple(values)


def _check_columns(arrays: dict[str, AnyArray]) -> None:
    count = len(arrays["start"])
    for name, kind in (_COLUMNS | _SHAPED).items():
        array = arrays[name]
        pairs = name in ("xy_m", "node_xy_m")
        shape = (len(array), 2) if pairs else (count + (name == "first_point"),)
        if array.dtype != kind or array.shape != shape:
            raise _DamagedError
    for name in ("xy_m", "node_xy_m", "length_m"):
        if not np.isfinite(arrays[name].astype(np.float64)).all():
            raise _DamagedError


def _check_indices(arrays: dict[str, AnyArray], node_count: int, name_count: int) -> None:
    first = arrays["first_point"].astype(np.int64)
    points = len(arrays["xy_m"])
    sound = (
        first[0] == 0
        and first[-1] == points
        and bool((np.diff(first) >= 2).all())  # noqa: PLR2004 - a line has two points
        and _within(arrays["start"], 0, node_count)
        and _within(arrays["end"], 0, node_count)
        and _within(arrays["name"], 0, name_count)
        and _within(arrays["road_class"], 0, len(ROAD_CLASSES))
        and _within(arrays["oneway"], -1, 2)
        and bool((arrays["length_m"].astype(np.float64) >= 0).all())
    )
    if not sound:
        raise _DamagedError


def _within(array: AnyArray, lowest: int, end: int) -> bool:
    values = array.astype(np.int64)
    return bool(((values >= lowest) & (values < end)).all())
