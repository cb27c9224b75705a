"""Issue papers: number, row, bytes, receipt, event and fate in one transaction, or none of them.

Locks are taken in one order by everybody: fence, request, case, paper, bytes, series, number and event, chain. What the papers
were judged and drawn with is compared before anything stands (`Miss`): the fence of a unit, the request, the version of the
case, the revision that was approved, the next number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ledger import contents, events, keys, seal
from ledger.audit.paper_events import PaperVoided
from ledger.audit.types import PaperIssued
from ledger.blind import index_key
from ledger.cases import case_of
from ledger.confirmations import confirm
from ledger.contents import PaperFiles
from ledger.facts import learn_from_paper
from ledger.faults import passing
from ledger.numbers import NumberError, give_all, make_void, take_over
from ledger.papers import STANDING, PaperStateError, Revision, add_revisions, locked
from ledger.records import record_of
from ledger.requests import RequestKey, keep_answer
from ledger.tables import case_file, item, paper
from ledger.types import LedgerError, Miss
from ledger.write import write
from validators.histories.of_paper import item_of_paper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.numbers import GivenNumber
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.model import Confirmation
    from validators.rulebook import Rulebook

Fence = Callable[["Writing"], None]
_REPLACED = "差替え"


@dataclass(frozen=True, slots=True)
class CaseMark:
    """The case a paper was judged in, at the version it had."""

    id: int
    ref: str
    version: int
    key_id: int
    state: str = "open"


@dataclass(frozen=True, slots=True)
class ApprovedDraft:
    """The draft a paper is issued from, at the revision that was looked at."""

    id: int
    ref: str
    rev: int
    key_id: int
    state: str
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class PresumedNumber:
    """The number a paper was drawn with; by hand: it stood in the record, given outside the ledger before."""

    series_id: int
    n: int
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class ReadyPaper:
    """A drawn paper, with all that is kept of it. `sealed`: record, receipt, fate."""

    ref: str
    office_id: int
    form: str
    edition: int
    day: str
    sealed: Mapping[str, Any]
    files: Mapping[str, bytes]
    confirmations: Sequence[Confirmation] = ()
    number: PresumedNumber | None = None
    case: CaseMark | None = None
    draft: ApprovedDraft | None = None
    request: RequestKey | None = None
    batch_item: int | None = None


class ReplacedError(LedgerError):
    """The paper that was to be replaced does not stand any more."""

    code = "replaced"
    http_status = 409


def issue_papers(
    ledger: Ledger, rules: Rulebook, actor: Actor, papers: Sequence[ReadyPaper], *, fence: Fence | None = None
) -> None:
    """Issue some papers, all or none, in their order.

    Raises Miss("fence" | "request" | "case" | "draft" | "series") where what they were made with is no longer so, NumberError
    where a number written by hand is held already.
    """

    def work(writing: Writing) -> None:
        passing("issue.begun")
        if fence is not None:
            fence(writing)
        passing("issue.fenced")
        made = [_key_of(writing, ledger, each) for each in papers]
        for each, key in zip(papers, made, strict=True):
            if each.request is not None:
                replaced = each.draft.corrects if each.draft else None
                keep_answer(writing, ledger, key, each.request, each.ref, corrects=replaced)
        _lock_cases(writing, papers)
        ids = _begun(writing, rules, list(zip(papers, made, strict=True)))
        files = [PaperFiles(id_, p.ref, key, p.files) for id_, p, key in zip(ids, papers, made, strict=True)]
        contents.put_all(writing, index_key(writing, ledger), files)
        passing("issue.bytes-written")
        given = _numbers(writing, papers)
        passing("issue.numbered")
        for each, key, id_ in zip(papers, made, ids, strict=True):
            _finished(writing, ledger, rules, each, (id_, key, given.get(each.ref)))

    write(ledger, actor, work, point="issue")


def _lock_cases(writing: Writing, papers: Sequence[ReadyPaper]) -> None:
    """Lock the papers' cases by their ids, those of papers they replace too, and the drafts. Raises Miss where one is not as it was judged."""
    replaced = [each.draft.corrects for each in papers if each.draft is not None and each.draft.corrects is not None]
    theirs = select(paper.c.case_file_id).where(paper.c.id.in_(replaced), paper.c.case_file_id.is_not(None))
    others = set(writing.connection.scalars(theirs)) - {each.case.id for each in papers if each.case is not None}
    writing.execute(select(case_file.c.id).where(case_file.c.id.in_(others)).order_by(case_file.c.id).with_for_update())
    for mark in sorted({each.case for each in papers if each.case is not None}, key=lambda mark: mark.id):
        wanted = select(case_file.c.version, case_file.c.state).where(case_file.c.id == mark.id).with_for_update()
        row = writing.execute(wanted).one()
        if (row.version, row.state) != (mark.version, mark.state) or row.state == "destroyed":
            raise Miss("case")
    drafts = [(each.draft, each.case.id if each.case else None) for each in papers if each.draft is not None]
    for draft, case_id in sorted(drafts, key=lambda pair: pair[0].id):
        stands = select(paper.c.rev, paper.c.state, paper.c.case_file_id).where(paper.c.id == draft.id)
        found = writing.execute(stands.with_for_update()).one_or_none()
        if found is None or tuple(found) != (draft.rev, draft.state, case_id):
            raise Miss("draft")
    passing("issue.case-locked")


def _begun(writing: Writing, rules: Rulebook, papers: Sequence[tuple[ReadyPaper, DataKey]]) -> list[int]:
    """Insert the rows of papers that are no drafts yet; return the rows of all, in their order."""
    new = [(each, key) for each, key in papers if each.draft is None]
    rows: list[dict[str, Any]] = [
        {
            "ref": each.ref,
            "case_file_id": each.case.id if each.case else None,
            "office_id": each.office_id,
            "form": each.form,
            "edition": each.edition,
            "rulebook": bytes.fromhex(rules.hash),
            "state": "draft",
            "rev": 1,
            "key_id": key.id,
            "created_at": writing.now,
            "sealed": seal.close(key, "paper", each.ref, each.sealed),
        }
        for each, key in new
    ]
    made = insert(paper).returning(paper.c.id, sort_by_parameter_order=True)
    ids = iter(writing.connection.scalars(made, rows).all() if rows else ())
    placed = {each.ref: next(ids) for each, _ in new}
    revisions = [(key, Revision(placed[each.ref], each.ref, 1, each.sealed["record"])) for each, key in new]
    add_revisions(writing, revisions)
    for row in rows:
        writing.witness("paper", row["ref"], row["sealed"])
    for (each, key), (_, of) in zip(new, revisions, strict=True):
        confirm(writing, key, rules, of, each.confirmations)
    return [each.draft.id if each.draft else placed[each.ref] for each, _ in papers]


def _numbers(writing: Writing, papers: Sequence[ReadyPaper]) -> dict[str, GivenNumber]:
    """Give every paper its number, series by series; those given by hand first, for the series passes over them."""
    given: dict[str, GivenNumber] = {}
    series: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for each in papers:
        if each.number is not None and each.number.by_hand:
            given[each.ref] = _taken_over(writing, each.number, each.ref)
        elif each.number is not None:
            series.setdefault((each.number.series_id, each.day), []).append((each.number.n, each.ref))
    for (series_id, day), asked in sorted(series.items()):
        ns, refs = [n for n, _ in asked], [ref for _, ref in asked]
        given |= zip(refs, give_all(writing, series_id, ns, day, refs), strict=True)
    return given


def _key_of(writing: Writing, ledger: Ledger, each: ReadyPaper) -> DataKey:
    """Return the key of the draft or the case; a paper alone has its own."""
    known = each.draft.key_id if each.draft else each.case.key_id if each.case else None
    return keys.make(writing, ledger) if known is None else keys.load(writing.connection, ledger, known)


def _finished(
    writing: Writing,
    ledger: Ledger,
    rules: Rulebook,
    each: ReadyPaper,
    begun: tuple[int, DataKey, GivenNumber | None],
) -> None:
    id_, key, given = begun
    values: dict[str, Any] = {
        "state": "issued",
        "day": each.day,
        "number_id": given.id if given else None,
        "issued_at": writing.now,
        "issued_by": writing.actor.name,
        "batch_item_id": each.batch_item,
    }
    if each.draft is not None:
        values["sealed"] = seal.close(key, "paper", each.ref, each.sealed)
        values |= {"form": each.form, "edition": each.edition, "rulebook": bytes.fromhex(rules.hash)}
        writing.witness("paper", each.ref, values["sealed"])
    stands = (paper.c.id == id_, paper.c.issued_at.is_(None))
    if writing.execute(update(paper).where(*stands).values(**values)).rowcount != 1:
        raise Miss("draft")
    if each.batch_item is not None:
        writing.execute(update(item).where(item.c.id == each.batch_item).values(state="issued"))
    writing.tell(
        PaperIssued(
            paper=each.ref,
            form=each.form,
            day=each.day,
            case=each.case.ref if each.case else None,
            number=given.ref if given else None,
        )
    )
    if each.draft is not None and each.draft.corrects is not None:
        _replace(writing, ledger, rules, each.draft.corrects, each.ref)
    if each.case is not None:
        told = item_of_paper(rules, each.form, each.day, each.sealed["record"]["data"])
        events.append(writing, ledger, rules, each.case.id, told, paper_id=id_)
        case, record = case_of(writing.connection, ledger, each.case.id), record_of(each.sealed["record"], each.ref)
        learn_from_paper(writing, ledger, rules, case, record, day=each.day, paper_id=id_)
    passing("issue.event-written")


def _taken_over(writing: Writing, presumed: PresumedNumber, ref: str) -> GivenNumber:
    try:
        return take_over(writing, presumed.series_id, presumed.n, ref)
    except NumberError:  # another paper took it meanwhile: drawn again, this one gets the next
        raise Miss("series") from None


def _replace(writing: Writing, ledger: Ledger, rules: Rulebook, old: int, new: str) -> None:
    """Make the paper void that a corrected one takes the place of; its number stays, with the reason, its case is told."""
    columns = (paper.c.state, paper.c.ref, paper.c.number_id, paper.c.case_file_id)
    row = writing.execute(select(*columns).where(paper.c.id == old).with_for_update()).one()
    if row.state not in STANDING:
        raise ReplacedError(
            "差し替える前の文書は、もう有効ではありません。",
            action="差替えの控えを withdraw で取り下げ、新しい控えを起案してください。",
        )
    writing.execute(update(paper).where(paper.c.id == old).values(state="void"))
    if row.number_id is not None:
        make_void(writing, ledger, row.number_id, _REPLACED)
    writing.tell(PaperVoided(paper=row.ref, replaced_by=new))
    if row.case_file_id is not None:
        events.take_back_paper(writing, ledger, rules, row.case_file_id, old, reason=_REPLACED)


def void_paper(ledger: Ledger, rules: Rulebook, actor: Actor, ref: str, reason: str) -> None:
    """Make an issued paper void: it and its number stay, with reason and name; its case is told that it never was.

    Raises PaperStateError, NoPaperError.
    """

    def work(writing: Writing) -> None:
        row = locked(writing, ref)
        if row.state not in STANDING:
            raise PaperStateError("発行済みで有効な文書だけを無効にできます。")
        if not reason.strip():
            raise PaperStateError("無効にする理由がありません。", action="--reason に理由を書いてください。")
        writing.execute(update(paper).where(paper.c.id == row.id).values(state="void"))
        if row.number_id is not None:
            make_void(writing, ledger, row.number_id, reason.strip())
        writing.tell(PaperVoided(paper=ref))
        if row.case_file_id is not None:
            events.take_back_paper(writing, ledger, rules, row.case_file_id, row.id, reason=reason)

    write(ledger, actor, work)
