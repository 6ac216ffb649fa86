"""Sealing: two of three keys, every byte signed, one size, players told three things."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desks.exercise.drafts import DRAFT, has_draft, write_draft
from desks.exercise.envelope import (
    PAIRS,
    SEALED,
    Envelope,
    envelope_bytes,
    read_envelope,
    signed,
)
from desks.exercise.keys import decrypted, new_identity, recipient_of
from desks.exercise.log import KINDS
from desks.exercise.officers import Officer
from desks.exercise.opening import unseal
from desks.exercise.scenario import pool_document
from desks.exercise.sealing import finish_sealing, seal, sealed_envelope
from desks.exercise.standing import begin
from geodata.chain import canonical
from geodata.faults import UserError
from geodata.store import open_store
from tests.desks.exercise.pools import pool
from tests.desks.exercise.sealed import NUMBER, Desk, future_pool, new_desk, now, soon

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "drill-sealed.schema.json"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Envelope, bytes]:
    """Return a sealed drill that tests only read."""
    desk = new_desk(tmp_path_factory.mktemp("kept"))
    envelope = desk.seal()
    return desk, envelope, (desk.control.drill(NUMBER) / SEALED).read_bytes()


Kept = tuple[Desk, Envelope, bytes]


def test_the_envelope_is_that_of_the_published_schema(kept: Kept) -> None:
    """Who writes another verifier reads the envelope by it; what has lost a part is refused."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    told = json.loads(kept[2])
    jsonschema.validate(told, schema)
    for wrong in (
        {**told, "signature": told["signature"][1:]},
        {**told, "wraps": told["wraps"][::-1]},
        {**told, "recipients": told["recipients"][:2]},
        {**told, "seed": "00"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_every_pair_opens_and_no_single_key_does(kept: Kept) -> None:
    desk, envelope, data = kept
    pools = [
        pool_document(unseal(read_envelope(data), pair).pool)
        for pair in [*combinations(desk.identities, 2), tuple(reversed(desk.identities))]
    ]
    assert all(one == pools[0] for one in pools)
    for identity in desk.identities:
        with pytest.raises(UserError, match="Two different keys"):
            unseal(envelope, [identity])
        with pytest.raises(UserError, match="Two different keys"):
            unseal(envelope, [identity, identity])


def test_by_hand_no_single_key_gets_past_the_first_lock(kept: Kept) -> None:
    """Without our program too: whatever one officer decrypts is locked for another one."""
    desk, envelope, _ = kept
    for mine, identity in enumerate(desk.identities):
        assert decrypted(envelope.payload, identity) is None
        for (i, j), wrap in zip(PAIRS, envelope.wraps, strict=True):
            inner = decrypted(wrap, identity)
            assert (inner is not None) == (mine == j)
            if inner is not None:
                assert decrypted(inner, identity) is None
                assert decrypted(inner, desk.identities[i]) is not None


def test_a_lost_key_leaves_the_other_two(kept: Kept) -> None:
    desk, envelope, _ = kept
    for lost in range(3):
        others = [one for at, one in enumerate(desk.identities) if at != lost]
        assert unseal(envelope, others).pool.drill == NUMBER


def test_a_foreign_key_is_named_even_beside_two_good_ones(kept: Kept) -> None:
    desk, envelope, _ = kept
    with pytest.raises(UserError, match="none of the three"):
        unseal(envelope, [desk.identities[0], new_identity()])
    with pytest.raises(UserError, match="no key of an officer"):
        unseal(envelope, [desk.identities[0], "AGE-SECRET-KEY-1\ud800"])


def test_the_commitment_is_what_the_contract_says(kept: Kept) -> None:
    desk, envelope, data = kept
    opened = unseal(envelope, desk.identities[:2])
    text = canonical(pool_document(opened.pool)).encode()
    assert hashlib.sha256(opened.nonce + text).hexdigest() == envelope.commitment
    told = json.loads(data)
    told.pop("signature")
    public = desk.key.public_key()
    made = b"shouwang drill 1\n" + canonical(told).encode()
    public.verify(bytes.fromhex(envelope.signature), made)


def test_a_change_of_any_byte_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an envelope as small as its pool every second byte, one seeded bit of each."""
    monkeypatch.setattr("desks.exercise.padding.BUCKET_BYTES", 256)
    data = envelope_bytes(sealed_envelope(future_pool(2), desk.officers, desk.key, at=now()))
    assert len(data) < 20_000
    rng = np.random.default_rng(6)
    for at, bit in enumerate(rng.integers(8, size=len(data))):
        changed = bytearray(data)
        changed[at] ^= 1 << int(bit)
        if at % 2:
            with pytest.raises(UserError):
                read_envelope(bytes(changed))


def test_a_change_in_the_padding_is_refused(kept: Kept) -> None:
    """Seeded sample of the long payload, which holds what nobody would miss."""
    data = kept[2]
    for at in np.random.default_rng(6).integers(len(data), size=25):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(UserError):
            read_envelope(bytes(changed))


@pytest.mark.parametrize("cut", [1, 100, 700_000, -1, -200])
def test_a_truncated_or_longer_envelope_is_refused(kept: Kept, cut: int) -> None:
    data = kept[2]
    for odd in (data[:cut], data + b"\n", data + data[:cut], b" " + data):
        with pytest.raises(UserError, match=r"damaged|changed"):
            read_envelope(odd)


@pytest.mark.parametrize(
    "odd",
    [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 100_000, b"NaN", b'{"format":1}', b'"x"'],
)
def test_what_is_no_envelope_gets_a_sentence(odd: bytes) -> None:
    with pytest.raises(UserError, match="damaged"):
        read_envelope(odd)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("format", 2),
        ("drill", "../x"),
        ("drill", 1),
        ("type", "picnic"),
        ("sealed_at", "2026-01-01"),
        ("sealed_at", "2026-01-01T00:00:00"),
        ("commitment", "00"),
        ("payload", "?"),
        ("payload", None),
        ("recipients", []),
        ("recipients", [{"name": "a"}] * 3),
        ("recipients", "abc"),
        ("wraps", []),
        ("wraps", [[0, 1]]),
        ("wraps", [{"pair": [0, 1], "data": 1}] * 3),
        ("signer", "00" * 32),
        ("signature", "00" * 64),
    ],
)
def test_hostile_lines_get_a_sentence(kept: Kept, line: str, value: object) -> None:
    told = json.loads(kept[2])
    told[line] = value
    with pytest.raises(UserError):
        read_envelope((canonical(told) + "\n").encode())


def test_signed_anew_by_a_stranger_it_names_the_stranger(kept: Kept) -> None:
    """Who holds no key of control's can sign a copy, and only under another name."""
    stranger = Ed25519PrivateKey.generate()
    forged = signed(kept[1], stranger)
    assert read_envelope(envelope_bytes(forged)).signer != kept[1].signer
    half = replace(forged, signer=kept[1].signer)
    with pytest.raises(UserError, match="damaged"):
        read_envelope(envelope_bytes(half))


def test_the_size_tells_nothing_of_what_is_sealed(desk: Desk) -> None:
    """One scenario or two hundred: as many bytes, but for age's own random stanza."""
    sizes = []
    for count in (2, 40, 200):
        made = future_pool(count)
        envelope = sealed_envelope(made, desk.officers, desk.key, at=now())
        _, _, rest = envelope.payload.partition(b"\n--- ")
        sizes.append(len(rest))
    assert len(set(sizes)) == 1


def test_the_players_are_told_number_day_and_hash_and_nothing_else(desk: Desk) -> None:
    envelope = desk.seal()
    (notice,) = desk.told()
    assert (notice.drill, notice.commitment) == (NUMBER, envelope.commitment)
    assert len(notice.sealed_on) == 10
    assert (notice.state, notice.started) == ("sealed", "")
    with open_store(desk.control.district / "register.sqlite") as players:
        (event,) = players.events()
    assert set(event.after["props"]) == {"drill", "sealed_on", "commitment", "state", "started"}
    assert (event.who, event.why) == ("control", "")


def test_a_sealed_draft_is_gone_and_the_log_binds_the_envelope(desk: Desk) -> None:
    envelope = desk.seal()
    assert not has_draft(desk.control, NUMBER)
    data = (desk.control.drill(NUMBER) / SEALED).read_bytes()
    composed, sealed = desk.entries()
    assert {composed.kind, sealed.kind} <= set(KINDS)
    assert sealed.told == {
        "commitment": envelope.commitment,
        "envelope": hashlib.sha256(data).hexdigest(),
        "signer": envelope.signer,
    }
    assert "示例".encode() not in data.replace("示例".encode(), b"", 3), "only the three names"


def test_a_number_that_players_know_from_another_control_is_refused(
    desk: Desk, tmp_path: Path
) -> None:
    """Answers to the other drill would be taken for answers to this one."""
    desk.seal()
    other = new_desk(tmp_path / "other")
    other = replace(other, control=replace(other.control, district=desk.control.district))
    with pytest.raises(UserError, match="another control folder"):
        other.seal()
    assert has_draft(other.control, NUMBER)
    assert not (other.control.drill(NUMBER) / SEALED).exists()
    assert [entry.kind for entry in other.entries()] == ["composed"]
    assert len(desk.told()) == 1


def test_sealing_twice_is_refused_and_so_is_composing_after(desk: Desk) -> None:
    desk.seal()
    before = (desk.control.drill(NUMBER) / SEALED).read_bytes()
    with pytest.raises(UserError, match="was sealed at"):
        seal(desk.control, future_pool(), desk.officers, desk.key, at=now(), log=desk.log)
    with pytest.raises(UserError, match="was sealed at"):
        write_draft(desk.control, NUMBER, future_pool())
    assert (desk.control.drill(NUMBER) / SEALED).read_bytes() == before
    assert len(desk.told()) == 1


def test_of_two_directors_who_seal_at_once_one_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second seals while the first one's envelope is made; the files are the second's."""
    write_draft(desk.control, NUMBER, future_pool())

    def meanwhile(made: object, officers: Sequence[Officer], key: object, **at: object) -> object:
        monkeypatch.setattr("desks.exercise.sealing.sealed_envelope", sealed_envelope)
        seal(desk.control, future_pool(), desk.officers, desk.key, at=now(), log=desk.log)
        return sealed_envelope(made, officers, key, **at)  # type: ignore[arg-type]

    monkeypatch.setattr("desks.exercise.sealing.sealed_envelope", meanwhile)
    with pytest.raises(UserError, match="Somebody else wrote"):
        seal(desk.control, future_pool(), desk.officers, desk.key, at=now(), log=desk.log)
    data = (desk.control.drill(NUMBER) / SEALED).read_bytes()
    assert [entry.kind for entry in desk.entries()] == ["composed", "sealed"]
    assert desk.entries()[-1].told["envelope"] == hashlib.sha256(data).hexdigest()
    assert [path.name for path in desk.control.drill(NUMBER).glob("sealed*")] == [SEALED]


@pytest.mark.parametrize("step", ["_announce", "destroy_draft", "read_envelope"])
def test_what_a_crash_left_of_a_sealing_is_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Power lost after the log bound the envelope: whoever seals again finishes it."""

    def lost(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"desks.exercise.sealing.{step}", lost)
        with pytest.raises(KeyboardInterrupt):
            desk.seal()
    assert has_draft(desk.control, NUMBER)
    with pytest.raises(UserError, match="was sealed at"):
        seal(desk.control, future_pool(), desk.officers, desk.key, at=now(), log=desk.log)
    assert not has_draft(desk.control, NUMBER)
    assert [one.drill for one in desk.told()] == [NUMBER]
    read_envelope((desk.control.drill(NUMBER) / SEALED).read_bytes())


def test_an_envelope_that_is_nowhere_is_told(desk: Desk) -> None:
    desk.seal()
    (desk.control.drill(NUMBER) / SEALED).write_bytes(b"{}")
    with begin(desk.log, now()) as turn, pytest.raises(UserError, match="log names is not in"):
        finish_sealing(desk.control, NUMBER, turn.entries[-1])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_than_three_officers_seal_nothing(desk: Desk, count: int) -> None:
    write_draft(desk.control, NUMBER, future_pool())
    few = desk.officers[:count]
    with pytest.raises(UserError, match="Three officers"):
        seal(desk.control, future_pool(), few, desk.key, at=now(), log=desk.log)
    assert has_draft(desk.control, NUMBER)
    assert not (desk.control.drill(NUMBER) / SEALED).exists()


def test_two_offices_in_one_hand_seal_nothing(desk: Desk) -> None:
    """Two wraps for one key would make that key open alone."""
    same = replace(desk.officers[1], recipient=desk.officers[0].recipient)
    with pytest.raises(UserError, match="same person, office or key"):
        sealed_envelope(
            future_pool(), (desk.officers[0], same, desk.officers[2]), desk.key, at=now()
        )


def test_t0_that_is_over_and_a_blind_drill_of_one_are_refused(desk: Desk) -> None:
    late = replace(pool(), t0=soon(-1).isoformat())
    with pytest.raises(UserError, match="T0 is over"):
        sealed_envelope(late, desk.officers, desk.key, at=now())
    with pytest.raises(UserError, match="nothing to draw"):
        sealed_envelope(future_pool(1), desk.officers, desk.key, at=now())
    told = future_pool(1, type="regular")
    assert sealed_envelope(told, desk.officers, desk.key, at=now()).type == "regular"


def test_a_draft_file_is_no_envelope(desk: Desk) -> None:
    place = write_draft(desk.control, NUMBER, future_pool())
    assert place.name == DRAFT
    with pytest.raises(UserError, match="damaged"):
        read_envelope(place.read_bytes())
    assert recipient_of(desk.identities[0]) == desk.officers[0].recipient
