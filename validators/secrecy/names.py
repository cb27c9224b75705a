"""Cut the names of schools, firms and persons: the school without who founded it, the firm without its kind."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from validators.secrecy.clues import Clue, telling
from validators.secrecy.reading import read, squash

if TYPE_CHECKING:
    from collections.abc import Iterator

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
# A branch written on to the firm: 架空商事汐見支店. Only behind a word that ends a firm's name, for 汐見支店 alone says nothing.
_BRANCH = re.compile(
    r"^([^\W\d_]{2,}?(?:商事|商店|商会|物産|工業|産業|建設|工務店|銀行|金庫|組合|製作所|製薬|運輸|運送|物流|電機|電気|電器|不動産|病院|薬局|食品|水産|印刷|興業|サービス|ストア|ホールディングス|グループ))"
    r"[^\W\d_]{1,10}(?:支店|支社|支部|支所|支局|営業所|本店|本社|工場|事業所|出張所|店)$"
)
_SHORT = {"小学校": ("小",), "中学校": ("中",), "高等学校": ("高校", "高")}


def name_clues(value: str) -> Iterator[Clue]:
    """Cut the name of a school, a firm or anything else."""
    shown = read(value).shown
    yield from whole_name(shown)
    bare = _FIRM.sub(" ", shown)
    school = _SCHOOL.search(bare)
    if school:
        own = _FOUNDED.sub("", bare.strip())
        if own == bare.strip():
            own = _AREA_BEFORE.sub("", own)
        stem, kind = own[: _end_of(own, school[1])], school[1]
        if telling(stem.removesuffix(kind)):
            yield from whole_name(stem)
            for short in _SHORT.get(kind, ()):
                yield Clue("town", squash(stem.removesuffix(kind) + short), strict=True)
    if branch := _BRANCH.match(bare.strip()):
        yield from whole_name(branch[1])
    if bare != shown:
        for part in (bare, bare.split()[0] if bare.split() else "", _RUNNER.sub("", bare.strip())):
            if telling(part):
                yield from whole_name(part)


@lru_cache(maxsize=1024)
def bare_name(value: str) -> str:
    """Return a name's key without the kind of its firm: 架空水産株式会社, 架空水産㈱ → 架空水産."""
    return squash(_FIRM.sub("", read(value).shown))


def _end_of(name: str, kind: str) -> int:
    at = name.find(kind)
    return at + len(kind) if at >= 0 else len(name)


def whole_name(value: str) -> Iterator[Clue]:
    """Yield a name as it stands, where it tells of anybody."""
    if telling(value):
        yield Clue("name", squash(value))


def names_an_institution(value: str) -> bool:
    """Tell whether a school or a firm is named."""
    return bool(_SCHOOL.search(value) or _FIRM.search(value))
