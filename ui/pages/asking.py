"""Which kinds of incident ask for a substance, and how substances are named to choose from."""

from desks.command.stored import RULES
from language import Catalogue
from risk.substances import SUBSTANCES

UNSPECIFIED = "unspecified"


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
