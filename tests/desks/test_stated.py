"""Stated units against the units there are and the places of the rows."""

from pathlib import Path

import pytest

from desks.register.current import Register
from desks.register.defects import Defect
from desks.register.rehearsal import rehearse
from layers import layer
from tests.desks.dirty import TODAY, units

SHELTER = layer("shelter")
HEADINGS = "编号,名称,室内外,街道,社区,联系人,经度,纬度"
EAST_M_PER_DEG = 102_500.0
"""Metres of one degree of longitude at 22.8 degrees north, to half a percent."""


def told(
    folder: Path, subdistrict: str, community: str = "", lon: float = 113.012345
) -> tuple[list[Defect], dict[str, object]]:
    """Return the defects of one row and the columns that would be written."""
    path = folder / "a.csv"
    row = f"S-1,人民广场,室外,{subdistrict},{community},张三,{lon:.6f},22.812345"
    path.write_text(f"{HEADINGS}\n{row}\n", encoding="utf-8")
    found = rehearse(Register(units(), today=TODAY), SHELTER, path)
    return list(found.defects), dict(found.changes[0].props) if found.changes else {}


@pytest.mark.parametrize("written", ["老城", "老城街道办", "老城街道办事处", "老 城街道"])
def test_a_short_name_is_put_right_and_said(tmp_path: Path, written: str) -> None:
    defects, props = told(tmp_path, written)
    assert [(d.code, d.weight, d.value) for d in defects] == [("subdistrict_form", "auto", written)]
    assert props["subdistrict"] == "老城街道"


@pytest.mark.parametrize("written", ["老城街道", "1"])
def test_a_full_name_or_a_code_is_right(tmp_path: Path, written: str) -> None:
    assert told(tmp_path, written) == ([], {
        "name": "人民广场", "space": "室外", "subdistrict": written,
    })  # fmt: skip


def test_a_unit_that_is_not_there_is_kept_and_said(tmp_path: Path) -> None:
    defects, props = told(tmp_path, "桃源街道")
    assert [(d.code, d.column, d.weight) for d in defects] == [
        ("subdistrict_unknown", "街道", "confirm")
    ]
    assert props["subdistrict"] == "桃源街道"


@pytest.mark.parametrize(
    ("metres", "code", "weight"),
    [(-200, None, None), (30, None, None), (200, "subdistrict_border", "confirm"),
     (700, "wrong_subdistrict", "decide")],
)  # fmt: skip
def test_how_far_outside_its_stated_subdistrict_a_row_may_lie(
    tmp_path: Path, metres: float, code: str | None, weight: str | None
) -> None:
    """The border of 老城街道 to its eastern neighbour runs along 113.06 degrees."""
    defects, props = told(tmp_path, "老城街道", lon=113.06 + metres / EAST_M_PER_DEG)
    assert [(d.code, d.weight) for d in defects] == ([(code, weight)] if code else [])
    assert bool(props) == (weight != "decide")


def test_a_community_is_put_right_and_one_elsewhere_is_said(tmp_path: Path) -> None:
    ours, other = (str(f.props["name"]) for f in units()["community"][:2])
    defects, props = told(tmp_path, "老城街道", ours.removesuffix("社区"))
    assert [d.code for d in defects] == ["community_form"]
    assert props["community"] == ours
    defects, _ = told(tmp_path, "老城街道", other)
    assert [(d.code, d.weight) for d in defects] == [("community_border", "confirm")]


def test_far_outside_the_district_is_said_once(tmp_path: Path) -> None:
    defects, _ = told(tmp_path, "", lon=113.456789)
    assert [(d.code, d.column) for d in defects] == [("outside", "经度, 纬度")]
