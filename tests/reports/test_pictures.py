"""Pictures of maps made small: what is flat stays, edges hardly move, the bytes are our own."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from reports.pictures import COLOURS, small_png
from reports.typesetting import svg_png
from tests.reports.drawn import has_fonts

Pixels = NDArray[np.uint8]


def png_of(pixels: Pixels) -> bytes:
    """Return pixels (h, w, 3 or 4) as a PNG that another library writes."""
    target = BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return target.getvalue()


def pixels_of(png: bytes) -> NDArray[np.int64]:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(np.int64)


@pytest.mark.parametrize("depth", [3, 4])
def test_up_to_256_colours_nothing_is_lost(depth: int) -> None:
    random = np.random.default_rng(depth)
    palette = random.integers(0, 256, (COLOURS, depth)).astype(np.uint8)
    palette[:, 3:] = 255
    drawn = palette[random.integers(0, COLOURS, (70, 90))]
    small = small_png(png_of(drawn), 200)
    assert (pixels_of(small) == drawn[:, :, :3]).all()
    assert Image.open(BytesIO(small)).mode == "P"


def test_flat_colours_stay_to_the_bit_and_shades_come_near() -> None:
    """Thousands of shades at the edges of ten flat areas: what a map is."""
    random = np.random.default_rng(3)
    flat = random.integers(0, 256, (10, 3)).astype(np.uint8)
    drawn = flat[np.repeat(np.arange(10), 20)[:, None] * np.ones((1, 200), np.int64)]
    edges = np.arange(19, 199, 20)
    part = random.random((len(edges), 200, 1))
    drawn[edges] = (drawn[edges] * part + drawn[edges + 1] * (1 - part)).astype(np.uint8)
    before, after = drawn.astype(np.int64), pixels_of(small_png(png_of(drawn), 200))
    inside = np.setdiff1d(np.arange(200), edges)
    assert (before[inside] == after[inside]).all()
    away = np.abs(before - after).max(axis=2)
    assert away.max() <= 40
    assert away[edges].mean() < 6


def test_what_is_clear_is_drawn_on_white() -> None:
    drawn = np.zeros((4, 4, 4), np.uint8)
    drawn[:2, :, 3] = 255
    drawn[3, :, 3] = 128
    made = pixels_of(small_png(png_of(drawn), 200))
    assert (made[:2] == 0).all()
    assert (made[2] == 255).all()
    assert (made[3] == 127).all()


def test_the_size_on_paper_is_stated() -> None:
    made = small_png(png_of(np.zeros((2, 3, 3), np.uint8)), 200)
    at = made.index(b"pHYs") + 4
    assert struct.unpack(">2IB", made[at : at + 9]) == (7874, 7874, 1)
    assert Image.open(BytesIO(made)).size == (3, 2)


def test_every_part_of_the_file_bears_its_sum() -> None:
    made = small_png(png_of(np.zeros((9, 9, 3), np.uint8)), 200)
    at, kinds = 8, []
    while at < len(made):
        (size,) = struct.unpack_from(">I", made, at)
        body = made[at + 4 : at + 8 + size]
        assert struct.unpack_from(">I", made, at + 8 + size) == (zlib.crc32(body),)
        kinds.append(body[:4])
        at += 12 + size
    assert kinds == [b"IHDR", b"pHYs", b"PLTE", b"IDAT", b"IEND"]


@pytest.mark.parametrize("kind", ["L", "P", "1", "I;16"])
def test_another_kind_of_picture_is_refused(kind: str) -> None:
    target = BytesIO()
    Image.new(kind, (3, 3)).save(target, "PNG")
    with pytest.raises(ValueError, match="eight bits"):
        small_png(target.getvalue(), 200)
    with pytest.raises(ValueError, match="eight bits"):
        small_png(b"no picture", 200)


@pytest.mark.parametrize("cut", [20, 50, 90])
def test_a_picture_that_is_cut_short_is_refused(cut: int) -> None:
    target = BytesIO()
    Image.effect_noise((20, 20), 50).convert("RGB").save(target, "PNG")
    with pytest.raises(ValueError, match="eight bits"):
        small_png(target.getvalue()[:cut], 200)


@pytest.mark.skipif(not has_fonts(), reason="no font with Chinese characters")
def test_what_typst_draws_is_read_whatever_filters_it_chose() -> None:
    ring = '<circle cx="10" cy="10" r="8" fill="#A8321A" stroke="#0B4F8A" stroke-width="1.3"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">{ring}</svg>'
    drawn = svg_png(svg, 20, 20, 200)
    small = small_png(drawn, 200)
    assert np.abs(pixels_of(drawn) - pixels_of(small)).max() <= 24
    assert len(small) < len(drawn)
