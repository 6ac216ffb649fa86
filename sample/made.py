"""A made-up district in memory: what a generator returns and the writer puts into user files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

CRS = "EPSG:4547"
"""CGCS2000 / 3-degree Gauss-Kruger CM 114E: the plane in which every sample is laid out, metres."""

AS_OF = "2026-09-16"
"""The day the made-up registers are taken at; nothing depends on the clock."""


@dataclass(frozen=True)
class Register:
    """One register: rows keyed by the catalogue's column keys, and the rows of its child sheets."""

    rows: gpd.GeoDataFrame
    children: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class MadeUp:
    """A whole made-up district, every geometry in metres of ``CRS``.

    ``roads`` carries OSM-like columns; ``subdistricts`` and ``communities`` the catalogue's unit
    columns; ``backdrop`` the frames water, green and industry; ``registers`` one entry per layer.
    ``grounds`` are sites that may become shelters, with the headings of a planner's list, if any.
    """

    name_zh: str
    name_en: str
    roads: gpd.GeoDataFrame
    subdistricts: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    backdrop: Mapping[str, gpd.GeoDataFrame]
    registers: Mapping[str, Register]
    grounds: gpd.GeoDataFrame | None = None
