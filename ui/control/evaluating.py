"""Evaluators on control's page: a page handed out as a file, files taken in, each counted once."""

from markupsafe import Markup

from desks.exercise.evaluators import Merged, hand_out, merge, read_evaluator_file
from desks.exercise.running import state
from geodata.faults import Fault, UserError
from language import say
from reports.evaluator_page import evaluator_page

from .board import Download, Sent
from .coming import Done, done, lacking, warned
from .desk import Desk


def hand_page(desk: Desk, sent: Sent) -> Done:
    """Return the evaluator's page as a file; the log keeps to whom it went, and its hash."""
    name, lang = sent.one("evaluator"), desk.view.words.language
    now = state(desk.control, desk.number)
    page = evaluator_page(now.scenario, name, lang, drill=desk.number, t0=now.t0)
    entry = hand_out(desk.control, desk.number, name, page)
    safe = "".join(sign if sign.isalnum() else "-" for sign in name)[:40]
    file = Download(f"evaluator-{desk.number}-{safe}.html", "text/html", page.encode())
    said = say("The page of {name} is in the downloads; put it on the device.", name=entry.key)
    return done(desk.view, said, download=file)


def take_files(desk: Desk, sent: Sent) -> Done:
    """Return what of each file is new; one that cannot be read stops no other.

    Raises:
        UserError: where no file was chosen.

    """
    if not sent.files:
        mend = say("Choose what the evaluators' devices gave out.")
        raise UserError([Fault("", say("No file was chosen."), mend)])
    merged: list[Merged] = []
    faults: list[Fault] = []
    for one in sent.files:
        try:
            merged.append(merge(desk.control, desk.number, read_evaluator_file(one.data)))
        except UserError as error:
            faults += error.faults
    faults += [fault for one in merged for fault in one.faults]
    told = [
        say("{name}: {new} new stamps, {known} were there already.",
            name=one.evaluator, new=len(one.stamps), known=one.known)
        for one in merged
    ]  # fmt: skip
    view = desk.view
    taken = done(view, *told).said if told else Markup("")
    said = [sentence for one in merged for sentence in one.said]
    return Done(Markup("{}{}{}").format(taken, warned(view, *said), lacking(view, *faults)))
