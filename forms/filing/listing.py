"""The rows of the list of papers: what is handed over in which order, how often, and what must be brought by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from forms.filing.exhibits import Exhibit, alike, bare, counted, exhibits_of, plain, read_title
from validators.disclosure import exposed
from validators.expressions.functions import placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from validators.judging import Judged
    from validators.model import Form, Record

_TO_BRING = "この束にはありません。用意して添えてください。"


@dataclass(frozen=True, slots=True)
class CourtPaper:
    """An issued paper: what it was made of, and its PDFs by copy ("pdf", "pdf-副本")."""

    judged: Judged
    form: Form
    pdfs: Mapping[str, bytes]
    names: Mapping[str, str] = field(default_factory=dict)  # of its PDFs in the fate of its record

    @property
    def record(self) -> Record:
        """Return its record."""
        return self.judged.record

    @property
    def court_only(self) -> bool:
        """Tell whether the respondent never comes to read it: it is kept apart from the others."""
        return self.form.alone or not exposed(self.form, self.record)


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A line of the list. `paper` is None for what is brought by hand; `kinds` are its PDFs that go to the court."""

    group: str
    title: str
    originals: int = 1
    copies: int = 0
    exhibit: Exhibit | None = None
    paper: CourtPaper | None = None
    kinds: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)  # what the table says of the paper

    @property
    def called(self) -> str:
        """Return its title, behind the number of an exhibit."""
        return f"{self.exhibit.called} {self.title}" if self.exhibit else self.title

    @property
    def to_do(self) -> str:
        """Return what a person still does with it."""
        return str(self.about.get("by_hand", "")) if self.paper else _TO_BRING


@dataclass(frozen=True, slots=True)
class Listed:
    """The lines in the court's order, what a person still mends, and what is wrong with the exhibits, in words."""

    rows: list[ListedRow]
    notes: list[str]
    wrong: list[str]


def list_of(papers: Sequence[CourtPaper], table: Mapping[str, Any]) -> Listed:
    """Return the list of the papers."""
    open_ = [paper for paper in papers if not paper.court_only]
    exhibits, loose, wrong = exhibits_of([(paper.form, paper.record.data) for paper in open_])
    rows = [row for group in table["groups"] for row in _of_group(group, papers, table["copies"])]
    rows = _numbered(rows, exhibits, loose, table)
    written = {exhibit.number for exhibit in exhibits}
    given = [row.called for row in rows if row.exhibit and row.exhibit.number not in written]
    notes = [
        f"申立書の「証拠方法」で番号のない証拠に番号を付けました: {each}。申立書にも同じ番号を書くと、一覧と合います。"
        for each in given
    ]
    notes += _miscounted(rows, open_)
    notes += _apart(open_, table)
    return Listed([*rows, *_by_hand(rows, open_, table)], notes, wrong)


def _of_group(group: Mapping[str, Any], papers: Sequence[CourtPaper], marks: Sequence[str]) -> Iterator[ListedRow]:
    for slug, about in group["papers"].items():
        for paper in papers:
            if paper.form.slug != slug:
                continue
            kinds = tuple(kind for kind in paper.pdfs if kind == "pdf" or kind.removeprefix("pdf-") in marks)
            copies = len(kinds) - 1 or group.get("copies", 0)
            title = about.get("title", paper.form.printed_title)
            yield ListedRow(group["title"], title, 1, copies, None, paper, kinds, about)


def _numbered(
    rows: list[ListedRow], exhibits: list[Exhibit], loose: list[str], table: Mapping[str, Any]
) -> list[ListedRow]:
    """Return the lines with those of evidence by number: papers that have one in the lists take it, the others the next."""
    group = next(group for group in table["groups"] if group.get("exhibits"))
    made = [row for row in rows if row.group == group["title"]]
    free = max((exhibit.number[0] for exhibit in exhibits), default=0)
    evidence: list[ListedRow] = []
    for exhibit in [*exhibits, *(Exhibit((free + n, 0), title) for n, title in enumerate(loose, 1))]:
        found = next((row for row in made if _names(row, exhibit.title)), None)
        if found:
            made.remove(found)
        count = counted(exhibit.title)
        blank = ListedRow(group["title"], exhibit.title, count, count * group["copies"])
        evidence.append(replace(found or blank, exhibit=exhibit))
    free += len(loose)
    evidence += [replace(row, exhibit=Exhibit((free + n, 0), row.title)) for n, row in enumerate(made, 1)]
    order = [group["title"] for group in table["groups"]]
    others = [row for row in rows if row.group != group["title"]]
    return sorted([*others, *evidence], key=lambda row: order.index(row.group))


def _names(row: ListedRow, title: str) -> bool:
    """Tell whether a title in a list of the petition speaks of the paper."""
    return row.paper is not None and bare(title) in map(bare, row.about["as"])


def _attached(papers: Sequence[CourtPaper]) -> Iterator[str]:
    """Yield what papers name as attached, less words that stand for nothing and the evidence by its numbers."""
    for paper in papers:
        for text in map(str, paper.record.data.get("attachments") or ()):
            if not placeholder(text) and not read_title(text)[0]:
                yield text


def _by_hand(rows: Sequence[ListedRow], papers: Sequence[CourtPaper], table: Mapping[str, Any]) -> Iterator[ListedRow]:
    """Yield what the papers name as attached and no line is: it is brought by hand."""
    evidence = [row.exhibit.title for row in rows if row.exhibit]
    together = next(group["as"] for group in table["groups"] if group.get("exhibits")) if evidence else ()
    brought: dict[str, str] = {}
    for text in _attached(papers):
        known = (
            _is_apart(text, table)
            or any(_names(row, text) for row in rows)
            or any(alike(text, title) for title in evidence)
        )
        if not known and bare(text) not in map(bare, together):
            more = brought.get(plain(text), text)
            brought[plain(text)] = max(more, text, key=counted)
    for text in brought.values():
        yield ListedRow(table["by_hand"], text, counted(text))


def _is_apart(text: str, table: Mapping[str, Any]) -> bool:
    return any(word in plain(text) for word in table["court_only"])


def _apart(papers: Sequence[CourtPaper], table: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the petition names as attached though the court alone reads it: it is in no list that the respondent reads."""
    for text in dict.fromkeys(_attached(papers)):
        if _is_apart(text, table):
            yield f"申立書の添付書類に「{text}」とあります。裁判所だけに出す書面なので、一覧に入れていません。別にして出し、申立書の目録から消すかを確かめてください。"


def _miscounted(rows: Sequence[ListedRow], papers: Sequence[CourtPaper]) -> Iterator[str]:
    """Yield of which papers the petition asks for more than there are."""
    for text in dict.fromkeys(_attached(papers)):
        named = [row for row in rows if _names(row, text)]
        here = max(len(named), sum(row.copies for row in named))
        if named and counted(text) > here:
            yield f"申立書の「{text}」に対して、この束には{here}通です。足りない分を用意するか、申立書の通数を直してください。"
