"""``drill compose`` and ``drill adversary``: what is asked, what is told, and what is not."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

import cli
from desks.build import build_district
from desks.exercise.drafts import LOG, make_draft_key, read_draft
from desks.exercise.folder import Control, create_control
from desks.exercise.log import create_log, write
from desks.onemap import OneMap, load_onemap
from sample import write_sample
from tests.desks.exercise.drill_town import drill_town
from tests.desks.making import sources_of

Said = pytest.CaptureFixture[str]
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "drill-adversary.schema.json"
SOON = datetime.now(UTC).date() + timedelta(days=30)
WINDOW = ("--window", f"{SOON}..{SOON + timedelta(days=2)}", "--hours", "8-18")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    folder = tmp_path_factory.mktemp("composed")
    files = write_sample(folder / "files", size="town", seed=1)
    build_district(folder / "town", sources_of(files))
    return drill_town(load_onemap(folder / "town"))


@pytest.fixture
def control(tmp_path: Path, world: OneMap, monkeypatch: pytest.MonkeyPatch) -> Control:
    monkeypatch.setattr("commands.drill_compose.load_onemap", lambda _: world)
    district = tmp_path / "district"
    district.mkdir()
    made = create_control(tmp_path / "control", district)
    make_draft_key(made)
    return made


def _compose(control: Control, *options: str) -> int:
    given = ("--number", "2026-1", "--pool", "3", "--class", "fire", "--class", "toxic")
    return cli.main(["drill", "compose", str(control.folder), *given, *WINDOW, *options])


def test_a_pool_is_composed_and_locked_and_nothing_of_it_is_shown(
    control: Control, capsys: Said
) -> None:
    """S1-9: what the terminal shows of a sealed drill is how many and how hard, no more."""
    assert _compose(control) == 0
    told = capsys.readouterr()
    pool = read_draft(control, "2026-1")
    assert len(pool.scenarios) == 3
    shown = told.out + told.err
    for scenario in pool.scenarios:
        for text in (scenario.place, scenario.title, *scenario.closed_roads):
            assert text not in shown
    assert pool.t0[:13] not in shown
    assert pool.seed not in shown
    locked = (control.drill("2026-1") / "draft.age").read_bytes()
    assert pool.scenarios[0].place.encode() not in locked


def test_a_program_reads_how_many_and_how_hard(control: Control, capsys: Said) -> None:
    assert _compose(control, "--format", "json", "--type", "tabletop") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"drill", "type", "pool", "first_p90_s", "map_stamp", "speed_model"}
    assert (told["pool"], told["type"]) == (3, "tabletop")
    times = [one.first_p90_ms or 0 for one in read_draft(control, "2026-1").scenarios]
    assert told["first_p90_s"] == [min(times) // 1000, max(times) // 1000]


def test_what_is_wished_for_need_not_stand_in_the_list_of_processes(
    control: Control, tmp_path: Path
) -> None:
    """S0-5: arguments are read by every user of the machine; kind and days would tell enough."""
    wish = tmp_path / "wish"
    wish.write_text("--pool\n2\n\n--class=fire\n" + "\n".join(WINDOW), encoding="utf-8-sig")
    given = ("--number", "2026-1", "--wish", str(wish))
    assert cli.main(["drill", "compose", str(control.folder), *given]) == 0
    pool = read_draft(control, "2026-1")
    assert (len(pool.scenarios), pool.asked["classes"]) == (2, ["fire"])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"--class=\xff\xfe", "The file cannot be read"),
        (None, "The file cannot be read"),
        (b"--class\n", "error: "),
        (b"--wish=wish", "error: "),
        (b"--number=2026-2", "error: "),
        (b"--pool=1e9", "It is not a whole number"),
    ],
)
def test_a_wish_that_cannot_be_read_gets_a_sentence(
    control: Control, tmp_path: Path, capsys: Said, data: bytes | None, said: str
) -> None:
    wish = tmp_path / "wish"
    if data is not None:
        wish.write_bytes(data)
    given = ("--number", "2026-1", "--wish", str(wish), "--lang", "en")
    with suppress(SystemExit):
        assert cli.main(["drill", "compose", str(control.folder), *given]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert control.drills == ()


def test_no_pool_is_like_another(control: Control) -> None:
    """Who wishes the same twice gets chance of 256 bits twice."""
    seeds = []
    for _ in range(2):
        assert _compose(control) == 0
        seeds.append(read_draft(control, "2026-1").seed)
    assert seeds[0] != seeds[1]


def test_no_option_names_the_seed_of_a_pool(control: Control, capsys: Said) -> None:
    """An option is read by every user of the machine, and makes the whole pool anew."""
    with pytest.raises(SystemExit) as ended:
        _compose(control, "--seed", "7")
    assert ended.value.code == 2
    assert "--seed" in capsys.readouterr().err
    assert not (control.drill("2026-1") / "draft.age").exists()


def test_a_sealed_drill_is_refused_before_anything_is_computed(
    control: Control, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    (control.drill("2026-1")).mkdir()
    with create_log(control.drill("2026-1") / LOG) as log:
        write(log, "组长", "sealed", {"commitment": "ab" * 32, "envelope": "", "signer": ""})

    def computes(*_: object) -> None:
        pytest.fail("it read the district first")

    monkeypatch.setattr("commands.drill_compose.load_onemap", computes)
    assert _compose(control, "--lang", "en") == cli.USER_FAULT
    assert "was sealed at" in capsys.readouterr().err
    assert not (control.drill("2026-1") / "draft.age").exists()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--band", "15-12"), "--band"),
        (("--band", "soon"), "--band"),
        (("--hours", "25"), "--hours"),
        (("--hours", "8-"), "--hours"),
        (("--hours", ""), "--hours"),
        (("--window", "2026-13-01"), "--window"),
        (("--window", "2020-01-01..2020-01-05"), "--window"),
        (("--window", "9999-12-30..9999-12-31"), "--window"),
        (("--window", "0001-01-01"), "--window"),
        (("--exam-day", "9999-12-31"), "--exam-day"),
        (("--avoid", "nowhere"), "--avoid"),
        (("--exam-day", "June"), "--exam-day"),
        (("--pool", "-3"), "--pool"),
        (("--pool", "1"), "--pool"),
        (("--closures", "9"), "--closures"),
        (("--class", "war"), "--class"),
        (("--number", "../x"), "--number"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(
    control: Control, capsys: Said, options: tuple[str, ...], named: str
) -> None:
    assert _compose(control, *options) == cli.USER_FAULT
    told = capsys.readouterr().err
    assert named in told
    assert "Traceback" not in told


def test_hours_may_pass_midnight(control: Control, capsys: Said) -> None:
    assert _compose(control, "--hours", "22-1", "--avoid", "rush-hour") == 0
    capsys.readouterr()
    assert read_draft(control, "2026-1").asked["hours"] == [0, 1, 22, 23]


def test_a_users_own_area_keeps_the_drill_away(
    control: Control, world: OneMap, tmp_path: Path, capsys: Said
) -> None:
    west, south = world.to_degrees(*world.extent_m[:2])
    east, north = world.to_degrees(*world.extent_m[2:])
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert _compose(control, "--avoid", str(area), "--lang", "en") == cli.USER_FAULT
    assert "excludes every place" in capsys.readouterr().err


def test_planners_read_where_help_comes_last(control: Control, world: OneMap, capsys: Said) -> None:
    given = ["drill", "adversary", str(control.district), "--class", "fire", "--candidates", "60"]
    assert cli.main([*given, "--day", "2026-12-01", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert told["stamp"] == world.stamp
    assert told["candidates"] >= 60
    times = [row["p90_s"] for row in told["findings"]]
    assert times == sorted(times, key=lambda one: (one is not None, -(one or 0)))
    assert cli.main([*given, "--day", "2026-12-01", "--lang", "en"]) == 0
    assert "nine in ten within" in capsys.readouterr().out
    assert cli.main([*given, "--aim", "band"]) == cli.USER_FAULT
    assert "--band" in capsys.readouterr().err
    for day in ("9999-12-31", "0001-01-01"):
        assert cli.main([*given, "--day", day]) == cli.USER_FAULT
        assert "--day" in capsys.readouterr().err
    for wrong in ("", "xyz", "f" * 65):
        assert cli.main([*given, f"--seed={wrong}"]) == cli.USER_FAULT
        assert "--seed" in capsys.readouterr().err
