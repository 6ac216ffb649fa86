"""The papers at the terminal: the same sheet, report, alert, card and board as on the screen."""

import json
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

import cli
from desks.command.journal import Intake, close, decide, open_incident
from desks.register.opening import open_register
from geodata.store import Author

ME = Author("林晏", "值班")
NOW = datetime.now(tz=UTC)
AT = "113.0073,23.0056"
CALL = Intake(NOW, place="云溪水厂", said="刺鼻气味", kind="hazmat_leak", phone="13800001234")
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "board.schema.json"
USER_FAULT = 2


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers") / "town"
    assert cli.main(["sample", str(folder), "--size", "town"]) == 0
    return folder


@pytest.fixture
def town(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the town, whose register may be written to."""
    return Path(shutil.copytree(built, tmp_path / "town"))


@pytest.fixture
def incident(town: Path) -> str:
    with open_register(town) as store:
        name = open_incident(store, ME, CALL, at=NOW)
        decide(store, ME, name, "派一号队", at=NOW + timedelta(seconds=5))
    return name


def asked(town: Path, command: str, *more: str) -> list[str]:
    return [command, str(town), "--at", AT, "--kind", "hazmat_leak", *more]


def printed(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int = 0) -> str:
    capsys.readouterr()
    assert cli.main(arguments) == code
    out, err = capsys.readouterr()
    return out if code == 0 else err


def test_a_sheet_is_one_file(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.html"
    assert cli.main(asked(town, "sheet", "--out", str(out), "--drill")) == 0
    document = out.read_text(encoding="utf-8")
    assert document.startswith("<!doctype html>")
    assert "演练 演练 演练" in document
    assert "示范数据" in document
    assert "://" not in document


def test_a_sheet_of_an_open_incident_has_its_log_and_the_chains_head(
    town: Path, incident: str, tmp_path: Path
) -> None:
    out = tmp_path / "sheet.html"
    assert cli.main(asked(town, "sheet", "--out", str(out), "--incident", incident)) == 0
    document = out.read_text(encoding="utf-8")
    assert "派一号队" in document
    assert "云溪水厂" in document
    assert "13800001234" not in document, "the caller's number is on no paper"
    with open_register(town) as store:
        assert store.events()[-1].hash[:16] in document


def test_telephones_in_clear_are_noted_in_the_chain_before_they_are_printed(
    town: Path, tmp_path: Path
) -> None:
    masked, clear = tmp_path / "masked.html", tmp_path / "clear.html"
    assert cli.main(asked(town, "sheet", "--out", str(masked))) == 0
    with open_register(town) as store:
        assert not store.events(kinds=["unmask"])
        phone = next(
            columns["phone"]
            for columns in store.personal("team", [f.id for f in store.read("team")]).values()
            if columns.get("phone")
        )
    assert cli.main(asked(town, "sheet", "--out", str(clear), "--phones")) == 0
    with open_register(town) as store:
        (event,) = store.events(kinds=["unmask"])
    assert event.after["records"]
    assert phone not in masked.read_text(encoding="utf-8")
    assert phone in clear.read_text(encoding="utf-8")


def test_an_unknown_incident_is_one_sentence(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.html"
    arguments = asked(town, "sheet", "--out", str(out), "--incident", "SJ-0", "--lang", "en")
    assert "There is no such incident." in printed(capsys, arguments, USER_FAULT)
    assert not out.exists()


def test_a_report_and_a_bulletin_are_plain_text(
    town: Path, incident: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Row S2-9: first, further, final report and the bulletins, from the terminal too."""
    first = printed(
        capsys, asked(town, "incident-report", "--stage", "first", "--incident", incident)
    )
    assert "首报" in first
    assert "派一号队" in first
    assert "刺鼻气味" in first
    red = printed(
        capsys, asked(town, "incident-report", "--colour", "red", "--lang", "en", "--drill")
    )
    assert red.startswith("【Exercise】Red warning (level I)")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--stage", "last", "There is no such stage."), ("--colour", "pink", "no such colour")],
)
def test_slips_are_one_sentence(
    town: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, said: str
) -> None:
    arguments = asked(town, "incident-report", option, value, "--lang", "en")
    assert said in printed(capsys, arguments, USER_FAULT)


def test_an_alert_goes_to_the_terminal_or_into_a_file(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = asked(town, "cap", "--colour", "orange", "--sender", "yjj@yunxi.example", "--drill")
    told = printed(capsys, options)
    root = ET.fromstring(told)  # noqa: S314 - our own
    assert root.findtext("{*}status") == "Exercise"
    out = tmp_path / "alert.xml"
    assert printed(capsys, [*options, "--out", str(out)]) == ""
    written = ET.fromstring(out.read_text(encoding="utf-8"))  # noqa: S314 - our own
    assert written.findtext("{*}info/{*}event") == root.findtext("{*}info/{*}event")


def test_the_board_lists_what_is_open_and_when_reports_are_due(
    town: Path, incident: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows S0-16, S2-9: id, kind, place, the first report within the hour."""
    line = printed(capsys, ["board", str(town)])
    assert incident in line
    assert "云溪水厂" in line
    assert "首报" in line
    told = json.loads(printed(capsys, ["board", str(town), "--format", "json"]))
    jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
    (row,) = told
    assert row["id"] == incident
    assert row["due"][0]["stage"] == "first"
    due = datetime.fromisoformat(row["due"][0]["due"])
    assert due - datetime.fromisoformat(row["opened"]) == timedelta(hours=1)
    assert not row["due"][0]["late"]
    assert "13800001234" not in json.dumps(row)


def test_a_closed_incident_is_on_the_board_only_when_asked_for(
    town: Path, incident: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_register(town) as store:
        close(store, ME, incident, "移交", at=NOW + timedelta(hours=2))
        drill = open_incident(store, ME, replace(CALL, drill=True), at=NOW - timedelta(hours=3))
    lines = printed(capsys, ["board", str(town), "--lang", "en"])
    assert incident not in lines
    assert drill in lines
    assert "[Exercise]" in lines
    assert "▲ First report due" in lines, "three hours without a first report"
    assert incident in printed(capsys, ["board", str(town), "--closed"])


def test_an_empty_board_says_so(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No incident is open." in printed(capsys, ["board", str(town), "--lang", "en"])
    assert json.loads(printed(capsys, ["board", str(town), "--format", "json"])) == []


def test_cards_of_one_and_of_all(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Row S0-11: one card, or a folder with the card of every source and plan."""
    out = tmp_path / "cards"
    assert cli.main(["card", str(town), "--all", "--out", str(out)]) == 0
    made = sorted(path.name for path in out.iterdir())
    assert all(name.endswith(".html") for name in made)
    wrong = ["card", str(town), "--of", "hazard:NO", "--out", str(tmp_path / "x.html")]
    assert "no such source" in printed(capsys, [*wrong, "--lang", "en"], USER_FAULT)
    assert not (tmp_path / "x.html").exists()
