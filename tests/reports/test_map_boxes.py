"""Text on a map keeps within its box, whatever is written."""

import pytest

from reports.fonts import faces
from reports.map_boxes import Box, cut, width_mm, wrapped

TEXTS = ("石桥街道", "WWWWWWWW mmmm", "a" * 300, "长" * 300, "MIXED 混排 text, 12.5%", "i.l,")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("most", [3.0, 12.0, 40.0])
def test_cut_text_fits_and_says_that_it_was_cut(text: str, most: float) -> None:
    made = cut(text, 2.5, most)
    assert width_mm(made, 2.5) <= most
    assert made == text or made.endswith("…")


def test_text_that_just_fits_is_whole() -> None:
    assert cut("石桥", 2.5, 5.0) == "石桥"
    assert cut("石桥街", 2.5, 5.0) == "石…"


@pytest.mark.parametrize("text", TEXTS)
def test_lines_fit_and_hold_the_text_up_to_where_it_is_cut(text: str) -> None:
    lines = wrapped(text, 2.5, 20.0, 3)
    assert 1 <= len(lines) <= 3
    assert all(width_mm(line, 2.5) <= 20.0 for line in lines)
    joined = "".join(lines).replace(" ", "").rstrip("…")
    assert text.replace(" ", "").startswith(joined)


def test_lines_are_broken_between_parts_where_they_can() -> None:
    assert wrapped("坐标基准CGCS2000 · 审图号未填", 2.5, 30.0, 2) == (
        "坐标基准CGCS2000 ·",
        "审图号未填",
    )


def test_nothing_has_no_lines() -> None:
    assert wrapped("", 2.5, 20.0, 2) == ()


def test_boxes_that_share_an_edge_do_not_meet() -> None:
    left, right = Box(0, 0, 2, 2), Box(2, 0, 2, 2)
    assert not left.meets(right)
    assert left.meets(Box(1.9, 1.9, 1, 1))
    assert left.holds(Box(0, 0, 2, 2))
    assert not left.holds(Box(0, 0, 2.01, 2))


def test_no_letter_is_wider_than_it_is_taken_for() -> None:
    """Against the fonts themselves: the advance of every sign that a map may show."""
    image_font = pytest.importorskip("PIL.ImageFont")
    face = next(one for one in faces().book.fonts() if one.family == "Noto Sans CJK SC"
                and one.weight == 700)  # fmt: skip
    font = image_font.truetype(face.path, 1000, index=face.index)
    signs = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x250), *range(0x391, 0x450))]
    signs += list("—…①②③·×√〓□ⅠⅡ℃≤≥±石桥，。（）")
    wide = {
        sign: font.getlength(sign) / 1000 for sign in signs if faces().shown(sign, "plain") == sign
    }
    assert len(wide) > 200
    assert {sign: width for sign, width in wide.items() if width > width_mm(sign, 1.0)} == {}
