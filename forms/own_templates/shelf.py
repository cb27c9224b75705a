"""The templates an office has adopted: each with its hash, its first day, who adopted it and when.

`templates.json` in the folder is the list; the files beside it are never changed. A file whose hash is another's is refused.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from forms.issue.files import write_whole
from forms.own_templates.examine import examine
from forms.paper.compiling import compile_template
from validators.errors import InputError, why

if TYPE_CHECKING:
    from pathlib import Path

    from forms.paper.templates import Template
    from validators.model import Form
    from validators.rulebook import Rulebook

LIST = "templates.json"
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Adopted:
    """One adopted template: from `starts` on it is the form's paper, for this edition of the form; no `file`: the built-in one again."""

    form: str
    edition: int
    file: str
    sha256: str
    starts: str
    by: str
    adopted_at: str


class Shelf:
    """The adopted templates of a folder."""

    def __init__(self, folder: Path) -> None:
        """Read the list. Raises InputError when it cannot be read."""
        self.folder = folder
        self.adopted = self._read()

    def _read(self) -> list[Adopted]:
        path = self.folder / LIST
        try:
            return [Adopted(**row) for row in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []
        except (OSError, ValueError, TypeError) as error:
            raise InputError(
                f"自所の様式の一覧「{path}」を読めません（{type(error).__name__}）。",
                action="控えから戻すか、様式を取り入れ直してください。",
            ) from None

    def find(self, form: Form, on: date) -> Template | None:
        """Return the template in use on a day: of those begun by then the latest begun, of these the latest adopted.

        None where the office has none for this edition. Raises InputError when the file is missing or was changed.
        """
        mine = [one for one in self.adopted if (one.form, one.edition) == (form.slug, form.edition)]
        begun = [one for one in mine if date.fromisoformat(one.starts) <= on]
        if not begun:
            return None
        newest = max(reversed(begun), key=_order)  # of several at one time the one that came last
        return self._open(newest) if newest.file else None

    def other_editions(self, form: Form, on: date) -> list[int]:
        """Return the editions of the form that the office has a template for on a day, but not this one."""
        mine = sorted((one for one in self.adopted if one.form == form.slug), key=_order)
        begun = {one.edition: one.file for one in mine if date.fromisoformat(one.starts) <= on}
        return [] if form.edition in begun else sorted(edition for edition, file in begun.items() if file)

    def _open(self, one: Adopted) -> Template:
        path = self.folder / one.file
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != one.sha256:
            raise InputError(
                f"自所の様式「{one.file}」がないか、取り入れた後に書き換えられています。",
                action="`yoshiki template adopt` で点検して取り入れ直してください。",
            )
        return _compiled(content)

    def adopt(self, docx: bytes, form: Form, rules: Rulebook, *, starts: date, by: str) -> Adopted:
        """Examine a template by the rulebook and put it on the shelf. Raises InputError when it has problems."""
        problems = [problem for problem in examine(docx, form, rules.clauses) if problem.severity == "error"]
        if problems:
            raise InputError(
                f"様式に直すところが{len(problems)}か所あるため、取り入れません。\n" + "\n".join(map(str, problems)),
                action="`yoshiki template check --marked` でコメント付きの写しを作り、直してください。",
            )
        digest = hashlib.sha256(docx).hexdigest()
        name = f"{form.slug}-{form.edition}-{starts.isoformat()}-{digest[:12]}.docx"
        now = rules.now().isoformat(timespec="seconds")
        one = Adopted(form.slug, form.edition, name, digest, starts.isoformat(), by, now)
        self._add(one, docx)
        return one

    def go_back(self, form: Form, rules: Rulebook, *, starts: date, by: str) -> Adopted:
        """Let the built-in paper be used again from a day on; what was adopted stays on the shelf. Raises InputError."""
        now = rules.now().isoformat(timespec="seconds")
        one = Adopted(form.slug, form.edition, "", "", starts.isoformat(), by, now)
        self._add(one, None)
        return one

    def _add(self, one: Adopted, docx: bytes | None) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if docx is not None:
                write_whole(self.folder / one.file, docx)
            with (self.folder / _LOCK).open("w") as lock:  # two people may adopt at once: neither is lost
                fcntl.flock(lock, fcntl.LOCK_EX)
                self.adopted = [*self._read(), one]
                rows = json.dumps([asdict(each) for each in self.adopted], ensure_ascii=False, indent=1)
                write_whole(self.folder / LIST, f"{rows}\n".encode())
        except OSError as error:
            raise InputError(
                f"自所の様式を「{self.folder}」に置けません（{why(error)}）。",
                action="場所と書込みの権限を確かめてください。",
            ) from None


def _order(one: Adopted) -> tuple[str, str]:
    return one.starts, one.adopted_at


@lru_cache(maxsize=64)
def _compiled(content: bytes) -> Template:
    return compile_template(content)
