"""Checks of what support centres and police offices answer a court (DV Act 14(2), (3))."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.expressions.functions import filled, mentions, placeholder, says_nothing, unwritten
from validators.expressions.lookups import plain
from validators.rules.dv_told import stands_elsewhere
from validators.rules.shared import boxes, in_order
from validators.text import fold

if TYPE_CHECKING:
    from validators.statutes.verdicts import Facts

_CONSULTED = ("consulted_at", "further_consultations[].consulted_at")


def statement_follows_the_request(facts: Facts) -> bool:
    """Tell whether consultations, the court's request and the statement follow one another (art. 14(2))."""
    return in_order(
        facts,
        (_CONSULTED, "request_received_date", "response_date"),
        doubted=(*_CONSULTED, "response_date"),
        trusted=("request_received_date",),
        planned=("response_date",),
    )


def explanation_follows_the_statement(facts: Facts) -> bool:
    """Tell whether the statement before, the court's further request and the explanation follow one another (art. 14(3))."""
    return in_order(
        facts,
        ("original_statement_date", "request_received_date", "response_date"),
        doubted=("original_statement_date", "response_date"),
        trusted=("request_received_date",),
        planned=("response_date",),
    )


# ---- what is answered -------------------------------------------------------------------------------------------------

_ABOUT = 62  # days: a day that is told only about (五月中旬, 春ごろ) answers for those around it
_A_DAY = re.compile(r"[0-9一二三四五六七八九十]日")


def every_day_is_answered(facts: Facts) -> bool:
    """Tell whether each day the court asks of has its answer; one told only about answers for the days around it (14(2))."""
    own = {"consulted_at": facts.consulted_at, "consulted_text": facts.consulted_text}
    told = [each for each in (own, *facts.further_consultations) if filled(each["consulted_at"])]
    return all(any(_answers(each, asked) for each in told) for asked in facts.asked_dates if filled(asked))


def _answers(consulted: dict[str, Any], asked: str) -> bool:
    on, about = consulted["consulted_at"][:10], consulted["consulted_text"]
    if not filled(about) or _A_DAY.search(fold(plain(about))):
        return bool(on == asked[:10])
    return abs((date.fromisoformat(on) - date.fromisoformat(asked[:10])).days) <= _ABOUT


def answer_says_something(facts: Facts) -> bool:
    """Tell whether what happened and what was done are told here, not by a word for none nor by another paper (14(2))."""
    told = {"circumstances": facts.circumstances, "measures_taken": facts.measures_taken}
    return boxes(facts, **{name: not (says_nothing(text) or stands_elsewhere(text)) for name, text in told.items()})


_ASKED_WHETHER = [
    "有無",
    "あるか",
    "いるか",
    "いたか",
    "あったか",
    "したか",
    "かどうか",
    "か否か",
    "ですか",
    "ますか",
    "ましたか",
]


def explanation_says_something(facts: Facts) -> bool:
    """Tell whether the question stands here and is answered here; なし is an answer where it is asked whether (14(3))."""
    questions, answers = facts.questions, facts.answers
    answered = not placeholder(answers) or (not unwritten(answers) and mentions(questions, _ASKED_WHETHER))
    return boxes(
        facts,
        questions=not (says_nothing(questions) or stands_elsewhere(questions)),
        answers=answered and not stands_elsewhere(answers),
    )


# ---- who answers ------------------------------------------------------------------------------------------------------

_HEAD = re.compile(r"(?:センター|[所署館課部局室院園])長(?!谷)")
_VICE = re.compile(r"副\S{0,6}?長|次長|係長|主任|巡査|警部補")
_STATION = re.compile(r"署(?:\s|$)")
_STATION_HEAD = re.compile(r"(?<!副)署長")
_IN_PLACE = re.compile(r"代理|代行|兼|心得|事務取扱")


def head_gives_the_statement(facts: Facts) -> bool:
    """Tell whether the head of the centre or office, or who stands in, gives the statement: of a station its chief (14(2))."""
    written = plain(facts.issuer_head_title_name)
    if _STATION.search(plain(facts.issuer_agency_name)):
        return bool(_STATION_HEAD.search(written))
    vice = _VICE.search(written) and not _IN_PLACE.search(written)
    return bool(_HEAD.search(written)) and not vice
