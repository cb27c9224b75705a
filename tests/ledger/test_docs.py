"""Promise: every example of docs/LEDGER.md runs, one after the other, on an empty place."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from app import main

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).parents[2] / "docs" / "LEDGER.md"


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line `$ yoshiki …` ends with 0."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YOSHIKI_LEDGER", str(tmp_path / "ledger"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("YOSHIKI_MASTER_KEY_FILE", raising=False)
    lines = re.findall(r"^\$ (yoshiki|export) (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert lines
    for command, line in lines:
        if command == "export":
            monkeypatch.setenv(*line.split("=", 1))
            continue
        outcome = CliRunner().invoke(main, shlex.split(line), catch_exceptions=False)
        assert outcome.exit_code == 0, (line, outcome.output)
