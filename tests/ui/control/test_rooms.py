"""Beside the drills: dice, keys, calendar, inspections, learning, and drills that run unseen."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desks import outbox
from desks.exercise import keys
from desks.exercise.calendar import Calendar, Cell, Duty, matrix
from desks.exercise.calendar_rules import load_drill_rules
from desks.exercise.findings import Finding
from desks.exercise.inspections import Announcement, Chosen, check
from desks.exercise.inspections_kept import Inspection
from desks.exercise.learning import proposal
from desks.exercise.learning_stamps import Gathered
from desks.exercise.officers import OFFICES, Officer, read_officers
from desks.exercise.players import open_players
from language import Catalogue, say
from routing import SpeedModel
from tests.desks.exercise.test_learning import drive
from tests.ui.control.conftest import Screen
from tests.ui.control.making import NAMES, PARTICIPANTS, PASSPHRASE, Played
from tests.ui.control.test_secrets import NAMES as HOSTILE
from tests.ui.control.test_secrets import OURS, TAGS, Seen
from ui.control import teaching
from ui.control.duties import Due, due_work, periods_in
from ui.control.holding import holding_work
from ui.control.inspecting import Kept, inspecting_work
from ui.control.rooms import tabs
from ui.control.teaching import Taught, teaching_work
from ui.control.ticking import Other, others_line, trouble_line
from ui.panels.markup import View

Opened = Callable[..., Screen]
TODAY = date(2026, 11, 23)
TWO = PARTICIPANTS[:2]
SLOWER = proposal(SpeedModel.default(), [drive(drill=number, slower=2.0) for number in (1, 2)])
ZH, EN = View(Catalogue.load("zh")), View(Catalogue.load("en"))
THROWN = {
    "name1": "消防",
    "value1": "6",
    "name3": "街道",
    "value3": "2",
    "name6": "纪检",
    "value6": "5",
}


def _kinds(played: Played) -> list[str]:
    return [one.kind for one in played.entries()]


def test_dice_that_all_threw_at_once_make_the_draw(played: Played, screen: Opened) -> None:
    """What cannot be a throw writes nothing; a throw is written whole, then there is none more."""
    page = screen(played.compose().seal())
    before = _kinds(played)
    for slip in (
        {**THROWN, "name3": "消 防"},
        {**THROWN, "name3": "消防"},
        {**THROWN, "name1": "\u202e", "value6": ""},
    ):
        page.send("throw", **slip)
        assert 'class="said bad"' in page.html
        assert _kinds(played) == before
    page.send("throw", **THROWN)
    throws = [*["committed"] * 3, *["revealed"] * 3]
    assert _kinds(played)[len(before) :] == [*throws, "drawn", "printed"]
    assert page.html.count('class="ec-die"') == 6, "once in the table, once in the steps"
    assert 'data-send="throw"' not in page.html
    page.send("throw", **THROWN)
    assert 'class="said bad"' in page.html


def test_every_running_drill_of_the_folder_ticks(played: Played, screen: Opened) -> None:
    """The page shows one; another's injects go out, an unread one stops neither and is said."""
    other, broken = played.another("2026-10-1"), played.another("2026-10-2")
    for one in (played, other):
        one.compose().seal().commit(TWO).reveal(TWO).open().start(200)
    broken.log.parent.mkdir()
    for name in ("log.sqlite", "opened.json"):
        (broken.log.parent / name).write_bytes(b"none of ours")
    page = screen(played)
    page.send("drill", played.number).draw()
    with open_players(played.control) as players:
        for one in (played, other):
            assert {"I1", "I2"} <= {inject.key for inject in outbox.released(players, one.number)}
    assert "同时在运行" in page.text
    assert f'data-value="{other.number}"' in page.html.split("ec-work")[1].split("ec-foot")[0]
    assert "✕" in page.html.split("ec-others")[1].split("</div>")[0], "the one that is not read"
    page.send("look", "learn").send("teach")
    assert "正在进行" in page.text, "nothing slow begins meanwhile"
    assert "ec-abort" in page.html, "a real incident still breaks it off from there"
    page.send("drill", other.number).send("end").send("drill", played.number)
    with open_players(played.control) as players:
        states = {one.drill: one.state for one in outbox.notices(players)}
    assert states[other.number] == "ended"
    assert other.number not in page.html.split("ec-others")[1].split("</div>")[0]
    store = played.control.district / "register.sqlite"
    store.rename(store.with_suffix(".away"))
    assert 'role="alert"' in page.draw().draw().html, "the players do not answer"
    store.with_suffix(".away").rename(store)
    assert 'role="alert"' not in page.draw().draw().html


def test_keys_are_named_and_replaced_by_who_makes_them(
    played: Played, screen: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control keeps the public part alone; what was sealed before opens with the keys of then."""

    def locked(path: Path, identity: str, passphrase: str) -> None:
        assert passphrase == PASSPHRASE
        path.write_text(f"locked {keys.recipient_of(identity)}", "utf-8")

    monkeypatch.setattr("desks.exercise.keys.write_locked", locked)
    page = screen(played.compose().seal()).send("look", "keys")
    assert all(name in page.text for name in NAMES)
    new = {"office": "duty", "name": "丁四", "passphrase": PASSPHRASE, "again": PASSPHRASE}
    for slip in (
        new, {**new, "replace": "yes", "again": "x"},
        {**new, "replace": "yes", "name": NAMES[0]}, {**new, "name": "\u202e", "office": "x"},
    ):  # fmt: skip
        page.send("make_key", **slip)
        assert 'class="said bad"' in page.html
        assert page.data["file"] is None
    page.send("make_key", **new, replace="yes")
    held = {one.office: one for one in read_officers(played.control)}
    assert held["duty"].name == "丁四"
    handed = base64.b64decode(page.data["file"]["data"]).decode()
    assert handed == f"locked {held['duty'].recipient}"
    assert page.data["file"]["name"] == "officer-duty.age"
    assert NAMES[2] in page.text.split("须用原钥匙开封")[1], "whose key opens the sealed drill"
    assert "丁四" not in page.send("look", "seal").text, "a new key does not open what is sealed"
    assert NAMES[2] in page.text
    public = keys.recipient_of(keys.new_identity())
    page.send("enrol", office="leader", name="戊五", public="age1x", replace="yes")
    assert 'class="said bad"' in page.html
    page.send("enrol", office="leader", name="戊五", public=public, replace="yes")
    assert read_officers(played.control)[0] == Officer("戊五", "leader", public)
    for path in played.control.folder.rglob("*"):
        assert not path.is_file() or b"locked age1" not in path.read_bytes()


def test_calendar_inspections_and_learning_from_the_page(
    played: Played, screen: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-12, S1-27, S4-11: looked at, drawn, and learned by one hand in one sitting."""
    page = screen(played).send("look", "calendar").send("due", "school_plans")
    assert all(one in page.text for one in ("踩踏", "火灾", "溺水", "台风", "未核"))
    for day in ("soon", "0001-01-01", "9999-12-31"):
        assert 'class="said bad"' in page.send("due", on=day).html
    assert "2027-02-01" in page.send("due", on="2027-02-01").html
    _inspected(page.send("look", "inspect"), played)
    _learned(page.send("look", "learn"), played, monkeypatch)


def _inspected(page: Screen, played: Played) -> None:
    told = {"layer": "team", "count": "2", "each": "1", "inspectors": "甲一、乙二，丙三"}
    for slip in ({"count": "-1"}, {"count": "many"}, {"each": "9"}, {"layer": "../x"},
                 {"inspectors": "甲一,甲一"}):  # fmt: skip
        assert 'class="said bad"' in page.send("announce", **{**told, **slip}).html
    page.send("announce", **told)
    number = page.data["file"]["name"].removeprefix("inspection-").split("-announcement")[0]
    assert "seed" not in json.loads(base64.b64decode(page.data["file"]["data"]))
    seed = played.control.folder / "inspections" / number / "seed.txt"
    assert seed.stat().st_mode & 0o777 == 0o600
    assert seed.read_text("ascii").strip() not in str(page.data)
    for at, values in (("../x", "5 3"), (number, "5"), (number, " ")):
        assert 'class="said bad"' in page.send("draw_bodies", at, values=values).html
    page.send("draw_bodies", number, values="5 3、6")
    chosen = check(json.loads(base64.b64decode(page.data["file"]["data"])))
    assert len(chosen) == 2
    assert all(one.name in page.text for one in chosen)
    assert 'class="said bad"' in page.send("draw_bodies", number, values="1 1").html


def _learned(page: Screen, played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    path = played.control.district / "speed_model.toml"
    before = SpeedModel.load(path).version
    drives = tuple(drive(number, slower=1.6) for number in range(1, 4))
    told = Gathered(drives, (("2026-08-2", say("It was aborted.")),))
    monkeypatch.setattr(teaching, "gather", lambda *_: told)
    page.send("teach")
    digest = page.html.split('data-send="accept_model" data-value="')[1][:64]
    whole = {"who": "秦嵩", "why": "三次演练一致"}
    for value, slip in ((digest, {"why": ""}), (digest, {"who": ""}), ("0" * 64, {})):
        assert 'class="said bad"' in page.send("accept_model", value, **{**whole, **slip}).html
    assert SpeedModel.load(path).version == before
    page.send("refuse_model", digest, **whole)
    assert SpeedModel.load(path).version == before
    page.send("teach").send("accept_model", digest, **whole)
    assert SpeedModel.load(path).version != before
    assert SpeedModel.load(path).version in page.text


def _due(name: str) -> Due:
    """Return a calendar in which every text that a register or a hand wrote is this name."""
    rules = load_drill_rules()
    duty = Duty("school_plans", "school", "S-1", name, "火灾", 0, None, None, overdue=True, plan="",
                why=say("Neither a plan nor a drill is on file."))  # fmt: skip
    later = replace(duty, subject="台风", times=2, overdue=False, last=TODAY, due=TODAY, plan="x")
    firm = replace(duty, rule="firm_yearly", layer="firm", id="", subject="")
    found = Finding("2026-1", "F-1", name, name, "2026-01-01", datetime.now(tz=UTC), name)
    calendar = Calendar(
        TODAY, (replace(rules[0], source=name), *rules[1:]), (duty, later, firm), ()
    )
    return Due(calendar, "school_plans", (found,), (("2026-2", say("It was aborted.")),))


def test_a_matrix_tells_plan_and_drills_apart() -> None:
    """S1-27: a subject without a drill is ✕ whatever plan there is; one met says how often."""
    due = _due("甲校")
    assert matrix(due.calendar, "school_plans")["S-1", "甲校"]["台风"] == Cell(True, 2, False)  # noqa: FBT003 - plan, overdue
    seen = Seen(str(due_work(due, EN))).read
    assert "✓ 2 drilled plan ✓" in seen
    assert "✕ none no plan" in seen
    assert "drills asked for, 2026: 2 · 2027: 2 · 2028: 2" in seen
    assert "1 of 1 open ones overdue" in seen
    firms = Seen(str(due_work(replace(due, rule="firm_yearly"), EN))).read
    assert "none on file" in firms
    assert "▲ no plan on file" in firms


def test_every_rule_asks_for_its_drills_in_each_year() -> None:
    """By hand: twelve months, four quarters, one year, one of two years that ends with it."""
    asked = {
        one.key: [periods_in(one, year) for year in (2026, 2027)] for one in load_drill_rules()
    }
    assert asked["firm_yearly"] == [1, 1]
    assert asked["pupils_monthly"] == [12, 12]
    assert asked["kindergarten_quarterly"] == [4, 4]
    assert sorted(asked["district_two_years"]) == [0, 1]


def test_a_proposal_shows_old_beside_new_and_how_each_foretells() -> None:
    drives = [drive(n, hour=h, slower=1 + 0.1 * (n % 7)) for n in range(1, 20) for h in (3, 8, 14)]
    made = proposal(SpeedModel.default(), drives)
    assert made.before is not None
    seen = Seen(str(teaching_work(Taught(made, ()), EN))).read
    for text in (made.base, made.model.version, f"{int(made.before.under_p90 * 100)} %",
                 f"{round(made.before.mean_error_s)} s", "0–6, 21–23", "60 / 120 s"):  # fmt: skip
        assert text in seen
    zh = Seen(str(teaching_work(Taught(made, ()), ZH))).read
    assert "车流减速系数：支路" in zh
    assert "congestion" not in seen + zh, "every figure has a name"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_text_in_every_room(name: str) -> None:
    officers = {one: Officer(name, one, f"age1{at}") for at, one in enumerate(OFFICES)}
    sealed = [replace(one, recipient="age1z") for one in officers.values()]
    made = Announcement("school", {}, (("S-1", name),), 1, (name,), 1, "", "0" * 64)
    kept = Kept(
        [Inspection(name, made), Inspection(name, made, (Chosen("S-1", name, (name,)),))],
        [(name, say("It was aborted."))], [("school", name)],
    )  # fmt: skip
    rows = (replace(SLOWER.rows[0], key=name), replace(SLOWER.rows[0], key=f"turnout.{name}"))
    left = ((name, name, say("It was aborted.")),)
    taught = Taught(replace(SLOWER, rows=rows, left_out=left), ((name, say("It was aborted.")),))
    whole = Seen(
        str(holding_work(officers, sealed, name, EN))
        + str(due_work(_due(name), EN))
        + str(inspecting_work(kept, EN))
        + str(teaching_work(taught, EN))
        + str(others_line([Other(name, 1, 0), Other(name, None, 0, name)], EN))
        + str(trouble_line(name, EN))
        + str(tabs(name, EN))
    )
    assert whole.tags & TAGS == set()
    assert not [one for one in whole.given if one[1].startswith("on")]
    assert all(tag in OURS for tag, attribute, _ in whole.given if attribute == "style")
    assert name[:30].replace("\r", "\n") in whole.read.replace("\r", "\n")
