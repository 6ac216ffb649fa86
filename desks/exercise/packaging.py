"""A whole drill as one signed file: what ``verify_drill.py`` checks without this program.

The archive holds sealed.json, opened.json (the whole pool and its nonce, revealed at the review),
log.jsonl (the chain, link by link), review.json, the evaluators' files as they came, manifest.json
with the SHA-256 of each, and the signature over the manifest. The same drill is the same bytes.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from geodata.archive import archive
from geodata.chain import canonical
from geodata.faults import Fault, UserError
from geodata.store import Store, link_of
from geodata.writing import write_file
from language import say

from .folder import Control, bytes_of
from .log import KINDS, entries, head, open_log, write, written
from .scenario import Pool, pool_document

FORMAT = 1
KIND = "shouwang drill"
SIGNED = b"shouwang drill package 1\n"
"""Stands before the manifest in what is signed, so that no other signature serves here."""

PACKAGE, ENVELOPE, LOG, EVALUATORS = "package.zip", "sealed.json", "log.sqlite", "evaluators"
OVER = ("ended", "aborted")
_NONCE_BYTES = 32


def links(log: Store) -> list[dict[str, Any]]:
    """Return the chain as it is hashed: sha256(previous + newline + canonical(body)) = hash."""
    made = [link_of(event) for event in written(log, (*KINDS, "copy"))]
    return [
        {"seq": one.seq, "previous": one.previous, "body": dict(one.body), "hash": one.hash}
        for one in made
    ]


def freeze(
    control: Control,
    number: str,
    key: Ed25519PrivateKey,
    pool: Pool,
    nonce: bytes,
    *,
    review: Mapping[str, Any] | None = None,
) -> Path:
    """Return package.zip in the drill's folder: the log up to now, and everything it speaks of.

    The log gets a line ``frozen``; frozen again without news, the package is the same. ``review``
    is the review as a document of plain JSON values.

    Raises:
        UserError: where the drill was not opened or is not over, pool, nonce or key are not those
            of its sealing, a file of an evaluator is not the one handed in, or the disk is full.

    """
    folder = control.drill(number)
    opened = {"nonce": nonce.hex(), "pool": pool_document(pool)}
    with open_log(folder / LOG) as log:
        evaluators = _require_whole(log, folder, key, opened)
        if entries(log)[-1].kind != "frozen":
            write(log, "control", "frozen", {"head": head(log)})
        chain = links(log)
    files = {
        ENVELOPE: bytes_of(folder / ENVELOPE),
        "opened.json": _text(opened),
        "review.json": _text(dict(review or {})),
        "log.jsonl": b"".join(map(_text, chain)),
        **evaluators,
    }
    made = signed(files, key, drill=number, chain=chain)
    with write_file(folder / PACKAGE) as path:
        path.write_bytes(made)
        path.chmod(0o600)
    return folder / PACKAGE


def signed(
    files: Mapping[str, bytes],
    key: Ed25519PrivateKey,
    *,
    drill: str,
    chain: list[dict[str, Any]],
) -> bytes:
    """Return the bytes of the package: the files, their manifest and its signature."""
    manifest = _text(
        {
            "format": FORMAT,
            "kind": KIND,
            "drill": drill,
            "head": chain[-1]["hash"],
            "entries": len(chain),
            "files": {name: _sha(data) for name, data in files.items()},
        }
    )
    line = f"{_public(key)}\n{key.sign(SIGNED + manifest).hex()}\n"
    return archive({**files, "manifest.json": manifest, "signature.txt": line.encode()})


def _require_whole(
    log: Store, folder: Path, key: Ed25519PrivateKey, opened: Mapping[str, Any]
) -> dict[str, bytes]:
    """Return the evaluators' files by their names in the package, in the order of handing in.

    Raises:
        UserError: with everything that keeps the drill from being frozen.

    """
    told = entries(log)
    faults: list[Fault] = []
    kinds = {entry.kind: entry.told for entry in told}
    number = folder.name
    if not kinds.keys() & set(OVER):
        mend = say("End it first, or abort it.")
        faults.append(Fault(number, say("The drill is not over, so it cannot be frozen."), mend))
    if "opened" not in kinds:
        mend = say("Open it first: two of the three keys, after the draw.")
        faults.append(Fault(number, say("The drill has not been opened yet."), mend))
    sealed = kinds.get("sealed", {})
    promise = _sha(bytes.fromhex(opened["nonce"]) + canonical(opened["pool"]).encode())
    if promise != sealed.get("commitment") or len(opened["nonce"]) != 2 * _NONCE_BYTES:
        problem = say("This pool, or its nonce, is not the one that was sealed.")
        faults.append(Fault(number, problem, say("Open the envelope of this drill.")))
    if _public(key) != sealed.get("signer"):
        problem = say("This is not the key with which the drill was sealed.")
        faults.append(Fault(number, problem, say("Give the key whose fingerprint is printed.")))
    envelope = folder / ENVELOPE
    if not envelope.is_file() or _sha(bytes_of(envelope)) != sealed.get("envelope"):
        problem = say("The envelope in the folder is not the one that was sealed.")
        faults.append(Fault(ENVELOPE, problem, say("Put the file back as it was.")))
    logged = [str(entry.told.get("file")) for entry in told if entry.kind == "handed_in"]
    files = _evaluators(folder / EVALUATORS, logged, faults)
    if faults:
        raise UserError(faults)
    return files


def _evaluators(folder: Path, logged: list[str], faults: list[Fault]) -> dict[str, bytes]:
    """Return the files that were handed in, and add a fault for each that lacks.

    A file that the log does not know was refused when it came, and stays out.
    """
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    held = {_sha(data): data for data in (bytes_of(path) for path in paths)}
    order = list(dict.fromkeys(logged))
    mend = say("Put it back as it came.")
    faults += [
        Fault(
            EVALUATORS, say("The file {hash}… that was handed in is lacking.", hash=one[:8]), mend
        )
        for one in order
        if one not in held
    ]
    return {f"evaluator-{n}.json": held[one] for n, one in enumerate(order, 1) if one in held}


def _text(value: object) -> bytes:
    return f"{canonical(value)}\n".encode()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
