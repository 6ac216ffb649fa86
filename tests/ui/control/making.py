"""Control's folder with a drill at each step, made by the desk itself: nothing here is a fake."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desks.exercise import keys, participants, running
from desks.exercise.course import Stamp
from desks.exercise.drafts import write_draft
from desks.exercise.drawing import commit_of
from desks.exercise.folder import Control, create_control
from desks.exercise.officers import OFFICES, Officer, enrol
from desks.exercise.opening import open_drill
from desks.exercise.scenario import Inject, Item, Node, Pool, Scenario, Trigger
from desks.exercise.sealing import seal
from reports.signing import new_key

NAMES = ("甲一", "乙二", "丙三")
STAMP = "0123456789abcdef"
PARTICIPANTS = (("组长", "5"), ("纪检", "1"), ("消防", "6"), ("街道", "3"))
PASSPHRASE = "correct horse battery"

NODES = (
    ("called", "接警", "speed", 20, 60), ("judged", "研判完成", "speed", 45, 110),
    ("sent", "首队派出", "speed", 70, 130), ("left", "首队出动", "speed", 140, 210),
    ("arrived", "首队到场", "speed", 440, 560), ("sampled", "侦检结果", "handling", 640, 830),
    ("cordoned", "警戒完成", "handling", 620, 800), ("school", "学校通知", "teamwork", 100, 190),
    ("evacuating", "疏散开始", "teamwork", 360, 520), ("second", "第二队到场", "support", 723, 930),
    ("plugged", "堵漏完成", "handling", 1500, 1980), ("evacuated", "疏散完成", "support", 1900, 2500),
)  # fmt: skip
INJECTS = (
    ("I1", Trigger("clock", 0), "水厂报：加氯间刺激性气味", "值班室"),
    ("I2", Trigger("clock", 120), "市民来电：学校有人咳嗽", "值班室"),
    ("I3", Trigger("node", 60, "arrived"), "首队到场 → 发现第二瓶泄漏", "现场指挥"),
    ("I4", Trigger("clock", 480), "江湾大桥事故，封闭", "指挥部"),
    ("I5", Trigger("clock", 600), "风转 090°，增至 3.4 m/s", "指挥部"),
    ("I6", Trigger("node", 60, "evacuating"), "疏散开始 → 颐和养老院缺车", "疏散组"),
    ("I7", Trigger("hand"), "记者到场", "宣传组"),
    ("I8", Trigger("clock", 1080), "呼吸器气瓶不足", "保障组"),
    ("I9", Trigger("node", 0, "plugged"), "堵漏完成 → 残液", "现场指挥"),
)
STAMPED = (("called", 18), ("judged", 31), ("sent", 31), ("left", 41), ("school", 98), ("arrived", 458))


def scenario(number: int = 1) -> Scenario:
    """Return the scenario of the picture; people, firms and roads are made up."""
    return Scenario(
        number=number,
        title=f"想定 {number}：云溪水厂液氯泄漏",
        place="民权街道 云溪水厂",
        at_deg=(113.0, 23.0),
        hour=14,
        matter={"kind": "hazmat_leak", "substance": "chlorine", "quantity_t": 1.0},
        closed_roads=("江湾大桥",),
        injects=tuple(Inject(*one) for one in INJECTS),
        nodes=tuple(
            Node(key, title, indicator, p50 * 1000, p90 * 1000, None, basis="同指挥简报")
            for key, title, indicator, p50, p90 in NODES
        ),
        sheet=(Item("S1", "", "响应及时", "speed", "called"),),
        first_p50_ms=440_000,
        first_p90_ms=560_000,
    )


def pool(number: str, count: int = 12, t0: datetime | None = None) -> Pool:
    """Return a pool whose T0 is now, where none is given."""
    return Pool(
        drill=number,
        type="double_blind",
        t0=(t0 or datetime.now(tz=UTC) + timedelta(minutes=5)).isoformat(),
        seed="5a" * 32,
        map_stamp=STAMP,
        speed_model="2026.1-0a1b2c3d",
        asked={},
        scenarios=tuple(scenario(one) for one in range(1, count + 1)),
    )


class Played:
    """A control folder, its officers' secrets, and a drill that is brought to a step."""

    def __init__(self, folder: Path, district: Path, number: str = "2026-09-1") -> None:
        """Make the folder with three officers and a key."""
        self.control: Control = create_control(folder, district)
        self.number = number
        self.log = self.control.drill(number) / "log.sqlite"
        self.identities = [keys.new_identity() for _ in NAMES]
        for name, office, identity in zip(NAMES, OFFICES, self.identities, strict=True):
            enrol(self.control, Officer(name, office, keys.recipient_of(identity)))
        self.key = new_key(folder / "control.key", PASSPHRASE)

    def compose(self, **changes: object) -> "Played":
        made = replace(pool(self.number), **changes)  # type: ignore[arg-type]
        self.made = made
        write_draft(self.control, self.number, made)
        return self

    def seal(self) -> "Played":
        from desks.exercise.officers import read_officers

        officers = read_officers(self.control)
        seal(self.control, self.made, officers, self.key, at=datetime.now(tz=UTC), log=self.log)
        return self

    def commit(self, people: Sequence[tuple[str, str]] = PARTICIPANTS) -> "Played":
        for name, value in people:
            made = commit_of(_nonce(name), value)
            participants.commit(self.log, name, made, at=datetime.now(tz=UTC))
        return self

    def reveal(self, people: Sequence[tuple[str, str]] = PARTICIPANTS) -> "Played":
        for name, value in people:
            nonce = _nonce(name).hex()
            participants.reveal(self.log, name, nonce, value, at=datetime.now(tz=UTC))
        return self

    def open(self, stamp: str = STAMP) -> "Played":
        class Map:
            pass

        Map.stamp = stamp  # type: ignore[attr-defined]
        open_drill(self.control, self.number, self.identities[:2], Map(), at=datetime.now(tz=UTC), early=True)  # type: ignore[arg-type]
        return self

    def start(self, ago_s: int = 0) -> "Played":
        self.t0 = datetime.now(tz=UTC) - timedelta(seconds=ago_s)
        running.start(self.control, self.number, self.t0)
        return self

    def run(self, seconds: Sequence[int]) -> "Played":
        for passed in seconds:
            running.tick(self.control, self.number, self.t0 + timedelta(seconds=passed))
        return self

    def stamp(self, stamps: Sequence[tuple[str, int]] = STAMPED, by: str = "甲 现场") -> "Played":
        for node, passed in stamps:
            at = self.t0 + timedelta(seconds=passed)
            running.stamp(self.control, self.number, Stamp(node, at, at, 0, by, "test"))
        return self


def _nonce(name: str) -> bytes:
    return (name.encode() * 32)[:32]


def own(monkeypatch: object, played: Played) -> None:
    """Let the screen use the folder."""
    os.environ["SHOUWANG_CONTROL"] = str(played.control.folder)
