"""Check a signed report without trusting it: python verify.py REPORT.zip --key FINGERPRINT.

The fingerprint is SHA-256 of the signer's Ed25519 public key. Take it from paper, never from the
package. Exit code 0: genuine, whole, and the headline follows from the distances within; 1: not.
"""

import argparse
import gzip
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNED = b"shouwang report 1\n"
COUNTS = ("people", "circle", "network", "capacity", "safe")


def archive(files: dict[bytes, bytes]) -> bytes:
    """Return the one ZIP that these files make: stored, sorted, fixed times, nothing else."""
    bodies, entries, at = [], [], 0
    for name, data in sorted(files.items()):
        shape = (20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), 0)
        bodies += [struct.pack("<4s5H3L2H", b"PK\3\4", *shape), name, data]
        entries += [struct.pack("<4s6H3L5H2L", b"PK\1\2", 788, *shape, 0, 0, 0, 0o644 << 16, at)]
        entries += [name]
        at += 30 + len(name) + len(data)
    sizes = (len(files), len(files), sum(map(len, entries)), at, 0)
    return b"".join([*bodies, *entries, struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *sizes)])


def unpacked(raw: bytes) -> dict[str, bytes]:
    """Return the files by name; ValueError unless they make these very bytes again."""
    files: dict[bytes, bytes] = {}
    at = 0
    while raw[at : at + 4] == b"PK\3\4" and at + 30 <= len(raw):
        size, length = struct.unpack_from("<LH", raw, at + 22)
        start = at + 30 + length
        files[raw[at + 30 : start]] = raw[start : start + size]
        at = start + size
    if (
        not all(re.fullmatch(rb"[a-z0-9][a-z0-9._-]{0,99}", n) for n in files)
        or archive(files) != raw
    ):
        raise ValueError("The archive is not byte for byte the one that its files make.")
    return {name.decode(): data for name, data in files.items()}


def manifest_of(files: dict[str, bytes], fingerprint: str) -> dict[str, Any]:
    """Return the manifest; ValueError unless the key on paper signed it and just these files."""
    signed, line = files.pop("manifest.json", b""), files.pop("signature.txt", b"")
    found = re.fullmatch(rb"([0-9a-f]{64})\n([0-9a-f]{128})\n", line)
    public, signature = (
        (bytes.fromhex(part.decode()) for part in found.groups()) if found else (b"",) * 2
    )
    if hashlib.sha256(public).hexdigest() != fingerprint:
        raise ValueError("No signature, or that of another key: the fingerprint on paper differs.")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, SIGNED + signed)
    except InvalidSignature:
        raise ValueError("The signature does not fit the manifest.") from None
    manifest: dict[str, Any] = json.loads(signed)
    if manifest["files"] != {n: hashlib.sha256(data).hexdigest() for n, data in files.items()}:
        raise ValueError("The files are not those that were signed.")
    return manifest


def sums_fail(proof: dict[str, Any]) -> Iterator[str]:
    """Yield where the levels do not add up (null: not applicable), or a stricter count is more."""
    parts, parents, district = proof["communities"], proof["subdistricts"], proof["district"]
    groups = [(one, [p for p in parts if p["parent"] == one["code"]]) for one in parents]
    for whole, members in [*groups, (district, parents), (district, parts)]:
        for key in COUNTS:
            if (whole[key] or 0) != sum(one[key] or 0 for one in members):
                yield f"{whole['code']}: the parts do not add up to the whole ({key})."
    for one in (*parts, *parents, district):
        known = [one[key] for key in COUNTS if one[key] is not None]
        if min(known) < 0 or any(less > more for more, less in pairwise(known)):
            yield f"{one['code']}: a stricter definition covers more people."


def counts_fail(
    proof: dict[str, Any], key: str, unit: list[int], people: list[int]
) -> Iterator[str]:
    """Yield each community whose stated count is another one than its rows of the table give."""
    found = [0] * len(proof["communities"])
    for at, count in zip(unit, people, strict=True):
        found[at] += count
    for one, count in zip(proof["communities"], found, strict=True):
        if (one[key] or 0) != count:
            yield f"{one['code']}: the table gives {count} people, not {one[key]} ({key})."


def rows_of(table: dict[str, Any]) -> list[int]:
    """Return the row of each pair of the sparse table of distances (whole mm) or times (ms)."""
    return [row for row, (a, b) in enumerate(pairwise(table["first"])) for _ in range(a, b)]


def network_fails(proof: dict[str, Any]) -> Iterator[str]:
    """Yield where people, or those within reach by ways, do not follow from the distances."""
    table, people, within = proof["points"], proof["points"]["people"], proof["within"]
    least: dict[int, int] = {}
    for row, cost in zip(rows_of(table), table["cost"], strict=True):
        least[row] = min(cost, least.get(row, cost))
    for row, cost in enumerate(table["nearest"]):
        if (
            people[row] < 0
            or cost != least.get(row, cost)
            or (row not in least and 0 <= cost <= within)
        ):
            yield "A stated nearest place is not the nearest of the table."
    near = [n * (0 <= cost <= within) for n, cost in zip(people, table["nearest"], strict=True)]
    yield from counts_fail(proof, "people", table["unit"], people)
    yield from counts_fail(proof, "network", table["unit"], near)


def filled_table(proof: dict[str, Any]) -> dict[str, Any]:
    """Return the table that was filled: the points', or a row for each community's near people."""
    if proof["filled"]["by_points"]:
        return {**proof["points"], **proof["filled"]}
    people = [one["network"] or 0 for one in proof["communities"]]
    return {**proof["filled"], "unit": list(range(len(people))), "people": people}


def filling_fails(proof: dict[str, Any], key: str, sent: list[int]) -> Iterator[str]:
    """Yield where people, room or threshold are exceeded, or the counts do not follow."""
    table, room = filled_table(proof), proof["capacity"]
    left, free, went = list(table["people"]), list(room), [0] * len(table["people"])
    for row, place, cost, count in zip(
        rows_of(table), table["place"], table["cost"], sent, strict=True
    ):
        went[row] += count
        left[row] -= count
        free[place] -= count * (room[place] >= 0)
        if count < 0 or (count and cost > proof["within"]):
            yield f"People are sent beyond the threshold ({key})."
    if min(left, default=0) < 0 or any(
        f < min(beds, 0) for f, beds in zip(free, room, strict=True)
    ):
        yield f"More people are sent than live there, or than a place has room for ({key})."
    yield from counts_fail(proof, key, table["unit"], went)


def optimum_fails(proof: dict[str, Any]) -> Iterator[str]:
    """Yield unless the prices prove that nobody could cover more people (weak duality).

    Where value + price >= gain = unplaced - cost on every pair, no assignment gains more than
    people x value + room x price: what gains just that is optimal. Unplaced is more than any
    chain of moves costs, so that most people come first.
    """
    table, price, value = filled_table(proof), proof["filled"]["price"], proof["filled"]["value"]
    room = [sum(table["people"]) if beds < 0 else beds for beds in proof["capacity"]]
    bound = sum(v * count for v, count in zip(value, table["people"], strict=True))
    bound += sum(p * beds for p, beds in zip(price, room, strict=True))
    gains = [table["unplaced"] - cost for cost in table["cost"]]
    pairs = zip(rows_of(table), table["place"], gains, strict=True)
    slack = [value[row] + price[place] - gain for row, place, gain in pairs]
    gained = sum(gain * count for gain, count in zip(gains, table["assigned"], strict=True))
    enough = table["unplaced"] > len(room) * max(table["cost"], default=0)
    if min([0, *slack, *price, *value]) < 0 or gained != bound or not enough:
        yield "The prices do not prove that most people are covered (capacity)."


def proof_of(data: bytes) -> dict[str, Any]:
    """Return what a headline follows from; older reports hold it unpacked."""
    held: dict[str, Any] = json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    return held


def proof_fails(proof: dict[str, Any], headline: dict[str, Any]) -> Iterator[str]:
    """Yield whatever of the headline does not follow from distances, assignment and prices."""
    if any(proof["district"][key] != headline[key] for key in COUNTS):
        yield "The headline is not what the table states."
    yield from (*sums_fail(proof), *network_fails(proof))
    if proof["filled"]:
        yield from filling_fails(proof, "capacity", proof["filled"]["assigned"])
        yield from optimum_fails(proof)
    if proof["filled"] and proof["filled"]["safe_assigned"] is not None:
        yield from filling_fails(proof, "safe", proof["filled"]["safe_assigned"])


def findings(raw: bytes, fingerprint: str) -> tuple[list[str], list[str]]:
    """Return a sentence per finding, none where the report is genuine, and what was derived."""
    try:
        files = unpacked(raw)
        manifest = manifest_of(files, fingerprint)
        plan = manifest.get("plan")
        kind = f" of the plan {plan['name']!r}, which is not built" if plan else ""
        held = [
            (one["service"] + kind, proof_fails(proof_of(files[one["proof"]]), one))
            for one in manifest["headline"]
        ]
        return [f"{name}: {said}" for name, fails in held for said in fails], [n for n, _ in held]
    except (ValueError, struct.error, OSError, EOFError, zlib.error) as error:
        return [str(error)], []
    except (KeyError, IndexError, TypeError) as error:
        return [f"Signed, but not made as this program reads it: {error!r}."], []


def main() -> int:
    """Return 0 for an honest report, 1 with one sentence per finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--key", required=True, metavar="FINGERPRINT", help="as printed on paper")
    options = parser.parse_args()
    key = re.sub(r"[^0-9a-f]", "", options.key.lower())
    try:
        found, derived = findings(options.report.read_bytes(), key)
    except OSError as error:
        found, derived = [f"{options.report} cannot be read: {error.strerror}."], []
    genuine = (
        f"Genuine and whole. Derived again: {', '.join(derived) or 'nothing, it has no table'}."
    )
    print("\n".join(dict.fromkeys(found)) or genuine)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
