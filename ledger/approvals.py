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
from ledger import keys, seal
from ledger.audit.paper_events import PaperMoved
from ledger.blind import row_mac
from ledger.case_marks import case_of
from ledger.confirmations import confirm, lapse, standing
from ledger.issue import ApprovedDraft
from ledger.papers import (
    STANDING,
    STATES,
    PaperRow,
    PaperStateError,
    Revision,
    contents_of,
    drafted,
    find,
    revised,
)
from ledger.records import record_as_data, record_of
from ledger.sink import LedgerSink, Origin
from ledger.tables import approval, paper, paper_rev
from ledger.types import LedgerError, day_of, new_ref
from ledger.write import write
from validators.model import Confirmation
from validators.office import needs_approval
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

DECISION = "決裁"
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
    kept = record_as_data(record, line.office_of(record))
    fate = _judged(sink, record)

    def work(writing: Writing) -> str:
        mark = case_of(writing.connection, office_id, record.case)
        key = keys.load(writing.connection, ledger, mark.key_id) if mark else keys.make(writing, ledger)
        ref = new_ref()
        row = drafted(
            writing,
            key,
            ref=ref,
            office_id=office_id,
            case_file_id=mark.id if mark else None,
            form=record.form,
            edition=fate.edition,
            rulebook=line.rules.hash,
            kept=kept,
            findings=fate.findings,
        )
        confirm(writing, key, line.rules, Revision(row, ref, 1, kept), record.confirmations)
        return ref

    return write(ledger, actor, work), fate


def revise(ledger: Ledger, line: Line, actor: Actor, ref: str, record: Record) -> Fate:
    """Keep a draft's record as it is now; it is a draft again, and confirmations of values that changed lapse."""
    fate = _judged(LedgerSink(ledger, line, actor, _NOTHING), record)

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
    row, record = _record_of(ledger, ref, ("draft",))
    fate = _judged(LedgerSink(ledger, line, actor, _NOTHING), record)
    if fate.verdict == "checked":
        write(ledger, actor, lambda writing: _move(writing, ledger, row, "asked", "checked", stage="点検"))
    return fate


def approve(ledger: Ledger, line: Line, actor: Actor, ref: str, *, oral_on: str = "", reason: str = "") -> None:
    """Approve a checked draft. `oral_on`: the day (or moment) it was approved by word of mouth, before this.

    Raises SamePersonError for who drafted it, where the office's profile wants another; PaperStateError.
    """
    row, record = _record_of(ledger, ref, ("checked",))
    if oral_on and oral_on[:10] > day_of(ledger.now()):
        raise PaperStateError("口頭で決裁を受けた日が、今日より後です。")
    office = {**record.office, **line.office}
    if office.get("approval.other", "1") and _drafted_by(ledger, row, actor):
        raise SamePersonError("起案した人は、自分の文書を決裁できません。", action="ほかの決裁者に頼んでください。")
    said = {**({"reason": reason.strip()} if reason.strip() else {}), **({"oral_on": oral_on} if oral_on else {})}
    act = "oral" if oral_on else "approved"
    write(ledger, actor, lambda writing: _move(writing, ledger, row, act, "approved", said=said))


def give_back(ledger: Ledger, actor: Actor, ref: str, reason: str) -> None:
    """Return a checked or approved draft with a reason: it is a draft again, and what was approved is so no more."""
    if not reason.strip():
        raise PaperStateError("差し戻す理由がありません。", action="--reason に理由を書いてください。")
    row, _ = _record_of(ledger, ref, ("checked", "approved"))
    said = {"reason": reason.strip()}
    write(ledger, actor, lambda writing: _move(writing, ledger, row, "returned", "draft", said=said))


def issue_draft(
    ledger: Ledger, line: Line, actor: Actor, ref: str, *, wanted: Wanted, folder: FolderSink | None = None
) -> tuple[Fate, str]:
    """Issue a draft: judged again, and only as it was approved where its office asks that; return fate and number.

    Raises NotApprovedError, PaperStateError.
    """
    row, record = _record_of(ledger, ref, ("draft", "checked", "approved"))
    asked = needs_approval({**record.office, **line.office}, record.form)
    if asked and not (row.state == "approved" and _stands(ledger, row)):
        raise NotApprovedError(
            "この文書は、今の内容では決裁を受けていません。", action="check と approve を済ませてから発行してください。"
        )
    held = ApprovedDraft(row.id, row.ref, row.rev, row.key_id, row.state, row.corrects)
    sink = LedgerSink(ledger, line, actor, wanted, folder, origins={1: Origin(held, approved=row.state == "approved")})
    with sink:
        (fate,) = issue_units(line, [_unit(record)], sink)
    return fate, sink.given[0] if sink.given else ""


def correct(ledger: Ledger, line: Line, actor: Actor, ref: str, record: Record) -> tuple[str, Fate]:
    """Begin a paper that takes the place of an issued one: when it is issued, that one is void and keeps its number."""
    with ledger.read() as connection:
        old = find(connection, ref)
    if old.state not in STANDING:
        raise PaperStateError("発行済みで有効な文書だけを差し替えられます。")
    new, fate = draft(ledger, line, actor, record)

    def work(writing: Writing) -> None:
        writing.execute(update(paper).where(paper.c.ref == new).values(corrects=old.id))
        writing.tell(PaperMoved(paper=new, state="draft", rev=1))

    write(ledger, actor, work)
    return new, fate


# ---- within -------------------------------------------------------------------------------------------------------


def _judged(sink: LedgerSink, record: Record) -> Fate:
    """Judge a record as it will be issued, with a likely number, beside the papers of its case."""
    (fate,) = judge(sink.line, [sink.facts(_unit(record), drawing=False)])
    return fate


def _unit(record: Record) -> Unit:
    return Unit((Item(record, (), 1),), case_key(record.case))


def _draft_of(writing: Writing, ledger: Ledger, ref: str) -> tuple[PaperRow, keys.DataKey, dict[str, Any]]:
    row = find(writing.connection, ref, lock=True)
    if row.state not in {"draft", "checked", "approved"}:
        raise PaperStateError(
            "発行した文書は書き換えられません。", action="yoshiki paper correct で差し替えてください。"
        )
    key = keys.load(writing.connection, ledger, row.key_id)
    return row, key, contents_of(writing.connection, ledger, row)["record"]


def _record_of(ledger: Ledger, ref: str, states: tuple[str, ...]) -> tuple[PaperRow, Record]:
    """Return a draft in one of some states, and its record with the confirmations that stand."""
    with ledger.read() as connection:
        row = find(connection, ref)
        if row.state not in states:
            raise PaperStateError(f"この文書は今「{STATES[row.state]}」で、この手順には進めません。")
        key = keys.load(connection, ledger, row.key_id)
        record = record_of(contents_of(connection, ledger, row)["record"], ref)
        given = standing(connection, key, row.id)
    record.confirmations = tuple(Confirmation(each.clause, each.by, each.reason) for each in given)
    return row, record


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
    ref = new_ref()
    writing.insert(
        approval,
        ref=ref,
        paper_id=row.id,
        rev=row.rev,
        stage=stage,
        act=act,
        at=writing.now,
        record_mac=row_mac(key, "paper", row.ref, kept),
        sealed=seal.close(key, "approval", ref, said) if said else None,
        **writing.actor.columns(),
    )
    writing.execute(update(paper).where(paper.c.id == row.id).values(state=state))
    writing.tell(PaperMoved(paper=row.ref, state=state, rev=row.rev))


def _drafted_by(ledger: Ledger, row: PaperRow, actor: Actor) -> bool:
    with ledger.read() as connection:
        mine = (paper_rev.c.paper_id == row.id, paper_rev.c.rev == row.rev)
        who = connection.execute(select(paper_rev.c.person, paper_rev.c.person_ref).where(*mine)).one()
    return actor.is_same(who.person, who.person_ref)


def _stands(ledger: Ledger, row: PaperRow) -> bool:
    """Tell whether the last step approved the very record that stands."""
    with ledger.read() as connection:
        newest = select(approval).where(approval.c.paper_id == row.id).order_by(approval.c.id.desc()).limit(1)
        found = connection.execute(newest).first()
        key = keys.load(connection, ledger, row.key_id)
        kept = contents_of(connection, ledger, row)["record"]
    mac = row_mac(key, "paper", row.ref, kept)
    return found is not None and found.act in {"approved", "oral"} and found.rev == row.rev and found.record_mac == mac
