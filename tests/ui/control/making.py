"""Control's folder with a drill at each step, made by the desk itself: nothing here is a fake."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desks.exercise import keys, participants, running
from desks.exercise.course import Stamp
from desks.exercise.drafts import write_draft
from desks.exercise.drawing import commit_of
from desks.exercise.folder import Control, create_control
from desks.exercise.log import Entry, entries, open_log
from desks.exercise.officers import OFFICES, Officer, enrol, read_officers
from desks.exercise.opening import open_drill
from desks.exercise.scenario import Inject, Item, Node, Pool, Scenario, Trigger
from desks.exercise.sealing import seal
from reports.signing import new_key

NUMBER = "2026-09-1"
NAMES = ("甲一", "乙二", "丙三")
STAMP = "0123456789abcdef"
PARTICIPANTS = (("组长", "5"), ("纪检", "1"), ("消防", "6"), ("街道", "3"))
PASSPHRASE, OFFICER_PASSPHRASE = "correct horse battery", "a stick of one's own"

NODES = (
    ("called", "接警", "speed", 20, 60), ("judged", "研判完成", "speed", 45, 110),
    ("sent", "首队派出", "speed", 70, 130), ("left", "首队出动", "speed", 140, 210),
    ("arrived", "首队到场", "speed", 440, 560), ("sampled", "侦检结果", "handling", 640, 830),
    ("cordoned", "警戒完成", "handling", 620, 800), ("school", "学校通知", "teamwork", 100, 190),
    ("evacuating", "疏散开始", "teamwork", 360, 520), ("second", "第二队到场", "support", 723, 930),
    ("plugged", "堵漏完成", "handling", 1500, 1980),
    ("evacuated", "疏散完成", "support", 1900, 2500),
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
STAMPED = (
    ("called", 18),
    ("judged", 31),
    ("sent", 31),
    ("left", 41),
    ("school", 98),
    ("arrived", 458),
)


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


@dataclass(frozen=True)
class Stamped:
    """As much of a map as opening asks for."""

    stamp: str


class Played:
    """A control folder, its officers' secrets, and a drill that is brought to a step."""

    def __init__(self, folder: Path, district: Path, sticks: Path | None = None) -> None:
        """Make the folder with three officers and a key; with sticks, their locked files there."""
        self.control: Control = create_control(folder, district)
        self.number = NUMBER
        self.sticks: list[Path] = []
        self.identities: list[str] = []
        for name, office in zip(NAMES, OFFICES, strict=True):
            identity = keys.new_identity()
            if sticks is not None:
                self.sticks.append(sticks / f"{office}.key")
                keys.write_locked(self.sticks[-1], identity, OFFICER_PASSPHRASE)
            self.identities.append(identity)
            enrol(self.control, Officer(name, office, keys.recipient_of(identity)))
        self.key = new_key(folder / "control.key", PASSPHRASE)

    def copy(self, under: Path) -> "Played":
        """Return the same in another folder."""
        made = replace_folder(self.control, under)
        other = object.__new__(Played)
        other.__dict__ |= {**self.__dict__, "control": made}
        return other

    def another(self, number: str) -> "Played":
        """Return the same folder at another drill."""
        other = object.__new__(Played)
        other.__dict__ |= {**self.__dict__, "number": number}
        return other

    @property
    def log(self) -> Path:
        """Return the file of the drill's log."""
        return self.control.drill(self.number) / "log.sqlite"

    def entries(self) -> tuple[Entry, ...]:
        """Return the lines of the log."""
        with open_log(self.log) as log:
            return entries(log)

    def compose(self, **changes: object) -> "Played":
        """Lock a pool as a draft."""
        made = replace(pool(self.number), **changes)  # type: ignore[arg-type]
        self.made = made
        write_draft(self.control, self.number, made)
        return self

    def seal(self) -> "Played":
        """Seal it."""
        officers = read_officers(self.control)
        seal(self.control, self.made, officers, self.key, at=datetime.now(tz=UTC), log=self.log)
        return self

    def commit(self, people: Sequence[tuple[str, str]] = PARTICIPANTS) -> "Played":
        """Let these people commit."""
        for name, value in people:
            made = commit_of(_nonce(name), value)
            participants.commit(self.log, name, made, at=datetime.now(tz=UTC))
        return self

    def reveal(self, people: Sequence[tuple[str, str]] = PARTICIPANTS) -> "Played":
        """Let them reveal."""
        for name, value in people:
            nonce = _nonce(name).hex()
            participants.reveal(self.log, name, nonce, value, at=datetime.now(tz=UTC))
        return self

    def open(self, stamp: str = STAMP) -> "Played":
        """Open it with two of the keys, before T0."""
        now = datetime.now(tz=UTC)
        two = self.identities[:2]
        open_drill(self.control, self.number, two, Stamped(stamp), at=now, early=True)
        return self

    def start(self, ago_s: int = 0) -> "Played":
        """Begin it so many seconds ago."""
        self.t0 = datetime.now(tz=UTC) - timedelta(seconds=ago_s)
        running.start(self.control, self.number, self.t0)
        return self

    def run(self, seconds: Sequence[int]) -> "Played":
        """Let a tick happen at each of these seconds after T0."""
        for passed in seconds:
            running.tick(self.control, self.number, self.t0 + timedelta(seconds=passed))
        return self

    def stamp(self, stamps: Sequence[tuple[str, int]] = STAMPED, by: str = "甲 现场") -> "Played":
        """Stamp these nodes so many seconds after T0."""
        for node, passed in stamps:
            at = self.t0 + timedelta(seconds=passed)
            running.stamp(self.control, self.number, Stamp(node, at, at, 0, by, "test"))
        return self


def _nonce(name: str) -> bytes:
    return (name.encode() * 32)[:32]


def copied(district: Path, under: Path) -> Path:
    """Return a copy of a district that a test may write to."""
    return Path(shutil.copytree(district, under / "district"))


def replace_folder(control: Control, under: Path) -> Control:
    """Return a copy of control's folder beside a copy of its district."""
    district = copied(control.district, under)
    folder = Path(shutil.copytree(control.folder, under / "control"))
    marker = folder / "control.toml"
    told = marker.read_text("utf-8").replace(str(control.district), str(district.resolve()))
    marker.write_text(told, "utf-8")
    return Control(folder, district.resolve())
