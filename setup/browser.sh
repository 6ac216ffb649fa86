#!/usr/bin/env bash
# Finds a Chromium for the browser tests, or installs one where that is possible, and prints its path.
# Prints nothing, and says on stderr what is missing, where it is not possible.
# Usage: setup/browser.sh VENV
set -euo pipefail
venv=$1

find_browser() {
    local candidate
    for candidate in ${CHROMIUM:-chromium chromium-browser google-chrome} "$venv"/browser/chromium-*/chrome-linux*/chrome; do
        # Executed, not looked up: Ubuntu's chromium-browser may be a stub that only asks for a snap.
        if "$candidate" --version >/dev/null 2>&1; then command -v "$candidate"; return; fi
    done
    return 1
}

has_chinese_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]; }

missing=()
find_browser >/dev/null || missing+=(chromium)
has_chinese_font || missing+=(fontconfig fonts-noto-cjk)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} for the browser tests …" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >&2 || true
fi
if ! find_browser >/dev/null; then
    echo "Fetching Playwright's own Chromium into $venv/browser …" >&2
    PLAYWRIGHT_BROWSERS_PATH=$venv/browser timeout 300 "$venv/bin/python" -m playwright install chromium >&2 || true
fi
has_chinese_font || echo "No Chinese font is installed, screenshots will show squares: apt install fonts-noto-cjk" >&2
find_browser || echo "No Chromium was found and none could be installed without root: the browser tests are skipped. On Debian: apt install chromium fonts-noto-cjk; or name one: make test CHROMIUM=/path/to/chrome" >&2
