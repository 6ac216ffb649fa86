"""Packed bytes: every program unpacks them, and they are those of the pinned library."""

import gzip
import hashlib
import zlib

import numpy as np
import pytest

from reports.deflating import deflated, gzip_file, zlib_stream

RANDOM = np.random.default_rng(7)
TEXTS = {
    "nothing": b"",
    "one": b"a",
    "two": b"ab",
    "three alike": b"aaa",
    "a run": b"a" * 1000,
    "the longest match and one more": b"x" * 259,
    "all bytes": bytes(range(256)) * 40,
    "noise": RANDOM.integers(0, 256, 50_000).astype(np.uint8).tobytes(),
    "two letters": RANDOM.choice([97, 98], 40_000).astype(np.uint8).tobytes(),
    "words": b"".join(b"<w:t>%d</w:t>" % n for n in range(20_000)),
    "beyond the window": (noise := RANDOM.integers(0, 256, 33_000).astype(np.uint8).tobytes())
    + noise,
    "just within the window": noise[:32_768] + noise[:32_768],
    "many blocks": RANDOM.integers(0, 4, 90_000).astype(np.uint8).tobytes(),
}


@pytest.mark.parametrize("data", TEXTS.values(), ids=TEXTS)
def test_zlib_unpacks_it_to_the_last_byte(data: bytes) -> None:
    packer = zlib.decompressobj(-15)
    assert packer.decompress(deflated(data)) + packer.flush() == data
    assert packer.eof
    assert packer.unused_data == b""
    assert zlib.decompress(zlib_stream(data)) == data
    assert gzip.decompress(gzip_file(data)) == data


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_packed_comes_back(seed: int) -> None:
    """Pieces that come again at random distances, of random lengths and alphabets."""
    random = np.random.default_rng(seed)
    pieces = [
        random.integers(0, random.integers(1, 257), random.integers(1, 400)) for _ in range(9)
    ]
    order = random.integers(0, 9, 200)
    data = np.concatenate([pieces[at] for at in order]).astype(np.uint8).tobytes()
    assert zlib.decompress(deflated(data), -15) == data


def test_it_packs_about_as_well_as_zlib() -> None:
    for key in ("a run", "words", "two letters", "many blocks"):
        assert len(deflated(TEXTS[key])) <= 1.1 * len(zlib.compress(TEXTS[key], 6)) + 16, key


GOLDEN = "28a975e54bd15909c0acc0c1d6c71e6f382f7156b42f2ea1dc78db8644cf262a"


def test_the_bytes_are_those_of_the_day_it_was_written() -> None:
    """A golden sum: another machine or Python must make the same stream."""
    text = "".join(f"{n * n % 977}·{n % 13} " for n in range(4000)).encode()
    assert hashlib.sha256(deflated(text)).hexdigest() == GOLDEN
