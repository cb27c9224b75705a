"""Where a name begins and ends: 東避難町 is not 避難町, みさき荘園 is not みさき荘; 現在避難町 and みさき荘二階 are.

Japanese has no blanks between words, so this weighs what stands beside the name: a particle, a word that leads to an
address (現在, 転居先), a municipality, a unit; against what makes another name of it (東, 新, 第二, 園, 館).
In doubt a match counts: an extra question is asked, an address is not let out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LEADING = frozenset("はがをにでとのもへやらりてたいうるくしよねばずむつすだぬ")  # an ending before a name in hiragana
_FOLLOWING = frozenset("はがをにでとのもへやかよまなだ")
_AREA = frozenset("都道府県市区町村郡字")
_ALONE_BEFORE = frozenset("於在現住同宛及又並即該計至自旧")  # one kanji that is a word
_ALONE_NOUN = frozenset(
    "後際間時頃朝昼夜夕晩母父妻夫姉兄弟妹娘孫子家方側宅隣他者"
)  # その後, 妻の母: no name's first letter
_ALONE_STRONG = frozenset("今先前")  # words too where the number behind speaks for the place
_OTHER_PLACE = frozenset("東西南北新大小古奥")  # before a name: another place
_UNITS_BEFORE = frozenset("丁番地号室階棟方")
_ALONE_AFTER = frozenset("内前宛方側裏横隣着発行及又並等他宅室号階棟在付邸様宿居先番地丁第住入移通経区間")
_OTHER_NAME = re.compile(
    r"[園苑館邸閣亭橋駅町村市郡台山川原寺院堂塔坂丘森林島池沢谷崎浜浦港城跡]|通(?![院学報所勤話知じりうっえ])|[東西南北新別本旧]館|団地|公園|神社|病院|医院|高校|高等学校|大学|中学|小学|美術|博物|記念|会館|商店|商会|工業|建設|物産|食品|銀行"
)
_HILLS = re.compile(r"[がヶケのノつ](?:丘|台|浜|原|浦|崎|森|里|杜|岡|谷|沢)")
_COMMON = re.compile(
    r"(?:アパート|マンション|コーポ|ホテル|シェルター|センター|ハイツ|ビル|メゾン|グループホーム|ホーム)$"
)
_COMMON_NEXT = re.compile(r"(?:アパート|マンション|コーポ|ハイツ|ビル|ホーム)")
_ORDINAL = re.compile(r"第[0-9〇一二三四五六七八九十]+$")
_PERSON = re.compile(r"\s?(?:さん|氏|様|君|くん|ちゃん|先生|容疑者|被告|巡査|警部)")
_KANJI_FIGURES = frozenset("〇一二三四五六七八九十百千壱弐参")
_REACH = 10


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    if "ぁ" <= character <= "ゖ":
        return "hiragana"
    if "ァ" <= character <= "ヺ" or character == "ー":
        return "katakana"
    if character.isdigit():
        return "digit"
    if character.isascii() and character.isalpha():
        return "latin"
    if character in "々〆" or unicodedata.category(character) == "Lo":
        return "kanji"
    return "other"


def _run(text: str, at: int, step: int) -> str:
    """Return the kanji that stand together before (`step` -1) or behind a place."""
    found = ""
    while 0 <= at < len(text) and len(found) < _REACH and _kind(text[at]) == "kanji":
        found = text[at] + found if step < 0 else found + text[at]
        at += step
    return found


def begins(text: str, start: int, *, strong: bool = False, weak: bool = False, town: str = "") -> bool:
    """Tell whether a name begins at `start` of a shown text, and is not the end of a longer one.

    `strong`: the number behind it speaks for the place; `weak`: a name of one letter. `town`: the stem of the place's own
    municipality, which may stand before it without its 市.
    """
    if start <= 0:
        return True
    before, first = text[start - 1], _kind(text[start])
    kind = _kind(before)
    if kind == "hiragana":
        return first != "hiragana" or before in _LEADING
    if kind == "digit":
        return first != "digit" and not _ORDINAL.search(text[max(0, start - _REACH) : start])
    if kind == "latin":
        return first != "latin"
    if kind == "katakana":
        behind = text[max(0, start - _REACH) : start]
        return (strong and first != "katakana") or bool(_COMMON.search(behind))
    return kind == "other" or _after_kanji(
        _run(text, start - 1, -1), text[max(0, start - _REACH) : start], strong, weak, town
    )


def _after_kanji(run: str, behind: str, strong: bool, weak: bool, town: str) -> bool:  # noqa: FBT001
    last = run[-1]
    if last in _AREA or (town and run.endswith(town)):
        return True
    if _ORDINAL.search(behind):
        return False
    if last in _UNITS_BEFORE and re.search(r"[0-9〇一二三四五六七八九十]丁?目?番?地?号?室?階?棟?方?$", behind):
        return True
    if len(run) == 1:
        return last in _ALONE_BEFORE or (last in _ALONE_NOUN and not weak) or (strong and last in _ALONE_STRONG)
    if last in _OTHER_PLACE:
        return False
    return not weak or bool(_LEADS.search(run))


# What a word of two or more kanji ends in when an address may follow it.
_LEADS = re.compile(r"[在所先地宅居後時日月年者人方中内外前上下間側付宛元号室話番親母父妻夫子娘兄弟姉妹住]$")


def is_person(text: str, end: int) -> bool:
    """Tell whether the name that ends there is a person's: 渕沢さん is not the town."""
    return bool(_PERSON.match(text, end))


def ends(text: str, end: int) -> bool:
    """Tell whether a name ends at `end` of a shown text, and does not go on as another name."""
    if end >= len(text):
        return True
    last, after = _kind(text[end - 1]), text[end]
    kind = _kind(after)
    if kind in {"hiragana", "katakana"}:
        joined = last == kind and after not in _FOLLOWING and not _COMMON_NEXT.match(text, end)
        return not joined and not _HILLS.match(text, end)
    if kind != "kanji":
        return kind == "other" or last != kind
    run = _run(text, end, 1)
    if run[0] in _KANJI_FIGURES:
        return True
    return not _OTHER_NAME.match(run) and (len(run) > 1 or run in _ALONE_AFTER)
