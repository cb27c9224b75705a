"""The catalogue: every form we issue, each in its editions, read from `forms/catalogue/<authority>/<slug>.yaml`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from validators.definitions.form import read_form
from validators.definitions.source import DIRECTORY, FILE
from validators.definitions.yamlio import broken
from validators.errors import DefinitionError, InputError
from validators.model import Field, Form, field_named
from validators.schema import check_conditions

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

_CHECK = "日付か様式を確かめてください。"


class Catalogue:
    """All forms by slug. A file is read and checked when its form is first asked for; `load_all` checks everything."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._files: dict[str, Path] = {}
        self._editions: dict[str, list[Form]] = {}
        for path in sorted(directory.glob("[!_]*/*.yaml")):
            if path.name == FILE:
                continue
            if path.stem in self._files:
                raise broken(path, ("slug",), f"様式「{path.stem}」が二つあります。もう一つ: {self._files[path.stem]}")
            self._files[path.stem] = path

    def slugs(self) -> list[str]:
        """Return every form's slug in alphabetical order."""
        return sorted(self._files)

    def file_of(self, slug: str) -> Path:
        """Return the file that defines a form."""
        return self._files[slug]

    def editions(self, slug: str) -> list[Form]:
        """Return a form's editions, oldest first.

        Raises InputError for an unknown slug, DefinitionError for a bad file.
        """
        if slug not in self._files:
            near = difflib.get_close_matches(slug, self._files, n=1)
            hint = f"「{near[0]}」ではありませんか。" if near else "yoshiki forms で一覧をご覧になれます。"
            raise InputError(f"「{slug}」という様式はありません。", action=hint)
        if slug not in self._editions:
            self._editions[slug] = read_form(self._files[slug])
        return list(self._editions[slug])

    def get(self, slug: str, on: date | None = None) -> Form:
        """Return the edition in force on a day, or the newest when no day is given.

        Raises InputError when the day lies before the first edition or after the last one's end.
        """
        editions = self.editions(slug)
        if on is None:
            return editions[-1]
        for form in reversed(editions):
            if form.effective_from is None or form.effective_from <= on:
                if form.effective_until is None or on <= form.effective_until:
                    return form
                last = form.effective_until
                raise InputError(f"「{form.title}」は {last.isoformat()} までの様式です。", action=_CHECK)
        first = editions[0]
        raise InputError(f"「{first.title}」は {first.effective_from} より前の日付では作れません。", action=_CHECK)

    def resolve_field(self, form: Form, name: str) -> Field | None:
        """Find a field of a form by name, alias or label."""
        return field_named(form.fields, name)

    def load_all(self) -> list[Form]:
        """Read and check every file; return all editions of all forms.

        Raises one DefinitionError that names every bad file with its line.
        """
        errors: list[DefinitionError] = []
        for slug in self.slugs():
            try:
                for form in self.editions(slug):
                    check_conditions(form)
            except DefinitionError as error:
                errors.append(error)
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise DefinitionError("\n".join(str(error) for error in errors), place=str(self.directory))
        return [form for slug in self.slugs() for form in self._editions[slug]]


def load_catalogue(directory: Path | None = None) -> Catalogue:
    """Open the catalogue of a directory, ours when none is given; no form is read yet."""
    return Catalogue(directory or DIRECTORY)


def check_clauses(catalogue: Catalogue, known_ids: Collection[str]) -> None:
    """Refuse a form that names a provision no provision file knows; raises DefinitionError with file:line of each."""
    known = frozenset(known_ids)
    errors = [str(error) for form in catalogue.load_all() for error in unknown_clauses(form, known)]
    if errors:
        raise DefinitionError("\n".join(dict.fromkeys(errors)))


def unknown_clauses(form: Form, known: Collection[str]) -> list[DefinitionError]:
    """Return with file:line each provision a form names that is not among the known ids."""
    named: list[tuple[tuple[str, ...], str]] = [(("clauses",), clause) for clause in form.clauses]
    named += [(("secrecy",), clause) for clause in form.secrecy]
    stack: list[tuple[tuple[str, ...], dict[str, Field]]] = [(("fields",), form.fields)]
    while stack:
        keys, fields = stack.pop()
        for name, item in fields.items():
            named += [((*keys, name, "clauses"), clause) for clause in item.clauses]
            stack.append(((*keys, name, "fields"), item.fields))
    return [
        broken(form.path, keys, f"「{clause}」という条項は登録されていません。")
        for keys, clause in named
        if clause not in known
    ]
