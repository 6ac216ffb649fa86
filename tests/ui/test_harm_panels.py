"""The panels of harm: zones, people, shelters, supplies, calls, log, on answers made by hand."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from shapely import MultiPolygon, Point, Polygon, get_num_coordinates

from desks.command.answers import Guide, Order, TeamScore
from desks.command.reporting import due_reports
from desks.command.situation import Change
from language import Catalogue, say
from risk.release import LEVELS, ZoneSet
from tests.ui import answers, fakes
from ui.pages.command_log import told_of
from ui.pages.command_map import MOST_VERTICES, rings_of
from ui.panels import harm
from ui.panels.band import band
from ui.panels.calls import calls_tile
from ui.panels.cautions import cautions, changes_line
from ui.panels.evacuation import LISTED, shelters_tile
from ui.panels.exposure import counts_by_kind, people_tile, receptors_tile
from ui.panels.log import Log, board_table, log_tile
from ui.panels.markup import Contact, Told, View
from ui.panels.rail import rail
from ui.panels.supplies import amount, supplies_tile
from ui.panels.tiles import tiles

ENGLISH = View(Catalogue.load("en"), kind="Hazmat leak", substance="Chlorine", quantity_t=1.0)
CHINESE = View(Catalogue.load("zh"), kind="危化品泄漏", substance="氯", quantity_t=1.0)


def text(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(markup))).strip()


def cells(markup: str) -> list[str]:
    return [text(cell) for cell in re.split(r'(?=<div class="cell)', str(markup))[1:]]


# ---- the band -------------------------------------------------------------------------------


def test_the_band_answers_the_radios_six_questions_in_their_order() -> None:
    """What, how far, how many, who comes, from which side, where people go."""
    what, far, many, first, side, refuge = cells(band(answers.brief(), ENGLISH))
    assert "Chlorine leak" in what
    assert "1 t" in what
    assert "propose level Ⅱ ▲" in what
    assert far == "How far harm reaches 1.5 km to the WSW P90 2.2 km · isolate 150 m"
    assert many == "People inside now ≥2 ppm 8,640 people Schools 1 · Hospitals 1"
    assert "7′20″" in first
    assert side == "From which side ENE upwind stand off at 东湾路 · 382 m from it"
    assert refuge == "Where people go 2 of 3 safe ✓ enough, 510 to spare"


def test_the_band_in_chinese_is_said_as_on_the_radio() -> None:
    what, far, many, _, side, refuge = cells(band(answers.brief(), CHINESE))
    assert "氯泄漏" in what
    assert "建议 Ⅱ 级响应" in what
    assert far == "伤害到多远 1.5 km 向西南偏西 P90 2.2 km · 隔离 150 m"
    assert many.startswith("区内人数 此刻 ≥2 ppm 8,640 人")
    assert side.startswith("从哪边进 东北偏东 上风 东湾路集结")
    assert refuge == "往哪里撤 2 所安全 / 3 ✓ 够，余 510"


def test_an_unverified_line_says_so_where_it_is_answered() -> None:
    zones = answers.zone_set()
    doubtful = replace(zones, zones=tuple(replace(zone, verified=False) for zone in zones.zones))
    far = cells(band(answers.brief(zones=doubtful), ENGLISH))[1]
    assert "▲ not verified" in far


def test_without_wind_harm_goes_to_every_side_and_nothing_is_upwind() -> None:
    zones = replace(answers.zone_set(), weather=None)
    brief = answers.brief(zones=zones)
    brief = replace(brief, incident=replace(brief.incident, wind_from_deg=None))
    _, far, _, _, side, _ = cells(band(brief, ENGLISH))
    assert "to every side" in far
    assert "upwind" not in side


def test_what_is_not_known_is_said_and_no_zero_stands_for_it() -> None:
    brief = answers.brief(
        approach=None,
        exposure=answers.exposure(people_now=None, notes=(say("no residents on file"),)),
    )
    _, _, many, _, side, _ = cells(band(brief, ENGLISH))
    assert "not known" in many
    assert "no residents on file" in many
    assert "No stand-off point is known" in side
    assert " 0 " not in many + side


def test_a_shortage_of_places_is_said_with_its_number() -> None:
    """Row S1-18: enough or not gets a number."""
    refuge = cells(band(answers.brief(evacuation=answers.evacuation(short=640)), ENGLISH))[5]
    assert "✕ short of 640 places within a walk" in refuge


def test_without_zones_the_six_answers_are_those_of_the_place() -> None:
    brief = answers.brief(zones=ZoneSet((), "", None, ()))
    assert "There within 10 min" in cells(band(brief, ENGLISH))[2]


def test_a_what_if_frames_what_changed_and_by_how_much() -> None:
    before = answers.brief()
    wider = replace(
        answers.zone_set(),
        zones=tuple(
            replace(zone, reach_m=zone.reach_m + 900) if zone.level == "aegl_2" else zone
            for zone in answers.zone_set().zones
        ),
    )
    after = answers.brief(zones=wider, exposure=answers.exposure(people_now=9000))
    drawn = str(band(after, replace(ENGLISH, before=before)))
    assert "＋900 m" in drawn
    assert "＋360" in drawn
    assert "framed" in drawn
    assert "framed" not in str(band(before, replace(ENGLISH, before=before)))


def test_the_changes_say_whether_a_closure_or_a_what_if_made_them() -> None:
    before = answers.brief()
    turned = replace(before, incident=replace(before.incident, wind_from_deg=105.0))
    view = replace(ENGLISH, before=before)
    change = Change("team", "T2", 2, 1, -53, lost=False, gained=False)
    assert "What-if: 1 teams change" in text(changes_line(turned, (change,), view))
    assert "After the closures 1 teams change" in text(changes_line(before, (change,), view))


@pytest.mark.parametrize(
    ("metres", "read"),
    [(36, "36 m"), (99.2, "100 m"), (150.00000000019529, "150 m"), (151, "160 m"), (999, "1000 m"),
     (1000, "1.0 km"), (5146, "5.1 km"), (12_345, "12 km")],
)  # fmt: skip
def test_a_reach_is_never_rounded_below_what_the_model_said_near_by(
    metres: float, read: str
) -> None:
    assert harm.reached(metres) == read


def test_every_level_has_a_line_a_name_and_a_tag() -> None:
    looks = {level: harm.look(answers.zone(level, 0, 100)) for level in LEVELS}
    assert set(looks.values()) == {"worst", "protective", "light", "ring", "drawn"}
    assert looks["aegl_3"] == looks["thermal_fatal"] == "worst"
    assert looks["isolation"] == "ring"
    assert harm.short("aegl_2", CHINESE) == "AEGL-2"
    assert harm.short("thermal_injury", CHINESE) == "热辐射伤害"
    assert harm.title("<nobody's>", CHINESE) == "<nobody's>"


def test_the_basis_names_source_and_what_is_not_verified() -> None:
    said = text(cautions(answers.brief(), ENGLISH))
    assert "AEGL-2: EPA AEGL" in said
    assert "▲ not verified: AEGL-1, EPA AEGL" in said
    # In the strip, in the list below it, and once for the zones although each of them rests on it.
    assert said.count("congestion is assumed") == 3


# ---- people and places ----------------------------------------------------------------------


def test_people_stand_by_hour_and_by_subdistrict() -> None:
    brief = answers.brief()
    assert brief.exposure is not None
    drawn = str(people_tile(brief, brief.exposure, ENGLISH))
    said = text(drawn)
    assert "8,640 now day 8,640 · night 5,120" in said
    assert "in the spread 14,300" in said
    assert "民权 5,770 · 中兴 2,870" in said
    bars = re.findall(r'<i class="(now)?" style="height:(\d+)%"', drawn)
    assert len(bars) == 24
    assert [hour for hour, bar in enumerate(bars) if bar[0]] == [fakes.TIME.hour]
    assert bars[23][1] == "100"
    # The communities of the inner zone are not counted once more.
    assert "900" not in said


def test_people_not_known_say_why() -> None:
    exposed = answers.exposure(people_now=None, notes=(say("no residents on file"),))
    said = text(people_tile(answers.brief(), exposed, ENGLISH))
    assert "no residents on file" in said
    assert "8,640" not in said


def test_receptors_stand_by_name_and_telephone_with_their_level() -> None:
    """Row S2-17: schools and hospitals by name and telephone, and what may follow."""
    view = replace(
        ENGLISH,
        contacts={("school", "s1"): Contact("", "555-0117")},
        degrees={(1.0, 2.0): (113.0, 23.0)},
    )
    drawn = str(receptors_tile(answers.exposure(), view))
    said = text(drawn)
    assert "育才小学 1,120 people 3 430 m ☎ 555-0117" in said
    assert "江滨医院 2 820 m no phone on file" in said
    assert 'title="AEGL-3"' in drawn
    assert 'data-fly="113.000000,23.000000"' in drawn
    assert "Domino: 1 hazards reached" in said
    assert "↳ 滨江加油站" in said
    assert "40 m away, buffer 100 m" in said


def test_no_domino_is_said_too() -> None:
    said = text(receptors_tile(answers.exposure(domino=(), receptors=(), lines=()), ENGLISH))
    assert "Domino: no other hazard reached" in said
    assert "No registered place to protect lies in the zones" in said


def test_kinds_of_places_are_three_by_name_and_the_rest_counted() -> None:
    one = answers.exposure().receptors[0]
    layers = ("crowded_place", "village", "nursing_home", "hospital", "school", "school")
    many = tuple(replace(one, layer=layer, id=str(n)) for n, layer in enumerate(layers))
    said = counts_by_kind(answers.exposure(receptors=many), ENGLISH)
    assert said.startswith("Schools 2 · Hospitals 1 · ")
    assert said.endswith("+2")


def test_shelters_tell_room_walk_and_why_not() -> None:
    drawn = text(shelters_tile(answers.evacuation(), ENGLISH))
    assert "✓2 ✕1" in drawn.replace(" ✕", " ✕")
    # The last to arrive walks 38 minutes.
    assert "体育中心 Indoor 3,360 left · 38′00″" in drawn
    assert "学府中学 Indoor ▲ capacity unknown" in drawn
    assert "✕ 老城广场 Outdoor inside a zone" in drawn
    assert drawn.index("体育中心") < drawn.index("老城广场")
    assert "民权二 → 体育中心 1.9 km · 38′00″ 1,460" in drawn


def test_of_hundreds_of_shelters_most_are_counted() -> None:
    """Three hundred lines kept the screen waiting for 80 ms; where people go all are named."""
    made = answers.evacuation()
    lost, used, _ = made.refuges
    many = (
        *(replace(lost, id=f"l{n}", name=f"危{n}处") for n in range(70)),
        *(replace(used, id=f"u{n}", name=f"有{n}处") for n in range(30)),
        *(replace(used, id=f"s{n}", name=f"闲{n}处", assigned_people=0) for n in range(200)),
    )
    drawn = text(shelters_tile(replace(made, refuges=many), ENGLISH))
    assert "all 300" in drawn
    assert "199 more are safe and nobody is sent there, 69 more are not safe" in drawn
    assert all(f"有{n}处" in drawn for n in range(30))
    few = text(shelters_tile(replace(made, refuges=(*many[:70], *many[100:])), ENGLISH))
    assert sum(f"闲{n}处" in few for n in range(200)) == LISTED // 2
    assert sum(f"危{n}处" in few for n in range(70)) == LISTED // 2
    assert "all 270" in few


def test_communities_without_a_place_are_named() -> None:
    drawn = text(shelters_tile(answers.evacuation(short=640), ENGLISH))
    assert "short of 640 places within a walk" in drawn
    assert "中兴一 640" in drawn


def test_who_leaves_and_who_stays_indoors_is_told_with_its_reason() -> None:
    """A cloud overtakes whoever walks: an order per community, those who leave first."""
    stays = Order("甲<社区>", "C1", 900, False, 240, 1_500, say("the cloud is there first"))  # noqa: FBT003
    leaves = Order("乙社区", "C2", 300, True, None, 600, say("they are out in time"))  # noqa: FBT003
    moved = replace(answers.evacuation(), orders=(stays, leaves))
    drawn = str(shelters_tile(moved, ENGLISH))
    assert "leave 1 · stay 1" in drawn
    assert drawn.index("乙社区") < drawn.index("甲&lt;社区&gt;")
    assert "the cloud is there first" in drawn


def test_who_lies_within_the_guidebooks_distance_stands_beside_those_led_out() -> None:
    said = say("led out: {n} · within: {m}", n=12, m=345)
    guide = Guide("erg", "isolation", 1_600, 345, 300, 400, 0, False, said, said)  # noqa: FBT003
    exposed = replace(answers.exposure(), guide=guide)
    drawn = str(people_tile(answers.brief(exposure=exposed), exposed, ENGLISH))
    assert "led out: 12 · within: 345" in drawn


def test_what_is_short_stands_first_and_red() -> None:
    drawn = str(supplies_tile(answers.supplies(), ENGLISH))
    said = text(drawn)
    assert "1 short" in said
    assert said.index("氢氧化钠") < said.index("空气呼吸器")
    assert "1.1 / 2 t" in said
    assert "空气呼吸器 ▲ 52 / 40" in said
    # The axis is 2 t × 1.25: stock at 44 %, the need at 80 %.
    assert '<i class="bad" style="width:44.0%"></i><u style="left:80.0%">' in drawn
    assert "not covered" in said
    assert "二号库＋江北库" in said


@pytest.mark.parametrize(("value", "read"), [(52, "52"), (1.1, "1.1"), (5094.0, "5,094"), (0, "0")])
def test_amounts_are_written_as_stock_is(value: float, read: str) -> None:
    assert amount(value) == read


# ---- calls and log --------------------------------------------------------------------------


def test_the_call_tree_shows_who_was_told_and_who_answered() -> None:
    """Row S2-3: sent and acknowledged times of each body, and the body that is not on file."""
    brief = answers.brief()
    told = told_of(answers.entries())
    assert set(told) == {("department", "c1")}
    view = replace(ENGLISH, told=told)
    drawn = str(calls_tile(brief, view, may_tell=True))
    said = text(drawn)
    assert "Call tree 1/3" in said
    assert said.index("消防大队") < said.index("公安分局") < said.index("no such body")
    assert told["department", "c1"].acknowledged in said
    assert 'data-act="sent" data-value="department|c2"' in drawn
    assert 'data-value="department|c1"' not in drawn
    sent = replace(ENGLISH, told={("department", "c1"): Told(sent="14:22:30")})
    assert 'data-act="acknowledged" data-value="department|c1"' in str(
        calls_tile(brief, sent, may_tell=True)
    )
    assert "data-act" not in str(calls_tile(brief, sent))


def test_plans_experts_and_levels_are_one_step_away() -> None:
    """Row S1-10: the plans that apply stand with why."""
    said = text(calls_tile(answers.brief(), ENGLISH))
    assert "Plans 1" in said
    assert "专项预案" in said
    assert "it fits" in said
    assert "Experts" in said
    assert "Who answers" in said


def test_the_log_stands_newest_first_with_decisions_bold() -> None:
    drawn = str(
        log_tile(Log(answers.open_incident(), answers.entries(), head="9f2cab41" * 8), ENGLISH)
    )
    said = text(drawn)
    assert said.index("派 1、2 号队") < said.index("刺激性气味")
    assert "<b>Decision</b> 派 1、2 号队" in drawn
    assert "消防大队 answered" in said
    assert "head 9f2cab41" in said


def test_a_report_that_is_late_is_red_and_one_that_is_due_has_its_time() -> None:
    incident = answers.open_incident()
    for hours, mark in ((0, "◐"), (48, "✕")):
        due = due_reports(incident, incident.opened + timedelta(hours=hours))
        assert due
        drawn = str(log_tile(Log(incident, answers.entries(), due), ENGLISH))
        assert f"{mark} {due[0].stage.title_en} by " in text(drawn)
        assert f'data-act="report" data-value="{due[0].stage.key}"' in drawn
    reader = log_tile(Log(incident, answers.entries(), due, why_not="only to read"), ENGLISH)
    assert "data-act" not in str(reader)


def test_before_the_report_is_taken_the_log_says_the_next_step() -> None:
    assert "take the report to begin the log" in text(log_tile(Log(None), ENGLISH))
    assert "only to read" in text(log_tile(Log(None, why_not="only to read"), ENGLISH))


def test_an_altered_line_is_marked() -> None:
    spoilt = replace(answers.entries()[0], altered=True)
    assert "altered afterwards" in text(log_tile(Log(answers.open_incident(), (spoilt,)), ENGLISH))


def test_the_board_names_what_is_open_and_marks_an_exercise() -> None:
    lost = answers.open_incident(id="SJ-2", at_deg=None, drill=True, place="", said="不知何处")
    drawn = str(board_table([answers.open_incident(), lost], {"hazmat_leak": "Leak"}, ENGLISH))
    said = text(drawn)
    assert "2 going on" in said
    assert "Leak · 云溪水厂" in said
    assert "Exercise" in said
    assert "no position" in said
    assert re.findall(r'data-act="open" data-value="([^"]+)"', drawn) == ["SJ-1"]
    assert "no incident is open" in text(board_table([], {}, ENGLISH))


# ---- together -------------------------------------------------------------------------------


def test_four_tiles_stand_beside_calls_and_log() -> None:
    drawn = str(tiles(answers.brief(), ENGLISH))
    assert drawn.count('<section class="card tile') == 4
    assert "Call tree" not in drawn


def test_a_team_can_be_withdrawn_by_a_press_and_shows_its_score() -> None:
    """Row S1-12: the five aspects stand on the card, each to be read."""
    aspects = {"organisation": 80, "people": 70, "equipment": None}
    team = fakes.responder(1, score=TeamScore(aspects, 75))
    drawn = str(rail(answers.brief(responders=(team,)), ENGLISH))
    assert 'data-withdraw="T1" data-of="team" data-name="救援1队"' in drawn
    assert "score 75" in text(drawn)
    assert "80" in drawn
    assert "not known" in drawn


def test_zones_go_to_the_browser_with_few_vertices() -> None:
    round_one = Point(0, 0).buffer(5000, quad_segs=200)
    assert get_num_coordinates(round_one) > 700
    (ring,) = rings_of(round_one)
    assert 12 < len(ring) < MOST_VERTICES
    two = MultiPolygon([round_one, Point(20_000, 0).buffer(1000, quad_segs=100)])
    rings = rings_of(two)
    assert len(rings) == 2
    assert sum(map(len, rings)) <= MOST_VERTICES
    with_hole = round_one.difference(Point(0, 0).buffer(1000))
    assert isinstance(with_hole, Polygon)
    assert len(rings_of(with_hole)) == 2
