"""The terminal's register as a user types it: import, proof, copies, exchange, scores."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

import cli
from tests.desks.making import write_csv
from tests.geodata.zips import named, shapefile, zipped

ROOT = Path(__file__).parents[1]
USER_FAULT, NOT_INTACT = 2, 3
HEADINGS = ["编号", "名称", "经度", "纬度", "类别", "联系人", "联系电话"]
GOOD = ["T9", "示范九队", "113.0061", "23.0061", "综合消防", "示范·李九", "555-0109"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register") / "town"
    assert cli.main(["sample", str(folder), "--size", "town"]) == 0
    return folder


@pytest.fixture
def town(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "town"))


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> "Ask":
    return Ask(capsys)


class Ask:
    """Runs a command in English and returns what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Keep what catches the output."""
        self._capsys = capsys
        self.err = ""

    def __call__(self, *arguments: object, code: int = 0) -> str:
        """Return what the command printed; it must end with the code."""
        self._capsys.readouterr()
        given = [str(argument) for argument in arguments]
        assert cli.main([*given, "--lang", "en"]) == code, self._capsys.readouterr().err
        out, self.err = self._capsys.readouterr()
        return out

    def json(self, *arguments: object, code: int = 0) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON that the command printed."""
        return json.loads(self(*arguments, "--format", "json", code=code))


def test_a_rehearsal_writes_nothing_and_the_import_does_once(
    town: Path, tmp_path: Path, ask: Ask
) -> None:
    """Row S2-6: a census comes in with its list of defects; the same file again changes nothing."""
    bad = ["T8", "", "113.0062", "23.0062", "综合消防", "", "12"]
    path = write_csv(tmp_path / "teams.csv", HEADINGS, [GOOD, bad])
    arguments = ("import", town, path, "--layer", "team")
    before = ask.json("register", "verify", town)["head"]
    document = ask.json(*arguments, "--rehearse")
    schema = json.loads((ROOT / "docs/schemas/import.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert (document["rows_read"], document["rows_good"]) == (2, 1)
    told = {(d["row"], d["column"]) for d in document["defects"]}
    assert told >= {(3, "名称"), (3, "联系电话")}
    assert ask.json("register", "verify", town)["head"] == before
    assert "1 changes are in the register" in ask(*arguments)
    again = ask(*arguments)
    assert "0 changes are in the register" in again
    assert "[decide] teams.csv" in again
    assert "datum: Undetermined (declared WGS 84" in again
    assert "示范九队" in ask("brief", town, "--at", "113.0073,23.0056")
    ask(*arguments, "--whole", code=USER_FAULT)


def test_a_zipped_shapefile_comes_in_from_the_terminal(
    town: Path, tmp_path: Path, ask: Ask
) -> None:
    """What the page takes the terminal takes; of several shapefiles it reads the one named."""
    files = shapefile(tmp_path / "made")
    held = {**named(files, "甲/避难"), **named(files, "学校")}
    path = zipped(tmp_path / "避难.zip", held, written="gbk")
    ask("import", town, path, "--layer", "shelter", "--rehearse", code=USER_FAULT)
    assert "several shapefiles: 甲/避难.shp, 学校.shp" in ask.err
    told = ask.json("import", town, f"{path}:避难", "--layer", "shelter", "--rehearse")
    assert told["file"] == "避难.zip"
    assert told["rows_read"] == 2
    codes = {defect["code"] for defect in told["defects"]}
    assert "members_unread" in codes


def test_a_template_says_its_file_and_its_rehearsal_speaks_chinese(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Silence looked like failure, and "undetermined" and "[auto]" stood in Chinese lines."""
    path = tmp_path / "shelter.xlsx"
    assert cli.main(["register", "template", str(town), str(path), "--layer", "shelter"]) == 0
    assert capsys.readouterr().out.startswith("已写好 shelter.xlsx")
    assert cli.main(["import", str(town), str(path), "--layer", "shelter", "--rehearse"]) == 0
    told = capsys.readouterr().out
    assert "坐标系：判不出（申报 WGS 84" in told
    assert "[可自动] shelter.xlsx" in told


def test_stock_in_a_workbook_enters_the_ledger_once(town: Path, tmp_path: Path, ask: Ask) -> None:
    """Row S0-6: a rehearsal names what the ledger would gain; the same list again gains nothing."""
    kept = tmp_path / "files"
    ask("sample", tmp_path / "again", "--size", "town", "--files", kept)
    path = next(kept.rglob("depot.xlsx"))
    book = CalamineWorkbook.from_path(path)
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    stock = next(rows for rows in sheets.values() if "数量" in rows[0])
    stock[1][stock[0].index("数量")] += 7
    with xlsxwriter.Workbook(tmp_path / "depot.xlsx") as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    arguments = ("import", town, tmp_path / "depot.xlsx", "--layer", "depot")
    assert ask.json(*arguments, "--rehearse")["stock_movements"] == 1
    assert "1 entries of the ledger" in ask(*arguments)
    assert ask.json(*arguments)["stock_movements"] == 0


def test_the_brief_of_a_past_day_is_that_of_the_day(town: Path, tmp_path: Path, ask: Ask) -> None:
    """Rows S1-28, S2-20: asked for again after a change, the past answers as it did."""
    at = ("brief", town, "--at", "113.0073,23.0056", "--time", "2026-09-16T14:00+08:00")
    before = ask.json(*at, "--as-of", "2026-09-20")
    path = write_csv(tmp_path / "teams.csv", HEADINGS, [GOOD])
    ask("import", town, path, "--layer", "team", "--who", "周与安", "--why", "年检")
    after = ask.json(*at, "--as-of", "2026-09-20")
    assert {**after, "computed_ms": 0} == {**before, "computed_ms": 0}
    assert "示范九队" in ask(*at)
    ask(*at, "--as-of", "2020-01-01", code=USER_FAULT)
    assert "begins on 2026-09-16" in ask.err
    told = ask("register", "history", town, "--layer", "team", "--id", "T9")
    assert "周与安" in told
    assert "年检" in told
    assert "555-0109" not in told
    found = ask.json(
        "register", "differences", town, "--since", "2026-09-20", "--until", "2099-01-01"
    )
    assert "示范九队" in json.dumps(found, ensure_ascii=False)


def test_what_was_changed_behind_the_programs_back_is_named(town: Path, ask: Ask) -> None:
    document = ask.json("register", "verify", town)
    schema = json.loads((ROOT / "docs/schemas/verify.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    head = document["head"]["hash"]  # type: ignore[index]
    assert head in ask("register", "verify", town, "--head", head)
    with closing(sqlite3.connect(town / "register.sqlite")) as base, base:
        base.execute("update feature set props = json_set(props, '$.name', '改') where id = 'T1'")
    assert "changed in the table: name" in ask("register", "verify", town, code=NOT_INTACT)
    assert not ask.json("register", "verify", town, code=NOT_INTACT)["intact"]
    assert "on paper" in ask("register", "verify", town, "--head", "f" * 64, code=NOT_INTACT)


def test_a_copy_is_restored_and_a_used_register_spared(
    town: Path, tmp_path: Path, ask: Ask
) -> None:
    copy = tmp_path / "copy.register"
    path = write_csv(tmp_path / "teams.csv", HEADINGS, [GOOD])
    ask("import", town, path, "--layer", "team")
    ask("register", "backup", town, copy)
    ask("register", "restore", town, copy, code=USER_FAULT)
    assert "--replace" in ask.err
    ask("register", "erase", town, "--layer", "team", "--id", "T9")
    ask("register", "restore", town, copy, "--replace")
    assert "whole" in ask("register", "verify", town)
    assert "示范九队" in ask("brief", town, "--at", "113.0073,23.0056")


def test_two_posts_exchange_changes_by_file(town: Path, tmp_path: Path, ask: Ask) -> None:
    """Row S2-2: without a network, by a stick; what contradicts is listed at both."""
    other = Path(shutil.copytree(town, tmp_path / "other"))
    for folder, name in ((town, "甲改"), (other, "乙改")):
        changed = [GOOD[0], name, *GOOD[2:]]
        path = write_csv(tmp_path / "teams.csv", HEADINGS, [changed])
        ask("import", folder, path, "--layer", "team")
    stick = tmp_path / "stick"
    ask("register", "changes", other, stick)
    assert "T9" in ask("register", "merge", town, stick)
    ask("register", "changes", town, stick)
    document = ask.json("register", "merge", other, stick)
    assert [c["id"] for c in document["conflicts"]] == ["T9"]
    assert "T9" in ask("register", "conflicts", town)
    assert ask.json("register", "conflicts", other)["conflicts"] == document["conflicts"]


@pytest.mark.parametrize("form", ["xlsx", "gpkg", "csv", "geojson"])
def test_an_export_names_nobody_unless_asked_and_that_is_noted(
    town: Path, tmp_path: Path, ask: Ask, form: str
) -> None:
    target = tmp_path / ("out" if form in {"csv", "geojson"} else f"out.{form}")
    assert "team 3" in ask("register", "export", town, target, "--form", form, "--layer", "team")
    ask("register", "export", town, tmp_path / f"p-{target.name}", "--form", form, "--personal")
    with closing(sqlite3.connect(town / "register.sqlite")) as base:
        kinds = [kind for (kind,) in base.execute("select kind from event where kind = 'unmask'")]
    assert kinds == ["unmask"]


@pytest.mark.parametrize("score", ["truth", "indicators", "capability", "upkeep", "claims"])
def test_scores_keep_their_schemas(town: Path, ask: Ask, score: str) -> None:
    """Row S0-8: each of the six comes with its formula, for a person and for a program."""
    ask("scores", town, "--of", score)
    document = ask.json("scores", town, "--of", score)
    schema = json.loads((ROOT / f"docs/schemas/{score}.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)


def test_who_answers_at_a_place(town: Path, ask: Ask) -> None:
    """Rows S0-9, S2-19: four levels, each with a name or the gap."""
    found = ask.json("answering", town, "--at", "113.0073,23.0056")
    schema = json.loads((ROOT / "docs/schemas/answering.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    assert len(ask("answering", town, "--at", "113.0073,23.0056").splitlines()) >= 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "{town}", "none.xlsx", "--layer", "team"), "no such file"),
        (("import", "{town}", "none.xlsx", "--layer", "rocket"), "no layer 'rocket'"),
        (("register", "restore", "{town}", "none"), "no such file"),
        (("register", "merge", "{town}", "none"), "none"),
        (("register", "differences", "{town}", "--since", "x", "--until", "y"), "no date"),
        (("register", "verify", "nowhere"), "no such district"),
        (("register", "history", "{town}", "--layer", "team", "--id", "T404"), "no record 'T404'"),
        (("register", "erase", "{town}", "--layer", "team", "--id", "T404"), "no record 'T404'"),
        (("register", "backup", "{town}", "{town}/register.sqlite"), "the register itself"),
        (("scores", "{town}", "--of", "truth", "--as-of", "soon"), "no date"),
    ],
)
def test_slips_get_their_sentence(
    town: Path, ask: Ask, arguments: tuple[str, ...], words: str
) -> None:
    ask(*(argument.format(town=town) for argument in arguments), code=USER_FAULT)
    assert words in ask.err


def test_the_last_day_there_is_may_be_asked_for(town: Path, ask: Ask) -> None:
    ask("brief", town, "--at", "113.0073,23.0056", "--as-of", "9999-12-31")


def test_an_account_is_set_listed_and_removed(town: Path, ask: Ask) -> None:
    ask("register", "account", town, "--subject", "li@example.org", "--role", "planner")
    assert "li@example.org" in ask("register", "account", town)
    ask("register", "account", town, "--subject", "li@example.org", "--remove")
    assert "li@example.org" not in ask("register", "account", town)
    ask("register", "account", town, "--subject", "x", "--role", "king", code=USER_FAULT)


def test_a_document_is_kept_in_versions(town: Path, ask: Ask) -> None:
    model = town / "speed_model.toml"
    assert "stands so already" in ask("register", "document", town, model)
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace('version = "2026-11"', 'version = "ours"'), encoding="utf-8")
    assert "new version" in ask("register", "document", town, model)
