"""A port for a server of a test or benchmark, which binds it seconds to a minute later."""

import os
import random
from socket import SO_REUSEADDR, SOL_SOCKET, socket

# Below the ports that systems hand out by themselves: none of those that are asked for meanwhile.
FIRST, SHARE, WORKERS = 20_000, 1_000, 12


def free_port() -> int:
    """Return a port of this host that nobody listens on now, nor will a test beside this one.

    Raises:
        OSError: where all of this worker's are taken.

    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    own = range(FIRST + worker * SHARE, FIRST + (worker + 1) * SHARE)
    for port in random.sample(own, SHARE):
        with socket() as probe:
            probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = f"no port of {own.start} to {own.stop - 1} is free"
    raise OSError(message)
