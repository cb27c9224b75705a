"""Take an item of a list as it was sent: a row of a table where a text is kept, a text where a row is.

A list of texts keeps what people read (「令和６年６月７日　母　在宅」); a system that keeps the same list as a table sends its rows. Nothing
of a row is lost: its values follow one another as they came, days in Japanese, whatever their keys are called. The other way
round, a text alone is the one key of a row that tells it: the narrative, or the first name or text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from validators.kinds import KINDS
from validators.stored import in_words
from validators.values import UnreadableError, blank, read_date

if TYPE_CHECKING:
    from validators.model import Field

_TRUTH = {True: "有", False: "無"}
_DEEPEST = 4


def takes_rows(item: Field) -> bool:
    """Tell whether the list keeps texts, so that a row can be written as one."""
    return KINDS[item.of].shape == "text" if item.of else False


def row_as_texts(item: Field, row: Any) -> list[Any]:
    """Return the text of a row; of secrets, which are looked for one by one, each value as a text of its own.

    What is no row, or holds what no text can say, is returned as it is.
    """
    if not isinstance(row, Mapping) or blank(row):
        return [row]
    try:
        values = list(_values(row))
    except UnreadableError:
        return [row]
    return values if item.sensitivity == "protected" and not item.printed else ["　".join(values)]


def _values(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        raise UnreadableError
    if blank(value):
        return
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        yield "、".join(text for inner in value for text in _values(inner, depth + 1))
    elif isinstance(value, bool):
        yield _TRUTH[value]
    elif isinstance(value, (str, int, float)):
        yield _day(str(value)) or str(value)
    else:
        raise UnreadableError


def _day(text: str) -> str:
    """Return a day or moment written for machines (2024-06-07T13:05) as people write it; "" for anything else."""
    try:
        if len(text) < len("2024-06-07") or not text[:4].isascii() or text[4] != "-":
            return ""
        read = read_date(text)
    except UnreadableError:
        return ""
    return in_words(read)


def main_key(item: Field) -> Field | None:
    """Return the key of a row that a text alone fills: its only narrative, else its first name or text; None where it has none."""
    narratives = [inner for inner in item.fields.values() if KINDS[inner.type].narrative]
    wordy = [inner for inner in item.fields.values() if KINDS[inner.type].wordy]
    return next(iter(narratives if len(narratives) == 1 else wordy), None)
