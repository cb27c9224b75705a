"""The provisions (validators/clauses/*.yaml): their keys and shapes, and where one is found by its id or its form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from validators.definitions import yamlio
from validators.definitions.files import Files
from validators.definitions.packed import packed, unpacked
from validators.definitions.source import DIRECTORY as SOURCES
from validators.definitions.source import FILE, source_named, source_of
from validators.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from validators.definitions.source import SourceHeader

DIRECTORY = Path(__file__).parents[1] / "clauses"

MEANS = ("require", "check", "by", "same_as", "out_of_reach")
SEVERITIES = ("error", "warning", "info")
EXAMPLE_KINDS = ("pass", "fail", "na", "undetermined")

_KEYS: dict[str, type] = {
    "id": str,
    "citation": str,
    "at": str,
    "duty": str,
    "documents": list,
    "kind": str,
    "severity": str,
    "effective": dict,
    "family": str,
    "when": str,
    "needs": list,
    "each": dict,
    "scope": str,
    "soften": dict,
    "fields": list,
    "clerk": str,
    "supervisor": str,
    "undetermined": str,
    "examples": dict,
    "points": str,
    "note": str,
    "require": str,
    "check": str,
    "by": list,
    "same_as": str,
    "out_of_reach": str,
}
_INNER = {
    "effective": {"basis", "from", "until"},
    "each": {"item", "in"},
    "soften": {"when", "to"},
    "examples": set(EXAMPLE_KINDS),
}
_NAMES = {"str": "文字", "list": "並び", "dict": "組"}


@dataclass(frozen=True, slots=True)
class Effective:
    """When a provision or a procedure holds: the field whose date chooses, first and last day (inclusive)."""

    basis: str = ""
    first: date | None = None
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether it is law on that day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Clause:
    """One provision as its clause states it (docs/CLAUSES.md)."""

    id: str
    source: str  # what its file is named after
    path: Path
    position: int  # index in the file
    citation: str = ""
    duty: str = ""
    documents: tuple[str, ...] = ()
    kind: str = ""
    severity: Literal["error", "warning", "info"] = "error"
    effective: Effective = Effective()
    family: str = ""
    when: str = ""
    needs: tuple[str, ...] = ()
    each_item: str = ""
    each_in: str = ""
    scope: Literal["record", "case"] = "record"
    soften_when: str = ""
    soften_to: Literal["error", "warning", "info"] = "warning"
    fields: tuple[str, ...] = ()
    clerk: str = ""
    supervisor: str = ""
    undetermined: str = ""
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    points: str = ""  # why a finding stands at a box that its examples leave as it is
    note: str = ""
    require: str = ""
    check: str = ""
    by: tuple[str, ...] = ()
    same_as: str = ""
    out_of_reach: str = ""
    means: tuple[str, ...] = ()  # which of MEANS the clause has; one, or the linter complains

    @property
    def judged(self) -> bool:
        """Tell whether the clause judges a record itself."""
        return bool(self.require or self.check)

    def place(self, *keys: str | int) -> str:
        """Return file:line of the clause or of a key in it; slow, for error messages."""
        return f"{self.path}:{yamlio.line_of(self.path, (self.position, *keys))}"


class Clauses:
    """All provisions, by id and by form. A file is read when something that stands in it is asked for."""

    def __init__(self, directory: Path, sources: Path, files: Files | None = None) -> None:
        """Read nothing yet. `sources` is the folder of the sources' headers, `files` what both were when they were opened."""
        self._files = files or Files({"clauses": directory, "catalogue": sources})
        self._sources = sources
        self._paths = [path for path in self._files.below(directory) if path.suffix == ".yaml"]
        self._read: dict[Path, list[Clause]] = {}
        self._by_form: dict[str, tuple[Clause, ...]] = {}
        self._by_id: dict[str, Clause] = {}

    @cached_property
    def entries(self) -> dict[str, Clause]:
        """Return every provision by its id; raises DefinitionError with file:line for one that is doubled or wrong."""
        entries: dict[str, Clause] = {}
        for clause in (clause for path in self._paths for clause in self._of_file(path)):
            if clause.id in entries:
                raise DefinitionError(
                    f"id「{clause.id}」は {entries[clause.id].path.name} にもあります", place=clause.place("id")
                )
            entries[clause.id] = clause
        return entries

    def get(self, clause_id: str) -> Clause:
        """Return a clause; raises KeyError."""
        if clause_id not in self._by_id:  # a record full of faults asks for dozens, each time the same
            self._by_id |= {clause.id: clause for clause in self.naming(clause_id) if clause.id == clause_id}
        return self._by_id[clause_id]

    def for_form(self, slug: str) -> tuple[Clause, ...]:
        """Return the entries that judge a record of this form, in the order of the files."""
        if slug not in self._by_form:
            kept = self._files.recall(f"clauses-{slug}", lambda: packed(tuple(self._judging(slug))))
            self._by_form[slug] = unpacked(kept, _KINDS)
        return self._by_form[slug]

    def naming(self, name: str) -> Iterator[Clause]:
        """Yield the provisions of every file in which a name stands: whoever names it is among them."""
        return (clause for path in self._holding(name) for clause in self._of_file(path))

    def citation(self, clause_id: str) -> str:
        """Return how a finding cites a provision; an unknown id stands for itself."""
        try:
            return self.get(clause_id).citation or clause_id
        except KeyError:
            return clause_id

    def citations(self, clause_ids: Iterable[str]) -> str:
        """Return the citations of several provisions, each once: for findings of the schema."""
        return "、".join(dict.fromkeys(map(self.citation, clause_ids)))

    def _judging(self, slug: str) -> Iterator[Clause]:
        return (clause for clause in self.naming(slug) if clause.judged and slug in clause.documents)

    def _holding(self, name: str) -> Iterator[Path]:
        """Yield the files in which a name stands at all: only they are worth parsing."""
        wanted = name.encode()
        return (path for path in self._paths if path in self._read or wanted in path.read_bytes())

    def _of_file(self, path: Path) -> list[Clause]:
        if path not in self._read:
            self._files.same((path, self._sources / source_named(path) / FILE))
            self._read[path] = load_file(path, self._sources)
        return self._read[path]


class Collected(Clauses):
    """Provisions that are at hand already."""

    def __init__(self, entries: Iterable[Clause]) -> None:
        self.entries = self._by_id = {clause.id: clause for clause in entries}

    def naming(self, name: str) -> Iterator[Clause]:  # noqa: ARG002 - all are at hand
        """Yield every provision."""
        return iter(self.entries.values())

    def for_form(self, slug: str) -> tuple[Clause, ...]:
        """Return the entries that judge a record of this form."""
        return tuple(self._judging(slug))


def collect(entries: Iterable[Clause]) -> Clauses:
    """Index entries by id and by form."""
    return Collected(entries)


_KINDS = {"Clause": Clause, "Effective": Effective, "date": date.fromisoformat, "path": Path}


def load_file(path: Path, sources: Path = SOURCES) -> list[Clause]:
    """Load one source's entries, which inherit from its header in `sources`; raises DefinitionError with file:line."""
    entries, errors = read_entries(path, sources)
    if errors:
        raise errors[0]
    return entries


def read_entries(path: Path, sources: Path = SOURCES) -> tuple[list[Clause], list[DefinitionError]]:
    """Return the entries of one source that can be read, and with file:line what is wrong with the others."""
    try:
        content = yamlio.load(path)
        header = source_of(source_named(path), sources)
        if not isinstance(content, list | None):
            raise yamlio.broken(path, (), "条項の並び(「- id: …」)が要ります")
    except DefinitionError as error:
        return [], [error]
    entries: dict[str, Clause] = {}
    errors: list[DefinitionError] = []
    for position, raw in enumerate(content or ()):
        try:
            clause = _entry(path, position, raw, header)
            if clause.id in entries:
                raise yamlio.broken(path, (position, "id"), f"id「{clause.id}」が二度あります")
            entries[clause.id] = clause
        except DefinitionError as error:
            errors.append(error)
    return list(entries.values()), errors


def _entry(path: Path, position: int, raw: Any, header: SourceHeader) -> Clause:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str) or not raw["id"]:
        raise yamlio.broken(path, (position,), "条項に id がありません(数字だけの id は引用符で囲みます)")
    _check_shape(path, position, raw)
    effective = raw.get("effective", header.clauses.get("effective", {}))
    each, soften = raw.get("each", {}), raw.get("soften", {})
    plain = {key: raw[key] for key in ("id", "duty", "kind", "severity", "family", "scope", "clerk") if key in raw}
    plain |= {
        key: raw[key]
        for key in ("supervisor", "undetermined", "points", "note", "check", "same_as", "out_of_reach")
        if key in raw
    }
    plain |= {key: tuple(raw[key]) for key in ("documents", "needs", "fields", "by") if key in raw}
    return Clause(
        **plain,
        citation=raw.get("citation") or (f"{header.cites}{raw['at']}" if "at" in raw else ""),
        source=source_named(path),
        path=path,
        position=position,
        when=raw.get("when", "").strip(),
        require=raw.get("require", "").strip(),
        each_item=each.get("item", ""),
        each_in=each.get("in", ""),
        soften_when=soften.get("when", "").strip(),
        soften_to=soften.get("to", "warning"),
        effective=Effective(
            effective.get("basis", ""),
            _day(path, position, effective, "from"),
            _day(path, position, effective, "until"),
        ),
        examples={kind: list(examples) for kind, examples in raw.get("examples", {}).items()},
        means=tuple(key for key in MEANS if key in raw),
    )


def _check_shape(path: Path, position: int, raw: dict[str, Any]) -> None:
    for keys, message in _wrong_shapes(raw):
        raise yamlio.broken(path, (position, *keys), f"{raw['id']}: {message}")


def _wrong_shapes(raw: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield from _wrong_keys(raw)
    for key in ("documents", "needs", "fields", "by"):
        for index, value in enumerate(raw.get(key, ())):
            if not isinstance(value, str):
                yield (key, index), f"{key} には文字だけを並べます(「: 」を含むものは引用符で囲みます)"
    yield from _wrong_examples(raw.get("examples", {}))
    for key, choices in (("severity", SEVERITIES), ("scope", ("record", "case"))):
        if key in raw and raw[key] not in choices:
            yield (key,), f"{key} は {'・'.join(choices)} のどれかです"
    if not isinstance(raw.get("effective", {}).get("basis", ""), str):
        yield ("effective", "basis"), "basis は日付の項目の名前です"
    each, soften = raw.get("each", {"item": "", "in": ""}), raw.get("soften", {"when": ""})
    if not (isinstance(each.get("item"), str) and isinstance(each.get("in"), str)):
        yield ("each",), "each は {item: 名前, in: 一覧の項目} と書きます"
    if not (isinstance(soften.get("when"), str) and soften.get("to", "warning") in SEVERITIES):
        yield ("soften",), "soften は {when: 式, to: warning} と書きます"


def _wrong_examples(groups: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for kind, examples in groups.items():
        if not isinstance(examples, list) or not all(isinstance(example, dict) for example in examples):
            yield ("examples", kind), "例は「[{項目: 値}, …]」の並びで書きます"
            continue
        for number, example in enumerate(examples):
            yield from (
                (("examples", kind, number, key), message)
                for key, said in example.items()
                if key in _BESIDE_DATA and (message := _BESIDE_DATA[key](said))
            )


def _wrong_papers(said: Any) -> str:
    held = said.values() if isinstance(said, dict) else (None,)
    good = all(isinstance(group, list) and all(isinstance(each, dict) for each in group) for group in held)
    return "" if good else "papers は {様式: [{項目: 値}, …]} と書きます"


def _wrong_day(said: Any) -> str:
    try:
        date.fromisoformat(str(said))
    except ValueError:
        return "日付は 2024-04-01 のように書きます"
    return ""


# keys of an example that are not data of the record
_BESIDE_DATA: dict[str, Callable[[Any], str]] = {
    "papers": _wrong_papers,
    "as_of": _wrong_day,
    "at": lambda said: "" if isinstance(said, str) else "at は指摘の場所（項目の名前）です",
}


def _wrong_keys(raw: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key, value in raw.items():
        kind = _KEYS.get(key)
        if kind is None:
            yield (key,), f"「{key}」という項目はありません(docs/CLAUSES.md)"
        elif not isinstance(value, kind):
            yield (key,), f"「{key}」は{_NAMES[kind.__name__]}で書きます"
    for key, allowed in _INNER.items():
        yield from (
            ((key, inner), f"{key} に「{inner}」という項目はありません") for inner in set(raw.get(key, {})) - allowed
        )


def _day(path: Path, position: int, effective: dict[str, Any], key: str) -> date | None:
    if effective.get(key) is None:
        return None
    try:
        return date.fromisoformat(str(effective[key]))
    except ValueError:
        raise yamlio.broken(path, (position, "effective", key), "日付は 2024-04-01 のように書きます") from None
