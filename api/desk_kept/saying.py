"""Days, kinds of cases and faults in words; which papers and events a deadline or a finding waits for."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from api.desk.shown import words_of
from api.desk.widgets import answers_of, nothing
from api.kept.reach import rules
from ledger.deadlines import A_DUTY, BY_LAW
from ledger.types import moment_of
from validators.errors import InputError
from validators.wareki import format_date, parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ledger.due import Deadline
    from ledger.types import Instant
    from validators.errors import YoshikiError
    from validators.histories.vocabulary import Fact
    from validators.model import Field
    from validators.rulebook import Rulebook

_WEEKDAYS: Final = "月火水木金土日"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?")
_CODES: Final = re.compile(r"（[a-z][a-z_]*）")  # names that programs use, after the word for them
_OF_COMMANDS: Final = re.compile(r"yoshiki |--[a-z]|（check|check と")  # advice for whoever types commands
CASE_STATES: Final = {"open": "取扱い中", "closed": "終結"}
FINDING_WORDS: Final = {
    "missing": "抜け",
    "late": "遅れ",
    "due": "これから",
    "out-of-order": "順序",
    "misrouted": "経路",
    "incomplete": "不足",
    "forbidden": "してはならないこと",
}
WAY_WORDS: Final = {
    "drafted": "書いた",
    "asked": "点検して決裁へ回した",
    "approved": "決裁した",
    "oral": "口頭で決裁を受けた",
    "returned": "差し戻した",
}


def day_said(day: str) -> str:
    """Return a day, or a moment's day and time, as people read it; blank for a blank."""
    if not day:
        return ""
    clock = f"　{day[11:16]}" if day[11:] else ""
    return f"{format_date(date.fromisoformat(day[:10]))}{clock}"


def weekday_said(day: date) -> str:
    """Return a day with its day of the week."""
    return f"{format_date(day)}（{_WEEKDAYS[day.weekday()]}）"


def moment_said(at: Instant) -> str:
    """Return a moment of the ledger in words."""
    moment = moment_of(at)
    return f"{format_date(moment.date())}　{moment:%H:%M}"


def kind_said(kind: str) -> str:
    """Return what sort of case a kind is: the matter's title, else the source's."""
    return _kind_said(rules(), kind)


@lru_cache(maxsize=256)  # asked for every row of a list
def _kind_said(book: Rulebook, kind: str) -> str:
    authority, _, name = kind.partition("/")
    if name:
        return book.catalogue.matter(authority, name).title
    return next((each.title for each in book.catalogue.sources() if each.slug == authority), kind)


def titles() -> dict[str, str]:
    """Return the titles of the forms by slug."""
    return {each.slug: each.title for each in rules().catalogue.headings()}


def fault_said(error: YoshikiError) -> str:
    """Return what is wrong and what to do; advice meant for the command line and names of programs are left out."""
    action = "" if _OF_COMMANDS.search(error.action or "") else error.action or ""
    return _CODES.sub("", f"{error.message}{action}")


def day_typed(written: str, label: str) -> str:
    """Return the ISO day of what somebody typed. Raises InputError naming the box."""
    try:
        return parse_date(written).isoformat()
    except ValueError:
        raise InputError(f"「{label}」の年月日を、令和8年4月1日のように書いてください。") from None


def papers_of(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the forms among names of the vocabulary that this service can write: slug and title."""
    known, there = titles(), set(rules().catalogue.slugs())
    return [(name, known[name]) for name in dict.fromkeys(names) if name in there]


def events_of(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the events among names of the vocabulary: name and label."""
    kinds = rules().procedures.vocabulary.kinds
    return [(name, kinds[name].label) for name in dict.fromkeys(names) if name in kinds and not kinds[name].is_paper]


def wanted_names(each: Deadline) -> Sequence[str]:
    """Return the names of what a deadline waits for: papers and events; none of what the law works alone."""
    if each.procedure.startswith(BY_LAW):
        return ()
    day, place = date.fromisoformat(each.trigger_on[:10]), each.occurrence // A_DUTY
    entry = next((one for one in rules().procedures.named(each.procedure) if one.effective.holds_on(day)), None)
    if entry is None or place >= len(entry.dues):
        return ()
    return [name for match in entry.dues[place].matches for name in match.names]


def fact_said(item: Field | None, value: Any) -> str:
    """Return a fact's value in the words of its box; as it is kept, where no form knows it."""
    if item is None or value in (None, ""):
        return shown_value(value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return day_said(value)
    answer = answers_of({item.name: item}, {item.name: value}).get(item.name)
    return shown_value(value) if nothing(answer) else words_of(item, answer)


def told_said(fact: Fact | None, value: Any) -> str:
    """Return what an event tells in words: of each value that has a label, the label."""
    if isinstance(value, list):
        return "／".join(told_said(fact, each) for each in value)
    if fact and fact.listed and isinstance(value, str):
        return fact.offered().get(value) or shown_value(value)
    return shown_value(value)


def shown_value(value: Any) -> str:
    """Return a fact's value as one line."""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, dict):
        return "　".join(shown_value(part) for part in value.values() if part not in (None, ""))
    if isinstance(value, list):
        return "／".join(shown_value(part) for part in value)
    text = str(value)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]+)?", text):
        return day_said(text)
    return text
