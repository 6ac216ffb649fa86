"""Many things on Dask's workers: all done, whoever dies, and nobody else can reach them."""

import asyncio
from pathlib import Path

import pytest
from distributed import Client, LocalCluster
from distributed.process import AsyncProcess

from desks.planning.workers import on_workers, serially
from geodata.faults import UserError

from .jobs import deadly, deadly_once, listening, squared, squared_unless_five

LOOPBACK = "0100007F"
"""127.0.0.1 as /proc/net/tcp writes it."""


def test_workers_give_what_one_process_gives() -> None:
    things = list(range(8))
    one = {done.given: done.made for done in serially(squared, things)}
    many = {done.given: done.made for done in on_workers(squared, things, workers=2)}
    assert many == one == {n: n * n for n in things}


def test_a_thing_that_fails_is_named_and_stops_nothing() -> None:
    things = list(range(8))
    for outcomes in (serially(squared_unless_five, things),
                     on_workers(squared_unless_five, things, workers=1)):  # fmt: skip
        done = {one.given: one for one in outcomes}
        assert isinstance(done[5].error, ZeroDivisionError)
        assert [n for n, one in done.items() if one.error] == [5]
        assert done[7].made == 49


def test_all_is_done_though_a_worker_is_killed_half_way(tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    things = [(n, str(marker)) for n in range(8)]
    done = {one.given[0]: one.made for one in on_workers(deadly_once, things, workers=2)}
    assert marker.exists()
    assert done == {n: n * n for n in range(8)}


def test_what_kills_every_worker_is_given_up_and_the_rest_is_done() -> None:
    done = {one.given: one for one in on_workers(deadly, list(range(6)), workers=2)}
    assert "KilledWorker" in repr(done[3].error)
    assert {n for n, one in done.items() if one.error is None} == {0, 1, 2, 4, 5}


def test_the_last_death_is_no_fault_while_its_worker_is_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Dask cannot stop a worker between its death and its new process: we wait for that."""
    start = AsyncProcess.start

    async def slowly(process: AsyncProcess) -> None:
        await asyncio.sleep(0.5)
        await start(process)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(AsyncProcess, "start", slowly)
    (done,) = on_workers(deadly, [3], workers=1)
    assert "KilledWorker" in repr(done.error)


def test_workers_started_here_listen_on_this_machine_alone() -> None:
    (done,) = on_workers(listening, [0], workers=1)
    assert done.made
    assert set(done.made) == {LOOPBACK}


def test_a_scheduler_by_address_does_the_same() -> None:
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1",
                      dashboard_address="127.0.0.1:0", processes=True) as cluster:  # fmt: skip
        address = cluster.scheduler_address
        done = {one.given: one.made for one in on_workers(squared, [2, 3], scheduler=address)}
        with Client(address) as client:
            assert client.scheduler_info()["workers"], "somebody's workers are left as they were"
    assert done == {2: 4, 3: 9}


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1:1"])
def test_a_scheduler_that_is_not_there_gets_a_sentence(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desks.planning.workers.CONNECT_S", 1)
    with pytest.raises(UserError, match="No scheduler answers"):
        list(on_workers(squared, [1], scheduler=address))
