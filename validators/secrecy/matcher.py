"""Search texts for the clues of a case: one matcher for every paper, its properties, its file name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from validators.letters import readings
from validators.numerals import KANJI_FIGURES, in_kanji
from validators.secrecy.addresses import AddressParts, joined, place_of
from validators.secrecy.bounds import begins, ends, is_person
from validators.secrecy.clues import Clue, telling
from validators.secrecy.cutting import cut
from validators.secrecy.days import day_stands
from validators.secrecy.names import bare_name
from validators.secrecy.quoting import unquoted
from validators.secrecy.reading import Reading, number_of, read, squash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Value(NamedTuple):
    """A value as a record holds it: what it is called, its field's type, the text.

    `refuge`: nothing that is known frees it. `said`: known only because he says it of himself in a paper of his.
    """

    label: str
    kind: str
    text: str
    refuge: bool = False
    said: bool = False


@dataclass(frozen=True, slots=True)
class Secrets:
    """The clues of a record and its case, each with the label of the item it is of."""

    clues: tuple[tuple[str, Clue], ...] = ()
    claimed: tuple[tuple[str, Clue], ...] = ()  # of her only home, free because he says of himself that he lives there

    def __bool__(self) -> bool:
        return bool(self.clues or self.claimed)

    def found_in(self, text: str) -> list[str]:
        """Return the labels (never the values) of protected items that stand in a text, each once."""
        return self._labels(text, [pair for pair in self.clues if not pair[1].hint])

    def hinted_in(self, text: str, *, cities: bool = False) -> list[str]:
        """Return the labels of items of which a town or ward stands there; with `cities`, a city as well."""
        kinds = {"town", "city"} if cities else {"town"}
        return self._labels(text, [pair for pair in self.clues if pair[1].kind in kinds])

    def claimed_in(self, text: str) -> list[str]:
        """Return the labels of items that stand there and are free only by what he says of himself."""
        return self._labels(text, [pair for pair in self.claimed if not pair[1].hint])

    def told_by(self, name: str) -> bool:
        """Tell whether a name of a file, a paper or a bookmark holds any of it, be it a hint."""
        return bool(self.found_in(name) or self.hinted_in(name, cities=True))

    def without(self, days: Iterable[str]) -> Secrets:
        """Return the secrets less the days (ISO) that a paper prints by its own form."""
        free = {clue for day in days for clue in cut(day, "date")}
        return replace(self, clues=tuple(pair for pair in self.clues if pair[1] not in free)) if free else self

    def _labels(self, text: str, wanted: list[tuple[str, Clue]]) -> list[str]:
        if not wanted or not text:
            return []
        reading = read(text)
        bare = unquoted(reading.shown)
        both = [reading] if bare == reading.shown else [reading, read(bare)]  # コーポ「桜」 is コーポ桜
        found: dict[str, None] = {}
        for label, clue in wanted:
            if label not in found and any(_SEARCH[clue.kind](each, clue) for each in both):
                found[label] = None
        return list(found)


def secrets_of(values: Iterable[Value], known: Iterable[Value] = ()) -> Secrets:
    """Cut protected values into clues, leaving out the same whole places and names that the respondent knows.

    A known value frees the place or name that it is, never the parts of another: 避難町 written in a known box does not
    free an address in it. Towns that a known place shares are no hint. A home of hers that he calls his own is the one
    she has left where another is known; where it is her only one, the boxes may be mistaken for one another: claimed.
    """
    known = [value for value in known if telling(value.text)]
    places = [place for value in known if (place := _place(value)) and place.house]
    sure = [place for value in known if not value.said and (place := _place(value)) and place.house]
    wholes = {bare_name(value.text) for value in known if value.kind != "address"}
    shared = {name for place in places for name in (*place.towns, *place.larger, place.area, *place.wards)}
    clues: dict[tuple[str, Clue], None] = {}
    claimed: dict[tuple[str, Clue], None] = {}
    elsewhere = False
    for value in values:
        if bare_name(value.text) in wholes and not value.refuge:
            continue
        mine = cut(value.text, value.kind)
        place = _place(value)
        if place and not value.refuge and any(place.same(other) for other in places):
            if not any(place.same(other) for other in sure):
                claimed |= dict.fromkeys((value.label, clue) for clue in mine)
            kept = place.building and not any(
                place.same(other) and other.building == place.building for other in places
            )
            mine = tuple(
                clue for clue in mine if clue.kind in {"phone", "mail"} or (kept and clue.name == place.building)
            )
        elif place and place.house:
            elsewhere = True
        for clue in mine:
            if not (clue.hint and clue.name in shared):
                clues[value.label, clue] = None
    return Secrets(tuple(clues), () if elsewhere else tuple(claimed))


def _place(value: Value) -> AddressParts | None:
    return place_of(value.text) if value.kind not in {"text", "person", "date", "datetime", "phone"} else None


# ── Names ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_VOICED = dict(zip("かきくけこさしすせそたちつてとはひふへほ", "がぎぐげござじずぜぞだぢづでどばびぶべぼ", strict=True))
_HALF_VOICED = dict(zip("はひふへほ", "ぱぴぷぺぽ", strict=True))
_FIGURES = re.compile("[0-9]+|[〇一二三四五六七八九十百]+")
_HUNDRED = 100
_LONGEST_SPOKEN = 40
_SURE_READING = 5  # letters of a name in hiragana alone that is taken for a reading


def _spoken(kanji: str, *, first: bool, last: bool) -> set[str]:
    """Return how a kanji may be written in kana inside a name: its readings, voiced behind another, ended by っ before one."""
    found = set()
    for reading in readings().get(kanji, ()):
        forms = {reading}
        if not first:
            forms |= {table[reading[0]] + reading[1:] for table in (_VOICED, _HALF_VOICED) if reading[0] in table}
        if not last and len(reading) > 1 and reading[-1] in "つちくき":
            forms |= {form[:-1] + "っ" for form in forms}
        found |= {squash(form) for form in forms}
    return found - {""}


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str] | None:
    """Return a pattern of the other spellings of a squashed name; None when it has none."""
    parts, other, at = [], False, 0
    while at < len(name):
        number = _FIGURES.match(name, at)
        if number:
            value = number_of(number[0])[1]
            spellings = {number[0]}
            if 0 <= value < _HUNDRED:
                spellings |= {str(value), in_kanji(value), "".join(KANJI_FIGURES[int(c)] for c in str(value))}
            at = number.end()
        else:
            spellings = {name[at], *_spoken(name[at], first=at == 0, last=at == len(name) - 1)}
            at += 1
        other |= len(spellings) > 1
        parts.append("|".join(sorted(map(re.escape, spellings), key=len, reverse=True)))
    return re.compile("".join(part if len(part) == 1 else f"(?:{part})" for part in parts)) if other else None


def _spans(text: Reading, name: str) -> Iterator[tuple[int, int, bool]]:
    """Yield where a name may stand in the key: start, end, and whether it is written as recorded (else read or in figures)."""
    at = text.squashed.find(name)
    while at >= 0:
        yield text.places[at], text.places[at + len(name) - 1] + 1, True
        at = text.squashed.find(name, at + 1)
    pattern = _pattern(name) if len(name) <= _LONGEST_SPOKEN else None
    match = pattern.search(text.squashed) if pattern else None
    while pattern and match:
        if match[0] != name:
            yield text.places[match.start()], text.places[match.end() - 1] + 1, False
        match = pattern.search(text.squashed, match.start() + 1)


# What may be joined to a short form (みさき小の, みさき小付近): no other word (みさき小児科).
_BESIDE = re.compile(
    r"[ぁ-ん]|付近|附近|周辺|近辺|近く|前(?![田川野原])|裏|横|側|隣|正門|校門|裏門|校区|学区|在学|在校|時代|通学|[0-9〇一二三四五六]年"
)


def _stands(text: Reading, start: int, end: int, clue: Clue, *, as_written: bool) -> bool:
    """Tell whether a name found there is one by itself."""
    shown = text.shown
    if not begins(shown, start, town=clue.area[:-1]) or not ends(shown, end):
        return False
    if clue.strict and end < len(shown) and shown[end].isalpha() and not _BESIDE.match(shown, end):
        return False
    if as_written or not _in_hiragana(shown[start:end]) or _in_hiragana(clue.name):
        return True
    # a reading in hiragana alone: あおいそう is 葵荘 before 205, and not in 青いそうだ
    follows = shown[end : end + 1]
    return bool(re.match(r"\W*[0-9]", shown[end:])) or (end - start >= _SURE_READING and follows not in "だでな")


def _in_hiragana(text: str) -> bool:
    return all("ぁ" <= c <= "ゖ" or not c.isalpha() for c in text)


def _name(text: Reading, clue: Clue) -> bool:
    return any(_stands(text, start, end, clue, as_written=written) for start, end, written in _spans(text, clue.name))


def _town(text: Reading, clue: Clue) -> bool:
    return any(
        _stands(text, start, end, clue, as_written=written)
        and not is_person(text.shown, end)
        and not _elsewhere(text.shown, start, clue.area)
        and not _another_house(text, end, clue.numbers)
        for start, end, written in _spans(text, clue.name)
    )


def _another_house(text: Reading, end: int, house: tuple[int, ...]) -> bool:
    """Tell whether a house number stands behind a town's name that is not the beginning of this one."""
    n = _number_behind(text, end) if house else None
    for k, value in enumerate(house):
        if n is None or n + k >= len(text.numbers) or _COUNTED.match(text.key, text.numbers[n + k].end):
            return False
        if text.numbers[n + k].value != value:
            return True
        if not joined(text.gap(n + k)):
            return False
    return False


def _number_behind(text: Reading, end: int) -> int | None:
    """Return which number follows a town's name as its house number."""
    behind = _INTO_NUMBER.match(text.key, end)
    n = text.starts.get(behind.end()) if behind else None
    return text.starts.get(end) if n is None else n


_ANOTHER = re.compile(r"([一-鿿々ヶケノ]{2,8})[市区町村]$")
_THE_SAME = "同当本該某他両全各"


def _elsewhere(shown: str, start: int, area: str) -> bool:
    """Tell whether another municipality than the place's own is named right before it."""
    match = _ANOTHER.search(shown[max(0, start - 9) : start])
    if not match or not area or match[1][0] in _THE_SAME:
        return False
    before = squash(match[0])
    own = [squash(part) for part in re.findall(r".+?[市区町村郡](?![市区])", area)]
    return not any(before.endswith(part) for part in own) and not area.endswith(before)


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_INTO_NUMBER = re.compile(r"[^\w]{0,4}(?:第|の|no|地番|番地|字)?[^\w]{0,3}")
_COUNTED = re.compile(r"[ \n]*(?:月|日(?![^\W\d_])|年|時|分|秒|人|名|円|歳|才|回|件|個|枚|度|か月|け月|カ月|週|%|km|m)")
_MINIMUM = 2


def _tail(text: Reading, clue: Clue) -> bool:
    """Find a town's name with its house number behind."""
    for start, end, _ in _spans(text, clue.name):
        n = _number_behind(text, end)
        if n is None or not _house(text, n, clue.numbers):
            continue
        strong, weak = len(clue.numbers) >= _MINIMUM, len(clue.name) == 1 and len(clue.numbers) < _MINIMUM
        if begins(text.shown, start, strong=strong, weak=weak, town=clue.area[:-1]) and not _elsewhere(
            text.shown, start, clue.area
        ):
            return True
    return False


def _house(text: Reading, n: int, wanted: tuple[int, ...]) -> bool:
    """Tell whether the numbers from number n on are this house's; a room may follow, a branch of the lot may not."""
    for k, value in enumerate(wanted):
        if n + k >= len(text.numbers) or text.numbers[n + k].value != value:
            return False
        if k + 1 < len(wanted) and not joined(text.gap(n + k)):
            return False
    last = n + len(wanted) - 1
    if _COUNTED.match(text.key, text.numbers[last].end):
        return False
    return len(wanted) > 1 or not re.fullmatch(r"(?:番地?|号)?(?:の|-)", text.gap(last))


_ALONE_BEFORE = re.compile(r"(?:[0-9a-z]-?|第|[^\W\d_]{1,3}号?-)$")
_ALONE_AFTER = re.compile(r"-?[0-9a-z]|号証|条|項")


def _numbers(text: Reading, clue: Clue) -> bool:
    """Find a house number without its town: with the room, or written with 丁目."""
    for n in text.by_value.get(clue.numbers[0], ()):
        number = text.numbers[n]
        if not _house(text, n, clue.numbers):
            continue
        end = text.numbers[n + len(clue.numbers) - 1].end
        before = text.key[max(0, number.start - 5) : number.start]
        if clue.name and (clue.name not in text.key[number.start : end] or "番" not in text.key[number.start : end]):
            continue
        if n and joined(text.gap(n - 1)) and not re.search(r"[\s、,。]", text.gap(n - 1)):
            continue
        town = re.search(r"([^\W\d_]{2,8})[町村]$", text.shown[max(0, number.start - 9) : number.start])
        if town and town[1][-1] not in _THE_SAME:
            continue  # another town's house of the same number; the town's own is found by its name
        if not _ALONE_BEFORE.search(before) and not _ALONE_AFTER.match(text.key, end):
            return True
    return False


def _phone(text: Reading, clue: Clue) -> bool:
    """Find a telephone number however it is parted, with or without the code of the country."""
    rest = clue.name[1:]
    return not text.rows.isdisjoint((clue.name, *(code + rest for code in ("81", "810", "0081", "00810", "01081"))))


def _postal(text: Reading, clue: Clue) -> bool:
    """Find a postal code: seven figures in one or parted after the third, joined to no other."""
    for n in text.by_figures.get(clue.name, ()):
        if _by_itself(text, n, n):
            return True
    for n in text.by_figures.get(clue.name[:3], ()):
        parted = n + 1 < len(text.numbers) and text.numbers[n + 1].figures == clue.name[3:]
        if parted and _POSTAL_GAP.fullmatch(text.gap(n)) and _by_itself(text, n, n + 1):
            return True
    return False


_POSTAL_GAP = re.compile(r"[^\w\n]{1,3}|の")


def _by_itself(text: Reading, first: int, last: int) -> bool:
    """Tell whether no dash joins these numbers to others."""
    start, end = text.numbers[first].start, text.numbers[last].end
    return not re.search(r"[0-9]-$", text.key[max(0, start - 2) : start]) and not re.match(
        r"-[0-9]", text.key[end : end + 2]
    )


def _mail(text: Reading, clue: Clue) -> bool:
    local, _, domain = clue.name.partition("@")
    if local not in text.shown:
        return False
    at = r"\s*(?:@|[(\[{]\s*at\s*[)\]}]|\sat\s|アットマーク|アット)\s*"
    dot = r"\s*(?:\.|[(\[{]\s*dot\s*[)\]}]|ドット)\s*"
    pattern = rf"(?<![a-z0-9._%+-]){re.escape(local)}{at}{dot.join(map(re.escape, domain.split('.')))}(?![a-z0-9-]|\.[a-z0-9])"
    return re.search(pattern, text.shown) is not None


_SEARCH: dict[str, Callable[[Reading, Clue], bool]] = {
    "tail": _tail,
    "numbers": _numbers,
    "name": _name,
    "town": _town,
    "city": _town,
    "phone": _phone,
    "postal": _postal,
    "mail": _mail,
    "day": day_stands,
}
