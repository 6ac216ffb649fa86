"""Control's own folder: its drills, its keys, the district whose players it exercises.

control.toml            format, district (path of the players' folder)
control.key             control's signing key (Ed25519, made by reports.signing, locked)
draft.key               the age identity that locks drafts until they are sealed (0600)
director.json           who directs: the name under which the page's acts stand in the logs
officers.toml           who holds the three keys: name, office, recipient (age, public)
writing.lock            empty; who holds its lock is the one writer here (alone.py)
drills/NUMBER/
  draft.age             a composed pool, locked with draft.key; gone once sealed
  sealed.json           the envelope: public, signed, padded; opens with two of three keys
  sealed-….json         the envelopes of draws that were voided, kept as evidence
  opened.json           the drawn scenario (0600), written when it is opened
  revealed.age          the whole pool and its nonce, locked with draft.key, for the review
  log.sqlite            the drill's chain
  evaluators/           the files that evaluators handed in, as they came
  package.zip           the whole drill for verify_drill.py, written at the review
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from geodata.faults import Fault, UserError
from geodata.writing import write_file
from language import Sentence, say

MARKER, KEY_FILE = "control.toml", "control.key"
FORMAT = 1
MOST_BYTES = 64_000_000
"""What is read of one file at most: a laptop is not to be filled by one that grew to gigabytes."""

NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,39}")
"""What a drill may be called: it becomes the name of a folder."""


@dataclass(frozen=True)
class Control:
    """Exercise control's folder and the folder of the district it exercises."""

    folder: Path
    district: Path

    @property
    def drills(self) -> tuple[str, ...]:
        """Return the numbers of all drills, sorted."""
        under = self.folder / "drills"
        return tuple(sorted(path.name for path in under.iterdir())) if under.is_dir() else ()

    def drill(self, number: str) -> Path:
        """Return the folder of a drill, there or not.

        Raises:
            UserError: for a number that is no plain word.

        """
        if not NUMBER.fullmatch(number):
            told = say("A drill's number has letters, digits and hyphens only, 40 at most.")
            raise UserError([Fault("--number", told, say("Give another."), value=number[:60])])
        return self.folder / "drills" / number


def bytes_of(place: Path) -> bytes:
    """Return the bytes of a file of a drill, of a longer one than any of ours the beginning.

    No envelope, draft or evaluator's file is as long: its hash or its lock refuses what is cut.
    """
    with place.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def create_control(folder: Path, district: Path) -> Control:
    """Return a new control folder for a district, readable by its owner alone.

    Raises:
        UserError: where the folder is not empty, or lies within the district's.

    """
    if "\0" in str(folder):
        raise _fault(folder, say("This is no folder of exercise control."))
    if folder.exists() and any(folder.iterdir()):
        raise _fault(folder, say("The folder is not empty."))
    if folder.resolve().is_relative_to(district.resolve()):
        raise _fault(folder, say("Control's folder may not lie within the players' district."))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    text = f"format = {FORMAT}\ndistrict = {_quoted(str(district.resolve()))}\n"
    with write_file(folder / MARKER) as path:
        path.write_text(text, encoding="utf-8")
    (folder / MARKER).chmod(0o600)
    (folder / "drills").mkdir(mode=0o700)
    return Control(folder, district.resolve())


def open_control(folder: Path) -> Control:
    """Return the control folder.

    Raises:
        UserError: where it is none, or its control.toml cannot be read.

    """
    try:
        told = tomllib.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise _fault(folder, say("This is no folder of exercise control.")) from None
    district = told.get("district")
    if told.get("format") != FORMAT or not isinstance(district, str) or "\0" in district:
        raise _fault(folder, say("control.toml is of another version or incomplete."))
    return Control(folder, Path(district))


def _quoted(text: str) -> str:
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text)
    return f'"{escaped}"'


def _fault(folder: Path, problem: Sentence) -> UserError:
    return UserError([Fault(str(folder)[:300], problem, say("Give another folder."))])
