"""Where a path of a record leads: to a field, to the words people call it by, to the cell it was read from.

A path is written `consultations[0].measures` (0-based); what only a person has, `applicant_name.kana`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from validators.kinds import KINDS
from validators.labels import OFFICE_LABELS
from validators.model import PERSON_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from validators.model import Field

_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class Spot:
    """What stands at a path: the field (None: the form has none there), its label in a list, its words in a sentence."""

    field: Field | None
    label: str  # お子さん 2件目 生年月日; "" when the form has no such field
    words: str  # 「お子さん」の2件目の「生年月日」


def parts_of(path: str) -> list[str | int]:
    """Return the steps of a path: names and 0-based indices."""
    return [int(index) if index else name for name, index in _STEP.findall(path)]


def path_of(parts: Iterable[str | int]) -> str:
    """Return the path of some steps."""
    out = ""
    for part in parts:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out


def parent_of(path: str) -> str:
    """Return the path of what holds a path's last step, `""` at the top."""
    return path[: max(path.rfind("."), path.rfind("["), 0)]


def spot_of(fields: Mapping[str, Field], path: str | Sequence[str | int]) -> Spot:
    """Follow a path through a form's fields, a person's parts and the office profile (`office.chief_name`)."""
    parts = parts_of(path) if isinstance(path, str) else path
    if len(parts) == 2 and parts[0] == "office" and parts[1] in OFFICE_LABELS:  # noqa: PLR2004 - profile and key
        label = OFFICE_LABELS[str(parts[1])]
        return Spot(None, label, f"所属の設定の「{label}」")
    item: Field | None = None
    labels: list[str] = []
    words = ""
    for part in parts:
        if isinstance(part, int):
            labels.append(f"{part + 1}件目")
            words += f"の{part + 1}件目"
            continue
        inner = fields.get(part)
        if inner is None:
            person = item is not None and KINDS[item.of or item.type].shape == "name"
            known = PERSON_KEYS.get(part, "") if person else ""
            label = " ".join((*labels, known)) if known else ""
            return Spot(item if known else None, label, f"{words}{'の' if words else ''}「{known or part}」")
        item, fields = inner, inner.fields
        labels.append(item.label)
        words += f"{'の' if words else ''}「{item.label}」"
    return Spot(item, " ".join(labels), words)


def label_of(fields: Mapping[str, Field], path: str) -> str:
    """Return the label of a path, `""` when there is no such field."""
    return spot_of(fields, path).label


def cell_of(cells: Mapping[str, str], path: str) -> str:
    """Return the cell a path was read from, else the first cell inside it, else that of what holds it, else nothing."""
    if not path or not cells:
        return ""
    if path in cells:
        return cells[path]
    inside = next((cell for known, cell in cells.items() if known.startswith((f"{path}.", f"{path}["))), "")
    return inside or cell_of(cells, parent_of(path))
