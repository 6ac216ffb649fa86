"""What one viewer has before them: the incident they set, its closures, and the briefs on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from shapely import Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.ops import transform

from desks.command.situation import Closures, Incident, Point, SituationBrief
from desks.onemap import OneMap

SCENE = "scene"
BRIEFS = "briefs"
BRIEFS_KEPT = 4
HOURS = range(24)

Degrees = tuple[float, float]
"""lon, lat of WGS 84."""


@dataclass(frozen=True)
class Scene:
    """The viewer's question: where, when, of which kind, and what is closed.

    ``at`` is lon, lat; ``hour`` is ``None`` for the time of the click; ``closed`` holds the rings
    of closure polygons in lon, lat; ``seq`` grows with every change, and what is drawn carries it.
    """

    at: Degrees | None = None
    label: str = ""
    clicked: datetime | None = None
    hour: int | None = None
    kind: str = "unspecified"
    closed: tuple[tuple[Degrees, ...], ...] = ()
    closed_roads: tuple[str, ...] = ()
    picked: tuple[str, str] | None = None
    seq: int = 0

    @property
    def closures(self) -> int:
        """Return how many closures there are."""
        return len(self.closed) + len(self.closed_roads)

    def time(self) -> datetime:
        """Return the time the brief is asked for: the click's, or its day at the chosen hour."""
        clicked = self.clicked or now()
        if self.hour is None:
            return clicked
        return clicked.replace(hour=self.hour, minute=0, second=0, microsecond=0)


def now() -> datetime:
    """Return the time on this machine's wall, with its zone."""
    return datetime.now(tz=UTC).astimezone()


def scene() -> Scene:
    """Return what this viewer has before them."""
    kept = st.session_state.get(SCENE)
    return kept if isinstance(kept, Scene) else Scene()


def change(**what: Any) -> Scene:  # noqa: ANN401 - the fields of Scene, checked by replace()
    """Keep the viewer's scene with these fields changed and return it."""
    before = scene()
    after = replace(before, seq=before.seq + 1, **what)
    st.session_state[SCENE] = after
    return after


def set_incident(at: Degrees, label: str = "") -> Scene:
    """Keep a new incident at this place, now; its kind, hour and closures stay as they are."""
    return change(at=at, label=label, clicked=now(), picked=None)


def incident(scene: Scene, to_metres: Callable[[Degrees], Point]) -> Incident | None:
    """Return the scene as the command desk is asked it, ``None`` where nothing happened."""
    if scene.at is None:
        return None
    polygons = tuple(
        Polygon([to_metres(corner) for corner in ring]).buffer(0) for ring in scene.closed
    )
    return Incident(
        at=to_metres(scene.at),
        time=scene.time(),
        kind=scene.kind,
        closures=Closures(polygons, scene.closed_roads),
    )
