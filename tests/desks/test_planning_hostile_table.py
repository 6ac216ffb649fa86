"""A table of services as a hurried hand leaves it: wrong kinds of value, joins of joins, edges."""

from pathlib import Path

import pytest

from desks.planning import services as module
from desks.planning.method import cited, reach_text
from desks.planning.services import Pace, PlanningRules, load_planning_rules, service_of, services
from geodata.faults import Fault, UserError

SHIPPED = module.TABLE.read_text(encoding="utf-8")

ROW = """
[[service]]
key = "own"
title_zh = "自定"
title_en = "Own"
layer = "shelter"
travel = "foot"
within_m = 500
source = "ours"
verified = false
"""


def load(folder: Path, text: str) -> PlanningRules:
    path = folder / "services.toml"
    path.write_text(text, encoding="utf-8")
    return load_planning_rules(path)


def faults_of(folder: Path, text: str) -> list[Fault]:
    with pytest.raises(UserError) as caught:
        load(folder, text)
    return list(caught.value.faults)


def own_row(**changed: str) -> str:
    """Return the row with lines replaced, as TOML writes the values; "" takes a line out."""
    lines = dict(line.split(" = ", 1) for line in ROW.strip().splitlines()[1:])
    lines |= changed
    return "\n[[service]]\n" + "\n".join(f"{k} = {v}" for k, v in lines.items() if v) + "\n"


def test_the_row_itself_is_good(tmp_path: Path) -> None:
    """Every slip below is the only one in its file."""
    own = load(tmp_path, SHIPPED + own_row()).services["own"]
    assert (own.layer, own.within_mm, own.within_ms) == ("shelter", 500_000, None)
    assert not any((own.has_capacity, own.turnout, own.siren, own.all_of, own.filters))


@pytest.mark.parametrize(
    ("changed", "where", "said"),
    [
        ({"key": '["own"]'}, "key", "text missing"),
        ({"key": "3"}, "key", "text missing"),
        ({"key": '"shelter"'}, "key", "stands twice"),
        ({"title_en": "true"}, "title_en", "text missing"),
        ({"travel": '["foot"]'}, "travel", "neither foot nor road"),
        ({"travel": "{ by = 1 }"}, "travel", "neither foot nor road"),
        ({"travel": '"Foot"'}, "travel", "neither foot nor road"),
        ({"travel": ""}, "travel", "neither foot nor road"),
        ({"within_m": "true"}, "within_m", "not a number above 0"),
        ({"within_m": "-500"}, "within_m", "not a number above 0"),
        ({"within_m": "inf"}, "within_m", "not a number above 0"),
        ({"within_m": "0.0009"}, "within_m", "not a number above 0"),
        ({"within_m": "100000.5"}, "within_m", "not a number above 0"),
        ({"within_m": "[500]"}, "within_m", "not a number above 0"),
        ({"within_m": "", "within_min": "0"}, "within_m", "not a number above 0"),
        ({"within_min": "5"}, "within_m", "exactly one of"),
        ({"layer": '["shelter"]'}, "layer", "no layer of points"),
        ({"layer": '"Shelter"'}, "layer", "no layer of points"),
        ({"layer": '"shelter "'}, "layer", "no layer of points"),
        ({"layer": '"grid_cell"'}, "layer", "no layer of points"),
        ({"layer": ""}, "layer", "no layer of points"),
        ({"filters": "[1]"}, "filters", "not column = list of texts"),
        ({"filters": "{ space = [1] }"}, "filters", "not column = list of texts"),
        ({"filters": "{ space = [] }"}, "filters", "not column = list of texts"),
        ({"filters": '{ "" = ["室外"] }'}, "filters", "not column = list of texts"),
        ({"filters": '{ contact_phone = ["1"] }'}, "filters", "not column = list of texts"),
        ({"all_of": '["shelter"]'}, "all_of", "not keys of services above"),
        ({"all_of": '"shelter"', "layer": ""}, "all_of", "not keys of services above"),
        ({"all_of": "5", "layer": ""}, "all_of", "not keys of services above"),
        ({"all_of": "[1]", "layer": ""}, "all_of", "not keys of services above"),
        ({"all_of": '[["shelter"]]', "layer": ""}, "all_of", "not keys of services above"),
        ({"all_of": '["own"]', "layer": ""}, "all_of", "not keys of services above"),
        ({"all_of": '["shelter", "shelter"]', "layer": ""}, "all_of", "not keys of services"),
        ({"all_of": '["shelter_joint"]', "layer": ""}, "all_of", "not keys of services above"),
        ({"has_capacity": "1"}, "has_capacity", "neither true nor false"),
        ({"siren": '"true"'}, "siren", "neither true nor false"),
        ({"verified": '"yes"'}, "own", ""),
        ({"source": '""'}, "own", ""),
        ({"within": '"500m"'}, "within", "no such line"),
        ({"'<b>'": "1"}, "<b>", "no such line"),
    ],
)
def test_each_wrong_value_is_a_sentence_at_its_line(
    tmp_path: Path, changed: dict[str, str], where: str, said: str
) -> None:
    """Lists where texts are due, joins of joins, names that no layer has: never a traceback."""
    found = faults_of(tmp_path, SHIPPED + own_row(**changed))
    assert {fault.file for fault in found} == {"services.toml"}
    row = f"service {len(services()) + 1}"
    assert all(row in fault.column for fault in found), [fault.column for fault in found]
    if said:
        assert any(where in one.column and said in str(one.problem) for one in found), [
            (one.column, str(one.problem)) for one in found
        ]
    assert all(str(fault.mend) for fault in found)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("per_thousand = 187", 'per_thousand = "187"', "elderly, per_thousand"),
        ("per_thousand = 187", "per_thousand = -1", "elderly, per_thousand"),
        ("per_thousand = 187", "per_thousand = 187.0", "elderly, per_thousand"),
        ("[elderly.by_subdistrict]", "by_subdistrict = 3\n", "elderly.by_subdistrict"),
        ("[elderly.by_subdistrict]", '[elderly.by_subdistrict]\nX = "2"', "by_subdistrict"),
        ("[elderly.by_subdistrict]", "[elderly.by_subdistrict]\nX = true", "by_subdistrict"),
        ("[elderly.by_subdistrict]", "[elderly.by_subdistrict]\nX = 1.5", "by_subdistrict"),
        ("night_hour = 3", "night_hour = -1", "road, night_hour"),
        ("night_hour = 3", "night_hour = 3.0", "road, night_hour"),
        ("points_up_to_m = 2500", "points_up_to_m = 100001", "assignment, points_up_to_m"),
        ("seconds = 600", "seconds = 0", "walking.all, seconds"),
        ("[walking.elderly]", "[walking.old]", "walking.elderly"),
    ],
)
def test_figures_of_the_wrong_kind_are_told(tmp_path: Path, old: str, new: str, where: str) -> None:
    found = faults_of(tmp_path, SHIPPED.replace(old, new))
    assert any(where in fault.column for fault in found), [fault.column for fault in found]


def test_rows_that_are_no_tables_are_told(tmp_path: Path) -> None:
    top = SHIPPED[: SHIPPED.index("[[service]]")]
    for rows in ("service = 3", "service = []", 'service = ["shelter"]', "service = [3, true]"):
        found = faults_of(tmp_path, f"{rows}\n{top}")
        assert any("service" in fault.column for fault in found), rows


@pytest.mark.parametrize(
    ("line", "mm", "ms"),
    [
        ("within_m = 0.001", 1, None),
        ("within_m = 0.0014", 1, None),
        ("within_m = 100000", 100_000_000, None),
        ("within_m = 499.9996", 500_000, None),
        ("within_min = 0.001", None, 60),
        ("within_min = 2.5", None, 150_000),
    ],
)
def test_reaches_are_whole_millimetres_or_milliseconds(
    tmp_path: Path, line: str, mm: int | None, ms: int | None
) -> None:
    text = own_row(within_m="") + line + "\n"
    own = load(tmp_path, SHIPPED + text).services["own"]
    assert (own.within_mm, own.within_ms) == (mm, ms)


@pytest.mark.parametrize(
    ("within", "said"),
    [
        ("500m", "500 m"),
        ("499.999m", "499.999 m"),
        ("99999.999m", "99999.999 m"),
        ("100km", "100000 m"),
        ("0.001m", "0.001 m"),
        ("10min", "10 min"),
        ("30s", "0.5 min"),
        ("86399.999s", "1439.999983 min"),
        ("86400s", "1440 min"),
    ],
)
def test_a_reach_is_never_said_longer_than_it_is(within: str, said: str) -> None:
    """A limit of a millimetre below 100 km must not print as 100 km: people at it do not count."""
    assert reach_text(service_of("shelter", within)) == said


def test_the_source_of_a_reach_stands_with_its_trust() -> None:
    (verified,) = cited(service_of("shelter"))
    assert str(verified) == "Reach by: 粤府办〔2013〕44号: service radius of 500 m, 10 min on foot."
    (own,) = cited(service_of("shelter", "501m"))
    assert str(own) == "The reach is the asker's own."
    doubtful = [one for one in services().values() if not one.verified]
    assert doubtful, "the table says of each line whether somebody read its source"
    for one in doubtful:
        assert [str(said).endswith("; not verified.") for said in cited(one)] == [True]


@pytest.mark.parametrize(
    ("pace", "length_mm", "ms"),
    [
        (Pace(500, 600, verified=False), 0, 0),
        (Pace(500, 600, verified=False), 1, 2),
        (Pace(500, 600, verified=False), 5, 6),
        (Pace(480, 600, verified=False), 480_000, 600_000),
        (Pace(480, 600, verified=False), 480_001, 600_002),
        (Pace(100_000, 1, verified=True), 100_000_000, 1000),
        (Pace(1, 100_000, verified=True), 100_000_000, 10_000_000_000_000),
    ],
)
def test_paces_by_hand_and_back(pace: Pace, length_mm: int, ms: int) -> None:
    """Up for the way, down for the limit: whoever is within by one is within by the other."""
    assert pace.ms(length_mm) == ms
    assert pace.within_mm(ms) >= length_mm
    if ms:
        assert pace.ms(pace.within_mm(ms - 1)) <= ms - 1
