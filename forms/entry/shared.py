"""What the papers of a matter have in common and are asked for once, on the sheet 事案: a row a case, joined by 事案番号.

Common is what a vocabulary calls so (`once`, docs/FORMS.md), under the name that the matter gives it (`same`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from validators.definitions.examples import example_data
from validators.model import Sensitivity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from validators.definitions.source import Matter
    from validators.model import Field, Form

CASE = "事案"  # the sheet with what all papers of a case have in common
_GRAVITY = get_args(Sensitivity)


def common_fields(forms: Iterable[Mapping[str, Field]], matter: Matter) -> dict[str, Field]:
    """Return the items of the sheet 事案 by their common names: those of the forms given, in their order.

    One that several forms have is worded by the first, known by the words of all, and needed as the strictest needs it.
    """
    found: dict[str, list[Field]] = {}
    for fields in forms:
        for item in fields.values():
            if name := matter.common(item):
                found.setdefault(name, []).append(item)
    joined = {name: _joined(name, items) for name, items in found.items()}
    groups = list(dict.fromkeys(item.group for item in joined.values()))
    return dict(sorted(joined.items(), key=lambda pair: groups.index(pair[1].group)))


def common_example(forms: Iterable[Form], matter: Matter) -> dict[str, Any]:
    """Return what the row 記入例 of the sheet 事案 holds: of each item the first that the forms' own examples have."""
    found: dict[str, Any] = {}
    for form in forms:
        for name, value in example_data(form).items():
            if common := matter.common(form.fields[name]):
                found.setdefault(common, value)
    return found


def _joined(name: str, items: list[Field]) -> Field:
    first = next((item for item in items if item.name == name), items[0])
    words = dict.fromkeys(word for item in items for word in (item.name, item.label, *item.aliases))
    needs: list[bool | str] = [item.required for item in items]
    return replace(
        first,
        name=name,
        required=True in needs or next((need for need in needs if need), False),
        printed=any(item.printed for item in items),
        sensitivity=max((item.sensitivity for item in items), key=_GRAVITY.index),
        aliases=tuple(word for word in words if word not in {name, first.label}),
        clauses=tuple(dict.fromkeys(clause for item in items for clause in item.clauses)),
    )
