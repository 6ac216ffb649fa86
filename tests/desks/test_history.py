"""The story of a record as a person reads it, and what must not be in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely

from desks.register.history import Told, history_lines, story, tell
from geodata.store import Author, Change, Store, create_store
from language import Catalogue
from layers import layer

ZH, EN = Catalogue.load("zh"), Catalogue.load("en")
SHELTER = layer("shelter")
WHO = Author("周与安", "实地核实")
FIRST = {"id": "BN-01", "name": "渡口避护场所", "space": "室外", "capacity_people": 300}
HERE = shapely.Point(114.25, 30.58)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "register.sqlite") as made:
        personal = {"contact": "张三", "phone": "555-0218"}
        change = Change("add", "shelter", "BN-01", 0, FIRST, HERE, personal)
        made.edit(Author("周与安", "导入 2026.xlsx"), [change], at=datetime(2026, 9, 1, tzinfo=UTC))
        yield made


def edit(store: Store, **changes: object) -> None:
    found = store.find("shelter", "BN-01")
    base = found.version if found else 0
    store.edit(WHO, [Change("set", "shelter", "BN-01", base, **changes)])  # type: ignore[arg-type]  # the parts of a change


def told(store: Store, language: Catalogue = ZH, *, sealed: bool = False) -> tuple[Told, ...]:
    events = store.history("shelter", "BN-01")
    chapters = story(events) if sealed else story(events, store.unseal)
    return tuple(tell(chapter, SHELTER, language) for chapter in chapters)


def test_who_when_why_before_and_after(store: Store) -> None:
    edit(store, props={"capacity_people": 500, "grade": "固定"})
    first, second = told(store)
    assert (first.when, first.who, first.what) == ("2026-09-01 08:00", "周与安", "录入")
    assert first.why == "导入 2026.xlsx"
    assert ("名称", "", "渡口避护场所") in first.changes
    assert second.what == "修改了等级、容量"
    assert second.changes == (("等级", "", "固定"), ("容量", "300", "500"))
    assert (second.why, second.seq, len(second.hash)) == ("实地核实", 2, 64)


def test_the_story_in_english_words_the_choices(store: Store) -> None:
    edit(store, props={"grade": "固定", "capacity_people": None})
    _, second = told(store, EN)
    assert second.what == "Changed Grade, Capacity"
    assert second.changes == (("Grade", "", EN.text("固定")), ("Capacity", "300", ""))
    assert EN.text("固定") != "固定"


def test_a_moved_point_says_how_far(store: Store) -> None:
    """A hundredth of a degree of latitude is 1,112 m on the sphere (6,371,008.8 m x pi / 18000)."""
    edit(store, shape=shapely.Point(114.25, 30.59))
    _, second = told(store)
    assert second.what == "移动 1112 米"
    assert second.changes == (("位置", "114.250000, 30.580000", "114.250000, 30.590000"),)
    edit(store, shape=None)
    assert told(store)[2].changes == (("位置", "114.250000, 30.590000", ""),)
    edit(store, shape=shapely.LineString([(114, 30), (114.1, 30), (114.1, 30.1)]))
    assert told(store)[3].changes == (("位置", "", "3 个角点的图形"),)


def test_no_personal_word_is_in_the_story(store: Store) -> None:
    edit(store, personal={"phone": "555-0999"})
    chapters = story(store.history("shelter", "BN-01"), store.unseal)
    text = repr(chapters) + repr(told(store)) + repr(told(store, sealed=True))
    for secret in ("张三", "555-0218", "555-0999"):
        assert secret not in text
    assert told(store)[1].changes == (("联系电话", "••••", "••••"),)
    assert len(told(store, sealed=True)[1].changes) == 2, "without keys both were written anew"


def test_an_emptied_and_an_erased_phone(store: Store) -> None:
    edit(store, personal={"phone": ""})
    assert told(store)[1].changes == (("联系电话", "••••", ""),)
    store.erase(WHO, "shelter", "BN-01")
    entered, emptied, erased = told(store)
    assert {title for title, *_ in entered.changes} >= {"联系人", "联系电话"}
    assert ("联系电话", "••••", "") in emptied.changes
    assert (erased.what, erased.changes) == ("该人的个人信息已销毁", ())


def test_removing_settling_and_notes_have_their_words(store: Store) -> None:
    store.note(WHO, "unmask", {"records": []}, layer="shelter", id="BN-01")
    store.note(WHO, "decision", {"text": "启用"}, layer="shelter", id="BN-01")
    found = store.find("shelter", "BN-01")
    assert found is not None
    store.settle(WHO, Change("set", "shelter", "BN-01", found.version, {"grade": "中心"}))
    store.edit(WHO, [Change("remove", "shelter", "BN-01", found.version + 1)])
    words = [line.what for line in told(store)]
    assert words[1:3] == ["查看了隐藏信息", "记事：decision"]
    assert words[3] == "裁定了两个点位录入不一致之处"
    assert words[4] == "删除"
    assert ("名称", "渡口避护场所", "") in told(store)[4].changes


def test_what_another_post_did_says_since_when_it_is_known(store: Store, tmp_path: Path) -> None:
    """Row S2-2: the chapter keeps its own time, and tells when it came here."""
    store.export_changes(tmp_path / "changes.gz")
    with create_store(tmp_path / "other.sqlite") as other:
        other.import_changes(tmp_path / "changes.gz", Author("李四", "合并"))
        (first,) = told(other)
        known = other.history("shelter", "BN-01")[0].known_at + timedelta(hours=8)
        assert first.what == f"录入 · 本点位自 {known:%Y-%m-%d %H:%M} 起知悉"
        assert (first.when, first.post) == ("2026-09-01 08:00", told(store)[0].post)


def test_a_column_that_nobody_declares_has_its_key(store: Store) -> None:
    edit(store, props={"old_number": "7"})
    assert told(store)[1].changes == (("old_number", "", "7"),)
    (chapter,) = story(store.history("shelter", "BN-01")[1:])
    assert tell(chapter, None, ZH).what == "修改了old_number"


def test_a_chapter_for_the_terminal(store: Store) -> None:
    edit(store, props={"capacity_people": 500})
    lines = history_lines(told(store)[1], ZH)
    assert lines[0].endswith("· 周与安 · 修改了容量")
    assert lines[1:3] == ("  事由：实地核实", "  容量: 300 → 500")
    assert lines[3].split()[1:] == ["2", told(store)[1].hash[:16]]
    bare = story(store.history("shelter", "BN-01"))[0]
    silent = tell(bare, SHELTER, EN)
    assert history_lines(silent, EN)[1] == "  Why: 导入 2026.xlsx"


def test_evil_names_stay_text(store: Store) -> None:
    """Braces of a name are no placeholders, and nothing is looked up in it."""
    evil = "{0.__class__} <script>{columns}"
    edit(store, props={"name": evil, evil: "x"})
    second = told(store)[1]
    assert ("名称", "渡口避护场所", evil) in second.changes
    assert second.what == f"修改了名称、{evil}"
