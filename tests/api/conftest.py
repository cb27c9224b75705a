"""The service with people, for the tests of what signed-in people and keys reach."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api import create_app
from ledger import people
from ledger.engine import open_ledger
from ledger.offices import save_office
from tests.api.signed_in import ACTOR, Clock, add
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from ledger.engine import Ledger


@pytest.fixture
def clock() -> Clock:
    """Give the ledger's clock."""
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """Give a ledger with two stations and a person of each role in the first, a clerk in the other."""
    with open_ledger(tmp_path / "ledger", clock=clock) as opened:
        for code, name in (("shiomi", "汐見県汐見警察署"), ("todai", "汐見県灯台警察署")):
            save_office(opened, ACTOR, code, name, kind="station", told={"name": name}, from_on="2026-04-01")
        for role in people.ROLES:
            add(opened, role, "shiomi")
        add(opened, "clerk", "todai", login="other")
        yield opened


@pytest.fixture
def app(kept: Ledger, clock: Clock) -> Flask:
    """Give the service with people; its rulebook and its ledger go by one clock."""
    return create_app(rules=replace(OURS, clock=clock), trust_host=True, ledger=kept)
