"""What the band and the tiles count in a brief, by the purpose of a layer and never by its name."""

from dataclasses import dataclass

from desks.command.situation import Nearby, Responder, SituationBrief
from layers import CATALOG
from layers.spec import Purpose

SOON_S = 600
CAPACITY = "capacity_people"
DAY_FROM_H = 7
DAY_UNTIL_H = 19


@dataclass(frozen=True)
class TeamCount:
    """How many teams come soon, at all, and not at all."""

    soon: int
    soon_and_fit: int
    reachable: int
    lost: int


def of_purpose(purpose: Purpose) -> tuple[str, ...]:
    """Return the keys of the layers of that purpose, in the order of the catalogue."""
    return tuple(spec.key for spec in CATALOG if spec.purpose == purpose)


def first_fit(brief: SituationBrief) -> Responder | None:
    """Return the first team that is fit and can come, or ``None``."""
    ready = (r for r in brief.responders if r.fit and r.reachable and r.eta_s is not None)
    return next(ready, None)


def team_count(brief: SituationBrief) -> TeamCount:
    """Return the count of teams by what they can do; ten minutes is inclusive."""
    coming = [r for r in brief.responders if r.reachable and r.eta_s is not None]
    soon = [r for r in coming if r.eta_s is not None and r.eta_s <= SOON_S]
    return TeamCount(
        len(soon),
        sum(r.fit for r in soon),
        len(coming),
        len(brief.responders) - len(coming),
    )


def near(brief: SituationBrief, purpose: Purpose) -> tuple[Nearby, ...]:
    """Return the rows of the layers of that purpose: quickest first, then nearest, then by id."""
    rows = [row for key in of_purpose(purpose) for row in brief.nearby.get(key, ())]
    return tuple(
        sorted(
            rows,
            key=lambda r: (r.travel_s is None, r.travel_s or 0, r.distance_m, r.layer, r.id),
        ),
    )


def within(brief: SituationBrief, purpose: Purpose) -> int:
    """Return how many records of that purpose lie within the brief's radius."""
    return sum(brief.within.get(key, 0) for key in of_purpose(purpose))


def capacity(row: Nearby) -> int | None:
    """Return the people a refuge takes, or ``None`` where its register does not say."""
    text = dict(row.facts).get(CAPACITY, "")
    digits = "".join(c for c in text.split(".")[0] if c.isdecimal())
    return int(digits) if digits else None


def residents_now(brief: SituationBrief) -> tuple[int | None, bool]:
    """Return the residents of the community and whether the figure is that of the day (7–19 h)."""
    by_day = DAY_FROM_H <= brief.incident.time.hour < DAY_UNTIL_H
    place = brief.place
    return (place.residents_day if by_day else place.residents_night), by_day
