"""Spoiled import files by the thousand, each read in a child process with limits.

``python -m tests.desks.mutations 10000`` prints what became of them and ends with 1 at any crash,
raw traceback or file that took over five seconds.
"""

import json
import resource
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from desks.register.current import Register
from desks.register.rehearsal import rehearsal_document, rehearse
from geodata.faults import UserError
from language import LANGUAGES, Catalogue
from layers import layer
from tests.desks.dirty import TODAY, units
from tests.desks.mutating import BASES, mutate, write_bases

ROOT = Path(__file__).parents[2]
LONGEST_S = 5.0
PATIENCE_S = 20.0
MEMORY_BYTES = 3_000_000_000
SEED = 20260916
WORKERS = 2


@dataclass(frozen=True)
class Outcome:
    """What became of one file: ``read``, ``refused``, ``traceback``, ``crash`` or ``hang``."""

    number: int
    kind: str
    seconds: float
    detail: str = ""

    @property
    def bad(self) -> bool:
        """Return whether a user would have been let down."""
        return self.kind not in {"read", "refused"} or self.seconds > LONGEST_S


class Reader:
    """A child process that reads the files it is named, one after the other."""

    def __init__(self) -> None:
        """Start the child and wait until it has loaded everything."""
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.desks.mutations", "--serve"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        assert self.ask("") == "ready"

    def ask(self, path: str) -> str | None:
        """Return the child's answer, "" where it died, None where it took too long."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(path + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return ""
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        return self.process.stdout.readline().strip() if ready else None

    def stop(self) -> None:
        """End the child."""
        self.process.kill()
        self.process.communicate()


def run(folder: Path, count: int, *, seed: int = SEED, keep: Path | None = None) -> list[Outcome]:
    """Return what became of each spoiled file; those that went wrong are copied to ``keep``."""
    return list(_outcomes(folder, range(count), seed, keep))


def _outcomes(folder: Path, numbers: range, seed: int, keep: Path | None) -> Iterator[Outcome]:
    bases = write_bases(folder / "bases")
    reader = Reader()
    try:
        for number in numbers:
            place = folder / "files"
            place.mkdir(parents=True, exist_ok=True)
            path = mutate(bases, place, seed, number)
            began = time.perf_counter()
            answer = reader.ask(str(path))
            seconds = time.perf_counter() - began
            if not answer:
                reader.stop()
                reader = Reader()
                outcome = Outcome(number, "hang" if answer is None else "crash", seconds)
            else:
                kind, _, detail = answer.partition(" ")
                outcome = Outcome(number, kind, seconds, detail)
            if outcome.bad and keep is not None:
                shutil.copytree(place, keep / f"{number}", dirs_exist_ok=True)
            shutil.rmtree(place)
            yield outcome
    finally:
        reader.stop()


def _serve() -> None:
    """Answer each line, a path, with what became of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    near = units()
    register = Register(dict(near), today=TODAY)
    for line in sys.stdin:
        path = line.strip()
        print(_read(register, Path(path)) if path else "ready", flush=True)  # noqa: T201


def _read(register: Register, path: Path) -> str:
    try:
        found = rehearse(register, layer("shelter"), path)
        for language in LANGUAGES:
            text = json.dumps(rehearsal_document(found, Catalogue.load(language)), allow_nan=False)
            text.encode("utf-8")
    except UserError as error:
        for language in LANGUAGES:
            catalogue = Catalogue.load(language)
            said = [catalogue.word(w) for f in error.faults for w in (f.problem, f.mend)]
            if not all(said):
                return "traceback a fault without words"
        return "refused" if error.faults else "traceback a refusal without faults"
    except BaseException as error:  # noqa: BLE001 -- what any user would see as a traceback
        text = " ".join(str(error).split())[:200]
        trace = error.__traceback__
        places = []
        while trace is not None:
            places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
            trace = trace.tb_next
        return f"traceback {type(error).__name__}: {text} at {' '.join(places[-6:])}"
    return "read" if found.rows_read >= found.rows_good else "traceback rows do not add up"


def main(count: int) -> int:
    """Print what became of the files and return 1 where one went wrong."""
    began = time.perf_counter()
    keep = Path(tempfile.mkdtemp(prefix="spoiled-"))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        parts = [
            pool.submit(_part, Path(folder) / str(worker), range(worker, count, WORKERS), keep)
            for worker in range(WORKERS)
        ]
        outcomes = [outcome for part in parts for outcome in part.result()]
    tally = Counter((BASES[o.number % len(BASES)], o.kind) for o in outcomes)
    for (kind, became), times in sorted(tally.items()):
        print(f"{kind:8} {became:10} {times:6}")  # noqa: T201
    minutes = (time.perf_counter() - began) / 60
    longest = max(outcome.seconds for outcome in outcomes)
    bad = sum(outcome.bad for outcome in outcomes)
    print(f"{count} files in {minutes:.1f} min, the longest {longest:.2f} s, {bad} went wrong")  # noqa: T201
    if bad:
        print(f"kept in {keep}")  # noqa: T201
    else:
        keep.rmdir()
    return 1 if bad else 0


def _part(folder: Path, numbers: range, keep: Path) -> list[Outcome]:
    """Return what became of these files, those that went wrong printed at once."""
    found = []
    for outcome in _outcomes(folder, numbers, SEED, keep):
        found.append(outcome)
        if outcome.bad:
            print(outcome, flush=True)  # noqa: T201
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        _serve()
    else:
        sys.exit(main(int(sys.argv[1])))
