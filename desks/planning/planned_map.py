"""The district as a plan would make it: the rows of one layer differ, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from desks.onemap import OneMap
from desks.records import Records, Value
from geodata.faults import Fault, UserError
from geodata.join import join_units
from language import say
from layers import layer

from .answers import Service
from .variants import Change, places_with

_NO_ROWS = Records(
    (), (), np.empty((0, 2)), np.empty(0, np.bool_), np.empty(0, np.int64), MappingProxyType({})
)
_ROOM = "capacity_people"
_UNITS = ("subdistrict_code", "community_code")


def with_plan(onemap: OneMap, service: Service, changes: Sequence[Change]) -> OneMap:
    """Return the map on which the changes of the service's places are made; the stamp stays.

    A new row has id, name, place, room and units, and whatever makes the service count it; of all
    other columns nobody knows anything, so that rules on them are not assessable.

    Raises:
        UserError: with every change that cannot be made, and for layers of lines or areas.

    """
    places_with(onemap, service, changes)
    if layer(service.layer).geometry != "point":
        problem = say("Only places that are points can be changed by a plan that is reported.")
        mend = say("Compare the plan with today instead.")
        raise UserError([Fault("", problem, mend, value=service.key)])
    held = _changed(onemap, service, onemap.records.get(service.layer, _NO_ROWS), changes)
    records = MappingProxyType({**onemap.records, service.layer: held})
    return replace(onemap, records=records)


def _changed(
    onemap: OneMap, service: Service, records: Records, changes: Sequence[Change]
) -> Records:
    closed = {one.id for one in changes if one.kind == "close"}
    kept = [row for row, key in enumerate(records.ids) if key not in closed]
    new = [one for one in changes if one.kind == "add"]
    rows = [_row(records, row) for row in kept]
    rows += [_new_row(service, one) for one in new]
    ids = (*(records.ids[row] for row in kept), *(one.id for one in new))
    xy_m = np.vstack([records.xy_m[kept].reshape(-1, 2), np.full((len(new), 2), np.nan)])
    moved: list[int] = []
    for one in changes:
        if one.kind == "close":
            continue
        at = ids.index(one.id)
        if one.lon_deg is not None and one.lat_deg is not None:
            xy_m[at] = onemap.to_metres(one.lon_deg, one.lat_deg)
            moved.append(at)
        if one.capacity_people is not None and service.has_capacity:
            rows[at][_ROOM] = one.capacity_people
    for at, units in zip(moved, _units(onemap, xy_m[moved]), strict=True):
        rows[at] |= units
    columns = dict.fromkeys(key for row in rows for key in row)
    return Records(
        ids=ids,
        names=(*(records.names[row] for row in kept), *(one.name or one.id for one in new)),
        xy_m=xy_m,
        placed=np.asarray(np.isfinite(xy_m).all(axis=1)),
        order=_order(records, kept, len(new)),
        columns=MappingProxyType(
            {key: tuple(row.get(key) for row in rows) for key in columns}
        ),
    )  # fmt: skip


def _row(records: Records, row: int) -> dict[str, Value]:
    return {key: values[row] for key, values in records.columns.items()}


def _new_row(service: Service, change: Change) -> dict[str, Value]:
    """Return the columns of a new place: its name, and what alone makes the service count it."""
    own: dict[str, Value] = {key: of[0] for key, of in service.filters if len(of) == 1}
    return {"name": change.name or change.id, **own}


def _order(records: Records, kept: Sequence[int], new: int) -> NDArray[np.int64]:
    """Return the ranks: the new ones stand last, as they do in the plan's own places."""
    ranks = np.argsort(np.argsort(records.order[list(kept)], kind="stable"), kind="stable")
    return np.concatenate([ranks, np.arange(len(kept), len(kept) + new)]).astype(np.int64)


def _units(onemap: OneMap, xy_m: NDArray[np.float64]) -> list[Mapping[str, Value]]:
    """Return the codes of the units of each position; a community is one of its subdistrict."""
    frame = gpd.GeoDataFrame(geometry=shapely.points(xy_m.reshape(-1, 2)), crs=onemap.crs)
    codes = join_units(frame, onemap.layers["subdistrict"])["code"].tolist()
    communities, parents = onemap.layers.get("community"), onemap.records.get("community")
    found: list[Mapping[str, Value]] = []
    for at, code in enumerate(codes):
        inside = ""
        if communities is not None and parents is not None and code:
            own = [one == code for one in parents.columns["subdistrict_code"]]
            inside = str(join_units(frame.iloc[[at]], communities[own])["code"].iloc[0])
        found.append(dict(zip(_UNITS, (code, inside), strict=True)))
    return found
