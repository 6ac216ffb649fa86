"""How soon the ranked teams are in each community: the response times that 分布 rests on."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from desks.onemap import OneMap
from layers import LayerSpec
from risk import assumed_kind
from routing import UNREACHED, Conditions, tree_from

COMMUNITY_M = 2_000.0
"""A community is where the nearest usable road of the main network is to a point inside it.

At most this far off. A loose piece of road beside the point would cut the community off.
"""

LONGEST_S = 3_600
"""Nobody who drives longer than this counts as a responder of the place."""


@dataclass(frozen=True, eq=False)
class Response:
    """The median time in seconds of each team (rows) to each community (columns), inf for none.

    Call handling, turnout of the team's kind and free-flow drive; ``teams`` are (layer, id),
    ``subdistricts`` the code of each community's subdistrict, ``residents`` at night, ``None``
    where not on file.
    """

    teams: tuple[tuple[str, str], ...]
    communities: tuple[str, ...]
    names: tuple[str, ...]
    subdistricts: tuple[str, ...]
    residents: tuple[int | None, ...]
    times_s: NDArray[np.float64]

    @cached_property
    def soonest_s(self) -> NDArray[np.float64]:
        """Return the time of the first team in each community, inf where none comes."""
        soonest: NDArray[np.float64] = np.min(self.times_s, axis=0, initial=np.inf)
        return soonest

    def first(self, community: int) -> tuple[str, str] | None:
        """Return the team that is first in the community, ``None`` where none comes."""
        if not np.isfinite(self.soonest_s[community]):
            return None
        return self.teams[int(np.argmin(self.times_s[:, community]))]


def response_times(onemap: OneMap) -> Response:
    """Return the times of all ranked teams; without communities, to the subdistricts."""
    unit = "community" if "community" in onemap.records else "subdistrict"
    records = onemap.records[unit]
    specs = [spec for spec in onemap.layers_for("responder") if spec.ranked]
    rows = [
        _times(onemap, spec, row, records.xy_m) for spec in specs for row in _every(onemap, spec)
    ]
    codes = records.ids if unit == "subdistrict" else records.columns["subdistrict_code"]
    every = range(len(records.ids))
    return Response(
        teams=tuple(
            (spec.key, onemap.records[spec.key].ids[row])
            for spec in specs
            for row in _every(onemap, spec)
        ),
        communities=records.ids,
        names=records.names,
        subdistricts=tuple(str(code) for code in codes),
        residents=tuple(records.whole("residents_night", row) for row in every),
        times_s=np.array(rows).reshape(-1, len(records.ids)),
    )


def _every(onemap: OneMap, spec: LayerSpec) -> range:
    return range(len(onemap.records[spec.key].ids))


def _times(
    onemap: OneMap, spec: LayerSpec, row: int, places_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the seconds of one team to the places, inf where it does not come."""
    access = onemap.access[spec.key].take(row)
    none = np.full(len(places_m), np.inf)
    if not access.on_network[0]:
        return none
    model = onemap.speed_model
    weights = onemap.open_weights(Conditions(hour=None, vehicle=onemap.vehicles[spec.key][row]))
    network = onemap.network
    usable = weights.usable_roads & (network.island[network.road_start] == 0)
    targets = onemap.locator.snap(places_m, limit_m=COMMUNITY_M, usable=usable)
    tree = tree_from(weights, access, access_kmh=model.access_kmh, limit_ms=LONGEST_S * 1000)
    drive_ms = tree.time_ms(targets)
    kind = onemap.records[spec.key].text("kind", row) or assumed_kind(spec.key)
    before_s = math.ceil(model.call_s[0]) + math.ceil(model.turnout_s(kind)[0])
    return np.where(drive_ms == UNREACHED, np.inf, before_s + np.ceil(drive_ms / 1000))
