"""The terminal's door: the same questions as the screen, the same answers."""

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from desks.build import BACKDROP, Source, Sources, build_district
from desks.build_report import BuildReport, build_document, build_lines, fault_line, plain_line
from desks.command import brief_document, situation_brief
from desks.command.asking import Asked, incident_of
from desks.command.lines import brief_lines
from desks.folder import DISTRICT
from desks.onemap import load_onemap
from geodata.faults import Fault, UserError
from geodata.opening import split_layer
from language import LANGUAGES, Catalogue, Sentence, say
from layers import CATALOG
from risk import INCIDENT_KINDS
from sample import SIZES, write_sample

USER_FAULT = 2
DISTRICT_CALLS = "sample | build | brief"


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0, or 2 with one line per fault on stderr."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(_with_places(given))
    catalogue = Catalogue.load(options.lang)
    try:
        options.run(options, catalogue)
    except UserError as error:
        for fault in error.faults:
            print(fault_line(fault, catalogue), file=sys.stderr)
        return USER_FAULT
    except BrokenPipeError:
        # the reader of a pipe has seen enough; what is left to flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        problem = say("The system refuses this: {detail}.", detail=error.strerror or str(error))
        mend = say("Give another file or folder, or look at its disk and rights.")
        place = Path(str(error.filename or ""))
        print(fault_line(Fault(str(place)[:300], problem, mend), catalogue), file=sys.stderr)
        return USER_FAULT
    return 0


def _with_places(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with a place west or south joined to its option.

    What begins with a minus, such as -71.3,-29.9, would be taken for an option.
    """
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--at":
            joined[-1] = f"--at={argument}"
        else:
            joined.append(argument)
    return joined


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of the answer")
    shared.add_argument("--format", choices=("text", "json"), default="text")
    parser = argparse.ArgumentParser(prog="cli.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar=DISTRICT_CALLS)
    _sample_options(commands.add_parser("sample", parents=[shared], help="make a made-up district"))
    _build_options(commands.add_parser("build", parents=[shared], help="build your own district"))
    _brief_options(commands.add_parser("brief", parents=[shared], help="who comes, and when"))
    return parser


def _sample_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, default="district")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=Path, help="keep the made-up user files in this folder")
    parser.set_defaults(run=_sample)


def _build_options(parser: argparse.ArgumentParser) -> None:
    file = "FILE[:LAYER]"
    parser.add_argument("folder", type=Path, nargs="?", help="where the district is written")
    parser.add_argument("--list", action="store_true", help="print every layer and its columns")
    parser.add_argument("--roads", metavar=file, help="the one file that is required")
    parser.add_argument(
        "--roads-schema", type=Path, metavar="TOML", help="what foreign columns and codes mean"
    )
    parser.add_argument("--subdistricts", metavar=file, help="polygons with code and name")
    parser.add_argument("--communities", metavar=file, help="polygons with code and name")
    for name, value, told in (
        ("layer", f"KEY={file}", "a register; --list prints the keys; may be given many times"),
        ("datum", "KEY=DATUM", "wgs84 (default), gcj02, bd09, cgcs2000 or EPSG:n of a KEY"),
        ("backdrop", f"KEY={file}", f"polygons for the base map: {', '.join(BACKDROP)}"),
    ):
        parser.add_argument(f"--{name}", action="append", default=[], metavar=value, help=told)
    parser.add_argument("--name", default="", help="the district's name")
    parser.add_argument("--name-en", default="", help="its name on the English pages")
    parser.add_argument("--as-of", default="", metavar="DATE", help="date of the registers")
    parser.set_defaults(run=_build)


def _brief_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", required=True, metavar="LON,LAT")
    parser.add_argument("--kind", default="unspecified", help=", ".join(INCIDENT_KINDS))
    parser.add_argument("--hour", default="", metavar="0-23")
    parser.add_argument("--time", default="", metavar="ISO")
    parser.add_argument("--close", action="append", default=[], type=Path, metavar="FILE.geojson")
    parser.add_argument("--close-road", action="append", default=[], metavar="NAME")
    parser.set_defaults(run=_brief)


def _sample(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Write the user files of the made-up district and build it like anyone's.

    Raises:
        UserError: where the folder holds a user's own district.

    """
    _spare_own(options.folder)
    with TemporaryDirectory() as passing:
        files = write_sample(
            options.files or Path(passing),
            size=options.size,
            seed=options.seed,
            progress=_heard(catalogue, 0.0, 0.5),
        )
        layers = {
            **files.layers,
            "subdistrict": files.subdistricts,
            "community": files.communities,
        }
        sources = Sources(
            roads=Source(files.roads),
            layers={key: Source(path) for key, path in layers.items()},
            backdrop={key: Source(path) for key, path in files.backdrop.items()},
            name_zh=files.name_zh,
            name_en=files.name_en,
            as_of=files.as_of,
            sample=True,
        )
        report = build_district(
            options.folder,
            sources,
            progress=_heard(catalogue, 0.5, 1.0),
            language=options.lang,
        )
    _print_report(report, options.format, catalogue)


def _spare_own(folder: Path) -> None:
    try:
        about = tomllib.loads((folder / DISTRICT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError):
        about = {}
    if about.get("sample") is not True:
        problem = say("This folder holds a district of your own.")
        mend = say("Name another folder for the made-up district.")
        raise UserError([Fault(str(folder), problem, mend)])


def _build(options: argparse.Namespace, catalogue: Catalogue) -> None:
    if options.list:
        _print_list(options.format, catalogue)
        return
    sources = _sources(options)
    report = build_district(
        options.folder, sources, progress=_heard(catalogue, 0.0, 1.0), language=options.lang
    )
    _print_report(report, options.format, catalogue)


def _sources(options: argparse.Namespace) -> Sources:
    """Return what the options name.

    Raises:
        UserError: with every option that cannot be meant.

    """
    faults: list[Fault] = []
    if options.folder is None:
        faults.append(_slip("FOLDER", "", say("No folder is named for the district.")))
    if not options.roads:
        faults.append(_slip("--roads", "", say("No file of roads is named.")))
    datums = _pairs("--datum", options.datum, faults)
    layers = _pairs("--layer", options.layer, faults)
    for key, path in (("subdistrict", options.subdistricts), ("community", options.communities)):
        if path and key in layers:
            faults.append(_slip("--layer", key, say("The layer {key} is named twice.", key=key)))
        elif path:
            layers[key] = path
    backdrop = _pairs("--backdrop", options.backdrop, faults)
    faults += [
        _slip("--datum", key, say("A datum is given for {key}, which has no file.", key=key))
        for key in datums
        if key not in {"roads", *layers, *backdrop}
    ]
    as_of = _date(options.as_of, faults)
    if faults:
        raise UserError(faults)
    return Sources(
        roads=_source("roads", options.roads, datums),
        roads_schema=options.roads_schema,
        layers={key: _source(key, text, datums) for key, text in layers.items()},
        backdrop={key: _source(key, text, datums) for key, text in backdrop.items()},
        name_zh=options.name,
        name_en=options.name_en,
        as_of=as_of,
    )


def _source(key: str, text: str, datums: dict[str, str]) -> Source:
    path, layer = split_layer(text)
    return Source(path, layer, datums.get(key, "wgs84"))


def _pairs(option: str, texts: Sequence[str], faults: list[Fault]) -> dict[str, str]:
    """Return KEY=VALUE texts as a mapping, with a fault for each that is none or stands twice."""
    found: dict[str, str] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not (key and sign and value):
            faults.append(_slip(option, text, say("This is not KEY=VALUE.")))
        elif key in found:
            faults.append(_slip(option, text, say("The layer {key} is named twice.", key=key)))
        else:
            found[key] = value
    return found


def _date(text: str, faults: list[Fault]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults.append(_slip("--as-of", text, say("This is no date like 2026-09-16.")))
        return None


def _slip(option: str, value: str, problem: Sentence) -> Fault:
    return Fault(option, problem, say("See python cli.py build --help."), value=value)


def _brief(options: argparse.Namespace, catalogue: Catalogue) -> None:
    onemap = load_onemap(options.folder)
    asked = Asked(
        at=options.at,
        kind=options.kind,
        hour=options.hour,
        time=options.time,
        closures=tuple(options.close),
        closed_roads=tuple(options.close_road),
    )
    incident = incident_of(onemap, asked, datetime.now(tz=UTC).astimezone())
    brief = situation_brief(onemap, incident)
    if options.format == "json":
        _print_json(brief_document(onemap, brief, catalogue))
    else:
        for line in brief_lines(onemap, brief, catalogue):
            print(plain_line(line))


class _Teller:
    """Tells progress on stderr, each sentence once."""

    def __init__(self, catalogue: Catalogue, start: float, end: float) -> None:
        self._catalogue, self._start, self._end = catalogue, start, end

    def __call__(self, said: Sentence, share: float) -> None:
        done = round(100 * (self._start + share * (self._end - self._start)))
        print(f"{done:>3} % {self._catalogue.word(said)}", file=sys.stderr, flush=True)


def _heard(catalogue: Catalogue, start: float, end: float) -> _Teller:
    """Return what tells the share done of one part of the whole work."""
    return _Teller(catalogue, start, end)


def _print_report(report: BuildReport, form: str, catalogue: Catalogue) -> None:
    if form == "json":
        _print_json(build_document(report, catalogue))
        return
    for line in build_lines(report, catalogue):
        print(line)


def _print_list(form: str, catalogue: Catalogue) -> None:
    """Print every layer with its columns, as the table of layers declares them."""
    if form == "json":
        _print_json(_layers_document())
        return
    for spec in CATALOG:
        title = spec.title_zh if catalogue.language == "zh" else spec.title_en
        print(f"{spec.key:<20} {title} ({spec.purpose}, {spec.geometry})")
        for column in spec.columns:
            told = column.title_zh if catalogue.language == "zh" else column.title_en
            needed = " *" if column.required else ""
            among = f" ({', '.join(column.choices)})" if column.choices else ""
            said = f"{told}{needed} {column.kind} {column.unit}".rstrip()
            print(f"    {column.key:<18} {said}{among}")
    words = (
        say("A column with * is required; a heading may be its Chinese or its English title."),
        say(
            "Points lie where the columns {lon} and {lat} say, or one column {pair} with "
            '"lon,lat" or degrees, minutes and seconds.',
            lon="经度", lat="纬度", pair="经纬度",
        ),
    )  # fmt: skip
    print("\n".join(catalogue.word(sentence) for sentence in words))
    print(f"backdrop: {', '.join(BACKDROP)}")


def _layers_document() -> dict[str, object]:
    return {
        "format": 1,
        "backdrop": list(BACKDROP),
        "layers": [
            {
                "key": spec.key,
                "title_zh": spec.title_zh,
                "title_en": spec.title_en,
                "purpose": spec.purpose,
                "geometry": spec.geometry,
                "children": [child.key for child in spec.children],
                "columns": [
                    {
                        "key": column.key,
                        "title_zh": column.title_zh,
                        "title_en": column.title_en,
                        "kind": column.kind,
                        "unit": column.unit,
                        "required": column.required,
                        "personal": column.personal,
                        "choices": list(column.choices),
                        "aliases": list(column.aliases),
                    }
                    for column in spec.columns
                ],
            }
            for spec in CATALOG
        ],
    }


def _print_json(document: dict[str, object]) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))


if __name__ == "__main__":
    sys.exit(main())
