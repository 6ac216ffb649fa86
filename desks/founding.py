"""The register that a build begins with: every row an event, dated as the registers are."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd

from geodata.faults import Fault, UserError
from geodata.store import Author, Change, create_store, open_store
from language import say
from layers import CATALOG
from layers.rows import LayerRows

from .folder import DISTRICT, REGISTER, SPEED_MODEL, read_about, register_place
from .holding import is_stock, layer_changes
from .parts import DOCUMENT, start_of_day
from .stock import adding
from .stocktake import stocktake

BUILDER = "build"
"""Who made the first events of a register."""


@dataclass(frozen=True, eq=False, repr=False)
class Founding:
    """What the first events are made from.

    ``layers`` are the rows by layer, ``whole_extent`` the one unit where there are no
    subdistricts, ``speed_model`` the model's text, ``as_of`` the date of the registers.
    """

    layers: Mapping[str, LayerRows]
    whole_extent: gpd.GeoDataFrame | None
    speed_model: str
    as_of: date | None


def found_register(place: Path | str, founding: Founding) -> str:
    """Write the register that a build begins with and return the hash of its head.

    Its events bear the date of the registers, so that the map of that day is the one built.
    """
    now = datetime.now(tz=UTC)
    at = now if founding.as_of is None else min(now, start_of_day(founding.as_of))
    changes = [_document(founding.speed_model)]
    if founding.whole_extent is not None:
        changes.append(_unit(founding.whole_extent))
    for key in (spec.key for spec in CATALOG if spec.key in founding.layers):
        changes += layer_changes(founding.layers[key])
        changes += _openings(founding.layers[key], at.date())
    with create_store(place) as store:
        store.edit(Author(BUILDER, "build"), changes, at=at)
        store.seal_file()
        return store.head().hash


def spare_register(folder: Path) -> None:
    """Refuse to build over a district whose register was written to since it was built.

    Raises:
        UserError: where it was, or where that cannot be told.

    """
    with held_register(folder):
        return


@contextmanager
def held_register(folder: Path) -> Iterator[None]:
    """Let nobody write to a district's register while the block runs, which is as it was built.

    Raises:
        UserError: where it was written to since, or where that cannot be told.

    """
    about = _about(folder)
    place = register_place(folder, about)
    if not about or (isinstance(place, Path) and not place.is_file()):
        yield
        return
    with open_store(place) as store, store.database.writing():
        if store.head().hash != about["founded"]:
            raise _written(folder)
        yield


def _about(folder: Path) -> Mapping[str, Any]:
    """Return the lines of district.toml, none where there is no register to lose."""
    if not (folder / DISTRICT).is_file():
        # A folder without it is no district, and what is none is never replaced.
        return {}
    try:
        return read_about(folder)
    except UserError as error:
        if not (folder / REGISTER).is_file():
            return {}
        mend = say(
            "Mend that first or build into another folder: work would be lost with this one."
        )
        raise UserError(replace(fault, mend=mend) for fault in error.faults) from error


def _written(folder: Path) -> UserError:
    mend = say(
        "Build into another folder, then carry the register over: python cli.py register "
        "backup {folder} COPY, register restore OTHER COPY.",
        folder=str(folder),
    )
    problem = say("The register of this district was written to since it was built.")
    return UserError([Fault(str(folder), problem, mend)])


def _document(text: str) -> Change:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    props = {"name": SPEED_MODEL, "text": text, "sha256": sha256}
    return Change("add", DOCUMENT, SPEED_MODEL, props=props, shape=None)


def _openings(rows: LayerRows, on: date) -> list[Change]:
    """Return the first entries of the ledger: what the layer's lists of stock say."""
    lists = [rows.children[child.key] for child in rows.spec.children if is_stock(child)]
    taken = [stocktake((), listed, on=on) for listed in lists]
    return [adding(movement) for one in taken for movement in one.movements]


def _unit(frame: gpd.GeoDataFrame) -> Change:
    """Return the one unit of a district without subdistricts."""
    code, name = str(frame["code"].iloc[0]), str(frame["name"].iloc[0])
    return Change("add", "subdistrict", code, props={"name": name}, shape=frame.geometry.iloc[0])
