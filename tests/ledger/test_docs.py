"""Promise: every example of the pages on the ledger runs, one after the other, on an empty place."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import main

ROOT = Path(__file__).parents[2]
FINDINGS = ("case check", "check", "deadlines")  # what they find is their answer


@pytest.mark.parametrize("page", ["LEDGER.md", "CASES.md", "DEADLINES.md", "FIRST_HOUR.md"])
def test_the_examples_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line `$ yoshiki …` ends with 0, or with what it found."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.setenv("YOSHIKI_LEDGER", str(tmp_path / "ledger"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("YOSHIKI_MASTER_KEY_FILE", raising=False)
    lines = re.findall(r"^ *\$ (yoshiki|export) (.+)$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)
    assert lines
    for command, line in lines:
        if command == "export":
            monkeypatch.setenv(*line.split("=", 1))
            continue
        outcome = CliRunner().invoke(main, shlex.split(line), catch_exceptions=False)
        assert outcome.exit_code <= line.startswith(FINDINGS), (line, outcome.output)
