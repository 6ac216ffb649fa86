"""The end of a drill on control's page: frozen, findings tracked, archived, handed on."""

from desks.exercise import findings
from desks.exercise.folder import KEY_FILE
from desks.exercise.opening import revealed
from desks.exercise.packaging import freeze
from desks.exercise.review import Review, archive, finding_id, review_of
from desks.exercise.review_document import package_review
from geodata.faults import Fault, UserError
from language import say
from reports.signing import read_key
from ui.panels.markup import duration

from .board import Download, Sent
from .coming import Done, done
from .desk import Desk, read_entries
from .knowing import Known

PACKAGE = "package.zip"


def judged(known: Known, desk: Desk) -> Review | None:
    """Return the review of a drill that is over, ``None`` before."""
    return review_of(desk.control, desk.number) if known.stage == "review" else None


def freeze_drill(desk: Desk, sent: Sent) -> Done:
    """Return that the log is frozen and the pool revealed, in the package that anyone can check."""
    control, number = desk.control, desk.number
    key = read_key(control.folder / KEY_FILE, sent.secret("passphrase"))
    whole = revealed(control, number)
    told = package_review(review_of(control, number))
    freeze(control, number, key, whole.pool, whole.nonce, review=told)
    return done(desk.view, say("Frozen. The package holds everything; check it with verify_drill."))


def hand_package(desk: Desk, _: Sent) -> Done:
    """Return the package as a file.

    Raises:
        UserError: where the drill is not frozen.

    """
    path = desk.control.drill(desk.number) / PACKAGE
    if not path.is_file():
        problem = say("There is no package yet.")
        raise UserError([Fault(PACKAGE, problem, say("Freeze the drill first."))])
    name = f"drill-{desk.number}.zip"
    file = Download(name, "application/zip", path.read_bytes())
    return done(desk.view, say("The package is in the downloads."), download=file)


def find(desk: Desk, sent: Sent) -> Done:
    """Return that a finding is written, its own words or those of a node that came late."""
    text = sent.one("text")
    if sent.value:
        nodes = review_of(desk.control, desk.number).proposed
        node = next((one for one in nodes if finding_id(one) == sent.value), None)
        text = "" if node is None else _said(node.node.title, node.at_ms, desk)
    findings.find(
        desk.control, desk.number, text,
        whose=(sent.one("owner"), sent.one("due")), by=desk.who, id_=sent.value,
    )  # fmt: skip
    return Done()


def assign(desk: Desk, sent: Sent) -> Done:
    """Return that somebody has a finding by a day, its words as they are.

    Raises:
        UserError: where there is no such finding, and as ``findings.find`` does.

    """
    held = {one.id: one for one in findings.findings_of(read_entries(desk), desk.number)}
    one = held.get(sent.value)
    if one is None:
        problem = say("There is no such finding.")
        raise UserError([Fault("", problem, say("Look at the list of findings."))])
    whose = (sent.one("owner"), sent.one("due"))
    findings.find(desk.control, desk.number, one.text, whose=whose, by=desk.who, id_=one.id)
    return Done()


def _said(title: str, at_ms: int | None, desk: Desk) -> str:
    if at_ms is None:
        return desk.view.text("{node}: not stamped", node=title)
    time = duration(at_ms // 1000)
    return desk.view.text("{node}: late, at {time}", node=title, time=time)


def dismiss(desk: Desk, sent: Sent) -> Done:
    """Return that a late node is no finding, with who says so and why."""
    nodes = review_of(desk.control, desk.number).proposed
    node = next((one for one in nodes if finding_id(one) == sent.value), None)
    if node is not None:
        text = _said(node.node.title, node.at_ms, desk)
        why = sent.one("why")
        findings.dismiss(desk.control, desk.number, sent.value, text, why=why, by=desk.who)
    return Done()


def close(desk: Desk, sent: Sent) -> Done:
    """Return that a finding is closed."""
    how, by = sent.one("how"), sent.one("by")
    findings.close(desk.control, desk.number, sent.value, how=how, by=by)
    return Done()


def archive_drill(desk: Desk, _: Sent) -> Done:
    """Return that the drill is archived; one with untracked findings is not."""
    archive(desk.control, desk.number, desk.who)
    return done(desk.view, say("Archived."))
