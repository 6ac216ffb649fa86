#!/usr/bin/env bash
# Writes the lock files anew: every dependency of every dependency, with hashes, for Python 3.11-3.13.
# Usage: setup/lock.sh   (needs uv: `pip install uv` into any environment on the PATH)
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "uv is missing: install it with 'pip install uv', then run make lock again." >&2; exit 2; }
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header "$@"
}
compile requirements.txt -o requirements.lock
compile requirements-test.txt -o requirements-test.lock
compile requirements-bench.txt -o requirements-bench.lock
# These bring files, not code we call: their dependencies stay out.
compile --no-deps requirements-carried.txt -o requirements-carried.lock
