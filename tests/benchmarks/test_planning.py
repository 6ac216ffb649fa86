"""The benchmark of the planning desk says what it measured, and passes nothing that it missed."""

from benchmarks.planning import Answer, report


def test_what_is_slow_or_not_proven_is_not_met() -> None:
    quick, slow, open_ = Answer(1.0, 5, 5), Answer(11.0, 5, 5), Answer(1.0, 5, 4)
    peer = Answer(2.0, 5, 4)
    asked = ("shelter", None, None)
    good = report((1.5, 1.9), [(asked, quick, peer)])
    assert "**no**" not in good
    assert "| 0.50 |" in good
    assert report((1.5, 2.0), [(asked, quick, peer)]).count("**no**") == 1
    assert report((1.5, 1.9), [(asked, slow, peer), (asked, open_, peer)]).count("**no**") == 2
