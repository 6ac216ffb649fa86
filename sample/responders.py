"""Who comes and who knows: teams, fire stations, mini stations, experts, departments, plans."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from layers.catalog import HAZMAT_EQUIPMENT

from .clerk import Clerk, day, in_town, in_works, main_road, named, per_subdistrict
from .made import Register
from .names import person
from .network import Ints
from .units import Units
from .vocabulary import (
    DEPARTMENTS,
    FIRM_DEPARTMENTS,
    PLAN_KINDS,
    SKILLS,
    SPECIALTIES,
    SUBDISTRICT_DEPARTMENTS,
    SUBDISTRICT_KINDS,
    TEAMS,
    TRUCK,
)

_GRADES = ("特勤站", "一级站", "一级站", "一级站", "一级站", "二级站", "二级站", "二级站", "小型站")
_STATION_PEOPLE = {"特勤站": 42, "一级站": 30, "二级站": 20, "小型站": 12}
_STATION_VEHICLES = {"特勤站": 9, "一级站": 6, "二级站": 4, "小型站": 2}
_STATION_LACKS = {"特勤站": (), "一级站": ("输转",), "二级站": ("输转", "洗消", "堵漏"),
                  "小型站": ("侦检", "输转", "洗消", "堵漏", "排烟照明")}  # fmt: skip
_ON_DUTY_SHARE = 0.7
_FILINGS = ("已备案", "待备案", "未备案")
_FILING_DAYS, _LAPSED = 3 * 365, 0.12
_TITLES = ("高级工程师", "正高级工程师", "副教授", "教授", "主任医师", "注册安全工程师")
_EMPLOYERS = ("云溪学院", "云溪设计院", "云溪检测中心", "云溪区人民医院", "云溪化工园", "退休返聘")


_ASPECTS = ("organisation", "staff", "equipment", "management", "experience")


def _equipment(missing: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in HAZMAT_EQUIPMENT if one not in missing)


def teams(clerk: Clerk, factor: int) -> Register:
    """Return the teams: the table once per ``factor``, hazmat and mine teams by the works."""
    sites = clerk.sites
    table = [row for _ in range(factor) for row in TEAMS]
    works = np.flatnonzero([row.kind in ("危险化学品", "矿山") for row in table])
    rows = np.empty(len(table), dtype=np.int64)
    rows[works] = clerk.chooser.take(len(works), in_works(sites), apart_m=900.0)
    rest = np.setdiff1d(np.arange(len(table)), works)
    weight = np.where(sites.on("secondary", "tertiary", "primary"), in_town(sites), 0.0)
    rows[rest] = clerk.chooser.take(len(rest), weight, apart_m=1500.0)
    names = [
        row.name if at < len(TEAMS) else f"{row.name}（{at // len(TEAMS) + 1}）"
        for at, row in enumerate(table)
    ]
    columns: dict[str, Sequence[object]] = {
        "kind": [row.kind for row in table],
        "order": [row.order for row in table],
        "people": [row.people for row in table],
        "vehicles": [row.vehicles for row in table],
        "vehicle_width_m": [row.vehicle[0] for row in table],
        "vehicle_height_m": [row.vehicle[1] for row in table],
        "vehicle_weight_t": [row.vehicle[2] for row in table],
        "equipment": [_equipment(row.missing) for row in table],
        "skills": [SKILLS.get(row.name, ()) for row in table],
        **_scores(len(table)),
    }
    return clerk.register("TEAM", rows, names, columns)


def _scores(count: int) -> dict[str, Sequence[object]]:
    """Return the five aspects of each team, the last of all teams without any on file."""
    return {
        f"score_{aspect}": [
            None if at == count - 1 else 62 + (at * 11 + number * 7) % 34 for at in range(count)
        ]
        for number, aspect in enumerate(_ASPECTS)
    }


def fire_stations(clerk: Clerk, count: int) -> Register:
    """Return the fire stations, spread over the town along main roads."""
    weight = main_road(clerk.sites)
    rows = clerk.chooser.take(count, weight, apart_m=2600.0)
    grades = [_GRADES[at % len(_GRADES)] for at in range(count)]
    columns: dict[str, Sequence[object]] = {
        "kind": list(grades),
        "people": [_STATION_PEOPLE[grade] for grade in grades],
        "vehicles": [_STATION_VEHICLES[grade] for grade in grades],
        "vehicle_width_m": [TRUCK[0]] * count,
        "vehicle_height_m": [TRUCK[1]] * count,
        "vehicle_weight_t": [TRUCK[2]] * count,
        "equipment": [_equipment(_STATION_LACKS[grade]) for grade in grades],
    }
    return clerk.register(
        "FIRE", rows, named(clerk.sites, rows, "消防救援站", by="subdistrict"), columns
    )


def mini_stations(clerk: Clerk, count: int) -> Register:
    """Return the mini stations: half of them communities', one each, half key firms' (S1-16)."""
    sites, half = clerk.sites, count // 2
    weight = in_town(sites) + 0.01
    order = clerk.rng.permutation(np.unique(sites.community_row))[:half]
    own = [
        int(clerk.chooser.take(1, np.where(sites.community_row == row, weight, 0.0))[0])
        for row in order
    ]
    if len(own) < half:
        own.extend(clerk.chooser.take(half - len(own), weight).tolist())
    firms = clerk.chooser.take(count - half, in_town(sites) + in_works(sites), apart_m=120.0)
    rows = np.concatenate((np.array(own, dtype=np.int64), firms))
    names = named(sites, rows[:half], "社区微型消防站", by="community")
    names += named(sites, rows[half:], "重点单位微型消防站")
    columns: dict[str, Sequence[object]] = {
        "kind": ["社区"] * half + ["重点单位"] * (count - half),
        "people": [int(number) for number in clerk.rng.integers(4, 9, count)],
    }
    return clerk.register("MINI", rows, names, columns)


def experts(clerk: Clerk, count: int) -> Register:
    """Return the experts, each with one or two specialties; every specialty is there."""
    rows = clerk.chooser.take(count, in_town(clerk.sites), apart_m=60.0)
    rng = clerk.rng
    first = [SPECIALTIES[at % len(SPECIALTIES)] for at in range(count)]
    second = [SPECIALTIES[int(at)] for at in rng.integers(0, len(SPECIALTIES), count)]
    both = [
        (one, two) if at % 3 == 0 and one != two else (one,)
        for at, (one, two) in enumerate(zip(first, second, strict=True))
    ]
    columns: dict[str, Sequence[object]] = {
        "specialty": list(both),
        "title": [_TITLES[int(at)] for at in rng.integers(0, len(_TITLES), count)],
        "employer": [_EMPLOYERS[int(at)] for at in rng.integers(0, len(_EMPLOYERS), count)],
        "on_duty": ["是" if dice < _ON_DUTY_SHARE else "否" for dice in rng.random(count)],
    }
    return clerk.register("EXP", rows, [person(rng) for _ in range(count)], columns)


def departments(clerk: Clerk, units: Units) -> Register:
    """Return the 27 coordinating departments of four levels: city, district, subdistrict, firm."""
    sites = clerk.sites
    weight = np.where(sites.on("primary", "secondary", "tertiary"), in_town(sites) ** 2, 0.0)
    bodies = clerk.chooser.take(len(DEPARTMENTS), weight, apart_m=150.0)
    largest = np.argsort(-units.subdistricts["residents_night"].to_numpy(), kind="stable")
    held = per_subdistrict(sites, units, in_town(sites) + 0.01)
    chosen = [held[at] for at in largest[:SUBDISTRICT_DEPARTMENTS]]
    offices = np.array([int(clerk.chooser.take(1, one)[0]) for one in chosen], dtype=np.int64)
    firms = clerk.chooser.take(len(FIRM_DEPARTMENTS), in_works(sites), apart_m=400.0)
    rows = np.concatenate((bodies, offices, firms))
    names = [name for name, _, _ in DEPARTMENTS]
    names += [f"{sites.subdistrict[at]}应急管理办公室" for at in offices]
    names += list(FIRM_DEPARTMENTS)
    columns: dict[str, Sequence[object]] = {
        "level": [level for _, level, _ in DEPARTMENTS]
        + ["街道"] * len(offices)
        + ["企业"] * len(firms),
        "kinds": [kinds for _, _, kinds in DEPARTMENTS]
        + [SUBDISTRICT_KINDS] * len(offices)
        + [("危险化学品", "泄漏"), ("燃气", "泄漏")],
    }
    return clerk.register("DEP", rows, names, columns)


def plans(clerk: Clerk, units: Units, count: int) -> Register:
    """Return the emergency plans: every kind per subdistrict, then the district's own."""
    sites = clerk.sites
    names: list[str] = []
    kinds: list[str] = []
    levels: list[str] = []
    issuers: list[str] = []
    rows: list[int] = []
    held = per_subdistrict(sites, units, in_town(sites) + 0.02)
    left = count
    for weight, unit in zip(held, units.subdistricts["name"], strict=True):
        own = PLAN_KINDS[: min(left, len(PLAN_KINDS))]
        places: Ints = clerk.chooser.take(len(own), weight)
        rows.extend(places.tolist())
        names.extend(f"{unit}{kind}" for kind in own)
        kinds.extend(own)
        levels.extend(["街道级"] * len(own))
        issuers.extend([str(unit)] * len(own))
        left -= len(own)
    rows.extend(clerk.chooser.take(left, in_town(sites)).tolist())
    names.extend(f"云溪区{PLAN_KINDS[at % len(PLAN_KINDS)]}（{at + 1}）" for at in range(left))
    kinds.extend(PLAN_KINDS[at % len(PLAN_KINDS)] for at in range(left))
    levels.extend(["区级"] * left)
    issuers.extend(["云溪区应急管理局"] * left)
    issued = [
        f"{year}-{month:02d}-{day:02d}"
        for year, month, day in zip(
            clerk.rng.integers(2019, 2026, count),
            clerk.rng.integers(1, 13, count),
            clerk.rng.integers(1, 28, count),
            strict=True,
        )
    ]
    columns: dict[str, Sequence[object]] = {
        "kind": list(kinds),
        "level": list(levels),
        "issuer": list(issuers),
        "issued": issued,
        **_filings(clerk, issued),
    }
    return clerk.register("PLAN", np.array(rows, dtype=np.int64), names, columns)


def _filings(clerk: Clerk, issued: Sequence[str]) -> dict[str, Sequence[object]]:
    """Return filing, its day and its end for each plan: most filed, some run out, some never."""
    rng = clerk.aside
    told = [_FILINGS[int(at)] for at in rng.choice(3, len(issued), p=(0.86, 0.08, 0.06))]
    ages = [int(rng.integers(0, _FILING_DAYS)) for _ in issued]
    lapsed = [_FILING_DAYS if rng.random() < _LAPSED else 0 for _ in issued]
    filed = [
        max(day(-age - more), since) if status == _FILINGS[0] else ""
        for status, age, more, since in zip(told, ages, lapsed, issued, strict=True)
    ]
    return {
        "filing": told,
        "filed": filed,
        "expiry": [_later(since, _FILING_DAYS) if since else "" for since in filed],
    }


def _later(since: str, days: int) -> str:
    return (date.fromisoformat(since) + timedelta(days=days)).isoformat()
