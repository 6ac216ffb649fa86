"""The same job for many things, one after the other here or on Dask's workers, here or elsewhere.

Dask alone knows of workers, deaths and resending; what it gives back is what the job returned. A
job that fails is an outcome like any other, so that one bad thing never stops the rest.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, as_completed

from geodata.faults import Fault, UserError
from language import say

Given = TypeVar("Given")
Made = TypeVar("Made")

LOCAL_HOST = "127.0.0.1"
CONNECT_S = 10
"""So long a scheduler may take to answer at all."""

RESTART_S = 30
"""So long a worker started here may take to come back after the last job."""

DEATHS_ALLOWED = 3
"""A job that was running on this many dead workers is given up: it kills them."""

_SETTINGS = {
    "distributed.scheduler.allowed-failures": DEATHS_ALLOWED - 1,
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.admin.large-graph-warning-threshold": "100MB",
}


@dataclass(frozen=True)
class Outcome(Generic[Given, Made]):
    """What became of one thing: what the job made, or the error that stopped it."""

    given: Given
    made: Made | None
    error: BaseException | None = None


def serially(
    job: Callable[[Given], Made], things: Sequence[Given]
) -> Iterator[Outcome[Given, Made]]:
    """Yield the outcome of each thing in turn, worked out in this process."""
    with ThreadPoolExecutor(max_workers=1) as one:
        for thing in things:
            done = one.submit(job, thing)
            error = done.exception()
            yield Outcome(thing, None if error else done.result(), error)


def on_workers(
    job: Callable[[Given], Made],
    things: Sequence[Given],
    *,
    workers: int = 1,
    scheduler: str = "",
) -> Iterator[Outcome[Given, Made]]:
    """Yield outcomes as they come: from workers started here, or from a scheduler by address.

    Those here listen on this machine alone, behind certificates of their own, without a dashboard.
    Whatever a dead worker was at is done again by another one.

    Raises:
        UserError: where no scheduler answers at the address.

    """
    with ExitStack() as held:
        client = held.enter_context(_there(scheduler) if scheduler else _here(held, workers))
        if not scheduler:
            held.callback(_all_back, client, workers)
        doubtful: list[Given] = []
        for outcome in _asked(client, job, things):
            if isinstance(outcome.error, KilledWorker):
                doubtful.append(outcome.given)
            else:
                yield outcome
        for thing in doubtful:
            # it may only have waited beside the one that kills: alone it answers for itself
            yield from _asked(client, job, [thing])


def _asked(
    client: Client, job: Callable[[Given], Made], things: Sequence[Given]
) -> Iterator[Outcome[Given, Made]]:
    futures = client.map(job, things, pure=False)
    of = {future.key: thing for future, thing in zip(futures, things, strict=True)}
    for future in as_completed(futures, raise_errors=False):  # type: ignore[no-untyped-call]
        outcome = _outcome(of[future.key], future)
        future.release()
        yield outcome


def _outcome(thing: Given, future: "Future[Made]") -> Outcome[Given, Made]:
    """Return what became of it; a result that died with its worker is worked out once more."""
    error = future.exception()  # type: ignore[no-untyped-call]
    if error is None and future.cancelled():  # type: ignore[no-untyped-call]
        error = RuntimeError("the scheduler went away")
    if error is not None:
        return Outcome(thing, None, error)
    try:
        return Outcome(thing, future.result())
    except KilledWorker as killed:
        return Outcome(thing, None, killed)


def _here(held: ExitStack, workers: int) -> Client:
    """Return the client of workers in processes of their own on this machine."""
    held.enter_context(dask.config.set(_SETTINGS))
    loopback = f"{LOCAL_HOST}:0"
    cluster = LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host=LOCAL_HOST,
        protocol="tls://",
        security=True,
        dashboard_address=loopback,
        worker_dashboard_address=loopback,
        scheduler_kwargs={"dashboard": False},
        silence_logs=logging.CRITICAL,
    )
    return Client(held.enter_context(cluster))  # type: ignore[no-untyped-call]


def _all_back(client: Client, workers: int) -> None:
    """Wait for workers being started again: Dask cannot stop one before it has its process."""
    with suppress(TimeoutError):
        client.wait_for_workers(workers, timeout=RESTART_S)


def _there(address: str) -> Client:
    """Return the client of somebody's scheduler.

    Raises:
        UserError: where none answers.

    """
    try:
        return Client(address, timeout=CONNECT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        problem = say("No scheduler answers: {detail}.", detail=str(error)[:200])
        mend = say("Start one with “dask scheduler”, and workers from this program's folder.")
        raise UserError([Fault("--scheduler", problem, mend, value=address[:100])]) from error
