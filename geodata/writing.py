"""Files and folders that appear whole or not at all, and frames as the same bytes every time."""

import ctypes
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import geopandas as gpd
import pandas as pd

from language import Sentence, say

from .faults import Fault, UserError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def write_folder(target: Path, *, marker: str) -> Iterator[Path]:
    """Yield a new empty folder that takes the place of ``target`` when the block ends well.

    The old folder stays until the new one is complete and on the disk; where the block raises,
    nothing of the new one remains. ``marker`` is the file that a folder must hold to be replaced,
    and that the block must write.

    Raises:
        UserError: if the target holds other things, cannot be written or the disk is full.

    """
    place = _real(target)
    _check_replaceable(place, marker)
    with _plain_faults(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        _sweep(place, marker)
        fresh = _beside(place, "new")
        fresh.mkdir()
    try:
        with _plain_faults(place):
            yield fresh
            if not (fresh / marker).is_file():
                msg = f"the new folder has no {marker}"
                raise ValueError(msg)
            _sync_tree(fresh)
            _put_in_place(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def write_file(target: Path) -> Iterator[Path]:
    """Yield a path beside ``target``; what is written there replaces it when the block ends well.

    The yielded path has the target's suffix. The old file stays whole until then.

    Raises:
        UserError: if the target is a folder or a device, cannot be written or the disk is full.

    """
    place = _real(target)
    if place.is_dir():
        raise UserError([_fault(place, say("This is a folder, not a file."), _OTHER_NAME)])
    if place.exists() and not place.is_file():
        # to put a file in the place of a device such as /dev/null would break the machine
        raise UserError([_fault(place, say("This is a device, not a file."), _OTHER_NAME)])
    fresh = _beside(place, "new")
    fresh = fresh.with_name(fresh.name + place.suffix)
    try:
        with _plain_faults(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            yield fresh
            _sync(fresh)
            fresh.replace(place)
            _sync(place.parent)
    finally:
        with suppress(NotADirectoryError):
            fresh.unlink(missing_ok=True)


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write (Geo)Parquet without index to ``path`` in one step, the same bytes for the same frame.

    Raises:
        UserError: if it cannot be written or the disk is full.

    """
    plain = frame.reset_index(drop=True)
    plain.attrs = {}
    with write_file(path) as fresh:
        if isinstance(plain, gpd.GeoDataFrame):
            plain.to_parquet(fresh, index=False, compression="zstd", schema_version="1.0.0")
        else:
            plain.to_parquet(fresh, index=False, compression="zstd")


_OTHER_NAME = say("Give another name.")


def _fault(place: Path, problem: Sentence, mend: Sentence) -> Fault:
    return Fault(str(place), problem, mend)


def _real(target: Path) -> Path:
    """Return the place behind links, so that a link is kept and what it names is replaced."""
    return Path(os.path.realpath(target))


def _check_replaceable(place: Path, marker: str) -> None:
    """Refuse to replace what is not an empty folder or one of ours."""
    if not place.exists():
        return
    if not place.is_dir():
        raise UserError([_fault(place, say("This is a file, not a folder."), _OTHER_NAME)])
    with _plain_faults(place):
        foreign = any(place.iterdir()) and not (place / marker).is_file()
    if foreign:
        problem = say(
            "This folder holds other files and no {marker}, so it is not replaced.", marker=marker
        )
        mend = say("Give a new or empty folder, or one that was written by this program.")
        raise UserError([_fault(place, problem, mend)])


@contextmanager
def _plain_faults(place: Path) -> Iterator[None]:
    """Turn a full disk and missing rights into a fault; every other error stays what it is."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            problem = say("The disk is full; nothing was changed.")
            mend = say("Free some space and try again.")
        elif _is_ours(error, place):
            problem = say("This place cannot be written; nothing was changed.")
            mend = say("Give a folder you may write to.")
        else:
            raise
        raise UserError([_fault(place, problem, mend)]) from error


def _is_ours(error: OSError, place: Path) -> bool:
    """Return whether the place, not an input read meanwhile, may not be written."""
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return not place.parent.is_dir()
    near = error.filename is None or str(error.filename).startswith(str(place.parent))
    return error.errno in _FORBIDDEN and near


def _beside(place: Path, word: str) -> Path:
    """Return a new hidden name beside the place, on the same disk, with our process in it."""
    return place.with_name(f".{place.name}.{word}-{os.getpid()}-{secrets.token_hex(4)}")


def _sweep(place: Path, marker: str) -> None:
    """Put back an old folder that a crash left aside, and clear what dead processes left."""
    for aside in sorted(place.parent.glob(f".{_literal(place.name)}.old-*")):
        if not place.exists() and (aside / marker).is_file():
            aside.rename(place)
        elif _owner_is_dead(aside):
            shutil.rmtree(aside, ignore_errors=True)
    for left in place.parent.glob(f".{_literal(place.name)}.new-*"):
        if left.is_dir() and _owner_is_dead(left):
            shutil.rmtree(left, ignore_errors=True)


def _literal(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _owner_is_dead(left: Path) -> bool:
    """Return whether no process has the number in the folder's name."""
    number = left.name.rpartition("-")[0].rpartition("-")[2]
    if not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _put_in_place(fresh: Path, place: Path) -> None:
    """Swap the folders in one step where the system can, else by two renames."""
    if not place.exists():
        fresh.rename(place)
    elif _exchange(fresh, place):
        shutil.rmtree(fresh)
    else:
        old = _beside(place, "old")
        place.rename(old)
        fresh.rename(place)
        shutil.rmtree(old)
    _sync(place.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Return whether the two names were swapped atomically (Linux ``renameat2``)."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    return bool(call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Wait until the file or folder is on the disk, so that a power cut leaves old or new."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
