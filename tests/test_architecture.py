"""Promise: imports run one way (api → ledger → forms → validators), only api knows HTTP, only ledger the database, validators never draw."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from validators.errors import DefinitionError
from validators.statutes.verdicts import python_check

ROOT = Path(__file__).parent.parent
_CAMEL = re.compile(r"_?[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")
_BY_NAME = {"importlib", "import_module", "__import__", "runpy", "pkgutil", "exec", "eval"}


def test_imports_run_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_one_module_knows_the_expression_language() -> None:
    """The evaluator can be exchanged: nobody else imports its package."""
    users = [
        path
        for folder in ("api", "ledger", "forms", "validators")
        for path in (ROOT / folder).rglob("*.py")
        if "cel_expr_python" in path.read_text("utf-8")
    ]
    assert [path.name for path in users] == ["by_cel.py"]


def test_only_periods_knows_the_holidays() -> None:
    """Whether a day is open is decided in one place."""
    users = [
        path.name
        for folder in ("api", "ledger", "forms", "validators")
        for path in (ROOT / folder).rglob("*.py")
        if "import jpholiday" in path.read_text("utf-8")
    ]
    assert users == ["periods.py"]


def test_no_import_escapes_the_linter_but_two() -> None:
    """What import-linter cannot see is two places: a provision's `check: rules.…`, and the commands read when called."""
    found = set()
    for folder in ("commands", "api", "ledger", "forms", "validators"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [node.id] if isinstance(node, ast.Name) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
                found |= {path.relative_to(ROOT).as_posix() for name in names if name in _BY_NAME}
    assert found == {"commands/__init__.py", "validators/statutes/verdicts.py"}


def test_a_class_name_means_one_thing() -> None:
    """A class, or another named type, has its name to itself in the whole project, a leading underscore left aside."""
    places = defaultdict(set)
    for folder in ("commands", "api", "ledger", "forms", "validators", "bench"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                for name in _types_of(node):
                    places[name.lstrip("_")].add(path.relative_to(ROOT).as_posix())
    assert {name: sorted(where) for name, where in places.items() if len(where) > 1} == {}


def _types_of(node: ast.stmt) -> list[str]:
    """Return the types a statement names: a class, or what is set under a name in CamelCase."""
    if isinstance(node, ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.If):  # what only the type checker reads
        return [name for inner in node.body for name in _types_of(inner)]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [name.id for name in targets if isinstance(name, ast.Name) and _CAMEL.fullmatch(name.id)]


def test_validators_import_rules_by_name_and_nothing_else() -> None:
    """The name of a check begins with `rules.` and is looked up below `validators` only."""
    for wrong in ("forms.paper.fill.fill", "os.system", "rules", "..rules.dv_act.x"):
        with pytest.raises(DefinitionError):
            python_check(wrong)
