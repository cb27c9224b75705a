"""Find what is wrong in the headers of sources and in the forms, as far as it can be told without drawing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.definitions import yamlio
from validators.definitions.catalogue import unknown_clauses
from validators.definitions.source import FILE, SORTS, source_of
from validators.errors import DefinitionError
from validators.linting.problems import Problem, problems_of
from validators.schema import check_conditions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.definitions.source import Matter
    from validators.expressions.compiled import Expressions
    from validators.model import Field, Form


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


def lint_matters(catalogue: Catalogue, sources: Iterable[str], known: Collection[str]) -> list[Problem]:
    """Return what is wrong with the papers of the matters of some sources.

    `known` are the papers that have a name (reference/papers.yaml): one of them without a form is waited for.
    """
    problems: list[Problem] = []
    others = {each.slug: each for each in catalogue.other_documents()}
    for source in sources:
        path = catalogue.directory / source / FILE
        for matter in source_of(source, catalogue.directory).matters:
            place = f"{path}:{yamlio.line_of(path, ('matters', matter.name))}"
            about = f"{source} {matter.name}"
            for slug in matter.papers:
                if slug in catalogue.slugs():
                    continue
                if slug in others:
                    told = f"「{slug}」は{SORTS[others[slug].sort]}で、様式ではありません。"
                    problems.append(Problem(place, told, about))
                else:
                    told = (
                        f"「{slug}」という様式はまだありません。"
                        if slug in known
                        else f"「{slug}」という書面はありません。"
                    )
                    problems.append(Problem(place, told, about, pending=slug in known))
            to_come = not set(matter.papers) <= set(catalogue.slugs())
            problems += [Problem(place, told, about) for told in _unlike(catalogue, matter)]
            problems += [Problem(place, told, about, pending=to_come) for told in _nameless(catalogue, matter)]
    return problems


def _unlike(catalogue: Catalogue, matter: Matter) -> list[str]:
    """Return what the papers of a matter cannot share: items of one name that are not of one kind."""
    found: dict[str, list[Field]] = {}
    for slug in matter.papers:
        for item in _fields(catalogue, slug):
            if common := matter.common(item):
                found.setdefault(common, []).append(item)
    return [
        f"「{name}」の型か選択肢が様式によって違うため、一度だけ尋ねることができません。"
        for name, items in found.items()
        if len({(item.type, item.of, *item.options) for item in items}) > 1
    ]


def _nameless(catalogue: Catalogue, matter: Matter) -> list[str]:
    """Return the names that `same` gives and no item of the papers bears."""
    items = [item for slug in matter.papers for item in _fields(catalogue, slug)]
    names = {item.name for item in items if matter.common(item)}
    return [
        f"same の「{name}」という項目は、事案を通じて一つの項目にありません。"
        for name in matter.same
        if name not in names
    ]


def _fields(catalogue: Catalogue, slug: str) -> Iterable[Field]:
    """Return a form's items; of one that is not there yet or cannot be read, none."""
    try:
        return catalogue.get(slug).fields.values() if slug in catalogue.slugs() else ()
    except DefinitionError:
        return ()


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
