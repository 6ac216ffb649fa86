"""The district this server shows: found, loaded once for all viewers, without personal columns."""

import gc
import os
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from threading import Lock
from time import monotonic

import streamlit as st

from desks.command import Incident, situation_brief
from desks.folder import BASEMAP, DISTRICT
from desks.onemap import OneMap, load_onemap
from geodata.faults import UserError
from geodata.store import Store, open_store
from geodata.writing import write_file
from language import Catalogue

VARIABLE = "SHOUWANG_DISTRICT"
ROOT = Path(__file__).resolve().parent.parent
DEFAULT = "districts/yunxi"
MAPS = ROOT / "static" / "maps"

HEAD_S, ASK_AGAIN_S = 3.0, 15.0
"""So long a page waits for the register's server; so long a silent one is not asked again."""


@dataclass(frozen=True)
class Edition:
    """A folder as it stands now: name, size and time of each of its files.

    ``head`` is that of a register which is kept on a server, "" for one in the folder.
    """

    folder: Path
    files: tuple[tuple[str, int, int], ...]
    head: str = ""


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


def open_district(where: Path, words: Catalogue, *, officials: bool = False) -> OneMap:
    """Return the district, loaded once for all who see alike until one of its files changes.

    ``officials`` adds the layers that only officials may know of: a map of its own, so that
    nothing of them can come into what others share.

    Raises:
        UserError: where the folder is missing, half or of another format.

    """
    with st.spinner(words.text("Opening the district…")):
        onemap = _current(where, officials=officials)
    if _kept(str(where), officials).unasked:
        st.warning(
            words.text(
                "The server of the register does not answer: this is the map as it was before, and"
                " what was entered since may be missing."
            )
        )
    return onemap


@dataclass
class _Kept:
    """The district that was loaded last, so that an edit loads only what it changed.

    ``unasked`` is since when (of the passing time) the register's server does not answer, 0.0 where
    it does or is none.
    """

    lock: Lock
    edition: Edition | None = None
    onemap: OneMap | None = None
    unasked: float = 0.0


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept(where: str, officials: bool) -> _Kept:  # noqa: FBT001 - a part of the key
    del where, officials
    return _Kept(Lock())


def _current(where: Path, *, officials: bool) -> OneMap:
    """Return the district as it is now, or as it was a second ago while another viewer loads it.

    A commander's click must not wait until somebody's edit of 17,000 firms is read again.
    """
    kept = _kept(str(where), officials)
    onemap = kept.onemap
    head = _head(where, kept)
    if head is None and onemap is not None:
        return onemap
    now = replace(edition(where), head=head or "")
    if onemap is not None and kept.edition == now:
        return onemap
    if not kept.lock.acquire(blocking=onemap is None) and onemap is not None:
        return onemap
    try:
        if kept.onemap is None or kept.edition != now:
            kept.onemap = _renewed(where, kept.onemap, officials=officials)
            kept.edition = now
        return kept.onemap
    finally:
        kept.lock.release()


def _head(where: Path, kept: _Kept) -> str | None:
    """Return what ``_server_head`` does, ``None`` where the server does not answer but a map is up.

    A silent server is asked again only after a while: a commander's clicks must not wait for it.

    Raises:
        UserError: where it does not answer and nothing was loaded yet.

    """
    if kept.onemap is not None and kept.unasked and monotonic() < kept.unasked + ASK_AGAIN_S:
        return None
    try:
        head = _server_head(where)
    except UserError:
        if kept.onemap is None:
            raise
        kept.unasked = monotonic()
        return None
    kept.unasked = 0.0
    return head


def _server_head(where: Path) -> str:
    """Return the head of a register that is kept on a server, "" where it is in the folder."""
    try:
        named = tomllib.loads((where / DISTRICT).read_text(encoding="utf-8")).get("register", "")
    except (OSError, ValueError):
        return ""
    return _server(str(named)).head().hash if named else ""


@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda store: store.close())
def _server(address: str) -> Store:
    return open_store(address, silent_s=HEAD_S)


def _renewed(where: Path, previous: OneMap | None, *, officials: bool) -> OneMap:
    """Return the district as it is now; ``previous`` itself where nothing that counts changed."""
    onemap = load_onemap(where, officials=officials, previous=previous)
    if previous is not None and onemap.stamp == previous.stamp:
        return previous
    publish_basemap(onemap, MAPS)
    if previous is None or previous.ground is not onemap.ground:
        warm(onemap)
    settle()
    return onemap


def settle() -> None:
    """Leave what is loaded out of every later round of the garbage collector.

    A full round over registers and libraries that stay for good took 0.1 s, and came in the middle
    of an answer.
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
    """Return the folder's edition; it changes as soon as any file does.

    What SQLite shares between its readers says nothing; a log may vanish while we look.
    """
    paths = sorted(path for path in where.rglob("*") if not path.name.endswith("-shm"))
    stats = [(path, stat) for path in paths if (stat := _stat(path)) is not None]
    return Edition(
        where,
        tuple((str(p.relative_to(where)), s.st_size, s.st_mtime_ns) for p, s in stats),
    )


def _stat(path: Path) -> os.stat_result | None:
    """Return what the system knows of a file, ``None`` where there is none (any more)."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found if S_ISREG(found.st_mode) else None


def publish_basemap(onemap: OneMap, maps: Path) -> Path:
    """Return the copy of the base map that the browser may fetch; public geometry, whole or absent.

    Raises:
        UserError: where the copy cannot be written.

    """
    target = maps / f"{_map_name(onemap)}.pmtiles"
    if not target.exists():
        maps.mkdir(parents=True, exist_ok=True)
        with write_file(target) as fresh:
            fresh.write_bytes((onemap.folder / BASEMAP).read_bytes())
    return target


def basemap_address(onemap: OneMap) -> str:
    """Return the base map's path under the server's ``app/static/``."""
    return f"maps/{_map_name(onemap)}.pmtiles"


def _map_name(onemap: OneMap) -> str:
    return onemap.ground.digest[:16]
