"""Tell whether two spellings name the same office, post, person, paper or way of delivery.

People write 汐見署, 汐見警察署 and 汐見県汐見警察署 for one office; 警部　佐藤　拓 and 佐藤拓 for one person; 第10号様式 and 受領確認書
for one paper. `parse` takes such a text apart; everything else compares parts, and a part that one side leaves out is no
difference. What is recognised (ranks, honorifics, offices, papers, ways of delivery) is data: reference/naming.yaml, papers.yaml.

A post is not an office: 汐見警察署長 and 汐見警察署 belong to the same office, but only the first is the post 警察署長.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from validators.expressions.lookups import SURROUNDINGS, plain
from validators.letters import HIRAGANA
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validators.definitions.reference import ReferenceTables

_BREAK = "|"  # stands for a blank while a text is taken apart: 生活安全課　長岡 is no 生活安全課長
_STATION, _HEADQUARTERS = "station", "headquarters"

_PREFECTURE = re.compile(r"^(?:北海道|東京都|京都府|大阪府|[^都道府県市区町村署課部本]{2,3}県)(?!警?察?署)")
_HEADQUARTERS_AT_HEAD = re.compile(r"^(?:(?P<area>[^|]{2,3}方面)|警察?)?本部")
_POLICE_AT_HEAD = re.compile(r"^[都道府県]?警(?:察(?![署庁官職])|(?=\||$|[^察].{0,16}?(?:署|課|部)))(?![部視務備護])")
_STATION_AT_HEAD = re.compile(
    r"^(?P<vice>副)?(?P<name>[^副]{0,10}?)(?:警察署|(?<!税務)(?<!消防)(?<!監督)(?<!管理)署(?![名内]))"
)
_NO_NAME = frozenset(["当", "自", "本", "同", "貴", "各", "管轄", "所轄"])
_UNIT_AT_HEAD = re.compile(
    r"^[|の]*((?!長谷部|日下部|曽我部)[^|(]{1,16}?(?:課|係|隊|担当|体制|方面本部"
    r"|(?<=[^|]{2})(?:(?<!巡査)部(?=長|[^|]*?課|\||$)|室(?=長|[^|]*?係|\||$)|班(?=長|\||$))))"
)
_CHIEF = re.compile(
    r"^(?:\|?(長)(?=\||$)|(長(?:代理|補佐|代行|心得|職務代理者?|事務取扱)?)|(次長|次席|員|補佐)(?=\||$))"
)
_NUMBERED_UNIT = re.compile(r"第?([一二三四五六七八九1-9])(?=[課係班]$)")
_KIN = (
    "父母?|母|夫|妻|兄|弟|姉|妹|祖父母?|祖母|[実養継義]?[父母]|[叔伯][父母]|長[男女]|[二三四次][男女]|親権者(?:[父母])?"
    "|保護者|法定代理人|代理人|本人|申出人|申立人|行為者|加害者|被害者|相手方"
)
_REMARK = re.compile(
    rf"\((?:写し?|控え?|正本|副本|当時|宛て?|あて|[^()]*経由|[ぁ-ゖァ-ヺ-|]+|(?:{_KIN})(?:の?(?:{_KIN}))?)\)"
)
_KIN_FIRST = re.compile(rf"^(?:{_KIN})[|・:](?=.)")
_POST_FIRST = re.compile(r"^([課係室][長員])\(([^()課係室]{2,12})\)")  # 課長（生活安全）
_APART = re.compile(
    r"((?<=[^|])[課係室署所]|当直)\|((?:課|係|室|署|所)?(?:長|主任)(?:代理|補佐)?(?=\||$))"
)  # 生活安全課　課長, 当直　主任, 刑務所　所長
_MINISTRY = re.compile(r"^法務省\|?(?=[^|].*(?:所|院|会|庁))")  # 法務省 水戸刑務所
_ADDRESSED = re.compile(r"(?:\|*(?:御中|殿|様|さん|氏|宛て?|あて|を?経由(?:して|で)?|気付))+\|*$")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))


def _reference() -> ReferenceTables:
    """Return the tables of the rulebook in force; what is made of them is kept for each."""
    return SURROUNDINGS.get().reference


def _tables() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what finds a rank at the head, a rank or post at the tail, a title in one word, an office that is no police."""
    return _tables_of(_reference())


@lru_cache(maxsize=8)
def _tables_of(reference: ReferenceTables) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = reference.table("naming")
    ranks = _alternatives(data["ranks"])
    return (
        re.compile(rf"^\|*(?:{ranks})(?=\||$|[^|]{{2}})"),
        re.compile(rf"(?<=.)\|*(?:{ranks}|署長|課長|係長|主任)$"),
        re.compile(rf"^\|*({_alternatives(data['titles'])})(?=\||$|[^|]{{2}})"),
        re.compile(
            rf"^(?P<name>.{{0,24}}?(?:{_alternatives(data['offices'])})(?:\|?(?!長(?:\||$))[^|]{{1,6}}?(?:支部|支所))?)"
        ),
    )


@dataclass(frozen=True, slots=True)
class Name:
    """A text taken apart, in the notation of `fold`; what is not written is blank."""

    prefecture: str = ""
    kind: str = ""  # station · headquarters · "": another office, or none is named
    office: str = ""  # 汐見 of 汐見警察署, 函館方面 of its headquarters, 水戸刑務所
    units: tuple[str, ...] = ()  # 生活安全部, 人身安全対策課, 保安係: outer first
    title: str = ""  # 長, 長代理, 当直主任: whose, the unit or office before it says
    rank: str = ""  # 警部補: before or behind the person's name
    person: str = ""

    @property
    def names_office(self) -> bool:
        """Tell whether an office is named, not only a unit or a post."""
        return bool(self.office) or (self.kind == _HEADQUARTERS)


def parse(text: Any) -> Name:
    """Take apart the name of an office, unit, post or person; a person may be a map of name, post and rank."""
    return _parse(_written(text))


def _written(x: Any) -> str:
    """Return the words of a text; of a person in a map the post and rank before the name, as a paper has them."""
    beside = [plain(x.get(key)) for key in ("post", "rank")] if isinstance(x, Mapping) else []
    return "　".join(filter(None, [*beside, plain(x)]))


def _parse(text: str) -> Name:
    return _parsed(text, _reference())


@lru_cache(maxsize=4096)
def _parsed(text: str, _reference: ReferenceTables) -> Name:
    rest = _cleaned(text)
    prefecture, kind, office, title, rest = _office(rest)
    units: list[str] = []
    rank, _, word, _ = _tables()
    while not title and not rank.match(rest) and (found := _UNIT_AT_HEAD.match(rest)):
        units.append(_NUMBERED_UNIT.sub(_numbered, found[1]))
        rest = rest[found.end() :]
    if not title and (units or office or kind) and (chief := _CHIEF.match(rest)):
        title, rest = chief[1] or chief[2] or chief[3], rest[chief.end() :]
    if not title and (found := word.match(rest)):
        title, rest = found[1], rest[found.end() :]
    return Name(prefecture, kind, office, tuple(units), title, *_person(rest))


def _cleaned(text: str) -> str:
    """Return the key of a text with blanks kept as breaks, without remarks, forms of address and 経由."""
    written = _MINISTRY.sub("", re.sub(r"\s+", _BREAK, unicodedata.normalize("NFKC", text).strip()))
    key = _POST_FIRST.sub(r"\2\1", _REMARK.sub("", fold(written)))
    key = _APART.sub(lambda found: found[1] + found[2].removeprefix(found[1]), _KIN_FIRST.sub("", key))
    for short, long in _reference().table("naming")["abbreviations"].items():
        key = re.sub(rf"{fold(short)}(?!方)", fold(long), key)
    return _ADDRESSED.sub("", key).strip(_BREAK)


def _office(key: str) -> tuple[str, str, str, str, str]:
    """Return prefecture, kind, office, the title where it stands with the office, and what comes after."""
    found = _PREFECTURE.match(key)
    prefecture, rest = (found[0], key[found.end() :].lstrip(_BREAK)) if found else ("", key)
    police = _POLICE_AT_HEAD.match(rest) if prefecture or not re.match("警(?!察)", rest) else None
    rest = rest[police.end() :].lstrip(_BREAK) if police else rest
    if at := _HEADQUARTERS_AT_HEAD.match(rest):
        return prefecture, _HEADQUARTERS, at["area"] or "", "", rest[at.end() :]
    if at := _STATION_AT_HEAD.match(rest):
        name, left = at["name"].replace(_BREAK, ""), rest[at.end() :]
        title = "副署長" if at["vice"] and left.startswith("長") else ""
        return prefecture, _STATION, "" if name in _NO_NAME else name, title, left[1:] if title else left
    if police:
        return prefecture, _HEADQUARTERS, "", "", rest
    if at := _tables()[3].match(rest):
        return prefecture, "", at["name"].replace(_BREAK, ""), "", rest[at.end() :]
    return (prefecture, "", "", "", rest) if rest.strip(_BREAK) else ("", "", "", "", key)


def _numbered(match: re.Match[str]) -> str:
    number = match[1]
    return f"第{number if number.isascii() else '一二三四五六七八九'.index(number) + 1}"


def _person(key: str) -> tuple[str, str]:
    """Return the rank and the name of what is left of a text."""
    head, tail, _, _ = _tables()
    rank = ""
    while found := head.match(key):
        rank, key = found[0].strip(_BREAK), key[found.end() :]
    key = key.strip(_BREAK)
    if (aside := re.fullmatch(r"(.*?)\(([^()]+)\)", key)) and (
        not aside[1] or tail.fullmatch(f"|{aside[2]}") or head.match(aside[2])
    ):
        rank, key = (rank or aside[2], aside[1].strip(_BREAK)) if aside[1] else (rank, aside[2])  # 水沢薫（巡査部長）
    behind = tail.search(key)
    if behind:
        rank, key = rank or behind[0].strip(_BREAK), key[: behind.start()]
    return rank, key.replace(_BREAK, "")


# ---- offices, units, posts ------------------------------------------------------------------------------------------


def _agree(a: str, b: str) -> bool:
    """Tell whether two parts do not contradict each other: what one side leaves out is no difference."""
    return not a or not b or a == b


def same_office(a: Any, b: Any) -> bool:
    """Tell whether both belong to one office: 汐見署, 汐見県汐見警察署 and its 生活安全課; where no office is named, false."""
    left, right = parse(a), parse(b)
    if left.names_office and right.names_office:
        return (
            _agree(left.prefecture, right.prefecture) and (left.kind, left.office) == (right.kind, right.office)
        ) or _bare(left, right)
    return _bare(left, right) or _bare(right, left)


def _bare(short: Name, full: Name) -> bool:
    """Tell whether a name without 署 is the office's: 汐見 beside 汐見警察署."""
    return bool(short.person) and short.person == full.office and not (short.units or short.title or short.kind)


def is_head_of(x: Any, office: Any) -> bool:
    """Tell whether a paper to x goes to the office as such: it, its head or who stands in, no unit, branch or other post."""
    name = parse(x)
    return same_office(x, office) and not name.units and (not name.title or name.title.startswith("長"))


def office_of(x: Any) -> str | None:
    """Return the office that a post or unit belongs to (汐見署生活安全課長 → 汐見警察署); null where none is named."""
    name = parse(x)
    if not name.names_office:
        return None
    tail = {_STATION: "警察署", _HEADQUARTERS: "本部" if name.office else "警察本部"}.get(name.kind, "")
    return f"{name.prefecture}{name.office}{tail}"


def is_post(x: Any, posts: Iterable[Any]) -> bool:
    """Tell whether it is one of the posts (or units), with or without office and person: 汐見署長 is 警察署長, no other 長 is."""
    name, written = parse(x), _written(x)
    if not name.title and (aside := _ASIDE.search(written)) and parse(aside[1]).title:  # 沖　一郎（当直主任）
        name, written = parse(aside[1]), aside[1]
    return any(_holds_post(name, parse(post), written, plain(post)) for post in posts if plain(post).strip())


_ASIDE = re.compile(r"[(（]([^()（）]+)[)）]\s*$")


def _holds_post(name: Name, post: Name, written: str, wanted: str) -> bool:
    if not (post.title or post.units):  # a word that is no post we know: read as before, from the end
        return fold(written).endswith(fold(wanted))
    if name.title != post.title or name.units[len(name.units) - len(post.units) :] != post.units:
        return False
    if not post.kind and not post.office:
        return bool(post.units) or not name.units
    same_place = (
        name.kind == post.kind and _agree(name.office, post.office) and _agree(name.prefecture, post.prefecture)
    )
    return same_place and len(name.units) == len(post.units)


def same_post(a: Any, b: Any) -> bool:
    """Tell whether both name one post: title and unit are the same, and the offices where both name one."""
    left, right = parse(a), parse(b)
    shorter = min(len(left.units), len(right.units))
    units = left.units[len(left.units) - shorter :] == right.units[len(right.units) - shorter :]
    return (
        bool(left.title)
        and left.title == right.title
        and units
        and bool(left.units) == bool(right.units)
        and _agree(left.kind, right.kind)
        and _agree(left.office, right.office)
        and _agree(left.prefecture, right.prefecture)
    )


def is_unit(x: Any, units: Iterable[Any]) -> bool:
    """Tell whether it is one of the units or lies within one: 汐見署生活安全課保安係 lies within 生活安全課."""
    own = parse(x).units
    return any(unit.units and unit.units[-1] in own for unit in map(parse, units))


# ---- persons ----------------------------------------------------------------------------------------------------------


def same_person(a: Any, b: Any) -> bool:
    """Tell whether both are one person's name: rank, post, honorific, blanks and old character forms make no difference.

    A reading that a map gives beside the name is the name too, in either kana.
    """
    return any(_same_name(one, other) for one in _names(a) for other in _names(b))


def _names(x: Any) -> list[str]:
    reading = plain(x.get("kana")) if isinstance(x, Mapping) else ""
    return [name for name in (plain(x), reading) if name.strip()]


def _same_name(a: str, b: str) -> bool:
    if fold(a) == fold(b) or _in_hiragana(a) == _in_hiragana(b):
        return True
    mine, other = _parse(a).person, _parse(b).person
    return bool(mine) and mine == other


def _in_hiragana(name: str) -> str:
    """Return a name without blanks, its katakana in hiragana: オツノ　ジロウ → おつのじろう."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).translate(HIRAGANA)


def rank_of(x: Any) -> str:
    """Return the rank or post written with a person: in the map, before or behind the name; "" where there is none."""
    beside = [plain(x.get(key)) for key in ("rank", "post")] if isinstance(x, Mapping) else []
    return next(filter(None, [*beside, parse(x).rank]), "")


def same_family_name(a: Any, b: Any) -> bool:
    """Tell whether one is the family name alone of the other (警部 佐藤 beside 佐藤　拓): perhaps the same person."""
    one, other = _family(plain(a)), _family(plain(b))
    whole = [
        parse(each).person or (_family(plain(each)) if _CALLED_BY_POST.fullmatch(_cleaned(plain(each))) else "")
        for each in (a, b)
    ]
    return all(whole) and whole[0] != whole[1] and (whole[0] == other or whole[1] == one)


_CALLED_BY_POST = re.compile(r"([^|課係署室]{1,3})(?:課長|係長|署長|室長|次長)")


def _family(text: str) -> str:
    """Return the family name of a name written with a blank (警部　佐藤　拓 → 佐藤), else the whole name."""
    head, _, _, _ = _tables()
    rest = _cleaned(text)
    if called := _CALLED_BY_POST.fullmatch(rest):  # 岬課長: who is meant, not a 課 of that name
        return called[1]
    while found := head.match(rest):
        rest = rest[found.end() :].strip(_BREAK)
    return _parse(rest.split(_BREAK)[max(rest.count(_BREAK) - 1, 0)]).person


# ---- papers -----------------------------------------------------------------------------------------------------------

_NUMBER_OF_PAPER = re.compile(
    r"(?:別記)?様式(?:第?([0-9]+(?:[-の][0-9]+)?)号?(?:の([0-9]+))?)?|第([0-9]+(?:-[0-9]+)?)号?様式"
)
_HOW_MANY = re.compile(r"[\s　]*[(（]?[0-9０-９一二三四五]+[部通枚][)）]?\s*$")
_COPY = re.compile(r"写し|[(]写[)]|の写$|謄本|抄本|副本|コピ-|複写")


@lru_cache(maxsize=8)
def _papers(reference: ReferenceTables) -> tuple[re.Pattern[str], dict[str, set[str]], dict[str, set[str]]]:
    """Return what finds a title or slug, and the slugs of each title and of each number."""
    by_title: dict[str, set[str]] = {}
    by_number: dict[str, set[str]] = {}
    for slug, paper in reference.table("papers").items():
        for title in (slug, *paper.get("slugs", ()), *paper["titles"]):
            by_title.setdefault(fold(title), set()).add(slug)
        for number in paper.get("numbers", ()):
            by_number.setdefault(_number_of(fold(number)), set()).add(slug)
    titles = "|".join(re.escape(title) for title in sorted(by_title, key=len, reverse=True))
    return re.compile(titles), by_title, by_number


def _number_of(key: str) -> str:
    found = _NUMBER_OF_PAPER.search(key)
    if not found:
        return ""
    return "-".join(filter(None, found.groups())).replace("の", "-") or "-"


def _slugs(text: str) -> frozenset[str]:
    return _slugs_in(text, _reference())


@lru_cache(maxsize=2048)
def _slugs_in(text: str, reference: ReferenceTables) -> frozenset[str]:
    """Return the papers a text names: by title or slug, by its number only where it has no title."""
    titles, by_title, by_number = _papers(reference)
    key = fold(_HOW_MANY.sub("", text)).replace("_", "-")
    found = {slug for match in titles.finditer(key) for slug in by_title[match[0]]}
    rest = _COPY.sub(
        "",
        re.sub(
            r"[第のとをは、,()「」一枚通部-]|[0-9]+|別記|様式|規則|要領|要綱|号|(?:送付|回答|添付|表紙|かがみ|鑑)(?:書|状|文)?",
            "",
            key,
        ),
    )
    if not found and not rest:
        found = by_number.get(_number_of(key), set())
    return frozenset(found)


def same_paper(a: Any, b: Any) -> bool:
    """Tell whether both name one paper, by title, number of its form or slug; a copy of it is the paper too."""
    left, right = plain(a), plain(b)
    if not left.strip() or not right.strip():
        return False
    bare = [re.sub(r"の$", "", _COPY.sub("", fold(text).replace("正本", ""))) for text in (left, right)]
    return bool(_identified(left) & _identified(right)) or (bool(bare[0]) and bare[0] == bare[1])


def _identified(text: str) -> frozenset[str]:
    """Return the papers a text names; slug/number (response-card/別記様式第1号) is one only where the two agree."""
    slug, *numbers = fold(text).split("/")
    if slug not in _reference().table("papers"):
        return _slugs(text)
    return frozenset.intersection(_slugs(slug), *filter(None, map(_slugs, numbers)))


def is_copy(x: Any) -> bool:
    """Tell whether the text says that the paper is a copy (写し, 副本, 謄本), not the paper itself."""
    return bool(_COPY.search(fold(plain(x))))


# ---- ways of delivery -------------------------------------------------------------------------------------------------


def _deliveries(table: str) -> re.Pattern[str]:
    return _deliveries_of(table, _reference())


@lru_cache(maxsize=16)
def _deliveries_of(table: str, reference: ReferenceTables) -> re.Pattern[str]:
    return re.compile(_alternatives(reference.table("naming")[table]))


def recorded_delivery(x: Any) -> bool:
    """Tell whether the way is known to leave a record that the paper was delivered, and nothing else is said beside it."""
    key = fold(plain(x))
    return bool(_deliveries("recorded_delivery").search(key)) and not _deliveries("unrecorded_delivery").search(key)


def unrecorded_delivery(x: Any) -> bool:
    """Tell whether the way is known to leave no record of delivery; a way in neither list is for a person to confirm."""
    key = fold(plain(x))
    return bool(_deliveries("unrecorded_delivery").search(key)) and not _deliveries("recorded_delivery").search(key)
