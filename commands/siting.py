"""``cli.py site``, ``mend`` and ``variant``: new places, cheapest changes, plans beside today's."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import get_args

from desks.onemap import OneMap, load_onemap
from desks.planning.answers import Service, Share
from desks.planning.candidates import Candidates, candidates_of, read_candidates
from desks.planning.coverage import coverage
from desks.planning.joint_mends import mended
from desks.planning.joint_siting import sited
from desks.planning.plan_document import (
    comparison_document,
    comparison_lines,
    mends_document,
    mends_lines,
    siting_document,
    siting_lines,
    variants_document,
)
from desks.planning.proposals import changes_of
from desks.planning.services import service_of
from desks.planning.siting import Siting
from desks.planning.variant_files import (
    list_variants,
    load_variant,
    read_document,
    remove_variant,
    require_name,
    save_variant,
    variant_document,
)
from desks.planning.variants import MOST_CNY, TODAY, Change, Variant, compare, variant_of
from geodata.faults import UserError
from language import Catalogue, say

from .printing import print_json, print_lines, slip

_STATED = {"add": 4, "move": 3, "close": 1, "resize": 2}
"""How many parts each kind of change has: ID, then LON, LAT, PEOPLE as far as it needs them."""

_FORMS = {
    "add": "ID,LON,LAT,PEOPLE[,NAME]",
    "move": "ID,LON,LAT",
    "close": "ID",
    "resize": "ID,PEOPLE",
}


def site_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``site`` takes."""
    _service_options(parser)
    _candidate_options(parser)
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--fewest", action="store_true", help="fewest new places to 100 %%")
    asked.add_argument("--count", default="", metavar="K", help="most people for K new places")
    asked.add_argument("--budget", default="", metavar="CNY", help="most people for the money")
    parser.add_argument("--save", default="", metavar="NAME", help="keep the answer as a plan")
    parser.add_argument("--replace", action="store_true", help="replace the plan of this name")
    parser.set_defaults(run=_site)


def mend_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``mend`` takes."""
    _service_options(parser)
    _candidate_options(parser)
    parser.add_argument(
        "--community", required=True, metavar="CODE", help="of a community or a subdistrict"
    )
    parser.set_defaults(run=_mend)


def variant_options(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare what ``variant`` takes."""
    acts = parser.add_subparsers(required=True, metavar="ACT")
    save = acts.add_parser("save", parents=[shared], help="keep a plan in the district's folder")
    _service_options(save)
    save.add_argument("--name", required=True)
    for kind, form in _FORMS.items():
        save.add_argument(f"--{kind}", action="append", default=[], metavar=form)
    save.add_argument("--cost", action="append", default=[], metavar="ID,CNY", help="of a change")
    save.add_argument("--replace", action="store_true", help="replace the plan of this name")
    save.set_defaults(run=_save)
    listed = acts.add_parser("list", parents=[shared], help="the plans of the district")
    listed.add_argument("folder", type=Path)
    listed.set_defaults(run=_list)
    beside = acts.add_parser("compare", parents=[shared], help="a plan with today or another")
    beside.add_argument("folder", type=Path)
    beside.add_argument("--name", required=True)
    beside.add_argument("--with", dest="other", default=TODAY, metavar="NAME")
    beside.set_defaults(run=_compare)
    remove = acts.add_parser("remove", parents=[shared], help="a plan that nobody needs")
    remove.add_argument("folder", type=Path)
    remove.add_argument("--name", required=True)
    remove.set_defaults(run=_remove)


def _service_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)
    parser.add_argument("--service", default="shelter", metavar="KEY")
    parser.add_argument("--within", default=None, metavar="REACH", help="such as 500m or 10min")
    parser.add_argument("--share", choices=get_args(Share), default="night")


def _candidate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--candidates", type=Path, metavar="FILE", help="else layers that may serve"
    )
    parser.add_argument("--datum", default="wgs84", help="of that file, as for build")


def _site(options: argparse.Namespace, catalogue: Catalogue) -> None:
    service = service_of(options.service, options.within)
    count, budget = (_whole(options, key, "site") for key in ("count", "budget"))
    name = require_name(options.save) if options.save else ""
    onemap = load_onemap(options.folder)
    candidates = _candidates(onemap, service, options)
    with quiet_stdout():
        found = sited(
            onemap, service, candidates, share=options.share, count=count, budget_cny=budget
        )
    if name:
        _keep(options, onemap, service, found, name)
    if options.format == "json":
        print_json(siting_document(onemap, found, catalogue))
        return
    print_lines(siting_lines(found, catalogue))
    if name:
        print_lines([catalogue.word(say("The plan {name} was saved.", name=name))])


def _keep(
    options: argparse.Namespace, onemap: OneMap, service: Service, found: Siting, name: str
) -> None:
    """Save the answer as a plan, costs and all.

    Raises:
        UserError: where nothing was chosen, or as `save_variant` does.

    """
    if not found.chosen:
        problem = say("No place was chosen, so that there is no plan to keep.")
        raise UserError([slip("--save", name, problem, "site")])
    made = variant_of(onemap, name, service, options.share, changes_of(onemap, found))
    save_variant(options.folder, made, replaces=options.replace)


def _mend(options: argparse.Namespace, catalogue: Catalogue) -> None:
    service = service_of(options.service, options.within)
    onemap = load_onemap(options.folder)
    candidates = _candidates(onemap, service, options)
    with quiet_stdout():
        found = coverage(onemap, service, share=options.share)
        made = mended(onemap, found, options.community, candidates=candidates)
    if options.format == "json":
        print_json(mends_document(found, options.community, made, catalogue))
    else:
        print_lines(mends_lines(found, options.community, made, catalogue))


def _save(options: argparse.Namespace, catalogue: Catalogue) -> None:
    service = service_of(options.service, options.within)
    changes = _changes(options)
    onemap = load_onemap(options.folder)
    name = require_name(options.name)
    variant = variant_of(onemap, name, service, options.share, changes)
    save_variant(options.folder, variant, replaces=options.replace)
    if options.format == "json":
        print_json(variant_document(variant))
    else:
        print_lines([catalogue.word(say("The plan {name} was saved.", name=name))])


def _list(options: argparse.Namespace, catalogue: Catalogue) -> None:
    found, faults = list_variants(options.folder)
    if options.format == "json":
        print_json(variants_document(found, faults, catalogue))
        return
    print_lines(f"{one.name} · {one.service} · {len(one.changes)}" for one in found)
    print_lines(f"! {fault.file}: {catalogue.word(fault.problem)}" for fault in faults)


def _compare(options: argparse.Namespace, catalogue: Catalogue) -> None:
    after = load_variant(options.folder, options.name)
    other = options.other
    before: Variant | None = None if other == TODAY else load_variant(options.folder, other)
    onemap = load_onemap(options.folder)
    found = compare(onemap, before, after)
    if options.format == "json":
        print_json(comparison_document(found, (before, after), catalogue))
    else:
        print_lines(comparison_lines(found, (before, after), catalogue))


def _remove(options: argparse.Namespace, catalogue: Catalogue) -> None:
    remove_variant(options.folder, options.name)
    said = say("The plan {name} was removed.", name=options.name)
    if options.format == "json":
        print_json({"removed": options.name})
    else:
        print_lines([catalogue.word(said)])


def _candidates(onemap: OneMap, service: Service, options: argparse.Namespace) -> Candidates:
    if options.candidates is None:
        return candidates_of(onemap, service)
    return read_candidates(onemap, service, options.candidates, datum=options.datum)


def _whole(options: argparse.Namespace, key: str, command: str) -> int | None:
    """Return the whole number of an option, ``None`` where it was not given.

    Raises:
        UserError: for what is none.

    """
    text = getattr(options, key)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len("1000000000000")):
        problem = say("This is no whole number above 0.")
        raise UserError([slip(f"--{key}", text[:60], problem, command)])
    return int(text)


def _changes(options: argparse.Namespace) -> tuple[Change, ...]:
    """Return the changes that the options state.

    Raises:
        UserError: with every one that cannot be read.

    """
    changes: list[Change] = []
    faults = []
    for kind, form in _FORMS.items():
        for text in getattr(options, kind):
            made = _change(kind, text)
            if made is None:
                problem = say("Write it as {form}.", form=form)
                faults.append(slip(f"--{kind}", text[:60], problem, "variant save"))
            else:
                changes.append(made)
    if faults:
        raise UserError(faults)
    return _with_costs(changes, options.cost)


def _with_costs(changes: Sequence[Change], stated: Sequence[str]) -> tuple[Change, ...]:
    """Return the changes with the costs that were stated, each of the change of its id.

    Raises:
        UserError: with every cost that cannot be read, or is of no change or of several.

    """
    costs: dict[str, int] = {}
    faults = []
    ids = [one.id for one in changes]
    for text in stated:
        key, _, cny = (part.strip() for part in text.rpartition(","))
        whole = cny.isascii() and cny.isdecimal() and len(cny) <= len(str(MOST_CNY))
        if not whole or int(cny) > MOST_CNY:
            problem = say("Write it as {form}.", form="ID,CNY")
        elif ids.count(key) != 1 or key in costs:
            problem = say("Exactly one change must have this id, and one cost.")
        else:
            costs[key] = int(cny)
            continue
        faults.append(slip("--cost", text[:60], problem, "variant save"))
    if faults:
        raise UserError(faults)
    return tuple(replace(one, cost_cny=costs.get(one.id)) for one in changes)


def _change(kind: str, text: str) -> Change | None:
    """Return the change that a text states, ``None`` where it cannot be read."""
    parts = [part.strip() for part in text.split(",", _STATED["add"])]
    if len(parts) != _STATED[kind] and not (kind == "add" and len(parts) == _STATED[kind] + 1):
        return None
    try:
        row = _row(kind, parts)
        document = {
            "format": 1, "name": "x", "service": "x", "within_mm": 1, "within_ms": None,
            "share": "night", "stamp": "x", "changes": [row],
        }  # fmt: skip
        return read_document(document, "").changes[0]
    except (ValueError, UserError):
        return None


def _row(kind: str, parts: Sequence[str]) -> dict[str, object]:
    row: dict[str, object] = {"kind": kind, "id": parts[0]}
    if kind in {"add", "move"}:
        row |= {"lon_deg": float(parts[1]), "lat_deg": float(parts[2])}
    if kind == "add":
        row |= {"capacity_people": int(parts[3]), "name": "".join(parts[4:])}
    if kind == "resize":
        row["capacity_people"] = int(parts[1])
    return row


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Send what the solver's library may print to stderr: stdout is for the answer alone."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
