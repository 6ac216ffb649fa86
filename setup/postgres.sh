#!/usr/bin/env bash
# Finds the programs of PostgreSQL 15 or newer for the tests of the register on a server, or installs
# them where that is possible, and prints their folder. No service is needed and none is started.
# Prints nothing, and says on stderr what is missing, where it is not possible.
# Usage: setup/postgres.sh      POSTGRES (environment variable): the folder to take, and no other
set -euo pipefail
oldest=15

fits() {
    local folder=$1 version
    [ -x "$folder/initdb" ] || return 1
    # Executed, not looked up, like the browser: "postgres (PostgreSQL) 15.18 (Debian …)".
    version=$("$folder/postgres" --version 2>/dev/null) || return 1
    version=${version##*PostgreSQL) }
    version=${version%%[!0-9]*}
    [ -n "$version" ] && [ "$version" -ge "$oldest" ]
}

find_folder() {
    local folder
    while read -r folder; do
        if [ -n "$folder" ] && fits "$folder"; then echo "$folder"; return; fi
    done < <(
        if [ -n "${POSTGRES:-}" ]; then echo "$POSTGRES"; exit; fi
        dirname "$(readlink -f "$(command -v initdb || true)" 2>/dev/null)" 2>/dev/null || true
        ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin /usr/pgsql-*/bin 2>/dev/null | sort -rV
    )
    return 1
}

install_debian() {
    # Without this Debian would make a cluster of its own and start it with the machine.
    local drop_in=/etc/postgresql-common/createcluster.d/without-service.conf
    echo "Installing PostgreSQL for the tests of the register on a server …" >&2
    apt-get update -qq
    mkdir -p "${drop_in%/*}"
    echo "create_main_cluster = false" > "$drop_in"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql || true
    rm -f "$drop_in"
}

if find_folder; then exit; fi
if [ -n "${POSTGRES:-}" ]; then
    echo "$POSTGRES holds no PostgreSQL $oldest or newer (initdb, postgres): the tests on a server are skipped." >&2
    exit
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then install_debian >&2 || true; fi
find_folder || echo "No PostgreSQL $oldest or newer was found and none could be installed without root: the tests on a server are skipped. On Debian: apt install postgresql; or name its programs: make test POSTGRES=/path/to/bin" >&2
