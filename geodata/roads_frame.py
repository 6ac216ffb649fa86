"""The roads frame: its columns, what a reader hands over, and pieces without length taken out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from language import Sentence, say

from .roads_report import Refused
from .roads_values import FloatArray, Reader, read_column

WGS84 = "EPSG:4326"

ObjectArray = NDArray[np.object_]


@dataclass(frozen=True)
class Read:
    """The roads frame and what the columns held that it could not take."""

    frame: gpd.GeoDataFrame
    refused: tuple[Refused, ...]
    notes: tuple[Sentence, ...]
    unknown_classes: Counter[str]
    unread: dict[str, int]


def frame_of(
    geometry: Sequence[object], columns: dict[str, NDArray[np.generic]]
) -> gpd.GeoDataFrame:
    """Return the roads frame of lines in WGS 84; columns that are missing are not on file."""
    count = len(geometry)
    text = {key: columns.get(key, np.full(count, "", dtype=object)) for key in
            ("road_class", "name", "source_id", "from_node", "to_node")}  # fmt: skip
    figures = {key: np.asarray(columns.get(key, np.full(count, np.nan)), dtype=np.float64)
               for key in ("speed_kmh", "width_m", "height_m", "weight_t")}  # fmt: skip
    oneway = np.asarray(columns.get("oneway", np.zeros(count)), dtype=np.int8)
    data = {"road_class": text["road_class"], "oneway": oneway, **figures, "name": text["name"],
            "source_id": text["source_id"], "from_node": text["from_node"],
            "to_node": text["to_node"]}  # fmt: skip
    return gpd.GeoDataFrame(data, geometry=geometry, crs=WGS84)


def objects(cells: Iterable[str]) -> ObjectArray:
    """Return the texts as a column."""
    return np.array(list(cells), dtype=object)


def read_figures(
    sources: Mapping[str, tuple[str, Sequence[str], Reader]],
) -> tuple[dict[str, FloatArray], dict[str, int]]:
    """Return each column of figures, and how many cells of which source column make no sense.

    ``sources`` maps our column to the name of the file's, its cells as text and their reader.
    """
    figures: dict[str, FloatArray] = {}
    unread: dict[str, int] = {}
    for key, (column, cells, read) in sources.items():
        figures[key], nonsense = read_column(cells, read)
        if nonsense:
            unread[column] = nonsense.total()
    return figures, unread


def without_flat(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Refused, ...]]:
    """Return the frame without pieces of zero length, whose two end nodes become one node.

    The ends coincide exactly, so nothing is joined by guess, and no way is torn by the loss.
    """
    flat = shapely.length(np.asarray(frame.geometry.array)) == 0.0
    if not flat.any():
        return frame, ()
    same: dict[str, str] = {}
    gone = frame[flat]
    for first, last in zip(gone["from_node"], gone["to_node"], strict=True):
        kept, other = sorted((_root(same, first), _root(same, last)))
        if kept != other:
            same[other] = kept
    left = frame[~flat].reset_index(drop=True)
    left = left.assign(
        from_node=objects(_root(same, node) for node in left["from_node"]),
        to_node=objects(_root(same, node) for node in left["to_node"]),
    )
    return left, (Refused.of(say("The length is zero."), gone["source_id"]),)


def _root(same: Mapping[str, str], node: str) -> str:
    while node in same:
        node = same[node]
    return node
