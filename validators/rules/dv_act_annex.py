"""Checks of the annex on protection orders that an expression would not say readably. Each takes the record's facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from validators.text import fold

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts

_FORMULA = re.compile(
    r"脅迫的な?|相手方?|配偶者|元?夫|元?妻|彼氏?|私|申立人|脅迫|脅[さしかす]*|恐怖|[怖恐][いくかろしさ]*|ひどく?|激しく?|強く|何度も?|いつも|毎日|ずっと"
    r"|暴言|罵声|罵倒|罵り|怒鳴[らりるっ]*|吐[かいく]?|浴び(?:せ)?|酷[いく]|乱暴な?|受け|感じ|思い|思っ|言葉|言動|態度|[言云]われ|され|られ|せられ|した|して|する|ました|です|ます|から|より|ので|ため|こと|もの|よう"
    r"|[あっのにをがはでとてもへやたりれるい、。・()\s]"
)
_TELLING = 2  # letters left when the formula is taken out: fewer say neither words nor acts


def threat_is_told(facts: Facts) -> bool:
    """Tell whether the threat in item `i` is described by words or acts, beyond 脅された and its like (annex 3-1(4))."""
    told = str(facts.i.get("description") or "")
    return "「" in told or len(_FORMULA.sub("", fold(told))) >= _TELLING
