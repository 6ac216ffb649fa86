"""The signed report: accepted as it is, refused after any change, even by who holds the key."""

import gzip
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import verify
from desks.planning.answers import Coverage
from desks.planning.filling import fill
from desks.planning.room import unit_reach
from geodata.faults import UserError
from reports.deflating import gzip_file
from reports.package import MANIFEST, SIGNATURE, SIGNED, package, write_package
from reports.proof import proof_bytes
from reports.signing import fingerprint, grouped, public_bytes

from .prove_report import flipped, prove
from .proved import KEY, PRINT, coverage, paper, signed

ROOT = Path(__file__).parents[2]
Change = Callable[[dict[str, Any]], None]


def _files() -> dict[str, bytes]:
    return verify.unpacked(signed())


def _proof_name() -> str:
    return next(name for name in _files() if name.startswith("proof-"))


def _signed_again(files: dict[str, bytes], key: Ed25519PrivateKey = KEY) -> bytes:
    """Return the archive of changed files as who holds the key would sign them."""
    rest = {name: data for name, data in files.items() if name not in {MANIFEST, SIGNATURE}}
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = {name: sha256(data).hexdigest() for name, data in rest.items()}
    text = json.dumps(manifest).encode()
    line = f"{public_bytes(key.public_key()).hex()}\n{key.sign(SIGNED + text).hex()}\n".encode()
    made = {**rest, MANIFEST: text, SIGNATURE: line}
    return verify.archive({name.encode(): data for name, data in made.items()})


def _lie(change: Change) -> list[str]:
    """Return what is found after the key's own holder changed table and headline alike."""
    files, name = _files(), _proof_name()
    proof, manifest = verify.proof_of(files[name]), json.loads(files[MANIFEST])
    change(proof)
    manifest["headline"][0] |= {key: proof["district"][key] for key in verify.COUNTS}
    files |= {name: gzip_file(json.dumps(proof).encode()), MANIFEST: json.dumps(manifest).encode()}
    return verify.findings(_signed_again(files), PRINT)[0]


def _add(proof: dict[str, Any], key: str, people: int) -> None:
    """Add people to the first community and to all that it is a part of."""
    for one in (proof["communities"][0], proof["subdistricts"][0], proof["district"]):
        one[key] += people


def test_the_honest_report_is_accepted_and_its_headline_derived() -> None:
    assert verify.findings(signed(), PRINT) == ([], ["shelter"])
    assert _lie(lambda _: None) == []


def test_any_changed_byte_is_noticed() -> None:
    """The 1,000 of the issue run by `make prove-report`; half lie in ZIP headers and directory."""
    assert prove(signed(), PRINT, 120, seed=3) == 120
    raw = signed()
    for at in range(len(raw) - 22, len(raw)):
        assert verify.findings(flipped(raw, at, 1), PRINT)[0]


@pytest.mark.parametrize("more", [b"\0", b"PK", b"\n"])
def test_nothing_can_be_appended_or_put_before(more: bytes) -> None:
    for raw in (signed() + more, more + signed(), signed()[: -len(more)]):
        assert len(verify.findings(raw, PRINT)[0]) == 1


@pytest.mark.parametrize("raw", [b"", b"PK\3\4", b"PK\3\4" + b"\xff" * 40, b"\0" * 5000])
def test_what_is_no_archive_is_refused_in_a_sentence(raw: bytes) -> None:
    assert len(verify.findings(raw, PRINT)[0]) == 1


def test_more_files_than_a_zip_can_count_are_refused_in_a_sentence() -> None:
    one = verify.archive({b"00000": b""})[:35]
    raw = b"".join(one[:30] + f"{at:05}".encode() for at in range(2**16))
    assert len(verify.findings(raw, PRINT)[0]) == 1


def test_another_key_is_refused_though_its_public_key_lies_in_the_package() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    raw = _signed_again(_files(), other)
    assert verify.findings(raw, fingerprint(other.public_key()))[0] == []
    assert "another key" in verify.findings(raw, PRINT)[0][0]


def test_the_public_key_alone_may_not_be_exchanged() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    files = _files()
    files[SIGNATURE] = public_bytes(other.public_key()).hex().encode() + files[SIGNATURE][64:]
    raw = verify.archive({name.encode(): data for name, data in files.items()})
    assert "does not fit" in verify.findings(raw, fingerprint(other.public_key()))[0][0]


def test_a_signature_over_something_else_than_a_report_is_refused() -> None:
    files = _files()
    line = public_bytes(KEY.public_key()).hex() + "\n" + KEY.sign(files[MANIFEST]).hex() + "\n"
    files[SIGNATURE] = line.encode()
    raw = verify.archive({name.encode(): data for name, data in files.items()})
    assert "does not fit" in verify.findings(raw, PRINT)[0][0]


def test_a_file_added_or_left_out_is_refused() -> None:
    for change in ({"extra.txt": b"x"}, {"coverage.docx": b""}):
        files = {name: data for name, data in (_files() | change).items() if data}
        raw = verify.archive({name.encode(): data for name, data in files.items()})
        assert "not those that were signed" in verify.findings(raw, PRINT)[0][0]


def test_one_person_more_does_not_follow_from_the_table() -> None:
    for key in verify.COUNTS[:1] + verify.COUNTS[2:4]:
        found = _lie(lambda proof, key=key: _add(proof, key, 1))  # type: ignore[misc]
        assert any(f"({key})" in one for one in found), key


def test_sums_that_do_not_add_up_are_named() -> None:
    def change(proof: dict[str, Any]) -> None:
        proof["subdistricts"][0]["circle"] += 1

    assert any("S1" in one and "circle" in one for one in _lie(change))


def test_a_headline_of_its_own_is_refused() -> None:
    files = _files()
    manifest = json.loads(files[MANIFEST])
    manifest["headline"][0]["capacity"] += 1
    files[MANIFEST] = json.dumps(manifest).encode()
    assert "headline" in verify.findings(_signed_again(files), PRINT)[0][0]


def test_fewer_people_assigned_than_could_be_is_refused_though_all_sums_agree() -> None:
    """Weak duality: the prices bound what any assignment can cover."""

    def change(proof: dict[str, Any]) -> None:
        row = verify.rows_of(proof["points"])
        sent = proof["filled"]["assigned"]
        at = next(
            i for i, count in enumerate(sent) if count and proof["points"]["unit"][row[i]] == 0
        )
        sent[at] -= 1
        _add(proof, "capacity", -1)

    assert _lie(change) == [
        "shelter: The prices do not prove that most people are covered (capacity)."
    ]


def test_prices_made_to_fit_do_not_prove_it_either() -> None:
    def change(proof: dict[str, Any]) -> None:
        proof["filled"]["value"] = [0] * len(proof["filled"]["value"])
        proof["filled"]["price"] = [0] * len(proof["filled"]["price"])
        proof["filled"]["unplaced"] = 0

    assert _lie(change) != []


def test_a_distance_made_shorter_with_its_sums_is_refused() -> None:
    """A shorter way changes who should go where; the old prices no longer prove the old answer."""

    def change(proof: dict[str, Any]) -> None:
        table = proof["points"]
        row = next(
            r for r, count in enumerate(table["people"]) if count and table["nearest"][r] > 500_000
        )
        at = table["first"][row]
        table["first"] = [v + (i > row) for i, v in enumerate(table["first"])]
        table["place"].insert(at, 3)
        table["cost"].insert(at, 500_000)
        proof["filled"]["assigned"].insert(at, 0)
        table["nearest"][row] = 500_000

    found = _lie(change)
    assert any("(network)" in one for one in found)
    assert any("prices" in one for one in found)


def test_more_people_than_room_or_than_live_there_is_refused() -> None:
    def fuller(proof: dict[str, Any]) -> None:
        proof["filled"]["assigned"][0] += 200
        _add(proof, "capacity", 200)

    assert any("room for" in one for one in _lie(fuller))

    def negative(proof: dict[str, Any]) -> None:
        proof["filled"]["assigned"][0] -= 1000

    assert any("beyond the threshold" in one for one in _lie(negative))


def test_a_longer_threshold_of_the_table_is_refused() -> None:
    """Pairs held beyond what the service allows may be there, but nobody may be sent along them."""

    def change(proof: dict[str, Any]) -> None:
        proof["within"] = 300_000

    assert any("threshold" in one for one in _lie(change))


def test_a_table_of_another_form_gets_a_sentence_not_a_trace() -> None:
    def change(proof: dict[str, Any]) -> None:
        del proof["points"]["nearest"]

    assert _lie(change) == ["Signed, but not made as this program reads it: KeyError('nearest')."]


def test_safe_people_follow_from_their_own_assignment() -> None:
    def change(proof: dict[str, Any]) -> None:
        proof["filled"]["safe_assigned"] = proof["filled"]["assigned"]
        for one in (*proof["communities"], *proof["subdistricts"], proof["district"]):
            one["safe"] = one["capacity"]

    assert _lie(change) == []

    def lie(proof: dict[str, Any]) -> None:
        change(proof)
        _add(proof, "safe", -1)

    assert any("(safe)" in one for one in _lie(lie))


def _by_unit() -> Coverage:
    """Return the coverage filled from its communities, as where the reach is long."""
    whole = coverage()
    near = np.where(np.diff(whole.reach.first) > 0, whole.demand.point_people, 0)
    table = unit_reach(whole.demand, whole.reach, near)
    people = np.array([one.counts["network"].people_covered for one in whole.communities])
    filled = fill(table, people, whole.places.capacity)
    return replace(whole, unit_reach=table, assigned=filled.assigned, price=filled.price,
                   value=filled.value)  # fmt: skip


def test_an_assignment_of_communities_is_derived_from_its_own_table() -> None:
    made = json.loads(proof_bytes(_by_unit()))
    found = list(verify.optimum_fails(made))
    assert found == []
    assert made["filled"]["by_points"] is False
    made["filled"]["price"][0] += 1
    assert list(verify.optimum_fails(made)) != []


def test_nobody_assigned_is_proven_too() -> None:
    whole = coverage()
    nothing = np.zeros_like(whole.places.capacity)
    filled = fill(whole.reach, whole.demand.point_people, nothing)
    empty = replace(whole, places=replace(whole.places, capacity=nothing), price=filled.price,
                    assigned=filled.assigned, value=filled.value)  # fmt: skip
    assert list(verify.optimum_fails(json.loads(proof_bytes(empty)))) == []


def test_a_public_edition_holds_no_table_of_households() -> None:
    raw = package(paper("public"), {"coverage.docx": b"x"}, [coverage()], KEY)
    assert set(verify.unpacked(raw)) == {"coverage.docx", MANIFEST, SIGNATURE}
    assert verify.findings(raw, PRINT) == ([], [])
    assert str(coverage().totals.people).encode() not in raw


def test_services_jointly_have_no_one_table() -> None:
    joint = replace(coverage(), service=replace(coverage().service, all_of=("a", "b")))
    raw = package(paper(), {}, [joint], KEY)
    assert verify.findings(raw, PRINT) == ([], [])
    with pytest.raises(ValueError, match="no one table"):
        proof_bytes(joint)


def test_a_proof_that_is_no_gzip_or_ends_early_is_told_and_an_older_one_is_read() -> None:
    """Whoever holds the key may sign nonsense: that is a sentence, no trace of Python."""
    whole = _files()[_proof_name()]
    for data in (whole[:-9], whole[:20], b"\x1f\x8b", whole[:12] + b"\xff" * 40, b"", b"7"):
        raw = _signed_again({**_files(), _proof_name(): data})
        found, derived = verify.findings(raw, PRINT)
        assert (len(found), derived) == (1, []), data[:12]
    raw = _signed_again({**_files(), _proof_name(): gzip.decompress(whole)})
    assert verify.findings(raw, PRINT) == ([], ["shelter"])


def test_the_manifest_names_stamp_method_rules_code_and_day() -> None:
    manifest = json.loads(_files()[MANIFEST])
    assert manifest["day"] == "2026-09-16"
    assert manifest["stamp"] == "0123456789abcdef"
    assert set(manifest["facts"]) == {"method", "rules", "code_version"}


def test_it_opens_with_any_zip_program() -> None:
    with zipfile.ZipFile(BytesIO(signed())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(archive.namelist())


@pytest.mark.parametrize("name", ["../x", "A.docx", "a b", "", ".hidden", "报告.docx", "a" * 101])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not plain"):
        package(paper(), {name: b""}, [], KEY)


def test_only_another_signed_report_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "REPORT.zip"
    write_package(path, signed())
    write_package(path, signed())
    assert path.read_bytes() == signed()
    path.write_bytes(b"my own")
    with pytest.raises(UserError, match="no signed report"):
        write_package(path, signed())
    assert path.read_bytes() == b"my own"


def test_the_program_alone_checks_it_by_the_fingerprint_as_printed(tmp_path: Path) -> None:
    """verify.py runs from another folder, without this program beside it."""
    (tmp_path / "verify.py").write_bytes((ROOT / "verify.py").read_bytes())
    for name, raw in (("good.zip", signed()), ("bad.zip", flipped(signed(), 40, 8))):
        (tmp_path / name).write_bytes(raw)

    def run(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "verify.py", name, "--key", grouped(PRINT).upper()],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert (run("good.zip").returncode, run("bad.zip").returncode) == (0, 1)
    assert "shelter" in run("good.zip").stdout
    assert len(run("bad.zip").stdout.splitlines()) == 1


def test_a_report_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "verify.py", tmp_path / "none.zip", "--key", "00"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.endswith("cannot be read: No such file or directory.\n")
    assert done.stderr == ""
