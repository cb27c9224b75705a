"""Find out what each table of an input holds before any row is read: which form, which list, where the headings are."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from forms.entry.reading import limits
from forms.entry.reading.example_rows import former_examples, read_marks
from forms.entry.reading.grid import Only, Row, address, is_blank
from forms.entry.reading.headings import (
    HEADING_ROWS,
    SYSTEM,
    Columns,
    HeadingWords,
    calls_itself_example,
    find_columns,
    fold,
)
from forms.entry.shared import common_fields
from validators.definitions.examples import example_data
from validators.definitions.source import Matter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.entry.reading.batch import Fault, Findings
    from forms.entry.reading.grid import Grid
    from validators.definitions.catalogue import Catalogue
    from validators.model import Field

GUIDE, OFFICE, CHOICES, TO_MEND = "はじめに", "所属", "選択肢", "直すところ"
FACTS = "事案の事実"  # the sheet with a form's facts of the case: one row a record, joined by 整理番号
OWN_SHEETS = frozenset({GUIDE, CHOICES, TO_MEND})
_MARK = re.compile(r"様式[:：]\s*([a-z0-9][a-z0-9-]*)(?:.*?一覧[:：]\s*(\w+))?", re.DOTALL)
_MATTER = re.compile(r"(?:^|\s)事案[:：]\s*([a-z0-9-]+)\s+([a-z0-9_-]+)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_IDS = frozenset(fold(word) for word in SYSTEM["#id"])
_FORMS = frozenset(fold(word) for word in SYSTEM["#form"])
_TITLE_ROWS = 3
_LEAST_COLUMNS = 2

Role = Literal["form", "list", "case", "office", "ignored"]


@dataclass(slots=True)
class SheetTable:
    """One table and what it holds. `keys` are (row, id cell, form cell) of every visible row that is no heading."""

    grid: Grid
    role: Role = "ignored"
    form: str = ""  # empty for a table whose rows name their forms
    list_name: str = ""
    columns: dict[str, Columns] = field(default_factory=dict)  # by form: rows of one table may be of several
    top: list[Row] = field(default_factory=list)
    keys: list[tuple[int, Any, Any]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    struck: list[tuple[int, Fault]] = field(default_factory=list)  # rows of which no cell is to be taken, and why
    marks: frozenset[str] = frozenset()  # fingerprints of its rows 記入例, as they were written
    matter: Matter | None = None  # whose facts the sheet 事案 holds, or a form's sheet leaves to it
    headless: dict[int, int] = field(default_factory=dict)  # column with values but no heading → the first such row
    typed_over: list[tuple[int, int, int]] = field(
        default_factory=list
    )  # rows 記入例: number, cells not the example's, filled


class SheetWords:
    """The vocabularies of forms and their lists, made once; all editions of a form together."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.slugs = catalogue.slugs()
        self.names = catalogue.names()
        self._known: dict[tuple[str, str], HeadingWords] = {}
        self._headings: frozenset[str] = frozenset()

    def common(self, matter: Matter) -> dict[str, Field]:
        """Return the items of the sheet 事案 of a matter: those that the papers it may need have in common."""
        return common_fields((self.fields(slug) for slug in matter.papers if slug in self.slugs), matter)

    def matter(self, text: str) -> Matter | None:
        """Return the matter that a title row names; one that this rulebook has not keeps its name, and all papers may be its."""
        named = _MATTER.search(text)
        if not named:
            return None
        unknown = Matter(named[2], named[1], "", tuple(self.slugs))
        among = (each for each in self.catalogue.matters() if (each.authority, each.name) == (named[1], named[2]))
        return next(among, unknown)

    def fields(self, slug: str, list_name: str = "") -> dict[str, Field]:
        """Return the fields of every edition, the newest's meaning where they differ."""
        fields: dict[str, Field] = {}
        for form in self.catalogue.editions(slug):
            if list_name == FACTS:
                fields.update({name: item for name, item in form.fields.items() if not item.fields})
                continue
            fields.update(
                form.fields if not list_name else form.fields[list_name].fields if list_name in form.fields else {}
            )
        return fields

    def examples(self, slug: str, list_name: str = "") -> list[Mapping[str, Any]]:
        """Return the data of the rows 記入例 of a form's table, or of one of its lists."""
        example = example_data(self.catalogue.get(slug))
        return [example, *former_examples(slug)] if list_name in {"", FACTS} else list(example.get(list_name, ()))

    def of(self, slug: str, list_name: str = "") -> HeadingWords:
        """Return what the columns of a form's table, or of one of its lists, may be called."""
        if (slug, list_name) not in self._known:
            system = ("#id",) if list_name else SYSTEM
            self._known[slug, list_name] = HeadingWords(self.fields(slug, list_name), system=system)
        return self._known[slug, list_name]

    def of_case(self, matter: Matter) -> HeadingWords:
        """Return what the columns of the sheet 事案 may be called."""
        key = "", f"{matter.authority} {matter.name}"
        if key not in self._known:
            self._known[key] = HeadingWords(self.common(matter), system=("#case",))
        return self._known[key]

    def known(self, text: str) -> bool:
        """Tell whether any form or list has a column of this heading."""
        if not self._headings:
            self._headings = frozenset().union(
                *(self.of(slug, name).words for slug in self.slugs for name in ("", *self.lists(slug)))
            )
        return fold(text) in self._headings

    def lists(self, slug: str) -> dict[str, Field]:
        """Return a form's lists of groups."""
        return {name: item for name, item in self.fields(slug).items() if item.type == "list" and item.fields}

    def resolve(self, text: str) -> str:
        """Return the slug a cell of the column 様式 means: a slug, a title or a form number; empty when not exactly one."""
        if slug := self.names.get(text.strip()):
            return slug
        key, found = fold(text), []
        for slug in self.slugs:
            form = self.catalogue.get(slug)
            if key in {fold(slug), fold(form.title), fold(form.printed_title), fold(form.number)}:
                found.append(slug)
        return found[0] if len(found) == 1 else ""

    def nearest(self, text: str) -> str:
        """Return a sentence naming the form most like a wrong slug."""
        near = difflib.get_close_matches(text, self.slugs, n=1)
        return f"「{near[0]}」ではありませんか。" if near else "様式の一覧は yoshiki forms でご覧になれます。"


def survey(grid: Grid, name: str, before: int = 0) -> SheetTable:
    """Read a table once: its first rows, its ids, its hidden rows; the grid's own survey is complete afterwards.

    `name` is the file's, `before` the number of rows of its tables surveyed already: too many are refused.
    """
    table = SheetTable(grid)
    most = limits.most("ROWS") - before
    id_columns: list[int] = []
    form_columns: list[int] = []
    only = Only()
    for row in grid.rows(only):
        if len(table.top) < HEADING_ROWS:
            table.top.append(row)
            texts = [(c, fold(v)) for c, v in row.cells.items() if isinstance(v, str)]
            id_columns = sorted({*id_columns, *(c for c, text in texts if text in _IDS)})
            form_columns = sorted({*form_columns, *(c for c, text in texts if text in _FORMS)})
        elif only.columns is None:
            only.columns = frozenset((*id_columns, *form_columns))
        if row.hidden:
            table.hidden_rows.append(row.number)
        else:
            ids = next((row.cells[c] for c in id_columns if c in row.cells), None)
            if row.struck:
                ids = None  # the id of a row struck out may be given again
            table.keys.append((row.number, ids, next((row.cells[c] for c in form_columns if c in row.cells), None)))
        if len(table.keys) + len(table.hidden_rows) > most:
            limits.exceeded("ROWS", name)
    return table


def is_example(row: Row) -> bool:
    """Tell whether a row is the worked example (its first filled cell says so)."""
    return calls_itself_example(row.cells[min(row.cells)])


def assign(tables: list[SheetTable], words: SheetWords, name: str, form: str | None, findings: Findings) -> None:
    """Give every table its role. What cannot be decided is a finding, and the table stays unread."""
    waiting = []
    for table in tables:
        if table.grid.hidden:
            if table.keys:
                findings.add(
                    "hidden-sheet",
                    f"シート「{table.grid.name}」は非表示のため読み取りませんでした。使うときは再表示して保存してください。",
                    severity="warning",
                    cell=f"{table.grid.name}!A1",
                )
        elif table.grid.name == OFFICE:
            table.role = "office"
        elif table.grid.name not in OWN_SHEETS and table.keys and not _by_mark(table, words, findings):
            waiting.append(table)
    waiting = [table for table in waiting if not _by_name(table, words, form)]
    limits.check("SEARCHED_SHEETS", sum(_has_headings(table, words) for table in waiting), name)
    for table in waiting:
        _by_headings(table, words, findings)
    for table in tables:
        if table.role in {"form", "list", "case"}:
            _check_columns(table, words, findings)


def _by_mark(table: SheetTable, words: SheetWords, findings: Findings) -> bool:
    """Take the form that the title row names; True when the matter is settled."""
    cells = [v for row in table.top[:_TITLE_ROWS] for v in row.cells.values() if isinstance(v, str)]
    marks = [mark for text in cells if (mark := _MARK.search(text))]
    if not marks and not any(fold(text) in _FORMS for text in cells):
        named = {words.names[slug] for text in cells for slug in _SLUG.findall(text) if slug in words.names}
        if len(named) == 1:
            return _as_form(table, named.pop(), words)
    if not marks:
        return _as_case(table, cells, words)
    table.marks = read_marks(marks[0].string)
    table.matter = words.matter(marks[0].string)
    slug, list_name = words.names.get(marks[0][1], marks[0][1]), marks[0][2] or ""
    if slug not in words.slugs:
        findings.add(
            "unknown-form",
            f"シート「{table.grid.name}」に書かれた様式「{slug[:60]}」はありません。{words.nearest(slug)}",
            cell=f"{table.grid.name}!A1",
        )
        return True
    if list_name == FACTS or list_name in words.lists(slug):
        return _as_list(table, slug, list_name, words)
    return not list_name and _as_form(table, slug, words)


def _columns(table: SheetTable, words: SheetWords, slug: str, list_name: str = "") -> Columns:
    return find_columns(table.top, table.grid.survey.merged, words.of(slug, list_name))


def _as_form(table: SheetTable, slug: str, words: SheetWords) -> bool:
    """Make it a form's table; slug empty: its rows name their forms. True when a heading row came of it."""
    table.role, table.form = "form", slug
    if slug:
        table.columns[slug] = _columns(table, words, slug)
    for text in dict.fromkeys(value for *_, value in table.keys if isinstance(value, str)):
        other = words.resolve(text)
        if other and other not in table.columns:
            columns = _columns(table, words, other)
            if "#form" in columns.targets.values():
                table.columns[other] = columns
    return bool(table.columns)


def _as_case(table: SheetTable, cells: list[str], words: SheetWords) -> bool:
    """Make it the sheet 事案 where the title row says so."""
    mark = next((text for text in cells if _MATTER.match(text)), "")
    if not mark:
        return False
    table.role, table.marks, table.matter = "case", read_marks(mark), words.matter(mark)
    if table.matter:
        table.columns[""] = find_columns(table.top, table.grid.survey.merged, words.of_case(table.matter))
    return True


def _as_list(table: SheetTable, slug: str, list_name: str, words: SheetWords) -> bool:
    table.role, table.form, table.list_name = "list", slug, list_name
    table.columns[slug] = _columns(table, words, slug, list_name)
    return True


def _by_name(table: SheetTable, words: SheetWords, form: str | None) -> bool:
    """Take the form from a column 様式, the sheet's own name, or the form the caller gave."""
    key = fold(table.grid.name)
    if form and any(key == fold(item.label) for item in words.lists(form).values()):
        return False
    if any(words.resolve(text) for *_, text in table.keys if isinstance(text, str)) and _as_form(table, "", words):
        return True
    table.role = "ignored"
    if slug := words.names.get(table.grid.name):
        return _as_form(table, slug, words)
    return bool(form) and _as_form(table, form or "", words)


def _has_headings(table: SheetTable, words: SheetWords) -> bool:
    """Tell whether a row near the top may be a row of headings: most sheets without any are done with here."""
    return any(
        sum(words.known(value) for value in row.cells.values() if isinstance(value, str)) >= 1 for row in table.top
    )


def _by_headings(table: SheetTable, words: SheetWords, findings: Findings) -> None:
    """Take the form or list whose headings fit best; two that fit equally well are a finding."""
    scored: list[tuple[int, int, str, str]] = []
    for slug in words.slugs if _has_headings(table, words) else ():
        for list_name in ("", *words.lists(slug)):
            columns = _columns(table, words, slug, list_name)
            fields = {t for t in columns.targets.values() if not t.startswith("#")}
            enough = len(fields) >= (_LEAST_COLUMNS if not list_name else 1)
            if not enough or (list_name and "#id" not in columns.targets.values()):
                continue
            named = (
                fold(words.lists(slug)[list_name].label) == fold(table.grid.name)
                if list_name
                else (fold(words.catalogue.get(slug).title) == fold(table.grid.name))
            )
            scored.append((len(fields), int(named), slug, list_name))
    if not scored:
        if any(not is_blank(value) for row in table.top for value in row.cells.values()):
            findings.add(
                "sheet-not-used",
                f"シート「{table.grid.name}」は様式の見出しが見つからないため読み取りませんでした。",
                severity="warning",
                cell=f"{table.grid.name}!A1",
            )
        return
    best = max(score[:2] for score in scored)
    fitting = [score for score in scored if score[:2] == best]
    if len(fitting) > 1:
        names = "、".join(f"{words.catalogue.get(slug).title}（{slug}）" for *_, slug, _list in fitting[:5])
        findings.add(
            "ambiguous-form",
            f"シート「{table.grid.name}」の見出しは複数の様式に当てはまります: {names}。「様式」の列に様式の名前を書いてください。",
            cell=f"{table.grid.name}!A1",
        )
        return
    _, _, slug, list_name = fitting[0]
    if _is_choices(table, words.fields(slug, list_name), _columns(table, words, slug, list_name)):
        findings.add(
            "sheet-not-used",
            f"シート「{table.grid.name}」は選択肢の一覧なので、読み取りませんでした。様式のシートを渡してください。",
            severity="warning",
            cell=f"{table.grid.name}!A1",
        )
        return
    if list_name:
        _as_list(table, slug, list_name, words)
    else:
        _as_form(table, slug, words)


def _is_choices(table: SheetTable, fields: Mapping[str, Field], columns: Columns) -> bool:
    """Tell whether a table is the sheet 選択肢: below the headings of choices stand their options, each once."""
    items = {column: fields.get(target) for column, target in columns.targets.items()}
    if not items or any(item is None or not item.options for item in items.values()):
        return False
    below = [row for row in table.top if row.number > columns.row]
    for column, item in items.items():
        values = [str(row.cells[column]) for row in below if column in row.cells]
        options = {fold(label) for label in (item.options.values() if item else ())}
        if len(set(values)) < len(values) or not all(fold(value) in options for value in values):
            return False
    return bool(below)


def _check_columns(table: SheetTable, words: SheetWords, findings: Findings) -> None:
    """Tell what is wrong with the headings. A table whose columns cannot be told apart stays unread."""
    grid = table.grid
    if not any(columns.targets for columns in table.columns.values()):
        table.role = "ignored"
        findings.add(
            "no-headings",
            f"シート「{grid.name}」に見出しの行が見つかりません。項目名の行を書いてください。",
            form=table.form,
            cell=address(grid, 1, 1),
        )
        return
    for slug, columns in table.columns.items():
        _check_targets(table, slug, columns, findings)
    unknown = [columns.unknown for columns in table.columns.values()]
    for column in sorted(set.intersection(*(set(found) for found in unknown))):
        slug, columns = next(iter(table.columns.items()))
        known = (
            words.of_case(table.matter) if table.role == "case" and table.matter else words.of(slug, table.list_name)
        )
        near = known.nearest(columns.unknown[column])
        hint = f"「{near}」ではありませんか。" if near else "この列は使いません。"
        findings.add(
            "unknown-heading",
            f"見出し「{columns.unknown[column].strip()[:40]}」は、この様式の項目ではありません。{hint}",
            severity="warning",
            form=table.form,
            cell=address(grid, column, columns.row),
        )


def _check_targets(table: SheetTable, slug: str, columns: Columns, findings: Findings) -> None:
    def at(column: int) -> str:
        return address(table.grid, column, columns.row)

    def path(target: str) -> str:
        return "" if target.startswith("#") else target

    for column in [c for c in sorted(columns.targets) if table.grid.survey.hides(c)]:
        findings.add(
            "hidden-column",
            f"シート「{table.grid.name}」の非表示の列を読み取りませんでした。使うときは再表示して保存してください。",
            severity="warning",
            form=slug,
            path=path(columns.targets.pop(column)),
            cell=at(column),
        )
    for column, (text, meanings) in columns.ambiguous.items():
        table.role = "ignored"
        findings.add(
            "ambiguous-heading",
            f"見出し「{text.strip()[:40]}」は複数の項目に当てはまります（{'、'.join(sorted(meanings))}）。"
            "項目名で書き分けてください。この表は読み取りませんでした。",
            form=slug,
            cell=at(column),
        )
    for target, found in columns.twice.items():
        table.role = "ignored"
        where = "と".join(at(column).rpartition("!")[2] for column in found)
        findings.add(
            "duplicate-heading",
            f"同じ項目の見出しが{where}にあります。正しい列だけを残してください。この表は読み取りませんでした。",
            form=slug,
            path=path(target),
            cell=at(found[1]),
        )
