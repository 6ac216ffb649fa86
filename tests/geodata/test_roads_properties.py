"""Random networks through every reader: the same streets come out, each once, and all is told."""

import itertools
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geodata.faults import Fault, UserError
from geodata.roads import Refused, RoadsReport, Shares, read_roads
from geodata.roads_schema import schema_of
from language import say

SEEDED = settings(derandomize=True, deadline=None, max_examples=60)
PLACES = {n: (round(114 + (n % 4) / 100, 2), round(30 + n // 4 / 100, 2)) for n in range(12)}
ABSENT = range(12, 15)
WAYS = st.lists(
    st.lists(st.integers(0, 14), min_size=2, max_size=7).filter(
        lambda refs: all(a != b for a, b in itertools.pairwise(refs))
    ),
    min_size=1,
    max_size=8,
)
ONEWAY = st.sampled_from(["yes", "-1", "no"])


def write_osm(path: Path, ways: list[list[int]], oneways: list[str]) -> Path:
    """Write the ways with the nodes of ``PLACES``; the nodes of ``ABSENT`` are not in the file."""
    text = ["<osm version='0.6'>"]
    text += [f"<node id='{n + 1}' lon='{x}' lat='{y}'/>" for n, (x, y) in PLACES.items()]
    for number, (refs, oneway) in enumerate(zip(ways, oneways, strict=True), 1):
        nodes = "".join(f"<nd ref='{ref + 1}'/>" for ref in refs)
        tags = f"<tag k='highway' v='primary'/><tag k='oneway' v='{oneway}'/>"
        text.append(f"<way id='{number}'>{nodes}{tags}</way>")
    path.write_text("".join([*text, "</osm>"]), encoding="utf-8")
    return path


def steps_of(
    ways: list[list[int]],
) -> Counter[tuple[str, tuple[float, float], tuple[float, float]]]:
    """Return every step of every way between two present nodes, with the way's number."""
    return Counter(
        (str(number), PLACES[a], PLACES[b])
        for number, refs in enumerate(ways, 1)
        for a, b in itertools.pairwise(refs)
        if a in PLACES and b in PLACES
    )


@SEEDED
@given(st.data(), WAYS)
def test_osm_keeps_every_step_between_present_nodes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, ways: list[list[int]]
) -> None:
    """Nothing is joined over an absent node and nothing else is lost, direction included."""
    oneways = data.draw(st.lists(ONEWAY, min_size=len(ways), max_size=len(ways)))
    path = write_osm(tmp_path_factory.mktemp("osm") / "a.osm", ways, oneways)
    expected = steps_of(ways)
    if not expected:
        with pytest.raises(UserError, match="No road is left"):
            read_roads(path)
        return
    frame, report = read_roads(path)
    found = Counter(
        (row.source_id, tuple(a), tuple(b))
        for row in frame.itertuples()
        for a, b in itertools.pairwise(row.geometry.coords)
    )
    assert found == expected
    signs = {"yes": 1, "-1": -1, "no": 0}
    assert all(row.oneway == signs[oneways[int(row.source_id) - 1]] for row in frame.itertuples())
    assert report.absent_nodes == len({ref for refs in ways for ref in refs if ref in ABSENT})
    assert report.ways_cut == sum(any(ref in ABSENT for ref in refs) for refs in ways)
    assert report.lines_read == len(set(frame["source_id"])) + report.lines_refused


@SEEDED
@given(WAYS)
def test_osm_pieces_meet_only_at_their_ends(
    tmp_path_factory: pytest.TempPathFactory, ways: list[list[int]]
) -> None:
    path = write_osm(tmp_path_factory.mktemp("osm") / "a.osm", ways, ["no"] * len(ways))
    if not steps_of(ways):
        return
    frame, _ = read_roads(path)
    inner = Counter(point for line in frame.geometry for point in list(line.coords)[1:-1])
    ends = {point for line in frame.geometry for point in (line.coords[0], line.coords[-1])}
    assert all(count == 1 for count in inner.values())
    assert not set(inner) & ends
    at = {str(n + 1): place for n, place in PLACES.items()}
    for row in frame.itertuples():
        assert at[row.from_node] == row.geometry.coords[0]
        assert at[row.to_node] == row.geometry.coords[-1]


ARCS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda arc: arc[0] != arc[1]),
    min_size=1,
    max_size=25,
)


@SEEDED
@given(ARCS)
def test_a_directed_graph_drives_as_before(
    tmp_path_factory: pytest.TempPathFactory, arcs: list[tuple[int, int]]
) -> None:
    """Straight edges, some twice, some in both directions: same arcs out, each road once."""
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_nodes_from((str(n), {"x": x, "y": y}) for n, (x, y) in PLACES.items())
    graph.add_edges_from(
        (str(a), str(b), {"oneway": "True", "highway": "primary"}) for a, b in arcs
    )
    path = tmp_path_factory.mktemp("graph") / "a.graphml"
    nx.write_graphml(graph, path)
    frame, _ = read_roads(path)
    assert len(frame) == len({frozenset(arc) for arc in arcs})
    found = set()
    for row in frame.itertuples():
        there = (int(row.from_node), int(row.to_node))
        found |= {there} if row.oneway >= 0 else set()
        found |= {there[::-1]} if row.oneway <= 0 else set()
    assert found == set(arcs)


TABLES = st.dictionaries(
    st.text(max_size=12),
    st.recursive(
        st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.floats(allow_nan=False)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@SEEDED
@given(TABLES, st.sampled_from(["columns", "oneway", "class", "units", "other"]))
def test_any_toml_is_a_schema_or_a_sentence(told: dict[str, object], table: str) -> None:
    said: tuple[Fault, ...] = ()
    try:
        schema_of({table: told}, "s.toml")
    except UserError as error:
        said = error.faults
    assert all(fault.file == "s.toml" and str(fault.mend) for fault in said)


def report(**more: object) -> RoadsReport:
    plain = {
        "file": "a.gpkg",
        "format": "GeoPackage",
        "layer": "roads",
        "lines_read": 10,
        "pieces": 8,
    }
    return RoadsReport(**plain, shares=Shares(0.25, 0.0, 1.0, 0.5), **more)  # type: ignore[arg-type]


def test_the_report_says_first_how_much_came_in() -> None:
    first, second, *rest = map(str, report().sentences())
    assert first == "a.gpkg: 10 lines read as GeoPackage, 8 pieces of road kept."
    assert second == (
        "Of the pieces 25 % are one-way, 0 % have a speed, 100 % a width, 50 % a name."
    )
    assert not rest


def test_the_report_names_gaps_and_refusals() -> None:
    refused = Refused.of(say("The length is zero."), [f"r{n}" for n in range(30)])
    told = report(
        refused=(refused,),
        unread={"maxspeed": 3},
        unknown_classes={"zebra": 2, "hovercraft": 1},
        absent_nodes=5,
        ways_cut=2,
    )
    *_, cut, classes, cells, lost = map(str, told.sentences())
    assert cut == "The extract is clipped: 5 nodes are absent, 2 ways were cut there."
    assert classes.startswith("3 lines have a class that is not known here, such as zebra, hover")
    assert cells == "3 cells of 'maxspeed' make no sense and count as empty."
    assert lost == "30 lines left out: The length is zero. First: r0, r1, r2, r3, r4."
    assert told.lines_refused == 30
    assert len(refused.first) == 20


def test_the_report_is_frozen() -> None:
    told = report(unread={"width": 1})
    with pytest.raises(TypeError):
        told.unread["width"] = 2  # type: ignore[index]
    with pytest.raises(AttributeError):
        told.pieces = 9  # type: ignore[misc]


def test_same_file_same_frame(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", [[0, 1, 2], [2, 1, 5]], ["no", "yes"])
    first, again = read_roads(path), read_roads(path)
    assert first[0].equals(again[0])
    assert first[1] == again[1]
    assert first[0].geometry[0].equals(LineString([PLACES[0], PLACES[1]]))
