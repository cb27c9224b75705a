"""Lines of a paper that the office's profile fills: one that stays empty waits for confirmation (PITFALLS 32)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.labels import OFFICE_LABELS
from validators.model import Finding
from validators.paths import cell_of, label_of
from validators.values import blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from validators.model import Form, Record

_PRINTED = re.compile(r"\{\{\s*((?:[\w.]+\s+or\s+)*office\.\w+(?:\s+or\s+[\w.]+)*)\s*\}\}")
_LINES: dict[tuple[str, int, Path], tuple[tuple[str, ...], ...]] = {}


def check_issuer(form: Form, record: Record, office: Mapping[str, str]) -> list[Finding]:
    """Return one warning for all lines of the paper that neither the record nor the office's profile fills.

    It carries the form's own clauses: a named person may confirm that the line stays empty.
    """
    empty = [names for names in _lines(form) if all(blank(_value(name, record.data, office)) for name in names)]
    if not empty:
        return []
    first = next(name for name in empty[0] if name.startswith("office."))
    own = dict.fromkeys(_label(form, name) for names in empty for name in names if not name.startswith("office."))
    boxes = "".join(f"「{label}」も" for label in own)
    keys = dict.fromkeys(name.partition(".")[2] for names in empty for name in names if name.startswith("office."))
    wanted = "、".join(f"「{OFFICE_LABELS[key]}」" for key in keys if key in OFFICE_LABELS)
    return [
        Finding(
            severity="warning",
            clauses=form.clauses,
            message=f"{boxes}所属の{wanted}{'も' if own else 'が'}書かれていないため、書面のその欄が空いたままになります。"
            "記入用ブックの「所属」のシート（又は所属の設定）に書いてください。",
            supervisor="発行する者や宛先のない書面になるため、所属を書くか、空欄でよいことを確かめた方の確認が要ります。",
            form=form.slug,
            record=record.id,
            path=first,
            label=_label(form, first),
            cell=cell_of(record.cells, first),
            code="no-office",
        )
    ]


def _lines(form: Form) -> tuple[tuple[str, ...], ...]:
    """Return the lines that fall back on the office's profile, each as the names it is filled from."""
    key = (form.slug, form.edition, form.path)
    if key not in _LINES:
        found = (re.split(r"\s+or\s+", names) for text in _texts(form.layout) for names in _PRINTED.findall(text))
        _LINES[key] = tuple(dict.fromkeys(tuple(names) for names in found))
    return _LINES[key]


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _texts(inner)
    elif isinstance(part, (list, tuple)):
        for inner in part:
            yield from _texts(inner)


def _value(name: str, data: Mapping[str, Any], office: Mapping[str, str]) -> Any:
    root, _, key = name.partition(".")
    if root == "office":
        return office.get(key)
    value = data.get(root)
    return value.get(key) if key and isinstance(value, dict) else value


def _label(form: Form, name: str) -> str:
    root, _, key = name.partition(".")
    return OFFICE_LABELS.get(key, key) if root == "office" else label_of(form.fields, root)
