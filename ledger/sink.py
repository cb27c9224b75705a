"""The ledger as a sink: it says what a paper is called and numbered before it is drawn, and keeps it, or its draft, after.

It is held by the process that owns the run; those that draw know no ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from forms.issue.journal import fate_as_data, fate_of
from ledger import blind, contents, keys
from ledger.audit.keeping_events import IndexRenewed
from ledger.belonging import CLOSED, REOPEN, in_its_case
from ledger.case_marks import case_of
from ledger.decisions import is_approved
from ledger.drafting import leave_drafts
from ledger.faults import passing
from ledger.identity import Likes, said_by
from ledger.issue import ApprovedDraft, ReadyPaper, issue_papers
from ledger.papers import PaperStateError, contents_of, find
from ledger.presuming import Presumptions
from ledger.records import digest_of, receipt_of, record_as_data
from ledger.requests import LONG, RequestKey, answers
from ledger.types import Miss
from ledger.write import write
from validators.model import Finding
from validators.review import asks_approval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from forms.issue.folder import FolderSink
    from forms.issue.line import Line
    from forms.issue.sink import DrawnUnit, Wanted
    from forms.issue.units import Item, Unit
    from ledger.by_hand import ByHand
    from ledger.engine import Ledger
    from ledger.issue import Fence
    from ledger.requests import RequestAnswer
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.model import Record
    from validators.review import Fate, Review

SCOPE = "record"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record comes from, where not from a file: a draft, an item of a batch."""

    draft: ApprovedDraft | None = None
    approved: bool = False
    batch_item: int | None = None
    alike: int = 0  # how many before it in its batch say the same

    def may_follow(self, answer: RequestAnswer) -> bool:
        """Tell whether it may be issued although its record was answered: its own draft, or the paper that it corrects."""
        return self.draft is not None and (answer.paper == self.draft.ref or answer.id == self.draft.corrects)


@dataclass(slots=True)
class LedgerSink:
    """Keep the papers of a run in a ledger; `folder` takes their files too.

    `origins` are by a record's place in the run; `fence` is asked in every issuing transaction. What is not issued stays as a
    draft, and the same record is answered as before; from a batch or another draft it is refused, for its paper would be a second.
    """

    ledger: Ledger
    line: Line
    actor: Actor
    wanted: Wanted
    folder: FolderSink | None = None
    origins: dict[int, Origin] = field(default_factory=dict)
    fence: Fence | None = None
    by_hand: ByHand | None = None  # what was made by hand of rows of a file: it is not made again of the file
    given: list[str] = field(default_factory=list)  # the numbers of this run's papers, as they are printed
    _requests: dict[int, RequestKey] = field(default_factory=dict)
    _asked: dict[int, Item] = field(default_factory=dict)
    _alike: dict[int, int] = field(default_factory=dict)  # a record's place → how many before it say the same
    _likes: Likes = field(default_factory=Likes)
    _presumed: Presumptions = field(init=False)

    def __post_init__(self) -> None:
        """Presume nothing yet."""
        self._presumed = Presumptions(self.ledger, self.line, self.actor)

    def __enter__(self) -> Self:
        """Claim the folder; the ledger is everybody's."""
        if self.folder is not None:
            self.folder.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Give the turns back and let the folder go."""
        self._presumed.give_back()
        if self.folder is not None:
            self.folder.__exit__(*error)

    # ---- before drawing -------------------------------------------------------------------------------------------

    def answered(self, unit: Unit) -> Mapping[int, Fate]:
        """Return what was answered to the same records before; where that was a draft, it is taken up again.

        A draft or an item of a batch whose record was issued as another paper is refused, and so is what is of a closed case.
        """
        begun: list[tuple[Item, str]] = []
        for item in unit.items:
            self._enter(item)
        indexes = self._indexes()
        with self.ledger.read() as connection:
            told = self._of_closed(connection, unit)
            for item in unit.items:
                made = self.by_hand.answer(connection, item.record) if self.by_hand else None
                if made is not None and item.ordinal not in told:
                    told[item.ordinal] = self._not_twice(connection, item, made)
            for index in reversed(indexes):  # the newest last: it stays
                mine = {self._request(index, item).key: item for item in unit.items if item.ordinal not in told}
                wanted = [self._requests[item.ordinal] for item in mine.values()]
                for key, answer in answers(connection, self.ledger, wanted).items():
                    item, origin = mine[key], self.origins.get(mine[key].ordinal)
                    if answer.issued and origin is None and not answer.instead:
                        told[item.ordinal] = self._told_again(connection, item, answer.paper)
                    elif answer.issued and not (origin is not None and origin.may_follow(answer)):
                        told[item.ordinal] = self._not_twice(connection, item, answer)
                    elif not answer.issued and origin is None:
                        begun.append((item, answer.paper))
        for item, ref in begun:
            self._take_up(item, ref)
        return told

    def _enter(self, item: Item) -> None:
        if item.ordinal not in self._asked:
            own = self.origins.get(item.ordinal)
            self._asked[item.ordinal] = item
            self._alike[item.ordinal] = self._likes.before(item.record) if own is None else own.alike
        self.office_of(item.record)

    def _of_closed(self, connection: Connection, unit: Unit) -> dict[int, Fate]:
        told = {}
        for item in unit.items:
            mark = case_of(connection, self.office_of(item.record), item.record.case)
            if mark is not None and mark.state == "closed":
                told[item.ordinal] = self._refused(item, CLOSED + REOPEN, "case-closed")
        return told

    def _not_twice(self, connection: Connection, item: Item, answer: RequestAnswer) -> Fate:
        row = find(connection, answer.paper)
        how = "、後で直されて" if answer.instead else ""
        told = (
            f"この記載データの文書は{how}{row.day}に発行済みです（{row.number or '番号なし'}）。二重には発行しません。"
            "直すときは差替え（yoshiki paper correct）、もう一度印刷するときは写し（yoshiki paper reprint）にしてください。"
        )
        return self._refused(item, told, "issued-before")

    def _refused(self, item: Item, told: str, code: str) -> Fate:
        found = Finding("error", (), told, form=item.record.form, record=item.record.id, code=code)
        return self.line.unjudged(item.record, [*item.found, found])

    def _indexes(self) -> list[keys.DataKey]:
        """Return the index keys, the newest first; the first is made here, for by it this very run's records are known again."""
        with self.ledger.read() as connection:
            found = blind.index_keys(connection, self.ledger)

        def make(writing: Writing) -> keys.DataKey:
            made = blind.index_key(writing, self.ledger)
            writing.tell(IndexRenewed(key=made.ref))
            return made

        return found or [write(self.ledger, self.actor, make)]

    def _take_up(self, item: Item, ref: str) -> None:
        """Go on with the draft of a record, in the case it is of by now; one of a case that is not its own any more stays."""
        with self.ledger.read() as connection:
            row = find(connection, ref)
        try:
            row = in_its_case(self.ledger, self.actor, row, item.record.case)
        except PaperStateError:
            return
        with self.ledger.read() as connection:
            approved = is_approved(connection, self.ledger, row)
        draft = ApprovedDraft(row.id, row.ref, row.rev, row.key_id, row.state, row.corrects)
        self.origins.setdefault(item.ordinal, Origin(draft, approved=approved))

    def _request(self, index: keys.DataKey, item: Item) -> RequestKey:
        """Return the key of a record: keyed, for whoever guesses a record must not see that it was issued."""
        by = self.office_of(item.record)
        said = {**said_by(item.record), "twins": self._alike[item.ordinal], "by": by}
        mac = blind.row_mac(index, "request", SCOPE, {"record": digest_of(said).hex()})
        self._requests[item.ordinal] = RequestKey(SCOPE, mac.hex(), mac, LONG)
        return self._requests[item.ordinal]

    def _told_again(self, connection: Connection, item: Item, ref: str) -> Fate:
        row = find(connection, ref)
        fate = fate_of(contents_of(connection, self.ledger, row)["fate"])
        told = f"この記載データの文書は{row.day}に発行済みです（{row.number or '番号なし'}）。同じものをお返しします。"
        fate.findings.append(Finding("info", (), told, form=fate.form, record=fate.record, code="issued-before"))
        if self.folder is not None:
            key = keys.load(connection, self.ledger, row.key_id)
            files = contents.get_all(connection, key, row.id, row.ref)
            names = {kind: name for kind, name in fate.files.items() if kind in files}
            volume = fate.files.get("case", "")
            fate = self.folder.tray.write(item, fate, files, names)
            if volume and (self.folder.directory / volume).is_file():  # it stands as it was bound
                fate.files["case"] = volume
        return fate

    def facts(self, unit: Unit, *, drawing: bool) -> Unit:
        """Say by what ref and number each paper is drawn (presuming.py); a case's standing papers are weighed beside it."""
        refs = {ordinal: origin.draft.ref for ordinal, origin in self.origins.items() if origin.draft}
        return self._presumed.facts(unit, refs, drawing=drawing)

    def tired(self) -> bool:
        """Tell whether others should have the series."""
        return self._presumed.tired()

    def rest(self) -> None:
        """Give the series back: no paper is out, and what is next is asked anew."""
        self._presumed.give_back()

    # ---- after ----------------------------------------------------------------------------------------------------

    def leave(self, unit: Unit, fates: Sequence[Fate]) -> list[Fate]:
        """Keep what is not issued as drafts; a paper that waits for approval is one."""
        passing("issue.judged")
        return leave_drafts(self.line, list(zip(unit.items, fates, strict=True)), self)

    def keep(self, unit: Unit, drawn: DrawnUnit) -> list[Fate] | None:
        """Issue all papers of a unit in one transaction; None where one must be drawn again."""
        passing("issue.drawn")
        fates = [self._told(item, fate) for item, (_, fate) in zip(unit.items, drawn.told, strict=True)]
        pairs = list(zip(unit.items, fates, strict=True))
        ready = [self._ready(item, fate, drawn.files(fate)) for item, fate in pairs]
        try:
            issue_papers(self.ledger, self.line.rules, self.actor, ready, fence=self.fence)
        except Miss as miss:
            if miss.what == "fence":
                raise
            asked = replace(unit, items=tuple(self._asked[item.ordinal] for item in unit.items))  # without our numbers
            known = self.answered(asked) if miss.what == "request" else {}
            return [known[item.ordinal] for item in unit.items] if len(known) == len(unit.items) else None
        self.given += [self._presumed.stated[item.record.ref].written for item in unit.items]
        return [self._written_out(item, fate, drawn) for item, fate in pairs]

    def _told(self, item: Item, fate: Fate) -> Fate:
        """Say that the ledger's number took the place of the record's."""
        facts = self._presumed.stated[item.record.ref]
        if facts.replaced:
            told = f"番号は台帳が付けます。書かれていた番号に代えて「{facts.written}」としました。"
            fate.findings.append(Finding("info", (), told, form=fate.form, record=fate.record, code="number-replaced"))
        return fate

    def _ready(self, item: Item, fate: Fate, files: Mapping[str, bytes]) -> ReadyPaper:
        record, origin = item.record, self.origins.get(item.ordinal, Origin())
        facts = self._presumed.stated[record.ref]
        kept = record_as_data(record, self.line.office_of(record))
        receipt = receipt_of(self.line, fate, kept, self.wanted)
        return ReadyPaper(
            ref=record.ref,
            office_id=facts.office_id,
            form=record.form,
            edition=fate.edition,
            day=self.line.as_of.isoformat(),
            sealed={"record": kept, "receipt": receipt, "fate": fate_as_data(fate)},
            files=files,
            confirmations=record.confirmations,
            number=facts.number,
            case=facts.case,
            draft=origin.draft,
            request=self._requests.get(item.ordinal),
            batch_item=origin.batch_item,
        )

    def _written_out(self, item: Item, fate: Fate, drawn: DrawnUnit) -> Fate:
        if self.folder is None:
            return fate
        names = {kind: name for kind, name in fate.files.items() if kind != "case"}
        out = self.folder.tray.write(item, fate, drawn.files(fate), names)
        if "case" in fate.files:
            volume = drawn.papers[fate.files["case"]]
            out.files["case"] = self.folder.tray.bind(fate.files["case"], volume)
            out.sha256["case"] = fate.sha256["case"]
        return out

    def office_of(self, record: Record) -> int:
        """Return the row of the office that issues."""
        return self._presumed.office_of(record)

    def request_of(self, item: Item) -> RequestKey | None:
        """Return the key of a record's request."""
        return self._requests.get(item.ordinal)

    def drafted_before(self, item: Item, fate: Fate) -> bool:
        """Tell whether a draft of the record keeps it already, or an item of a batch (but one that waits for approval)."""
        origin = self.origins.get(item.ordinal)
        return origin is not None and (origin.draft is not None or not asks_approval(fate))

    def approved(self, item: Item) -> bool:
        """Tell whether the record is of a draft that was approved."""
        return self.origins.get(item.ordinal, Origin()).approved

    def note(self, unit: Unit, fates: Sequence[Fate]) -> None:
        """Let the folder take notice."""
        if self.folder is not None:
            self.folder.note(unit, fates)

    def close(self, review: Review) -> Review:
        """Let the folder write register and review."""
        return self.folder.close(review) if self.folder is not None else review
