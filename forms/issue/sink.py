"""Where papers come to stand. The command, the page, the API and a worker differ in nothing but their sink.

A sink is held by the process that runs the whole; its tray goes to every process that issues. `FolderSink` writes files;
`MemorySink` hands them over. A `Keeper` gives numbers and commits number, row, files and event in one transaction: keeping.py.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from forms.issue.files import digest
from forms.issue.names import paper_name, paper_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    from forms.issue.passing import Told
    from forms.issue.units import Item, Unit
    from validators.judging import Judged
    from validators.review import Fate, Review


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is made of a paper: formats ("pdf", "docx"), a form's own further copies or the first only, and any more; of a case, a volume."""

    formats: tuple[str, ...] = ("pdf", "docx")
    copies: bool = True
    further: tuple[str, ...] = ()
    volume: bool = True


class Kept(Protocol):
    """What one unit puts away. What is put stands when the unit has ended well; a sink with transactions commits then."""

    def put(self, item: Item, judged: Judged, fate: Fate, files: Mapping[str, bytes]) -> Fate:
        """Keep an issued paper and return its fate with names and digests. Raises OSError after undoing what was begun."""

    def bind(self, name: str, volume: bytes) -> str:
        """Keep a case's volume and return the name it got."""


class Tray(Protocol):
    """Where the units of one process are put; travels to that process."""

    @property
    def wanted(self) -> Wanted:
        """What is made of a paper."""

    def unit(self, unit: Unit) -> AbstractContextManager[Kept]:
        """Begin a unit; leaving it well keeps what was put."""


class Sink(Protocol):
    """The place as a whole. Entered before the first unit (it is claimed, or InputError says why not), left at the end."""

    @property
    def tray(self) -> Tray:
        """What goes to every process that issues."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def note(self, unit: Unit, fates: Sequence[Fate]) -> None:
        """Take notice of a unit's fates, issued or not, as soon as it has ended."""

    def close(self, review: Review) -> Review:
        """Write what goes with the papers, once, after the last unit; return the review of the place as it stands."""


@dataclass(frozen=True, slots=True)
class DrawnUnit:
    """What a process drew of a unit: the fates, and by name the files they tell of."""

    told: list[Told]
    papers: dict[str, bytes] = field(default_factory=dict)

    def files(self, fate: Fate) -> dict[str, bytes]:
        """Return the files of one paper by kind; a case's volume is none of them."""
        return {kind: self.papers[name] for kind, name in fate.files.items() if kind != "case"}


@runtime_checkable
class Keeper(Protocol):
    """A sink that speaks twice. It is held by the process that owns the run, and goes to no other."""

    @property
    def wanted(self) -> Wanted:
        """What is made of a paper."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def answered(self, unit: Unit) -> Mapping[int, Fate]:
        """Return by their place in the run the records whose very request was answered before, with the answer."""

    def facts(self, unit: Unit, *, drawing: bool) -> Unit:
        """Return the unit with what the place knows of its papers in their records; for judging a number is only likely."""

    def leave(self, unit: Unit, fates: Sequence[Fate]) -> list[Fate]:
        """Keep what is not issued as a draft; return the fates, those of papers that wait for a person's word changed."""

    def keep(self, unit: Unit, drawn: DrawnUnit) -> list[Fate] | None:
        """Keep all papers of a unit, or none and return None: what they were drawn with is no longer so."""

    def tired(self) -> bool:
        """Tell whether others should have their turn before more is handed out."""

    def rest(self) -> None:
        """Let others have their turn: nothing is out."""

    def note(self, unit: Unit, fates: Sequence[Fate]) -> None:
        """Take notice of a unit's fates, issued or not."""

    def close(self, review: Review) -> Review:
        """Write what goes with the papers, once, after the last unit."""


@dataclass(slots=True)
class MemorySink:
    """Keep the papers of a single unit in memory, for a caller who takes them away."""

    wanted: Wanted = field(default_factory=Wanted)
    papers: dict[str, bytes] = field(default_factory=dict)  # file name → content

    @property
    def tray(self) -> MemorySink:
        """Return itself: nothing is sent anywhere."""
        return self

    def __enter__(self) -> Self:
        """Claim nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""

    @contextmanager
    def unit(self, unit: Unit) -> Iterator[MemorySink]:  # noqa: ARG002 - every unit is alike here
        """Keep a unit's papers, or none of them when it fails."""
        before = dict(self.papers)
        try:
            yield self
        except BaseException:
            self.papers = before
            raise

    def put(self, item: Item, judged: Judged, fate: Fate, files: Mapping[str, bytes]) -> Fate:
        """Keep an issued paper."""
        stem = paper_stem(judged, item.ordinal)
        names = {kind: paper_name(stem, fate.form, kind, twin=item.twins) for kind in files}
        self.papers |= {names[kind]: content for kind, content in files.items()}
        return replace(fate, files=names, sha256={kind: digest(content) for kind, content in files.items()})

    def bind(self, name: str, volume: bytes) -> str:
        """Keep a volume."""
        self.papers[name] = volume
        return name

    def note(self, unit: Unit, fates: Sequence[Fate]) -> None:
        """Note nothing."""

    def close(self, review: Review) -> Review:
        """Add nothing."""
        return review
