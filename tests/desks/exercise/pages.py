"""What an evaluator's page writes, made without a browser: a chain of lines and photographs."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desks.exercise.opened import scenario_digest
from desks.exercise.scenario import Scenario
from geodata.chain import GENESIS, link_hash
from tests.desks.exercise.drills import NUMBER, later
from tests.desks.exercise.pools import scenario as small_scenario

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40


def ms(at: datetime) -> int:
    """Return the moment as a device has it: milliseconds after 1970."""
    return round(at.timestamp() * 1000)


@dataclass
class EvaluatorPage:
    """A page in an evaluator's hand whose device is ``behind_ms`` behind control's clock."""

    evaluator: str = "评估员甲"
    copy: str = "0123456789abcdef" * 2
    behind_ms: int = 0
    scenario: Scenario = field(default_factory=small_scenario)
    drill: str = NUMBER
    chain: list[dict[str, Any]] = field(default_factory=list)
    photos: dict[str, str] = field(default_factory=dict)

    def device(self, seconds: float) -> int:
        """Return what the device shows so many seconds after T0."""
        return ms(later(seconds)) - self.behind_ms

    def line(self, seconds: float, kind: str, **more: object) -> int:
        """Write a line and return its number."""
        if not self.chain and kind != "begun":
            self.line(
                seconds, "begun", drill=self.drill, scenario=self.scenario.number,
                digest=scenario_digest(self.scenario), evaluator=self.evaluator, copy=self.copy,
            )  # fmt: skip
        body = {"n": len(self.chain) + 1, "at": self.device(seconds), "kind": kind, **more}
        previous = self.chain[-1]["hash"] if self.chain else GENESIS
        link = {"seq": body["n"], "previous": previous, "body": body}
        self.chain.append({**link, "hash": link_hash(previous, body)})
        return len(self.chain)

    def clock(self, seconds: float, when: str = "out", late_ms: int = 0) -> int:
        """Compare the clocks; the thumb comes ``late_ms`` after the time that is shown."""
        return self.line(seconds, "clock", when=when, shown=ms(later(seconds)) - late_ms)

    def stamp(self, seconds: float, node: str) -> int:
        """Press for a node."""
        return self.line(seconds, "stamp", node=node)

    def photo(self, seconds: float, data: bytes = JPEG) -> int:
        """Keep a photograph."""
        name = hashlib.sha256(data).hexdigest()
        self.photos[name] = base64.b64encode(data).decode()
        return self.line(seconds, "photo", sha256=name, bytes=len(data))

    def document(self) -> dict[str, Any]:
        """Return what is handed in, before it is text."""
        return {
            "format": 1,
            "kind": "shouwang evaluator",
            "chain": self.chain,
            "photos": self.photos,
        }

    def file(self) -> bytes:
        """Return the file as it is handed in."""
        return json.dumps(self.document(), ensure_ascii=False).encode()
