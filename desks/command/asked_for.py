"""What an incident asks of its teams, with what the hazard there holds."""

from dataclasses import replace

from desks.onemap import OneMap
from risk import Demand, demand

from .situation import Incident
from .zoning import release_of


def completed(onemap: OneMap, incident: Incident) -> Incident:
    """Return the incident with substance and quantity as the zones take them."""
    release = release_of(onemap, incident)
    return replace(incident, substance=release.substance, quantity_t=release.quantity_t)


def demanded(incident: Incident, known: Incident) -> Demand:
    """Return what teams are asked for; ``known`` is the completed incident.

    What a hazard there holds counts where the kind of incident is stated; with neither kind nor
    substance stated every team is fit.
    """
    named = incident.substance or incident.kind != "unspecified"
    return demand(incident.kind, known.substance if named else "")
