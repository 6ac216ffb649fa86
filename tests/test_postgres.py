"""The server that the tests start is private, survives a kill, and never outlives them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pg8000.dbapi
import pytest

from tests.postgres import USER, Cluster, cluster, programs

ROOT = Path(__file__).parents[1]
HOLDER = """
import sys, time
from pathlib import Path
from tests.postgres import cluster
with cluster(Path(sys.argv[1])) as server:
    print(server.folder, server.port, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def own() -> Path:
    """Return the folder of PostgreSQL's programs, or skip."""
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL on this machine")
    return folder


def test_what_was_committed_is_there_after_the_whole_server_was_killed(own: Path) -> None:
    with cluster(own) as server:
        database = server.new_database()
        server.run("create table kept (a integer)", database)
        server.run("insert into kept values (7)", database)
        assert server.kill() >= 2
        with pytest.raises((pg8000.dbapi.Error, OSError)):
            server.connect(database)
        server.start()
        assert server.run("select a from kept", database) == [[7]]
    assert not server.folder.exists()


def test_nobody_enters_without_the_password_and_writes_reach_the_disk(postgres: Cluster) -> None:
    """Other users of the machine stay out, and no setting makes the proofs easier."""
    with pytest.raises(pg8000.dbapi.DatabaseError, match="28P01"):
        pg8000.dbapi.connect(USER, "127.0.0.1", "postgres", postgres.port, "guessed", timeout=30)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert postgres.run(f"show {setting}") == [["on"]]


def test_the_server_ends_with_whoever_started_it(own: Path) -> None:
    """Even kill -9 of the tests leaves no server behind."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, own], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    folder, _ = holder.stdout.readline().split()
    pid_file = Path(folder, "data", "postmaster.pid")
    server = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    limit = time.monotonic() + 30
    while pid_file.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
    subprocess.run(["rm", "-r", folder], check=True)
