"""``cli.py sample`` and ``cli.py build``: a district folder from files."""

import argparse
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from desks.build import BACKDROP, Source, Sources, build_district
from desks.build_report import BuildReport, build_document, build_lines
from desks.folder import DISTRICT
from geodata.faults import Fault, UserError
from geodata.opening import split_layer
from language import Catalogue, Sentence, say
from layers import CATALOG
from sample import SIZES, write_sample

from .printing import heard, print_json


def sample_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``sample`` takes."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=SIZES, default="district")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=Path, help="keep the made-up user files in this folder")
    parser.set_defaults(run=_sample)


def build_options(parser: argparse.ArgumentParser) -> None:
    """Declare what ``build`` takes."""
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
            progress=heard(catalogue, 0.0, 0.5),
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
            progress=heard(catalogue, 0.5, 1.0),
            language=options.lang,
        )
        if files.grounds is not None:
            _keep(files.grounds, options.folder / files.grounds.name)
    _print_report(report, options.format, catalogue)


def _keep(file: Path, place: Path) -> None:
    """Leave the planner's list beside the district, for whoever asks for new places.

    Raises:
        UserError: where it cannot be written.

    """
    try:
        place.write_bytes(file.read_bytes())
    except OSError as error:
        problem = say("The folder cannot be written: {why}.", why=error.strerror or str(error))
        mend = say("Choose another folder, or free this one.")
        raise UserError([Fault(str(place), problem, mend)]) from error


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
        options.folder, sources, progress=heard(catalogue, 0.0, 1.0), language=options.lang
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


def _print_report(report: BuildReport, form: str, catalogue: Catalogue) -> None:
    if form == "json":
        print_json(build_document(report, catalogue))
        return
    for line in build_lines(report, catalogue):
        print(line)


def _print_list(form: str, catalogue: Catalogue) -> None:
    """Print every layer with its columns, as the table of layers declares them."""
    if form == "json":
        print_json(_layers_document())
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
