"""Whom one protects: schools, hospitals, nursing homes, crowded places, edge villages."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .clerk import Clerk, in_town, named, people_about
from .made import Register
from .vocabulary import CROWDED_KINDS, MOBILITY, VULNERABLE_KINDS

_SCHOOLS = (("幼儿园", 0.39, 220), ("小学", 0.34, 900), ("中学", 0.24, 1500), ("大学", 0.03, 6000))
_SUBJECTS = ("踩踏", "火灾", "溺水", "台风")
_BLOCKED_SHARE, _THIN = 0.08, 0.3
_NEAR_VILLAGES = 11
"""Of 18 edge villages 11 are 城边村 and 7 城郊村; the plan's other chapter counts 21 (S1-3)."""

_VILLAGE_SOURCE = "示范数据：本章计边缘村18个（城边村11、城郊村7），另一章计21个，两数并存待核"


def schools(clerk: Clerk, count: int) -> Register:
    """Return the schools by level, spread over the quarters."""
    rows = clerk.chooser.take(count, in_town(clerk.sites), apart_m=420.0)
    shares = np.cumsum([share for _, share, _ in _SCHOOLS])
    level = np.searchsorted(shares, (np.arange(count) + 0.5) / count)
    level = clerk.rng.permutation(np.minimum(level, len(_SCHOOLS) - 1))
    stems = named(clerk.sites, rows, "", by="community")
    columns: dict[str, Sequence[object]] = {
        "kind": [_SCHOOLS[at][0] for at in level],
        "people": [people_about(clerk, float(_SCHOOLS[at][2]), 1, 0.3)[0] for at in level],
    }
    names = [f"{stem}{_SCHOOLS[at][0]}" for stem, at in zip(stems, level, strict=True)]
    register = clerk.register("XX", rows, names, columns)
    return Register(register.rows, {"drill": _drills([str(id_) for id_ in register.rows["id"]])})


def _drills(schools: Sequence[str]) -> pd.DataFrame:
    """Return plans and drills by school: some lack a plan, some never tried it (row S1-27)."""
    lines = [
        (school, subject, at * len(_SUBJECTS) + number)
        for at, school in enumerate(schools)
        for number, subject in enumerate(_SUBJECTS)
        if (at + number) % 9 != 0
    ]
    return pd.DataFrame(
        {
            "school_id": [school for school, _, _ in lines],
            "subject": [subject for _, subject, _ in lines],
            "form": ["实战"] * len(lines),
            "held": ["" if at % 7 == 0 else _held(at) for _, _, at in lines],
            "plan_issued": ["2024-09-01"] * len(lines),
        }
    )


def _held(at: int) -> str:
    """Return a day of this school year, or of the last one."""
    return f"{2025 if at % 5 == 0 else 2026}-{(3, 4, 5, 6, 9)[at % 5]:02d}-{at % 15 + 1:02d}"


def hospitals(clerk: Clerk, count: int) -> Register:
    """Return the hospitals with beds and people inside."""
    rows = clerk.chooser.take(count, in_town(clerk.sites), apart_m=1100.0)
    beds = [10 * number for number in people_about(clerk, 22.0, count, 0.6)]
    columns: dict[str, Sequence[object]] = {
        "beds": list(beds),
        "people": [int(number * 2.2) for number in beds],
    }
    return clerk.register("YY", rows, named(clerk.sites, rows, "医院", by="community"), columns)


def nursing_homes(clerk: Clerk, count: int) -> Register:
    """Return the nursing homes."""
    rows = clerk.chooser.take(count, in_town(clerk.sites), apart_m=800.0)
    columns: dict[str, Sequence[object]] = {"people": list(people_about(clerk, 110.0, count))}
    return clerk.register("YLY", rows, named(clerk.sites, rows, "养老院", by="community"), columns)


def crowded_places(clerk: Clerk, count: int) -> Register:
    """Return the crowded places with people, passages, and whether these are clear."""
    rows = clerk.chooser.take(count, in_town(clerk.sites) ** 1.3, apart_m=90.0)
    kinds = clerk.rng.integers(0, len(CROWDED_KINDS), count)
    usual = np.array([CROWDED_KINDS[int(at)][1] for at in kinds], dtype=float)
    people = people_about(clerk, usual, count)
    stems = named(clerk.sites, rows, "")
    columns: dict[str, Sequence[object]] = {
        "kind": [CROWDED_KINDS[int(at)][0] for at in kinds],
        "people": list(people),
        "passages": [2 + number // 400 for number in people],
        "passages_clear": [
            "否" if dice < _BLOCKED_SHARE else "是" for dice in clerk.rng.random(count)
        ],
    }
    names = [f"{stem}{CROWDED_KINDS[int(at)][0]}" for stem, at in zip(stems, kinds, strict=True)]
    return clerk.register("RY", rows, names, columns)


def vulnerable_residents(clerk: Clerk, count: int) -> Register:
    """Return the households that need help to leave: for officials only (row S1-33)."""
    sites, rng = clerk.sites, clerk.rng
    rows = clerk.chooser.take(count, in_town(sites))
    kinds = rng.choice(len(VULNERABLE_KINDS), count, p=[share for _, share in VULNERABLE_KINDS])
    columns: dict[str, Sequence[object]] = {
        "kind": [VULNERABLE_KINDS[int(at)][0] for at in kinds],
        "mobility": [MOBILITY[int(at)] for at in rng.choice(3, count, p=(0.55, 0.33, 0.12))],
        "people": [1 if at == 0 else int(rng.integers(1, 3)) for at in kinds],
    }
    names = named(sites, rows, "户", by="community")
    register = clerk.register("HU", rows, names, columns)
    return Register(register.rows.rename(columns={"address": "home_address"}))


def villages(clerk: Clerk, count: int) -> Register:
    """Return the edge villages: those with lanes of their own first, the denser ones 城边村."""
    sites = clerk.sites
    rows: list[int] = []
    for village in range(int(sites.village.max()) + 1):
        weight = np.where((sites.village == village) & clerk.chooser.free, 1.0, 0.0)
        if weight.any() and len(rows) < count:
            rows.extend(clerk.chooser.take(1, weight).tolist())
    if len(rows) < count:
        thin = np.where((sites.density < _THIN) & ~sites.works, 1.0, 0.0)
        rows.extend(clerk.chooser.take(count - len(rows), thin, apart_m=900.0).tolist())
    order = np.array(rows, dtype=np.int64)
    order = order[np.argsort(-sites.density[order], kind="stable")]
    edge = round(count * _NEAR_VILLAGES / 18)
    columns: dict[str, Sequence[object]] = {
        "kind": ["城边村"] * edge + ["城郊村"] * (count - edge),
        "residents": list(people_about(clerk, 2400.0, count)),
    }
    register = clerk.register("CUN", order, named(sites, order, "村", by="community"), columns)
    return Register(register.rows.assign(source=_VILLAGE_SOURCE))
