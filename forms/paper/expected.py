"""Say which texts of a record must stand on its paper, so that the finished files can be read back against it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import nodes

from forms.paper.templates import sandbox
from forms.paper.texts import unconditional
from validators.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validators.model import Field, Form, Record

_KEEPING: Final = frozenset({"or_text", "or_none"})
_RICH: Final = re.compile(r"\{\{r\s")


def expected_texts(form: Form, record: Record) -> dict[str, str]:
    """Return label → line of text that the layout prints whatever else the record says, in printed order, none twice.

    A label's second line and those after it are numbered. What stands under a condition is left out: whether it is
    printed is the layout's own business.
    """
    lines: dict[str, str] = {}
    for text in unconditional(form.layout):
        for name, key in _printed(text):
            lines |= {line: label for label, line in _stored(form.fields, record.data, name, key)}
    for name, list_name, text in _repeated(form.layout):
        for owner, key in _printed(text):
            if owner == name and key:
                lines |= {line: label for label, line in _stored(form.fields, record.data, list_name, key)}
    expected: dict[str, str] = {}
    for line, label in lines.items():
        numbered = (label, *(f"{label}（{n}）" for n in range(2, len(lines) + 2)))
        expected[next(each for each in numbered if each not in expected)] = line
    return expected


def _repeated(part: Any) -> Iterator[tuple[str, str, str]]:
    """Yield loop variable, list and text of what an unconditional loop over a list field repeats."""
    if isinstance(part, (list, tuple)):
        for value in part:
            yield from _repeated(value)
    elif isinstance(part, dict) and "when" not in part:
        if "each" in part:
            name, _, source = str(part["each"]).partition(" in ")
            inner = [part.get(key, []) for key in ("do", "cells", "rows")]
            yield from ((name.strip(), source.strip(), text) for text in unconditional(inner))
        else:
            for value in part.values():
                yield from _repeated(value)


_ENVIRONMENT: Final = sandbox()


@lru_cache(maxsize=4096)
def _printed(text: str) -> tuple[tuple[str, str], ...]:
    """Return `(name, "")` or `(loop variable, key)` for every value that a text prints as it is."""
    return tuple(_values(text)) if "{{" in text else ()


def _values(text: str) -> Iterator[tuple[str, str]]:
    for output in _ENVIRONMENT.parse(_RICH.sub("{{ ", text)).body:
        for node in output.nodes if isinstance(output, nodes.Output) else []:
            value = node.node if isinstance(node, nodes.Filter) and node.name in _KEEPING else node
            if isinstance(value, nodes.Name):
                yield value.name, ""
            elif isinstance(value, nodes.Getattr) and isinstance(value.node, nodes.Name):
                yield value.node.name, value.attr


def _stored(fields: Mapping[str, Field], data: Mapping[str, Any], name: str, key: str) -> Iterator[tuple[str, str]]:
    """Yield label and line of what a field holds as text."""
    field = fields.get(name)
    if field is None:
        return
    if key and field.fields:
        for item in data.get(name) or []:
            yield from _stored(field.fields, item, key, "")
    elif not key and KINDS[field.type].wordy:  # dates, amounts and choices have several printed forms
        value = data.get(name) or ""
        text = value.get("name", "") if isinstance(value, dict) else str(value)
        yield from ((field.label, line) for line in text.split("\n") if line.strip())
