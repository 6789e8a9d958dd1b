"""docs/commands.md is the help of the program itself. Refresh it with `make docs`."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import typer.cli
from typer.testing import CliRunner

from tests.aliquot.support import run_in

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_commands_is_the_programs_own_help() -> None:
    shown = CliRunner().invoke(typer.cli.app, ["aliquot.cli", "utils", "docs", "--name", "aliquot"])
    assert shown.exit_code == 0, shown.output
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").strip() == shown.stdout.strip()


def test_the_version_is_the_installed_one(tmp_path: Path) -> None:
    assert run_in(tmp_path, ("--version",), None).stdout.strip() == version("aliquot")
