"""Where drafts are kept: in memory, of bounded number, size and age, never on a disk; the ledger's store takes this place.

`Drafts` is what the pages ask of a store. A draft is changed by one request at a time (`Draft.lock`) and carries a revision: who
saves an older one is told what was changed meanwhile.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from validators.errors import YoshikiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

MOST_DRAFTS: Final = 300
LARGEST_DRAFT: Final = 1 << 20  # letters of its answers as JSON
KEEP_SECONDS: Final = 12 * 60 * 60  # after the last time it was touched
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another
_LENGTH: Final = 10


class DraftTooLargeError(YoshikiError):
    """More was typed into a draft than is kept."""

    code = "draft-too-large"
    http_status = 413


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A warning somebody has taken upon themselves; `of` digests what its provision weighed then."""

    clause: str
    by: str
    reason: str
    of: str


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """What was issued of a draft. Kept in memory for now: with the ledger, number, register row and artifact stand there."""

    at: datetime
    files: Mapping[str, bytes]  # kind → content
    pages: int
    title: str


@dataclass(slots=True, eq=False)
class Draft:
    """A paper that is being written. `answers`: as typed, by field (api/desk/widgets.py)."""

    id: str
    form: str
    answers: dict[str, Any] = field(default_factory=dict)
    office: dict[str, str] = field(default_factory=dict)
    kept: bool = False  # by a ledger, which gives the number at issue: a blank one is no fault before
    case: str = ""  # the number of the case it is of, where a ledger keeps one
    origins: dict[str, str] = field(default_factory=dict)  # field → where its first answer came from, in words
    rev: int = 0
    changed: dict[str, tuple[int, str]] = field(
        default_factory=dict
    )  # field → revision of its last change, and by which page
    visited: set[str] = field(default_factory=set)  # controls that were left or saved: there faults are told
    done: set[int] = field(default_factory=set)  # steps that were saved
    scolded: dict[int, frozenset[str]] = field(default_factory=dict)  # step → what was told to be wrong last
    confirmed: dict[str, Confirmed] = field(default_factory=dict)
    removed: tuple[str, int, Any] | None = None  # field, place and answers of the item taken out last
    saved_at: datetime | None = None
    issued: IssuedPaper | None = None
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def put(self, answers: Mapping[str, Any], now: datetime, page: str = "") -> list[str]:
        """Take over answers and return the fields that changed. Raises DraftTooLargeError, the draft as it was."""
        changed = [name for name, answer in answers.items() if self.answers.get(name) != answer]
        after = {**self.answers, **answers}
        if changed and len(json.dumps(after, ensure_ascii=False)) > LARGEST_DRAFT:
            raise DraftTooLargeError(
                "一つの文書に書ける量を超えました。", action="長い文章は別紙にして、ここには要点を書いてください。"
            )
        if changed:
            self.answers, self.rev = after, self.rev + 1
            self.changed |= dict.fromkeys(changed, (self.rev, page))
        self.saved_at = now
        return changed


class Drafts(Protocol):
    """A store of drafts."""

    def new(
        self, form: str, office: Mapping[str, str], *, case: str = "", answers: Mapping[str, Any] | None = None
    ) -> Draft:
        """Begin a draft of a form. Raises BusyError-like YoshikiError when no more are taken."""

    def get(self, key: str) -> Draft | None:
        """Return a draft; None when there is none (any more)."""

    def all(self) -> list[Draft]:
        """Return the drafts, the one touched last first."""

    def drop(self, key: str) -> None:
        """Throw a draft away with all that was typed."""


class MemoryDrafts:
    """Drafts of this process: the oldest goes when there are too many, each goes when it was not touched for long."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without drafts; `clock` counts seconds."""
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Draft]] = OrderedDict()
        self._lock = threading.Lock()

    def new(
        self, form: str, office: Mapping[str, str], *, case: str = "", answers: Mapping[str, Any] | None = None
    ) -> Draft:
        """Begin a draft."""
        key = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        draft = Draft(key, form, answers=dict(answers or {}), office=dict(office), case=case)
        self.put(draft)
        return draft

    def put(self, draft: Draft) -> None:
        """Hold a draft."""
        with self._lock:
            self._sweep()
            self._kept[draft.id] = (self._clock(), draft)
            while len(self._kept) > MOST_DRAFTS:
                self._kept.popitem(last=False)

    def get(self, key: str) -> Draft | None:
        """Return a draft and count it as touched."""
        with self._lock:
            self._sweep()
            if key not in self._kept:
                return None
            _, draft = self._kept.pop(key)
            self._kept[key] = (self._clock(), draft)
            return draft

    def all(self) -> list[Draft]:
        """Return the drafts, the one touched last first."""
        with self._lock:
            self._sweep()
            return [draft for _, draft in reversed(self._kept.values())]

    def drop(self, key: str) -> None:
        """Throw a draft away."""
        with self._lock:
            self._kept.pop(key, None)

    def _sweep(self) -> None:
        oldest = self._clock() - KEEP_SECONDS
        for key in [key for key, (touched, _) in self._kept.items() if touched < oldest]:
            del self._kept[key]
