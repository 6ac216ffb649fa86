"""A thousand readings a second for a minute, with the watching program killed twice: none lost.

``python -m tests.desks.prove_watch FOLDER [SECONDS]`` takes a district's folder, which it copies.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.ports import free_port
from desks.watch import Station, load_rules, open_station
from tests.desks.test_watch_broker import RATE, message, publish, publisher
from tests.mosquitto import broker, program

WITHIN_S = 120
STARTED_S = 60


def watching(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "cli.py", "watch", str(folder), "--mqtt", f"127.0.0.1:{port}"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def main(folder: Path, seconds: int) -> int:
    """Return 0 where every acknowledged reading is on disk at the end, else 1."""
    if program() is None:
        sys.stderr.write("no mosquitto on this machine\n")
        return 1
    with tempfile.TemporaryDirectory() as made:
        district = Path(made) / "district"
        shutil.copytree(folder, district)
        station = open_station(district, load_rules())
        with broker(Path(made) / "broker", free_port()) as port:
            first = watching(district, port)
            before = _heard_first(station, port)
            lost, took_s = _minute(station, district, port, first, seconds, before)
    sys.stdout.write(
        f"{'OK' if not lost else 'LOST'}  {RATE * seconds} readings in {seconds} s, the program"
        f" killed twice: {lost} lost; the last was on disk {took_s:.1f} s after it was sent\n"
    )
    return 1 if lost else 0


def _heard_first(station: Station, port: int) -> int:
    """Return how many readings are kept once the session of the program hears."""
    end = time.monotonic() + STARTED_S
    with publisher(port) as client:
        while station.count() == 0 and time.monotonic() < end:
            publish(client, [message(10_000_000 + time.monotonic_ns() % 1_000_000)])
            time.sleep(0.3)
    time.sleep(2)
    return station.count()


def _minute(
    station: Station,
    district: Path,
    port: int,
    first: "subprocess.Popen[bytes]",
    seconds: int,
    before: int,
) -> tuple[int, float]:
    """Return how many readings were lost, and how long after the last the file held all."""
    running = [first]

    def kill_twice() -> None:
        for _ in range(2):
            time.sleep(seconds / 3)
            running[-1].kill()
            running[-1].wait()
            running.append(watching(district, port))

    killer = threading.Thread(target=kill_twice)
    killer.start()
    with publisher(port) as client:
        publish(client, [message(number) for number in range(RATE * seconds)])
    sent = time.monotonic()
    killer.join()
    while station.count() < before + RATE * seconds and time.monotonic() < sent + WITHIN_S:
        time.sleep(0.1)
    took_s = time.monotonic() - sent
    running[-1].terminate()
    running[-1].wait(timeout=30)
    return before + RATE * seconds - station.count(), took_s


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60))
