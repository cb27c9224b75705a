"""Seal a row's values in one blob that opens at its own row alone.

blob = version (1 byte) | key id (8 bytes, big-endian) | body. Version 1: a nonce of 12 bytes and AES-256-GCM; version 0: the
content in clear, for a ledger without a master key. Table, row and key id are bound in as associated data, so that nothing
can be moved to another row or taken for another key's. Which version is right is the key's to say, never the blob's.
"""

from __future__ import annotations

import json
import secrets
import struct
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag

from ledger.types import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.keys import DataKey

_HEAD = struct.Struct(">Bq")
_CLEAR, _SEALED = 0, 1
_NONCE = 12


class BrokenSealError(LedgerError):
    """A sealed value is damaged, or stands where it was not written; the text names table and row, no value."""

    code = "broken-seal"
    http_status = 500


def close(key: DataKey, table: str, row_ref: str, data: Mapping[str, Any]) -> bytes:
    """Seal the values of a row (as JSON has them, names as they came) for the row `row_ref` of `table`."""
    return close_bytes(key, table, row_ref, json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def open_(key: DataKey, table: str, row_ref: str, blob: bytes) -> dict[str, Any]:
    """Return the values sealed for this row. Raises BrokenSealError."""
    try:
        values = json.loads(open_bytes(key, table, row_ref, blob))
    except ValueError:
        raise _broken(table, row_ref) from None
    if not isinstance(values, dict):
        raise _broken(table, row_ref)
    return values


def close_bytes(key: DataKey, table: str, row_ref: str, content: bytes) -> bytes:
    """Seal bytes, a paper's file, for the row `row_ref` of `table`."""
    if not key.sealing:
        return _HEAD.pack(_CLEAR, key.id) + content
    head, nonce = _HEAD.pack(_SEALED, key.id), secrets.token_bytes(_NONCE)
    return head + nonce + key.cipher.encrypt(nonce, content, _bound(head, table, row_ref))


def open_bytes(key: DataKey, table: str, row_ref: str, blob: bytes) -> bytes:
    """Return the bytes sealed for this row. Raises BrokenSealError."""
    head, body = blob[: _HEAD.size], blob[_HEAD.size :]
    if head != _HEAD.pack(_SEALED if key.sealing else _CLEAR, key.id):
        raise _broken(table, row_ref)
    if not key.sealing:
        return body
    try:
        return key.cipher.decrypt(body[:_NONCE], body[_NONCE:], _bound(head, table, row_ref))
    except (InvalidTag, ValueError):
        raise _broken(table, row_ref) from None


def key_id_of(blob: bytes) -> int:
    """Return the id of the data key a blob is sealed under. Raises BrokenSealError for what is no blob."""
    if len(blob) < _HEAD.size:
        raise _broken("", "")
    return int(_HEAD.unpack(blob[: _HEAD.size])[1])


def _bound(head: bytes, table: str, row_ref: str) -> bytes:
    """Return the associated data: version and key id, table, row; none can run into the next."""
    return head + struct.pack(">H", len(table)) + table.encode() + row_ref.encode()


def _broken(table: str, row_ref: str) -> BrokenSealError:
    return BrokenSealError(
        f"台帳の記録が、書かれたときのまま読めません（{table} {row_ref}）。",
        action="yoshiki ledger check で確かめ、控えから戻すことを考えてください。",
    )
