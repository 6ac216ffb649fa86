"""Which rows of the plans a test names: ``python tests/plan_rows.py`` prints the rest."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent
ROW = re.compile(r"\bS[0-4]-\d{1,2}\b")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Issue:
    """One issue and the rows of the plans that it owns, in the order of its text."""

    number: int
    title: str
    rows: tuple[str, ...]


def read_issues(path: Path = TESTS / "plan_rows.toml") -> tuple[Issue, ...]:
    """Return the issues in the order of the file."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Issue(entry["number"], entry["title"], tuple(entry["rows"])) for entry in table["issue"]
    )


def _named_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield (row, test name) for each row that a test's own docstring names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and node.name.startswith("test_"):
            for row in ROW.findall(ast.get_docstring(node) or ""):
                yield row, node.name


def named_rows(files: Iterable[Path]) -> dict[str, list[str]]:
    """Return for each row the tests that name it, as ``file::test``."""
    found: dict[str, list[str]] = {}
    for path in sorted(files):
        for row, test in _named_in(path.read_text(encoding="utf-8")):
            found.setdefault(row, []).append(f"{path.name}::{test}")
    return found


def report(issues: Iterable[Issue], found: Mapping[str, list[str]]) -> list[str]:
    """Return one line per issue: how many of its rows are shown by a test, and which are not."""
    lines = []
    for issue in issues:
        open_rows = [row for row in issue.rows if row not in found]
        shown = len(issue.rows) - len(open_rows)
        head = f"issue {issue.number} {issue.title}: {shown} of {len(issue.rows)} rows shown"
        lines.append(f"{head}; no test names {' '.join(open_rows)}" if open_rows else head)
    return lines


def main() -> int:
    """Print the report and return 0: rows of later issues are open by plan, not by fault."""
    lines = report(read_issues(), named_rows(TESTS.rglob("test_*.py")))
    sys.stdout.write("Rows of the plans\n" + "".join(f"  {line}\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
