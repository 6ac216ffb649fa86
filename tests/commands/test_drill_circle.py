"""The whole circle at the terminal: from two composed drills to a speed model that the brief uses.

The clock is moved, as no composed drill begins today; keys are locked by few rounds of scrypt, and
the players answer through the outbox, since their door is a screen.
"""

import io
import json
import random
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

import cli
import commands.drill_compose
import commands.drill_run
import commands.drill_seal
import desks.exercise.clock
import desks.exercise.drafts
import desks.exercise.findings
import geodata.store.editing
import verify_drill
from desks import outbox
from desks.exercise.folder import open_control
from desks.exercise.players import open_players
from desks.folder import SPEED_MODEL
from desks.onemap import load_onemap
from desks.stock import CHINA
from geodata.store import Author
from routing import SpeedModel
from tests.desks.exercise.sealed import quickly_locked

Said = pytest.CaptureFixture[str]
WORDS = "红花 and 绿叶 42\n"
PEOPLE = ("王一", "李二")
SLOWER = 1.8
CLOCKED = (
    commands.drill_compose, commands.drill_run, commands.drill_seal, desks.exercise.clock,
    desks.exercise.drafts, desks.exercise.findings, geodata.store.editing,
)  # fmt: skip


class Moved(datetime):
    """The machine's clock, set ahead."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Return now, and so much."""
        return super().now(tz) + cls.ahead

    @classmethod
    def go_to(cls, at: datetime) -> None:
        """Set the clock ahead to a moment."""
        cls.ahead += max(at - cls.now(at.tzinfo), timedelta())


class Office:
    """Everybody who has a part in a drill, at terminals, and the papers they keep."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, said: Said) -> None:
        """Make control's folder and the sticks of its three officers."""
        self.folder, self.patch, self.said = folder, patch, said
        self.town, self.place = folder / "town", folder / "control"
        self.patch.setattr(sys, "stdin", io.StringIO())
        assert cli.main(["sample", str(self.town), "--size", "town"]) == 0
        self.key = self("new", "--district", self.town, typed=WORDS)["fingerprint"]
        for office in ("leader", "discipline", "duty"):
            self("officer", "--office", office, "--name", office, "--key", folder / office,
                 typed=WORDS)  # fmt: skip

    def __call__(self, step: str, *options: object, typed: str = "") -> Any:  # noqa: ANN401 - JSON
        """Return the document that a step of ``drill`` prints."""
        named = step.split()
        before = [] if step == "draw make" else [str(self.place)]
        self.patch.setattr(sys, "stdin", io.StringIO(typed))
        self.said.readouterr()
        words = ["drill", *named, *before, *map(str, options), "--format", "json"]
        code = cli.main(words)
        told = self.said.readouterr()
        assert code == 0, (words, told.err)
        return json.loads(told.out.splitlines()[-1] if step == "run" else told.out)

    def drill(self, number: str) -> None:
        """Go with a drill from composing to its archive; what is on paper proves its package."""
        on = ("--number", number)
        day = (Moved.now(CHINA) + timedelta(days=1)).date().isoformat()
        self("compose", *on, "--class", "flood", "--pool", "2", "--window", day,
             "--hours", "10", "--closures", "2")  # fmt: skip
        heads = [self("seal", *on, typed=WORDS)["head"]]
        heads += self.draw(on)
        Moved.go_to(datetime.fromisoformat(f"{day}T11:00:00+08:00"))
        keys = [f"--key={self.folder / office}" for office in ("leader", "duty")]
        self("open", *on, *keys, typed=WORDS * 2)
        self("run", *on, "--once")
        self.play(number)
        heads += [one["head"] for one in self("end", *on)["heads"]]
        package = Path(self("freeze", *on, typed=WORDS)["package"])
        good, lines = verify_drill.verdict(package.read_bytes(), self.key, heads)
        assert good, lines
        report = self.folder / f"{number}.docx"
        assert cli.main(["drill", "review", str(self.place), *on, "--out", str(report)]) == 0
        assert report.stat().st_size > 0
        for one in self("review", *on)["proposed"]:
            self("find", *on, "--finding", one, "--by", "周与安", "--owner", "陈明",
                 "--due", (Moved.now(CHINA) + timedelta(days=30)).date())  # fmt: skip
        self("archive", *on, "--by", "周与安")

    def draw(self, on: tuple[str, str]) -> list[str]:
        """Let everybody commit, then reveal; return the heads printed between and at the end."""
        made = {name: self("draw make", typed=f"{name}\n") for name in PEOPLE}
        for name, one in made.items():
            self("draw commit", *on, "--name", name, typed=f"{one['commitment']}\n")
        between = self("head", *on, "--what", "draw")["head"]
        for name, one in made.items():
            drawn = self("draw reveal", *on, "--name", name,
                         typed=f"{one['nonce']}\n{one['value']}\n")  # fmt: skip
        return [between, drawn["head"]]

    def play(self, number: str) -> None:
        """Stamp every node, teams far later than the model says; players read what comes."""
        on, control = ("--number", number), open_control(self.place)
        opened = json.loads((control.drill(number) / "opened.json").read_text("utf-8"))
        begun = datetime.fromisoformat(self("state", *on)["t0"])
        nodes = opened["scenario"]["nodes"]
        for node in sorted(nodes, key=lambda one: one["p50_ms"] or 0):
            late = timedelta(milliseconds=SLOWER * (node["p50_ms"] or 60_000))
            Moved.go_to(begun + late)
            self("stamp", *on, "--node", node["key"], "--evaluator", "评估员甲",
                 "--at", (begun + late).isoformat())  # fmt: skip
        with open_players(control) as players:
            for one in outbox.released(players, number):
                outbox.acknowledge(
                    players, Author("值班员", ""), number, one.key, at=Moved.now(CHINA)
                )
        Moved.go_to(begun + timedelta(hours=2))
        told = self("run", *on, "--once")
        assert told["acknowledged"], "what players read comes back into the log"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> Office:
    for module in CLOCKED:
        monkeypatch.setattr(module, "datetime", Moved)
    monkeypatch.setattr(Moved, "ahead", timedelta())
    dice = random.Random(5)  # noqa: S311 - the pools are the same each time, the draw is not
    monkeypatch.setattr(
        "commands.drill_compose.secrets", SimpleNamespace(randbits=dice.getrandbits)
    )
    monkeypatch.setattr("pyrage.passphrase.encrypt", quickly_locked)
    monkeypatch.setattr("desks.exercise.padding.BUCKET_BYTES", 8192)
    return Office(tmp_path, monkeypatch, capsys)


def test_drills_go_round_from_composing_to_a_speed_model_that_the_brief_uses(
    office: Office, capsys: Said
) -> None:
    """Two composed drills are sealed, drawn, opened, run, proven, archived, learned from, used."""
    before = SpeedModel.load(office.town / SPEED_MODEL).version
    for number in ("2026-1", "2026-2"):
        office.drill(number)
    made = office("learn")
    assert (made["base"], made["changes"], made["passed_over"]) == (before, True, [])
    assert made["drills"] == ["2026-1", "2026-2"]
    assert {"call", "congestion.arterial"} <= {row["key"] for row in made["rows"]}
    assert all(new[0] > old[0] for old, new in ((r["old"], r["new"]) for r in made["rows"]))
    office("learn", "--accept", made["digest"], "--who", "周与安")
    onemap = load_onemap(office.town)
    assert onemap.speed_model.version == made["version"] != before
    capsys.readouterr()
    village = onemap.records["village"]
    at = ",".join(map(str, onemap.to_degrees(*village.xy_m[0].tolist())))
    assert cli.main(["brief", str(office.town), "--at", at, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["speed_model"] == made["version"]
    again = office("learn")
    assert (again["changes"], [one["drill"] for one in again["passed_over"]]) == (
        False, ["2026-1", "2026-2"],
    )  # fmt: skip
