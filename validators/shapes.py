"""The Cerberus schema of a form, and whether a record plainly has the shape it asks for.

Nearly every record has it, and asking the package takes a fifth of all judging. It is asked about every other record, and it
alone says what is wrong: what is not known here to be right is not plain, never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any, Final

from validators.kinds import DAY_OR_MOMENT, KINDS, TIME_OF_DAY
from validators.model import PERSON_KEYS, Field, Form

Test = Callable[[Any], bool]

_TYPES: Final[dict[str, type]] = {"string": str, "boolean": bool, "whole": int, "dict": dict, "list": list}
_KNOWN: Final = frozenset({"type", "schema", "allowed", "check_with"})


# ---- the schema ---------------------------------------------------------------------------------------------------


def cerberus_schema(form: Form) -> dict[str, Any]:
    """Return the Cerberus schema of a normalised record, for `by_cerberus`: shapes only, nothing of what is required."""
    return _group_rules(form.fields)


def _group_rules(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: _rules(item) for name, item in fields.items()}


def _rules(item: Field) -> dict[str, Any]:
    if item.type != "list":
        return _value_rules(item, item.type)
    inner = {"type": "dict", "schema": _group_rules(item.fields)} if item.fields else _value_rules(item, item.of)
    return {"type": "list", "schema": inner}


def _value_rules(item: Field, kind: str) -> dict[str, Any]:
    return {**KINDS[kind].rule, **({"allowed": list(item.options)} if item.options else {})}


# ---- plainly right ------------------------------------------------------------------------------------------------


def plainly(rules: Mapping[str, Mapping[str, Any]]) -> Test:
    """Return the test of a mapping by a schema: every key known, every value of exactly its type and plain itself."""
    tests = {name: _value(rule) for name, rule in rules.items()}

    def test(data: Any) -> bool:
        try:
            return type(data) is dict and all(tests[name](value) for name, value in data.items())
        except KeyError:
            return False

    return test


def _value(rule: Mapping[str, Any]) -> Test:
    if not rule.keys() <= _KNOWN:
        return lambda _: False
    named = rule["type"]
    types = frozenset(_TYPES[name] for name in ([named] if isinstance(named, str) else named))
    further = [*_inner(rule), *_allowed(rule), *([_CHECKS[rule["check_with"]]] if "check_with" in rule else ())]
    if not further:
        return lambda value: type(value) in types
    return lambda value: type(value) in types and all(test(value) for test in further)


def _inner(rule: Mapping[str, Any]) -> list[Test]:
    if "schema" not in rule:
        return []
    if rule["type"] == "dict":
        return [plainly(rule["schema"])]
    item = _value(rule["schema"])
    return [lambda value: all(map(item, value))]


def _allowed(rule: Mapping[str, Any]) -> list[Test]:
    if "allowed" not in rule:
        return []
    options = frozenset(rule["allowed"])
    return [lambda value: type(value) is str and value in options]


# ---- what `check_with` names, here and there ----------------------------------------------------------------------


def is_day(value: Any) -> bool:
    """Tell whether a value is a day, or a day and time, of the calendar."""
    return _is_real(value, _DAY, datetime.fromisoformat)


def is_clock(value: Any) -> bool:
    """Tell whether a value is a time of day."""
    return _is_real(value, _CLOCK, time.fromisoformat)


def is_person(value: Any) -> bool:
    """Tell whether a mapping names a person's parts only, each a text; what is no mapping is not looked at."""
    return not isinstance(value, dict) or all(k in PERSON_KEYS and isinstance(v, str) for k, v in value.items())


def _is_real(value: Any, pattern: re.Pattern[str], read: Callable[[str], object]) -> bool:
    try:
        return isinstance(value, str) and bool(pattern.fullmatch(value)) and read(value) is not None
    except ValueError:
        return False


_DAY, _CLOCK = re.compile(DAY_OR_MOMENT), re.compile(TIME_OF_DAY)
_CHECKS: Final[dict[str, Test]] = {"day": is_day, "clock": is_clock, "person": is_person}
