"""Fill a form: the record's values under the names of its fields, and the form's template rendered with them."""

from __future__ import annotations

import hashlib
import sys
from functools import cache, partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import jinja2

from forms.paper.expected import expected_texts
from forms.paper.names import (
    FUNCTIONS,
    ContinuationSheets,
    GroupItem,
    Many,
    Person,
    Shown,
    checks_text,
    chosen,
    either_text,
    joined,
    wareki,
    wareki_time,
)
from forms.paper.rings import Runs, Where, ringed
from forms.paper.templates import Template, plain_of, template_from
from validators.definitions.files import cache_directory, remembered
from validators.errors import DefinitionError
from validators.kinds import KINDS
from validators.model import field_called

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from forms.paper.zips import Filled
    from validators.model import Field, Form, Record

__all__ = ["build_context", "expected_texts", "fill", "shown", "template_of"]

_FORM_KEYS: Final = ("title", "number", "edition", "slug", "legal_basis")


def fill(
    form: Form,
    record: Record,
    office: Mapping[str, str] | None = None,
    *,
    copy: str = "",
    template: Template | None = None,
) -> Filled:
    """Return the filled DOCX, its parts not packed yet: the same record, form and office give the same bytes.

    `copy` is the mark of a paper that is made in several (正本, 副本); left out: the first of the form's copies.
    `template` is an office's own; left out: the form's.
    Raises DefinitionError where the layout is wrong, InputError on characters that cannot stand in a document.
    """
    template = template or template_of(form)
    context = build_context(form, record.data, office or {}, copy=copy)
    paper = template.fill(context)
    sheets: ContinuationSheets = context["continued"]
    if len(sheets) > 1:  # several sheets are numbered, and a box met early must know that
        paper = template.fill(build_context(form, record.data, office or {}, copy=copy, sheets=len(sheets)))
    return paper


_TEMPLATES: Final[dict[tuple[str, int, str], Template]] = {}
_KNOWN: Final[dict[int, tuple[Form, Template]]] = {}
_LOCK: Final = Lock()


def template_of(form: Form) -> Template:
    """Return the form's compiled template, built once for each definition."""
    known = _KNOWN.get(id(form))
    if known is not None and known[0] is form:
        return known[1]
    digest = hashlib.sha256(
        repr(
            (
                form.layout,
                form.page,
                form.fields,
                form.title,
                form.printed_title,
                form.number,
                form.printed_number,
                form.copies,
            )
        ).encode()
    )
    key = (form.slug, form.edition, digest.hexdigest())
    with _LOCK:
        if key not in _TEMPLATES:
            _TEMPLATES[key] = template_from(remembered(_kept(form), f"{key} {_code()}", partial(_built, form)))
        _KNOWN[id(form)] = (form, _TEMPLATES[key])
    return _TEMPLATES[key]


def _built(form: Form) -> list[Any]:
    from forms.paper.compiling import compile_template  # noqa: PLC0415 - a paper built before is not built again
    from forms.paper.layout import build_docx  # noqa: PLC0415

    return plain_of(compile_template(build_docx(form)))


def _kept(form: Form) -> Path:
    return cache_directory() / "papers-1" / f"{form.slug}-{form.edition}"


@cache
def _code() -> str:
    """Return what tells this code from another: the modules that build papers, and the packages they build them with."""
    docxtpl = find_spec("docxtpl")
    paths = [*sorted(Path(__file__).parent.rglob("*.py")), Path(docxtpl.origin or "") if docxtpl else Path()]
    stamps = [(path.name, found.st_size, found.st_mtime_ns) for path in paths for found in [path.stat()]]
    return hashlib.sha256(f"{sys.version} {jinja2.__version__} {stamps}".encode()).hexdigest()


class _Office:
    """The office profile in a layout: what is missing is blank."""

    def __init__(self, profile: Mapping[str, str]) -> None:
        self.__dict__ = dict(profile)

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        return ""


class _FormNames:
    """The form in a layout: `form.title`, `form.number` and so on."""

    def __init__(self, form: Form, copy: str) -> None:
        self.__dict__ = {key: getattr(form, key) for key in _FORM_KEYS} | {
            "printed_title": form.printed_title or form.title,
            "copy": copy or next(iter(form.copies), ""),
        }


def build_context(
    form: Form, data: Mapping[str, Any], office: Mapping[str, str], *, copy: str = "", sheets: int = 0
) -> dict[str, Any]:
    """Return everything a layout may name; every declared field is there, blank as "" or an empty list."""
    values = {name: shown(field, data.get(name)) for name, field in form.fields.items()}
    for name, field in form.fields.items():  # a clerk's own template may call an item by an older name
        values |= {alias: values[name] for alias in field.aliases if alias not in form.fields}
    continued = ContinuationSheets(form.title, sheets)
    return {
        **values,
        **FUNCTIONS,
        **_choices(form, values),
        "office": _Office(office),
        "form": _FormNames(form, copy),
        "continued": continued,
        "box": continued.box,
        "rows": lambda items, name, least: [
            *items,
            *(shown_item(form.fields[name], {}) for _ in range(least - len(items))),
        ],
    }


def _choices(form: Form, values: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Return `checks`, `either` and `label`, which look up a field's options."""

    def called(name: str) -> Field:
        found = field_called(form.fields, name)
        if found is None:
            raise KeyError(name)
        return found

    def find(first: Any, key: str = "", owner: str = "") -> tuple[Mapping[str, str], Any]:
        try:
            field = called(owner).fields[key] if key else called(first)
        except KeyError:
            raise DefinitionError(f"「{key or first}」という選択の項目はありません。", place=form.slug) from None
        return field.options, getattr(first, key) if key else values[first]

    numbers = count(1)
    return {
        "checks": lambda first, key="", owner="": checks_text(*find(first, key, owner)),
        "checklist": lambda first, key="", owner="": checks_text(*find(first, key, owner), between="\n"),
        "circled": lambda size, line, room, *choice: _circled(*find(*choice), Where(size, line, room), numbers),
        "either": lambda first, key="", owner="": either_text(*find(first, key, owner)),
        "label": lambda first, key="", owner="": _label(find(first, key, owner)[1]),
    }


def _circled(options: Mapping[str, str], value: Any, where: Where, numbers: Iterator[int]) -> Runs:
    return ringed(options, chosen(value), where, numbers)


def _label(value: Any) -> str:
    return joined(value) if isinstance(value, list) else str(value)


def _blank(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _choice(field: Field, value: Any) -> Any:
    return Shown(value, field.options.get(value, value)) if isinstance(value, str) else value


# How a shape prints; one that is not here prints as it is stored (true and false: forms/paper/names.py, finalize).
_PRINTS: Final[dict[str, Callable[[Field, Any], Any]]] = {
    "option": _choice,
    "day": lambda _, value: Shown(value, wareki(value)),
    "moment": lambda _, value: Shown(value, wareki_time(value)),
    "name": lambda _, value: Person(value),
}


def shown(field: Field, value: Any) -> Any:
    """Return a stored value as a layout sees it: see forms/paper/names.py for how each kind prints."""
    if field.type == "list":
        items = [] if _blank(value) else value
        if field.fields:
            return Many(shown_item(field, item) for item in items)
        make = _PRINTS.get(KINDS[field.of].shape)
        return Many(make(field, item) for item in items) if make else Many(items)
    shape = KINDS[field.type].shape
    make = _PRINTS.get(shape)
    if _blank(value):
        return Person("") if shape == "name" else ""
    return make(field, value) if make else value


def shown_item(field: Field, item: Mapping[str, Any]) -> GroupItem:
    """Return one item of a list of groups, its missing keys blank."""
    return GroupItem({name: shown(inner, item.get(name)) for name, inner in field.fields.items()})
