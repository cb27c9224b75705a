"""The records that many tests start from: fictitious, changed by each where its promise needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.office import OFFICE

if TYPE_CHECKING:
    from validators.model import Field

# 書面による通知書 (KNG-9(5)イ): no warning was given, and why; lawful.
NOTICE: dict[str, Any] = {
    "document_no": "汐見生安第45号",
    "document_date": "2024-06-20",
    "addressee_name": "髙橋　美咲",
    "application_received_on": "2024-06-03",
    "fact": "申出に係る警告は、実施しませんでした。",
    "reason": "行為者の所在が判明しなかったため。",
    "legal_basis": "法4条4項",
    "delivery_method": "direct",
    "oral_explained_on": "2024-06-20",
}


def notice(record: str = "N-1", **changes: Any) -> dict[str, Any]:
    """Return the notice as an item of an input, some of its values changed."""
    return {"form": "non-warning-notice", "record": record, "office": OFFICE, "data": {**NOTICE, **changes}}


_SCALARS: dict[str, Any] = {
    "date": "2024-05-10",
    "datetime": "2024-05-10T14:30",
    "time": "14:30",
    "integer": 3,
    "money": 1000,
    "boolean": True,
    "phone": "090-0000-0000",
}


def anything(field: Field, story: str = "架空の事情である。", items: int = 2, kind: str = "") -> Any:
    """Return something to print in a field, lawful or not: its first option, a text, so many rows of a list."""
    kind = kind or field.type
    if kind == "list" and field.fields:
        return [{name: anything(inner, story, items) for name, inner in field.fields.items()}] * items
    if kind == "list":
        return [*field.options][:2] or [anything(field, story, items, field.of)] * 2
    return next(iter(field.options), None) or _SCALARS.get(kind) or (story if kind == "text" else "汐見県汐見市架空町")
