"""Promise: `make demo` runs the main job on samples/ to its end, on its own as a newcomer starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from samples.make import assembled

ROOT = Path(__file__).parent.parent


def test_the_demo_issues_refuses_and_tells_its_matters(tmp_path: Path) -> None:
    """The command of the Makefile, in a process of its own: exit 0, each paper a file, each matter with a register."""
    started = "-m samples.demo"
    assert f"$(PY) {started}\n" in (ROOT / "Makefile").read_text("utf-8")
    ran = subprocess.run(
        [sys.executable, *started.split(), str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{sum(len(records) for _, records in assembled())} 件の記録を処理しました。" in ran.stdout
    assert len(list(tmp_path.glob("*.pdf"))) > 20
    for story in (ROOT / "samples" / "matters").glob("*.yaml"):
        assert (tmp_path / story.stem / "register.xlsx").exists()
