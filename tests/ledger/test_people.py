"""People who sign in and keys of other systems: found in any width, sealed, locked after failures, ended on their day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ledger import people
from ledger.api_keys import all_api_keys, key_of, make_api_key, revoke_api_key
from ledger.offices import save_office
from ledger.tables import audit, person
from ledger.types import Instant, instant
from validators.errors import InputError

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor

STATION = "shiomi"
LATER = instant(datetime(2027, 3, 31))  # noqa: DTZ001 - Japanese time


@pytest.fixture
def clerk(ledger: Ledger, actor: Actor) -> str:
    """Add a clerk of a station."""
    save_office(ledger, actor, STATION, "汐見県汐見警察署", kind="station", told={}, from_on="2026-04-01")
    who = people.add_person(ledger, actor, "minato", "湊　ひろみ", argon2="$hash", post="係員")
    people.give_role(ledger, actor, who, "clerk", STATION)
    return who


def test_a_person_is_found_in_any_width_and_taken_once(ledger: Ledger, actor: Actor, clerk: str) -> None:
    found = people.person_by_login(ledger, " ＭＩＮＡＴＯ ")
    assert found is not None
    assert (found.ref, found.name, found.once, found.offices("clerk")) == (
        clerk,
        "湊　ひろみ",
        True,
        frozenset({STATION}),
    )
    assert people.person_by_login(ledger, "misaki") is None
    with pytest.raises(InputError, match="利用者がいます"):
        people.add_person(ledger, actor, "Minato", "岬　太郎", argon2="$hash")


def test_a_password_set_is_no_longer_for_once(ledger: Ledger, actor: Actor, clerk: str) -> None:
    people.set_password(ledger, actor, clerk, "$other")
    people.set_second_factor(ledger, actor, clerk, "SECRET")
    found = people.person_by_ref(ledger, clerk)
    assert found is not None
    assert (found.argon2, found.once, found.totp) == ("$other", False, "SECRET")


def test_the_fifth_failure_locks_and_a_sign_in_forgets(ledger: Ledger, actor: Actor, clerk: str) -> None:
    for _ in range(people.FAILURES - 1):
        people.sign_in_failed(ledger, actor, clerk)
    people.signed_in(ledger, actor, clerk)
    for _ in range(people.FAILURES - 1):
        people.sign_in_failed(ledger, actor, clerk)
    assert (found := people.person_by_ref(ledger, clerk))
    assert found.locked_until is None
    people.sign_in_failed(ledger, actor, clerk)
    assert (found := people.person_by_ref(ledger, clerk))
    assert found.locked_until == ledger.now() + people.LOCKED_SECONDS * 1_000_000
    people.unlock(ledger, actor, clerk)
    assert (found := people.person_by_ref(ledger, clerk))
    assert found.locked_until is None
    people.sign_in_failed(ledger, actor, None)


def test_a_role_ends_on_its_day_or_before(ledger: Ledger, actor: Actor, clerk: str) -> None:
    people.give_role(ledger, actor, clerk, "approver", STATION, until=LATER)
    found = people.person_by_ref(ledger, clerk)
    assert found is not None
    assert [(held.role, held.until) for held in found.roles] == [("clerk", None), ("approver", LATER)]
    people.end_role(ledger, actor, clerk, found.roles[0].id)
    assert (after := people.person_by_ref(ledger, clerk))
    assert [held.role for held in after.roles] == ["approver"]
    with pytest.raises(InputError, match="終わっています"):
        people.end_role(ledger, actor, clerk, found.roles[0].id)
    with pytest.raises(InputError, match="役割はありません"):
        people.give_role(ledger, actor, clerk, "chief", STATION)
    with pytest.raises(InputError, match="後にして"):
        people.give_role(ledger, actor, clerk, "clerk", STATION, until=ledger.now())


def test_no_name_stands_in_the_chain_nor_a_login_in_the_row(ledger: Ledger, actor: Actor, clerk: str) -> None:
    people.sign_in_failed(ledger, actor, clerk)
    with ledger.read() as connection:
        told = b"".join(connection.scalars(select(audit.c.body)))
        code = connection.scalar(select(person.c.login_mac))
    assert "湊".encode() not in told
    assert b"minato" not in told + (code or b"")


def test_a_key_opens_until_it_ends_or_is_revoked(ledger: Ledger, actor: Actor, clerk: str) -> None:
    ref, secret = make_api_key(ledger, actor, "相談システム", STATION, ["forms", "papers"], until=LATER)
    found = key_of(ledger, secret)
    assert found is not None
    assert (found.ref, found.office, found.scopes) == (ref, STATION, frozenset({"forms", "papers"}))
    assert key_of(ledger, secret + "x") is None
    assert not found.living(Instant(LATER + 1))
    revoke_api_key(ledger, actor, ref)
    assert key_of(ledger, secret) is None
    assert [each.revoked_at for each in all_api_keys(ledger)] == [ledger.now()]
    with pytest.raises(InputError, match="取り消されて"):
        revoke_api_key(ledger, actor, ref)
    with pytest.raises(InputError, match="できること"):
        make_api_key(ledger, actor, "相談システム", STATION, ["all"], until=LATER)
    assert clerk
