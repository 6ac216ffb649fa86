"""Whatever a register holds, the risk desk answers in words: no exception, no NaN, no blank."""

import json
import math
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desks.hazards.chemical import sitings
from desks.hazards.distances import distances, site_check
from desks.hazards.document import hazards_document, hazards_lines
from desks.hazards.domino_graph import domino_graph
from desks.hazards.dossiers import completeness, dossiers, gaps
from desks.hazards.fixed_points import fixed_points
from desks.hazards.grades import graded
from desks.hazards.impact import own_zones, surroundings_of
from desks.hazards.report import risk_report
from desks.hazards.residents import residents_near
from desks.onemap import OneMap
from language import Catalogue
from tests.desks.making import town_place
from tests.desks.plants import holding, shaped
from tests.desks.worlds import put

ZH, EN = Catalogue.load("zh"), Catalogue.load("en")
NAMES = st.sampled_from(
    ["液氯", "氨", "LPG", "汽油", "柴油", "面粉", "火星土", "W5.3", "光气", "硝酸铵", "氢", "TNT",
     "涂料@W5.3", "", "@", "{x}", "<b>", "甲醇", "硫化氢", "CNG"]
)  # fmt: skip
TONNES = st.one_of(st.none(), st.floats(0, 5000), st.sampled_from([0.0, 1e-9, 1e6]))
METRES = st.floats(-3000, 6000)
PLACES = st.one_of(st.none(), st.tuples(METRES, METRES))
LINES = st.lists(st.tuples(NAMES, TONNES, st.sampled_from(["", "甲单元", "乙单元"])), max_size=4)
GRADES = st.sampled_from(["重点", "较大", "一般", ""])
SCORES = st.one_of(st.none(), st.sampled_from([0.1, 1.0, 3.0, 6.0, 7.0, 10.0, 15.0, 100.0]))
RISKS = st.lists(st.tuples(PLACES, LINES, GRADES, SCORES, SCORES, SCORES), max_size=4)
SIZES = st.floats(1, 900)
GIVEN = settings(
    deadline=None, derandomize=True, max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def made(town: OneMap, risks: list[Any]) -> OneMap:
    """Return the town with these declared risks, and a school and a chemical zone."""
    rows, lines = [], []
    for number, (at, held, grade, *scores) in enumerate(risks):
        row = {"id": f"F{number}", "name": f"{number}点", "grade": grade,
               **dict(zip(("lec_l", "lec_e", "lec_c"), scores, strict=True))}  # fmt: skip
        rows.append({**row, "at": at} if at else row)
        lines += [(f"F{number}", what, tonnes, unit, "") for what, tonnes, unit in held]
    onemap = put(town, "declared_risk", rows)
    school = {"id": "S1", "name": "校", "people": 100, "at": (250, 1250)}
    zone = {"code": "HG1", "name": "区", "residents_day": 0, "residents_night": 0,
            "shape": shapely.box(0, 0, 900, 900)}  # fmt: skip
    with_school = put(holding(onemap, "declared_risk", lines), "school", [school])
    return shaped(with_school, "chemical_zone", [zone])


@GIVEN
@given(RISKS)
def test_any_register_is_graded_or_says_why(town: OneMap, risks: list[Any]) -> None:
    """S0-3: each hazard has a level, or words; nothing is NaN, and the sums are whole."""
    onemap = made(town, risks)
    found = graded(onemap)
    assert len(found.hazards) == len(risks)
    for hazard in found.hazards:
        assert hazard.computed is not None or hazard.notes or hazard.residents.notes
        assert hazard.colour is not None or str(hazard.colour_why)
        for unit in hazard.units:
            for value in (unit.grade.s, unit.grade.r, unit.grade.alpha):
                assert value is None or (math.isfinite(value) and value >= 0)
            assert all(str(step.result) for step in unit.grade.steps)
        if hazard.computed and hazard.worst:
            known = [u.grade.level for u in hazard.units if u.grade.level]
            assert hazard.computed == min(known)


@GIVEN
@given(RISKS)
def test_any_register_has_dossiers_that_add_up(town: OneMap, risks: list[Any]) -> None:
    """S1-6: five fields each, and the quick look at gaps is the dossier's."""
    onemap = made(town, risks)
    found = graded(onemap)
    every = dossiers(onemap, found)
    assert [len(one.fields) for one in every] == [5] * len(risks)
    for one in every:
        assert gaps(onemap, one.hazard) == one.missing
        assert all(
            ZH.word(line).strip() or field.gap for field in one.fields for line in field.lines
        )
    whole = completeness(onemap, found)[-1]
    assert whole.complete == sum(not one.missing for one in every)
    assert (whole.share is None) == (not risks)
    assert whole.share != 100.0 or whole.complete == whole.sources


@GIVEN
@given(RISKS)
def test_any_register_has_a_document_and_a_report(town: OneMap, risks: list[Any]) -> None:
    """S1-7: JSON without NaN, lines without blanks, a report with the same bytes twice."""
    onemap = made(town, risks)
    found = graded(onemap)
    document = hazards_document(onemap, found, found.hazards, ZH)
    assert json.loads(json.dumps(document, allow_nan=False))["sources"] == len(risks)
    assert all(line.strip() for line in hazards_lines(onemap, found, found.hazards, EN))
    html = risk_report(onemap, found, ZH)
    assert html == risk_report(onemap, found, ZH)
    assert "<b>" not in html.replace("<b></b>", "")


@GIVEN
@given(RISKS)
def test_any_register_has_zones_domino_and_sitings(town: OneMap, risks: list[Any]) -> None:
    onemap = made(town, risks)
    zones = own_zones(onemap)
    assert len(zones) == len(risks)
    for (layer, key), zone in zones.items():
        around = surroundings_of(onemap, layer, key)
        assert (zone.shape is None) == (zone.reach_m is None) == (around.people_day is None)
        assert str(zone.said)
        if zone.shape is not None:
            assert zone.shape.is_valid
            assert around.people_day is not None
            assert 0 <= around.people_day <= 1100
    graph = domino_graph(onemap, graded(onemap))
    keys = {(node.layer, node.id) for node in graph.nodes}
    assert all({edge.cause, edge.hit} <= keys for edge in graph.edges)
    assert all(len(group) > 1 for group in graph.groups)
    assert all(one.where != "unknown" or one.at is None for one in sitings(onemap))
    assert fixed_points(onemap, graded(onemap)) == ()


@GIVEN
@given(METRES, METRES, SIZES, SIZES)
def test_a_wider_ground_never_has_fewer_residents(
    town: OneMap, x: float, y: float, width: float, height: float
) -> None:
    """Residents are counted outside the ground; the communities of the town have 1,000 in all."""
    place = shapely.Point(town_place(x, y))
    found = residents_near(town, place)
    assert found.people is not None
    assert 0 <= found.people <= 1000
    x0, y0 = town_place(x - width / 2, y - height / 2)
    ground = shapely.box(x0, y0, x0 + width, y0 + height)
    around = residents_near(town, ground)
    assert around.people is not None
    whole = math.fsum(part for _, _, part in around.communities)
    assert around.people >= whole - 0.006
    assert around.people <= whole + 1


@GIVEN
@given(METRES, METRES)
def test_the_check_of_a_place_is_that_of_the_register(town: OneMap, x: float, y: float) -> None:
    """S0-18: the what-if of a place says what the distance check would say once it is built."""
    school = {"id": "S1", "name": "校", "people": 100, "at": (250, 1250)}
    base = put(town, "school", [school])
    asked = site_check(base, "petrol_station", shapely.Point(town_place(x, y)))
    built = put(base, "petrol_station", [{"id": "J1", "name": "站", "at": (x, y)}])
    found = distances(built).relocations
    assert bool(asked.too_near) == bool(found)
    if found:
        assert asked.too_near[0].distance_m == found[0].receptors[0].distance_m


@pytest.mark.parametrize("catalogue", [ZH, EN], ids=["zh", "en"])
def test_the_lines_of_the_terminal_name_every_shown_hazard(
    town: OneMap, catalogue: Catalogue
) -> None:
    risks = [((250, 1250), [("液氯", 30.0, "")], "重点", 3.0, 6.0, 7.0),
             (None, [("火星土", 1.0, "")], "一般", None, None, None)]  # fmt: skip
    onemap = made(town, risks)
    found = graded(onemap)
    text = "\n".join(hazards_lines(onemap, found, found.hazards, catalogue))
    assert "F0 0点" in text
    assert "F1 1点" in text
    assert ("无法定级" if catalogue is ZH else "cannot be graded") in text
