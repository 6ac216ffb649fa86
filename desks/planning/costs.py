"""What a plan costs: as stated in it, else on file; new places without a cost are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from .variants import Change

NOTHING_ON_FILE: Mapping[str, int | None] = MappingProxyType({})


@dataclass(frozen=True)
class Spent:
    """CNY of a plan as far as stated, and how many of its new places nobody stated a cost of."""

    stated_cny: int
    unstated: int


def cost_of(change: Change, on_file: Mapping[str, int | None] = NOTHING_ON_FILE) -> int | None:
    """Return the CNY of one change: what the plan states, else that of the site of its id.

    ``None`` where nobody stated one; sites on file speak of new places only.
    """
    if change.cost_cny is not None or change.kind != "add":
        return change.cost_cny
    return on_file.get(change.id)


def spent(changes: Sequence[Change], on_file: Mapping[str, int | None] = NOTHING_ON_FILE) -> Spent:
    """Return what the changes cost together; ``on_file`` are CNY by the id of a site."""
    known = [(one.kind, cost_of(one, on_file)) for one in changes]
    stated = sum(cost for _, cost in known if cost is not None)
    return Spent(stated, sum(kind == "add" and cost is None for kind, cost in known))
