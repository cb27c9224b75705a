"""What stands in a folder: a line for every paper, as soon as it is issued, so that a later run knows of those before it."""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from forms.issue.files import digest, write_whole
from forms.issue.names import place_key
from validators.model import Confirmation, Finding
from validators.review import Fate

if TYPE_CHECKING:
    from pathlib import Path

    from forms.issue.units import Item

NAME = ".yoshiki.jsonl"
PaperKey = tuple[str, str, int]  # form, record's id, how many before it bear the same


def key_of(item: Item) -> PaperKey:
    """Return the key by which a later run knows the same record again."""
    return item.record.form, item.record.id, item.twins


@dataclass(slots=True)
class Journal:
    """The papers of a folder and the digests of its register and reports: of whole runs from their review, else line by line."""

    path: Path
    papers: dict[PaperKey, Fate] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)  # file name → SHA-256

    def read_review(self, path: Path) -> None:
        """Read the review that an earlier run left; what is no review of ours tells nothing."""
        try:
            told = json.loads(path.read_text("utf-8"))
            reports = dict(told["outputs"])
            papers = _keyed(told["earlier"]) | _keyed(told["records"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return
        self.papers |= papers
        self.reports = {**reports, path.name: digest(path.read_bytes())}

    def read(self) -> None:
        """Read the lines of runs that came to no review; one that a killed run left half is no line."""
        if not self.path.is_file():
            return
        for line in self.path.read_text("utf-8", errors="replace").splitlines():
            try:
                told = json.loads(line)
                key = (str(told["key"][0]), str(told["key"][1]), int(told["key"][2]))
                fate = fate_of(told["fate"]) if told["fate"] else None
            except (ValueError, KeyError, TypeError, IndexError):
                continue
            self.papers.pop(key, None)
            if fate:
                self.papers[key] = fate

    def add(self, key: PaperKey, fate: Fate) -> None:
        """Note a paper in one write, which the file system keeps whole beside those of other processes.

        A fate without files says that no paper of that record stands here.
        """
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            os.write(handle, _line(key, fate).encode())
        finally:
            os.close(handle)

    def write(self) -> None:
        """Write the journal anew, each paper once: for a folder without a review."""
        if text := "".join(_line(key, fate) for key, fate in self.papers.items()):
            write_whole(self.path, text.encode())
        else:
            self.end()

    def end(self) -> None:
        """Do without the lines: a review says it all."""
        self.path.unlink(missing_ok=True)


def _keyed(records: list[dict[str, Any]]) -> dict[PaperKey, Fate]:
    seen: Counter[tuple[str, str]] = Counter()
    papers: dict[PaperKey, Fate] = {}
    for fate in map(fate_of, records):
        place = place_key(fate.record, fate.form)
        if fate.files:
            papers[fate.form, fate.record, seen[place]] = fate
        seen[place] += 1
    return papers


def _line(key: PaperKey, fate: Fate) -> str:
    told = fate_as_data(fate) if fate.files else None
    return json.dumps({"key": key, "fate": told}, ensure_ascii=False) + "\n"


def fate_as_data(fate: Fate) -> dict[str, Any]:
    """Return a fate as JSON has it, whole: `fate_of` reads it back."""
    return {**asdict(fate), "values": base64.b64encode(fate.values).decode()}


def fate_of(told: dict[str, Any]) -> Fate:
    """Return the fate that was written, by this version or another. Raises KeyError, TypeError for what is none."""
    return Fate(
        **_known(Fate, told)
        | {
            "findings": [Finding(**_known(Finding, found)) for found in told["findings"]],
            "confirmations": tuple(Confirmation(**each) for each in told["confirmations"]),
            "values": base64.b64decode(told.get("values", "")),
        }
    )


def _known(kind: type, told: dict[str, Any]) -> dict[str, Any]:
    """Return what this version knows of a line that another may have written."""
    names = {each.name for each in fields(kind)}
    return {name: tuple(value) if name == "clauses" else value for name, value in told.items() if name in names}
