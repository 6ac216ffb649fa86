"""The script that says which rows of the plans no test names."""

import subprocess
import sys
from pathlib import Path

from tests.plan_rows import ROW, TESTS, Issue, named_rows, read_issues, report


def test_every_row_is_well_formed_and_owned_by_one_issue() -> None:
    rows = [row for issue in read_issues() for row in issue.rows]
    assert all(ROW.fullmatch(row) for row in rows)
    assert len(rows) == len(set(rows))
    assert [len(issue.rows) for issue in read_issues()] == [13, 19, 25, 10, 12]


def test_only_the_docstring_of_a_test_shows_a_row(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(
        "def test_one():\n"
        '    """Rows %s9-1 is none, %s1-30 and %s2-4 are shown."""\n'
        "def helper():\n"
        '    """Mentions %s4-1 but tests nothing."""\n'
        "# %s0-1 in a comment\n"
        "def test_two():\n"
        '    name = "%s0-2"\n'
        "async def test_three():\n"
        '    """%s1-30 once more; %s2-45 is not row 4."""\n'.replace("%s", "S"),
        encoding="utf-8",
    )
    assert named_rows([tmp_path / "test_a.py"]) == {
        "S1-30": ["test_a.py::test_one", "test_a.py::test_three"],
        "S2-4": ["test_a.py::test_one"],
        "S2-45": ["test_a.py::test_three"],
    }


def test_the_report_names_what_is_open() -> None:
    issues = (Issue(8, "Eight", ("S0-1", "S0-2", "S0-3")), Issue(9, "Nine", ("S0-4",)))
    found = {"S0-2": ["t"], "S0-4": ["t"]}
    assert report(issues, found) == [
        "issue 8 Eight: 1 of 3 rows shown; no test names S0-1 S0-3",
        "issue 9 Nine: 1 of 1 rows shown",
    ]


def test_it_runs_as_a_script_and_never_fails_the_build() -> None:
    run = subprocess.run(
        [sys.executable, TESTS / "plan_rows.py"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("Rows of the plans\n  issue 2 ")
    assert len(run.stdout.splitlines()) == 6
