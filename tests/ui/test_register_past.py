"""A past day on screen: what it shows, that nothing is written on it, and the way back."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desks.register.opening import open_register
from geodata.faults import UserError
from geodata.store import Author, Change
from tests.ui.test_pages import bodies
from tests.ui.test_register_page import did, drawn, read, rows
from ui import day

Opened = Callable[..., AppTest]
PAST = "2026-10-01"
PAGE = """
from ui import day, district, language
from ui.pages.register import register
words = language.current()
present = district.open_district(district.folder(), words)
register(day.on_day(present, day.asked(), words, officials=False))
"""


@pytest.fixture
def folder(town: Path, tmp_path: Path) -> Path:
    """Return a town whose first team is larger today than it was on the past day."""
    where = Path(shutil.copytree(town, tmp_path / "town"))
    with open_register(where) as store:
        team = store.read("team")[0]
        changed = Change("set", "team", team.id, team.version, {"people": 321, "name": "今日队"})
        store.edit(Author("周与安", "扩编"), [changed])
    return where


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return a way to open page 登记 on a tab of the past day."""
    monkeypatch.setenv("SHOUWANG_DISTRICT", str(folder))

    def open_tab(tab: str, as_of: str = PAST) -> AppTest:
        app = AppTest.from_string(PAGE, default_timeout=60)
        app.query_params["tab"] = tab
        app.query_params[day.ASKED] = as_of
        return app.run()

    return open_tab


@pytest.mark.parametrize(
    "tab", ["table", "map", "import", "truth", "campaign", "ledger", "history"]
)
def test_every_tab_opens_on_a_past_day(opened: Opened, tab: str) -> None:
    app = opened(tab)
    assert not app.exception
    assert "今日队" not in read(app)


def test_the_table_shows_the_register_of_that_day_and_offers_no_change(
    opened: Opened, folder: Path
) -> None:
    """S1-28: the register as of any date, on screen."""
    team = rows(folder, "team")[0]
    app = did(opened("table"), "reg_table", "pick", value=team.id)
    assert not re.search(r"(?<![0-9a-f])321(?![0-9a-f])", read(app)), "and in no hash by chance"
    assert "过去某日" in read(app)
    for verb in ("add", "edit", "verify", "remove", "unmask"):
        assert f'data-act="{verb}"' not in drawn(app)


def test_nothing_is_written_on_a_past_day_even_if_a_browser_asks(
    opened: Opened, folder: Path
) -> None:
    team = rows(folder, "team")[0]
    app = did(opened("table"), "reg_table", "pick", value=team.id)
    with open_register(folder) as store:
        before = store.head()
    for verb in ("verify", "retry", "unmask", "edit", "remove"):
        did(app, "reg_record", verb, value="phone")
    with open_register(folder) as store:
        assert store.head() == before


def test_a_ledger_and_a_campaign_are_read_only_on_a_past_day(opened: Opened) -> None:
    for tab in ("ledger", "campaign", "import"):
        app = opened(tab)
        assert not app.file_uploader
        assert not [one for one in app.button if one.key in {"reg_move_enter", "reg_write"}]


def test_the_frame_says_which_day_is_shown_and_leads_back(
    open_app: Callable[[Path], AppTest], folder: Path
) -> None:
    app = open_app(folder)
    app.query_params[day.ASKED] = PAST
    app.run()
    assert not app.exception
    assert f"登记册截至 {PAST}" in bodies(app)
    assert "day-frame" in bodies(app)
    next(one for one in app.button if one.key == "sw_day_back").click().run()
    assert not app.exception
    assert "day-frame" not in bodies(app)
    assert day.ASKED not in app.query_params


def test_the_day_is_kept_when_the_address_loses_it(
    open_app: Callable[[Path], AppTest], folder: Path
) -> None:
    """From page to page Streamlit forgets the address; the day must not be forgotten with it."""
    app = open_app(folder)
    app.query_params[day.ASKED] = PAST
    app.run()
    del app.query_params[day.ASKED]
    app.run()
    assert "day-frame" in bodies(app)


@pytest.mark.parametrize(
    "asked", ["2026-01-01", "tomorrow", "<img src=x>", "9999-12-31", "2026-13-01"]
)
def test_a_day_that_cannot_be_shown_is_a_sentence_with_a_way_back(
    open_app: Callable[[Path], AppTest], folder: Path, asked: str
) -> None:
    app = open_app(folder)
    app.query_params[day.ASKED] = asked
    app.run()
    assert not app.exception
    assert "<img src=x" not in bodies(app)
    assert "✕" in bodies(app)
    next(one for one in app.button if one.key == "sw_day_back").click().run()
    assert "day-frame" not in bodies(app)
    assert "sw-state" in bodies(app)


def test_today_is_the_present_and_has_no_frame(
    open_app: Callable[[Path], AppTest], folder: Path
) -> None:
    app = open_app(folder)
    app.query_params[day.ASKED] = day.today().isoformat()
    app.run()
    assert not app.exception
    assert "day-frame" not in bodies(app)


def test_a_day_is_read_as_it_is_written() -> None:
    assert day.read_day("2026-09-30") == date(2026, 9, 30)
    for text in ("30.9.2026", "", "2026-02-30"):
        with pytest.raises(UserError):
            day.read_day(text)
