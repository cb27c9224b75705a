"""A ledger with an office and cases, for the tests of what is kept in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledger import keys
from ledger.audit.types import KeyTaken
from ledger.cases import CaseFile, CaseTold, open_case
from ledger.tables import office
from ledger.types import Actor, new_ref
from ledger.write import write
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.write import Writing

CLERK = Actor("岸　みなみ", role="係長")
KIND = "kanagawa-stalker/warning"


def with_office(ledger: Ledger, code: str = "shiomi", name: str = "汐見県汐見警察署") -> str:
    """Keep an office and return its code."""

    def work(writing: Writing) -> None:
        key = keys.make(writing, ledger)
        writing.insert(office, ref=new_ref(), code=code, name=name, kind="station", key_id=key.id)
        writing.tell(KeyTaken(key="test"))

    write(ledger, CLERK, work)
    return code


def a_case(ledger: Ledger, number: str, facts: dict[str, Any] | None = None, **more: Any) -> CaseFile:
    """Open a case of the office `shiomi` whatever cases there are."""
    told = {"office": "shiomi", "kind": KIND, "opened_on": "2026-03-02", "number": number, "facts": facts or {}} | more
    although = told.pop("although", "別の申出")
    return open_case(ledger, OURS, CLERK, CaseTold(**told), although=although)
