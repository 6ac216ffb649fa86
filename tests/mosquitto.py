"""A private MQTT broker for the tests: on a port of its own, its session kept in a folder."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection

STARTING_S = 20
SETTINGS = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
max_queued_messages 0
max_inflight_messages 1000
"""


def program() -> str | None:
    """Return the broker's program, ``None`` where there is none."""
    named = os.environ.get("MOSQUITTO") or shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    return named if Path(named).is_file() else None


@contextmanager
def broker(folder: Path, port: int) -> Iterator[int]:
    """Yield the port of a running broker, which is ended with the block."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    config = folder / "mosquitto.conf"
    config.write_text(SETTINGS.format(port=port, folder=folder), encoding="utf-8")
    executable = program()
    assert executable is not None
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen([executable, "-c", str(config)], stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTING_S
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    message = "the broker did not start"
    raise RuntimeError(message)
