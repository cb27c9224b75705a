"""Keep cases: open one, find it again by ref or number, know who it is about.

A case's `kind` is a source, or one of its matters: `kanagawa-stalker` or `kanagawa-stalker/warning`. What is personal of it
lies under its own data key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from forms.entry.reading.batch import Fault
from forms.entry.reading.values import id_text
from ledger import keys, seal
from ledger.audit.case_events import CaseOpened
from ledger.case_secrets import require_discreet
from ledger.facts import enter_facts, read_facts
from ledger.parties import enter_party
from ledger.search import Alike, alike
from ledger.tables import case_file, office
from ledger.types import LedgerError, must_have_come, new_ref
from ledger.write import write
from validators.errors import ExitCode, InputError
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.facts import FactValue
    from ledger.keys import DataKey
    from ledger.persons import PartyTold
    from ledger.types import Actor
    from ledger.write import Writing
    from validators.definitions.source import Matter
    from validators.rulebook import Rulebook

IS_CLOSED = "この事案は終結しています。"
REOPEN_IT = "続けるときは、再開してから加えてください（yoshiki case reopen）。"
_MOST_NAMED = 5  # cases with the same people that a message names


class AlikeError(LedgerError):
    """There are cases with the same people; `alike` tells which, and by what."""

    code = "alike"
    http_status = 409
    exit_code = ExitCode.FINDINGS

    def __init__(self, found: Sequence[Alike]) -> None:
        told = "\n".join(f"  {each.shown()}" for each in found[:_MOST_NAMED])
        more = f"\n  ほか{len(found) - _MOST_NAMED}件" if len(found) > _MOST_NAMED else ""
        super().__init__(
            f"同じ人と思われる事案が{len(found)}件あります。\n{told}{more}",
            action="同じ事案なら、そちらに加えてください。別の事案として作るときは、理由を添えてください。",
        )
        self.alike = tuple(found)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as it stands; `version` goes up with every change of it."""

    id: int
    ref: str
    office_id: int
    office: str
    number: str
    kind: str
    state: str
    version: int
    opened_on: str
    closed_on: str
    title: str
    key: DataKey = field(repr=False)

    @property
    def authority(self) -> str:
        """Return the source the case is under."""
        return self.kind.partition("/")[0]

    def shown(self) -> str:
        """Return how people call it: by its number, else by its ref."""
        return self.number or self.ref


@dataclass(frozen=True, slots=True)
class CaseTold:
    """What a case is opened with. `facts` are named as forms name them, values as a person writes them."""

    office: str
    kind: str
    opened_on: str
    number: str = ""
    title: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    parties: Sequence[PartyTold] = ()


def open_case(ledger: Ledger, rules: Rulebook, actor: Actor, told: CaseTold, *, although: str = "") -> CaseFile:
    """Open a case. Raises AlikeError where the same people have one and nobody said why there is to be another (`although`).

    Raises InputError: unknown office, kind or fact, a value that cannot be read, a day to come, a number that is taken or tells
    who the case is about.
    """
    values = facts_told(rules, told)
    return write(ledger, actor, lambda writing: open_within(writing, ledger, rules, told, values, although=although))


def facts_told(rules: Rulebook, told: CaseTold) -> Mapping[str, FactValue]:
    """Read what a case is opened with. Raises InputError: an unknown kind or fact, what cannot be read."""
    matter_of(rules, told.kind)
    if isinstance(number := id_text(told.number), Fault):
        raise InputError(number.message)
    return read_facts(rules, told.kind, told.facts)


def open_within(
    writing: Writing,
    ledger: Ledger,
    rules: Rulebook,
    told: CaseTold,
    values: Mapping[str, FactValue],
    *,
    although: str,
) -> CaseFile:
    """Open a case within a write, with the facts that were read of it (`facts_told`). Raises as `open_case`."""
    connection = writing.connection
    must_have_come(told.opened_on, writing.now, "事案")
    office_id = office_named(connection, told.office)
    if told.number and _numbered(connection, told.number, office_id):
        raise InputError(f"「{told.number}」という番号の事案は、すでにあります。", action="番号を確かめてください。")
    key, ref = keys.make(writing, ledger), new_ref()
    content = {"title": told.title} | ({"although": although} if although else {})
    case_id = writing.insert(
        case_file,
        ref=ref,
        office_id=office_id,
        number=told.number or None,
        number_key=case_key(told.number) or None,
        kind=told.kind,
        state="open",
        version=1,
        opened_on=told.opened_on,
        key_id=key.id,
        sealed=seal.close(key, "case_file", ref, content),
    )
    made = CaseFile(
        case_id, ref, office_id, told.office, told.number, told.kind, "open", 1, told.opened_on, "", told.title, key
    )
    enter_facts(writing, ledger, made, values, day=told.opened_on, origin="person")
    for each in told.parties:
        enter_party(writing, ledger, made, each)
    if told.number:  # stands in clear, in calendars and mails too
        require_discreet(connection, ledger, rules, made, told.number, what="事案番号")
    found = alike(connection, ledger, made)
    if found and not although.strip():
        raise AlikeError(found)
    refs = tuple(dict.fromkeys(each.case for each in found))
    writing.tell(CaseOpened(case=ref, kind=told.kind, day=told.opened_on, alike=refs))
    return made


def case_named(
    connection: Connection, ledger: Ledger, name: str, *, lock: bool = False, office_code: str = ""
) -> CaseFile:
    """Return the case of a ref, else of a number in any spelling (`office_code`: of that office alone); `lock` its row for a change.

    Raises InputError. A number that is written like another case's ref does not hide that case.
    """
    called = or_(case_file.c.ref == name, case_file.c.number_key == case_key(name))
    own = (office.c.code == office_code,) if office_code else ()
    return _case(connection, ledger, and_(called, *own), name, lock=lock)


def case_of(connection: Connection, ledger: Ledger, case_id: int, *, lock: bool = False) -> CaseFile:
    """Return a case by its id; `lock` its row for a change."""
    return _case(connection, ledger, case_file.c.id == case_id, "", lock=lock)


def _case(connection: Connection, ledger: Ledger, which: Any, ref: str, *, lock: bool) -> CaseFile:
    heads = select(case_file, office.c.code).join(office, office.c.id == case_file.c.office_id)
    wanted = heads.where(which).order_by(case_file.c.ref != ref)
    rows = connection.execute(wanted.with_for_update(of=case_file) if lock else wanted.limit(2)).all()
    if not rows:
        raise InputError("この番号の事案はありません。", action="yoshiki case search で探せます。")
    if len(rows) > 1 and rows[0].ref != ref:
        raise InputError("この番号の事案が、いくつかの所属にあります。", action="事案の ref で指定してください。")
    row = rows[0]
    if row.state == "destroyed":
        raise keys.ShreddedError("この事案は廃棄されています。", action="廃棄の証明で確かめられます。")
    key = keys.load(connection, ledger, row.key_id)
    title = seal.open_(key, "case_file", row.ref, row.sealed).get("title", "")
    return CaseFile(
        row.id,
        row.ref,
        row.office_id,
        row.code,
        row.number or "",
        row.kind,
        row.state,
        row.version,
        row.opened_on,
        row.closed_on or "",
        title,
        key,
    )


def changed(writing: Writing, case: CaseFile) -> None:
    """Count a change of the case: who judged it before judges it again."""
    writing.execute(update(case_file).where(case_file.c.id == case.id).values(version=case_file.c.version + 1))


@lru_cache(maxsize=64)
def matter_of(rules: Rulebook, kind: str) -> Matter | None:
    """Return the matter of a case's kind, None where it names a source alone. Raises InputError for what is neither."""
    authority, slash, name = kind.partition("/")
    if slash:
        return rules.catalogue.matter(authority, name)
    if authority not in {each.slug for each in rules.catalogue.sources()}:
        known = "、".join(each.slug for each in rules.catalogue.sources())
        raise InputError(
            f"「{kind}」という種類の事案はありません。", action=f"出典（{known}）か、出典/事案の種類です。"
        )
    return None


def office_named(connection: Connection, code: str) -> int:
    """Return the id of an office by its code. Raises InputError."""
    found = connection.scalar(select(office.c.id).where(office.c.code == code))
    if found is None:
        raise InputError(f"「{code}」という所属が台帳にありません。", action="yoshiki office add で加えてください。")
    return int(found)


def _numbered(connection: Connection, number: str, office_id: int) -> bool:
    same = (case_file.c.number_key == case_key(number), case_file.c.office_id == office_id)
    return connection.scalar(select(case_file.c.id).where(*same).limit(1)) is not None
