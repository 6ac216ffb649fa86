"""Page 登记 in a real browser: a dirty workbook from upload to the register, and the phone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
import xlsxwriter
from playwright.sync_api import Browser, Page, expect

from benchmarks.live import Server, serve
from desks.register.opening import open_register
from geodata.datum import wgs84_to_gcj02
from geodata.store import Feature

from .acts import PATIENCE_MS, settled

HEADS = ("编号", "名称", "街道", "室内外", "容量", "经度", "纬度")


@pytest.fixture(scope="module")
def folder(sample_district: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the sample district that may be written to."""
    return Path(shutil.copytree(sample_district, tmp_path_factory.mktemp("register") / "district"))


@pytest.fixture(scope="module")
def own_server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(folder, tmp_path_factory.mktemp("server") / "log.txt") as server:
        yield server


def shelters(folder: Path) -> tuple[Feature, ...]:
    with open_register(folder) as store:
        return store.read("shelter")


def dirty_workbook(folder: Path, path: Path) -> str:
    """Write the shelters as GCJ-02 under WGS 84, with defects; return the id of the changed one."""
    found = shelters(folder)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("场所")
        sheet.write_row(0, 0, HEADS)
        for number, feature in enumerate(found, start=1):
            point = shapely.get_coordinates(feature.shape)[0]
            lon, lat = (round(float(part), 6) for part in wgs84_to_gcj02(*point))
            props = feature.props
            room: object = "１，２３４人" if number == 3 else props.get("capacity_people")
            kind = "" if number == 5 else props["space"]
            row = (feature.id, props["name"], props.get("subdistrict"), kind, room, lon, lat)
            sheet.write_row(number, 0, row)
        sheet.write_row(len(found) + 1, 0, ("合计", "", "", "", 99999, "", ""))
    return found[2].id


@pytest.fixture
def page(browser: Browser, own_server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{own_server.address}/register?lang=zh&tab=import")
    expect(page.locator(".steps")).to_be_visible(timeout=2 * PATIENCE_MS)
    settled(page)
    yield page
    context.close()


def test_a_dirty_workbook_goes_from_upload_to_the_register(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    """The datum is settled first, then rows are confirmed, then written, with a reason."""
    path = tmp_path / "避难场所.xlsx"
    changed = dirty_workbook(folder, path)
    before = {feature.id: feature for feature in shelters(folder)}
    page.set_input_files("input[type=file]", path)
    expect(page.locator(".datum.blocked")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(page.locator(".datum .verdict b")).to_have_text("GCJ-02")
    expect(page.locator(".sw-before").first).to_be_attached(timeout=PATIENCE_MS)
    write = page.locator(".st-key-reg_write button")
    expect(write).to_be_disabled()
    figures = [int(text) for text in page.locator(".tally b").all_inner_texts() if text.isdecimal()]
    assert figures[0] == len(before)
    page.locator('[data-act="datum"][data-value="convert"]').click()
    expect(page.locator(".datum.blocked")).to_have_count(0, timeout=2 * PATIENCE_MS)
    settled(page)
    adopt = page.locator('[data-act="adopt_all"]')
    if adopt.count():
        adopt.click()
        expect(adopt).to_have_count(0, timeout=PATIENCE_MS)
    why = page.get_by_placeholder("为何")
    why.fill("浏览器测试")
    why.press("Enter")
    expect(write).to_be_enabled(timeout=PATIENCE_MS)
    write.click()
    expect(page.locator(".said")).to_contain_text("已入库", timeout=2 * PATIENCE_MS)
    after = {feature.id: feature for feature in shelters(folder)}
    assert after.keys() == before.keys()
    assert after[changed].props["capacity_people"] == 1234
    moved = shapely.distance(after[changed].shape, before[changed].shape)
    assert moved < 1e-5  # converted back to where it stands, not left 600 m aside


def test_a_record_is_edited_and_its_story_told(page: Page, folder: Path) -> None:
    page.get_by_text("表格", exact=True).click()
    row = page.locator(".registry tbody tr").first
    row.click()
    page.locator('[data-act="edit"]').click()
    people = page.get_by_label("人数").first
    people.fill("41")
    people.press("Tab")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".said")).to_contain_text("已写入", timeout=PATIENCE_MS)
    page.locator('[data-act="history"]').click()
    expect(page.locator(".story")).to_contain_text("41", timeout=PATIENCE_MS)
    with open_register(folder) as store:
        assert store.read("team")[0].props["people"] == 41


def test_the_search_keeps_what_is_being_typed(page: Page) -> None:
    page.get_by_text("表格", exact=True).click()
    field = page.locator(".find")
    field.press_sequentially("危化", delay=200)
    expect(page.locator(".registry tbody tr")).not_to_have_count(12, timeout=PATIENCE_MS)
    expect(field).to_have_value("危化")
    expect(field).to_be_focused()


def test_the_tab_survives_a_reload(page: Page) -> None:
    page.get_by_text("物资台账", exact=True).click()
    expect(page.locator(".ledger-head")).to_be_visible(timeout=PATIENCE_MS)
    page.reload()
    expect(page.locator(".ledger-head")).to_be_visible(timeout=2 * PATIENCE_MS)


@pytest.fixture(scope="module", params=["zh", "en"])
def phone(browser: Browser, own_server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return the page in a hand, opened once for all of its tabs."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{own_server.address}/register?lang={request.param}&tab=history")
    expect(page.locator(".st-key-reg_page")).to_be_visible(timeout=2 * PATIENCE_MS)
    yield page
    context.close()


@pytest.mark.parametrize("number", range(7))
def test_no_tab_is_wider_than_a_phone(phone: Page, number: int) -> None:
    tabs = phone.locator(".st-key-reg_tab button")
    expect(tabs).to_have_count(7)
    tabs.nth(number).click()
    expect(tabs.nth(number)).to_have_attribute("aria-checked", "true", timeout=PATIENCE_MS)
    settled(phone)
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    said = phone.locator("body").inner_text()
    assert not [word for word in ("NaN", "Traceback", "undefined", "[object") if word in said]
