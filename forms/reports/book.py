"""The rule book for reading: a page for each source's provisions and procedures, a page for each form with its pictures."""

from __future__ import annotations

import glob
import os
from typing import TYPE_CHECKING

from validators.definitions.papers import paper_files, read_papers
from validators.definitions.source import SORTS, source_of
from validators.kinds import KINDS
from validators.labels import AUDIENCE_LABELS, SEVERITY_LABELS
from validators.linting.coverage import coverage
from validators.model import FACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from validators.definitions.clauses import Clause
    from validators.linting.coverage import Covered
    from validators.model import Field, Form
    from validators.rulebook import Rulebook

_MADE = "<!-- `yoshiki book` が作るページです。書き直さないでください。 -->\n"


def pages(rules: Rulebook, pictures: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return every page by its path: rules/README.md, rules/<source>.md, forms/README.md, forms/<slug>.md.

    `pictures` are the pictures of each form, as a page in forms/ links to them.
    """
    covered = {line.id: line for line in coverage(rules.clauses, rules.catalogue, rules.procedures).lines}
    by_source: dict[str, list[Clause]] = {}
    for clause in rules.clauses.entries.values():
        by_source.setdefault(clause.source, []).append(clause)
    out = {f"rules/{source}.md": _source(rules, source, found, covered) for source, found in by_source.items()}
    out |= {f"forms/{slug}.md": _form(rules, slug, pictures.get(slug, ())) for slug in rules.catalogue.slugs()}
    out["rules/README.md"] = _index_of_rules(rules, by_source)
    out["forms/README.md"] = _index_of_forms(rules)
    return {path: f"{_MADE}\n{text.rstrip()}\n" for path, text in sorted(out.items())}


def pictures_by_form(rules: Rulebook, folder: Path, seen_from: Path) -> dict[str, list[str]]:
    """Return for each form the pictures of its papers (`<paper>-p1.png` in a folder), as a page elsewhere links to them."""
    found: dict[str, list[str]] = {}
    for file in paper_files(rules.catalogue.directory):
        for paper in read_papers(file):
            for path in sorted(folder.glob(f"{glob.escape(paper.name)}-p[0-9]*.png")):
                found.setdefault(paper.form, []).append(os.path.relpath(path, seen_from))
    return found


def _index_of_rules(rules: Rulebook, by_source: Mapping[str, list[Clause]]) -> str:
    rows = []
    for source, found in sorted(by_source.items()):
        header = source_of(source, rules.places.catalogue)
        procedures = sum(each.source == source for each in rules.procedures.all())
        rows.append((f"[{header.title or source}]({source}.md)", header.issuer, str(len(found)), str(procedures)))
    return "# 条項と手続\n\n" + _table(("出典", "発出", "条項", "手続"), rows)


def _index_of_forms(rules: Rulebook) -> str:
    others = rules.catalogue.other_documents()
    registers = {each.slug for each in others}
    rows = [
        (f"[{form.title}]({form.slug}.md)", form.number, form.legal_basis, FACES[form.face])
        for form in rules.catalogue.headings()
    ]
    text = "# 様式\n\n" + _table(("題名", "番号", "根拠", "体裁"), rows)
    kept = [(each.title, SORTS[each.sort], each.why) for each in others if each.slug in registers]
    return f"{text}\n\n## 様式として刷らないもの\n\n" + _table(("題名", "何か", "理由"), kept)


def _source(rules: Rulebook, source: str, clauses: list[Clause], covered: Mapping[str, Covered]) -> str:
    header = source_of(source, rules.places.catalogue)
    lines = [f"# {header.title or source}", "", *([f"{header.issuer}　{header.dated}", ""] if header.issuer else [])]
    rows = [
        (
            f"`{clause.id}`",
            clause.citation,
            "対象外" if clause.out_of_reach else SEVERITY_LABELS[clause.severity],
            clause.duty + (f"（対象外の理由: {clause.out_of_reach}）" if clause.out_of_reach else ""),
            _period(clause),
            "、".join(f"`{each}`" for each in covered[clause.id].by) if clause.id in covered else "",
        )
        for clause in clauses
    ]
    lines += ["## 条項", "", _table(("番号", "根拠", "扱い", "内容", "期間", "何が調べるか"), rows)]
    procedures = [each for each in rules.procedures.all() if each.source == source]
    if procedures:
        due = [
            (f"`{each.id}`", each.citation, "、".join(f"`{c}`" for c in each.clauses), each.next) for each in procedures
        ]
        lines += ["", "## 手続", "", _table(("番号", "根拠", "条項", "次にすること"), due)]
    return "\n".join(lines)


def _period(clause: Clause) -> str:
    first, last = clause.effective.first, clause.effective.last
    return f"{first or ''}～{last or ''}" if first or last else ""


def _form(rules: Rulebook, slug: str, pictures: Iterable[str]) -> str:
    editions = rules.catalogue.editions(slug)
    newest = editions[-1]
    readers = "、".join(AUDIENCE_LABELS[reader] for reader in sorted(newest.audience))
    lines = [
        f"# {newest.title}",
        "",
        f"- 略号 `{slug}`　番号 {newest.number}　根拠 {newest.legal_basis}",
        f"- 読み得る人 {readers}　体裁 {FACES[newest.face]}",
        *(f"- {_edition(form)}" for form in editions),
        "",
        *(f"![{newest.title}]({picture})" for picture in sorted(pictures)),
        "",
        _table(("項目", "名前", "種類", "必須", "秘匿", "条項"), list(_fields(newest.fields.values(), ""))),
    ]
    return "\n".join(lines)


def _edition(form: Form) -> str:
    return f"第{form.edition}版 {form.effective_from or ''}～{form.effective_until or ''} {form.number}"


def _fields(fields: Iterable[Field], indent: str) -> Iterator[tuple[str, ...]]:
    for field in fields:
        if not field.asked:
            continue
        must = f"条件 `{field.required}`" if isinstance(field.required, str) else "必須" if field.required else ""
        secret = "秘匿" if field.sensitivity == "protected" else ""
        clauses = "、".join(f"`{clause}`" for clause in field.clauses)
        yield indent + field.label, f"`{field.name}`", KINDS[field.type].label, must, secret, clauses
        yield from _fields(field.fields.values(), indent + "　└ ")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
