"""Many districts on Dask's workers beside the same one after the other: ``… districts 200``.

A few made-up districts of 20,000 nodes are made and copied (not counted); then every run answers
for all of them anew: one after the other in one process, on two workers, and on two workers of
which one is killed half-way. Equal answers are a condition, not a result.
"""

import contextlib
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from desks.planning.many import SUFFIX

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "districts.md"
WORKERS = 2
MADE = 4
TARGETS = {"2 workers": 0.75, "2 workers, one killed half-way": 1.0}


def make(root: Path, count: int, source: Path) -> None:
    """Write so many districts: the source and a few of other seeds, copied in turn."""
    own = [source]
    for seed in range(2, min(MADE, count) + 1):
        own.append(root.with_name("made") / str(seed))
        command = [sys.executable, "cli.py", "sample", str(own[-1]), "--seed", str(seed)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    for number in range(count):
        shutil.copytree(own[number % len(own)], root / f"{number:03d}")


def run_s(root: Path, out: Path, *, workers: int, kill: bool = False) -> float:
    """Return the seconds of one whole run, a worker killed when half of the answers are there."""
    command = [sys.executable, "cli.py", "coverage-all", str(root), "--out", str(out)]
    begun = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        [*command, "--workers", str(workers)], cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as run:  # fmt: skip
        if kill:
            half = len(list(root.iterdir())) // 2
            threading.Thread(target=_kill_one, args=(run, out, half), daemon=True).start()
        code = run.wait()
    if code:
        message = f"coverage-all ended with {code}"
        raise RuntimeError(message)
    return time.perf_counter() - begun


def _kill_one(run: "subprocess.Popen[bytes]", out: Path, half: int) -> None:
    """Kill one worker of the run, our own grandchild, when half of the answers are written."""
    while run.poll() is None:
        if len(list(out.glob(f"*{SUFFIX}"))) >= half:
            busy = sorted(_workers(run.pid), key=_used, reverse=True)
            with contextlib.suppress(ProcessLookupError, IndexError):
                os.kill(busy[0], signal.SIGKILL)
            return
        time.sleep(0.1)


def _workers(pid: int) -> list[int]:
    """Return every process below the one, children of children too."""
    children = [entry for entry in _entries() if entry[1] == pid]
    return [one for child, _ in children for one in (child, *_workers(child))]


def _entries() -> list[tuple[int, int]]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = path.read_text(encoding="utf-8", errors="replace")
            found.append((int(path.parent.name), int(text.rpartition(")")[2].split()[1])))
    return found


def _used(pid: int) -> int:
    """Return the processor time of a process, in ticks."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return sum(map(int, text.rpartition(")")[2].split()[11:13]))
    return 0


def _answers(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, write ``results/districts.md`` and return 0, or 1 where a target is missed."""
    count = int(arguments[0]) if arguments else 200
    with tempfile.TemporaryDirectory() as folder:
        root, out = Path(folder) / "province", Path(folder) / "out"
        root.mkdir()
        make(root, count, ROOT / "districts" / "yunxi")
        serial_s = run_s(root, out / "serial", workers=0)
        taken = {
            "2 workers": run_s(root, out / "many", workers=WORKERS),
            "2 workers, one killed half-way": run_s(root, out / "hurt", workers=WORKERS, kill=True),
        }
        equal = all(_answers(out / "serial") == _answers(out / n) for n in ("many", "hurt"))
    text = report(count, serial_s, taken, equal=equal)
    RESULT.write_text(text, encoding="utf-8")
    print(text)
    return 1 if "**no**" in text else 0


def report(count: int, serial_s: float, taken: dict[str, float], *, equal: bool) -> str:
    """Return the figures as a table with their targets."""
    lines = [
        f"# {count} districts of 20,000 nodes\n",
        f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}.",
        f"One after the other: {serial_s:.1f} s. Answers equal: {'yes' if equal else '**no**'}.\n",
        "| run | seconds | of the serial time | target | met |",
        "|---|---:|---:|---:|---|",
    ]
    for name, seconds in taken.items():
        share, most = seconds / serial_s, TARGETS[name]
        met = "yes" if share <= most else "**no**"
        lines.append(f"| {name} | {seconds:.1f} | {share:.2f} | ≤ {most} | {met} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
