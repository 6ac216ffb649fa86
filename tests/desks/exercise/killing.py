"""A trial by kill -9: of control and of the players' writer at random moments of one drill."""

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from desks import outbox
from desks.exercise import running
from desks.exercise.clock import clock_of
from desks.exercise.course import Stamp
from desks.exercise.folder import Control
from desks.exercise.scenario import Inject, Scenario, Trigger
from desks.register.opening import open_register
from geodata.faults import UserError
from geodata.store import Author, Change
from tests.desks.exercise.drills import NUMBER, make_drill, require_whole, seeded
from tests.desks.exercise.pools import scenario as small_scenario

STARTER = multiprocessing.get_context("forkserver")
STARTER.set_forkserver_preload([__name__])

APART_S = 0.4
"""For each kill the drill has so much longer injects to release."""

AT_WORK = 0.8
"""How often a program is killed once it has done something, not while it only begins."""

MOST_INJECTS = 190
PROGRAMS = ("control", "players")
ORDINARY = "shelter"
SETTLE_S = 60


@dataclass
class Figures:
    """What a trial found; ``lost`` and ``twice`` name what was acknowledged and is not there."""

    kills: int = 0
    released: int = 0
    answered: int = 0
    stamped: int = 0
    edits: int = 0
    late_ms: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def _scenario(seconds: int) -> Scenario:
    """Return a drill with injects in every second, by clock and after nodes."""
    nodes = [node.key for node in small_scenario().nodes]
    made = []
    for number in range(min(MOST_INJECTS, 6 * seconds)):
        after = number * seconds // min(MOST_INJECTS, 6 * seconds)
        by_node = number % 5 == 4
        trigger = Trigger("node", after, nodes[number % 2]) if by_node else Trigger("clock", after)
        made.append(Inject(f"K{number}", trigger, f"第{number}条", "指挥部"))
    return small_scenario(injects=tuple(made))


def _logged(path: Path, work: Callable[[Callable[[str], None]], None]) -> None:
    """Do work for ever; what it tells is written down only after it came back."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        while True:
            try:
                work(lambda line: os.write(file, f"{line}\n".encode()) and None)
            except UserError as error:
                os.write(file, f"refused {error}\n".replace("\n", " ").encode() + b"\n")
    except BaseException as error:
        os.write(file, f"bug {error!r}\n".encode())
        raise


def control_until_killed(folder: Path, district: Path, acks: Path, seed: int) -> None:
    """Run the drill and stamp nodes without end."""
    control, chance = Control(folder, district), seeded(seed)
    clock = clock_of(running.state(control, NUMBER).entries)
    nodes, stamped = [node.key for node in small_scenario().nodes], list[int]()

    def work(tell: Callable[[str], None]) -> None:
        running.beat(control, NUMBER, clock.now())
        tell("tick - -")
        if not stamped or chance.random() < 0.3:
            stamped.append(1)
            now = clock.now()
            made = Stamp(chance.choice(nodes), now, now, 0, f"评估员{seed}", "trial")
            running.stamp(control, NUMBER, made, now=now)
            tell(f"stamp {made.node} {now.isoformat()}")

    _logged(acks, work)


def players_until_killed(_: Path, district: Path, acks: Path, seed: int) -> None:
    """Acknowledge injects and edit the register as players do, without end."""
    author = Author(f"值班员{seed}", "")

    def work(tell: Callable[[str], None]) -> None:
        with open_register(district) as store:
            for one in outbox.released(store, NUMBER):
                at = datetime.now(tz=UTC)
                if not one.answered and outbox.acknowledge(store, author, NUMBER, one.key, at=at):
                    tell(f"answer {one.key} {at.isoformat()}")
            name = f"B-{seed}-{time.monotonic_ns()}"
            store.edit(author, [Change("add", ORDINARY, name, props={"name": name}, shape=None)])
            tell(f"edit {name} -")

    _logged(acks, work)


def trial(folder: Path, kills: int, seed: int) -> Figures:
    """Kill so often in one drill and return what was found after its end."""
    chance, figures = seeded(seed), Figures()
    seconds = max(2, round(kills * APART_S))
    control = make_drill(folder, _scenario(seconds))
    running.start(control, NUMBER, datetime.now(tz=UTC))
    acks = folder / "acks"
    acks.mkdir()
    at_work = {which: _launch(which, control, acks, 0) for which in PROGRAMS}
    try:
        while figures.kills < kills:
            which = chance.choice(PROGRAMS)
            process, file = at_work[which]
            if chance.random() < AT_WORK:
                _wait_for_work(file, chance.randrange(1, 250))
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
            process.join()
            figures.kills += 1
            at_work[which] = _launch(which, control, acks, figures.kills)
        _settle(control, seconds)
    finally:
        for process, _ in at_work.values():
            process.kill()
            process.join()
    running.end(control, NUMBER, datetime.now(tz=UTC))
    _examine(control, acks, figures)
    return figures


def _launch(
    which: str, control: Control, acks: Path, number: int
) -> tuple[ForkServerProcess, Path]:
    """Return a program at work, and the file of what it has done."""
    file = acks / f"{which}-{number}.txt"
    target = control_until_killed if which == "control" else players_until_killed
    process = STARTER.Process(target=target, args=(control.folder, control.district, file, number))
    process.start()
    return process, file


def _wait_for_work(file: Path, least: int) -> None:
    """Return when the program has told so many bytes of its work, after three seconds at most."""
    limit = time.monotonic() + 3
    while time.monotonic() < limit and not (file.exists() and file.stat().st_size >= least):
        time.sleep(0.002)


def _settle(control: Control, seconds: int) -> None:
    """Wait until the planned time has passed and everything was released and answered."""
    limit = time.monotonic() + SETTLE_S + seconds
    while time.monotonic() < limit:
        run = running.state(control, NUMBER)
        if not run.waiting and all(one.answered for one in run.released):
            return
        time.sleep(0.5)


def _examine(control: Control, acks: Path, figures: Figures) -> None:
    """Compare what was acknowledged to the programs with what stands on the disk."""
    try:
        require_whole(control, others=(ORDINARY,))
    except AssertionError as error:
        figures.problems.append(f"not whole: {error}")
    run = running.state(control, NUMBER)
    figures.released = len(run.released)
    figures.late_ms = sorted(one.late_ms for one in run.released)
    figures.problems += [f"never released: {one.inject.key}" for one in run.waiting]
    stamps = [f"{one.node} {one.at.isoformat()}" for one in run.stamps]
    answers = [f"{o.key} {o.answered.isoformat()}" for o in run.released if o.answered]
    with open_register(control.district) as store:
        edits = [f"{feature.id} -" for feature in store.read(ORDINARY)]
    there = {"stamp": stamps, "answer": answers, "edit": edits, "tick": ["- -"]}
    for path in sorted(acks.iterdir()):
        whole, _, _ = path.read_text("utf-8").rpartition("\n")
        for line in whole.splitlines():
            kind, _, told = line.partition(" ")
            if kind not in there:
                figures.problems.append(line[:300])
            elif there[kind].count(told) != 1:
                figures.problems.append(f"{there[kind].count(told)} times: {line}")
    figures.stamped, figures.answered, figures.edits = len(stamps), len(answers), len(edits)
