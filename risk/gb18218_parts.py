"""What the grading of GB 18218-2018 takes and gives."""

from dataclasses import dataclass

from language import Sentence

LEVEL_ZH = {0: "不构成", 1: "一级", 2: "二级", 3: "三级", 4: "四级"}
"""The standard's own words; 0 is no major hazard source, 1 the gravest."""


@dataclass(frozen=True)
class Stored:
    """What a unit may hold at most by its design: a name, alias or symbol such as W5.3, tonnes.

    ``quantity_t`` is ``None`` where nobody knows: then it is named among the unknown.
    """

    what: str
    quantity_t: float | None


@dataclass(frozen=True)
class Line:
    """One substance against the tables: ``ratio`` is q/Q, ``weighted`` is β·q/Q.

    ``entry`` is "表1-12" or a symbol of table 2; ``beta_from`` is "表3", or a symbol of table 4.
    ``critical_t`` is ``None`` for what is in no category and counts nothing.
    ``verified`` is false where the category behind β is a reading of ours.
    """

    what: str
    name: str
    entry: str
    quantity_t: float
    critical_t: float | None
    ratio: float
    beta: float
    beta_from: str
    weighted: float
    verified: bool


@dataclass(frozen=True)
class Step:
    """One step of the reasoning: what went in, by which rule and clause, what came out."""

    key: str
    inputs: Sentence
    rule: Sentence
    clause: str
    result: Sentence
    verified: bool = True


@dataclass(frozen=True)
class Lift:
    """What lifts a unit to the next graver level: more residents, or more tonnes of one substance.

    ``people`` is ``None`` where no number of residents does. Each of the tonnes does it alone.
    """

    level: int
    people: int | None
    tonnes: tuple[tuple[str, float], ...]
    said: tuple[Sentence, ...]


@dataclass(frozen=True)
class Grade:
    """Whether a unit is a major hazard source, and of which level.

    ``level`` is 0 for none and 1 to 4; ``None`` where it cannot be told: residents unknown, or
    nothing known of a substance that could decide. With an unknown substance ``s`` and ``r`` are
    of the known ones and thus too low; ``unknown`` names it. ``r`` and ``alpha`` are ``None``
    where the residents are not known. ``at_least`` and ``at_most`` bound the level in gravity:
    the mildest and the gravest that it can be (0 the mildest, 1 the gravest), alike where known.
    """

    s: float
    r: float | None
    alpha: float | None
    people: int | None
    level: int | None
    at_least: int
    at_most: int
    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    steps: tuple[Step, ...]
    lift: Lift | None
    notes: tuple[Sentence, ...]
