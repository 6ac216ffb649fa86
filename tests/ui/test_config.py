"""The safe defaults, as Streamlit reads them from the file that is shipped."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = """
import json, sys
from streamlit import config
names = json.loads(sys.argv[1])
config.get_config_options(force_reparse=True)
print(json.dumps({name: config.get_option(name) for name in names}))
"""
SAFE = {
    "server.address": "127.0.0.1",
    "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "lax",
    "server.corsAllowedOrigins": [],
    "server.enableAgentApi": False,
    "server.maxUploadSize": 20,
    "server.maxMessageSize": 50,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.sslCertFile": None,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "global.minCachedMessageSize": 1e9,
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
}


@pytest.fixture(scope="module")
def read() -> Mapping[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", ASKED, json.dumps([*SAFE, "server.trustedUserHeaders"])],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
    )  # fmt: skip
    found: Mapping[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("option", SAFE)
def test_every_default_is_the_safe_one(read: Mapping[str, object], option: str) -> None:
    assert read[option] == SAFE[option]


def test_nobody_is_believed_by_a_header(read: Mapping[str, object]) -> None:
    """Without a proxy in front, any page could send a header that says who it is."""
    assert not read["server.trustedUserHeaders"]


def test_no_secret_is_shipped() -> None:
    kept = subprocess.run(
        ["git", "ls-files", ".streamlit"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert kept.stdout.split() == [".streamlit/config.toml"]
    ignored = subprocess.run(
        ["git", "check-ignore", ".streamlit/secrets.toml"], cwd=ROOT, check=False,
        capture_output=True,
    )  # fmt: skip
    assert ignored.returncode == 0, "a client secret must not end in the repository"
