"""One door for what is typed: no sign that turns or hides writing comes through it."""

import argparse
import json
from pathlib import Path

import pytest

import cli
from commands.reading import require_readable
from geodata.faults import UserError

TURNED = "液\u202e氯"
FOLDER = "districts/none"


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x1b", "\n", "\u200b", "\ud800", "\u2028"])
def test_a_stock_with_signs_that_nobody_sees_is_refused(
    capsys: pytest.CaptureFixture[str], sign: str
) -> None:
    """``grade`` put them into the keys of its JSON, where they turned what stood behind them."""
    assert cli.main(["grade", "--stock", f"液{sign}氯=6", "--format", "json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sign not in err.rstrip("\n")
    assert f"U+{ord(sign):04X}" in err
    assert "--stock" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["zones", "--at", "113,23", "--substance", TURNED],
        ["brief", FOLDER, "--at", "113,23", "--close-road", TURNED],
        ["hazards", FOLDER, "--who", TURNED],
        ["import", FOLDER, "a.csv", "--layer", "team", "--why", TURNED],
        ["cap", FOLDER, "--at", "113,23", "--colour", "red", "--sender", TURNED],
        ["register", "verify", FOLDER, "--head", TURNED],
        ["build", FOLDER, "--roads", "a.pbf", "--name", TURNED],
    ],
)
def test_every_command_has_the_same_door(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.main([*arguments, "--lang", "en"]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1
    assert "signs that cannot be seen" in err


def test_all_faults_come_at_once_and_paths_are_left_alone() -> None:
    typed = argparse.Namespace(
        stock=["a\u202e", "b", "c\x07"], who="d\u200f", out=Path("e\u202e"), run=print, closed=True
    )
    with pytest.raises(UserError) as caught:
        require_readable(typed)
    assert [fault.file for fault in caught.value.faults] == ["--stock", "--stock", "--who"]


def test_what_people_type_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        cli.main(["grade", "--stock", "涂料 @W5.3＝1000", "--people", "0", "--format", "json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["S"] == 1.0
