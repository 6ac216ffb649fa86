"""A district's register carried to another folder or machine, whole."""

from pathlib import Path

from desks.folder import REGISTER, read_about, register_place
from geodata.faults import Fault, UserError
from geodata.store import open_store, restore
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
    if place.is_file() and not replace and _is_written(place, str(about["founded"])):
        problem = say("The register of this district was written to since it was built.")
        mend = say("Copy it first, then restore with --replace.")
        raise UserError([Fault(str(place), problem, mend)])
    with write_file(folder / REGISTER) as fresh, restore(copy, fresh) as store:
        store.seal_file()


def _is_written(place: Path, founded: str) -> bool:
    try:
        with open_store(place) as store:
            return store.head().hash != founded
    except UserError:
        return False
