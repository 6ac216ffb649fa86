"""The composer's tables: cited, whole, and refused line by line where they cannot be understood."""

import shutil
import tomllib
from pathlib import Path

import pytest

from desks.exercise.compose_rules import FOLDER, NOTHING, RULES, load_rules
from desks.exercise.scenario import DRILL_TYPES
from geodata.faults import UserError

FILES = (
    "templates.toml",
    "compose_classes.toml",
    "compose_avoid.toml",
    "compose_nodes.toml",
    "compose_sheet.toml",
    "injects.toml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


def test_every_row_names_its_source_and_whether_it_was_verified() -> None:
    for name in FILES:
        tables = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
        rows = [row for rows in tables.values() if isinstance(rows, list) for row in rows]
        rows += [table for table in tables.values() if isinstance(table, dict)]
        cited = [tables] if name == "injects.toml" else rows
        assert all(row["source"] and isinstance(row["verified"], bool) for row in cited)


def test_all_six_types_are_there_in_the_order_of_the_scenario() -> None:
    assert tuple(RULES.types) == DRILL_TYPES


def test_injects_and_lines_name_only_nodes_that_the_table_has() -> None:
    plain = {row["key"] for row in RULES.nodes} | {"arrived-1", NOTHING}
    assert {row["node"] for row in RULES.injects} <= plain
    assert {row["leads_to"] for row in RULES.injects} <= plain
    assert {row["node"] for row in RULES.sheet} <= plain


def test_each_type_always_has_enough_news_and_never_too_much() -> None:
    for key, rule in RULES.types.items():
        own = [row for row in RULES.injects if key in row["types"]]
        bare = [row for row in own if row["always"] and set(row["needs"]) <= {"plain"}]
        every = [row for row in own if row["always"] and "plain" not in row["needs"]]
        assert len(own) >= rule["injects_least"]
        assert len(bare) + sum(not r["needs"] for r in own if not r["always"]) >= 5
        assert len(every) <= rule["injects_most"]


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        ("templates.toml", 'form = "field"', 'form = "indoors"', "form"),
        ("templates.toml", 'sealed = ["injects"]', 'sealed = ["lunch"]', "sealed"),
        ("templates.toml", "injects_least = 6", "injects_least = 4", "injects_least"),
        ("templates.toml", "speed = 30", "speed = 31", "speed"),
        ("templates.toml", "times_p90 = 1.5", "times_p90 = 0.5", "times_p90"),
        ("templates.toml", "shares = [0.1, 0.3, 1.0]", "shares = [2.0]", "shares"),
        ("templates.toml", 'key = "regular"', 'key = "contest"', "key"),
        ("compose_classes.toml", 'kind = "hazmat_leak"', 'kind = "war"', "kind"),
        ("compose_classes.toml", 'holds = "toxic"', 'holds = "gold"', "holds"),
        ("compose_classes.toml", '["hazard", "declared_risk"]', '["moon"]', "layers"),
        ("compose_avoid.toml", '"22", "23"', '"24"', "hours"),
        ("compose_avoid.toml", '"06-07"', '"6/7"', "days"),
        ("compose_avoid.toml", "within_m = 300.0", 'within_m = "near"', "within_m"),
        ("compose_nodes.toml", 'indicator = "speed"', 'indicator = "luck"', "indicator"),
        ("compose_nodes.toml", 'times = "call"', 'times = "soon"', "times"),
        ("compose_sheet.toml", 'form = ["field", "tabletop"]', 'form = ["air"]', "form"),
        ("injects.toml", 'trigger = "clock"', 'trigger = "node"', "node"),
        ("injects.toml", 'needs = ["matter"]', 'needs = ["money"]', "needs"),
        ("injects.toml", "after_least_s = 120", "after_least_s = 9999", "after_least_s"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(
    folder: Path, name: str, old: str, new: str, where: str
) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_rules(folder)
    assert any(where in fault.column for fault in caught.value.faults)
    assert {fault.file for fault in caught.value.faults} == {name}


def test_a_file_that_lacks_or_is_no_toml_is_named(folder: Path) -> None:
    (folder / "injects.toml").write_text("[[", encoding="utf-8")
    with pytest.raises(UserError):
        load_rules(folder)
    (folder / "injects.toml").unlink()
    with pytest.raises(UserError):
        load_rules(folder)
