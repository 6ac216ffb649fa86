"""Which heading is which column."""

import pytest

from layers import CATALOG, layer
from layers.headings import column_names, known_names, match_headings
from layers.spec import LayerSpec

SHELTER = layer("shelter").columns


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("名称", "name"),
        (" 名 称 ", "name"),
        ("NAME", "name"),
        ("单位名称", "name"),
        ("有效面积（㎡）", "area_m2"),
        ("面积(公顷)", "area_m2"),
        ("可容纳人数（人）", "capacity_people"),
        ("capacity_people", "capacity_people"),
        ("Indoor or outdoor", "space"),
        ("室内/室外", "space"),
        ("所属街道", "subdistrict"),
        ("镇(街道)", "subdistrict"),
        ("联系\n电话", "phone"),
        ("最近核实日期：", "last_verified"),
    ],
)
def test_titles_keys_and_aliases(heading: str, key: str) -> None:
    assert match_headings(SHELTER, [heading]).headings == {key: heading}


def test_titles_go_before_aliases_and_the_rest_is_unread() -> None:
    found = match_headings(SHELTER, ["序号", "编号", "类型", "室内外", "颜色"])
    assert found.headings == {"id": "编号", "space": "室内外"}
    assert found.unread == ("序号", "类型", "颜色")


def test_an_alias_serves_where_the_title_is_absent() -> None:
    assert match_headings(SHELTER, ["序号", "类型"]).headings == {"id": "序号", "space": "类型"}


def test_names_cut_by_a_shapefile() -> None:
    headings = ["subdistric", "最近核实日", "last_verif", "名"]
    assert match_headings(SHELTER, headings, cut=True).headings == {
        "subdistrict": "subdistric",
        "last_verified": "最近核实日",
    }
    assert match_headings(SHELTER, headings).headings == {}


@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.key)
def test_every_declared_title_and_key_finds_its_own_column(spec: LayerSpec) -> None:
    for titles in ("title_zh", "key", "title_en"):
        headings = [getattr(column, titles) for column in spec.columns]
        found = match_headings(spec.columns, headings)
        assert found.unread == ()
        assert list(found.headings) == [column.key for column in spec.columns]


@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.key)
def test_no_name_is_the_title_of_one_column_and_an_alias_of_another_without_need(
    spec: LayerSpec,
) -> None:
    titles = [column_names(column)[0] for column in spec.columns]
    assert len(set(titles)) == len(titles)


def test_known_names_are_in_compared_form() -> None:
    assert {"编号", "有效面积", "面积", "tel"} <= known_names(SHELTER)
