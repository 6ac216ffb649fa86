"""The house rules: arrows between rooms, the style band, what is imported and what is declared."""

import ast
import json
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = (
    "language",
    "geodata",
    "layers",
    "routing",
    "risk",
    "desks",
    "reports",
    "ui",
    "commands",
    "sample",
    "benchmarks",
)
DOORS = ("app.py", "control.py", "cli.py")
ALONE = ("verify.py", "verify_drill.py")
# Declared though nothing of ours imports them: st.login asks for the first two, SQLAlchemy loads
# the third by the name in postgresql+pg8000://.
LOADED_BY_NAME = {"authlib", "httpx", "pg8000"}
FORBIDDEN_ROOMS = {"utils", "util", "common", "helpers", "helper", "base", "manager"}
NETWORK = re.compile(
    r"(requests|urllib\.(request|error)|urllib3|http\.(client|server)|socket|httpx|aiohttp|ftplib|smtplib)\b"
)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Source = tuple[Path, ast.Module]


def _read(paths: list[Path]) -> list[Source]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(paths)]


@pytest.fixture(scope="module")
def code() -> list[Source]:
    """Return every file of the program, parsed; tests are apart."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return _read(files + [ROOT / door for door in (*DOORS, *ALONE) if (ROOT / door).exists()])


def _functions(sources: list[Source]) -> Iterator[tuple[str, Function]]:
    for path, tree in sources:
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def _length(function: Function) -> int:
    """Return the lines from ``def`` to the last statement, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def _arguments(function: Function) -> list[ast.arg]:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return [argument for argument in arguments if argument.arg not in {"self", "cls"}]


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, module) of each absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


def test_the_rooms_keep_their_arrows() -> None:
    """The contracts of pyproject.toml hold: rooms see only what lies below them."""
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_functions_stay_in_the_band(code: list[Source]) -> None:
    lengths = {name: _length(function) for name, function in _functions(code)}
    assert statistics.median(lengths.values()) <= 12
    assert {name: lines for name, lines in lengths.items() if lines > 80} == {}


def test_files_stay_under_500_lines(code: list[Source]) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path, _ in code
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def test_no_function_takes_more_than_six_arguments(code: list[Source]) -> None:
    crowded = [name for name, function in _functions(code) if len(_arguments(function)) > 6]
    assert crowded == []


def test_every_function_is_annotated(code: list[Source]) -> None:
    bare = [
        name
        for name, function in _functions(code)
        if function.returns is None
        or any(argument.annotation is None for argument in _arguments(function))
    ]
    assert bare == []


def test_no_room_is_a_drawer_for_everything(code: list[Source]) -> None:
    names = {part for path, _ in code for part in path.relative_to(ROOT).with_suffix("").parts}
    assert names & FORBIDDEN_ROOMS == set()


def test_nothing_swallows_every_error(code: list[Source]) -> None:
    broad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in code
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    assert broad == []


def test_nothing_reaches_for_the_network(code: list[Source]) -> None:
    """The rooms and doors import no web client; the benchmark reads its own local server."""
    reaching = [
        f"{path.relative_to(ROOT)}:{line} {module}"
        for path, tree in code
        for line, module in _imports(tree)
        if NETWORK.match(module) and path.relative_to(ROOT).parts[0] != "benchmarks"
    ]
    assert reaching == []


@pytest.mark.parametrize("name", ALONE)
def test_what_checks_us_imports_nothing_of_ours(name: str) -> None:
    """Whoever checks a package carries one file, Python and one library for signatures."""
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    imported = {module.split(".")[0] for _, module in _imports(tree)}
    relative = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert relative == []
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
    assert not {"importlib", "subprocess", "runpy", "socket"} & imported


def test_streamlit_stays_on_the_screen(code: list[Source]) -> None:
    elsewhere = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, tree in code
        for line, module in _imports(tree)
        if module.split(".")[0] == "streamlit"
        and path.relative_to(ROOT).parts[0] not in {"ui", "app.py", "control.py"}
    ]
    assert elsewhere == []


def test_tests_weigh_at_least_four_fifths_of_the_code(code: list[Source]) -> None:
    def lines(paths: list[Path]) -> int:
        return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)

    program = lines([path for path, _ in code])
    tests = lines(list((ROOT / "tests").rglob("*.py")))
    assert tests >= 0.8 * program, f"{tests} lines of tests for {program} lines of code"


def _declared(name: str) -> dict[str, str]:
    """Return normalised package name -> pinned version of a requirements file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s\\;]+)", text, flags=re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in pins}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported(
    code: list[Source],
) -> None:
    ours = {*ROOMS, "tests", "app", "control", "cli"}
    imported = {
        module.split(".")[0]
        for path, tree in code
        for _, module in _imports(tree)
        if path.relative_to(ROOT).parts[0] != "benchmarks"
    } - ours
    packages = metadata.packages_distributions()
    used = {
        re.sub(r"[-_.]+", "-", packages[module][0]).lower()
        for module in imported - set(sys.stdlib_module_names)
    }
    assert used.isdisjoint(LOADED_BY_NAME), "imported after all: take it out of LOADED_BY_NAME"
    assert used | LOADED_BY_NAME == set(_declared("requirements.txt"))


@pytest.mark.parametrize("name", ["requirements", "requirements-test", "requirements-bench"])
def test_the_lock_holds_what_is_declared_with_hashes(name: str) -> None:
    lock = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    locked = _declared(f"{name}.lock")
    assert _declared(f"{name}.txt").items() <= locked.items()
    assert locked.items() >= _declared("requirements.lock").items()
    assert lock.count("--hash=sha256:") >= len(locked)
    assert "://" not in lock, "a registry's address would bind users to one mirror"


def test_the_notice_names_every_library_of_the_browser() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    names = {name.removeprefix("node_modules/") for name in packages if name}
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    shipped = {name for name in names if not name.startswith("@types/")}
    assert {
        name for name in shipped if not re.search(rf"(^|\s){re.escape(name)}\s", notice)
    } == set()


def test_no_address_of_the_world_stands_in_what_the_browser_loads() -> None:
    """The page asks no host but its own; a namespace (w3.org) is a name and is never fetched."""
    loaded = [
        path
        for pattern in ("*.js", "*.mjs", "*.css", "*.html", "*.svg")
        for path in (ROOT / "ui").rglob(pattern)
    ]
    outside = {
        f"{path.name}: {address}"
        for path in loaded
        for address in re.findall(r"https?://[^\s\"')]+", path.read_text(encoding="utf-8"))
        if not address.startswith(("http://www.w3.org/", "http://127.0.0.1"))
    }
    assert outside == set()


def test_the_python_versions_agree_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"] == ">=3.11"
    assert "(3, 11) <= sys.version_info[:2] <= (3, 13)" in (
        ROOT / "setup" / "environment.sh"
    ).read_text(encoding="utf-8")
