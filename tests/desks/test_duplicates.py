"""Which records are taken for one and the same, and which never are."""

import time

import numpy as np
import pytest

from desks.register.duplicates import Named, alike, name_key, twins_between, twins_within


def named(*records: tuple[str, float, float], unit: str = "老城街道") -> Named:
    xy_m = np.array([record[1:] for record in records], dtype=np.float64).reshape(-1, 2)
    return Named(tuple(r[0] for r in records), (unit,) * len(records), xy_m)


@pytest.mark.parametrize(
    ("one", "other"),
    [("渡口避护场所", "渡口避难场所"), ("人民广场避难场所", "人民广场应急避难场所"),
     ("荷城中学 (体育馆)", "荷城中学（体育馆）"), ("高明区人民医院", "高明区人民医院院区")],
)  # fmt: skip
def test_names_that_are_nearly_one(one: str, other: str) -> None:
    assert alike(name_key(one), name_key(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("沧江中学东门消火栓", "沧江中学西门消火栓"), ("1号物资仓库甲", "2号物资仓库甲"),
     ("第一人民医院门诊", "第二人民医院门诊"), ("城东小学", "城西小学"), ("", ""),
     ("阳光花园A区会所", "阳光花园B区会所"), ("人民广场", "体育公园")],
)  # fmt: skip
def test_names_that_a_sign_tells_apart(one: str, other: str) -> None:
    assert not alike(name_key(one), name_key(other))


def test_one_name_is_one_place_up_to_300_metres() -> None:
    found = twins_within(named(("甲站", 0, 0), ("甲站", 300, 0), ("甲站", 0, 300.1)))
    assert [(twin.at, twin.other, twin.metres) for twin in found] == [(1, 0, 300.0)]


def test_nearly_one_name_is_one_place_up_to_60_metres() -> None:
    records = named(("渡口社区避难场所", 0, 0), ("渡口社区应急避难场所", 60, 0))
    assert len(twins_within(records)) == 1
    far = named(("渡口社区避难场所", 0, 0), ("渡口社区应急避难场所", 61, 0))
    assert twins_within(far) == ()


def test_without_a_place_name_and_unit_must_agree() -> None:
    nan = float("nan")
    one, other = named(("甲站", 0, 0)), named(("甲站", nan, nan))
    assert [twin.metres for twin in twins_between(one, other)] == [float("inf")]
    elsewhere = named(("甲站", nan, nan), unit="新桥镇")
    assert twins_between(one, elsewhere) == ()


def test_each_record_names_its_nearest_twin() -> None:
    records = named(("甲站", 0, 0), ("甲站", 200, 0), ("甲站", 150, 0))
    assert [(twin.at, twin.other) for twin in twins_within(records)] == [(1, 0), (2, 1)]


def test_nothing_to_compare_is_no_twin() -> None:
    assert twins_within(named()) == ()
    assert twins_between(named(("甲站", 0, 0)), named()) == ()


def test_ten_thousand_records_of_one_name_at_one_place_take_seconds() -> None:
    """A hostile list: every pair would be a hundred million."""
    crowd = named(*(("甲站", 0.0, 0.0) for _ in range(10_000)))
    began = time.process_time()
    assert len(twins_within(crowd)) == 9_999
    towers = named(*((f"甲乙丙{i}公司", 0.0, 0.0) for i in range(10_000)))
    assert twins_within(towers) == ()
    assert time.process_time() - began < 30
