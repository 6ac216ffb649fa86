"""How fast, how long to turn out, how sure: the frozen, versioned factors of a stated time."""

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from geodata.faults import Fault, UserError
from language import Sentence, say

DEFAULT_FILE = Path(__file__).parent / "speed_model.toml"
FORMAT = 1
LARGEST_FILE_BYTES = 1 << 20
HOURS = 24

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "express": ("motorway", "motorway_link", "trunk", "trunk_link"),
        "arterial": ("primary", "primary_link", "secondary", "secondary_link"),
        "local": ("tertiary", "tertiary_link", "unclassified", "residential", "unknown"),
        "lane": ("living_street", "service", "track", "pedestrian"),
    }
)
"""The road classes that vehicles may use, by the group that shares priority and congestion."""

GROUP_OF: Mapping[str, str] = MappingProxyType(
    {name: group for group, names in GROUPS.items() for name in names}
)
NOT_WALKED = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})


@dataclass(frozen=True)
class Factor:
    """One row of the model: its key, one value or several, and where it comes from."""

    key: str
    value: tuple[float, ...]
    unit: str
    source: str
    clause: str
    verified: bool


@dataclass(frozen=True)
class Rule:
    """What the value of a key must be: how many numbers, in which unit and range."""

    unit: str
    lowest: float
    highest: float
    count: int = 1
    rising: bool = False


def _rules() -> dict[str, Rule]:
    rules = {f"speed.{name}": Rule("km/h", 1, 150) for name in GROUP_OF}
    rules |= {f"priority.{group}": Rule("1", 0.5, 2) for group in GROUPS}
    rules |= {f"congestion.{group}": Rule("1", 1, 10, HOURS) for group in GROUPS}
    return rules | {
        "junction.delay": Rule("s", 0, 120),
        "access.speed": Rule("km/h", 0.5, 60),
        "access.limit": Rule("m", 1, 2000),
        "walk.speed": Rule("m/s", 0.1, 3),
        "call": Rule("s", 0, 3600, 2, rising=True),
        "turnout.default": Rule("s", 0, 3600, 2, rising=True),
        "drive.p90": Rule("1", 1, 5),
    }


RULES: Mapping[str, Rule] = MappingProxyType(_rules())
_TURNOUT = RULES["turnout.default"]


@dataclass(frozen=True)
class SpeedModel:
    """The factors behind every stated time, as one document that can be shown and cited.

    ``name`` is what the file calls itself; ``version`` adds eight digits of its content, so that
    two models that differ in any figure never share a version.
    """

    name: str
    factors: tuple[Factor, ...]

    @classmethod
    def default(cls) -> "SpeedModel":
        """Return the model that ships with the program."""
        return cls.load(DEFAULT_FILE)

    @classmethod
    def load(cls, path: Path) -> "SpeedModel":
        """Return the model of a TOML file.

        Raises:
            UserError: with every fault of the file, its key and its mend.

        """
        return _parse(path.name, _read(path))

    @classmethod
    def parse(cls, name: str, text: str) -> "SpeedModel":
        """Return the model of a TOML text; ``name`` is what its faults call it.

        Raises:
            UserError: with every fault of the text, its key and its mend.

        """
        return _parse(name, _table(name, text))

    @cached_property
    def version(self) -> str:
        """Return the name and eight hexadecimal digits of the content."""
        rows = [
            [f.key, list(f.value), f.unit, f.source, f.clause, f.verified] for f in self.factors
        ]
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        return f"{self.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    @cached_property
    def _value(self) -> Mapping[str, tuple[float, ...]]:
        return MappingProxyType({factor.key: factor.value for factor in self.factors})

    @property
    def unverified(self) -> tuple[str, ...]:
        """Return the keys of the factors without a verified source, in the file's order."""
        return tuple(factor.key for factor in self.factors if not factor.verified)

    def class_speed_kmh(self, road_class: str) -> float:
        """Return the free-flow speed of a class, 0 where vehicles may not drive."""
        return self._value.get(f"speed.{road_class}", (0.0,))[0]

    def priority(self, road_class: str) -> float:
        """Return by how much an emergency vehicle is faster than the class speed."""
        return self._value[f"priority.{GROUP_OF[road_class]}"][0]

    def congestion(self, road_class: str, hour: int | None) -> float:
        """Return the factor ≥ 1 that divides the speed in that hour, 1 in free flow (``None``)."""
        if hour is None:
            return 1.0
        return self._value[f"congestion.{GROUP_OF[road_class]}"][hour % HOURS]

    @property
    def junction_delay_ms(self) -> int:
        """Return what a vehicle loses where three or more roads meet."""
        return round(self._value["junction.delay"][0] * 1000)

    @property
    def access_kmh(self) -> float:
        """Return the speed between a place and the road it stands on."""
        return self._value["access.speed"][0]

    @property
    def access_limit_m(self) -> float:
        """Return how far from a road a place may lie to count as on the network (inclusive)."""
        return self._value["access.limit"][0]

    @property
    def walk_m_per_s(self) -> float:
        """Return the walking speed."""
        return self._value["walk.speed"][0]

    @property
    def call_s(self) -> tuple[float, float]:
        """Return the p50 and p90 of call handling."""
        first, second = self._value["call"]
        return first, second

    def turnout_s(self, kind: str = "") -> tuple[float, float]:
        """Return the p50 and p90 of turnout for a kind of team; the default for an unlisted one."""
        first, second = self._value.get(f"turnout.{kind}", self._value["turnout.default"])
        return first, second

    @property
    def drive_p90_factor(self) -> float:
        """Return by how much the p90 of a drive exceeds its expected time."""
        return self._value["drive.p90"][0]


_COPY = say("Copy the speed model that ships with the program and edit that copy.")


def _read(path: Path) -> dict[str, object]:
    """Return the parsed file.

    Raises:
        UserError: if it cannot be read as TOML.

    """
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise UserError([Fault(path.name, say("The speed model is too large."), _COPY)])
        return _table(path.name, path.read_text("utf-8"))
    except OSError as error:
        problem = say("The speed model cannot be read.")
        raise UserError([Fault(path.name, problem, _COPY)]) from error
    except UnicodeDecodeError as error:
        problem = say("The speed model is not valid TOML: {detail}.", detail=str(error))
        raise UserError([Fault(path.name, problem, _COPY)]) from error


def _table(name: str, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem = say("The speed model is not valid TOML: {detail}.", detail=str(error))
        raise UserError([Fault(name, problem, _COPY)]) from error


def _parse(file: str, document: dict[str, object]) -> SpeedModel:
    """Return the checked model.

    Raises:
        UserError: with all faults of the document.

    """
    faults: list[Fault] = []
    name = document.get("version")
    if document.get("format") != FORMAT:
        faults.append(
            Fault(
                file,
                say("The speed model is not of format {format}.", format=FORMAT),
                say("Write format = {format} at its top.", format=FORMAT),
                column="format",
                value=_shown(document.get("format")),
            )
        )
    if not isinstance(name, str) or not name.strip():
        faults.append(
            Fault(
                file,
                say("The speed model has no version."),
                say('Give it one, such as version = "2026-09".'),
                column="version",
                value=_shown(name),
            )
        )
        name = ""
    rows = document.get("factor")
    tables = rows if isinstance(rows, list) else []
    factors = [_factor(file, number, row, faults) for number, row in enumerate(tables, 1)]
    kept = tuple(factor for factor in factors if factor is not None)
    faults += _whole(file, kept, tables)
    if faults:
        raise UserError(faults)
    return SpeedModel(name.strip(), kept)


def _whole(file: str, factors: tuple[Factor, ...], tables: list[object]) -> list[Fault]:
    """Return the faults that only the whole table shows: absent keys and keys given twice."""
    keys = [str(row.get("key")) for row in tables if isinstance(row, dict)]
    faults = [
        Fault(
            file,
            say("The speed model does not state {key}.", key=key),
            say("Add a [[factor]] with this key, a value in {unit}, a source.", unit=rule.unit),
            column=key,
        )
        for key, rule in RULES.items()
        if key not in keys
    ]
    faults += [
        Fault(
            file,
            say("The speed model states {key} twice.", key=key),
            say("Keep one of the two."),
            column=key,
        )
        for key in dict.fromkeys(factor.key for factor in factors)
        if keys.count(key) > 1
    ]
    return faults


def _factor(file: str, number: int, row: object, faults: list[Fault]) -> Factor | None:
    """Return the row as a factor, or ``None`` with its faults added to ``faults``."""
    key = row.get("key") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(key, str):
        problem = say("Factor number {number} has no key.", number=number)
        faults.append(Fault(file, problem, say("Give each [[factor]] a key.")))
        return None
    rule = _TURNOUT if key.startswith("turnout.") else RULES.get(key)
    if rule is None:
        faults.append(
            Fault(
                file,
                say("The speed model states {key}, which nothing asks for.", key=key),
                say("Mend the spelling or delete this factor."),
                column=key,
            )
        )
        return None
    value = _numbers(row.get("value"))
    found = [
        *_value_faults(file, key, rule, value, row.get("value")),
        *_label_faults(file, key, rule, row),
    ]
    faults += found
    if found or value is None:
        return None
    verified = row["verified"] is True
    return Factor(key, value, rule.unit, str(row["source"]), str(row.get("clause", "")), verified)


def _numbers(value: object) -> tuple[float, ...] | None:
    numbers: list[float] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, bool) or not isinstance(item, int | float) or not math.isfinite(item):
            return None
        numbers.append(float(item))
    return tuple(numbers)


def _value_faults(
    file: str, key: str, rule: Rule, value: tuple[float, ...] | None, given: object
) -> list[Fault]:
    problem: Sentence | None = None
    mend = say(
        "Write a number from {lowest} to {highest}.", lowest=rule.lowest, highest=rule.highest
    )
    if value is None:
        problem = say("The value of {key} is not a number.", key=key)
    elif len(value) != rule.count:
        problem = say("{key} has {found} numbers.", key=key, found=len(value))
        mend = say("Write exactly {count}.", count=rule.count)
    elif not all(rule.lowest <= item <= rule.highest for item in value):
        problem = say("A value of {key} is out of range.", key=key)
    elif rule.rising and sorted(value) != list(value):
        problem = say("The values of {key} fall.", key=key)
        mend = say("Write the median first, then the value that 9 in 10 do not exceed.")
    if problem is None:
        return []
    return [Fault(file, problem, mend, column=key, value=_shown(given))]


def _label_faults(file: str, key: str, rule: Rule, row: dict[str, object]) -> list[Fault]:
    faults = []
    if row.get("unit") != rule.unit:
        problem = say("The unit of {key} is not {unit}.", key=key, unit=rule.unit)
        mend = say('Write unit = "{unit}" and convert the value.', unit=rule.unit)
        faults.append(Fault(file, problem, mend, column=key, value=_shown(row.get("unit"))))
    if not isinstance(row.get("source"), str) or not str(row.get("source")).strip():
        problem = say("{key} names no source.", key=key)
        mend = say("Write where the figure comes from, or that it is an own estimate.")
        faults.append(Fault(file, problem, mend, column=key))
    if not isinstance(row.get("verified"), bool):
        problem = say("{key} does not say whether it is verified.", key=key)
        mend = say("Write verified = true or verified = false.")
        faults.append(Fault(file, problem, mend, column=key, value=_shown(row.get("verified"))))
    return faults


def _shown(value: object) -> str:
    return "" if value is None else str(value)[:80]
