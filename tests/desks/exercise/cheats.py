"""What could be tried: each cheat changes an honest package and names the sentence that tells.

Unless a cheat says otherwise it is made by who holds control's key: he hashes the log anew, signs
anew, and shows no paper. What only paper can refute is in PAPER_CHEATS.
"""

from tests.desks.exercise import (
    cheats_against_paper,
    cheats_of_the_draw,
    cheats_of_the_log,
    cheats_of_the_package,
)
from tests.desks.exercise.cheating import CHEATS, PAPER_CHEATS

__all__ = ["CHEATS", "PAPER_CHEATS", "SUBJECTS"]

SUBJECTS = (
    cheats_of_the_draw,
    cheats_of_the_log,
    cheats_of_the_package,
    cheats_against_paper,
)
"""Each keeps its cheats when it is read."""
