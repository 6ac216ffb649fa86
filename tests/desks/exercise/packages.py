"""A whole drill, honestly played and frozen, and what who holds control's key can do to it."""

import json
import re
import time
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import verify_drill
from desks.exercise import evaluators, packaging, participants, running
from desks.exercise.course import Stamp
from desks.exercise.log import head, open_log, write
from desks.exercise.opened import scenario_digest
from desks.exercise.opening import open_drill, revealed
from desks.exercise.packaging import freeze, signed
from geodata.chain import GENESIS, canonical, link_hash
from geodata.faults import UserError
from reports.signing import fingerprint
from tests.desks.exercise.sealed import NAMES, NUMBER, SAME_MAP, Desk, future_pool, new_desk

WAITS_S = (1.0, 5.0, 30.0)
"""So long after the composing the drill begins: sealing and draw must be over by then."""

EVALUATOR = "评估员甲"
Link = dict[str, Any]


@dataclass(frozen=True)
class Played:
    """An honest drill: its package, control's desk, the fingerprint and the heads on paper."""

    raw: bytes
    desk: Desk
    key: str
    heads: dict[str, str]


def play(folder: Path, *, void_first: bool = False, close: bool = True) -> Played:
    """Return a drill that was sealed, drawn, opened at T0, run, reviewed and frozen.

    Where this machine is too slow to seal and draw before T0, it is played again with more time.
    A head is printed before anyone reveals; ``close`` prints one between draw and opening.
    """
    for at, wait_s in enumerate(WAITS_S):
        desk = new_desk(folder / str(at))
        heads: dict[str, str] = {}
        if void_first:
            desk.seal(future_pool())
            heads["void"] = print_head(desk, "seal")
            void(desk)
        t0 = _now() + timedelta(seconds=wait_s)
        try:
            desk.seal(future_pool(t0=t0.isoformat()))
        except UserError:
            if _now() < t0 or wait_s == WAITS_S[-1]:
                raise
            continue
        heads["seal"] = print_head(desk, "seal")
        desk.draw(between=lambda: heads.update(draw=print_head(desk, "draw")))  # noqa: B023 - at once
        if _now() < t0:
            break
    if close:
        heads["closed"] = print_head(desk, "start")
    while (left := (t0 - _now()).total_seconds()) > 0:
        time.sleep(left)
    open_drill(desk.control, NUMBER, desk.identities[:2], SAME_MAP, at=_now())
    heads |= run(desk)
    return frozen(desk, heads)


def frozen(desk: Desk, heads: dict[str, str]) -> Played:
    """Return the drill with its package."""
    found = revealed(desk.control, NUMBER)
    path = freeze(desk.control, NUMBER, desk.key, found.pool, found.nonce, review={"drill": NUMBER})
    return Played(path.read_bytes(), desk, fingerprint(desk.key.public_key()), heads)


def void(desk: Desk) -> None:
    """Commit and reveal but for the last, and void the draw."""
    nonces = [bytes([at]) * 32 for at in range(1, 4)]
    for name, nonce in zip(NAMES, nonces, strict=True):
        promise = sha256(b"shouwang commit 1\n" + nonce + b"1").hexdigest()
        participants.commit(desk.log, name, promise, at=_now())
    for name, nonce in list(zip(NAMES, nonces, strict=True))[:2]:
        participants.reveal(desk.log, name, nonce.hex(), "1", at=_now())
    participants.void(desk.log, "control", at=_now())


def run(desk: Desk) -> dict[str, str]:
    """Run the drill: an inject by clock, by node and by hand, one added, a pause; file and end."""
    control, number = desk.control, NUMBER
    first = running.start(control, number, _now())
    running.tick(control, number, _now())
    running.stamp(control, number, Stamp("called", _now(), _now(), 0, "值班室", ""), now=_now())
    running.release_now(control, number, "I3", _now())
    running.add_inject(control, number, ("道路塌方。", "交通组"), _now())
    running.pause(control, number, _now())
    running.resume(control, number, _now())
    last = running.end(control, number, _now())
    evaluators.merge(control, number, evaluators.read_evaluator_file(evaluator_file(desk)))
    return {page.what: page.head for page in (*first.printed, *last.printed)}


def evaluator_file(desk: Desk) -> bytes:
    """Return what an evaluator's page wrote who pressed for the first arrival now."""
    run = running.state(desk.control, NUMBER)
    ms = time.time_ns() // 1_000_000
    begun: Link = {"kind": "begun", "drill": NUMBER, "scenario": run.scenario.number,
             "digest": scenario_digest(run.scenario), "evaluator": EVALUATOR,
             "copy": "ab" * 16}  # fmt: skip
    chain: list[Link] = []
    for n, body in enumerate((begun, {"kind": "stamp", "node": "arrived"}), 1):
        previous = chain[-1]["hash"] if chain else GENESIS
        whole = {**body, "n": n, "at": ms}
        link = {"seq": n, "previous": previous, "body": whole}
        chain.append({**link, "hash": link_hash(previous, whole)})
    return text({"format": 1, "kind": "shouwang evaluator", "chain": chain, "photos": {}})


def print_head(desk: Desk, what: str) -> str:
    """Return the head that was printed now, as the log says."""
    with open_log(desk.log) as log:
        printed = head(log)
        write(log, "control", "printed", {"head": printed, "what": what})
    return printed


def _now() -> datetime:
    return datetime.now(tz=UTC)


class Cheat:
    """A package taken apart, to be changed and made again as only who holds the key can."""

    def __init__(self, played: Played) -> None:
        """Take the honest package apart."""
        self.played = played
        self.files = verify_drill.unpacked(played.raw)
        self.manifest: dict[str, Any] = json.loads(self.files.pop("manifest.json"))
        self.files.pop("signature.txt")
        self.links: list[Link] = [json.loads(row) for row in self.files["log.jsonl"].splitlines()]
        self.opened: dict[str, Any] = json.loads(self.files["opened.json"])
        self.sealed: dict[str, Any] = json.loads(self.files["sealed.json"])
        self.key = played.desk.key
        self.kind = packaging.KIND
        self.drill: str = self.manifest["drill"]
        self.end: list[Link] = []
        self.raw: dict[str, bytes] = {}
        self.heads = list(played.heads.values())

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies of the lines of a kind, to be changed."""
        return [link["body"] for link in self.links if link["body"]["kind"] == kind]

    def told(self, kind: str, nth: int = 0) -> dict[str, Any]:
        """Return what a line tells, to be changed."""
        after: dict[str, Any] = self.of(kind)[nth]["after"]
        return after

    def place(self, kind: str, nth: int = 0) -> int:
        """Return where the line of a kind stands among all, 0-based."""
        return [n for n, one in enumerate(self.links) if one["body"]["kind"] == kind][nth]

    def insert(self, at: int, kind: str, told: dict[str, Any], key: str = "") -> None:
        """Put a line before another, with its time."""
        body = deepcopy(self.links[at]["body"])
        body |= {"kind": kind, "after": told, "id": key}
        self.links.insert(at, {"seq": 0, "previous": "", "body": body, "hash": ""})

    def move(self, which: int, to: int) -> None:
        """Put a line elsewhere; the times stay in their order."""
        times = [link["body"]["at"] for link in self.links]
        self.links.insert(to, self.links.pop(which))
        for link, at in zip(self.links, times, strict=True):
            link["body"]["at"] = at

    def rechain(self) -> None:
        """Make numbers and hashes fit again, those of printed heads too: nothing shows."""
        before = GENESIS
        for seq, link in enumerate(self.links, 1):
            body = link["body"] | {"seq": seq, "clock": seq}
            if body["kind"] == "printed" and not link.get("forged"):
                body["after"]["head"] = before
            link |= {"seq": seq, "previous": before, "body": body}
            link["hash"] = before = link_hash(link["previous"], body)
            link.pop("forged", None)

    def reseal(self, key: Ed25519PrivateKey | None = None) -> None:
        """Make commitment, envelope and log agree with the pool as it is now."""
        key = key or self.key
        whole = bytes.fromhex(self.opened["nonce"]) + canonical(self.opened["pool"]).encode()
        self.sealed["commitment"] = sha256(whole).hexdigest()
        unsigned = {k: v for k, v in self.sealed.items() if k != "signature"}
        made = key.sign(b"shouwang drill 1\n" + canonical(unsigned).encode())
        self.sealed["signature"] = made.hex()
        envelope = sha256(text(self.sealed)).hexdigest()
        told = {"commitment": self.sealed["commitment"], "envelope": envelope}
        self.told("sealed", -1).update(told | {"signer": self.sealed["signer"]})
        self.told("opened").update(envelope=envelope, nonce=self.opened["nonce"])
        self.told("opened")["seed"] = self.opened["pool"]["seed"]

    def package(self) -> bytes:
        """Return the package of all this, signed."""
        made = {
            **self.files,
            "opened.json": text(self.opened),
            "sealed.json": text(self.sealed),
            "log.jsonl": b"".join(map(text, self.links)),
            **self.raw,
        }
        with patch.object(packaging, "KIND", self.kind):
            return signed(made, self.key, drill=self.drill, chain=self.end or self.links)

    def verdict(self, *, heads: bool = True) -> tuple[bool, str]:
        """Return what the program says of it, with all heads from paper or without any."""
        given = self.heads if heads else []
        good, lines = verify_drill.verdict(self.package(), self.played.key, given)
        return good, "\n".join(lines)


def text(value: object) -> bytes:
    """Return a value as the one text of a file."""
    return f"{canonical(value)}\n".encode()


def said(key: str, output: str) -> bool:
    """Return whether a sentence of the program stands in its output, whatever its values."""
    pattern = re.sub(r"\\\{\d\\\}", ".*", re.escape(verify_drill.SAID[key]))
    return re.search(pattern, output) is not None
