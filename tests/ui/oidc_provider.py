"""A tiny OpenID provider on this host: everyone who knocks is whom the test says they are."""

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT = "shouwang"
KEY_ID = "key-1"
Claims = Mapping[str, object]


@dataclass
class Provider:
    """The provider's address, its client's secret, and the claims of who logs in next."""

    address: str
    secret: str
    key: rsa.RSAPrivateKey
    person: Claims = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def discovery(self) -> dict[str, object]:
        """Return what the client reads first."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def jwks(self) -> dict[str, object]:
        """Return the public key."""
        numbers = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID}
        return {"keys": [{**key, "n": _number(numbers.n), "e": _number(numbers.e)}]}

    def code_for(self, query: Mapping[str, str]) -> str:
        """Return a code for one exchange, for the client and address that asked."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = dict(query)
        return code

    def token(self, form: Mapping[str, str], client: tuple[str, str]) -> dict[str, object] | None:
        """Return the tokens of a code, once, to the client that knows its secret; else nothing."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or client != (CLIENT, self.secret):
            return None
        if form.get("redirect_uri") != asked["redirect_uri"] or not _proved(asked, form):
            return None
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300,
            "nonce": asked.get("nonce", ""), **self.person,
        }  # fmt: skip
        signed = self.signed(claims)
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def signed(self, claims: Claims) -> str:
        """Return the claims as a signed token (RFC 7519, RS256)."""
        head = {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}
        said = ".".join(_plain(json.dumps(part).encode()) for part in (head, claims))
        proof = self.key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{said}.{_plain(proof)}"


@contextlib.contextmanager
def provide() -> Iterator[Provider]:
    """Run a provider on a free port of this host until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    provider = Provider(f"http://127.0.0.1:{server.server_port}", secrets.token_urlsafe(24), key)
    server.RequestHandlerClass = _handler(provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            provider.asked.append(asked.path)
            if asked.path == "/.well-known/openid-configuration":
                self._answer(provider.discovery())
            elif asked.path == "/jwks":
                self._answer(provider.jwks())
            elif asked.path == "/authorize":
                query = {key: values[0] for key, values in parse_qs(asked.query).items()}
                back = {"code": provider.code_for(query), "state": query["state"]}
                self.send_response(302)
                self.send_header("Location", f"{query['redirect_uri']}?{urlencode(back)}")
                self.end_headers()
            else:
                self._answer({}, 404)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            fields = parse_qs(self.rfile.read(length).decode())
            form = {key: values[0] for key, values in fields.items()}
            made = provider.token(form, _client(self.headers.get("Authorization", ""), form))
            self._answer(made or {"error": "invalid_grant"}, 200 if made else 400)

        def _answer(self, body: Mapping[str, object], status: int = 200) -> None:
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_said: Any) -> None:  # noqa: ANN401 - the base class's own type
            """Keep the test's output quiet."""

    return Handler


def _client(header: str, form: Mapping[str, str]) -> tuple[str, str]:
    """Return id and secret of the client, from its header or its form."""
    if header.startswith("Basic "):
        name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
        return name, secret
    return form.get("client_id", ""), form.get("client_secret", "")


def _proved(asked: Mapping[str, str], form: Mapping[str, str]) -> bool:
    """Return whether the verifier fits the challenge, where one was sent (RFC 7636)."""
    if "code_challenge" not in asked:
        return True
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return _plain(digest) == asked["code_challenge"]


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _plain(value.to_bytes((value.bit_length() + 7) // 8, "big"))
