"""Page 导调 through a whole drill, each act as the browser sends it, on the desk itself."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desks import outbox
from desks.exercise.drawing import commit_of
from desks.exercise.players import open_players
from geodata.faults import Fault, UserError
from geodata.store import Author
from language import say
from tests.ui.control.conftest import Screen
from tests.ui.control.making import (
    NUMBER,
    OFFICER_PASSPHRASE,
    PARTICIPANTS,
    PASSPHRASE,
    Played,
)
from ui.control import doing

Opened = Callable[..., Screen]
STAGES = ("compose", "seal", "draw", "run", "review")
FIRST = datetime.now(tz=UTC).date() + timedelta(days=30)
DAYS = {"first": FIRST.isoformat(), "last": (FIRST + timedelta(days=2)).isoformat()}
WISH = {
    "number": "2031-03-1", "type": "double_blind", **DAYS, "hour_from": "8", "hour_until": "18",
    "p90_from": "", "p90_until": "", "size": "4",
}  # fmt: skip


def _kinds(played: Played) -> list[str]:
    return [one.kind for one in played.entries()]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_folder_shows_the_wish_and_five_steps(
    played: Played, screen: Opened, lang: str
) -> None:
    (played.control.folder / "control.toml").chmod(0o644)
    page = screen(played, lang)
    assert ("此前是否被读过" if lang == "zh" else "nobody knows") in page.text
    assert (played.control.folder / "control.toml").stat().st_mode & 0o77 == 0
    assert [page.step(one) for one in STAGES] == ["cur looked", *["todo"] * 4]
    assert 'data-send="compose"' in page.html
    assert ("演练要求" if lang == "zh" else "What is wanted") in page.text
    assert "【演练】" in str(page.app.main) or page.html.count("ec-page") == 1


def test_a_pool_is_composed_and_sealed_with_a_passphrase(played: Played, screen: Opened) -> None:
    """S0-5: two presses; the page shows count and hash, never a scenario."""
    page = screen(played).send("compose", **WISH)
    played.number = "2031-03-1"
    assert page.step("compose") == "done"
    assert page.step("seal") == "cur looked"
    assert "池 4 题" in page.text
    page.send("seal", passphrase=PASSPHRASE)
    (sealed,) = [one for one in played.entries() if one.kind == "sealed"]
    assert str(sealed.told["commitment"]) in page.html
    assert page.step("draw") == "cur"
    assert not (played.control.drill(played.number) / "draft.age").exists()


BAD = (
    ("first", "yesterday"), ("hour_from", "dawn"), ("p90_from", "1e9"), ("size", "many"),
    ("size", "1"), ("number", "../x"), ("type", "x"), ("hour_until", "24"),
)  # fmt: skip


def test_a_wish_that_cannot_be_is_said_and_writes_nothing(played: Played, screen: Opened) -> None:
    """Every field is hostile: days, hours, minutes, numbers and words that are none."""
    page = screen(played)
    for field, value in BAD:
        page.send("compose", **{**WISH, field: value})
        assert 'class="said bad"' in page.html, field
        page.send("look", "compose")
        assert 'class="said bad"' not in page.html
    assert played.control.drills == ()


def test_a_wrong_passphrase_seals_nothing(played: Played, screen: Opened) -> None:
    page = screen(played.compose()).send("seal", passphrase="x" * 20)
    assert 'class="said bad"' in page.html
    assert _kinds(played) == ["composed"]
    assert 'data-send="seal"' in page.html, "the form stays"


def test_everybody_commits_before_anybody_reveals(played: Played, screen: Opened) -> None:
    page = screen(played.compose().seal())
    nonce = {name: bytes([at]) * 32 for at, (name, _) in enumerate(PARTICIPANTS)}
    for name, value in PARTICIPANTS:
        assert 'data-slip="' not in page.html or name != PARTICIPANTS[0][0]
        page.send("commit", name=name, commit=commit_of(nonce[name], value))
    assert "revealed" not in _kinds(played)
    assert 'data-send="throw"' not in page.html, "dice are thrown by all at once"
    for name, value in PARTICIPANTS:
        page.send("reveal", name, {"nonce": nonce[name].hex(), "value": value})
    assert _kinds(played)[-2:] == ["drawn", "printed"]
    told = played.entries()[-1].told
    assert (told["what"], told["head"]) == ("start", played.entries()[-2].hash)
    assert base64.b64decode(page.data["file"]["data"])[:4] == b"%PDF", "to print before they open"
    assert page.html.count('class="ec-die"') == 8, "once in the table, once in the steps"
    assert 'data-send="open"' in page.html
    page.send("commit", name="迟到", commit="0" * 64)
    assert 'class="said bad"' in page.html


def test_who_does_not_reveal_is_named_and_voids_the_draw(played: Played, screen: Opened) -> None:
    page = screen(played.compose().seal().commit().reveal(PARTICIPANTS[:3])).send("void")
    assert PARTICIPANTS[3][0] in page.text
    assert page.step("compose") == "cur looked"
    assert "此前作废 1 次" in page.text


def _unlocked(data: bytes, passphrase: str, _: Path) -> str:
    """Stand in for an officer's locked file: a try at one costs a second on purpose."""
    if passphrase != OFFICER_PASSPHRASE:
        raise UserError(
            [Fault("key", say("The passphrase does not open this key."), say("Try again."))]
        )
    return data.decode()


def test_two_keys_open_and_one_or_twice_the_same_does_not(
    played: Played, screen: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sealed before T0 opens with two keys, a wrong one is said, one of them is no two."""
    monkeypatch.setattr(doing, "unlocked", _unlocked)
    page = screen(played.compose().seal().commit().reveal())
    one, other = (base64.b64encode(key.encode()).decode() for key in played.identities[1:])
    right = {"passphrase1": OFFICER_PASSPHRASE, "passphrase2": OFFICER_PASSPHRASE, "early": "yes"}
    page.send("open", files=[("key1", "a", one)], **right)
    assert "缺少钥匙文件" in page.text
    page.send("open", files=[("key1", "a", one), ("key2", "b", one)], **right)
    assert 'class="said bad"' in page.html
    both = [("key1", "a", one), ("key2", "b", other)]
    page.send("open", files=both, **{**right, "passphrase2": "wrong"})
    assert 'class="said bad"' in page.html
    page.send("open", files=both, **{**right, "early": []})
    assert 'class="said bad"' in page.html, "T0 has not come"
    assert "opened" not in _kinds(played)
    page.send("open", files=both, **right)
    assert _kinds(played)[-1] == "opened"
    assert page.step("run") == "cur looked"


def test_a_register_that_changed_since_the_sealing_is_said(played: Played, screen: Opened) -> None:
    page = screen(played.compose().seal().commit().reveal().open("another"))
    assert "登记册自封存后已变化" in page.text
    assert page.step("run") == "cur looked"


def test_a_drill_runs_from_the_page(played: Played, screen: Opened) -> None:
    """Begun, one sent by hand, one added, paused, resumed, acknowledged, ended: all by name."""
    page = screen(played.compose().seal().commit().reveal().open())
    before = len(played.entries())
    assert 'data-form="director"' in page.html
    page.send("director", director="\u202e")
    assert 'class="said bad"' in page.html
    page.send("director", director="示例 王导").send("start")
    assert "谁在导调" not in page.text, "asked once"
    assert "导调：示例 王导" in screen(played).text, "also by who opens the page anew"
    assert "started" in _kinds(played)
    page.send("release", "I7").send("add", text="临时：停电", to="指挥部").send("pause")
    assert "已暂停" in page.text
    page.send("resume")
    with open_players(played.control) as players:
        out = {one.key for one in outbox.released(players, NUMBER)}
        outbox.acknowledge(players, Author("街道", ""), NUMBER, "I7", at=datetime.now(tz=UTC))
    assert {"I1", "I7", "added-1"} <= out
    page.send("end")
    assert page.step("review") == "cur looked"
    assert "acknowledged" in _kinds(played)
    assert {one.who for one in played.entries()[before:]} == {"示例 王导"}


def test_a_real_incident_breaks_the_drill_off(played: Played, screen: Opened) -> None:
    page = screen(played.compose().seal().commit().reveal().open().start(60))
    assert page.html.index("ec-abort") < page.html.index("ec-injects"), "in the steps, above all"
    page.send("look", "compose")
    assert "ec-abort" in page.html, "whatever step is looked at"
    page.send("abort")
    assert "真实警情" in page.text
    assert "ec-abort" not in page.html
    with open_players(played.control) as players:
        assert outbox.notices(players)[0].state == "aborted"


def test_what_is_due_goes_out_while_the_page_polls(played: Played, screen: Opened) -> None:
    """The ticks are in the server: a page that nobody touches releases by the clock."""
    page = screen(played.compose().seal().commit().reveal().open().start(200))
    page.draw()
    with open_players(played.control) as players:
        assert {"I1", "I2"} <= {one.key for one in outbox.released(players, NUMBER)}


def test_an_evaluator_gets_a_page_and_a_bad_file_stops_no_other(
    played: Played, screen: Opened
) -> None:
    page = screen(played.compose().seal().commit().reveal().open().start(60))
    page.send("hand_out", evaluator="甲 现场")
    file = page.data["file"]
    assert file["type"] == "text/html"
    assert file["name"].startswith(f"evaluator-{NUMBER}")
    assert "甲 现场" in page.text
    bad = base64.b64encode(b"{").decode()
    page.send("hand_in", files=[("files", "x.json", bad), ("files", "y.json", "%%%")])
    assert "未收下" in page.text
    page.send("hand_in")
    assert "未选择文件" in page.text


def test_the_end_is_frozen_judged_and_archived_once_all_is_tracked(
    town_ended: Played, screen: Opened
) -> None:
    """S0-5: findings from proposal to owner and day; archived only then."""
    page = screen(town_ended)
    page.send("archive")
    assert "archived" not in _kinds(town_ended)
    page.send("freeze", passphrase=PASSPHRASE)
    assert "frozen" in _kinds(town_ended)
    page.send("package")
    assert base64.b64decode(page.data["file"]["data"])[:2] == b"PK"
    page.send("find", text="对讲机无电", owner="", due="")
    page.send("archive")
    assert "archived" not in _kinds(town_ended), "nobody has it"
    page.send("assign", "F-9", owner="通信组", due=FIRST.isoformat())
    assert 'class="said bad"' in page.html
    page.send("assign", "F-1", owner="通信组", due=FIRST.isoformat())
    assert f"通信组 · {FIRST.isoformat()}" in page.text
    ids = [one for one in ("node:evacuating",) if one in page.html]
    for one in ids:
        page.send("dismiss", one, why="评估员不在位")
    page.send("archive")
    assert "archived" in _kinds(town_ended)
    assert page.step("review") == "done looked"


def test_each_paper_comes_as_a_file(town_ended: Played, screen: Opened) -> None:
    """The head that leaves the machine stands in the log first; a report writes nothing."""
    page = screen(town_ended)
    for what in ("report", "word", "seal", "heads"):
        before = len(_kinds(town_ended))
        page.send("paper", what)
        start = base64.b64decode(page.data["file"]["data"])[:4]
        assert start == (b"PK\x03\x04" if what == "word" else b"%PDF")
        assert len(_kinds(town_ended)) - before == (what in ("seal", "heads"))
    page.draw()
    assert page.data["file"] is None, "handed out once"


def test_acts_that_nobody_declared_change_nothing(played: Played, screen: Opened) -> None:
    page = screen(played.compose().seal())
    before = _kinds(played)
    for verb in ("", "seal ", "drop", "__class__"):
        page.send(verb, "x")
    page.send("look", "everything").send("drill", "../../etc").send("paper", "/etc/passwd")
    assert _kinds(played) == before
    assert page.step("draw") == "cur looked"
