"""An opened drill in a folder of its own, beside a players' register: no district is needed."""

import random
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desks import outbox
from desks.exercise.course import Stamp
from desks.exercise.folder import MARKER, Control, create_control
from desks.exercise.log import create_log, entries, head, open_log, write
from desks.exercise.running import state
from desks.exercise.scenario import Inject, Scenario, Trigger
from geodata.chain import canonical
from geodata.store import Author, Store, create_store, open_store
from geodata.store.engine import file_identity
from geodata.store.posts import IDENTITY
from tests.desks.exercise.pools import scenario as small_scenario

NUMBER = "2026-1"
COMMITMENT = "ab" * 32
T0 = datetime(2026, 9, 16, 6, 0, tzinfo=UTC)
ABOUT = """format = 2
name_zh = "示例区"
name_en = "Sample"
crs = "EPSG:4547"
sample = true
whole_extent = true
founded = ""
as_of = 2026-09-16
"""


def later(seconds: float) -> datetime:
    """Return a moment so many seconds after T0."""
    return T0 + timedelta(seconds=seconds)


def seeded(seed: int) -> random.Random:
    """Return chance that comes again."""
    return random.Random(seed)  # noqa: S311 - reproducible, not secret


def make_players(folder: Path) -> Path:
    """Return a players' folder with an empty register."""
    folder.mkdir(parents=True)
    (folder / "district.toml").write_text(ABOUT, encoding="utf-8")
    create_store(folder / "register.sqlite").close()
    return folder


def make_drill(
    folder: Path, scenario: Scenario | None = None, *, players: Path | None = None
) -> Control:
    """Return control's folder with one drill that was sealed and opened."""
    control = create_control(folder / "control", players or make_players(folder / "players"))
    own = control.drill(NUMBER)
    own.mkdir(mode=0o700)
    drawn = scenario or small_scenario()
    document = {
        "drill": NUMBER,
        "type": "double_blind",
        "t0": "2026-09-16T14:00:00+08:00",
        "commitment": COMMITMENT,
        "scenario": asdict(drawn),
    }
    (own / "opened.json").write_text(canonical(document) + "\n", encoding="utf-8")
    (own / "opened.json").chmod(0o600)
    with create_log(own / "log.sqlite") as log:
        write(log, "组长", "sealed", {"commitment": COMMITMENT, "envelope": "", "signer": ""})
        write(log, "组长", "printed", {"head": head(log), "what": "seal"})
        write(log, "纪检", "opened", {"officers": ["组长", "纪检"], "scenario": drawn.number})
    (own / "log.sqlite").chmod(0o600)
    return control


def copied(opened: Path, folder: Path) -> Control:
    """Return a copy of a drill that goes on with its own chains, as if it had been made there."""
    shutil.copytree(opened, folder)
    control = Control(folder / "control", folder / "players")
    marker = control.folder / MARKER
    text = marker.read_text("utf-8").replace(str(opened / "players"), str(control.district))
    marker.write_text(text, encoding="utf-8")
    for path in (control.drill(NUMBER) / "log.sqlite", control.district / "register.sqlite"):
        with closing(sqlite3.connect(path)) as behind, behind:
            told = (file_identity(path), IDENTITY)
            behind.execute("update meta set value = ? where key = ?", told)
    return control


def players_of(control: Control) -> Store:
    """Return the players' register, as the players' program has it."""
    return open_store(control.district / "register.sqlite")


def answer(control: Control, key: str, at: datetime, who: str = "值班员") -> bool:
    """Acknowledge an inject as the players do."""
    with players_of(control) as players:
        return outbox.acknowledge(players, Author(who, ""), NUMBER, key, at=at)


def shown(control: Control) -> tuple[outbox.Released, ...]:
    """Return what the players see."""
    with players_of(control) as players:
        return outbox.released(players, NUMBER)


def notice(control: Control) -> outbox.Notice | None:
    """Return what the players know of the drill, ``None`` where nothing was announced."""
    with players_of(control) as players:
        return next((one for one in outbox.notices(players) if one.drill == NUMBER), None)


def stamped(node: str, seconds: float, evaluator: str = "评估员甲") -> Stamp:
    """Return a stamp of a device that goes right."""
    return Stamp(node, later(seconds), later(seconds), 0, evaluator, "手持一号")


def random_scenario(chance: random.Random, injects: int = 12, within_s: int = 600) -> Scenario:
    """Return a scenario of injects by clock, by node and by hand, in any order."""
    nodes = [node.key for node in small_scenario().nodes]
    made = []
    for number in range(injects):
        kind = chance.choice(("clock", "clock", "node", "hand"))
        after = 0 if kind == "hand" else chance.randrange(within_s)
        node = chance.choice(nodes) if kind == "node" else ""
        trigger = Trigger(kind, after, node)  # type: ignore[arg-type]
        made.append(Inject(f"R{number}", trigger, f"第{number}条", f"第{number % 3}组"))
    return small_scenario(injects=tuple(made))


def require_whole(control: Control, *, over: bool = True, others: Collection[str] = ()) -> None:
    """Expect that log and players agree, nothing stands twice, and both chains are whole.

    ``others`` are layers that the players wrote themselves.
    """
    run = state(control, NUMBER)
    seen = [(one.key, one.text, one.to) for one in shown(control)]
    told = [(one.key, one.text, one.to) for one in run.released]
    assert sorted(seen) == sorted(told)
    assert len({key for key, _, _ in told}) == len(told)
    for kind in ("released", "acknowledged"):
        keys = [entry.key for entry in run.entries if entry.kind == kind]
        assert len(set(keys)) == len(keys), kind
    for kind in ("started", *(("ended",) if over else ())):
        assert sum(entry.kind == kind for entry in run.entries) == 1, kind
    with open_log(control.drill(NUMBER) / "log.sqlite") as log, players_of(control) as players:
        assert log.verify().intact
        assert players.verify().intact
        hashes = [entry.hash for entry in entries(log)]
        foreign = {e.layer for e in players.events()} - {*outbox.OUTBOX_LAYERS, *others}
    assert foreign == set()
    for page in run.printed:
        place = next(n for n, entry in enumerate(run.entries) if entry.number == page.number)
        assert page.head == hashes[place - 1]


def state_of_players(control: Control) -> dict[str, int]:
    """Return how many rows of each layer of the outbox the players' register holds."""
    with players_of(control) as players:
        return {layer: len(players.read(layer)) for layer in outbox.OUTBOX_LAYERS}
