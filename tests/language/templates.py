"""Every template that the code says, read from its syntax tree."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).resolve().parents[2]
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
DOORS = ("app.py", "cli.py")
SPEAKERS = {"say"}
SPEAKERS_ON_SCREEN = {"say", "text", "t"}
"""Calls whose first argument is a template; elsewhere ``text`` reads a column."""


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Yield the program's own files."""
    for room in ROOMS:
        yield from sorted((root / room).rglob("*.py"))
    yield from (root / door for door in DOORS if (root / door).exists())


def templates(source: str, *, screen: bool = True) -> set[str]:
    """Return the templates of one file's text."""
    speakers = SPEAKERS_ON_SCREEN if screen else SPEAKERS
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if name in speakers and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
    return found


def hidden(source: str) -> list[int]:
    """Return the lines where a sentence is said whose template does not stand there."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in SPEAKERS
        and not (
            node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        )
    ]


def every_template() -> dict[str, str]:
    """Return each template with a file that says it."""
    return {
        template: str(path.relative_to(ROOT))
        for path in sources()
        for template in templates(
            path.read_text(encoding="utf-8"), screen=(ROOT / "ui") in path.parents
        )
        if any(letter.isalpha() for letter in template)
    }


def placeholders(template: str) -> set[str]:
    """Return the names that a template asks for."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}
