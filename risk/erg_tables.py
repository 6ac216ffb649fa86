"""The tables of the Emergency Response Guidebook 2016, with what is known of the 2024 edition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from geodata.faults import UserError

from .figures import Row, figure_fault, read_figures

HERE = Path(__file__).parent
EDITION = "ERG 2016"
TABLE_1 = HERE / "erg2016_table1.csv"
TABLE_1_2024 = HERE / "erg2024_table1.csv"
TABLE_3 = HERE / "erg2016_table3.csv"
GUIDES_TABLE = HERE / "erg2016_guides.csv"
NUMBERS_TABLE = HERE / "erg2016_numbers.csv"
BLEVE_TABLE = HERE / "erg2016_bleve.csv"

DAY_AND_NIGHT = ("day", "night")
WINDS = ("low", "moderate", "high")
_SPILLS = (
    "small_iso_m", "small_day_m", "small_night_m", "large_iso_m", "large_day_m", "large_night_m",
)  # fmt: skip

CONTAINERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "rail_tank_car": ("铁路罐车", "Rail tank car"),
        "highway_tank": ("公路罐车", "Highway tank truck or trailer"),
        "ton_cylinders": ("多个吨瓶", "Multiple ton cylinders"),
        "small_cylinders": (
            "多个小钢瓶或单个吨瓶",
            "Multiple small cylinders or single ton cylinder",
        ),
        "nurse_tank": ("农用氨罐", "Agricultural nurse tank"),
    }
)
"""Containers of table 3, the largest first: Chinese and English names."""


@dataclass(frozen=True)
class Spill:
    """Metres of one line: initial isolation all around, protective action downwind."""

    isolation_m: int
    day_m: int
    night_m: int

    def downwind_m(self, *, is_night: bool) -> int:
        """Return how far downwind people are to be protected, in metres."""
        return self.night_m if is_night else self.day_m


@dataclass(frozen=True)
class Row1:
    """Table 1 of a UN number; ``large`` is ``None`` where table 3 speaks or nothing is on file.

    ``plus`` tells that the distance may be larger in some weathers.
    """

    un: str
    guide: str
    small: Spill
    large: Spill | None
    plus: bool
    fire_isolation_m: int


@dataclass(frozen=True)
class Row3:
    """Table 3 of a UN number and container: isolation, downwind by time of day and wind."""

    un: str
    container: str
    isolation_m: int
    downwind_m: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Guide:
    """An orange guide: metres of isolation at a spill, downwind of a large one, in a fire.

    0 means that the guide states none; ``all_directions`` that a large spill clears a circle, not
    a square downwind. ``verified`` is also false where the number of the guide for the substance
    was not read.
    """

    guide: str
    title: str
    spill_isolation_m: int
    large_spill_m: int
    fire_isolation_m: int
    all_directions: bool
    verified: bool


@dataclass(frozen=True)
class Bleve:
    """A line of the BLEVE table by kilograms of propane in the vessel; distances in metres."""

    propane_kg: int
    fireball_radius_m: int
    response_m: int
    least_evacuation_m: int
    preferred_evacuation_m: int


def load_table_1(path: Path) -> Mapping[str, Row1]:
    """Return table 1 by UN number.

    Of several materials with one number the largest figures count, as the guidebook has it.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    columns = ("un", "guide", "material", *_SPILLS, "plus", "table3", "fire_isolation_m")
    rows = _read(path, columns, (*_SPILLS, "fire_isolation_m"))
    found: dict[str, Row1] = {}
    for row in rows:
        new = Row1(
            un=row["un"],
            guide=row["guide"],
            small=_spill(row, "small"),
            large=None if row["table3"] == "true" else _spill(row, "large"),
            plus=row["plus"] == "true",
            fire_isolation_m=int(row["fire_isolation_m"]),
        )
        found[new.un] = _larger(found[new.un], new) if new.un in found else new
    return MappingProxyType(found)


def load_table_3(path: Path) -> Mapping[str, Mapping[str, Row3]]:
    """Return table 3 by UN number and container, the largest container first.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    times = [(time, wind) for time in DAY_AND_NIGHT for wind in WINDS]
    distances = [f"{time}_{wind}_m" for time, wind in times]
    rows = _read(path, ("un", "container", "iso_m", *distances), ("iso_m", *distances))
    found: dict[str, dict[str, Row3]] = {}
    for row in sorted(rows, key=lambda row: list(CONTAINERS).index(row["container"])):
        downwind = {time: int(row[name]) for time, name in zip(times, distances, strict=True)}
        one = Row3(row["un"], row["container"], int(row["iso_m"]), MappingProxyType(downwind))
        found.setdefault(one.un, {})[one.container] = one
    return MappingProxyType({un: MappingProxyType(lines) for un, lines in found.items()})


def load_guides(path: Path) -> Mapping[str, Guide]:
    """Return the orange guides by number.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    metres = ("spill_isolation_m", "large_spill_m", "fire_isolation_m")
    columns = ("guide", "title", *metres, "all_directions", "source", "verified")
    rows = _read(path, columns, metres)
    return MappingProxyType(
        {
            row["guide"]: Guide(
                guide=row["guide"],
                title=row["title"],
                spill_isolation_m=int(row["spill_isolation_m"]),
                large_spill_m=int(row["large_spill_m"]),
                fire_isolation_m=int(row["fire_isolation_m"]),
                all_directions=row["all_directions"] == "true",
                verified=row["verified"] == "true",
            )
            for row in rows
        }
    )


def load_numbers(path: Path) -> Mapping[str, tuple[str, bool]]:
    """Return the guide of UN numbers that table 1 lacks, and whether it was read.

    Raises:
        UserError: where the file cannot be read.

    """
    rows = _read(path, ("un", "guide", "source", "verified"), ("guide",))
    return MappingProxyType({row["un"]: (row["guide"], row["verified"] == "true") for row in rows})


def load_bleve(path: Path) -> tuple[Bleve, ...]:
    """Return the BLEVE table, the smallest vessel first.

    Raises:
        UserError: with every cell that cannot be understood.

    """
    metres = (
        "propane_kg", "fireball_radius_m", "emergency_response_m", "min_evacuation_m",
        "preferred_evacuation_m",
    )  # fmt: skip
    rows = _read(path, ("capacity_l", *metres, "source", "verified"), metres)
    return tuple(Bleve(*(int(row[name]) for name in metres)) for row in rows)


def load_2024(path: Path) -> Mapping[str, tuple[Spill, Spill | None]]:
    """Return the small and large spills of the 2024 edition by UN number, as far as on file.

    Raises:
        UserError: where the file cannot be read.

    """
    columns = ("un", "guide", "material", *_SPILLS, "source", "verified")
    rows = _read(path, columns, _SPILLS[:3])
    return MappingProxyType(
        {
            row["un"]: (_spill(row, "small"), _spill(row, "large") if row["large_iso_m"] else None)
            for row in rows
        }
    )


def _read(path: Path, columns: Sequence[str], whole: Sequence[str]) -> tuple[Row, ...]:
    rows = read_figures(path, columns)
    faults = [
        figure_fault(path, number, name, f"{row[name]!r} is no whole number")
        for number, row in enumerate(rows, start=2)
        for name in whole
        if not (row[name].isascii() and row[name].isdigit())
    ]
    if "container" in columns:
        faults += [
            figure_fault(path, number, "container", f"{row['container']!r} is not known")
            for number, row in enumerate(rows, start=2)
            if row["container"] not in CONTAINERS
        ]
    if faults:
        raise UserError(faults)
    return rows


def _spill(row: Row, size: str) -> Spill:
    return Spill(*(int(row[f"{size}_{name}_m"]) for name in ("iso", "day", "night")))


def _larger(one: Row1, other: Row1) -> Row1:
    large = [row.large for row in (one, other) if row.large is not None]
    return Row1(
        un=one.un,
        guide=one.guide,
        small=largest((one.small, other.small)),
        large=largest(large) if large else None,
        plus=one.plus or other.plus,
        fire_isolation_m=max(one.fire_isolation_m, other.fire_isolation_m),
    )


def largest(spills: Sequence[Spill]) -> Spill:
    """Return the largest figure of each kind."""
    return Spill(
        max(spill.isolation_m for spill in spills),
        max(spill.day_m for spill in spills),
        max(spill.night_m for spill in spills),
    )


ROWS_1 = load_table_1(TABLE_1)
ROWS_2024 = load_2024(TABLE_1_2024)
ROWS_3 = load_table_3(TABLE_3)
GUIDES = load_guides(GUIDES_TABLE)
NUMBERS = load_numbers(NUMBERS_TABLE)
BLEVES = load_bleve(BLEVE_TABLE)
