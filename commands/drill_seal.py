"""``cli.py drill new|officer|seal|open|head``: from an empty folder to the opened scenario."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from desks.exercise.clock import DAY, clock_text
from desks.exercise.drafts import LOG, make_draft_key, read_draft
from desks.exercise.folder import KEY_FILE, MARKER, Control, create_control, open_control
from desks.exercise.keys import read_locked
from desks.exercise.log import entries, open_log
from desks.exercise.officers import (
    OFFICES,
    Officer,
    enrol,
    new_officer,
    office_sentence,
    read_officers,
)
from desks.exercise.opening import map_changed, open_drill, opened_entry
from desks.exercise.printed import OCCASIONS, note_draw, note_head
from desks.exercise.sealing import seal
from desks.folder import read_about
from desks.onemap import load_onemap
from geodata.faults import Fault, UserError
from language import Catalogue, Sentence, say
from reports.signing import fingerprint, grouped, new_key

from .drill_step import Steps, control_of, control_step, drill_step
from .key import opened_key, passphrase_of, told_twice
from .printing import print_json, print_lines, slip


def new_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill new``."""
    step = control_step(steps, shared, "new", "make control's folder and its keys")
    step.add_argument("--district", type=Path, required=True, help="the players' folder")
    step.set_defaults(run=_new)


def officer_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill officer``; a passphrase is asked for, never given as an option."""
    step = control_step(steps, shared, "officer", "who holds the three keys")
    step.add_argument("--office", choices=OFFICES)
    step.add_argument("--name", default="")
    step.add_argument("--key", type=Path, help="the new file of the key, on the officer's stick")
    step.add_argument("--replace", action="store_true", help="the key of this office was lost")
    step.set_defaults(run=_officer)


def seal_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill seal``."""
    step = drill_step(steps, shared, "seal", "lock the composed pool under two of three keys")
    step.set_defaults(run=_seal)


def open_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill open``."""
    step = drill_step(steps, shared, "open", "open the drawn scenario at T0 with two of three keys")
    step.add_argument("--key", type=Path, action="append", required=True, help="twice: two files")
    step.add_argument("--early", action="store_true", help="before T0: the log says so for good")
    step.set_defaults(run=_open)


def head_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill head``."""
    step = drill_step(steps, shared, "head", "the head of the log, for paper")
    step.add_argument("--what", choices=OCCASIONS, required=True)
    step.set_defaults(run=_head)


def clock() -> datetime:
    """Return now (UTC)."""
    return datetime.now(tz=UTC)


def _new(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Make the folder, control's signing key and the key of drafts; go on where it broke off."""
    folder: Path = options.control
    read_about(options.district)
    passphrase = told_twice(catalogue, say("Passphrase: "), "drill new")
    if (folder / MARKER).is_file() and not (folder / KEY_FILE).exists():
        control = open_control(folder)
    else:
        control = create_control(folder, options.district)
    key = new_key(folder / KEY_FILE, passphrase)
    make_draft_key(control)
    digits = fingerprint(key.public_key())
    if options.format == "json":
        print_json({"control": str(folder), "fingerprint": digits})
        return
    print_lines([catalogue.word(say("Fingerprint of control's key, for paper:")), grouped(digits)])
    if not passphrase:
        said = say("No passphrase: whoever can read the file can sign. Keep it on a stick.")
        print_lines([catalogue.word(said)])


def _officer(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    if options.key is None or options.office is None:
        _print_officers(options, read_officers(control), catalogue)
        return
    for folder in (control.folder, control.district):
        if options.key.resolve().is_relative_to(folder.resolve()):
            problem = say("An officer's key belongs on the officer's own stick, not here.")
            raise UserError([slip("--key", str(options.key), problem, "drill officer")])
    made = new_officer(
        options.key,
        options.name,
        options.office,
        told_twice(catalogue, say("Passphrase: "), "drill officer"),
    )
    try:
        known = enrol(control, made, replace=options.replace)
    except UserError:
        options.key.unlink()
        raise
    _print_officers(options, known, catalogue)


def _print_officers(
    options: argparse.Namespace, known: tuple[Officer, ...], catalogue: Catalogue
) -> None:
    if options.format == "json":
        print_json([vars(one) for one in known])
        return
    print_lines(
        f"{catalogue.word(office_sentence(one.office))}  {one.name}  {one.recipient}"
        for one in known
    )


def _seal(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Seal, and note that the slip with the head was printed: it has to be on paper now."""
    control = control_of(options)
    pool = read_draft(control, options.number)
    officers = read_officers(control)
    key = opened_key(control.folder / KEY_FILE, catalogue)
    log = control.drill(options.number) / LOG
    envelope = seal(control, pool, officers, key, at=clock(), log=log)
    head = note_head(log, "seal", at=clock())
    told = {
        "drill": envelope.drill,
        "sealed_at": envelope.sealed_at,
        "commitment": envelope.commitment,
        "fingerprint": fingerprint(key.public_key()),
        "head": head,
    }
    if options.format == "json":
        print_json(told)
        return
    titles = (
        (say("Sealed drill, for paper:"), envelope.drill),
        (say("Sealed at"), clock_text(datetime.fromisoformat(envelope.sealed_at), DAY)),
        (say("Commitment"), grouped(envelope.commitment)),
        (say("Fingerprint of control's key"), grouped(told["fingerprint"])),
        (say("Head of the log"), grouped(head)),
    )
    print_lines(f"{catalogue.word(title)}  {value}" for title, value in titles)


def _open(options: argparse.Namespace, catalogue: Catalogue) -> None:
    control = control_of(options)
    number: str = options.number
    paper = _owed(control, number)
    if paper and options.format != "json":
        print_lines(paper_lines(paper, catalogue))
    identities = [_identity(path, catalogue) for path in options.key]
    onemap = load_onemap(control.district)
    scenario = open_drill(control, number, identities, onemap, at=clock(), early=options.early)
    with open_log(control.drill(number) / LOG) as log:
        found = entries(log)
    entry = opened_entry(found)
    told = entry.told if entry else {}
    if options.format == "json":
        keys = ("scenario", "index", "counter", "officers", "early", "map_changed")
        print_json({"drill": number, "head": paper, **{key: told.get(key) for key in keys}})
        return
    changed = map_changed(found)
    lines: list[Sentence] = [say("Drawn: scenario {number}.", number=scenario.number)]
    lines += [changed] if changed else []
    if told.get("early"):
        lines.append(say("It was opened before T0: the log says so, and so will the check."))
    print_lines([*map(catalogue.word, lines), scenario.title, scenario.place])


def _owed(control: Control, number: str) -> str | None:
    """Return the head that has to be on paper before the opening, ``None`` where one is."""
    log = control.drill(number) / LOG
    return note_draw(log, at=clock()) if log.is_file() else None


def paper_lines(digits: str, catalogue: Catalogue) -> list[str]:
    """Return the head that is to be on paper before anybody opens, and why."""
    told = say("Head of the log after the draw. Put it on paper before anybody opens: only this"
               " paper proves that the envelope was closed till then.")  # fmt: skip
    return [catalogue.word(told), grouped(digits)]


def _identity(path: Path, catalogue: Catalogue) -> str:
    asked = catalogue.word(say("Passphrase of {file}: ", file=path.name))
    return read_locked(path, passphrase_of(asked))


def _head(options: argparse.Namespace, catalogue: Catalogue) -> None:
    log = log_of(control_of(options), options.number)
    head = note_head(log, options.what, at=clock())
    if options.format == "json":
        print_json({"drill": options.number, "what": options.what, "head": head})
        return
    print_lines([catalogue.word(say("Head of the log, for paper:")), grouped(head)])


def log_of(control: Control, number: str) -> Path:
    """Return the file of a drill's log.

    Raises:
        UserError: where there is no such drill.

    """
    place = control.drill(number) / LOG
    if not place.is_file():
        problem = say("There is no drill of this number.")
        raise UserError([Fault("--number", problem, say("Compose it first."), value=number)])
    return place
