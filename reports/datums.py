"""In which datum an export stands: CGCS2000 by law, WGS 84 for foreign devices, GCJ-02 marked.

Surveying and Mapping Law of the PRC (2017), article 9: the state's geodetic datum, which has been
CGCS2000 since 1 July 2008. GCJ-02 is the shifted datum of web maps and measures nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import projection
from geodata.datum import wgs84_to_gcj02
from geodata.faults import Fault, UserError
from language import Sentence, say

DECIMALS = 8
"""Degrees are rounded to these decimals, about a millimetre, before they are written."""

DEFAULT = "CGCS2000"

_GCJ02_WKT = (
    'GEOGCRS["GCJ-02 (shifted, not for measuring)",DATUM["GCJ-02 (shifted)",'
    'ELLIPSOID["Krassowsky 1940",6378245,298.3,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0],'
    'CS[ellipsoidal,2],AXIS["longitude",east],AXIS["latitude",north],'
    'ANGLEUNIT["degree",0.0174532925199433]]'
)


@dataclass(frozen=True)
class ExportDatum:
    """A datum that exports may stand in: its name, CRS for files, and what to mind."""

    name: str
    crs: str
    said: Sentence


EXPORT_DATUMS: Mapping[str, ExportDatum] = MappingProxyType(
    {
        one.name: one
        for one in (
            ExportDatum("CGCS2000", "EPSG:4490", say("Datum: CGCS2000, in degrees (EPSG:4490).")),
            ExportDatum("WGS84", "EPSG:4326", say("Datum: WGS 84, in degrees (EPSG:4326).")),
            ExportDatum(
                "GCJ02",
                _GCJ02_WKT,
                say("Datum: GCJ-02, shifted by hundreds of metres; only for web maps in GCJ-02."),
            ),
        )
    }
)


def export_datum(name: str) -> ExportDatum:
    """Return the datum of that name.

    Raises:
        UserError: where exports do not stand in it.

    """
    if name not in EXPORT_DATUMS:
        problem = say("No export stands in this datum.")
        mend = say("Give one of {names}.", names=", ".join(EXPORT_DATUMS))
        raise UserError([Fault("--export-datum", problem, mend, value=name[:40])])
    return EXPORT_DATUMS[name]


def exported(
    shapes: Sequence[shapely.Geometry], crs: str, datum: ExportDatum
) -> NDArray[np.object_]:
    """Return the shapes in degrees of the datum, longitude first, rounded by rule.

    ``crs`` is the metric one they are in. CGCS2000 is taken as WGS 84 (``geodata.datum``).
    """
    held = projection(crs)

    def to_degrees(xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        degrees = held.many_to_deg(xy_m)
        if datum.name == "GCJ02":
            degrees = np.column_stack(wgs84_to_gcj02(degrees[:, 0], degrees[:, 1]))
        return np.round(degrees, DECIMALS)

    array = np.asarray(shapes, dtype=object)
    moved: NDArray[np.object_] = np.asarray(shapely.transform(array, to_degrees), dtype=object)
    return moved
