"""The worked example of a form: the row 記入例 of its sheets, lawful as it stands.

It is the first paper beside the form that may be issued without a confirmation and without a case; a form without such a paper
shows the examples of its fields.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from validators.definitions.papers import FOLDER, read_papers
from validators.model import field_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from validators.model import Field, Form


def example_data(form: Form) -> dict[str, Any]:
    """Return the data of the form's worked example."""
    paper = _lawful(form.path.parent / FOLDER / f"{form.slug}.yaml")
    return _named(form.fields, paper) if paper else _of_fields(form.fields)


@lru_cache(maxsize=512)
def _lawful(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    papers = (paper for paper in read_papers(path) if paper.expect == "checked" and not paper.confirmations)
    return next((paper.data for paper in papers if not paper.case), {})


def _named(fields: Mapping[str, Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data under the names that the form's fields bear today, whatever aliases the paper uses."""
    out: dict[str, Any] = {}
    for key, value in data.items():
        item = field_named(fields, key)
        if item is not None:
            out[item.name] = [_named(item.fields, one) for one in value] if item.fields else value
    return out


def _of_fields(fields: Mapping[str, Field]) -> dict[str, Any]:
    found = {name: [_of_fields(item.fields)] if item.fields else item.example for name, item in fields.items()}
    return {name: value for name, value in found.items() if value not in (None, [{}])}
