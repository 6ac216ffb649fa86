"""Change byte after byte, and cheat: ``python -m tests.desks.exercise.prove_drill_package [N]``."""

import sys
import tempfile
from pathlib import Path

import verify_drill
from tests.desks.exercise.cheats import CHEATS, PAPER_CHEATS
from tests.desks.exercise.packages import Cheat, Played, play, said
from tests.reports.prove_report import flipped, places


def prove(played: Played, count: int, seed: int = 1) -> int:
    """Return how many of so many one-byte changes are refuted; half lie in headers."""
    heads = list(played.heads.values())
    return sum(
        not verify_drill.verdict(flipped(played.raw, at, by), played.key, heads)[0]
        for at, by in places(played.raw, count, seed)
    )


def cheated(played: Played) -> int:
    """Return how many of the cheats are refuted by their own sentence."""
    refuted = 0
    for name, (key, change) in {**CHEATS, **PAPER_CHEATS}.items():
        cheat = Cheat(played)
        change(cheat)
        good, output = cheat.verdict(heads=name in PAPER_CHEATS)
        refuted += not good and said(key, output)
    return refuted


def main(arguments: list[str]) -> int:
    """Return 0 where the honest drill is confirmed, and every change and cheat refuted."""
    count, cheats = int(arguments[0]) if arguments else 1000, len(CHEATS) + len(PAPER_CHEATS)
    with tempfile.TemporaryDirectory() as folder:
        played = play(Path(folder))
        honest = verify_drill.verdict(played.raw, played.key, list(played.heads.values()))[0]
        changed, refuted = prove(played, count), cheated(played)
    sys.stdout.write(
        f"honest confirmed: {honest}; {changed} of {count} changes and {refuted} of {cheats} cheats"
        " refuted\n"
    )
    return 0 if honest and (changed, refuted) == (count, cheats) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
