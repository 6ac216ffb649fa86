"""Gettext catalogues, read from their .po source so that none can be stale."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po

from .sentence import Sentence

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Catalogue:
    """The wording of one language; a template without an entry stays English."""

    language: str
    entries: Mapping[str, str]

    @classmethod
    def load(cls, language: str) -> "Catalogue":
        """Return the catalogue of ``zh`` or ``en``.

        Raises:
            ValueError: for a language that is not declared.

        """
        if language not in LANGUAGES:
            msg = f"language must be one of {LANGUAGES}, not {language!r}"
            raise ValueError(msg)
        return cls(language, _entries(language))

    def text(self, template: str) -> str:
        """Return the wording of a label that has no values."""
        return self.entries.get(template, template)

    def word(self, sentence: Sentence) -> str:
        """Return the sentence in this language; values that are sentences' keys are worded too.

        So is a list of keys, parted by spaces: "侦检 堵漏" are two classes of equipment.
        """
        values = {
            key: self._worded(value) if isinstance(value, str) else value
            for key, value in sentence.values.items()
        }
        return self.text(sentence.template).format_map(values)

    def _worded(self, value: str) -> str:
        if len(value) == 1 and value.isascii():
            # A class of stability or a unit: "E" is no east here.
            return value
        parts = value.split(" ")
        if len(parts) > 1 and all(part in self.entries for part in parts):
            return ", ".join(self.entries[part] for part in parts)
        return self.text(value)


@cache
def _entries(language: str) -> Mapping[str, str]:
    path = Path(__file__).parent / f"{language}.po"
    if not path.exists():
        return MappingProxyType({})
    with path.open("rb") as stream:
        catalogue = read_po(stream)
    return MappingProxyType(
        {str(m.id): str(m.string) for m in catalogue if m.id and m.string},
    )
