"""Canary and twin: until T0 nothing of a sealed drill is on the players' side, wherever one looks.

Row S0-5: a 128-bit token in every text field of a sealed pool is looked for in all that the
players' browser and server say to each other, store, log, keep in caches and temporary folders,
in process list and environment; two different sealed pools leave the same on the players' side.
"""

import base64
import gzip
import os
import secrets
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import Browser

from benchmarks.ports import free_port
from desks.exercise import running
from desks.exercise.scenario import Inject, Item, Node, Pool, Scenario, Trigger
from tests.desks.exercise.pools import pool, scenario
from tests.desks.exercise.sealed import NUMBER

from .leaks import files_in, forms, hits, in_memory, leaks, processes
from .planting import plant
from .players_side import Side, left, side

LATE_IN_HOUR = 56


def marked(token: str) -> Pool:
    """Return a pool with the token in every text that it may hold, keys included."""
    t = token
    node = Node(f"n-{t}", f"节点{t}", "speed", 60_000, 90_000, None, f"team:{t}", f"依据{t}")
    injects = (
        Inject(f"i-{t}", Trigger("clock"), f"接报{t}", f"值班室{t}", f"n-{t}"),
        Inject(f"j-{t}", Trigger("hand"), f"记者{t}", f"宣传{t}"),
    )
    whole = Scenario(
        number=1, title=f"想定{t}", place=f"地点{t}", at_deg=(113.01, 23.01), hour=9,
        matter={"kind": "hazmat_leak", "substance": t, f"k-{t}": t}, closed_roads=(f"路{t}",),
        injects=injects, nodes=(node,), sheet=(Item(f"s-{t}", t, f"项{t}", "speed", f"n-{t}"),),
        first_p50_ms=1, first_p90_ms=2,
    )  # fmt: skip
    fresh = {"map_stamp": t, "speed_model": t, "asked": {f"a-{t}": [t, {"deep": t}]}}
    scenarios = (whole, replace(whole, number=2, title=f"二{t}"))
    return replace(_soon(pool()), **fresh, scenarios=scenarios)  # type: ignore[arg-type]


def plain() -> Pool:
    """Return another pool: more scenarios, other places, other words, another length."""
    other = scenario(1, title="桥", place="大桥", at_deg=(113.05, 22.98), hour=21, closed_roads=())
    scenarios = tuple(replace(other, number=number) for number in range(1, 40))
    return replace(_soon(pool()), scenarios=scenarios, map_stamp="另一张图")


def _soon(made: Pool) -> Pool:
    t0 = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=20)
    return replace(made, t0=t0.isoformat(), seed=secrets.token_hex(32))


def _play_until_t0(of: Side) -> None:
    """Look at every page before and after the opening, copy the register, close the browser."""
    of.open_drill()
    of.look_around("opened", ["演练"])
    of.copy_all()
    of.leave()


def _find_what_is_public(of: Side, where: dict[str, bytes]) -> None:
    """Find the commitment, which is public, in the places that are searched."""
    told = of.desk.told()[0].commitment
    shown = " ".join(told[at : at + 8] for at in range(0, 64, 8))
    assert len(of.tap.frames) > 20
    assert any(shown.encode() in frame for frame in of.tap.frames)
    found = {Path(place.partition(":")[0]).name for place in leaks(where, told)}
    assert {"b.sqlite", "c.json"} <= found
    assert found & {"register.sqlite", "register.sqlite-wal"}
    assert in_memory(of.server.process_id, shown)
    assert f"/proc/{of.server.process_id}/environ" in where


def _find_what_is_released(of: Side, token: str) -> None:
    """Find after T0 what is released, and what is planted: it could have been found before."""
    running.start(of.desk.control, NUMBER, datetime.now(UTC))
    of.come()
    of.step("again", lambda: of.page.goto(of.server.address), ".brand")
    link = of.page.get_by_test_id("stTopNavLink").filter(has_text="演练")
    of.step("running", link.click, ".ex-inject")
    planted = plant(of.context.new_page())
    of.copy_all()
    of.leave()
    for name in ("temp", "log", "home"):
        (of.folder / name / "planted").write_bytes(gzip.compress(token.encode()))
    found = leaks(of.everything(), token)
    places = {one.split(" ")[0] for one in found} | {Path(one.split(":")[0]).name for one in found}
    assert {"frame", "text", "b.sqlite", "c.json"} <= places
    assert places & {"register.sqlite", "register.sqlite-wal"}
    assert sum(one.split(":")[0].endswith("/planted") for one in found) == 3
    assert in_memory(of.server.process_id, token)
    profile = of.profile()
    for place, own in planted.items():
        assert any(f"/{place}" in one for one in leaks(profile, own)), place


@pytest.mark.timeout(900)
def test_no_token_until_t0_and_the_same_of_two_different_drills(
    town: Path, browser: Browser, tmp_path: Path
) -> None:
    """Row S0-5: 0 hits of the canary until T0, then the released one; twins leave the same."""
    token, port = secrets.token_hex(16), free_port()
    # Roads are slower by the hour of the wall clock: both servers shall have the same hour.
    now = datetime.now(UTC)
    if now.minute >= LATE_IN_HOUR:
        time.sleep(3600 - 60 * now.minute - now.second)
    with side(town, tmp_path / "one", browser, marked(token), port) as one:
        _play_until_t0(one)
        until_t0 = one.everything() | one.profile()
        assert leaks(until_t0, token) == []
        assert in_memory(one.server.process_id, token) == []
        _find_what_is_public(one, until_t0)
        was = left(one)
        _find_what_is_released(one, token)
    with side(town, tmp_path / "two", browser, plain(), port) as two:
        _play_until_t0(two)
        now = left(two)
    assert now.keys() == was.keys()
    for place, told in now.items():
        before = was[place]
        if isinstance(told, set) and isinstance(before, set):
            assert told ^ before == set(), place
        assert told == before, place


# ---- the search itself ----------------------------------------------------------------------
def zipped(data: bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", data)
    return held.getvalue()


def entry(body: bytes) -> bytes:
    """Return what Chromium's cache keeps of an answer."""
    head = bytes.fromhex("305c72a71b6dfbfc 05000000 04000000 00000000 00000000")
    return head + b"http" + body + bytes.fromhex("d8410d97456ffaf4") + bytes(16) + b"HTTP/1.1 200"


def table(value: bytes, codec: int) -> bytes:
    """Return a LevelDB table with one block: the second of two values, packed by Snappy or zstd."""
    rows = b"".join(bytes([0, 1, len(v)]) + key + v for key, v in ((b"a", b"x"), (b"b", value)))
    plain = rows + bytes(4) + (1).to_bytes(4, "little")
    packed = bytes(pa.compress(plain, codec={1: "snappy", 2: "zstd"}[codec], asbytes=True))
    index = bytes([0, 1, 2]) + b"c" + bytes([0, len(packed)]) + bytes(4) + (1).to_bytes(4, "little")
    footer = bytes([0, 0, len(packed) + 5, len(index)]).ljust(40, b"\0")
    magic = bytes.fromhex("57fb808b247547db")
    return packed + bytes([codec]) + bytes(4) + index + bytes(5) + footer + magic


@pytest.mark.parametrize(
    "hide",
    [
        lambda data: b"x" + data,
        lambda data: data.upper(),
        lambda data: data.decode().encode("utf-16-le"),
        lambda data: data.decode().encode("utf-32-le"),
        lambda data: b"\xff" + data.decode().encode("utf-16-be"),
        lambda data: "".join(f"%{byte:02X}" for byte in data).encode(),
        lambda data: data.hex().encode(),
        base64.b64encode,
        lambda data: base64.b64encode(b"a" + data + b"tail"),
        lambda data: base64.urlsafe_b64encode(b"ab" + data + b"t"),
        lambda data: b"before" + gzip.compress(data * 3) + b"after",
        lambda data: b"x" + zlib.compress(gzip.compress(b"in " + data + b" two")),
        lambda data: zipped(b"in a file: " + base64.b64encode(data)),
        lambda data: entry(bytes(pa.compress(data, codec="brotli", asbytes=True))),
        lambda data: entry(bytes(pa.compress(gzip.compress(data), codec="zstd", asbytes=True))),
        lambda data: table(data[:16] * 2 + data, 1),
        lambda data: table(data, 2),
    ],
    ids=[
        "raw", "upper", "utf-16-le", "utf-32-le", "utf-16-be", "percent", "hex", "base64",
        "base64+1", "base64+2", "gzip", "zlib in gzip", "base64 in zip", "brotli", "zstd",
        "snappy table", "zstd table",
    ],
)  # fmt: skip
def test_a_token_that_was_put_there_is_found(
    hide: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    """A canary in any of these coats, in a file or in its name, is found; another one is not."""
    token, other = secrets.token_hex(16), secrets.token_hex(16)
    (tmp_path / "cache").write_bytes(hide(token.encode()))
    assert leaks(files_in(tmp_path), token)
    assert not leaks(files_in(tmp_path), other)
    assert not hits(b"", token)
    assert all(len(form) >= 20 for form in forms(token).values())


def test_a_token_in_a_name_a_command_line_or_an_environment_is_found(tmp_path: Path) -> None:
    token, secret = secrets.token_hex(16), secrets.token_hex(16)
    (tmp_path / f"cache-{token}").write_bytes(b"")
    assert leaks(files_in(tmp_path), token) == [f"{tmp_path}/cache-{token}: name"]
    waiting = [sys.executable, "-c", "print(flush=True); input()", token]
    told = {**os.environ, "DRILL": secret}
    pipe = subprocess.PIPE
    with subprocess.Popen(waiting, stdin=pipe, stdout=pipe, env=told) as child:
        try:
            assert child.stdout is not None
            child.stdout.readline()
            assert f"/proc/{child.pid}/cmdline: raw" in leaks(processes(), token)
            assert f"/proc/{child.pid}/environ: raw" in leaks(processes(), secret)
        finally:
            child.communicate(b"\n")
