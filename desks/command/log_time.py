"""When a new line of a log is written: a clock that slipped back stands still, as in the chain."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from .journal import Entry, told

SLIP = timedelta(minutes=5)
"""A clock set back by more was wrong before: its lines must not date all later ones wrongly."""

TICK = timedelta(milliseconds=1)
"""The least that two lines lie apart."""


def line_time(log: Sequence[Entry], now: datetime) -> datetime:
    """Return when a line written ``now`` is: after the last, where the clock slipped back."""
    last = max((entry.at for entry in log), default=None)
    return last + TICK if last is not None and now <= last <= now + SLIP else now


def answer_time(log: Sequence[Entry], body: tuple[str, str], now: datetime) -> datetime:
    """Return when the body (layer, id) answers: never before it was told, whatever the clock."""
    sent = (one.sent for one in told(log) if (one.layer, one.record) == body)
    return max(filter(None, (*sent, line_time(log, now))))
