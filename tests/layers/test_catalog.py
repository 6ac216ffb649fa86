"""The table of layers: every row declared so that template, check, map and brief can follow."""

import re
from dataclasses import FrozenInstanceError

import pytest

from layers import CATALOG, ChildSpec, ColumnSpec, LayerSpec, layer
from layers.catalog import HAZMAT_EQUIPMENT, TEAM_KINDS
from layers.cells import UNIT_FACTORS, typed_cell
from layers.headings import column_names, match_headings

KEYS = ("shelter", "depot", "team", "expert", "petrol_station", "gas_filling_station",
        "lpg_station", "hazard", "declared_risk", "department", "plan", "crowded_place", "school",
        "hospital", "nursing_home", "fire_station", "mini_station", "hydrant", "village",
        "drill_site", "pipeline", "chemical_zone", "plant_boundary", "grid_cell",
        "subdistrict", "community", "duty", "firm", "vulnerable_resident")  # fmt: skip
PERSONAL = {"contact", "phone", "responsible_person", "home_address"}
UNIT_IN_KEY = {"_m": "m", "_m2": "m²", "_m3": "m³", "_t": "t", "_mpa": "MPa", "_l_s": "L/s",
               "_people": "人"}  # fmt: skip
EVERY = [(spec.key, column) for spec in CATALOG for column in spec.columns]
EVERY += [
    (f"{spec.key}.{child.key}", column)
    for spec in CATALOG
    for child in spec.children
    for column in child.columns
]
CHILDREN = [(spec, child) for spec in CATALOG for child in spec.children]

each_layer = pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.key)
each_column = pytest.mark.parametrize(
    "column", [column for _, column in EVERY], ids=[f"{key}-{c.key}" for key, c in EVERY]
)
each_child = pytest.mark.parametrize(
    ("spec", "child"), CHILDREN, ids=[f"{spec.key}-{child.key}" for spec, child in CHILDREN]
)


@pytest.mark.parametrize("key", KEYS)
def test_the_layers_of_the_plans_are_there(key: str) -> None:
    """Row S0-1: every layer that the plans and the users ask for has its key."""
    assert layer(key).key == key


def test_an_unknown_key_is_a_bug() -> None:
    with pytest.raises(KeyError, match="no_such_layer"):
        layer("no_such_layer")
    with pytest.raises(KeyError, match="no_such_column"):
        layer("team").column("no_such_column")


def test_keys_and_titles_are_unique() -> None:
    for part in ("key", "title_zh", "title_en"):
        told = [getattr(spec, part) for spec in CATALOG]
        assert len(set(told)) == len(told)


@each_layer
def test_a_key_can_be_a_file_name_and_an_option(spec: LayerSpec) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*[a-z]", spec.key)
    assert re.search(r"[\u4e00-\u9fff]", spec.title_zh)
    assert not re.search(r"[\u4e00-\u9fff]", spec.title_en)


@each_layer
def test_the_first_column_is_the_required_identity_and_a_name_follows(spec: LayerSpec) -> None:
    assert spec.columns[0].required
    assert spec.columns[0].key in {"id", "code"}
    assert spec.columns[1].key == "name"
    assert spec.columns[0].kind == "text"


@each_layer
def test_column_keys_are_unique(spec: LayerSpec) -> None:
    keys = [column.key for column in spec.columns]
    assert len(set(keys)) == len(keys)
    assert not {"geometry", "subdistrict_code", "community_code", "outside_m"} & set(keys)


@each_layer
def test_people_are_personal_and_nothing_else_is(spec: LayerSpec) -> None:
    """Names and telephones of people stand apart from everything a map may hold."""
    personal = {column.key for column in spec.personal_columns}
    assert personal <= PERSONAL
    assert personal == set() or personal >= {"contact", "phone"}
    assert not PERSONAL & {column.key for column in spec.public_columns}
    both = (*spec.public_columns, *spec.personal_columns)
    assert {column.key for column in both} == {column.key for column in spec.columns}


@each_layer
def test_every_source_of_risk_has_room_for_who_answers_for_it(spec: LayerSpec) -> None:
    """Row S0-4: measure, responsible unit, named person (masked) and next review."""
    kept = {column.key: column for column in spec.columns}
    keys = {"measure", "responsible_unit", "responsible_person", "next_review"}
    assert (keys <= set(kept)) == (spec.purpose == "hazard")
    if spec.purpose == "hazard":
        assert kept["responsible_person"].personal
        assert kept["next_review"].kind == "date"
        found = match_headings(spec.columns, ["联系人", "责任人", "联系电话"])
        assert found.headings["responsible_person"] == "责任人"
        assert found.headings["contact"] == "联系人"


def test_a_hazard_has_room_for_units_boundary_and_scores() -> None:
    """Row S0-3: grading asks for the unit of each substance and the boundary of the plant."""
    for key in ("hazard", "declared_risk"):
        (child,) = layer(key).children
        kept = {column.key: column for column in child.columns}
        assert kept["unit_kind"].choices == ("生产单元", "储存单元")
        assert kept["unit"].optional
    boundary = layer("plant_boundary")
    assert (boundary.geometry, boundary.purpose) == ("polygon", "place")
    found = match_headings(boundary.columns, ["厂界编号", "名称", "风险源编号", "企业名称"])
    assert set(found.headings) == {"code", "name", "hazard_id", "firm"}
    scores = ("lec_l", "lec_e", "lec_c", "matrix_l", "matrix_s")
    assert all(layer("declared_risk").column(score).optional for score in scores)


def test_vulnerable_residents_are_for_officials_only() -> None:
    """Row S1-33: role-locked; no name, address or telephone of a resident is a public column."""
    assert [spec.key for spec in CATALOG if spec.officials] == ["vulnerable_resident"]
    spec = layer("vulnerable_resident")
    assert {c.key for c in spec.personal_columns} == {"contact", "phone", "home_address"}
    assert match_headings(spec.columns, ["姓名", "住址", "地址"]).headings["contact"] == "姓名"
    assert not spec.shown


def test_a_plan_says_whether_it_is_filed_and_until_when() -> None:
    """Rows S1-34 and S3-5: filing status, day and expiry."""
    spec = layer("plan")
    assert spec.column("filing").choices == ("已备案", "待备案", "未备案")
    assert {spec.column(key).kind for key in ("filed", "expiry")} == {"date"}


@each_layer
def test_whoever_is_ranked_can_arrive(spec: LayerSpec) -> None:
    if spec.ranked:
        assert spec.arrives == "road"
        assert spec.purpose == "responder"
    if spec.purpose in {"responder", "refuge"}:
        assert spec.arrives is not None
    if spec.arrives is not None:
        assert spec.geometry == "point"


@each_layer
def test_ranked_layers_have_what_routing_asks_of_a_vehicle(spec: LayerSpec) -> None:
    if spec.ranked:
        keys = {column.key for column in spec.columns}
        assert keys >= {"kind", "vehicle_width_m", "vehicle_height_m", "vehicle_weight_t"}


@each_layer
def test_units_are_polygons_with_residents(spec: LayerSpec) -> None:
    if spec.purpose == "unit":
        assert spec.geometry == "polygon"
        keys = {column.key for column in spec.columns}
        assert {"code", "name", "residents_day", "residents_night"} <= keys


@each_layer
def test_no_two_columns_of_a_layer_claim_a_heading_as_their_title(spec: LayerSpec) -> None:
    """An alias may meet another column's title; then the title wins and nothing is lost."""
    titles = {column_names(column)[0]: column.key for column in spec.columns}
    for column in spec.columns:
        for alias in column_names(column)[3:]:
            owner = titles.get(alias)
            if owner not in {None, column.key}:
                found = match_headings(spec.columns, [alias])
                assert found.headings == {owner: alias}


@each_layer
def test_every_alias_alone_finds_some_column(spec: LayerSpec) -> None:
    for column in spec.columns:
        for alias in column.aliases:
            found = match_headings(spec.columns, [alias])
            assert found.unread == (), alias


@each_column
def test_a_unit_in_a_key_is_the_unit_declared(column: ColumnSpec) -> None:
    for ending, unit in UNIT_IN_KEY.items():
        if re.search(rf"[a-z]{ending}$", column.key):
            assert column.unit == unit


@each_column
def test_a_declared_unit_can_be_read_and_belongs_to_a_number(column: ColumnSpec) -> None:
    if column.unit:
        assert column.kind in {"integer", "number"}
        assert column.unit in UNIT_FACTORS
        assert typed_cell(column, f"12{column.unit}").value == 12
        assert typed_cell(column, f"12{column.unit}").problem is None


@each_column
def test_choices_belong_to_choices_and_lists_and_each_is_read_as_itself(
    column: ColumnSpec,
) -> None:
    if column.choices:
        assert column.kind in {"choice", "list"}
        assert len(set(column.choices)) == len(column.choices)
        for choice in column.choices:
            found = typed_cell(column, choice)
            assert (found.value, found.problem) == (choice, None)
    assert column.kind != "choice" or column.choices


@each_column
def test_aliases_say_something_new(column: ColumnSpec) -> None:
    assert len(set(column.aliases)) == len(column.aliases)
    assert column.title_zh not in column.aliases
    assert column.key not in column.aliases


@each_child
def test_a_child_names_its_parent_first_and_requires_it(spec: LayerSpec, child: ChildSpec) -> None:
    assert child.columns[0].key == child.parent_column
    assert child.columns[0].required
    assert child.title_zh != spec.title_zh
    assert not any(column.personal for column in child.columns)


def test_the_twelve_classes_of_equipment_and_kinds_of_team() -> None:
    """Row S1-11: twelve classes, each once; the kinds of team are those that risk judges by."""
    assert len(set(HAZMAT_EQUIPMENT)) == len(HAZMAT_EQUIPMENT) == 12
    assert len(set(TEAM_KINDS)) == len(TEAM_KINDS) == 12
    assert layer("team").column("kind").choices == TEAM_KINDS
    for key in ("team", "fire_station"):
        assert layer(key).column("equipment").choices == HAZMAT_EQUIPMENT


def test_declarations_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        layer("team").ranked = False  # type: ignore[misc]  # the point of the test
