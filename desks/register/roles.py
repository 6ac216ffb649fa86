"""Who may do what with which layer: one table, and the scope that follows from it.

The store enforces the scope and knows no role; this is the only place that knows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

import shapely

from desks.onemap import OneMap
from desks.outbox import ANSWER_LAYER, INJECT_LAYER, NOTICE_LAYER
from geodata.store import EVERY, Belonging, LayerScope, Rows, Scope
from layers import CATALOG
from layers.spec import LayerSpec, Purpose

Role = Literal["viewer", "editor", "planner", "director", "auditor", "administrator"]
Action = Literal["read", "unmask", "write", "import", "export", "verify", "erase", "administer"]
Reach = Literal["none", "own", "all"]
Subject = Literal[
    "calling", "standing", "bounds", "officials", "account", "rules", "claim", "work", "ledger",
    "incident", "released",
]  # fmt: skip

ROLES: tuple[Role, ...] = get_args(Role)
ACTIONS: tuple[Action, ...] = get_args(Action)
SUBJECTS: tuple[Subject, ...] = get_args(Subject)

CALLING: frozenset[Purpose] = frozenset({"responder", "supply", "refuge", "adviser", "place"})
"""Purposes of the layers whose people are called in an exercise as in earnest."""

BOUNDS: frozenset[Purpose] = frozenset({"unit"})
"""Who could move a boundary could move what is their own: only an administrator does."""

INTERNAL: Mapping[str, Subject] = MappingProxyType(
    {
        "account": "account",
        "document": "rules",
        "grade_override": "rules",
        "claim": "claim",
        "campaign": "work",
        "task": "work",
        "ledger": "ledger",
        "incident": "incident",
        "incident_entry": "incident",
        NOTICE_LAYER: "released",
        INJECT_LAYER: "released",
        ANSWER_LAYER: "incident",
    }
)
"""Layers of the store that are in no catalogue, and what they are to the table of rights."""

INTERNAL_PERSONAL: Mapping[str, frozenset[str]] = MappingProxyType(
    {"incident": frozenset({"contact", "phone"})}
)
"""Their personal columns: who called about an incident, and the number."""

LEDGER_OF = "depot"
"""Whose rows the movements of the ledger belong to."""


@dataclass(frozen=True)
class Viewer:
    """One person before the program: name, role, and what an editor's own is.

    ``layers`` are a department's, ``subdistrict`` the code of a subdistrict; with both only that
    department's rows there. ``on_duty`` is a turn, not a job: whoever runs an incident sees every
    layer and may call everyone. ``subject`` is what stands in the chain.
    """

    name: str
    role: Role
    subdistrict: str = ""
    layers: tuple[str, ...] = ()
    on_duty: bool = False
    subject: str = ""


@dataclass(frozen=True)
class Area:
    """A subdistrict: its name and its shape in EPSG:4326."""

    name: str
    shape: shapely.Geometry


Grants = Mapping[Action, Reach]

_LOOK: Grants = {"read": "all", "export": "all"}
_CALL: Grants = {**_LOOK, "unmask": "all"}
_TEND: Grants = {
    "read": "all", "export": "all", "unmask": "own", "write": "own", "import": "own",
}  # fmt: skip
_OWN: Grants = dict.fromkeys(_TEND, "own")
_SIGN: Grants = {**_LOOK, "write": "all"}
_DRAW_UP: Grants = {"read": "all", "export": "all", "write": "all", "import": "all"}
_ALL: Grants = dict.fromkeys(ACTIONS, "all")

_SEEN: Mapping[Subject, Grants] = dict.fromkeys(
    ("calling", "standing", "bounds", "rules", "claim", "ledger", "incident", "released"), _LOOK
)
_PROVEN: Mapping[Subject, Grants] = {key: {**_LOOK, "verify": "all"} for key in (*_SEEN, "work")}

RIGHTS: Mapping[Role, Mapping[Subject, Grants]] = MappingProxyType(
    {
        "viewer": _SEEN,
        "editor": {
            **_SEEN, "calling": _TEND, "standing": _TEND, "officials": _OWN, "ledger": _TEND,
            "claim": _SIGN, "work": _SIGN, "incident": _SIGN,
        },
        "planner": {
            **_SEEN, "calling": _CALL, "standing": _CALL, "officials": {"read": "all"},
            "rules": _DRAW_UP, "claim": _DRAW_UP, "work": _DRAW_UP, "incident": _SIGN,
        },
        "director": {
            **_SEEN, "calling": _CALL, "work": _LOOK, "incident": {**_SIGN, "unmask": "all"},
        },
        "auditor": {
            **_PROVEN, "officials": {"verify": "all"},
            "account": {"read": "all", "verify": "all"},
        },
        "administrator": dict.fromkeys(SUBJECTS, _ALL),
    }
)  # fmt: skip
"""Role × subject → what may be done; what is not written here may not be done.

An editor tends what is theirs and reads the rest; claims and ticks of a campaign are anyone's who
tends registers, since the chain says whose they are. A planner counts vulnerable residents and
calls none of them. The board of incidents is everyone's to see, since all must know what goes on;
whoever may enter anything writes its log, and so says that a drill's news was read; the news itself
is exercise control's alone. An auditor proves the chain, which holds personal columns
as ciphertext.
"""

ON_DUTY: Mapping[Subject, Grants] = MappingProxyType(
    {
        "calling": {"read": "all", "unmask": "all"},
        "standing": {"read": "all", "unmask": "all"},
        "officials": {"read": "all", "unmask": "all"},
        "incident": {"read": "all", "unmask": "all"},
    }
)
"""What duty adds to any role, for as long as it lasts."""

_SPECS = {spec.key: spec for spec in CATALOG}


def subject(layer: str) -> Subject | None:
    """Return what a layer is to the table, as a child its parent's; ``None`` for none it knows."""
    key = layer.partition(".")[0]
    spec = _SPECS.get(key)
    if spec is None:
        return INTERNAL.get(layer)
    if spec.officials:
        return "officials"
    if spec.purpose in BOUNDS:
        return "bounds"
    return "calling" if spec.purpose in CALLING else "standing"


def reach(viewer: Viewer, layer: str, action: Action) -> Reach:
    """Return over which rows of the layer the viewer may do that."""
    of = subject(layer)
    if of is None:
        return "none"
    granted = RIGHTS[viewer.role].get(of, {}).get(action, "none")
    return ON_DUTY.get(of, {}).get(action, granted) if viewer.on_duty else granted


def allowed(viewer: Viewer, layer: str, action: Action) -> bool:
    """Return whether the viewer may do that with at least some rows of the layer.

    An editor's own is looked at: a department's layers, or a subdistrict.
    """
    found = reach(viewer, layer, action)
    if found == "own":
        return _tends(viewer, layer)
    return found == "all"


def sees_officials(viewer: Viewer) -> bool:
    """Return whether the whole of every layer for officials only may be drawn for the viewer.

    Who may see a part of them reads it from the register, row by row: the map, which is shared by
    all who see alike, is made with all of these layers or with none.
    """
    closed = [spec.key for spec in CATALOG if spec.officials]
    return bool(closed) and all(reach(viewer, key, "read") == "all" for key in closed)


def areas_of(onemap: OneMap) -> Mapping[str, Area]:
    """Return the district's subdistricts by code, their shapes in EPSG:4326."""
    return onemap.once(_areas)


def _areas(onemap: OneMap) -> Mapping[str, Area]:
    """Return them, worked out: each thread that transforms pays 60 ms to begin with."""
    frame = onemap.layers.get("subdistrict")
    if frame is None:
        return MappingProxyType({})
    shapes = frame.geometry.to_crs("EPSG:4326")
    return MappingProxyType(
        {
            str(code): Area(str(name), shape)
            for code, name, shape in zip(frame.index, frame["name"], shapes, strict=True)
        }
    )


def scope_of(viewer: Viewer, areas: Mapping[str, Area]) -> Scope:
    """Return what the store lets the viewer read and write; every personal column is masked."""
    return Scope(
        {
            layer: LayerScope(
                read=_rows(viewer, layer, "read", areas),
                write=_rows(viewer, layer, "write", areas),
                masked=_personal(layer),
            )
            for layer in known_layers()
        }
    )


def unmasking_scope(viewer: Viewer, areas: Mapping[str, Area]) -> Scope:
    """Return where the viewer may read personal columns, for the one reading that is logged."""
    return Scope(
        {layer: LayerScope(read=_rows(viewer, layer, "unmask", areas)) for layer in known_layers()}
    )


def known_layers() -> tuple[str, ...]:
    """Return every layer of the store: the catalogue's, their children, the internal ones."""
    children = (f"{spec.key}.{child.key}" for spec in CATALOG for child in spec.children)
    return (*_SPECS, *children, *INTERNAL)


def _rows(viewer: Viewer, layer: str, action: Action, areas: Mapping[str, Area]) -> Rows | None:
    """Return the rows within reach: all, an editor's own, or ``None``."""
    found = reach(viewer, layer, action)
    if found == "all":
        return EVERY
    if found == "none" or not _tends(viewer, layer):
        return None
    if not viewer.subdistrict:
        return EVERY
    area = areas.get(viewer.subdistrict)
    if area is None:
        return None
    above = _belonging(layer)
    if above:
        return Rows(belongs=above)
    stated = {("subdistrict", viewer.subdistrict), ("subdistrict", area.name)}
    return Rows(within=area.shape, stated=frozenset(stated))


def _belonging(layer: str) -> tuple[Belonging, ...]:
    """Return what a child row or a movement belongs to: such rows have no place of their own.

    Both depots of a movement must be one's own: between two subdistricts the district moves goods.
    """
    if layer == "ledger":
        columns = ("from_account", "to_account")
        return tuple(Belonging(column, LEDGER_OF, f"{LEDGER_OF}:") for column in columns)
    key, _, child_key = layer.partition(".")
    children = _SPECS[key].children if key in _SPECS else ()
    return tuple(Belonging(c.parent_column, key) for c in children if c.key == child_key)


def _tends(viewer: Viewer, layer: str) -> bool:
    """Return whether the layer is the viewer's department's, or they tend a whole subdistrict."""
    if not viewer.layers:
        return bool(viewer.subdistrict)
    key = LEDGER_OF if layer == "ledger" else layer.partition(".")[0]
    return key in viewer.layers


def _personal(layer: str) -> frozenset[str]:
    spec: LayerSpec | None = _SPECS.get(layer)
    if spec is None:
        return INTERNAL_PERSONAL.get(layer, frozenset())
    return frozenset(c.key for c in spec.personal_columns)
