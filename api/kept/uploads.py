"""Batches in the ledger's custody: a service that was killed or stopped takes up, at its next start, what had not ended.

What had ended a while ago gets its results again, of the papers as they were issued; nothing is judged or issued for that.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from api.access.owned import owners
from api.access.visitors import ledger, visitor
from api.issuing import line
from api.jobs import KEEP, Job
from api.kept.reach import actor
from forms.issue.journal import fate_as_data, fate_of
from forms.issue.run import CHUNK, review_of
from forms.issue.units import Inputs, Source, cut
from ledger.batches import expire
from ledger.records import finding_as_data, finding_of
from ledger.sink import LedgerSink
from ledger.types import Actor, Instant, moment_of
from ledger.uploads import end_upload, forget_upload, keep_upload, kept_uploads
from ledger.verify import files_by_digest
from validators.rulebook import JAPAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from api.jobs import Custody, Desk
    from forms.issue.folder import FolderSink
    from forms.issue.line import Line
    from ledger.engine import Ledger
    from ledger.uploads import KeptUpload
    from validators.review import Review

_SERVICE = Actor("様式", role="サービス", via="http")
_KEPT = Instant(int(KEEP.total_seconds()) * 1_000_000)


@dataclass(frozen=True, slots=True)
class LedgerCustody:
    """One batch, kept in the ledger by the name of its sender."""

    kept: Ledger
    sender: Actor
    key: str

    def ended(self, job: Job) -> None:
        """Keep the fates of its rows, and until when its results are there."""
        review = job.review
        fates = [fate_as_data(fate) for fate in review.fates] if review else []
        found = [finding_as_data(each) for each in review.input_findings] if review else []
        came = {
            "fates": fates,
            "findings": found,
            "error": job.error,
            "ended_at": job.ended.isoformat() if job.ended else "",
        }
        until = Instant(self.kept.now() + _KEPT)
        end_upload(self.kept, self.sender, self.key, job.state, came, until=until)

    def forget(self) -> None:
        """Forget it; its papers stay."""
        forget_upload(self.kept, self.sender, self.key)


def custody(name: str, path: Path, further: tuple[str, ...]) -> Callable[[], Custody] | None:
    """Return what gives an upload to the ledger, as whoever speaks now; None where there is no ledger."""
    if visitor() is None:
        return None
    kept, own, acts, source = ledger(), line(), actor(), Source(name, path)
    return lambda: LedgerCustody(kept, acts, keep_upload(kept, own, acts, source, further=further))


def take_up_all(app: Flask, kept: Ledger) -> None:
    """Queue what an earlier process left: what had not ended is run, what had gets its results again."""
    expire(kept, _SERVICE)
    own, desk = cast("Line", app.extensions["line"]), cast("Desk", app.extensions["desk"])
    for upload in kept_uploads(kept):
        with app.app_context():
            owners().note(upload.ref, upload.sender.ref, upload.office_code)
        desk.take_up(_job(kept, own, upload, desk.room()))


def _job(kept: Ledger, own: Line, upload: KeptUpload, room: Path) -> Job:
    """Return a batch as it was left; one that was done waits for its results to be made again."""
    handle, path = tempfile.mkstemp(dir=room, suffix=Path(upload.name).suffix.lower()[:8])
    with os.fdopen(handle, "wb") as file:
        file.write(upload.content)
    whose = own.bound_to(upload.office, upload.bound)
    return Job(
        upload.ref,
        upload.name,
        Path(path),
        room / upload.ref,
        whose,
        upload.further,
        lambda folder: LedgerSink(kept, whose, upload.sender, folder.wanted, folder=folder),
        custody=LedgerCustody(kept, upload.sender, upload.ref),
        again=partial(_results, kept, whose, upload) if upload.came else None,
        state="failed" if upload.state == "failed" else "cancelled" if upload.state == "cancelled" else "waiting",
        error=upload.came.get("error", ""),
        born=moment_of(upload.created_at).replace(tzinfo=JAPAN),
        ended=datetime.fromisoformat(upload.came["ended_at"]) if upload.came else None,
    )


def _results(kept: Ledger, own: Line, upload: KeptUpload, folder: FolderSink, source: Source) -> Review:
    """Write the papers that were issued of an upload into a folder again, with register and review of all its rows."""
    told = [fate_of(each) for each in upload.came["fates"]]
    with folder, kept.read() as connection:
        units = list(cut(Inputs([source], own.catalogue, None).records(), CHUNK))
        ordinals = sorted(item.ordinal for unit in units for item in unit.items)
        fates = dict(zip(ordinals, told, strict=True))
        for unit in units:
            for item in unit.items:
                fate = fates[item.ordinal]
                files = files_by_digest(connection, kept, fate.sha256)
                names = {kind: name for kind, name in fate.files.items() if kind in files}
                fates[item.ordinal] = folder.tray.write(item, fate, files, names) if files else replace(fate, files={})
            folder.note(unit, [fates[item.ordinal] for item in unit.items])
        review = review_of(own, [upload.name], (), [fates[ordinal] for ordinal in ordinals])
        found = tuple(finding_of(each) for each in upload.came["findings"])
        return folder.close(replace(review, input_findings=found))
