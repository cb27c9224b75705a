"""What takes more than a question to the database: closed months, numbers as they are printed (deadlines: deadlines_stand.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forms.finish.pdf_text import pdf_pages
from ledger import contents, keys
from ledger.closing import closings
from ledger.invariants import Offence
from ledger.papers import rows_of
from ledger.tables import paper
from ledger.tables.papers import ISSUED_STATES
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.engine import Ledger
    from validators.rulebook import Rulebook

_PAGE = 100


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
