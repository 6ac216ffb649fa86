#!/usr/bin/env bash
# Makes the environment and brings it to the state of the lock files; returns at once when it is there.
# Usage: setup/environment.sh VENV OFFLINE LOCK [PACKAGE_OF_requirements-carried.lock ...]
#   OFFLINE  a folder written by `make bundle`, or "" to ask the package index
#   PYTHON   (environment variable) the interpreter to use; else the first fitting one found
set -euo pipefail
venv=$1 offline=$2 lock=$3
shift 3

fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        # Executed, not looked up: a name on the PATH may be a shim without an interpreter behind it.
        if "$candidate" -c "$fits" 2>/dev/null; then echo "$candidate"; return; fi
    done
    echo "No Python 3.11, 3.12 or 3.13 was found. On Debian or Ubuntu: apt install python3 python3-venv." \
         "Another interpreter is named with: make run PYTHON=/path/to/python3.12" >&2
    return 2
}

make_environment() {
    local python
    python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "$python has no venv module. On Debian or Ubuntu: apt install python3-venv" >&2
        return 2
    fi
    echo "Making the environment $venv with $("$python" --version) …"
    "$python" -m venv --clear "$venv"
}

# An environment whose interpreter is gone (an upgraded system) is made anew.
"$venv/bin/python" -c "$fits" 2>/dev/null || make_environment

key=$(cat "$lock" requirements-carried.lock | cksum | cut -d' ' -f1)
stamp=$venv/.installed-$(basename "$lock" .lock)-$key
[ -e "$stamp" ] && exit 0

source_of_wheels=()
if [ -n "$offline" ]; then
    [ -d "$offline/wheels" ] || { echo "$offline holds no wheels/: it is not a folder written by 'make bundle'." >&2; exit 2; }
    made_for=$(cat "$offline/python-version")
    here=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$made_for" != "$here" ]; then
        echo "The bundle was made for Python $made_for, $venv has $here: make the bundle with 'make bundle PYTHON=python$here', or run with PYTHON=python$made_for VENV=.venv-$made_for." >&2
        exit 2
    fi
    source_of_wheels=(--no-index --find-links "$offline/wheels")
fi

echo "Installing what $lock lists into $venv (some minutes, about 1 GB) …"
# The locks are complete, so nothing is resolved here: what is installed is what is listed.
install=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes)
"${install[@]}" ${source_of_wheels[@]+"${source_of_wheels[@]}"} -r "$lock"
for package in "$@"; do
    awk -v start="$package==" '/==/ { on = index($0, start) == 1 } on' requirements-carried.lock > "$venv/.carried.lock"
    "${install[@]}" ${source_of_wheels[@]+"${source_of_wheels[@]}"} -r "$venv/.carried.lock"
done
touch "$stamp"
