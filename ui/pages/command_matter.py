"""What is released, how much, from what, under what sky: asked only where it decides."""

import math

import streamlit as st

from language import Catalogue, say
from risk.erg_tables import CONTAINERS
from risk.substances import SUBSTANCES
from ui import session

from .asking import (
    asks_substance,
    choices,
    container_name,
    containers,
    substance_label,
)

SUBSTANCE = "incident_substance"
QUANTITY = "incident_quantity"
CONTAINER = "incident_container"
CLOUD = "incident_cloud"
FIELDS = (SUBSTANCE, QUANTITY, CONTAINER, CLOUD)
MOST_T = 1_000_000.0
OKTAS = tuple(range(9))


def matter(scene: session.Scene, released: str, words: Catalogue) -> None:
    """Draw the fields that this incident asks for; each may stay unknown.

    ``released`` is the key of the substance as stated, or as the hazard here holds it.
    """
    if asks_substance(scene.kind) or scene.live.substance:
        _substance(scene, words)
    if asks_substance(scene.kind) and containers(released):
        _container(scene, released, words)


def _substance(scene: session.Scene, words: Catalogue) -> None:
    st.session_state[SUBSTANCE] = scene.live.substance
    st.session_state[QUANTITY] = scene.live.quantity_t
    st.selectbox(
        words.text("Substance"),
        choices(words),
        key=SUBSTANCE,
        format_func=lambda key: (
            substance_label(key, words) if key else words.text("Which substance?")
        ),
        label_visibility="collapsed",
        on_change=_take_substance,
        width=165,
    )
    st.number_input(
        words.text("Quantity in tonnes"),
        min_value=0.0,
        max_value=MOST_T,
        key=QUANTITY,
        placeholder=words.text("tonnes?"),
        label_visibility="collapsed",
        on_change=_take_quantity,
        format="%.4g",
        width=90,
    )


def _container(scene: session.Scene, released: str, words: Catalogue) -> None:
    """Draw the containers for which the guidebook has other distances of this gas."""
    known = ("", *containers(released))
    st.session_state[CONTAINER] = scene.live.container if scene.live.container in known else ""
    st.selectbox(
        words.text("Container"),
        known,
        key=CONTAINER,
        format_func=lambda key: container_name(key, words) if key else words.text("Container?"),
        label_visibility="collapsed",
        on_change=_take_container,
        width=165,
    )


def cloud(scene: session.Scene, words: Catalogue) -> None:
    """Draw the cover of cloud, on which the stability of the air rests."""
    st.session_state[CLOUD] = scene.live.cloud_oktas
    st.selectbox(
        words.text("Cloud"),
        OKTAS,
        index=None,
        key=CLOUD,
        format_func=lambda oktas: words.word(say("Cloud {oktas}/8", oktas=oktas)),
        placeholder=words.text("How much cloud?"),
        on_change=_take_cloud,
    )


def forget() -> None:
    """Empty the fields, so that the next incident begins without what was said of this one."""
    for key in FIELDS:
        st.session_state.pop(key, None)


def _take_substance() -> None:
    if session.is_news(SUBSTANCE, session.scene().live.substance):
        key = st.session_state[SUBSTANCE]
        session.report(substance=key if key in SUBSTANCES else "", container="")


def _take_quantity() -> None:
    if session.is_news(QUANTITY, session.scene().live.quantity_t):
        tonnes = st.session_state[QUANTITY]
        known = isinstance(tonnes, int | float) and math.isfinite(tonnes) and 0 < tonnes <= MOST_T
        session.report(quantity_t=float(tonnes) if known else None)


def _take_container() -> None:
    if session.is_news(CONTAINER, session.scene().live.container):
        key = st.session_state[CONTAINER]
        session.report(container=key if key in CONTAINERS else "")


def _take_cloud() -> None:
    if session.is_news(CLOUD, session.scene().live.cloud_oktas):
        oktas = st.session_state[CLOUD]
        session.report(cloud_oktas=oktas if oktas in OKTAS else None)
