"""``cli.py drill``: the whole way from an empty folder to the opened scenario, and what is refused.

The keys of officers are locked by few rounds of scrypt here, so that it takes no second a try.
"""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import cli
from desks.exercise.drafts import write_draft
from desks.exercise.folder import open_control
from desks.exercise.log import entries, open_log
from geodata.store import create_store
from tests.desks.exercise.pools import pool
from tests.desks.exercise.sealed import future_pool, quickly_locked

NUMBER = "2026-1"
WORDS = "红花 and 绿叶 42"
OFFICES = ("leader", "discipline", "duty")
Said = pytest.CaptureFixture[str]


class Terminal:
    """What a director types and reads."""

    def __init__(self, patch: pytest.MonkeyPatch, said: Said, folder: Path) -> None:
        """Keep the folder of everything."""
        self.patch, self.said, self.folder = patch, said, folder
        self.control = folder / "control"

    def run(self, *options: str | Path, typed: str = "") -> dict[str, object]:
        """Return what is printed as JSON."""
        self.patch.setattr(sys, "stdin", io.StringIO(typed))
        words = ["drill", *map(str, options), "--format", "json"]
        code = cli.main(words)
        out, err = self.said.readouterr()
        assert code == 0, err
        found = json.loads(out)
        return found if isinstance(found, dict) else {"list": found}

    def refused(self, *options: str | Path, typed: str = "") -> str:
        """Return the line on stderr of what is refused."""
        self.patch.setattr(sys, "stdin", io.StringIO(typed))
        assert cli.main(["drill", *map(str, options), "--lang", "en"]) == cli.USER_FAULT
        return self.said.readouterr().err

    def drill(self, *step: str) -> tuple[str | Path, ...]:
        """Return the options of a step on the drill."""
        return (*step, self.control, "--number", NUMBER)

    def stick(self, office: str) -> Path:
        """Return the file of an officer's key."""
        return self.folder / f"{office}.age"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pad to 8 KiB: how large the bucket is is tested with the seal."""
    monkeypatch.setattr("desks.exercise.padding.BUCKET_BYTES", 8192)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> Terminal:
    monkeypatch.setattr("pyrage.passphrase.encrypt", quickly_locked)
    stamp = SimpleNamespace(stamp=pool().map_stamp)
    monkeypatch.setattr("commands.drill_seal.load_onemap", lambda _: stamp)
    district = tmp_path / "district"
    district.mkdir()
    (district / "district.toml").write_text(
        'format = 2\nname_zh = "示例区"\nname_en = "Sample"\ncrs = "EPSG:4547"\n'
        'sample = true\nwhole_extent = true\nfounded = ""\n',
        encoding="utf-8",
    )
    create_store(district / "register.sqlite").close()
    return Terminal(monkeypatch, capsys, tmp_path)


def founded(terminal: Terminal) -> None:
    terminal.run("new", terminal.control, "--district", terminal.folder / "district",
                 typed=f"{WORDS}\n")  # fmt: skip
    for office in OFFICES:
        terminal.run("officer", terminal.control, "--office", office, "--name", f"示例 {office}",
                     "--key", terminal.stick(office), typed=f"{WORDS} {office}\n")  # fmt: skip


def sealed(terminal: Terminal) -> dict[str, object]:
    founded(terminal)
    write_draft(open_control(terminal.control), NUMBER, future_pool(5))
    return terminal.run(*terminal.drill("seal"), typed=f"{WORDS}\n")


def test_a_drill_is_sealed_drawn_and_opened_from_the_terminal(terminal: Terminal) -> None:
    paper = sealed(terminal)
    assert len(str(paper["commitment"])) == len(str(paper["head"])) == 64
    made = [terminal.run("draw", "make", typed=f"{value}\n") for value in ("红", "黄")]
    assert [str(one["value"]).split()[0] for one in made] == ["红", "黄"]
    assert all(len(str(one["value"]).split()[1]) == 32 for one in made), "128 bits of chance"
    for name, one in zip(("甲", "乙"), made, strict=True):
        terminal.run(*terminal.drill("draw", "commit"), "--name", name,
                     typed=f"{one['commitment']}\n")  # fmt: skip
    for name, one in zip(("甲", "乙"), made, strict=True):
        state = terminal.run(*terminal.drill("draw", "reveal"), "--name", name,
                             typed=f"{one['nonce']}\n{one['value']}\n")  # fmt: skip
    assert state["complete"] is True
    assert state["opened"] is None
    open_ = (*terminal.drill("open"), "--key", terminal.stick("leader"), "--key",
             terminal.stick("duty"))  # fmt: skip
    typed = f"{WORDS} leader\n{WORDS} duty\n"
    assert "too early" in terminal.refused(*open_, typed=typed)
    told = terminal.run(*open_, "--early", typed=typed)
    assert told["early"] is True
    assert told["officers"] == ["示例 leader", "示例 duty"]
    result = terminal.run(*terminal.drill("draw", "result"))
    assert result["opened"] == {key: told[key] for key in ("scenario", "index", "counter")}
    with open_log(terminal.control / "drills" / NUMBER / "log.sqlite") as log:
        found = entries(log)
    assert next(one.told for one in found[::-1] if one.kind == "printed") == {
        "head": state["head"], "what": "start",
    }, "the draw prints what only paper can prove: that the envelope is closed"  # fmt: skip
    assert told["head"] is None, "it is on paper already"
    kinds = [entry.kind for entry in found]
    assert kinds == ["composed", "sealed", "printed", *["committed"] * 2, *["revealed"] * 2,
                     "drawn", "printed", "noted", "opened"]  # fmt: skip


def test_the_head_of_the_draw_stands_before_the_keys_are_asked_for(terminal: Terminal) -> None:
    """What was drawn by an older program, or was cut off by a crash, is printed at the opening."""
    sealed(terminal)
    terminal.patch.setattr("commands.drill_draw.note_draw", lambda *_, **__: None)
    terminal.run(*terminal.drill("draw", "dice"), typed="甲 3\n乙 6\n")
    open_ = (*terminal.drill("open"), "--early", "--key", terminal.stick("leader"), "--lang", "en")
    terminal.patch.setattr(sys, "stdin", io.StringIO("wrong\n"))
    assert cli.main(["drill", *map(str, open_)]) == cli.USER_FAULT
    out = terminal.said.readouterr().out
    assert "before anybody opens" in out
    with open_log(terminal.control / "drills" / NUMBER / "log.sqlite") as log:
        last = entries(log)[-1]
    assert last.told["what"] == "start"
    assert str(last.told["head"]) in "".join(out.split())


def test_a_head_is_not_noted_before_its_time(terminal: Terminal) -> None:
    """The verifier refutes a drill whose log names a paper that could not be printed then."""
    sealed(terminal)
    for what in ("start", "end"):
        assert "yet" in (told := terminal.refused(*terminal.drill("head"), "--what", what)) or (
            "not over" in told
        )


def test_the_slip_of_the_sealing_reads_aloud(terminal: Terminal) -> None:
    founded(terminal)
    write_draft(open_control(terminal.control), NUMBER, future_pool(5))
    terminal.patch.setattr(sys, "stdin", io.StringIO(f"{WORDS}\n"))
    assert cli.main(["drill", *map(str, terminal.drill("seal"))]) == 0
    lines = terminal.said.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "封存的演练（留存纸面）：", "封存时间", "承诺", "导调组密钥指纹", "日志摘要",
    ]  # fmt: skip
    assert all(len(group) == 4 for group in lines[2].split("  ")[1].split(" "))


def test_dice_and_a_void_from_the_terminal(terminal: Terminal) -> None:
    sealed(terminal)
    terminal.run(*terminal.drill("draw", "commit"), "--name", "甲", typed="0" * 64 + "\n")
    told = terminal.run(*terminal.drill("draw", "void"))
    assert (told["names"], told["voids"]) == (["甲"], 1)
    assert "needs a new seal" in terminal.refused(*terminal.drill("draw", "dice"))
    write_draft(open_control(terminal.control), NUMBER, future_pool(5))
    terminal.run(*terminal.drill("seal"), typed=f"{WORDS}\n")
    twice = "王 示例 3\n王 示例 4\n"
    assert "same name" in terminal.refused(*terminal.drill("draw", "dice"), typed=twice)
    told = terminal.run(*terminal.drill("draw", "dice"), typed="王 示例 3\n李 示例 6\n\n")
    assert told["revealed"] == {"王 示例": "3", "李 示例": "6"}
    assert (told["complete"], told["voids"]) == (True, 1)


def test_one_passphrase_wrong_opens_nothing(terminal: Terminal) -> None:
    sealed(terminal)
    terminal.run(*terminal.drill("draw", "dice"), typed="甲 3\n乙 6\n")
    open_ = (*terminal.drill("open"), "--early")
    one = ("--key", terminal.stick("leader"))
    assert "does not open" in terminal.refused(*open_, *one, typed="wrong\n")
    assert "Two different keys" in terminal.refused(*open_, *one, typed=f"{WORDS} leader\n")
    assert "Two different keys" in terminal.refused(
        *open_, *one, *one, typed=f"{WORDS} leader\n" * 2
    )
    assert not (terminal.control / "drills" / NUMBER / "opened.json").exists()


def test_a_key_of_an_officer_is_never_kept_by_control(terminal: Terminal) -> None:
    founded(terminal)
    for place in (terminal.control / "k", terminal.folder / "district" / "k"):
        options = ("officer", terminal.control, "--office", "duty", "--name", "乙", "--key", place)
        assert "own stick" in terminal.refused(*options, typed=f"{WORDS}\n")
        assert not place.exists()


def test_an_office_that_is_held_makes_no_key_and_replacing_one_does(terminal: Terminal) -> None:
    founded(terminal)
    place = terminal.folder / "new.age"
    options = ("officer", terminal.control, "--office", "duty", "--name", "示例新", "--key", place)
    assert "has an officer already" in terminal.refused(*options, typed=f"{WORDS}\n")
    assert not place.exists()
    known = terminal.run(*options, "--replace", typed=f"{WORDS}\n")["list"]
    assert known == terminal.run("officer", terminal.control)["list"]
    assert isinstance(known, list)
    assert [one["name"] for one in known][-1] == "示例新"


def test_a_new_folder_that_broke_off_at_its_passphrase_is_gone_on_with(terminal: Terminal) -> None:
    options = ("new", terminal.control, "--district", terminal.folder / "district")
    assert "too short" in terminal.refused(*options, typed="short\n")
    told = terminal.run(*options, typed=f"{WORDS}\n")
    assert len(str(told["fingerprint"])) == 64
    assert "not empty" in terminal.refused(*options, typed=f"{WORDS}\n")
    assert "no such district" in terminal.refused(
        "new", terminal.folder / "c2", "--district", terminal.folder / "none", typed=f"{WORDS}\n"
    )


@pytest.mark.parametrize("step", [("seal",), ("head", "--what", "end"), ("draw", "result")])
def test_a_number_that_is_none_or_hostile_gets_a_sentence(
    terminal: Terminal, step: tuple[str, ...]
) -> None:
    founded(terminal)
    for number in ("2026-9", "../../x", "演练"):
        said = terminal.refused(
            *step[:2] if step[0] == "draw" else step[:1], terminal.control, "--number", number,
            *step[1:] if step[0] == "head" else (), typed=f"{WORDS}\n",
        )  # fmt: skip
        assert "--number" in said or number in said
    assert not (terminal.control / "drills" / "2026-9").exists()


def test_nothing_secret_is_an_option(capsys: Said) -> None:
    """What stands in arguments is read by every user of the machine with ``ps``."""
    steps = [["new"], ["officer"], ["seal"], ["open"], ["head"]]
    for step in [*steps, *(["draw", act] for act in ("make", "commit", "reveal", "dice", "void"))]:
        with pytest.raises(SystemExit):
            cli.main(["drill", *step, "--help"])
        shown = capsys.readouterr().out.lower()
        options = [word for word in shown.split() if word.startswith("--")]
        assert not [o for o in options if any(w in o for w in ("pass", "nonce", "value", "seed"))]


def test_a_draft_of_a_sample_pool_whose_t0_is_over_is_not_sealed(terminal: Terminal) -> None:
    founded(terminal)
    late = replace(pool(), t0="2020-01-01T00:00:00+08:00")
    write_draft(open_control(terminal.control), NUMBER, late)
    assert "T0 is over" in terminal.refused(*terminal.drill("seal"), typed=f"{WORDS}\n")
