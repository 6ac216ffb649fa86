"""The labelled incidents as maps, and what the brief says of each beside its label.

``python -m tests.desks.labelled_towns`` prints the agreement of both sets as Markdown.
"""

import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from desks.build import Source, Sources, build_district
from desks.command import Incident, Responder, SituationBrief, situation_brief
from desks.onemap import OneMap, load_onemap
from language import Catalogue
from layers import layer
from risk.substances import find_substance
from tests.desks.making import town_place
from tests.desks.worlds import put, without

FOLDER = Path(__file__).parent / "labelled"
FIRST, SECOND = FOLDER / "incidents.toml", FOLDER / "second.toml"
NONE = "none"
CRS = "EPSG:4547"
HALF_M, BLOCK_M = 7_000, 250
VERIFIED = "2026-09-01"
LAYERS = ("team", "fire_station")
RESIDENTS = ((1_200, 1_000), (1_800, 2_000), (3_500, 3_000), (3_800, 4_000))
"""Residents by day and night of the four quarters of the town, from the southwest by rows."""


@dataclass(frozen=True)
class Labelled:
    """One labelled incident: what was reported, who could come, and who is sent first."""

    id: str
    story: str
    kind: str
    teams: tuple[Mapping[str, Any], ...]
    label: str
    reason: str
    trap: str = ""
    hour: int = 10
    substance: str = ""
    quantity_t: float | None = None
    wind_from_deg: float | None = None
    wind_ms: float | None = None
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the brief answered: ``named`` is whom it sends first, ``none`` where nobody is fit.

    ``why`` and ``fit_reason`` are its sentences in Chinese.
    """

    labelled: Labelled
    named: str
    why: str
    fit_reason: str

    @property
    def right(self) -> bool:
        """Return whether the brief names whom the label names."""
        return self.named == self.labelled.label


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """Return the incidents of a set in the order of its file; an unknown key is an error."""
    tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["incident"]
    return tuple(_labelled(row) for row in tables)


def _labelled(row: Mapping[str, Any]) -> Labelled:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    fields: dict[str, Any] = {**row, **lists}
    return Labelled(**fields)


def labelled_ground(folder: Path) -> OneMap:
    """Return the town of straight streets about the incident, without any team."""
    roads, quarters, whole = folder / "roads.gpkg", folder / "quarters.gpkg", folder / "whole.gpkg"
    _streets().to_file(roads)
    _quarters().to_file(quarters)
    _whole().to_file(whole)
    sources = Sources(
        roads=Source(roads),
        layers={"subdistrict": Source(whole), "community": Source(quarters)},
        name_zh="方格镇",
        name_en="Grid Town",
        as_of=date(2026, 9, 16),
        sample=True,
    )
    build_district(folder / "district", sources)
    return load_onemap(folder / "district")


def _streets() -> gpd.GeoDataFrame:
    """Return a street every block in both directions, cut at each crossing."""
    steps = range(-HALF_M, HALF_M + BLOCK_M, BLOCK_M)
    pairs = tuple(pairwise(steps))
    ends = [((a, c), (b, c)) for c in steps for a, b in pairs]
    ends += [((c, a), (c, b)) for c in steps for a, b in pairs]
    lines = [shapely.LineString([town_place(*a), town_place(*b)]) for a, b in ends]
    rows = [{"id": f"R{n}", "highway": "tertiary", "maxspeed": 36} for n in range(len(lines))]
    return gpd.GeoDataFrame(rows, geometry=lines, crs=CRS).to_crs(4326)


def _quarters() -> gpd.GeoDataFrame:
    """Return the four communities that part the town at the incident."""
    corners = [(x, y) for y in (-HALF_M, 0) for x in (-HALF_M, 0)]
    boxes = [
        shapely.box(*town_place(x, y), *town_place(x + HALF_M, y + HALF_M)) for x, y in corners
    ]
    rows = {
        "code": [f"44019900100{number}" for number in range(1, 5)],
        "name": ["西南社区", "东南社区", "西北社区", "东北社区"],
        "residents_day": [day for day, _ in RESIDENTS],
        "residents_night": [night for _, night in RESIDENTS],
        "subdistrict": "方格街道",
    }
    return gpd.GeoDataFrame(rows, geometry=boxes, crs=CRS).to_crs(4326)


def _whole() -> gpd.GeoDataFrame:
    """Return the one subdistrict, as large as its four communities."""
    rows = {
        "code": ["440199001"],
        "name": ["方格街道"],
        "residents_day": [sum(day for day, _ in RESIDENTS)],
        "residents_night": [sum(night for _, night in RESIDENTS)],
    }
    box = shapely.box(*town_place(-HALF_M, -HALF_M), *town_place(HALF_M, HALF_M))
    return gpd.GeoDataFrame(rows, geometry=[box], crs=CRS).to_crs(4326)


def peopled(ground: OneMap, labelled: Labelled) -> OneMap:
    """Return the town with the teams of this incident and no others."""
    onemap = without(ground, *LAYERS)
    for key in LAYERS:
        rows = [_row(team) for team in labelled.teams if team["layer"] == key]
        onemap = put(onemap, key, rows) if rows else onemap
    return onemap


def _row(team: Mapping[str, Any]) -> dict[str, Any]:
    columns = {column.key for column in layer(team["layer"]).public_columns}
    known = {key: value for key, value in team.items() if key in columns}
    return {**known, "name": f"{team['id']}队", "at": tuple(team["at"]), "last_verified": VERIFIED,
            "equipment": ";".join(team["equipment"])}  # fmt: skip


def asked(labelled: Labelled) -> Incident:
    """Return what is asked of the brief: the fields of the incident, none of its story.

    Raises:
        LookupError: for a substance that no table knows.

    """
    where = {team["id"]: team["layer"] for team in labelled.teams}
    return Incident(
        at=town_place(0, 0),
        time=datetime(2026, 9, 16, labelled.hour),  # noqa: DTZ001 - the district's own clock
        kind=labelled.kind,
        substance=_substance(labelled.substance),
        quantity_t=labelled.quantity_t,
        wind_from_deg=labelled.wind_from_deg,
        wind_ms=labelled.wind_ms,
        withdrawn=tuple((where[team], team) for team in labelled.withdrawn),
    )


def _substance(name: str) -> str:
    if not name:
        return ""
    found = find_substance(name)
    if found is None:
        message = f"no substance is called {name}"
        raise LookupError(message)
    return found.key


def judged(ground: OneMap, labelled: Labelled) -> Verdict:
    """Return what the brief says of a labelled incident."""
    brief = situation_brief(peopled(ground, labelled), asked(labelled))
    chinese = Catalogue.load("zh")
    first = brief.responders[0]
    return Verdict(
        labelled=labelled,
        named=_named(brief, first),
        why=chinese.word(brief.why_first),
        fit_reason=chinese.word(first.fit_reason),
    )


def _named(brief: SituationBrief, first: Responder) -> str:
    """Return whom the brief sends: nobody only where it also says so among its cautions."""
    if first.fit or not says_none_fit(brief):
        return first.id
    return NONE


def says_none_fit(brief: SituationBrief) -> bool:
    """Return whether a caution says that no registered team is fit, or no fit one can come."""
    openings = ("No registered team is fit", "No fit team")
    return any(caution.text.template.startswith(openings) for caution in brief.cautions)


def judge_all(ground: OneMap, path: Path) -> tuple[Verdict, ...]:
    """Return the verdicts of a set in the order of its file."""
    return tuple(judged(ground, labelled) for labelled in read_labelled(path))


def agreement(verdicts: Sequence[Verdict]) -> float:
    """Return the share of the verdicts that are right, 0 to 1."""
    return sum(verdict.right for verdict in verdicts) / len(verdicts)


def report(title: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield Markdown: the agreement, then each disagreement with both reasons."""
    right = sum(verdict.right for verdict in verdicts)
    yield f"## {title}: {right} of {len(verdicts)} ({agreement(verdicts):.1%})\n"
    for verdict in verdicts:
        if not verdict.right:
            of = verdict.labelled
            both = f"label {of.label}, brief {verdict.named}"
            yield f"- {of.id} {of.kind} ({of.trap or 'no trap'}): {both}"
            yield f"  - label: {of.reason}"
            yield f"  - brief: {verdict.why} {verdict.fit_reason}"
    yield ""


def main() -> None:
    """Write the agreement of both sets to the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        ground = labelled_ground(Path(folder))
        for title, path in (("First set", FIRST), ("Second set", SECOND)):
            sys.stdout.write("\n".join(report(title, judge_all(ground, path))) + "\n")


if __name__ == "__main__":
    main()
