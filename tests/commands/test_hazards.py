"""``cli.py hazards``: an override from the terminal, with its reason, and what is refused."""

import json
import shutil
from pathlib import Path

import pytest

import cli
from desks.build import Source, Sources, build_district
from desks.hazards.overrides import override_history
from desks.register.opening import open_register
from sample import write_sample

HAZARDS = "编号,名称,企业,经度,纬度\nH1,甲厂储罐,甲厂,114.002,23.004\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the town with one major hazard, whose stock is not on file."""
    folder = tmp_path_factory.mktemp("hazards")
    files = write_sample(folder / "files", size="town", seed=1)
    table = folder / "hazard.csv"
    table.write_text(HAZARDS, encoding="utf-8")
    units = {"subdistrict": files.subdistricts, "community": files.communities}
    layers = {**files.layers, **units, "hazard": table}
    sources = Sources(roads=Source(files.roads), layers={k: Source(p) for k, p in layers.items()},
                      name_zh="镇", name_en="Town", sample=True)  # fmt: skip
    build_district(folder / "town", sources)
    return folder / "town"


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the town that a test may write to."""
    return Path(shutil.copytree(built, tmp_path / "town"))


def found(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    assert cli.main(["hazards", str(folder), "--format", "json", *options]) == 0
    (hazard,) = json.loads(capsys.readouterr().out)["hazards"]
    return dict(hazard)


def test_an_override_from_the_terminal_is_kept_and_withdrawn(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S0-3: set with a reason, shown beside what was computed, withdrawn, all in history."""
    assert found(folder, capsys)["override"] is None
    set_one = found(folder, capsys, "--set", "hazard:H1=2", "--who", "李工", "--why", "扩建")
    assert (set_one["level"], set_one["computed"], set_one["colour"]) == ("二级", None, "red")
    override = found(folder, capsys)["override"]
    assert isinstance(override, dict)
    assert (override["who"], override["reason"], override["level"]) == ("李工", "扩建", "二级")
    assert found(folder, capsys, "--withdraw", "hazard:H1")["override"] is None
    with open_register(folder) as store:
        events = override_history(store, ("hazard", "H1"))
        assert [event.kind for event in events] == ["add", "remove"]
        assert store.verify().intact


@pytest.mark.parametrize(
    "options",
    [("--set", "hazard:H1=2"), ("--set", "hazard:H1=9", "--why", "x"),
     ("--set", "H1", "--why", "x"), ("--set", "hazard:H9=1", "--why", "x"),
     ("--set", "hazard:H1=²", "--why", "x"),
     ("--withdraw", "H1")],
)  # fmt: skip
def test_an_override_that_cannot_be_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    assert cli.main(["hazards", str(folder), *options]) == 2
    assert capsys.readouterr().err.strip()
    assert found(folder, capsys)["override"] is None
