"""``cli.py sheet``, ``cap``, ``incident-report``, ``card``, ``board``: papers of an incident."""

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desks.command.bulletins import bulletin
from desks.command.cap import cap_alert
from desks.command.card import CardCase, card_keys, record_card
from desks.command.case import Case
from desks.command.journal import ENTRY, INCIDENT, OpenIncident, board, read_log
from desks.command.phones import phones, sheet_keys
from desks.command.reporting import due_reports, report_text, stage
from desks.command.sheet import situation_sheet
from desks.onemap import load_onemap
from desks.register.masking import LOCAL, personal_for, unmask
from desks.register.opening import open_register
from desks.register.roles import Viewer
from geodata.faults import UserError
from geodata.store import Store
from language import Catalogue, say
from risk import incident_kind

from .briefing import asked_brief, incident_options
from .printing import print_json, print_lines, slip, write_paper

AT_THE_MACHINE = Viewer(LOCAL, "administrator")
"""Who sits before the machine has the register in the folder anyway."""


def sheet_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``sheet`` takes."""
    _paper_options(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.html")
    parser.add_argument("--phones", action="store_true", help="telephones in clear; is logged")
    parser.set_defaults(run=_sheet)


def cap_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``cap`` takes."""
    _paper_options(parser)
    parser.add_argument("--colour", required=True, help="blue, yellow, orange, red")
    parser.add_argument("--sender", required=True, metavar="ADDRESS")
    parser.add_argument("--out", type=Path, default=None, metavar="FILE.xml")
    parser.set_defaults(run=_cap)


def incident_report_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``incident-report`` takes."""
    _paper_options(parser)
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--stage", default="", help="first, further, final")
    kinds.add_argument("--colour", default="", help="blue, yellow, orange, red")
    parser.set_defaults(run=_report)


def card_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``card`` takes."""
    parser.add_argument("folder", type=Path)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--of", metavar="LAYER:ID")
    which.add_argument("--all", action="store_true", help="every source of risk and plan")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.html or FOLDER")
    parser.set_defaults(run=_card)


def board_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``board`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--closed", action="store_true", help="those that are over too")
    parser.set_defaults(run=_board)


def _paper_options(parser: argparse.ArgumentParser) -> None:
    incident_options(parser)
    parser.add_argument("--drill", action="store_true", help="an exercise")
    parser.add_argument("--incident", default="", metavar="ID", help="the incident on the board")


def _case(options: argparse.Namespace, catalogue: Catalogue, command: str) -> Case:
    """Return the case of the options, with its log where the board has the incident."""
    onemap, brief = asked_brief(options, command)
    now = datetime.now(tz=UTC)
    case = Case(onemap, brief, now, catalogue, drill=options.drill)
    with open_register(options.folder) as store:
        case = replace(case, head=store.head(layers=(INCIDENT, ENTRY)).hash)
        if not options.incident:
            return case
        incident = _known(store, options.incident, command)
        return replace(case, incident=incident, log=read_log(store, incident.id))


def _known(store: Store, name: str, command: str) -> OpenIncident:
    found = next((one for one in board(store, closed=True) if one.id == name), None)
    if found is None:
        raise UserError([slip("--incident", name[:60], say("There is no such incident."), command)])
    return found


def _sheet(options: argparse.Namespace, catalogue: Catalogue) -> None:
    case = _case(options, catalogue, "sheet")
    keys = sheet_keys(case.brief)
    with open_register(options.folder) as store:
        clear = frozenset[tuple[str, str]]()
        if options.phones:
            clear, _ = unmask(store, case.onemap, AT_THE_MACHINE, keys, "situation sheet")
        told = phones(store, case.onemap, AT_THE_MACHINE, keys, unmasked=clear)
    write_paper(options.out, situation_sheet(replace(case, phones=told)))


def _cap(options: argparse.Namespace, catalogue: Catalogue) -> None:
    alert = cap_alert(_case(options, catalogue, "cap"), options.colour, options.sender)
    if options.out is None:
        print(alert, end="")
    else:
        write_paper(options.out, alert)


def _report(options: argparse.Namespace, catalogue: Catalogue) -> None:
    case = _case(options, catalogue, "incident-report")
    if options.stage:
        text = report_text(case, stage(options.stage))
    else:
        text = bulletin(case, options.colour).text
    print_lines(text.splitlines())


def _card(options: argparse.Namespace, catalogue: Catalogue) -> None:
    onemap = load_onemap(options.folder)
    case = CardCase(onemap, catalogue, datetime.now(tz=UTC))
    if not options.all:
        key, _, record = options.of.partition(":")
        write_paper(options.out, record_card(_with_personal(options.folder, case), key, record))
        return
    full = _with_personal(options.folder, case)
    options.out.mkdir(parents=True, exist_ok=True)
    keys = card_keys(onemap)
    for number, (key, record) in enumerate(keys, start=1):
        write_paper(options.out / f"{number:04d}-{key}.html", record_card(full, key, record))
    print_lines([catalogue.word(say("{count} cards are written.", count=len(keys)))])


def _with_personal(folder: Path, case: CardCase) -> CardCase:
    """Return the case with the masked telephones of everything that has a card or answers."""
    keys = [*card_keys(case.onemap)]
    for layer in ("department", "firm"):
        records = case.onemap.records.get(layer)
        keys += [(layer, record) for record in records.ids] if records is not None else []
    with open_register(folder) as store:
        found = personal_for(store, case.onemap, AT_THE_MACHINE, keys)
    return replace(case, personal={key: own.columns for key, own in found.items()})


def _board(options: argparse.Namespace, catalogue: Catalogue) -> None:
    now = datetime.now(tz=UTC)
    with open_register(options.folder) as store:
        incidents = board(store, closed=options.closed)
    if options.format == "json":
        print_json([_row(one, now, catalogue) for one in incidents])
        return
    if not incidents:
        print_lines([catalogue.word(say("No incident is open."))])
    for one in incidents:
        print_lines([_line(one, now, catalogue)])


def _row(one: OpenIncident, now: datetime, catalogue: Catalogue) -> dict[str, Any]:
    kind = incident_kind(one.kind)
    return {
        "id": one.id,
        "drill": one.drill,
        "kind": one.kind,
        "kind_title": kind.title_zh if catalogue.language == "zh" else kind.title_en,
        "place": one.place,
        "at": list(one.at_deg) if one.at_deg else None,
        "time": one.time.isoformat(),
        "opened": one.opened.isoformat(),
        "closed": one.closed.isoformat() if one.closed else None,
        "hurt_people": one.hurt_people,
        "dead_people": one.dead_people,
        "reports": [{"stage": key, "at": at.isoformat()} for key, at in one.reports],
        "due": [
            {"stage": due.stage.key, "due": due.due.isoformat(), "late": due.late}
            for due in due_reports(one, now)
        ],
    }


def _line(one: OpenIncident, now: datetime, catalogue: Catalogue) -> str:
    kind = incident_kind(one.kind)
    chinese = catalogue.language == "zh"
    parts = [
        f"[{catalogue.word(say('Exercise'))}]" if one.drill else "",
        one.id,
        f"{one.opened:%m-%d %H:%M}",
        kind.title_zh if chinese else kind.title_en,
        one.place or one.said,
    ]
    for due in due_reports(one, now):
        title = due.stage.title_zh if chinese else due.stage.title_en
        said = say("{stage} due {time}", stage=title, time=f"{due.due:%H:%M}")
        parts.append(f"{'▲ ' if due.late else ''}{catalogue.word(said)}")
    return " · ".join(part for part in parts if part)
