"""A district's folder on the disk: its files, and a sentence for each that cannot be used."""

import shutil
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import pyarrow.parquet as pq
from pyarrow import ArrowException

from geodata.crs import is_metric
from geodata.faults import Fault, UserError
from geodata.machine import machine_fault
from geodata.store.engine import Place
from language import Sentence, say

FORMAT = 2
CODE_VERSION = "0.2.0"
"""Stands in the stamp of every map."""

DISTRICT = "district.toml"
SPEED_MODEL = "speed_model.toml"
NETWORK = "network.npz"
REGISTER = "register.sqlite"
BASEMAP = "basemap.pmtiles"
REPORT = "build_report.json"
SEARCH = "search.parquet"
VARIANTS = "variants"
"""Plans that people saved: the one part of the folder that no build makes."""

T = TypeVar("T")


def read_about(folder: Path) -> dict[str, Any]:
    """Return the lines of district.toml.

    Raises:
        UserError: where the folder is no district of this format, or a line is unusable.

    """
    again = say("Make the default district with: python cli.py sample {folder}", folder=str(folder))
    if not folder.is_dir():
        raise _error(folder, say("There is no such district folder."), again)
    path = folder / DISTRICT
    if not path.is_file():
        raise _error(folder, say("The folder is not a district: district.toml is missing."), again)
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = say("The file cannot be read: {detail}.", detail=str(error))
        raise _unread(path, error, problem) from error
    if about.get("format") != FORMAT:
        problem = say(
            "The district has format {found}; this program reads format {known}.",
            found=str(about.get("format", "?")),
            known=FORMAT,
        )
        raise _error(path, problem, _BUILD_AGAIN)
    _check_about(path, about)
    return about


def _check_about(path: Path, about: Mapping[str, object]) -> None:
    kinds: dict[str, type | tuple[type, ...]] = {
        "name_zh": str,
        "name_en": str,
        "crs": str,
        "sample": bool,
        "whole_extent": bool,
        "founded": str,
    }
    wrong = [key for key, kind in kinds.items() if not isinstance(about.get(key), kind)]
    if not isinstance(about.get("as_of"), date | None):
        wrong.append("as_of")
    if not isinstance(about.get("register", ""), str):
        wrong.append("register")
    if "crs" not in wrong and not is_metric(str(about["crs"])):
        wrong.append("crs")
    faults = [
        Fault(
            path.name, say("The line is missing or of another type."), _BUILD_AGAIN, column=column
        )
        for column in wrong
    ]
    if faults:
        raise UserError(faults)


def register_place(folder: Path, about: Mapping[str, Any]) -> Place:
    """Return where the register is kept: the folder's own file, or the database that is named."""
    named = str(about.get("register", ""))
    return named or folder / REGISTER


def require_files(folder: Path, about: Mapping[str, Any]) -> None:
    """Refuse a folder that lacks a file.

    Raises:
        UserError: naming every file that is missing.

    """
    names = [SPEED_MODEL, NETWORK, BASEMAP, SEARCH]
    names += [] if about.get("register") else [REGISTER]
    missing = [name for name in names if not (folder / name).is_file()]
    faults = [
        Fault(
            name,
            say("The district folder is incomplete: this file is missing."),
            _BUILD_AGAIN,
        )
        for name in missing
    ]
    if faults:
        raise UserError(faults)


def require_readable(folder: Path) -> None:
    """Look into the files that are read when a page is drawn: then it would be too late.

    Raises:
        UserError: with each that is damaged.

    """
    faults: list[Fault] = []
    for name, check in ((SEARCH, pq.read_metadata), (BASEMAP, _map)):
        try:
            read_part(folder / name, check)
        except UserError as error:
            faults.extend(error.faults)
    if faults:
        raise UserError(faults)


def _map(path: Path) -> None:
    with path.open("rb") as stream:
        if stream.read(len(_MAP_BEGINS)) != _MAP_BEGINS:
            msg = "no PMTiles archive"
            raise ValueError(msg)


_MAP_BEGINS = b"PMTiles"


_BUILD_AGAIN = say("Build the district again, or put the file back from a copy.")


def read_part(path: Path, reader: Callable[[Path], T]) -> T:
    """Return what the reader makes of the file; a damaged file is the user's to replace."""
    try:
        return reader(path)
    except (OSError, ValueError, KeyError, BadZipFile, ArrowException) as error:
        problem = say("The file is damaged and cannot be read: {detail}.", detail=str(error))
        raise _unread(path, error, problem) from error


def _unread(path: Path, error: Exception, problem: Sentence) -> UserError:
    """Return what the machine refused, else the problem of the content."""
    return machine_fault(str(path), error) or _error(path, problem, _BUILD_AGAIN)


def carry_variants(old: Path, new: Path) -> None:
    """Copy the saved plans of a district into the folder that takes its place."""
    if (old / VARIANTS).is_dir():
        shutil.copytree(old / VARIANTS, new / VARIANTS, symlinks=True)


def _error(path: Path, problem: Sentence, mend: Sentence) -> UserError:
    return UserError([Fault(str(path), problem, mend)])
