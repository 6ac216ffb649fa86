"""A reloaded page 指挥: the case of its address comes back as what it was, or is waited for."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desks.command import journal
from desks.register.opening import open_register
from geodata.faults import Fault, UserError
from geodata.store import Author
from language import say
from ui import session
from ui.pages import command_resume
from ui.pages.command_book import Journal, Reading

from .test_pages import bodies, text

OpenApp = Callable[[Path], AppTest]
AT = (113.0, 23.0)


class Register:
    """What is asked of the register on a reload; while ``busy`` it does not answer."""

    busy = True

    def reading(self, book: Journal, case: str) -> Reading:
        """Return the log, or refuse."""
        if self.busy:
            problem = say("The register is busy; nothing was changed.")
            raise UserError([Fault("register.sqlite", problem, say("Try again in a moment."))])
        return self.read(book, case)

    def __init__(self) -> None:
        """Keep how it is read."""
        self.read = command_resume.reading


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    made = Register()
    monkeypatch.setattr(command_resume, "reading", made.reading)
    return made


@pytest.fixture
def reloaded(town: Path, tmp_path: Path, open_app: OpenApp, register: Register) -> AppTest:
    """Return the page as it is reloaded in an exercise, while the register does not answer."""
    del register
    own = Path(shutil.copytree(town, tmp_path / "own"))
    with open_register(own) as store:
        now = session.now()
        intake = journal.Intake(now, AT, kind="hazmat_leak", drill=True)
        case = journal.open_incident(store, Author("林晏", "incident"), intake, at=now)
    app = open_app(own)
    app.query_params["at"], app.query_params["case"] = "113.0,23.0", case
    return app.run()


def test_an_exercise_whose_register_is_busy_is_waited_for(
    reloaded: AppTest, register: Register
) -> None:
    """It came back as a real incident of this minute, with nothing of what was reported."""
    assert not reloaded.exception
    assert session.SCENE not in reloaded.session_state
    assert "暂时无法读取" in text(bodies(reloaded))
    assert "sw-state" not in bodies(reloaded)
    register.busy = False
    reloaded.run()
    scene = reloaded.session_state[session.SCENE]
    assert (scene.drill, scene.kind) == (True, "hazmat_leak")
    assert scene.case == reloaded.query_params["case"]
    assert "暂时无法读取" not in text(bodies(reloaded))


def test_who_cannot_wait_goes_on_with_a_calm_map(reloaded: AppTest) -> None:
    next(one for one in reloaded.button if one.label == "不带该事件继续").click().run()
    assert not reloaded.exception
    scene = reloaded.session_state[session.SCENE]
    assert (scene.at, scene.case) == (None, "")
    assert 'data-state="calm"' in bodies(reloaded)
