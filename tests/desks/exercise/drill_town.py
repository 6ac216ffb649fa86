"""The hand-computed town with plants, schools and a drill site: places for every type of drill."""

from datetime import date
from typing import Any

from desks.exercise.compose_wish import Wish
from desks.onemap import OneMap
from tests.desks.making import town_place
from tests.desks.plants import plant
from tests.desks.worlds import put

DAYS = (date(2026, 12, 1), date(2026, 12, 3))
PLANT, SCHOOL, SITE = (1200, 80), (750, 500), (250, 500)


def drill_town(town: OneMap) -> OneMap:
    """Return the town with one plant of chlorine and petrol, two schools, a hall, a drill site."""
    found = plant(town, PLANT, [("H1", "氯", 5.0), ("H1", "汽油", 40.0)])
    schools: list[dict[str, Any]] = [
        {"id": "S1", "name": "镇中学", "kind": "中学", "at": SCHOOL},
        {"id": "S2", "name": "镇小学", "kind": "小学", "at": (250, 1000)},
    ]
    found = put(found, "school", schools)
    found = put(found, "crowded_place", [{"id": "C1", "name": "菜场", "at": (500, 0)}])
    return put(found, "drill_site", [{"id": "D1", "name": "训练场", "at": SITE}])


def wish(**changes: object) -> Wish:
    """Return a wish that the town can meet."""
    given: dict[str, object] = {
        "drill": "2026-1",
        "type": "double_blind",
        "classes": ("toxic", "flammable", "fire"),
        "days": DAYS,
        "hours": tuple(range(8, 19)),
        "pool": 3,
        **changes,
    }
    return Wish(**given)  # type: ignore[arg-type]


def at(x_m: float, y_m: float) -> tuple[float, float]:
    """Return metres of the town's CRS."""
    return town_place(x_m, y_m)
