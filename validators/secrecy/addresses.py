"""Take an address apart, and cut it into what alone tells where somebody is: tail, building, town, way to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from validators.secrecy.clues import SHORTEST, Clue, telling
from validators.secrecy.names import name_clues
from validators.secrecy.quoting import unquoted
from validators.secrecy.reading import FIGURES, Reading, read, squash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_COMMON_KEY = re.compile(
    r"あぱと|まんしよん|こぽ|はいつ|はいむ|めぞん|荘|寮|社宅|官舎|宿舎|住宅|団地|びる|県営|市営|町営|都営|公営|公団|号棟|棟|号室?|階|方|様|第|[a-z0-9〇一二三四五六七八九十]"
)
_BUILDING = re.compile(
    r"荘|寮|館|ハイツ|ハイム|マンション|アパート|コーポ|メゾン|ビル|ハウス|レジデンス|パレス|ヴィラ|ホーム|団地|住宅|号棟|会館|園$|苑$"
)
_SMALLER = re.compile(r"(?<=[^\W\d_大小文])小?字(?=[^\W\d_])")  # before a smaller name; not in 大字, 十文字
_BEHIND = re.compile(r"(?:[町村区]|大字|(?<!文)字|[-‐－](?![^\W\d_]*ー))(?=[^\W\d_])")
_FULL_NAME = 3  # letters of a person's name with both its parts; a family name alone is of many
_HOUSE = 3  # numbers of a whole house number: 丁目, 番, 号


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
    larger: tuple[str, ...] = ()  # names of the town without its 字: they tell of the house, and are not it
    host: str = ""  # who she lives with: 山田花子様方

    def same(self, other: AddressParts) -> bool:
        """Tell whether both are one house: town and whole number, the municipality where both name it."""
        return (
            bool(self.house)
            and self.house == other.house
            and bool(set(self.towns) & set(other.towns))
            and (not self.area or not other.area or self.area.endswith(other.area) or other.area.endswith(self.area))
        )


@lru_cache(maxsize=1024)
def place_of(address: str) -> AddressParts | None:
    """Take an address apart; None for what has neither a town nor a house number."""
    return _place(read(without_remarks(unquoted(read(address).shown))[0]))


def without_remarks(shown: str) -> tuple[str, list[str]]:
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
    behind, host = _without_host(text.shown[rest:])
    building, room = _building(behind)
    areas = _areas(area.group() if area else "")
    written = text.shown[start : start + len(head)]
    towns, larger = _towns(head, written), _larger(head, written)
    if not towns and house and areas:
        towns = (areas[-1],)
        areas = areas[:-1]
    if len(house) > _HOUSE and room is None:  # 9-8-7-205
        house, room = house[:_HOUSE], house[_HOUSE]
    counted = bool(first) and "丁目" in text.key[start:rest]
    way = _KYOTO.match(head)
    return AddressParts(
        areas[0] if areas else "",
        towns,
        house,
        building,
        room,
        areas[1:],
        squash(way[0]) if way else "",
        counted,
        tuple(name for name in larger if name not in towns),
        host,
    )


def _areas(area: str) -> tuple[str, ...]:
    """Return the whole municipality, then its parts: 海辺市港区 → 海辺市港区, 海辺市, 港区; a county alone is none."""
    if not area:
        return ()
    parts = re.findall(rf"(?:{_UNUSUAL}|.)+?[市区町村郡](?![市区])", area)
    return tuple(dict.fromkeys(map(squash, [area, *(part for part in parts if part[-1] != "郡")])))


def _towns(head: str, shown: str) -> tuple[str, ...]:
    """Return the names a house number may follow: 架空字浜 → 架空浜, 浜; in Kyoto the town without the way to it."""
    way = _KYOTO.match(head)
    at = way.end() if way and way.end() < len(head) else 0
    starts = [at, *(m.end() for m in _BEHIND.finditer(shown, at) if m.end() > at + 1)]
    names = (squash(re.sub(r"(?<=.)第\s*$", "", head[start:])) for start in starts)  # 第3地割 is 3地割 too
    return tuple(dict.fromkeys(name for name in names if name))


def _larger(head: str, shown: str) -> tuple[str, ...]:
    """Return the names without a smaller one behind them (字): people say 架空 12 番地 for 架空字浜 12 番地."""
    cuts = [m.start() for m in _SMALLER.finditer(shown)]
    return tuple(dict.fromkeys(name for cut in cuts for name in _towns(head[:cut], shown[:cut])))


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


def _without_host(rest: str) -> tuple[str, str]:
    """Return what stands behind a house number without the one she lives with, and that one: 山田花子様方."""
    host = re.search(r"(?:^|[\s、])([^\W\d_]{2,10}?)(?:様|さん|氏)?方\s*$", rest)
    return (rest[: host.start()], squash(host[1])) if host else (rest, "")


def _building(rest: str) -> tuple[str, int | None]:
    """Return the building's own name (squashed), "" where it has none, and the room."""
    rest = rest.strip(" \n-、,・")
    rooms = re.findall(rf"([{FIGURES}]+)(?:号室?)?\s*$", read(rest).key)
    room = None
    if rooms:
        room = read(rooms[-1]).numbers[0].value
    if re.match(r"[イロハニホヘトチリヌ](?:の?-?[0-9]|$)", rest):  # a branch of the lot, 3番地イの5
        return "", room
    name = re.sub(
        rf"[\s\-の]*(?:[{FIGURES}]+|(?<![a-z])[a-z])?(?:号室?|号棟|棟|階|f)?[\s\-の]*(?:[a-z]?[{FIGURES}-]+[a-z]?)?(?:号室?|室|f)?\s*$",
        "",
        rest,
    )
    return (squash(name) if telling(name) and telling_building(name) else ""), room


def telling_building(name: str) -> bool:
    """Tell whether a building has a name of its own: みさき荘 and コーポ桜 have, 第二アパート and 東寮 have none."""
    if len(_LATIN_COMMON.sub("", squash(name))) >= _LATIN_NAME and squash(name).isascii():
        return True
    own = _COMMON_KEY.sub("", squash(name))
    return len(own) >= SHORTEST or (len(own) == 1 and "一" <= own <= "鿿" and own not in _WHICH)


_LATIN_COMMON = re.compile(r"maison|mansion|heights?|house|court|residence|building|apartments?|corpo|bldg|[^a-z]")
_LATIN_NAME = 3  # letters
_WHICH = "東西南北新本別旧上中下前後左右内外大小"  # one letter that only tells a building from the next


def address_clues(value: str) -> Iterator[Clue]:
    """Cut an address: the house number behind each of the town's names, the building, what only hints."""
    body, remarks = without_remarks(value)
    for remark in remarks:
        if _BUILDING.search(remark) and telling_building(remark):
            yield Clue("name", squash(re.sub(rf"[{FIGURES}]+(?:号室?)?$", "", remark)))
    prefecture = _PREFECTURE.search(body)
    if prefecture and prefecture.start():  # みさき荘205 鳥見県…: the unit before the address
        before = body[: prefecture.start()].strip()
        body = body[prefecture.start() :]
        building, _ = _building(read(before).shown)
        if building and _BUILDING.search(before):
            yield Clue("name", building)
    alone = not prefecture and not re.search(r"[市区町村郡]", body)
    if alone and _BUILDING.search(body) and not re.search(r"丁目|番地|番[0-9]", body):
        building, _ = _building(read(body).shown)
        yield from [Clue("name", building)] if building else name_clues(body)
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
        yield from name_clues(place.building)  # 社会福祉法人みさき会みさき寮 is みさき寮
    if len(place.host) >= _FULL_NAME:
        yield Clue("name", place.host)
    for name in (*place.towns, *place.larger):
        if telling(name):
            yield Clue("town", name, place.house, place.area)
    yield from _area_clues((place.area, *place.wards, place.way))


def _area_clues(names: Iterable[str]) -> Iterator[Clue]:
    return (Clue("city" if name.endswith("市") else "town", name) for name in names if len(name) >= SHORTEST)


def _house_clues(place: AddressParts) -> Iterator[Clue]:
    for name in (*place.towns, *place.larger):
        yield Clue("tail", name, place.house, place.area)
    if place.room is not None and len(place.house) >= _HOUSE:
        yield Clue("numbers", "", (*place.house, place.room))
    if place.counted and len(place.house) >= _HOUSE:
        yield Clue("numbers", "丁目", place.house)
