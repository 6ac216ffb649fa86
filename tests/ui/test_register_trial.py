"""A table is tried on page 登记: counted, mended, confirmed once, and never kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from streamlit.testing.v1 import AppTest

from desks.register.opening import open_register
from tests.ui.test_register_page import Opened, did, folder, opened, read, rows
from ui.pages import register_trial as trials

__all__ = ["folder", "opened"]


def workbook(folder: Path, **changed: Any) -> bytes:  # noqa: ANN401 - cells of the first row
    """Return the teams of the register as a table of ours, the first row changed."""
    lines = []
    for number, team in enumerate(rows(folder, "team")):
        lon, lat = shapely.get_coordinates(team.shape)[0]
        cells = {
            "编号": team.id, "名称": team.props["name"], "队伍类型": team.props["kind"],
            "人数": team.props.get("people", ""), "经度": lon, "纬度": lat,
        }  # fmt: skip
        lines.append(cells | (changed if number == 0 else {}))
    heads = list(lines[0])
    text_rows = [",".join(str(line[head]) for head in heads) for line in lines]
    return "\n".join([",".join(heads), *text_rows]).encode("utf-8-sig")


@pytest.fixture
def trial(opened: Opened, folder: Path) -> Callable[..., AppTest]:
    """Return a way to upload a table of teams."""

    def upload(**changed: Any) -> AppTest:  # noqa: ANN401 - cells of the first row
        app = opened("import")
        next(one for one in app.selectbox if one.key == "reg_import_layer").set_value("team")
        app.run()
        app.file_uploader[0].set_value(("队伍.csv", workbook(folder, **changed), "text/csv"))
        app.run()
        assert not app.exception
        return app

    return upload


def test_a_rehearsal_counts_rows_that_add_up_and_writes_nothing(
    trial: Callable[..., AppTest], folder: Path
) -> None:
    before = rows(folder, "team")
    app = trial(人数="４４人")
    found = app.session_state[trials.TRIAL]
    assert trials.tally_of(found.rehearsal).sums_up
    assert trials.tally_of(found.rehearsal).read == len(before)
    assert "只读不写" in read(app)
    assert rows(folder, "team") == before


def test_the_button_says_how_many_and_why_it_is_off(
    trial: Callable[..., AppTest], folder: Path
) -> None:
    app = trial(人数="99")
    write = next(one for one in app.button if one.key == "reg_write")
    assert write.disabled
    assert "为何" in read(app)
    app.session_state[trials.TRIAL] = confirmed(app.session_state[trials.TRIAL])
    next(one for one in app.text_input if one.key == "reg_why").set_value("年度核实")
    app.run()
    write = next(one for one in app.button if one.key == "reg_write")
    assert not write.disabled
    write.click().run()
    assert not app.exception
    assert rows(folder, "team")[0].props["people"] == 99
    with open_register(folder) as store:
        assert "年度核实" in store.history("team", rows(folder, "team")[0].id)[-1].why
    assert trials.TRIAL not in app.session_state


def confirmed(kept: trials.Trial) -> trials.Trial:
    """Return the trial with every mend adopted."""
    return replace(kept, adopted=frozenset(range(len(kept.rehearsal.defects))))


def test_the_same_file_twice_has_nothing_to_write(
    trial: Callable[..., AppTest], folder: Path
) -> None:
    app = trial()
    kept = app.session_state[trials.TRIAL]
    assert kept.rehearsal.changed == kept.rehearsal.added == 0
    app.session_state[trials.TRIAL] = confirmed(kept)
    app.run()
    assert next(one for one in app.button if one.key == "reg_write").disabled
    assert "没有可入库的行" in read(app)
    del folder


def test_a_mend_that_is_not_adopted_holds_its_row_back(trial: Callable[..., AppTest]) -> None:
    app = trial(人数="４４人")
    kept = app.session_state[trials.TRIAL]
    number = next(
        n for n, d in enumerate(kept.rehearsal.defects) if d.row == 2 and d.weight == "auto"
    )
    all_in = confirmed(kept)
    app.session_state[trials.TRIAL] = all_in
    app.run()
    assert len(trials.going_in(all_in)) == 1
    did(app, "reg_defects", "adopt", value=str(number), on=False)
    assert trials.going_in(app.session_state[trials.TRIAL]) == ()
    did(app, "reg_defects", "adopt_all")
    assert len(trials.going_in(app.session_state[trials.TRIAL])) == 1


def test_a_file_that_is_no_table_is_refused_in_a_sentence(opened: Opened) -> None:
    app = opened("import")
    app.file_uploader[0].set_value(("../../x.xlsx", b"PK not a workbook", "application/zip")).run()
    assert not app.exception
    assert trials.TRIAL not in app.session_state
    assert "没有写入" in read(app)


def test_the_file_given_back_is_not_kept(trial: Callable[..., AppTest]) -> None:
    app = trial()
    path = app.session_state[trials.TRIAL].path
    assert path.exists()
    assert path.parent.name.startswith("shouwang-import-")
    did(app, "reg_datum", "datum", value="back")
    assert not path.exists()
    assert trials.TRIAL not in app.session_state
