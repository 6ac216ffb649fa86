"""A control folder with three officers and players who are told, for whoever seals in a test."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desks.exercise.drafts import LOG, write_draft
from desks.exercise.drawing import commit_of
from desks.exercise.envelope import Envelope
from desks.exercise.folder import Control, create_control
from desks.exercise.keys import new_identity, recipient_of
from desks.exercise.log import Entry, entries, open_log
from desks.exercise.officers import OFFICES, Officer
from desks.exercise.participants import Draw, commit, reveal
from desks.exercise.scenario import Pool
from desks.exercise.sealing import seal
from desks.outbox import Notice, notices
from geodata.store import create_store, open_store
from tests.desks.exercise.pools import pool

NUMBER = "2026-1"
NAMES = ("示例甲", "示例乙", "示例丙")
SAME_MAP = SimpleNamespace(stamp=pool().map_stamp)
OTHER_MAP = SimpleNamespace(stamp="another")


def soon(days: float = 1) -> datetime:
    """Return a moment so many days from now, to the second."""
    return (datetime.now(tz=UTC) + timedelta(days=days)).replace(microsecond=0)


def now() -> datetime:
    """Return now (UTC)."""
    return datetime.now(tz=UTC)


@dataclass(frozen=True)
class Desk:
    """A control folder, the officers and their secret keys, control's signing key."""

    control: Control
    officers: tuple[Officer, ...]
    identities: tuple[str, ...]
    key: Ed25519PrivateKey

    @property
    def log(self) -> Path:
        """Return the log of the drill."""
        return self.control.drill(NUMBER) / LOG

    def entries(self) -> tuple[Entry, ...]:
        """Return the lines of the log."""
        with open_log(self.log) as log:
            return entries(log)

    def told(self) -> tuple[Notice, ...]:
        """Return what the players know."""
        with open_store(self.control.district / "register.sqlite") as players:
            return notices(players)

    def seal(self, made: Pool | None = None) -> Envelope:
        """Return the envelope of a pool, composed and sealed now."""
        made = made or future_pool()
        write_draft(self.control, NUMBER, made)
        return seal(self.control, made, self.officers, self.key, at=now(), log=self.log)

    def draw(
        self,
        values: Sequence[str] = ("红", "黄", "蓝"),
        *,
        between: Callable[[], object] = lambda: None,
    ) -> Draw:
        """Return the draw in which so many persons committed to and revealed these values."""
        nonces = [secrets.token_bytes(32) for _ in values]
        for name, nonce, value in zip(NAMES, nonces, values, strict=False):
            commit(self.log, name, commit_of(nonce, value), at=now())
        between()
        for name, nonce, value in zip(NAMES, nonces, values, strict=False):
            draw = reveal(self.log, name, nonce.hex(), value, at=now())
        return draw


def future_pool(scenarios: int = 3, **changes: object) -> Pool:
    """Return a pool whose T0 is a day ahead, with a seed of its own."""
    made = pool(scenarios)
    fresh = {"t0": soon().isoformat(), "seed": secrets.token_hex(32), **changes}
    return replace(made, **fresh)  # type: ignore[arg-type]


def new_desk(folder: Path) -> Desk:
    """Return a desk whose players have an empty register."""
    district = folder / "district"
    district.mkdir(parents=True)
    (district / "district.toml").write_text(
        'format = 2\nname_zh = "示例区"\nname_en = "Sample"\ncrs = "EPSG:4547"\n'
        'sample = true\nwhole_extent = true\nfounded = ""\n',
        encoding="utf-8",
    )
    create_store(district / "register.sqlite").close()
    identities = tuple(new_identity() for _ in OFFICES)
    officers = tuple(
        Officer(f"示例{office}", office, recipient_of(identity))
        for office, identity in zip(OFFICES, identities, strict=True)
    )
    control = create_control(folder / "control", district)
    return Desk(control, officers, identities, Ed25519PrivateKey.generate())


def quickly_locked(data: bytes, passphrase: str, *, stated: int = 10) -> bytes:
    """Return age's passphrase file of less than 64 KiB, with 2^10 rounds that take no second.

    With other rounds ``stated`` than were made, nothing opens it.

    Written from https://c2sp.org/age, so that reading it also shows whose format we read.
    """
    file_key, salt, nonce = (
        secrets.token_bytes(16),
        secrets.token_bytes(16),
        secrets.token_bytes(16),
    )
    label = b"age-encryption.org/v1/scrypt" + salt
    wrap_key = hashlib.scrypt(passphrase.encode(), salt=label, n=1 << 10, r=8, p=1, dklen=32)
    body = ChaCha20Poly1305(wrap_key).encrypt(bytes(12), file_key, None)
    head = b"age-encryption.org/v1\n-> scrypt %b %d\n%b\n---"
    head %= (_plain64(salt), stated, _plain64(body))
    mac_key = HKDF(SHA256(), 32, None, b"header").derive(file_key)
    mac = hmac.digest(mac_key, head, "sha256")
    payload_key = HKDF(SHA256(), 32, nonce, b"payload").derive(file_key)
    locked = ChaCha20Poly1305(payload_key).encrypt(bytes(11) + b"\1", data, None)
    return head + b" " + _plain64(mac) + b"\n" + nonce + locked


def _plain64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
