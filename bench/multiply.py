"""Multiply the catalogue and its provisions in a temporary folder, as a rulebook of its own: what 180 forms will cost.

`python -m bench.multiply FOLDER [FORMS]` writes it for a look; `YOSHIKI_RULES=FOLDER yoshiki …` works with it.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from validators.rulebook import Places

FORMS = 180  # how many a catalogue is multiplied to, about; their provisions with them


def multiply(folder: Path, forms: int = FORMS) -> Path:
    """Write our rulebook over and over until there are about `forms`, each copy with sources, slugs and ids of its own.

    Return the folder. What differs from copy to copy is names alone: every form and provision costs what the real one costs.
    """
    ours = Places()
    shutil.copytree(ours.catalogue, folder / "catalogue")
    shutil.copytree(ours.clauses, folder / "clauses")
    shutil.copytree(ours.reference, folder / "reference")
    slugs = {path.stem for path in ours.catalogue.glob("[!_]*/*.yaml") if path.name != "source.yaml"}
    times = max(1, round(forms / len(slugs)))
    for number in range(2, times + 1):
        for source in sorted(path for path in ours.catalogue.glob("[!_]*") if path.is_dir()):
            _copy_source(source, folder / "catalogue" / f"{source.name}-{number}", number)
        for path in sorted(ours.clauses.glob("*.yaml")):
            copied = _clauses(path.read_text(encoding="utf-8"), slugs, number)
            (folder / "clauses" / f"{path.stem}-{number}.yaml").write_text(copied, encoding="utf-8")
    return folder


def _copy_source(source: Path, target: Path, number: int) -> None:
    target.mkdir()
    for path in source.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.name == "source.yaml":
            (target / path.name).write_text(text, encoding="utf-8")
            continue
        renamed = re.sub(r"^slug: *\S+$", f"slug: {path.stem}-{number}", text, flags=re.MULTILINE)
        (target / f"{path.stem}-{number}.yaml").write_text(renamed, encoding="utf-8")


def _clauses(text: str, slugs: set[str], number: int) -> str:
    """Return a file of provisions with other ids, for the copies of its forms."""
    text = re.sub(r"^(- id: *)(['\"]?)(.+?)\2$", rf"\1\2\3-{number}\2", text, flags=re.MULTILINE)
    named = re.compile(rf"(?<![\w-])({'|'.join(sorted(slugs, key=len, reverse=True))})(?![\w-])")

    def renamed(line: re.Match[str]) -> str:
        return named.sub(rf"\1-{number}", line.group())

    text = re.sub(r"^  documents:.*$", renamed, text, flags=re.MULTILINE)
    return re.sub(r"papers\([^)]*\)", renamed, text)


if __name__ == "__main__":
    multiply(Path(sys.argv[1]), *map(int, sys.argv[2:]))
