"""決裁: draft → checked → approved → issued; who did each step and when, and what forbids it.

What is approved is a revision, by its number and a code of its record: another revision needs another approval. Oral approval
has a day of its own, and the paper comes after. The number comes at issue, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from forms.issue.issuing import issue as issue_units
from forms.issue.issuing import judge
from forms.issue.sink import Wanted
from forms.issue.units import Item, Unit
from ledger import keys
from ledger.audit.paper_events import PaperMoved
from ledger.belonging import in_its_case
from ledger.confirmations import confirm, lapse, standing
from ledger.decisions import DECISION, is_approved, keep_step
from ledger.drafting import keep_draft
from ledger.issue import ApprovedDraft
from ledger.issuers import known_office
from ledger.papers import (
    STANDING,
    STATES,
    PaperRow,
    PaperStateError,
    Revision,
    contents_of,
    find,
    moment_said,
    revised,
    rows_of,
)
from ledger.records import record_as_data, record_of
from ledger.sink import LedgerSink, Origin
from ledger.tables import paper, paper_rev
from ledger.types import LedgerError, moment_of
from ledger.write import write
from validators.model import Confirmation
from validators.office import decided_by_office, needs_approval
from validators.text import case_key

if TYPE_CHECKING:
    from forms.issue.folder import FolderSink
    from forms.issue.line import Line
    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.model import Record
    from validators.review import Fate
    from validators.rulebook import Rulebook

_BEFORE_ISSUE = ("draft", "checked", "approved")
_NOTHING = Wanted(())  # what is made where nothing is drawn


class SamePersonError(LedgerError):
    """Who drafted a paper may not approve it here."""

    code = "same-person"
    http_status = 403


class NotApprovedError(LedgerError):
    """The paper, as it is now, was not approved."""

    code = "not-approved"
    http_status = 409


def draft(ledger: Ledger, line: Line, actor: Actor, record: Record) -> tuple[str, Fate]:
    """Keep a record as a draft, judged; return its ref and fate."""
    sink = LedgerSink(ledger, line, actor, _NOTHING)
    office_id = sink.office_of(record)
    fate = _judged(sink, record)
    return write(
        ledger, actor, lambda writing: keep_draft(writing, ledger, line, record, fate, office_id=office_id)
    ), fate


def revise(ledger: Ledger, line: Line, actor: Actor, ref: str, record: Record) -> Fate:
    """Keep a draft's record as it is now; it is a draft again, and confirmations of values that changed lapse.

    Raises PaperStateError where the record names another case or office than the draft's.
    """
    row, _ = _record_of(ledger, line, ref, _BEFORE_ISSUE)
    in_its_case(ledger, actor, row, record.case)
    sink = LedgerSink(ledger, line, actor, _NOTHING)
    if sink.office_of(record) != row.office_id:
        raise _of_another_office()
    fate = _judged(sink, record)

    def work(writing: Writing) -> None:
        row, key, _ = _draft_of(writing, ledger, ref)
        kept = record_as_data(record, line.office_of(record))
        rev = revised(
            writing,
            key,
            row,
            kept=kept,
            edition=fate.edition,
            rulebook=line.rules.hash,
            findings=fate.findings,
            state="draft",
        )
        of = Revision(row.id, row.ref, rev, kept)
        lapse(writing, key, line.rules, of)
        known = {each.clause for each in standing(writing.connection, key, row.id)}
        confirm(writing, key, line.rules, of, [each for each in record.confirmations if each.clause not in known])

    write(ledger, actor, work)
    return fate


def answer_for(ledger: Ledger, rules: Rulebook, actor: Actor, ref: str, *, clause: str, reason: str) -> None:
    """Answer for issuing a draft in spite of a warning, by one's own name; raises PaperStateError without a reason."""
    if not reason.strip():
        raise PaperStateError("確認の理由がありません。", action="--reason に、事実をどう確かめたかを書いてください。")

    def work(writing: Writing) -> None:
        row, key, kept = _draft_of(writing, ledger, ref)
        given = Confirmation(clause, actor.name, reason.strip())
        of = Revision(row.id, row.ref, row.rev, kept)
        confirm(writing, key, rules, of, [given], person_ref=actor.ref)

    write(ledger, actor, work)


def check(ledger: Ledger, line: Line, actor: Actor, ref: str) -> Fate:
    """Judge a draft as it stands; where it may be issued, it is checked and waits for approval."""
    row, record = _at_hand(ledger, line, actor, ref, ("draft",))
    fate = _judged(LedgerSink(ledger, line, actor, _NOTHING), record)
    if fate.verdict == "checked":
        write(ledger, actor, lambda writing: _move(writing, ledger, row, "asked", "checked", stage="点検"))
    return fate


def approve(ledger: Ledger, line: Line, actor: Actor, ref: str, *, oral_on: str = "", reason: str = "") -> None:
    """Approve a checked draft. `oral_on`: the day (or moment) it was approved by word of mouth, before this.

    Raises SamePersonError for who drafted it, where the office's profile wants another; PaperStateError.
    """
    row, record = _at_hand(ledger, line, actor, ref, ("checked",))
    oral_on = moment_said(oral_on, "口頭で決裁を受けた日") if oral_on else ""
    if oral_on > moment_of(ledger.now()).isoformat():
        raise PaperStateError("口頭で決裁を受けた日時が、今より後です。", action="日時を確かめてください。")
    office = line.office_of(record)
    if office.get("approval.other", "1") and _drafted_by(ledger, row, actor):
        raise SamePersonError("起案した人は、自分の文書を決裁できません。", action="ほかの決裁者に頼んでください。")
    said = {**({"reason": reason.strip()} if reason.strip() else {}), **({"oral_on": oral_on} if oral_on else {})}
    act = "oral" if oral_on else "approved"
    write(ledger, actor, lambda writing: _move(writing, ledger, row, act, "approved", said=said))


def give_back(ledger: Ledger, actor: Actor, ref: str, reason: str) -> None:
    """Return a checked or approved draft with a reason: it is a draft again, and what was approved is so no more."""
    if not reason.strip():
        raise PaperStateError("差し戻す理由がありません。", action="--reason に理由を書いてください。")
    with ledger.read() as connection:
        row = _in_state(find(connection, ref), ("checked", "approved"))
    said = {"reason": reason.strip()}
    write(ledger, actor, lambda writing: _move(writing, ledger, row, "returned", "draft", said=said))


def issue_draft(
    ledger: Ledger, line: Line, actor: Actor, ref: str, *, wanted: Wanted, folder: FolderSink | None = None
) -> tuple[Fate, str]:
    """Issue a draft: judged again, and only as it was approved where its office asks that; return fate and number.

    Raises NotApprovedError, PaperStateError.
    """
    row, record = _at_hand(ledger, line, actor, ref, _BEFORE_ISSUE)
    asked = needs_approval(line.office_of(record), record.form)
    with ledger.read() as connection:
        approved = is_approved(connection, ledger, row)
    if asked and not approved:
        raise NotApprovedError(
            "この文書は、今の内容では決裁を受けていません。", action="check と approve を済ませてから発行してください。"
        )
    held = ApprovedDraft(row.id, row.ref, row.rev, row.key_id, row.state, row.corrects)
    sink = LedgerSink(ledger, line, actor, wanted, folder, origins={1: Origin(held, approved=approved)})
    with sink:
        (fate,) = issue_units(line, [_unit(record)], sink)
    return fate, sink.given[0] if sink.given else ""


def correct(ledger: Ledger, line: Line, actor: Actor, ref: str, record: Record) -> tuple[str, Fate]:
    """Begin a paper that takes the place of an issued one: when it is issued, that one is void and keeps its number.

    Raises PaperStateError for a paper that does not stand, of another form, or that a draft is to replace already.
    """
    sink = LedgerSink(ledger, line, actor, _NOTHING)
    office_id = sink.office_of(record)
    fate = _judged(sink, record)

    def work(writing: Writing) -> str:
        old = find(writing.connection, ref, lock=True)
        if old.state not in STANDING:
            raise PaperStateError("発行済みで有効な文書だけを差し替えられます。")
        if (old.form, old.office_id) != (record.form, office_id):
            raise PaperStateError(
                "差替えの記載は、前の文書と同じ所属の同じ様式のものにしてください。",
                action="様式を誤ったときは、前の文書を無効にし、新しく発行してください。",
            )
        if begun := rows_of(writing.connection, paper.c.corrects == old.id):
            raise PaperStateError(
                f"この文書を差し替える控え（{begun[0].ref}）が、すでにあります。",
                action="その控えを revise で直すか、withdraw で取り下げてください。",
            )
        return keep_draft(writing, ledger, line, record, fate, office_id=office_id, corrects=old.id)

    return write(ledger, actor, work), fate


# ---- within -------------------------------------------------------------------------------------------------------


def _judged(sink: LedgerSink, record: Record) -> Fate:
    """Judge a record as it will be issued, with a likely number, beside the papers of its case."""
    (fate,) = judge(sink.line, [sink.facts(_unit(record), drawing=False)])
    return fate


def _unit(record: Record) -> Unit:
    return Unit((Item(record, (), 1),), case_key(record.case))


def _draft_of(writing: Writing, ledger: Ledger, ref: str) -> tuple[PaperRow, keys.DataKey, dict[str, Any]]:
    row = find(writing.connection, ref, lock=True)
    if row.state not in _BEFORE_ISSUE:
        raise PaperStateError(
            "発行した文書は書き換えられません。", action="yoshiki paper correct で差し替えてください。"
        )
    key = keys.load(writing.connection, ledger, row.key_id)
    return row, key, contents_of(writing.connection, ledger, row)["record"]


def _at_hand(ledger: Ledger, line: Line, actor: Actor, ref: str, states: tuple[str, ...]) -> tuple[PaperRow, Record]:
    """Return a draft in one of some states, in the case it is of by now, and its record."""
    row, record = _record_of(ledger, line, ref, states)
    if in_its_case(ledger, actor, row, record.case) is row:
        return row, record
    return _record_of(ledger, line, ref, states)


def _record_of(ledger: Ledger, line: Line, ref: str, states: tuple[str, ...]) -> tuple[PaperRow, Record]:
    """Return a draft in one of some states, and its record with the confirmations that stand.

    Posts and names are those it was drafted with; what the office decides is as it decides today. Raises PaperStateError.
    """
    with ledger.read() as connection:
        row = _in_state(find(connection, ref), states)
        if line.office and known_office(connection, line.bound or line.office.get("name", "")) != row.office_id:
            raise _of_another_office()
        key = keys.load(connection, ledger, row.key_id)
        record = record_of(contents_of(connection, ledger, row)["record"], ref)
        given = standing(connection, key, row.id)
    record.confirmations = tuple(Confirmation(each.clause, each.by, each.reason) for each in given)
    if line.office:
        record.office = {key: value for key, value in record.office.items() if not decided_by_office(key)}
    return row, record


def _in_state(row: PaperRow, states: tuple[str, ...]) -> PaperRow:
    if row.state not in states:
        raise PaperStateError(f"この文書は今「{STATES[row.state]}」で、この手順には進めません。")
    return row


def _of_another_office() -> PaperStateError:
    return PaperStateError(
        "この控えは、所属の設定（又は記載）にある所属のものではありません。",
        action="控えの所属の設定で行ってください。ほかの所属で出すときは、新しい控えを起案してください。",
    )


def _move(
    writing: Writing,
    ledger: Ledger,
    seen: PaperRow,
    act: str,
    state: str,
    *,
    stage: str = DECISION,
    said: dict[str, str] | None = None,
) -> None:
    """Take one step with a draft as it was seen. Raises PaperStateError where it is another by now."""
    row, key, kept = _draft_of(writing, ledger, seen.ref)
    if (row.state, row.rev) != (seen.state, seen.rev):
        raise PaperStateError("この文書は、ほかの人が先に進めました。", action="もう一度見てから操作してください。")
    keep_step(writing, key, row, kept, act, said or {}, stage)
    writing.execute(update(paper).where(paper.c.id == row.id).values(state=state))
    writing.tell(PaperMoved(paper=row.ref, state=state, rev=row.rev))


def _drafted_by(ledger: Ledger, row: PaperRow, actor: Actor) -> bool:
    """Tell whether somebody wrote any revision of a draft: another's last stroke does not make it another's."""
    wrote = select(paper_rev.c.person, paper_rev.c.person_ref).where(paper_rev.c.paper_id == row.id)
    with ledger.read() as connection:
        return any(actor.is_same(each.person, each.person_ref) for each in connection.execute(wrote))
