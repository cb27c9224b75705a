"""Exhibits by number (甲1, 甲2の1): read from a petition's own lists, held against the places that name them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice
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
_ONE = rf"\s?第?\s?({_N})(?:\s?号証?)?(?:\s?の\s?({_N})|-({_N}))?(?:号証?)?"
_FIRST = re.compile(rf"疎?甲{_ONE}[\s:、.)]*")
_MORE = re.compile(
    rf"\s*(?:(及び|並びに|と|[、,・])|(~|〜|-|から|乃至|ないし))\s*(甲)?{_ONE}(?![0-9年月日枚通回件人時分階歳])"
)
_HEAD_ENDS = re.compile(
    r"まで|[\s:、.)]|[^\w]|の|$"
)  # what stands between numbers and a title that is no number itself
_OTHERS = re.compile(
    rf"(?:証拠?|[乙丙丁])第?(?:{_N})(?:号証?)?[\s:、.)の-]"
)  # a sign that an applicant's evidence has not
_COUNT = re.compile(r"各?([0-9]+)[通部](?:ずつ|宛)?$")
_COPY = re.compile(r"\((?:写し?|原本|正本|謄本|コピー)\)$")
_OF_NUMBERS = re.compile(r"^」?の?(?:写し?|副本|コピー|謄本)?$")  # 甲１号証の写し: numbers, and no title
_REMARK = re.compile(r"\([^()]*\)$")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}  # every letter stays one letter
_NARROW |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x30FC, 0xFF70, 0x2500), 0x2D)
_LISTS = ("proof_list", "attachments")
_REFERENCES = "evidence_refs"
_FARTHEST = 200  # numbers that a 甲１～… goes over at the most: a slip of the key is no list


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


@dataclass(frozen=True, slots=True)
class _Loose:
    """A piece of evidence without a number, and the numbers that its list gives to others."""

    title: str
    beside: Mapping[ExhibitNumber, int]

    def is_one_of(self, numbered: Mapping[ExhibitNumber, str]) -> bool:
        """Tell whether another paper lists it with its number."""
        return any(alike(self.title, title) for number, title in numbered.items() if number not in self.beside)


def called(number: ExhibitNumber) -> str:
    """Return 甲2の1."""
    return f"甲{number[0]}" + (f"の{number[1]}" if number[1] else "")


def plain(title: str) -> str:
    """Return a title without widths, blanks, a count and 写し in brackets at its end: to tell two of one list apart."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", title))
    while (shorter := _COPY.sub("", _COUNT.sub("", text))) != text:
        text = shorter
    return text


def bare(title: str) -> str:
    """Return a plain title without remarks in brackets at its end: by it a title is known elsewhere."""
    text = plain(title)
    while (shorter := plain(_REMARK.sub("", text))) != text:
        text = shorter
    return text


def counted(title: str) -> int:
    """Return how many a title asks for: 戸籍謄本　２通 asks for two, one without a count for one."""
    found = _COUNT.search(unicodedata.normalize("NFKC", title).strip())
    return max(int(found[1]), 1) if found else 1


def alike(one: str, other: str) -> bool:
    """Tell whether two titles are of one piece of evidence: 診断書 is 診断書（架空病院）, not so 写真（居間） and 写真（台所）."""
    a, b = (plain(re.sub(r"[「」]|の?写し?」?$", "", plain(title))) for title in (one, other))
    return a == b or (bare(a) == bare(b) and bare(a) in {a, b})


def exhibits_of(papers: Iterable[tuple[Form, Mapping[str, Any]]]) -> tuple[list[Exhibit], list[str], list[str]]:
    """Return the exhibits that papers list, by number; the titles in lists of evidence without one; what is wrong, in words.

    A number stands once in a list and for one title in all of them, none is left out, and none is named without its exhibit.
    """
    lists = _Lists()
    named: dict[ExhibitNumber, list[str]] = defaultdict(list)
    for form, data in papers:
        for name in _LISTS:
            if listed := [str(each).strip() for each in data.get(name) or () if not placeholder(each)]:
                lists.take(listed, form.fields[name].label, evidence=name == _LISTS[0])
        for number, happening in _references(form, data):
            named[number].append(happening)
    found = lists.found
    for number, happenings in named.items():
        if number in found:
            found[number].shows = list(dict.fromkeys(filter(None, happenings)))
        elif number[1] or not any(main == number[0] for main, _ in found):
            lacks = "枝番" if any(main == number[0] for main, _ in found) else "証拠"
            lists.wrong.append(
                f"{called(number)}が出来事の「証拠」の欄にありますが、「証拠方法」の欄にその{lacks}がありません。"
                f"証拠方法に「{called(number)}　診断書」のように一行を足すか、出来事の欄の番号を直してください。"
            )
    numbers = sorted(found)
    return [found[number] for number in numbers], lists.unnumbered(), [*lists.wrong, *_gaps(found)]


@dataclass(slots=True)
class _Lists:
    """The lists of papers taken together: exhibits by number, evidence without one, and what is wrong, in words."""

    found: dict[ExhibitNumber, Exhibit] = field(default_factory=dict)
    loose: dict[tuple[str, int], _Loose] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def take(self, listed: Iterable[str], label: str, *, evidence: bool) -> None:
        """Take in one list: of evidence, or of what is attached, which may name evidence too."""
        here: Counter[ExhibitNumber] = Counter()
        same: Counter[str] = Counter()
        for text in listed:
            numbers, title = read_title(text)
            if not numbers and evidence:
                same[plain(text)] += 1  # two petitions may list the same one, a single list lists another
                self._unnumbered(text, same[plain(text)], here, label)
            elif not evidence and _OF_NUMBERS.match(plain(title)):
                self._copies(numbers, label)
            else:
                for number in numbers:
                    here[number] += 1
                    self._exhibit(number, title, label, again=here[number] > 1)

    def _unnumbered(self, text: str, time: int, here: Mapping[ExhibitNumber, int], label: str) -> None:
        if _OTHERS.match(text.translate(_NARROW)):
            self.wrong.append(
                f"「{label}」の欄の「{text}」は、申立人の証拠なので「甲」の番号にしてください（甲1、甲2…）。"
            )
        self.loose.setdefault((plain(text), time), _Loose(text, here))

    def _copies(self, numbers: Iterable[ExhibitNumber], label: str) -> None:
        """Tell of what 甲１号証の写し has no exhibit."""
        if missing := [called(number) for number in numbers if not any(main == number[0] for main, _ in self.found)]:
            told = "、".join(missing)
            self.wrong.append(f"「{label}」の欄の{told}が「証拠方法」の欄にありません。証拠方法に書いてください。")

    def _exhibit(self, number: ExhibitNumber, title: str, label: str, *, again: bool) -> None:
        known = self.found.setdefault(number, Exhibit(number, title))
        sign = called(number)
        if not number[0]:
            self.wrong.append(f"「{label}」の欄の{sign}は使えません。甲1から番号を付けてください。")
        elif again:
            self.wrong.append(f"「{label}」の欄に{sign}が二度あります。番号を付け直してください。")
        elif not title:
            self.wrong.append(
                f"「{label}」の欄の{sign}に証拠の名前がありません。「{sign}　診断書」のように書いてください。"
            )
        elif not alike(known.title, title):
            self.wrong.append(
                f"{sign}が「{known.title}」と「{title}」の二つにあります（「{label}」の欄）。一つの番号は一つの証拠にしてください。"
            )

    def unnumbered(self) -> list[str]:
        """Return the evidence without a number, less what another list gives one."""
        numbered = {number: exhibit.title for number, exhibit in self.found.items()}
        return [each.title for each in self.loose.values() if not each.is_one_of(numbered)]


def read_title(text: str) -> tuple[list[ExhibitNumber], str]:
    """Return the numbers a title begins with, and the title: 甲３～５　写真 is three with one title; none where it has none."""
    written = text.strip().lstrip("「")
    told = written.translate(_NARROW)
    if not (match := _FIRST.match(told)):
        return [], written
    numbers, end = _numbers_from(told, match, titled=True)
    return numbers, written[end:].removeprefix("まで").lstrip(" \u3000:：、.．)）").rstrip()


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
    """Return the numbers that a text names: 甲1、2 · 甲3～5 · 甲第六号証の二 · 甲7の1・2."""
    told = text.translate(_NARROW)
    numbers: list[ExhibitNumber] = []
    at = 0
    while match := _FIRST.search(told, at):
        further, at = _numbers_from(told, match)
        numbers += further
    return numbers


def _numbers_from(told: str, match: re.Match[str], *, titled: bool = False) -> tuple[list[ExhibitNumber], int]:
    """Return the numbers of a row of them, and where it ends; before a title none is taken that belongs to the title."""
    numbers = [_number(*match.groups())]
    at = match.start() + len(match[0].rstrip(" :、.)"))
    while more := _MORE.match(told, at):
        _, till, sign, *written = more.groups()
        if titled and not sign and not _HEAD_ENDS.match(told, more.end()):
            break
        number, before = _number(*written), numbers[-1]
        if before[1] and not number[1] and not sign and "第" not in more[0]:  # 甲1の1、2
            number = before[0], number[0]
        if till:
            numbers += _between(before, number)
        numbers.append(number)
        at = more.end()
    return numbers, at


def _between(first: ExhibitNumber, last: ExhibitNumber) -> Iterator[ExhibitNumber]:
    """Yield the numbers between two: whole ones, or branches of one; the first few only where they are far apart."""
    if first[0] == last[0]:
        yield from islice(((first[0], branch) for branch in range(first[1] + 1, last[1])), _FARTHEST)
    else:
        yield from islice(((main, 0) for main in range(first[0] + 1, last[0])), _FARTHEST)


def _number(main: str, branch: str | None, dashed: str | None) -> ExhibitNumber:
    return value_of(main), value_of(branch or dashed or "0")


def _gaps(found: Iterable[ExhibitNumber]) -> list[str]:
    """Return which numbers are left out before a later one."""
    branches: dict[int, set[int]] = defaultdict(set)
    for main, branch in found:
        branches[main].add(branch)
    left = [((low, 0), (high, 0)) for low, high in _missing(branches, 1)]
    for main, given in branches.items():
        first = 2 if 0 in given else 1  # 甲2 and 甲2の2: the first has no branch of its own
        left += [((main, low), (main, high)) for low, high in _missing(given - {0}, first)]
    return [
        f"{called(low)}{f'から{called(high)}まで' if high != low else ''}が抜けています。番号は続けて付けてください。"
        for low, high in sorted(left)
    ]


def _missing(given: Iterable[int], first: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each gap."""
    for number in sorted(given):
        if number > first:
            yield first, number - 1
        first = max(first, number + 1)
