"""Promise: what a page or a call asks of the ledger does not grow with what lies in it: no table that grows is read through, no question is asked per row."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event as told_by
from sqlalchemy.engine import Engine

from ledger import approvals
from ledger.case_list import list_cases
from ledger.cases import CaseTold
from ledger.due import listed
from ledger.people import person_by_login
from ledger.search import find
from ledger.taking_over import take_over
from ledger.tick import tick
from ledger.types import Actor
from tests.api.signed_in import ACTOR, sign_in
from tests.ledger.issuing import line, record
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from ledger.engine import Ledger

STATION = "汐見県汐見警察署"
PAGES = (
    ("clerk", "/"),
    ("clerk", "/cases"),
    ("clerk", "/cases?state=closed"),
    ("clerk", "/deadlines"),
    ("clerk", "/deadlines/month"),
    ("clerk", "/drafts"),
    ("clerk", "/registers/case-command-register?month=2026-03"),
    ("clerk", "/handovers"),
    ("approver", "/approvals"),
    ("auditor", "/audit"),
    ("clerk", "/api/v1/cases"),
    ("clerk", "/api/v1/deadlines"),
)


@contextmanager
def heard() -> Iterator[list[str]]:
    """Give what is asked of a SQLite ledger meanwhile: each statement with the tables it reads through."""
    asked: list[str] = []

    def hear(connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: Any) -> None:
        if statement.startswith("SELECT"):
            raw = connection.connection.driver_connection.cursor()
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            asked.append(statement)
            read = {words.split()[1] for words in plan if words.startswith("SCAN") and "USING INDEX" not in words}
            assert not read & GROWS, (read, statement)

    told_by.listen(Engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        told_by.remove(Engine, "before_cursor_execute", hear)


GROWS = {"paper", "paper_rev", "case_file", "case_fact", "party", "party_name", "party_place", "token", "event", "deadline", "data_key", "artifact", "content", "number", "entry", "item", "audit", "finding", "confirmation", "approval"}  # fmt: skip


def add_cases(ledger: Ledger, count: int) -> str:
    """Keep so many cases more, each with an event and a deadline, and drafts; return the last case."""
    case, before = "", len(list_cases(ledger, "shiomi"))
    for n in range(before, before + count):
        told = CaseTold(
            "shiomi", "kanagawa-stalker", "2026-03-20", number=f"令8-{n}", facts={"applicant_name": "架空　澪"}
        )
        history = [{"on": "2026-03-20", "event": "request_received", "kind": "warning", "mode": "oral"}]
        case = take_over(ledger, OURS, ACTOR, told, history, although="別の申出").case.ref
        clerk = person_by_login(ledger, "clerk")
        by = Actor("係員", ref=clerk.ref if clerk else "")
        paper, _ = approvals.draft(ledger, line(name=STATION), by, record(n))
        if n % 2:
            approvals.check(ledger, line(name=STATION), by, paper)
    return case


@pytest.fixture
def browsers(app: Flask) -> dict[str, FlaskClient]:
    """Give a browser of each role that is asked."""
    return {role: sign_in(app, role) for role in ("clerk", "approver", "auditor")}


def test_pages_ask_as_much_of_many_rows_as_of_few_and_read_no_table_through(
    kept: Ledger, browsers: dict[str, FlaskClient]
) -> None:
    """With five times the cases, deadlines and drafts no page asks more questions, and each by an index."""
    asked: list[dict[str, int]] = []
    for count in (2, 8):
        add_cases(kept, count)
        asked.append({})
        for role, page in PAGES:
            browsers[role].get(page)
            with heard() as statements:
                assert browsers[role].get(page).status_code == 200
            asked[-1][page] = len(statements)
    assert {page: (asked[0][page], many) for page, many in asked[1].items() if many > asked[0][page]} == {}


def test_calls_read_no_table_through(kept: Ledger, browsers: dict[str, FlaskClient]) -> None:
    """A case's page, its deadlines, the search, the nightly tick: by an index, whatever lies beside."""
    case = add_cases(kept, 3)
    with heard():
        assert listed(kept, OURS, case=case)
        assert find(kept, ACTOR, "架空　澪")
        assert find(kept, ACTOR, "令8-1")
        assert browsers["clerk"].get(f"/cases/{case}").status_code == 200
        assert tick(kept, OURS).looked_at == 3
