"""All procedures of a folder, read when they are asked for; and the vocabulary they are written in."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from validators.definitions.source import source_named
from validators.definitions.yamlio import broken
from validators.errors import DefinitionError, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validators.definitions.catalogue import Catalogue
    from validators.definitions.files import Files
    from validators.definitions.reference import ReferenceTables
    from validators.histories.procedure import Procedure
    from validators.histories.registers import Register
    from validators.histories.vocabulary import EventVocabulary

DIRECTORY = Path(__file__).parents[1] / "procedures"
FILE = "events.yaml"  # the vocabulary


class Procedures:
    """The procedures of all sources."""

    def __init__(self, directory: Path, catalogue: Catalogue, reference: ReferenceTables, files: Files) -> None:
        """Read nothing yet. `catalogue` and the table of papers say which papers may stand in histories."""
        self.directory = directory
        self._catalogue, self._reference = catalogue, reference
        self._files = files
        self._read: dict[str, tuple[list[Procedure], tuple[str, ...]]] = {}
        self._registers: dict[str, list[Register]] = {}

    @cached_property
    def vocabulary(self) -> EventVocabulary:
        """Return the events and papers of histories; raises DefinitionError with file:line."""
        from validators.histories.vocabulary import read_vocabulary  # noqa: PLC0415 - few commands judge histories

        named = self._reference.table("papers")
        titles = {slug: names["titles"][0] for slug, names in named.items()}
        titles |= {each.slug: each.title for each in self._catalogue.headings()}
        self._files.same((self.directory / FILE,))
        other = {name: slug for slug, names in named.items() for name in names.get("slugs", ())}
        return read_vocabulary(self.directory / FILE, titles, other, self._choices, self._asked)

    def _choices(self, item: str) -> Mapping[str, str]:
        """Return the options of a form's item, `form.item` (of a list `form.list.item`), none of a form that this house has not.

        Raises DefinitionError where the form asks no such choice.
        """
        form, *names = item.split(".")
        if form not in self._catalogue.slugs():
            return {}
        fields, field = self._catalogue.get(form).fields, None
        for name in names:
            field = fields.get(name)
            fields = field.fields if field else {}
        if field is None or not field.options:
            raise broken(self.directory / FILE, (), f"as_on の「{item}」という選択の項目は、その様式にありません。")
        return field.options

    def _asked(self, form: str, items: tuple[str, ...]) -> str:
        """Return the first of the items that a form asks as a choice, `form.item`; nothing where it asks none of them."""
        fields = self._catalogue.get(form).fields if form in self._catalogue.slugs() else {}
        return next((f"{form}.{item}" for item in items if item in fields and fields[item].options), "")

    def sources(self) -> list[str]:
        """Return the sources that have procedures."""
        return list(self._sources)

    @cached_property
    def _sources(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for path in sorted(self._files.below(self.directory)):
            if path.suffix == ".yaml" and path.name != FILE and path.parent == self.directory:
                found.setdefault(source_named(path), []).append(path)
        return dict(sorted(found.items()))

    def files_of(self, source: str) -> list[Path]:
        """Return the files of a source: `<source>.yaml` and its parts `<source>.<part>.yaml`; none of an unknown one."""
        return self._sources.get(source, [])

    def of(self, source: str) -> list[Procedure]:
        """Return the procedures of a source; raises InputError for an unknown one, DefinitionError with each file:line."""
        return self._source(source)[0]

    def registers(self) -> list[Register]:
        """Return the registers of all sources."""
        for source in self.sources():
            self._source(source)
        return [each for source in self.sources() for each in self._registers[source]]

    def register(self, slug: str) -> Register:
        """Return a register by its name; raises InputError for an unknown one."""
        for each in self.registers():
            if each.slug == slug:
                return each
        known = "、".join(f"{each.slug}（{each.title}）" for each in self.registers())
        raise InputError(f"「{slug}」という帳簿はありません。", action=f"あるもの: {known}")

    def closing(self, source: str) -> tuple[str, ...]:
        """Return the events with which a case is over, by a source."""
        return self._source(source)[1]

    def all(self) -> list[Procedure]:
        """Return the procedures of all sources."""
        return [each for source in self.sources() for each in self.of(source)]

    def named(self, id_: str) -> list[Procedure]:
        """Return the entries of an id, one for each period of law; none where it is not there."""
        return [each for each in self.all() if each.id == id_]

    def _source(self, source: str) -> tuple[list[Procedure], tuple[str, ...]]:
        from validators.histories.entries import Reader  # noqa: PLC0415

        if source not in self._sources:
            known = "、".join(self._sources)
            raise InputError(f"「{source}」という出典の手続はありません。", action=f"あるもの: {known}")
        if source not in self._read:
            paths = self._sources[source]
            self._files.same(paths)
            readers = [Reader(path, self.vocabulary) for path in paths]
            parts = [reader.procedures() for reader in readers]
            registers = [reader.registers() for reader in readers]
            if errors := [error for _, found in (*parts, *registers) for error in found]:
                raise DefinitionError("\n".join(map(str, errors)))
            self._registers[source] = [each for found, _ in registers for each in found]
            closes = tuple(name for reader in readers for name in reader.closes)
            self._read[source] = [each for found, _ in parts for each in found], closes
        return self._read[source]
