"""What to check: everything, one source, or some files with what depends on them and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from validators.definitions.papers import FOLDER, paper_files
from validators.definitions.source import FILE, SHARED, source_named
from validators.errors import DefinitionError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.definitions.clauses import Clause
    from validators.rulebook import Places, Rulebook


@dataclass(slots=True)
class Scope:
    """The definitions to check. `whole`: all there are, so that what concerns all of them is told too."""

    whole: bool = False
    headers: set[str] = field(default_factory=set)  # sources
    provisions: set[str] = field(default_factory=set)  # files all of whose entries are meant, without .yaml
    forms: set[str] = field(default_factory=set)
    papers: set[Path] = field(default_factory=set)
    vocabularies: set[Path] = field(default_factory=set)
    procedures: set[str] = field(default_factory=set)  # sources

    def means(self, path: Path) -> bool:
        """Tell whether what is wrong in a file is to be told."""
        return self.whole or path in self.vocabularies or path.stem in self.provisions | self.forms

    def concerns(self, clause: Clause) -> bool:
        """Tell whether an entry is to be checked: its file is meant, or a form it judges."""
        return clause.path.stem in self.provisions or not self.forms.isdisjoint(clause.documents)


def scope_of(rules: Rulebook, sources: Iterable[str], files: Iterable[Path]) -> Scope:
    """Return what is to be checked; nothing named: everything. Raises InputError for what is no definition of ours."""
    sources, files = list(sources), list(files)
    scope = Scope(whole=not sources and not files)
    known = _all_sources(rules.places)
    for source in known if scope.whole else sources:
        if source not in known:
            raise InputError(f"「{source}」という出典はありません。", action=f"あるもの: {'、'.join(known)}")
        _add_source(scope, rules, source)
        scope.procedures |= {source} & set(rules.procedures.sources())
    for path in files:
        _add_file(scope, rules, path.resolve())
    return scope


def _all_sources(places: Places) -> list[str]:
    folders = {path.name for path in places.catalogue.iterdir() if path.is_dir() and not path.name.startswith("_")}
    procedures = {source_named(path) for path in places.procedures.glob("*.yaml")} - {"events"}
    return sorted(folders | procedures | {source_named(path) for path in places.clauses.glob("*.yaml")})


def _forms_of(catalogue: Catalogue, source: str) -> set[str]:
    return {slug for slug in catalogue.slugs() if catalogue.file_of(slug).parent.name == source}


def _uses(catalogue: Catalogue, slug: str) -> tuple[str, ...]:
    """Return the vocabularies a form takes from; of one that cannot be read, none."""
    try:
        return catalogue.get(slug).uses
    except DefinitionError:
        return ()


def _add_source(scope: Scope, rules: Rulebook, source: str) -> None:
    catalogue = rules.catalogue
    scope.headers.add(source)
    scope.provisions |= {path.stem for path in rules.places.clauses.glob("*.yaml") if source_named(path) == source}
    scope.forms |= _forms_of(catalogue, source)
    scope.papers |= {path for path in paper_files(catalogue.directory) if path.parents[1].name == source}


def _add_file(scope: Scope, rules: Rulebook, path: Path) -> None:
    """Add a file and what it is no longer true without: of a form its papers and provisions, of a header all below it."""
    catalogue, ours = rules.catalogue, rules.places.catalogue
    if not path.is_file():
        raise InputError(f"「{path}」というファイルがありません。", action="ファイルの場所と名前を確かめてください。")
    if path.parent == rules.places.clauses.resolve() and path.suffix == ".yaml":
        scope.provisions.add(path.stem)
    elif path.parent == rules.places.procedures.resolve() and path.suffix == ".yaml":
        scope.procedures |= {source_named(path)} & set(rules.procedures.sources()) or set(rules.procedures.sources())
    elif path.suffix == ".yaml" and path.name == FILE and path.parents[1] == ours.resolve():
        _add_source(scope, rules, path.parent.name)
    elif path.suffix == ".yaml" and path.parent.name == FOLDER and path.parents[2] == ours.resolve():
        scope.papers.add(ours / path.relative_to(ours.resolve()))
    elif path.suffix == ".yaml" and path.parent == (ours / SHARED).resolve():
        scope.vocabularies.add(ours / SHARED / path.name)
        users = [slug for slug in catalogue.slugs() if path.stem in _uses(catalogue, slug)]
        scope.forms |= set(users)
        scope.papers |= {papers for papers in paper_files(ours) if papers.stem in users}
    elif path.stem in catalogue.slugs() and catalogue.file_of(path.stem).resolve() == path:
        scope.forms.add(path.stem)
        scope.papers |= {papers for papers in paper_files(ours) if papers.stem == path.stem}
    else:
        raise InputError(
            f"「{path}」は、様式・語彙・条項・手続・記載例・出典の見出しのどれでもありません。",
            action="forms/catalogue/、validators/clauses/、validators/procedures/ の YAML を指定してください。",
        )
