"""Promise: imports run one way (api → forms → validators), only api knows HTTP, validators never draw."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from validators.errors import DefinitionError
from validators.statutes import python_check

ROOT = Path(__file__).parent.parent
_BY_NAME = {"importlib", "import_module", "__import__", "runpy", "pkgutil", "exec", "eval"}


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
    assert [path.name for path in users] == ["by_cel.py"]


def test_only_periods_knows_the_holidays() -> None:
    """Whether a day is open is decided in one place."""
    users = [
        path.name
        for folder in ("api", "forms", "validators")
        for path in (ROOT / folder).rglob("*.py")
        if "import jpholiday" in path.read_text("utf-8")
    ]
    assert users == ["periods.py"]


def test_no_import_escapes_the_linter_but_two() -> None:
    """What import-linter cannot see is two places: a provision's `check: rules.…`, and the commands read when called."""
    found = set()
    for folder in ("commands", "api", "forms", "validators"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [node.id] if isinstance(node, ast.Name) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
                found |= {path.relative_to(ROOT).as_posix() for name in names if name in _BY_NAME}
    assert found == {"commands/__init__.py", "validators/statutes.py"}


def test_validators_import_rules_by_name_and_nothing_else() -> None:
    """The name of a check begins with `rules.` and is looked up below `validators` only."""
    for wrong in ("forms.paper.fill.fill", "os.system", "rules", "..rules.dv_act.x"):
        with pytest.raises(DefinitionError):
            python_check(wrong)
