"""Real registers, in the datum they really have."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from layers import layer, read_layer

FUTIAN_ROADS = box(113.997, 22.517, 114.040, 22.551)


@pytest.fixture
def shelters(real_data: Path, tmp_path: Path) -> Path:
    """Return Shenzhen's shelters (GCJ-02) as a table that a user would bring."""
    text = (real_data / "shelters" / "sz_shelters.js").read_text(encoding="utf-8")
    records = json.loads(text[text.index("[") : text.rindex("]") + 1])
    frame = pd.DataFrame(records).rename(
        columns={"sid": "编号", "longitude": "经度", "latitude": "纬度"}
    )
    frame["名称"] = "避难场所" + frame["编号"]
    frame["室内外"] = "室外"
    frame.to_csv(tmp_path / "避难场所.csv", index=False, encoding="gb18030")
    return tmp_path / "避难场所.csv"


@pytest.mark.real
def test_shenzhens_shelters_come_to_lie_in_futian(shelters: Path, real_data: Path) -> None:
    """S0-1: 462 rows in, 462 out; 48 lie in Futian, 6 in the box of its road graph."""
    found = read_layer(layer("shelter"), shelters, datum="gcj02")
    assert len(found.frame) == 462
    assert found.refused == ()
    assert not found.frame.geometry.is_empty.any()
    districts = gpd.read_file(real_data / "boundaries" / "districts_wgs84_fastgeocn.geojson")
    column = next(c for c in districts if (districts[c].astype(str) == "福田区").any())
    futian = districts[districts[column] == "福田区"].union_all()
    assert found.frame.geometry.intersects(futian).sum() == 48
    assert found.frame.geometry.intersects(FUTIAN_ROADS).sum() == 6


@pytest.mark.real
def test_the_wrong_datum_shifts_them_by_half_a_kilometre(shelters: Path) -> None:
    right = read_layer(layer("shelter"), shelters, datum="gcj02").frame.to_crs("EPSG:4547")
    wrong = read_layer(layer("shelter"), shelters).frame.to_crs("EPSG:4547")
    shift_m = right.distance(wrong)
    assert 500 < shift_m.min() <= shift_m.max() < 650
