"""Promise: of a file it is said which paper it is, whether a byte was changed, whether it comes out the same; what leaves is told."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pytest
from sqlalchemy import select

from forms.finish.pdf_text import pdf_pages
from ledger import keys, seal
from ledger.exporting import NoReceiverError, Receiver, export_paper, reprint
from ledger.issue import void_paper
from ledger.papers import newest
from ledger.tables import export
from ledger.verify import verify
from tests.ledger.issuing import fill, line, record

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor

COURT = Receiver("汐見地方裁判所", "求めによる提出")


def test_a_file_is_held_against_the_ledger(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    (row,) = newest(ledger)
    pdf = export_paper(ledger, actor, row.ref, COURT)["pdf"]
    found = verify(ledger, line().rules, actor, pdf)
    assert (found.paper, found.kind, found.unchanged, found.again, found.differs) == (row, "pdf", True, True, ())
    changed = pdf.replace(b"Yoshiki", b"Yoshika", 1)
    found = verify(ledger, line().rules, actor, changed)
    assert (found.paper, found.unchanged) == (row, False)
    assert verify(ledger, line().rules, actor, b"%PDF-1.7").paper is None


def test_a_file_that_was_saved_anew_is_known_and_a_void_paper_stands_no_more(ledger: Ledger, actor: Actor) -> None:
    """Encrypted, appended to, put behind another: known by its ref and never unchanged; what is void is said so, on its copies too."""
    fill(ledger, actor, record(1))
    (row,) = newest(ledger)
    pdf = export_paper(ledger, actor, row.ref, COURT)["pdf"]
    for options in ({"encryption": pikepdf.Encryption(owner="o", user="")}, {"recompress_flate": True}):
        saved = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as document:
            document.save(saved, **options)
        found = verify(ledger, line().rules, actor, saved.getvalue())
        assert (found.paper, found.unchanged, found.stands) == (row, False, False)
    for changed in (pdf + b"\n", b"%PDF-1.7\n" + pdf, pdf[:-1]):
        assert verify(ledger, line().rules, actor, changed).unchanged is False
    assert verify(ledger, line().rules, actor, pdf).stands
    void_paper(ledger, line().rules, actor, row.ref, "誤り")
    found = verify(ledger, line().rules, actor, pdf)
    assert (found.unchanged, found.stands) == (True, False)
    assert "無効" in "".join(pdf_pages(reprint(ledger, line().rules, actor, row.ref, COURT)))


def test_another_rulebook_is_named_where_it_differs(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    (row,) = newest(ledger)
    pdf = export_paper(ledger, actor, row.ref, COURT)["pdf"]
    found = verify(ledger, replace(line().rules, hash="00" * 32), actor, pdf)
    assert (found.again, found.differs) == (True, ("様式と条項の内容",))


def test_what_leaves_the_ledger_has_a_receiver_and_a_reprint_says_it_is_one(ledger: Ledger, actor: Actor) -> None:
    fill(ledger, actor, record(1))
    (row,) = newest(ledger)
    with pytest.raises(NoReceiverError):
        Receiver("", "閲覧")
    original = export_paper(ledger, actor, row.ref, COURT)["pdf"]
    copy = reprint(ledger, line().rules, actor, row.ref, COURT)
    assert copy != original
    assert verify(ledger, line().rules, actor, copy).unchanged is False
    with ledger.read() as connection:
        kept = connection.execute(select(export).order_by(export.c.id)).all()
        key = keys.load(connection, ledger, kept[0].key_id)
    assert [(each.what, each.person) for each in kept] == [("paper", actor.name), ("reprint", actor.name)]
    said = {"receiver": COURT.name, "purpose": COURT.purpose}
    assert [seal.open_(key, "export", each.ref, each.sealed) for each in kept] == [said, said]
