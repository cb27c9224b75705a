"""Cut a protected value into what alone identifies: address tails, building, telephone, school without its town, day.

A value that says nothing of anybody (無職, 自宅, 不明) gives nothing.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from validators.secrecy.addresses import address_clues, place_of, without_remarks
from validators.secrecy.clues import Clue, telling
from validators.secrecy.names import name_clues, names_an_institution, whole_name
from validators.secrecy.quoting import quoted_refuges, unquoted
from validators.secrecy.reading import FIGURES, SHORTEST_ROW, Reading, read, squash
from validators.wareki import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_PHONE = 11
_WHOLE_PLATE = 4  # figures
_PLATE = re.compile(  # region, class, kana (の is of house numbers), number
    r"(?:[^\W\d_]{1,4}\s*)?(?<![0-9])([0-9][0-9a-z]{1,2})\s*([あ-ねは-ゔ])\s*"
    r"([0-9]{2}[-‐－ー―]?[0-9]{2}|[0-9][-‐－ー―][0-9]{2}|[・.･]{1,4}\s*[0-9]{1,2}(?:[-‐－ー―][0-9]{2})?)(?![0-9])",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"\s*(?:(?:令和|平成|昭和|[rhs])?\s*[{FIGURES}元]{{1,4}}\s*年\s*[{FIGURES}]{{1,3}}\s*月\s*[{FIGURES}]{{1,3}}\s*日|[0-9]{{4}}([-/.])[0-9]{{1,2}}\1[0-9]{{1,2}}(?![0-9]))",
    re.IGNORECASE,
)
_LONGEST_NAME = 300  # letters of an address or a name; more is a text
_POSTCODE = re.compile(
    r"(?:〒|郵便番号)[^0-9a-zぁ-ん]{0,3}([0-9]{3})-?([0-9]{4})(?![0-9])|^[^\w]*([0-9]{3})-([0-9]{4})(?![-0-9])"
)
_MAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
_IS_ADDRESS = re.compile(rf"[都道府県市区町村].*[{FIGURES}]|[{FIGURES}](?:丁目|番地|番[{FIGURES}])")
_WRITTEN_HOUSE = re.compile(rf"[{FIGURES}](?:丁目|番地|番[{FIGURES}]|[-の][{FIGURES}])")


def phones_in(text: Reading) -> Iterator[tuple[str, int, int]]:
    """Yield the figures of each telephone number written out in a text, where it starts and ends."""
    n = 0
    while n < len(text.numbers):
        taken, figures, last = n, "", n
        while taken < len(text.numbers) and text.numbers[taken].figures and len(figures) < _LONGEST_PHONE:
            figures += text.numbers[taken].figures
            last = taken
            if not text.dialled[taken] or _whole_phone(figures):
                break
            taken += 1
        national = "0" + figures[2:].removeprefix("0") if figures.startswith("81") else figures
        abroad = text.key[: text.numbers[n].start].endswith("+") and len(figures) >= SHORTEST_ROW
        if _whole_phone(national) or abroad:
            yield national, text.numbers[n].start, text.numbers[last].end
            n = last
        n += 1


def _whole_phone(figures: str) -> bool:
    mobile = re.match(r"0[5789]0", figures) is not None
    return figures.startswith("0") and len(figures) == (_LONGEST_PHONE if mobile else _LONGEST_PHONE - 1)


def day_of(written: str) -> Clue | None:
    """Return the clue of a day (ISO)."""
    try:
        day = date.fromisoformat(written[:10])
    except ValueError:
        return None
    return Clue("day", numbers=(day.year, day.month, day.day))


_SEVERAL = re.compile(r"[、,;\n/]|及び|並びに|又は|または")


@lru_cache(maxsize=2048)
def cut(value: str, kind: str) -> tuple[Clue, ...]:
    """Return the clues of a value of a field's type (`address`, `phone`, `person`, `date`, `text`, else a name)."""
    if kind in {"date", "datetime"}:
        day = day_of(value)
        return (day,) if day else ()
    if len(value) > _LONGEST_NAME:
        kind = "text"
    clues = list(_numbers(value))
    figures = "".join(number.figures for number in read(value).numbers) if kind == "phone" and not clues else ""
    if len(figures) >= SHORTEST_ROW:  # no whole number of Japan: searched as it stands
        clues.append(Clue("phone", figures))
    written = _other_than_numbers(value)
    rest = unquoted(written)
    for name in quoted_refuges(written, within_text=kind == "text"):
        clues += whole_name(name)
    dated = _DATED.match(rest) if kind == "address" else None
    if dated:  # 令和8年7月9日に転校する: no house of a town 令和
        clues += [*_written_day(dated[0]), *whole_name(rest)]
    for part in [] if dated else [rest] if kind == "text" else _SEVERAL.split(rest):
        if telling(part):
            clues += _part(part, kind)
    return tuple(dict.fromkeys(clues))


def _part(part: str, kind: str) -> Iterator[Clue]:
    if kind in {"person", "text"}:
        return whole_name(part)
    named = names_an_institution(part)
    place = place_of(part) if kind == "address" or named or _IS_ADDRESS.search(part) else None
    if place is None and kind != "address":
        return name_clues(part)
    if named and (place is None or not _WRITTEN_HOUSE.search(part)):
        return name_clues(part)
    return address_clues(part) if telling(without_remarks(part)[0]) else iter(())


def _written_day(written: str) -> Iterator[Clue]:
    try:
        day = parse_date(written)
    except ValueError:
        return
    yield Clue("day", numbers=(day.year, day.month, day.day))


def _numbers(value: str) -> Iterator[Clue]:
    text = read(value)
    for plate in _PLATE.finditer(
        text.shown
    ):  # of a car: 汐見 300 あ 12-34 is told by 300あ1234, of four figures by あ1234
        number = "".join(re.findall("[0-9]", plate[3]))
        yield Clue("name", squash(plate[1] + plate[2] + number))
        if len(number) == _WHOLE_PLATE:
            yield Clue("name", squash(plate[2] + number))
    for figures, _, _ in phones_in(text):
        yield Clue("phone", figures)
    for match in _POSTCODE.finditer(text.key):
        yield Clue("postal", "".join(group for group in match.groups() if group))
    for mail in _MAIL.findall(text.shown):
        yield Clue("mail", mail)


def _other_than_numbers(value: str) -> str:
    """Return what stands beside telephone numbers, mail, postal codes and number plates."""
    text = read(value)
    spans = [(start, end) for _, start, end in phones_in(text)]
    spans += [
        match.span()
        for pattern, of in ((_POSTCODE, text.key), (_MAIL, text.shown), (_PLATE, text.shown))
        for match in pattern.finditer(of)
    ]
    rest = list(text.shown)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    return "".join(rest).strip(" -+〒")
