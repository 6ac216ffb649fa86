"""The browser libraries: what the map asks for is what is copied, pinned, and from here only."""

import json
import re
from pathlib import Path

import pytest

from geodata.faults import UserError
from ui.assets import FILES, VENDOR, copy_assets, main, missing_assets

ROOT = Path(__file__).parents[2]


def installed(folder: Path) -> Path:
    for source, _ in FILES:
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return folder


def test_everything_is_copied_to_where_the_map_looks(tmp_path: Path) -> None:
    static = tmp_path / "static"
    assert missing_assets(static) == tuple(name for _, name in FILES)
    written = copy_assets(installed(tmp_path / "node_modules"), static)
    assert [path.relative_to(static / VENDOR).as_posix() for path in written] == [
        name for _, name in FILES
    ]
    assert (static / VENDOR / "leaflet" / "leaflet.js").read_text() == "leaflet/dist/leaflet.js"
    assert missing_assets(static) == ()
    assert not list(static.rglob("*.new"))


def test_copying_again_replaces_old_files(tmp_path: Path) -> None:
    modules, static = installed(tmp_path / "node_modules"), tmp_path / "static"
    copy_assets(modules, static)
    (modules / FILES[0][0]).write_text("newer")
    copy_assets(modules, static)
    assert (static / VENDOR / FILES[0][1]).read_text() == "newer"


def test_every_missing_file_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    modules, static = installed(tmp_path / "node_modules"), tmp_path / "static"
    (modules / FILES[0][0]).unlink()
    (modules / FILES[3][0]).unlink()
    with pytest.raises(UserError) as raised:
        copy_assets(modules, static)
    assert [Path(fault.file).relative_to(modules).as_posix() for fault in raised.value.faults] == [
        FILES[0][0],
        FILES[3][0],
    ]
    assert not static.exists()


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    static = tmp_path / "static"
    assert main([str(tmp_path / "none"), str(static)]) == 1
    assert "npm ci" in capsys.readouterr().err
    assert main([str(installed(tmp_path / "node_modules")), str(static)]) == 0
    assert f"{len(FILES)} files" in capsys.readouterr().out


def test_what_the_script_loads_is_in_the_list() -> None:
    store = (ROOT / "ui" / "map" / "store.js").read_text("utf-8")
    asked = set(re.findall(r'"([a-z.-]+/[\w.-]+\.(?:js|css))"', store))
    assert len(asked) == 5
    assert asked <= {name for _, name in FILES}


def test_versions_are_pinned_and_locked() -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert set(wanted) == {source.partition("/")[0] for source, _ in FILES}
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all(entry.get("integrity") for path, entry in locked.items() if path)


def test_no_script_or_style_names_another_host() -> None:
    for path in (ROOT / "ui" / "map").iterdir():
        if path.suffix in {".js", ".css", ".py"}:
            # The name of the language of drawings looks like an address and is never asked for.
            text = path.read_text("utf-8").replace('"http://www.w3.org/2000/svg"', "")
            assert "://" not in text, path.name
