"""From a wish to a pool: every type of drill, its times from the brief, its seed, its sentences."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import shapely

from desks.command import situation_brief
from desks.exercise.adversary import dice_of
from desks.exercise.compose import compose
from desks.exercise.compose_rules import RULES
from desks.exercise.compose_spots import NO_RULES, NoGo, allowed, spots_of
from desks.exercise.expected import incident_of, latest_ms
from desks.exercise.pool_reading import pool_of_bytes
from desks.exercise.scenario import DRILL_TYPES, INDICATORS, Pool, pool_document
from desks.onemap import OneMap
from geodata.chain import canonical
from geodata.faults import UserError
from tests.desks.exercise.drill_town import PLANT, at, drill_town, wish


@pytest.fixture(scope="module")
def world(town: OneMap) -> OneMap:
    return drill_town(town)


@pytest.fixture(scope="module")
def pool(world: OneMap) -> Pool:
    return compose(world, wish(), seed=11)


def _faults(
    onemap: OneMap, changes: Mapping[str, object], now: datetime | None = None
) -> list[tuple[str, str]]:
    with pytest.raises(UserError) as caught:
        compose(onemap, wish(**changes), seed=1, now=now)
    return [(fault.file, str(fault.problem)) for fault in caught.value.faults]


@pytest.mark.parametrize("type_", DRILL_TYPES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_type_of_drill_composes(world: OneMap, type_: str, language: str) -> None:
    """S1-9: the six types end to end: a pool that can be sealed and read back."""
    made = compose(world, wish(type=type_, language=language, pool=2), seed=4)
    text = canonical(pool_document(made)).encode()
    assert pool_of_bytes(text) == made
    assert made.type == type_
    rule = RULES.types[type_]
    for scenario in made.scenarios:
        assert 5 <= len(scenario.injects) <= rule["injects_most"]
        assert scenario.nodes
        assert scenario.sheet
        assert len({node.indicator for node in scenario.nodes}) >= 3
        timed = {node.key for node in scenario.nodes}
        assert all(item.node in timed or not item.node for item in scenario.sheet)
        words = "".join((scenario.title, *(one.text for one in scenario.injects)))
        assert "{" not in words
        assert "None" not in words
        assert all(("演练" in one.text) == (language == "zh") for one in scenario.injects)
        assert all("【演练】" in one.text or "[DRILL]" in one.text for one in scenario.injects)


def test_every_indicator_is_scored_and_every_type_differs() -> None:
    """S3-6 in part: each type gives points to all four, and no two seal and score alike."""
    rows = [RULES.types[key] for key in DRILL_TYPES]
    assert all(row[indicator] > 0 for row in rows for indicator in INDICATORS)
    kinds = {
        (tuple(r["sealed"]), *(r[i] for i in INDICATORS), r["form"], r["scored"]) for r in rows
    }
    assert len(kinds) == len(DRILL_TYPES)
    assert RULES.types["double_blind"]["sealed"] == ["time", "place", "subject", "injects"]
    for indicator in INDICATORS:
        assert any(row["indicator"] == indicator for row in RULES.nodes)
        assert any(row["indicator"] == indicator for row in RULES.sheet)


def test_the_same_seed_and_map_make_the_same_pool(world: OneMap, pool: Pool) -> None:
    again, other = compose(world, wish(), seed=11), compose(world, wish(), seed=12)
    assert canonical(pool_document(again)) == canonical(pool_document(pool))
    assert other.scenarios != pool.scenarios
    assert other.seed != pool.seed


def test_what_was_asked_and_what_it_rests_on_is_sealed_with_it(world: OneMap, pool: Pool) -> None:
    assert pool.map_stamp == world.stamp
    assert pool.speed_model == world.speed_model.version
    assert pool.asked["seed"] == "b"
    assert pool.asked["classes"] == ["toxic", "flammable", "fire"]


def test_expected_times_are_those_of_the_brief_that_commanders_use(
    world: OneMap, pool: Pool
) -> None:
    day = datetime.fromisoformat(pool.t0)
    for scenario in pool.scenarios:
        brief = situation_brief(world, incident_of(world, scenario, day))
        teams = {f"{team.layer}:{team.id}": team for team in brief.responders}
        arrived = [node for node in scenario.nodes if node.key.startswith("arrived-")]
        assert arrived
        for node in arrived:
            team = teams[node.team]
            assert team.eta_s is not None
            assert team.p90_s is not None
            assert (node.p50_ms, node.p90_ms) == (team.eta_s * 1000, team.p90_s * 1000)
            assert node.latest_ms == latest_ms(team.p90_s * 1000)
            assert world.speed_model.version in node.basis
        assert (scenario.first_p50_ms, scenario.first_p90_ms) == (
            arrived[0].p50_ms,
            arrived[0].p90_ms,
        )
        assert all(node.basis for node in scenario.nodes)


def test_the_first_arrival_lies_in_the_band_asked_for(world: OneMap) -> None:
    free = compose(world, wish(pool=6), seed=2)
    times = sorted(one.first_p90_ms or 0 for one in free.scenarios)
    band_s = (times[2] // 1000, times[4] // 1000)
    found = compose(world, wish(band_s=band_s, pool=2), seed=3)
    for scenario in found.scenarios:
        assert scenario.first_p90_ms is not None
        assert band_s[0] * 1000 <= scenario.first_p90_ms <= band_s[1] * 1000


def test_t0_lies_in_the_window_and_scenarios_are_of_its_hour(pool: Pool) -> None:
    t0 = datetime.fromisoformat(pool.t0)
    assert t0.utcoffset() == timedelta(hours=8)
    assert date(2026, 12, 1) <= t0.date() <= date(2026, 12, 3)
    assert 8 <= t0.hour <= 18
    assert {scenario.hour for scenario in pool.scenarios} == {t0.hour}


def test_a_tabletop_may_play_at_any_hour_of_the_window(world: OneMap) -> None:
    made = compose(world, wish(type="tabletop", pool=6), seed=5)
    hours = {scenario.hour for scenario in made.scenarios}
    assert len(hours) > 1
    assert hours <= set(range(8, 19))


def test_t0_is_never_over_already(world: OneMap) -> None:
    now = datetime(2026, 12, 3, 15, 30, tzinfo=UTC) - timedelta(hours=8)
    for seed in range(4):
        t0 = datetime.fromisoformat(compose(world, wish(pool=2), seed=seed, now=now).t0)
        assert t0 > now


def test_injects_name_nodes_of_their_scenario_and_begin_with_the_alarm(pool: Pool) -> None:
    for scenario in pool.scenarios:
        timed = {node.key for node in scenario.nodes}
        assert {one.leads_to for one in scenario.injects} <= timed | {""}
        assert {one.trigger.node for one in scenario.injects} <= timed | {""}
        assert scenario.injects[0].trigger.after_s == 0
        kinds = [one.trigger.kind for one in scenario.injects]
        assert kinds == sorted(kinds, key=("clock", "node", "hand").index)
        told = "".join(one.text for one in scenario.injects)
        assert all(road in told for road in scenario.closed_roads)


def test_a_band_that_nobody_can_hit_is_told_with_what_is_reachable(world: OneMap) -> None:
    nine = {"hours": (9,), "classes": ("fire",), "days": (date(2026, 12, 1),) * 2}
    ((option, problem),) = _faults(world, {**nine, "band_s": (0, 5)})
    assert option == "--band"
    assert "reach from" in problem
    ((option, problem),) = _faults(world, {**nine, "band_s": (20_000, 21_000)})
    assert option == "--band"
    ((option, problem),) = _faults(world, {**nine, "pool": 300, "classes": ("toxic",)})
    assert option == "--pool"
    assert problem.startswith("Only ")


def test_a_register_without_such_places_is_told(town: OneMap) -> None:
    ((option, problem),) = _faults(town, {})
    assert (option, problem) == ("--class", "The register has no place for such a drill.")


def test_a_no_go_list_that_leaves_nothing_is_told(world: OneMap) -> None:
    whole = shapely.box(*world.extent_m)
    expected = ("--avoid", "The no-go list excludes every place of the window.")
    assert _faults(world, {"areas": (whole,)}) == [expected]
    assert _faults(world, {"hours": (7, 8), "avoid": ("rush-hour",)}) == [expected]


def test_a_window_that_is_over_is_told(world: OneMap) -> None:
    now = datetime(2026, 12, 9, tzinfo=UTC)
    assert _faults(world, {}, now) == [("--window", "The window is over.")]


def test_no_drill_is_planned_for_another_century(world: OneMap) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    far = "The day lies too far off: 2029-11-25 is the last one."
    for day in (date(2029, 11, 26), date(9999, 12, 31)):
        assert _faults(world, {"days": (day, day)}, now) == [("--window", far)]
        assert _faults(world, {"exam_days": (day,)}, now) == [("--exam-day", far)]
    (fault,) = _faults(world, {"days": (date.max, date.max)})
    assert fault == ("--window", "The day lies too far off: 2100-12-31 is the last one.")


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({"classes": ("war",)}, ["--class"]),
        ({"classes": ()}, ["--class"]),
        ({"type": "war"}, ["--type"]),
        ({"avoid": ("nowhere",)}, ["--avoid"]),
        ({"language": "fr"}, ["--lang"]),
        ({"drill": "../x"}, ["--number"]),
        ({"pool": 1}, ["--pool"]),
        ({"pool": 308}, ["--pool"]),
        ({"closures": -1}, ["--closures"]),
        ({"band_s": (900, 720)}, ["--band"]),
        ({"hours": ()}, ["--hours"]),
        ({"hours": (24,)}, ["--hours"]),
        ({"days": (date(2026, 12, 3), date(2026, 12, 1))}, ["--window"]),
        ({"days": (date(2026, 1, 1), date(2028, 1, 1))}, ["--window"]),
        ({"type": "war", "pool": 0, "hours": (99,)}, ["--type", "--pool", "--hours"]),
    ],
)
def test_a_wish_that_cannot_be_is_told_with_everything_at_once(
    world: OneMap, changes: dict[str, object], options: list[str]
) -> None:
    assert [option for option, _ in _faults(world, changes)] == options


def test_no_drill_by_a_hospital_at_night_or_a_school_in_examinations(world: OneMap) -> None:
    spots = spots_of(world, "fire", dice_of("pool", 1))
    exams = NoGo((RULES.avoid["school-exams"],))
    noon = datetime(2026, 6, 7, 12)  # noqa: DTZ001 - the district's own clock
    assert {spot.id for spot in allowed(world, spots, noon, exams)} < {spot.id for spot in spots}
    assert allowed(world, spots, noon + timedelta(days=30), exams) == spots
    own = replace(exams, exam_days=frozenset({date(2026, 7, 7)}))
    assert allowed(world, spots, noon + timedelta(days=30), own) != spots
    assert allowed(world, spots, noon, NO_RULES) == spots


def test_a_users_own_area_is_kept_off_its_border_included(world: OneMap) -> None:
    spots = spots_of(world, "toxic", dice_of("pool", 1))
    x_m, y_m = at(*PLANT)
    noon = datetime(2026, 7, 1, 12)  # noqa: DTZ001 - the district's own clock
    near = shapely.box(x_m, y_m - 50, x_m + 50, y_m + 50).buffer(0.2)
    away = shapely.box(x_m + 5, y_m - 50, x_m + 50, y_m + 50)
    assert allowed(world, spots, noon, NoGo(areas=(near,))) == ()
    assert allowed(world, spots, noon, NoGo(areas=(away,))) == spots


def test_who_has_no_loads_for_the_roads_is_told_where_they_come_from(town: OneMap) -> None:
    """Accidents of lorries carry what the district stores; the list of what to enter was empty."""
    with pytest.raises(UserError) as caught:
        compose(town, wish(classes=("transport",)), seed=1)
    assert "hazard" in str(caught.value.faults[0].mend)
