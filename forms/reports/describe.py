"""Describe forms and provisions for people (text, a printable page) and for programs (data)."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validators.definitions.source import SORTS
from validators.kinds import KINDS
from validators.labels import AUDIENCE_LABELS, SEVERITY_LABELS
from validators.model import FACES
from validators.schema import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from validators.definitions.catalogue import Catalogue, FormHeading
    from validators.definitions.clauses import Clause, Clauses
    from validators.linting.coverage import Coverage
    from validators.model import Field, Form


@dataclass(frozen=True, slots=True)
class Described:
    """One description in three shapes."""

    text: str
    data: Any
    html: str = ""


def form_summary(form: Form | FormHeading) -> dict[str, Any]:
    """Return what a list of forms shows of one."""
    return {
        "slug": form.slug,
        "title": form.title,
        "number": form.number,
        "edition": form.edition,
        "authority": form.authority,
        "legal_basis": form.legal_basis,
        "face": form.face,
        "audience": sorted(form.audience),
        "effective": {
            "basis": form.basis,
            "from": _iso(form.effective_from),
            "until": _iso(form.effective_until),
        },
        "clauses": list(form.clauses),
    }


def describe_forms(catalogue: Catalogue) -> Described:
    """List every form, newest edition."""
    forms = catalogue.headings()
    width = max((len(form.slug) for form in forms), default=0)
    lines = [f"{form.slug:<{width}}  {form.title}（{form.number}）" for form in forms]
    return Described("\n".join(lines), [form_summary(form) for form in forms])


def describe_documents(catalogue: Catalogue) -> Described:
    """List every document of the sources by what it is: paper, register, event, another office's; with the reason."""
    others = catalogue.other_documents()
    registers = {each.slug for each in others}
    rows = [
        {"slug": each.slug, "authority": each.authority, "is": "paper", "title": each.title, "why": each.legal_basis}
        for each in catalogue.headings()
        if each.slug not in registers
    ] + [
        {"slug": each.slug, "authority": each.authority, "is": each.sort, "title": each.title, "why": each.why}
        | ({"event": each.event} if each.event else {})
        | ({"aliases": list(each.aliases)} if each.aliases else {})
        for each in others
    ]
    width = max((len(row["slug"]) for row in rows), default=0)
    lines: list[str] = []
    for sort, label in SORTS.items():
        among = [row for row in rows if row["is"] == sort]
        lines += [
            f"{label}　{len(among)}",
            *(f"  {row['slug']:<{width}}  {row['title']}（{row['why']}）" for row in among),
        ]
    return Described("\n".join(lines), rows)


def describe_matters(catalogue: Catalogue) -> Described:
    """List the kinds of matters of every source with their papers in order; papers without a form are marked."""
    titles = {form.slug: form.title for form in catalogue.headings()}
    rows = [
        {
            "authority": matter.authority,
            "matter": matter.name,
            "title": matter.title,
            "papers": [slug for slug in matter.papers if slug in titles],
            "waiting": [slug for slug in matter.papers if slug not in titles],
        }
        for matter in catalogue.matters()
    ]
    lines: list[str] = []
    for matter in catalogue.matters():
        lines.append(f"{matter.authority}　{matter.name}　{matter.title}")
        lines += [f"  {slug}　{titles.get(slug, '（様式待ち）')}" for slug in matter.papers]
    return Described("\n".join(lines), rows)


def describe_form(form: Form) -> Described:
    """List a form's fields with types, whether they must be filled, and the provisions behind them."""
    readers = "、".join(AUDIENCE_LABELS[reader] for reader in sorted(form.audience))
    lines = [
        f"{form.title}（{form.slug}、第{form.edition}版）",
        f"番号: {form.number}　根拠: {form.legal_basis}　閲覧者: {readers}",
        f"体裁: {FACES[form.face]}",
        *_field_lines(form.fields.values(), ""),
    ]
    data = {**form_summary(form), "fields": [_field_data(f) for f in form.fields.values()], "schema": json_schema(form)}
    return Described("\n".join(lines), data)


def _field_lines(fields: Iterable[Field], indent: str) -> Iterator[str]:
    for field in fields:
        must = f"条件: {field.required}" if isinstance(field.required, str) else "必須" if field.required else "任意"
        marks = "　".join(
            part
            for part in (
                KINDS[field.type].label,
                must,
                "秘匿" if field.sensitivity == "protected" else "",
                "" if field.printed else "紙面に出さない",
                " ".join(field.clauses),
            )
            if part
        )
        yield f"{indent}- {field.name}　{field.label}　［{marks}］"
        if field.options:
            yield f"{indent}    " + "、".join(k if k == v else f"{k}（{v}）" for k, v in field.options.items())
        yield from _field_lines(field.fields.values(), indent + "    ")


def _field_data(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "of": field.of,
        "required": {"when": field.required} if isinstance(field.required, str) else field.required,
        "sensitivity": field.sensitivity,
        "printed": field.printed,
        "clauses": list(field.clauses),
        "options": field.options,
        "aliases": list(field.aliases),
        "hint": field.hint,
        "fields": [_field_data(child) for child in field.fields.values()],
    }


def describe_rules(clauses: Clauses, slug: str | None = None) -> Described:
    """List every provision (or those of one form) with what it asks and says; `html` is the page to keep at hand."""
    among = clauses.naming(slug) if slug else clauses.entries.values()
    chosen = [clause for clause in among if not slug or slug in clause.documents]
    lines, rows = [], []
    for clause in chosen:
        lines.append(f"{clause.id}　［{SEVERITY_LABELS[clause.severity]}］{clause.citation}\n    {clause.duty}")
        if clause.clerk:
            lines.append(f"    → {clause.clerk}")
        cells = (clause.id, SEVERITY_LABELS[clause.severity], clause.citation, clause.duty, clause.clerk)
        rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    return Described("\n".join(lines), [_clause_data(clause) for clause in chosen], _PAGE.format(rows="\n".join(rows)))


def describe_coverage(covered: Coverage) -> Described:
    """Show provision → what implements it → how many examples, then what is left over."""
    states = {"implemented": "実装", "out-of-reach": "対象外"}
    lines = [
        f"{line.id}　{states[line.status]}　{'、'.join(line.by) or line.reason}"
        + (f"　例 {line.examples}" if line.examples else "")
        for line in covered.lines
    ]
    lines += [f"未対応 {clause}　{why}" for clause, why in covered.left_over.items()]
    if covered.absent_documents:
        lines.append(f"まだ様式のない文書: {'、'.join(covered.absent_documents)}")
    lines.append(f"条項 {len(covered.lines)}　未対応 {len(covered.left_over)}")
    return Described("\n".join(lines), covered.as_json())


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _clause_data(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "citation": clause.citation,
        "duty": clause.duty,
        "severity": clause.severity,
        "documents": list(clause.documents),
        "effective": {
            "basis": clause.effective.basis,
            "from": _iso(clause.effective.first),
            "until": _iso(clause.effective.last),
        },
        "clerk": clause.clerk,
        "supervisor": clause.supervisor,
    }


_PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>条項一覧</title>
<style>
@page {{ size: A4 landscape; margin: 12mm }}
body {{ font: 9pt/1.5 "BIZ UDPMincho", "BIZ UDMincho", serif }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border: 0.5pt solid #444; padding: 2pt 4pt; text-align: left; vertical-align: top }}
thead {{ display: table-header-group }} tr {{ break-inside: avoid }}
td:first-child {{ white-space: nowrap; font-weight: bold }}
</style></head><body><h1>条項一覧</h1>
<table><thead><tr><th>番号</th><th>扱い</th><th>根拠</th><th>内容</th><th>指摘されたときにすること</th></tr></thead>
<tbody>
{rows}
</tbody></table></body></html>"""
