"""A layer that comes in an archive: a zipped shapefile, a KMZ."""

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from language import say

from .faults import Fault, UserError
from .unzipping import Member, Unzipped, open_zip, shown, unpack
from .workbook import MOST_CELLS

PACKED = {".zip": ".shp", ".kmz": ".kml"}
"""What an archive is read for, by its suffix."""
MOST_UNPACKED_BYTES = 150_000_000
_MOST_RATIO = 100
"""How many times its packed size a layer may have; coordinates shrink to a half, tables to a
thirtieth, what was made to fill a disk to a thousandth."""
_ALWAYS_BYTES = 10_000_000
_MOST_PARTS = 2
"""The root and one folder below."""
_NEEDED = (".shx", ".dbf")
_TABLE_HEAD = struct.Struct("<4xIHH")
_INDEX_BYTES, _FIELD_BYTES = 8, 32
_ALONG = (".shp", *_NEEDED, ".prj", ".cpg")
_LITTER = "__MACOSX"


@dataclass(frozen=True)
class _Part:
    """A member near the root: where it stands, its name without ending, its ending in small."""

    folder: str
    stem: str
    suffix: str
    member: Member

    @property
    def layer(self) -> tuple[str, str]:
        """Return what the files of one layer share; Windows does not tell large from small."""
        return self.folder, self.stem.casefold()

    @property
    def shown(self) -> str:
        """Return folder and name, for people."""
        return shown("/".join(part for part in (self.folder, self.stem + self.suffix) if part))


@contextmanager
def unpacked(path: Path, layer: str | None = None) -> Iterator[tuple[Path, str | None]]:
    """Yield the layer's file in a folder of ours, gone at the end, and the layer to ask it for.

    ``layer`` names one shapefile of several; a KML has its own layers. No name or path of the
    archive reaches the disk.

    Raises:
        UserError: if the archive is damaged, locked or too large unpacked, if it holds none or
            several layers, or one without the files that belong to it.

    """
    kind = PACKED[path.suffix.lower()]
    with open_zip(path) as archive, TemporaryDirectory(prefix="shouwang-packed-") as place:
        near = _near(archive)
        main = _main(path, near, kind, layer)
        left = min(MOST_UNPACKED_BYTES, max(_ALWAYS_BYTES, _MOST_RATIO * path.stat().st_size))
        for part in _belonging(path, near, main):
            target = Path(place) / f"{path.stem}{part.suffix}"
            left -= unpack(archive, part.member, target, limit=left)
        if kind == ".shp":
            _weigh(path, Path(place))
        yield Path(place) / f"{path.stem}{kind}", layer if kind == ".kml" else None


def unread_members(path: Path, layer: str | None = None) -> tuple[str, ...]:
    """Return the names of what else lies in the archive and is no part of the layer read.

    What lies about a shapefile under its own name, and the pictures of a KMZ, belong to it.

    Raises:
        UserError: as ``unpacked``, of what can be told without unpacking.

    """
    kind = PACKED[path.suffix.lower()]
    with open_zip(path) as archive:
        near = _near(archive)
        main = _main(path, near, kind, layer)
        own = {part.member.name for part in near if _goes_with(part, main)}
        return tuple(
            shown(member.name)
            for member in archive.members
            if member.name not in own
            and not _is_litter(_parts(member))
            and (kind != ".kml" or _ending(member) == kind)
        )


def _goes_with(part: _Part, main: _Part) -> bool:
    """Return whether it bears the layer's name, as ``a.shp.xml`` does beside ``a.shp``."""
    if main.suffix == ".kml":
        return part is main
    named = part.stem.casefold() == main.stem.casefold() + main.suffix
    return part.folder == main.folder and (named or part.layer == main.layer)


def _near(archive: Unzipped) -> list[_Part]:
    """Return the files in the root and one folder deep."""
    found = []
    for member in archive.members:
        parts = _parts(member)
        if 0 < len(parts) <= _MOST_PARTS and not _is_litter(parts):
            name = PurePosixPath(parts[-1])
            folder = "/".join(parts[:-1])
            found.append(_Part(folder, name.stem, name.suffix.lower(), member))
    return found


def _parts(member: Member) -> list[str]:
    return [part for part in member.name.replace("\\", "/").split("/") if part not in {"", "."}]


def _ending(member: Member) -> str:
    return PurePosixPath(member.name.replace("\\", "/")).suffix.lower()


def _is_litter(parts: Sequence[str]) -> bool:
    """Return whether a Mac put it there beside the files."""
    return not parts or parts[0] == _LITTER or parts[-1].startswith("._")


def _main(path: Path, near: Sequence[_Part], kind: str, layer: str | None) -> _Part:
    """Return the one file that the archive is read for."""
    found = [part for part in near if part.suffix == kind]
    if not found:
        raise _none(path, kind)
    if kind == ".kml":
        first = [part for part in found if not part.folder and part.stem.lower() == "doc"]
        found = first[:1] or found
    elif layer is not None:
        named = [part for part in found if part.stem == layer]
        if not named:
            problem = say("There is no layer '{layer}'.", layer=layer)
            mend = say("It holds: {layers}.", layers=_names(found))
            raise UserError([Fault(path.name, problem, mend)])
        found = named
    if len(found) > 1:
        raise _several(path, found, kind)
    return found[0]


def _none(path: Path, kind: str) -> UserError:
    if kind == ".kml":
        problem = say("The archive holds no KML in its root or one folder deep.")
        return UserError([Fault(path.name, problem, say("Export it again, as KML if possible."))])
    problem = say("The archive holds no shapefile in its root or one folder deep.")
    mend = say("Pack .shp .shx .dbf .prj .cpg of one layer together; give other files unpacked.")
    return UserError([Fault(path.name, problem, mend)])


def _several(path: Path, found: Sequence[_Part], kind: str) -> UserError:
    if kind == ".kml":
        problem = say("The archive holds several KML files: {names}.", names=_names(found))
        return UserError([Fault(path.name, problem, say("Give one of them alone, as .kml."))])
    problem = say("The archive holds several shapefiles: {names}.", names=_names(found))
    return UserError([Fault(path.name, problem, say("Pack one of them alone."))])


def _weigh(path: Path, place: Path) -> None:
    """Refuse a table of more cells than are read of a workbook: packed they weigh nothing."""
    index, table = (place / f"{path.stem}{suffix}" for suffix in _NEEDED)
    with table.open("rb") as stream:
        head = stream.read(_TABLE_HEAD.size).ljust(_TABLE_HEAD.size, b"\0")
    rows, head_bytes, _ = _TABLE_HEAD.unpack(head)
    listed = index.stat().st_size // _INDEX_BYTES
    if max(rows, listed) * max(1, head_bytes // _FIELD_BYTES) > MOST_CELLS:
        problem = say("The table has more than {most} cells.", most=MOST_CELLS)
        raise UserError([Fault(path.name, problem, say("Cut it to the district first."))])


def _names(found: Sequence[_Part]) -> str:
    return ", ".join(part.shown for part in found)[:300]


def _belonging(path: Path, near: Sequence[_Part], main: _Part) -> list[_Part]:
    """Return the layer's files, each kind once."""
    if main.suffix == ".kml":
        return [main]
    own = [part for part in near if part.layer == main.layer and part.suffix in _ALONG]
    faults = [
        Fault(
            path.name,
            say("The file {name} that belongs to it is missing.", name=shown(main.stem + suffix)),
            say("Copy all files of the shapefile: .shp .shx .dbf .prj .cpg."),
        )
        for suffix in _NEEDED
        if all(part.suffix != suffix for part in own)
    ]
    endings = [part.suffix for part in own]
    faults += [
        Fault(
            path.name,
            say("The archive holds {name} twice.", name=shown(main.stem + suffix)),
            say("Pack one of them alone."),
        )
        for suffix in sorted(set(endings))
        if endings.count(suffix) > 1
    ]
    if faults:
        raise UserError(faults)
    return own
