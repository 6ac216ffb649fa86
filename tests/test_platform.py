"""The page that sets the plans' platform against the program."""

import re
from pathlib import Path

import pytest

from cli import main

PAGE = Path("docs/platform.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"`cli\.py ([a-z]+)", PAGE)))
PAGES = sorted(set(re.findall(r"page `([^`]+)`", PAGE)))


def test_the_page_names_the_five_parts_and_what_each_plan_asks() -> None:
    """Row S2-1: what a municipal platform asks stands beside what answers it here."""
    for asked in ("应急信息管理", "辅助决策", "通讯系统", "应急共享数据库", "监测预警"):
        assert f"| {asked}" in PAGE
    assert {"指挥", "登记", "风险"} <= set(PAGES)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_of_the_page_is_there(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "usage:" in capsys.readouterr().out


@pytest.mark.parametrize("title", PAGES)
def test_each_page_of_the_page_is_there(title: str) -> None:
    catalogue = Path("language/zh.po").read_text(encoding="utf-8")
    assert f'msgstr "{title}"' in catalogue
