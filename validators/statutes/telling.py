"""Say what a verdict means: a finding at a box, in the words of the provision; one for all that hangs on absent papers."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from validators.disclosure import exposed
from validators.model import Finding, Form, Record
from validators.paths import cell_of, label_of, spot_of
from validators.statutes.boxes import box_of
from validators.statutes.verdicts import Verdict, law_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from validators.definitions.clauses import Clause
    from validators.expressions.compiled import Context

_LOG = logging.getLogger(__name__)


def finding_of(
    clause: Clause, verdict: Verdict, form: Form, record: Record, context: Context, *, as_of: date
) -> Finding:
    """Return what is told of a breach, an undetermined or a broken verdict."""
    path = box_of(clause, verdict, form, context)
    common = Finding(
        severity=clause.soften_to if verdict.softened else clause.severity,
        clauses=(clause.id,),
        message="",
        form=form.slug,
        record=record.id,
        path=path,
        label=label_of(form.fields, path),
        cell=cell_of(record.cells, path),
        citation=clause.citation or clause.id,
        law_as_of=law_date(clause, form, context.values, as_of).isoformat(),
    )
    number = "" if verdict.index is None else str(verdict.index + 1)
    if verdict.outcome == "broken":
        _LOG.error("provision %s is broken: %s", clause.id, verdict.reason)
        return replace(
            common,
            severity="error",
            status="broken",
            message=f"点検「{clause.id}」の定義に誤りがあり、判定できませんでした。管理者にお知らせください。",
            supervisor=f"定義の誤り: {verdict.reason}",
        )
    if verdict.outcome == "undetermined":
        return replace(
            common,
            status="undetermined",
            message=_numbered(clause.undetermined, number) or _unknown_message(clause, verdict, form),
            supervisor=f"判定できないため、満たすものとして扱いません。{_numbered(clause.supervisor, number)}",
        )
    return replace(common, message=_numbered(clause.clerk, number), supervisor=_numbered(clause.supervisor, number))


def alone(
    hanging: Sequence[tuple[Clause, tuple[str, ...]]],
    form: Form,
    record: Record,
    title: Callable[[str], str],
    cite: Callable[[Iterable[str]], str],
) -> list[Finding]:
    """Tell what cannot be judged because the case's other papers are not at hand: one cause, one finding.

    It is confirmed rather than refused, for a case may have no other paper yet; a named person says so (PITFALLS 5, 11).
    """
    secrecy = form.secrecy if exposed(form, record) else ()
    clauses = tuple(dict.fromkeys((*(clause.id for clause, _ in hanging), *secrecy)))
    if not clauses:
        return []
    weighty = bool(secrecy) or any(clause.severity != "info" for clause, _ in hanging)
    titles = dict.fromkeys(title(slug) for _, papers in hanging for slug in papers if title(slug) != slug)
    asked = "、".join(f"「{name}」" for name in titles)
    beside = f"{asked}など、" if asked else ""
    leak = "ほかの文書で秘匿とされた住所などが書かれていないかも確かめられません。" if secrecy else ""
    duties = "".join(dict.fromkeys(f"{clause.duty.rstrip('。')}。" for clause, _ in hanging))
    return [
        Finding(
            severity="warning" if weighty else "info",
            clauses=clauses,
            form=form.slug,
            record=record.id,
            path="case",
            label="事案番号",
            cell=cell_of(record.cells, "case"),
            citation=cite(clauses),
            status="undetermined",
            code="papers-absent",
            message=f"事案のほかの文書がここにないため、照らし合わせができません。{leak}{beside}同じ事案の文書を一緒に渡してください。"
            "ほかに文書がないときは、それを確かめた方の氏名と「ほかに文書はない」旨の理由を、確認として書いてください。",
            supervisor=f"事案の文書がそろわず判定できないため、満たすものとして扱いません。{duties}",
        )
    ]


def _numbered(message: str, number: str) -> str:
    return message.replace("{n}", number)


def _unknown_message(clause: Clause, verdict: Verdict, form: Form) -> str:
    duty = clause.duty.rstrip("。")
    if verdict.missing:
        labels = "".join(dict.fromkeys(spot_of(form.fields, path).words for path in verdict.missing))
        return f"{labels}の記入がないため、次の定めを満たすか判定できません。記入してください。({duty})"
    return f"記入された裁判所・警察署・住所が対照表にないため、次の定めを満たすか判定できません。人が確かめてください。({duty})"
