"""Serving others on the local network: with a certificate and a login, or not at all."""

import ipaddress
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from cryptography import x509

ROOT = Path(__file__).parents[1]
HOST = "192.168.1.20"
AUTH = {
    "redirect_uri": f"https://{HOST}:8501/oauth2callback",
    "cookie_secret": "0" * 64,
    "client_id": "shouwang",
    "client_secret": "not-for-a-terminal",
    "server_metadata_url": "https://login.lan/.well-known/openid-configuration",
}

Done = subprocess.CompletedProcess[str]


def _run(*command: str | Path, **environment: str | Path) -> Done:
    told = {**os.environ, **{key: str(value) for key, value in environment.items()}}
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT, env=told, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _certify(folder: Path, *hosts: str) -> Done:
    return _run(ROOT / "setup/certificate.sh", folder, *hosts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a certificate for the laptop's address and name."""
    made = _certify(tmp_path / "certificate", HOST, "shouwang.lan")
    assert made.returncode == 0, made.stderr
    return tmp_path / "certificate"


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Return an environment whose interpreter is real for ``-c`` and else writes down its call."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} "$@"\necho "called: $*"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    return tmp_path / "venv"


def _secrets(folder: Path, auth: Mapping[str, str]) -> Path:
    path = folder / "secrets.toml"
    lines = "".join(f'{key} = "{value}"\n' for key, value in auth.items())
    path.write_text(f"[auth]\n{lines}", encoding="utf-8")
    return path


def _lan(venv: Path, host: str, certificate: Path, secrets: Path) -> Done:
    script = ROOT / "setup/lan.sh"
    return _run(script, venv, "d", host, "8501", CERTIFICATE=certificate, SECRETS=secrets)


def test_the_certificate_is_for_this_machine_and_no_authority(folder: Path) -> None:
    cert = x509.load_pem_x509_certificate((folder / "cert.pem").read_bytes())
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address(HOST)]
    assert names.get_values_for_type(x509.DNSName) == ["shouwang.lan"]
    assert not cert.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    left = cert.not_valid_after_utc - datetime.now(tz=UTC)
    assert timedelta(days=390) < left < timedelta(days=398), "phones refuse longer ones"


def test_the_authority_on_each_phone_vouches_for_private_addresses_only(folder: Path) -> None:
    authority = x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    allowed = limits.value.permitted_subtrees or []
    networks = [
        name.value
        for name in allowed
        if isinstance(name.value, ipaddress.IPv4Network | ipaddress.IPv6Network)
    ]
    assert networks
    assert all(network.is_private for network in networks)
    domains = {name.value for name in allowed if isinstance(name, x509.DNSName)}
    assert domains == {"lan", "local", "localhost", "home.arpa"}


def test_keys_are_their_owners_alone(folder: Path) -> None:
    for name in ("key.pem", "authority.key"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    assert not list(folder.glob(".making*")), "nothing half-made is left"


def test_a_second_certificate_keeps_the_authority_that_phones_know(folder: Path) -> None:
    before = (folder / "authority.pem").read_bytes()
    served = (folder / "cert.pem").read_bytes()
    assert _certify(folder, "10.1.2.3").returncode == 0
    assert (folder / "authority.pem").read_bytes() == before
    assert (folder / "cert.pem").read_bytes() != served


@pytest.mark.parametrize("host", ["8.8.8.8", "bank.example.com", "a,DNS:evil.lan", "", "-x", "a b"])
def test_no_certificate_for_the_world_nor_for_what_is_no_host(tmp_path: Path, host: str) -> None:
    made = _certify(tmp_path / "c", host)
    assert made.returncode == 2
    assert made.stderr.strip()
    assert not (tmp_path / "c" / "cert.pem").exists()


def test_a_client_that_knows_the_authority_connects(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    made = _certify(folder, "127.0.0.1")
    assert made.returncode == 0, made.stderr

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    client = ssl.create_default_context(cafile=str(folder / "authority.pem"))
    address = f"https://127.0.0.1:{server.server_port}"
    with urlopen(address, context=client, timeout=20) as answer:
        assert answer.status == 204
    thread.join()
    server.server_close()


def test_with_certificate_and_login_it_is_served_on_that_address_alone(
    venv: Path, folder: Path, tmp_path: Path
) -> None:
    done = _lan(venv, HOST, folder, _secrets(tmp_path, AUTH))
    assert done.returncode == 0, done.stderr
    called = next(line for line in done.stdout.splitlines() if line.startswith("called:"))
    for option in (
        f"--server.address {HOST}",
        f"--server.allowedHosts {HOST}",
        f"--server.sslCertFile {folder}/cert.pem",
        f"--server.sslKeyFile {folder}/key.pem",
    ):
        assert option in called
    assert AUTH["client_secret"] not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("", "Name this machine's address"),
        ("0.0.0.0", "not all of them"),  # noqa: S104 - it is refused
        ("::", "not all of them"),
        ("192.168.1.21", "for another address"),
        ("other.lan", "for another address"),
    ],
)
def test_no_address_all_addresses_or_anothers_are_refused(
    venv: Path, folder: Path, tmp_path: Path, host: str, said: str
) -> None:
    done = _lan(venv, host, folder, _secrets(tmp_path, AUTH))
    assert (done.returncode, "called:" in done.stdout) == (2, False)
    assert said in done.stderr


def test_without_a_certificate_nothing_is_served(venv: Path, tmp_path: Path) -> None:
    done = _lan(venv, HOST, tmp_path / "none", _secrets(tmp_path, AUTH))
    assert (done.returncode, "called:" in done.stdout) == (2, False)
    assert f"make certificate HOST={HOST}" in done.stderr


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        (None, "There is no login"),
        ({}, "The login lacks: redirect_uri, cookie_secret"),
        ({**AUTH, "client_secret": ""}, "The login lacks: client_secret"),
        ({**AUTH, "redirect_uri": f"http://{HOST}:8501/oauth2callback"}, "must lead back to https"),
        ({**AUTH, "redirect_uri": "https://evil.lan:8501/oauth2callback"}, "must lead back to"),
        ({**AUTH, "cookie_secret": "short"}, "cookie_secret is too short"),
    ],
)
def test_without_a_whole_login_nothing_is_served(
    venv: Path, folder: Path, tmp_path: Path, auth: Mapping[str, str] | None, said: str
) -> None:
    secrets = tmp_path / "none.toml" if auth is None else _secrets(tmp_path, auth)
    done = _lan(venv, HOST, folder, secrets)
    assert (done.returncode, "called:" in done.stdout) == (2, False)
    assert said in done.stderr


def test_secrets_and_certificates_are_never_kept_in_the_repository() -> None:
    for path in (".streamlit/secrets.toml", "certificate/key.pem", "certificate/authority.key"):
        assert _run("git", "check-ignore", path).returncode == 0, path
