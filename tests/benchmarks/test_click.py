"""The click benchmark's own arithmetic; the browser's part is shown by tests/browser."""

from pathlib import Path

import pytest
from shapely import Point, box

from benchmarks.click import TARGETS, Measured, quantile, report
from benchmarks.live import NotRunningError, browse, chromium
from benchmarks.places import random_places
from geodata.store import Author, Change, create_store

FAST = Measured((100.0, 200.0, 900.0), (50.0,), (60.0,), 1_000.0, 300.0, 12)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 25.0), (0.95, 48.0), (1.0, 50.0), (0.02, 1.0), (0.03, 2.0)]
)
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    """Of 50 clicks p95 is the 48th: 0.95 × 50 = 47.5, and no click may be cut."""
    assert quantile([float(value) for value in range(50, 0, -1)], share) == expected


def test_the_report_sets_each_figure_beside_its_target() -> None:
    text = report(FAST)
    assert "| click → complete brief painted, p50 | 200 ms | < 400 ms | yes |" in text
    assert "| click → complete brief painted, p95 | 900 ms | < 1,000 ms | yes |" in text
    assert text.count("| yes |") == len(TARGETS)
    assert "All clicks in their order, ms: 100 200 900 (mean 400)." in text
    assert "3 random clicks" in text
    assert "12 teams" in text


def test_a_missed_target_is_said_and_a_target_itself_is_missed() -> None:
    slow = Measured((400.0,), (299.0,), (300.0,), 5_000.0, 599.9, 12)
    text = report(slow)
    assert "| click → complete brief painted, p50 | 400 ms | < 400 ms | **no** |" in text
    assert "| first page | 5,000 ms | < 5,000 ms | **no** |" in text
    assert text.count("| yes |") == 3


def test_places_lie_in_the_district_and_repeat_for_a_seed(tmp_path: Path) -> None:
    corner = box(113.0, 23.0, 113.1, 23.1).difference(box(113.05, 23.05, 113.1, 23.1))
    with create_store(tmp_path / "register.sqlite") as store:
        store.edit(Author("甲", "试"), [Change("add", "subdistrict", "1", shape=corner)])
    first, second, other = (random_places(tmp_path, seed) for seed in (1, 1, 2))
    places = [next(first) for _ in range(50)]
    assert all(corner.contains(Point(place)) for place in places)
    assert places == [next(second) for _ in range(50)]
    assert places[0] != next(other)


def test_without_a_browser_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert chromium() is None
    with pytest.raises(NotRunningError, match="apt install chromium"), browse():
        pass


def test_a_named_browser_is_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/opt/mine")
    assert chromium() == "/opt/mine"
