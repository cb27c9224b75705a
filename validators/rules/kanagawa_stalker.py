"""Checks of the Kanagawa procedure that an expression would not say readably. Each takes the record's facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from validators.expressions.functions import any_filled, before, filled, mentions, same_text
from validators.text import fold

if TYPE_CHECKING:
    from validators.statutes import Facts

_RANKS = ("巡査", "警部", "警視")  # 巡査部長, 警部補, 警視正 contain them
_FORMULA = re.compile(
    r"警告|要件|該当|満たさ|諸般の|事情|総合的|勘案|判断|検討|結果|相当|必要|適当|認め|実施|理由"
    r"|られ|せず|した|して|する|ない|なかった|ため|ので|から|により|による|では|[のにをがはでと、。・()\s]"
)
_PLACEHOLDERS = frozenset(
    map(fold, ("なし", "無し", "無", "特になし", "該当なし", "不明", "未定", "未記入", "後日", "同上", "上記のとおり"))
)
_TELLING = 6  # letters left when the formula is taken out: fewer say nothing about the case


def reason_is_written(facts: Facts) -> bool:
    """Tell whether the reason is more than a word that stands for none (要領9(5)イ)."""
    return fold(str(facts.reason)) not in _PLACEHOLDERS


def reason_is_concrete(facts: Facts) -> bool:
    """Tell whether the reason says something of the case, beyond 要件に該当しない and its like (Act art. 4(4)).

    A word that stands for no reason at all is left to `reason_is_written`.
    """
    return not reason_is_written(facts) or len(_FORMULA.sub("", fold(str(facts.reason)))) >= _TELLING


def ghostwriter_is_named(facts: Facts) -> bool:
    """Tell whether the officer who wrote for the applicant is named with a rank, apart or inside the name."""
    writer = facts.ghostwriter
    rank = writer.get("rank") if isinstance(writer, dict) else None
    return filled(writer) and (any_filled([rank, facts.ghostwriter_rank]) or mentions(writer, list(_RANKS)))


def _area_stations(facts: Facts) -> list[str]:
    """Return the stations of the places concerned (要領7(4)ア); the respondent's residence only in default of a domicile."""
    stations = [
        facts.applicant_domicile_station,
        facts.applicant_residence_station,
        facts.respondent_domicile_station,
        facts.incident_place_station,
    ]
    if facts.respondent_domicile_status in {"no_domicile_in_japan", "unknown"}:
        stations.append(facts.respondent_residence_station)
    return [station for station in stations if filled(station)]


def _belongs_elsewhere(facts: Facts) -> bool:
    stations = _area_stations(facts)
    return bool(stations) and not any(same_text(station, facts.receiving_station) for station in stations)


def jurisdiction_is_explained(facts: Facts) -> bool:
    """Tell whether the applicant was told that another station warns, where the receiving one has no part of the case."""
    return not _belongs_elsewhere(facts) or facts.explained_jurisdiction is True


def papers_are_sent_on(facts: Facts) -> bool:
    """Tell whether the papers went to a station of the places concerned, where the receiving one has no part of the case."""
    if not _belongs_elsewhere(facts):
        return True
    sent = filled(facts.transfer_sent_on) and filled(facts.transfer_documents)
    return sent and any(same_text(station, facts.transfer_to_station) for station in _area_stations(facts))


def tags_are_timely(facts: Facts) -> bool:
    """Tell whether no act by a tag-type finder lies before 30 December 2025, when they came under the Act (art. 2(3))."""
    acts = [(facts.device_kind, facts.occurred_on)]
    acts += [(i.get("device_kind"), i.get("occurred_at") or i.get("occurred_on")) for i in facts.incidents]
    return not any(kind == "tracker_tag" and before(day, "2025-12-30") for kind, day in acts)
