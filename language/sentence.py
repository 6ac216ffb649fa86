"""A sentence for a person: said once in the code, worded per language at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

Value = str | int | float


@dataclass(frozen=True)
class Sentence:
    """An English template such as ``"{name} is {distance_m} m off the road"`` and its values.

    The template is the key of the gettext catalogues; the values are plain and never markup.
    """

    template: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the values, so that a brief can be shared between sessions."""
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __hash__(self) -> int:
        """Return a hash over template and values."""
        return hash((self.template, tuple(sorted((k, str(v)) for k, v in self.values.items()))))

    def __str__(self) -> str:
        """Return the English wording."""
        return self.template.format_map(self.values)

    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, Value]]]:
        """Return what pickling and copying need, as a mapping proxy has neither."""
        return (type(self), (self.template, dict(self.values)))


def say(template: str, /, **values: Value) -> Sentence:
    """Return the sentence; ``say`` is the keyword that the catalogue test extracts."""
    return Sentence(template, values)
