"""Tab 可信度: the truth score by subdistrict and layer, the six indicators, what is behind them."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from desks.onemap import OneMap
from desks.register.indicators import (
    INDICATORS,
    Indicator,
    indicators,
    part_title,
)
from desks.register.ledger import read_ledger
from desks.register.truth import FORMULA, TITLES, Truth, doubt_sentence, truth
from desks.stock import Movement
from layers import layer as layer_spec
from ui import language
from ui.live_panel import Act, live_panel, pending_act
from ui.panels import register_truth as panels
from ui.panels.register_truth import Behind, Part, TruthGrid, behind, truth_grid, truth_views

from . import register_hand as hand
from .register_desk import Desk
from .register_upkeep import draw_capability, draw_claims, draw_upkeep

VIEW = "reg_truth_view"
CELL = "reg_truth_cell"
ROWS = 200

Six = dict[str, tuple[Indicator, ...]]


def draw_truth(desk: Desk) -> None:
    """Draw the tab; what was done in it is taken before anything is drawn."""
    _take(pending_act("reg_truth"))
    _take(pending_act("reg_behind"))
    _take(pending_act("reg_truth_views"))
    chosen = str(st.session_state.get(VIEW, "grid"))
    live_panel(truth_views(chosen, desk.view), key="reg_truth_views")
    with st.container(key="reg_body"):
        if chosen == "capability":
            draw_capability(desk, _cell(("", "")))
        elif chosen == "upkeep":
            draw_upkeep(desk)
        elif chosen == "claims":
            draw_claims(desk)
        else:
            _scores(desk, six=chosen == "six")


def _scores(desk: Desk, *, six: bool) -> None:
    """Draw the truth scores or the six indicators, and what is behind the cell that is picked."""
    with st.container(key="reg_main"):
        live_panel(_six(desk) if six else _grid(desk), key="reg_truth")
    with st.container(key="reg_side"):
        hand.said_line()
        live_panel(_six_behind(desk) if six else _behind(desk), key="reg_behind")


def _take(act: Act | None) -> None:
    if act is None:
        return
    state = st.session_state
    if act.verb == "truth_view":
        state[VIEW] = act.value
        state.pop(CELL, None)
    elif act.verb == "behind":
        state[CELL] = act.value
    elif act.verb == "campaign":
        state[hand.CAMPAIGN_OF] = str(state.get(CELL, ""))
        state[hand.GO_TO] = "campaign"
        st.rerun()


@st.cache_resource(max_entries=4, show_spinner=False)
def _truth(_onemap: OneMap, stamp: str) -> Truth:
    del stamp
    return truth(_onemap)


@st.cache_resource(max_entries=4, show_spinner=False)
def _indicators(_onemap: OneMap, _movements: Sequence[Movement], stamp: str, head: str) -> Six:
    del stamp, head
    return indicators(_onemap, movements=_movements)


def found_truth(desk: Desk) -> Truth:
    """Return the scores of the map as it is shown, worked out once for all viewers."""
    return _truth(desk.onemap, desk.onemap.stamp)


def _cell(first: tuple[str, str]) -> tuple[str, str]:
    code, _, key = str(st.session_state.get(CELL, "|".join(first))).partition("|")
    return code, key


def _low(score: float | None) -> float:
    return 101.0 if score is None else score


def _sorted(found: Truth) -> list[tuple[str, str]]:
    """Return the units, the lowest score first."""
    return sorted(found.units, key=lambda unit: (_low(found.of(unit[0]).score), unit[0]))


def _grid(desk: Desk) -> Markup:
    found = found_truth(desk)
    units = _sorted(found)
    grid = TruthGrid(
        units=tuple((code, name or desk.view.text("in no subdistrict")) for code, name in units),
        layers=tuple(
            (key, language.title(layer_spec(key), desk.view.words)) for key in found.layers
        ),
        scores=tuple(
            tuple(
                found.scores[code, key].score if (code, key) in found.scores else None
                for key in found.layers
            )
            for code, _ in units
        ),
        whole=tuple(found.of(code).score for code, _ in units),
    )
    return truth_grid(desk.view.text("Truth score"), grid, _cell((units[0][0], "")), desk.view)


def _behind(desk: Desk) -> Markup:
    found = found_truth(desk)
    code, key = _cell((_sorted(found)[0][0], ""))
    score = found.scores.get((code, key))
    name = dict(found.units).get(code, "") or desk.view.text("in no subdistrict")
    layer = (
        language.title(layer_spec(key), desk.view.words) if key else desk.view.text("All layers")
    )
    if score is None:
        return behind(Behind(f"{name} · {layer}", None, "", (), ()), desk.view)
    parts = tuple(
        Part(
            desk.view.word(TITLES[part.key]), part.score,
            f"{part.good:,.0f} / {part.of:,}",
        )
        for part in score.parts
    )  # fmt: skip
    lang = desk.view.words.language
    rows = tuple(
        (doubt.name or doubt.id, desk.view.word(doubt_sentence(doubt, lang)))
        for doubt in found.behind(code, key)[:ROWS]
    )
    title = f"{name} · {layer}"
    return behind(Behind(title, score.score, desk.view.word(FORMULA), parts, rows), desk.view)


def _found_six(desk: Desk) -> Six:
    movements = read_ledger(desk.store, as_of=desk.as_of).movements
    return _indicators(desk.onemap, movements, desk.onemap.stamp, desk.store.head().hash)


def _units(desk: Desk) -> dict[str, str]:
    units = desk.onemap.records["subdistrict"]
    return dict(zip(units.ids, units.names, strict=True))


def _ordered(six: Six) -> list[str]:
    return sorted(six, key=lambda code: (min(_low(one.score) for one in six[code]), code))


def _six(desk: Desk) -> Markup:
    six, names = _found_six(desk), _units(desk)
    codes = _ordered(six)
    chinese = desk.view.words.language == "zh"
    grid = TruthGrid(
        units=tuple((code, names.get(code, code)) for code in codes),
        layers=tuple(
            (spec.key, spec.title_zh if chinese else desk.view.word(spec.title))
            for spec in INDICATORS
        ),
        scores=tuple(tuple(one.score for one in six[code]) for code in codes),
    )
    return truth_grid(desk.view.text("Six indicators"), grid, _cell((codes[0], "")), desk.view)


def _six_behind(desk: Desk) -> Markup:
    six, names = _found_six(desk), _units(desk)
    ordered = _ordered(six)
    code, _ = _cell((ordered[0], ""))
    code = code if code in six else ordered[0]
    chinese = desk.view.words.language == "zh"
    cards = [
        panels.Indicator(
            spec.title_zh if chinese else desk.view.word(spec.title),
            one.score,
            desk.view.word(spec.formula),
            _evidence(desk, one),
        )
        for spec, one in zip(INDICATORS, six[code], strict=True)
    ]
    return panels.indicators(names.get(code, code), cards, desk.view)


def _evidence(desk: Desk, one: Indicator) -> str:
    """Return the parts of an indicator in a line: what is there of what is needed."""
    words = desk.view.words
    return " · ".join(
        f"{part_title(part, words)} {part.have:,.6g}/{part.need:,.6g}" for part in one.parts
    )
