#!/usr/bin/env bash
# Writes one folder from which `make run OFFLINE=FOLDER` installs and runs without any network.
# Usage: setup/bundle.sh VENV FOLDER
set -euo pipefail
venv=$1 folder=$2
python=$venv/bin/python
rm -rf "$folder.part"
mkdir -p "$folder.part/wheels" "$folder.part/fonts"

echo "Fetching the wheels …"
fetch=("$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all:)
"${fetch[@]}" -r requirements.lock -d "$folder.part/wheels"
awk '/==/ { on = index($0, "noto-cjk-sans-otc==") == 1 } on' requirements-carried.lock > "$folder.part/font.lock"
"${fetch[@]}" -r "$folder.part/font.lock" -d "$folder.part/fonts"
"$python" - "$folder.part/fonts" <<'PYTHON'
import sys
import zipfile
from pathlib import Path

folder = Path(sys.argv[1])
for wheel in folder.glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith((".ttc", "LICENSE")):
                (folder / Path(name).name).write_bytes(archive.read(name))
    wheel.unlink()
PYTHON
rm "$folder.part/font.lock"

cp -R static/vendor "$folder.part/vendor"
"$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' > "$folder.part/python-version"
git archive --format=tar.gz --prefix=shouwang/ -o "$folder.part/shouwang.tar.gz" HEAD 2>/dev/null \
    || echo "Not a git checkout: carry the program's folder beside the bundle." >&2
cat > "$folder.part/README.txt" <<TEXT
守望 Shouwang, $(uname -m), Python $(cat "$folder.part/python-version")

On the machine without network:
  tar xzf shouwang.tar.gz && cd shouwang && make run OFFLINE=/path/to/this/folder
It needs make, python3 of the version above and python3-venv.
Squares instead of Chinese characters: copy fonts/NotoSansCJK-Regular.ttc to ~/.local/share/fonts
and run fc-cache (Linux), or open it and press Install (Windows, macOS).

在没有网络的机器上：
  tar xzf shouwang.tar.gz && cd shouwang && make run OFFLINE=/本文件夹的路径
需要 make、上述版本的 python3 和 python3-venv。
汉字显示为方块时：把 fonts/NotoSansCJK-Regular.ttc 复制到 ~/.local/share/fonts 并运行 fc-cache（Linux），
或双击安装（Windows、macOS）。
TEXT
rm -rf "$folder"
mv "$folder.part" "$folder"
echo "The bundle is $folder ($(du -sh "$folder" | cut -f1))."
