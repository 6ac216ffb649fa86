"""The map of page 规划: what is sent to the browser, and what a browser may send."""

from pathlib import Path

import pytest

from desks.onemap import OneMap, load_onemap
from desks.planning.coverage import coverage
from desks.planning.services import service_of
from language import Catalogue
from tests.ui.script import run_of
from ui.map.planning import Place, PlanEvents, PlanState, Shaded, read_plan
from ui.pages.planning_map import Picture, Proposed, plan_map, short_name
from ui.panels.markup import View

ZH = View(Catalogue.load("zh"))
BOUNDS = (112.9, 22.9, 113.1, 23.1)


@pytest.fixture(scope="module")
def onemap(town: Path) -> OneMap:
    return load_onemap(town)


@pytest.mark.parametrize(
    "moved",
    [None, 7, {}, {"id": 1, "lon": 1, "lat": 1}, {"id": "A", "lon": "1", "lat": 1},
     {"id": "A", "lon": float("nan"), "lat": 1}, {"id": "A", "lon": 1, "lat": 91},
     {"id": "A", "lon": True, "lat": 1}, {"id": "A", "lon": 1}],
)  # fmt: skip
def test_a_forged_move_moves_nothing(moved: object) -> None:
    assert read_plan({"moved": moved, "picked": "440101"}) == PlanEvents("440101")


def test_a_move_and_a_pick_are_read() -> None:
    assert read_plan({"moved": {"id": "C1", "lon": 113, "lat": 23.5}}) == PlanEvents(
        "", ("C1", (113.0, 23.5))
    )
    assert read_plan({"picked": ["x"]}) == PlanEvents()
    assert len(read_plan({"picked": "x" * 9999}).picked) < 9999


def test_a_position_that_is_none_never_reaches_the_browser() -> None:
    bad = (float("nan"), 23.0)
    for state in (
        PlanState(BOUNDS, {}, "shelter", places=[Place("A", "A", bad)]),
        PlanState(BOUNDS, {}, "shelter", units=[Shaded("1", "a", "a", bad, [])]),
        PlanState(BOUNDS, {}, "shelter", lines=[("pl-first", "x", [bad])]),
        PlanState(BOUNDS, {}, "shelter", outline=[[bad]]),
    ):
        with pytest.raises(ValueError, match="nan"):
            state.payload()


def test_every_subdistrict_is_drawn_and_the_picked_one_by_community(onemap: OneMap) -> None:
    """S1-2: each area prints its figure, its shade has a legend, places and choice too."""
    found = coverage(onemap, service_of("shelter"))
    whole = plan_map(onemap, Picture(found, "circle"), ZH).payload()
    codes = [one["code"] for one in whole["units"]]
    assert codes == [one.code for one in found.subdistricts]
    shades = {f"pl-{one['shade']}" for one in whole["units"]}
    assert shades <= {look for look, _ in whole["labels"]["legend"]}
    assert all("\n" in one["label"] for one in whole["units"])
    assert len(whole["places"]) == len(found.places.ids)
    picked = found.communities[0].parent
    inside = plan_map(onemap, Picture(found, "circle", unit=picked, inside=True), ZH).payload()
    parts = [one for one in inside["units"] if one["level"] == "community"]
    assert [one["code"] for one in parts] == [
        one.code for one in found.communities if one.parent == picked
    ]
    assert picked not in {one["code"] for one in inside["units"] if one["level"] != "community"}
    assert inside["outline"]


def test_only_what_is_of_the_draft_may_be_moved(onemap: OneMap) -> None:
    found = coverage(onemap, service_of("shelter"))
    mine = found.places.ids[0]
    drawn = plan_map(onemap, Picture(found, "circle", movable=frozenset({mine})), ZH).payload()
    assert [one["id"] for one in drawn["places"] if one["movable"]] == [mine]
    assert any(look == "pl-key-movable" for look, _ in drawn["labels"]["legend"])


@pytest.mark.parametrize(
    ("name", "short"),
    [("渡口街道", "渡口"), ("街道", "街道"), ("渡头镇", "渡头镇"), ("社区", "社区")],
)
def test_a_name_is_shortened_but_never_to_nothing(name: str, short: str) -> None:
    assert short_name(name) == short


def test_the_component_loads_by_itself() -> None:
    assert run_of("planning", "show(typeof PlanMap)") == "function"


def test_proposed_places_carry_their_number_and_a_line_in_the_legend(onemap: OneMap) -> None:
    found = coverage(onemap, service_of("shelter"))
    at = tuple(found.demand.xy_m[0].tolist())
    shown = Picture(found, "circle", proposed=[Proposed(1, "spot-1", "甲：接纳 5 人", at)])
    drawn = plan_map(onemap, shown, ZH).payload()
    *existing, last = drawn["places"]
    assert (last["number"], last["name"], last["movable"]) == (1, "甲：接纳 5 人", False)
    assert {one["number"] for one in existing} == {0}
    assert "pl-key-proposed" in dict(drawn["labels"]["legend"])
    assert "pl-key-proposed" not in dict(
        plan_map(onemap, Picture(found, "circle"), ZH).payload()["labels"]["legend"]
    )
