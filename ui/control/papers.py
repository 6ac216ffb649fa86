"""Papers from control's page: the seal's page, the heads of the log, the after-action report."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from desks.exercise.course import course_of
from desks.exercise.opening import sealed_of
from desks.exercise.printed import head_of_seal, is_owed, note_head
from desks.exercise.review import review_of
from desks.exercise.standing import voids
from desks.folder import read_about
from geodata.faults import Fault, UserError
from language import Sentence, say
from reports.drill_report import drill_paper
from reports.drill_seal_page import heads_page, seal_page
from reports.edition import Edition
from reports.paper import Paper
from reports.pdf import write_pdf
from reports.word import write_word

from .board import Download, Sent
from .coming import Done, done, lacking
from .desk import Desk, read_entries, wall

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Writer = Callable[[Paper, Path], object]
WRITERS: Mapping[str, tuple[Writer, str]] = {"pdf": (write_pdf, PDF), "docx": (write_word, WORD)}


def paper(desk: Desk, sent: Sent) -> Done:
    """Return the paper that was asked for as a file; a head that leaves is in the log first.

    Raises:
        UserError: where the drill is not as far, or a paper cannot be written.

    """
    make = MAKERS.get(sent.value)
    if make is None:
        return Done()
    said = say("The paper is in the downloads.")
    return done(desk.view, said, download=make(desk))


def _seal(desk: Desk) -> Download:
    found = read_entries(desk)
    envelope = sealed_of(desk.control, desk.number, found)
    _note(desk, "seal")
    head = head_of_seal(read_entries(desk))
    page = seal_page(envelope, desk.view.words, voided=len(voids(found)), head=head)
    return Download(f"seal-{desk.number}.pdf", PDF, page)


def _heads(desk: Desk) -> Download:
    kinds = {entry.kind for entry in read_entries(desk)}
    over, drawn = kinds & {"ended", "aborted"}, kinds & {"drawn", "opened"}
    if not kinds & {"sealed"}:
        problem = say("The drill is not sealed yet.")
        raise UserError([Fault(desk.number, problem, say("Seal it before the draw."))])
    _note(desk, "end" if over else "start" if drawn else "seal")
    printed = course_of(read_entries(desk)).printed
    page = heads_page(desk.number, printed, desk.view.words)
    return Download(f"heads-{desk.number}.pdf", PDF, page)


def after_draw(desk: Desk, said: Sentence) -> Done:
    """Return that the draw is made, with the paper that is to be printed before anybody opens.

    The draw stands where the paper cannot be made; why is said.
    """
    try:
        file = _heads(desk) if is_owed(read_entries(desk)) else None
    except UserError as error:
        return Done(done(desk.view, said).said + lacking(desk.view, *error.faults))
    told = [] if file is None else [PRINT_NOW]
    return done(desk.view, said, *told, download=file)


PRINT_NOW = say(
    "Print the page in the downloads before two keys open: only this paper proves that the"
    " envelope was closed till then."
)


def _note(desk: Desk, what: str) -> None:
    """Write the printed head into the log, but where it was just now, or nothing may follow."""
    found = read_entries(desk)
    last = found[-1] if found else None
    same = last is not None and last.kind == "printed" and last.told.get("what") == what
    if not same and not any(entry.kind in ("frozen", "archived") for entry in found):
        note_head(desk.log, what, at=wall(), who=desk.who)


def _report(desk: Desk, kind: str) -> Download:
    about = read_about(desk.control.district)
    names = (str(about["name_zh"]), str(about["name_en"]))
    review = review_of(desk.control, desk.number)
    sample = bool(about.get("sample"))
    made = drill_paper(review, Edition(desk.view.words), district=names, sample=sample)
    write, type_ = WRITERS[kind]
    with TemporaryDirectory(dir=desk.control.drill(desk.number)) as folder:
        path = Path(folder) / f"report.{kind}"
        write(made, path)
        return Download(f"after-action-{desk.number}.{kind}", type_, path.read_bytes())


def _as_pdf(desk: Desk) -> Download:
    return _report(desk, "pdf")


def _as_word(desk: Desk) -> Download:
    return _report(desk, "docx")


MAKERS: Mapping[str, Callable[[Desk], Download]] = {
    "seal": _seal, "heads": _heads, "report": _as_pdf, "word": _as_word,
}  # fmt: skip
