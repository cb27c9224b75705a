"""Count the due days of a case anew, day by day on a calendar, from the sources: nothing here comes from `validators`.

`COUNTED` says of each procedure what sets it off and how its days run; `due_days` counts them for every item of a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jpholiday

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Item = dict[str, Any]
_TOMORROW = timedelta(days=1)
_DAY = len("2025-04-01")
_NEW_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
_SATURDAY = 5


def day_of(moment: str) -> date:
    return date.fromisoformat(moment[:_DAY])


def days_on(start: date, days: int) -> date:
    """Go one day at a time; the first day isn't counted."""
    for _ in range(days):
        start += _TOMORROW
    return start


def hours_on(start: str, hours: int) -> date:
    """Return the day on which so many hours after a moment are over; a day without a time counts in days."""
    if len(start) == _DAY:
        return days_on(day_of(start), hours // 24)
    moment = datetime.fromisoformat(start)
    for _ in range(hours * 60):
        moment += timedelta(minutes=1)
    return moment.date()


def months_on(first: date, months: int) -> date:
    """Return the last day of a period of months whose first counted day this is (民法143条2項)."""
    day, passed = first, 0
    while passed < months:
        before, day = day, day + _TOMORROW
        passed += day.month != before.month
    while day.day != first.day:
        if (day + _TOMORROW).month != day.month:
            return day  # the last month has no such day: its last day
        day += _TOMORROW
    return day - _TOMORROW


def court_day(day: date) -> date:
    """Move a day off Saturdays, Sundays, holidays and the new year (民訴法95条3項)."""
    while day.weekday() >= _SATURDAY or jpholiday.is_holiday(day) or (day.month, day.day) in _NEW_YEAR:
        day += _TOMORROW
    return day


@dataclass(frozen=True, slots=True)
class Rule:
    """What sets a procedure off, and from when and how its days run; `left_open`: nothing is due where it isn't done."""

    procedure: str
    sets_off: Callable[[Item, Sequence[Item]], bool]
    counts: Callable[[str, Item, Sequence[Item], Mapping[str, int]], date]
    start: Callable[[Item], str] = lambda item: item["on"]
    left_open: bool = False


def _event(name: str, **facts: Any) -> Callable[[Item, Sequence[Item]], bool]:
    return lambda item, _: item.get("event") == name and _so(item, facts)


def _paper(slug: str, **facts: Any) -> Callable[[Item, Sequence[Item]], bool]:
    return lambda item, _: item.get("paper") == slug and "event" not in item and _so(item, facts)


def _so(item: Item, facts: dict[str, Any]) -> bool:
    return all(
        item.get(key) in value if isinstance(value, tuple) else item.get(key) == value for key, value in facts.items()
    )


def _any(*ways: Callable[[Item, Sequence[Item]], bool]) -> Callable[[Item, Sequence[Item]], bool]:
    return lambda item, case: any(way(item, case) for way in ways)


def _hours(setting: str) -> Callable[..., date]:
    return lambda start, _item, _case, office: hours_on(start, office[f"promptly.{setting}_hours"])


def _days(setting: str) -> Callable[..., date]:
    return lambda start, _item, _case, office: days_on(day_of(start), office[f"promptly.{setting}_days"])


def _months(months: int) -> Callable[..., date]:
    """So many months, the day of the start counted."""
    return lambda start, _item, _case, _office: months_on(day_of(start), months)


def _delivered(item: Item) -> str:
    return str(item.get("delivered_on", item["on"]))


def _orally_before(case: Sequence[Item], item: Item) -> bool:
    return any(
        each.get("event") == "measure_given_orally" and each["paper"] == item.get("paper") and each["on"] <= item["on"]
        for each in case
    )


def _executed(item: Item, case: Sequence[Item]) -> bool:
    """Say whether a warning, an order or an extension takes place here (要領9(5)ア): delivery, spoken words, refusal."""
    if item.get("event") == "measure_given_orally" or (item.get("event"), item.get("paper")) == (
        "delivery_refused",
        "warning",
    ):
        return True
    measure = item.get("paper") in {"warning", "prohibition-order", "extension-order"}
    return measure and "delivered_on" in item and not _orally_before(case, item)


def _competent(item: Item, _: Sequence[Item]) -> bool:
    if item.get("event") == "transfer_received":
        return True
    if item.get("event") != "request_received":
        return False
    return item["kind"] == "assistance" or _plain(item["station"]) in map(
        _plain, item.get("competent_stations", [item["station"]])
    )


def _plain(station: str) -> str:
    return station.removeprefix("汐見県")


def _expiry(_start: str, item: Item, case: Sequence[Item], _office: Mapping[str, int]) -> date:
    """Return the last day of the order's year: the day of its delivery counted (ストーカー規制法5条8項)."""
    order = next(each for each in case if each.get("paper") == "prohibition-order" and each["on"] <= item["on"])
    return months_on(day_of(_delivered(order)), 12)


def _designation_end(_start: str, item: Item, case: Sequence[Item], _office: Mapping[str, int]) -> date:
    """Return the last day of a designation: one year, its day not counted (要綱第4の1(1))."""
    began = next(each for each in reversed(case) if each.get("event") == "designated" and each["on"] <= item["on"])
    return months_on(day_of(began["on"]) + _TOMORROW, 12)


def _court_request(item: Item, _: Sequence[Item]) -> bool:
    return item.get("event") == "court_request_received" and "court_request_kind" in item


COUNTED = [
    # ---- 神奈川
    Rule(
        "KNG-P-5(1)ア",
        _event("consultation_received", channel="in_person", consultant_type="applicant"),
        _hours("immediate"),
    ),
    Rule("KNG-P-5(2)", _event("consultation_received", channel="phone"), _hours("immediate")),
    Rule(
        "KNG-P-5(3)",
        _event("consultation_received", channel="in_person", request_kind=("warning", "prohibition", "assistance")),
        _hours("handover"),
    ),
    Rule(
        "KNG-P-6(3)イ(ア)",
        _event("consultation_received", channel="in_person", consultant_type="applicant"),
        _hours("immediate"),
    ),
    Rule("KNG-P-6(3)イ(イ)", _event("reported_to_chief", about="consultation"), _hours("immediate")),
    Rule("KNG-P-7(6)", _competent, _days("hq_report")),
    Rule("KNG-P-7(6)-捜査", _event("investigation_started", stalking=True), _days("hq_report")),
    Rule(
        "KNG-P-7(4)ア-移ちょう",
        lambda item, case: item.get("event") == "request_received" and not _competent(item, case),
        _days("transfer"),
    ),
    Rule("KNG-P-8(1)", _competent, _days("investigation")),
    Rule("KNG-P-9(2)イ-交付", _event("measure_given_orally", paper="warning"), _days("document")),
    Rule("KNG-P-9(3)イ", _paper("investigation-report", purpose="warning_executed"), _days("hq_report")),
    Rule("KNG-P-9(5)ア", _executed, _days("notice"), _delivered),
    Rule("KNG-P-9(5)イ", _event("warning_decided", outcome="not_executed"), _days("notice")),
    Rule(
        "KNG-P-9(6)ア",
        lambda item, _: item.get("event") == "address_changed" and "to_station" in item,
        _days("hq_report"),
    ),
    Rule("KNG-P-規則7", _event("move_notified", other_prefecture=True), _days("notice")),
    Rule("KNG-P-10(3)ア", _paper("execution-order"), _days("document")),
    Rule("KNG-P-10(3)ウ", _event("order_decided", measure="urgent_prohibition"), _days("document")),
    Rule(
        "KNG-P-10(3)エ",
        _paper("prohibition-order", measure="urgent_prohibition"),
        lambda start, *_: days_on(day_of(start), 14),
        _delivered,
    ),
    Rule("KNG-P-法5(4)", _paper("prohibition-order", measure="urgent_prohibition"), _days("notice"), _delivered),
    Rule("KNG-P-10(4)ア", _any(_paper("prohibition-order"), _paper("extension-order")), _days("hq_report"), _delivered),
    Rule("KNG-P-10(4)イ", _event("violation_recognized", item="5(1)1"), _days("violation")),
    Rule(
        "KNG-P-10(6)イ-書面",
        _any(_event("order_decided", outcome="not_executed"), _event("extension_decided", outcome="not_executed")),
        _days("notice"),
    ),
    Rule("KNG-P-法5(9)-送達", _event("extension_decided", outcome="execute"), _expiry),
    # ---- 秋田
    Rule("AKT-P-5(4)ア", _paper("prohibition-order"), _months(1), _delivered),
    Rule("AKT-P-5(4)イ-3か月", _paper("prohibition-order"), _months(3), _delivered),
    Rule("AKT-P-5(4)イ-6か月", _paper("prohibition-order"), _months(6), _delivered),
    Rule("AKT-P-5(4)ウ", _paper("prohibition-order"), _months(11), _delivered),
    Rule(
        "AKT-P-5(4)-変更後",
        _event("review_held", decision_result="継続"),
        lambda _, item, *__: day_of(item["decision_slots"][0]["slot_due_on"]),
    ),
    Rule("AKT-P-5(5)-評価", _event("contact_made"), _days("document")),
    Rule("AKT-P-6(2)-説明", _event("contact_ended", decision_ground="ア"), _days("document")),
    # ---- 大阪
    Rule(
        "OSK-P-第3-2(1)ア",
        lambda item, _: item.get("event") == "consultation_received" and "consult_id" in item,
        _hours("card"),
    ),
    Rule("OSK-P-第3-2(1)ア(ウ)", _event("cards_handed_over", about="新規"), _hours("card")),
    Rule(
        "OSK-P-第3-2(1)ウ(エ)-引継ぎ",
        _event("support_found_necessary", victim_base_prefecture="大阪府"),
        _hours("copy"),
    ),
    Rule(
        "OSK-P-第3-2(1)ウ(エ)-府外", _event("support_found_necessary", victim_base_prefecture="潮路県"), _hours("copy")
    ),
    Rule("OSK-P-第3-2(2)ア-書類", _event("recomplaint_received"), _hours("card")),
    Rule("OSK-P-第3-2(2)ウ(イ)", _event("reported_to_chief", about="再申告"), _hours("handover")),
    Rule("OSK-P-第3-2(3)ア", _event("case_received", support_given_by="なし"), _hours("transfer_in")),
    Rule("OSK-P-第3-3(3)", _event("applicant_contacted", target="被害者"), _hours("report")),
    Rule(
        "OSK-P-第4-1",
        _court_request,
        _hours("court_phone"),
    ),
    Rule(
        "OSK-P-第4-2(1)",
        _event("court_request_received", court_request_kind="書面提出(14条2項)"),
        _hours("court_reply"),
    ),
    Rule("OSK-P-第5-2(1)ア(ア)", _event("order_notice_passed_on", notice_trigger="発令"), _hours("order_contact")),
    Rule(
        "OSK-P-第5-2(1)ア(イ)-期間中",
        _event("order_notice_passed_on", notice_trigger="発令"),
        lambda _, item, *__: months_on(day_of(item["effective_on"]), 12),
    ),
    Rule("OSK-P-第5-2(2)ア", _event("order_notice_passed_on", notice_trigger="発令"), _hours("order_contact")),
    Rule("OSK-P-第5-2(2)イ", _event("respondent_guided"), _hours("report")),
    Rule("OSK-P-第5-2(3)ア(ア)", _event("order_notice_passed_on", notice_trigger="発令"), _hours("order_contact")),
    Rule(
        "OSK-P-第5-2(1)ア(エ)",
        lambda item, _: item.get("event") == "address_changed" and "order_id" in item,
        _hours("address"),
    ),
    Rule("OSK-P-第4-1", _court_request, _hours("copy")),
    Rule(
        "OSK-P-第6-1(2)",
        lambda item, _: item.get("event") == "violation_recognized" and "violation_id" in item,
        _hours("violation"),
    ),
    Rule(
        "OSK-P-第7-(1)",
        lambda item, _: item.get("event") == "consultation_received" and "consult_id" in item,
        _hours("report"),
    ),
    Rule("OSK-P-第7-(2)", _event("recomplaint_received"), _hours("report")),
    Rule("OSK-P-第7-(3)", _event("case_received"), _hours("report")),
    Rule("OSK-P-第7-(5)", _event("offender_arrested"), _hours("report")),
    Rule("OSK-P-第7-(6)", _event("support_ended"), _hours("report")),
    # ---- 茨城
    Rule("IBR-P-2-2(2)-指定替え", _event("officer_transferred"), _days("document")),
    Rule("IBR-P-3-1(2)-報告", _any(_event("measure_taken"), _event("information_disclosed")), _days("report")),
    Rule("IBR-P-4-2(1)-検討", _event("designated"), _designation_end),
    Rule("IBR-P-4-2(1)-検討", _event("extended"), lambda _, item, *__: day_of(item["until"])),
    Rule("IBR-P-4-2(1)-上申", _event("extension_reviewed", outcome="延長する"), _designation_end),
    Rule("IBR-P-4-3(1)-延長決定", _paper("extension-application"), _designation_end),
    Rule("IBR-P-6-4-連絡", _event("harm_notice_received"), _days("report")),
    # ---- DV防止法
    Rule("DVA-P-8の2", _event("protection_requested", kind="assistance"), _days("assistance")),
    Rule("DVA-P-9の2", _event("complaint_received"), _days("complaint")),
    Rule("DVA-P-14(2)", _event("court_request_received", kind="written_statement"), _days("court_answer")),
    Rule("DVA-P-14(3)", _event("court_request_received", kind="further_explanation"), _days("court_answer")),
    Rule(
        "DVA-P-15(3)",
        lambda item, _: item.get("event") == "order_issued" and "order_types" in item,
        _days("court_notice"),
    ),
    Rule(
        "DVA-P-15(4)",
        lambda item, _: item.get("event") == "order_issued" and "追" not in item["order_id"],
        _days("court_notice"),
    ),
    Rule(
        "DVA-P-16(1)",
        _event("decision_notified"),
        lambda start, *_: court_day(days_on(day_of(start), 7)),
        left_open=True,
    ),
    Rule("DVA-P-16(7)(8)", _event("stay_granted"), _days("court_notice")),
    Rule("DVA-P-17(7)", _event("order_revoked"), _days("court_notice")),
]
SOURCES = {
    "KNG": "kanagawa-stalker",
    "AKT": "akita-contact",
    "OSK": "osaka-dv",
    "IBR": "ibaraki-revictimization",
    "DVA": "dv-act",
}


@dataclass(frozen=True, slots=True)
class Due:
    """One day by which something is due, and the item (its place) that set it off on a day."""

    procedure: str
    day: date
    place: int
    since: date
    left_open: bool


def due_days(sources: Sequence[str], history: Sequence[Item], office: Mapping[str, int]) -> list[Due]:
    """Return the due days of every procedure counted here, one for each item that sets it off."""
    return [
        Due(
            rule.procedure,
            rule.counts(rule.start(item), item, history, office),
            place,
            day_of(rule.start(item)),
            rule.left_open,
        )
        for rule in COUNTED
        if SOURCES[rule.procedure[:3]] in sources
        for place, item in enumerate(history)
        if rule.sets_off(item, history)
    ]
