"""Exhibits by number (甲1, 甲2の1): read from a petition's own lists, held against the places that name them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from validators.disclosure import walk
from validators.expressions.functions import placeholder
from validators.numerals import KANJI_FIGURES, value_of
from validators.stored import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validators.model import Form

ExhibitNumber = tuple[int, int]  # 甲2の1 is (2, 1), 甲2 is (2, 0)

_N = rf"(?:[0-9]+|[{KANJI_FIGURES}十百]+)"
_ONE = rf"第?({_N})(?:号証?)?(?:の({_N})|-({_N}))?(?:号証?)?"
_FIRST = re.compile(rf"甲{_ONE}[\s:、.)]*")
_MORE = re.compile(
    rf"\s*(?:(及び|並びに|と|[、,・])|(~|〜|-|から|乃至|ないし))\s*甲?{_ONE}(?![0-9年月日枚通回件人時分])"
)
_TAIL = re.compile(r"\([^()]*\)$|\s*[0-9]+[通部]$|\s+")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}  # every letter stays one letter
_LISTS = ("proof_list", "attachments")
_REFERENCES = "evidence_refs"


@dataclass(slots=True)
class Exhibit:
    """An exhibit: its title as the petition has it, and the happenings that name it."""

    number: ExhibitNumber
    title: str
    shows: list[str] = field(default_factory=list)

    @property
    def called(self) -> str:
        """Return 甲2の1."""
        return called(self.number)


def called(number: ExhibitNumber) -> str:
    """Return 甲2の1."""
    return f"甲{number[0]}" + (f"の{number[1]}" if number[1] else "")


def plain(title: str) -> str:
    """Return a title without widths, blanks, remarks in brackets at its end and a count of copies: to compare by."""
    text = unicodedata.normalize("NFKC", title).strip()
    while (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    return text


def exhibits_of(papers: Iterable[tuple[Form, Mapping[str, Any]]]) -> tuple[list[Exhibit], list[str], list[str]]:
    """Return the exhibits that papers list, by number; the titles in lists of evidence without one; what is wrong, in words.

    A number stands once in a list and for one title in all of them, none is left out, and none is named without its exhibit.
    """
    found: dict[ExhibitNumber, Exhibit] = {}
    loose: dict[str, str] = {}
    named: dict[ExhibitNumber, list[str]] = defaultdict(list)
    wrong: list[str] = []
    for form, data in papers:
        for name in _LISTS:
            wrong += _read_list(data.get(name) or (), name, found, loose)
        for number, happening in _references(form, data):
            named[number].append(happening)
    for number, happenings in named.items():
        if number in found:
            found[number].shows = list(dict.fromkeys(filter(None, happenings)))
        elif not any(main == number[0] for main, _ in found):
            wrong.append(f"{called(number)}が出来事の「証拠」の欄にありますが、証拠方法にその証拠がありません。")
        elif number[1]:
            wrong.append(f"{called(number)}という枝番が出来事の「証拠」の欄にありますが、証拠方法にありません。")
    return [found[number] for number in sorted(found)], list(loose.values()), [*wrong, *_gaps(found)]


def _read_list(
    listed: Iterable[Any], name: str, found: dict[ExhibitNumber, Exhibit], loose: dict[str, str]
) -> list[str]:
    """Take in the exhibits of one list; return what is wrong in it."""
    wrong: list[str] = []
    here: Counter[ExhibitNumber] = Counter()
    for text in (str(each) for each in listed if not placeholder(each)):
        written = text.strip()
        if not (match := _FIRST.match(written.translate(_NARROW))):
            if name == _LISTS[0]:
                loose.setdefault(plain(text), written)
            continue
        number, title = _number(*match.groups()), written[match.end() :].strip()
        here[number] += 1
        known = found.setdefault(number, Exhibit(number, title))
        if here[number] > 1:
            wrong.append(f"{called(number)}が一つの目録に二度あります。番号を付け直してください。")
        elif not (known.title and title):
            known.title = known.title or title
        elif plain(known.title) != plain(title):
            wrong.append(
                f"{called(number)}が「{known.title}」と「{title}」の二つにあります。一つの番号は一つの証拠にしてください。"
            )
    return wrong


def _references(form: Form, data: Mapping[str, Any]) -> Iterator[tuple[ExhibitNumber, str]]:
    """Yield each exhibit that a happening names, and the happening in a few words."""
    for path, _, value in walk(form.fields, dict(data)):
        if f"{_REFERENCES}[" not in path:
            continue
        around, _, _ = path.partition("[")
        item = data[around][int(path[len(around) + 1 : path.index("]")])]
        for number in numbers_in(str(value)):
            yield number, _happening(item)


def _happening(item: Mapping[str, Any]) -> str:
    day = in_words(item["occurred_at"]) if item.get("occurred_at") else str(item.get("occurred_text") or "")
    return f"{day}の出来事" if day else ""


def numbers_in(text: str) -> list[ExhibitNumber]:
    """Return the numbers that a text names: 甲1、2 · 甲3～5 · 甲第六号証の二."""
    told = text.translate(_NARROW)
    numbers: list[ExhibitNumber] = []
    at = 0
    while match := _FIRST.search(told, at):
        numbers.append(_number(*match.groups()))
        at = match.start() + len(match[0].rstrip(" :、.)"))
        while more := _MORE.match(told, at):
            number = _number(*more.groups()[2:])
            if more[2]:
                numbers += [(main, 0) for main in range(numbers[-1][0] + 1, number[0])]
            numbers.append(number)
            at = more.end()
    return numbers


def _number(main: str, branch: str | None, dashed: str | None) -> ExhibitNumber:
    return value_of(main), value_of(branch or dashed or "0")


def _gaps(found: Iterable[ExhibitNumber]) -> list[str]:
    """Return which numbers are left out before a later one."""
    branches: dict[int, set[int]] = defaultdict(set)
    for main, branch in found:
        branches[main].add(branch)
    left = [(main, 0) for main in range(1, max(branches, default=0)) if main not in branches]
    for main, given in branches.items():
        first = 2 if 0 in given else 1  # 甲2 and 甲2の2: the first has no branch of its own
        left += [(main, branch) for branch in range(first, max(given)) if branch not in given]
    return [f"{called(number)}が抜けています。番号は続けて付けてください。" for number in sorted(left)]
