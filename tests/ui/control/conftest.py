"""Control's folder beside a copy of the town, and its page run without a browser."""

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from desks.exercise import running
from tests.ui.control.making import Played, copied
from ui.control import board

DOOR = Path(__file__).parents[3] / "control.py"


class Screen:
    """The page as a hand has it: acts are sent as the browser sends them."""

    def __init__(self, app: AppTest) -> None:
        """Begin with the page drawn once."""
        self.app, self.acts = app, 0
        self.draw()

    def draw(self) -> "Screen":
        """Run the page."""
        self.app.run()
        assert not self.app.exception
        return self

    def send(
        self,
        verb: str,
        value: str = "",
        typed: Mapping[str, object] | None = None,
        *,
        files: Sequence[tuple[str, str, str]] = (),
        **fields: object,
    ) -> "Screen":
        """Run the page as after an act; the act is gone in the next run, as a trigger is."""
        self.acts += 1
        whole = {**(typed or {}), **fields}
        told = {k: v if isinstance(v, list) else [v] for k, v in whole.items()}
        handed = [{"field": f, "name": n, "data": d} for f, n, d in files]
        act = {"id": f"a{self.acts}", "verb": verb, "value": value, "fields": told, "files": handed}
        self.app.session_state[board.KEY] = {"act": act}
        self.draw()
        del self.app.session_state[board.KEY]
        return self

    @property
    def data(self) -> dict[str, Any]:
        """Return what the component was given last."""
        found: list[dict[str, Any]] = []

        def walk(node: object) -> None:
            for child in getattr(node, "children", {}).values():
                raw = getattr(getattr(child, "proto", None), "json", "")
                if raw:
                    found.append(json.loads(raw))
                walk(child)

        walk(self.app.main)
        return found[-1]

    @property
    def html(self) -> str:
        """Return the page's markup."""
        return str(self.data["html"])

    @property
    def text(self) -> str:
        """Return what is read on the page."""
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.html)))

    def step(self, stage: str) -> str:
        """Return the class of a step."""
        found = re.search(rf'<div class="([\w ]+)" data-step="{stage}"', self.html)
        assert found
        return found[1]


@pytest.fixture
def played(town: Path, tmp_path: Path) -> Played:
    """Return control's folder for a copy of the town."""
    return Played(tmp_path / "control", copied(town, tmp_path))


@pytest.fixture(scope="session")
def ended(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Return a drill that was played to its end; copy what is written to."""
    folder = tmp_path_factory.mktemp("ended")
    made = Played(folder / "control", copied(town, folder)).compose().seal().commit().reveal()
    made.open().start(600).run([0, 121]).stamp().run([520])
    running.end(made.control, made.number, datetime.now(tz=UTC))
    return made


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Screen]:
    """Return a way to open control's page on a folder."""

    def opened(played: Played, lang: str = "zh") -> Screen:
        monkeypatch.setenv("SHOUWANG_CONTROL", str(played.control.folder))
        app = AppTest.from_file(str(DOOR), default_timeout=60)
        app.query_params["lang"] = lang
        return Screen(app)

    return opened


@pytest.fixture
def town_ended(ended: Played, tmp_path: Path) -> Played:
    """Return a copy of the drill that was played to its end."""
    return ended.copy(tmp_path)
