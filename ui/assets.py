"""Copy the browser libraries from ``node_modules`` to where Streamlit serves them: no CDN, ever.

Run by ``python -m ui.assets [NODE_MODULES [STATIC]]`` after ``npm ci``.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from geodata.faults import Fault, UserError
from language import say

ROOT: Final = Path(__file__).parent.parent
VENDOR: Final = "vendor"
"""The folder under ``static/``; the map loads ``/app/static/vendor/PACKAGE/FILE``."""

FILES: Final[tuple[tuple[str, str], ...]] = (
    ("leaflet/dist/leaflet.js", "leaflet/leaflet.js"),
    ("leaflet/dist/leaflet.css", "leaflet/leaflet.css"),
    ("leaflet/LICENSE", "leaflet/LICENSE"),
    (
        "leaflet.markercluster/dist/leaflet.markercluster.js",
        "leaflet.markercluster/leaflet.markercluster.js",
    ),
    ("leaflet.markercluster/dist/MarkerCluster.css", "leaflet.markercluster/MarkerCluster.css"),
    ("leaflet.markercluster/MIT-LICENCE.txt", "leaflet.markercluster/LICENSE"),
    (
        "protomaps-leaflet/dist/protomaps-leaflet.js",
        "protomaps-leaflet/protomaps-leaflet.js",
    ),
    ("protomaps-leaflet/LICENSE", "protomaps-leaflet/LICENSE"),
)
"""What the map asks for: (file in ``node_modules``, file under ``static/vendor``)."""


def copy_assets(node_modules: Path, static: Path) -> tuple[Path, ...]:
    """Return the files written under ``static/vendor``, in the order of ``FILES``.

    Raises:
        UserError: naming every file that ``node_modules`` lacks; then nothing is written.

    """
    missing = [source for source, _ in FILES if not (node_modules / source).is_file()]
    if missing:
        raise UserError(_faults(node_modules, missing))
    return tuple(_copied(node_modules, static / VENDOR))


def missing_assets(static: Path) -> tuple[str, ...]:
    """Return the files that the map asks for and ``static/vendor`` does not hold."""
    return tuple(name for _, name in FILES if not (static / VENDOR / name).is_file())


def _faults(node_modules: Path, missing: list[str]) -> Iterator[Fault]:
    for source in missing:
        yield Fault(
            str(node_modules / source),
            say("This browser library is not installed."),
            say("Run “npm ci” in the program's folder, or “make run” with the bundle."),
        )


def _copied(node_modules: Path, vendor: Path) -> Iterator[Path]:
    """Copy each file beside its place and rename it there, so that none is ever half."""
    for source, name in FILES:
        target = vendor / name
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".new")
        shutil.copyfile(node_modules / source, fresh)
        fresh.replace(target)
        yield target


def main(arguments: list[str]) -> int:
    """Return 0 when all is copied, 1 with the faults on standard error."""
    node_modules, static, *_ = (
        *map(Path, arguments),
        *(ROOT / "node_modules", ROOT / "static")[len(arguments) :],
    )
    try:
        written = copy_assets(node_modules, static)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{len(written)} files in {static / VENDOR}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:3]))
