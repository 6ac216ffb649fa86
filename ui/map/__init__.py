"""The live map: what is mounted once (the feed), what each click redraws, what comes back."""

from .component import district_feed, live_map
from .feed import Feed, MapLayer, Place, SearchEntries
from .state import Events, MapState, MapView, Marked, PickedDetail, RouteLine
from .texts import map_texts

__all__ = [
    "Events",
    "Feed",
    "MapLayer",
    "MapState",
    "MapView",
    "Marked",
    "PickedDetail",
    "Place",
    "RouteLine",
    "SearchEntries",
    "district_feed",
    "live_map",
    "map_texts",
]
