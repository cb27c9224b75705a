"""Promise: docs/ADDING.md, done literally on a copy, gives a form that is issued and two provisions, and changes no other file."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "ADDING.md"
_BLOCK = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COPIED = ("api", "commands", "forms", "validators", "docs")


def blocks() -> list[tuple[str, str, str]]:
    """Return (language, file, text) of every block of the page."""
    return _BLOCK.findall(PAGE.read_text("utf-8"))


def digests(folder: Path) -> dict[str, str]:
    files = (path for top in _COPIED for path in (folder / top).rglob("*") if path.suffix in {".py", ".yaml", ".md"})
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


SOURCE = next(Path(file).parent.name for _, file, _ in blocks() if file.startswith("forms/catalogue/"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the tree, with the page's own source alone, and with a `yoshiki` and a `python` of its own.

    The other sources are linted by `make test` itself; here each would be linted once more for every command of the page.
    """
    for top in (*_COPIED, "tests"):
        shutil.copytree(
            ROOT / top, tmp_path / top, ignore=shutil.ignore_patterns("__pycache__", "*.png", "data", "*.json")
        )
    for other in (tmp_path / "forms" / "catalogue").glob("[!_]*/"):
        if other.name != SOURCE:
            shutil.rmtree(other)
    for other in (tmp_path / "validators" / "clauses").glob("*.yaml"):
        if other.name.partition(".")[0] != SOURCE:
            other.unlink()
    for other in (tmp_path / "validators" / "procedures").glob("*.yaml"):
        if other.stem not in {SOURCE, "events"}:
            other.unlink()
    shutil.copy(ROOT / "app.py", tmp_path)
    (tmp_path / "bin").mkdir()
    for name, what in (("yoshiki", "-m app"), ("python", "")):
        script = tmp_path / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {what} "$@"\n', "utf-8")
        script.chmod(0o755)
    return tmp_path


def call(copy: Path, command: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PYTHONPATH": str(copy), "PATH": f"{copy / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", "-c", command], cwd=copy, env=surroundings, capture_output=True, text=True, check=False
    )


def test_the_page_done_literally_gives_a_form_two_provisions_and_nothing_else(copy: Path) -> None:
    before = digests(copy)
    written: set[str] = set()
    for language, file, text in blocks():
        if language == "sh":
            if not written:  # it asks of the tree as it is, which `make test` asks before
                continue
            for command in text.splitlines():
                done = call(copy, command)
                assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            continue
        target = copy / file.removeprefix(">> ")
        target.parent.mkdir(exist_ok=True)
        with target.open("a" if file.startswith(">>") else "x", encoding="utf-8") as out:
            out.write(text)
        written.add(target.relative_to(copy).as_posix())
    changed = {file for file, digest in digests(copy).items() if before.get(file) != digest}
    assert changed == {file for file in written if not file.endswith(".json")}
    assert sorted(path.suffix for path in (copy / "out").glob("R-1*")) == [".docx", ".pdf"]
    assert (copy / "receipt.pdf").read_bytes().startswith(b"%PDF")


def test_the_page_s_form_is_short_and_its_provisions_are_two() -> None:
    """A small form takes fewer than 60 lines, its papers beside it; a provision is an entry."""
    lines = {file: text.count("\n") for _, file, text in blocks() if file}
    assert sum(n for file, n in lines.items() if "catalogue" in file) < 60
    provisions = next(text for _, file, text in blocks() if file.startswith(">>"))
    assert len(re.findall(r"^- id: ", provisions, re.MULTILINE)) == 2
