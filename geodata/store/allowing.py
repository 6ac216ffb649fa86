"""Whether a row lies within what a scope allows."""

from collections.abc import Mapping
from typing import Any

import shapely

from .scope import EVERY, Rows


def may_write(rows: Rows | None, shape: shapely.Geometry | None, props: Mapping[str, Any]) -> bool:
    """Return whether a feature of this shape (EPSG:4326) and these columns is among the rows."""
    if rows is None:
        return False
    if rows == EVERY:
        return True
    if shape is not None and not shapely.is_empty(shape) and rows.within is not None:
        return bool(shapely.intersects(rows.within, shapely.point_on_surface(shape)))
    return any(props.get(column) == value for column, value in rows.stated)


may_read = may_write
"""The same rule holds for both."""
