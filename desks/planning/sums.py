"""From people on points to communities, subdistricts and the district: sums that are exact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from desks.onemap import OneMap
from language import Sentence, say

from .answers import DEFINITIONS, Count, Covered, Definition, Demand, LongArray, Unit

Answers = Mapping[Definition, LongArray | Sentence]
"""Per definition the people covered at each point (n,), or why it does not apply."""

Ranges = Mapping[str, LongArray]
"""``least``, ``most`` and ``to_nearest`` per unit (u,); empty where capacity does not apply."""


def communities_of(demand: Demand, answers: Answers, ranges: Ranges) -> tuple[Covered, ...]:
    """Return each unit's people and who of them is covered, in the order of the units."""
    sums = {definition: _by_unit(demand, answer) for definition, answer in answers.items()}
    missing = set(demand.missing)
    return tuple(
        Covered(
            code=unit.code,
            name=unit.name,
            parent=unit.subdistrict_code,
            people=int(demand.people[row]),
            counts=MappingProxyType(
                {d: _count(sums[d], row, int(demand.people[row]), unknown=row in missing)
                 for d in DEFINITIONS}
            ),
            **({} if row in missing else _at(ranges, row)),
        )
        for row, unit in enumerate(demand.units)
    )  # fmt: skip


def _by_unit(demand: Demand, answer: LongArray | Sentence) -> LongArray | Sentence:
    if isinstance(answer, Sentence):
        return answer
    sums: LongArray = np.zeros(len(demand.units), np.int64)
    np.add.at(sums, demand.unit, answer)
    return sums


def _count(sums: LongArray | Sentence, row: int, people: int, *, unknown: bool) -> Count:
    if isinstance(sums, Sentence):
        return Count(None, sums)
    if unknown:
        return Count(None, say("Its residents are not on file."))
    return Count(int(sums[row]), None if people else say("Nobody lives here: there is no share."))


def subdistricts_of(
    onemap: OneMap, demand: Demand, communities: Sequence[Covered], ranges: Ranges
) -> tuple[Covered, ...]:
    """Return every subdistrict by code, those nobody lives in too; a last one "" for the rest."""
    names = subdistrict_names(onemap, demand.units)
    held: dict[str, list[Covered]] = {code: [] for code in names}
    for one in communities:
        held[one.parent].append(one)
    return tuple(
        _summed((code, names[code]), parts, _at(ranges, row))
        for row, (code, parts) in enumerate(held.items())
    )


def _at(ranges: Ranges, row: int) -> dict[str, int]:
    return {key: int(values[row]) for key, values in ranges.items()}


def subdistrict_rows(onemap: OneMap, units: Sequence[Unit]) -> LongArray:
    """Return the place (u,) of each unit's subdistrict among `subdistricts_of`."""
    row = {code: i for i, code in enumerate(subdistrict_names(onemap, units))}
    return np.array([row[unit.subdistrict_code] for unit in units], np.int64)


def subdistrict_names(onemap: OneMap, units: Iterable[Unit]) -> dict[str, str]:
    """Return name by code of every subdistrict, by code; "" stands last."""
    records = onemap.records.get("subdistrict")
    names = {} if records is None else dict(zip(records.ids, records.names, strict=True))
    for unit in units:
        names.setdefault(unit.subdistrict_code, unit.subdistrict)
    return dict(sorted(names.items(), key=lambda one: (one[0] == "", one[0])))


def total_of(onemap: OneMap, subdistricts: Sequence[Covered]) -> Covered:
    """Return the district: the sum of its subdistricts; all assignments cover as many of it."""
    total = _summed(("", onemap.name_zh), subdistricts, {})
    covered = total.counts["capacity"].people_covered
    nearest = [one.to_nearest for one in subdistricts if one.to_nearest is not None]
    if not nearest:
        return total
    return replace(total, least=covered, most=covered, to_nearest=sum(nearest))


def _summed(
    called: tuple[str, str], parts: Sequence[Covered], ranges: Mapping[str, int]
) -> Covered:
    people = sum(part.people for part in parts)
    counts = {d: _sum([part.counts[d] for part in parts], people) for d in DEFINITIONS}
    code, name = called
    if counts["capacity"].people_covered is None:
        ranges = {}
    return Covered(code, name, "", people, MappingProxyType(counts), **ranges)


def _sum(counts: Sequence[Count], people: int) -> Count:
    known = [one.people_covered for one in counts if one.people_covered is not None]
    if known:
        return Count(sum(known), None if people else say("Nobody lives here: there is no share."))
    reasons = [one.reason for one in counts if one.reason is not None]
    return Count(None, reasons[0] if reasons else say("Its residents are not on file."))
