"""Promise: docs/SETTINGS.md names every setting that the code reads from the environment, and none that it does not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "docs" / "SETTINGS.md").read_text("utf-8").partition("## The office profile")[0]
NAME = re.compile(r"(?:YOSHIKI|XDG)_[A-Z_]*[A-Z]|DATABASE_URL")
FAMILY = {"YOSHIKI_SMTP": r"YOSHIKI_SMTP_[A-Z]+"}  # read by name and by part


def texts(path: Path) -> set[str]:
    """Return the texts of a module that are names of settings."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value.rstrip("_")} & set(NAME.findall(node.value))
    return found


def test_the_table_is_what_the_code_reads() -> None:
    read = {
        name
        for folder in ("api", "commands", "forms", "ledger", "validators")
        for path in (ROOT / folder).rglob("*.py")
        for name in texts(path)
    }
    named = {*NAME.findall(TABLE)}
    assert len(read) > 8
    assert {name for name in read if not any(re.fullmatch(FAMILY.get(name, name), each) for each in named)} == set()
    known = "|".join(FAMILY.get(name, name) for name in read)
    assert {name for name in named if not re.fullmatch(known, name)} == set()
