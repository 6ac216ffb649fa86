"""What can only be seen once all files are read: whether they belong to one place on the earth."""

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import shapely

from geodata.crs import Bounds
from geodata.faults import Fault, UserError
from language import say
from routing import Locator

from .joining import Joined

WIDEST_DEG = 20.0
"""A district, or its roads, beyond this many degrees is a slip of coordinates."""

SHORTEST_M = 1.0
"""Roads that are shorter in all than this are a slip of coordinates."""

NEAR_DEG = 0.2
"""Roads that end this far before a district, about 20 km, are those of another one."""


def check_extent(roads: gpd.GeoDataFrame, file: str) -> None:
    """Refuse roads over half the globe and roads of no length.

    Raises:
        UserError: naming the file.

    """
    mend = say("Check the coordinate system of the file, or give it with --datum KEY=EPSG:n.")
    west, south, east, north = roads.total_bounds
    widest_deg = float(max(east - west, north - south))
    if widest_deg > WIDEST_DEG:
        problem = say(
            "The roads reach over {degrees} degrees; no district is so large.",
            degrees=round(widest_deg),
        )
        raise UserError([Fault(file, problem, mend)])
    if float(shapely.length(np.asarray(roads.geometry.array)).sum()) * 111_000 < SHORTEST_M:
        problem = say("All roads together are shorter than a metre.")
        raise UserError([Fault(file, problem, mend)])


def check_same_place(roads_deg: Bounds, units_deg: Bounds, roads: str, units: str) -> None:
    """Refuse roads that lie beside the subdistricts, more than 20 km off.

    Raises:
        UserError: naming both files.

    """
    gap_deg = float(shapely.distance(shapely.box(*roads_deg), shapely.box(*units_deg)))
    if gap_deg > NEAR_DEG:
        problem = say(
            "The roads lie about {distance_km} km from the subdistricts of {units}.",
            distance_km=round(gap_deg * 111),
            units=units,
        )
        mend = say("Give files of one district; check the coordinate system of both.")
        raise UserError([Fault(roads, problem, mend)])


def far_from_roads(
    joined: Mapping[str, Joined], files: Mapping[str, str], locator: Locator, limit_m: float
) -> Iterator[str]:
    """Yield the files whose rows have positions and none of them near a road."""
    for key, file in files.items():
        points = joined[key].points_m
        placed = points[~shapely.is_empty(points)]
        if not len(placed):
            continue
        snaps = locator.snap(shapely.get_coordinates(placed), limit_m=limit_m)
        if not snaps.on_network.any():
            yield file
