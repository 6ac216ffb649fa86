"""The town's answers, computed by hand from lengths and speeds before the program was asked.

Speeds at three in the morning (no congestion): own speed on file times priority of the class.
人民路 primary 72 km/h x 1.2 = 24 m/s · 西街, 中街, 东街 secondary 36 x 1.2 = 12 m/s ·
北一街, 南一街 tertiary and 学堂路 residential 36 x 1.1 = 11 m/s. Entering a junction costs 3 s
where two other ends there are no lesser road, so 人民路 passes all of them freely. Call 60 s (P90
120 s); turnout 综合消防 60 (80) s, 危险化学品 120 (240) s; P90 of the drive = 1.5 x its median.
Places on a crossing have no access leg.
"""

import pytest
from shapely import box

from desks.command import Closures, Responder, SituationBrief, compare, situation_brief
from desks.onemap import OneMap
from tests.desks.making import at_town, town_place


def by_id(brief: SituationBrief) -> dict[str, Responder]:
    return {team.id: team for team in brief.responders}


@pytest.fixture(scope="module")
def brief(town: OneMap) -> SituationBrief:
    """Return the brief on an incident half-way between x = 500 and x = 1000 on 人民路."""
    return situation_brief(town, at_town(750, 500))


def test_the_first_team_by_hand(brief: SituationBrief) -> None:
    """T1 drives 500 m (20.833 s), passes the lesser road at x = 500, drives 250 m (10.417 s).

    31.25 s are 32 whole seconds; 60 + 60 + 32 = 152. P90: 120 + 80 + 1.5 x 31.25 = 46.9 -> 47.
    """
    team = brief.responders[0]
    assert (team.id, team.reachable, team.fit) == ("T1", True, True)
    assert (team.call_s, team.turnout_s, team.drive_s, team.eta_s) == (60, 60, 32, 152)
    assert team.p90_s == 120 + 80 + 47
    assert team.free_flow_s == 152
    assert team.distance_m == 750
    assert team.route is not None
    assert team.route.roads == (("人民路", 750),)
    assert team.route.main_road == "人民路"
    assert team.route.points[0] == pytest.approx(town_place(0, 500), abs=0.01)
    assert team.route.points[-1] == pytest.approx(town_place(750, 500), abs=0.01)


def test_the_second_team_by_hand(brief: SituationBrief) -> None:
    """T2 drives 500 + 500 + 250 m and passes two lesser roads: 20.833 x 2 + 10.417 = 52.08 s."""
    team = brief.responders[1]
    assert (team.id, team.drive_s, team.eta_s) == ("T2", 53, 60 + 120 + 53)
    assert team.p90_s == 120 + 240 + 79
    assert team.distance_m == 1250


def test_the_island_is_said_in_words(brief: SituationBrief) -> None:
    team = brief.responders[2]
    assert (team.id, team.reachable, team.eta_s, team.route) == ("T3", False, None, None)
    assert "No road joins" in str(team.reason)


def test_why_the_first(brief: SituationBrief) -> None:
    assert str(brief.why_first) == "西街消防救援队 is fit and arrives first."


def test_a_closure_sends_the_first_team_round(town: OneMap, brief: SituationBrief) -> None:
    """With 人民路 closed at x = 200..300, T1 goes south: 学堂路 is one way north.

    西街 500 m 41.667 + 南一街 500 m 45.455 + 学堂路 500 m 45.455 + 3 on coming out into 人民路 +
    250 m 10.417 = 145.99 s. (North about: 41.667 + 45.455 + 45.455 + 3 + 41.667 + 3 + 10.417 =
    190.66 s.)
    """
    x_m, y_m = town_place(0, 0)
    closed = box(x_m + 200, y_m + 450, x_m + 300, y_m + 550)
    after = situation_brief(town, at_town(750, 500, closures=Closures((closed,))))
    team = by_id(after)["T1"]
    assert (team.drive_s, team.distance_m) == (146, 1750)
    assert team.route is not None
    assert [name for name, _ in team.route.roads] == ["西街", "南一街", "学堂路", "人民路"]
    changes = {change.id: change for change in compare(brief, after)}
    assert changes["T1"].delta_s == 146 - 32
    assert (changes["T1"].rank_before, changes["T1"].rank_after) == (1, 2)
    assert (changes["T2"].delta_s, changes["T2"].rank_after) == (0, 1)
    assert not changes["T1"].lost
    assert not changes["T3"].gained


def test_closing_a_road_by_name_stops_short_and_says_so(town: OneMap) -> None:
    """人民路 is closed whole: T1 stops at (500, 500) or (1000, 500), 250 m from the incident.

    Both ends are as near. By 西街 and 北一街 or 南一街 it takes over 100 s; the last 250 m take
    250 / 5 km/h = 180 s on foot.
    """
    after = situation_brief(town, at_town(750, 500, closures=Closures(roads=("人民路",))))
    team = by_id(after)["T1"]
    assert team.reachable
    assert team.drive_s is not None
    assert team.drive_s > 180 + 100
    assert any("stops 250 m from the incident" in str(c.text) for c in after.cautions)


def test_all_roads_closed_ends_in_a_sentence(town: OneMap) -> None:
    x_m, y_m = town_place(0, 0)
    everything = box(x_m - 5000, y_m - 5000, x_m + 9000, y_m + 9000)
    after = situation_brief(town, at_town(750, 500, closures=Closures((everything,))))
    assert not any(team.reachable for team in after.responders)
    assert "closures" in str(after.cautions[0].text)
    reasons = {team.id: str(team.reason) for team in after.responders}
    assert reasons["T1"] == reasons["T2"] == "The closures cut every way."
    assert "No road joins" in reasons["T3"]
    assert str(after.why_first) == "No team can reach the incident."


def test_no_fire_engine_in_a_lane_narrower_than_itself(town: OneMap) -> None:
    """Row S1-21 (as S0-20): 窄巷 is 2.0 m wide, the engines of T1 and T2 are 2.5 m.

    The incident lies 80 m up the lane; both stop at its mouth (1200, 0) and walk 80 m, 57.6 s.
    井巷 beside it is 3.0 m wide and is driven into.
    """
    narrow = situation_brief(town, at_town(1200, 80))
    wide = situation_brief(town, at_town(1300, 80))
    for brief, driven in ((narrow, False), (wide, True)):
        for team in brief.responders[:2]:
            assert team.route is not None
            names = [name for name, _ in team.route.roads]
            assert ("窄巷" in names or "井巷" in names) is driven
    assert any("stops 80 m from the incident" in str(c.text) for c in narrow.cautions)
    assert not any("stops" in str(c.text) for c in wide.cautions)


def test_a_low_passage_sends_the_high_engine_round(town: OneMap) -> None:
    """Row S1-21: 低涵洞 is 3.0 m high, the engines are 3.6 m: to (2000, 1300) they must stop short.

    The nearest road they may use is the tunnel's mouth at (2000, 1000), 300 m away.
    """
    brief = situation_brief(town, at_town(2000, 1300))
    first = brief.responders[0]
    assert first.route is not None
    assert "低涵洞" not in [name for name, _ in first.route.roads]


def test_off_the_network_by_its_distance(town: OneMap) -> None:
    """孤山农场 at (3500, 1500) is 1,500 m from the nearest road; 500 m is the limit."""
    brief = situation_brief(town, at_town(3500, 1500))
    assert not any(team.reachable for team in brief.responders)
    assert any("1500 m from the nearest road; 500 m" in str(c.text) for c in brief.cautions)
    assert brief.place.road_m == 1500


def test_the_place_by_hand(town: OneMap) -> None:
    """(750, 500) lies on the border of both subdistricts: the lowest code counts."""
    place = situation_brief(town, at_town(750, 500)).place
    assert (place.subdistrict, place.community) == ("北街街道", "西北社区")
    assert (place.residents_day, place.residents_night) == (120, 100)
    assert (place.road, place.road_m, place.inside) == ("人民路", 0, True)
    outside = situation_brief(town, at_town(750, 2500)).place
    assert (outside.inside, outside.outside_m, outside.subdistrict) == (False, 500, "北街街道")
    assert outside.community == ""


def test_stock_and_refuge_by_hand(town: OneMap) -> None:
    """From D1 (500, 1000) one cannot come down 学堂路; to S1 one walks 250 m of it and a lawn.

    Ordinary lorries have no priority: from D2 (500, 0) 学堂路 10 m/s 500 m 50 s + 3 s + 250 m at
    20 m/s 12.5 s = 65.5 s.
    """
    near = situation_brief(town, at_town(750, 500)).nearby
    depots = {row.id: row for row in near["depot"]}
    assert depots["D2"].travel_s == 66
    assert depots["D2"].stock == (("沙袋", "0 条"), ("饮用水", "300 箱"))
    assert near["depot"][0].id == "D2"
    assert near["shelter"][0].id == "S1"
    assert near["village"][0].travel_s is None
