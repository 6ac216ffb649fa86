#!/usr/bin/env bash
# Finds the MQTT broker mosquitto for the tests of early warning, or installs it where that is
# possible, and prints its path. No service is started. Prints nothing, and says on stderr what is
# missing, where it is not possible.
# Usage: setup/mosquitto.sh      MOSQUITTO (environment variable): the program to take
set -euo pipefail

find_program() {
    local program
    for program in "${MOSQUITTO:-}" "$(command -v mosquitto || true)" /usr/sbin/mosquitto /opt/homebrew/sbin/mosquitto; do
        if [ -n "$program" ] && [ -x "$program" ]; then echo "$program"; return; fi
    done
    return 1
}

install_debian() {
    # Without this Debian would start it as a service, open to everyone on the machine.
    local policy=/usr/sbin/policy-rc.d made=
    echo "Installing mosquitto for the tests of early warning …" >&2
    apt-get update -qq
    if [ ! -e "$policy" ]; then printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; made=1; fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mosquitto || true
    [ -z "$made" ] || rm -f "$policy"
}

if find_program; then exit; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then install_debian >&2 || true; fi
find_program || echo "No mosquitto was found and none could be installed without root: the tests of the MQTT broker are skipped. On Debian: apt install mosquitto" >&2
