"""Promise: a batch outlives the process: whoever takes it up ends it the same, each record has one fate, a sleeper commits nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from forms.issue import keeping
from forms.issue.units import Source
from ledger import gaps, runner
from ledger import write as writes
from ledger.audit.batch_events import BatchMoved
from ledger.audit.verify import verify_ledger
from ledger.batches import NoBatchError, cancel, cut_upload, expire, find_batch, listed, take_upload
from ledger.engine import open_ledger
from ledger.exporting import Receiver
from ledger.leases import SECONDS, lease, mark_trying
from ledger.results import export_batch, fates_of
from ledger.runner import TRIES, run_batch
from ledger.tables import batch, item, unit
from ledger.types import LostLedgerError, Miss
from ledger.write import write
from tests.ledger.conftest import NOW
from tests.ledger.issuing import PDF, line, record

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.write import Writing


def upload(ledger: Ledger, actor: Actor, folder: Path) -> str:
    """Send a few records, one of which is refused, as a batch."""
    made = [record(1), record(2, reason=None), record(3)]
    rows = [{"form": one.form, "record": one.id, "data": one.data} for one in made]
    path = folder / "batch.json"
    path.write_text(json.dumps(rows), "utf-8")
    return take_upload(ledger, line(), actor, Source("batch.json", path), wanted=PDF)


def test_a_batch_is_taken_run_and_taken_away(ledger: Ledger, actor: Actor, tmp_path: Path) -> None:
    ref = upload(ledger, actor, tmp_path)
    (tmp_path / "batch.json").unlink()  # it is the ledger's now
    found = run_batch(ledger, line().rules, actor, ref)
    assert (found.state, found.counts) == ("done", {"issued": 2, "refused": 1})
    assert run_batch(ledger, line().rules, actor, ref) == found  # there is nothing more to do
    review = export_batch(
        ledger, line().rules, actor, ref, directory=tmp_path / "out", to=Receiver("生活安全課長", "決裁")
    )
    assert [fate.verdict for fate in review.fates] == ["issued", "refused", "issued"]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {name for fate in review.fates for name in fate.files.values()} < names
    assert {"register.xlsx", "review.json"} < names
    assert [row.ref for row in listed(ledger)] == [ref]


def test_the_same_upload_sent_again_issues_nothing_again(ledger: Ledger, actor: Actor, tmp_path: Path) -> None:
    """Its answer was lost: the second batch names the papers of the first."""
    for counts in ({"issued": 2, "refused": 1}, {"refused": 3}):
        ref = upload(ledger, actor, tmp_path)
        assert run_batch(ledger, line().rules, actor, ref).counts == counts
    assert gaps.report(ledger)[0].series.next == 3
    found = [finding.code for _, fate, _ in fates_of(ledger, ref) for finding in fate.findings]
    assert found.count("issued-before") == 2


def test_what_a_killed_worker_left_is_taken_up_and_ends_the_same(ledger: Ledger, actor: Actor, tmp_path: Path) -> None:
    """A lease of a process that is gone is nobody's; who sleeps over his lease commits nothing any more."""
    ref = upload(ledger, actor, tmp_path)
    cut_upload(ledger, line(), actor, ref)
    of = find_batch(ledger, ref)
    held = lease(ledger, actor, of)
    assert held is not None
    assert lease(ledger, actor, of) is None  # it is this process's
    with ledger.read() as connection:
        ids = list(connection.scalars(select(item.c.id)))
    mark_trying(ledger, actor, held, ids, alone=False)
    _owner(ledger, actor, "elsewhere:1:1")  # and its time is over
    assert run_batch(ledger, line().rules, actor, ref).counts == {"issued": 2, "refused": 1}
    with pytest.raises(Miss, match="fence"):
        mark_trying(ledger, actor, held, ids, alone=False)
    assert gaps.report(ledger)[0].series.next == 3
    assert [fate.verdict for _, fate, _ in fates_of(ledger, ref)] == ["issued", "refused", "issued"]


def test_a_record_that_three_workers_died_over_has_failed_and_the_others_go_on(
    ledger: Ledger, actor: Actor, tmp_path: Path
) -> None:
    ref = upload(ledger, actor, tmp_path)
    cut_upload(ledger, line(), actor, ref)

    def poison(writing: Writing) -> None:
        writing.execute(update(item).where(item.c.ordinal == 1).values(state="trying", tries=TRIES))
        writing.tell(_told(ref))

    write(ledger, actor, poison)
    assert run_batch(ledger, line().rules, actor, ref).counts == {"failed": 1, "issued": 1, "refused": 1}


def test_a_cancelled_batch_begins_nothing_more_and_an_expired_one_keeps_its_papers(
    ledger: Ledger, actor: Actor, tmp_path: Path
) -> None:
    first, second = upload(ledger, actor, tmp_path), upload(ledger, actor, tmp_path)
    cut_upload(ledger, line(), actor, first)
    cancel(ledger, actor, first)
    found = run_batch(ledger, line().rules, actor, first)
    assert (found.state, found.counts) == ("cancelled", {"cancelled": 3})
    with pytest.raises(NoBatchError):
        cancel(ledger, actor, first)
    run_batch(ledger, line().rules, actor, second)

    def older(writing: Writing) -> None:
        writing.execute(update(batch).values(expires_at=0))
        writing.tell(_told(second))

    write(ledger, actor, older)
    assert expire(ledger, actor) == 2
    assert {row.state for row in listed(ledger)} == {"expired"}
    assert fates_of(ledger, second) == []
    assert gaps.report(ledger)[0].given == 2


def test_a_server_that_is_gone_ends_the_run_in_words_and_the_next_one_goes_on(
    place: Path | str, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """That the ledger answers no more is the fate of no record: none has failed, none is issued twice."""
    if not isinstance(place, str):
        return
    server, name = request.getfixturevalue("postgresql"), place.rpartition("/")[2]
    monkeypatch.setattr(runner, "_PAUSES", ())
    monkeypatch.setattr(writes, "_PAUSE", 0.001)
    monkeypatch.setattr(keeping, "CHUNK", 1)  # a record a transaction
    with open_ledger(place, clock=lambda: NOW) as ledger:
        ref = upload(ledger, actor, tmp_path)

        def shut(done: int, total: int, _what: str) -> None:
            if (done, total) == (1, 2):  # all three were judged: the first of the two that may be issued stands
                server.shut(name)

        with pytest.raises(LostLedgerError, match="接続が切れ"):
            run_batch(ledger, line().rules, actor, ref, progress=shut)
        server.shut(name, shut=False)
        assert find_batch(ledger, ref).counts == {"issued": 1, "trying": 2}
    with open_ledger(place, clock=lambda: NOW + timedelta(seconds=2 * SECONDS)) as ledger:  # its lease is over
        assert run_batch(ledger, line().rules, actor, ref).counts == {"issued": 2, "refused": 1}
        assert gaps.report(ledger)[0].series.next == 3
        assert verify_ledger(ledger).sound


def _owner(ledger: Ledger, actor: Actor, owner: str) -> None:
    def work(writing: Writing) -> None:
        writing.execute(update(unit).values(owner=owner, until_at=0))
        writing.tell(_told(owner))

    write(ledger, actor, work)


def _told(ref: str) -> BatchMoved:
    return BatchMoved(batch=ref, state="running")
