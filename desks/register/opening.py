"""A district's register, opened."""

from pathlib import Path

from desks.folder import read_about, register_place
from geodata.store import Store, open_store


def open_register(folder: Path) -> Store:
    """Return the store of the district in the folder; whoever opens it closes it.

    Raises:
        UserError: where the folder is no district, or its register is missing or does not answer.

    """
    return open_store(register_place(folder, read_about(folder)))
