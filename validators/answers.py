"""A box that a paper needs in words is not answered by a mark that stands for words (未記入, 同上, 作成中) or by なし alone.

Each provision says of its own boxes what else is no answer; this is what holds for every text that is printed, whoever asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.expressions.functions import stands_for
from validators.expressions.lookups import plain
from validators.paths import path_of
from validators.schema import answers, finding_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from validators.expressions.compiled import Expressions
    from validators.model import Field, Finding, Form, Record
    from validators.schema import BoxPlace


def unanswered(
    form: Form, record: Record, expressions: Expressions, found: Iterable[Finding], *, today: date
) -> Iterator[Finding]:
    """Yield the printed texts and lists of texts that are needed and answered by such words alone, at boxes of which nothing else is said that stops.

    A row of a list may say 同上 of the row above it; なし answers where the item says so (`none_answers`).
    """
    stopped = {finding.path.removesuffix("]").rpartition("[")[0] for finding in found if finding.severity != "info"}
    stopped |= {finding.path for finding in found if finding.severity != "info"}
    for path, item, value in answers(form, record, expressions, today, of_note=_no_answer):
        if path_of(path) not in stopped:
            said = plain(_texts(item, value)[0]).strip()
            message = (
                f"「{item.label}」に書くことが「{said}」だけになっています。{item.hint or '内容を書いてください。'}"
            )
            yield finding_at(form, record, path, item, "no-answer", message)


def _no_answer(box: BoxPlace) -> bool:
    """Tell whether a printed box says nothing but words that are no answer."""
    path, item, value = box
    told = _texts(item, value) if item.printed else []
    return bool(told) and all(_says_none(item, each, in_a_row=len(path) > 1 and path[1] != 0) for each in told)


def _texts(item: Field, value: Any) -> list[Any]:
    return list(value) if item.type == "list" and item.of == "string" else [value] if item.type == "text" else []


def _says_none(item: Field, value: object, *, in_a_row: bool) -> bool:
    ditto, none = () if in_a_row else ("ditto",), () if item.none_answers else ("none_told",)
    return stands_for(value, ("unwritten", *ditto, *none))
