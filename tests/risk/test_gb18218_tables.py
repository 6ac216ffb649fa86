"""The tables of GB 18218-2018 written out a second time: an edit of one figure shows here."""

from fractions import Fraction

import pytest

from risk.gb18218 import grade
from risk.gb18218_parts import Stored
from risk.gb18218_tables import find_entry, plain, tables

TABLE_1 = [
    (1, "氨", "10"),
    (2, "二氟化氧", "1"),
    (3, "二氧化氮", "1"),
    (4, "二氧化硫", "20"),
    (5, "氟", "1"),
    (6, "碳酰氯", "0.3"),
    (7, "环氧乙烷", "10"),
    (8, "甲醛(含量>90%)", "5"),
    (9, "磷化氢", "1"),
    (10, "硫化氢", "5"),
    (11, "氯化氢(无水)", "20"),
    (12, "氯", "5"),
    (13, "煤气(CO,CO和H2、CH4的混合物等)", "20"),
    (14, "砷化氢", "1"),
    (15, "锑化氢", "1"),
    (16, "硒化氢", "1"),
    (17, "溴甲烷", "10"),
    (18, "丙酮氰醇", "20"),
    (19, "丙烯醛", "20"),
    (20, "氟化氢", "1"),
    (21, "1-氯-2,3-环氧丙烷", "20"),
    (22, "3-溴-1,2-环氧丙烷", "20"),
    (23, "甲苯二异氰酸酯", "100"),
    (24, "一氯化硫", "1"),
    (25, "氰化氢", "1"),
    (26, "三氧化硫", "75"),
    (27, "3-氨基丙烯", "20"),
    (28, "溴", "20"),
    (29, "乙撑亚胺", "20"),
    (30, "异氰酸甲酯", "0.75"),
    (31, "叠氮化钡", "0.5"),
    (32, "叠氮化铅", "0.5"),
    (33, "雷汞", "0.5"),
    (34, "三硝基苯甲醚", "5"),
    (35, "2,4,6-三硝基甲苯", "5"),
    (36, "硝化甘油", "1"),
    (37, "硝化纤维素[干的或含水(或乙醇)<25%]", "1"),
    (38, "硝化纤维素(未改型的,或增塑的,含增塑剂<18%)", "1"),
    (39, "硝化纤维素(含乙醇≥25%)", "10"),
    (40, "硝化纤维素(含氮≤12.6%)", "50"),
    (41, "硝化纤维素(含水≥25%)", "50"),
    (42, "硝化纤维素溶液(含氮量≤12.6%,含硝化纤维素≤55%)", "50"),
    (43, "硝酸铵(含可燃物>0.2%,包括以碳计算的任何有机物,但不包括任何其他添加剂)", "5"),
    (44, "硝酸铵(含可燃物≤0.2%)", "50"),
    (45, "硝酸铵肥料(含可燃物≤0.4%)", "200"),
    (46, "硝酸钾", "1000"),
    (47, "1,3-丁二烯", "5"),
    (48, "二甲醚", "50"),
    (49, "甲烷,天然气", "50"),
    (50, "氯乙烯", "50"),
    (51, "氢", "5"),
    (52, "液化石油气(含丙烷、丁烷及其混合物)", "50"),
    (53, "一甲胺", "5"),
    (54, "乙炔", "1"),
    (55, "乙烯", "50"),
    (56, "氧(压缩的或液化的)", "200"),
    (57, "苯", "50"),
    (58, "苯乙烯", "500"),
    (59, "丙酮", "500"),
    (60, "2-丙烯腈", "50"),
    (61, "二硫化碳", "50"),
    (62, "环己烷", "500"),
    (63, "1,2-环氧丙烷", "10"),
    (64, "甲苯", "500"),
    (65, "甲醇", "500"),
    (66, "汽油(乙醇汽油、甲醇汽油)", "200"),
    (67, "乙醇", "500"),
    (68, "乙醚", "10"),
    (69, "乙酸乙酯", "500"),
    (70, "正己烷", "500"),
    (71, "过乙酸", "10"),
    (72, "过氧化甲基乙基酮(10%<有效氧含量≤10.7%,含A型稀释剂≥48%)", "10"),
    (73, "白磷", "50"),
    (74, "烷基铝", "1"),
    (75, "戊硼烷", "1"),
    (76, "过氧化钾", "20"),
    (77, "过氧化钠", "20"),
    (78, "氯酸钾", "100"),
    (79, "氯酸钠", "100"),
    (80, "发烟硝酸", "20"),
    (81, "硝酸(发红烟的除外,含硝酸>70%)", "100"),
    (82, "硝酸胍", "50"),
    (83, "碳化钙", "100"),
    (84, "钾", "1"),
    (85, "钠", "10"),
]
"""Number, name and critical quantity in t of table 1."""

TABLE_2 = [
    ("J1", "5", "4"),
    ("J2", "50", "1"),
    ("J3", "50", "2"),
    ("J4", "50", "2"),
    ("J5", "500", "1"),
    ("W1.1", "1", "2"),
    ("W1.2", "10", "2"),
    ("W1.3", "50", "2"),
    ("W2", "10", "1.5"),
    ("W3", "150", "1"),
    ("W4", "50", "1"),
    ("W5.1", "10", "1.5"),
    ("W5.2", "50", "1"),
    ("W5.3", "1000", "1"),
    ("W5.4", "5000", "1"),
    ("W6.1", "10", "1.5"),
    ("W6.2", "50", "1"),
    ("W7.1", "10", "1.5"),
    ("W7.2", "50", "1"),
    ("W8", "50", "1"),
    ("W9.1", "50", "1"),
    ("W9.2", "200", "1"),
    ("W10", "200", "1"),
    ("W11", "200", "1"),
]
"""Symbol, critical quantity in t (table 2) and β (table 4)."""

TABLE_3 = [
    ("一氧化碳", "2"),
    ("二氧化硫", "2"),
    ("氨", "2"),
    ("环氧乙烷", "2"),
    ("氯化氢", "3"),
    ("溴甲烷", "3"),
    ("氯", "4"),
    ("硫化氢", "5"),
    ("氟化氢", "5"),
    ("二氧化氮", "10"),
    ("氰化氢", "10"),
    ("碳酰氯", "20"),
    ("磷化氢", "20"),
    ("异氰酸甲酯", "20"),
]
"""Toxic gas and its β of table 3."""


@pytest.mark.parametrize(("number", "name", "critical"), TABLE_1)
def test_table_1(number: int, name: str, critical: str) -> None:
    """S0-3: number, name and critical quantity of each of the 85 rows, and S = 1 exactly at Q."""
    entry = find_entry(name)
    assert entry is not None
    assert (entry.entry, entry.name) == (f"表1-{number}", name)
    assert entry.critical_t == Fraction(critical)
    assert find_entry(f"表1-{number}") == entry
    at_q = grade([Stored(name, float(critical))], 0)
    assert at_q.s == 1.0
    assert at_q.level in {1, 2, 3, 4}
    below = grade([Stored(name, float(critical) * 0.999)], 0)
    assert below.level == 0


@pytest.mark.parametrize(("symbol", "critical", "beta"), TABLE_2)
def test_tables_2_and_4(symbol: str, critical: str, beta: str) -> None:
    entry = find_entry(symbol)
    assert entry is not None
    assert (entry.critical_t, entry.beta) == (Fraction(critical), Fraction(beta))
    assert (entry.beta_from, entry.verified) == (symbol, True)
    stated = find_entry(f"某物@{symbol}")
    assert stated is not None
    assert (stated.critical_t, stated.beta, stated.name) == (
        Fraction(critical),
        Fraction(beta),
        "某物",
    )


@pytest.mark.parametrize(("name", "beta"), TABLE_3)
def test_table_3_goes_before_table_4(name: str, beta: str) -> None:
    """β of a toxic gas is table 3's, whatever category somebody states for it."""
    entry = find_entry(name)
    assert entry is not None
    assert (entry.beta, entry.beta_from) == (Fraction(beta), "表3")
    for symbol in ("J1", "W2"):
        stated = find_entry(f"{name}@{symbol}")
        assert stated is not None
        assert stated.beta == Fraction(beta)


def test_nothing_is_in_the_tables_but_what_stands_here() -> None:
    assert len(tables().named) == len(TABLE_1) == 85
    assert len(tables().symbols) == len(TABLE_2) == 24
    third = [entry for entry in tables().named.values() if entry.beta_from == "表3"]
    assert len(third) == len(TABLE_3) == 14


def test_what_is_not_in_table_3_has_its_beta_by_a_stated_reading() -> None:
    """Which category a named substance is of is not in the standard: each such β says so."""
    for entry in tables().named.values():
        if entry.beta_from == "表3":
            continue
        assert not entry.verified, entry.name
        assert entry.notes, entry.name
        if entry.beta_from:
            assert entry.beta == tables().symbols[plain(entry.beta_from)].beta
