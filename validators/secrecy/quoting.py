"""Quotation marks round the name of a building are no part of it: コーポ「桜」, 「桜」コーポ and 「桜荘」 are names, not remarks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTED = re.compile(r"[「『〈《<]([^「」『』〈〉《》<>\n]{1,20})[」』〉》>]")
_REFUGE = r"シェルター|施設|センター"
_KIND = (
    rf"(?:{_REFUGE}|荘|寮|館|ハイツ|ハイム|マンション|アパート|コーポ|メゾン|ビル|ハウス|レジデンス|パレス|ヴィラ|ホーム|ホテル"
    r"|団地|住宅)"
)
_AFTER_KIND = re.compile(rf"{_KIND}\s?$")
_BEFORE_KIND = re.compile(rf"\s?{_KIND}(?![^\W\d_])")
_AFTER_REFUGE = re.compile(rf"(?:{_REFUGE})\s?$")
_AFTER_SHELTER = re.compile(r"シェルター\s?$")
_LONGEST_KIND = 8  # letters, a blank too
_SHORTEST_NAME = 3  # letters of a refuge's name that is searched without its kind


def unquoted(shown: str) -> str:
    """Return a text as shown without the quotation marks that stand round a building's name; all others stay."""
    return _QUOTED.sub(lambda m: m[1] if _of_a_building(m) else m[0], shown)


def quoted_refuges(shown: str, *, within_text: bool = False) -> Iterator[str]:
    """Yield what stands quoted behind the kind of a refuge: シェルター「みさきの家」 is called みさきの家.

    `within_text`: only behind シェルター, for a text also tells of センター that are no secret.
    """
    kind = _AFTER_SHELTER if within_text else _AFTER_REFUGE
    for match in _QUOTED.finditer(shown):
        if len(match[1]) >= _SHORTEST_NAME and kind.search(_before(match)):
            yield match[1]


def _of_a_building(match: re.Match[str]) -> bool:
    return bool(
        _AFTER_KIND.search(_before(match))
        or _BEFORE_KIND.match(match.string, match.end())
        or (_AFTER_KIND.search(match[1]) and not re.fullmatch(_KIND, match[1]))
    )


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _LONGEST_KIND) : match.start()]
