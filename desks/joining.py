"""Every row of every layer in its subdistrict and community, and what contradicts that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.faults import Fault
from geodata.join import check_units, join_units
from language import say
from layers import CATALOG
from layers.rows import LayerRows


@dataclass(frozen=True)
class Joined:
    """A layer with its units.

    ``frame`` is in WGS 84 with subdistrict_code, community_code, outside_m, has_contact and
    has_phone; ``points_m`` (n,) in the district's CRS, empty where a row has no position;
    ``notices`` are on rows outside, too far off, or stated elsewhere.
    """

    frame: gpd.GeoDataFrame
    points_m: NDArray[np.object_]
    notices: tuple[Fault, ...]


@dataclass(frozen=True)
class _Units:
    """Subdistricts and communities in metres, and the subdistrict of each community by code."""

    subdistricts: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame | None
    parent: Mapping[str, str]


def join_layers(
    frames: Mapping[str, gpd.GeoDataFrame],
    read: Mapping[str, LayerRows],
    files: Mapping[str, str],
    crs: str,
) -> dict[str, Joined]:
    """Return every layer joined, in the order of the table of layers.

    Border rule: the subdistrict of the lowest code, and in it the community of the lowest code,
    so that the communities of a subdistrict never hold a row that it does not count itself.
    """
    units = _units(frames, crs)
    found: dict[str, Joined] = {}
    for key in (spec.key for spec in CATALOG if spec.key in frames):
        found[key] = _joined(frames[key], read.get(key), files.get(key, key), units, crs)
    return found


def _units(frames: Mapping[str, gpd.GeoDataFrame], crs: str) -> _Units:
    subdistricts = frames["subdistrict"].to_crs(crs)
    if "community" not in frames:
        return _Units(subdistricts, None, {})
    communities = frames["community"].to_crs(crs)
    inside = join_units(communities, subdistricts)["code"]
    return _Units(
        subdistricts,
        communities,
        dict(zip(communities["code"].astype(str), inside.astype(str), strict=True)),
    )


def _joined(
    frame: gpd.GeoDataFrame, rows: LayerRows | None, file: str, units: _Units, crs: str
) -> Joined:
    metric, lost = _metric(frame, crs)
    by_subdistrict = join_units(metric, units.subdistricts)
    joined = frame.copy()
    joined["subdistrict_code"] = by_subdistrict["code"].to_numpy()
    joined["community_code"] = _communities(metric, by_subdistrict["code"], units)
    joined["outside_m"] = by_subdistrict["outside_m"].to_numpy()
    if rows is not None and rows.spec.personal_columns:
        for column in rows.spec.personal_columns:
            told = rows.contacts[rows.contacts[column.key] != ""]["id"]
            joined[f"has_{column.key}"] = frame["id"].isin(told).to_numpy()
    notices: list[Fault] = []
    if rows is not None:
        notices += _too_far(frame, rows, file, lost)
        notices += _outside(frame, rows, file, by_subdistrict, units)
        notices += _contradictions(joined, metric, rows, file, units)
        if rows.spec.key in ("subdistrict", "community"):
            notices += check_units(metric, file=file)
    points = shapely.point_on_surface(np.asarray(metric.geometry.array))
    return Joined(joined, points, tuple(notices))


def _metric(frame: gpd.GeoDataFrame, crs: str) -> tuple[gpd.GeoDataFrame, NDArray[np.bool_]]:
    """Return the frame in metres, and which rows lie too far off to have any."""
    metric = frame.to_crs(crs)
    shapes = np.asarray(metric.geometry.array)
    bounds = shapely.bounds(shapes)
    empty = shapely.is_empty(shapes) | shapely.is_missing(shapes)
    lost: NDArray[np.bool_] = ~np.isfinite(bounds).all(axis=1) & ~empty
    shapes = shapes.copy()
    shapes[lost | empty] = shapely.Point()
    return metric.set_geometry(gpd.GeoSeries(shapes, index=metric.index, crs=crs)), lost


def _communities(
    metric: gpd.GeoDataFrame, subdistrict: pd.Series, units: _Units
) -> NDArray[np.object_]:
    """Return the community of each row, one of its own subdistrict wherever there is one."""
    if units.communities is None:
        return np.full(len(metric), "", dtype=object)
    codes = join_units(metric, units.communities)["code"].to_numpy(dtype=object)
    parents = np.array([units.parent.get(code, "") for code in codes], dtype=object)
    stray = (codes != "") & (parents != subdistrict.to_numpy(dtype=object))
    for code in sorted(set(subdistrict[stray])):
        own = [units.parent[unit] == code for unit in units.communities["code"].astype(str)]
        rows = np.flatnonzero(stray & (subdistrict == code).to_numpy())
        inside = join_units(metric.iloc[rows], units.communities[own])["code"].to_numpy(
            dtype=object
        )
        codes[rows] = inside
    return codes


def _too_far(
    frame: gpd.GeoDataFrame, rows: LayerRows, file: str, lost: NDArray[np.bool_]
) -> Iterator[Fault]:
    for row in np.flatnonzero(lost):
        yield Fault(
            file,
            say("{name} lies on another part of the globe.", name=str(frame["name"].iloc[row])),
            say("It is kept without a position; check longitude, latitude and datum."),
            row=rows.rows[row],
        )


def _outside(
    frame: gpd.GeoDataFrame, rows: LayerRows, file: str, joined: pd.DataFrame, units: _Units
) -> Iterator[Fault]:
    names = _names(units.subdistricts)
    outside = (joined["code"] == "") & joined["placed"]
    for row in np.flatnonzero(outside.to_numpy()):
        near = str(joined["unit_near"].iloc[row])
        yield Fault(
            file,
            say(
                "{name} lies {outside_m} m outside the district; {unit} is nearest.",
                name=str(frame["name"].iloc[row]),
                outside_m=float(joined["outside_m"].iloc[row]),
                unit=names.get(near, near),
            ),
            say("It is kept and counted as outside; check its position and datum."),
            row=rows.rows[row],
        )


def _contradictions(
    joined: gpd.GeoDataFrame, metric: gpd.GeoDataFrame, rows: LayerRows, file: str, units: _Units
) -> Iterator[Fault]:
    """Yield rows whose stated subdistrict is not the one, or one of those, that they lie in."""
    if "subdistrict" not in joined.columns:
        return
    names = _names(units.subdistricts)
    pairs = zip(joined["subdistrict"], joined["subdistrict_code"], strict=True)
    for row, (stated, code) in enumerate(pairs):
        name = names.get(str(code), "")
        if not stated or not code or _same_unit(str(stated), str(code), name):
            continue
        if rows.spec.geometry != "point" and _touches(
            str(stated), metric.geometry.iloc[row], units
        ):
            continue
        yield Fault(
            file,
            say(
                "{name} is stated in {stated} but lies in {unit}.",
                name=str(joined["name"].iloc[row]),
                stated=str(stated),
                unit=name,
            ),
            say("The position counts; correct one of the two."),
            row=rows.rows[row],
            column="subdistrict",
            value=str(stated),
        )


def _touches(stated: str, shape: shapely.Geometry, units: _Units) -> bool:
    """Return whether a line or polygon reaches into the unit that is stated for it."""
    meant = [
        _same_unit(stated, str(code), str(name))
        for code, name in zip(units.subdistricts["code"], units.subdistricts["name"], strict=True)
    ]
    return bool(units.subdistricts[meant].intersects(shape).any())


def _same_unit(stated: str, code: str, name: str) -> bool:
    """Return whether the text means the unit: its code, its name, or one begins the other."""
    plain = stated.strip()
    return plain == code or name.startswith(plain) or plain.startswith(name)


def _names(units: gpd.GeoDataFrame) -> dict[str, str]:
    return dict(zip(units["code"].astype(str), units["name"].astype(str), strict=True))
