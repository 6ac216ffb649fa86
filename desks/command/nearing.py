"""Ways on foot that lead past the source of harm, and how long the way round would be."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import shapely

from desks.onemap import OneMap
from language import Sentence, say
from risk.release import Shape
from routing import UNREACHED, RoutePath, Tree, closed_arcs, tree_to

from .answers import Evacuation, Walk
from .refuges import WALK
from .situation import Point
from .walking import WalkTable, metres_on_foot

NAMED = 3


def marked(
    onemap: OneMap, ground: Shape, at: Point, table: WalkTable, walks: Sequence[tuple[int, Walk]]
) -> tuple[Walk, ...]:
    """Return the walks (row of the table beside each), those past the source with their way round.

    A walk leads past the source where its shortest way comes nearer to ``at``, on ``ground``, than
    the rule's share of the distance at which it sets out.
    """
    return tuple(_marked(onemap, (ground, at), table, row, walk) for row, walk in walks)


def _marked(
    onemap: OneMap, source: tuple[Shape, Point], table: WalkTable, row: int, walk: Walk
) -> Walk:
    ground, at = source
    column = table.column[walk.shelter_layer, walk.shelter_id]
    tree = table.trees[column]
    path = tree.route(table.starts, row)
    here = shapely.Point(at)
    keep_off_m = WALK.nearer_share * float(here.distance(shapely.Point(table.starts.xy_m[row])))
    nearest_m = _nearest_m(path, ground, here)
    if nearest_m is None or nearest_m >= keep_off_m:
        return walk
    round_m = _round_m(onemap, tree, here.buffer(keep_off_m), table, row)
    return replace(walk, nearest_m=round(nearest_m), round_m=round_m)


def _nearest_m(path: RoutePath | None, ground: Shape, here: shapely.Point) -> float | None:
    """Return how near the way comes to the source on that ground, ``None`` if never on it."""
    if path is None or len(path.xy_m) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    inside = shapely.intersection(shapely.LineString(path.xy_m), ground)
    return None if inside.is_empty else float(inside.distance(here))


def _round_m(onemap: OneMap, tree: Tree, keep_off: Shape, table: WalkTable, row: int) -> int | None:
    """Return the whole metres of the way that keeps off, ``None`` where none is short enough."""
    model = onemap.speed_model
    weights = tree.weights.closing(closed_arcs(onemap.network, polygons=[keep_off]))
    start = table.starts.take(row)
    around = tree_to(weights, tree.root, access_kmh=model.access_kmh)
    time_ms = around.time_ms(start)
    if time_ms[0] == UNREACHED:
        return None
    metres = metres_on_foot(time_ms, start, tree.root, model.access_kmh, model.walk_m_per_s)
    return int(metres[0]) if metres[0] <= WALK.longest_m else None


def past_source(evacuation: Evacuation) -> Iterator[Sentence]:
    """Yield which walks lead past the source: those that can go round, and those that cannot."""
    names = {(one.layer, one.id): one.name for one in evacuation.refuges}
    past = [walk for walk in evacuation.walks if walk.nearest_m is not None]
    around = [walk for walk in past if walk.round_m is not None]
    if around:
        yield say(
            "The shortest way on foot leads past the source, go round it: {walks}.",
            walks=_listed(around, names),
        )
    through = [walk for walk in past if walk.round_m is None]
    if through:
        yield say(
            "The way on foot leads past the source and there is no way round within {limit_m} m:"
            " {walks}. Fetch these people or keep them where they are.",
            limit_m=round(WALK.longest_m),
            walks=_listed(through, names),
        )


def unverified_walk(evacuation: Evacuation) -> Iterator[Sentence]:
    """Yield that the longest walk is no verified figure, where somebody must walk."""
    if evacuation.demand_people and not WALK.verified:
        yield say("The longest walk of {limit_m} m is unverified.", limit_m=round(WALK.longest_m))


def _listed(walks: Sequence[Walk], names: dict[tuple[str, str], str]) -> str:
    """Return the walks that come nearest to the source, the others counted."""
    first = sorted(walks, key=lambda walk: walk.nearest_m or 0)[:NAMED]
    shown = "、".join(_one(walk, names) for walk in first)
    return shown if len(walks) <= NAMED else f"{shown} (+{len(walks) - NAMED})"


def _one(walk: Walk, names: dict[tuple[str, str], str]) -> str:
    name = names.get((walk.shelter_layer, walk.shelter_id), walk.shelter_id)
    round_m = "" if walk.round_m is None else f", ↷ {walk.round_m} m"
    return f"{walk.community} → {name} ({walk.nearest_m} m{round_m})"
