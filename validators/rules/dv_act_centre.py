"""Checks of what support centres and police offices answer a court (DV Act 14(2), (3))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from validators.rules.shared import in_order

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
