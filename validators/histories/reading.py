"""Read what a door is given: one history, or several with an id and a day each, as YAML or JSON."""

from __future__ import annotations

import difflib
import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from validators.definitions import yamltext
from validators.errors import DefinitionError, InputError
from validators.histories.items import Happening, clipped, read_item, read_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validators.histories.vocabulary import EventVocabulary

_HOW = "項目の一覧か、{id, history, as_of} の一覧で書いてください。"
MOST = 1_000  # items of one history
_KEYS = ("id", "history", "as_of")


@dataclass(frozen=True, slots=True)
class History:
    """One history: its id, its items, the day it is judged as of (None: the door's). `unknown`: facts no event of ours has; `strange`: values none of ours."""

    id: str
    items: tuple[Happening, ...]
    as_of: date | None
    unknown: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()

    def notices(self) -> list[str]:
        """Say what no procedure will look at: facts and values that are none of ours."""
        return [
            *(f"「{fact}」という事実は、どの手続も見ません。名前を確かめてください。" for fact in self.unknown),
            *(f"{value}という書き方は、どの手続も知りません。書き方を確かめてください。" for value in self.strange),
        ]


def parse(text: str, name: str) -> Any:
    """Return the data of a text in YAML, of which JSON is a part; raises InputError that names the place."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):  # no JSON; what is wrong with it, YAML tells
        pass
    try:
        return yamltext.parse(text, Path(name))
    except DefinitionError as error:
        raise InputError(error.message, action=_HOW, place=error.place) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; raises ValueError for a key written twice, of which one would be lost."""
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError
    return told


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> NoReturn:
    raise InputError(f"「{clipped(text)}」は数として使えません。文字なら引用符で囲んでください。", action=_HOW)


def read_histories(vocabulary: EventVocabulary, data: Any, name: str) -> tuple[list[History], bool]:
    """Return the histories and whether they came as a list of histories; raises InputError with the place of the fault."""
    if isinstance(data, dict) and "history" in data:
        return [_told(vocabulary, data, name)], False
    if not isinstance(data, list):
        raise InputError("履歴として読めません。", action=_HOW, place=name)
    if data and all(isinstance(each, dict) and "history" in each for each in data):
        return [_told(vocabulary, each, f"{name}#{at + 1}") for at, each in enumerate(data)], True
    return [_told(vocabulary, {"history": data}, name)], False


def _told(vocabulary: EventVocabulary, raw: dict[str, Any], name: str) -> History:
    id_ = _id(raw.get("id"), name)
    for key in raw:
        if key not in _KEYS and (near := difflib.get_close_matches(clipped(str(key)), _KEYS, n=1)):
            told = f"「{clipped(str(key))}」という項目はありません。「{near[0]}」ではありませんか。"
            raise InputError(told, action=_HOW, place=id_)
    history = raw["history"]
    if not isinstance(history, list):
        raise InputError("history は項目の一覧で書いてください。", place=id_)
    if len(history) > MOST:
        raise InputError(f"項目が多すぎます（{MOST}件まで）。", place=id_)
    try:
        as_of = date.fromisoformat(read_moment(raw["as_of"])[:10]) if raw.get("as_of") not in (None, "") else None
    except ValueError as error:
        raise InputError(f"as_of の日付が読めません（{error}）。", place=id_) from None
    items = []
    for place, each in enumerate(history):
        try:
            items.append(read_item(vocabulary, each, place))
        except InputError as error:
            raise InputError(error.message, action=error.action, place=f"{id_} {error.place}") from None
    unknown = dict.fromkeys(
        f"{item.name}.{fact}"
        for item in items
        for fact in item.facts
        if not item.is_paper and not vocabulary.knows_fact(item.name, fact) and not fact.endswith("_id")
    )
    return History(id_, tuple(items), as_of, tuple(unknown), tuple(dict.fromkeys(_strange(vocabulary, items))))


def _strange(vocabulary: EventVocabulary, items: Iterable[Happening]) -> Iterator[str]:
    """Yield the values that are none of those a fact may have: 「報告の区分」が「八」."""
    for item in items:
        yield from _strange_of(vocabulary, item.name, item.facts)


def _strange_of(vocabulary: EventVocabulary, of: str, facts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in facts.items():
        fact = vocabulary.fact(of, name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from _strange_of(vocabulary, of, each)
            elif fact and fact.strange(each):
                yield f"「{fact.label}」が「{each}」"


def _id(given: Any, name: str) -> str:
    if given in (None, ""):
        return name
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise InputError("id は文字か数で書いてください。", action=_HOW, place=name)
    return clipped(str(given))
