"""Ask whether everything that is always so is so, and name each row for which it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from ledger.audit.verify import verify_ledger
from ledger.contents import scrub
from ledger.deadlines_stand import deadlines_stand
from ledger.invariants import INVARIANTS, Offence
from ledger.standing import months_stand, numbers_printed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from validators.rulebook import Rulebook

CODES = {
    "F": "データベースのファイルが壊れていない",
    "P1": "発行した文書に、行、ファイル、経過、記録が揃っている",
    "P2": "決裁を要する文書は、決裁されたとおりに発行されている",
    "N1": "番号は、始めから順に一つずつある",
    "N2": "紙面の番号は、台帳の番号である",
    "N3": "後の番号の日付は、前の番号の日付より前でない",
    "N4": "番号は消えず、欠番には理由がある",
    "E1": "事実、出来事、記入は、上書きされず置き換えられている",
    "D1": "期限は、経過から計算し直したとおりで、消えていない",
    "D2": "法令だけで生じることは、一度だけ記録されている",
    "A1": "すべての変更が監査の鎖にある",
    "B1": "一括処理の行の結果は一つである",
    "B2": "同じ依頼には同じ答えがある",
    "H1": "引継ぎの写しは、終わりとともに消えている",
    "R1": "締めた月と訂正は、帳簿のとおりである",
    "K1": "鍵があれば、個人の値はすべて封をされている",
    "K2": "廃棄した事案は、鍵とともに消えている",
}


def check_ledger(ledger: Ledger, rules: Rulebook | None = None, *, pdf: bool = False) -> list[Offence]:
    """Return every offence, in the order of the codes; nothing is written.

    With a rulebook deadlines and closed months are computed again, with `pdf` every issued PDF is read.
    """
    with ledger.read() as connection:
        found = [*_file(ledger, connection), *asked(connection)]
    chain = verify_ledger(ledger)
    found += [Offence("A1", each.message, each.where or f"第{each.seq}号") for each in chain.breaks]
    if rules is not None:
        found += [*deadlines_stand(ledger, rules), *months_stand(ledger, rules)]
    if pdf:
        found += numbers_printed(ledger)
    order = list(CODES)
    return sorted(found, key=lambda each: order.index(each.code))


def scrub_ledger(ledger: Ledger) -> list[Offence]:
    """Read every stored byte and return the files that are no longer what was stored; no key is needed."""
    return [Offence("P1", "ファイルが、書かれたときと違います。", where) for where in scrub(ledger)]


def asked(connection: Connection) -> Iterator[Offence]:
    """Ask every invariant of a state of the database."""
    for rule in INVARIANTS:
        for where in connection.execute(rule.offenders).scalars():
            yield Offence(rule.code, rule.says, str(where))


def _file(ledger: Ledger, connection: Connection) -> Iterator[Offence]:
    """Ask SQLite whether its file is whole and every reference has its row; PostgreSQL answers for itself."""
    if ledger.folder is None:
        if connection.scalar(text("SHOW fsync")) == "off":
            yield Offence("F", "サーバが書込みを装置まで届けない設定です（fsync = off）。", ledger.place)
        return
    for told in connection.execute(text("PRAGMA quick_check")).scalars():
        if told != "ok":
            yield Offence("F", "ファイルが壊れています。", str(told))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Offence("F", "指している行がありません。", f"{row[0]}/{row[1]}")
