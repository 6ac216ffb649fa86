"""The benchmark of the adversary says what it measured, and does not pass what it missed."""

from benchmarks.adversary import TARGET, Pace, paced, report


def test_the_table_states_both_paces_and_whether_the_target_is_met() -> None:
    whole = Pace(100, 120.0, 60.0)
    met = report(20_133, Pace(TARGET, 120.0, 60.0), whole, 100)
    missed = report(20_133, Pace(TARGET - 1, 60.0, 60.0), whole, 100)
    assert "| yes |" in met
    assert "**no**" in missed
    assert "Ratio in one run: 50.0 by the clock, 50.0 by the processor." in met


def test_a_pace_counts_what_the_work_tells() -> None:
    found = paced(lambda: 7)
    assert found.count == 7
    assert found.a_minute > 0
