"""What people call the cases, papers, people and keys that the audit names by refs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ledger.papers import rows_of
from ledger.people import all_people
from ledger.tables import api_key, case_file, office, paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger.engine import Ledger

_CASES, _PAPERS, _KEYS = ("case", "shown"), ("paper", "holder", "replaced_by"), ("key",)


def called(
    ledger: Ledger, told: Iterable[Mapping[str, Any]], *, office_code: str, titles: Mapping[str, str]
) -> dict[str, str]:
    """Return ref → name for what entries name: people, keys; of one office the numbers of cases, the titles and numbers of papers."""
    every = list(told)
    own = office.c.code == office_code
    labels = select(api_key.c.ref, api_key.c.label).where(api_key.c.ref.in_(_refs(every, _KEYS)))
    with ledger.read() as connection:
        wanted = select(case_file.c.ref, case_file.c.number).join(office)
        numbered = connection.execute(wanted.where(case_file.c.ref.in_(_refs(every, _CASES)), own))
        names = {ref: number or "番号のない事案" for ref, number in numbered}
        for row in rows_of(connection, paper.c.ref.in_(_refs(every, _PAPERS))):
            if row.office_code == office_code:  # asked of the database, it would look through all the office's papers
                names[row.ref] = f"{titles.get(row.form, row.form)}{f'（{row.number}）' if row.number else ''}"
        names |= {row.ref: row.label for row in connection.execute(labels)}
    return names | {each.ref: each.name for each in all_people(ledger)}


def _refs(told: Iterable[Mapping[str, Any]], fields: Iterable[str]) -> set[str]:
    values = [each[name] for each in told for name in fields if each.get(name)]
    return {ref for value in values for ref in (value if isinstance(value, list) else [value])}
