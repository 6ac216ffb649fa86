"""What an incident asks for by its kind and substance, and how the choices are named."""

from desks.command.situation import SituationBrief
from desks.command.stored import RULES
from language import Catalogue
from risk import dispersion
from risk.erg_tables import CONTAINERS, ROWS_3
from risk.substances import SUBSTANCES

UNSPECIFIED = "unspecified"
BY_AIR = frozenset(model.key for model in dispersion.MODELS)
"""The models whose clouds follow the stability of the air, and so the cover of cloud."""


def asks_substance(kind: str) -> bool:
    """Return whether what is released decides who comes and how far harm reaches."""
    return kind in RULES.kinds and kind != UNSPECIFIED


def substance_name(key: str, words: Catalogue) -> str:
    """Return the substance's name in the viewer's language; what the table lacks as it is."""
    found = SUBSTANCES.get(key)
    if found is None:
        return key
    return found.name_zh if words.language == "zh" else found.name_en


def substance_label(key: str, words: Catalogue) -> str:
    """Return name and UN number, by either of which one searches."""
    found = SUBSTANCES.get(key)
    name = substance_name(key, words)
    return f"{name} · UN{found.un}" if found and found.un else name


def choices(words: Catalogue) -> tuple[str, ...]:
    """Return "" for not known, then the keys of all substances by their names."""
    return ("", *sorted(SUBSTANCES, key=lambda key: substance_name(key, words)))


def containers(substance: str) -> tuple[str, ...]:
    """Return the containers for which the guidebook has other distances of this substance.

    The largest comes first; empty for all but the gases of its table 3.
    """
    found = SUBSTANCES.get(substance)
    return tuple(ROWS_3.get(found.un, ())) if found is not None else ()


def container_name(key: str, words: Catalogue) -> str:
    """Return the container in the viewer's language; what the table lacks as it is."""
    chinese, english = CONTAINERS.get(key, (key, key))
    return chinese if words.language == "zh" else english


def asks_cloud(brief: SituationBrief) -> bool:
    """Return whether the zones follow the stability of the air, for which cloud decides."""
    return brief.zones.governing in BY_AIR
