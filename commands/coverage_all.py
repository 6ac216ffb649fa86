"""``cli.py coverage-all``: who is covered in many districts, on this machine or on a cluster."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, get_args

from desks.build_report import plain_line
from desks.planning.answers import Share
from desks.planning.many import (
    SUFFIX,
    SUMMARY,
    Answer,
    Asked,
    Question,
    answer,
    districts_below,
    names_of,
    require_services,
    summary,
    write_text,
    written_mark,
)
from geodata.faults import UserError
from language import Catalogue, say

from .printing import print_json, print_lines, slip

if TYPE_CHECKING:
    from desks.planning.workers import Outcome

MOST_WORKERS = 256
_BAR = 30


def coverage_all_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``coverage-all`` takes."""
    parser.add_argument("root", type=Path, help="every district below this folder")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", default="", metavar="N", help="0: one after the other, here")
    where.add_argument("--scheduler", default="", metavar="ADDRESS", help="of a Dask scheduler")
    parser.add_argument("--service", action="append", default=[], metavar="KEY[:WITHIN]")
    parser.add_argument("--share", choices=get_args(Share), default="night")
    parser.set_defaults(run=_coverage_all)


def _coverage_all(options: argparse.Namespace, catalogue: Catalogue) -> int:
    workers = _workers(options.workers)
    question = Question(tuple(dict.fromkeys(options.service or ("shelter",))), options.share,
                        options.lang)  # fmt: skip
    require_services(question)
    root = options.root.resolve()
    folders = districts_below(root)
    names = names_of(root, folders)
    options.out.mkdir(parents=True, exist_ok=True)
    asked = [
        Asked(str(folder), question, written_mark(options.out / f"{name}{SUFFIX}"))
        for folder, name in zip(folders, names, strict=True)
    ]
    faults: dict[str, Sequence[str]] = {}
    name_of = {str(folder): name for folder, name in zip(folders, names, strict=True)}
    with Bar(len(asked)) as bar:
        for outcome in _outcomes(asked, workers, options.scheduler):
            name = name_of[outcome.given.folder]
            found = _kept(outcome, options.out / f"{name}{SUFFIX}")
            faults |= {name: found} if found else {}
            bar.step(name, failed=bool(found))
    whole = _summed(options.out, names, faults)
    text = json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    write_text(options.out / SUMMARY, text)
    if options.format == "json":
        print_json(whole)
    else:
        print_lines(_lines(whole, catalogue))
    return 1 if faults else 0


def _workers(text: str) -> int:
    """Return how many workers are asked for: as many as processors where nothing is said.

    Raises:
        UserError: where it is no such number.

    """
    if not text:
        return os.cpu_count() or 1
    plain = text.lstrip("0") or "0"
    if not (text.isascii() and text.isdecimal() and int(plain[:9]) <= MOST_WORKERS):
        problem = say("Workers are 0 to {most}.", most=MOST_WORKERS)
        raise UserError([slip("--workers", text[:60], problem, "coverage-all")])
    return int(plain)


def _outcomes(
    asked: Sequence[Asked], workers: int, scheduler: str
) -> "Iterator[Outcome[Asked, Answer]]":
    # Dask takes most of a second to import, which no other command shall wait for
    from desks.planning.workers import on_workers, serially  # noqa: PLC0415

    if not workers and not scheduler:
        return serially(answer, asked)
    return on_workers(answer, asked, workers=min(workers, len(asked)), scheduler=scheduler)


def _kept(outcome: "Outcome[Asked, Answer]", path: Path) -> Sequence[str]:
    """Write the answer, and return what is wrong with the district; its old answer goes then."""
    made = outcome.made
    if made is not None and made.mark:
        if made.text:
            write_text(path, made.text)
        return ()
    path.unlink(missing_ok=True)
    return made.faults if made is not None else (f"{outcome.error!r}"[:500],)


def _summed(out: Path, names: Sequence[str], faults: dict[str, Sequence[str]]) -> dict[str, Any]:
    good = [name for name in names if name not in faults]
    read = {name: (out / f"{name}{SUFFIX}").read_text(encoding="utf-8") for name in good}
    return summary({name: json.loads(text) for name, text in read.items()}, faults)


def _lines(whole: dict[str, Any], catalogue: Catalogue) -> Iterator[str]:
    for one in whole["services"]:
        totals = one["totals"]
        held = " · ".join(
            f"{key} {'—' if count is None else f'{count:,}'}"
            for key, count in totals["people_covered"].items()
        )
        yield f"{one['service']['title']} ({len(one['districts'])}): {totals['people']:,} · {held}"
    for fault in whole["faults"]:
        said = say("{district} is in no sum: {reason}", district=fault["district"],
                   reason=" ".join(fault["said"]))  # fmt: skip
        yield f"✕ {catalogue.word(said)}"


class Bar:
    """A bar on stderr: in place on a terminal, else a line a district."""

    def __init__(self, whole: int) -> None:
        """Begin with nothing done of the whole."""
        self._whole, self._done, self._failed = whole, 0, 0
        self._live = sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End the line of a terminal."""
        if self._live:
            print(file=sys.stderr)

    def step(self, name: str, *, failed: bool) -> None:
        """Tell that one more is done."""
        self._done += 1
        self._failed += failed
        full = _BAR * self._done // self._whole
        bar = "█" * full + "░" * (_BAR - full)
        bad = f" ✕ {self._failed}" if self._failed else ""
        line = plain_line(f"{bar} {self._done}/{self._whole}{bad} {name}")
        start, end = ("\r\x1b[K", "") if self._live else ("", "\n")
        print(f"{start}{line}", end=end, file=sys.stderr, flush=True)
