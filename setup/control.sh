#!/usr/bin/env bash
# Runs exercise control's own door: a process, a port, a folder, settings and temporary files that it
# shares with nobody; the players' .streamlit and static are not read.
# Usage: setup/control.sh VENV CONTROL DISTRICT PORT
set -euo pipefail
umask 077
venv=$1 control=$2 district=$3 port=$4
root=$PWD

if [ ! -e "$control/control.toml" ]; then
    echo "Making exercise control's folder $control …"
    "$venv/bin/python" cli.py drill new "$control" --district "$district"
fi
if ! "$venv/bin/python" -c '
import sys, tomllib
from pathlib import Path
with open(Path(sys.argv[1]) / "control.toml", "rb") as stream:
    sys.exit(Path(tomllib.load(stream)["district"]) != Path(sys.argv[2]).resolve())
' "$control" "$district"; then
    echo "$control exercises another district than $district: name it with DISTRICT, or another folder with CONTROL." >&2
    exit 2
fi

# Every user of this machine can reach the port: the page opens to whoever knows its whole address,
# which stands in no argument.
[ -s "$control/door" ] || "$venv/bin/python" -c 'import secrets; print(secrets.token_hex(16))' > "$control/door"
door=$(cat "$control/door")

mkdir -p "$control/.streamlit" "$control/static" "$control/tmp"
# The look and the safe settings of the program; port and files are control's own, and it serves none.
sed -e "s/^port = .*/port = $port/" -e 's/^enableStaticServing = .*/enableStaticServing = false/' \
    -e '/^port = /a\
baseUrlPath = "'"$door"'"' .streamlit/config.toml > "$control/.streamlit/config.toml"
# Streamlit looks for settings and files beside the script it runs: the door goes where they are.
cp control.py "$control/control.py"

case $venv in /*) ;; *) venv=$root/$venv ;; esac
echo "演练 导调 is on http://127.0.0.1:$port/$door (stop with Ctrl-C)"
cd "$control"
SHOUWANG_CONTROL=$PWD SHOUWANG_PLAYERS=${SHOUWANG_PLAYERS:-http://127.0.0.1:8501} PYTHONPATH=$root TMPDIR=$PWD/tmp \
    exec "$venv/bin/python" -m streamlit run control.py --server.address 127.0.0.1 --server.port "$port" --server.headless true
