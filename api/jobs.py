"""Take in batches, run them one after the other in the background, keep their results until they are fetched or old.

A batch lives in memory and in a private folder; both go away with the process. Where there is a ledger, it has the upload and what
became of it in custody (api/kept/uploads.py), and the next process takes both up again.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import shutil
import threading
import weakref
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, Protocol

from api.limits import BusyError
from forms.entry import annotate
from forms.issue import run as batch_run
from forms.issue.files import sweep
from forms.issue.folder import FolderSink
from forms.issue.sink import Wanted
from forms.issue.units import Inputs, Source
from forms.reports.outputs import write_outputs
from validators.errors import InputError, PlaceLostError, YoshikiError
from validators.labels import VERDICT_LABELS
from validators.review import asks_approval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from forms.issue.line import Line
    from forms.issue.sink import Keeper, Sink
    from validators.model import Finding, Record
    from validators.review import Review

log = logging.getLogger("yoshiki.desk")

KEEP = timedelta(hours=4)
MAX_WAITING = 20
ARCHIVE = "archive.zip"
ANNOTATED = "annotated.xlsx"
DOCUMENTS = "documents"

State = Literal["waiting", "running", "done", "failed", "cancelled"]
STATE_LABELS: dict[State, str] = {
    "waiting": "順番待ち",
    "running": "処理中",
    "done": "済み",
    "failed": "処理できず",
    "cancelled": "取りやめ",
}
MENDABLE = frozenset({"refused", "waiting", "checked"})  # fates of rows that the desk by hand may take over
FINISHED: frozenset[State] = frozenset({"done", "failed", "cancelled"})


class Custody(Protocol):
    """Who keeps a batch beyond the process."""

    @property
    def key(self) -> str:
        """By what the batch is known there, and here."""

    def ended(self, job: Job) -> None:
        """Keep what became of it."""

    def forget(self) -> None:
        """Forget it: it was deleted, or its results have been kept long enough."""


class _CancelledError(Exception):
    """Somebody wants the batch no more."""


def _now() -> datetime:
    return datetime.now().astimezone()


@dataclass(slots=True)
class Job:
    """One input that was sent and what became of it."""

    id: str
    name: str
    upload: Path
    folder: Path
    line: Line
    further: tuple[str, ...] = ()
    over: Callable[[FolderSink], Sink | Keeper] | None = None  # where its papers are kept besides (api/issuing.py)
    checks: bool = False  # nothing is issued
    kept: Path | None = None  # the input, as long as a row of it may be mended or issued from the results
    mended: dict[int, str] = field(default_factory=dict)  # place of a row among the results → the draft that mends it
    custody: Custody | None = None
    again: Callable[[FolderSink, Source], Review] | None = None  # it had ended already: makes its results once more
    state: State = "waiting"
    done: int = 0
    total: int = 0
    doing: str = "順番を待っています"
    error: str = ""
    review: Review | None = None
    notices: list[str] = field(default_factory=list)
    born: datetime = field(default_factory=_now)
    ended: datetime | None = None
    unwanted: threading.Event = field(default_factory=threading.Event)

    @property
    def finished(self) -> bool:
        """Tell whether nothing more will change."""
        return self.state in FINISHED

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return STATE_LABELS[self.state]

    @property
    def expires(self) -> datetime | None:
        """Return until when the results are kept; None while there are none."""
        return self.ended + KEEP if self.ended else None

    def as_json(self) -> dict[str, Any]:
        """Return how far it has come."""
        return {
            "id": self.id,
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "doing": self.doing,
            "sent_at": self.born.isoformat(timespec="seconds"),
            "expires_at": self.expires.isoformat(timespec="seconds") if self.expires else None,
            **({"error": self.error} if self.error else {}),
        }

    def told(self) -> dict[str, Any]:
        """Return what a caller watches: how far it has come, and once it is done everything that came of it."""
        if not self.review:
            return self.as_json()
        return {
            **self.as_json(),
            "verdicts": self.review.verdicts,
            "next_steps": list(self.review.next_steps),
            "notices": self.notices,
            "input_findings": [finding.as_json() for finding in self.review.input_findings],
            "results": [path.name for path in self.results()],
            "documents": [
                {"record": fate.record, "form": fate.form, "title": fate.title, "files": fate.files}
                for fate in self.review.fates
                if fate.verdict == "issued"
            ],
        }

    def results(self) -> list[Path]:
        """List the files that can be fetched."""
        names = (ARCHIVE, ANNOTATED, "register.xlsx", "review.html", "review.pdf", "review.xlsx", "review.json")
        made = [path for name in names if (path := self.folder / name).is_file()]
        return [path for path in made if not (self.checks and path.name == "register.xlsx")]

    def record(self, number: int) -> Record | None:
        """Return the record of a result (its place, from 1) that was not issued, read again from the input; None where it is not there."""
        fates = self.review.fates if self.review else ()
        if self.kept is None or not 1 <= number <= len(fates) or fates[number - 1].verdict not in MENDABLE:
            return None
        inputs = Inputs([Source(self.name, self.kept)], self.line.catalogue, None)
        found = next((record for record, _ in islice(inputs.records(), number - 1, None)), None)
        return found if found is not None and found.id == fates[number - 1].record else None

    def document(self, name: str) -> Path | None:
        """Return a single paper or volume by its name; None for whatever else stands there."""
        known = {of for fate in (self.review.fates if self.review else ()) for of in fate.files.values()}
        path = self.folder / DOCUMENTS / name
        return path if name in known and path.is_file() else None

    @property
    def asked(self) -> int:
        """Return how many papers wait for their approval alone."""
        return sum(asks_approval(fate) for fate in self.review.fates) if self.review else 0

    def counts(self) -> list[tuple[str, int]]:
        """Return label and number of each verdict that occurred."""
        if not self.review:
            return []
        counts = {VERDICT_LABELS[verdict]: n for verdict, n in self.review.verdicts.items()}
        counts[VERDICT_LABELS["waiting"]] -= self.asked
        return [(label, n) for label, n in {**counts, "要決裁": self.asked}.items() if n]


class Desk:
    """One worker, a bounded queue, jobs by unguessable id."""

    def __init__(self, line: Line, store: Path) -> None:
        self._line = line
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._closed = threading.Event()
        threading.Thread(target=_keep_clean, args=(weakref.ref(self), self._closed), daemon=True).start()

    def take(
        self,
        name: str,
        content: Path,
        further: tuple[str, ...] = (),
        *,
        line: Line | None = None,
        over: Callable[[FolderSink], Sink | Keeper] | None = None,
        checks: bool = False,
        custody: Callable[[], Custody] | None = None,
    ) -> Job:
        """Queue an upload; `further` are copies to be made beside a form's own. What is not taken is removed.

        `checks`: judge it and issue nothing. `line` is the sender's (left out: the service's), `over` what puts its papers into the
        ledger too, `custody` gives the upload to whoever keeps it beyond the process; it is called once there is room for it.

        Raises BusyError when too many wait.
        """
        with self._lock:
            if sum(not job.finished for job in self._jobs.values()) >= MAX_WAITING:
                content.unlink(missing_ok=True)
                raise BusyError("処理を待っている入力が多すぎます。", action="少し待ってから、もう一度お送りください。")
            kept = custody() if custody else None
            key = kept.key if kept else secrets.token_urlsafe(16)
            own = line or self._line
            job = Job(key, name, content, self._store / key, own, further, over, checks=checks, custody=kept)
            self._jobs[key] = job
        self._worker.submit(self._run, job)
        return job

    def take_up(self, job: Job) -> None:
        """Show what another process left, and queue what is to be done of it, whatever waits here: it was taken before."""
        with self._lock:
            self._jobs[job.id] = job
        if not job.finished:
            self._worker.submit(self._run, job)

    def get(self, key: str) -> Job | None:
        """Return a job, or None when there is none (any more)."""
        self.sweep()
        return self._jobs.get(key)

    def jobs(self) -> list[Job]:
        """Return every job, the newest first."""
        self.sweep()
        return sorted(self._jobs.values(), key=lambda job: job.born, reverse=True)

    def cancel(self, job: Job) -> None:
        """Break a job off, or take it out of the queue; one that has ended stays as it is."""
        with self._lock:
            job.unwanted.set()
            if job.state == "waiting":
                self._end(job, "cancelled")
            elif job.state == "running":
                job.doing = "取りやめています"

    def delete(self, job: Job) -> None:
        """Break a job off and remove whatever came of it."""
        self.cancel(job)
        with self._lock:
            self._jobs.pop(job.id, None)
            if job.finished:
                _remove(job)

    def close(self) -> None:
        """Break everything off and remove it: the service ends."""
        self._closed.set()
        for job in list(self._jobs.values()):
            job.unwanted.set()
        self._worker.shutdown(wait=True, cancel_futures=True)
        for job in list(self._jobs.values()):
            job.upload.unlink(missing_ok=True)
            shutil.rmtree(job.folder, ignore_errors=True)
        self._jobs.clear()

    def room(self) -> Path:
        """Return the folder uploads are put in before they are taken."""
        self._store.mkdir(parents=True, exist_ok=True)
        return self._store

    def sweep(self) -> None:
        """Remove the results that have been kept long enough."""
        with self._lock:
            for key in [key for key, job in self._jobs.items() if job.expires and job.expires < _now()]:
                _remove(self._jobs.pop(key))

    def _end(self, job: Job, state: State, error: str = "") -> None:
        job.state, job.error, job.ended = state, error, job.ended or _now()
        job.doing = {"done": "終わりました", "cancelled": "取りやめました"}.get(state, "")
        if state == "done" and job.review and any(fate.verdict in MENDABLE for fate in job.review.fates):
            job.kept = job.upload.rename(job.folder / f"input{job.upload.suffix}")
        job.upload.unlink(missing_ok=True)
        if state != "done":
            shutil.rmtree(job.folder, ignore_errors=True)
        if job.custody and not job.again and not self._closed.is_set():  # a service that ends leaves it to the next
            with _logged("keeping the end of a batch"):
                job.custody.ended(job)

    def _run(self, job: Job) -> None:
        with self._lock:
            if job.finished:
                return
            job.state = "running"
        state: State = "failed"
        error = "処理中に誤りが起きました。管理者へお知らせください。"
        try:
            self._issue(job)
            state, error = "done", ""
        except _CancelledError:
            state, error = "cancelled", ""
        except PlaceLostError as lost:  # it has not ended: the next start goes on
            error, job.custody = str(lost), None
        except YoshikiError as told:
            error = str(told)
        except Exception as bug:  # noqa: BLE001 - the worker must live on; the log gets the kind only
            log.error("batch failed: %s", type(bug).__name__)  # noqa: TRY400 - a traceback may hold personal data
        finally:
            with self._lock:
                self._end(job, state, error)
                if job.id not in self._jobs:  # deleted meanwhile
                    _remove(job)

    def _issue(self, job: Job) -> None:
        source = Source(name=job.name, path=job.upload)

        def progress(done: int, total: int, what: str) -> None:
            job.done, job.total, job.doing = done, total, what
            if job.unwanted.is_set():
                raise _CancelledError

        line, wanted = job.line, Wanted(further=job.further)
        folder = FolderSink(job.folder / DOCUMENTS, line.rules, wanted, job.folder, [job.upload])
        if job.checks:
            review = batch_run.check(line, [source], progress=progress)
            job.folder.mkdir(parents=True)
            write_outputs(review, line.catalogue, job.folder)
        elif job.again:
            review = job.again(folder, source)
        else:
            review = batch_run.issue_into(line, [source], job.over(folder) if job.over else folder, progress=progress)
        self._annotate(job, source, review)
        if not job.checks:
            _pack(job.folder)
        progress(job.done, job.total, job.doing)
        job.review = review

    def _annotate(self, job: Job, source: Source, review: Review) -> None:
        """Mark the clerk's own file; that it cannot be done costs nothing else."""
        findings: list[Finding] = [*review.input_findings, *(f for fate in review.fates for f in fate.findings)]
        if not (findings and review.fates):
            return
        target = job.folder / ANNOTATED
        try:
            annotate(source.path, findings, target, name=job.name, catalogue=self._line.catalogue)
        except Exception as error:  # noqa: BLE001 - by-products never cost the papers
            log.error("annotating failed: %s", type(error).__name__)  # noqa: TRY400 - a traceback may hold personal data
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)
                sweep(job.folder)
            reason = str(error) if isinstance(error, InputError) else "処理中に誤りが起きました。"
            job.notices.append(f"指摘を書き込んだ表計算ファイルは作れませんでした。{reason}点検報告をご覧ください。")


def _remove(job: Job) -> None:
    """Remove what came of a job, here and in custody."""
    shutil.rmtree(job.folder, ignore_errors=True)
    if job.custody:
        with _logged("forgetting a batch"):
            job.custody.forget()


@contextlib.contextmanager
def _logged(what: str) -> Iterator[None]:
    """Let nothing that fails stop the worker; the log gets the kind only."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - it is done again at the next start
        log.error("%s failed: %s", what, type(error).__name__)  # noqa: TRY400 - a traceback may hold personal data


def _keep_clean(desk: weakref.ref[Desk], closed: threading.Event) -> None:
    """Remove what is old, every minute, as long as the desk is there."""
    while not closed.wait(60):
        there = desk()
        if there is None:
            return
        there.sweep()
        del there


def _pack(folder: Path) -> None:
    """Put the documents, the register and the review into one archive."""
    partial = folder / (ARCHIVE + ".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((folder / DOCUMENTS).iterdir()):
            if not path.name.startswith("."):
                archive.write(path, f"{DOCUMENTS}/{path.name}")
        for path in sorted(folder.glob("re*.*")):
            archive.write(path, path.name)
    partial.replace(folder / ARCHIVE)
