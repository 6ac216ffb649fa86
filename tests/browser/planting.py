"""Tokens put where a browser keeps things, packed as it packs them: a search must find each."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pyarrow as pa
from playwright.sync_api import Page

WORN = {
    "Cache/Cache_Data": "", "History": "", "Sessions": "", "Local Storage": "local",
    "IndexedDB": "indexed", "CacheStorage": "cached",
}  # fmt: skip
"""A part of the profile: the name under which the page below stores there, "" what it loads."""

_STORE = """
async told => {
  localStorage.setItem('k', told.local);
  const db = await new Promise(done => {
    const asked = indexedDB.open('d', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('s');
    asked.onsuccess = () => done(asked.result);
  });
  await new Promise(done => {
    const act = db.transaction('s', 'readwrite');
    act.objectStore('s').put('x'.repeat(9000) + told.indexed, 'k');
    act.oncomplete = done;
  });
  const packed = new Blob([told.cached]).stream().pipeThrough(new CompressionStream('gzip'));
  await (await caches.open('c')).put('/cached', new Response(packed));
}
"""


def plant(page: Page) -> dict[str, str]:
    """Return the token that was planted in each part of the profile of this page's browser."""
    tokens = {place: secrets.token_hex(16) for place in WORN}
    body, address = tokens["Cache/Cache_Data"], f"{tokens['History']}/{tokens['Sessions']}"
    with _serving(f"<title>x</title><p>{body}</p>") as host:
        page.goto(f"{host}/{address}")
        page.evaluate(_STORE, {name: tokens[place] for place, name in WORN.items() if name})
    return tokens


@contextmanager
def _serving(text: str) -> Iterator[str]:
    """Yield the address of a host whose only answer is packed by brotli and may be kept."""
    packed = bytes(pa.compress(text.encode(), codec="brotli", asbytes=True))

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in (
                ("Content-Type", "text/html"), ("Content-Encoding", "br"),
                ("Cache-Control", "max-age=9999"), ("Content-Length", str(len(packed))),
            ):  # fmt: skip
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as host:
        Thread(target=host.serve_forever, daemon=True).start()
        yield f"http://localhost:{host.server_port}"
        host.shutdown()
