"""kill -9 of control and of the players' writer at random moments of a running drill.

``python -m tests.desks.prove_drill [KILLS]`` kills a hundred times unless told otherwise, prints
what it found and ends with 1 where anything was lost, came twice or broke a chain.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.desks.exercise.killing import trial

KILLS = 100


def main(kills: int) -> int:
    """Return 0 where nothing was lost, nothing came twice, and both chains are whole."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder) / "drill", kills, 1)
    late = found.late_ms or [0]
    sys.stdout.write(
        f"{'BAD' if found.problems else 'OK '} {found.kills} × kill -9 in one running drill:"
        f" {found.released} injects released, {found.answered} answers, {found.stamped} stamps,"
        f" {found.edits} edits of the players; {len(found.problems)} lost, twice or broken;"
        f" lateness p50 {late[len(late) // 2]} ms, most {late[-1]} ms;"
        f" {time.monotonic() - begun:.0f} s\n"
    )
    for line in found.problems[:20]:
        sys.stdout.write(f"    {line}\n")
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else KILLS))
