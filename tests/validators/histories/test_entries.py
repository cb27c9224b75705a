"""Promise: every shape an entry may have works as docs/PROCEDURES.md says, and a faulty entry is told with file and line."""

from __future__ import annotations

import json
import random
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.rulebooks import NOW
from validators.errors import DefinitionError
from validators.histories.items import read_item
from validators.histories.judging import judge_history
from validators.histories.vocabulary import read_vocabulary
from validators.linting.procedures import lint_procedures
from validators.rulebook import Places, open_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from validators.rulebook import Rulebook

EVENTS = """
facts:
  order_id: {label: 命令, type: id}
  to: {label: 宛先}
  via: {label: 経由, type: list}
  who: {label: だれ}
  ends_on: {label: 末日, type: date}
  people: {label: 人, type: list}
  reason: {label: 理由}
events:
  begun: {label: 始めた, facts: [order_id, ends_on, people, who], aliases: {begun_by_chief: {who: 署長}}}
  done: {label: した, facts: [order_id, who, to, via, reason]}
  ended: {label: 終えた, facts: [who], own: {reason: {label: 終えたか, type: bool}}}
  lapsed: {label: 期間が過ぎた, facts: [order_id], implied_by: [{event: begun, on: ends_on}]}
"""
ENTRY = """
procedures:
  - id: P-1
    clauses: [X-1]
    citation: 要領1
    actor: 署
    trigger: {event: begun}
    %s
    severity: error
    next: してください。
    examples: []
"""


def rules(folder: Path, body: str) -> Rulebook:
    (folder / "events.yaml").write_text(EVENTS, "utf-8")
    (folder / "x.yaml").write_text(ENTRY % body, "utf-8")
    return open_rulebook(clock=lambda: NOW, places=Places(procedures=folder))


def states(book: Rulebook, as_of: str, *items: dict[str, Any]) -> list[str]:
    read = [read_item(book.procedures.vocabulary, each, place) for place, each in enumerate(items)]
    found = judge_history(book, read, date.fromisoformat(as_of), sources=["x"])
    return [f"{each.state} {each.due_on}" if each.due_on else each.state for each in found]


def begun(on: str = "2025-06-02", **facts: Any) -> dict[str, Any]:
    return {"on": on, "event": "begun", **facts}


def done(on: str, **facts: Any) -> dict[str, Any]:
    return {"on": on, "event": "done", **facts}


SHAPES = {
    "a period whose first day does not count": ("due: [{event: done}]\n    by: {period: 1 month, first_day: excluded}", [begun()], ["due 2025-07-02"]),
    "a litigation period moves off a Sunday": ("due: [{event: done}]\n    by: {period: 6 days, first_day: excluded, holidays: litigation}", [begun()], ["due 2025-06-09"]),
    "a day that the trigger tells": ("due: [{event: done}]\n    by: {date: trigger.ends_on}", [begun(ends_on="2025-06-20")], ["due 2025-06-20"]),
    "each member of a list": ("due: [{event: done, each: people, where: who == member}]\n    by: {promptly: promptly.document_days}", [begun(people=["甲", "乙"]), done("2025-06-03", who="甲")], ["due 2025-06-05"]),
    "each member answered": ("due: [{event: done, each: people, where: who == member}]", [begun(people=["甲", "乙"]), done("2025-06-03", who="甲"), done("2025-06-03", who="乙")], []),
    "one of several is enough": ("due: [{any: [{event: done}, {event: ended}]}]", [begun(), {"on": "2025-06-03", "event": "ended"}], []),
    "a right is never asked for": ("due: [{event: done, optional: true}]\n    holds: filled(reason)", [begun()], []),
    "a right that is used is weighed": ("due: [{event: done, optional: true}]\n    holds: filled(reason)", [begun(), done("2025-06-03")], ["incomplete"]),
    "a way through somebody, where it is asked": ('due: [{event: done}]\n    via: [{post: 課長, when: trigger.who == "署長"}]', [begun(who="署長"), done("2025-06-03", via=[])], ["misrouted"]),
    "… and where it is not": ('due: [{event: done}]\n    via: [{post: 課長, when: trigger.who == "署長"}]', [begun(who="課員"), done("2025-06-03", via=[])], []),
    "a day before which nothing may be done": ("due: [{event: done}]\n    not_before: [{is: '!before(on, trigger.ends_on)'}]", [begun(ends_on="2025-06-05"), done("2025-06-04")], ["out-of-order"]),
    "what holds only where the act is so": ('due: [{event: done}]\n    not_before: [{event: ended, when: who == "署長"}]', [begun(), done("2025-06-04", who="課員")], []),
    "a state begun and not ended": ("forbids: [{event: done, where: 'standing(\"begun\", [\"ended\"], \"who\", who, on)'}]", [begun(who="甲"), done("2025-06-04", who="甲")], ["forbidden"]),
    "a state that has ended": ("forbids: [{event: done, where: 'standing(\"begun\", [\"ended\"], \"who\", who, on)'}]", [begun(who="甲"), {"on": "2025-06-03", "event": "ended", "who": "甲"}, done("2025-06-04", who="甲")], []),
    "another name says more": ('due: [{event: done, when: who == "署長"}]', [{"on": "2025-06-02", "event": "begun_by_chief"}], ["due"]),
    "law that came later": ("due: [{event: done}]\n    effective: {from: 2025-07-01}", [begun()], []),
    "law of that day": ("due: [{event: done}]\n    effective: {from: 2025-06-02, until: 2025-06-02}", [begun()], ["due"]),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_of_an_entry_means_what_the_page_says(shape: str, tmp_path: Path) -> None:
    body, items, expected = SHAPES[shape]
    assert states(rules(tmp_path, body), "2025-06-05", *items) == expected


def test_what_happens_by_itself_on_a_day_sets_a_procedure_off(tmp_path: Path) -> None:
    """A date that a fact tells is an event of that day, neither before it nor entered by anybody."""
    book = rules(tmp_path, "due: [{event: done}]")
    (tmp_path / "x.yaml").write_text(
        (ENTRY % "due: [{event: done}]").replace("event: begun}", "event: lapsed}"), "utf-8"
    )
    book = open_rulebook(clock=lambda: NOW, places=book.places)
    assert states(book, "2025-06-19", begun(ends_on="2025-06-20")) == []
    assert states(book, "2025-06-20", begun(ends_on="2025-06-20")) == ["due"]


def test_a_predecessor_that_never_came_is_told_once_by_whoever_demands_it(tmp_path: Path) -> None:
    body = "due: [{event: ended}]\n    not_before: [{event: done}]"
    alone = rules(tmp_path, body)
    told = begun(), {"on": "2025-06-03", "event": "ended"}
    assert states(alone, "2025-06-05", *told) == ["out-of-order"]
    second = (
        (ENTRY % "due: [{event: done}]\n    by: {same_day: true}").replace("P-1", "P-2").replace("procedures:\n", "")
    )
    (tmp_path / "x.yaml").write_text(ENTRY % body + second, "utf-8")
    both = open_rulebook(clock=lambda: NOW, places=alone.places)
    assert states(both, "2025-06-05", *told) == ["missing 2025-06-02"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("due: [{event: dome}]", "「done」ではありませんか"),
        ("due: [{paper: warming}]", "warning"),
        ("due: [{event: done, where: whom == 1}]", "whom"),
        ("due: [{event: done, where: who ==}]", "式が読めません"),
        ("due: [{event: done, where: nothing(who)}]", "nothing"),
        ("due: [{event: done, where: 'filled(who, to)'}]", "式が通りません"),
        ("due: [{event: done}]\n    by: {promptly: promptly.no_such_days}", "promptly.no_such_days"),
        ("due: [{event: done}]\n    by: {period: a while}", "期間"),
        ("due: [{event: done}]\n    by: {period: 1 month, same_day: true}", "一つ"),
        ("due: [{event: done, whenn: true}]", "whenn"),
        ("due: [{event: done}]\n    with: [{fact: color}]", "color"),
        ("unless: [{event: done}]", "何が要るのか"),
        ("due: [{event: done}]", "例の両方"),
    ],
)  # fmt: skip
def test_a_faulty_entry_is_told_with_file_and_line(body: str, told: str, tmp_path: Path) -> None:
    problems, _ = lint_procedures(rules(tmp_path, body), "x")
    found = [str(each) for each in problems if told in each.message]
    assert found, problems
    assert re.search(r"x\.yaml:[0-9]+", found[0])


def test_an_example_that_comes_out_otherwise_is_told(tmp_path: Path) -> None:
    body = "due: [{event: done}]"
    book = rules(tmp_path, body)
    example = '[{history: [{"on": 2025-06-02, event: begun}], as_of: 2025-06-03, expect: [missing]}]'
    (tmp_path / "x.yaml").write_text((ENTRY % body).replace("examples: []", f"examples: {example}"), "utf-8")
    problems, count = lint_procedures(open_rulebook(clock=lambda: NOW, places=book.places), "x")
    assert count == 1
    assert any("例 1" in each.message and "due" in each.message for each in problems)


WHOLE: dict[str, Any] = {
    "id": "P-1",
    "clauses": ["X-1"],
    "citation": "要領1",
    "actor": "署",
    "trigger": {"event": "begun", "where": 'who == "署長"', "each": "people"},
    "due": [{"event": "done", "where": 'reason == "x"', "when": "true", "any": ["done"], "each": ["people"]}],
    "by": {"period": "1 month", "first_day": "counted", "after": "done", "or": {"same_day": True}},
    "to": [{"post": ["署長"], "when": "true"}],
    "via": ["課長"],
    "way": [{"mail": "reason"}],
    "route": "true",
    "with": [{"fact": "reason", "items": ["x"], "equals": "who", "is": "true"}],
    "not_before": [{"event": "begun"}, {"is": "true"}],
    "unless": [{"event": "ended", "any_time": True}],
    "forbids": ["trigger"],
    "severity": "error",
    "severities": {"late": "warning"},
    "next": "してください。",
    "effective": {"from": "2024-01-01"},
    "examples": [{"history": [{"on": "2024-01-01", "event": "begun"}], "as_of": "2024-02-01", "expect": ["due"]}],
}
ODD: tuple[Any, ...] = (None, True, "x", [[]], {}, {"x": None}, [{"x": [1]}])


def ways(data: Any, *at: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value within some data."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*at, key)
        yield from ways(value, *at, key)


def test_whatever_stands_in_a_key_of_an_entry_is_told_with_its_line(tmp_path: Path) -> None:
    book = rules(tmp_path, "due: [{event: done}]")
    register = {
        "slug": "r",
        "title": "帳簿",
        "citation": "1",
        "row": {"event": "begun"},
        "columns": [{"name": "n", "label": "欄", "value": "who", "options": {"x": "甲"}}],
    }
    content = {"closes": ["ended"], "procedures": [WHOLE], "registers": [register]}
    path = tmp_path / "x.yaml"
    every = [(way, odd) for way in ways(content) for odd in ODD]
    for way, odd in random.Random(7).sample(every, 120):  # noqa: S311 - a lot, no secret; all of them take a quarter of a minute
        path.write_text(json.dumps(replaced(content, way, odd)), "utf-8")
        problems, _ = lint_procedures(book, "x")
        assert all(re.search(r"x\.yaml:\d+", str(each)) for each in problems), (way, odd)


def test_whatever_stands_in_a_key_of_the_vocabulary_is_told_with_its_line(tmp_path: Path) -> None:
    content = yaml.safe_load(EVENTS)
    path = tmp_path / "events.yaml"
    every = [(way, odd) for way in ways(content) for odd in ODD]
    for way, odd in random.Random(7).sample(every, 200):  # noqa: S311
        path.write_text(json.dumps(replaced(content, way, odd)), "utf-8")
        told = told_of(path)
        assert told is None or re.search(r"events\.yaml:\d+", told), (way, odd)


def told_of(path: Path) -> str | None:
    """Return what is wrong with a vocabulary, None where it can be read."""
    try:
        read_vocabulary(path, {}, {})
    except DefinitionError as error:
        return str(error)
    return None


def replaced(data: Any, way: Sequence[str | int], value: Any) -> Any:
    """Return some data with another value at one place."""
    if not way:
        return value
    copy: Any = dict(data) if isinstance(data, dict) else list(data)
    copy[way[0]] = replaced(copy[way[0]], way[1:], value)
    return copy
