"""Inspections on control's page: announced with a commitment, drawn from values thrown at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from desks.exercise.inspections import Chosen, Wanted
from desks.exercise.inspections_kept import (
    Inspection,
    announce_kept,
    draw_kept,
    file_of,
    inspections,
)
from desks.stock import CHINA
from geodata.faults import Fault, UserError
from language import Sentence, say
from layers import CATALOG, layer
from ui.panels.markup import View, joined, tag

from . import fields
from .board import Download, Sent
from .coming import Done, done
from .composing import heading, told_card
from .desk import Desk, district_map
from .fields import Option
from .steps import hashed, muted, warned

JSON = "application/json"
SHOWN = 20
"""So many bodies of one inspection, and so many inspections, are listed."""

COMMAS = re.compile(r"[,;，；、\n]+")
BLANKS = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True)
class Kept:
    """The inspections of control's folder, those unread with why, and the layers to choose from."""

    found: Sequence[Inspection]
    unread: Sequence[tuple[str, Sentence]]
    layers: Sequence[Option]


def inspecting_room(desk: Desk) -> Markup:
    """Return the inspections that were announced, and the form of another one."""
    found, unread = inspections(desk.control)
    records = district_map(desk.control).records
    options = [(one.key, desk.view.layer(one)) for one in CATALOG if one.key in records]
    return inspecting_work(Kept(found, unread, options), desk.view)


def inspecting_work(kept: Kept, view: View) -> Markup:
    """Return the form of an inspection left with those announced below, the rule right."""
    t = view.text
    told = told_card(
        t("The rule"),
        [
            t("First the whole pool, the number and the inspectors are published with a hash that"
              " binds a closed seed."),
            t("Then several people throw at once before witnesses; who is inspected, and by whom,"
              " follows from the seed and every value. A seed serves one draw."),
            t("The result is published with seed and values: anyone can reckon it again."),
        ],
    )  # fmt: skip
    said = t("inspections: {count}", count=len(kept.found))
    rows = joined(_inspection(one, view) for one in kept.found[:SHOWN])
    if len(kept.found) > SHOWN:
        rows += muted(t("older ones lie in control's folder: {count}",
                        count=len(kept.found) - SHOWN))  # fmt: skip
    unread = joined(warned(f"{number}: {view.word(why)}") for number, why in kept.unread)
    return Markup('<div class="ec-two"><section class="card">{}{}{}{}{}</section>{}</div>').format(
        heading(t("Announce an inspection"), t("bodies and inspectors are both drawn")),
        _form(kept.layers, view),
        heading(t("Inspections"), said),
        unread,
        rows,
        told,
    )


def _form(layers: Sequence[Option], view: View) -> Markup:
    t = view.text
    which, count = t("Which bodies"), t("How many are drawn")
    names, each = t("Inspectors"), t("Inspectors for each body")
    first = layers[0][0] if layers else ""
    return fields.form(
        "announce",
        Markup('<div class="ec-grid">{}{}{}</div>').format(
            fields.labelled(which, fields.select("layer", layers, first, label=which)),
            fields.labelled(count, fields.line("count", "5", label=count, kind="number")),
            fields.labelled(each, fields.line("each", "2", label=each, kind="number")),
        ),
        Markup('<div class="ec-line">{}{}</div>').format(
            fields.labelled(
                names,
                fields.line("inspectors", label=names, most=2000,
                            hint=t("names with commas between them")),
                wide=True,
            ),
            fields.button("announce", t("Announce")),
        ),
    )  # fmt: skip


def _inspection(one: Inspection, view: View) -> Markup:
    t, made = view.text, one.announced
    spec = next((spec for spec in CATALOG if spec.key == made.layer), None)
    of = t(
        "{count} of {pool}: {layer}",
        count=made.count, pool=len(made.pool), layer=view.layer(spec) if spec else made.layer,
    )  # fmt: skip
    state = tag("✓ " + t("drawn"), "ok") if one.chosen else tag(t("announced"), "warn")
    told = t("Result to publish") if one.chosen else t("Announcement to publish")
    return Markup(
        '<div class="ec-well ec-inspection"><h3>{}<span class="n">{}</span> {}</h3>{}{}'
        '<div class="ec-go">{}</div></div>'
    ).format(
        one.number, of, state, hashed(t("Commitment"), made.commitment),
        _drawn(one.chosen, view) if one.chosen else _draw(one.number, view),
        fields.button("inspection_file", told, value=one.number, kind="small"),
    )  # fmt: skip


def _draw(number: str, view: View) -> Markup:
    values = view.text("Values, in the order of those who threw, with blanks between them")
    return fields.form(
        f"draw-{number}",
        fields.labelled(values, fields.line("values", label=values, most=400), wide=True),
        fields.button("draw_bodies", view.text("Draw now"), value=number),
        kind="ec-line",
    )


def _drawn(chosen: Sequence[Chosen], view: View) -> Markup:
    between = "、" if view.words.language == "zh" else ", "
    rows = joined(
        Markup("<tr><td>{}</td><th>{}</th><td>{}</td></tr>").format(
            number, one.name or one.id, between.join(one.inspectors)
        )
        for number, one in enumerate(chosen[:SHOWN], 1)
    )
    more = Markup("")
    if len(chosen) > SHOWN:
        more = muted(view.text("and {more} more in the result", more=len(chosen) - SHOWN))
    return Markup('<table class="ec-plain"><tbody>{}</tbody></table>{}').format(rows, more)


def announce(desk: Desk, sent: Sent) -> Done:
    """Return that an inspection is announced, and the announcement as a file.

    Raises:
        UserError: for numbers that are none, and as ``announce_kept`` does.

    """
    whole: dict[str, int] = {}
    faults: list[Fault] = []
    for name in ("count", "each"):
        try:
            whole[name] = int(sent.one(name) or "0")
        except ValueError:
            problem = say("This is no whole number.")
            faults.append(Fault(sent.one(name)[:60], problem, say("Fill it in anew.")))
    key = sent.one("layer")
    if not any(one.key == key for one in CATALOG):
        problem = say("The register has no such rows.")
        faults.append(Fault(key[:60], problem, say("Choose one of the list.")))
    if faults:
        raise UserError(faults)
    names = tuple(name.strip() for name in COMMAS.split(sent.one("inspectors")) if name.strip())
    wanted = Wanted(layer(key).key, {}, whole["count"], names, whole["each"])
    day = datetime.now(tz=CHINA).date()
    made = announce_kept(desk.control, district_map(desk.control), wanted, day)
    said = say("Announced as {number}. Publish the file before anybody throws.", number=made.number)
    return done(desk.view, said, download=_file(desk, made.number))


def draw(desk: Desk, sent: Sent) -> Done:
    """Return that the inspection is drawn, and the result as a file.

    Raises:
        UserError: where fewer than two threw, and as ``draw_kept`` does.

    """
    values = [value for value in BLANKS.split(sent.one("values")) if value]
    if len(values) < 2:  # noqa: PLR2004 - with one value it would be what that one makes of it
        problem = say("At least {least} persons throw at once.", least=2)
        raise UserError([Fault(sent.value[:60], problem, say("Type every value that fell."))])
    made = draw_kept(desk.control, sent.value, values)
    said = say("Drawn: {count} bodies. Publish the result.", count=len(made.chosen))
    return done(desk.view, said, download=_file(desk, made.number))


def hand_out(desk: Desk, sent: Sent) -> Done:
    """Return what is to be published of an inspection as a file."""
    said = say("The paper is in the downloads.")
    return done(desk.view, said, download=_file(desk, sent.value))


def _file(desk: Desk, number: str) -> Download:
    name, data = file_of(desk.control, number)
    return Download(name, JSON, data)
