"""Layers in archives, as people, phones and strangers pack them."""

import io
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
from shapely import Point

KML = (
    '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    "<Placemark><name>甲站</name><Point><coordinates>113.1,22.9</coordinates></Point></Placemark>"
    "</Document></kml>"
).encode()
LINK = 0o120777 << 16


def shelters(crs: str = "EPSG:4547") -> gpd.GeoDataFrame:
    """Return two shelters, their places given in metres or degrees."""
    frame = gpd.GeoDataFrame(
        {"编号": ["1", "2"], "名称": ["甲", "乙"], "室内外": ["室外", "室内"]},
        geometry=[Point(113.1, 22.9), Point(113.2, 22.8)], crs="EPSG:4490",
    )  # fmt: skip
    return frame.to_crs(crs)


def shapefile(folder: Path, frame: gpd.GeoDataFrame | None = None) -> dict[str, bytes]:
    """Return the files of a shapefile in GBK by ending, as ``.shp``."""
    folder.mkdir(parents=True, exist_ok=True)
    (shelters() if frame is None else frame).to_file(folder / "a.shp", encoding="GBK")
    return {path.suffix: path.read_bytes() for path in sorted(folder.glob("a.*"))}


def named(files: Mapping[str, bytes], stem: str) -> dict[str, bytes]:
    """Return the files under that name, which may hold a folder."""
    return {stem + suffix: data for suffix, data in files.items()}


def zipped(
    path: Path,
    files: Mapping[str, bytes],
    *,
    packing: int = zipfile.ZIP_DEFLATED,
    links: tuple[str, ...] = (),
    written: str = "",
) -> Path:
    """Write the files as an archive, its names in that encoding and not saying so."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in files.items():
            info = _Silent(name) if written else zipfile.ZipInfo(name)
            info.comment = written.encode()
            info.external_attr = LINK if name in links else 0
            archive.writestr(info, data, packing)
    return path


class _Silent(zipfile.ZipInfo):
    """A member whose name stands in the encoding that its comment names, and does not say so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode(self.comment.decode()), self.flag_bits


def locked(data: bytes) -> bytes:
    """Return the archive with every member marked as under a password."""
    made = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            made[info.header_offset + 6] |= 1
    at = made.find(b"PK\x01\x02")
    while at >= 0:
        made[at + 8] |= 1
        at = made.find(b"PK\x01\x02", at + 4)
    return bytes(made)


def spoiled(data: bytes, number: int) -> bytes:
    """Return the archive with some bytes changed, cut or doubled, the same for a number."""
    draw = random.Random(f"zip {number}")  # noqa: S311 -- dice of a test
    made = bytearray(data)
    # The list of members stands at the end: half of the mutations meet it.
    first = 0 if number % 2 else max(0, len(made) - 400)
    way = draw.randrange(6)
    if way == 0:
        del made[draw.randrange(first, len(made)) :]
    elif way == 1:
        at = draw.randrange(first, len(made))
        made[at:at] = made[draw.randrange(len(made)) :][: draw.choice((1, 30, 500))]
    else:
        for _ in range(draw.choice((1, 3, 30))):
            made[draw.randrange(first, len(made))] = draw.choice((0, 255, draw.randrange(256)))
    return bytes(made)
