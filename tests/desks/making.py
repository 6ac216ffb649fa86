"""Sources and incidents for the desk tests."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from desks.build import Source, Sources
from desks.command import Closures, Incident
from desks.onemap import OneMap
from sample import SampleFiles

CALM = datetime(2026, 9, 16, 3, 0)  # noqa: DTZ001 - the hour of the district's own clock
"""Three in the morning: every congestion factor of the shipped model is 1."""

TOWN_ORIGIN_M = (397_500.0, 2_545_000.0)


def sources_of(files: SampleFiles) -> Sources:
    """Return the build's sources of sample files."""
    units = {"subdistrict": files.subdistricts, "community": files.communities}
    return Sources(
        roads=Source(files.roads),
        layers={key: Source(path) for key, path in {**files.layers, **units}.items()},
        backdrop={key: Source(path) for key, path in files.backdrop.items()},
        name_zh=files.name_zh,
        name_en=files.name_en,
        as_of=date(2026, 9, 16),
        sample=True,
    )


def write_csv(path: Path, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    """Write a table as a district office would and return its path."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def with_layers(sources: Sources, layers: Mapping[str, Path]) -> Sources:
    """Return the sources with these layers put in or replaced."""
    added = {key: Source(path) for key, path in layers.items()}
    return replace(sources, layers={**sources.layers, **added})


def town_place(x_m: float, y_m: float) -> tuple[float, float]:
    """Return metres from the town's origin as metres of its CRS."""
    return TOWN_ORIGIN_M[0] + x_m, TOWN_ORIGIN_M[1] + y_m


def at_town(
    x_m: float, y_m: float, *, kind: str = "unspecified", closures: Closures | None = None
) -> Incident:
    """Return an incident in the town at three in the morning."""
    return Incident(town_place(x_m, y_m), CALM, kind, closures or Closures())


def degrees_in_town(onemap: OneMap, x_m: float, y_m: float) -> tuple[float, float]:
    """Return longitude and latitude of metres from the town's origin."""
    return onemap.to_degrees(*town_place(x_m, y_m))
