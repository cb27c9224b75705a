"""What takes more than a question to the database: deadlines against their history, closed months, numbers as they are printed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from forms.finish.pdf_text import pdf_pages
from ledger import contents, keys
from ledger.closing import closings
from ledger.deadlines import stored_of, wanted_of
from ledger.history import the_case, told_of
from ledger.invariants import Offence
from ledger.offices import profile_of
from ledger.papers import rows_of
from ledger.tables import case_file, paper
from ledger.tables.papers import ISSUED_STATES
from ledger.types import day_of
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from validators.rulebook import Rulebook

_PAGE = 100


def deadlines_stand(ledger: Ledger, rules: Rulebook) -> Iterator[Offence]:
    """Yield the cases whose deadlines fall on other days than their history says (D1), or where the law worked twice (D2).

    What only time has changed since the last tick is no offence, nor what another rulebook computed: the tick brings both up.
    """
    last = 0
    while True:
        with ledger.read() as connection:
            wanted = select(case_file.c.id).where(case_file.c.id > last, case_file.c.state != "destroyed")
            page = connection.scalars(wanted.order_by(case_file.c.id).limit(_PAGE)).all()
            for case_id in page:
                yield from _of_case(connection, ledger, rules, case_id)
        if len(page) < _PAGE:
            return
        last = page[-1]


def _of_case(connection: Connection, ledger: Ledger, rules: Rulebook, case_id: int) -> Iterator[Offence]:
    case = the_case(connection, case_id)
    if case is None:
        return
    told, today = told_of(connection, ledger, case_id), day_of(ledger.now())
    by_law = Counter((each.name, each.at[:10], str(sorted(each.facts.items()))) for each in told if each.law)
    if any(count > 1 for count in by_law.values()):
        yield Offence("D2", "法令だけで生じたことが、二度記録されています。", case.ref)
    stored = {key: row for key, row in stored_of(connection, case_id).items() if row.rulebook.hex() == rules.hash}
    profile = profile_of(connection, case.office_id, today)
    wanted = wanted_of(rules, told, date.fromisoformat(today), profile)
    if any(key in wanted and wanted[key].due_on != row.due_on for key, row in stored.items()):
        yield Offence("D1", "期限が、経過から計算し直した日と違います。", case.ref)


def months_stand(ledger: Ledger, rules: Rulebook) -> Iterator[Offence]:
    """Yield the closed months that show something else now (R1)."""
    for each in closings(ledger, rules):
        if each.state == "changed":
            yield Offence("R1", each.why, f"{each.register}/{each.office}/{each.month}")


def numbers_printed(ledger: Ledger) -> Iterator[Offence]:
    """Yield the papers in whose PDF the number they hold is not to be read (N2); every PDF is opened and read."""
    last = 0
    while True:
        held = (paper.c.id > last, paper.c.number_id.is_not(None), paper.c.state.in_(ISSUED_STATES))
        with ledger.read() as connection:
            ids = connection.scalars(select(paper.c.id).where(*held).order_by(paper.c.id).limit(_PAGE)).all()
            for row in rows_of(connection, paper.c.id.in_(ids)):
                files = contents.get_all(connection, keys.load(connection, ledger, row.key_id), row.id, row.ref)
                if "pdf" in files and _squeezed(row.number) not in _squeezed("".join(pdf_pages(files["pdf"]))):
                    yield Offence("N2", "紙面の番号が、台帳の番号と違います。", f"{row.ref}（{row.number}）")
        if len(ids) < _PAGE:
            return
        last = ids[-1]


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())
