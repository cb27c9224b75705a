"""Every provision gets the verdict that the CEL package gives, on its examples and with each of their values left out."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from tests.rulebooks import OURS
from validators.expressions.compiled import (
    BrokenExpressionError,
    Expression,
    total_item,
)
from validators.linting.examples import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validators.definitions.clauses import Clause
    from validators.expressions.compiled import Context
    from validators.model import Field, Form

ENTRIES = [clause for clause in OURS.clauses.entries.values() if clause.require]


def _records(clause: Clause) -> Iterator[dict[str, Any]]:
    for group in clause.examples.values():
        for record in group:
            yield record
            for name in record:
                yield {key: value for key, value in record.items() if key != name}


def _verdict(judge: Callable[..., bool | None], context: Context, bound: dict[str, Any]) -> bool | str | None:
    try:
        return judge(context, **bound)
    except BrokenExpressionError:
        return "broken"


def _bound(clause: Clause, form: Form, data: dict[str, Any]) -> list[dict[str, Any]]:
    if not clause.each_item:
        return [{}]
    declared: Field = form.fields[clause.each_in]
    items = data.get(clause.each_in) or []
    return [{clause.each_item: total_item(declared, item) if declared.fields else item} for item in items]


@pytest.mark.parametrize("clause", ENTRIES, ids=lambda clause: clause.id)
def test_verdicts_are_those_of_cel(clause: Clause) -> None:
    form = stand_in(clause, OURS.reference.constants(), [group for kind in clause.examples.values() for group in kind])
    variables = (clause.each_item,) if clause.each_item else ()
    compiled: list[Expression] = [OURS.expressions.compile(clause.require, form, variables)]
    if clause.when:
        compiled.append(OURS.expressions.compile(clause.when, form, variables))
    judged = 0
    for data in _records(clause):
        for absent in (False, True) if clause.scope == "case" else (False,):
            context = OURS.expressions.context(
                form, data, today=OURS.today(), papers=data.get("papers") or {}, absent=absent
            )
            for bound, expression in product(_bound(clause, form, data), compiled):
                mine = _verdict(expression.judge, context, bound)
                assert mine == _verdict(expression.judge_by_cel, context, bound), expression.source
                judged += 1
    assert judged
