"""The files as files: roles, bytes, wholeness, refusals, and a build without a single defect."""

import hashlib
import json
import tomllib
import zipfile
from pathlib import Path

import pytest

from desks.build import Source, Sources, build_district
from geodata.faults import UserError
from language import Sentence
from layers import CATALOG
from sample import SIZES, SampleFiles, write_sample
from sample.files import _whole

WRITTEN_ELSEWHERE = {"subdistrict", "community"}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def sources(files: SampleFiles) -> Sources:
    layers = {
        "subdistrict": files.subdistricts,
        "community": files.communities,
        **files.layers,
    }
    return Sources(
        roads=Source(files.roads),
        layers={key: Source(path) for key, path in layers.items()},
        backdrop={key: Source(path) for key, path in files.backdrop.items()},
        name_zh=files.name_zh,
        name_en=files.name_en,
        as_of=files.as_of,
        sample=True,
    )


def test_same_seed_gives_the_same_bytes(district: SampleFiles, sample_files: Path) -> None:
    """Written here and, by the terminal, in another process, whose sets have another order."""
    assert digests(sample_files) == digests(district.folder)


def test_the_town_has_the_same_bytes_with_any_seed(town_files: SampleFiles, tmp_path: Path) -> None:
    other = write_sample(tmp_path / "town", size="town", seed=99)
    assert digests(other.folder) == digests(town_files.folder)


def test_every_layer_of_the_catalogue_has_a_file(district: SampleFiles) -> None:
    assert set(district.layers) == {spec.key for spec in CATALOG} - WRITTEN_ELSEWHERE
    assert set(district.backdrop) == {"water", "green", "industry"}
    named = {
        district.about,
        district.roads,
        district.subdistricts,
        district.communities,
        *district.layers.values(),
        *district.backdrop.values(),
        district.grounds,
    }
    assert named == set(district.folder.iterdir())


def test_about_says_that_it_is_a_sample(district: SampleFiles, town_files: SampleFiles) -> None:
    about = tomllib.loads(district.about.read_text(encoding="utf-8"))
    assert about == {
        "name_zh": "云溪区",
        "name_en": "Yunxi District",
        "sample": True,
        "as_of": "2026-09-16",
    }
    assert tomllib.loads(town_files.about.read_text(encoding="utf-8"))["sample"] is True
    assert district.as_of.isoformat() == "2026-09-16"


def test_the_district_builds_without_a_notice_or_a_refused_row(sample_district: Path) -> None:
    report = json.loads((sample_district / "build_report.json").read_text(encoding="utf-8"))
    for held in report["files"]:
        assert held["rows_kept"] == held["rows_read"] > 0, held["file"]
        assert held["notices"] == []
        assert held["refused"] == []
    assert report["crs"] == "EPSG:4547"
    assert report["cautions"] == []


def test_the_town_builds_without_a_notice_or_a_refused_row(
    town_files: SampleFiles, tmp_path: Path
) -> None:
    build_district(tmp_path / "town", sources(town_files))
    report = json.loads((tmp_path / "town" / "build_report.json").read_text(encoding="utf-8"))
    assert all(not held["notices"] and not held["refused"] for held in report["files"])
    assert report["crs"] == "EPSG:4547"


def test_progress_rises_to_one_in_sentences(tmp_path: Path) -> None:
    heard: list[tuple[Sentence, float]] = []
    write_sample(
        tmp_path, size="town", seed=0, progress=lambda said, share: heard.append((said, share))
    )
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(isinstance(said, Sentence) for said, _ in heard)


def test_writing_twice_into_one_folder_works_and_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    first = write_sample(tmp_path, size="town", seed=1)
    before = digests(first.folder)
    write_sample(tmp_path, size="town", seed=1)
    assert digests(tmp_path) == before
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert not list(tmp_path.glob("writing-*"))


def test_a_file_that_fails_half_way_leaves_the_old_one_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "roads.gpkg"
    path.write_text("old", encoding="utf-8")

    def fail(working: Path) -> None:
        working.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        _whole(path, fail)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_size_and_seed_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        write_sample(tmp_path, size="village", seed=-1)  # type: ignore[arg-type]
    said = [str(fault) for fault in caught.value.faults]
    assert len(said) == 2
    assert "village" in said[0]
    assert all(size in said[0] for size in SIZES)
    assert "-1" in said[1]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        write_sample(taken, size="town", seed=1)


def test_a_folder_below_a_file_is_said(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        write_sample(taken / "below", size="town", seed=1)


def test_workbooks_hold_no_formula_and_no_clock(district: SampleFiles) -> None:
    for path in district.folder.glob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            assert "2026-09-16T00:00:00Z" in book.read("docProps/core.xml").decode()
            for name in book.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    assert b"<f>" not in book.read(name)
