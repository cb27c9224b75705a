"""What is always so, as questions to the database: each a code, a sentence, and the rows for which it is not.

Most hold because the database refuses anything else (tables/, guards.py); they are asked all the same, for a file may have been
written by something that is not Yoshiki. Those that take more than a question stand in check.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, exists, func, literal, not_, or_, select

from ledger.tables import (
    METADATA,
    approval,
    artifact,
    batch,
    case_fact,
    case_file,
    content,
    data_key,
    destruction,
    entry,
    event,
    handover,
    item,
    number,
    office,
    paper,
    party,
    request,
    series,
    the_ledger,
    unit,
)
from ledger.tables.papers import ISSUED_STATES

if TYPE_CHECKING:
    from sqlalchemy import Select


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule by its code: `offenders` selects the name of each row that breaks it, as one column."""

    code: str
    says: str
    offenders: Select[Any]


@dataclass(frozen=True, slots=True)
class Offence:
    """A row that breaks a rule: the rule's code, what is wrong, and the row by its ref or name."""

    code: str
    message: str
    where: str


_ISSUED = paper.c.state.in_(ISSUED_STATES)
_OF_SERIES = office.c.code + "/" + series.c.kind + "/" + series.c.period
_IN_SERIES = and_(number.c.n >= series.c.start, number.c.n < series.c.next)
_KEYED = exists().where(the_ledger.c.key_check.is_not(None))
_IN_CLEAR = b"\x00"  # a blob's version


def _papers(*where: Any) -> Select[Any]:
    return select(paper.c.ref).where(*where)


def _of_paper(table: Any, *where: Any) -> Any:
    return exists().where(table.c.paper_id == paper.c.id, *where)


def _series(*where: Any) -> Select[Any]:
    return select(_OF_SERIES).join(office, office.c.id == series.c.office_id).where(*where)


def _numbers_of_series() -> Any:
    held = select(func.count()).select_from(number).where(number.c.series_id == series.c.id, _IN_SERIES)
    return held.correlate(series).scalar_subquery()


def _days_back() -> Select[Any]:
    """Select papers whose day lies before that of a lower number of their series."""
    earlier = func.max(paper.c.day).over(partition_by=number.c.series_id, order_by=number.c.n, rows=(None, -1))
    days = select(paper.c.ref, paper.c.day, earlier.label("before")).join(number, number.c.id == paper.c.number_id)
    numbered = days.subquery()
    return select(numbered.c.ref).where(numbered.c.day < numbered.c.before)


def _superseding() -> Select[Any]:
    """Select facts that supersede one of another case or name, or not the one before them."""
    older = case_fact.alias("older")
    kin = and_(
        older.c.case_file_id == case_fact.c.case_file_id,
        older.c.name == case_fact.c.name,
        older.c.rev == case_fact.c.rev - 1,
    )
    first = and_(case_fact.c.rev == 1, case_fact.c.supersedes.is_(None))
    return select(case_fact.c.ref).where(not_(first), not_(exists().where(older.c.id == case_fact.c.supersedes, kin)))


def _events_superseding() -> Select[Any]:
    older = event.alias("older")
    same = older.c.case_file_id == event.c.case_file_id
    return select(event.c.ref).where(
        event.c.supersedes.is_not(None), not_(exists().where(older.c.id == event.c.supersedes, same))
    )


def _corrections() -> Select[Any]:
    older = entry.alias("older")
    same = and_(older.c.register == entry.c.register, older.c.office_id == entry.c.office_id)
    return select(entry.c.ref).where(
        entry.c.corrects.is_not(None), not_(exists().where(older.c.id == entry.c.corrects, same))
    )


def _left(case: Any) -> Select[Any]:
    """Select destroyed cases of which something is left."""
    return select(case_file.c.ref).where(case_file.c.state == "destroyed", exists().where(case))


def _in_clear() -> list[Invariant]:
    says = "鍵があるのに、封のない値があります（鍵を入れる前のものなら yoshiki ledger rotate で封をします）。"
    found = [
        Invariant(
            "K1",
            says,
            select(literal(f"{table.name}/") + cast(table.c.ref, String)).where(_KEYED, _clear(table.c.sealed)),
        )
        for table in METADATA.sorted_tables
        if "sealed" in table.c and "ref" in table.c
    ]
    files = select(paper.c.ref + "/" + artifact.c.kind).join(artifact, artifact.c.paper_id == paper.c.id)
    return [*found, Invariant("K1", says, files.join(content).where(_KEYED, _clear(content.c.bytes)))]


def _clear(blob: Any) -> Any:
    return func.substr(blob, 1, 1) == _IN_CLEAR


INVARIANTS = (
    Invariant("P1", "発行した文書にファイルがありません。", _papers(_ISSUED, not_(_of_paper(artifact)))),
    Invariant(
        "P1", "発行していない文書にファイルがあります。", _papers(paper.c.issued_at.is_(None), _of_paper(artifact))
    ),
    Invariant(
        "P1",
        "文書のファイルの中身がありません。",
        select(paper.c.ref + "/" + artifact.c.kind)
        .join(artifact, artifact.c.paper_id == paper.c.id)
        .where(not_(exists().where(content.c.artifact_id == artifact.c.id))),
    ),
    Invariant(
        "P1",
        "事案の文書が、事案の経過にありません。",
        _papers(_ISSUED, paper.c.case_file_id.is_not(None), not_(_of_paper(event))),
    ),
    Invariant("N1", "番号に抜けがあります。", _series(_numbers_of_series() != series.c.next - series.c.start)),
    Invariant(
        "N1",
        "番号が、続きの外にあります。",
        _series(exists().where(number.c.series_id == series.c.id, number.c.state == "given", not_(_IN_SERIES))),
    ),
    Invariant("N3", "後の番号の日付が、前の番号の日付より前です。", _days_back()),
    Invariant(
        "N4",
        "欠番に理由か名前がありません。",
        select(number.c.ref).where(
            number.c.state == "void", or_(number.c.sealed.is_(None), number.c.voided_by.is_(None))
        ),
    ),
    Invariant(
        "N4",
        "番号のある文書と番号が、互いを指していません。",
        _papers(exists().where(number.c.id == paper.c.number_id, number.c.holder.is_distinct_from(paper.c.ref))),
    ),
    Invariant(
        "P2",
        "決裁を求めた文書が、決裁された版でないまま発行されています。",
        _papers(
            _ISSUED,
            _of_paper(approval, approval.c.act == "asked"),
            not_(_of_paper(approval, approval.c.act.in_(("approved", "oral")), approval.c.rev == paper.c.rev)),
        ),
    ),
    Invariant("E1", "事実が、前の版に続いていません。", _superseding()),
    Invariant("E1", "出来事が、別の事案の出来事を置き換えています。", _events_superseding()),
    Invariant(
        "B1",
        "発行済みの行に文書がないか、文書のある行が発行済みでありません。",
        select(item.c.ref).where(exists().where(paper.c.batch_item_id == item.c.id) != (item.c.state == "issued")),
    ),
    Invariant(
        "B1",
        "終わった一括処理に、終わっていない組があります。",
        select(batch.c.ref).where(
            batch.c.state == "done", exists().where(unit.c.batch_id == batch.c.id, unit.c.state == "open")
        ),
    ),
    Invariant(
        "B2",
        "答えた依頼に答えがありません。",
        select(request.c.scope).where(request.c.status == "answered", request.c.sealed.is_(None)),
    ),
    Invariant(
        "H1",
        "終わった引継ぎに、渡した写しが残っています。",
        # what is left, receiver and reasons, lies under the case's key: the copy went with its own
        select(handover.c.ref)
        .join(case_file, case_file.c.id == handover.c.case_file_id)
        .where(
            handover.c.state.in_(("rejected", "done", "withdrawn")),
            handover.c.sealed.is_not(None),
            handover.c.key_id != case_file.c.key_id,
        ),
    ),
    Invariant("R1", "訂正が、別の帳簿の行を訂正しています。", _corrections()),
    *_in_clear(),
    Invariant("K2", "廃棄した事案に、人が残っています。", _left(party.c.case_file_id == case_file.c.id)),
    Invariant("K2", "廃棄した事案に、事実が残っています。", _left(case_fact.c.case_file_id == case_file.c.id)),
    Invariant("K2", "廃棄した事案に、経過が残っています。", _left(event.c.case_file_id == case_file.c.id)),
    Invariant(
        "K2",
        "廃棄した事案に、文書の中身が残っています。",
        _left(and_(paper.c.case_file_id == case_file.c.id, paper.c.state != "destroyed")),
    ),
    Invariant(
        "K2",
        "廃棄した事案の鍵が残っています。",
        _left(and_(data_key.c.id == case_file.c.key_id, data_key.c.wrapped.is_not(None))),
    ),
    Invariant(
        "K2",
        "廃棄した文書の鍵が残っています。",
        _papers(
            paper.c.state == "destroyed",
            exists().where(data_key.c.id == paper.c.key_id, data_key.c.wrapped.is_not(None)),
        ),
    ),
    Invariant(
        "K2",
        "廃棄した文書に証明がありません。",
        _papers(paper.c.state == "destroyed", paper.c.case_file_id.is_(None), not_(_of_paper(destruction))),
    ),
    Invariant(
        "K2",
        "鍵のない文書が、廃棄したことになっていません（控えの後に廃棄した文書なら、もう一度廃棄します）。",
        _papers(
            paper.c.state != "destroyed",
            paper.c.case_file_id.is_(None),
            exists().where(data_key.c.id == paper.c.key_id, data_key.c.wrapped.is_(None)),
        ),
    ),
    Invariant(
        "K2",
        "廃棄した事案に証明がありません。",
        select(case_file.c.ref).where(
            case_file.c.state == "destroyed", not_(exists().where(destruction.c.case_file_id == case_file.c.id))
        ),
    ),
    Invariant(
        "K2",
        "鍵のない事案が、廃棄したことになっていません（控えの後に廃棄した事案なら、もう一度廃棄します）。",
        select(case_file.c.ref).where(
            case_file.c.state != "destroyed",
            exists().where(data_key.c.id == case_file.c.key_id, data_key.c.wrapped.is_(None)),
        ),
    ),
)
