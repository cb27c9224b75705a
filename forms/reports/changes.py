"""Say what changes in the law from one day to another: provisions that begin or end, editions of forms, options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forms.reports.describe import Described
from validators.periods import days_after

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from validators.model import Form
    from validators.rulebook import Rulebook

_KINDS = {
    "edition-begins": "様式の版が始まる",
    "edition-ends": "様式が終わる",
    "provision-begins": "条項が始まる",
    "provision-ends": "条項が終わる",
    "procedure-begins": "手続が始まる",
    "procedure-ends": "手続が終わる",
}


def describe_changes(rules: Rulebook, old: date, new: date) -> Described:
    """List what differs between the law of two days, the earlier first; each change has the first day it counts on."""
    first, last = sorted((old, new))
    changes = sorted(
        (change for change in _changes(rules) if first < change["on"] <= last),
        key=lambda change: (change["on"], list(_KINDS).index(change["kind"]), change["id"]),
    )
    lines = [
        f"{change['on']}　{_KINDS[change['kind']]}　{change['id']}　{change['what']}"
        + "".join(f"\n    {detail}" for detail in change["details"])
        for change in changes
    ]
    lines.append(f"{first} から {last} までの変更 {len(changes)}")
    return Described("\n".join(lines), [{**change, "on": change["on"].isoformat()} for change in changes])


def _changes(rules: Rulebook) -> Iterator[dict[str, Any]]:
    for slug in rules.catalogue.slugs():
        editions = rules.catalogue.editions(slug)
        for before, form in zip([None, *editions], editions, strict=False):
            if form.effective_from:
                yield _change("edition-begins", form.effective_from, slug, form.title, _differences(before, form))
        yield from _ends("edition-ends", editions[-1].effective_until, slug, editions[-1].title)
    laws = [("provision", clause.id, clause.effective, clause.duty) for clause in rules.clauses.entries.values()]
    laws += [("procedure", each.id, each.effective, each.citation) for each in rules.procedures.all()]
    for what, id_, law, told in laws:
        if law.first:
            yield _change(f"{what}-begins", law.first, id_, told)
        yield from _ends(f"{what}-ends", law.last, id_, told)


def _ends(kind: str, last: date | None, what: str, told: str) -> Iterator[dict[str, Any]]:
    if last:
        yield _change(kind, days_after(last, 1), what, told)


def _change(kind: str, on: date, what: str, told: str, details: list[str] | None = None) -> dict[str, Any]:
    return {"kind": kind, "on": on, "id": what, "what": told, "details": details or []}


def _differences(before: Form | None, now: Form) -> list[str]:
    """Say what an edition changes of the one before it: number, items, options."""
    if before is None:
        return [f"第{now.edition}版 {now.number}"]
    told = [f"番号 {before.number} → {now.number}"] if before.number != now.number else []
    told += [f"項目を加える: {now.fields[name].label}" for name in now.fields if name not in before.fields]
    told += [f"項目をなくす: {field.label}" for name, field in before.fields.items() if name not in now.fields]
    for name, field in now.fields.items():
        older = before.fields.get(name)
        if older and older.options != field.options:
            changed = [label for key, label in field.options.items() if older.options.get(key) != label]
            told += [f"「{field.label}」の選択肢: {'、'.join(changed) or '減る'}"]
    if before.layout != now.layout:
        told.append("紙面が変わる")
    return told
