"""What control's page keeps, shows and believes: no secret, no scenario, no markup of others."""

import ast
import base64
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from desks.exercise.scenario import Inject, Node, Trigger
from language import Catalogue
from tests.payloads import PAYLOADS
from tests.ui.control.conftest import Screen
from tests.ui.control.making import PASSPHRASE, Played, pool, scenario
from tests.ui.fakes import HOSTILE
from ui.control import board, frame
from ui.control.board import MOST_FIELDS, MOST_FILES, read_sent
from ui.control.drawing import draw_work
from ui.control.footer import footer
from ui.control.knowing import Known
from ui.control.running import Check, run_work
from ui.control.steps import die, steps
from ui.panels.markup import View

ROOT = Path(__file__).parents[3]
CONTROL = ROOT / "ui" / "control"
NAMES = (
    HOSTILE, '"><svg onload=alert(1)>', "' onmouseover='alert(1)", "{0} {name} {} %s",
    "</style><script>alert(1)</script>", *(one for one in PAYLOADS.values() if len(one) < 200),
)  # fmt: skip
TAGS = {"script", "img", "iframe", "object", "link", "style", "base", "form", "meta", "a", "embed"}
OURS = {"i", "em", "svg", "rect", "circle"}
"""Tags whose attributes hold numbers of ours."""


class Seen(HTMLParser):
    """What a browser would make of a markup: its tags, attributes and text."""

    def __init__(self, markup: str) -> None:
        """Read it."""
        super().__init__()
        self.tags: set[str] = set()
        self.given: list[tuple[str, str, str]] = []
        self.read = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.add(tag)
        self.given += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.read += data


def _known(name: str) -> Known:
    """Return a running drill in which every text of the scenario is this name."""
    made = replace(
        scenario(),
        title=name, place=name,
        injects=(
            Inject("I1", Trigger("clock"), name, name), Inject("I2", Trigger("hand"), name, name),
            Inject("I3", Trigger("node", 5, "n1"), name, name),
        ),
        nodes=(Node("n1", name, "speed", 1000, 2000, 3000, basis=name),),
    )  # fmt: skip
    return Known(name, (), made, draft=True, officers=((name, name),) * 3)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_text(name: str) -> None:
    view = View(Catalogue.load("en"))
    known, now = _known(name), datetime.now(tz=UTC)
    whole = Seen(
        str(steps(known, "run", view))
        + str(run_work(known, [Check(good=False, said=name)], view, now))
        + str(draw_work(known, view))
        + str(footer(known, [name], name, view))
        + str(die(name))
    )
    assert whole.tags & TAGS == set()
    assert not [one for one in whole.given if one[1].startswith("on")]
    assert all(tag in OURS for tag, attribute, _ in whole.given if attribute == "style")
    assert name[:30].replace("\r", "\n") in whole.read.replace("\r", "\n")


def test_a_passphrase_lives_in_its_run_alone(played: Played, screen: Callable[..., Screen]) -> None:
    """Neither session, nor page, nor what is kept for the next run holds it afterwards."""
    page = screen(played.compose())
    for secret in ("x" * 20 + PASSPHRASE, PASSPHRASE):
        page.send("seal", passphrase=secret)
        kept = page.app.session_state
        assert secret not in repr(kept)
        assert secret not in str(page.data)
    for path in played.control.folder.rglob("*"):
        assert not path.is_file() or PASSPHRASE.encode() not in path.read_bytes()


def test_what_was_sent_shows_nothing_when_it_is_printed() -> None:
    data = base64.b64encode(b"AGE-SECRET-KEY-1").decode()
    made = read_sent(
        {"verb": "open", "fields": {"passphrase1": [PASSPHRASE]},
         "files": [{"field": "key1", "name": "a", "data": data}]}
    )  # fmt: skip
    assert made is not None
    assert made.secret("passphrase1") == PASSPHRASE
    assert made.files[0].data == b"AGE-SECRET-KEY-1"
    assert PASSPHRASE not in repr(made)
    assert "AGE-SECRET" not in repr(made)


@pytest.mark.parametrize(
    "raw",
    [{}, {"verb": 1}, {"verb": "a", "value": 2}, {"verb": None, "fields": {}}],
)
def test_what_is_no_act_is_none(raw: dict[str, object]) -> None:
    assert read_sent(raw) is None


def test_odd_fields_and_files_are_left_out() -> None:
    raw = {
        "verb": "v" * 100,
        "fields": {"a": "x", "b": [1, "y", None], **{str(n): ["z"] for n in range(200)}},
        "files": [1, {"field": "f"}, {"field": "f", "name": "n", "data": "%"}]
        + [{"field": "f", "name": "n" * 500, "data": ""}] * 50,
    }
    made = read_sent(raw)
    assert made is not None
    assert len(made.verb) == 40
    assert made.one("a") == ""
    assert made.many("b") == ("y",)
    assert len(made.fields) <= MOST_FIELDS
    assert len(made.files) <= MOST_FILES
    assert all(len(one.name) <= 200 for one in made.files)


def test_the_same_act_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a run was broken off, Streamlit shows the next one its trigger again."""
    state: dict[str, object] = {board.KEY: {"act": {"id": "1", "verb": "seal"}}}
    monkeypatch.setattr(st, "session_state", state)
    assert board.sent() is not None
    assert board.sent() is None
    state[board.KEY] = {"act": {"id": "2", "verb": "seal"}}
    assert board.sent() is not None


def test_before_it_is_opened_nothing_of_the_pool_is_on_the_page(
    played: Played, screen: Callable[..., Screen]
) -> None:
    page = screen(played.compose())
    for _ in range(2):
        for look in ("compose", "seal", "draw", "run", "review", "keys", "learn"):
            page.send("look", look)
            one = pool(played.number).scenarios[0]
            for text in (one.title, one.place, one.injects[0].text, one.nodes[5].title):
                assert text not in str(page.data)
        if played.entries()[-1].kind != "sealed":
            played.seal()
    kept = page.app.session_state
    assert "水厂" not in repr(kept)


def test_no_drill_is_put_into_a_cache_of_streamlit() -> None:
    """Only the players' own map is: nothing of a drill has a part in it."""
    cached = [
        f"{path.name}:{node.name}"
        for path in CONTROL.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any("st.cache" in ast.unparse(one) for one in node.decorator_list)
    ]
    assert cached == ["desk.py:_map"]
    whole = "".join(path.read_text("utf-8") for path in CONTROL.glob("*.py"))
    assert "query_params" not in whole
    assert "file_uploader" not in whole
    assert "text_input" not in whole


def test_the_players_door_loads_nothing_of_an_exercise() -> None:
    """What app.py draws with is loaded, neither the exercise desk nor control's page."""
    code = (
        "import sys, ui.frame;"
        "print([n for n in sys.modules if n.startswith(('desks.exercise', 'ui.control'))])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip().splitlines()[-1] == "[]"
    assert "control" not in (ROOT / "app.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("address", "shown"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("192.168.1.20", False),
     ("0.0.0.0", False), ("", False)],  # noqa: S104 - what must be refused
)  # fmt: skip
def test_control_serves_its_own_machine_alone(
    address: str, *, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither certificate nor login opens it to a network."""
    monkeypatch.setattr(st, "get_option", {"server.address": address}.get)
    assert (frame._refusals() == ()) is shown


def test_a_folder_that_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUWANG_CONTROL", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "control.py"), default_timeout=60).run()
    assert not app.exception
    said = "".join(str(getattr(one.proto, "body", "")) for one in app.main.children.values())
    assert "导调页面无法显示" in said
