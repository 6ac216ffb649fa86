"""What a record's child rows say as stock."""

import pytest

from desks.register.wording import stock
from layers import CATALOG


class _Held:
    """A map that has every declared child, with one row of every column of each."""

    def __init__(self) -> None:
        """Hold a row of "1" for the parent "A" in each child."""
        children = {f"{s.key}.{c.key}": c for s in CATALOG for c in s.children}
        self.child_values = {
            key: {column.key: ("1",) for column in child.columns} for key, child in children.items()
        }
        self.child_rows = {key: {"A": (0,)} for key in children}


@pytest.mark.parametrize("spec", [s for s in CATALOG if s.children], ids=lambda s: s.key)
def test_every_child_of_every_layer_is_stock_or_is_left_out(spec: object) -> None:
    """A child without an amount, such as a firm's agreement, once stopped every brief."""
    lines = stock(_Held(), spec, "A")  # type: ignore[arg-type]
    amounts = [c for c in spec.children if any(k.kind == "number" for k in c.columns)]  # type: ignore[attr-defined]
    assert len(lines) == len(amounts)
