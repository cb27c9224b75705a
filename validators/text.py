"""Compare names, addresses and texts across notations, and find protected values in a paper.

`fold` gives a key for comparing, never for keeping or showing: names are stored as entered. The key has widths, blanks,
dashes, variant characters and house numbers in one notation: 架空町十二番地の三 · 架空町１２－３ · 架空町12番地3 → 架空町12-3.
Numbers keep their bounds: 11-2-8 neither equals nor contains 1-12-8; 1-2-3 is not found in 11-2-3 or 1-2-34, though it is
in 1-2-3-405, the same house with a room number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Variant → usual character, for the key only. Shapes that compatibility normalisation already unifies (神 U+FA19) are
# not listed; 斉 and 斎 are different characters, but one person's papers mix them, so they share a key.
_VARIANTS = (
    "髙高 﨑崎 嵜崎 碕崎 邉辺 邊辺 澤沢 齋斎 齊斎 斉斎 嶋島 嶌島 濵浜 濱浜 廣広 國国 圀国 眞真 德徳 惠恵 櫻桜 圓円 假仮 縣県 區区 會会 "
    "榮栄 龍竜 瀧滝 嶽岳 藏蔵 條条 壽寿 靜静 淺浅 豐豊 學学 鐵鉄 總総 實実 寶宝 禮礼 彌弥 祿禄 萬万 與与 冨富 桒桑 桺柳 栁柳 舘館 曻昇 "
    "曾曽 𠮷吉 圡土 姬姫 亞亜 驒騨 埜野 槗橋 𣘺橋 凉涼 莊荘 亙亘 峯峰 烟煙 龝秋 穐秋 壷壺 舩船 邨村 枩松 柗松 歐欧 黑黒 步歩 郞郎 卽即 "
    "綠緑 瀨瀬 賴頼 增増 戶戸 內内 吳呉 靑青 淸清 橫横 黃黄 濟済 當当 傳伝 來来 兒児 佛仏 關関 巖巌 聰聡 藝芸 勳勲 爲為 團団 圖図 體体 "
    "醫医 辯弁 辨弁 瓣弁 處処 號号 參参 壹一 弌一 貮二 貳二 弍二 廳庁 灣湾 鹽塩 繩縄 繪絵 經経 續続 驛駅 澁渋 澀渋 燒焼 狹狭 疊畳 盡尽 "
    "晝昼 氣気 權権 勸勧 觀観 歡歓 譽誉 勞労 營営 嚴厳 齒歯 樂楽 藥薬 變変 戀恋 拜拝 搜捜 收収 敎教 數数 藪薮 "
)
# One letter for the spellings of a place: 霞ヶ関・霞が関, 一ノ瀬・一の瀬, 四ツ谷・四ッ谷; every dash and ー, which is typed for it.
_SPELLINGS = {"ケ": "ヶが", "の": "ノ", "つ": "ツッっ", "-": "ー‐‑‒–—―−─━﹣⁃"}

_DIGIT = "0123456789"
_KANJI_DIGITS = "〇零一二三四五六七八九"
_KANJI = _KANJI_DIGITS + "壱弐参十百千"
_RANKS = {"十": 10, "百": 100, "千": 1000}
_SHORTEST = 2  # a key of one character (林) would be found everywhere
_SHORTEST_PHONE = 9


class _Characters(dict[int, str]):
    """Character → its part of the key, worked out once for each character (a table for `str.translate`)."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character) in {"Cf", "Mn"} and code not in {0x3099, 0x309A}:
            self[code] = ""  # variation selectors, zero-width characters
            return ""
        normal = unicodedata.normalize("NFKC", character) if code not in {0x3099, 0x309A} else character
        self[code] = "".join(" " if c.isspace() else _ONE_FOR_ALL.get(c, c) for c in normal.lower())
        return self[code]


_ONE_FOR_ALL = {pair[0]: pair[1] for pair in _VARIANTS.split()}
_ONE_FOR_ALL |= {spelling: key for key, spellings in _SPELLINGS.items() for spelling in spellings}
_CHARACTERS = _Characters()


def _value(number: str) -> str:
    """Return a kanji numeral in digits: 十二 → 12 by rank, 一二 → 12 by place."""
    number = number.translate({ord("壱"): "一", ord("弐"): "二", ord("参"): "三", ord("零"): "〇"})
    digits = "〇" + _KANJI_DIGITS[2:]
    if not set(number) & set(_RANKS):
        return "".join(str(digits.index(c)) for c in number)
    total, pending = 0, 0
    for c in number:
        if c in _RANKS:
            total, pending = total + (pending or 1) * _RANKS[c], 0
        else:
            pending = pending * 10 + digits.index(c)
    return str(total + pending)


def _house_number(match: re.Match[str]) -> str:
    """Write 一丁目二番地の三号 as 1-2-3."""
    return "-".join(n if n[0] in _DIGIT else _value(n) for n in _NUMBER.findall(match[0]))


_N = rf"(?:[0-9]+|[{_KANJI}]+)"
_NUMBER = re.compile(_N)
_JOIN = r"(?:丁目?の?|番地の?|番の?|号の?|の|-)"

_Step = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

# Blanks, voiced marks set apart, 大字・字. A blank between digits parts two numbers.
_PLAIN_STEPS: tuple[_Step, ...] = (
    (re.compile("(.)([\u3099\u309a])"), lambda m: unicodedata.normalize("NFC", m[0]).translate(_CHARACTERS)),
    (re.compile(r"(?<=[0-9])[ ]+(?=[0-9])"), "-"),
    (re.compile(r"[ ]+"), ""),
    (re.compile(r"(?<=[0-9])[~〜・/.](?=[0-9])"), "-"),
    (re.compile(r"大字([^字0-9、。]{1,8})字"), lambda m: m[1]),
    (re.compile(r"(?<=[市区町村郡])大?字|大字"), ""),
)
# House numbers. A kanji numeral becomes digits only here, so that names (健一, 千葉) keep theirs.
_NUMBER_STEPS: tuple[_Step, ...] = (
    (re.compile(rf"{_N}(?:{_JOIN}{_N})+(?:号室|番地|番(?![町号])|号(?!棟))?"), _house_number),
    (re.compile(rf"{_N}(?:番地|号室)"), _house_number),
    (re.compile(rf"[{_KANJI}]+(?=丁目|番(?!号)|号|条|階|線)"), _house_number),
)


@lru_cache(maxsize=2048)
def _plain(text: str) -> str:
    key = text.translate(_CHARACTERS)
    for pattern, replacement in _PLAIN_STEPS:
        key = pattern.sub(replacement, key)
    return key


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Return the comparison key of a text; folding a key again changes nothing."""
    key = _plain(text)
    for pattern, replacement in _NUMBER_STEPS:
        key = pattern.sub(replacement, key)
    return key


def case_key(number: str) -> str:
    """Return the key by which a case's number is one whatever its width, case, blanks and hyphens: Ｃ－７７ · c-77 · C77.

    A mark between two numbers stays: 1-12 is another case than 11-2.
    """
    plain = unicodedata.normalize("NFKC", number).casefold()
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    plain = re.sub(rf"\s*[{_SPELLINGS['-']}-]+\s*|(?<=[0-9])\s+(?=[0-9])", "-", plain).strip("-")
    return re.sub(r"\s+|(?<![0-9])-(?=[0-9])|(?<=[0-9])-(?![0-9])", "", plain)


def same_text(a: object, b: object) -> bool:
    """Tell whether two names, offices or addresses are the same after folding; blanks equal nothing.

    A person may be given as a string or as a mapping with `name`.
    """
    left = fold(_text_of(a))
    return bool(left) and left == fold(_text_of(b))


def mentions(text: str, word: str) -> bool:
    """Tell whether the text contains the word, both folded, a number only as a whole; a blank word is in no text."""
    key = fold(word)
    return bool(key) and next(_places(_haystack(text, key), key), None) is not None


def _text_of(value: object) -> str:
    if not isinstance(value, str) and isinstance(value, Mapping):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _haystack(text: str, key: str) -> str:
    """Return the text's key to search: house numbers are folded only for a key with digits, so that 健一一人 keeps 健一."""
    return fold(text) if any(c in _DIGIT for c in key) else _plain(text)


def _places(haystack: str, key: str) -> Iterator[int]:
    """Yield where the key stands without cutting a number."""
    number_first, number_last = key[0] in _DIGIT, key[-1] in _DIGIT
    at = haystack.find(key)
    while at >= 0:
        before, after = haystack[max(at - 2, 0) : at], haystack[at + len(key) : at + len(key) + 1]
        cut = number_first and bool(re.search(r"[0-9]-?$", before))
        if not cut and not (number_last and after and after in _DIGIT):
            yield at
        at = haystack.find(key, at + 1)


# ── What of an address is worth protecting ───────────────────────────────────────────────────────────────────────────

_PREFECTURE = re.compile(r"[^0-9市区町村郡]{2,3}?[都道府県]")
# Names that contain 市, 町 or 村 before their last character; one left out is merely protected as a town would be.
_UNUSUAL = (
    "市川|市原|町田|村上|村山|東村山|武蔵村山|大町|十日町|四日市|廿日市|野々市|大村|羽村|田村|中村|余市|玉村|村田"
)
_MUNICIPALITY_ONLY = re.compile(
    rf"(?:[^0-9市町村]{{1,5}}郡)?(?:{_UNUSUAL}|[^0-9市区町村]{{1,5}})[市区町村](?:(?<=市)[^0-9市町村区]{{1,5}}区)?"
)
_HOUSE = re.compile(r"(?P<head>[^0-9].*?)(?P<number>[0-9]+(?:-[0-9]+)*)(?![0-9]*(?:条|線|番町|丁目|区|町))(?P<tail>.*)")
_COMMON_BUILDING = re.compile(
    r"アパ-ト|マンション|コ-ポ|ハイツ|ハイム|メゾン|荘|寮|社宅|官舎|宿舎|住宅|団地|ビル|県営|市営|町営|都営|公営|公団|号棟|棟|号室?|階|方|第|[一二三四五六七八九十a-z0-9-]"
)
_TOWN_NUMBERS = 4  # 1-2-3-405: town, block, house, room


@lru_cache(maxsize=512)
def address_parts(address: str) -> tuple[str, ...]:
    """Return the parts of an address worth protecting, as keys, longest first.

    The whole; without prefecture; from each later place name on (市, 区, 町, 村, 郡) when a house number follows; all these
    without building and room; the building's own name when it is distinctive. A prefecture or municipality alone gives
    nothing: the respondent may know it, and every paper names it.
    """
    key = fold(address)
    prefecture = _PREFECTURE.match(key)
    rest = key[prefecture.end() :] if prefecture else key
    if not rest or _MUNICIPALITY_ONLY.fullmatch(rest):
        return ()
    house = _HOUSE.fullmatch(rest)
    if not house:
        return tuple(dict.fromkeys((key, rest)))
    starts = [0, *(at.end() for at in re.finditer(r"[市区町村郡]", house["head"]) if at.end() < len(house["head"]))]
    endings = {house["number"] + house["tail"], house["number"]}
    numbers = house["number"].split("-")
    if len(numbers) >= _TOWN_NUMBERS:
        endings.add("-".join(numbers[:-1]))
    parts = {(house["head"] + ending)[start:] for start in starts for ending in endings}
    parts |= {key, key.removesuffix(house["tail"])}
    parts |= set(_building_names(house["tail"]))
    return tuple(sorted(parts, key=lambda part: (-len(part), part)))


def _building_names(tail: str) -> Iterator[str]:
    """Yield the building with its room and alone, unless it has no name of its own (アパート, 2号棟)."""
    tail = tail.lstrip("-")
    if re.match(r"[イロハニホヘトチリヌ](?:の?-?[0-9]|$)", tail):  # a branch of the lot, 3番地イの5
        return
    name = re.sub(r"[0-9-]*(?:号室?|号棟|棟|階|f)?[0-9-]*(?:号室?)?$", "", tail)
    if len(_COMMON_BUILDING.sub("", name)) >= _SHORTEST:
        yield from dict.fromkeys((tail, name))


# ── Finding protected values in a paper ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Hit:
    """A protected value (its index in the list) found at text[start:end]."""

    start: int
    end: int
    index: int


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Protected values made ready for searching: `plain` and `numbered` keys, `phones` as digits without the first 0."""

    plain: tuple[tuple[int, str], ...]
    numbered: tuple[tuple[int, str], ...]
    phones: tuple[tuple[int, str], ...]

    def search(self, text: str) -> list[Hit]:
        """Return every hit in order of place; a value of one character is never looked for."""
        hits = _hits(text, self.plain, _PLAIN_STEPS)
        if self.numbered:
            hits += _hits(text, self.numbered, _PLAIN_STEPS + _NUMBER_STEPS)
        if self.phones:
            hits += [
                Hit(hit.start - len(_phone_start(text[: hit.start])), hit.end, hit.index)
                for hit in _hits(text, self.phones, (*_PLAIN_STEPS, _PHONE_STEP), whole_numbers=False)
            ]
        return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.index))


_PHONE = re.compile(r"\+?[0-9()-]+")
_PHONE_STEP: _Step = (re.compile(r"(?<=[0-9)])[-().・/]+(?=[0-9])"), "")


def _phone_start(before: str) -> str:
    """Return the country code, the bracket and the first 0 that stand before the digits found."""
    match = re.search(r"(?:[+＋]?[8８][1１][-－ ]?)?[(（]?[0０]?[)）]?[-－ ]?$", before[-8:])
    return match[0] if match and match[0].strip() else ""


def watchlist(values: Sequence[str]) -> Watchlist:
    """Prepare protected values; the result is kept for the same values, so a batch prepares them once."""
    return _watchlist(tuple(values))


@lru_cache(maxsize=512)
def _watchlist(values: tuple[str, ...]) -> Watchlist:
    plain: list[tuple[int, str]] = []
    numbered: list[tuple[int, str]] = []
    phones: list[tuple[int, str]] = []
    for index, value in enumerate(values):
        key = re.sub(r"^字|(?<=[0-9])(?:丁目|番|号)$", "", fold(value))
        digits = re.sub(r"[^0-9]", "", key)
        if _PHONE.fullmatch(key) and len(digits) >= _SHORTEST_PHONE:
            phones.append((index, digits.removeprefix("81").removeprefix("0")))
        elif len(key) >= _SHORTEST:
            (numbered if digits else plain).append((index, key))
    return Watchlist(tuple(plain), tuple(numbered), tuple(phones))


def find_spans(text: str, protected: Sequence[str] | Watchlist) -> list[tuple[int, int]]:
    """Return where protected values stand in the text as (start, end), in order, overlapping places joined.

    Telephone numbers are found with any or no marks between the digits and with +81; give an address by its
    `address_parts`. A house number is reported as a whole, together with its 丁目 and 番地.
    """
    ready = protected if isinstance(protected, Watchlist) else watchlist(protected)
    spans: list[tuple[int, int]] = []
    for hit in ready.search(text):
        if spans and hit.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hit.end))
        else:
            spans.append((hit.start, hit.end))
    return spans


def _hits(
    text: str, keys: tuple[tuple[int, str], ...], steps: tuple[_Step, ...], *, whole_numbers: bool = True
) -> list[Hit]:
    """Search the folded text; only when something is found are the places in the original text worked out."""
    haystack = _fold_by(steps, text)
    found = [
        (index, at, at + len(key))
        for index, key in keys
        if key in haystack
        for at in (_places(haystack, key) if whole_numbers else _all_places(haystack, key))
    ]
    if not found:
        return []
    starts, ends = _origins(text, steps)
    return [Hit(starts[first], ends[last - 1], index) for index, first, last in found]


def _fold_by(steps: tuple[_Step, ...], text: str) -> str:
    if steps == _PLAIN_STEPS:
        return _plain(text)
    if steps == _PLAIN_STEPS + _NUMBER_STEPS:
        return fold(text)
    key = _plain(text)
    for pattern, replacement in steps[len(_PLAIN_STEPS) :]:
        key = pattern.sub(replacement, key)
    return key


def _all_places(haystack: str, key: str) -> Iterator[int]:
    return (at.start() for at in re.finditer(f"(?={re.escape(key)})", haystack))


def _origins(text: str, steps: tuple[_Step, ...]) -> tuple[list[int], list[int]]:
    """Return, for each character of the key, where its origin in the text starts and ends."""
    key, starts, ends = "", list[int](), list[int]()
    for at, character in enumerate(text):
        piece = _CHARACTERS[ord(character)]
        key += piece
        starts += [at] * len(piece)
        ends += [at + 1] * len(piece)
    for pattern, replacement in steps:
        new_starts, new_ends, pieces, done = list[int](), list[int](), list[str](), 0
        for match in pattern.finditer(key):
            first, last = match.span()
            piece = replacement if isinstance(replacement, str) else replacement(match)
            pieces += [key[done:first], piece]
            new_starts += starts[done:first] + [starts[first]] * len(piece)
            new_ends += ends[done:first] + [ends[last - 1]] * len(piece)
            done = last
        key = "".join(pieces) + key[done:]
        starts, ends = new_starts + starts[done:], new_ends + ends[done:]
    return starts, ends
