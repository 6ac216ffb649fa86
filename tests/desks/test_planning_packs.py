"""Packs of rules: what is shipped, the user's own file, and a faulty one told line by line."""

from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from desks.planning.pack_checks import KINDS, Kind
from desks.planning.packs import load_pack, pack_of, packs
from desks.planning.rule_shares import services_asked
from desks.planning.rules import JUDGES
from geodata.faults import UserError

HEAD = """
key = "own"
title_zh = "本区规则"
title_en = "Our rules"
source = "会议纪要"
edition = "2026"
"""
RULE = """
[[rule]]
id = "own.1"
kind = "capacity_share"
title_zh = "容量"
title_en = "Room"
clause = "固定避护场所容纳三分之一人口"
verified = false
units = "district"
needs = [{ layer = "shelter", where = { grade = ["固定"] } }]
column = "capacity_people"
share = 0.1
"""


def faults(folder: Path, text: str) -> list[str]:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_pack(path)
    return [f"{fault.column}: {fault.problem}" for fault in caught.value.faults]


def test_every_shipped_pack_cites_its_clauses() -> None:
    shipped = packs()
    assert sorted(shipped) == ["gb51143", "gd2013", "jb152", "liwan2017", "mini301"]
    ids = [rule.id for pack in shipped.values() for rule in pack.rules]
    assert len(ids) == len(set(ids)) == 36
    for pack in shipped.values():
        assert pack.edition
        assert all(rule.clause and rule.source for rule in pack.rules)
        assert all(rule.id.startswith(f"{pack.key}.") for rule in pack.rules)


def test_figures_that_nobody_read_are_marked() -> None:
    shipped = packs()
    assert not any(rule.verified for rule in shipped["gb51143"].rules)
    assert all(rule.verified for rule in shipped["gd2013"].rules)
    staff = next(rule for rule in shipped["mini301"].rules if rule.id == "mini301.staff")
    assert (staff.value, staff.verified) == (6, False)


def test_the_figures_are_those_of_the_clauses() -> None:
    rules = {rule.id: rule for pack in packs().values() for rule in pack.rules}
    assert rules["gd2013.fixed"].share == Fraction(1, 5)
    assert rules["gd2013.fixed_core"].share == Fraction(3, 10)
    assert rules["gd2013.community"].within == "500m"
    assert rules["jb152.arrival"].within == "5min"
    assert rules["mini301.arrival"].within == "3min"
    assert rules["jb152.hazchem"].value == 300


def test_every_kind_is_declared_and_answered() -> None:
    assert set(KINDS) == set(get_args(Kind))
    assert set(JUDGES) == set(get_args(Kind)) - {"coverage_share"}
    used = {rule.kind for pack in packs().values() for rule in pack.rules}
    assert used == set(KINDS)


def test_a_pack_says_which_coverages_it_needs_each_once() -> None:
    asked = services_asked(packs()["liwan2017"])
    assert [service.key for service in asked] == [
        "shelter_outdoor", "shelter_indoor", "shelter_joint",
    ]  # fmt: skip
    assert {service.within_mm for service in asked} == {500_000}


def test_the_users_own_file_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HEAD + RULE, encoding="utf-8")
    pack = pack_of(str(path))
    assert (pack.key, pack.rules[0].share, pack.rules[0].source) == (
        "own", Fraction(1, 10), "会议纪要",
    )  # fmt: skip
    assert pack_of("gd2013").key == "gd2013"


@pytest.mark.parametrize("name", ["nothing", "../packs/gd2013", "", "/dev/null"])
def test_a_pack_that_is_none_is_told(name: str) -> None:
    with pytest.raises(UserError) as caught:
        pack_of(name)
    fault = caught.value.faults[0]
    assert fault.value == name
    assert "gb51143, gd2013" in str(fault.mend)


def test_every_fault_of_a_pack_at_once_with_its_line(tmp_path: Path) -> None:
    text = HEAD.replace('edition = "2026"', "edition = 3") + RULE + RULE
    text += """
[[rule]]
id = "own.3"
kind = "count_everything"
title_zh = "数"
title_en = ""
clause = "数"
verified = "yes"

[[rule]]
id = "own.4"
kind = "coverage_share"
title_zh = "盖"
title_en = "Cover"
clause = "盖"
verified = true
units = "village"
service = "shelter"
within = "soon"
definition = "roughly"
share = 1.5
column = "people"
"""
    told = faults(tmp_path, text)
    for place in (
        "edition", "rule 2, id", "rule 3, title_en", "rule 3, verified", "rule 3, kind",
        "rule 4, units", "rule 4, within", "rule 4, definition", "rule 4, share", "rule 4, column",
    ):  # fmt: skip
        assert any(line.startswith(f"{place}:") for line in told), place
    assert len(told) == 10


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('layer = "shelter"', 'layer = "refuge"', "no layer 'refuge'"),
        ('grade = ["固定"]', 'grade = "固定"', "where"),
        ('grade = ["固定"] }', 'grade = ["固定"] }, at_least = 0', "at_least"),
        ('grade = ["固定"] }', 'grade = ["固定"] }, most = 3', "no such line: most"),
        ("share = 0.1", "share = nan", "not a number"),
        ("share = 0.1", "share = true", "not a number"),
        ('column = "capacity_people"', "", "missing"),
    ],
)
def test_a_slip_in_a_rule_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    found = faults(tmp_path, HEAD + RULE.replace(old, new))
    assert len(found) == 1
    assert told in found[0]


def test_what_is_no_toml_and_what_has_no_rule_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path, "key = ")
    assert "rule: " in faults(tmp_path, HEAD)[0]
    assert "not a table" in faults(tmp_path, HEAD + "rule = [1]\n")[0]


def test_services_that_do_not_exist_are_told_all_at_once(tmp_path: Path) -> None:
    rows = "".join(
        f"""
[[rule]]
id = "own.{name}"
kind = "coverage_share"
title_zh = "盖"
title_en = "Cover"
clause = "盖"
verified = true
units = "district"
service = "{name}"
within = "500m"
definition = "network"
share = 1
"""
        for name in ("umbrella", "parasol")
    )
    path = tmp_path / "own.toml"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        services_asked(load_pack(path))
    assert [fault.value for fault in caught.value.faults] == ["umbrella", "parasol"]
