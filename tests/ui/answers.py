"""The further parts of a brief made by hand: zones, exposure, shelters, supplies, calls, a log."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from shapely import Point, Polygon

from desks.command.answers import (
    Approached,
    Call,
    DepotLoad,
    Domino,
    Evacuation,
    Exposure,
    LineNear,
    NeedLine,
    PlanCard,
    ReceptorInside,
    Refuge,
    ResponseLevel,
    StandOff,
    Supplies,
    UnitPeople,
    Walk,
)
from desks.command.journal import Entry, OpenIncident
from desks.command.situation import Incident, SituationBrief
from language import say
from risk.release import Weather, Zone, ZoneSet
from tests.ui import fakes

AT = (0.0, 0.0)
SQUARE = Polygon([(-750, 0), (750, 0), (750, 1500), (-750, 1500)])


def zone(level: str, rank: int, reach_m: float, **changed: Any) -> Zone:  # noqa: ANN401 - any field
    """Return a circle of that reach about the incident, verified, without a spread."""
    made = Zone(
        model="plume", level=level, rank=rank, threshold=2.0, unit="ppm", reach_m=reach_m,
        shape=Point(AT).buffer(reach_m), spread_m=None, spread=None, source="EPA AEGL",
        verified=True, assumptions=(say("congestion is assumed"),),
    )  # fmt: skip
    return replace(made, **changed)


def zone_set(*, name: str = "EPA AEGL") -> ZoneSet:
    """Return AEGL-3, -2, -1 of 500, 1,500 and 3,000 m, an isolation of 150 m, wind from 70°."""
    zones = (
        zone("aegl_3", 0, 500, threshold=20.0, source=name),
        zone("aegl_2", 1, 1500, spread_m=2200.0, spread=Point(AT).buffer(2200), source=name),
        zone("aegl_1", 2, 3000, threshold=0.5, verified=False, source=name),
        zone("isolation", 0, 150, model="erg", threshold=None, unit="m", verified=False),
    )
    return ZoneSet(zones, "plume", Weather(70.0, 2.1, "D", 20.0), ())


def exposure(*, name: str = "", **changed: Any) -> Exposure:  # noqa: ANN401 - any field
    """Return 8,640 people in three communities of two subdistricts, and two schools inside."""
    units = tuple(
        UnitPeople("aegl_2", name or subdistrict, code, name or community, code, day, night, day)
        for subdistrict, community, code, day, night in (
            ("民权", "民权一", "1", 4310, 2000),
            ("中兴", "中兴一", "2", 2870, 2000),
            ("民权", "民权二", "3", 1460, 1120),
        )
    )
    inner = UnitPeople("aegl_3", "民权", "1", "民权一", "1", 900, 400, 900)
    receptors = (
        ReceptorInside("school", "s1", name or "育才小学", "小学", (1.0, 2.0), 430, "aegl_3", 1120),
        ReceptorInside("hospital", "h1", name or "江滨医院", "", (2.0, 2.0), 820, "aegl_2", None),
    )
    made = Exposure(
        people_now=8640, people_day=8640, people_night=5120, spread_people=14_300,
        by_hour=tuple(5000 + 150 * hour for hour in range(24)), units=(*units, inner),
        receptors=receptors,
        domino=(
            Domino(2, "x", "petrol_station", "p1", name or "滨江加油站", (3.0, 3.0), 700, "aegl_2",
                   300, say("{x}", x=name or "adds 300 m")),
        ),
        lines=(LineNear("pipeline", "l1", name or "中压管", name or "天然气", 40, 100),),
        notes=(),
    )  # fmt: skip
    return replace(made, **changed)


def evacuation(*, name: str = "", short: int = 0) -> Evacuation:
    """Return two safe shelters and one that is not; ``short`` people have no place."""
    refuges = (
        Refuge("shelter", "r0", name or "老城广场", "室外", (4.0, 4.0), False,  # noqa: FBT003 - not safe
               say("{x}", x=name or "inside a zone"), 900, 0),
        Refuge("shelter", "r1", name or "体育中心", "室内", (5.0, 5.0), True, None, 12_000, 8640),  # noqa: FBT003 - safe
        Refuge("shelter", "r2", name or "学府中学", "室内", (6.0, 6.0), True, None, None, 0),  # noqa: FBT003 - safe
    )  # fmt: skip
    walks = (
        Walk(name or "民权一", "1", "r1", 4310, 1200, 1440),
        Walk(name or "民权二", "3", "r1", 1460, 1900, 2280),
    )
    return Evacuation(
        demand_people=8640, placed_people=8640 - short, spare_people=510, refuges=refuges,
        walks=walks, short=((name or "中兴一", "2", short),) if short else (), said=say("said"),
    )  # fmt: skip


def supplies(*, name: str = "") -> Supplies:
    """Return one need that is covered and one that is short, from two depots."""
    needs = (
        NeedLine(
            name or "空气呼吸器", "a", name or "套", 40, 52, 0, name or "House rule", verified=False
        ),
        NeedLine(name or "氢氧化钠", "b", "t", 2, 1.1, 0.9, "House rule", verified=True),
    )
    depots = (
        DepotLoad("d1", name or "二号库", 500, ((name or "氢氧化钠", 1.1, "t"),)),
        DepotLoad("d2", name or "江北库", None, ()),
    )
    return Supplies(needs, depots, None, say("said"))


def calls(*, name: str = "") -> tuple[Call, ...]:
    """Return three bodies to be told, of which one is not on file."""
    return (
        Call(2, "department", "c2", name or "公安分局", "district", name or "警戒", 5, None),
        Call(1, "department", "c1", name or "消防大队", "district", name or "出动", None, None),
        Call(3, "department", "", "", "district", "", 10, say("{x}", x=name or "no such body")),
    )


def brief(*, name: str = "", **changed: Any) -> SituationBrief:  # noqa: ANN401 - any field
    """Return the whole brief of a chlorine leak with every part; ``name`` stands for all names."""
    parts: dict[str, Any] = {
        "incident": Incident(
            at=AT, time=fakes.TIME, kind="hazmat_leak", substance="chlorine", quantity_t=1.0,
            wind_from_deg=70.0, wind_ms=2.1,
        ),
        "zones": zone_set(name=name or "EPA AEGL"),
        "exposure": exposure(name=name),
        "approach": Approached(
            (), StandOff((360.0, 130.0), 382, 70.0, name or "东湾路", say("upwind"))
        ),
        "supplies": supplies(name=name),
        "plan_cards": (
            PlanCard("p1", name or "专项预案", name or "专项", "区级", name or "区政府", "", "2027",
                     say("{x}", x=name or "it fits")),
        ),
        "calls": calls(name=name),
        "evacuation": evacuation(name=name),
        "response_level": ResponseLevel(
            "Ⅱ", say("{x}", x=name or "a rule"), "House rule", verified=False
        ),
    }  # fmt: skip
    return replace(fakes.brief(), **(parts | changed))


def open_incident(**changed: Any) -> OpenIncident:  # noqa: ANN401 - any field
    """Return an incident on the board, taken down at the time of the fakes."""
    made = OpenIncident(
        id="SJ-1", version=1, head="f" * 64, time=fakes.TIME, opened=fakes.TIME, opened_by="林晏",
        closed=None, at_deg=(113.0, 23.0), place="云溪水厂", said="刺激性气味", kind="hazmat_leak",
        substance="液氯", quantity_t=1.0, hurt_people=None, dead_people=None, drill=False,
        reports=(),
    )  # fmt: skip
    return replace(made, **changed)


def entries(*, name: str = "") -> tuple[Entry, ...]:
    """Return an intake, a call that was answered after 20 s, and a decision, in this order."""
    later = [fakes.TIME + timedelta(seconds=seconds) for seconds in (0, 10, 30, 60)]
    who, body = name or "林晏", name or "消防大队"
    return (
        Entry("1", "SJ-1", "intake", later[0], who, name or "刺激性气味"),
        Entry("2", "SJ-1", "call", later[1], who, body, "department", "c1", "sent"),
        Entry("3", "SJ-1", "call", later[2], who, body, "department", "c1", "acknowledged"),
        Entry("4", "SJ-1", "decision", later[3], who, name or "派 1、2 号队"),
    )
