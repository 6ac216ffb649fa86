"""What a terminal shows: progress that adds up, JSON that is JSON, no sign that it would obey."""

import json
import math

import pytest

from commands.briefing import day_of
from commands.printing import heard, print_json, print_lines, slip
from geodata.faults import UserError
from language import LANGUAGES, Catalogue, say

ENGLISH = Catalogue.load("en")


@pytest.mark.parametrize(
    ("start", "end", "share", "shown"),
    [(0.0, 0.5, 0.0, 0), (0.0, 0.5, 1.0, 50), (0.5, 1.0, 0.0, 50), (0.5, 1.0, 0.5, 75),
     (0.0, 1.0, 1.0, 100)],
)  # fmt: skip
def test_two_halves_of_one_work_count_to_a_hundred(
    capsys: pytest.CaptureFixture[str], start: float, end: float, share: float, shown: int
) -> None:
    heard(ENGLISH, start, end)(say("There is no such file."), share)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"{shown:>3} % There is no such file.\n"


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x07", "\x9b31m", "\r", "\u202e"])
def test_a_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str], sign: str) -> None:
    """A record's name may clear the screen or write over the line that warned of it."""
    print_lines([f"队{sign}伍"])
    out = capsys.readouterr().out
    assert sign not in out
    assert out.startswith("队")
    assert out.rstrip("\n").endswith("伍")
    assert out.count("\n") == 1


def test_json_keeps_chinese_and_refuses_what_is_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "云溪队\x1b", "n": 1.5})
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": "云溪队\x1b", "n": 1.5}
    assert "云溪队" in out
    assert "\x1b" not in out
    with pytest.raises(ValueError, match="JSON"):
        print_json({"eta_s": math.nan})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text", ["16.9.2026", "2026-9-16", "2026-02-30", "soon", "2026-09-16T10"])
def test_what_is_no_day_names_option_and_command(text: str) -> None:
    with pytest.raises(UserError, match="no date like 2026-09-16") as caught:
        day_of(text, "--as-of", "brief")
    (fault,) = caught.value.faults
    assert (fault.file, fault.value) == ("--as-of", text)
    assert "cli.py brief --help" in str(fault.mend)


def test_no_day_is_the_present() -> None:
    assert day_of("", "--as-of", "brief") is None
    day = day_of("2026-09-16", "--as-of", "brief")
    assert day is not None
    assert day.isoformat() == "2026-09-16"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_says_where_help_is(language: str) -> None:
    fault = slip("--layer", "rocket", say("There is no layer '{key}'.", key="rocket"), "import")
    catalogue = Catalogue.load(language)
    assert "rocket" in catalogue.word(fault.problem)
    assert "cli.py import --help" in catalogue.word(fault.mend)
