"""What speaks against a record: cells that are empty, values that cannot be, a twin."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from desks.onemap import OneMap
from desks.records import Records
from language import Sentence, say
from layers import LayerSpec

from .duplicates import Named, twins_within
from .search import fold

UNASKED = frozenset({"id", "code", "name", "subdistrict", "community", "source", "last_verified"})
"""Columns whose lack is judged elsewhere: identity by the import, verification by its date."""

BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "people": (1, 200_000), "capacity_people": (1, 500_000), "residents": (1, 500_000),
        "vehicles": (0, 500), "beds": (1, 10_000), "area_m2": (1, 5_000_000),
        "vehicle_width_m": (0.8, 4.0), "vehicle_height_m": (0.8, 5.0),
        "vehicle_weight_t": (0.3, 100.0), "tank_m3": (0.1, 200_000), "flow_l_s": (1, 200),
        "pressure_mpa": (0.001, 100), "cylinders": (0, 20_000), "passages": (0, 500),
    }
)  # fmt: skip
"""Least and greatest value that can be, both included: our own bounds, wide, of no standard."""

PERIODS = (("from_date", "until_date"), ("filed", "expiry"), ("issued", "expiry"))
PAST = ("last_verified", "issued", "filed")
"""Columns that speak of what has happened."""

AHEAD_DAYS = 366
"""Dates of what has happened may lie this far after the registers' day, as work goes on."""

FILLERS = frozenset(
    {"无", "不详", "待定", "暂无", "测试", "未知", "test", "none", "null", "xxx", "-"}
)
OUTSIDE = say("It lies outside the district.")
ELSEWHERE = say("It is stated in another subdistrict than it lies in.")
BEYOND = say("A number in it cannot be.")
AHEAD = say("A date in it lies in the future.")
BACKWARDS = say("A period in it ends before it begins.")
FILLER = say("Its name stands for none.")


def asked_columns(spec: LayerSpec) -> tuple[str, ...]:
    """Return the keys of the columns whose lack is a gap, in the order of the declaration."""
    return tuple(c.key for c in spec.columns if c.key not in UNASKED and not c.optional)


def missing(spec: LayerSpec, records: Records, row: int) -> tuple[str, ...]:
    """Return the asked columns that the row lacks, and ``position`` where it has none.

    Of a personal column only whether it is filled in is known here.
    """
    personal = {column.key for column in spec.personal_columns}
    lacking = tuple(
        key
        for key in asked_columns(spec)
        if not _filled(records, row, f"has_{key}" if key in personal else key)
    )
    return lacking if records.placed[row] else (*lacking, "position")


def _filled(records: Records, row: int, key: str) -> bool:
    value = records.value(key, row)
    return bool(value) or (value == 0 and value is not False)


def implausible(
    onemap: OneMap, records: Records, row: int, as_of: date | None
) -> tuple[Sentence, ...]:
    """Return why what the row says cannot be, () where nothing speaks against it."""
    found: list[Sentence] = []
    code = records.text("subdistrict_code", row)
    if records.placed[row] and not code:
        found.append(OUTSIDE)
    if code and _stated_elsewhere(onemap, records, row, code):
        found.append(ELSEWHERE)
    if any(not _within(records.value(key, row), *ends) for key, ends in BOUNDS.items()):
        found.append(BEYOND)
    latest = (as_of + timedelta(days=AHEAD_DAYS)).isoformat() if as_of else ""
    if latest and any(records.text(key, row) > latest for key in PAST):
        found.append(AHEAD)
    if any("" < records.text(end, row) < records.text(start, row) for start, end in PERIODS):
        found.append(BACKWARDS)
    if fold(records.names[row]) in FILLERS or not records.names[row].strip():
        found.append(FILLER)
    return tuple(found)


def _stated_elsewhere(onemap: OneMap, records: Records, row: int, code: str) -> bool:
    """Return whether another subdistrict is stated than the one it lies in."""
    if onemap.whole_extent:
        return False
    stated = records.text("subdistrict", row).strip()
    name = onemap.records["subdistrict"].names[onemap.row_of("subdistrict", code)]
    return bool(stated) and not (
        stated == code or name.startswith(stated) or stated.startswith(name)
    )


def _within(value: object, least: float, most: float) -> bool:
    return not isinstance(value, int | float) or least <= value <= most


def twins(records: Records) -> dict[int, int]:
    """Return each row that seems to be an earlier one again, with that row.

    By name and place as the import judges them, or by the same unified social credit code.
    """
    units = tuple(records.text("subdistrict", row) for row in range(len(records.ids)))
    found = {t.at: t.other for t in twins_within(Named(records.names, units, records.xy_m))}
    first: dict[str, int] = {}
    for row in range(len(records.ids)):
        code = records.text("uscc", row).strip().upper()
        if code and first.setdefault(code, row) != row:
            found.setdefault(row, first[code])
    return found
