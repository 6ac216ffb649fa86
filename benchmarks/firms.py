"""Sixteen thousand invented firms in a copy of a district: what the benchmarks run on."""

import random
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import xlsxwriter

from .live import ROOT
from .places import SEED, random_places

FIRMS = 16_900
HEADINGS = ("编号", "名称", "地址", "经度", "纬度", "联系人", "联系电话", "最近核实日期")


def write_firms(path: Path, district: Path) -> None:
    """Write a workbook of invented firms, scattered over the district's subdistricts."""
    dice = random.Random(SEED)  # noqa: S311 - invented firms, no secrets
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("企业")
        sheet.write_row(0, 0, HEADINGS)
        for row, (lon, lat) in enumerate(islice(random_places(district, SEED), FIRMS), start=1):
            name = f"示范{dice.choice('云溪长青石柳')}{dice.choice('宏盛达兴隆泰')}{row}公司"
            address = f"云溪路{row % 900}号"
            who, phone = f"示范·甲{row % 997}", f"555-{row % 10_000:04d}"
            cells = (f"Q{row:05d}", name, address, round(lon, 6), round(lat, 6), who, phone)
            sheet.write_row(row, 0, (*cells, "2026-05-01"))


def take_in(district: Path, workbook: Path) -> float:
    """Return the milliseconds of the whole command that imports the workbook."""
    command = (sys.executable, "cli.py", "import", str(district), "--layer", "firm", str(workbook))
    begun = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own interpreter and command, no shell
        [*command, "--datum", "wgs84", "--why", "benchmark"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return (time.perf_counter() - begun) * 1_000
