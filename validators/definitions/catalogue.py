"""The catalogue: every form we issue, each in its editions, read from `forms/catalogue/<authority>/<slug>.yaml`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from validators.definitions import yamlio
from validators.definitions.packed import packed, unpacked
from validators.definitions.source import FILE, SHARED, source_of
from validators.definitions.yamlio import broken
from validators.errors import DefinitionError, InputError
from validators.expressions.compiled import Expressions
from validators.model import Field, Form, Options
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Collection

    from validators.definitions.clauses import Clauses
    from validators.definitions.files import Files
    from validators.definitions.reference import ReferenceTables
    from validators.definitions.source import Matter, OtherDocument, SourceHeader

# what a heading is read from
_HEAD = frozenset(
    {"title", "number", "edition", "legal_basis", "audience", "basis", "effective", "clauses", "editions"}
)
_CHECK = "日付か様式を確かめてください。"


@dataclass(frozen=True, slots=True)
class FormHeading:
    """What a list shows of a form: the newest edition's, read without its fields and its layout."""

    slug: str
    title: str
    number: str
    edition: int
    authority: str
    legal_basis: str
    face: str
    audience: tuple[str, ...]
    basis: str
    effective_from: date | None
    effective_until: date | None
    clauses: tuple[str, ...]


class Catalogue:
    """All forms by slug. A file is read and checked when its form is first asked for; `load_all` checks everything."""

    def __init__(self, directory: Path, clauses: Clauses, reference: ReferenceTables, files: Files) -> None:
        """Read nothing yet.

        `clauses` are the provisions the forms name, `reference` has the named sets of their conditions, `files` is what
        all that was when it was opened.
        """
        self.directory = directory
        self.clauses = clauses
        self.reference = reference
        self._opened = files
        self._files: dict[str, Path] = {}
        self._editions: dict[str, list[Form]] = {}
        for path in self._opened.below(directory):
            if (
                path.suffix != ".yaml"
                or path.name == FILE
                or path.parent.parent != directory
                or path.parent.name.startswith("_")
            ):
                continue
            if path.stem in self._files:
                raise broken(path, ("slug",), f"様式「{path.stem}」が二つあります。もう一つ: {self._files[path.stem]}")
            self._files[path.stem] = path

    def slugs(self) -> list[str]:
        """Return every form's slug in alphabetical order."""
        return sorted(self._files)

    def names(self) -> dict[str, str]:
        """Return the slug of every name a form goes by: its own slug, and those of other sources (reference/papers.yaml)."""
        table = self.reference.table("papers")
        other = {name: slug for slug, paper in table.items() for name in paper.get("slugs", ()) if slug in self._files}
        return other | {slug: slug for slug in self._files}

    def file_of(self, slug: str) -> Path:
        """Return the file that defines a form."""
        return self._files[slug]

    def source_of(self, slug: str) -> str:
        """Return the source a form is of; blank for one that is defined no more."""
        return self._files[slug].parent.name if slug in self._files else ""

    def headings(self) -> list[FormHeading]:
        """Return what a list shows of every form, by slug; raises DefinitionError for a file that is no YAML."""
        kept = self._opened.recall("headings", lambda: packed(self._all_headings()))
        headings: list[FormHeading] = unpacked(kept, _KINDS)
        return headings

    def _all_headings(self) -> list[FormHeading]:
        headers = {path.parent.name: source_of(path.parent.name, self.directory) for path in self._files.values()}
        return [self._heading(slug, headers[self._files[slug].parent.name]) for slug in self.slugs()]

    def other_documents(self) -> list[OtherDocument]:
        """Return the documents of every source that are no papers; raises DefinitionError with file:line.

        A register may be drawn by a form of its name; nothing else may have one, and a document stands once.
        """
        found: dict[str, OtherDocument] = {}
        for header in self.sources():
            for each in header.documents:
                path = self.directory / header.slug / FILE
                if each.slug in self._files and each.sort != "register":
                    raise broken(path, ("documents", each.slug), "様式のある文書です。ここには書かないでください。")
                if each.slug in found:
                    raise broken(
                        path, ("documents", each.slug), "ほかの出典にある文書です。一つの名前は一度だけ書きます。"
                    )
                found[each.slug] = each
        return list(found.values())

    def sources(self) -> list[SourceHeader]:
        """Return the header of every source that has one, by slug; raises DefinitionError with file:line."""
        paths = (path for path in self._opened.below(self.directory) if path.name == FILE)
        slugs = (path.parent.name for path in paths if path.parent.parent == self.directory)
        return [source_of(slug, self.directory) for slug in slugs]

    def matters(self) -> list[Matter]:
        """Return the kinds of matters of every source, by source in their order; raises DefinitionError with file:line."""
        return [matter for header in self.sources() for matter in header.matters]

    def matter(self, authority: str, name: str) -> Matter:
        """Return a kind of matter by its name or title; raises InputError that lists what there is."""
        among = [matter for matter in self.matters() if matter.authority == authority]
        for matter in among:
            if name in {matter.name, matter.title}:
                return matter
        listed = "、".join(f"{each.name}（{each.title}）" for each in among)
        if listed:
            raise InputError(f"「{authority}」に「{name}」という事案の種類はありません。", action=f"あるもの: {listed}")
        known = "、".join(dict.fromkeys(each.authority for each in self.matters()))
        raise InputError(f"「{authority}」という出典に事案の種類はありません。", action=f"ある出典: {known}")

    def with_forms(self, matter: Matter) -> list[str]:
        """Return the papers of a matter that have a form, in their order."""
        return [slug for slug in matter.papers if slug in self._files]

    def _heading(self, slug: str, header: SourceHeader) -> FormHeading:
        path = self._files[slug]
        self._opened.same((path,))
        head = {**header.forms, **yamlio.head(path, _HEAD)}
        newest = max(
            (each for each in head.get("editions") or () if isinstance(each, dict)),
            key=lambda each: str((each.get("effective") or {}).get("from", "")),
            default={},
        )
        if str((head.get("effective") or {}).get("from", "")) <= str((newest.get("effective") or {}).get("from", "")):
            head |= newest
        law = head.get("effective") or {}
        return FormHeading(
            slug,
            title=str(head.get("title") or ""),
            number=str(head.get("number") or ""),
            edition=int(head.get("edition", 1)),
            authority=path.parent.name,
            legal_basis=str(head.get("legal_basis") or ""),
            face=str(head.get("face") or "articles-only"),
            audience=tuple(sorted(map(str, head.get("audience") or ()))),
            basis=str(head.get("basis") or ""),
            effective_from=_day(law.get("from")),
            effective_until=_day(law.get("until")),
            clauses=tuple(map(str, head.get("clauses") or ())),
        )

    def editions(self, slug: str) -> list[Form]:
        """Return a form's editions, oldest first.

        Raises InputError for an unknown slug, DefinitionError for a bad file.
        """
        slug = slug if slug in self._files else self.names().get(slug, slug)
        if slug not in self._files:
            near = difflib.get_close_matches(slug, self._files, n=1)
            hint = f"「{near[0]}」ではありませんか。" if near else "yoshiki forms で一覧をご覧になれます。"
            raise InputError(f"「{slug}」という様式はありません。", action=hint)
        if slug not in self._editions:
            kept = self._opened.recall(f"form-{slug}", lambda: packed(self._read(slug)))
            self._editions[slug] = unpacked(kept, _KINDS)
        return list(self._editions[slug])

    def _read(self, slug: str) -> list[Form]:
        from validators.definitions.form import read_form  # noqa: PLC0415 - a form made before is not read again

        path = self._files[slug]
        self._opened.same((path, path.with_name(FILE), *self._opened.below(self.directory / SHARED)))
        constants = self.reference.constants()
        return [replace(form, constants=constants) for form in read_form(path, self.clauses)]

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
                raise InputError(f"「{form.title}」は、{format_date(last)}までの様式です。", action=_CHECK)
        first = editions[0]
        raise InputError(
            f"「{first.title}」は、{format_date(first.effective_from or date.min)}より前の日付では作れません。",
            action=first.before or _CHECK,
        )

    def load_all(self) -> list[Form]:
        """Read and check every file; return all editions of all forms.

        Raises one DefinitionError that names every bad file with its line.
        """
        from validators.schema import check_conditions  # noqa: PLC0415 - only the build needs it

        errors: list[DefinitionError] = []
        compiling = Expressions(self.reference)
        for slug in self.slugs():
            try:
                for form in self.editions(slug):
                    check_conditions(form, compiling)
            except DefinitionError as error:
                errors.append(error)
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise DefinitionError("\n".join(str(error) for error in errors), place=str(self.directory))
        return [form for slug in self.slugs() for form in self._editions[slug]]


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None  # none, or one that reading the form will refuse


_KINDS = {
    "FormHeading": FormHeading,
    "Form": Form,
    "Field": Field,
    "Options": Options,
    "date": date.fromisoformat,
    "path": Path,
}


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
