"""A person accepts a version of the speed model, or refuses it: both stand in the register."""

import hashlib
from pathlib import Path

from desks.folder import SPEED_MODEL, read_about
from desks.parts import DOCUMENT
from desks.register.documents import document_as_of, keep_document
from desks.register.opening import open_register
from geodata.faults import Fault, UserError
from geodata.store import Author, Event, Store
from geodata.writing import write_file
from language import Sentence, say
from routing import SpeedModel
from routing.speed_text import model_text

from .learning import Proposal

ACCEPTED, REFUSED = "speed_model_accepted", "speed_model_refused"


def accept(folder: Path, proposal: Proposal, who: Author) -> Event | None:
    """Put the version in force; return its event, ``None`` where it is in force already.

    The register keeps its text as a new version of the document, so that a report of a past day
    still uses the factors of that day; what the folder's file said without the register's knowledge
    is kept as a version first. The file is written last: after a crash the same call ends the work.

    Raises:
        UserError: where nothing would change, or another version came into force meanwhile.

    """
    if not proposal.changes:
        raise _fault(folder, say("The proposal changes nothing."))
    path = folder / SPEED_MODEL
    read_about(folder)
    in_force = SpeedModel.load(path)
    if in_force.version == proposal.model.version:
        return None
    if in_force.version != proposal.base:
        raise _fault(
            folder,
            say(
                "Version {found} came into force since this was proposed beside {base}.",
                found=in_force.version,
                base=proposal.base,
            ),
        )
    before = path.read_text(encoding="utf-8")
    text = model_text(proposal.model, above=before)
    with open_register(folder) as store:
        kept = document_as_of(store, SPEED_MODEL)
        if kept is None or kept.text not in (before, text):
            keep_document(store, who, SPEED_MODEL, before)
        keep_document(store, who, SPEED_MODEL, text)
        event = store.note(who, ACCEPTED, _body(proposal), layer=DOCUMENT, id=SPEED_MODEL)
    with write_file(path) as target:
        target.write_text(text, encoding="utf-8")
    return event


def refuse(folder: Path, proposal: Proposal, who: Author) -> Event:
    """Write that a person refused the version and why; nothing else changes.

    Raises:
        UserError: where nobody says why.

    """
    if not who.why.strip():
        told = say("A refusal needs a reason.")
        raise UserError([Fault("--why", told, say("Say why the version is refused."))])
    with open_register(folder) as store:
        return store.note(who, REFUSED, _body(proposal), layer=DOCUMENT, id=SPEED_MODEL)


def learned_from(store: Store, in_force: str) -> frozenset[str]:
    """Return the drills that the version in force rests on: no drill counts twice.

    An acceptance beside the version that still is in force never came into force: a crash came
    between, or somebody put the old file back.
    """
    return frozenset(
        str(drill)
        for event in store.events(kinds=(ACCEPTED,))
        if event.after.get("base") != in_force
        for drill in event.after.get("drills", ())
    )


def _body(proposal: Proposal) -> dict[str, object]:
    return {
        "base": proposal.base,
        "version": proposal.model.version,
        "sha256": hashlib.sha256(model_text(proposal.model).encode()).hexdigest(),
        "digest": proposal.digest,
        "drills": list(proposal.drills),
        "drives": proposal.drives,
    }


def _fault(folder: Path, problem: Sentence) -> UserError:
    return UserError([Fault(str(folder)[:300], problem, say("Ask for the proposal again."))])
