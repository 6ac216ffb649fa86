"""How far the registers can be trusted, subdistrict by subdistrict."""

from dataclasses import dataclass

from desks.onemap import OneMap
from layers import layer

from .wording import is_stale


@dataclass(frozen=True)
class Trust:
    """One subdistrict's records: how many, how many verified within a year, how many no phone.

    ``code`` and ``name`` are "" for records outside every subdistrict or without a position.
    """

    code: str
    name: str
    records: int
    verified: int
    phones_missing: int


def trust(onemap: OneMap) -> tuple[Trust, ...]:
    """Return one row per subdistrict by code, last the records that lie in none.

    Counted are the rows of every layer that has a date of verification and a phone; the year
    ends on the registers' date.
    """
    tallies: dict[str, list[int]] = {}
    for key, records in onemap.records.items():
        declared = {column.key for column in layer(key).columns}
        if not {"last_verified", "phone"} <= declared:
            continue
        for row in range(len(records.ids)):
            tally = tallies.setdefault(records.text("subdistrict_code", row), [0, 0, 0])
            stale = is_stale(records.text("last_verified", row), onemap.as_of)
            tally[0] += 1
            tally[1] += not stale
            tally[2] += not records.value("has_phone", row)
    units = onemap.records.get("subdistrict")
    named = dict(zip(units.ids, units.names, strict=True)) if units else {}
    codes = [*sorted(named), *([""] if "" in tallies else [])]
    return tuple(Trust(code, named.get(code, ""), *tallies.get(code, [0, 0, 0])) for code in codes)
