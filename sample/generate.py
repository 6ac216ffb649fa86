"""The made-up district: land, roads, units and registers from one seed."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from language import Sentence, say

from . import firms, hazards, receptors, refuges, responders, roster, supplies
from .clerk import Clerk, make_clerk
from .field import make_field
from .grounds import grounds
from .land import Land, make_land
from .made import CRS, MadeUp, Register
from .office import Office, make_office
from .roads import NODES_WANTED, Streets, make_streets
from .sites import make_sites
from .units import Totals, Units, make_units
from .vocabulary import COUNTS, FIRMS

_CITY_FACTOR = 5
_NIGHT, _DAY = 540_000, 612_400
_SUBDISTRICTS, _COMMUNITIES, _CELLS = 22, 175, 500


def generate(size: str, seed: int, progress: Callable[[Sentence, float], None]) -> MadeUp:
    """Return the district of that size: ``district``, or ``city`` with five times everything."""
    factor = _CITY_FACTOR if size == "city" else 1
    rng = np.random.default_rng(seed)
    progress(say("Laying out river, hills and lake"), 0.02)
    land = make_land(float(np.sqrt(factor)), rng)
    field = make_field(land, rng)
    progress(say("Tracing roads"), 0.15)
    streets = make_streets(land, field, NODES_WANTED * factor, rng)
    progress(say("Drawing subdistricts and communities"), 0.5)
    totals = Totals(
        _SUBDISTRICTS * factor,
        _COMMUNITIES * factor,
        _CELLS * factor,
        _NIGHT * factor,
        _DAY * factor,
    )
    units = make_units(land, field, streets, totals, rng)
    progress(say("Filling the registers"), 0.6)
    clerk = make_clerk(make_sites(land, field, streets, units, rng), units, rng)
    clerk = replace(clerk, aside=np.random.default_rng((seed, 1)))
    registers = _registers(land, clerk, streets, units, factor)
    office = make_office(clerk, units, registers["hazard"], registers["school"])
    registers["shelter"] = _shelters(office, units, registers, factor)
    return MadeUp(
        name_zh="云溪区" if factor == 1 else "云溪市",
        name_en="Yunxi District" if factor == 1 else "Yunxi City",
        roads=streets.frame,
        subdistricts=units.subdistricts,
        communities=units.communities,
        backdrop=_backdrop(land, streets),
        registers=registers,
        grounds=grounds(office, units),
    )


def _registers(
    land: Land, clerk: Clerk, streets: Streets, units: Units, factor: int
) -> dict[str, Register]:
    """Return every register; the scarce ones choose their places first."""
    counts = {key: count * factor for key, count in COUNTS.items()}
    held = {
        "hazard": hazards.hazards(clerk, factor),
        "lpg_station": hazards.lpg_stations(clerk, counts["lpg_station"]),
        "team": responders.teams(clerk, factor),
        "fire_station": responders.fire_stations(clerk, counts["fire_station"]),
        "shelter": refuges.first_shelters(clerk, units, counts["shelter"]),
        "village": receptors.villages(clerk, counts["village"]),
        "department": responders.departments(clerk, units),
        "petrol_station": hazards.petrol_stations(clerk, counts["petrol_station"]),
        "gas_filling_station": hazards.gas_filling_stations(clerk, counts["gas_filling_station"]),
        "hospital": receptors.hospitals(clerk, counts["hospital"]),
        "nursing_home": receptors.nursing_homes(clerk, counts["nursing_home"]),
        "school": receptors.schools(clerk, counts["school"]),
        "depot": supplies.depots(clerk, counts["depot"]),
        "drill_site": supplies.drill_sites(clerk, counts["drill_site"]),
        "declared_risk": hazards.declared_risks(clerk, factor),
        "lpg_service_point": hazards.lpg_service_points(clerk, counts["lpg_service_point"]),
        "mini_station": responders.mini_stations(clerk, counts["mini_station"]),
        "crowded_place": receptors.crowded_places(clerk, counts["crowded_place"]),
        "expert": responders.experts(clerk, counts["expert"]),
        "hydrant": supplies.hydrants(clerk, counts["hydrant"]),
        "plan": responders.plans(clerk, units, counts["plan"]),
        "pipeline": hazards.pipelines(clerk, streets, counts["pipeline"]),
        "chemical_zone": hazards.chemical_zones(land),
        "grid_cell": Register(units.grid),
        "firm": firms.firms(clerk, FIRMS[factor == _CITY_FACTOR]),
        "vulnerable_resident": receptors.vulnerable_residents(clerk, counts["vulnerable_resident"]),
    }
    held["firm"] = firms.with_help(held["firm"], held["team"])
    held["plant_boundary"] = hazards.plant_boundaries(held["hazard"], held["lpg_station"])
    on_duty = [str(name) for name in held["hazard"].rows["firm"]]
    return {**held, "duty": roster.duty(clerk, units, on_duty)}


def _shelters(
    office: Office, units: Units, registers: Mapping[str, Register], factor: int
) -> Register:
    """Return the shelters of today, from those of the first survey on."""
    around = registers["village"], registers["school"]
    first, capacity = registers["shelter"], refuges.CAPACITY * factor
    return refuges.shelters(office, units, first, around, capacity)


def _backdrop(land: Land, streets: Streets) -> dict[str, gpd.GeoDataFrame]:
    """Return what the base map draws below the roads: water, green and industry."""
    hills = shapely.difference(np.array(land.hills, dtype=object), land.river)
    parks = streets.blocks.parks
    return {
        "water": _shapes(
            ["云溪江", "小云溪", "镜湖"],
            [shapely.intersection(land.river, land.outline), land.creek, land.lake],
        ),
        "green": _shapes(
            [
                "青岭",
                "南屏山",
                "红山",
                *(f"云溪公园{number}" for number in range(1, len(parks) + 1)),
            ],
            [*hills, *parks],
        ),
        "industry": _shapes(["高新产业园", "江南产业园"], list(land.industry)),
    }


def _shapes(names: list[str], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=CRS)
