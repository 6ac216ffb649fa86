"""A planner's own list of candidate sites, brought for one session: read, weighed, never filed."""

import hashlib
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely

from desks.onemap import OneMap
from desks.register.current import register_of
from desks.register.datum import PLACES, judge_file
from geodata.crs import projection
from geodata.faults import Fault, UserError
from geodata.forensics import DatumVerdict
from geodata.store import WHOLE, Scope, Store
from language import say
from layers import LayerRows

from .candidates import rows_listed

SUFFIXES = ("xlsx", "csv", "geojson", "json", "gpkg", "kml")
DATUMS = ("wgs84", "gcj02", "bd09")
MOST_BYTES = 5_000_000
MOST_SITES = 2_000
_SHOWN = 60
_KNOWN_LAYER = "shelter"


@dataclass(frozen=True, eq=False)
class SiteList:
    """A list in hand: its name, the file itself, its rows in WGS 84, and what its datum is.

    ``datum`` is what it was read as. ``is_kept`` says that a person keeps it against the evidence.
    """

    name: str
    content: bytes
    datum: str
    read: LayerRows
    verdict: DatumVerdict
    is_kept: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether the positions contradict the declared datum and nobody decided yet."""
        return self.verdict.stop and not self.is_kept

    @property
    def key(self) -> str:
        """Return what tells this list from any other: 16 hex digits and the datum."""
        return f"{hashlib.sha256(self.content).hexdigest()[:16]}:{self.datum}"


def read_list(
    onemap: OneMap, store: Store, file: tuple[str, bytes], *, datum: str = "wgs84",
    scope: Scope = WHOLE,
) -> SiteList:  # fmt: skip
    """Return the list of a file (name, content), its positions held against all that is known.

    ``scope`` is what of the register the viewer may read. Nothing is written but a file aside,
    which is gone when this returns.

    Raises:
        UserError: with every fault at once: too large, of another kind, no table, too many rows,
            a column or positions lacking, an id twice.

    """
    name, content = file
    whole = Path("".join(sign for sign in name if sign.isprintable()).replace("\\", "/"))
    suffix = whole.suffix.lower()
    shown = whole.name if len(whole.name) <= _SHOWN else f"{whole.stem[:_SHOWN]}…{suffix[:_SHOWN]}"
    _require_small(shown, suffix, content)
    with tempfile.TemporaryDirectory(prefix="shouwang-sites-") as folder:
        path = Path(folder) / f"{_plain(Path(shown).stem)}{suffix}"
        path.write_bytes(content)
        read = rows_listed(onemap, path, datum=datum)
    if len(read.frame) > MOST_SITES:
        problem = say("The list has {count} sites; at most {most} are read.",
                      count=len(read.frame), most=MOST_SITES)  # fmt: skip
        raise UserError([Fault(shown, problem, say("Part the list."))])
    roads = shapely.transform(onemap.network.lines, projection(onemap.crs).many_to_deg)
    known = register_of(
        store, _KNOWN_LAYER, roads=np.asarray(roads, dtype=object), scope=scope, others=PLACES
    )
    return SiteList(shown, content, datum, read, judge_file(known, read, declared=datum))


def keep_datum(listed: SiteList) -> SiteList:
    """Return the list with its datum kept as declared, whatever the evidence says."""
    return replace(listed, is_kept=True)


def _plain(stem: str) -> str:
    """Return the letters and digits of a name: what a file may safely be called on any disk."""
    return "".join(c for c in stem if c.isalnum() or c in "-_")[:_SHOWN] or "list"


def _require_small(name: str, suffix: str, content: bytes) -> None:
    if suffix.removeprefix(".") not in SUFFIXES:
        problem = say("Lists of sites are read as {kinds}.", kinds=", ".join(SUFFIXES))
        raise UserError(
            [Fault(name, problem, say("Save it as one of these."), value=suffix[:_SHOWN])]
        )
    if len(content) > MOST_BYTES:
        problem = say("The file has {mb} MB; at most {most} MB are read.",
                      mb=-(-len(content) // 1_000_000), most=MOST_BYTES // 1_000_000)  # fmt: skip
        raise UserError([Fault(name, problem, say("Part the list."))])
