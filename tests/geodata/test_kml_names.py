"""Chinese names of KML data columns survive GDAL, which writes an underscore for each byte."""

from pathlib import Path

import pytest

from geodata.kml_names import true_name, with_plain_names
from geodata.opening import open_vector

HEAD = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
POINT = "<Point><coordinates>113.1,22.9</coordinates></Point>"


def test_data_of_placemarks_keep_their_chinese_names(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    data = "<ExtendedData><Data name='室内外'><value>室外</value></Data>"
    data += '<Data name="area"><value>5</value></Data></ExtendedData>'
    text = f"{HEAD}<Placemark><name>甲</name>{data}{POINT}</Placemark></Document></kml>"
    path.write_text(text, encoding="utf-8")
    frame = open_vector(path)
    assert frame["室内外"].tolist() == ["室外"]
    assert frame["area"].tolist() == ["5"]
    assert "室内外" in open_vector(path, "a")


def test_a_schema_keeps_its_chinese_names(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    schema = '<Schema name="s" id="s"><SimpleField type="int" name="容量"></SimpleField></Schema>'
    data = '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="容量">7</SimpleData>'
    data += "</SchemaData></ExtendedData>"
    text = f"{HEAD}{schema}<Placemark><name>甲</name>{data}{POINT}</Placemark></Document></kml>"
    path.write_text(text, encoding="utf-8")
    assert open_vector(path)["容量"].astype(int).tolist() == [7]


@pytest.mark.parametrize("name", ["室内外", "名 称", "😀", "é"])
def test_names_come_back(name: str) -> None:
    plain = with_plain_names(f'<Data name="{name}">')
    assert plain.isascii()
    assert true_name(plain.split('"')[1]) == name


@pytest.mark.parametrize("name", ["kml", "kml_", "kml_ffffff", "area", "kml_zz", "k_5ba4"])
def test_other_names_stay(name: str) -> None:
    assert true_name(name) == name
    assert with_plain_names(f"<Data name='{name}'/>") == f"<Data name='{name}'/>"
