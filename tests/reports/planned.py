"""A district's coverage with made-up counts, so that papers can be tested without the desk."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from desks.onemap import OneMap
from desks.planning.answers import (
    DEFINITIONS,
    Count,
    Coverage,
    Covered,
    Definition,
    Demand,
    Mend,
    Places,
    Reach,
    Reason,
    RuleAnswer,
    Service,
    Unit,
)
from desks.planning.packs import Pack, Rule
from desks.register.counts import units_of
from language import Catalogue, say
from reports.coverage_report import Planned
from reports.edition import Edition

NOTHING = np.zeros(0, dtype=np.int64)

SHELTER = Service("shelter", "避难场所", "Shelters", "shelter", (), (), "foot", 500_000, None,
                  has_capacity=True, source="粤府办〔2013〕44号", verified=False)  # fmt: skip
DEPOT = Service("depot", "应急物资库", "Depots", "depot", (), (), "road", None, 600_000,
                has_capacity=False, source="-", verified=False)  # fmt: skip


PAIR = Rule("liwan.pair", "count_per_unit", "室外固定与室内各一处", "An outdoor and an indoor one",
            "至少一处室外固定、一处室内", "荔湾2017", verified=False)  # fmt: skip
PACK = Pack("liwan", "荔湾2017", "Liwan 2017", "荔湾2017", "2017", (PAIR,))


def edition(language: str = "zh", *, public: bool = False, **told: object) -> Edition:
    made = Edition(Catalogue.load(language), "public" if public else "internal")
    return replace(made, **told)  # type: ignore[arg-type]


def covered(code: str, name: str, parent: str, people: int, held: Sequence[int | None]) -> Covered:
    none = say("No incident was chosen.")
    counts: dict[Definition, Count] = {
        key: Count(count, None if count is not None else none)
        for key, count in zip(DEFINITIONS, held, strict=True)
    }
    room = held[2]
    return Covered(code, name, parent, people, counts, room, room, room)


def summed(code: str, name: str, parent: str, parts: Sequence[Covered]) -> Covered:
    held = [
        None
        if any(one.counts[key].people_covered is None for one in parts)
        else sum(one.counts[key].people_covered or 0 for one in parts)
        for key in DEFINITIONS
    ]
    if not parts:
        held = [0, 0, 0, None]
    return covered(code, name, parent, sum(one.people for one in parts), held)


def coverage_of(onemap: OneMap, service: Service = SHELTER, seed: int = 1) -> Coverage:
    """Return seeded counts on the communities of the map; nothing is safe without an incident."""
    random = np.random.default_rng(seed)
    records = onemap.records["community"]
    communities = []
    for row, code in enumerate(records.ids):
        people = int(records.whole("residents_night", row) or 0)
        circle = int(random.integers(0, people + 1))
        network = int(random.integers(0, circle + 1))
        room = int(random.integers(0, network + 1)) if service.has_capacity else None
        held = [circle, network, room, None]
        parent = records.text("subdistrict_code", row)
        communities.append(covered(code, records.names[row], parent, people, held))
    subdistricts = [
        summed(code, name, "", [one for one in communities if one.parent == code])
        for code, name in units_of(onemap)
    ]
    return _coverage(onemap, service, communities, subdistricts)


def _coverage(
    onemap: OneMap, service: Service, communities: Sequence[Covered], units: Sequence[Covered]
) -> Coverage:
    held = onemap.records[service.layer]
    placed = np.flatnonzero(held.placed)
    names = tuple(held.names[row] for row in placed)
    room = np.asarray([held.whole("capacity_people", row) or 0 for row in placed], dtype=np.int64)
    return Coverage(
        service=service,
        demand=Demand(
            "night",
            tuple(Unit(one.code, one.name, one.parent, "") for one in communities),
            np.asarray([one.people for one in communities], dtype=np.int64),
            np.zeros((0, 2)), NOTHING, NOTHING, say("Spread over grid cells."), (),
        ),
        places=Places(
            service.layer, tuple(held.ids[row] for row in placed), names, held.xy_m[placed], room,
            (), (say("One shelter has no capacity."),),
        ),
        reach=Reach(False, 0, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),  # noqa: FBT003
        communities=tuple(communities),
        subdistricts=tuple(units),
        totals=summed("*", onemap.name_zh, "", units),
        assigned=None, safe_assigned=None, price=None, value=None,
        method=(say("People stand on grid cells."),),
        cautions=(say("Residents are of the night."),),
        stamp=onemap.stamp,
    )  # fmt: skip


def planned_of(onemap: OneMap) -> Planned:
    """Return two services, rules over every subdistrict, a reason and a mend."""
    units = units_of(onemap)
    results = ("pass", "fail", "not_assessable")
    answers = [
        RuleAnswer("liwan.pair", "至少一处室外固定、一处室内", results[at % 3],
                   (say("{count} indoor", count=at),), code)
        for at, (code, _) in enumerate(units)
    ]  # fmt: skip
    first = coverage_of(onemap)
    red = first.communities[0]
    reason = Reason(red.code, "detour", 7, say("straight {metres} m", metres=410))
    mend = Mend(say("Verify {name}", name="小营操场"), (), ("S1",), 460_000, 10, 20, 0.0,
                say("proven"))  # fmt: skip
    return Planned(
        coverages=(first, coverage_of(onemap, DEPOT, 2)),
        answers=tuple(answers),
        packs=(PACK,),
        reasons={"shelter": (reason,)},
        mends={red.code: (mend,)},
    )
