"""Substances that may do harm: their names, physical figures and how far each can be trusted."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from geodata.faults import Fault, UserError
from language import say

from .figures import Row, figure_fault, listed, positive, read_figures

TABLE = Path(__file__).parent / "substances.csv"
HAZARDS = ("toxic", "flammable", "water_reactive")
ROOM_K = 293.15
GAS_CONSTANT = 8.31446261815324

FIGURES: Mapping[str, float] = {
    "molar_g_mol": 1e-3,
    "boiling_k": 1.0,
    "liquid_kg_m3": 1.0,
    "gamma": 1.0,
    "cp_liquid_j_kg_k": 1.0,
    "vaporisation_kj_kg": 1e3,
    "combustion_kj_kg": 1e3,
    "lfl": 1.0,
    "ufl": 1.0,
    "vapour_20c_kpa": 1e3,
}
"""Columns of figures and what turns them into the SI units of ``Substance``."""

COLUMNS = (
    "key", "name_zh", "name_en", "cas", "un", "aliases", "hazards",
    *FIGURES, "unverified", "source",
)  # fmt: skip


@dataclass(frozen=True)
class Substance:
    """One substance; figures in SI units, ``None`` where not on file.

    ``liquid_kg_m3`` holds at 20 °C or, for what boils below, at its boiling point; ``gamma`` is
    the ratio of the heat capacities of the gas at 25 °C; ``lfl`` and ``ufl`` are volume fractions
    in air; ``vapour_20c_pa`` is stated only for mixtures and solutions. ``unverified`` names the
    columns whose figure has no source at hand.
    """

    key: str
    name_zh: str
    name_en: str
    cas: str
    un: str
    aliases: tuple[str, ...]
    toxic: bool
    flammable: bool
    water_reactive: bool
    molar_kg_mol: float | None
    boiling_k: float | None
    liquid_kg_m3: float | None
    gamma: float | None
    cp_liquid_j_kg_k: float | None
    vaporisation_j_kg: float | None
    combustion_j_kg: float | None
    lfl: float | None
    ufl: float | None
    vapour_20c_pa: float | None
    unverified: frozenset[str]
    source: str

    @property
    def gas_at_20c(self) -> bool:
        """Return whether it boils at or below 20 °C; false where no boiling point is on file."""
        return self.boiling_k is not None and self.boiling_k <= ROOM_K

    @property
    def verified(self) -> bool:
        """Return whether every physical figure on file has a source."""
        return not self.unverified


def load_substances(path: Path) -> Mapping[str, Substance]:
    """Return the substances of the file by key, in its order.

    Raises:
        UserError: with every cell that cannot be understood, and every name that stands twice.

    """
    faults: list[Fault] = []
    found: dict[str, Substance] = {}
    owner: dict[str, str] = {}
    for number, row in enumerate(read_figures(path, COLUMNS), start=2):
        faults += _row_faults(path, number, row)
        for spelling in _spellings(row):
            if owner.setdefault(spelling, row["key"]) != row["key"] or row["key"] in found:
                faults.append(figure_fault(path, number, "aliases", f"{spelling} stands twice"))
        if not faults:
            found[row["key"]] = _substance(row)
    if faults:
        raise UserError(faults)
    return MappingProxyType(found)


def _row_faults(path: Path, number: int, row: Row) -> list[Fault]:
    needed = [name for name in ("key", "name_zh", "name_en", "source") if not row[name]]
    faults = [figure_fault(path, number, name, "text missing") for name in needed]
    faults += [
        figure_fault(path, number, name, f"{row[name]} is no number above zero")
        for name in FIGURES
        if row[name] and positive(row[name]) is None
    ]
    words = [word for word in listed(row["hazards"]) if word not in HAZARDS]
    words += [word for word in listed(row["unverified"]) if word not in FIGURES]
    return faults + [
        figure_fault(path, number, "", f"the word {word} is not known") for word in words
    ]


def _substance(row: Row) -> Substance:
    hazards = listed(row["hazards"])
    figures = {
        name: None if value is None else value * factor
        for name, factor in FIGURES.items()
        for value in (positive(row[name]),)
    }
    return Substance(
        key=row["key"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        cas=row["cas"],
        un=row["un"],
        aliases=listed(row["aliases"]),
        toxic="toxic" in hazards,
        flammable="flammable" in hazards,
        water_reactive="water_reactive" in hazards,
        molar_kg_mol=figures["molar_g_mol"],
        boiling_k=figures["boiling_k"],
        liquid_kg_m3=figures["liquid_kg_m3"],
        gamma=figures["gamma"],
        cp_liquid_j_kg_k=figures["cp_liquid_j_kg_k"],
        vaporisation_j_kg=figures["vaporisation_kj_kg"],
        combustion_j_kg=figures["combustion_kj_kg"],
        lfl=figures["lfl"],
        ufl=figures["ufl"],
        vapour_20c_pa=figures["vapour_20c_kpa"],
        unverified=frozenset(listed(row["unverified"])),
        source=row["source"],
    )


def _plain(text: str) -> str:
    """Return the text without width, case, blanks and subscripts, for comparing names."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _spellings(row: Row) -> set[str]:
    names = {row["key"], row["key"].replace("_", " "), row["name_zh"], row["name_en"], row["cas"]}
    names |= set(listed(row["aliases"]))
    if row["un"]:
        names |= {f"UN{row['un']}", row["un"]}
    return {_plain(name) for name in names if name}


def _index(path: Path) -> Mapping[str, str]:
    rows = read_figures(path, COLUMNS)
    return MappingProxyType({name: row["key"] for row in rows for name in _spellings(row)})


SUBSTANCES: Mapping[str, Substance] = load_substances(TABLE)
_BY_NAME: Mapping[str, str] = _index(TABLE)


def find_substance(text: str) -> Substance | None:
    """Return the substance of that name, alias, formula, CAS or UN number, ``None`` for none.

    Width, case and blanks do not matter; a part of a name never counts.
    """
    key = _BY_NAME.get(_plain(text))
    return None if key is None else SUBSTANCES[key]


def substance(key: str) -> Substance:
    """Return the substance of that key.

    Raises:
        UserError: for a key that no row declares.

    """
    if key in SUBSTANCES:
        return SUBSTANCES[key]
    problem = say("There is no substance '{name}' in the table.", name=key[:60])
    mend = say("Use a name, formula, CAS or UN number that stands in {file}.", file=TABLE.name)
    raise UserError([Fault(file=TABLE.name, value=key[:60], problem=problem, mend=mend)])
