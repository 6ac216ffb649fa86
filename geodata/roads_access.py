"""Who may use a road and in which direction, by the tags of OpenStreetMap."""

from collections.abc import Mapping

_FOOT_ONLY = frozenset(("footway", "pedestrian"))
_ALONG = frozenset(("yes", "true", "1"))
_AGAINST = frozenset(("-1", "reverse"))
_ROUND = frozenset(("roundabout", "circular"))
_GRANTED = frozenset(("yes", "designated", "official", "permissive"))


def accessible(road_class: str, tags: Mapping[str, str]) -> str | None:
    """Return the class that the access tags leave a way; ``None`` if neither car nor walker may.

    The most special tag counts (``motor_vehicle`` before ``vehicle`` before ``access``).
    """
    everyone = tags.get("access", "")
    motor = tags.get("motor_vehicle", tags.get("vehicle", everyone))
    walker = tags.get("foot", everyone)
    if tags.get("emergency", "") in _GRANTED:
        return road_class
    if road_class in _FOOT_ONLY:
        return None if walker == "no" else road_class
    if motor != "no":
        return road_class
    return None if walker == "no" else "pedestrian"


def one_way(tags: Mapping[str, str], road_class: str) -> int:
    """Return 0 for both ways, 1 along the way, -1 against it; walkers' ways are open both ways.

    ``oneway:emergency`` goes before ``oneway``; reversible lanes count as both.
    """
    if road_class == "footway":
        return 0
    said = tags.get("oneway:emergency", tags.get("oneway", ""))
    if said in _ALONG:
        return 1
    if said in _AGAINST:
        return -1
    implied = tags.get("junction") in _ROUND or road_class == "motorway"
    return int(implied and not said)
