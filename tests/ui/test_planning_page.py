"""Page 规划 run whole, without a browser: choices, picks, plans, losses, the report."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from streamlit.testing.v1 import AppTest

from desks.onemap import load_onemap
from desks.planning.coverage import coverage
from desks.planning.joint_siting import sited as looked_for
from desks.planning.services import service_of, services
from desks.planning.siting import Siting
from desks.planning.variant_files import list_variants, save_variant
from desks.planning.variants import Change as Planned
from desks.planning.variants import Variant, variant_of
from desks.register.opening import open_register
from geodata.store import Author, Change
from language import Catalogue, say
from reports.edition import Edition
from reports.gathering import Question
from reports.paper import FORMATS
from tests.ui.test_register_page import did, drawn
from ui.pages import planning_sites
from ui.pages.planning_report import made_report

PAGE = """
from ui import district, language
from ui.pages.planning import planning
planning(district.open_district(district.folder(), language.current()))
"""
Opened = Callable[..., AppTest]


@pytest.fixture(scope="module")
def sited(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the town with one site that may serve; nobody may write to it."""
    copy = Path(shutil.copytree(town, tmp_path_factory.mktemp("sited") / "town"))
    west, south, east, north = load_onemap(copy).layers["subdistrict"].to_crs(4326).total_bounds
    place = shapely.Point((west + east) / 2, (south + north) / 2)
    site = Change(
        "add", "drill_site", "D-1", props={"name": "演练场", "area_m2": 4000}, shape=place
    )
    with open_register(copy) as store:
        store.edit(Author("t", "made for the test"), [site])
    return copy


@pytest.fixture
def folder(sited: Path, tmp_path: Path) -> Path:
    """Return a copy of that town that a test may write to."""
    return Path(shutil.copytree(sited, tmp_path / "town"))


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return a way to open the page in a language."""

    def run(lang: str = "zh") -> AppTest:
        monkeypatch.setenv("SHOUWANG_DISTRICT", str(folder))
        app = AppTest.from_string(PAGE, default_timeout=120)
        app.query_params["lang"] = lang
        return app.run()

    return run


def shares(said: str) -> list[str]:
    """Return the percentages of the cards that have one."""
    return re.findall(r'class="v">([\d.—]+)', said)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_service_is_drawn_without_a_trace(opened: Opened, lang: str) -> None:
    """S3-2, S1-25, S2-12: depots, transport, teams and hydrants are asked as shelters are."""
    app = opened(lang)
    for service in services():
        app = did(app, "pl_bar", "service", text=service)
        said = drawn(app)
        assert not app.exception, service
        assert not [word for word in ("NaN", "Sentence(", "mappingproxy") if word in said], service
        assert said.count('class="k"') == 4, service


def test_the_cards_say_what_the_desk_says(opened: Opened, folder: Path) -> None:
    found = coverage(load_onemap(folder), service_of("shelter"))
    said = drawn(opened())
    held = [c.people_covered for c in found.totals.counts.values() if c.people_covered is not None]
    assert all(f"{people:,} / {found.totals.people:,}" in said for people in held)
    assert said.count('data-act="by"') == len(held)


def test_a_pick_leads_from_district_to_subdistrict_to_community(opened: Opened) -> None:
    app = opened()
    unit = re.findall(r'data-act="unit" data-value="(\w+)"', drawn(app))[-1]
    app = did(app, "pl_units", "unit", value=unit)
    said = drawn(app)
    assert f'data-act="unit" data-value="{unit}" tabindex="0" aria-selected="true"' in said
    community = re.findall(r'data-act="community" data-value="(\w+)"', said)
    if community:
        app = did(app, "pl_why", "community", value=community[0])
        chosen = f'data-value="{community[0]}" tabindex="0" aria-selected="true"'
        assert chosen in drawn(app)
    app = did(app, "pl_units", "unit", value="")
    assert not re.search(r'data-act="unit"[^>]*aria-selected="true"', drawn(app))


def test_forged_acts_change_nothing(opened: Opened) -> None:
    app = opened()
    before = shares(drawn(app))
    for verb, value in (("share", "all"), ("by", "best"), ("looking", "x"), ("take", "-1"),
                        ("take", "9"), ("add", "<b>"), ("drop", "x"), ("nothing", "")):  # fmt: skip
        app = did(app, "pl_bar", verb, value=value)
        assert shares(drawn(app)) == before
    for field in ("service", "within", "pack"):
        app = did(app, "pl_bar", field, text="../../etc")
        assert shares(drawn(app))
    app = did(app, "pl_bar", "plan", text="../../etc")
    assert "✕" in drawn(app), "a plan that is not there is said"


def test_a_longer_reach_never_covers_fewer(opened: Opened) -> None:
    app = opened()
    circles = [
        float(shares(drawn(did(app, "pl_bar", "within", text=reach)))[0])
        for reach in ("200m", "500m", "2000m")
    ]
    assert circles == sorted(circles)


def test_a_candidate_put_into_the_plan_is_told_against_today_and_taken_out_again(
    opened: Opened,
) -> None:
    app = opened()
    before = shares(drawn(app))
    app = did(app, "pl_mends", "add", value="drill_site:D-1")
    said = drawn(app)
    assert "比现状" in said
    assert "演练场" in said
    assert said.count('<th class="num">比现状</th>') == 1
    app = did(app, "pl_mends", "drop", value="drill_site:D-1")
    assert shares(drawn(app)) == before


def test_a_moved_marker_moves_the_figures(opened: Opened, folder: Path) -> None:
    app = did(opened(), "pl_mends", "add", value="drill_site:D-1")
    first = re.findall(r"([\d,]+) / [\d,]+ 人", drawn(app))
    onemap = load_onemap(folder)
    west, south, _, _ = onemap.layers["subdistrict"].to_crs(4326).total_bounds
    app.session_state["pl_map"] = {"moved": {"id": "drill_site:D-1", "lon": west, "lat": south}}
    app.run()
    assert not app.exception
    assert re.findall(r"([\d,]+) / [\d,]+ 人", drawn(app)) != first


def test_a_draft_is_saved_under_a_name_and_shown_by_it(opened: Opened, folder: Path) -> None:
    app = did(opened(), "pl_mends", "add", value="drill_site:D-1")
    app.text_input[0].set_value("../甲")
    app.button[0].click().run()
    assert list_variants(folder) == ((), ())
    app.text_input[0].set_value("甲案")
    app.button[0].click().run()
    assert not app.exception
    plans, faults = list_variants(folder)
    assert [one.name for one in plans] == ["甲案"]
    assert not faults
    assert "比现状" in drawn(app)


def test_new_places_are_found_shown_by_number_and_taken_as_a_plan(opened: Opened) -> None:
    """S1-14: how many, where and for how many each; the figures then are the siting's own."""
    app = did(opened(), "pl_bar", "looking", value="site")
    for verb, text in (("count", "999"), ("room", "-1"), ("among", "x"), ("count", "2")):
        app = did(app, "pl_mends", verb, text=text)
    app = did(app, "pl_mends", "locate")
    said = drawn(app)
    assert not app.exception
    gained = re.search(r"新增覆盖 ＋([\d,]+) 人 · 2 处", said)
    assert gained is not None, "what is not offered changed nothing"
    app = did(app, "pl_mends", "takeall")
    said = drawn(app)
    assert f"比现状 ＋{gained[1]} 人" in said
    assert "已在我的草案" in said


def test_an_answer_that_time_cut_off_is_said_to_be_and_asked_again_for_everybody(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays with who asked until it is asked again; nobody else is given it."""

    def cut_off(*told: Any, **named: Any) -> Siting:  # noqa: ANN401 - what `sited` takes
        proof = say("Not proven best (gap {percent} %); time ran out.", percent=1.0)
        return replace(looked_for(*told, **named), gap=0.01, is_cut_off=True, proof=proof)

    def asked_on(app: AppTest) -> str:
        app = did(app, "pl_bar", "looking", value="site")
        app = did(app, "pl_mends", "count", text="2")
        return drawn(did(app, "pl_mends", "locate"))

    planning_sites._sited.clear()  # another test may have asked for the same town
    with monkeypatch.context() as busy:
        busy.setattr(planning_sites, "sited", cut_off)
        first = opened()
        assert "时间用尽" in asked_on(first)
        assert "不能多覆盖" not in drawn(first)
    assert "时间用尽" in drawn(first.run()), "it is not worked out at every drawing"
    assert "时间用尽" not in asked_on(opened())
    assert "时间用尽" not in drawn(did(first, "pl_mends", "locate"))


def test_a_mend_is_put_into_the_plan_and_taken_out_again(opened: Opened) -> None:
    """S1-3: what raises a unit is taken with one press, a place made larger too."""
    app = opened()
    units = re.findall(r'data-act="unit" data-value="(\w+)"', drawn(app))
    taken = 0
    for unit in units:
        app = did(app, "pl_units", "unit", value=unit)
        app = did(app, "pl_mends", "mend", value=unit)
        gained = re.search(r"新增覆盖 ＋([\d,]+) 人", drawn(app))
        if gained is None or 'data-act="take" data-value="0"' not in drawn(app):
            continue
        taken += 1
        app = did(app, "pl_mends", "take", value="0")
        assert not app.exception
        assert "比现状" in drawn(app)
        (draft,) = app.session_state["planning_draft"].values()
        for one in draft:
            app = did(app, "pl_mends", "drop", value=one.id)
    assert taken, "no unit of the town can be raised"


def test_outdoor_and_indoor_places_are_found_together_and_kept_by_kind(opened: Opened) -> None:
    """A plan is about one kind: what is taken for both stands in the draft of each."""
    app = did(opened(), "pl_bar", "service", text="shelter_joint")
    app = did(app, "pl_bar", "looking", value="site")
    app = did(app, "pl_mends", "count", text="10")
    app = did(app, "pl_mends", "locate")
    said = drawn(app)
    assert not app.exception
    gained = re.search(r"新增覆盖 ＋([\d,]+) 人 · (\d+) 处", said)
    assert gained is not None
    assert "·室外" in said
    assert "室内避难场所 · 接纳" in said
    app = did(app, "pl_mends", "takeall")
    assert f"比现状 ＋{gained[1]} 人" in drawn(app)
    drafts = app.session_state["planning_draft"]
    assert set(drafts) == {"shelter_outdoor", "shelter_indoor"}
    assert sum(len(one) for one in drafts.values()) == int(gained[2])
    app = did(app, "pl_bar", "looking", value="site")
    first = drafts["shelter_indoor"][0].id
    app = did(app, "pl_mends", "drop", value=first)
    assert first not in {one.id for one in app.session_state["planning_draft"]["shelter_indoor"]}


def test_two_saved_plans_stand_side_by_side(opened: Opened, folder: Path) -> None:
    """S1-4: today's places, a saved plan and a draft are held against each other."""
    app = did(opened(), "pl_bar", "looking", value="compare")
    assert "还没有方案" in drawn(app)
    app = did(app, "pl_mends", "add", value="drill_site:D-1")
    app.text_input[0].set_value("甲案")
    app = app.button[0].click().run()
    assert [one.name for one in list_variants(folder)[0]] == ["甲案"]
    said = drawn(app)
    assert "A 现状" in said
    assert "B 甲案" in said
    app = did(app, "pl_units", "beside", text="甲案")
    assert "选两个不同的方案" in drawn(app)
    app = did(app, "pl_units", "plan", text="")
    said = drawn(app)
    assert "A 甲案" in said
    assert "比甲案" in said
    app = did(app, "pl_units", "beside", text="../../etc")
    assert not app.exception


def test_a_draft_belongs_to_one_viewer(opened: Opened) -> None:
    did(opened(), "pl_mends", "add", value="drill_site:D-1")
    assert "比现状" not in drawn(opened()).split("pl-units", 1)[0]


def test_losses_are_worked_out_only_when_asked_for(opened: Opened) -> None:
    """S2-18: which single road, bridge or place costs most."""
    app = opened()
    assert "pl-loss" not in drawn(app)
    said = drawn(did(app, "pl_bar", "looking", value="fragile"))
    assert "pl-loss full" in said


def test_a_past_day_is_shown_and_one_to_come_is_not(opened: Opened) -> None:
    app = did(opened(), "pl_bar", "asof", text="2999-01-01")
    assert "as_of_kept" not in app.session_state
    app = did(app, "pl_bar", "asof", text="2999-99-99")
    assert "as_of_kept" not in app.session_state


def test_the_report_is_offered_in_five_formats(opened: Opened) -> None:
    app = did(opened(), "pl_bar", "looking", value="report")
    assert "不在报告内" not in drawn(app)
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == ["Word", "Excel", "PDF", "GeoPackage", "网页地图"]


def test_the_report_of_a_saved_plan_is_chosen_and_one_that_fits_no_more_is_told(
    opened: Opened, folder: Path
) -> None:
    """S1-4: whoever looks at a plan is offered its report; today's is one choice away."""
    onemap, shelter = load_onemap(folder), service_of("shelter")
    closed = Planned("close", onemap.records["shelter"].ids[0])
    save_variant(folder, variant_of(onemap, "甲案", shelter, "night", [closed]))
    gone = replace(closed, id="no such place")
    save_variant(folder, Variant("乙案", "shelter", 500_000, None, "night", (gone,), "0" * 16))
    app = did(opened(), "pl_bar", "plan", text="甲案")
    app = did(app, "pl_bar", "looking", value="report")
    (picked,) = app.selectbox
    assert list(picked.options) == ["现状", "方案：乙案", "方案：甲案"]
    assert picked.value == "甲案"
    assert "每页标明尚未建成" in drawn(app)
    app = picked.select("").run()
    assert "“甲案”不在报告内" in drawn(app).replace("&#34;", '"')
    app = app.selectbox[0].select("乙案").run()
    assert not app.exception
    assert not app.get("download_button")
    assert "此方案不能编制报告" in drawn(app)


@pytest.mark.parametrize("kind", ["xlsx", "gpkg"])
def test_a_report_is_made(folder: Path, kind: str) -> None:
    onemap = load_onemap(folder)
    question = Question(services=(service_of("shelter"),))
    assert kind in FORMATS
    made = made_report(onemap, question, Edition(Catalogue.load("zh")), kind)
    assert made[:4] in {b"PK\x03\x04", b"SQLi"}
