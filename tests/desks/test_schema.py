"""The open schema is the table of layers, and the published file is the schema."""

import json
from pathlib import Path

import pytest

from desks.register.schema import TABLES, heading, schema_document, schema_text, table_of_key
from layers import CATALOG, LayerSpec
from layers.headings import match_headings

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas" / "register-export.json"
RENEW = (
    "python -c 'from pathlib import Path; from desks.register.schema import schema_text; "
    'Path("docs/schemas/register-export.json").write_text(schema_text(), encoding="utf-8")\''
)


def test_the_published_schema_is_that_of_the_code() -> None:
    """Rows S1-8, S4-2: whoever exchanges data with us reads this file, not our code."""
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), f"renew it: {RENEW}"


def test_every_layer_and_child_is_a_table_with_its_codes() -> None:
    tables = {table["name"]: table for table in schema_document()["tables"]}
    assert len(tables) == len(TABLES) == len(CATALOG) + sum(len(s.children) for s in CATALOG)
    for spec in CATALOG:
        columns = {column["name"]: column for column in tables[spec.key]["columns"]}
        assert list(columns) == [column.key for column in spec.columns]
        for column in spec.columns:
            codes = [code["code"] for code in columns[column.key]["codes"] or ()]
            assert tuple(codes) == column.choices
            assert columns[column.key]["personal"] == column.personal
    assert tables["hazard_substance"]["parent"] == "hazard"
    assert tables["hazard_substance"]["columns"][0]["name"] == "record_id"
    assert tables["vulnerable_resident"]["officials_only"]


def test_every_code_has_its_english() -> None:
    document = json.loads(schema_text())
    bare = [
        code["code"]
        for table in document["tables"]
        for column in table["columns"]
        for code in column["codes"] or ()
        if code["meaning_en"] == code["code"] and not code["code"].isascii()
    ]
    assert bare == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_has_no_two_sheets_or_headings_alike(language: str) -> None:
    titles = [table.title(language).casefold() for table in TABLES]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 31, "the name of a sheet"
    assert not [title for title in titles if set(title) & set("[]:*?/\\'")]
    for table in TABLES:
        heads = [heading(column, language) for column in table.columns]
        assert len(set(heads)) == len(heads), table.key


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.key)
def test_the_ordinary_import_knows_every_heading(spec: LayerSpec, language: str) -> None:
    """Each heading is taken for its own column, whatever aliases other columns have."""
    columns = spec.columns
    heads = {column.key: heading(column, language) for column in columns}
    assert match_headings(columns, list(heads.values())).headings == heads


def test_an_unknown_table_is_a_mistake_of_the_code() -> None:
    assert table_of_key("depot.stock").name == "depot_stock"
    with pytest.raises(KeyError):
        table_of_key("account")
