#!/usr/bin/env bash
# Makes the made-up district 云溪区 where there is none yet, or one of an older format.
# Usage: setup/district.sh VENV FOLDER
set -euo pipefail
venv=$1 folder=$2
format=$(sed -n 's/^FORMAT[^=]*= *//p' desks/folder.py | head -n 1)
if [ -e "$folder/district.toml" ]; then
    grep -q "^format *= *$format\$" "$folder/district.toml" && exit 0
    if ! grep -q '^sample *= *true' "$folder/district.toml"; then
        echo "$folder is your own district in an older format: build it again from your files with 'python cli.py build'." >&2
        exit 2
    fi
fi
echo "Making the sample district in $folder …"
"$venv/bin/python" cli.py sample "$folder" --size district --seed 1
