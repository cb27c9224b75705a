"""The people who sign in: what is kept of them, sealed; their roles in offices, with the day each ends.

A login is kept as a keyed code, to be found by, and sealed with the rest, to be read by administrators. What is no more
(a role that ended) stays and is not counted. Passwords come hashed; nothing here knows one.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, or_, select, update

from ledger import keys, seal
from ledger.audit.people_events import (
    OutsideNamed,
    PasswordSet,
    PersonAdded,
    PersonUnlocked,
    RoleEnded,
    RoleGiven,
    SecondFactorSet,
    SignedIn,
    SignInFailed,
)
from ledger.cases import office_named
from ledger.tables import office, person, role, the_ledger
from ledger.types import Instant, new_ref
from ledger.write import write
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from ledger.audit.types import Audited
    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.types import Actor
    from ledger.write import Writing

ROLES: Final[dict[str, str]] = {
    "clerk": "担当者",
    "approver": "決裁者",
    "supervisor": "監督者",
    "auditor": "監査者",
    "administrator": "管理者",
}
FAILURES: Final = 5  # sign-ins that may fail in a row
LOCKED_SECONDS: Final = 15 * 60
_SECOND = 1_000_000  # microseconds
_LOGIN = b"yoshiki-login/1"


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role in an office that is in force; `until` where it is an exception that ends."""

    id: int
    role: str
    office: str
    office_name: str
    until: Instant | None


@dataclass(frozen=True, slots=True)
class PersonKept:
    """A person who may sign in. `once`: the password opens the door to setting another alone; `totp`: the second factor's secret.

    `outside`: the name by which a provider of the office knows them (issuer, claim, value); blank: none does.
    """

    ref: str
    login: str
    name: str
    post: str
    argon2: str
    once: bool
    totp: str
    locked_until: Instant | None
    outside: str = ""
    roles: tuple[RoleHeld, ...] = ()

    def offices(self, *wanted: str) -> frozenset[str]:
        """Return the codes of the offices where the person has one of the roles; of any role where none is named."""
        return frozenset(held.office for held in self.roles if not wanted or held.role in wanted)

    def has(self, *wanted: str) -> bool:
        """Return whether the person has one of the roles anywhere."""
        return bool(self.offices(*wanted))


def has_people(ledger: Ledger) -> bool:
    """Return whether anybody may sign in."""
    with ledger.read() as connection:
        return connection.scalar(select(person.c.id).limit(1)) is not None


def add_person(ledger: Ledger, actor: Actor, login: str, name: str, *, argon2: str, post: str = "") -> str:
    """Add a person whose first password is for once; return the ref. Raises InputError: blank, or the login is taken."""
    if not login.strip() or not name.strip():
        raise InputError("利用者の名前（サインインに使うもの）と氏名を書いてください。")

    def work(writing: Writing) -> str:
        code = _code(_ledger_key(writing, ledger), login)
        if writing.execute(select(person.c.id).where(person.c.login_mac == code)).first():
            raise InputError("その名前（サインインに使うもの）の利用者がいます。", action="別の名前にしてください。")
        key, ref = keys.make(writing, ledger), new_ref()
        told = {"login": login.strip(), "name": name.strip(), "post": post.strip(), "totp": "", "once": True}
        sealed = seal.close(key, "person", ref, told)
        writing.insert(person, ref=ref, login_mac=code, key_id=key.id, argon2=argon2, sealed=sealed)
        writing.tell(PersonAdded(who=ref))
        return ref

    return write(ledger, actor, work)


def person_by_login(ledger: Ledger, login: str) -> PersonKept | None:
    """Return the person of a login, however its letters are wide; None when there is none."""
    with ledger.read() as connection:
        key_id = connection.scalar(select(the_ledger.c.key_id))
        if key_id is None:
            return None
        code = _code(keys.load(connection, ledger, key_id), login)
        found = _opened(connection, ledger, person.c.login_mac == code)
        return found[0] if found else None


def person_by_ref(ledger: Ledger, ref: str) -> PersonKept | None:
    """Return a person with the roles in force now; None when there is none."""
    with ledger.read() as connection:
        found = _opened(connection, ledger, person.c.ref == ref)
        return found[0] if found else None


def person_by_outside(ledger: Ledger, name: str) -> PersonKept | None:
    """Return the one person whom a provider knows by a name; None when there is none."""
    found = [each for each in all_people(ledger) if name and each.outside == name]
    return found[0] if len(found) == 1 else None


def all_people(ledger: Ledger) -> list[PersonKept]:
    """Return everybody who may sign in, in the order they were added."""
    with ledger.read() as connection:
        return _opened(connection, ledger, person.c.id > 0)


def set_password(ledger: Ledger, actor: Actor, who: str, argon2: str, *, once: bool = False) -> None:
    """Set a password; `once`: it opens the door to setting another alone."""
    _change(ledger, actor, who, {"once": once}, PasswordSet(who=who, once=once), argon2=argon2)


def set_second_factor(ledger: Ledger, actor: Actor, who: str, secret: str) -> None:
    """Set up the second factor, or take it away (blank)."""
    _change(ledger, actor, who, {"totp": secret}, SecondFactorSet(who=who, on=bool(secret)))


def name_outside(ledger: Ledger, actor: Actor, who: str, name: str) -> None:
    """Keep the name by which a provider knows a person (blank: none does). Raises InputError where it is another's."""
    if name and any(each.outside == name and each.ref != who for each in all_people(ledger)):
        raise InputError("その名前は、ほかの利用者のものです。", action="確かめて、書き直してください。")
    _change(ledger, actor, who, {"outside": name}, OutsideNamed(who=who, on=bool(name)))


def unlock(ledger: Ledger, actor: Actor, who: str) -> None:
    """Take off the lock after failed sign-ins."""

    def work(writing: Writing) -> None:
        writing.execute(update(person).where(person.c.ref == who).values(failed=0, locked_until_at=None))
        writing.tell(PersonUnlocked(who=who))

    write(ledger, actor, work)


def sign_in_failed(ledger: Ledger, actor: Actor, who: str | None) -> None:
    """Record a failed sign-in; the fifth in a row locks the person's door for a quarter of an hour."""

    def work(writing: Writing) -> None:
        found = select(person.c.failed).where(person.c.ref == who).with_for_update()
        failed = (writing.execute(found).scalar() or 0) + 1
        locked = who is not None and failed >= FAILURES
        if who is not None:
            until = Instant(writing.now + LOCKED_SECONDS * _SECOND) if locked else None
            values = {"failed": 0 if locked else failed, "locked_until_at": until}
            writing.execute(update(person).where(person.c.ref == who).values(**values))
        writing.tell(SignInFailed(who=who, locked=locked))

    write(ledger, actor, work)


def signed_in(ledger: Ledger, actor: Actor, who: str, *, way: str | None = None) -> None:
    """Record a sign-in (`way`: provider, not by a password of ours); earlier failures are forgotten."""

    def work(writing: Writing) -> None:
        writing.execute(update(person).where(person.c.ref == who).values(failed=0, locked_until_at=None))
        writing.tell(SignedIn(who=who, way=way))

    write(ledger, actor, work)


def give_role(
    ledger: Ledger, actor: Actor, who: str, wanted: str, office_code: str, *, until: Instant | None = None
) -> None:
    """Give a role in an office, until a moment where it is an exception. Raises InputError: no such role, office or person."""
    if wanted not in ROLES:
        raise InputError(f"「{wanted}」という役割はありません。", action=f"使えるもの: {'、'.join(ROLES)}")

    def work(writing: Writing) -> None:
        row = writing.execute(select(person.c.id).where(person.c.ref == who)).scalar()
        if row is None:
            raise InputError("その利用者はいません。")
        if until is not None and until <= writing.now:
            raise InputError("役割の終わりの日は、きょうより後にしてください。")
        place = office_named(writing.connection, office_code)
        values = {"role": wanted, "office_id": place, "from_at": writing.now, "until_at": until}
        writing.execute(insert(role).values(person_id=row, **values))
        writing.tell(RoleGiven(who=who, role=wanted, office=office_code, until=until))

    write(ledger, actor, work)


def end_role(ledger: Ledger, actor: Actor, who: str, held: int) -> None:
    """End a role now. Raises InputError where it is not one of the person's in force."""

    def work(writing: Writing) -> None:
        kept = next(
            (each for each in _roles(writing.connection, writing.now, [who]).get(who, ()) if each.id == held), None
        )
        if kept is None:
            raise InputError("その役割は、もう終わっています。")
        writing.execute(update(role).where(role.c.id == held).values(until_at=writing.now))
        writing.tell(RoleEnded(who=who, role=kept.role, office=kept.office))

    write(ledger, actor, work)


# ---- rows -------------------------------------------------------------------------------------------------------------


def _change(ledger: Ledger, actor: Actor, who: str, new: dict[str, Any], event: Audited, **plain: Any) -> None:
    def work(writing: Writing) -> None:
        row = writing.execute(select(person).where(person.c.ref == who).with_for_update()).one_or_none()
        if row is None:
            raise InputError("その利用者はいません。")
        key = keys.load(writing.connection, ledger, row.key_id)
        sealed = seal.close(key, "person", who, seal.open_(key, "person", who, row.sealed) | new)
        writing.execute(update(person).where(person.c.ref == who).values(sealed=sealed, **plain))
        writing.witness("person", who, sealed)
        writing.tell(event)

    write(ledger, actor, work)


def _opened(connection: Connection, ledger: Ledger, which: Any) -> list[PersonKept]:
    rows = connection.execute(select(person).where(which).order_by(person.c.id)).all()
    opened = keys.load_all(connection, ledger, [row.key_id for row in rows])
    people = [_kept(row, opened[row.key_id]) for row in rows]
    held = _roles(connection, ledger.now(), [each.ref for each in people])
    return [replace(each, roles=held.get(each.ref, ())) for each in people]


def _kept(row: Row[Any], key: DataKey) -> PersonKept:
    told = seal.open_(key, "person", row.ref, row.sealed)
    return PersonKept(ref=row.ref, argon2=row.argon2, locked_until=row.locked_until_at, **told)


def _roles(connection: Connection, now: Instant, refs: Sequence[str]) -> dict[str, tuple[RoleHeld, ...]]:
    wanted = (
        select(person.c.ref, role.c.id, role.c.role, office.c.code, office.c.name, role.c.until_at)
        .join(person, role.c.person_id == person.c.id)
        .join(office, role.c.office_id == office.c.id)
        .where(person.c.ref.in_(refs), role.c.from_at <= now, or_(role.c.until_at.is_(None), role.c.until_at > now))
        .order_by(role.c.id)
    )
    held: dict[str, tuple[RoleHeld, ...]] = {}
    for ref, *rest in connection.execute(wanted):
        held[ref] = (*held.get(ref, ()), RoleHeld(*rest))
    return held


def renew_logins(writing: Writing, ledger: Ledger) -> None:
    """Make the codes that people are known by at signing in anew, when the ledger's own key was exchanged."""
    key = _ledger_key(writing, ledger)
    for each in _opened(writing.connection, ledger, person.c.id.is_not(None)):
        writing.execute(update(person).where(person.c.ref == each.ref).values(login_mac=_code(key, each.login)))


def _ledger_key(writing: Writing, ledger: Ledger) -> DataKey:
    """Return the ledger's own data key, made the first time."""
    key_id = writing.connection.scalar(select(the_ledger.c.key_id))
    if key_id is not None:
        return keys.load(writing.connection, ledger, key_id)
    key = keys.make(writing, ledger)
    writing.execute(update(the_ledger).values(key_id=key.id))
    return key


def _code(key: DataKey, login: str) -> bytes:
    folded = unicodedata.normalize("NFKC", login).strip().casefold()
    return hmac.digest(key.derived(_LOGIN), folded.encode(), "sha256")
