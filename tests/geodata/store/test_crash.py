"""What was acknowledged is kept, whoever is killed; ``make prove-store`` kills a thousand times."""

from pathlib import Path

import pytest

from tests.geodata.store.crash import COUNTERS, Figures, kill_server, kill_writers
from tests.geodata.store.making import make_counters
from tests.postgres import Cluster, cluster, programs


def _nothing_was_lost(figures: Figures) -> None:
    assert figures.acknowledged > 0
    assert (figures.lost, figures.problems, figures.bugs) == (0, [], [])


@pytest.mark.timeout(300)
def test_killed_writers_lose_no_acknowledged_edit(tmp_path: Path) -> None:
    place = tmp_path / "register.sqlite"
    make_counters(place, COUNTERS)
    figures = kill_writers(place, tmp_path, rounds=15, count=2, seed=1)
    _nothing_was_lost(figures)
    assert figures.refusals == []


@pytest.mark.timeout(300)
def test_a_killed_server_loses_no_acknowledged_edit(tmp_path: Path, postgres: Cluster) -> None:
    """Each writer says in a sentence that the database does not answer, and ends."""
    del postgres  # skips where there is none; the server that is killed is another one
    folder = programs()
    assert folder is not None
    with cluster(folder) as server:
        place = server.url(server.new_database())
        make_counters(place, COUNTERS)
        figures = kill_server(server, place, tmp_path, rounds=1, count=3)
    _nothing_was_lost(figures)
    assert len(figures.refusals) == 3
    assert all("does not answer" in said for said in figures.refusals)
