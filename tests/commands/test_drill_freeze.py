"""``drill freeze``: from the terminal alone a drill ends as a package that a stranger can check."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import cli
import verify_drill
from desks.exercise.drafts import LOG
from desks.exercise.log import entries, open_log
from desks.exercise.opening import open_drill
from reports.signing import new_key
from tests.desks.exercise.packages import run
from tests.desks.exercise.sealed import NUMBER, SAME_MAP, Desk, future_pool, new_desk

WORDS = "红花 and 绿叶 42"
Said = pytest.CaptureFixture[str]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return an opened drill whose control.key lies where the terminal looks for it."""
    monkeypatch.setattr("desks.exercise.padding.BUCKET_BYTES", 8192)
    made = new_desk(tmp_path)
    key = new_key(made.control.folder / "control.key", WORDS)
    opened = Desk(made.control, made.officers, made.identities, key)
    opened.seal(future_pool(t0=(datetime.now(tz=UTC) + timedelta(hours=1)).isoformat()))
    opened.draw()
    now = datetime.now(tz=UTC)
    open_drill(opened.control, NUMBER, opened.identities[:2], SAME_MAP, at=now, early=True)
    return opened


def freeze(desk: Desk, monkeypatch: pytest.MonkeyPatch, *options: str, typed: str = WORDS) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
    return cli.main(["drill", "freeze", str(desk.control.folder), "--number", NUMBER, *options])


def test_a_drill_ends_as_a_package_without_the_screen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """The README checks ``package.zip``; no command had written it."""
    heads = run(desk)
    assert freeze(desk, monkeypatch, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["package"] == str(desk.control.drill(NUMBER) / "package.zip")
    words = [told["package"], "--key", told["fingerprint"], "--head", heads["end"]]
    monkeypatch.setattr(sys, "argv", ["verify_drill.py", *words])
    assert verify_drill.main() == 1, "it was opened early, and nothing else is wrong"
    assert "T0" in capsys.readouterr().out
    before = Path(told["package"]).read_bytes()
    assert json.loads(verify_drill.unpacked(before)["review.json"])["unjudged"] != []
    assert freeze(desk, monkeypatch) == 0
    capsys.readouterr()
    assert freeze(desk, monkeypatch, "--lang", "en") == 0
    assert Path(told["package"]).read_bytes() == before, "whatever language its writer reads"
    shown = capsys.readouterr().out
    assert "--key FINGERPRINT" in shown
    assert told["fingerprint"][:8] not in shown, "it is to be taken from paper"
    found = [desk.control.folder, *desk.control.folder.rglob("*")]
    assert [str(one) for one in found if one.stat().st_mode & 0o077] == [], "others may read"


def test_what_is_not_over_or_not_ours_is_not_frozen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    assert freeze(desk, monkeypatch) == cli.USER_FAULT
    run(desk)
    assert freeze(desk, monkeypatch, typed="another passphrase") == cli.USER_FAULT
    err = capsys.readouterr().err
    assert len(err.strip().splitlines()) == 2
    assert not (desk.control.drill(NUMBER) / "package.zip").exists()
    with open_log(desk.control.drill(NUMBER) / LOG) as log:
        assert "frozen" not in [entry.kind for entry in entries(log)]
