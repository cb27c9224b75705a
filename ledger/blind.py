"""Find sealed values again without opening them: keyed tokens of what names, numbers and places are folded to.

A token is 8 bytes of HMAC-SHA-256 under a key of its kind; equal values give equal tokens, whatever their notation, and
nothing tells the value. Whoever has the file without the key still sees which parties share a value. Hits are opened and
compared before they are shown, so a token that two values share by chance shows nobody.
The index key outlives cases. While it is exchanged (rotation.py) several live: tokens are made under the newest, and all are
searched.
"""

from __future__ import annotations

import hmac
import json
import re
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from sqlalchemy import and_

from ledger import keys
from ledger.tables import data_key
from validators.secrecy import cut
from validators.secrecy.addresses import without_remarks
from validators.secrecy.clues import telling
from validators.secrecy.reading import read, squash
from validators.text import case_key
from validators.wareki import parse_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from ledger.engine import Ledger
    from ledger.keys import DataKey
    from ledger.write import Writing

TokenKind = Literal["name", "kana", "birth", "phone", "place", "number"]
KINDS: Final[tuple[TokenKind, ...]] = get_args(TokenKind)

_TOKEN = 8  # bytes
_LATIN = re.compile(r"[a-z' .,-]+")


def tokens(index: DataKey, kind: TokenKind, value: str) -> frozenset[bytes]:
    """Return the tokens of a value; none of what tells of nobody (a blank, 不明, an unreadable date)."""
    key = index.derived(f"yoshiki-blind/1/{kind}".encode())
    return frozenset(hmac.digest(key, folded.encode(), "sha256")[:_TOKEN] for folded in folded_forms(kind, value))


def folded_forms(kind: TokenKind, value: str) -> frozenset[str]:
    """Return what a value is compared by: one form for every notation of it, several where it can be told in parts.

    name, kana: widths, blanks, 髙 and 高, katakana and hiragana are one; a Latin name in any order of its words; with and
    without what stands in brackets. birth: the day, in any notation. phone: the figures, +81 as 0. place: the house number
    behind each name of its town, building, school, firm, car, mail. number: `case_key`.
    """
    return frozenset(form for form in _FOLD[kind](value) if form)


def _names(value: str) -> set[str]:
    shown = read(value).shown
    bare, _ = without_remarks(shown)
    return {_name(shown), _name(bare)}


def _name(shown: str) -> str:
    words = re.split(r"[\s,.]+", shown.strip()) if _LATIN.fullmatch(shown) else [shown]
    return squash("".join(sorted(words)))


def _days(value: str) -> set[str]:
    try:
        return {parse_date(value).isoformat()}
    except ValueError:
        return set()


def _phones(value: str) -> set[str]:
    return {clue.name for clue in cut(value, "phone") if clue.kind == "phone"}


def _places(value: str) -> set[str]:
    clues = (clue for clue in cut(value, "address") if not clue.hint and clue.kind not in {"phone", "postal", "day"})
    whole = {f"{squash(value)}|"} if telling(value) else set()
    return whole | {f"{clue.name}|{'-'.join(map(str, clue.numbers))}" for clue in clues}


_FOLD: Final[dict[TokenKind, Callable[[str], set[str]]]] = {
    "name": _names,
    "kana": _names,
    "birth": _days,
    "phone": _phones,
    "place": _places,
    "number": lambda value: {case_key(value)},
}


def index_keys(connection: Connection, ledger: Ledger) -> list[DataKey]:
    """Return every living index key, the newest first: tokens are searched under each."""
    return keys.opened(connection, ledger, and_(data_key.c.purpose == "index", data_key.c.wrapped.is_not(None)))


def index_key(writing: Writing, ledger: Ledger) -> DataKey:
    """Return the index key that tokens and fingerprints are made under; the first time it is made."""
    living = index_keys(writing.connection, ledger)
    return living[0] if living else keys.make(writing, ledger, "index")


def fingerprint(index: DataKey, sha256: bytes) -> bytes:
    """Return the keyed fingerprint of a paper's file by its SHA-256.

    A plain digest would let whoever has the ledger's file guess the address on a paper that can be drawn again.
    """
    return hmac.digest(index.derived(b"yoshiki-fingerprint/1"), sha256, "sha256")


def row_mac(key: DataKey, table: str, row_ref: str, values: Mapping[str, Any]) -> bytes:
    """Return the code by which the audit knows a row's sealed values again without holding them (32 bytes).

    Destroying the key makes it unverifiable, and it is then named so.
    """
    said = json.dumps([table, row_ref, values], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.digest(key.derived(b"yoshiki-row/1"), said.encode(), "sha256")
