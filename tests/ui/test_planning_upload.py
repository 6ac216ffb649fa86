"""A planner's own list on page 规划: taken for one session, asked about, used, given back."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from desks.onemap import load_onemap
from desks.planning.services import service_of
from desks.register.datum import PLACES
from geodata.datum import wgs84_to_gcj02
from tests.ui.fakes import HOSTILE
from tests.ui.test_planning_page import Opened, folder, opened, sited
from tests.ui.test_register_page import did, drawn
from ui.pages import planning_upload as uploads
from ui.panels.planning_parts import Choice
from ui.panels.planning_sites import Sought, sites_card

__all__ = ["folder", "opened", "sited"]

HEADS = "编号,名称,室内外,有效面积,造价(万元),容量,经度,纬度"


@pytest.fixture
def listed(folder: Path) -> bytes:
    """Return a list of an outdoor and an indoor site in each community of the town."""
    city = load_onemap(folder)
    lines = [HEADS]
    for number, xy in enumerate(city.records["community"].xy_m.tolist()):
        lon, lat = city.to_degrees(*xy)
        kinds = ("室外", "室内")
        lines += [f"N{number}{kind},{HOSTILE},{kind},3000,9,,{lon},{lat}" for kind in kinds]
    return "\n".join(lines).encode("utf-8-sig")


def brought(opened: Opened, name: str, content: bytes, service: str = "shelter") -> AppTest:
    app = did(opened(), "pl_bar", "service", text=service)
    app = did(app, "pl_bar", "looking", value="site")
    app.file_uploader[0].set_value((name, content, "text/csv"))
    app.run()
    assert not app.exception
    return app


def test_a_list_is_chosen_from_and_taken_into_the_draft(opened: Opened, listed: bytes) -> None:
    """S1-14: the sites of the list, their costs and rooms, for one kind and for both."""
    app = brought(opened, "候选.csv", listed)
    assert app.session_state["planning_choice"].among == "file"
    app = did(app, "pl_mends", "count", text="3")
    app = did(app, "pl_mends", "locate")
    said = drawn(app)
    assert "我的清单" in said
    assert "27 万元" in said, "three at 90,000 yuan"
    app = did(app, "pl_mends", "takeall")
    assert "比现状" in drawn(app)
    (draft,) = app.session_state["planning_draft"].values()
    assert {one.id[0] for one in draft} == {"N"}
    assert {one.cost_cny for one in draft} == {90_000}
    app = did(app, "pl_bar", "service", text="shelter_joint")
    app = did(app, "pl_mends", "locate")
    assert not app.exception
    assert "室内避难场所 · 接纳" in drawn(app)


def test_a_list_belongs_to_one_viewer_and_is_given_back(opened: Opened, listed: bytes) -> None:
    """Nothing of it is kept beyond the session: another one is offered only what is on file."""
    app = did(brought(opened, "a.csv", listed), "pl_mends", "locate")
    other = did(opened(), "pl_bar", "looking", value="site")
    assert "我的清单" not in drawn(other)
    assert uploads.LIST not in other.session_state
    other = did(other, "pl_mends", "among", text="file")
    assert other.session_state["planning_choice"].among == "spots"
    next(one for one in app.button if one.key == "pl_list_drop").click().run()
    assert uploads.LIST not in app.session_state
    assert "我的清单" not in drawn(app)


def test_the_sites_of_the_list_stand_among_those_on_file(opened: Opened, listed: bytes) -> None:
    """One by one, beside the mends, which count them too; what stands in the list stays text."""
    app = did(brought(opened, "a.csv", listed), "pl_bar", "looking", value="site")
    said = drawn(app)
    assert said.count("9 万元") == listed.count(b"\n")
    assert "<script" not in said
    unit = re.findall(r'data-act="mend" data-value="(\w+)"', said)[0]
    app = did(app, "pl_mends", "mend", value=unit)
    assert not app.exception
    assert "万元" in drawn(app)
    app = did(app, "pl_mends", "add", value="N0室外")
    assert "比现状" in drawn(app)


@pytest.fixture
def shifted(folder: Path) -> bytes:
    """Return a list with the names and places of the whole register, in GCJ-02."""
    city = load_onemap(folder)
    lines = [HEADS]
    for key in [one for one in PLACES if one in city.records]:
        held = city.records[key]
        rows = zip(held.xy_m.tolist(), held.names, held.placed, strict=True)
        for xy, name in [(xy, name) for xy, name, placed in rows if placed]:
            lon, lat = wgs84_to_gcj02(*(np.array([one]) for one in city.to_degrees(*xy)))
            lines.append(f"G{len(lines)},{name},室外,900,5,,{float(lon[0])},{float(lat[0])}")
    return "\n".join(lines).encode("utf-8-sig")


def pressed(app: AppTest, key: str) -> AppTest:
    app = next(one for one in app.button if one.key == key).click().run()
    assert not app.exception
    return app


def test_a_list_in_another_datum_serves_nobody_until_a_person_decides(
    opened: Opened, shifted: bytes
) -> None:
    """The question of a register's import: convert it, or say that the declared datum holds."""
    app = brought(opened, "a.csv", shifted)
    assert app.session_state[uploads.LIST].is_open
    assert app.session_state["planning_choice"].among == "spots"
    assert "坐标系？" in drawn(app)
    assert "我的清单" not in drawn(app)
    turned = pressed(app, "pl_list_turn")
    assert turned.session_state[uploads.LIST].datum == "gcj02"
    assert turned.session_state["planning_choice"].among == "file"
    assert [one.value for one in turned.radio] == ["gcj02"], "it shows what the list is read as"
    assert "我的清单" in drawn(turned)


def test_a_datum_may_be_kept_against_the_evidence_and_declared_anew(
    opened: Opened, shifted: bytes
) -> None:
    app = pressed(brought(opened, "a.csv", shifted), "pl_list_keep")
    assert app.session_state[uploads.LIST].datum == "wgs84"
    assert not app.session_state[uploads.LIST].is_open
    assert "我的清单" in drawn(app)
    app = next(one for one in app.radio if one.key == uploads.DATUM).set_value("gcj02").run()
    assert not app.exception
    assert app.session_state[uploads.LIST].datum == "gcj02"
    assert not app.session_state[uploads.LIST].is_open
    app = pressed(app, "pl_list_drop")
    assert "我的清单" not in drawn(app)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b""), ("a.csv", "一,二\n1,2\n".encode()), ("a.xlsx", b"PK\x03\x04")],
)
def test_what_is_no_list_is_said_and_changes_nothing(
    opened: Opened, name: str, content: bytes
) -> None:
    app = brought(opened, name, content)
    assert "清单未采用" in drawn(app)
    assert uploads.LIST not in app.session_state
    assert app.session_state["planning_choice"].among == "spots"


def test_the_card_offers_a_list_only_to_who_has_one() -> None:
    from tests.ui.test_planning_panels import ZH  # noqa: PLC0415 - one name of many

    kind = Sought(service_of("shelter").title_zh, listed=4)
    assert "我的清单（4）" in str(sites_card(Choice(), None, kind, ZH))
    assert "我的清单" not in str(sites_card(Choice(), None, Sought("x"), ZH))
