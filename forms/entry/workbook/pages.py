"""What stands on which sheet of the entry workbook: a form's own, that of its facts of the case, its lists, and 事案."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from forms.entry.reading.headings import SYSTEM, headings
from forms.entry.reading.survey import FACTS
from forms.entry.shared import CASE, common_example, common_fields
from forms.entry.workbook import guide
from validators.definitions.examples import example_data
from validators.model import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from validators.definitions.source import Matter
    from validators.model import Field

BESIDE = "帳簿"  # heads what the system itself knows, where records hold it


class Column:
    """One column of a sheet: where its value comes from, and how it is headed."""

    def __init__(self, target: str, label: str, group: str = "", item: Field | None = None) -> None:
        self.target = target
        self.label = label
        self.group = group
        self.item = item


class Page:
    """One sheet to be written: a form's own, one of its lists, or 事案, which stands for no form (`form.slug` is empty)."""

    def __init__(
        self,
        form: Form,
        title: str,
        columns: list[Column],
        list_name: str = "",
        *,
        matter: Matter | None = None,
        examples: list[dict[str, Any]] | None = None,
    ) -> None:
        self.form = form
        self.title = title
        self.columns = columns
        self.list_name = list_name
        self.matter = matter
        self.grouped = any(column.group for column in columns)
        self.heading_row = 3 if self.grouped else 2
        self.examples = examples or _examples(form, list_name) or [{}]
        self.first_row = self.heading_row + 1 + len(self.examples)

    @property
    def heading(self) -> str:
        """Return what stands above the sheet."""
        if not self.list_name:
            return self.form.title
        if self.matter:
            return f"{CASE}（{self.matter.title}）"
        listed = FACTS if self.list_name == FACTS else self.form.fields[self.list_name].label
        return f"{listed}（{self.form.title}）"

    @property
    def mark(self) -> str:
        """Return what the title row says of the sheet: its form and list, and the matter whose facts it shares."""
        matter = f"{CASE}: {self.matter.authority} {self.matter.name}" if self.matter else ""
        form = f"様式: {self.form.slug}（第{self.form.edition}版）" if self.form.slug else ""
        listed = f"一覧: {self.list_name}" if self.list_name != CASE and self.list_name else ""
        return " ".join(filter(None, (form, listed, matter)))


def _examples(form: Form, list_name: str) -> list[dict[str, Any]]:
    example = example_data(form)
    return [example] if list_name in {"", FACTS} else example.get(list_name, [])


class Held:
    """What records hold beside what a workbook asks for, by form: `parts` of persons, `unasked` items, `own`.

    `own` are items that a matter asks for once, of which a record says otherwise than its case.
    """

    def __init__(self) -> None:
        self.parts: dict[str, set[str]] = {}
        self.unasked: dict[str, set[str]] = {}
        self.own: dict[str, set[str]] = {}

    def there(self, form: Form) -> dict[str, Field]:
        """Return the items of a form that get a column."""
        held = self.unasked.get(form.slug, set())
        return {name: item for name, item in form.fields.items() if item.asked or name in held}


def pages_of(forms: Sequence[Form], held: Held, matter: Matter | None) -> Iterator[Page]:
    """Yield the sheets of a workbook in their order; in that of a matter 事案 comes first."""
    titles = _Titles(forms)
    common: Mapping[str, Field] = {}
    if matter:
        common = common_fields(map(held.there, forms), matter)
        yield _case_page(forms, common, held, matter, titles)
    for form in forms:
        own = held.own.get(form.slug, set())
        apart = {n for n, item in form.fields.items() if matter and matter.common(item) in common and n not in own}
        yield from _pages(form, titles, held, apart, matter)


def _case_page(forms: Sequence[Form], common: Mapping[str, Field], held: Held, matter: Matter, titles: _Titles) -> Page:
    form = Form("", CASE, "", 1, matter.authority, (), frozenset(), dict(common), (), {})
    columns = [Column("#case", SYSTEM["#case"][0]), *_columns(common, common, held.parts.get("", ()))]
    return Page(form, titles.give(CASE), columns, CASE, matter=matter, examples=[common_example(forms, matter)])


def _pages(form: Form, titles: _Titles, held: Held, apart: set[str], matter: Matter | None) -> Iterator[Page]:
    """Yield the form's own sheet, that of the case's facts, and one for each of its lists; `apart` stands on 事案."""
    there = held.there(form)
    own = {name: item for name, item in there.items() if not item.fields and name not in apart}
    facts = {name: item for name, item in own.items() if form.with_case(item) or not item.asked}
    more = sorted(held.parts.get(form.slug, ()))
    columns = [Column(key, SYSTEM[key][0]) for key in ("#id", "#case")]
    columns += _columns(form.fields, [name for name in own if name not in facts], more)
    columns += [Column(key, SYSTEM[key][0]) for key in ("#clause", "#by", "#reason")]
    yield Page(form, titles.give(titles.of(form)), columns, matter=matter)
    if facts:
        in_order = sorted(facts, key=lambda name: (not facts[name].asked, facts[name].group not in form.apart))
        columns = [Column("#id", SYSTEM["#id"][0]), *_columns(form.fields, in_order, more)]
        yield Page(form, titles.give(FACTS), columns, FACTS)
    for name, item in there.items():
        if item.fields:
            inner = headings(item.fields)
            columns = [Column("#id", SYSTEM["#id"][0])]
            for key, each in item.fields.items():
                columns.append(Column(key, inner[key].label, inner[key].group, each))
                columns += [Column(p, p.split(".", 1)[1]) for p in more if p.startswith(f"{name}.{key}.")]
            yield Page(form, titles.give(item.label), columns, name)


def _columns(fields: Mapping[str, Field], names: Iterable[str], parts: Iterable[str]) -> Iterator[Column]:
    written = headings(fields)
    for name in names:
        item = fields[name]
        group = written[name].group if item.asked else BESIDE
        yield Column(name, written[name].label, group, item)
        yield from (Column(part, part, group) for part in sorted(parts) if part.partition(".")[0] == name)


class _Titles:
    """Give sheets unique names that Excel allows: at most 31 characters, no brackets, slashes or stars."""

    _REPLACED = str.maketrans("[]:*?/\\!'", "［］：＊？／＼！’")

    def __init__(self, forms: Sequence[Form]) -> None:
        self._taken = {name.lower() for name in (*guide.OWN_NAMES, "history")}
        self._printed = Counter(form.printed_title for form in forms)

    def of(self, form: Form) -> str:
        """Return what a form's sheet is to be called: what the paper prints, where no other of the forms prints the same."""
        return form.printed_title if self._printed[form.printed_title] == 1 and form.printed_title else form.title

    def give(self, wish: str) -> str:
        """Return the wished name, shortened and numbered as needed."""
        base = " ".join(wish.translate(self._REPLACED).split()) or "様式"
        number, title = 1, base[:31].strip()
        while title.lower() in self._taken:
            number += 1
            tail = f"（{number}）"
            title = base[: 31 - len(tail)].strip() + tail
        self._taken.add(title.lower())
        return title
