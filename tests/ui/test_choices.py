"""Declared choices in the viewer's language, everywhere they are drawn; data stays as filed."""

import json
import tomllib
from pathlib import Path

import pytest

from desks.onemap import OneMap, load_onemap
from language import Catalogue, say
from layers import CATALOG, ColumnSpec, layer
from risk import INCIDENT_KINDS
from tests.ui import fakes
from ui import feed, language, records
from ui.pages import lists
from ui.panels.counts import breakdown_line
from ui.panels.markup import View
from ui.panels.rail import rail
from ui.panels.tiles import tiles

ENGLISH = Catalogue.load("en")
CHINESE = Catalogue.load("zh")
CJK = ("\u4e00", "\u9fff")

COLUMNS = [
    pytest.param(spec.key, column, id=f"{spec.key}.{column.key}")
    for spec in CATALOG
    for column in (*spec.columns, *(c for child in spec.children for c in child.columns))
    if column.choices
]


@pytest.fixture(scope="module")
def onemap(town: Path) -> OneMap:
    return load_onemap(town)


def chinese(text: str) -> bool:
    return any(CJK[0] <= letter <= CJK[1] for letter in text)


@pytest.mark.parametrize(("key", "column"), COLUMNS)
def test_every_declared_choice_has_an_english_word(key: str, column: ColumnSpec) -> None:
    words = [ENGLISH.text(choice) for choice in column.choices]
    assert not [word for word in words if chinese(word)], key
    assert len(set(words)) == len(words), key


@pytest.mark.parametrize(("key", "column"), COLUMNS)
def test_chinese_viewers_read_the_choices_as_filed(key: str, column: ColumnSpec) -> None:
    assert [CHINESE.text(choice) for choice in column.choices] == list(column.choices), key


def tasks() -> set[str]:
    """Return what the rule pack of calls asks of the bodies."""
    rows = tomllib.loads(Path("desks/command/calls.toml").read_text(encoding="utf-8"))
    return {
        row["task"]
        for table in rows.values()
        if isinstance(table, list)
        for row in table
        if "task" in row
    }


def test_every_task_of_a_call_has_an_english_word() -> None:
    assert len(tasks()) > 10
    assert not [task for task in tasks() if chinese(ENGLISH.text(task))]


def test_no_english_word_is_left_that_nothing_declares() -> None:
    children = [child.columns for spec in CATALOG for child in spec.children]
    tables = [*(spec.columns for spec in CATALOG), *children]
    declared = {choice for columns in tables for column in columns for choice in column.choices}
    assert set(ENGLISH.entries) <= declared | tasks()


def test_every_kind_of_incident_has_both_titles() -> None:
    for kind in INCIDENT_KINDS.values():
        assert chinese(kind.title_zh)
        assert not chinese(kind.title_en)
    titles = [kind.title_en for kind in INCIDENT_KINDS.values()]
    assert len(set(titles)) == len(titles)
    assert INCIDENT_KINDS["unspecified"].title_zh == "未定性"


def test_lists_of_choices_are_worded_one_by_one() -> None:
    column = layer("team").column("equipment")
    assert language.choice(column, "侦检、堵漏", ENGLISH) == "detection, plugging"
    assert language.choice(column, "侦检、堵漏", CHINESE) == "侦检、堵漏"
    assert language.choice(column, "", ENGLISH) == ""
    assert language.choice(column, "云溪大道", ENGLISH) == "云溪大道"


def test_text_columns_are_never_translated() -> None:
    name = layer("team").column("name")
    assert not name.choices
    assert language.choice(name, "专业", ENGLISH) == "专业"


def test_sentences_word_the_choices_in_them() -> None:
    lacks = say("{kind} lacks {missing}.", kind="综合消防", missing="侦检 堵漏")
    assert ENGLISH.word(lacks) == "General fire lacks detection, plugging."
    assert CHINESE.word(lacks) == CHINESE.text("{kind} lacks {missing}.").format(
        kind="综合消防", missing="侦检 堵漏"
    )


@pytest.mark.parametrize("name", ["云溪 水厂", "侦检 云溪", "", " ", "红山小学"])
def test_names_that_hold_a_choice_stay_names(name: str) -> None:
    assert ENGLISH.word(say("{team} is fit and arrives first.", team=name)).startswith(name)


def test_cards_and_tiles_speak_english() -> None:
    view = View(ENGLISH)
    brief = fakes.brief(
        nearby={
            "shelter": (fakes.nearby("shelter", 1, facts=(("grade", "固定"), ("space", "室内"))),),
            "school": (fakes.nearby("school", 1, facts=(("kind", "幼儿园"),)),),
        }
    )
    drawn = str(rail(brief, view)) + str(tiles(brief, view))
    for word in ("Hazmat", "Professional", "Fixed Indoor", "Kindergarten", 'title="plugging"'):
        assert word in drawn
    for word in ("危险化学品", "专业", "固定", "幼儿园"):
        assert f">{word}<" not in drawn


def test_map_says_the_kind_of_a_record_in_the_viewers_language(onemap: OneMap) -> None:
    english = {made.spec.key: made for made in feed.made(onemap, "s", ENGLISH).layers}
    filed = {made.spec.key: made for made in feed.made(onemap, "s", CHINESE).layers}
    for spec in CATALOG:
        column = next((c for c in spec.columns if c.key in feed.KIND_COLUMNS), None)
        if spec.key not in english or column is None or not column.choices:
            continue
        for said, was in zip(english[spec.key].kind, filed[spec.key].kind, strict=True):
            assert said == ENGLISH.text(was)
            assert not chinese(said), spec.key
        assert list(english[spec.key].name) == list(filed[spec.key].name)


def test_popup_words_choices_and_keeps_names(onemap: OneMap) -> None:
    key = ("team", onemap.records["team"].ids[0])
    shown = records.detail(onemap, key, View(ENGLISH))
    filed = records.detail(onemap, key, View(CHINESE))
    assert shown is not None
    assert filed is not None
    rows, was = dict(shown.rows), dict(filed.rows)
    assert rows["Kind"] == ENGLISH.text(was["队伍类型"])
    assert rows["Subdistrict"] == was["街道"]


def test_table_words_choices_and_keeps_numbers(
    onemap: OneMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamlit.session_state", {})
    english = lists.drawn_table(onemap, lists.opened(onemap, "team", "", ENGLISH), ENGLISH)
    filed = lists.drawn_table(onemap, lists.opened(onemap, "team", "", CHINESE), CHINESE)
    assert list(english["Kind"]) == [ENGLISH.text(kind) for kind in filed["队伍类型"]]
    assert not any(chinese(cell) for cell in english["Hazmat equipment"])
    assert list(english["Name"]) == list(filed["名称"])
    assert english["People"].tolist() == filed["人数 (人)"].tolist()


def test_counts_by_choice_are_worded_and_add_up(onemap: OneMap) -> None:
    shown = lists.opened(onemap, "team", "", ENGLISH)
    drawn = str(breakdown_line(shown.breakdowns, View(ENGLISH)))
    assert not any(f">{choice} <" in drawn for choice in layer("team").column("kind").choices)
    for breakdown in shown.breakdowns:
        assert sum(count for _, count in breakdown.parts) == shown.counts.total


def test_feed_says_the_same_in_both_languages_but_the_words(onemap: OneMap) -> None:
    payloads = [
        json.loads(json.dumps(feed.made(onemap, "s", words).payload()))
        for words in (ENGLISH, CHINESE)
    ]
    for english, filed in zip(*(payload["layers"] for payload in payloads), strict=True):
        assert (english["key"], english["id"]) == (filed["key"], filed["id"])
        assert (english["lon"], english["lat"]) == (filed["lon"], filed["lat"])
