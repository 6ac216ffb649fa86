"""A brief made by hand, so that panels are tested without a district."""

from dataclasses import replace
from datetime import UTC, datetime

from desks.command.situation import (
    Answerable,
    Caution,
    Incident,
    Nearby,
    Place,
    Responder,
    Route,
    SituationBrief,
)
from language import say
from layers import CATALOG
from layers.catalog import HAZMAT_EQUIPMENT

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
TIME = datetime(2026, 9, 16, 14, 22, 20, tzinfo=UTC)


def responder(rank: int, **changed: object) -> Responder:
    """Return a reachable, fit team: 60 s call, 80 s turnout, 300 s drive, P90 580 s."""
    made = Responder(
        rank=rank, layer="team", id=f"T{rank}", name=f"救援{rank}队", kind="危险化学品",
        order="专业", at=(0.0, 0.0), fit=True, fit_reason=say("fit"), reachable=True,
        reason=None, eta_s=440, call_s=60, turnout_s=80, drive_s=300, free_flow_s=400,
        p90_s=580, distance_m=2300,
        route=Route(((0.0, 0.0), (1.0, 1.0)), 2300, (("滨江大道", 2000), ("", 300)), "滨江大道"),
        people=20, vehicles=3, equipment=HAZMAT_EQUIPMENT, equipment_missing=(),
        last_verified="2026-03-01", stale=False,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]  # the tests name its own fields


def unreachable(rank: int) -> Responder:
    """Return a team that no road connects."""
    return responder(
        rank, name="渡口民兵分队", reachable=False, reason=say("all roads to it are closed"),
        eta_s=None, call_s=None, turnout_s=None, drive_s=None, free_flow_s=None, p90_s=None,
        distance_m=None, route=None,
    )  # fmt: skip


def nearby(layer: str, number: int, **changed: object) -> Nearby:
    """Return one record near by, 400 m for each number."""
    made = Nearby(
        layer=layer, id=f"{layer}{number}", name=f"{layer} 第{number}", at=(0.0, 0.0),
        distance_m=400 * number, travel_s=150 * number, reason=None,
        facts=(("capacity_people", "3200"),) if layer == "shelter" else (),
        stock=(("空气呼吸器", "52 套"), ("堵漏工具", "4 套")) if layer == "depot" else (),
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]  # the tests name its own fields


def place(**changed: object) -> Place:
    """Return a place inside a community of 2,870 residents by day."""
    made = Place(
        inside=True, subdistrict="民权街道", subdistrict_code="S1", community="民权社区",
        community_code="C1", outside_m=0, grids=("大1", "中1", "小1"), road="滨江大道",
        road_m=42, residents_day=2870, residents_night=4310,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]  # the tests name its own fields


def brief(*, responders: tuple[Responder, ...] | None = None, **changed: object) -> SituationBrief:
    """Return a brief with six teams (the sixth cannot come) and records in every layer."""
    six = (
        responder(1),
        responder(2, eta_s=723, turnout_s=120, drive_s=543, p90_s=930, distance_m=4200),
        responder(3, equipment=HAZMAT_EQUIPMENT[:10], equipment_missing=("洗消", "输转"),
                  eta_s=669, turnout_s=180, drive_s=429, p90_s=850),
        responder(4, name="更近微站", fit=False, fit_reason=say("lacks plugging"),
                  eta_s=411, drive_s=271, p90_s=510),
        responder(5, layer="fire_station", stale=True, last_verified="2024-11-02", eta_s=828),
        unreachable(6),
    )  # fmt: skip
    layers = [spec for spec in CATALOG if spec.purpose != "unit" and not spec.ranked]
    made = SituationBrief(
        incident=Incident(at=(0.0, 0.0), time=TIME, kind="hazmat_leak"),
        place=place(),
        responders=six if responders is None else responders,
        nearby={spec.key: tuple(nearby(spec.key, n) for n in (1, 2)) for spec in layers},
        within_m=1000,
        within={"school": 2, "hospital": 1, "petrol_station": 3},
        escalation=(
            Answerable("enterprise", "hazard", "h1", "云溪水厂", None),
            Answerable("subdistrict", "department", "d1", "", say("no department on file")),
        ),
        cautions=(
            Caution(0, say("bridge height unknown")),
            Caution(1, say("congestion is assumed")),
        ),
        why_first=say("the nearer one lacks plugging"),
        stamp="abcdef123456",
        speed_model="v1",
        computed_ms=12,
    )
    return replace(made, **changed)  # type: ignore[arg-type]  # the tests name its own fields
