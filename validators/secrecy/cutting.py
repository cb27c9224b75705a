"""Cut a protected value into what alone identifies: address tails, building, telephone, school without its town, day.

A value that says nothing of anybody (無職, 自宅, 不明) gives nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from validators.letters import no_secret
from validators.secrecy.reading import FIGURES, SHORTEST_ROW, Reading, read, squash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ClueKind = Literal["tail", "numbers", "name", "town", "city", "phone", "postal", "mail", "day"]

_SHORTEST = 2
_LONGEST_PHONE = 11
_LONGEST_NAME = 300  # letters of an address or a name; more is a text


@dataclass(frozen=True, slots=True)
class Clue:
    """What alone identifies, or (`town`, `city`) only hints.

    `name`: squashed key of a name, digits of a telephone or postal number, an address of mail. `numbers`: the house number
    behind a town's name (with a `town`: another number there is another house), or year, month, day. `area`: the municipality's key; another one before the name makes it another
    place. `strict`: a short form (みさき小), taken only where nothing at all is joined to it.
    """

    kind: ClueKind
    name: str = ""
    numbers: tuple[int, ...] = ()
    area: str = ""
    strict: bool = False

    @property
    def hint(self) -> bool:
        """Tell whether it only hints."""
        return self.kind in {"town", "city"}  # a town, a ward, a school's short name; a city is one for few papers


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address taken apart: municipality, names of the town (the longest first), house number, building, room."""

    area: str
    towns: tuple[str, ...]
    house: tuple[int, ...]
    building: str
    room: int | None
    wards: tuple[str, ...] = ()
    way: str = ""  # Kyoto's way to it: 寺町通御池上る
    counted: bool = False  # the house number is written with 丁目

    def same(self, other: AddressParts) -> bool:
        """Tell whether both are one house: town and whole number, the municipality where both name it."""
        return (
            bool(self.house)
            and self.house == other.house
            and bool(set(self.towns) & set(other.towns))
            and (not self.area or not other.area or self.area.endswith(other.area) or other.area.endswith(self.area))
        )


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────

_PREFECTURE = re.compile(
    r"東京都|北海道|京都府|大阪府|[^\W\d_市区町村郡]{2,3}?県|[^\W\d_市区町村郡]{2}[都道府](?=[^\W\d_]{1,6}[市区町村郡])"
)
# Names that contain 市, 町 or 村 before their last character.
_UNUSUAL = (
    "市川|市原|町田|村上|村山|東村山|武蔵村山|大町|十日町|四日市|廿日市|野々市|大村|羽村|田村|中村|余市|玉村|村田"
)
_AREA = re.compile(
    rf"(?:[^\W\d_市町村]{{1,5}}郡)?(?:{_UNUSUAL}|[^\W\d_市区町村]{{1,6}})[市区町村](?:(?<=市)[^\W\d_市町村区]{{1,5}}区)?"
)
_START = re.compile(  # where a house number begins; not in 十日町, 三条通, 一番町, 北1条
    rf"[0-9]+(?![0-9]|条|線|番[町丁]|区|町)|[{FIGURES}]+(?=丁目|番地|番(?![町丁])|号|[^\w\n]+[{FIGURES}]|の[{FIGURES}])"
)
_ROOM = re.compile(r"号室|号棟|棟|階|室|f(?![a-z])")
_KYOTO = re.compile(r".*?(?:上る|下る|東入る?|西入る?|入る)")
_BRACKETS = re.compile(r"[(\[〔【「『{<〈《]([^()\[\]〔〕【】「」『』{}<>〈〉《》]*)[)\]〕】」』}>〉》]")
_POSTCODE = re.compile(
    r"(?:〒|郵便番号)[^0-9a-zぁ-ん]{0,3}([0-9]{3})-?([0-9]{4})(?![0-9])|^[^\w]*([0-9]{3})-([0-9]{4})(?![-0-9])"
)
_MAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
_IS_ADDRESS = re.compile(rf"[都道府県市区町村].*[{FIGURES}]|[{FIGURES}](?:丁目|番地|番[{FIGURES}])")
_WRITTEN_HOUSE = re.compile(rf"[{FIGURES}](?:丁目|番地|番[{FIGURES}]|[-の][{FIGURES}])")
_COMMON_KEY = re.compile(
    r"あぱと|まんしよん|こぽ|はいつ|はいむ|めぞん|荘|寮|社宅|官舎|宿舎|住宅|団地|びる|県営|市営|町営|都営|公営|公団|号棟|棟|号室?|階|方|様|第|[a-z0-9〇一二三四五六七八九十]"
)
_BUILDING = re.compile(
    r"荘|寮|館|ハイツ|ハイム|マンション|アパート|コーポ|メゾン|ビル|ハウス|レジデンス|パレス|ヴィラ|ホーム|団地|住宅|号棟|会館|園$|苑$"
)
_HOUSE = 3  # numbers of a whole house number: 丁目, 番, 号


@lru_cache(maxsize=1024)
def place_of(address: str) -> AddressParts | None:
    """Take an address apart; None for what has neither a town nor a house number."""
    return _place(read(_without_remarks(read(address).shown)[0]))


def _without_remarks(shown: str) -> tuple[str, list[str]]:
    """Return an address without what stands in brackets, and that; brackets round a house number stay."""
    remarks: list[str] = []

    def out(match: re.Match[str]) -> str:
        if re.fullmatch(rf"[{FIGURES}\W_丁目番地号の]*", match[1]):
            return f" {match[1]} "
        remarks.append(match[1])
        return " "

    return _BRACKETS.sub(out, shown), remarks


def _place(text: Reading) -> AddressParts | None:
    shown, at = text.shown, 0
    prefecture = _PREFECTURE.search(shown)
    if prefecture:
        at = prefecture.end()
    area = _AREA.match(shown, at) or (None if prefecture else _AREA.search(shown))
    start = area.end() if area else at
    first = _START.search(text.key, start)
    head = text.key[start : first.start()] if first else text.key[start:]
    if not first and not head.strip():
        return None
    house, rest = _house(text, first.start()) if first else ((), len(text.key))
    building, room = _building(text, rest)
    areas = _areas(area.group() if area else "")
    towns = _towns(head)
    if not towns and house and areas:
        towns = (areas[-1],)
        areas = areas[:-1]
    if len(house) > _HOUSE and room is None:  # 9-8-7-205
        house, room = house[:_HOUSE], house[_HOUSE]
    counted = bool(first) and "丁目" in text.key[start:rest]
    way = _KYOTO.match(head)
    return AddressParts(
        areas[0] if areas else "", towns, house, building, room, areas[1:], squash(way[0]) if way else "", counted
    )


def _areas(area: str) -> tuple[str, ...]:
    """Return the whole municipality, then its parts: 海辺市港区 → 海辺市港区, 海辺市, 港区; a county alone is none."""
    if not area:
        return ()
    parts = re.findall(rf"(?:{_UNUSUAL}|.)+?[市区町村郡](?![市区])", area)
    return tuple(dict.fromkeys(map(squash, [area, *(part for part in parts if part[-1] != "郡")])))


def _towns(head: str) -> tuple[str, ...]:
    """Return the names a house number may follow: 架空字浜 → 架空浜, 浜; in Kyoto the town without the way to it."""
    parts = [head]
    way = _KYOTO.match(head)
    if way and way.end() < len(head):
        parts = [head[way.end() :]]
    name = parts[0]
    parts += [name[m.end() :] for m in re.finditer(r"[町村区](?=[^\W\d_])|--?(?=[^\W\d_])", name) if m.end() > 1]
    return tuple(dict.fromkeys(squashed for part in parts if (squashed := squash(part))))


def _house(text: Reading, start: int) -> tuple[tuple[int, ...], int]:
    """Return the house number that begins there and where it ends; a room behind a blank is none of it."""
    numbers: list[int] = []
    n = text.starts.get(start)
    end = start
    while n is not None and n < len(text.numbers):
        number = text.numbers[n]
        if numbers and _ROOM.match(text.key, number.end):
            break
        numbers.append(number.value)
        end = number.end
        gap = text.gap(n)
        if not joined(gap) or (" " in gap and re.match(r"^(?:番地?|号)? +$", gap) and len(numbers) > 1):
            break
        n += 1
    unit = re.compile(r"丁目|番地|番|号(?!室|棟)|丁").match(text.key, end)
    return tuple(numbers), unit.end() if unit else end


_JOINED = re.compile(r"(?:[^\w]|丁目?|番[地町丁]?|号室?|室|の|と|第|地割|線|条|区画|棟|階){1,6}")


def joined(gap: str) -> bool:
    """Tell whether what stands between two numbers joins them to one house number: 丁目, 番地の, dashes, commas, brackets."""
    return bool(_JOINED.fullmatch(gap))


def _building(text: Reading, start: int) -> tuple[str, int | None]:
    """Return the building's own name (squashed), "" where it has none, and the room."""
    rest = text.shown[start:].strip(" \n-、,・")
    rooms = re.findall(rf"([{FIGURES}]+)(?:号室?)?\s*$", read(rest).key)
    room = None
    if rooms:
        room = read(rooms[-1]).numbers[0].value
    if re.match(r"[イロハニホヘトチリヌ](?:の?-?[0-9]|$)", rest):  # a branch of the lot, 3番地イの5
        return "", room
    name = re.sub(
        rf"[\s\-の]*(?:[{FIGURES}]+|[a-z])?(?:号室?|号棟|棟|階|f)?[\s\-の]*[{FIGURES}a-z-]*(?:号室?|室)?\s*$", "", rest
    )
    return (squash(name) if telling(name) and telling_building(name) else ""), room


def telling_building(name: str) -> bool:
    """Tell whether a building has a name of its own: みさき荘 has, 第二アパート has none."""
    return len(_COMMON_KEY.sub("", squash(name))) >= _SHORTEST


def _address(value: str) -> Iterator[Clue]:
    body, remarks = _without_remarks(value)
    for remark in remarks:
        if _BUILDING.search(remark) and telling_building(remark):
            yield Clue("name", squash(re.sub(rf"[{FIGURES}]+(?:号室?)?$", "", remark)))
    prefecture = _PREFECTURE.search(body)
    if prefecture and prefecture.start():  # みさき荘205 鳥見県…: the unit before the address
        before = body[: prefecture.start()].strip()
        body = body[prefecture.start() :]
        building, _ = _building(read(before), 0)
        if building and _BUILDING.search(before):
            yield Clue("name", building)
    alone = not prefecture and not re.search(r"[市区町村郡]", body)
    if alone and _BUILDING.search(body) and not re.search(r"丁目|番地|番[0-9]", body):
        building, _ = _building(read(body), 0)
        yield from [Clue("name", building)] if building else _name(body)
        return
    place = place_of(body)
    if place is None:
        area = _AREA.search(body)
        yield from _area_clues(_areas(area.group())) if area else ()
        return
    yield from _place_clues(place)


def _place_clues(place: AddressParts) -> Iterator[Clue]:
    if place.house:
        yield from _house_clues(place)
    elif place.towns:
        yield Clue("name", place.area + place.towns[0])
    if place.building:
        yield Clue("name", place.building)
    for name in place.towns:
        if telling(name):
            yield Clue("town", name, place.house, place.area)
    yield from _area_clues((place.area, *place.wards, place.way))


def _area_clues(names: Iterable[str]) -> Iterator[Clue]:
    return (Clue("city" if name.endswith("市") else "town", name) for name in names if len(name) >= _SHORTEST)


def _house_clues(place: AddressParts) -> Iterator[Clue]:
    for name in place.towns:
        yield Clue("tail", name, place.house, place.area)
    if place.room is not None and len(place.house) >= _HOUSE:
        yield Clue("numbers", "", (*place.house, place.room))
    if place.counted and len(place.house) >= _HOUSE:
        yield Clue("numbers", "丁目", place.house)


# ── Numbers, mail, days ──────────────────────────────────────────────────────────────────────────────────────────────


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


# ── Schools, firms, persons, other names ─────────────────────────────────────────────────────────────────────────────

_FIRM = re.compile(
    r"\(?(?:株式会社|有限会社|合同会社|合資会社|合名会社|(?:一般|公益)(?:社団|財団)法人|社会福祉法人|医療法人(?:社団|財団)?|学校法人|宗教法人|"
    r"特定非営利活動法人|npo法人|独立行政法人|国立大学法人|地方独立行政法人|\((?:株|有|同|社福|医|学|一社|一財|公社|公財)\)|[㈱㈲])\)?"
)
_FOUNDED = re.compile(r"^(?:[^\W\d_]{1,9}?[都道府県市区町村]|国|私|公|組合|[^\W\d_]{1,9}?組合)立")
_RUNNER = re.compile(
    r"^.{2,}?(?:学園|学院|福祉会|会)(?=.{2})"
)  # who runs it, before its name: 学校法人架空学園ほしぞら幼稚園
_AREA_BEFORE = re.compile(r"^(?:[^\W\d_]{2,3}[都道府県])?(?:[^\W\d_市区町村]{1,6}[市区町村])?(?=[^\W\d_]{3})")
_SCHOOL = re.compile(
    r"(小学校|中学校|高等学校|義務教育学校|中等教育学校|特別支援学校|幼稚園|保育園|保育所|こども園|大学|短期大学|専門学校)"
)
_SHORT = {"小学校": ("小",), "中学校": ("中",), "高等学校": ("高校", "高")}


def _name(value: str) -> Iterator[Clue]:
    """Cut the name of a school, a firm or anything else."""
    shown = read(value).shown
    yield from _one_name(shown)
    bare = _FIRM.sub(" ", shown)
    school = _SCHOOL.search(bare)
    if school:
        own = _FOUNDED.sub("", bare.strip())
        if own == bare.strip():
            own = _AREA_BEFORE.sub("", own)
        stem, kind = own[: _end_of(own, school[1])], school[1]
        if telling(stem.removesuffix(kind)):
            yield from _one_name(stem)
            for short in _SHORT.get(kind, ()):
                yield Clue("town", squash(stem.removesuffix(kind) + short), strict=True)
    if bare != shown:
        for part in (bare, bare.split()[0] if bare.split() else "", _RUNNER.sub("", bare.strip())):
            if telling(part):
                yield from _one_name(part)


@lru_cache(maxsize=1024)
def bare_name(value: str) -> str:
    """Return a name's key without the kind of its firm: 架空水産株式会社, 架空水産㈱ → 架空水産."""
    return squash(_FIRM.sub("", read(value).shown))


def _end_of(name: str, kind: str) -> int:
    at = name.find(kind)
    return at + len(kind) if at >= 0 else len(name)


def _one_name(value: str) -> Iterator[Clue]:
    if telling(value):
        yield Clue("name", squash(value))


def telling(value: str) -> bool:
    """Tell whether a word can identify anybody: not one letter, not 無職, 自宅, 会社 and their like."""
    key = squash(value)
    return len(key) >= _SHORTEST and key not in _no_secret() and not key.isdecimal()


@lru_cache(maxsize=1)
def _no_secret() -> frozenset[str]:
    return frozenset(squash(word) for word in no_secret())


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
    rest = _other_than_numbers(value)
    for part in [rest] if kind == "text" else _SEVERAL.split(rest):
        if telling(part):
            clues += _part(part, kind)
    return tuple(dict.fromkeys(clues))


def _part(part: str, kind: str) -> Iterator[Clue]:
    if kind in {"person", "text"}:
        return _one_name(part)
    named = bool(_SCHOOL.search(part) or _FIRM.search(part))
    place = place_of(part) if kind == "address" or named or _IS_ADDRESS.search(part) else None
    if place is None and kind != "address":
        return _name(part)
    if named and (place is None or not _WRITTEN_HOUSE.search(part)):
        return _name(part)
    return _address(part) if telling(_without_remarks(part)[0]) else iter(())


def _numbers(value: str) -> Iterator[Clue]:
    text = read(value)
    for figures, _, _ in phones_in(text):
        yield Clue("phone", figures)
    for match in _POSTCODE.finditer(text.key):
        yield Clue("postal", "".join(group for group in match.groups() if group))
    for mail in _MAIL.findall(text.shown):
        yield Clue("mail", mail)


def _other_than_numbers(value: str) -> str:
    """Return what stands beside telephone numbers, mail and postal codes."""
    text = read(value)
    spans = [(start, end) for _, start, end in phones_in(text)]
    spans += [
        match.span() for pattern, of in ((_POSTCODE, text.key), (_MAIL, text.shown)) for match in pattern.finditer(of)
    ]
    rest = list(text.shown)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    return "".join(rest).strip(" -+〒")
