"""The reference tables (validators/reference/NAME.yaml): constants, courts, stations, word lists, patterns, settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from validators.definitions import yamlio
from validators.definitions.files import Files
from validators.errors import DefinitionError

DIRECTORY = Path(__file__).parents[1] / "reference"


class ReferenceTables:
    """The tables of a folder, each read when it is first asked for."""

    def __init__(self, directory: Path = DIRECTORY, files: Files | None = None) -> None:
        """Read nothing yet. `files` is what the folder was when it was opened."""
        self.directory = directory
        self._files = files or Files({"reference": directory})
        self._tables: dict[str, Any] = {}
        self._patterns: dict[str, re.Pattern[str]] = {}

    def table(self, name: str) -> Any:
        """Return a table as plain data; a folder without it has an empty one."""
        if name not in self._tables:
            path = self.directory / f"{name}.yaml"
            self._files.same((path,))
            self._tables[name] = (yamlio.load(path) if path.is_file() else None) or {}
        return self._tables[name]

    def entry(self, table: str, key: str, called: str) -> Any:
        """Return an entry of a table; raises DefinitionError that names it as `called`."""
        try:
            return self.table(table)[key]
        except KeyError:
            raise DefinitionError(f"{called}「{key}」は {self.directory.name}/{table}.yaml にありません") from None

    def constants(self) -> dict[str, list[Any]]:
        """Return the named sets that every expression may use."""
        return dict(self.table("constants"))

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return a named pattern, compiled; raises DefinitionError."""
        if name not in self._patterns:
            self._patterns[name] = re.compile(self.entry("patterns", name, "書式")["pattern"])
        return self._patterns[name]
