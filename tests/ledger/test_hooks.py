"""Promise: on both databases the outbox is written with what happened, a key that is exchanged opens it, and the chain holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger import events
from ledger.audit.verify import verify_ledger
from ledger.engine import open_ledger
from ledger.hooks import all_hooks, due_now, end_hook, given_up, make_hook, prune, tried
from ledger.keys import new_line, read_ring
from ledger.rotation import rotate
from tests.ledger.conftest import NOW
from tests.ledger.kept_cases import a_case, with_office
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.types import Actor

URL = "https://soudan.shiomi.example/in"
EVENT = {"on": "2026-03-20", "event": "request_received", "kind": "warning"}


def test_what_waits_is_written_with_what_happened(ledger: Ledger, actor: Actor) -> None:
    office = with_office(ledger)
    ref = make_hook(ledger, actor, label="相談システム", office_code=office, kinds=["event.told"], url=URL)
    case = a_case(ledger, "令8-1").ref
    assert due_now(ledger, 10) == []
    for _ in range(2):
        events.tell(ledger, OURS, actor, case, EVENT)
    first, second = due_now(ledger, 10)
    assert (first.url, first.tries, first.hook) == (URL, 1, ref)
    assert tried(ledger, actor, first, "204", taken=True) == "sent"
    assert tried(ledger, actor, second, "500", taken=False) == "waiting"
    assert due_now(ledger, 10) == []
    end_hook(ledger, actor, ref)
    (lost,) = given_up(ledger)
    assert lost.outcome == "ended"
    assert prune(ledger, actor) == 0
    assert all_hooks(ledger)[0].waiting == 0


def test_a_key_that_is_exchanged_opens_its_address(place: Path | str, actor: Actor) -> None:
    with open_ledger(place, clock=lambda: NOW) as ledger:
        make_hook(ledger, actor, label="相談", office_code=with_office(ledger), kinds=["event.told"], url=URL)
        before = all_hooks(ledger)
    with open_ledger(place, clock=lambda: NOW, master=read_ring(new_line("next"))) as ledger:
        rotate(ledger, actor, data=True)
        assert all_hooks(ledger) == before
        assert verify_ledger(ledger).sound
