"""A folder of papers, with the register and the review that speak of every paper in it.

One run at a time owns it. What stands there from before is kept and told, or, where this run's outcome takes its place, moved
into the folder 以前の文書 and told; nothing is deleted, nothing stays in silence.
"""

from __future__ import annotations

import contextlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from forms.issue.files import digest, held, sweep, write_whole
from forms.issue.journal import NAME, Journal, key_of
from forms.issue.names import paper_name, paper_stem
from forms.issue.sink import Wanted
from validators.errors import InputError, why
from validators.model import Finding
from validators.review import packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from forms.issue.journal import PaperKey
    from forms.issue.units import Item, Unit
    from validators.judging import Judged
    from validators.model import Severity
    from validators.review import Fate, Review
    from validators.rulebook import Rulebook

ASIDE = "以前の文書"
REVIEW = "review.json"
_SHOWN = 10  # file names in one message


@dataclass(frozen=True, slots=True)
class FolderTray:
    """What a process needs to put papers into the folder; `before` are the names that stood there when the run began."""

    directory: Path
    aside: Path
    before: frozenset[str]
    wanted: Wanted

    @contextmanager
    def unit(self, unit: Unit) -> Iterator[FolderTray]:  # noqa: ARG002 - a folder knows no transaction: each paper stands alone
        """Keep a unit's papers one by one."""
        yield self

    def put(self, item: Item, judged: Judged, fate: Fate, files: Mapping[str, bytes]) -> Fate:
        """Write an issued paper's files, all or none; what stood in their place with other contents is moved aside."""
        stem, twin = paper_stem(judged, item.ordinal), item.twins
        while self._taken(names := {kind: paper_name(stem, fate.form, kind, twin=twin) for kind in files}):
            twin += 1
        return self.write(item, fate, files, names)

    def write(self, item: Item, fate: Fate, files: Mapping[str, bytes], names: Mapping[str, str]) -> Fate:
        """Write files under the names they are given, all or none; what stood there with other contents is moved aside."""
        moved, written = [], []
        try:
            for kind, content in files.items():
                path = self.directory / names[kind]
                moved += self._make_way(path, content)
                write_whole(path, content)
                written.append(path)
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        digests = {kind: digest(content) for kind, content in files.items()}
        fate = replace(
            fate, files=dict(names), sha256=digests, findings=[*fate.findings, *_moved(fate, moved, self.aside)]
        )
        Journal(self.directory / NAME).add(key_of(item), fate)
        return fate

    def bind(self, name: str, volume: bytes) -> str:
        """Write a volume; an earlier one of the name with other contents is moved aside."""
        self._make_way(self.directory / name, volume)
        write_whole(self.directory / name, volume)
        return name

    def _taken(self, names: Mapping[str, str]) -> bool:
        """Tell whether this run has written a paper of that name already."""
        return any(name not in self.before and (self.directory / name).exists() for name in names.values())

    def _make_way(self, path: Path, content: bytes) -> list[str]:
        if not path.exists() or path.read_bytes() == content:
            return []
        return move_aside([path], self.aside)


def move_aside(paths: Sequence[Path], aside: Path) -> list[str]:
    """Move files into the folder of what was there before; return their names."""
    moved = []
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            aside.mkdir(parents=True, exist_ok=True)
            path.replace(aside / path.name)
            moved.append(path.name)
    return moved


def _moved(fate: Fate, names: Sequence[str], aside: Path) -> list[Finding]:
    """Tell of an earlier paper of the record that this run's outcome takes the place of."""
    if not names:
        return []
    told = f"前に発行した文書（{shown(names)}）は、今回の結果と違うため、フォルダ「{ASIDE}/{aside.name}」へ移しました。"
    more = (
        ""
        if fate.verdict == "issued"
        else "今回は発行していません。前の文書を渡してあるときは、扱いを上司に相談してください。"
    )
    severity: Severity = "info" if fate.verdict == "issued" else "warning"
    return [Finding(severity, (), told + more, form=fate.form, record=fate.record, code="earlier-paper-moved")]


def shown(names: Sequence[str]) -> str:
    """Name files in a message, the first ten of many."""
    rest = len(names) - _SHOWN
    return "、".join(names[:_SHOWN]) + (f"ほか{rest}件" if rest > 0 else "")


@dataclass(slots=True)
class FolderSink:
    """Own a folder for one run. `reports` is where register and review go (left out: nowhere), `inputs` files not to be told of."""

    directory: Path
    rules: Rulebook
    wanted: Wanted = field(default_factory=Wanted)
    reports: Path | None = None
    inputs: Sequence[Path] = ()
    tray: FolderTray = field(init=False)
    _journal: Journal = field(init=False)
    _now: dict[PaperKey, Fate] = field(init=False, default_factory=dict)
    _held: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Claim the folder and clear away what a run that was cut off had begun. Raises InputError when it cannot be had."""
        now = self.rules.now()
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._held.enter_context(held(self.directory, now))
            sweep(self.directory)
            before = frozenset(path.name for path in self.directory.iterdir())
            self._journal = Journal(self.directory / NAME)
            if self.reports is not None:
                self._journal.read_review(self.reports / REVIEW)
            self._journal.read()
        except OSError as error:
            self._held.close()
            raise InputError(
                f"出力先「{self.directory}」を作れません（{why(error)}）。",
                action="-o に書込みのできるフォルダを指定してください。",
            ) from None
        begun = f"{now:%Y-%m-%d_%H%M%S}"
        self.tray = FolderTray(self.directory, self.directory / ASIDE / begun, before, self.wanted)
        return self

    def __exit__(self, *_: object) -> None:
        """Let the folder go; what was begun and broken off is removed."""
        sweep(self.directory)
        self._held.close()

    def note(self, unit: Unit, fates: Sequence[Fate]) -> None:
        """Move aside what an earlier run issued of these records and this one did not, and write down what is no more."""
        bound = {fate.files["case"] for fate in fates if "case" in fate.files}
        keyed = [(key_of(item), fate) for item, fate in zip(unit.items, fates, strict=True)]
        for key, fate in keyed:
            earlier = self._journal.papers.get(key)
            if earlier is not None:
                fate.findings += _moved(fate, self._superseded(earlier, fate, bound), self.tray.aside)
            if "case" in fate.files or (earlier is not None and not fate.files):
                self._journal.add(key, fate)
        self._now |= keyed

    def _superseded(self, earlier: Fate, fate: Fate, bound: set[str]) -> list[str]:
        """Move aside the files of an earlier paper that are not this one's, and the volume it was bound in."""
        same = all(fate.sha256.get(kind) == mark for kind, mark in earlier.sha256.items() if kind != "case")
        kept = {*fate.files.values(), *bound, *([earlier.files["case"]] if same and "case" in earlier.files else [])}
        gone = [
            self.directory / name
            for kind, name in earlier.files.items()
            if name not in kept and self._is_whole(name, earlier.sha256.get(kind, ""))
        ]
        return move_aside(gone, self.tray.aside)

    def close(self, review: Review) -> Review:
        """Write register and review of everything that stands in the folder. Raises InputError when the disk refuses."""
        from forms.reports.outputs import OUTPUTS, write_outputs  # noqa: PLC0415 - openpyxl is slow to import

        earlier, told = self._earlier()
        told += self._strangers(review, earlier, OUTPUTS if self.reports == self.directory else ())
        if self.reports is None:
            self._journal.papers = earlier | {key: fate for key, fate in self._now.items() if fate.files}
            self._journal.write()
            return replace(review, earlier=tuple(earlier.values()), input_findings=(*review.input_findings, *told))
        known = self._with_values(earlier, self.reports / "register.xlsx")
        told += self._make_way_for(OUTPUTS, self.reports)
        review = replace(review, earlier=tuple(known), input_findings=(*review.input_findings, *told))
        write_outputs(review, self.rules.catalogue, self.reports)
        self._journal.end()
        return review

    def _with_values(self, earlier: Mapping[PaperKey, Fate], register: Path) -> list[Fate]:
        """Give the earlier papers what the register that is about to be written anew shows of them."""
        from forms.reports.register import values_in  # noqa: PLC0415 - openpyxl is slow to import

        shown: dict[str, dict[str, Any]] = {}
        if self._journal.reports.get(register.name) == _digest_of(register):
            slugs = {fate.form for fate in earlier.values() if not fate.values}
            shown = {slug: values_in(register, self.rules.catalogue.get(slug)) for slug in slugs}
        return [
            fate if fate.values else replace(fate, values=packed(shown.get(fate.form, {}).get(fate.record, {})))
            for fate in earlier.values()
        ]

    def _earlier(self) -> tuple[dict[PaperKey, Fate], list[Finding]]:
        """Return the papers of earlier runs that still stand as they were issued, and tell of them and of those that do not."""
        standing: dict[PaperKey, Fate] = {}
        changed: list[str] = []
        for key, fate in self._journal.papers.items():
            if key in self._now:
                continue
            whole = {kind: name for kind, name in fate.files.items() if self._is_whole(name, fate.sha256.get(kind, ""))}
            changed += [name for kind, name in fate.files.items() if kind not in whole and kind != "case"]
            if whole.keys() - {"case"}:
                marks = {kind: fate.sha256[kind] for kind in whole}
                standing[key] = replace(fate, files=whole, sha256=marks)
        told = []
        if standing:
            names = [name for fate in standing.values() for kind, name in fate.files.items() if kind != "case"]
            told.append(
                f"前の回に発行した文書{len(standing)}件が、このフォルダにあります。帳簿に載せました: {shown(names)}"
            )
        if changed:
            told.append(f"前の回に発行した文書のうち、無くなったか書き換えられたものがあります: {shown(changed)}")
        return standing, [Finding("info", (), message, code="earlier-papers") for message in told]

    def _is_whole(self, name: str, mark: str) -> bool:
        return _digest_of(self.directory / name) == mark

    def _strangers(self, review: Review, earlier: Mapping[PaperKey, Fate], outputs: Sequence[str]) -> list[Finding]:
        """Tell of files that no run of ours vouches for: they are not in the register, and nobody has touched them."""
        known = {
            *outputs,
            ASIDE,
            *(path.name for path in self.inputs if path.parent.resolve() == self.directory.resolve()),
        }
        known |= {name for fate in (*review.fates, *earlier.values()) for name in fate.files.values()}
        strange = sorted(p.name for p in self.directory.iterdir() if p.name not in known and not p.name.startswith("."))
        if not strange:
            return []
        told = f"帳簿に載っていないファイルがこのフォルダにあります（そのままにしました）: {shown(strange)}"
        return [Finding("info", (), told, code="foreign-files")]

    def _make_way_for(self, outputs: Sequence[str], reports: Path) -> list[Finding]:
        """Move aside a register or review that we did not write, or that somebody has changed since."""
        theirs = [
            path
            for name in outputs
            if (path := reports / name).is_file() and _digest_of(path) != self._journal.reports.get(name)
        ]
        if not (moved := move_aside(theirs, self.tray.aside)):
            return []
        told = f"前からあった{shown(moved)}は、ほかで作られたか書き換えられたものなので、フォルダ「{ASIDE}/{self.tray.aside.name}」へ移しました。"
        return [Finding("info", (), told, code="reports-moved")]


def _digest_of(path: Path) -> str:
    """Return the digest of a file; nothing when it cannot be read."""
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""
