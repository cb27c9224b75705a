"""What stands in a folder: a line for every paper, as soon as it is issued, so that a later run knows of those before it."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from forms.issue.files import write_whole
from validators.model import Confirmation, Finding
from validators.review import Fate

if TYPE_CHECKING:
    from pathlib import Path

    from forms.issue.units import Item

NAME = ".yoshiki.jsonl"
Key = tuple[str, str, int]  # form, record's id, how many before it bear the same


def key_of(item: Item) -> Key:
    """Return the key by which a later run knows the same record again."""
    return item.record.form, item.record.id, item.twins


@dataclass(slots=True)
class Journal:
    """The papers of a folder and the digests of its register and review."""

    path: Path
    papers: dict[Key, Fate] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)  # file name → SHA-256

    def read(self) -> None:
        """Read what earlier runs wrote; a line that a killed run left half is no line."""
        if not self.path.is_file():
            return
        for line in self.path.read_text("utf-8", errors="replace").splitlines():
            try:
                told = json.loads(line)
                if "reports" in told:
                    self.reports = dict(told["reports"])
                    continue
                key = (str(told["key"][0]), str(told["key"][1]), int(told["key"][2]))
                fate = _fate(told["fate"]) if told["fate"] else None
            except (ValueError, KeyError, TypeError, IndexError):
                continue
            self.papers.pop(key, None)
            if fate:
                self.papers[key] = fate

    def add(self, key: Key, fate: Fate) -> None:
        """Note a paper in one write, which the file system keeps whole beside those of other processes.

        A fate without files says that no paper of that record stands here.
        """
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            os.write(handle, _line(key, fate).encode())
        finally:
            os.close(handle)

    def write(self) -> None:
        """Write the journal anew, each paper once."""
        text = "".join(_line(key, fate) for key, fate in self.papers.items())
        reports = json.dumps({"reports": self.reports}, ensure_ascii=False) + "\n" if self.reports else ""
        if text or reports or self.path.exists():
            write_whole(self.path, (text + reports).encode())


def _line(key: Key, fate: Fate) -> str:
    told = {**asdict(fate), "values": base64.b64encode(fate.values).decode()} if fate.files else None
    return json.dumps({"key": key, "fate": told}, ensure_ascii=False) + "\n"


def _fate(told: dict[str, Any]) -> Fate:
    return Fate(
        **_known(Fate, told)
        | {
            "findings": [Finding(**_known(Finding, found)) for found in told["findings"]],
            "confirmations": tuple(Confirmation(**each) for each in told["confirmations"]),
            "values": base64.b64decode(told["values"]),
        }
    )


def _known(kind: type, told: dict[str, Any]) -> dict[str, Any]:
    """Return what this version knows of a line that another may have written."""
    names = {each.name for each in fields(kind)}
    return {name: tuple(value) if name == "clauses" else value for name, value in told.items() if name in names}
