"""The terminal's door a day later: ``python -m tests.reports.later ARGUMENTS``."""

import datetime as dt
import importlib
import sys
import time

import cli

DAY_S = 86_400
_now = time.time


def _later() -> float:
    return _now() + DAY_S


class _EveryMoment(type):
    """Takes each moment for one of its own, as those made before the clock was set are too."""

    def __instancecheck__(cls, one: object) -> bool:
        """Return whether it is a moment of any clock."""
        return isinstance(one, dt.datetime)


class Later(dt.datetime, metaclass=_EveryMoment):
    """A clock that is a day ahead."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "Later":
        """Return the moment a day from now."""
        return cls.fromtimestamp(_later(), tz)

    @classmethod
    def utcnow(cls) -> "Later":
        """Return the moment a day from now, without a zone."""
        return cls.fromtimestamp(_later(), dt.UTC).replace(tzinfo=None)


WRITERS = frozenset({"branca", "commands", "desks", "docx", "folium", "reports", "xlsxwriter"})
"""Whose clock is set; compiled modules would not bear another class of moments."""


def main() -> int:
    """Return the exit code of the command, with the clock of every writer set."""
    time.time = _later
    for name in ("docx", "xlsxwriter.workbook", "folium"):
        importlib.import_module(name)
    for name, module in list(sys.modules.items()):
        held = getattr(module, "datetime", None)
        if name.split(".")[0] in WRITERS and held is dt.datetime:
            module.datetime = Later  # type: ignore[attr-defined]
    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
