"""Promise: imports run one way (api → forms → validators), only api knows HTTP, validators never draw."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_imports_run_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_one_module_knows_the_expression_language() -> None:
    """The evaluator can be exchanged: nobody else imports its package."""
    users = [
        path
        for folder in ("api", "forms", "validators")
        for path in (ROOT / folder).rglob("*.py")
        if "cel_expr_python" in path.read_text("utf-8")
    ]
    assert [path.name for path in users] == ["compiled.py"]


def test_only_periods_knows_the_holidays() -> None:
    """Whether a day is open is decided in one place."""
    users = [
        path.name
        for folder in ("api", "forms", "validators")
        for path in (ROOT / folder).rglob("*.py")
        if "import jpholiday" in path.read_text("utf-8")
    ]
    assert users == ["periods.py"]
