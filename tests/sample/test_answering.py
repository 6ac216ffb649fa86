"""Who answers for what in the made-up district: firms, roster, residents, filings, reviews."""

import re
from collections.abc import Callable
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest

from sample import SampleFiles
from sample.firms import credit_code
from sample.vocabulary import FIRMS

Read = Callable[[str], pd.DataFrame]
AS_OF = pd.Timestamp("2026-09-16")
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SOURCES = ("hazard", "declared_risk", "petrol_station", "gas_filling_station", "lpg_station",
           "lpg_service_point", "pipeline")  # fmt: skip


def test_a_large_district_has_as_many_firms_as_the_plan_counts() -> None:
    """Row S0-13: 16,900 firms in the city's size, a modest number in the default district."""
    assert FIRMS == (300, 16_900)


def test_credit_codes_are_unique_and_their_check_sign_is_right(register: Read) -> None:
    """Row S0-13: 18 signs of GB 32100-2015, weighted sum a multiple of 31."""
    codes = register("firm")["uscc"].tolist()
    assert len(set(codes)) == len(codes) == 300
    for code in codes:
        assert re.fullmatch(r"91555010[0-9A-HJ-NP-RTUW-Y]{10}", code)
        total = sum(SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(code[:-1]))
        assert (total + SIGNS.index(code[-1])) % 31 == 0


def test_the_last_firm_of_the_city_has_a_code_too() -> None:
    codes = {credit_code(number) for number in range(1, FIRMS[1] + 1)}
    assert len(codes) == FIRMS[1]
    assert {len(code) for code in codes} == {18}
    assert all(set(code) <= set(SIGNS) for code in codes)


def test_firms_have_size_trade_and_people(register: Read) -> None:
    frame = register("firm")
    assert (frame["people"] >= 1).all()
    middle = frame.groupby("size")["people"].median()
    assert middle["微型"] < middle["小型"] < middle["中型"]
    large = frame[frame["size"] == "大型"]
    assert (large["key_firm"] == "是").all()
    assert 0.02 < (frame["key_firm"] == "是").mean() < 0.15


@pytest.mark.parametrize("key", SOURCES)
def test_every_source_has_measure_unit_person_and_review(register: Read, key: str) -> None:
    """Row S0-4: four columns, with gaps in the two that real lists leave empty."""
    frame = register(key)
    assert frame[["measure", "responsible_unit"]].notna().all(axis=None)
    named = frame["responsible_person"].replace("", pd.NA).dropna()
    assert named.str.startswith("示范·").all()
    days = pd.to_datetime(frame["next_review"]).dropna()
    assert days.between(AS_OF - pd.Timedelta(days=180), AS_OF + pd.Timedelta(days=180)).all()


def test_some_sources_lack_a_name_or_a_review_and_some_reviews_are_past(register: Read) -> None:
    """Row S0-4: the overdue list and the completeness have something to show."""
    frame = pd.concat([register(key) for key in SOURCES])
    days = pd.to_datetime(frame["next_review"])
    assert 0.02 < frame["responsible_person"].isna().mean() < 0.12
    assert 0.01 < days.isna().mean() < 0.09
    assert 0.08 < (days < AS_OF).mean() < 0.25


def test_the_roster_has_four_levels_and_gaps(
    register: Read, district: SampleFiles, subdistricts: gpd.GeoDataFrame
) -> None:
    """Rows S0-9 and S2-19: one subdistrict is absent, one is out of date, some communities lack."""
    frame = register("duty")
    assert set(frame["level"]) == {"区", "街道", "社区", "企业"}
    start, end = pd.to_datetime(frame["from_date"]), pd.to_datetime(frame["until_date"])
    assert (start <= end).all()
    now = frame[(start <= AS_OF) & (end >= AS_OF)]
    own = set(now[now["level"] == "街道"]["subdistrict"])
    names = subdistricts["name"].tolist()
    assert set(names) - own == set(names[-2:])
    assert set(frame[frame["level"] == "街道"]["subdistrict"]) == set(names[:-1])
    communities = now[now["level"] == "社区"]
    assert communities["community"].is_unique
    assert 140 < len(communities) < 175
    hazards = register("hazard")["firm"].tolist()
    assert frame[frame["level"] == "企业"]["duty_unit"].tolist() == hazards[:-1]
    assert (now[now["level"] == "区"]["post"] == "带班领导").sum() == 1
    assert "duty" in district.layers


def test_plans_are_filed_waiting_or_not_and_some_have_run_out(register: Read) -> None:
    """Rows S1-34 and S3-5: a filed plan has its day and its end, three years later."""
    frame = register("plan")
    filed = frame[frame["filing"] == "已备案"]
    assert set(frame["filing"]) == {"已备案", "待备案", "未备案"}
    since, until = pd.to_datetime(filed["filed"]), pd.to_datetime(filed["expiry"])
    assert ((until - since).dt.days == 3 * 365).all()
    assert (since <= AS_OF).all()
    assert (since >= pd.to_datetime(filed["issued"])).all()
    assert 0.03 < (until < AS_OF).mean() < 0.2
    rest = frame[frame["filing"] != "已备案"]
    assert rest[["filed", "expiry"]].isna().all(axis=None)


def test_residents_carry_their_names_in_personal_columns_only(register: Read) -> None:
    """Row S1-33: 970 households; what is public in the layer names nobody."""
    frame = register("vulnerable_resident")
    assert not frame["name"].str.contains("示范·").any()
    assert "address" not in frame
    assert frame["contact"].str.startswith("示范·").all()
    assert set(frame["mobility"]) == {"自理", "需搀扶", "卧床"}
    assert frame["kind"].value_counts().index[0] == "独居老人"
    assert date.fromisoformat(str(frame["last_verified"].iloc[0])[:10]) < date(2026, 9, 16)
