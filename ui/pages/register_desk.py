"""What every part of page 登记 works with: the store, who looks at it, and its rows as text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np
import shapely
import streamlit as st

from desks.onemap import OneMap
from desks.parts import end_of
from desks.register.masking import LOCAL
from desks.register.roles import Action, Viewer, allowed, areas_of, scope_of, unmasking_scope
from desks.register.search import fold
from desks.register.wording import worded
from desks.spelling import spell
from geodata.crs import projection
from geodata.faults import UserError
from geodata.store import Author, Feature, Scope, Store
from geodata.store.records import Value
from layers import CATALOG, LayerSpec
from layers import layer as layer_spec
from layers.spec import ColumnSpec
from ui import access, day, language
from ui.map.editing import Bounds, Points
from ui.panels.faults import fault_lines
from ui.panels.markup import View
from ui.panels.register_table import Doing

HIDDEN = frozenset({"source", "address"})
"""Columns that the table leaves to the record itself."""

LOOKING: frozenset[Action] = frozenset({"read", "export"})
"""What may be done with a day that is past."""


@dataclass(frozen=True)
class Desk:
    """The register as this viewer may use it, in their language.

    ``day`` is the past day that is shown, ``None`` for the present; nothing is written on it.
    """

    onemap: OneMap
    store: Store
    viewer: Viewer
    scope: Scope
    view: View
    day: date | None = None

    @property
    def as_of(self) -> datetime | None:
        """Return the last moment of the day that is shown, ``None`` for the present."""
        return None if self.day is None else end_of(self.day)

    @property
    def today(self) -> date:
        """Return the day that is shown: reviews are late, and stock has expired, by it."""
        return self.day or day.today()

    def author(self, why: str) -> Author:
        """Return who writes, and why, as the chain keeps it."""
        return Author(self.viewer.subject or LOCAL, why.strip())

    def may(self, layer: str, action: Action) -> bool:
        """Return whether the viewer may do that with some rows of the layer; a past day is read."""
        return (self.day is None or action in LOOKING) and allowed(self.viewer, layer, action)

    def doing(self, layer: str) -> Doing:
        """Return which buttons the viewer has for the layer, and why not."""
        may = self.may(layer, "write")
        return Doing(add=may, change=may, why_not="" if may else self.why_not)

    @property
    def why_not(self) -> str:
        """Return why this viewer changes nothing here."""
        if self.day is not None:
            return self.view.text("A past day is shown; go back to today to change the register.")
        return self.view.text("Your role may read this register, not change it.")

    def specs(self) -> tuple[LayerSpec, ...]:
        """Return the layers that the viewer may see, in the order of the catalogue."""
        return tuple(spec for spec in CATALOG if self.scope.of(spec.key).read is not None)

    def title(self, column: ColumnSpec) -> str:
        """Return a column's heading with its unit."""
        return language.column_title(column, self.view.words)

    def cell(self, column: ColumnSpec, value: Value) -> str:
        """Return a value as the viewer reads it: choices in their language, the rest as filed."""
        return language.choice(column, as_text(value), self.view.words)

    def personal(self, layer: str, record_id: str) -> Mapping[str, str]:
        """Return the personal columns in clear: only for who may unmask them, who logs it first."""
        scope = unmasking_scope(self.viewer, areas_of(self.onemap))
        return self.store.personal(layer, [record_id], scope=scope).get(record_id, {})


@dataclass(frozen=True)
class Index:
    """The rows of a layer that one kind of viewer may see, with the text each is found by."""

    features: tuple[Feature, ...]
    found_by: tuple[str, ...]

    @cached_property
    def placed(self) -> tuple[Feature, ...]:
        """Return the features that have a place, in their order."""
        return tuple(
            f for f in self.features if f.shape is not None and not shapely.is_empty(f.shape)
        )

    @cached_property
    def points(self) -> Points:
        """Return where the placed features stand, as the map is given them."""
        if not self.placed:
            return Points("", "")
        spec = layer_spec(self.placed[0].layer)
        shapes = np.array([feature.shape for feature in self.placed], dtype=object)
        degrees = shapely.get_coordinates(shapely.point_on_surface(shapes)).tolist()
        return Points(spec.key, spec.purpose, tuple((lon, lat) for lon, lat in degrees))

    def rows(self, text: str) -> tuple[Feature, ...]:
        """Return the features that hold the text in a cell, in pinyin or in initials."""
        wanted = fold(text)
        if not wanted:
            return self.features
        pairs = zip(self.features, self.found_by, strict=True)
        return tuple(feature for feature, held in pairs if wanted in held)


def open_desk(onemap: OneMap) -> Desk:
    """Return the register of the district for the person who looks at it.

    Raises:
        UserError: where the register is damaged, of a newer program, or cannot be written.

    """
    store = access.register(onemap)
    viewer = access.viewer(store)
    past = day.asked()
    scope = scope_of(viewer, areas_of(onemap))
    allowed_now = scope if past is None else reading_only(scope)
    return Desk(onemap, store, viewer, allowed_now, View(language.current()), past)


def at_desk(onemap: OneMap, draw: Callable[[Desk], None]) -> None:
    """Draw what needs the register, or say in a sentence why it cannot be opened."""
    try:
        desk = open_desk(onemap)
    except UserError as error:
        st.html(fault_lines(error.faults, View(language.current())))
        return
    draw(desk)


def reading_only(scope: Scope) -> Scope:
    """Return what the scope lets one read; the store refuses every change under it."""
    layers = {key: replace(one, write=None) for key, one in scope.layers.items()}
    return Scope(layers, replace(scope.other, write=None))


def index(desk: Desk, layer: str) -> Index:
    """Return the layer's index, made once for all who may see the same rows, anew at each edit."""
    seen = desk.viewer
    rights = (seen.role, seen.subdistrict, seen.layers, seen.on_duty)
    key = (str(desk.store.place), layer, desk.store.head().hash, rights)
    return _index(desk.store, desk.scope, layer, desk.as_of, key)


@st.cache_resource(max_entries=12, show_spinner=False)
def _index(
    _store: Store,
    _scope: Scope,
    layer: str,
    as_of: datetime | None,
    key: tuple[object, ...],
) -> Index:
    del key
    features = _store.read(layer, scope=_scope, as_of=as_of)
    return Index(features, tuple(_found_by(feature) for feature in features))


def _found_by(feature: Feature) -> str:
    """Return everything public of the row in small plain letters, with the name's spelling."""
    name = str(feature.props.get("name") or "")
    pinyin, initials = spell(name)
    cells = "\n".join(as_text(value) for value in feature.props.values())
    return f"{fold(cells)}\n{feature.id.lower()}\n{pinyin}\n{initials}"


def as_text(value: Value) -> str:
    """Return a value of the store as a person reads it, lists parted by a sign."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(str(part) for part in value)
    return worded(value)


def name_of(feature: Feature) -> str:
    """Return the record's name, its id where it has none."""
    return str(feature.props.get("name") or feature.id)


def shown_columns(spec: LayerSpec) -> tuple[ColumnSpec, ...]:
    """Return the columns of the table: name first, then the id, then what is the layer's own."""
    first = [c for key in ("name", "id", "code") for c in spec.public_columns if c.key == key]
    rest = [c for c in spec.public_columns if c not in first and c.key not in HIDDEN]
    return (*first, *rest)


def identity(spec: LayerSpec) -> str:
    """Return the key of the column that holds the record's id."""
    return "code" if any(column.key == "code" for column in spec.columns) else "id"


def value_of(spec: LayerSpec, feature: Feature, key: str) -> Value:
    """Return a column of the record; its identity stands in the id."""
    return feature.id if key == identity(spec) else feature.props.get(key)


def extent(onemap: OneMap) -> Bounds:
    """Return the district's west, south, east, north in degrees."""
    west, south, east, north = onemap.extent_m
    corners = np.array([(west, south), (east, north), (west, north), (east, south)])
    degrees = projection(onemap.crs).many_to_deg(corners)
    low, high = degrees.min(axis=0), degrees.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def point_of(feature: Feature) -> tuple[float, float] | None:
    """Return lon, lat of a record: its point, or a point on its line or area."""
    shape = feature.shape
    if shape is None or shapely.is_empty(shape):
        return None
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(shape))[0].tolist()
    return float(lon), float(lat)


def spec_of(key: str, desk: Desk) -> LayerSpec:
    """Return the layer that was asked for, the first one for any that may not be seen."""
    specs = desk.specs()
    return layer_spec(key) if key in {spec.key for spec in specs} else specs[0]
