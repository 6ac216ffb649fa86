"""The sixteen winds in words, as they are said on the radio."""

from language import Sentence, say

FULL_DEG = 360
POINTS: tuple[Sentence, ...] = (
    say("N"), say("NNE"), say("NE"), say("ENE"), say("E"), say("ESE"), say("SE"), say("SSE"),
    say("S"), say("SSW"), say("SW"), say("WSW"), say("W"), say("WNW"), say("NW"), say("NNW"),
)  # fmt: skip
"""Clockwise from north, each 22.5° wide about its own bearing."""


def compass_point(bearing_deg: float) -> Sentence:
    """Return the point of the compass of a bearing in degrees clockwise from north."""
    step = FULL_DEG / len(POINTS)
    return POINTS[int((bearing_deg % FULL_DEG + step / 2) // step) % len(POINTS)]
