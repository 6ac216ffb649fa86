"""Page 风险 run whole, without a browser: every tab, filters, and the override by hand."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from streamlit.testing.v1 import AppTest

from desks.hazards.overrides import override_history, read_overrides
from desks.register.opening import open_register
from geodata.store import Author, Change
from tests.ui.test_register_page import did, drawn

PAGE = """
from ui import district, language
from ui.pages.risk import risk
risk(district.open_district(district.folder(), language.current()))
"""
Opened = Callable[[str, str], AppTest]


@pytest.fixture
def folder(town: Path, tmp_path: Path) -> Path:
    """Return a copy of the town that a test may write to."""
    copy = Path(shutil.copytree(town, tmp_path / "town"))
    hazards = [
        Change(
            "add", layer, key, props={"name": name, "grade": "一般"}, shape=shapely.Point(113, 23)
        )
        for layer, key, name in (("hazard", "H1", "甲厂"), ("declared_risk", "D1", "乙点"))
    ]
    with open_register(copy) as store:
        store.edit(Author("t", "made for the test"), hazards)
    return copy


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return a way to open the page on a tab in a language."""

    def run(tab: str, lang: str) -> AppTest:
        monkeypatch.setenv("SHOUWANG_DISTRICT", str(folder))
        app = AppTest.from_string(PAGE, default_timeout=120)
        app.query_params["lang"] = lang
        app.session_state["risk_tab"] = tab
        return app.run()

    return run


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("tab", ["sources", "completeness", "distances", "zone", "domino"])
def test_each_tab_is_drawn_without_a_trace(opened: Opened, tab: str, lang: str) -> None:
    app = opened(tab, lang)
    assert not app.exception
    said = drawn(app)
    assert "<table" in said or 'class="empty"' in said
    assert not [word for word in ("NaN", "None", "Sentence(") if word in said]


def test_the_gravest_source_is_open_before_anything_is_picked(opened: Opened) -> None:
    said = drawn(opened("sources", "zh"))
    first = said.split('class="fc-list', 1)[1].split("<tr ", 1)[1]
    assert 'aria-selected="true"' in first.split(">", 1)[0]


def test_the_class_filter_leaves_one_layer(opened: Opened) -> None:
    """Class × grade (S4-3) narrows list and marks alike."""
    app = did(opened("sources", "zh"), "risk_bar", "layer", text="hazard")
    listed = drawn(app).split('class="fc-list', 1)[1]
    assert 'data-value="hazard|' in listed
    assert 'data-value="declared_risk|' not in listed
    empty = did(app, "risk_bar", "text", text="没有这样的名字")
    assert 'class="empty"' in drawn(empty)


def test_a_forged_tab_or_pick_changes_nothing(opened: Opened) -> None:
    app = did(opened("sources", "zh"), "risk_tabs", "tab", value="../../etc")
    for key in ("nothing|<b>", "hazard", "|", "declared_risk|D9"):
        app.session_state["risk_map"] = {"picked": key}
        app = app.run()
        assert not app.exception
        assert 'class="fc-dossier' in drawn(app)


def test_a_mark_picked_on_the_map_opens_its_dossier(opened: Opened) -> None:
    app = opened("sources", "zh")
    for key, name in (("declared_risk|D1", "乙点"), ("hazard|H1", "甲厂")):
        app.session_state["risk_map"] = {"picked": key}
        dossier = drawn(app.run()).split('class="fc-dossier', 1)[1]
        assert name in dossier.split("</h2>", 1)[0]


def test_a_press_on_a_subdistrict_narrows_to_it_and_another_press_frees_it(opened: Opened) -> None:
    app = opened("sources", "zh")
    everything = drawn(app).count('data-value="hazard|')
    code = re.findall(r'data-act="only" data-value="(\w+)"', drawn(app))[-1]
    app = did(app, "risk_counts", "only", value=code)
    assert f'data-value="{code}" tabindex="0" aria-selected="true"' in drawn(app)
    app = did(app, "risk_counts", "only", value=code)
    assert drawn(app).count('data-value="hazard|') == everything


def test_the_report_is_offered_with_its_figures(opened: Opened) -> None:
    """S1-7: one click, with the figures that the report will hold."""
    app = opened("report", "zh")
    assert not app.exception
    assert "fc-figures" in drawn(app)
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == ["下载风险报告（HTML）", "下载公开版（HTML）"]


def test_an_override_needs_a_reason_and_is_kept_in_the_chain(opened: Opened, folder: Path) -> None:
    app = opened("sources", "zh")
    app.button[0].click().run()
    assert not app.exception
    with open_register(folder) as store:
        assert read_overrides(store) == ()
    app.text_input[0].set_value("现场核查")
    app.button[0].click().run()
    assert not app.exception
    assert 'role="status"' in drawn(app)
    with open_register(folder) as store:
        (kept,) = read_overrides(store)
        assert (kept.level, kept.reason) == (1, "现场核查")
        assert len(override_history(store, (kept.layer, kept.id))) == 1
    assert "现场核查" in drawn(app).split('class="fc-story"', 1)[1]
