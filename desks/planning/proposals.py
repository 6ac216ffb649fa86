"""What was proposed as changes of a plan, so that nothing the answer knew is lost in it."""

from dataclasses import replace

from desks.onemap import OneMap

from .candidates import Candidate
from .siting import Siting
from .variants import Change


def change_of(onemap: OneMap, site: Candidate) -> Change:
    """Return the site as a new place of a plan: degrees (WGS 84), people, CNY as far as stated."""
    lon_deg, lat_deg = onemap.to_degrees(*site.at)
    room = site.capacity if site.capacity >= 0 else None
    return Change("add", site.id, site.name, lon_deg, lat_deg, room, site.cost_cny)


def changes_of(onemap: OneMap, found: Siting) -> tuple[Change, ...]:
    """Return the chosen places, most people first; one with room for all holds whom it takes in."""
    ranked = sorted(found.chosen, key=lambda one: (-one.people, one.site.id))
    return tuple(
        replace(change_of(onemap, one.site), capacity_people=one.people)
        if one.site.capacity >= found.people
        else change_of(onemap, one.site)
        for one in ranked
    )
