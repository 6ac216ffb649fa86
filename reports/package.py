"""A signed report: every file, what it rests on, and one signature over all of it.

The archive is a ZIP of stored entries, sorted, with a fixed time and nothing else, so that the same
files are the same bytes and ``verify.py`` can demand every one of them. ``manifest.json`` holds the
SHA-256 of each file and is what is signed; the public key travels along for convenience only.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desks.planning.answers import Coverage
from geodata.archive import archive
from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import say

from .deflating import gzip_file
from .paper import Paper, Plan
from .proof import headline, is_provable, proof_bytes
from .signing import public_bytes
from .wording import clean, word

FORMAT = 1
SIGNED = b"shouwang report 1\n"
"""Stands before the manifest in what is signed, so that no other signature serves here."""

MANIFEST, SIGNATURE = "manifest.json", "signature.txt"
_UNSAFE = re.compile(r"[^a-z0-9]+")


def package(
    paper: Paper,
    files: Mapping[str, bytes],
    coverages: Sequence[Coverage],
    key: Ed25519PrivateKey,
) -> bytes:
    """Return REPORT.zip: the written files, the proofs of the coverages, manifest and signature.

    A public edition holds no proofs: the distances of every household would undo its rounding.

    Raises:
        ValueError: for a file name that is not plain, or more than 2 GiB.

    """
    internal = paper.audience == "internal"
    proofs = {_proof_name(one): one for one in coverages if internal and is_provable(one)}
    held = {**files, **{name: gzip_file(proof_bytes(one)) for name, one in proofs.items()}}
    held[MANIFEST] = _manifest(paper, held, proofs)
    held[SIGNATURE] = _signature(held[MANIFEST], key)
    return archive(held)


def _proof_name(coverage: Coverage) -> str:
    plain = _UNSAFE.sub("-", coverage.service.key.lower()).strip("-")[:60]
    digest = hashlib.sha256(coverage.service.key.encode()).hexdigest()[:8]
    return f"proof-{plain or 'service'}-{digest}.json.gz"


def _manifest(paper: Paper, files: Mapping[str, bytes], proofs: Mapping[str, Coverage]) -> bytes:
    """Return what is signed, as JSON that a person can read: keys sorted, UTF-8."""
    document = {
        "format": FORMAT,
        "paper": paper.key,
        "title": word(paper.title, paper.words),
        "district": clean(paper.district_zh),
        "issuer": clean(paper.issuer),
        "day": paper.day,
        "audience": paper.audience,
        "sample": paper.sample,
        "plan": None if paper.plan is None else _plan(paper.plan),
        "stamp": paper.stamp,
        "crs": paper.crs,
        "review_no": clean(paper.review_no),
        "secrecy": clean(paper.secrecy),
        "facts": {name: clean(value) for name, value in paper.facts.items()},
        "defects": [word(one, paper.words) for one in paper.defects],
        "headline": [
            {"service": one.service.key, "proof": name, **headline(one)}
            for name, one in proofs.items()
        ],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return (text + "\n").encode()


def _plan(plan: Plan) -> dict[str, str]:
    """Return which plan the report is of: nothing of it is built."""
    return {"name": clean(plan.name), "sha256": plan.sha256, "stamp": plan.stamp}


def _signature(manifest: bytes, key: Ed25519PrivateKey) -> bytes:
    public, signed = public_bytes(key.public_key()), key.sign(SIGNED + manifest)
    return f"{public.hex()}\n{signed.hex()}\n".encode()


def write_package(path: Path, archive: bytes) -> None:
    """Write the package; only another archive of ours is replaced.

    Raises:
        UserError: where something else lies there, or it cannot be written.

    """
    if path.is_file() and not _is_ours(path):
        problem = say("This file is no signed report, so it is not replaced.")
        raise UserError([Fault(str(path), problem, say("Give another name."))])
    with write_file(path) as fresh:
        fresh.write_bytes(archive)


def _is_ours(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return {MANIFEST, SIGNATURE} <= set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError):
        return False
