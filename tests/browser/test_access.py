"""Login by a provider, masks in a real browser; no session learns what another may see."""

import json
import select
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.live import Server, serve
from benchmarks.ports import free_port
from desks.build import build_district
from desks.register.accounts import account_of, set_account
from desks.register.contacts import personal_of
from desks.register.opening import open_register
from geodata.store import Author
from sample import write_sample
from tests.desks.making import sources_of, with_layers, write_csv
from tests.ui.oidc_provider import CLIENT, Provider, provide

from .acts import PATIENCE_MS, settled

AT = "113.0073,23.0056"
SECRET_NAMES = ("守密里甲一户", "守密里乙二户")
CLOSED = "vulnerable_resident"
SECRET_PERSONS = ("秘密人一", "秘密人二", "暗香街9号", "暗香街10号", "13900000001", "13900000002")
PEOPLE = {"chief": ("administrator", False), "guest": ("viewer", False), "duty": ("viewer", True)}
CAP_BYTES = 20 * 1024 * 1024
TWO_GB = 2 * 1024**3
CHUNK = b"0" * 1024 * 1024


@dataclass(frozen=True)
class Guarded:
    """A served district with a login: its provider and every number that is on file."""

    server: Server
    folder: Path
    provider: Provider
    numbers: frozenset[str]


@dataclass
class Heard:
    """Everything that reached one viewer: answers and frames, as bytes."""

    parts: list[bytes] = field(default_factory=list)

    def listen(self, page: Page) -> "Heard":
        """Keep every answer and frame from now on."""
        page.on(
            "websocket",
            lambda socket: socket.on("framereceived", self._frame),
        )
        page.on("requestfinished", lambda request: self._answer(request.response()))
        return self

    def holds(self, secret: str) -> bool:
        """Return whether the text was sent, as it is or as JSON writes it."""
        plain, escaped = secret.encode(), json.dumps(secret)[1:-1].encode()
        return any(plain in part or escaped in part for part in self.parts)

    def _frame(self, frame: bytes | str) -> None:
        self.parts.append(frame if isinstance(frame, bytes) else frame.encode())

    def _answer(self, response: object) -> None:
        try:
            self.parts.append(response.body())  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001 - a redirect has no body, a left page none any more
            self.parts.append(b"")


def _district(folder: Path) -> Path:
    files = write_sample(folder / "files", size="town", seed=1)
    residents = write_csv(
        folder / "residents.csv",
        ["编号", "户名", "类型", "经度", "纬度", "姓名", "联系电话", "家庭住址"],
        [
            [f"V{n}", name, "独居老人", 113.0073 + n / 2000, 23.0056, person, phone, home]
            for n, (name, person, home, phone) in enumerate(
                zip(SECRET_NAMES, SECRET_PERSONS[:2], SECRET_PERSONS[2:4], SECRET_PERSONS[4:],
                    strict=True)
            )
        ],
    )  # fmt: skip
    build_district(folder / "district", with_layers(sources_of(files), {CLOSED: residents}))
    with open_register(folder / "district") as store:
        for name, (role, on_duty) in PEOPLE.items():
            made = account_of(f"{name}@example.test", name, role, "", (), on_duty=on_duty)
            set_account(store, Author("test", "test"), made)
    return folder / "district"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Return the app with a login and a list of vulnerable residents."""
    folder = tmp_path_factory.mktemp("guarded")
    district = _district(folder)
    with open_register(district) as store:
        keys = [("team", f"T{n}") for n in range(1, 9)]
        found = personal_of(store, keys)
    numbers = frozenset(columns["phone"] for columns in found.values() if columns.get("phone"))
    port = free_port()
    with provide() as provider:
        secrets = folder / "secrets.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
            f'cookie_secret = "{"x" * 64}"\nclient_id = "{CLIENT}"\n'
            f'client_secret = "{provider.secret}"\n'
            f'server_metadata_url = "{provider.address}/.well-known/openid-configuration"\n',
            encoding="utf-8",
        )
        options = ["--secrets.files", str(secrets)]
        with serve(district, folder / "log.txt", port=port, options=options) as server:
            yield Guarded(server, district, provider, numbers)


def _arrive(context: BrowserContext, guarded: Guarded, person: str, path: str = "/") -> Page:
    """Log in as the person and go to the page."""
    guarded.provider.person = {"email": f"{person}@example.test", "email_verified": True}
    page = context.new_page()
    page.goto(guarded.server.address)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".calm")).to_be_visible(timeout=2 * PATIENCE_MS)
    if path != "/":
        page.goto(guarded.server.address + path)
    return page


def test_a_stranger_sees_the_door_and_nothing_behind_it(
    context: BrowserContext, guarded: Guarded
) -> None:
    page = context.new_page()
    heard = Heard().listen(page)
    page.goto(f"{guarded.server.address}/?at={AT}")
    expect(page.get_by_role("button", name="登录")).to_be_visible(timeout=2 * PATIENCE_MS)
    settled(page)
    text = page.locator("body").inner_text()
    assert "请登录后查看一张图" in text
    assert not page.locator(".team, .sw-map-host, .brand").count()
    assert not heard.holds("云溪"), "not even what the district is called"
    assert not [secret for secret in (*SECRET_NAMES, *guarded.numbers) if heard.holds(secret)]


def test_one_comes_in_by_the_provider_and_leaves_again(
    context: BrowserContext, guarded: Guarded
) -> None:
    """Row S0-24: who logs in is who the provider says, with the role that is on file."""
    page = _arrive(context, guarded, "chief")
    expect(page.locator(".status")).to_contain_text("chief · 管理员")
    assert "/authorize" in guarded.provider.asked
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.goto(guarded.server.address)
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible(timeout=PATIENCE_MS)


def test_an_address_nobody_verified_is_not_let_in(
    context: BrowserContext, guarded: Guarded
) -> None:
    guarded.provider.person = {"email": "chief@example.test", "email_verified": False}
    page = context.new_page()
    page.goto(guarded.server.address)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".door")).to_contain_text("经核实的邮箱", timeout=PATIENCE_MS)
    assert not page.locator(".calm").count()


def test_a_cookie_of_ones_own_making_opens_nothing(
    context: BrowserContext, guarded: Guarded
) -> None:
    origin = guarded.server.address
    forged = json.dumps({"email": "chief@example.test", "is_logged_in": True, "origin": origin})
    context.add_cookies([{"name": "_streamlit_user", "value": forged, "url": origin}])
    page = context.new_page()
    page.goto(origin)
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    assert not page.locator(".calm").count()


def test_no_session_learns_what_another_may_see(browser: Browser, guarded: Guarded) -> None:
    """Rows S0-24, S1-33: two people at once, and nothing of one reaches the other."""
    heard, contexts = {}, []
    for person in ("chief", "guest"):
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        contexts.append(context)
        page = _arrive(context, guarded, person)
        heard[person] = Heard().listen(page)
        page.goto(f"{guarded.server.address}/?at={AT}")
        expect(page.locator(".team").first).to_be_visible(timeout=2 * PATIENCE_MS)
        if person == "chief":
            page.get_by_role("button", name="☎ 显示全部号码").click()
            expect(page.locator("a.tel").first).to_be_visible(timeout=PATIENCE_MS)
        else:
            assert not page.locator("button.tel, a.tel").count()
            assert page.locator("span.tel.masked").count()
        page.goto(f"{guarded.server.address}/lists?layer={CLOSED}")
        expect(page.locator(".counts")).to_be_visible(timeout=2 * PATIENCE_MS)
        settled(page)
        shown = page.locator(f".st-key-layer_{CLOSED}").count()
        assert bool(shown) == (person == "chief")
    secrets = (*SECRET_NAMES, *guarded.numbers)
    assert all(heard["chief"].holds(secret) for secret in secrets)
    leaked = [s for s in (*secrets, *SECRET_PERSONS, "特殊困难群众") if heard["guest"].holds(s)]
    assert not leaked
    homes = [secret for secret in SECRET_PERSONS if "街" in secret]
    assert not [home for home in homes if heard["chief"].holds(home)], "nobody asked for a home"
    for context in contexts:
        context.close()


def test_what_is_served_without_a_session_holds_no_secret(guarded: Guarded) -> None:
    """Everything under /app/static is everybody's: public shapes and libraries alone."""
    static = Path(__file__).parents[2] / "static"
    kinds = {path.parent.name for path in static.rglob("*") if path.is_file()}
    assert kinds
    for path in static.rglob("*.pmtiles"):
        data = path.read_bytes()
        for secret in (*SECRET_NAMES, *SECRET_PERSONS, *guarded.numbers):
            assert secret.encode() not in data, path.name
    connection = HTTPConnection(guarded.server.address.removeprefix("http://"), timeout=20)
    for asked in ("/app/static/../register.sqlite", "/app/static/%2e%2e/.streamlit/config.toml"):
        connection.request("GET", asked)
        answer = connection.getresponse()
        body = answer.read()
        assert b"SQLite format" not in body
        assert b"allowedHosts" not in body
    connection.close()


def test_a_press_on_a_masked_number_shows_it_and_is_in_the_chain(
    context: BrowserContext, guarded: Guarded
) -> None:
    page = _arrive(context, guarded, "duty", f"/?at={AT}")
    masked = page.locator(".team button.tel.masked").first
    expect(masked).to_have_text("☎ 555-••••", timeout=2 * PATIENCE_MS)
    record = (masked.get_attribute("data-of"), masked.get_attribute("data-unmask"))
    masked.click()
    shown = page.locator(".team a.tel").first
    expect(shown).to_be_visible(timeout=PATIENCE_MS)
    assert shown.inner_text().removeprefix("☎ ") in guarded.numbers
    with open_register(guarded.folder) as store:
        event = store.events(kinds=["unmask"])[-1]
    assert (event.who, event.layer, event.id) == ("duty@example.test", *record)
    assert page.locator("a.tel").count() == 1, "the one that was asked for"


def test_a_page_of_the_world_opens_no_session_here(guarded: Guarded) -> None:
    """Its name turned to this machine (DNS rebinding) is refused by the host it asks for."""
    place = guarded.server.address.removeprefix("http://")
    told = {}
    for host in (place, "evil.example"):
        connection = HTTPConnection(place, timeout=20)
        connection.request(
            "GET",
            "/_stcore/stream",
            headers={
                "Host": host,
                "Origin": f"http://{host}",
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            },
        )
        told[host] = connection.getresponse().status
        connection.close()
    assert told == {place: 101, "evil.example": 403}


def test_two_gigabytes_are_refused_while_they_come_in(
    context: BrowserContext, guarded: Guarded, tmp_path: Path
) -> None:
    """The cap is the server's: a sender who lies about the size is cut off soon after it."""
    small = tmp_path / "small.csv"
    small.write_text("编号,名称\n1,甲\n", encoding="utf-8")
    page = _arrive(context, guarded, "chief", "/register?tab=import")
    field_ = page.locator("input[type=file]").first
    field_.wait_for(state="attached", timeout=2 * PATIENCE_MS)
    with page.expect_request(lambda request: request.method == "PUT") as sent:
        field_.set_input_files(small)
    request = sent.value
    path = "/" + request.url.split("/", 3)[3]
    headers = {
        key: value
        for key, value in request.all_headers().items()
        if key in {"cookie", "x-xsrftoken"}
    }
    before_mb = guarded.server.memory_mb()
    place = guarded.server.address.removeprefix("http://")
    assert _honest(place, path, headers) == 413
    gone, status = _lying(place, path, headers)
    assert status == 413
    assert gone <= 10 * CAP_BYTES
    assert guarded.server.memory_mb() - before_mb < 200
    expect(page.locator(".brand")).to_be_visible()


def _honest(place: str, path: str, headers: dict[str, str]) -> int:
    """Return the status of an upload that says how long it is."""
    connection = HTTPConnection(place, timeout=60)
    connection.request("PUT", path, headers={**headers, "Content-Length": str(TWO_GB)})
    status = connection.getresponse().status
    connection.close()
    return status


def _lying(place: str, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """Return how many bytes an upload without a length sent before it was answered, and how."""
    connection = HTTPConnection(place, timeout=60)
    connection.putrequest("PUT", path)
    multipart = {"Content-Type": "multipart/form-data; boundary=b", "Transfer-Encoding": "chunked"}
    for key, value in {**headers, **multipart}.items():
        connection.putheader(key, value)
    connection.endheaders()
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n'
    connection.send(b"%x\r\n%s\r\n" % (len(head), head))
    gone = 0
    while gone < TWO_GB and not select.select([connection.sock], [], [], 0)[0]:
        connection.send(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))
        gone += len(CHUNK)
    status = connection.getresponse().status
    connection.close()
    return gone, status
