"""Items of a history: events and papers with their day and facts, typed, named by the vocabulary, in the order of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from validators.errors import InputError
from validators.text import case_key
from validators.values import UnreadableError, read_boolean, read_date, read_integer

if TYPE_CHECKING:
    from validators.histories.vocabulary import EventVocabulary

_HOW = "項目は {on: 2024-06-03, event: 名前, …} か {on: …, paper: 名前, …} の形です。"
_FIRST, _LAST = "1900", "2200"  # years: what lies outside is a slip, and no calendar of ours reaches it
_LONGEST = 100  # letters of a name
_DAY_ENDS = ("_on", "_date", "_at")


@dataclass(frozen=True, slots=True, eq=False)
class Happening:
    """One event or paper. `facts` hold what was given, `on`, `event` and `paper` among them; a blank is null or []."""

    name: str
    is_paper: bool
    on: str  # 2024-06-03 or 2024-06-03T10:00
    facts: Mapping[str, Any]
    place: int
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """Return the day it happened."""
        return date.fromisoformat(self.on[:10])


def earlier(a: str, b: str) -> bool:
    """Tell whether a certainly comes before b: to the minute where both have a time, else by day."""
    return a < b if "T" in a and "T" in b else a[:10] < b[:10]


def linked(a: Happening, b: Happening) -> bool:
    """Tell whether two items may be of one matter: no id that both give (order, contact, person …) differs."""
    return all(b.ids.get(name, value) == value for name, value in a.ids.items())


def read_item(vocabulary: EventVocabulary, raw: Any, place: int) -> Happening:
    """Return one item of a history; raises InputError that names the item and what is wrong with it."""
    where = f"{place + 1}番目の項目"
    if not isinstance(raw, Mapping):
        raise InputError("出来事か書面として読めません。", action=_HOW, place=where)
    papers = vocabulary.paper_names  # a paper may be named by another source's word for it, as item or as fact
    given = {
        ("on" if key is True else str(key)): papers.get(value, value) if isinstance(value, str) else value
        for key, value in raw.items()  # a bare `on` is true to YAML
    }
    name, says = _name(vocabulary, given, where)
    is_paper = "event" not in given
    try:
        on = read_moment(given.pop("on", None))
    except ValueError as error:
        raise InputError(f"「on」の日付が読めません（{error}）。", action=_HOW, place=where) from None
    facts: dict[str, Any] = dict(says)
    for key, value in given.items():
        if key in {"event", "note"} or (key == "paper" and is_paper):
            continue
        fact = vocabulary.fact_aliases.get(key, key)
        try:
            facts[fact] = _typed(vocabulary, name, fact, value)
        except ValueError as error:
            label = vocabulary.label(fact)
            shown = f"「{fact}」（{label}）" if label != fact else f"「{clipped(fact)}」"
            raise InputError(f"{shown}が読めません（{error}）。", place=where) from None
    return made(vocabulary, name, facts, on, place, is_paper=is_paper)


def made(
    vocabulary: EventVocabulary, name: str, facts: Mapping[str, Any], on: str, place: int, *, is_paper: bool = False
) -> Happening:
    """Build an item of typed facts."""
    whole = {**facts, "on": on, "paper" if is_paper else "event": name}
    if is_paper:
        whole["event"] = None
    ids = {
        key: case_key(str(value)) for key, value in facts.items() if value not in (None, "") and _is_id(vocabulary, key)
    }
    return Happening(name, is_paper, on, whole, place, ids)


def _is_id(vocabulary: EventVocabulary, name: str) -> bool:
    fact = vocabulary.facts.get(name)
    return fact.type == "id" if fact else name.endswith("_id")


def _name(vocabulary: EventVocabulary, given: Mapping[str, Any], where: str) -> tuple[str, Mapping[str, Any]]:
    event, paper = given.get("event"), given.get("paper")
    if event is None and paper is None:
        raise InputError("event も paper もありません。", action=_HOW, place=where)
    if "event" not in given:
        if not isinstance(paper, str) or not vocabulary.is_paper(paper):
            raise _unknown(vocabulary, "書面", paper, where)
        return paper, {}
    if isinstance(event, str):
        if event in vocabulary.kinds and not vocabulary.kinds[event].is_paper:
            return event, {}
        if event in vocabulary.aliases:
            return vocabulary.aliases[event].event, vocabulary.aliases[event].says
    raise _unknown(vocabulary, "出来事", event, where)


def _unknown(vocabulary: EventVocabulary, what: str, name: Any, where: str) -> InputError:
    told = clipped(str(name))
    near = vocabulary.nearest(told, papers=what == "書面")
    hint = f"「{near}」（{vocabulary.label(near)}）ではありませんか。" if near else ""
    return InputError(f"「{told}」という{what}はありません。{hint}", place=where)


def clipped(text: str) -> str:
    """Return a name as it may stand in a message: without what steers a terminal, and no longer than a name is."""
    shown = "".join(letter for letter in text if letter.isprintable())
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


# ---- values -------------------------------------------------------------------------------------------------------


def read_moment(value: Any) -> str:
    """Return a day or a moment as 2024-06-03 or 2024-06-03T10:00; raises ValueError."""
    try:
        moment = read_date("" if value is None else value)
    except UnreadableError as error:
        raise ValueError(error.message.removesuffix("。")) from None
    if not _FIRST <= moment[:4] <= _LAST:
        raise ValueError(f"西暦{_FIRST}年から{_LAST}年までで書いてください")
    return moment


def _typed(vocabulary: EventVocabulary, of: str, name: str, value: Any) -> Any:
    """Return a fact as its type says; a blank is null, of a list []. Raises ValueError."""
    fact = vocabulary.fact(of, name)
    kind = fact.type if fact else "day?" if name.endswith(_DAY_ENDS) else "any"
    if kind == "list":
        values = value if isinstance(value, list) else [] if value in (None, "") else [value]
        return [_member(vocabulary, of, each) for each in values]
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return _single(kind, value)


def _single(kind: str, value: Any) -> Any:
    reader = _READERS.get(kind)
    if reader:
        return reader(value)
    if isinstance(value, Mapping):
        if kind != "person":
            raise ValueError("文字か数で書いてください")
        return value
    return _text(value)


def _day_if_one(value: Any) -> Any:
    try:
        return read_moment(value)
    except ValueError:
        return value


def _truth(value: Any) -> bool:
    try:
        return read_boolean(value)
    except UnreadableError:
        raise ValueError("はい か いいえ（true か false）で書いてください") from None


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        return read_integer(value)
    except UnreadableError:
        raise ValueError("数で書いてください") from None


def _text(value: Any) -> Any:
    """Return a text, or the texts of a list."""
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return [str(each) for each in value]
    if isinstance(value, bool | list):
        raise ValueError("文字か数で書いてください")  # noqa: TRY004
    return str(value)


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "any": lambda value: value,
    "day?": _day_if_one,
    "date": read_moment,
    "bool": _truth,
    "number": _number,
}


def _member(vocabulary: EventVocabulary, of: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _typed(vocabulary, of, str(key), each) for key, each in value.items()}
    return str(value) if isinstance(value, int | float) else value
