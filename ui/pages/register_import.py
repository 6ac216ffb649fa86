"""Tab 导入: choose a file, see its rehearsal, decide what is open, write it."""

import streamlit as st
from markupsafe import Markup

from geodata.faults import UserError
from geodata.forensics import MIXED, DatumVerdict
from layers import LayerSpec
from layers import layer as layer_spec
from layers.sources import LAYER_SUFFIXES
from ui import district, language
from ui.live_panel import Act, live_panel, pending_act
from ui.map.editing import EditState, Points, edit_map
from ui.panels.markup import distance
from ui.panels.register_import import (
    DatumCard,
    DefectLine,
    EvidenceLine,
    Step,
    datum_card,
    defects,
    steps,
    tally,
)
from ui.panels.register_map import moves_note

from . import register_hand as hand
from . import register_trial as trials
from .register_commit import draw_commit, open_questions
from .register_desk import Desk, extent, spec_of
from .register_files import marked_file, template_file
from .register_listed import draw_stock
from .register_map import labels
from .register_trial import Trial

WEIGHT = "reg_weight"
LAYER = "reg_import_layer"
DATUM = "reg_import_datum"
FILE = "reg_file"
ROUND = "reg_import_round"
DATUMS = ("wgs84", "gcj02", "bd09")
SUFFIXES = tuple(sorted(suffix.removeprefix(".") for suffix in LAYER_SUFFIXES - {".shp"}))
"""What is read and comes as one file; a .shp alone lacks what belongs to it."""
NAMES = {"wgs84": "WGS 84", "gcj02": "GCJ-02", "bd09": "BD-09"}
FIRST_LAYER = "shelter"


def draw_import(desk: Desk) -> None:
    """Draw the tab; what was done in it is taken before anything is drawn."""
    _take(desk, pending_act("reg_defects"))
    _take(desk, pending_act("reg_datum"))
    kept = trials.trial() if desk.day is None else None
    live_panel(steps(_steps(desk, kept), desk.view), key="reg_steps")
    if kept is None:
        _choose(desk)
        return
    spec = layer_spec(kept.layer)
    with st.container(key="reg_body"):
        with st.container(key="reg_main"):
            live_panel(_findings(desk, kept), key="reg_defects")
            draw_stock(desk, kept)
        with st.container(key="reg_side"):
            live_panel(datum_card(card_of(desk, kept), desk.view), key="reg_datum")
            if kept.asking_why:
                _ask_why(desk)
            _map(desk, spec, kept)
    with st.container(key="reg_commit"):
        marked_file(desk, kept)
        draw_commit(desk, kept)


def draw_template(desk: Desk) -> None:
    """Draw, at the end of the tabs, what gives the template of the layer in hand."""
    kept = trials.trial()
    asked = kept.layer if kept else st.session_state.get(LAYER) or FIRST_LAYER
    template_file(desk, spec_of(str(asked), desk))


def _choose(desk: Desk) -> None:
    """Draw the first step: the register, the datum as declared, and the file."""
    text = desk.view.text
    specs = [spec for spec in desk.specs() if desk.may(spec.key, "import")]
    with st.container(key="reg_body"), st.container(key="reg_upload"):
        hand.said_line()
        if not specs:
            role = text("Your role imports no register.")
            said = role if desk.day is None else desk.why_not
            st.html(Markup('<p class="empty">{}</p>').format(said))
            return
        keys = [spec.key for spec in specs]
        titles = {spec.key: language.title(spec, desk.view.words) for spec in specs}
        left, right = st.columns(2)
        layer = left.selectbox(
            text("Register"), keys, key=LAYER, format_func=titles.__getitem__,
            index=keys.index(FIRST_LAYER) if FIRST_LAYER in keys else 0,
        )  # fmt: skip
        datum = right.selectbox(
            text("Coordinates as declared"), DATUMS, key=DATUM, format_func=NAMES.__getitem__
        )
        number = st.session_state.setdefault(ROUND, 0)
        file = st.file_uploader(
            text(
                "Excel, CSV, GeoJSON, GeoPackage, KML, KMZ, SQLite, GeoParquet, FlatGeobuf or a "
                "zipped shapefile"
            ),
            type=list(SUFFIXES), key=f"{FILE}_{number}",
        )  # fmt: skip
        st.html(Markup('<p class="mut">{}</p>').format(
            text("The rehearsal only reads. Nothing is written before the last step.")
        ))  # fmt: skip
        if file is not None:
            _begin(desk, file.name, file.getvalue(), layer, datum)


def _begin(desk: Desk, name: str, content: bytes, layer: str, datum: str) -> None:
    st.session_state[ROUND] += 1
    try:
        with st.spinner(desk.view.text("Rehearsing {name}…", name=name)):
            trials.begin(desk, name, content, layer, datum)
    except UserError as error:
        trials.drop()
        hand.say_refused(desk, error)
    st.rerun()


def _take(desk: Desk, act: Act | None) -> None:
    """Take a filter, a switch, or a decision on the datum."""
    kept = trials.trial()
    if act is None or kept is None:
        return
    if act.verb == "weight":
        st.session_state[WEIGHT] = act.value
    elif act.verb == "adopt" and act.value.isdecimal():
        number = frozenset({int(act.value)})
        trials.keep(adopted=kept.adopted | number if act.on else kept.adopted - number)
    elif act.verb == "adopt_all":
        trials.keep(adopted=kept.adopted | _shown_numbers(kept))
    elif act.verb == "datum":
        _decide(desk, kept, act.value)


def _shown_numbers(kept: Trial) -> frozenset[int]:
    """Return the numbers of the defects in the list that need no person."""
    chosen = st.session_state.get(WEIGHT, "all")
    return frozenset(
        number
        for number, defect in enumerate(kept.rehearsal.defects)
        if defect.weight != "decide" and chosen in {"all", defect.weight}
    )


def _decide(desk: Desk, kept: Trial, what: str) -> None:
    verdict = kept.rehearsal.datum
    if what == "convert" and verdict.datum:
        said = desk.view.text("converted from {datum}", datum=datum_name(verdict.datum))
        trials.again(desk, verdict.datum, said)
    elif what == "keep":
        trials.keep(asking_why=True)
    elif what == "back":
        trials.drop()
        hand.say_done(desk.view.text("The file was given back; nothing of it is kept."))
    else:
        trials.keep(decided="", keep_why="", asking_why=False)


def _ask_why(desk: Desk) -> None:
    """Ask for the reason for which the evidence is overruled: it stands in the chain."""
    with st.form("reg_keep", border=False):
        why = st.text_input(
            desk.view.text("Why the declared datum is right (stands in the history for good)"),
            max_chars=300,
        )
        if st.form_submit_button(desk.view.text("Keep it"), type="primary") and why.strip():
            kept = trials.trial()
            name = datum_name(kept.datum) if kept else ""
            trials.keep(
                keep_why=why.strip(), asking_why=False,
                decided=desk.view.text("kept {datum}: {why}", datum=name, why=why.strip()),
            )  # fmt: skip
            st.rerun()


def _steps(desk: Desk, kept: Trial | None) -> tuple[Step, ...]:
    text = desk.view.text
    titles = (text("Choose a file"), text("Rehearse"), text("Decide"), text("Write"))
    if kept is None:
        basis = (
            text("with a template or your own table"), text("reads only, writes nothing"),
            text("what a person must decide"), text("leaves a mark: who, when, why"),
        )  # fmt: skip
        states = ("now", "next", "next", "next")
        return tuple(Step(*one) for one in zip(titles, basis, states, strict=True))  # type: ignore[arg-type]  # the words of State
    asked = open_questions(kept)
    found = trials.tally_of(kept.rehearsal)
    size = f"{kept.size / 1024:,.0f} KB"
    basis = (
        f"{kept.name} · {size}",
        text("read only · {seconds:.1f} s · register unchanged", seconds=kept.seconds),
        text(
            "coordinates {datum} · decide {decide} · confirm {confirm}",
            datum=1 if asked.datum else 0, decide=found.decide, confirm=asked.confirm,
        ),
        text("leaves a mark: who, when, why"),
    )  # fmt: skip
    deciding = asked.datum or asked.confirm > 0
    states = ("done", "done", "now" if deciding else "done", "next" if deciding else "now")
    return tuple(Step(*one) for one in zip(titles, basis, states, strict=True))  # type: ignore[arg-type]  # the words of State


def _findings(desk: Desk, kept: Trial) -> Markup:
    """Return the counts and the defects: what a person must decide comes first."""
    order = {"decide": 0, "confirm": 1, "auto": 2}
    lines = [
        DefectLine(
            number, d.sheet, d.row, d.column, d.value, desk.view.word(d.problem),
            desk.view.word(d.mend), d.weight, number in kept.adopted,
        )
        for number, d in enumerate(kept.rehearsal.defects)
    ]  # fmt: skip
    lines.sort(key=lambda line: order[line.weight])
    chosen = str(st.session_state.get(WEIGHT, "all"))
    return Markup('<div class="findings">{}{}</div>').format(
        tally(trials.tally_of(kept.rehearsal), desk.view), defects(lines, chosen, desk.view)
    )


def datum_name(datum: str) -> str:
    """Return a datum as surveyors write it."""
    return NAMES.get(datum, datum.removeprefix("projected:"))


def card_of(desk: Desk, kept: Trial) -> DatumCard:
    """Return the verdict on the file's positions as its card draws it."""
    found = kept.rehearsal.datum
    names = _candidates(found)
    verdict = found.datum or found.verdict
    return DatumCard(
        declared=datum_name(found.declared),
        verdict=_verdict(desk, found),
        confidence=found.confidence if found.verdict != "undetermined" else None,
        said=desk.view.word(found.reason),
        power=_power(desk, found),
        unseen="" if found.unseen is None else desk.view.word(found.unseen),
        candidates=tuple(
            desk.view.text("{datum} (declared)", datum=datum_name(name))
            if name == found.declared
            else datum_name(name)
            for name in names
        ),
        winner=next((n for n, name in enumerate(names) if name in {verdict, found.verdict}), None),
        evidence=_evidence(desk, found, names),
        blocked=found.stop and not kept.keep_why,
        decided=kept.decided,
        convert=datum_name(found.datum) if found.datum and found.datum != kept.datum else "",
    )


def _verdict(desk: Desk, found: DatumVerdict) -> str:
    named = {
        "undetermined": desk.view.text("Undetermined"),
        "mixed": desk.view.text("Mixed"),
        "swapped": desk.view.text("Swapped axes"),
    }
    return named.get(found.verdict, datum_name(found.verdict))


def _candidates(found: DatumVerdict) -> tuple[str, ...]:
    """Return the readings that the evidence was weighed for, the declared one first."""
    names = dict.fromkeys(name for one in found.evidence for name in one.scores)
    declared = found.declared
    ordered = sorted(names, key=lambda name: (name != declared, list(names).index(name)))
    best = {found.datum, found.verdict}
    return tuple(sorted(ordered[:5], key=lambda name: (name != declared, name not in best)))


def _evidence(desk: Desk, found: DatumVerdict, names: tuple[str, ...]) -> tuple[EvidenceLine, ...]:
    """Return each kind of evidence with its figures; of several sources of a kind all."""
    titles = {
        "stated": desk.view.text("Falls into the stated unit"),
        "roads": desk.view.text("To the nearest road, median"),
        "places": desk.view.text("To known places, median"),
        "names": desk.view.text("To its namesake, median"),
    }
    lines = []
    for one in found.evidence:
        share = one.kind == "stated"
        better = desk.view.text("more is better") if share else desk.view.text("less is better")
        basis = f"{better} · " + desk.view.text("{count} rows", count=one.count)
        most = max((value for value in one.scores.values() if value == value), default=0) or 1  # noqa: PLR0124 - NaN is no figure
        cells = tuple(
            (
                _figure(one.scores.get(name), share=share),
                (one.scores.get(name) or 0) / (1 if share else most),
            )
            for name in names
        )
        lines.append(EvidenceLine(titles[one.kind], basis, cells))
    return tuple(lines)


def _figure(value: float | None, *, share: bool) -> str:
    if value is None:
        return "—"
    return f"{int(100 * value)} %" if share else distance(value)


def _power(desk: Desk, found: DatumVerdict) -> str:
    """Return how often such rows would tell the readings apart, estimated before the verdict."""
    if not found.power:
        return desk.view.text("Such rows cannot tell one reading from another.")
    least = min((told for name, told in found.power.items() if name != MIXED), default=0.0)
    return desk.view.text(
        "Estimated before the verdict: {count} such rows would tell the readings apart in "
        "{percent} % of cases.",
        count=found.judged, percent=int(100 * least),
    )  # fmt: skip


def _map(desk: Desk, spec: LayerSpec, kept: Trial) -> None:
    """Draw where the rows would stand; where the datum is open, before and after."""
    ways = trials.moves(kept)
    if kept.rehearsal.datum.stop and not ways and not kept.keep_why:
        return
    shown = ways[:: max(1, -(-len(ways) // trials.MOVES_DRAWN))]
    places = () if ways else trials.places(kept)
    if ways:
        live_panel(moves_note(spec.key, _shift(desk, kept, ways), desk.view), key="reg_moves")
    every = [end for way in shown for end in way[:2]] or list(places)
    bounds = trials.bounds(every) or extent(desk.onemap)
    edit_map(
        EditState(
            bounds=extent(desk.onemap),
            points=Points(spec.key, spec.purpose, places),
            labels=labels(desk),
            basemap=district.basemap_address(desk.onemap),
            moves=shown,
            look=(f"{kept.rehearsal.digest}-{kept.datum}", bounds),
        ),
        key="reg_import_map",
    )


def _shift(desk: Desk, kept: Trial, ways: trials.Ways) -> str:
    metres = trials.median_shift_m(desk.onemap, ways)
    del kept
    return desk.view.text("median move {distance}", distance=distance(metres))
