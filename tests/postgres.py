"""A private PostgreSQL server for the tests: made in a folder of its own, stopped in any case."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pg8000.dbapi

from benchmarks.ports import free_port

USER = "shouwang"
# fsync, full_page_writes and synchronous_commit stay on, and a hundred connections is the most, as
# everywhere: the proofs are about what a district has.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "log_min_messages": "warning",
}
# When whoever holds the other end of its input is gone, even by kill -9, the server stops too; at
# once and without tidying up, since its folder is thrown away.
GUARD = 'trap "" INT QUIT TERM; "$@" & read -r line; kill -QUIT $!; wait $!'
STARTING_S = 60


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, or ``None`` where there is none."""
    named = os.environ.get("POSTGRES")
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    folders = [Path(named)] if named else [Path(found).resolve().parent] if found else debian[-1:]
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


def _account() -> dict[str, Any]:
    """Return whom to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415  only where there is root

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    message = "neither a user postgres nor a user nobody is here to run the server as"
    raise LookupError(message)


def _children(parent: int) -> list[int]:
    """Return the processes that this one has started and that still run."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = (line.split() for line in listed.stdout.splitlines())
    return [int(pid) for pid, of in pairs if int(of) == parent]


@dataclass
class Cluster:
    """A server with its data in ``folder``; it may be killed and started again."""

    programs: Path
    folder: Path
    password: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    made: int = 0

    def url(self, database: str) -> str:
        """Return the address of a database for SQLAlchemy."""
        return f"postgresql+pg8000://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> pg8000.dbapi.Connection:
        """Return an open connection that commits each statement by itself."""
        connection = pg8000.dbapi.connect(
            USER, "127.0.0.1", database, self.port, self.password, timeout=30
        )
        connection.autocommit = True
        return connection

    def run(self, statement: str, database: str = "postgres") -> list[list[Any]]:
        """Run one statement in the database and return its rows, if it has any."""
        with closing(self.connect(database)) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            return [] if cursor.description is None else [list(row) for row in cursor.fetchall()]

    def new_database(self) -> str:
        """Return the name of a new, empty database."""
        self.made += 1
        name = f"d{self.made}"
        self.run(f"create database {name} template template0")
        return name

    def create(self) -> None:
        """Make the folder's files anew."""
        secret = self.folder / "password"
        secret.write_text(self.password, encoding="utf-8")
        account = _account()
        if account:
            for path in (self.folder, secret):
                os.chown(path, account["user"], account["group"])
        made = subprocess.run(
            [
                self.programs / "initdb", "--pgdata", self.folder / "data", "--username", USER,
                "--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8",
                "--locale", "C", "--no-sync",
            ],
            check=False, capture_output=True, text=True, cwd=self.folder, **account,
        )  # fmt: skip
        assert made.returncode == 0, f"initdb: {made.stderr}"
        secret.unlink()

    def start(self) -> None:
        """Start the server on a free port of this machine and wait until it answers.

        The port stays the same when it is started again.
        """
        self.port = self.port or free_port()
        options = [f"-c{key}={value}" for key, value in {**SETTINGS, "port": self.port}.items()]
        command = [self.programs / "postgres", "-D", self.folder / "data", *options]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "guard", *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=self.folder, **_account(),
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        limit = time.monotonic() + STARTING_S
        while True:
            try:
                self.run("select 1")
            except (pg8000.dbapi.Error, OSError):
                gone = self.process.poll() is not None
                if gone or time.monotonic() > limit:
                    raise AssertionError((self.folder / "log.txt").read_text("utf-8")) from None
                time.sleep(0.05)
            else:
                return

    def kill(self) -> int:
        """Kill the server and all its processes at once (kill -9) and return how many it were."""
        assert self.process is not None
        text = (self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8")
        first = int(text.splitlines()[0])
        # Held still first, so that it can neither start nor bury a child while they are counted.
        os.kill(first, signal.SIGSTOP)
        doomed = [first, *_children(first)]
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.stop()
        return len(doomed)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the server and all its processes still: it neither answers nor hangs up."""
        text = (self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8")
        first = int(text.splitlines()[0])
        os.kill(first, signal.SIGSTOP)
        still = [first, *_children(first)]
        try:
            for pid in still:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in still:
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """Stop the server; nothing happens where it runs no more."""
        if self.process is None:
            return
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(timeout=STARTING_S)
        self.process = None


@contextmanager
def cluster(folder_of_programs: Path) -> Iterator[Cluster]:
    """Make and start a server in a new folder; at the end it is stopped and removed.

    The folder is not one of pytest's: those may be entered by their owner only, and the server
    does not run as root.
    """
    folder = Path(tempfile.mkdtemp(prefix="shouwang-postgres-"))
    server = Cluster(folder_of_programs, folder, secrets.token_hex(16))
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
