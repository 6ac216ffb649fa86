"""``cli.py register``: prove, copy, exchange and look into a district's register."""

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from desks.folder import read_about
from desks.parts import end_of
from desks.register.accounts import account_lines, account_of, accounts, remove_account, set_account
from desks.register.copying import restore_register
from desks.register.difference_document import difference_document, difference_lines
from desks.register.differences import difference
from desks.register.documents import keep_document
from desks.register.exporting import FORMS, export_register
from desks.register.history import history_lines, story, tell
from desks.register.holdings import holdings, take_over
from desks.register.opening import open_register
from desks.register.proof import conflict_lines, conflicts_document, proof_document, proof_lines
from desks.register.reading_back import read_export
from desks.register.schema import TABLES
from desks.register.templates import template
from desks.stock import CHINA
from geodata.faults import Fault, UserError
from geodata.store import Author, Event, Store
from language import Catalogue, say
from layers import CATALOG, layer

from .briefing import day_of
from .importing import author_of, who_options
from .printing import print_json, print_lines, slip

COMMAND = "register"
NOT_INTACT = 3
"""The exit code of ``verify`` where something was changed behind the program's back."""

Run = Callable[[argparse.Namespace, Catalogue], int | None]


def register_options(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare what ``register`` takes: a verb and its own options."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, run: Run, told: str, *positionals: str) -> argparse.ArgumentParser:
        own = verbs.add_parser(name, parents=[shared], help=told)
        own.add_argument("folder", type=Path)
        for positional in positionals:
            own.add_argument(positional, type=Path)
        own.set_defaults(run=run)
        return own

    verify = verb("verify", _verify, "prove the chain whole and the tables what it says")
    verify.add_argument("--head", default="", metavar="HASH", help="the head kept on paper")
    verb("backup", _backup, "write a whole copy", "file")
    restore = verb("restore", _restore, "put a copy into the district", "file")
    restore.add_argument("--replace", action="store_true", help="even over a register in use")
    who_options(verb("changes", _changes, "write all changes to a file for another post", "file"))
    merge = verb("merge", _merge, "take in the changes of another post", "file")
    merge.add_argument("--unrelated", action="store_true", help="even of another register")
    who_options(merge)
    verb("conflicts", _conflicts, "what two posts decided differently")
    _export_options(verb("export", _export, "the register as open files", "target"))
    over = verb("take-over", _take_over, "fill an empty register from an export", "source")
    who_options(over)
    history = verb("history", _history, "the story of one record")
    _record_options(history)
    erase = verb("erase", _erase, "destroy the keys of the persons in a record")
    _record_options(erase)
    who_options(erase)
    compare = verb("differences", _differences, "what changed between two days")
    compare.add_argument("--since", required=True, metavar="DATE")
    compare.add_argument("--until", required=True, metavar="DATE")
    who_options(verb("document", _document, "keep a version of a file of factors or rules", "file"))
    made = verb("template", _template, "the workbook to fill in for a layer", "file")
    made.add_argument("--layer", required=True, choices=[s.key for s in CATALOG], metavar="KEY")
    _account_options(verb("account", _account, "who may do what: list, set or remove"))


def _record_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--layer", required=True, metavar="KEY")
    parser.add_argument("--id", required=True)


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--form", choices=FORMS, required=True)
    parser.add_argument("--layer", action="append", default=[], metavar="KEY", help="not all")
    parser.add_argument("--personal", action="store_true", help="with names and telephones")
    parser.add_argument("--as-of", default="", metavar="DATE")
    who_options(parser)


def _account_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subject", default="", metavar="E-MAIL")
    parser.add_argument("--name", default="")
    parser.add_argument("--role", default="")
    parser.add_argument("--subdistrict", default="", metavar="CODE")
    parser.add_argument("--layer", action="append", default=[], metavar="KEY")
    parser.add_argument("--on-duty", action="store_true")
    parser.add_argument("--remove", action="store_true")
    who_options(parser)


def _verify(options: argparse.Namespace, catalogue: Catalogue) -> int:
    with open_register(options.folder) as store:
        verdict, head, at_paper = store.verify(), store.head(), True
        if options.head:
            at_paper = any(e.hash.startswith(options.head) for e in store.events())
    if options.format == "json":
        print_json({**proof_document(verdict, head, catalogue), "head_found": at_paper})
    else:
        print_lines(proof_lines(verdict, head, catalogue))
        if not at_paper:
            problem = say("The head on paper is in no chain: events were taken out or rewritten.")
            print_lines([catalogue.word(problem)])
    return 0 if verdict.intact and at_paper else NOT_INTACT


def _backup(options: argparse.Namespace, catalogue: Catalogue) -> None:
    with open_register(options.folder) as store:
        number, head = store.backup(options.file), store.head()
    said = say("{events} events copied; head {head}", events=number, head=head.hash)
    print_lines([catalogue.word(said)])


def _restore(options: argparse.Namespace, catalogue: Catalogue) -> None:
    restore_register(options.folder, options.file, replace=options.replace)
    print_lines([catalogue.word(say("The register is restored and goes on as a new post."))])


def _changes(options: argparse.Namespace, catalogue: Catalogue) -> None:
    with open_register(options.folder) as store:
        number = store.export_changes(options.file)
    said = say("{events} events written. The file is as secret as the register.", events=number)
    print_lines([catalogue.word(said)])


def _merge(options: argparse.Namespace, catalogue: Catalogue) -> None:
    with open_register(options.folder) as store:
        author = author_of(options, "merge")
        merged = store.import_changes(options.file, author, related=not options.unrelated)
    if options.format == "json":
        document = conflicts_document(merged.conflicts)
        print_json({"events": merged.events, **document})
        return
    said = say("{events} events were new.", events=merged.events)
    print_lines([catalogue.word(said), *conflict_lines(merged.conflicts, catalogue)])


def _conflicts(options: argparse.Namespace, catalogue: Catalogue) -> None:
    with open_register(options.folder) as store:
        found = store.conflicts()
    if options.format == "json":
        print_json(conflicts_document(found))
    else:
        print_lines(conflict_lines(found, catalogue))


def _export(options: argparse.Namespace, _catalogue: Catalogue) -> None:
    as_of = day_of(options.as_of, "--as-of", COMMAND)
    at = end_of(as_of) if as_of else None
    known = {table.key for table in TABLES}
    wrong = [key for key in options.layer if key not in known]
    if wrong:
        problem = say("There is no layer '{key}'.", key=", ".join(wrong))
        raise UserError([slip("--layer", wrong[0], problem, COMMAND)])
    with open_register(options.folder) as store:
        held = holdings(store, layers=options.layer, with_personal=options.personal, as_of=at)
        if options.personal:
            body = {"layers": sorted(held.features), "form": options.form}
            store.note(author_of(options, "export"), "unmask", body)
    exported = export_register(
        held.features, options.target, options.form, personal=held.personal, language=options.lang
    )
    lines = [f"{key} {count}" for key, count in exported.rows.items()]
    print_lines([*lines, *(str(notice) for notice in exported.notices)])


def _take_over(options: argparse.Namespace, catalogue: Catalogue) -> None:
    back = read_export(options.source)
    today = datetime.now(tz=CHINA).date()
    with open_register(options.folder) as store:
        events = take_over(store, back, author_of(options, "take-over"), on=today)
    said = say("{events} changes are in the register.", events=len(events))
    print_lines([catalogue.word(said)])


def _history(options: argparse.Namespace, catalogue: Catalogue) -> None:
    spec = next((s for s in CATALOG if s.key == options.layer), None)
    with open_register(options.folder) as store:
        chapters = story(_told(store, options))
    for chapter in chapters:
        print_lines(history_lines(tell(chapter, spec, catalogue), catalogue))


def _told(store: Store, options: argparse.Namespace) -> tuple[Event, ...]:
    """Return the events on the record that the options name.

    Raises:
        UserError: where there never was one: a slip in an id must not pass for an answer.

    """
    events = store.history(options.layer, options.id)
    if not events:
        problem = say("There is no record '{id}' in this layer.", id=options.id)
        mend = say("Look for it by name in the register.")
        raise UserError([Fault(options.layer, problem, mend, value=options.id)])
    return events


def _erase(options: argparse.Namespace, catalogue: Catalogue) -> None:
    with open_register(options.folder) as store:
        _told(store, options)
        number = store.erase(author_of(options, "erase"), options.layer, options.id)
    print_lines([catalogue.word(say("{number} persons were erased.", number=number))])


def _differences(options: argparse.Namespace, catalogue: Catalogue) -> None:
    days = [day_of(options.since, "--since", COMMAND), day_of(options.until, "--until", COMMAND)]
    since, until = (end_of(day) for day in days if day is not None)
    crs = str(read_about(options.folder)["crs"])
    with open_register(options.folder) as store:
        found = difference(store, since, until, crs=crs)
    if options.format == "json":
        print_json(difference_document(found))
    else:
        print_lines(difference_lines(found, catalogue))


def _document(options: argparse.Namespace, catalogue: Catalogue) -> None:
    try:
        text = options.file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problem = say("The file is no UTF-8 text.")
        raise UserError([Fault(options.file.name, problem, say("Save it as UTF-8."))]) from error
    author: Author = author_of(options, "document")
    with open_register(options.folder) as store:
        event = keep_document(store, author, options.file.name, text)
    kept = say("A new version is kept.") if event else say("It stands so already.")
    print_lines([catalogue.word(kept)])


def _template(options: argparse.Namespace, catalogue: Catalogue) -> None:
    template(layer(options.layer), options.file, language=options.lang)
    told = say(
        "{file} is written: fill it in, then import it with --rehearse.", file=options.file.name
    )
    print_lines([catalogue.word(told)])


def _account(options: argparse.Namespace, catalogue: Catalogue) -> None:
    author = author_of(options, "account")
    with open_register(options.folder) as store:
        if options.remove:
            remove_account(store, author, options.subject)
        elif options.subject:
            account = account_of(
                options.subject, options.name, options.role, options.subdistrict, options.layer,
                on_duty=options.on_duty,
            )  # fmt: skip
            set_account(store, author, account)
        print_lines(account_lines(accounts(store), catalogue))
