"""All procedures of a folder, read when they are asked for; and the vocabulary they are written in."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from validators.errors import DefinitionError, InputError

if TYPE_CHECKING:
    from validators.definitions.catalogue import Catalogue
    from validators.definitions.files import Files
    from validators.histories.procedure import Procedure
    from validators.histories.vocabulary import Vocabulary

DIRECTORY = Path(__file__).parents[1] / "procedures"
FILE = "events.yaml"


class Procedures:
    """The procedures of all sources."""

    def __init__(self, directory: Path, catalogue: Catalogue, files: Files) -> None:
        """Read nothing yet. `catalogue` has the forms whose papers may stand in histories."""
        self.directory = directory
        self._catalogue = catalogue
        self._files = files
        self._read: dict[str, tuple[list[Procedure], tuple[str, ...]]] = {}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the events and papers of histories; raises DefinitionError with file:line."""
        from validators.histories.vocabulary import read_vocabulary  # noqa: PLC0415 - few commands judge histories

        titles = {each.slug: each.title for each in self._catalogue.headings()}
        self._files.same((self.directory / FILE,))
        return read_vocabulary(self.directory / FILE, titles)

    def sources(self) -> list[str]:
        """Return the sources that have procedures."""
        return sorted(
            path.stem
            for path in self._files.below(self.directory)
            if path.suffix == ".yaml" and path.name != FILE and path.parent == self.directory
        )

    def of(self, source: str) -> list[Procedure]:
        """Return the procedures of a source; raises InputError for an unknown one, DefinitionError with each file:line."""
        return self._source(source)[0]

    def closing(self, source: str) -> tuple[str, ...]:
        """Return the events with which a case is over, by a source."""
        return self._source(source)[1]

    def all(self) -> list[Procedure]:
        """Return the procedures of all sources."""
        return [each for source in self.sources() for each in self.of(source)]

    def _source(self, source: str) -> tuple[list[Procedure], tuple[str, ...]]:
        from validators.histories.entries import Reader  # noqa: PLC0415

        if source not in self.sources():
            known = "、".join(self.sources())
            raise InputError(f"「{source}」という出典の手続はありません。", action=f"あるもの: {known}")
        if source not in self._read:
            path = self.directory / f"{source}.yaml"
            self._files.same((path,))
            reader = Reader(path, self.vocabulary)
            found, errors = reader.procedures()
            if errors:
                raise DefinitionError("\n".join(map(str, errors)))
            self._read[source] = found, reader.closes
        return self._read[source]
