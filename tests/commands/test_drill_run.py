"""``cli.py drill run`` and its acts: the drill from the terminal, in words and as JSON."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cli import USER_FAULT, main
from desks.exercise import running
from desks.exercise.folder import Control
from desks.exercise.running import state
from geodata.faults import UserError
from tests.desks.exercise.drills import NUMBER, copied, make_drill, require_whole

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("opened")
    make_drill(folder)
    return folder


@pytest.fixture
def control(opened: Path, tmp_path: Path) -> Control:
    return copied(opened, tmp_path / "drill")


class Terminal:
    """A director's terminal: each line typed gives its exit code and what was printed."""

    def __init__(self, control: Control, printed: pytest.CaptureFixture[str]) -> None:
        """Keep the folder and what reads the screen."""
        self.control, self.printed = control, printed

    def __call__(self, step: str, *options: str) -> tuple[int, str, str]:
        """Return the exit code, what was printed and what was said of faults."""
        code = main(["drill", step, str(self.control.folder), "--number", NUMBER, *options])
        told = self.printed.readouterr()
        return code, told.out, told.err

    def json(self, step: str, *options: str) -> Any:  # noqa: ANN401 - whatever was printed
        """Return the one document that was printed."""
        code, out, _ = self(step, "--format", "json", *options)
        assert code == 0
        return json.loads(out)


@pytest.fixture
def terminal(control: Control, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(control, capsys)


def test_a_drill_is_played_from_the_terminal(terminal: Terminal) -> None:
    """Row S2-10: begun, released, stamped, paused, resumed, ended without the screen."""
    begun = terminal.json("run", "--once", "--who", "林导调")
    assert [one["key"] for one in begun["released"]] == ["I1"]
    assert [one["what"] for one in begun["heads"]] == ["start"]
    assert [one["key"] for one in terminal.json("release", "--inject", "I3")["released"]] == ["I3"]
    added = terminal.json("add", "--text", "道路塌方。", "--to", "指挥部")["released"]
    assert [(one["key"], one["added"], one["trigger"]) for one in added] == [
        ("added-1", True, "hand")
    ]
    told = terminal.json("stamp", "--node", "called", "--evaluator", "评估员甲")
    assert told["released"] == [], "a machine gets a document also where nothing came of it"
    terminal("note", "--text", "通信中断", "--who", "赵导调")
    terminal("pause")
    told = terminal.json("state")
    assert (told["phase"], [one["key"] for one in told["waiting"]]) == ("paused", ["I2"])
    assert [(one["node"], one["evaluator"]) for one in told["stamps"]] == [("called", "评估员甲")]
    terminal("resume")
    assert [one["what"] for one in terminal.json("end")["heads"]] == ["end"]
    run = state(terminal.control, NUMBER)
    assert (run.by, run.phase, len(run.released)) == ("林导调", "ended", 3)
    assert terminal.json("state")["head"] == run.entries[-1].hash
    require_whole(terminal.control)


def test_what_is_printed_for_a_person_has_the_heads_for_paper(terminal: Terminal) -> None:
    code, out, err = terminal("run", "--once")
    assert (code, err) == (0, "")
    head = state(terminal.control, NUMBER).printed[-1].head
    assert head in out.replace(" ", "")
    assert "开始时的日志头" in out
    assert "▶ I1 → 值班室: 接到报警" in out
    assert "演练：进行中。" in out
    assert "called+120s I2 → 指挥部: 风向转变。" in out
    assert "--:--:-- I3 → 宣传组: 有记者到场。" in out, "who releases by hand has to know what"
    _, out, _ = terminal("end", "--lang", "en")
    assert "Head of the log at the end, for paper:" in out
    assert "Exercise: ended." in out
    assert "--:--" not in terminal("state")[1], "what is over has no inject that is due"


def test_the_same_step_twice_says_how_it_stands(terminal: Terminal) -> None:
    terminal("run", "--once", "--who", "林导调")
    terminal("pause")
    for step, said in (
        (("pause",), "演练已暂停"),
        (("release", "--inject", "I3"), "演练已暂停"),
        (("stamp", "--node", "nowhere", "--evaluator", "甲"), "没有这个节点；现有：called"),
        (("stamp", "--node", "called", "--evaluator", "甲", "--at", "12:00"), "--at"),
        (("stamp", "--node", "called", "--evaluator", "甲",
          "--at", "2020-01-01T00:00:00+08:00"), "早于演练开始时间"),
    ):  # fmt: skip
        code, out, err = terminal(*step)
        assert (code, out) == (USER_FAULT, "")
        assert said in err, step
    code, _, _ = terminal("abort", "--why", "真实警情")
    assert code == 0
    code, _, err = terminal("resume")
    assert code == USER_FAULT
    assert "演练已中止，不再恢复：真实警情" in err


def test_a_drill_that_is_not_there_gets_a_sentence(
    terminal: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(terminal.control.folder)
    for options in (
        [folder, "--number", "2026-9"],
        [folder, "--number", "../2026-1"],
        [str(tmp_path / "none"), "--number", NUMBER],
    ):
        for step in ("run", "state", "end"):
            assert main(["drill", step, *options]) == USER_FAULT
            told = capsys.readouterr()
            assert told.err.strip()
            assert "Traceback" not in told.err


def test_it_runs_until_somebody_stops_it_and_resumes_where_it_stood(terminal: Terminal) -> None:
    """Ctrl-C leaves the drill running; the next run neither begins nor releases anew."""
    control = terminal.control
    command = [
        sys.executable, "cli.py", "drill", "run", str(control.folder), "--number", NUMBER,
        "--format", "json",
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not state(control, NUMBER).released:
            time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    beats = [json.loads(line) for line in out.splitlines()]
    assert [one["key"] for beat in beats for one in beat["released"]] == ["I1"]
    assert state(control, NUMBER).phase == "running"
    with pytest.MonkeyPatch.context() as patch:
        # an order that no tick has carried out yet, as after a crash
        patch.setattr("desks.exercise.acting.open_players", _gone)
        running.release_now(control, NUMBER, "I3", state(control, NUMBER).entries[-1].at)
    again = terminal.json("run", "--once")
    assert ([one["key"] for one in again["released"]], again["heads"]) == (["I3"], [])
    running.end(control, NUMBER, state(control, NUMBER).entries[-1].at)
    code, out, _ = terminal("run")
    assert (code, "演练：已结束。" in out) == (0, True)
    require_whole(control)


def _gone(*_: object) -> None:
    raise UserError([])
