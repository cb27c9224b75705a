"""A finding stands at the box that is wrong: the failing condition, the item that breaks it, the branch taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.model import Field, Form

ROWS = Field("rows", "行", "list", fields={"kind": Field("kind", "種別", "string"), "on": Field("on", "日", "date")})
FIELDS = {name: Field(name, name, "string") for name in ("via", "post", "reason")} | {"rows": ROWS}
FORM = Form("small", "小票", "", 1, "test", (), frozenset(), FIELDS, (), {})


@pytest.mark.parametrize(
    ("source", "data", "paths"),
    [
        ('filled(via) && post == "署長" && filled(reason)', {"via": "課長", "post": "係長"}, ["post"]),
        ("filled(via) && (filled(post) || filled(reason))", {"via": "課長"}, ["post", "reason"]),
        ('!(mentions(via, "禁") || mentions(post, "禁"))', {"via": "可", "post": "禁"}, ["post"]),
        ('is_post(via, filled(post) ? ["署長"] : ["課長"])', {"via": "係長"}, ["via"]),
        ("filled(via) ? filled(post) : filled(reason)", {}, ["reason"]),
        (
            "rows.all(r, filled(r.kind) && filled(r.on))",
            {"rows": [{"kind": "a", "on": "b"}, {"kind": "a"}]},
            ["rows[1].on"],
        ),
        ('!rows.exists(r, r.kind == "x")', {"rows": [{"kind": "a"}, {"kind": "x"}]}, ["rows[1].kind"]),
        ("rows.exists(r, r.kind == via)", {"rows": [{"kind": "a"}], "via": "b"}, ["rows[].kind", "via", "rows"]),
    ],
)
def test_the_failing_part_is_named(source: str, data: dict[str, Any], paths: list[str]) -> None:
    """Of several conditions only the one that fails is blamed, and of a list only the item."""
    expression = OURS.expressions.compile(source, FORM)
    context = OURS.expressions.context(FORM, data, today=OURS.today())
    assert expression.judge(context) is False
    assert list(expression.blamed(context, {}).paths) == paths


def test_the_item_of_an_each_keeps_its_number() -> None:
    """A provision judged for every item blames that item's box."""
    expression = OURS.expressions.compile("filled(r.on) && filled(via)", FORM, ("r",))
    context = OURS.expressions.context(FORM, {"rows": [{"kind": "a"}]}, today=OURS.today())
    assert expression.blamed(context, {"r": "rows[0]"}, r=context.values["rows"][0]).paths == ("rows[0].on",)
