"""A pack of rules from a stranger: every slip is one sentence at its place, nothing is passed over.

Files are attacked as their users would break them: missing lines, wrong types, figures beyond all
measure, lines that a kind does not know, files that are no files.
"""

from fractions import Fraction
from pathlib import Path

import pytest

from desks.planning.packs import Selection, load_pack, pack_of, packs
from geodata.faults import UserError
from language import Catalogue

HEAD = """
key = "own"
title_zh = "本区"
title_en = "Ours"
source = "纪要"
edition = "2026"
"""
TEXTS = """
id = "own.1"
title_zh = "题"
title_en = "Title"
clause = "条文"
verified = false
"""
NEEDS = 'needs = [{ layer = "shelter" }]\n'
DISTRICT = 'units = "district"\n'
KINDS = {
    "count_per_unit": DISTRICT + NEEDS,
    "own_place": 'of = { layer = "village" }\nwithin_m = 500\n' + NEEDS,
    "coverage_share": DISTRICT
    + 'service = "shelter"\nwithin = "500m"\ndefinition = "network"\nshare = 1\n',
    "capacity_share": DISTRICT + NEEDS + 'column = "capacity_people"\nshare = 0.2\n',
    "people_per_place": DISTRICT + NEEDS + "value = 1000\n",
    "value_at_least": DISTRICT + NEEDS + 'column = "area_m2"\nvalue = 1\n',
    "value_at_most": DISTRICT + NEEDS + 'column = "area_m2"\nvalue = 1\n',
    "ratio_at_least": DISTRICT + NEEDS + 'column = "area_m2"\nper = "capacity_people"\nvalue = 1\n',
    "distance_at_least": DISTRICT + NEEDS + 'layers = ["hazard"]\nvalue = 1\n',
}


def rule(kind: str, *changes: tuple[str, str]) -> str:
    text = HEAD + f'[[rule]]\nkind = "{kind}"\n' + TEXTS + KINDS[kind]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(UserError) as caught:
        load_pack(written(folder, text))
    for fault in caught.value.faults:
        assert fault.file == "own.toml"
        assert Catalogue.load("zh").word(fault.mend) != str(fault.mend)
    return [
        (fault.column, str(fault.problem).removeprefix("The rules cannot be used: ").rstrip("."))
        for fault in caught.value.faults
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_of_each_kind_is_read(tmp_path: Path, kind: str) -> None:
    found = load_pack(written(tmp_path, rule(kind)))
    assert [(one.id, one.kind, one.source, one.verified) for one in found.rules] == [
        ("own.1", kind, "纪要", False)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_each_line_of_each_kind_is_needed(tmp_path: Path, kind: str) -> None:
    """Take away one line after the other: the fault names that line and no other."""
    for line in KINDS[kind].splitlines():
        key = line.split(" = ")[0]
        assert faults(tmp_path, rule(kind, (line + "\n", ""))) == [(f"rule 1, {key}", "missing")]


@pytest.mark.parametrize("key", ["id", "title_zh", "title_en", "clause", "verified"])
def test_each_text_of_a_rule_is_needed(tmp_path: Path, key: str) -> None:
    line = next(one for one in TEXTS.splitlines() if one.startswith(f"{key} "))
    wrong = "neither true nor false" if key == "verified" else "text missing"
    for new in ("", f"{key} = 3", f'{key} = "  "'):
        assert faults(tmp_path, rule("count_per_unit", (line, new))) == [(f"rule 1, {key}", wrong)]


@pytest.mark.parametrize("key", ["key", "title_zh", "title_en", "source", "edition"])
def test_each_line_of_the_head_is_needed(tmp_path: Path, key: str) -> None:
    line = next(one for one in HEAD.splitlines() if one.startswith(f"{key} "))
    text = rule("count_per_unit").replace(line, "", 1)
    assert faults(tmp_path, text) == [(key, "text missing")]


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_takes_a_line_it_does_not_use(tmp_path: Path, kind: str) -> None:
    """A figure that nobody reads would look as if it were held against the district."""
    told = faults(tmp_path, rule(kind, ("verified = false", "verified = false\nminimum = 7")))
    assert told == [("rule 1, minimum", f"a rule of kind {kind} has no such line")]


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in {"count_per_unit", "coverage_share"}]
)
def test_a_kind_that_judges_one_table_refuses_a_second(tmp_path: Path, kind: str) -> None:
    """Only the first was judged once: the second table was passed over in silence."""
    two = 'needs = [{ layer = "shelter" }, { layer = "depot" }]\n'
    assert faults(tmp_path, rule(kind, (NEEDS, two))) == [
        ("rule 1, needs", "not a list of one table")
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "units" in KINDS[kind]])
def test_units_are_those_of_a_district(tmp_path: Path, kind: str) -> None:
    for unit in ("street", "District", "社区"):
        (where, told), *others = faults(tmp_path, rule(kind, ('"district"', f'"{unit}"')))
        assert (where, others) == ("rule 1, units", [])
        assert told.endswith("is none of district, subdistrict, community")


@pytest.mark.parametrize("kind", ["own_place", "capacity_share", "value_at_most"])
def test_how_many_are_asked_belongs_to_counting_alone(tmp_path: Path, kind: str) -> None:
    """``at_least`` was read and ignored by every other kind."""
    many = 'needs = [{ layer = "shelter", at_least = 3 }]\n'
    assert faults(tmp_path, rule(kind, (NEEDS, many))) == [
        ("rule 1, needs", "no such line: at_least")
    ]


def test_at_least_is_read_where_it_counts(tmp_path: Path) -> None:
    many = 'needs = [{ layer = "shelter", at_least = 3 }, { layer = "depot" }]\n'
    found = load_pack(written(tmp_path, rule("count_per_unit", (NEEDS, many))))
    assert found.rules[0].needs == (Selection("shelter", (), 3), Selection("depot", (), 1))


@pytest.mark.parametrize(
    "wrong", ["nan", "inf", "-inf", "-1", "true", '"1"', "[1]", "1e10", "9" * 400, "2026-01-01"]
)
@pytest.mark.parametrize("kind", ["value_at_least", "distance_at_least", "ratio_at_least"])
def test_no_measure_is_beyond_all_measure(tmp_path: Path, kind: str, wrong: str) -> None:
    """A whole number of 400 digits broke the check itself: no float holds it."""
    assert faults(tmp_path, rule(kind, ("value = 1", f"value = {wrong}"))) == [
        ("rule 1, value", "not a number from 0 to 1e+09")
    ]


@pytest.mark.parametrize(
    ("text", "share"), [("0", 0), ("1", 1), ("0.3", Fraction(3, 10)), ("1.0", 1)]
)
def test_a_share_is_exact_and_its_ends_count(
    tmp_path: Path, text: str, share: Fraction | int
) -> None:
    """0.3 is three tenths, not the float beside it."""
    found = load_pack(written(tmp_path, rule("coverage_share", ("share = 1", f"share = {text}"))))
    assert found.rules[0].share == share


@pytest.mark.parametrize("wrong", ["1.0001", "-0.1", "100"])
def test_a_share_of_people_is_no_percentage(tmp_path: Path, wrong: str) -> None:
    assert faults(tmp_path, rule("coverage_share", ("share = 1", f"share = {wrong}"))) == [
        ("rule 1, share", "not a number from 0 to 1")
    ]


@pytest.mark.parametrize(
    "within", ["500", "500 m", "-5m", "5h", "1e3m", "500m\\n", "５００m", "0x5m", "m", "1234567m"]
)
def test_a_reach_is_a_distance_or_minutes(tmp_path: Path, within: str) -> None:
    """Wide digits and a line break at the end are none, whatever they look like."""
    told = faults(tmp_path, rule("coverage_share", ('"500m"', f'"{within}"')))
    assert told == [("rule 1, within", 'not a distance or time such as "500m" or "10min"')]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('{ layer = "shelters" }', "no layer 'shelters'"),
        ("{ layer = 3 }", "no layer 3"),
        ('{ layer = ["shelter"] }', "no layer ['shelter']"),
        ("{ }", "no layer None"),
        ('"shelter"', "not a table"),
        ('{ layer = "shelter", where = "固定" }', "where: not a table of lists of texts"),
        ('{ layer = "shelter", where = { grade = [] } }', "where: not a table of lists of texts"),
        ('{ layer = "shelter", where = { grade = [1] } }', "where: not a table of lists of texts"),
        ('{ layer = "shelter", were = { grade = ["固定"] } }', "no such line: were"),
        ('{ layer = "shelter", at_least = 0 }', "at_least: not a whole number from 1"),
        ('{ layer = "shelter", at_least = 1.5 }', "at_least: not a whole number from 1"),
        ('{ layer = "shelter", at_least = true }', "at_least: not a whole number from 1"),
    ],
)
def test_a_table_of_rows_is_checked(tmp_path: Path, table: str, told: str) -> None:
    found = faults(tmp_path, rule("count_per_unit", (NEEDS, f"needs = [{table}]\n")))
    assert found == [("rule 1, needs", told)]


@pytest.mark.parametrize("layers", ['"hazard"', "[]", '["hazard", "lava"]', "[3]", "[[]]"])
def test_layers_are_a_list_of_known_ones(tmp_path: Path, layers: str) -> None:
    told = faults(tmp_path, rule("distance_at_least", ('["hazard"]', layers)))
    assert [where for where, _ in told] == ["rule 1, layers"]


@pytest.mark.parametrize("kind", ["", "Count_per_unit", "count per unit", "__class__"])
def test_a_kind_that_is_none_names_those_that_are(tmp_path: Path, kind: str) -> None:
    text = rule("count_per_unit", ('kind = "count_per_unit"', f'kind = "{kind}"'))
    ((where, told),) = faults(tmp_path, text)
    assert where == "rule 1, kind"
    assert all(known in told for known in KINDS)


def test_a_kind_that_is_a_list_is_told(tmp_path: Path) -> None:
    text = rule("count_per_unit", ('kind = "count_per_unit"', 'kind = ["own_place"]'))
    assert [where for where, _ in faults(tmp_path, text)] == ["rule 1, kind"]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00k",
        b"key = 'a'\x00",
        b"key",
        b"[[rule]",
        b"rule = " + b"[" * 3000 + b"]" * 3000,
        b"value = " + b"9" * 5000,
    ],
    ids=["utf-16", "nul", "no value", "open", "nested", "digits"],
)
def test_what_cannot_be_read_at_all_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    """Nesting of 3,000 and a number of 5,000 digits ended in a traceback once."""
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        load_pack(path)
    assert len(caught.value.faults) == 1
    assert "The rules cannot be used" in str(caught.value)


@pytest.mark.parametrize(
    "name", ["x" * 5000, "a/" * 3000, "own\x00", "~", "GD2013", "gd2013.toml", ".", "/", "规则"]
)
def test_a_name_that_is_no_pack_is_told_short(name: str) -> None:
    """A name of 5,000 letters was an error of the file system once; it is shown cut."""
    with pytest.raises(UserError) as caught:
        pack_of(name)
    (fault,) = caught.value.faults
    assert fault.column == ""
    assert fault.value == name[:60]


def test_a_shipped_pack_is_read_once_and_cannot_be_changed() -> None:
    assert pack_of("gd2013") is packs()["gd2013"]
    with pytest.raises(TypeError):
        packs()["gd2013"] = packs()["jb152"]  # type: ignore[index]  # that is the test


def test_a_users_file_of_a_shipped_name_is_asked_for_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``gd2013`` is the program's; ``./gd2013`` is the user's file in the folder."""
    (tmp_path / "gd2013").write_text(rule("count_per_unit"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert pack_of("gd2013").key == "gd2013"
    assert pack_of("./gd2013").key == "own"


def test_all_rules_faults_come_at_once_in_their_order(tmp_path: Path) -> None:
    one = rule("value_at_least", ("value = 1", "value = -1")).removeprefix(HEAD)
    two = rule("own_place", ("within_m = 500", "within_m = true")).removeprefix(HEAD)
    told = faults(tmp_path, HEAD + one + two + "[[rule]]\n")
    assert [where for where, _ in told][:3] == ["rule 1, value", "rule 2, within_m", "rule 2, id"]
    assert {where for where, _ in told[3:]} == {
        f"rule 3, {key}" for key in ("id", "title_zh", "title_en", "clause", "verified", "kind")
    }  # fmt: skip


def test_a_clause_keeps_its_signs(tmp_path: Path) -> None:
    """Clauses are shown in papers and pages: nothing is taken off here, each sink encodes."""
    clause = "<script>alert(1)</script> =1+1 \\u202e"
    found = load_pack(written(tmp_path, rule("count_per_unit", ("条文", clause))))
    assert found.rules[0].clause == "<script>alert(1)</script> =1+1 \u202e"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """An editor of Windows puts one before the first line; it was no TOML then."""
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xef\xbb\xbf" + rule("count_per_unit").encode())
    assert load_pack(path).key == "own"
