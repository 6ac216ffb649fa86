"""kill -9 in mid-drill loses nothing; ``make prove-drill`` kills a hundred times."""

from pathlib import Path

import pytest

from tests.desks.exercise.killing import trial


@pytest.mark.timeout(300)
def test_killed_programs_of_both_sides_lose_and_double_nothing(tmp_path: Path) -> None:
    """Row S2-10: control and players are killed by turns; every acknowledged write is there."""
    figures = trial(tmp_path / "drill", 6, seed=3)
    assert figures.problems == []
    assert figures.kills == 6
    assert figures.released == figures.answered == 12
    assert figures.edits > 0
