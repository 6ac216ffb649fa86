"""What lies under the registers and changes with a build only: roads and base map."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.crs import projection
from routing import Locator, RoadNetwork

from .folder import BASEMAP, NETWORK, SEARCH, read_part


@dataclass(frozen=True, eq=False, repr=False)
class Ground:
    """Roads in metres of ``crs`` and where they are met; ``digest`` changes with any of the files.

    ``road_search`` has the named roads as rows of the search table.
    """

    crs: str
    digest: str
    network: RoadNetwork
    locator: Locator
    foot_locator: Locator
    road_search: pd.DataFrame


def read_ground(folder: Path, crs: str, previous: Ground | None = None) -> Ground:
    """Return the ground of a district folder; ``previous`` itself where no file changed.

    Raises:
        UserError: where a file is damaged.

    """
    digest = ground_digest(folder, crs)
    if previous is not None and previous.digest == digest:
        return previous
    network = read_part(folder / NETWORK, RoadNetwork.load)
    return Ground(
        crs,
        digest,
        network,
        Locator(network),
        Locator(network, on_foot=True),
        read_part(folder / SEARCH, pd.read_parquet),
    )


def road_lines(network: RoadNetwork, crs: str) -> NDArray[np.object_]:
    """Return the roads as lines in EPSG:4326, by which a wrong datum is told."""
    lines = np.asarray(network.lines, dtype=object)
    return np.asarray(shapely.transform(lines, projection(crs).many_to_deg), dtype=object)


def ground_digest(folder: Path, crs: str) -> str:
    """Return 64 hex digits over the files of the ground."""
    digest = hashlib.sha256(crs.encode())
    for name in (NETWORK, BASEMAP, SEARCH):
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()
