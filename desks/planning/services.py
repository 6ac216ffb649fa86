"""Which services are planned, from the declared table, and within what reach."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from desks.command.rule_checks import cited_faults, is_number, number_faults, texts
from geodata.faults import Fault, UserError
from language import say
from layers import CATALOG
from risk.rule_files import read_rules, rule_fault

from .answers import Service, Share

TABLE = Path(__file__).parent / "services.toml"

FARTHEST_MM = 100_000_000
LONGEST_MS = 86_400_000
"""What ``within`` may be at most: 100 km, a day."""

_SHOWN = 60
_UNITS_MM = {"m": 1_000, "米": 1_000, "km": 1_000_000, "公里": 1_000_000, "千米": 1_000_000}
_UNITS_MS = {"s": 1_000, "秒": 1_000, "min": 60_000, "分": 60_000, "分钟": 60_000}
_WITHIN = re.compile(r"(\d{1,9})(?:\.(\d{1,6}))? *([a-z]+|[\u4e00-\u9fff]+)")
_HOUR = (0, 23)


@dataclass(frozen=True)
class Pace:
    """How fast a group walks: so many metres in so many seconds, both whole."""

    metres: int
    seconds: int
    verified: bool

    def ms(self, length_mm: int) -> int:
        """Return the whole milliseconds (rounded up) for whole millimetres."""
        return -(-length_mm * self.seconds // self.metres)

    def within_mm(self, within_ms: int) -> int:
        """Return the whole millimetres that are walked in that time."""
        return within_ms * self.metres // self.seconds


@dataclass(frozen=True)
class PlanningRules:
    """The declared figures: services by key, paces, elderly in a thousand, hours, points' reach."""

    version: str
    services: Mapping[str, Service]
    walking: Mapping[str, Pace]
    elderly_per_thousand: int
    elderly_by_subdistrict: Mapping[str, int]
    elderly_verified: bool
    day_hour: int
    night_hour: int
    road_verified: bool
    points_up_to_mm: int

    def pace(self, share: Share) -> Pace:
        """Return how fast those of the share walk."""
        return self.walking["elderly" if share == "elderly" else "all"]

    def hour(self, share: Share) -> int:
        """Return the hour of the roads."""
        return self.day_hour if share == "day" else self.night_hour


def load_planning_rules(path: Path) -> PlanningRules:
    """Return the rules of the file.

    Raises:
        UserError: with every fault of the file at once, naming the line.

    """
    tables = read_rules(path)
    walking = tables.get("walking")
    walking = walking if isinstance(walking, dict) else {}
    faults = [*_figure_faults(path, tables, walking), *_service_faults(path, tables.get("service"))]
    if faults:
        raise UserError(faults)
    elderly, road = tables["elderly"], tables["road"]
    found = [_service(row) for row in tables["service"]]
    return PlanningRules(
        version=str(tables.get("version", "")),
        services=MappingProxyType({service.key: service for service in found}),
        walking=MappingProxyType(
            {
                key: Pace(int(walking[key]["metres"]), int(walking[key]["seconds"]),
                          walking[key]["verified"])
                for key in ("all", "elderly")
            }
        ),
        elderly_per_thousand=int(elderly["per_thousand"]),
        elderly_by_subdistrict=MappingProxyType(dict(elderly.get("by_subdistrict", {}))),
        elderly_verified=elderly["verified"],
        day_hour=int(road["day_hour"]),
        night_hour=int(road["night_hour"]),
        road_verified=road["verified"],
        points_up_to_mm=int(tables["assignment"]["points_up_to_m"]) * 1000,
    )  # fmt: skip


_Ranges = dict[str, tuple[float, float]]


def _figure_faults(
    path: Path, tables: Mapping[str, Any], walking: Mapping[str, Any]
) -> list[Fault]:
    pace: _Ranges = {"metres": (1, 100_000), "seconds": (1, 100_000)}
    ranges: dict[str, tuple[object, _Ranges]] = {
        "walking.all": (walking.get("all"), pace),
        "walking.elderly": (walking.get("elderly"), pace),
        "elderly": (tables.get("elderly"), {"per_thousand": (0, 1000)}),
        "road": (tables.get("road"), {"day_hour": _HOUR, "night_hour": _HOUR}),
        "assignment": (tables.get("assignment"), {"points_up_to_m": (0, 100_000)}),
    }
    faults: list[Fault] = []
    for where, (row, keys) in ranges.items():
        faults += cited_faults(path, where, row) + number_faults(path, where, row, keys)
        faults += [
            rule_fault(path, f"{where}, {key}", "not a whole number")
            for key in keys
            if isinstance(row, dict) and isinstance(row.get(key), float)
        ]
    elderly = tables.get("elderly")
    own = elderly.get("by_subdistrict", {}) if isinstance(elderly, dict) else {}
    good = isinstance(own, dict) and all(
        isinstance(value, int) and is_number(value, 0, 1000) for value in own.values()
    )
    if not good:
        faults.append(rule_fault(path, "elderly.by_subdistrict", "not code = 0 to 1000"))
    return faults


_FLAGS = ("has_capacity", "turnout", "siren")
_TEXTS = ("key", "title_zh", "title_en")
_KNOWN = {*_FLAGS, *_TEXTS, "layer", "filters", "all_of", "travel", "within_m", "within_min",
          "source", "verified"}  # fmt: skip


def _service_faults(path: Path, rows: object) -> list[Fault]:
    if not isinstance(rows, list) or not rows:
        return [rule_fault(path, "service", "no row [[service]]")]
    faults: list[Fault] = []
    known: dict[str, bool] = {}
    for number, row in enumerate(rows, start=1):
        where = f"service {number}"
        faults += cited_faults(path, where, row)
        if isinstance(row, dict):
            faults += _row_faults(path, where, row, known)
            known[str(row.get("key"))] = not row.get("all_of")
    return faults


_Known = Mapping[str, bool]
"""The keys above a row, and whether a row may join them: what joins others has no layer itself."""


def _row_faults(path: Path, where: str, row: Mapping[str, Any], known: _Known) -> list[Fault]:
    wrong = [(key, "no such line") for key in row.keys() - _KNOWN]
    wrong += [(k, "text missing") for k in _TEXTS if not isinstance(row.get(k), str) or not row[k]]
    wrong += [(key, "neither true nor false") for key in _FLAGS
              if not isinstance(row.get(key, False), bool)]  # fmt: skip
    if str(row.get("key")) in known:
        wrong.append(("key", "stands twice"))
    if row.get("travel") not in ("foot", "road"):
        wrong.append(("travel", "neither foot nor road"))
    if ("within_m" in row) == ("within_min" in row):
        wrong.append(("within_m", "exactly one of within_m and within_min"))
    elif not is_number(row.get("within_m", row.get("within_min")), 0.001, 100_000):
        wrong.append(("within_m", "not a number above 0"))
    faults = [rule_fault(path, f"{where}, {key}", detail) for key, detail in sorted(wrong)]
    return faults + _what_faults(path, where, row, known)


def _what_faults(path: Path, where: str, row: Mapping[str, Any], known: _Known) -> list[Fault]:
    """Return what is wrong with the layer and its filters, or with the services joined."""
    parts, filters = row.get("all_of", []), row.get("filters", {})
    if parts:
        keys = texts(parts) or ()
        good = keys and len(set(keys)) == len(keys) and all(known.get(key) for key in keys)
        if good and "layer" not in row and not filters:
            return []
        return [rule_fault(path, f"{where}, all_of", "not keys of services above, or with a layer")]
    spec = next((spec for spec in CATALOG if spec.key == row.get("layer")), None)
    if spec is None or spec.geometry != "point":
        return [rule_fault(path, f"{where}, layer", "no layer of points")]
    columns = {column.key for column in spec.public_columns}
    if (
        isinstance(filters, dict)
        and filters.keys() <= columns
        and all(map(texts, filters.values()))
    ):
        return []
    return [rule_fault(path, f"{where}, filters", "not column = list of texts")]


def _service(row: Mapping[str, Any]) -> Service:
    within_m, within_min = row.get("within_m"), row.get("within_min")
    return Service(
        key=row["key"],
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        layer=row.get("layer", ""),
        filters=tuple((column, tuple(v)) for column, v in row.get("filters", {}).items()),
        all_of=tuple(row.get("all_of", ())),
        travel=row["travel"],
        within_mm=None if within_m is None else round(within_m * 1000),
        within_ms=None if within_min is None else round(within_min * 60_000),
        has_capacity=row.get("has_capacity", False),
        source=row["source"],
        verified=row["verified"],
        turnout=row.get("turnout", False),
        siren=row.get("siren", False),
    )


RULES = load_planning_rules(TABLE)


def services() -> Mapping[str, Service]:
    """Return the declared services by key, in the table's order."""
    return RULES.services


def service_of(layer_or_key: str, within: str | None = None) -> Service:
    """Return the service of a key or a layer, reaching as far as ``within`` says.

    ``within`` is a distance or a time, such as 500m, 1.5 km, 10min, 3 分钟; ``None`` leaves the
    declared reach. Another reach than the declared one has the source of neither.

    Raises:
        UserError: for a service that no row declares, and for a reach that cannot be meant.

    """
    faults: list[Fault] = []
    found = RULES.services.get(layer_or_key)
    if found is None:
        known = ", ".join(RULES.services)
        faults.append(
            Fault(
                "--layer",
                say("No service is called that."),
                say("Services are {known}.", known=known),
                value=layer_or_key[:_SHOWN],
            )
        )
    reach = None if within is None else _reach(within, faults)
    if faults or found is None:
        raise UserError(faults)
    if reach is None or reach == (found.within_mm, found.within_ms):
        return found
    return replace(found, within_mm=reach[0], within_ms=reach[1], source="", verified=False)


def _reach(text: str, faults: list[Fault]) -> tuple[int | None, int | None]:
    """Return whole millimetres or milliseconds; a fault for what is neither."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    met = _WITHIN.fullmatch(plain)
    unit = met[3] if met else ""
    if met and (unit in _UNITS_MM or unit in _UNITS_MS):
        size = _UNITS_MM.get(unit) or _UNITS_MS[unit]
        part = (met[2] or "").ljust(6, "0")
        amount = int(met[1]) * size + int(part) * size // 1_000_000
        most = FARTHEST_MM if unit in _UNITS_MM else LONGEST_MS
        if 0 < amount <= most:
            return (amount, None) if unit in _UNITS_MM else (None, amount)
    problem = say("This is no reach: a distance up to 100 km or a time up to a day.")
    mend = say("Write 500m, 1.5km or 10min.")
    faults.append(Fault("--within", problem, mend, value=text[:_SHOWN]))
    return None, None
