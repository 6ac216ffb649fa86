"""One incident as its papers need it: the brief, its log, the moment and the language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desks.onemap import OneMap
from desks.stock import CHINA
from language import Catalogue, Sentence
from risk import IncidentKind, incident_kind
from risk.release import LEVELS
from risk.substances import find_substance

from .journal import Entry, OpenIncident
from .placing import outside_said
from .situation import SituationBrief

Key = tuple[str, str]
"""Layer and id of a record."""


@dataclass(frozen=True)
class Case:
    """What a paper is drawn from; ``at`` is when it is written, with its time zone.

    ``incident`` and ``log`` come from the journal, where it has the incident; ``phones`` are
    telephones as the reader may have them, masked already; ``head`` is the chain's end to print;
    ``edition`` counts the situation sheets of this incident.
    """

    onemap: OneMap
    brief: SituationBrief
    at: datetime
    catalogue: Catalogue
    incident: OpenIncident | None = None
    log: tuple[Entry, ...] = ()
    phones: Mapping[Key, str] = field(default_factory=dict)
    drill: bool = False
    head: str = ""
    edition: int = 1

    @property
    def is_drill(self) -> bool:
        """Return whether it is an exercise."""
        return self.drill or (self.incident is not None and self.incident.drill)

    @property
    def chinese(self) -> bool:
        """Return whether the paper is in Chinese."""
        return self.catalogue.language == "zh"

    @property
    def district(self) -> str:
        """Return the district's name in the paper's language."""
        return self.onemap.name_zh if self.chinese else self.onemap.name_en

    @property
    def kind(self) -> IncidentKind:
        """Return the kind of the incident."""
        return incident_kind(self.brief.incident.kind)

    @property
    def title(self) -> str:
        """Return what happened, in words: substance and kind."""
        kind = self.kind.title_zh if self.chinese else self.kind.title_en
        substance = self.substance
        if not substance:
            return kind
        return f"{substance} · {kind}"

    @property
    def substance(self) -> str:
        """Return the name of the substance, "" where it is not known."""
        stated = self.brief.incident.substance
        found = find_substance(stated) if stated else None
        if found is None:
            return stated
        return found.name_zh if self.chinese else found.name_en

    @property
    def where(self) -> str:
        """Return the place in words: as it was taken down, else unit and road."""
        if self.incident is not None and self.incident.place:
            return self.incident.place
        place = self.brief.place
        outside = outside_said(place)
        unit = place.subdistrict if outside is None else self.word(outside)
        parts = [unit, place.community, place.road]
        return " ".join(part for part in parts if part)

    @property
    def happened(self) -> datetime:
        """Return when it happened; a time without a zone is the district's own clock."""
        time = self.brief.incident.time
        return time.replace(tzinfo=CHINA) if time.tzinfo is None else time.astimezone(CHINA)

    def word(self, said: Sentence) -> str:
        """Return the sentence in the paper's language."""
        return self.catalogue.word(said)

    def level(self, key: str) -> str:
        """Return the name of a level of harm."""
        chinese, english = LEVELS.get(key, (key, key))
        return chinese if self.chinese else english
