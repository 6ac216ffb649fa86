"""The adversary: every candidate is the whole brief's own answer, and the worst is found."""

from dataclasses import replace
from datetime import datetime
from itertools import combinations

import pytest

from desks.command import Closures, situation_brief
from desks.exercise.adversary import (
    Aim,
    Candidate,
    Where,
    asked_again,
    confirmed,
    dice_of,
    explore,
    hits,
    rank,
    search,
    wheres,
)
from desks.exercise.adversary_findings import (
    Question,
    findings,
    findings_document,
    findings_lines,
)
from desks.exercise.compose_rules import RULES
from desks.exercise.compose_spots import NoGo, incident_at, matter_of, spots_of
from desks.onemap import OneMap
from geodata.faults import UserError
from language import Catalogue
from tests.desks.exercise.drill_town import drill_town

MOMENTS = tuple(datetime(2026, 12, 1, hour) for hour in (3, 8, 18))  # noqa: DTZ001 - its own clock
LATEST = Aim("latest")


@pytest.fixture(scope="module")
def world(town: OneMap) -> OneMap:
    return drill_town(town)


def _wheres(world: OneMap, *classes: str) -> list[Where]:
    dice = dice_of("plan", 3)
    spots = [spot for key in classes for spot in spots_of(world, key, dice)]
    return list(wheres(spots, MOMENTS, dice))


def test_every_candidate_is_the_whole_briefs_to_the_millisecond(world: OneMap) -> None:
    candidates = [
        one
        for where in _wheres(world, "toxic", "fire", "crowd")
        for one in explore(world, where, LATEST, 2)
    ]
    assert len(candidates) > 50
    for one in candidates[::2]:
        assert confirmed(world, one).candidate.drive_ms == one.drive_ms


def test_the_best_twenty_of_the_made_up_district_agree_with_the_brief(district: OneMap) -> None:
    dice = dice_of("plan", 5)
    spots = spots_of(district, "transport", dice)
    found = search(district, wheres(spots, MOMENTS, dice), LATEST, most=40, closures=1)
    assert len(found.best) > 5
    for one in found.best:
        first = situation_brief(district, asked_again(one.candidate)).responders[0]
        assert (first.drive_ms, first.p90_s) == (one.candidate.drive_ms, one.candidate.p90_s)


def test_a_candidate_that_the_brief_does_not_confirm_is_a_bug(world: OneMap) -> None:
    good = explore(world, _wheres(world, "fire")[0], LATEST, 0)[0]
    assert good.drive_ms is not None
    with pytest.raises(RuntimeError, match="does not agree"):
        confirmed(world, replace(good, drive_ms=good.drive_ms + 1))
    with pytest.raises(RuntimeError, match="does not agree"):
        confirmed(world, replace(good, team=("team", "nobody")))


@pytest.mark.parametrize("closures", [1, 2])
def test_no_closures_at_all_hurt_more_than_those_found(world: OneMap, closures: int) -> None:
    """Where nothing but the own way is closed the adversary finds what every set would do."""
    where = _wheres(world, "fire")[0]
    names = sorted(name for name in set(world.network.names) if name)
    incident = incident_at(where.spot, where.matter, where.moment)
    worst = max(
        _p90(world, incident, roads)
        for count in range(closures + 1)
        for roads in combinations(names, count)
    )
    found = explore(world, where, LATEST, closures)
    assert max(10**9 if one.p90_s is None else one.p90_s for one in found) == worst


def _p90(world: OneMap, incident: object, roads: tuple[str, ...]) -> int:
    closed = replace(incident, closures=Closures((), roads))  # type: ignore[type-var]
    first = situation_brief(world, closed).responders[0]  # type: ignore[arg-type]
    return 10**9 if first.p90_s is None else first.p90_s


def test_closures_never_bring_anybody_sooner_than_open_roads_say(world: OneMap) -> None:
    for where in _wheres(world, "fire")[:6]:
        found = explore(world, where, LATEST, 2)
        assert found[0].closed_roads == ()
        assert {one.open_p90_s for one in found} == {found[0].p90_s}
        assert len({frozenset(one.closed_roads) for one in found}) == len(found)
        assert all(len(one.closed_roads) <= 2 for one in found)


def test_the_same_dice_find_the_same_on_one_thread_or_two(world: OneMap) -> None:
    def best(workers: int) -> list[Candidate]:
        places = iter(_wheres(world, "fire", "toxic"))
        found = search(world, places, Aim("harm"), most=60, workers=workers)
        return [one.candidate for one in found.best]

    assert best(1) == best(2)


def test_each_place_is_named_once_and_the_worst_first(world: OneMap) -> None:
    found = search(world, iter(_wheres(world, "fire", "crowd")), LATEST, most=500)
    places = [(one.candidate.where.spot.layer, one.candidate.where.spot.id) for one in found.best]
    assert len(places) == len(set(places)) == 3
    order = [rank(one.candidate, LATEST) for one in found.best]
    assert order == sorted(order)
    assert found.reachable_s is not None
    assert found.settings == len(_wheres(world, "fire", "crowd"))


def test_a_band_holds_its_ends_and_nobody_else(world: OneMap) -> None:
    one = next(
        c for c in explore(world, _wheres(world, "fire")[0], LATEST, 0) if c.p90_s is not None
    )
    assert one.p90_s is not None
    assert hits(one, Aim("band", one.p90_s, one.p90_s))
    assert not hits(one, Aim("band", one.p90_s + 1, one.p90_s + 60))
    assert not hits(replace(one, p90_s=None), Aim("band"))
    found = search(world, iter(_wheres(world, "fire")), Aim("band", 0, 1), most=20)
    assert found.best == ()


def test_planners_dice_never_roll_like_a_pools() -> None:
    """S1-9: findings are of another seed than any sealed pool, whatever number is given."""
    seeds = [*range(200), 2**255]
    rolls = {dice_of(purpose, s).random() for s in seeds for purpose in ("pool", "plan")}
    assert len(rolls) == 2 * len(seeds)
    assert dice_of("plan", 7).random() == dice_of("plan", 7).random()


def test_findings_are_told_in_words_and_data(world: OneMap) -> None:
    asked = Question(("fire", "toxic"), MOMENTS, Aim("harm"), candidates=80)
    found = findings(world, asked, seed=1)
    for language in ("zh", "en"):
        document = findings_document(world, found, Catalogue.load(language))
        lines = list(findings_lines(found, Catalogue.load(language)))
        assert document["candidates"] >= 80
        assert len(lines) == len(document["findings"]) + 2
        assert all(
            row["place"] in line for row, line in zip(document["findings"], lines, strict=False)
        )
    row = document["findings"][0]
    assert row["p90_s"] is None or row["p90_s"] >= row["open_p90_s"]


def test_findings_keep_off_the_no_go_list(world: OneMap) -> None:
    rush = RULES.avoid["rush-hour"]
    asked = Question(("fire",), MOMENTS, LATEST, candidates=40, no_go=NoGo((rush,)))
    hours = {one.candidate.where.moment.hour for one in findings(world, asked, seed=1).best}
    assert hours == {3}


@pytest.mark.parametrize(
    ("changes", "option"),
    [
        ({"classes": ("war",)}, "--class"),
        ({"classes": ("gas",)}, "--class"),
        ({"candidates": 0}, "--candidates"),
        ({"closures": 4}, "--closures"),
        ({"no_go": NoGo((RULES.avoid["rush-hour"],)), "moments": MOMENTS[1:]}, "--avoid"),
    ],
)
def test_a_question_that_cannot_be_is_told(
    world: OneMap, changes: dict[str, object], option: str
) -> None:
    asked = replace(Question(("fire",), MOMENTS, LATEST, candidates=20), **changes)  # type: ignore[arg-type]
    with pytest.raises(UserError) as caught:
        findings(world, asked, seed=1)
    assert [fault.file for fault in caught.value.faults] == [option]


def test_what_escapes_is_a_share_of_the_registered_stock(world: OneMap) -> None:
    dice = dice_of("pool", 1)
    stock = {"chlorine": 5.0, "petrol": 40.0, "gasoline": 40.0}
    for hazard_class in ("toxic", "flammable"):
        (spot,) = spots_of(world, hazard_class, dice)
        for _ in range(20):
            matter = matter_of(spot, dice)
            assert matter.quantity_t in [
                float(f"{stock[matter.substance] * share:.3g}") for share in RULES.figures.shares
            ]
            assert 0 <= matter.wind_from_deg < 360
            assert matter.wind_ms in RULES.figures.speeds_ms
