"""The classes of road that every reader and the network agree on; light enough for any door."""

ROAD_CLASSES = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
    "living_street", "service", "track", "pedestrian", "footway", "unknown",
)  # fmt: skip
"""Every class a road may have, from the fastest to foot only; "unknown" is last."""
