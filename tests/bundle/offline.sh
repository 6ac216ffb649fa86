#!/usr/bin/env bash
# Inside an empty network namespace: installs from the bundle, runs the app, asks it for its health.
# Usage: offline.sh CLONE BUNDLE PORT PYTHON
set -euo pipefail
clone=$1 bundle=$2 port=$3 python=$4
ip link set lo up
[ -z "$(ip route)" ] && echo "no route"
cd "$clone"
make run OFFLINE="$bundle" PORT="$port" &
"$python" - "$port" <<'PYTHON'
import sys
import time
import urllib.error
import urllib.request

port = sys.argv[1]
deadline = time.monotonic() + 600
while True:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
            assert answer.read() == b"ok"
        break
    except OSError:
        if time.monotonic() > deadline:
            sys.exit("the app did not become healthy in ten minutes")
        time.sleep(0.5)
with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
    assert "<html" in answer.read().decode().lower()
print("healthy")
PYTHON
kill %1
