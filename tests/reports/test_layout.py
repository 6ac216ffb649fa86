"""The measures of an official paper: as the standard's text has them, in twips as Word wants."""

import sys
from pathlib import Path

import pytest

from reports.layout import font_folders, layout, twips_of


@pytest.mark.parametrize(
    ("key", "value", "twips"),
    [
        ("left_mm", 25.4, 1440),
        ("left_mm", 28.0, 1587),
        ("top_mm", 37.0, 2098),
        ("type_width_mm", 156.0, 8844),
        ("type_height_mm", 225.0, 12756),
        ("size_pt", 16.0, 320),
        ("size_pt", 0.0, 0),
        ("line_pt", 28.95, 579),
    ],
)
def test_twips_of_millimetres_and_points_by_hand(key: str, value: float, twips: int) -> None:
    """A twip is 1/1440 inch: 28 mm = 28 / 25.4 × 1440 = 1587.4."""
    assert twips_of(key, value) == twips


def test_the_sheet_adds_up_to_a4() -> None:
    """GB/T 9704-2012, 5.2.1: 210 × 297 mm, 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm."""
    held = layout()
    assert (held["top_mm"], held["left_mm"]) == (37, 28)
    assert (held["type_width_mm"], held["type_height_mm"]) == (156, 225)
    assert 210 - held["left_mm"] - held["type_width_mm"] == 26
    assert 297 - held["top_mm"] - held["type_height_mm"] == 35


def test_every_measure_has_its_unit_in_its_name_and_is_above_nothing() -> None:
    units = ("_mm", "_pt", "lines", "characters")
    for key, value in layout().measures.items():
        assert value > 0, key
        assert key.endswith(units), key


def test_every_role_has_files_and_a_stand_in_that_is_carried() -> None:
    for role, font in layout().fonts.items():
        assert font.role == role
        assert font.files, role
        assert font.fallback in {"Noto Serif CJK SC", "Noto Sans CJK SC"}
        assert all(Path(name).suffix.lower() in {".ttf", ".ttc", ".otf"} for name in font.files)


def test_nobody_changes_the_measures() -> None:
    with pytest.raises(TypeError):
        layout().measures["left_mm"] = 1.0  # type: ignore[index]
    with pytest.raises(KeyError):
        layout()["left"]


@pytest.mark.parametrize(
    ("system", "part"),
    [("win32", "Fonts"), ("darwin", "Library/Fonts"), ("linux", "share/fonts")],
)
def test_fonts_are_looked_for_where_each_system_keeps_them(
    monkeypatch: pytest.MonkeyPatch, system: str, part: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    folders = [folder.as_posix() for folder in font_folders()]
    assert len(folders) == len(set(folders)) >= 2
    assert any(part in folder for folder in folders)
    assert any(folder.startswith(Path.home().as_posix()) for folder in folders), "the user's own"
