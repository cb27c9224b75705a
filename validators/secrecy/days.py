"""Find a day (a date of birth) in a text, in whatever notation it is written there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from validators.wareki import ERAS

if TYPE_CHECKING:
    from validators.secrecy.clues import Clue
    from validators.secrecy.reading import Reading

_BETWEEN_DAYS = re.compile(r"[ \n]*(?:年|月|[-/.、,・ ]|の)?[ \n]*")
_SHORT_YEAR = 100


@lru_cache(maxsize=1024)
def _era_years(year: int) -> tuple[tuple[str, str, str, int], ...]:
    """Return era, its letter, its figure and the year in it: the era of that year, and those whose years people count on."""
    return tuple(
        (era.name, era.letter.lower(), str(len(ERAS) - place), year - era.first.year + 1)
        for place, era in enumerate(ERAS)
        if year >= era.first.year
    )


def day_stands(text: Reading, clue: Clue) -> bool:
    """Find a day: 昭和60年6月1日, S60.6.1, 1985/6/1, 一九八五年六月一日, 19850601, 3600601; 60.6.1 only before 生."""
    year, month, day = clue.numbers
    eras = _era_years(year)
    compact = {f"{year}{month:02}{day:02}"} | {f"{figure}{y:02}{month:02}{day:02}" for _, _, figure, y in eras}
    short = {f"{y:02}{month:02}{day:02}": (name, letter) for name, letter, _, y in eras}
    if any(figures in text.by_figures for figures in compact):
        return True
    for figures, names in short.items():
        if any(_behind(text, n).endswith(names) for n in text.by_figures.get(figures, ())):
            return True
    return any(
        at and _followed_by(text, at - 1, (month, day)) and _is_year(text, at - 1, _behind(text, at - 1), year, eras)
        for at in text.by_value.get(month, ())
    )


def _behind(text: Reading, n: int) -> str:
    """Return the letters that stand before number n."""
    start = text.numbers[n].start
    return text.key[max(0, start - 4) : start].rstrip(" .(")


def _followed_by(text: Reading, n: int, wanted: tuple[int, int]) -> bool:
    """Tell whether month and day stand behind number n."""
    return (
        n + 2 < len(text.numbers)
        and (text.numbers[n + 1].value, text.numbers[n + 2].value) == wanted
        and all(_BETWEEN_DAYS.fullmatch(text.gap(k)) for k in (n, n + 1))
    )


def _is_year(text: Reading, n: int, before: str, year: int, eras: tuple[tuple[str, str, str, int], ...]) -> bool:
    """Tell whether number n is that year: in full, in an era that is named, or short in a date of birth."""
    written = text.numbers[n].value
    born = "生" in text.key[text.numbers[n + 2].end :][:4]
    return (
        written == year
        or any(written == y and (born or before.endswith((name, name[0], letter))) for name, letter, _, y in eras)
        or (written == year % _SHORT_YEAR and (born or before.endswith(("'", "’"))))
    )
