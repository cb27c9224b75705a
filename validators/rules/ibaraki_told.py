"""Checks of what is told to the person protected: the ladder of 茨城 再被害防止要綱 第7. Each takes the record's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.expressions.functions import filled, placeholder
from validators.fineness import (
    PLACE,
    RELEASE,
    told_address,
    told_in_words,
    told_release,
    told_wrong_day,
    told_wrong_third,
)
from validators.rules.shared import boxes

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts

_FINENESS = ("教示しない", "月", "旬", "日")


def _told(facts: Facts) -> tuple[int, str]:
    """Return how fine the release is told (index of 教示しない, 月, 旬, 日), by the box and by the words, and the box."""
    by_words = RELEASE.index(told_release(facts.disclosed_text))
    by_box = _FINENESS.index(facts.granularity) if facts.granularity in _FINENESS else 0
    return max(by_words, by_box), "granularity" if by_box >= by_words else "disclosed_text"


def release_told_by_month(facts: Facts) -> bool:
    """Tell whether a release is told no finer than its month (第7の1(1))."""
    fine, box = _told(facts)
    return boxes(facts, **{box: fine <= _FINENESS.index("月")})


def release_told_by_third(facts: Facts) -> bool:
    """Tell whether a release is told no finer than 上旬, 中旬, 下旬, and the right one (第7の2(1))."""
    fine, box = _told(facts)
    if fine > _FINENESS.index("旬"):
        return facts.breach_at(box)
    return boxes(facts, disclosed_text=not told_wrong_third(facts.disclosed_text, facts.scheduled_release_on))


def _place_told(facts: Facts) -> tuple[int, str]:
    """Return how fine the return place is told: 0 prefecture, 1 municipality, 2 town, 3 house; and the box."""
    boxed, known = PLACE[:3], facts.return_place
    levels = {
        "disclosed_address": told_address(facts.disclosed_address, known),
        "disclosed_text": told_in_words(facts.disclosed_text, known),
        "address_granularity": boxed.index(facts.address_granularity) if facts.address_granularity in boxed else 0,
    }
    box = max(levels, key=lambda name: levels[name])
    return levels[box], box


def place_told_by_prefecture(facts: Facts) -> bool:
    """Tell whether a return place is told no finer than its prefecture (第7の2(2)イ)."""
    fine, box = _place_told(facts)
    return boxes(facts, **{box: fine == 0})


def place_told_by_municipality(facts: Facts) -> bool:
    """Tell whether a return place is told no finer than its municipality (第7の2(2)ア)."""
    fine, box = _place_told(facts)
    return boxes(facts, **{box: fine <= 1})


def place_told_by_town(facts: Facts) -> bool:
    """Tell whether a return place is told no finer than its town, and why that far (第7の2(2)ア後段)."""
    fine, box = _place_told(facts)
    why = facts.indispensable_address_reason
    explained = fine < 2 or (filled(why) and not placeholder(why))  # noqa: PLR2004 - a town
    return boxes(facts, **{box: fine <= 2}, indispensable_address_reason=explained)  # noqa: PLR2004 - a town


def right_day_is_told(facts: Facts) -> bool:
    """Tell whether the month or day told of a release is that of the day known: a later one than the true one endangers."""
    day = facts.scheduled_release_on if facts.info_type == "釈放予定" else facts.released_from_custody_on
    return boxes(facts, disclosed_text=not told_wrong_day(facts.disclosed_text, day, facts.disclosed_on))
