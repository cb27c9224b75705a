"""Find what the shared vocabularies and the forms say twice, leave homeless or name in vain; docs/FORMS.md, Vocabularies."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio
from validators.definitions.facts import named
from validators.definitions.source import SHARED, source_of
from validators.definitions.vocabulary import vocabularies
from validators.errors import DefinitionError, YoshikiError
from validators.linting.problems import Problem, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.definitions.clauses import Clause, Clauses
    from validators.definitions.vocabulary import Vocabulary
    from validators.definitions.yamlio import Keys

_FREE = frozenset({"document", "today"})


def lint_vocabulary(
    catalogue: Catalogue,
    clauses: Clauses,
    *,
    forms: Iterable[str] | None = None,
    only: Iterable[Clause] | None = None,
) -> list[Problem]:
    """Return every problem of the vocabularies, of what the forms say of shared fields, and of names provisions use in vain.

    `forms` and `only` name the forms and the provisions to look at (left out: all). Never raises for a wrong definition:
    that is a problem too.
    """
    try:
        known = vocabularies(catalogue.directory)
    except DefinitionError as error:
        return problems_of(error, catalogue.directory / SHARED)
    found = [*_broken(known.values()), *_twice(known), *_homeless(known.values())]
    for slug in catalogue.slugs() if forms is None else forms:
        found += _form(catalogue, slug, known)
    found += _in_vain(catalogue, clauses.entries.values() if only is None else only, known)
    return list(dict.fromkeys(found))


# ---- the vocabularies ---------------------------------------------------------------------------------------------


def _broken(known: Iterable[Vocabulary]) -> Iterator[Problem]:
    for vocabulary in known:
        try:
            vocabulary.check()
        except DefinitionError as error:
            yield from problems_of(error, vocabulary.path)


def _entries(vocabulary: Vocabulary) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the fields that are written as fields; what else stands there is told by reading them."""
    fields: Mapping[str, Any] = vocabulary.fields
    yield from ((name, raw) for name, raw in fields.items() if isinstance(raw, dict))


def _words(name: str, raw: Mapping[str, Any]) -> set[str]:
    """Return what a field is called: its name and aliases. Labels may be alike on different papers."""
    aliases = raw.get("aliases", ())
    return {name, *(word for word in aliases if isinstance(word, str))} if isinstance(aliases, list) else {name}


def _twice(known: Mapping[str, Vocabulary]) -> Iterator[Problem]:
    """Tell names that two vocabularies define, unless the second says how its datum differs."""
    first: dict[str, tuple[str, str]] = {}
    for vocabulary in known.values():
        for name, raw in _entries(vocabulary):
            for word in sorted(_words(name, raw)):
                if word not in first:
                    first[word] = (vocabulary.name, name)
                elif name not in vocabulary.apart:
                    other, theirs = first[word]
                    yield _problem(
                        vocabulary.path,
                        ("fields", name),
                        f"「{word}」は、語彙「{other}」の「{theirs}」にもあります。同じ事柄なら一方を消し、"
                        "違う事柄なら「apart」に違いを書いてください。",
                    )


def _homeless(known: Iterable[Vocabulary]) -> Iterator[Problem]:
    for vocabulary in known:
        for name, raw in _entries(vocabulary):
            if not raw.get("home"):
                message = f"「{name}」がどこに残る事柄か（home: paper・case・ledger・office）を書いてください。"
                yield _problem(vocabulary.path, ("fields", name), message)


# ---- the forms ----------------------------------------------------------------------------------------------------


def _form(catalogue: Catalogue, slug: str, known: Mapping[str, Vocabulary]) -> Iterator[Problem]:
    try:
        editions = catalogue.editions(slug)
    except DefinitionError as error:
        yield from problems_of(error, catalogue.file_of(slug))
        return
    form = editions[-1]
    content = yamlio.load(form.path)
    shared = {
        word: (vocabulary, name)
        for vocabulary in known.values()
        if vocabulary.name in form.uses
        for name, raw in _entries(vocabulary)
        for word in _words(name, raw)
    }
    labels = {
        str(raw.get("label")): (vocabulary, name)
        for vocabulary in known.values()
        if vocabulary.name in form.uses
        for name, raw in _entries(vocabulary)
    }
    yield from _both(form.uses, known, form.path)
    for place in ("fields", "facts"):
        said = content.get(place)
        for name, raw in said.items() if isinstance(said, dict) else ():
            if isinstance(raw, dict) and "type" in raw:
                yield from _second(form.path, (place, name), name, raw, shared, labels)
    for name, item in form.fields.items():
        if not item.printed and not item.home:
            message = f"「{name}」は印字しない項目です。どこに残る事柄か（home: paper・case・ledger・office）を書いてください。"
            yield _problem(form.path, ("fields", name), message)
        if item.series and item.series not in (kinds := catalogue.reference.table("numbers")):
            message = (
                f"「{item.series}」という番号の種類は reference/numbers.yaml にありません。あるもの: {'、'.join(kinds)}"
            )
            yield _problem(form.path, ("fields", name), message)


def _second(  # noqa: PLR0917 - a place and what is known
    path: Path, keys: Keys, name: str, raw: Mapping[str, Any], shared: Mapping[str, Any], labels: Mapping[Any, Any]
) -> Iterator[Problem]:
    """Tell a full definition of what a vocabulary in use has already, by name, alias or label."""
    for word in sorted(_words(name, raw)):
        if word in shared:
            vocabulary, theirs = shared[word]
            yield _problem(
                path,
                keys,
                f"「{word}」は、語彙「{vocabulary.name}」の「{theirs}」として定めがあります。type と重なるものを消して、"
                "この様式だけの違いを書いてください。",
            )
            return
    if str(raw.get("label")) in labels:
        vocabulary, theirs = labels[str(raw.get("label"))]
        yield _problem(
            path,
            keys,
            f"「{raw.get('label')}」という見出しの項目は、語彙「{vocabulary.name}」に「{theirs}」としてあります。"
            "同じ事柄なら、その名前で書いてください。違う事柄なら、見出しを書き分けてください。",
        )


def _both(uses: Iterable[str], known: Mapping[str, Vocabulary], path: Path) -> Iterator[Problem]:
    """Tell a name that two of the vocabularies a form uses define: which of them is meant cannot be told."""
    where: defaultdict[str, list[str]] = defaultdict(list)
    for use in uses:
        for name in known[use].fields:
            where[name].append(use)
    for name, both in where.items():
        if len(both) > 1:
            yield _problem(path, ("uses",), f"「{name}」は、使う語彙のうち「{'」「'.join(both)}」の両方にあります。")


# ---- the provisions -----------------------------------------------------------------------------------------------


def _in_vain(catalogue: Catalogue, judging: Iterable[Clause], known: Mapping[str, Vocabulary]) -> Iterator[Problem]:
    """Tell names of provisions that no form of their documents has and no vocabulary of their source either."""
    constants = catalogue.reference.constants().keys() | _FREE
    judging = list(judging)
    documents = {slug for clause in judging for slug in clause.documents}
    own = {slug: _fields_of(catalogue, slug) for slug in documents.intersection(catalogue.slugs())}
    for clause in judging:
        if not clause.judged:
            continue
        there = {name for slug in clause.documents for name in own.get(slug, ())}
        missing = [name for name in named(clause) if name not in there | constants]
        if missing:
            words = _vocabulary_of(clause, catalogue, known)
            for name in missing:
                if name not in words:
                    message = (
                        f"「{name}」という項目は、対象の様式（{'、'.join(clause.documents)}）にも語彙にもありません。"
                    )
                    yield Problem(clause.place(), message, clause.id)


def _fields_of(catalogue: Catalogue, slug: str) -> set[str]:
    try:
        return {name for form in catalogue.editions(slug) for name in form.fields}
    except YoshikiError:
        return set()


def _vocabulary_of(clause: Clause, catalogue: Catalogue, known: Mapping[str, Vocabulary]) -> set[str]:
    uses = source_of(clause.source, catalogue.directory).forms.get("uses", known)
    return {name for use in uses if use in known for name in known[use].fields}


def _problem(path: Path, keys: Keys, message: str) -> Problem:
    error = yamlio.broken(path, keys, message)
    return Problem(error.place, error.message)
