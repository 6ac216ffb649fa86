"""Five-field dossiers, their completeness, the filter by class and grade, and the risk report."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

import cli
from desks.hazards.choosing import by_class, by_subdistrict, chosen
from desks.hazards.dossiers import completeness, dossier, dossiers, gaps
from desks.hazards.grades import graded
from desks.hazards.parts import FIELD_TITLES, Dossier, Override
from desks.hazards.report import risk_report
from desks.onemap import OneMap
from language import Catalogue
from tests.conftest import ROOT
from tests.desks.plants import holding, plant
from tests.desks.worlds import SOUTH, put
from tests.payloads import PAYLOADS

ZH, EN = Catalogue.load("zh"), Catalogue.load("en")
EVIL = PAYLOADS["image"]
SCHEMA = ROOT / "docs" / "schemas" / "hazards.schema.json"
FULL = {"measure": "每日巡检", "responsible_unit": "北街办", "address": "人民路1号"}


def of(onemap: OneMap) -> Dossier:
    return dossier(onemap, graded(onemap).hazards[0])


def words(found: Dossier, key: str) -> list[str]:
    return [str(line) for field in found.fields if field.key == key for line in field.lines]


def risks(onemap: OneMap, count: int, full: int) -> OneMap:
    """Return the map with that many declared risks, of which so many have every field."""
    rows = [
        {"id": f"F{n}", "name": f"{n}点", "grade": "一般", "at": (0, 1000),
         **(FULL if n <= full else {"measure": "每日巡检"})}
        for n in range(1, count + 1)
    ]  # fmt: skip
    lines = [(f"F{n}", "汽油", 5.0) for n in range(1, count + 1)]
    return holding(put(onemap, "declared_risk", rows), "declared_risk", lines)


def test_a_full_dossier_has_all_five_fields(town: OneMap) -> None:
    """S1-6: position, danger, computed surroundings, measures, responsible unit."""
    found = of(plant(town, (250, 1250), [("H1", "液氯", 6.0)], **FULL))
    assert found.missing == ()
    assert [field.key for field in found.fields] == list(FIELD_TITLES)
    assert words(found, "measures") == ["每日巡检"]
    assert words(found, "responsible") == ["北街办"]
    assert "液氯, 6 t" in words(found, "danger")
    assert any("by day" in line for line in words(found, "surroundings"))
    assert found.surroundings.people_night is not None


@pytest.mark.parametrize(
    ("column", "key"), [("measure", "measures"), ("responsible_unit", "responsible")]
)
def test_an_empty_cell_is_a_gap_with_words(town: OneMap, column: str, key: str) -> None:
    """S1-6: 5 of 5 fields, or it is listed what lacks."""
    found = of(plant(town, (250, 1250), [("H1", "液氯", 6.0)], **{**FULL, column: "  "}))
    assert found.missing == (key,)
    assert all(str(field.gap) for field in found.fields if field.gap is not None)


def test_without_place_and_stock_three_fields_lack(town: OneMap) -> None:
    onemap = plant(town, None, [], **FULL, code="")
    found = of(onemap)
    assert found.missing == ("position", "danger", "surroundings")
    assert gaps(onemap, found.hazard) == found.missing


def test_an_unknown_substance_stands_in_the_dossier(town: OneMap) -> None:
    found = of(plant(town, (250, 1250), [("H1", "火星土", 6.0)], **FULL))
    assert found.missing == ("surroundings",)
    assert "火星土, not in the tables" in words(found, "danger")


def test_the_quick_look_at_gaps_agrees_with_the_dossiers(district: OneMap) -> None:
    found = graded(district)
    for one in dossiers(district, found):
        assert gaps(district, one.hazard) == one.missing


def test_completeness_adds_up_and_is_cut(town: OneMap) -> None:
    """S1-6: 1,999 of 2,000 is 99.9 %, never 100."""
    onemap = risks(town, 2000, 1999)
    found = completeness(onemap, graded(onemap))
    whole = found[-1]
    assert (whole.code, whole.sources, whole.complete, whole.share) == ("*", 2000, 1999, 99.9)
    assert whole.full["measures"] == 2000
    assert whole.full["responsible"] == 1999
    assert sum(row.sources for row in found[:-1]) == 2000
    empty = next(row for row in found if row.code == SOUTH)
    assert (empty.sources, empty.share) == (0, None)


def test_what_lies_in_no_subdistrict_is_counted_too(town: OneMap) -> None:
    onemap = put(town, "declared_risk", [{"id": "F1", "name": "外", "grade": "重点", "code": "",
                                          "at": (90000, 0)}])  # fmt: skip
    found = graded(onemap)
    rows = completeness(onemap, found)
    assert [(row.code, row.sources) for row in rows if row.sources] == [("", 1), ("*", 1)]
    counts = by_subdistrict(onemap, found)
    assert [(row.code, row.by_colour["red"]) for row in counts if row.total] == [("", 1), ("*", 1)]


def test_class_by_grade_high_first(district: OneMap) -> None:
    """S4-3: the filter of class and grade is complete, and the gravest come first."""
    found = graded(district)
    red = chosen(found, layers=["declared_risk"], colours=["red"])
    assert red
    assert all((one.layer, one.colour) == ("declared_risk", "red") for one in red)
    assert len(red) == by_class(found)["declared_risk"]["red"]
    levels = [one.level for one in chosen(found, levels=[1, 2, 3, 4], layers=["hazard"])]
    assert levels == sorted(level or 0 for level in levels)
    parts = [chosen(found, declared=[grade]) for grade in ("重点", "较大", "一般", "")]
    assert sum(map(len, parts)) == len(found.hazards) == len(chosen(found))
    assert [len(part) for part in parts[:3]] == [116, 71, 120]
    code = red[0].subdistrict_code
    assert all(one.subdistrict_code == code for one in chosen(found, subdistricts=[code]))


def test_the_four_colours_of_the_map_add_up(district: OneMap) -> None:
    """S2-8: every source has a colour or is counted as having none, per subdistrict and in all."""
    found = graded(district)
    rows = by_subdistrict(district, found)
    whole = rows[-1]
    assert whole.total == len(found.hazards)
    assert whole.without + sum(whole.by_colour.values()) == whole.total
    for colour in whole.by_colour:
        assert sum(row.by_colour[colour] for row in rows[:-1]) == whole.by_colour[colour]
    declared = Counter(h.colour for h in found.hazards if h.declared == "重点")
    assert set(declared) == {"red"}


class Reader(HTMLParser):
    """Collects tags, texts and attributes, as a browser would see them."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count the tag and keep the names of its attributes."""
        self.tags[tag] += 1
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.said.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("catalogue", [ZH, EN], ids=["zh", "en"])
def test_the_report_is_whole_and_fetches_nothing(district: OneMap, catalogue: Catalogue) -> None:
    """S1-7: one file with every chapter; nothing is fetched, run or left blank."""
    html = risk_report(district, graded(district), catalogue)
    reader = read(html)
    assert reader.tags["h1"] == 1
    assert reader.tags["h2"] == 9
    assert not reader.tags["script"] + reader.tags["img"] + reader.tags["link"]
    assert not {"src", "href", "style", "onerror"} & set(reader.attributes)
    text = " ".join(reader.said)
    assert "nan" not in text.lower().split()
    assert "None" not in text.replace("None.", "")
    assert "云溪氯碱厂氯储罐" in text
    assert "116" in text


@pytest.mark.parametrize("catalogue", [ZH, EN], ids=["zh", "en"])
def test_the_public_report_names_nobody_and_hostile_names_stay_text(
    town: OneMap, catalogue: Catalogue
) -> None:
    """S1-7: who set a level and why is internal; both editions keep the level itself."""
    onemap = plant(town, (250, 1250), [("H1", "液氯", 6.0)], name=EVIL, firm=EVIL)
    by_hand = Override(
        "hazard", "H1", 1, EVIL + "储罐将扩建", "李工", datetime(2026, 1, 1, tzinfo=UTC)
    )
    found = graded(onemap, [by_hand])
    inner = risk_report(onemap, found, catalogue)
    outer = risk_report(onemap, found, catalogue, public=True)
    assert "李工" in inner
    assert "储罐将扩建" in inner
    assert "李工" not in outer
    assert "储罐将扩建" not in outer
    for html in (inner, outer):
        reader = read(html)
        assert EVIL in " ".join(reader.said)
        assert not reader.tags["img"] + reader.tags["script"]
        assert "onerror" not in reader.attributes


def test_names_of_any_length_make_no_book(town: OneMap) -> None:
    """5,000 signs a name made 906 pages: paper prints 80 of them, marked, and says so."""
    name = "氯" * 5_000
    onemap = plant(town, (250, 1250), [("H1", "液氯", 6.0)], name=name, firm=name)
    html = risk_report(onemap, graded(onemap), ZH)
    assert onemap.records["hazard"].names[-1] == name
    assert "氯" * 79 + "…" in html
    assert "氯" * 80 not in html
    assert "登记册中保存全文" in html
    short = plant(town, (250, 1250), [("H1", "液氯", 6.0)], name="氯库", firm="氯厂")
    assert "登记册中保存全文" not in risk_report(short, graded(short), ZH)


def test_same_map_same_bytes(district: OneMap, sample_district: Path) -> None:
    """S1-7: loaded twice, and in another process with another seed of hashes: the same report."""
    first = risk_report(district, graded(district), ZH)
    code = (
        "import hashlib, pathlib\n"
        "from desks.onemap import load_onemap\n"
        "from desks.hazards.grades import graded\n"
        "from desks.hazards.report import risk_report\n"
        "from language import Catalogue\n"
        f"m = load_onemap(pathlib.Path({str(sample_district)!r}))\n"
        "print(risk_report(m, graded(m), Catalogue.load('zh')), end='')"
    )
    again = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True,
        env={"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"}, text=True, encoding="utf-8",
    )  # fmt: skip
    assert again.stdout == first


def test_an_override_and_its_reason_stand_in_the_report(town: OneMap) -> None:
    """S0-3: who reads the report sees that a person set the level, and why."""
    onemap = plant(town, (250, 1250), [("H1", "液氯", 6.0)])
    at = datetime(2026, 9, 16, tzinfo=UTC)
    one = Override("hazard", "H1", 1, "储罐将扩建", "李工", at)
    html = risk_report(onemap, graded(onemap, [one]), ZH)
    assert "储罐将扩建" in html
    assert "李工" in html
    assert risk_report(onemap, graded(onemap), ZH) != html


def test_where_a_step_of_alpha_gives_another_level_the_report_says_so(town: OneMap) -> None:
    """S0-3: with a point only, R 41.7 is level 3, and one step up level 2."""
    onemap = plant(town, (250, 1250), [("H1", "液氯", 43.5)])
    html = risk_report(onemap, graded(onemap), EN)
    assert "α may be one step off: level 3 to level 2" in html
    sure = plant(town, (250, 1250), [("H1", "液氯", 20.0)])
    assert "one step off: level" not in risk_report(sure, graded(sure), EN)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=list(PAYLOADS))
def test_what_people_wrote_is_never_markup(town: OneMap, payload: str) -> None:
    onemap = plant(town, (250, 1250), [("H1", payload[:100], 6.0)], name=payload)
    one = Override("hazard", "H1", 1, payload, payload, datetime(2026, 9, 16, tzinfo=UTC))
    plain = read(risk_report(plant(town, (250, 1250), [("H1", "x", 6.0)]), graded(onemap), EN))
    reader = read(risk_report(onemap, graded(onemap, [one]), EN))
    assert set(reader.tags) <= {*plain.tags, "table", "tr", "th", "td"}
    assert not {"onerror", "onload", "href", "src"} & set(reader.attributes)


def test_a_district_without_hazards_has_a_report_that_says_so(town: OneMap) -> None:
    html = risk_report(town, graded(town), EN)
    assert "None." in html
    assert "0 sources" in html
    assert risk_report(replace(town, as_of=None), graded(town), ZH)


def test_the_terminal_prints_what_the_schema_states(
    town_folder: Path, sample_district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S1-7: the command writes the report and prints the same desk as JSON."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    for folder in (town_folder, sample_district):
        path = tmp_path / "report.html"
        assert cli.main(["hazards", str(folder), "--format", "json", "--report", str(path)]) == 0
        found = json.loads(capsys.readouterr().out)
        jsonschema.validate(found, schema)
        assert path.read_text("utf-8").startswith("<!doctype html>")
    assert found["sources"] == len(found["hazards"]) == 360
    assert len(found["fixed_points"]) == 37


def test_the_terminal_filters_by_class_and_grade(
    sample_district: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S4-3: class and grade on the terminal."""
    options = ["--layer", "hazard", "--level", "2", "--lang", "en"]
    assert cli.main(["hazards", str(sample_district), *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("ZDWX")] == [
        "ZDWX-003 云溪氯碱厂氯储罐 · red (major hazard source, level 2) · level 2 S 7.6 R 60.8"
    ]
