"""Where cheats are kept: each with the sentence that tells it, and what it does to a package."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desks.exercise.drawing import drawn
from tests.desks.exercise.packages import Cheat

Change = Callable[[Cheat], None]
CHEATS: dict[str, tuple[str, Change]] = {}
PAPER_CHEATS: dict[str, tuple[str, Change]] = {}
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def refuted_as(said: str, *, paper: bool = False) -> Callable[[Change], Change]:
    """Keep a cheat under its name, with the sentence that refutes it; ``paper`` needs a head."""

    def known(change: Change) -> Change:
        name = change.__name__.removeprefix("_")
        (PAPER_CHEATS if paper else CHEATS)[name] = (said, change)
        return change

    return known


def redraw(cheat: Cheat, values: list[str]) -> None:
    """Open what these values draw, with releases that agree."""
    pool = cheat.opened["pool"]
    index, counter = drawn(bytes.fromhex(pool["seed"]), values, len(pool["scenarios"]))
    number = pool["scenarios"][index]["number"]
    cheat.told("opened").update(index=index, counter=counter, scenario=number)


def shift(body: dict[str, Any], seconds: float) -> None:
    """Move the time of a line."""
    at = datetime.fromisoformat(body["at"]) + timedelta(seconds=seconds)
    body["at"] = at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
