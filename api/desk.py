"""Take in batches, run them one after the other in the background, keep their results until they are fetched or old.

Until the ledger comes, a batch lives in memory and in a private folder; both go away with the process.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from forms.entry import annotate
from forms.issue import run as batch_run
from forms.issue.units import Source
from validators.errors import InputError, YoshikiError
from validators.labels import VERDICT_LABELS

if TYPE_CHECKING:
    from pathlib import Path

    from forms.issue.line import Line
    from validators.model import Finding
    from validators.review import Review

log = logging.getLogger("yoshiki.desk")

KEEP_SECONDS = 4 * 60 * 60
MAX_WAITING = 20
ARCHIVE = "archive.zip"
ANNOTATED = "annotated.xlsx"

State = Literal["waiting", "running", "done", "failed"]


@dataclass(slots=True)
class Job:
    """One uploaded input and what became of it."""

    id: str
    name: str
    upload: Path
    folder: Path
    further: tuple[str, ...] = ()
    state: State = "waiting"
    done: int = 0
    total: int = 0
    doing: str = "順番を待っています"
    error: str = ""
    review: Review | None = None
    born: float = field(default_factory=time.monotonic)

    @property
    def finished(self) -> bool:
        """Tell whether nothing more will change."""
        return self.state in {"done", "failed"}

    def as_json(self) -> dict[str, Any]:
        """Return what a caller watches."""
        out: dict[str, Any] = {
            "id": self.id,
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "doing": self.doing,
        }
        if self.error:
            out["error"] = self.error
        if self.review:
            out["verdicts"] = self.review.verdicts
            out["next_steps"] = list(self.review.next_steps)
            out["results"] = [path.name for path in self.results()]
        return out

    def results(self) -> list[Path]:
        """List the files that can be fetched."""
        names = (ARCHIVE, ANNOTATED, "register.xlsx", "review.html", "review.pdf", "review.xlsx", "review.json")
        return [path for name in names if (path := self.folder / name).is_file()]

    def counts(self) -> list[tuple[str, int]]:
        """Return label and number of each verdict that occurred."""
        if not self.review:
            return []
        return [(VERDICT_LABELS[verdict], n) for verdict, n in self.review.verdicts.items() if n]


class Desk:
    """One worker, a bounded queue, jobs by unguessable id."""

    def __init__(self, line: Line, store: Path) -> None:
        self._line = line
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")

    def take(self, name: str, content: Path, further: tuple[str, ...] = ()) -> Job:
        """Queue an upload; `further` are copies to be made beside a form's own. Raises InputError when too many wait."""
        with self._lock:
            self._sweep()
            if sum(not job.finished for job in self._jobs.values()) >= MAX_WAITING:
                raise InputError(
                    "処理を待っている入力が多すぎます。", action="少し待ってから、もう一度お送りください。"
                )
            key = secrets.token_urlsafe(16)
            job = Job(id=key, name=name, upload=content, folder=self._store / key, further=further)
            self._jobs[key] = job
        self._worker.submit(self._run, job)
        return job

    def get(self, key: str) -> Job | None:
        """Return a job, or None when there is none (any more)."""
        return self._jobs.get(key)

    def room(self) -> Path:
        """Return the folder uploads are put in before they are taken."""
        self._store.mkdir(parents=True, exist_ok=True)
        return self._store

    def _run(self, job: Job) -> None:
        job.state = "running"
        source = Source(name=job.name, path=job.upload)

        def progress(done: int, total: int, what: str) -> None:
            job.done, job.total, job.doing = done, total, what

        try:
            documents = job.folder / "documents"
            review = batch_run.issue(
                self._line, [source], documents, further=job.further, progress=progress, reports=job.folder
            )
            self._annotate(job, source, review)
            _pack(documents, job.folder)
            job.review = review
            job.state = "done"
            job.doing = "終わりました"
        except YoshikiError as error:
            job.state, job.error = "failed", str(error)
        except Exception as error:  # noqa: BLE001 - the worker must live on; the log gets the kind only
            log.error("batch failed: %s", type(error).__name__)  # noqa: TRY400 - a traceback may hold personal data
            job.state, job.error = "failed", "処理中に誤りが起きました。管理者へお知らせください。"
        finally:
            job.upload.unlink(missing_ok=True)

    def _annotate(self, job: Job, source: Source, review: Review) -> None:
        findings: list[Finding] = [*review.input_findings, *(f for fate in review.fates for f in fate.findings)]
        if findings and review.fates:
            try:
                annotate(source.path, findings, job.folder / ANNOTATED, name=job.name, catalogue=self._line.catalogue)
            except OSError as error:  # the papers are there; the copy with its marks is a help beside them
                (job.folder / ANNOTATED).unlink(missing_ok=True)
                log.error("no marked copy: %s", type(error).__name__)  # noqa: TRY400 - as below

    def _sweep(self) -> None:
        old = [key for key, job in self._jobs.items() if job.finished and time.monotonic() - job.born > KEEP_SECONDS]
        for key in old:
            shutil.rmtree(self._jobs.pop(key).folder, ignore_errors=True)


def _pack(documents: Path, folder: Path) -> None:
    """Put the documents, the register and the review into one archive."""
    partial = folder / (ARCHIVE + ".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(documents.iterdir()):
            if not path.name.startswith("."):
                archive.write(path, f"documents/{path.name}")
        for path in sorted(folder.glob("re*.*")):
            archive.write(path, path.name)
    partial.replace(folder / ARCHIVE)
