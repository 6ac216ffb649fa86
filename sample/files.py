"""The made-up district as files that a district office would have: one line away from a build."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

import geopandas as gpd
from pyogrio.errors import DataLayerError, DataSourceError
from xlsxwriter.exceptions import XlsxFileError

from geodata.faults import Fault, UserError
from language import Sentence, say

from .generate import generate
from .made import AS_OF, MadeUp, Register
from .town import town
from .writing import write_about, write_geojson, write_grounds, write_roads, write_workbook

Size = Literal["town", "district", "city"]
SIZES: tuple[Size, ...] = ("town", "district", "city")
Progress = Callable[[Sentence, float], None]

_WRITING_FAILED = (OSError, DataLayerError, DataSourceError, XlsxFileError)
"""What Python, GDAL and the writer of workbooks raise where a disk is full or closed."""

GROUNDS = "candidate_sites.csv"
_AS_GEOJSON = ("chemical_zone", "grid_cell", "pipeline", "plant_boundary")


@dataclass(frozen=True)
class SampleFiles:
    """Every file of a sample by role; all text UTF-8, all coordinates WGS 84 degrees.

    ``layers`` maps a catalogue key to its file, ``backdrop`` one of water, green, industry;
    ``grounds`` is a planner's list of sites that may become shelters, which no build reads.
    """

    folder: Path
    about: Path
    roads: Path
    subdistricts: Path
    communities: Path
    layers: Mapping[str, Path]
    backdrop: Mapping[str, Path]
    name_zh: str
    name_en: str
    as_of: date
    grounds: Path | None = None


def write_sample(
    folder: Path,
    *,
    size: Size = "district",
    seed: int = 1,
    progress: Progress = lambda _said, _share: None,
) -> SampleFiles:
    """Return the files of the made-up district, written into ``folder``; same seed, same bytes.

    ``progress`` hears a sentence and the share done, from 0 to 1. Files of the same names are
    replaced one by one, each whole; other files of the folder stay.

    Raises:
        UserError: for an unknown size, a seed below 0, or a folder that cannot be written.

    """
    _check(size, seed)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    made = town() if size == "town" else generate(size, seed, progress)
    try:
        files = _write(folder, made, progress)
    except _WRITING_FAILED as error:
        raise _unwritable(folder, error) from error
    progress(say("The sample files are written"), 1.0)
    return files


def _check(size: str, seed: int) -> None:
    """Refuse what is no size or seed, both at once."""
    faults = []
    if size not in SIZES:
        faults.append(
            Fault(
                "--size",
                say("There is no sample of size {size}.", size=size),
                say("Use one of: {sizes}.", sizes=", ".join(SIZES)),
                value=size,
            ),
        )
    if seed < 0:
        faults.append(
            Fault(
                "--seed",
                say("The seed {seed} is below 0.", seed=seed),
                say("Use a whole number from 0 up."),
                value=str(seed),
            ),
        )
    if faults:
        raise UserError(faults)


def _unwritable(folder: Path, error: Exception) -> UserError:
    """Return the fault of a folder that refuses our files."""
    why = error.strerror if isinstance(error, OSError) else None
    return UserError(
        [
            Fault(
                str(folder),
                say("The folder cannot be written: {why}.", why=why or str(error)),
                say("Choose another folder, or free this one."),
            ),
        ],
    )


def _whole(path: Path, write: Callable[[Path], None]) -> Path:
    """Return ``path`` once it stands whole: written beside under a working name, then renamed."""
    working = path.with_name(f"writing-{path.name}")
    working.unlink(missing_ok=True)
    try:
        write(working)
        working.replace(path)
    finally:
        working.unlink(missing_ok=True)
    return path


def _write(folder: Path, made: MadeUp, progress: Progress) -> SampleFiles:
    """Return the files, in a fixed order."""
    progress(say("Writing roads and boundaries"), 0.8)
    about = _whole(folder / "about.toml", lambda path: write_about(path, made))
    roads = _whole(folder / "roads.gpkg", lambda path: write_roads(path, made.roads))
    frames = {"subdistricts": made.subdistricts, "communities": made.communities, **made.backdrop}
    drawn = {
        name: _whole(folder / f"{name}.geojson", partial(_put_shapes, frame=frame))
        for name, frame in frames.items()
    }
    layers: dict[str, Path] = {}
    for number, (key, register) in enumerate(sorted(made.registers.items())):
        share = 0.88 + 0.12 * number / max(len(made.registers), 1)
        name = f"{key}.geojson" if key in _AS_GEOJSON else f"{key}.xlsx"
        progress(say("Writing {file}", file=name), share)
        layers[key] = _whole(folder / name, partial(_put_register, key=key, register=register))
    sites = made.grounds
    grounds = (
        None if sites is None else _whole(folder / GROUNDS, lambda path: write_grounds(path, sites))
    )
    return SampleFiles(
        folder=folder,
        about=about,
        roads=roads,
        subdistricts=drawn.pop("subdistricts"),
        communities=drawn.pop("communities"),
        layers=layers,
        backdrop=drawn,
        name_zh=made.name_zh,
        name_en=made.name_en,
        as_of=date.fromisoformat(AS_OF),
        grounds=grounds,
    )


def _put_shapes(path: Path, *, frame: gpd.GeoDataFrame) -> None:
    write_geojson(path, frame)


def _put_register(path: Path, *, key: str, register: Register) -> None:
    """Write the register in the form that its layer comes in."""
    if key in _AS_GEOJSON:
        write_geojson(path, register.rows, key)
    else:
        write_workbook(path, key, register)
