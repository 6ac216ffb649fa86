"""A coverage made by hand whose assignment is the real one, its paper, and its signed package."""

from dataclasses import replace
from functools import cache

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desks.planning.answers import (
    DEFINITIONS,
    Count,
    Coverage,
    Covered,
    Definition,
    Demand,
    LongArray,
    Places,
    Reach,
    Service,
    Unit,
)
from desks.planning.filling import fill
from language import Catalogue, say
from reports.package import package
from reports.paper import Column, Heading, Paper, Table
from reports.signing import fingerprint

WITHIN_MM = 500_000
SHELTER = Service("shelter", "避难场所", "Shelters", "shelter", (), (), "foot", WITHIN_MM, None,
                  has_capacity=True, source="粤府办〔2013〕44号", verified=False)  # fmt: skip
UNITS = (Unit("C1", "一社区", "S1", "甲街道"), Unit("C2", "二社区", "S1", "甲街道"),
         Unit("C3", "三社区", "S2", "乙镇"))  # fmt: skip
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PRINT = fingerprint(KEY.public_key())


@cache
def coverage() -> Coverage:
    """Return 60 points of three communities on a square of 1,500 m, with four shelters."""
    rng = np.random.default_rng(11)
    at, there = rng.random((60, 2)) * 1500.0, rng.random((4, 2)) * 1500.0
    line: LongArray = np.rint(
        np.hypot(at[:, None, 0] - there[None, :, 0], at[:, None, 1] - there[None, :, 1]) * 1000
    ).astype(np.int64)
    people, unit = rng.integers(0, 40, 60), np.arange(60) // 20
    capacity = np.array([150, 90, 0, -1], np.int64)
    reach = _reach(line * 5 // 4, line)
    filled = fill(reach, people, capacity)
    circle = np.where((line <= WITHIN_MM).any(axis=1), people, 0)
    network = np.where(np.diff(reach.first) > 0, people, 0)
    room = np.diff(np.append(0, np.cumsum(filled.assigned))[reach.first])
    communities = tuple(
        covered(one.code, one.name, one.subdistrict_code, [
            int(counts[unit == row].sum()) for counts in (people, circle, network, room)
        ])
        for row, one in enumerate(UNITS)
    )  # fmt: skip
    subdistricts = (summed("S1", communities[:2]), summed("S2", communities[2:]))
    return Coverage(
        SHELTER,
        Demand("night", UNITS, np.array([one.people for one in communities]), at, unit, people,
               say("Spread over grid cells."), ()),
        Places("shelter", ("P1", "P2", "P3", "P4"), tuple("一二三四"), there, capacity, (), ()),
        reach, communities, subdistricts, summed("", subdistricts),
        filled.assigned, None, filled.price, filled.value, (), (), "0123456789abcdef",
    )  # fmt: skip


def _reach(cost: LongArray, line: LongArray) -> Reach:
    order = np.argsort(cost, axis=1, kind="stable")
    held = [[int(place) for place in row if costs[place] <= WITHIN_MM]
            for row, costs in zip(order, cost, strict=True)]  # fmt: skip
    first = np.append(0, np.cumsum([len(row) for row in held]))
    pairs = [(row, place) for row, places in enumerate(held) for place in places]
    rows, places = (np.array(part, np.int64) for part in zip(*pairs, strict=True))
    return Reach(False, WITHIN_MM, first, places, cost[rows, places], line[rows, places],  # noqa: FBT003
                 order[:, 0], cost.min(axis=1))  # fmt: skip


def covered(code: str, name: str, parent: str, counts: list[int]) -> Covered:
    """Return people, and those covered by circle, network and capacity; no incident is chosen."""
    people, *held = counts
    told: dict[Definition, Count] = {
        key: Count(count) for key, count in zip(DEFINITIONS, held, strict=False)
    }
    return Covered(code, name, parent, people, {**told, "safe": Count(None, say("None."))})


def summed(code: str, parts: tuple[Covered, ...]) -> Covered:
    """Return the sum of the parts."""
    sums = [sum(one.people for one in parts)]
    sums += [sum(one.counts[key].people_covered or 0 for one in parts) for key in DEFINITIONS[:3]]
    return covered(code, code, "", sums)


def paper(audience: str = "internal", language: str = "zh") -> Paper:
    """Return a paper of one table."""
    table = Table(
        "coverage_shelter", say("Residents"), (Column("people", say("Residents")),), ((7,),)
    )
    made = Paper(
        "coverage", say("Residents"), "云溪区", "Yunxi", "应急管理局", "2026-09-16", "internal",
        Catalogue.load(language), (Heading(1, say("Residents")), table), "EPSG:4547",
        "0123456789abcdef", sample=True,
        facts={"method": "by ways", "rules": "guangdong.500m 第三条", "code_version": "0.2.0"},
    )  # fmt: skip
    return replace(made, audience="public") if audience == "public" else made


@cache
def signed() -> bytes:
    """Return the honest package."""
    return package(paper(), {"coverage.docx": b"PK a document", "coverage.xlsx": b"PK a book"},
                   [coverage()], KEY)  # fmt: skip
