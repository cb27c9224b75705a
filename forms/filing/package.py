"""Pack the papers of a case that has a petition: one folder for the court, whole and read once more, or none.

The papers are issued as any others are; what the court alone reads lies in a folder of its own with a list of its own.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms.filing.gate import read_again, too_heavy
from forms.filing.listing import CourtPaper, rows_of
from forms.filing.method import method_of
from forms.filing.sheets import texts_of, write_list
from forms.issue.files import held, write_whole
from forms.issue.issuing import issue
from forms.issue.names import safe_stem, volume_name
from forms.issue.sink import MemorySink, Wanted
from forms.issue.units import Inputs, Unit, cut
from validators.errors import InputError, why
from validators.expressions.lookups import Surroundings, surrounded
from validators.labels import VERDICT_LABELS
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forms.filing.listing import ListedRow
    from forms.issue.line import Line
    from forms.issue.units import Item, Source
    from validators.judging import Judged
    from validators.model import Finding
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
        if judged.form is not None:
            self.taken.append(CourtPaper(judged, judged.form, dict(files)))
        return MemorySink.put(self, item, judged, fate, files)


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
    line: Line, sources: Sequence[Source], directory: Path, *, case: str = "", form: str | None = None
) -> tuple[list[Packed], list[Finding]]:
    """Pack every case with a petition (or the one named) into a folder of its own; return what became of each, and the findings on the inputs.

    Raises InputError when the place cannot be written to or no such case is there.
    """
    table = line.rules.reference.table("court_package")
    inputs = Inputs(sources, line.catalogue, form)
    units, left = _units(inputs, table, case_key(case))
    if not units and not left:
        raise InputError(
            "束ねる事案がありません。",
            action="保護命令の申立書があり、どの書面にも同じ事案番号（case）が書いてあるかを確かめてください。",
        )
    if any(finding.severity == "error" for finding in inputs.findings):  # what was not read may belong to any of them
        unread = "入力に読めなかった所があります。書面が欠けるおそれがあるので、直してから束ねてください。"
        return [Packed(unit.items[0].record.case, (), wrong=[unread]) for unit in units] + left, inputs.findings
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with held(directory, line.rules.now()), surrounded(Surroundings(line.rules.reference)):
            for left_over in directory.glob(f"{_PARTIAL}*"):  # of a run that was cut off: it holds personal data
                shutil.rmtree(left_over, ignore_errors=True)
            return [*(_pack_case(line, unit, directory, table) for unit in units), *left], inputs.findings
    except OSError as error:
        raise InputError(
            f"「{directory}」に書けません（{why(error)}）。", action="場所と空き容量を確かめてください。"
        ) from None


def _units(inputs: Inputs, table: Mapping[str, Any], case: str) -> tuple[list[Unit], list[Packed]]:
    """Return the court's papers of each case with a petition, its other papers weighed beside them; and what is left."""
    court = {slug for group in table["groups"] for slug in group["papers"]}
    units: list[Unit] = []
    left: list[Packed] = []
    for unit in cut(inputs.records(), 1):
        items = tuple(item for item in unit.items if item.record.form in court)
        if not items or (case and unit.case != case):
            continue
        if unit.case and any(item.record.form in _petitions(table) for item in items):
            beside = tuple(item.record for item in unit.items if item.record.form not in court)
            units.append(Unit(items, unit.case, beside))
        else:
            told = "事案に申立書がありません。" if unit.case else "事案番号がないので、どの書面と束ねるか分かりません。"
            left.append(
                Packed(
                    items[0].record.case, (), wrong=[f"{item.record.id}　{item.record.form}: {told}" for item in items]
                )
            )
    return units, left


def _petitions(table: Mapping[str, Any]) -> set[str]:
    return {slug for group in table["groups"] if group.get("petition") for slug in group["papers"]}


def _pack_case(line: Line, unit: Unit, directory: Path, table: Mapping[str, Any]) -> Packed:
    """Issue the papers of a case and pack them, unless one was not issued or something is wrong with the whole."""
    sink = _PaperSink(Wanted(("pdf",)))
    fates = issue(line, [unit], sink)
    case = unit.items[0].record.case
    wrong = [
        f"{fate.record}　{fate.title}: {VERDICT_LABELS[fate.verdict]}" for fate in fates if fate.verdict != "issued"
    ]
    if wrong:
        return Packed(case, fates, wrong=wrong)
    petitions = [paper for paper in sink.taken if paper.form.slug in _petitions(table)]
    rows, wrong = rows_of(sink.taken, table)
    wrong += _several(petitions)
    notes, refused = method_of(line.rules, petitions[0].record.data, table)
    if wrong := [*wrong, *refused]:
        return Packed(case, fates, wrong=wrong)
    name = volume_name(((paper.form, paper.record) for paper in sink.taken), unit.items[0].ordinal, inner=False)
    target = directory / name.removesuffix(".pdf")
    if target.exists():
        return Packed(
            case,
            fates,
            wrong=[f"フォルダ「{target}」が既にあります。中を確かめて移すか、-o に別の場所を指定してください。"],
        )
    open_rows = [row for row in rows if row.paper is None or not row.paper.court_only]
    apart = [row for row in rows if row.paper is not None and row.paper.court_only]
    with _begun(directory) as begun:
        wrong = _fill(begun, open_rows, notes, petitions[0], table)
        if apart:
            wrong += _fill(begun / COURT_ONLY, apart, [_ALONE], None, table)
        if not wrong:
            begun.chmod(0o750)
            begun.rename(target)
    if wrong:
        return Packed(case, fates, wrong=wrong)
    by_hand = [row.called for row in open_rows if row.paper is None]
    if unit.beside:
        titles = "、".join(dict.fromkeys(line.catalogue.get(record.form).title for record in unit.beside))
        notes.append(f"同じ事案のほかの書面（{titles}）は、この束に入れていません。")
    return Packed(case, fates, target, len(open_rows) - len(by_hand), len(apart), by_hand, notes)


_ALONE = "裁判所だけが見る書面です。ほかの書面と綴じず、別の封筒で裁判所書記官に渡してください。写しを相手方の分に入れないでください。"


def _several(petitions: Sequence[CourtPaper]) -> list[str]:
    """Tell that petitions are not filed together: one package is one filing."""
    filings = {
        (paper.record.data.get("petition_date"), str(paper.record.data.get("court_name"))) for paper in petitions
    }
    if len(filings) == 1:
        return []
    return ["申立ての日か裁判所の違う申立書が一つの事案にあります。一回の申立ての書面だけを入力に入れてください。"]


@contextmanager
def _begun(directory: Path) -> Iterator[Path]:
    """Yield a folder that is renamed when it is whole, and otherwise goes away."""
    begun = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=directory))
    try:
        yield begun
    finally:
        shutil.rmtree(begun, ignore_errors=True)


def _fill(
    folder: Path, rows: Sequence[ListedRow], notes: Sequence[str], petition: CourtPaper | None, table: Mapping[str, Any]
) -> list[str]:
    """Write the PDFs and the list of a folder, and return what the gate says of them; `petition` is None for the court's alone."""
    folder.mkdir(exist_ok=True)
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
            sizes[name] = len(content)
            wrong += read_again(
                folder / name, row.paper.judged.secrets if petition and row.paper else None, table["name_letters"]
            )
    write_list(folder / LIST, rows, names, notes)
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
