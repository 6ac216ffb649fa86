"""Whatever is given to the verifier, it answers with a sentence and never with a trace."""

import json
import os
import random
import struct
import subprocess
import sys
import zipfile
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import verify_drill
from geodata.archive import archive
from reports.signing import grouped
from tests.desks.exercise.packages import Cheat, Played, play, said, text
from tests.desks.exercise.prove_drill_package import prove
from tests.reports.prove_report import flipped

ROOT = Path(__file__).parents[3]
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**70,
    0.5,
    "",
    "\x1b[2J",
    "0" * 64,
    [],
    [[]],
    {},
    {"a": 1},
    "2026-01-01",
)
"""What may stand where something else is expected."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("drill"))


def _refuted(raw: bytes, played: Played, key: str) -> None:
    good, lines = verify_drill.verdict(raw, played.key, [])
    assert not good
    assert said(key, "\n".join(lines)), lines


def _archived(files: dict[bytes, bytes]) -> bytes:
    """Return the archive of files under any names."""
    return verify_drill.archive(files)


def test_any_changed_byte_is_refuted(played: Played) -> None:
    """The 1,000 of the issue run by `make prove-drill-package`; half lie in headers."""
    assert prove(played, 60, seed=3) == 60


def test_every_byte_of_the_last_record_counts(played: Played) -> None:
    for at in range(len(played.raw) - 22, len(played.raw)):
        _refuted(flipped(played.raw, at, 1), played, "bytes")


@pytest.mark.parametrize("size", [0, 1, 30, 1000, -1, -22])
def test_a_truncated_package_is_refuted(played: Played, size: int) -> None:
    good, lines = verify_drill.verdict(played.raw[:size], played.key, [])
    assert not good
    assert any(said(key, "\n".join(lines)) for key in ("bytes", "name"))


@pytest.mark.parametrize("more", [b"\0", b"PK\3\4", b"\n", b"PK\5\6" + bytes(18)])
def test_nothing_can_be_put_before_or_behind(played: Played, more: bytes) -> None:
    for raw in (played.raw + more, more + played.raw):
        assert not verify_drill.verdict(raw, played.key, [])[0]


@pytest.mark.parametrize("name", [b"../log.jsonl", b"/etc/x", b"..\\x", b"LOG.JSONL", b"a/b", b""])
def test_a_name_that_leads_elsewhere_is_refused(played: Played, name: bytes) -> None:
    files = {n.encode(): data for n, data in verify_drill.unpacked(played.raw).items()}
    _refuted(_archived({**files, name: b"x"}), played, "name")


def test_the_same_name_twice_is_refused(played: Played) -> None:
    """Two programs would each see another of the two files."""
    first = _archived({b"log.jsonl": b"x"})[: 30 + 9 + 1]
    _refuted(first + played.raw, played, "twice")


def test_a_zip_bomb_is_no_package(played: Played) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("log.jsonl", bytes(50_000_000))
    assert len(packed.getvalue()) < 100_000
    _refuted(packed.getvalue(), played, "bytes")


def test_more_files_than_any_drill_has_are_refused(played: Played) -> None:
    _refuted(archive({f"f{at}": b"" for at in range(1500)}), played, "bytes")


def test_a_stated_size_larger_than_the_file_is_refused(played: Played) -> None:
    raw = bytearray(played.raw)
    struct.pack_into("<L", raw, 18, 2**32 - 1)
    struct.pack_into("<L", raw, 22, 2**32 - 1)
    _refuted(bytes(raw), played, "bytes")


def test_files_that_were_not_signed_are_refused(played: Played) -> None:
    """Who does not hold the key can add, take out or change a file of the archive: not these."""
    whole = verify_drill.unpacked(played.raw)
    for change in ({"extra.txt": b"x"}, {"review.json": b"{}\n"}, {"evaluator-2.json": b"{}\n"}):
        _refuted(archive(whole | change), played, "files")
    del whole["evaluator-1.json"]
    _refuted(archive(whole), played, "files")


def test_a_signature_that_does_not_fit_is_refused(played: Played) -> None:
    whole = verify_drill.unpacked(played.raw)
    manifest = whole["manifest.json"].replace(b'"format":1', b'"format":2')
    _refuted(archive(whole | {"manifest.json": manifest}), played, "signature")
    line = whole["signature.txt"]
    _refuted(
        archive(whole | {"signature.txt": line[:65] + b"0" * 128 + b"\n"}), played, "signature"
    )


@pytest.mark.parametrize("change", [bytes.upper, bytes.strip, lambda line: b" " + line])
def test_a_signature_is_written_in_one_way_only(played: Played, change: Any) -> None:  # noqa: ANN401
    """Otherwise a changed byte could pass for the same signature."""
    whole = verify_drill.unpacked(played.raw)
    signature = change(whole["signature.txt"])
    _refuted(archive(whole | {"signature.txt": signature}), played, "key")


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 200_000,
        b'{"a":1,"a":2}\n',
        b'{"a":1e999}\n',
        b'{"a":Infinity}\n',
        b'{"a": 1}\n',
        b'{"b":1,"a":2}\n',
        b'{"a":"\\ud800"}\n',
        b'{"a":"\\u4e00"}\n',
        b"{}",
        b"{}\r\n",
        b"\xff\xfe{\x00}\x00",
        b"9" * 10_000 + b"\n",
        b"",
    ],
)
def test_json_in_any_other_form_is_refused(played: Played, raw: bytes) -> None:
    for name in ("opened.json", "sealed.json", "review.json"):
        cheat = Cheat(played)
        cheat.raw[name] = raw
        assert said("json", cheat.verdict(heads=False)[1])


def test_a_log_with_other_line_ends_is_refused(played: Played) -> None:
    cheat = Cheat(played)
    rows = [text(link) for link in cheat.links]
    for raw in (b"\r\n".join(row[:-1] for row in rows), b"\n".join(rows), rows[0] + b"\n", b"\n"):
        cheat.raw["log.jsonl"] = raw
        assert said("json", cheat.verdict(heads=False)[1])


def test_an_empty_log_is_refuted(played: Played) -> None:
    cheat = Cheat(played)
    cheat.raw["log.jsonl"] = b""
    good, output = cheat.verdict()
    assert not good
    assert "Traceback" not in output


def test_many_faults_are_told_in_few_lines(played: Played) -> None:
    cheat = Cheat(played)
    for link in cheat.links:
        link["seq"] = 99
    _, output = cheat.verdict(heads=False)
    assert said("more", output)
    assert len(output.splitlines()) < 40


def _spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    """Return the way to every value within a document."""
    found: list[tuple[Any, ...]] = []
    if not isinstance(value, dict | list):
        return found
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        found += [(*path, key), *_spots(one, (*path, key))]
    return found


def _spoil(document: Any, chance: random.Random) -> None:  # noqa: ANN401 - JSON
    """Put something odd in the place of a value, or take it away."""
    *path, last = chance.choice(_spots(document))
    for key in path:
        document = document[key]
    if chance.random() < 0.2:
        del document[last]
    else:
        document[last] = deepcopy(chance.choice(ODD))


@pytest.mark.parametrize("seed", range(4))
def test_signed_nonsense_gets_a_sentence(played: Played, seed: int) -> None:
    """Who holds the key can sign anything; hashes and signature then fit, the content does not."""
    chance = random.Random(seed)  # noqa: S311 - what to spoil, no secret
    for _ in range(15):
        cheat = Cheat(played)
        evaluator = json.loads(cheat.files["evaluator-1.json"])
        bodies = [link["body"] for link in cheat.links]
        documents = (bodies, bodies, cheat.opened, cheat.sealed, evaluator)
        _spoil(chance.choice(documents), chance)
        cheat.files["evaluator-1.json"] = text(evaluator)
        rows = [{**link, "body": body} for link, body in zip(cheat.links, bodies, strict=False)]
        cheat.links = rows or cheat.links
        if chance.random() < 0.7:
            _fit(cheat)
        _, output = cheat.verdict(heads=chance.random() < 0.5)
        assert output.splitlines()[-1] in (
            verify_drill.SAID["refuted"],
            verify_drill.SAID["confirmed"],
        )


def _fit(cheat: Cheat) -> None:
    """Hash the log anew where its lines still are lines."""
    try:
        cheat.rechain()
    except (TypeError, KeyError, AttributeError):
        return


def test_a_manifest_of_another_kind_gets_a_sentence(played: Played) -> None:
    for change in ODD:
        for name in ("files", "kind", "head", "entries", "drill"):
            whole = verify_drill.unpacked(played.raw)
            manifest = {**json.loads(whole["manifest.json"]), name: change}
            signed = _signed(played, whole | {"manifest.json": text(manifest)})
            good, lines = verify_drill.verdict(signed, played.key, [])
            assert not good, (name, change)
            assert lines[-1] == verify_drill.SAID["refuted"]


@pytest.mark.parametrize("manifest", [[], 1, None, "x", {}, {"files": None}])
def test_a_manifest_that_is_none_gets_a_sentence(played: Played, manifest: object) -> None:
    whole = verify_drill.unpacked(played.raw) | {"manifest.json": text(manifest)}
    good, lines = verify_drill.verdict(_signed(played, whole), played.key, [])
    assert not good
    assert lines[-1] == verify_drill.SAID["refuted"]


def _signed(played: Played, whole: dict[str, bytes]) -> bytes:
    key, manifest = played.desk.key, whole["manifest.json"]
    signature = key.sign(b"shouwang drill package 1\n" + manifest).hex()
    line = f"{key.public_key().public_bytes_raw().hex()}\n{signature}\n".encode()
    return archive({**whole, "signature.txt": line})


def _run(folder: Path, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "verify_drill.py", *options],
        cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", **more},
    )  # fmt: skip


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, played: Played) -> Path:
    """Return a folder with the program and packages, and nothing else of ours."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "verify_drill.py").write_bytes((ROOT / "verify_drill.py").read_bytes())
    (folder / "good.zip").write_bytes(played.raw)
    (folder / "bad.zip").write_bytes(flipped(played.raw, 40, 8))
    return folder


def test_the_program_alone_confirms_with_fingerprint_and_heads_as_printed(
    alone: Path, played: Played
) -> None:
    """S0-5: one file, Python and one library; digits in groups and capitals as they stand."""
    heads = [f"--head={grouped(head).upper()}" for head in played.heads.values()]
    done = _run(alone, "good.zip", "--key", grouped(played.key).upper(), *heads)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == verify_drill.SAID["confirmed"]


def test_the_program_alone_refutes(alone: Path, played: Played) -> None:
    done = _run(alone, "bad.zip", "--key", played.key)
    assert (done.returncode, done.stderr) == (1, "")
    done = _run(alone, "good.zip", "--key", played.key, "--head", "0" * 64)
    assert done.returncode == 1
    assert said("paper", done.stdout)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (("none.zip",), "unreadable"),
        ((".",), "unreadable"),
        (("good.zip", "--head", "12ab"), "digits"),
        (("good.zip", "--head", "x" * 64), "digits"),
    ],
)
def test_what_cannot_be_checked_is_neither_confirmed_nor_refuted(
    alone: Path, played: Played, options: tuple[str, ...], key: str
) -> None:
    done = _run(alone, *options, "--key", played.key)
    assert (done.returncode, done.stderr) == (2, "")
    assert said(key, done.stdout)


def test_a_file_larger_than_any_package_is_not_read(
    alone: Path, played: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verify_drill, "MOST_BYTES", 1000)
    given = ["verify_drill.py", str(alone / "good.zip"), "--key", played.key]
    monkeypatch.setattr(sys, "argv", given)
    monkeypatch.setattr(sys, "stdout", sys.__stdout__)
    written: list[str] = []
    monkeypatch.setattr("builtins.print", written.append)
    assert verify_drill.main() == 2
    assert said("unreadable", written[0])
    assert capsys.readouterr().err == ""


def test_a_screen_without_chinese_gets_its_english(alone: Path, played: Played) -> None:
    done = _run(alone, "good.zip", "--key", played.key, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode in (0, 1)
    assert "CONFIRMED" in done.stdout
    assert done.stderr == ""
