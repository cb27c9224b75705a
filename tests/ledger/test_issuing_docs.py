"""Promise: every example of docs/ISSUING.md runs, one after the other, on an empty place."""

from __future__ import annotations

import json
import re
import shlex
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from app import main
from tests.ledger.issuing import record
from validators.rulebook import JAPAN

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).parents[2] / "docs" / "ISSUING.md"
PROFILE = Path(__file__).parents[2] / "samples" / "profiles" / "kanagawa.yaml"


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line `$ yoshiki …` ends with 0; 今日 is today."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YOSHIKI_LEDGER", str(tmp_path / "ledger"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for n, name in ((1, "records.json"), (2, "second.json")):
        one = record(n)
        (tmp_path / name).write_text(json.dumps([{"form": one.form, "record": one.id, "data": one.data}]), "utf-8")
    (tmp_path / "office.yaml").write_bytes(PROFILE.read_bytes())
    today = datetime.now(JAPAN).date().isoformat()
    for line in re.findall(r"^\$ yoshiki (.+)$", PAGE.read_text("utf-8"), re.MULTILINE):
        outcome = CliRunner().invoke(main, shlex.split(line.replace("今日", today)), catch_exceptions=False)
        assert outcome.exit_code == 0, (line, outcome.output)
    assert "汐見生安第5号" in CliRunner().invoke(main, ["paper", "list"]).output
