"""Whole cases for the papers: a brief with every part filled, so that every part is drawn."""

from dataclasses import replace
from datetime import datetime, timedelta

import shapely
from shapely import affinity

from desks.command import Incident, situation_brief
from desks.command.answers import (
    Approached,
    Call,
    Evacuation,
    Exposure,
    NeedLine,
    ReceptorInside,
    Refuge,
    ResponseLevel,
    StandOff,
    Supplies,
    Walk,
)
from desks.command.case import Case
from desks.command.journal import Entry, OpenIncident
from desks.command.situation import Point, SituationBrief
from desks.onemap import OneMap
from desks.stock import CHINA
from language import Catalogue, say
from risk.release import Weather, Zone, ZoneSet

WHEN = datetime(2026, 9, 16, 14, 22, 20, tzinfo=CHINA)
"""When it happened; the paper is written 45 s later."""

WRITTEN = WHEN + timedelta(seconds=45)
LEVELS = (("aegl_3", 20.0, 500.0), ("aegl_2", 2.0, 1500.0), ("aegl_1", 0.5, 3000.0))


def plume(at: Point, reach_m: float, toward_deg: float, share: float = 0.12) -> shapely.Polygon:
    """Return an ellipse from the place on, with the wind."""
    round_one = shapely.Point(0, 0).buffer(1)
    long = affinity.scale(round_one, reach_m / 2, reach_m * share)
    moved = affinity.translate(long, reach_m / 2 * 0.94, 0)
    turned = affinity.rotate(moved, 90 - toward_deg, origin=(0, 0))
    return shapely.Polygon(shapely.get_coordinates(affinity.translate(turned, *at)))


def zones_at(at: Point, wind_from_deg: float = 70.0) -> ZoneSet:
    """Return three plumes with their spread, and an isolation circle of a table."""
    toward = wind_from_deg + 180
    assumed = (
        say("Gaussian plume · stability {stability}", stability="D"),
        say("roughness: urban"),
    )
    made = [
        Zone(
            "gaussian_plume", level, rank, threshold, "ppm", reach,
            plume(at, reach, toward), reach * 1.45, plume(at, reach * 1.45, toward, 0.3),
            "US EPA AEGL", verified=False, assumptions=assumed,
        )
        for rank, (level, threshold, reach) in enumerate(LEVELS)
    ]  # fmt: skip
    made.append(
        Zone(
            "erg", "isolation", 0, None, "m", 150.0, shapely.Point(at).buffer(150.0), None, None,
            "ERG", verified=False, assumptions=(),
        )
    )  # fmt: skip
    weather = Weather(wind_from_deg % 360, 2.1, "D", 22.0)
    return ZoneSet(tuple(made), "gaussian_plume", weather, ())


def full_brief(onemap: OneMap, at: Point) -> SituationBrief:
    """Return the brief of a chlorine leak with every part filled."""
    incident = Incident(
        at, WHEN, "hazmat_leak", substance="chlorine", quantity_t=1.0, wind_from_deg=70.0,
        wind_ms=2.1,
    )  # fmt: skip
    plain = situation_brief(onemap, replace(incident, substance="", quantity_t=None))
    receptors = tuple(
        ReceptorInside(
            "school", f"XX-{row}", f"育才{row}小学", "小学",
            (at[0] - 180.0 * row - 220, at[1] - 90.0),
            240 * (row + 1), "aegl_2", 1120 - row if row else None,
        )
        for row in range(8)
    )  # fmt: skip
    refuges = tuple(
        Refuge(
            "shelter", f"BN-{row}", f"第{row}避难场所", "室内",
            (at[0] + 700.0 * (row - 3), at[1] + 900.0 * (-1) ** row), row % 3 != 2,
            None if row % 3 != 2 else say("It lies within the zone or its spread."),
            2000 + row, 800 if row % 3 == 0 else 0,
        )
        for row in range(7)
    )  # fmt: skip
    needs = tuple(
        NeedLine(item, "", unit, needed, held, max(0.0, needed - held), "house", verified=False)
        for item, unit, needed, held in (
            ("空气呼吸器", "套", 40.0, 52.0),
            ("氢氧化钠", "t", 2.0, 1.1),
            ("堵漏工具", "套", 3.0, 4.0),
        )
    )  # fmt: skip
    bodies = ("区消防大队", "公安分局", "卫健局", "生态局", "气象局", "供水集团", "街道", "水厂")
    called = tuple(
        Call(order, "department", f"LD-{order:03d}", name, "区", "", 10, None)
        for order, name in enumerate(bodies, 1)
    )
    walks = (Walk("甲社区", "1", "BN-0", 800, 900, 780),)
    return replace(
        plain,
        incident=incident,
        zones=zones_at(at),
        exposure=Exposure(8640, 9100, 5120, 12000, (8640,) * 24, (), receptors, (), (), ()),
        approach=Approached(
            (), StandOff((at[0] + 380.0, at[1] + 60.0), 382, 80.0, "滨江大道", say("upwind"))
        ),
        supplies=Supplies(needs, (), None, say("Sodium hydroxide is short.")),
        calls=called,
        evacuation=Evacuation(8640, 8640, 510, refuges, walks, (), say("All have a place.")),
        response_level=ResponseLevel("II", say("by the people inside"), "预案", verified=False),
    )


def logged() -> tuple[Entry, ...]:
    """Return a log with decisions and a call that was answered."""
    department = {"layer": "department", "record": "LD-001"}
    return (
        Entry("1", "SJ-1", "decision", WHEN, "林晏", "按 1 t、070°、2.1 m/s 研判"),
        Entry("2", "SJ-1", "call", WHEN, "林晏", "区消防大队", state="sent", **department),
        Entry("3", "SJ-1", "call", WRITTEN, "林晏", "区消防大队", state="acknowledged",
              **department),
        Entry("4", "SJ-1", "decision", WRITTEN, "林晏", "派 1、2 号队"),
    )  # fmt: skip


def opened(*, drill: bool = False) -> OpenIncident:
    """Return the incident as the board has it."""
    return OpenIncident(
        "SJ-1", 1, "", WHEN, WHEN, "林晏", None, None, "云溪水厂加氯间", "闻到刺鼻气味，有人倒地",
        "hazmat_leak", "chlorine", 1.0, 2, None, drill, (),
    )  # fmt: skip


def full_case(onemap: OneMap, at: Point, language: str = "zh", *, drill: bool = False) -> Case:
    """Return the case of that brief, as it is written 45 s after."""
    brief = full_brief(onemap, at)
    phones = {(t.layer, t.id): "555-••••" for t in brief.responders}
    return Case(
        onemap, brief, WRITTEN, Catalogue.load(language), opened(drill=drill), logged(), phones,
        head="9f2c" * 16,
    )  # fmt: skip


def bare_case(onemap: OneMap, at: Point, language: str = "zh") -> Case:
    """Return the case of a place about which nothing is known yet."""
    brief = situation_brief(onemap, Incident(at, WHEN))
    empty = replace(brief, zones=ZoneSet((), "", None, ()), exposure=None, approach=None,
                    supplies=None, calls=(), evacuation=None, response_level=None)  # fmt: skip
    return Case(onemap, empty, WRITTEN, Catalogue.load(language))
