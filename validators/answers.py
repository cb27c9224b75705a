"""A box that a paper needs in words is not answered by a mark that stands for words (―, 未記入, 同上, 作成中) or by なし alone.

Each provision says of its own boxes what else is no answer; this is what holds for every written box, of any type, whoever
asks for it: the form itself (`unanswered`) or a provision that tells of the box when it is blank (`left_blank`).
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from validators.expressions.functions import stands_for
from validators.expressions.lookups import plain
from validators.kinds import KINDS
from validators.paths import cell_of, label_of, path_of
from validators.schema import answers, finding_at, written_boxes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from validators.expressions.compiled import Expressions
    from validators.model import Field, Finding, Form, Record
    from validators.schema import BoxPlace


def unanswered(
    form: Form, record: Record, expressions: Expressions, found: Iterable[Finding], *, today: date
) -> Iterator[Finding]:
    """Yield the boxes that are needed and answered by such words alone, at boxes of which nothing else is said that stops.

    A row of a list may say 同上 of the row above it; なし answers where the item says so (`none_answers`). Of なし and 同上 a
    provision's own warning is enough; nobody confirms that a mark is an answer.
    """
    found = list(found)
    stopped, refused = _stopped(found), _stopped(each for each in found if each.severity == "error")
    for path, item, value in answers(form, record, expressions, today, of_note=_no_answer):
        if path_of(path) not in (refused if _unwritten((path, item, value)) else stopped):
            yield finding_at(form, record, path, item, "no-answer", _says_only(item, value))


def left_blank(
    form: Form, record: Record, found: Sequence[Finding], weigh: Callable[[Record], Iterable[Finding]]
) -> Iterator[Finding]:
    """Yield what stops when a box is blank, for each that holds nothing but a mark and is not told of yet.

    `weigh` judges a record by its provisions and lines. A mark may stand where the box may be left blank; なし is an answer here,
    but names nobody: where a provision needs a person, an office, a post or an address, it is as good as a blank.
    """
    already, stopped = {_told_at(finding) for finding in found}, _stopped(found)
    marked = [box for box in written_boxes(form.fields, record.data) if _marked(box) and path_of(box[0]) not in stopped]
    for path, item, value in marked:
        where = path_of(path)
        blanked = weigh(replace(record, data=_without(record.data, path)))
        new = [told for told in blanked if told.severity != "info" and _told_at(told) not in already]
        for told in sorted(new, key=lambda told: told.path != where)[:1]:
            message, label, cell = _says_only(item, value), label_of(form.fields, where), cell_of(record.cells, where)
            yield replace(told, path=where, label=label, cell=cell, message=message, code="no-answer")


def _told_at(finding: Finding) -> tuple[tuple[str, ...], str]:
    return finding.clauses, finding.path


def _stopped(found: Iterable[Finding]) -> set[str]:
    """Return the boxes at which something stops, and the lists in whose items it does."""
    paths = {finding.path for finding in found if finding.severity != "info"}
    return paths | {path.removesuffix("]").rpartition("[")[0] for path in paths}


def _says_only(item: Field, value: Any) -> str:
    said = plain(_told(item, value)[0]).strip()
    return f"「{item.label}」に書くことが「{said}」だけになっています。{item.hint or '内容を書いてください。'}"


def _no_answer(box: BoxPlace) -> bool:
    """Tell whether a box says nothing but words that are no answer; of what is not printed, なし may be one."""
    item = box[1]
    return _only_words_of(box, ("unwritten", "none_told") if item.printed and not item.none_answers else ("unwritten",))


def _marked(box: BoxPlace) -> bool:
    item = box[1]
    return _only_words_of(box, ("unwritten", "none_told") if _type(item) in _NAMING else ("unwritten",))


_NAMING = frozenset({"person", "office", "post", "address"})


def _type(item: Field) -> str:
    return item.of if item.type == "list" else item.type


def _unwritten(box: BoxPlace) -> bool:
    return all(stands_for(each, ("unwritten",)) for each in _told(box[1], box[2]))


def _only_words_of(box: BoxPlace, lists: tuple[str, ...]) -> bool:
    path, item, value = box
    told = _told(item, value)
    may_refer = not item.printed or (len(path) > 1 and path[1] != 0)  # 同上: the row above; what nobody prints, any box
    lists = lists if may_refer else (*lists, "ditto")
    return bool(told) and all(len(plain(each)) <= _LONGEST and stands_for(each, lists) for each in told)


_LONGEST = 24  # letters of the longest writing that is weighed: words that stand for none are short


def _told(item: Field, value: Any) -> list[Any]:
    """Return what people wrote in a box: its words or name, or those of each line of a list; nothing of another type."""
    kind = _type(item)
    return (list(value) if item.type == "list" else [value]) if kind and KINDS[kind].wordy else []


def _without(data: Mapping[str, Any], path: list[str | int]) -> dict[str, Any]:
    """Return a copy of the data in which a box is blank."""
    kept: Any = deepcopy(dict(data))
    box = kept
    for step in path[:-1]:
        box = box[step]
    del box[path[-1]]
    return dict(kept)
