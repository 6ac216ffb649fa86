"""Rules that count: places per unit, room for people, people per place, a place of one's own."""

from collections import deque
from collections.abc import Mapping, Sequence

import numpy as np

from desks.onemap import OneMap
from language import Sentence, say

from .answers import FloatArray, RuleResult
from .packs import Rule, Selection
from .places import named
from .rule_rows import (
    Held,
    Picked,
    column_title,
    lacking,
    pick,
    residents,
    undecided,
    units_of,
    what,
)


def count_per_unit(onemap: OneMap, rule: Rule) -> list[Held]:
    """Return per unit whether it has as many places of each kind as the rule asks for."""
    missing = next((why for need in rule.needs if (why := lacking(onemap, need))), None)
    found = []
    for unit, name in units_of(onemap, rule.units).items():
        if missing:
            found.append(undecided(unit, name, missing))
            continue
        picked = [pick(onemap, need, unit, rule.units) for need in rule.needs]
        results = [_enough(rows, need) for rows, need in zip(picked, rule.needs, strict=True)]
        evidence = [_counted(rows, need) for rows, need in zip(picked, rule.needs, strict=True)]
        evidence += [_unsure(rows) for rows in picked if rows.maybe]
        found.append(Held(unit, name, worst(results), tuple(dict.fromkeys(evidence))))
    return found


def worst(results: Sequence[RuleResult]) -> RuleResult:
    """Return the worst of the results: fail, not assessable, pass; of none not assessable."""
    if "fail" in results:
        return "fail"
    return "not_assessable" if "not_assessable" in results or not results else "pass"


def _enough(picked: Picked, need: Selection) -> RuleResult:
    if len(picked.sure) >= need.at_least:
        return "pass"
    may_be = len(picked.sure) + len(picked.maybe) >= need.at_least
    return "not_assessable" if may_be else "fail"


def _counted(picked: Picked, need: Selection) -> Sentence:
    return say(
        "{what}: {count} of at least {least}: {names}.",
        what=what(need),
        count=len(picked.sure),
        least=need.at_least,
        names=picked.named(picked.sure),
    )


def _unsure(picked: Picked) -> Sentence:
    return say(
        "Of {count} more nobody has filed whether they are meant: {names}.",
        count=len(picked.maybe),
        names=picked.named(picked.maybe),
    )


def capacity_share(onemap: OneMap, rule: Rule) -> list[Held]:
    """Return per unit whether its places have room for that share of its residents by night."""
    need = rule.needs[0]
    missing = lacking(onemap, need, rule.column)
    found = []
    for unit, name in units_of(onemap, rule.units).items():
        people = residents(onemap).get(unit)
        if missing or not people:
            found.append(undecided(unit, name, missing or _nobody(people)))
            continue
        picked = pick(onemap, need, unit, rule.units)
        stated = [picked.records.whole(rule.column, row) for row in picked.sure]
        room = sum(max(one, 0) for one in stated if one is not None)
        unknown = stated.count(None) + len(picked.maybe)
        # Exact: a share of 20 % of 1,001 people is 200.2, and 200 places are too few.
        enough = room >= rule.share * people
        result: RuleResult = "pass" if enough else "not_assessable" if unknown else "fail"
        told = say(
            "Room for {room:,} of {people:,} residents ({share} %), asked for {asked} %.",
            room=room,
            people=people,
            share=_cut(100 * room, people),
            asked=float(rule.share * 100),
        )
        evidence = [told, _unstated(unknown, need.layer, rule.column)] if unknown else [told]
        found.append(Held(unit, name, result, tuple(evidence)))
    return found


def people_per_place(onemap: OneMap, rule: Rule) -> list[Held]:
    """Return per unit whether no place of the kind has more residents than the rule allows."""
    need = rule.needs[0]
    missing = lacking(onemap, need)
    found = []
    for unit, name in units_of(onemap, rule.units).items():
        people = residents(onemap).get(unit)
        if missing or not people:
            found.append(undecided(unit, name, missing or _nobody(people)))
            continue
        picked = pick(onemap, need, unit, rule.units)
        enough = len(picked.sure) * rule.value >= people
        may_be = (len(picked.sure) + len(picked.maybe)) * rule.value >= people
        result: RuleResult = "pass" if enough else "not_assessable" if may_be else "fail"
        told = say(
            "{what}: {count} for {people:,} residents, one for every {value} at most: {names}.",
            what=what(need),
            count=len(picked.sure),
            people=people,
            value=round(rule.value),
            names=picked.named(picked.sure),
        )
        evidence = [told, _unsure(picked)] if picked.maybe else [told]
        found.append(Held(unit, name, result, tuple(evidence)))
    return found


def _nobody(people: int | None) -> Sentence:
    if people is None:
        return say("The residents are not on file.")
    return say("Nobody lives here.")


def _unstated(count: int, key: str, column: str) -> Sentence:
    title = column_title(key, column)
    return say("Of {count} places {column} is not on file.", count=count, column=title)


def _cut(part: int, whole: int) -> str:
    """Return part / whole with one decimal, cut and never rounded up."""
    tenths = 10 * part // whole
    return f"{tenths // 10}.{tenths % 10}"


def own_place(onemap: OneMap, rule: Rule) -> list[Held]:
    """Return for each row of ``rule.of`` whether a place within the distance is its own.

    A place is one row's only; as many rows as possible get one, in the order of their ids.
    """
    if rule.of is None:
        return []
    need = rule.needs[0]
    missing = lacking(onemap, rule.of) or lacking(onemap, need)
    if missing:
        return [undecided("", onemap.name_zh, missing)]
    of, has = (pick(onemap, one, "", "district") for one in (rule.of, need))
    sure = _own(of, has, has.sure, rule.within_m)
    perhaps = _own(of, has, has.sure + has.maybe, rule.within_m)
    rows = sorted((*of.sure, *of.maybe), key=of.records.order.__getitem__)
    return [_village(of, has, row, (sure, perhaps), rule) for row in rows]


def _village(
    of: Picked, has: Picked, row: int, owned: tuple[dict[int, int], dict[int, int]], rule: Rule
) -> Held:
    sure, perhaps = owned
    code, name = of.records.ids[row], of.records.names[row]
    if row in of.maybe:
        return undecided(code, name, say("Nobody has filed of what kind it is."))
    if not of.records.placed[row]:
        return undecided(code, name, say("Its position is not on file."))
    away = _away_m(of, has, row)
    if row in sure:
        told = say(
            "{place}, {away_m} m away.",
            place=has.named([sure[row]]),
            away_m=round(float(away[sure[row]])),
        )
        return Held(code, name, "pass", (told,))
    if row in perhaps:
        why = say("Nobody has filed of what grade {place} is.", place=has.named([perhaps[row]]))
        return Held(code, name, "not_assessable", (why,))
    near = [place for place in has.sure if np.isfinite(away[place])]
    if not near:
        return Held(code, name, "fail", (say("No such place is on file."),))
    first = min(near, key=lambda place: (float(away[place]), place))
    told = say(
        "No place of its own within {within_m} m; the nearest is {place}, {away_m} m away.",
        within_m=round(rule.within_m),
        place=has.named([first]),
        away_m=round(float(away[first])),
    )
    shared = [other for other, place in sure.items() if place == first]
    evidence = [told]
    if shared and away[first] <= rule.within_m:
        evidence.append(say("It counts for {other}.", other=of.named(shared)))
    return Held(code, name, "fail", tuple(evidence))


def _away_m(of: Picked, has: Picked, row: int) -> FloatArray:
    """Return the straight metres (k,) to every place, to the mm; infinite without a position."""
    there = has.records.xy_m - of.records.xy_m[row]
    away_m = np.round(np.hypot(there[:, 0], there[:, 1]), 3)
    away: FloatArray = np.nan_to_num(away_m, nan=np.inf)
    return away


def _own(of: Picked, has: Picked, places: Sequence[int], within_m: float) -> dict[int, int]:
    """Return the place of each row that can have one of its own (Kuhn's augmenting paths)."""
    near: dict[int, list[int]] = {}
    for row in of.sure:
        away = _away_m(of, has, row)
        near[row] = sorted((p for p in places if away[p] <= within_m), key=lambda p: (away[p], p))
    owner: dict[int, int] = {}
    for row in of.sure:
        _claim(row, near, owner)
    return {row: place for place, row in owner.items()}


def _claim(row: int, near: Mapping[int, Sequence[int]], owner: dict[int, int]) -> None:
    """Give the row a place, others moving on along the shortest chain; where none ends, none."""
    came: dict[int, int] = {}
    waiting = deque([row])
    while waiting:
        asking = waiting.popleft()
        for place in near[asking]:
            if place in came:
                continue
            came[place] = asking
            if place in owner:
                waiting.append(owner[place])
                continue
            free: int | None = place
            while free is not None:
                holder = came[free]
                before = next((p for p in near[holder] if owner.get(p) == holder), None)
                owner[free] = holder
                free = before
            return


def listed(rows: Sequence[Held]) -> str:
    """Return the first names of units, and how many more there are."""
    return named([row.name for row in rows])
