"""Find what is wrong in the headers of sources and in the forms, as far as it can be told without drawing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.definitions.catalogue import unknown_clauses
from validators.definitions.source import FILE, source_of
from validators.errors import DefinitionError
from validators.linting.problems import Problem, problems_of
from validators.schema import check_conditions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.expressions.compiled import Expressions
    from validators.model import Form


def lint_headers(sources: Iterable[str], directory: Path) -> list[Problem]:
    """Return what is wrong with the headers of some sources, `""`-free folders of `directory`."""
    problems: list[Problem] = []
    for slug in sources:
        try:
            source_of(slug, directory)
        except DefinitionError as error:
            problems += problems_of(error, directory / slug / FILE)
    return problems


def lint_documents(catalogue: Catalogue) -> list[Problem]:
    """Return what is wrong with the lists of documents that are no papers."""
    try:
        catalogue.other_documents()
    except DefinitionError as error:
        return problems_of(error, catalogue.directory)
    return []


def lint_forms(
    catalogue: Catalogue, slugs: Iterable[str], known_ids: Collection[str], expressions: Expressions
) -> tuple[list[Form], list[Problem]]:
    """Return every edition of the forms that is well defined, and what is wrong with the others.

    Read are keys, types, labels, dates, conditions, and the provisions they name among `known_ids`.
    """
    sound: list[Form] = []
    problems: list[Problem] = []
    for slug in slugs:
        try:
            editions = catalogue.editions(slug)
            for form in editions:
                check_conditions(form, expressions)
        except DefinitionError as error:
            problems += problems_of(error, catalogue.file_of(slug))
            continue
        sound += editions
        problems += [
            p for form in editions for e in unknown_clauses(form, known_ids) for p in problems_of(e, form.path)
        ]
    return sound, problems
