"""The district this server shows: found, loaded once for all viewers, without personal columns."""

import gc
import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from desks.command import Incident, situation_brief
from desks.folder import BASEMAP, DISTRICT
from desks.onemap import OneMap, load_onemap
from geodata.writing import write_file
from language import Catalogue

VARIABLE = "SHOUWANG_DISTRICT"
ROOT = Path(__file__).resolve().parent.parent
DEFAULT = "districts/yunxi"
MAPS = ROOT / "static" / "maps"


@dataclass(frozen=True)
class Edition:
    """A folder as it stands now: name, size and time of each of its files."""

    folder: Path
    files: tuple[tuple[str, int, int], ...]


def folder() -> Path:
    """Return the folder of the district: ``SHOUWANG_DISTRICT``, else the default one."""
    return ROOT / os.environ.get(VARIABLE, DEFAULT)


def free_folder() -> str:
    """Return where the sample may be made, "" where a district stands that it would overwrite."""
    where = folder()
    if (where / DISTRICT).exists():
        return ""
    return str(where.relative_to(ROOT) if where.is_relative_to(ROOT) else where)


def name(where: Path, words: Catalogue) -> str:
    """Return what the district is called, before it is opened; its folder's name where unread."""
    try:
        told = tomllib.loads((where / DISTRICT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return where.name
    return str(told.get("name_zh" if words.language == "zh" else "name_en", where.name))


def open_district(where: Path, words: Catalogue) -> OneMap:
    """Return the district, loaded once for all viewers until one of its files changes.

    Raises:
        UserError: where the folder is missing, half or of another format.

    """
    with st.spinner(words.text("Opening the district…")):
        return _load(edition(where))


@st.cache_resource(max_entries=2, show_spinner=False)
def _load(opened: Edition) -> OneMap:
    onemap = load_onemap(opened.folder)
    publish_basemap(onemap, MAPS)
    warm(onemap)
    settle()
    return onemap


def settle() -> None:
    """Leave what is loaded out of every later round of the garbage collector.

    Streamlit asks for a full round after each run, before the answer leaves the server: 0.1 s of
    every click went into looking through registers and libraries that stay for good.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def warm(onemap: OneMap) -> None:
    """Answer one incident nobody asked for, so that the first one asked is as fast as the rest."""
    west, south, east, north = onemap.extent_m
    middle = ((west + east) / 2, (south + north) / 2)
    situation_brief(onemap, Incident(at=middle, time=datetime.now(tz=UTC)))


def edition(where: Path) -> Edition:
    """Return the folder's edition; it changes as soon as any file does."""
    paths = sorted(path for path in where.rglob("*") if path.is_file())
    stats = [(path, path.stat()) for path in paths]
    return Edition(
        where,
        tuple((str(p.relative_to(where)), s.st_size, s.st_mtime_ns) for p, s in stats),
    )


def publish_basemap(onemap: OneMap, maps: Path) -> Path:
    """Return the copy of the base map that the browser may fetch; public geometry, whole or absent.

    Raises:
        UserError: where the copy cannot be written.

    """
    target = maps / f"{onemap.stamp}.pmtiles"
    if not target.exists():
        maps.mkdir(parents=True, exist_ok=True)
        with write_file(target) as fresh:
            fresh.write_bytes((onemap.folder / BASEMAP).read_bytes())
    return target


def basemap_address(onemap: OneMap) -> str:
    """Return the base map's path under the server's ``app/static/``."""
    return f"maps/{onemap.stamp}.pmtiles"
