"""Whose telephones stand on a paper, and what of each its reader may have."""

from collections.abc import Collection

from desks.onemap import OneMap
from desks.register.masking import Personal, personal_for
from desks.register.roles import Viewer
from geodata.store import Store

from .case import Key
from .sheet_lists import PLACES, SHORT, TEAMS
from .situation import SituationBrief


def sheet_keys(brief: SituationBrief) -> tuple[Key, ...]:
    """Return (layer, id) of every record whose telephone has a place on the situation sheet."""
    keys = [(team.layer, team.id) for team in brief.responders[:TEAMS]]
    if brief.exposure is not None:
        keys += [(one.layer, one.id) for one in brief.exposure.receptors[:PLACES]]
    if brief.evacuation is not None:
        keys += [(one.layer, one.id) for one in brief.evacuation.refuges]
    keys += [(one.layer, one.id) for one in brief.calls[:SHORT] if one.id]
    return tuple(dict.fromkeys(keys))


def phones(
    store: Store,
    onemap: OneMap,
    viewer: Viewer,
    keys: Collection[Key],
    *,
    unmasked: Collection[Key] = (),
) -> dict[Key, str]:
    """Return the telephones of these records as the viewer may have them; without one, left out.

    Those ``unmasked`` are in clear where the viewer may have them: who opens them for a paper
    notes it first with ``register.masking.unmask``.
    """
    found = personal_for(store, onemap, viewer, keys, unmasked=unmasked)
    return {key: phone for key, own in found.items() if (phone := _phone(own))}


def _phone(own: Personal) -> str:
    return own.columns.get("phone", "")
