"""Pack the papers of a case that has a petition: one folder for the court, whole and read once more, or none.

The papers are issued as any others are; what the court alone reads lies in a folder of its own with a list of its own.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms.filing.gate import read_again, too_heavy
from forms.filing.listing import CourtPaper, list_of
from forms.filing.method import method_of
from forms.filing.sheets import texts_of, write_list
from forms.issue.files import held, write_whole
from forms.issue.issuing import issue, silent
from forms.issue.names import safe_stem, volume_name
from forms.issue.sink import MemorySink, Wanted
from forms.issue.units import Inputs, Unit, cut
from validators.errors import InputError, why
from validators.expressions.lookups import Surroundings, surrounded
from validators.labels import VERDICT_LABELS
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from forms.filing.listing import ListedRow
    from forms.issue.issuing import Progress
    from forms.issue.line import Line
    from forms.issue.units import Item, Source
    from validators.judging import Judged
    from validators.model import Finding, Record
    from validators.review import Fate

COURT_ONLY = "裁判所限り"
LIST = "提出書類一覧.xlsx"
_PARTIAL = ".part-package-"


@dataclass(slots=True)
class _PaperSink(MemorySink):
    """Keep the papers of one case with what they were made of."""

    taken: list[CourtPaper] = field(default_factory=list)

    @contextmanager
    def unit(self, unit: Unit) -> Iterator[_PaperSink]:  # noqa: ARG002 - there is one
        """Keep them all: a case of which one paper was not issued is not packed."""
        yield self

    def put(self, item: Item, judged: Judged, fate: Fate, files: Mapping[str, bytes]) -> Fate:
        """Take an issued paper."""
        fate = MemorySink.put(self, item, judged, fate, files)
        if judged.form is not None:
            self.taken.append(CourtPaper(judged, judged.form, dict(files), fate.files))
        return fate


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of a case: its folder, or why there is none; `notes` say what a person does next."""

    case: str
    fates: Sequence[Fate]
    folder: Path | None = None
    papers: int = 0
    court_only: int = 0
    by_hand: Sequence[str] = ()
    notes: Sequence[str] = ()
    wrong: Sequence[str] = ()


def pack(
    line: Line,
    sources: Sequence[Source],
    directory: Path,
    *,
    case: str = "",
    only: Collection[str] = (),
    form: str | None = None,
    progress: Progress = silent,
) -> tuple[list[Packed], list[Finding]]:
    """Pack every case with a petition (or the one named) into a folder of its own; return what became of each, and the findings on the inputs.

    `only` are the ids of the records to pack, where a case holds several filings; its others are weighed beside them.
    Raises InputError when the place cannot be written to or no such case is there.
    """
    table = line.rules.reference.table("court_package")
    inputs = Inputs(sources, line.catalogue, form)
    units, left = _units(line, inputs, table, case_key(case), only)
    if any(finding.severity == "error" for finding in inputs.findings):  # what was not read may belong to any of them
        unread = "入力に読めなかった所があります。書面が欠けるおそれがあるので、直してから束ねてください。"
        return [Packed(unit.items[0].record.case, (), wrong=[unread]) for unit in units] + left, inputs.findings
    here = {item.record.id for unit in units for item in unit.items}
    if only and (unknown := [each for each in only if each not in here]):
        raise InputError(
            f"整理番号「{'」「'.join(unknown)}」の書面は、申立書のある事案にありません。",
            action="入力の整理番号（record）と事案番号（case）を確かめ、申立書の整理番号も --record に指定してください。",
        )
    if not units and not left:
        raise InputError(
            f"事案番号「{case}」の書面が、入力にありません。" if case else "束ねる事案がありません。",
            action="保護命令の申立書があり、どの書面にも同じ事案番号（case）が書いてあるかを確かめてください。",
        )
    packed: list[Packed] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with held(directory, line.rules.now()), surrounded(Surroundings(line.rules.reference)):
            for left_over in directory.glob(f"{_PARTIAL}*"):  # of a run that was cut off: it holds personal data
                shutil.rmtree(left_over, ignore_errors=True)
            for unit in units:
                packed.append(_pack_case(line, unit, directory, table))
                progress(len(packed), len(units), "束ねています")
    except OSError as error:
        told = f"「{directory}」に書けません（{why(error)}）。"
        if not packed:
            raise InputError(told, action="場所と空き容量を確かめてください。") from None
        further = f"{told}場所と空き容量を確かめて、もう一度束ねてください。"
        packed += [Packed(unit.items[0].record.case, (), wrong=[further]) for unit in units[len(packed) :]]
    return packed + left, inputs.findings


def _units(
    line: Line, inputs: Inputs, table: Mapping[str, Any], case: str, only: Collection[str]
) -> tuple[list[Unit], list[Packed]]:
    """Return the court's papers of each case with a petition, its other papers weighed beside them; and what is left."""
    court = {slug for group in table["groups"] for slug in group["papers"]}
    units: list[Unit] = []
    left: dict[str, list[Record]] = {}
    for unit in cut(inputs.records(), 1):
        items = tuple(item for item in unit.items if item.record.form in court and (not only or item.record.id in only))
        if not items or (case and unit.case != case):
            continue
        if unit.case and any(item.record.form in _petitions(table) for item in items):
            beside = tuple(item.record for item in unit.items if item not in items)
            units.append(Unit(items, unit.case, beside))
        else:
            left.setdefault(unit.case, []).extend(item.record for item in items)
    return units, [_left(line, records) for records in left.values()]


def _left(line: Line, records: Sequence[Record]) -> Packed:
    """Say why papers are in no package: their case has no petition, or they are of no case."""
    case = records[0].case
    if case.strip():
        told = "この事案の申立書が入力にありません。申立書も入力に入れるか、事案番号（case）が申立書と同じかを確かめてください。"
    else:
        told = "事案番号がないので、どの書面と束ねるか分かりません。申立書と同じ事案番号を「事案番号」（case）の欄に書いてください。"
    return Packed(
        case,
        (),
        wrong=[told, *(f"{record.id}　{line.catalogue.get(record.form).title}" for record in records)],
    )


def _petitions(table: Mapping[str, Any]) -> set[str]:
    return {slug for group in table["groups"] if group.get("petition") for slug in group["papers"]}


def _pack_case(line: Line, unit: Unit, directory: Path, table: Mapping[str, Any]) -> Packed:
    """Issue the papers of a case and pack them, unless one was not issued or something is wrong with the whole."""
    sink = _PaperSink(Wanted(("pdf",), volume=False))
    fates = issue(line, [unit], sink)
    case = unit.items[0].record.case
    wrong = [
        f"{fate.record}　{fate.title}: {VERDICT_LABELS[fate.verdict]}" for fate in fates if fate.verdict != "issued"
    ]
    if wrong:
        return _refused(case, fates, wrong)
    petitions = [paper for paper in sink.taken if paper.form.slug in _petitions(table)]
    listed = list_of(sink.taken, table)
    notes, refused = method_of(line.rules, petitions[0].record.data, table)
    if wrong := [*listed.wrong, *_several(sink.taken, petitions), *refused]:
        return _refused(case, fates, wrong)
    beside = [(line.catalogue.get(record.form), record) for record in unit.beside]
    papers = [(paper.form, paper.record) for paper in sink.taken]
    name = volume_name([*papers, *beside], unit.items[0].ordinal, inner=False)
    target = directory / name.removesuffix(".pdf")
    if target.exists():
        there = f"フォルダ「{target}」が既にあります。中を確かめて移すか、-o に別の場所を指定してください。"
        return _refused(case, fates, [there])
    open_rows = [row for row in listed.rows if row.paper is None or not row.paper.court_only]
    apart = [row for row in listed.rows if row.paper is not None and row.paper.court_only]
    written: dict[str, str] = {}
    with _begun(directory) as begun:
        wrong = _fill(begun, open_rows, notes, petitions[0], table, written=written)
        if apart:
            alone = _ALONE_ONLINE if petitions[0].record.data.get("filing_method") == "online" else _ALONE
            wrong += _fill(begun / COURT_ONLY, apart, [alone], None, table, written=written)
        if not wrong:
            begun.chmod(0o750)
            begun.rename(target)
    if wrong:
        return _refused(case, fates, wrong)
    by_hand = [row.called for row in open_rows if row.paper is None]
    notes += [*listed.notes, *_clues(open_rows, petitions[0])]
    if beside:
        titles = "、".join(dict.fromkeys(form.title for form, _ in beside))
        notes.append(f"同じ事案のほかの書面（{titles}）は、この束に入れていません。")
    fates = [_kept_as(fate, written) for fate in fates]
    return Packed(case, fates, target, len(open_rows) - len(by_hand), len(apart), by_hand, notes)


def _refused(case: str, fates: Sequence[Fate], wrong: Sequence[str]) -> Packed:
    """Return a case of which nothing is packed: its papers were checked, and none is kept."""
    checked = [
        replace(fate, verdict="checked" if fate.verdict == "issued" else fate.verdict, files={}, sha256={})
        for fate in fates
    ]
    return Packed(case, checked, wrong=wrong)


def _kept_as(fate: Fate, written: Mapping[str, str]) -> Fate:
    """Return a fate with the files as they are called in the folder."""
    files = {kind: written[name] for kind, name in fate.files.items() if name in written}
    return replace(fate, files=files, sha256={kind: fate.sha256[kind] for kind in files})


def _clues(rows: Sequence[ListedRow], petition: CourtPaper) -> Iterator[str]:
    """Yield which titles of what is brought by hand hold the city or town of a protected place: the respondent reads the list."""
    for row in rows:
        if row.paper is None and (near := petition.judged.secrets.hinted_in(row.title, cities=True)):
            yield (
                f"「{row.called}」に「{'」「'.join(near)}」の市区町村か町の名前があります。相手方も読むので、居場所の手掛かりにならないかを確かめてください。"
            )


_ALONE = "裁判所だけが見る書面です。ほかの書面と綴じず、別の封筒で裁判所書記官に渡してください。写しを相手方の分に入れないでください。"


_ALONE_ONLINE = "裁判所だけが見る書面です。ほかのPDFと一緒に送らず、相手方に見えない出し方を、出す前に裁判所書記官に確かめてください。"


def _several(papers: Sequence[CourtPaper], petitions: Sequence[CourtPaper]) -> Iterator[str]:
    """Yield why petitions are not filed together, and which paper is there twice: one package is one filing."""
    ways = {
        (each.get("petition_date"), str(each.get("court_name")), each.get("filing_method"))
        for each in (paper.record.data for paper in petitions)
    }
    if len(ways) > 1:
        told = "、".join(f"{each.record.id} {each.form.title}" for each in petitions)
        yield (
            f"申立ての日、裁判所又は提出の方法の違う申立書が一つの事案にあります（{told}）。"
            "一回の申立てで出す書面の整理番号を --record で一つずつ指定してください。"
        )
    seen: list[CourtPaper] = []
    for paper in papers:
        same = [other for other in seen if other.form is paper.form]
        seen.append(paper)
        if twin := next((o for o in same if paper in petitions or o.record.data == paper.record.data), None):
            yield (
                f"{paper.form.title}が二つあります（{twin.record.id}、{paper.record.id}）。要らない方を入力から除くか、出す書面の整理番号を --record で指定してください。"
            )


@contextmanager
def _begun(directory: Path) -> Iterator[Path]:
    """Yield a folder that is renamed when it is whole, and otherwise goes away."""
    begun = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=directory))
    try:
        yield begun
    finally:
        shutil.rmtree(begun, ignore_errors=True)


def _fill(
    folder: Path,
    rows: Sequence[ListedRow],
    notes: Sequence[str],
    petition: CourtPaper | None,
    table: Mapping[str, Any],
    *,
    written: dict[str, str],
) -> list[str]:
    """Write the PDFs and the list of a folder, and return what the gate says of them; `petition` is None for the court's alone.

    `written` takes in under which name each PDF lies in the case's folder.
    """
    folder.mkdir(mode=0o750, exist_ok=True)
    wrong: list[str] = []
    sizes: dict[str, int] = {}
    names: list[list[str]] = []
    for number, row in enumerate(rows, 1):
        names.append([])
        for kind in row.kinds if row.paper else ():
            name = _file_name(number, row, kind, table["name_letters"])
            content = row.paper.pdfs[kind] if row.paper else b""
            write_whole(folder / name, content)
            names[-1].append(name)
            if row.paper:
                written[row.paper.names[kind]] = name if petition else f"{COURT_ONLY}/{name}"
            sizes[name] = len(content)
            wrong += read_again(
                folder / name, row.paper.judged.secrets if petition and row.paper else None, table["name_letters"]
            )
    write_list(folder / LIST, rows, names, notes)
    (folder / LIST).chmod(0o640)
    if petition:
        labels = petition.judged.secrets.found_in("\n".join(texts_of(rows, names, notes)))
        wrong += [f"{LIST}に、相手方に知られてはならない「{label}」が現れます。" for label in labels]
    return [*wrong, *too_heavy(sizes, table["megabytes"])]


def _file_name(number: int, row: ListedRow, kind: str, letters: int) -> str:
    """Return 03_甲1_宣誓供述書.pdf, cut to so many letters."""
    mark = kind.partition("-")[2] or ("正本" if len(row.kinds) > 1 else "")
    head = "_".join(filter(None, (f"{number:02}", row.exhibit.called if row.exhibit else "")))
    title = safe_stem(row.title)  # of a paper: the form's own, or the table's; it tells nothing of anybody
    tail = f"_{mark}.pdf" if mark else ".pdf"
    return f"{head}_{title[: letters - len(head) - 1 - len(tail)]}{tail}"
