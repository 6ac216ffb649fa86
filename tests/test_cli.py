"""The terminal's door: answers in JSON that keeps its schema, one sentence for every slip."""

import json
import re
from pathlib import Path

import geopandas as gpd
import jsonschema
import pytest
import shapely

import cli
from sample import SampleFiles, write_sample

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"
AT = "113.0073,23.0056"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    return write_sample(tmp_path_factory.mktemp("cli_files"), size="town", seed=1)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "town"
    assert cli.main(["sample", str(folder), "--size", "town", "--lang", "en"]) == 0
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def keeps(schema: str, text: str) -> dict[str, object]:
    document: dict[str, object] = json.loads(text)
    jsonschema.validate(
        document, json.loads((SCHEMAS / f"{schema}.schema.json").read_text("utf-8"))
    )
    return document


def test_a_build_in_chinese_speaks_no_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "sample", tmp_path / "d", "--size", "town")
    assert code == 0
    english = [
        line for line in (out + err).splitlines() if re.search("[A-Za-z]{2,} [a-z]{2,}", line)
    ]
    assert not english


def test_a_brief_in_json(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Row S4-1: the same answer as on the screen, with eta the sum of its parts."""
    code, out, err = run(
        capsys, "brief", town, "--at", AT, "--hour", "3", "--kind", "fire", "--format", "json"
    )
    assert (code, err) == (0, "")
    document = keeps("brief", out)
    teams = document["responders"]
    assert isinstance(teams, list)
    assert [team["id"] for team in teams] == ["T1", "T2", "T3"]
    first = teams[0]
    assert first["eta_s"] == first["call_s"] + first["turnout_s"] + first["drive_s"]
    assert teams[2]["reason"]
    assert document["sample"] is True


def test_a_brief_as_text_says_sample_data(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "brief", town, "--at", AT, "--lang", "en")
    assert code == 0
    assert "Sample data" in out
    assert "西街消防救援队" in out
    assert "cannot come" in out


def test_closures_by_file_and_by_road(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    area = tmp_path / "closed.geojson"
    shape = shapely.box(113.0021, 23.0051, 113.0031, 23.0061)
    gpd.GeoDataFrame(geometry=[shape], crs=4326).to_file(area)
    times = []
    for extra in ([], ["--close", area], ["--close-road", "人民路"]):
        _, out, _ = run(
            capsys, "brief", town, "--at", AT, "--hour", "3", "--format", "json", *extra
        )
        teams = {team["id"]: team for team in keeps("brief", out)["responders"]}  # type: ignore[attr-defined]  # checked by the schema
        times.append(teams["T1"]["eta_s"])
    assert times[0] < times[1]
    assert times[0] < times[2]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--at", "23.0056,113.0073"], "each other's place"),
        (["--at", "abc"], "no position"),
        (["--at", "113.0"], "no position"),
        (["--at", "113,23,5"], "no position"),
        (["--at", "nan,nan"], "position"),
        (["--at", "200,95"], "position"),
        (["--at", AT, "--hour", "24"], "no hour"),
        (["--at", AT, "--hour", "-1"], "no hour"),
        (["--at", AT, "--hour", "3", "--time", "2026-01-01"], "Both"),
        (["--at", AT, "--time", "yesterday"], "no time"),
        (["--at", AT, "--kind", "meteor"], "no kind of incident"),
        (["--at", AT, "--close-road", "无此路"], "No road is called"),
        (["--at", AT, "--close", "none.geojson"], "none.geojson"),
    ],
)
def test_every_slip_has_its_sentence(
    town: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    code, out, err = run(capsys, "brief", town, "--lang", "en", *arguments)
    assert code == 2
    assert out == ""
    assert word in err
    assert "Traceback" not in err


def test_full_width_and_degrees_minutes_seconds_are_read(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for at in ("１１３.００７３，２３.００５６", "113°0′26.28″E,23°0′20.16″N"):
        code, out, _ = run(capsys, "brief", town, "--at", at, "--format", "json")
        assert code == 0
        place = keeps("brief", out)["incident"]["at"]  # type: ignore[index]  # checked by the schema
        assert place == pytest.approx([113.0073, 23.0056], abs=1e-6)


def test_a_click_outside_the_district_is_answered(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        capsys, "brief", town, "--at", "113.2,23.2", "--format", "json", "--lang", "en"
    )
    assert code == 0
    document = keeps("brief", out)
    assert "outside the district" in " ".join(document["cautions"])  # type: ignore[arg-type]  # checked by the schema


def test_all_slips_of_a_brief_come_at_once(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(
        capsys, "brief", town, "--at", "x", "--hour", "99", "--kind", "y", "--lang", "en"
    )
    assert len(err.strip().splitlines()) == 3


def test_a_missing_district_names_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "brief", tmp_path / "none", "--at", AT, "--lang", "en")
    assert code == 2
    assert "python cli.py sample" in err


def test_build_from_ones_own_files(
    files: SampleFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layers = [part for key, path in files.layers.items() for part in ("--layer", f"{key}={path}")]
    code, out, err = run(
        capsys, "build", tmp_path / "d", "--roads", files.roads,
        "--subdistricts", files.subdistricts, "--communities", files.communities,
        "--backdrop", f"water={files.backdrop['water']}", "--name", "自建镇",
        "--datum", "team=wgs84", "--format", "json", *layers,
    )  # fmt: skip
    assert code == 0
    document = keeps("build", out)
    assert document["name_zh"] == "自建镇"
    assert "%" in err  # progress is on the other stream
    assert run(capsys, "brief", tmp_path / "d", "--at", AT)[0] == 0


def test_build_prints_its_report(
    files: SampleFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "build", tmp_path / "d", "--roads", files.roads, "--lang", "en")
    assert code == 0
    assert "[roads] roads.gpkg" in out
    assert "whole extent" in out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "No file of roads"),
        (["--layer", "team"], "not KEY=VALUE"),
        (["--datum", "team=gcj02"], "has no file"),
        (["--as-of", "soon"], "no date"),
        (["--roads", "absent.gpkg"], "absent.gpkg"),
        (["--roads", "absent.gpkg", "--layer", "rocket=absent.csv"], "no layer 'rocket'"),
        (["--roads", "absent.gpkg", "--roads-schema", "absent.toml"], "absent.toml"),
        (["--roads", "/etc/passwd"], "passwd"),
        (["--roads", "/vsicurl/http://x/y.geojson"], "y.geojson"),
    ],
)
def test_every_slip_of_a_build_has_its_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    code, _, err = run(capsys, "build", tmp_path / "d", "--lang", "en", *arguments)
    assert code == 2
    assert word in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_the_list_of_layers(capsys: pytest.CaptureFixture[str]) -> None:
    """Rows S1-13, S1-17, S1-20, S2-17: the layers the plans ask for are declared and listed."""
    code, out, _ = run(capsys, "build", "--list", "--format", "json")
    assert code == 0
    layers = {row["key"]: row for row in keeps("list", out)["layers"]}  # type: ignore[attr-defined]  # checked by the schema
    assert {"drill_site", "crowded_place", "lpg_service_point", "nursing_home"} <= set(layers)
    assert layers["nursing_home"]["purpose"] == "receptor"
    code, out, _ = run(capsys, "build", "--list", "--lang", "zh")
    assert "避难场所" in out


def test_a_bad_seed_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "sample", tmp_path / "d", "--seed", "-1", "--lang", "en")
    assert code == 2
    assert "seed" in err


def test_the_sample_never_replaces_a_district_of_ones_own(
    files: SampleFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "mine"
    assert run(capsys, "build", target, "--roads", files.roads, "--name", "我的区")[0] == 0
    before = (target / "district.toml").read_bytes()
    code, _, err = run(capsys, "sample", target, "--size", "town", "--lang", "en")
    assert code == 2
    assert "a district of your own" in err
    assert (target / "district.toml").read_bytes() == before
    (target / "district.toml").write_text("half a lin", encoding="utf-8")
    assert run(capsys, "sample", target, "--size", "town")[0] == 2


def test_help_says_what_each_option_of_build_takes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["build", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    for words in ("KEY=FILE[:LAYER]", "gcj02, bd09, cgcs2000 or EPSG:n", "water, green, industry"):
        assert words in told
    _, out, _ = run(capsys, "build", "--list", "--lang", "zh")
    assert "室内外 * choice (室内, 室外)" in out
    assert "“经度”“纬度”" in out


def test_names_with_control_characters_stay_on_their_line(
    files: SampleFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Signs that steer a terminal do not come in; what can be seen is kept as it was typed."""
    target = tmp_path / "d"
    name = '坏"名\n\x1b[31m'
    code, out, err = run(capsys, "build", target, "--roads", files.roads, "--name", name)
    assert code == 2
    assert "\x1b" not in out + err
    assert len(err.splitlines()) == 1
    assert not target.exists()
    code, out, _ = run(capsys, "build", target, "--roads", files.roads, "--name", '坏"名[31m')
    assert code == 0
    assert '坏"名[31m' in out
    assert run(capsys, "brief", target, "--at", AT)[0] == 0


def test_help_stands_for_the_program_and_for_each_of_its_commands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A sign of per cent in one line of help once broke the help of all."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    names = re.findall(r"(?m)^    ([a-z-]+) ", capsys.readouterr().out)
    assert {"brief", "coverage", "site", "report", "coverage-all"} <= set(names)
    for name in names:
        with pytest.raises(SystemExit) as ended:
            cli.main([name, "--help"])
        assert ended.value.code == 0, name
        assert "usage:" in capsys.readouterr().out
