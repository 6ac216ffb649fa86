"""Personal columns under a key per person: without the key nobody reads them, not even we.

AES-256-GCM with a random nonce; the column's name is bound to the text, so that a ciphertext
cannot be moved to another column. Who has the same personal columns is one person and has one
key, found by a keyed tag, so that erasing one record of a person erases the others with it.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from geodata.chain import canonical

from .filling import insert_rows
from .schema import PERSON

PERSON_OF = "person"
"""Stands beside the ciphertexts and says whose they are."""

_NONCE_BYTES = 12
Sealed = Mapping[str, str]


class Keys:
    """The keys of one transaction: found or made, and written at its end."""

    def __init__(self, connection: Connection, secret: str) -> None:
        """Keep the connection; keys are read when they are needed."""
        self._connection = connection
        self._secret = bytes.fromhex(secret)
        self._by_tag: dict[str, str] = {}
        self._by_person: dict[str, str | None] = {}
        self._absent: set[str] = set()
        self._fresh: list[dict[str, str]] = []

    def seal(self, personal: Mapping[str, str]) -> dict[str, str]:
        """Return the ciphertexts of the columns that hold something, {} where none does."""
        told = {column: text for column, text in personal.items() if text}
        if not told:
            return {}
        person = self._person(told)
        cipher = self._cipher(person)
        assert cipher is not None  # noqa: S101 - _person made or found it
        sealed = {PERSON_OF: person}
        for column, text in told.items():
            nonce = secrets.token_bytes(_NONCE_BYTES)
            secret = cipher.encrypt(nonce, text.encode(), _bound(person, column))
            sealed[column] = base64.b64encode(nonce + secret).decode()
        return sealed

    def unseal(self, sealed: Sealed) -> dict[str, str]:
        """Return the columns in clear, {} where the person was erased.

        Raises:
            InvalidTag: where ciphertext or key were changed behind the program's back.

        """
        cipher = self._cipher(sealed.get(PERSON_OF, ""))
        if cipher is None:
            return {}
        person = sealed[PERSON_OF]
        return {
            column: _opened(cipher, text, _bound(person, column))
            for column, text in sealed.items()
            if column != PERSON_OF
        }

    def prefetch(self, sealed: Iterable[Sealed]) -> None:
        """Read the keys of many records at once."""
        persons = {s[PERSON_OF] for s in sealed if PERSON_OF in s}
        wanted = sorted(person for person in persons if person not in self._by_person)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            self._by_person.update(dict.fromkeys(part))
            rows = self._connection.execute(select(PERSON).where(PERSON.c.id.in_(part)))
            for row in rows:
                self._by_person[row.id] = row.key

    def write(self) -> None:
        """Write the keys that were made."""
        insert_rows(self._connection, PERSON, self._fresh)
        self._fresh = []

    def expect(self, personal: Iterable[Mapping[str, str]]) -> None:
        """Look up at once which of these persons have a key already."""
        told = ({c: text for c, text in one.items() if text} for one in personal)
        tags = sorted({self.tag(one) for one in told if one})
        for start in range(0, len(tags), 500):
            part = PERSON.c.tag.in_(tags[start : start + 500])
            for row in self._connection.execute(select(PERSON).where(part)):
                self._by_tag[row.tag] = row.id
                self._by_person[row.id] = row.key
        self._absent |= set(tags) - self._by_tag.keys()

    def tag(self, told: Mapping[str, str]) -> str:
        """Return what finds the person of these columns again: nothing can be read from it."""
        return hmac.new(self._secret, canonical(told).encode(), hashlib.sha256).hexdigest()

    def adopt(self, person: str, key: str, sealed: Sealed) -> None:
        """Take over the key of a person whom another post met; twice the same person is two.

        Raises:
            InvalidTag: where the key does not open what it is said to open.

        """
        base64.b64decode(key, validate=True)
        self._by_person[person] = key
        tag = f"{self.tag(self.unseal(sealed))}:{person}"
        self._fresh.append({"id": person, "tag": tag, "key": key})

    def _person(self, told: Mapping[str, str]) -> str:
        tag = self.tag(told)
        if tag not in self._by_tag:
            if tag not in self._absent:
                self.expect([told])
            if tag not in self._by_tag:
                self._by_tag[tag] = self._made(tag)
        return self._by_tag[tag]

    def _made(self, tag: str) -> str:
        person, key = secrets.token_hex(8), secrets.token_bytes(32)
        text = base64.b64encode(key).decode()
        self._fresh.append({"id": person, "tag": tag, "key": text})
        self._by_person[person] = text
        return person

    def _cipher(self, person: str) -> AESGCM | None:
        if person not in self._by_person:
            self.prefetch([{PERSON_OF: person}])
        key = self._by_person.get(person)
        return None if key is None else AESGCM(base64.b64decode(key))


def _bound(person: str, column: str) -> bytes:
    return f"{person}\x1f{column}".encode()


def _opened(cipher: AESGCM, text: str, bound: bytes) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise InvalidTag from error
    return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound).decode()
