"""``cli.py drill run`` and its acts: begin or resume a drill, tick until its end, act meanwhile."""

import argparse
import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from desks.exercise import running
from desks.exercise.acting import LOG
from desks.exercise.clock import SLACK, Clock, clock_of, clock_text, set_back, was_set
from desks.exercise.course import OVER, Stamp, time_of
from desks.exercise.due import MS, Waiting
from desks.exercise.folder import Control
from desks.exercise.log import entries, open_log
from desks.exercise.scenario import Inject
from geodata.chain import canonical
from geodata.faults import Fault, UserError
from language import Catalogue, say
from reports.signing import grouped

from .drill_step import Steps, control_of, drill_step
from .printing import print_json, print_lines, slip
from .watch import stopping

TICK_S = 0.5
WHO = "--who"

Act = Callable[[argparse.Namespace, Control, datetime], running.Beat | None]


def run_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill run``, ``drill state`` and what a director does while a drill runs."""

    def step(name: str, run: Callable[..., None], told: str) -> argparse.ArgumentParser:
        own = drill_step(steps, shared, name, told)
        own.set_defaults(run=run)
        return own

    def act(name: str, done: Act, told: str) -> argparse.ArgumentParser:
        own = step(name, _act, told)
        own.add_argument(WHO, default=running.DIRECTOR, help="who acts: stands in the log")
        own.set_defaults(act=done)
        return own

    run = step("run", _run, "begin or resume a drill, release what is due until its end")
    run.add_argument(WHO, default=running.DIRECTOR, help="who runs it: stands in the log")
    run.add_argument("--once", action="store_true", help="one tick, then end")
    step("state", _state, "how a drill stands, from its log alone")
    release = act("release", _release, "release an inject now")
    release.add_argument("--inject", required=True, metavar="KEY")
    add = act("add", _add, "release an inject that stands in no scenario")
    add.add_argument("--text", required=True)
    add.add_argument("--to", required=True)
    act("pause", lambda o, c, now: running.pause(c, o.number, now, who=o.who), "let it stand still")
    act("resume", lambda o, c, now: running.resume(c, o.number, now, who=o.who), "let it go on")
    abort = act("abort", _abort, "break it off for good: a real emergency")
    abort.add_argument("--why", required=True)
    act("end", lambda o, c, now: running.end(c, o.number, now, who=o.who), "end it")
    stamp = act("stamp", _stamp, "enter that a node was reached")
    stamp.add_argument("--node", required=True, metavar="KEY")
    stamp.add_argument("--evaluator", required=True, metavar="NAME")
    stamp.add_argument("--at", default="", metavar="TIME", help="ISO 8601 with offset, else now")
    note = act("note", _note, "a remark for the review")
    note.add_argument("--text", required=True)


def _run(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Begin the drill, or go on where it stood, until its end or until somebody asks to stop."""
    control, number = control_of(options), options.number
    clock = _clock(control, number)
    tell = _Teller(options, catalogue)
    with stopping() as stopped:
        if running.state(control, number).phase == "opened":
            tell(running.start(control, number, clock.now(), who=options.who))
        for _ in _watched(clock, control, options, catalogue):
            try:
                tell(running.beat(control, number, clock.now(), who=options.who))
                over = running.state(control, number).phase in OVER
            except UserError as error:
                if options.once:
                    raise
                tell(running.Beat(faults=error.faults))
                over = False
            if over or options.once or stopped.wait(TICK_S):
                break
    if options.format != "json":
        _state(options, catalogue)


def _watched(
    clock: Clock, control: Control, options: argparse.Namespace, catalogue: Catalogue
) -> Iterator[None]:
    """Yield without end; say and log each time that the machine's clock was set meanwhile."""
    known = clock.behind - clock.behind
    said = set_back(clock.behind) if clock.behind > SLACK else None
    while True:
        if said is not None:
            text = catalogue.word(said)
            print_lines([text] if options.format != "json" else [])
            with contextlib.suppress(UserError):  # a full disk is told by the tick itself
                running.note(control, options.number, text, clock.now(), who=options.who)
        yield
        by, said = clock.off_by(), None
        if abs(by - known) > SLACK:
            known, said = by, was_set(by)


def _clock(control: Control, number: str) -> Clock:
    """Return the drill's clock, set by its log.

    Raises:
        UserError: where there is no such drill, or its log cannot be read.

    """
    with open_log(control.drill(number) / LOG) as log:
        return clock_of(entries(log))


class _Teller:
    """Prints what came of a tick; of a fault that stays only its beginning and its end."""

    def __init__(self, options: argparse.Namespace, catalogue: Catalogue) -> None:
        self._json, self._catalogue = options.format == "json", catalogue
        self._standing: frozenset[str] = frozenset()

    def __call__(self, beat: running.Beat) -> None:
        word = self._catalogue.word
        told = {f"{f.file}: {word(f.problem)} {word(f.mend)}" for f in beat.faults}
        said = {word(one) for one in beat.said}
        fresh = (told | said) - self._standing
        if self._json:
            if fresh or beat.released or beat.answered or beat.printed:
                print(canonical(beat_document(beat, self._catalogue)), flush=True)
        else:
            print_lines([*_lines(beat, self._catalogue), *sorted(fresh)])
            if self._standing and not told | said:
                print_lines([word(say("All is written again."))])
        self._standing = frozenset(told | said)


def _act(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Do one act at this moment and print what came of it."""
    control = control_of(options)
    beat = options.act(options, control, _clock(control, options.number).now())
    if options.format == "json":
        print(canonical(beat_document(beat or running.Beat(), catalogue)))
        return
    _Teller(options, catalogue)(beat or running.Beat())
    _state(options, catalogue)


def _release(options: argparse.Namespace, control: Control, now: datetime) -> running.Beat:
    return running.release_now(control, options.number, options.inject, now, who=options.who)


def _add(options: argparse.Namespace, control: Control, now: datetime) -> running.Beat:
    told = (options.text, options.to)
    return running.add_inject(control, options.number, told, now, who=options.who)


def _abort(options: argparse.Namespace, control: Control, now: datetime) -> running.Beat:
    return running.abort(control, options.number, options.why, now, who=options.who)


def _note(options: argparse.Namespace, control: Control, now: datetime) -> None:
    running.note(control, options.number, options.text, now, who=options.who)


def _stamp(options: argparse.Namespace, control: Control, now: datetime) -> running.Beat:
    """Enter a stamp, then release what waited for it.

    Raises:
        UserError: for a time that is none, and as ``running.stamp`` does.

    """
    at = time_of(options.at) if options.at else now
    if at is None:
        problem = say("It is no time with its offset, such as 2026-09-16T14:22:00+08:00.")
        raise UserError([slip("--at", options.at[:60], problem, "drill stamp")])
    made = Stamp(options.node, at, at, 0, options.evaluator, "terminal")
    running.stamp(control, options.number, made, now=now, who=options.who)
    return running.beat(control, options.number, now, who=options.who)


def _state(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    run = running.state(control, options.number)
    now = datetime.now(tz=UTC)
    if options.format == "json":
        print_json(state_document(run, now, catalogue))
        return
    counts = say(
        "{out} released, {answered} acknowledged, {left} waiting, {stamps} stamps.",
        out=len(run.released),
        answered=sum(one.answered is not None for one in run.released),
        left=len(run.waiting),
        stamps=len(run.stamps),
    )
    print_lines([catalogue.word(PHASES[run.phase]), catalogue.word(counts)])
    if run.phase in OVER:
        return
    print_lines(f"{_when(one)} {_inject(one.inject)}" for one in run.waiting)


def _when(one: Waiting) -> str:
    """Return when an inject is due, or what it waits for: a node and so many seconds, a hand."""
    trigger = one.inject.trigger
    if one.due is not None:
        return clock_text(one.due)
    return f"{trigger.node}+{trigger.after_s}s" if trigger.kind == "node" else "--:--:--"


def _inject(inject: Inject) -> str:
    """Return the line of an inject; whoever releases one by hand has to know what it says."""
    return f"{inject.key} → {inject.to}: {inject.text}"


PHASES = {
    "opened": say("Exercise: opened, not begun."),
    "running": say("Exercise: running."),
    "paused": say("Exercise: paused."),
    "ended": say("Exercise: ended."),
    "aborted": say("Exercise: aborted, a real emergency."),
}


def _lines(beat: running.Beat, catalogue: Catalogue) -> Iterator[str]:
    """Yield a line for each inject, answer and head."""
    word = catalogue.word
    for page in beat.printed:
        yield word(HEADS[page.what])
        yield grouped(page.head)
    for one in beat.released:
        yield f"{clock_text(one.at)} ▶ {one.key} → {one.to}: {one.text}"
    for one in beat.answered:
        if one.answered is not None:
            yield f"{clock_text(one.answered)} ✓ {one.key} {one.by}"


HEADS = {
    "start": say("Head of the log at the start, for paper:"),
    "end": say("Head of the log at the end, for paper:"),
}


def beat_document(beat: running.Beat, catalogue: Catalogue) -> dict[str, Any]:
    """Return what came of an act as plain data."""
    return {
        "released": [_released(one) for one in beat.released],
        "acknowledged": [_released(one) for one in beat.answered],
        "heads": [{"what": page.what, "head": page.head} for page in beat.printed],
        "faults": [_fault(fault, catalogue) for fault in beat.faults],
        "said": [catalogue.word(one) for one in beat.said],
    }


def state_document(run: running.RunState, now: datetime, catalogue: Catalogue) -> dict[str, Any]:
    """Return how a drill stands as plain data; running time in milliseconds."""
    return {
        "drill": run.drill,
        "type": run.type,
        "phase": run.phase,
        "t0": None if run.t0 is None else run.t0.isoformat(),
        "why": run.why,
        "ran_ms": run.ran(now) // MS,
        "scenario": run.scenario.number,
        "released": [_released(one) for one in run.released],
        "waiting": [
            {
                "key": one.inject.key,
                "to": one.inject.to,
                "trigger": one.inject.trigger.kind,
                "due": None if one.due is None else one.due.isoformat(),
                "added": one.added,
            }
            for one in run.waiting
        ],
        "stamps": [
            {"node": one.node, "at": one.at.isoformat(), "evaluator": one.evaluator}
            for one in run.stamps
        ],
        "heads": [{"what": page.what, "head": page.head} for page in run.printed],
        "head": run.entries[-1].hash,
        "said": [catalogue.word(one) for one in run.said],
    }


def _released(one: running.Released) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("key", "text", "to", "trigger", "late_ms")},
        "due": one.due.isoformat(),
        "at": one.at.isoformat(),
        "added": one.added,
        "acknowledged": None if one.answered is None else one.answered.isoformat(),
        "by": one.by,
    }


def _fault(fault: Fault, catalogue: Catalogue) -> dict[str, str]:
    problem, mend = catalogue.word(fault.problem), catalogue.word(fault.mend)
    return {"file": fault.file, "problem": problem, "mend": mend}
