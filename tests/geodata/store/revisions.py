"""Registers as they were at each revision of the schema: ``revisions/REVISION.sql``.

Whoever adds a migration first runs ``python -m tests.geodata.store.revisions`` on the state
before it, which writes down a register of the newest revision, and commits it.
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import shapely
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine

from geodata.store import Author, Change, create_store
from geodata.store.schema import REVISION
from tests.geodata.store.making import Place, behind

FOLDER = Path(__file__).parent / "revisions"
MIGRATIONS = Path(__file__).parents[3] / "geodata" / "store" / "migrations"
WHO = Author("周与安", "年度核实")
LAYER = "depot"
CALLED = {"contact": "李明", "phone": "555-0101"}


def config() -> Config:
    """Return what alembic needs to know."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    return made


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    found = ScriptDirectory.from_config(config()).walk_revisions()
    return [script.revision for script in found][::-1]


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the database to the revision."""
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, revision)


def make_register(place: Path) -> None:
    """Make a small register with everything in it that a table can hold."""
    add = [
        Change("add", LAYER, "d1", props={"name": "南库", "beds": 40, "kinds": ["帐篷", "水"],
                                          "area_m2": 12.5, "open": True},
               shape=shapely.Point(113.25, 22.5), personal=CALLED),
        Change("add", LAYER, "d2", props={"name": "北库"}, personal={"contact": "王芳"}),
        Change("add", LAYER, "d3", props={"name": "旧库"}),
    ]  # fmt: skip
    with create_store(place) as store:
        store.edit(WHO, add)
        store.edit(WHO, [Change("set", LAYER, "d1", 1, {"beds": 44, "open": None})])
        store.edit(WHO, [Change("remove", LAYER, "d3", 1)])
        store.note(WHO, "unmask", {"columns": ["phone"]}, layer=LAYER, id="d1")
        store.erase(WHO, LAYER, "d2")
        store.seal_file()


def write_down(target: Path) -> None:
    """Write a register of the newest revision as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "register.sqlite"
        make_register(place)
        with closing(sqlite3.connect(place)) as connection:
            target.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")


def register_of(revision: str, place: Place) -> None:
    """Make at ``place`` the register that was written down at the revision."""
    script = (FOLDER / f"{revision}.sql").read_text(encoding="utf-8")
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as connection:
            connection.executescript(script)
        return
    old = create_engine("sqlite://")
    with old.connect() as source:
        raw = source.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.executescript(script)
        _copy(source, behind(place), revision)
    old.dispose()


def _copy(source: Connection, target: Engine, revision: str) -> None:
    tables = MetaData()
    tables.reflect(source)
    with target.begin() as connection:
        upgrade(connection, revision)
        for table in tables.tables.values():
            rows = [dict(row) for row in source.execute(table.select()).mappings()]
            if rows and table.name != "alembic_version":
                connection.execute(table.insert(), rows)
    target.dispose()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    write_down(FOLDER / f"{REVISION}.sql")
    sys.stdout.write(f"{FOLDER / REVISION}.sql\n")
