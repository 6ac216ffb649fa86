"""The units that rows state against the units there are, and against where the rows lie."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.store import Feature
from language import say
from layers import LayerRows

from .current import UNITS, Register
from .defects import Defect

NEAR_M = 50.0
"""Borders are drawn no finer; nearer a stated unit than this a place counts as inside."""

DOUBTFUL_M = 500.0
"""Beyond this from its stated subdistrict a row stays out: place or name is wrong."""

OUTSIDE_M = 1000.0

_ENDINGS = {
    "subdistrict": ("街道办事处", "街道办", "办事处", "街道", "镇", "乡"),
    "community": ("社区居委会", "社区居民委员会", "居委会", "村民委员会", "村委会", "社区", "村"),
}


@dataclass(frozen=True)
class Stated:
    """Official names by unit and row, where a row's own form is another, and the defects."""

    names: Mapping[str, Mapping[int, str]]
    defects: tuple[Defect, ...]


@dataclass(frozen=True)
class _Units:
    """Units of one level: names, ids, shapes in metres of the register's CRS."""

    level: str
    names: tuple[str, ...]
    ids: tuple[str, ...]
    shapes: NDArray[np.object_]

    def exact(self, text: str) -> list[int]:
        """Return the units of that very name or id."""
        return [i for i, pair in enumerate(zip(self.names, self.ids, strict=True)) if text in pair]

    def alike(self, text: str) -> list[int]:
        """Return the units whose name is the same but for its ending, width and spaces."""
        bare = bare_name(text, self.level)
        names = [bare_name(name, self.level) for name in self.names]
        return [i for i, name in enumerate(names) if bare and name == bare]


def check_stated(current: Register, read: LayerRows) -> Stated:
    """Return what the rows' stated subdistricts and communities come to.

    A name that differs in its ending only is put right; a community's name that several bear
    is left alone. Distances are in the district's metric CRS.
    """
    levels = [u for u in UNITS if u in {c.key for c in read.spec.columns} and u != read.spec.key]
    units = {level: _units(current, level) for level in levels}
    shapes = current.metres(read.frame.geometry.to_numpy())
    names: dict[str, dict[int, str]] = {level: {} for level in levels}
    defects: list[Defect] = []
    wrong: set[int] = set()
    for level in levels:
        known = units[level]
        if not known.names:
            continue
        for at, text in enumerate(read.frame[level].tolist()):
            found, said = _told(read, known, at, str(text))
            defects.extend(said)
            if len(found) == 1 and known.names[found[0]] != text and text not in known.ids:
                names[level][at] = known.names[found[0]]
            off = list(_placed(read, known, found, at, shapes[at]))
            if not (level == "community" and at in wrong):
                defects.extend(off)
            wrong.update(at for defect in off if defect.code == "wrong_subdistrict")
    area = None if read.spec.key == "subdistrict" else _units(current, "subdistrict")
    return Stated(names, (*defects, *_outside(read, area, shapes)))


def bare_name(text: str, level: str) -> str:
    """Return the name of a unit without its ending, width and spaces, for comparing."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    for ending in _ENDINGS[level]:
        if plain.endswith(ending) and len(plain) > len(ending):
            return plain.removesuffix(ending)
    return plain


def _units(current: Register, level: str) -> _Units:
    features = current.of(level)
    shapes = np.array([_shape(f) for f in features], dtype=object)
    return _Units(
        level,
        tuple(str(f.props.get("name") or f.id) for f in features),
        tuple(f.id for f in features),
        current.metres(shapes),
    )


def _shape(feature: Feature) -> shapely.Geometry:
    return shapely.Point() if feature.shape is None else feature.shape


def _told(read: LayerRows, units: _Units, at: int, text: str) -> tuple[list[int], list[Defect]]:
    """Return which units the text may mean, and what is odd about it."""
    if not text:
        return [], []
    exact = units.exact(text)
    if exact:
        return exact, []
    alike = units.alike(text)
    column = read.headings.get(units.level, "")
    row = read.rows[at]
    if alike:
        name = units.names[alike[0]]
        problem = say("{name} is not the unit's full name.", name=text[:60])
        mend = say("Read as {value}.", value=name)
        defect = Defect(
            read.sheet, row, column, text[:60], problem, mend, "auto", f"{units.level}_form"
        )
        return alike, [defect]
    problem = say(
        "There is no {name} among the {count} units.", name=text[:60], count=len(units.ids)
    )
    mend = say("It is kept as stated; correct the name.")
    code = f"{units.level}_unknown"
    return [], [Defect(read.sheet, row, column, text[:60], problem, mend, "confirm", code)]


def _placed(
    read: LayerRows, units: _Units, stated: Sequence[int], at: int, shape: shapely.Geometry
) -> Iterator[Defect]:
    """Yield a defect where the row lies outside every unit that it may state."""
    drawn = [i for i in stated if not shapely.is_empty(units.shapes[i])]
    if not drawn or shapely.is_empty(shape):
        return
    metres = float(min(shapely.distance(units.shapes[drawn], shape)))
    limit_m = NEAR_M if units.level == "subdistrict" else DOUBTFUL_M
    if metres <= limit_m:
        return
    name = units.names[drawn[0]]
    value = str(read.frame[units.level].iloc[at])[:60]
    problem = say("It lies {metres} m outside {name}.", metres=round(metres), name=name)
    column = read.headings.get(units.level, "")
    place = (read.sheet, read.rows[at], column, value, problem)
    if units.level == "subdistrict" and metres > DOUBTFUL_M:
        mend = say("Correct the position or the unit; the row stays out until then.")
        yield Defect(*place, mend, "decide", "wrong_subdistrict")
        return
    mend = say("It is kept; check the position and the unit.")
    yield Defect(*place, mend, "confirm", f"{units.level}_border")


def _outside(
    read: LayerRows, units: _Units | None, shapes: NDArray[np.object_]
) -> Iterable[Defect]:
    """Return a defect for each row that lies farther than 1 km from every subdistrict."""
    if units is None or not len(units.shapes) or shapely.is_empty(units.shapes).all():
        return []
    area = shapely.union_all(units.shapes)
    shapely.prepare(area)
    there = np.flatnonzero(~shapely.is_empty(shapes))
    metres = shapely.distance(area, shapes[there])
    mend = say("It is kept; check the position and the datum.")
    return [
        Defect(
            read.sheet,
            read.rows[i],
            read.placed.heading,
            _written(read, int(i)),
            say("It lies {metres} m outside the district.", metres=round(float(far))),
            mend,
            "confirm",
            "outside",
        )
        for i, far in zip(there, metres, strict=True)
        if far > OUTSIDE_M
    ]


def _written(read: LayerRows, at: int) -> str:
    lon, lat = read.placed.written[at].tolist()
    return "" if np.isnan(lon) else f"{lon}, {lat}"
