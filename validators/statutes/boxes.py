"""Find the box a finding points at: a missing need, where a check said, what the failing part of an expression asks about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from validators.expressions.functions import filled

if TYPE_CHECKING:
    from validators.definitions.clauses import Clause
    from validators.expressions.blame import Blame
    from validators.expressions.compiled import Context
    from validators.model import Form
    from validators.statutes.verdicts import Verdict


def box_of(clause: Clause, verdict: Verdict, form: Form, context: Context) -> str:
    """Return where the finding points: a missing need, where the check said, what the failing part of it asks about."""
    if verdict.missing or verdict.at:
        return verdict.missing[0] if verdict.missing else verdict.at
    told = [name for name in clause.fields if name.partition("[")[0] in form.fields]
    if clause.require and verdict.outcome == "breach":
        blame = _blame(clause, verdict, form, context)
        places = [place for name in told for path in blame.paths if (place := _place(name, path, context))]
        telling = [place for place in places if filled(_value(place, context)) is blame.forbids]
        if places:
            return places[0] if blame.alternatives or not telling else telling[0]
    row = f"{clause.each_in}[{verdict.index}]" if verdict.index is not None else ""
    for name in told if not clause.check else ():
        place = _place(name, name.replace(f"{clause.each_in}[]", row) if row else name, context)
        if place and not filled(_value(place, context)):
            return place
    if row:
        return next((name.replace(f"{clause.each_in}[]", row) for name in told if f"{clause.each_in}[]." in name), row)
    return told[0].partition("[")[0] if told else ""


def _blame(clause: Clause, verdict: Verdict, form: Form, context: Context) -> Blame:
    bound = {} if verdict.index is None else {clause.each_item: context.values[clause.each_in][verdict.index]}
    scope = {} if verdict.index is None else {clause.each_item: f"{clause.each_in}[{verdict.index}]"}
    return context.expressions.compile(clause.require, form, tuple(bound)).blamed(context, scope, **bound)


def _place(name: str, path: str, context: Context) -> str:
    """Return the box at which a path stands, when it is the one (or of the list) that `fields` names; "" otherwise.

    incidents[].place without an item stands at the first item that leaves it blank, else at the list.
    """
    if name == path.partition("[")[0]:
        return re.sub(r"(?<=\])\..*|\[\].*", "", path)
    if name != re.sub(r"\[[0-9]+\]", "[]", path):
        return ""
    root, unsettled, key = path.partition("[].")
    if not unsettled:
        return path.removesuffix("[]")
    items = context.values.get(root)
    blank = (n for n, item in enumerate(items if isinstance(items, list) else ()) if not filled(item.get(key)))
    return next((f"{root}[{n}].{key}" for n in blank), root)


def _value(path: str, context: Context) -> Any:
    value: Any = context.values
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value
