"""The live map: what is mounted once (the feed), what each click redraws, what comes back."""

from .component import district_feed, live_map
from .feed import Feed, MapLayer, Place, SearchEntries
from .state import Events, MapState, MapView, Marked, PickedDetail, RouteLine
from .texts import map_texts
from .turned import Turned
from .zones import StandOffMark, WhatIf, WindMark, ZoneArea

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
    "StandOffMark",
    "Turned",
    "WhatIf",
    "WindMark",
    "ZoneArea",
    "district_feed",
    "live_map",
    "map_texts",
]
