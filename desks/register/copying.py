"""A district's register carried to another folder or machine, whole."""

from pathlib import Path

from desks.folder import read_about, register_place
from geodata.faults import Fault, UserError
from geodata.store import open_store, restore
from geodata.store.copies import drop_log
from geodata.store.engine import DAMAGED
from geodata.writing import write_file
from language import say


def restore_register(folder: Path, copy: Path, *, replace: bool = False) -> None:
    """Put the register of a copy into the district's folder; it goes on as a new post.

    A register that was written to since the build is replaced only when that is said.

    Raises:
        UserError: where the copy is none, or the district's register would be lost.

    """
    about = read_about(folder)
    place = register_place(folder, about)
    if not isinstance(place, Path):
        restore(copy, place).close()
        return
    if place.is_file() and not replace and not _is_lost(place, str(about["founded"])):
        problem = say("The register of this district was written to since it was built.")
        mend = say("Copy it first, then restore with --replace.")
        raise UserError([Fault(str(place), problem, mend)])
    with write_file(place) as fresh:
        with restore(copy, fresh) as store:
            store.seal_file()
        _settle(place)
        drop_log(place)


def _is_lost(place: Path, founded: str) -> bool:
    """Return whether nothing is lost with the file: as it was founded, or not to be read at all.

    Raises:
        UserError: where it is busy, or of a newer program; both may hold somebody's work.

    """
    try:
        with open_store(place) as store:
            return store.head().hash == founded
    except UserError as error:
        if any(fault.problem == DAMAGED for fault in error.faults):
            return True
        raise


def _settle(place: Path) -> None:
    """Bring the log of the old register into its file, so that no moment finds one without it."""
    try:
        with open_store(place) as store:
            store.seal_file()
    except UserError:
        # Damaged or missing: then there is nothing to keep whole.
        return
