"""The sixteen winds in words, as they are said on the radio."""

from desks.command.compass import FULL_DEG, compass_point

from .markup import View


def compass(bearing_deg: float, view: View) -> str:
    """Return the point of the compass of a bearing in degrees clockwise from north."""
    return view.word(compass_point(bearing_deg))


def opposite(bearing_deg: float) -> float:
    """Return the bearing that looks the other way, in [0, 360)."""
    return (bearing_deg + FULL_DEG / 2) % FULL_DEG
