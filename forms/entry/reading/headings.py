"""Which column is which item: headings as a form writes them, and as people write them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from forms.entry.reading.grid import is_blank
from validators.invisible import without
from validators.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forms.entry.reading.grid import Area, Row
    from validators.model import Field

# Columns every sheet has beside the form's own: target → heading, then the other headings it is known by.
SYSTEM: dict[str, tuple[str, ...]] = {
    "#id": ("整理番号", "record", "record_id"),
    "#case": ("事案番号", "case", "case_id"),
    "#form": ("様式", "form", "slug"),
    "#clause": ("確認した条項", "confirmations.clause"),
    "#by": ("確認者", "確認した者", "confirmations.by"),
    "#reason": ("確認の理由", "confirmations.reason"),
}
_PERSON_WORDS: dict[str, tuple[str, ...]] = {
    "kana": ("ふりがな", "フリガナ", "かな", "カナ"),
    "birth_date": ("生年月日",),
    "post": ("職", "役職", "官職"),
    "rank": ("階級",),
}
_MARKS = re.compile(r"[*△▲※☆\[\]()「」【】・:：]|必須|条件により必須")
_INDEXED = re.compile(r"([A-Za-z_]\w*)\[(\d{1,3})\]\.([A-Za-z_]\w*)")
HEADING_ROWS = 20  # the heading stands within the first rows of a sheet
EXAMPLE = "記入例"
_EXAMPLES = re.compile(rf"(?:{EXAMPLE}|記載例).*|(?:例|見本|サンプル)[0-9]?", re.DOTALL)


@lru_cache(maxsize=16_384)
def fold(text: object) -> str:
    """Fold a heading for comparison: width, case, blanks, line breaks, marks, brackets and what nobody sees do not matter."""
    return _MARKS.sub("", "".join(unicodedata.normalize("NFKC", without(str(text))).split()).lower())


def calls_itself_example(value: object) -> bool:
    """Tell whether a cell in the place of an id says that its row is the worked example: 記入例, 記載例, 例."""
    return isinstance(value, str) and not value.isascii() and bool(_EXAMPLES.fullmatch(fold(value)))


class Heading(NamedTuple):
    """How a column is headed: the group above it (may be empty) and its own label."""

    group: str
    label: str


def headings(fields: Mapping[str, Field]) -> dict[str, Heading]:
    """Return each field's heading, unique within the sheet: a label used twice gets its group or its name in brackets."""
    taken = {fold(word) for words in SYSTEM.values() for word in words}
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for name, item in fields.items():
        seen[fold(item.label)].append(name)
    out = {}
    for name, item in fields.items():
        key = fold(item.label)
        groups = [fields[other].group for other in seen[key]]
        unique = key not in taken and (len(groups) == 1 or (groups.count(item.group) == 1 and "" not in groups))
        out[name] = Heading(item.group, item.label if unique else f"{item.label}［{name}］")
    return out


class HeadingWords:
    """Everything a column of one table may be called, with what it then means (a path in the record's data)."""

    def __init__(self, fields: Mapping[str, Field], *, system: Iterable[str] = SYSTEM) -> None:
        """Take the items of a table and the columns it has beside them."""
        self.fields = fields
        self.labels: list[str] = []
        # From the surest to the loosest; the first tier that knows a heading decides.
        self._tiers: list[defaultdict[str, set[str]]] = [defaultdict(set) for _ in range(4)]
        written = headings(fields)
        for target in system:
            self._learn(0, target, SYSTEM[target])
            self.labels.append(SYSTEM[target][0])
        for name, item in fields.items():
            heading = written[name]
            self.labels.append(item.label)
            self._learn(0, name, [heading.group + heading.label] if heading.group else [heading.label])
            self._learn(1, name, [name, heading.label, f"{item.label}[{name}]"])
            self._learn(2, name, [item.label, item.group + item.label])
            self._learn(3, name, [word for alias in item.aliases for word in (alias, item.group + alias)])
            if KINDS[item.type].shape == "name":
                for part, words in _PERSON_WORDS.items():
                    names = [item.label + word for word in words] + [f"{name}.{part}", f"{name}_{part}"]
                    self._learn(3, f"{name}.{part}", [*names, *(item.group + n for n in names)])

    def _learn(self, tier: int, target: str, words: Iterable[str]) -> None:
        for word in words:
            if key := fold(word):
                self._tiers[tier][key].add(target)

    def meanings(self, heading: str) -> set[str]:
        """Return what a heading may mean: nothing when unknown, several when it does not tell which."""
        key = fold(heading)
        for tier in self._tiers:
            if key in tier:
                return tier[key]
        return self._indexed(heading)

    def _indexed(self, heading: str) -> set[str]:
        """Know `consultations[0].measures`, an item's key written out in full."""
        match = _INDEXED.fullmatch(unicodedata.normalize("NFKC", heading).strip())
        if match and match[1] in self.fields and match[3] in self.fields[match[1]].fields:
            return {f"{match[1]}[{int(match[2])}].{match[3]}"}
        return set()

    @property
    def words(self) -> set[str]:
        """Return every heading that is known, folded."""
        return {key for tier in self._tiers for key in tier}

    def nearest(self, heading: str) -> str:
        """Return the label most like an unknown heading, or an empty text."""
        by_key = {fold(label): label for label in self.labels}
        near = difflib.get_close_matches(fold(heading), by_key, n=1, cutoff=0.5)
        return by_key[near[0]] if near else ""


@dataclass(slots=True)
class Columns:
    """The columns of one table as understood: what each means, and what could not be understood."""

    row: int = 0  # the heading row; data follow below
    targets: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    ambiguous: dict[int, tuple[str, set[str]]] = field(default_factory=dict)

    @property
    def twice(self) -> dict[str, list[int]]:
        """Targets that more than one column claims."""
        columns: defaultdict[str, list[int]] = defaultdict(list)
        for column, target in self.targets.items():
            columns[target].append(column)
        return {target: found for target, found in columns.items() if len(found) > 1}


def find_columns(top: Sequence[Row], merged: Sequence[Area], vocabulary: HeadingWords) -> Columns:
    """Find the heading row among a table's first rows: the one with the most columns understood, the upper one of equals."""
    best = Columns()
    above: dict[int, str] = {}
    last = 0
    for row in top[:HEADING_ROWS]:
        if row.number != last + 1:
            above = {}
        texts = {
            column: str(value) for column, value in row.cells.items() if isinstance(value, str) and not is_blank(value)
        }
        found = _understand(row.number, texts, _parents(above, merged, row.number), vocabulary)
        if len(found.targets) + len(found.ambiguous) > len(best.targets) + len(best.ambiguous):
            best = found
        above, last = texts, row.number
    return best


def _parents(above: Mapping[int, str], merged: Sequence[Area], row: int) -> tuple[dict[int, str], dict[int, str]]:
    """Return the headings above each column: by merged cells, and by carrying to the right what stands there."""
    sure = dict(above)
    for top, left, bottom, right in merged:
        if top < row <= bottom + 1 and left in above:
            sure.update(dict.fromkeys(range(left, min(right, left + 1000) + 1), above[left]))
    carried = dict(sure)
    if above:
        current = ""
        for column in range(min(above), max(above) + 200):
            current = above.get(column, current)
            carried.setdefault(column, current)
    return sure, carried


def _understand(
    row: int, texts: Mapping[int, str], parents: tuple[dict[int, str], dict[int, str]], vocabulary: HeadingWords
) -> Columns:
    sure, carried = parents
    found = Columns(row)
    for column in sorted({*texts, *sure}):
        own, parent = texts.get(column, ""), sure.get(column, "")
        tries = [parent]
        if own:
            tries = [*_joined(parent, own), own, *_joined(carried.get(column, ""), own)]
        meanings: set[str] = set()
        for heading in tries:
            new = vocabulary.meanings(heading) if heading else set()
            if new and (not meanings or len(new) < len(meanings)):
                meanings = new
            if len(meanings) == 1:
                break
        if len(meanings) == 1:
            found.targets[column] = next(iter(meanings))
        elif meanings:
            found.ambiguous[column] = (own, meanings)
        elif own:
            found.unknown[column] = own
    return found


def _joined(parent: str, own: str) -> list[str]:
    """Return how a heading reads under its parent: 申立人氏名, 申立人の氏名."""
    return [parent + own, f"{parent}の{own}"] if parent else []
