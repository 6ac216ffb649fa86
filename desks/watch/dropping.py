"""Readings by CSV files in a folder, for where there is no broker."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geodata.faults import Fault, UserError
from language import Sentence, say

from .readings import Reading, Refused, all_ahead, of_csv
from .station import Station, Taken

DONE, REFUSED = "done", "refused"
LARGEST_BYTES = 64 << 20


@dataclass(frozen=True)
class Dropped:
    """One file that was taken: what came of it, and its lines that are no readings.

    ``ahead`` says that all of it lies in the future.
    """

    file: str
    taken: Taken
    refused: tuple[Refused, ...]
    ahead: bool = False


def take_drops(
    station: Station, folder: Path, now: datetime, word: Callable[[Sentence], str]
) -> Iterator[Dropped]:
    """Yield what came of each ``*.csv`` of the folder, the oldest first.

    A file is moved to ``done`` once its readings are on disk, or to ``refused`` with the reasons
    beside it, put into words by ``word``, where a line is no reading; its good lines are kept all
    the same. Whoever writes a file writes it under another name and renames it, so that no half
    file is read. A file that cannot be used keeps none of the others waiting.

    Raises:
        UserError: where the station's file cannot be used; at the end, where the folder or some
            of its files cannot.

    """
    faults = []
    for path in _waiting(folder):
        try:
            yield _take(station, path, now, word)
        except OSError as error:
            faults.append(_fault(path, error))
    if faults:
        raise UserError(faults)


def _waiting(folder: Path) -> list[Path]:
    try:
        files = [p for p in folder.iterdir() if p.suffix.lower() == ".csv" and p.is_file()]
        return sorted(files, key=_age)
    except OSError as error:
        raise UserError([_fault(folder, error)]) from error


def _age(path: Path) -> tuple[int, str]:
    """Return what sorts the oldest first; a file that vanished meanwhile is told of when read."""
    try:
        return path.stat().st_mtime_ns, path.name
    except FileNotFoundError:
        return 0, path.name


def _take(station: Station, path: Path, now: datetime, word: Callable[[Sentence], str]) -> Dropped:
    readings: list[Reading] = []
    refused: list[Refused] = []
    for row in _rows(path, now):
        if isinstance(row, Refused):
            refused.append(row)
        else:
            readings.append(row)
    taken = station.take(readings, now, [one for each in refused for one in each.ahead])
    kept = path.parent / (REFUSED if refused else DONE)
    kept.mkdir(exist_ok=True)
    target = _free(kept / path.name)
    if refused:
        reasons = "".join(f"{r.line}\t{word(r.reason)}\t{r.text}\n" for r in refused)
        (kept / f"{target.name}.reasons.txt").write_text(reasons, encoding="utf-8")
    path.replace(target)
    return Dropped(path.name, taken, tuple(refused), all_ahead(readings, refused))


def _rows(path: Path, now: datetime) -> Iterator[Reading | Refused]:
    if path.stat().st_size > LARGEST_BYTES:
        yield Refused(0, "", say("The file is larger than {mb} MB.", mb=LARGEST_BYTES >> 20))
        return
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    yield from of_csv(text, now)


def _free(path: Path) -> Path:
    """Return the path, or the first with a number that no file has: nothing is overwritten."""
    numbered = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, 1_000_000))
    return path if not path.exists() else next(p for p in numbered if not p.exists())


def _fault(path: Path, error: OSError) -> Fault:
    problem = say("The folder of readings cannot be used: {detail}.", detail=error.strerror or "")
    return Fault(path.name, problem, say("Look at the folder and its rights."))
