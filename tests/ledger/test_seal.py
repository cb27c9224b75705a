"""Promise: what is sealed opens at its own row, under its own key, unchanged, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from ledger import blind, keys, seal
from ledger.audit.types import KeyTaken
from ledger.engine import open_ledger
from ledger.keys import DataKey, KeyRingError, KeyRow, Master, WrongKeyError, new_line, read_ring, require, ring_from
from ledger.tables import data_key
from ledger.types import Actor, new_ref
from ledger.write import write
from tests.ledger.conftest import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.write import Writing

ACTOR = Actor("汐見　花子")
REF, OTHER = new_ref(), new_ref()
SEALED = DataKey(7, new_ref(), bytes(range(32)), sealing=True)
CLEAR = DataKey(7, new_ref(), bytes(range(32)), sealing=False)

values = st.dictionaries(
    st.text(max_size=8),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)),
    max_size=4,
)
both = pytest.mark.parametrize("key", [SEALED, CLEAR], ids=["sealed", "clear"])


@both
@settings(max_examples=40)
@given(data=values)
def test_a_row_gives_back_what_came(key: DataKey, data: dict[str, object]) -> None:
    """Every value comes back as it came, names with their variation selectors and all."""
    assert seal.open_(key, "party", REF, seal.close(key, "party", REF, data)) == data


@both
@settings(max_examples=40)
@given(content=st.binary(max_size=400))
def test_a_file_gives_back_its_bytes(key: DataKey, content: bytes) -> None:
    """A paper's bytes come back, and its blob tells whose key it wants."""
    blob = seal.close_bytes(key, "content", REF, content)
    assert seal.open_bytes(key, "content", REF, blob) == content
    assert seal.key_id_of(blob) == key.id


def test_nothing_of_the_value_stands_in_the_blob_and_no_two_are_alike() -> None:
    """The same value sealed twice looks different each time; a name is nowhere in it."""
    one, two = (seal.close(SEALED, "party", REF, {"birth": "架空町"}) for _ in range(2))
    assert one != two
    assert "架空町".encode() not in one


@settings(max_examples=40)
@given(data=values, at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_bit_opens_nothing(data: dict[str, object], at: int, bit: int) -> None:
    """Whichever bit of a sealed blob is changed, it is refused."""
    blob = bytearray(seal.close(SEALED, "party", REF, data))
    blob[at % len(blob)] ^= 1 << bit
    with pytest.raises(seal.BrokenSealError):
        seal.open_(SEALED, "party", REF, bytes(blob))


@settings(max_examples=40)
@given(end=st.integers(0, 60))
def test_a_cut_blob_opens_nothing(end: int) -> None:
    """A blob that lost its end is refused, however much is left."""
    blob = seal.close(SEALED, "party", REF, {"birth": "1990-04-01"})
    with pytest.raises(seal.BrokenSealError):
        seal.open_(SEALED, "party", REF, blob[: min(end, len(blob) - 1)])


def test_nothing_can_be_moved() -> None:
    """Another row, another table, another key: refused, and the words name no value."""
    blob = seal.close(SEALED, "party_place", REF, {"text": "汐見県架空町1-2-3"})
    other = DataKey(8, new_ref(), SEALED.secret, sealing=True)
    for key, table, ref in ((SEALED, "party_place", OTHER), (SEALED, "party_name", REF), (other, "party_place", REF)):
        with pytest.raises(seal.BrokenSealError) as told:
            seal.open_(key, table, ref, blob)
        assert "架空町" not in str(told.value)


def test_a_clear_blob_is_not_taken_for_a_sealed_one() -> None:
    """Who can write into the file but has no key cannot put a value of his own where a sealed one stood."""
    forged = seal.close(CLEAR, "party_place", REF, {"text": "架空町9-9-9"})
    with pytest.raises(seal.BrokenSealError):
        seal.open_(SEALED, "party_place", REF, forged)


def test_a_data_key_opens_under_its_master_key_alone() -> None:
    """Wrapped under the key in force; the former key of the ring still opens what it wrapped; a stranger opens nothing."""
    old, both_keys = read_ring(line := new_line("2025")), read_ring(f"{line}\n{new_line('2026')}")
    ref, secret = new_ref(), bytes(32)
    for master in (old, both_keys):
        kek, wrapped = keys.wrap(master, ref, secret)
        assert kek == master.current
        assert secret not in wrapped
        opened = keys.unwrap(both_keys, KeyRow(7, ref, kek, wrapped))
        assert (opened.secret, opened.sealing) == (secret, True)
    kek, wrapped = keys.wrap(old, ref, secret)
    strangers: tuple[Master | None, ...] = (None, read_ring(new_line("2025")), read_ring(new_line("2026")))
    for stranger in strangers:
        with pytest.raises(WrongKeyError, match="2025"):
            keys.unwrap(stranger, KeyRow(7, ref, kek, wrapped))
    with pytest.raises(WrongKeyError):
        keys.unwrap(old, KeyRow(7, OTHER, kek, wrapped))
    with pytest.raises(keys.ShreddedError):
        keys.unwrap(old, KeyRow(7, ref, kek, None))


def test_without_a_master_key_the_data_key_stands_in_clear() -> None:
    """No key is version 0, by the same code."""
    kek, wrapped = keys.wrap(None, REF, bytes(32))
    assert keys.unwrap(None, KeyRow(7, REF, kek, wrapped)).sealing is False


def test_a_wrong_key_is_refused_in_words() -> None:
    """None given, another of the same name, one of another name: each is said, and none passes; a ring with the old one does."""
    line = new_line("2025")
    kept, ledger = read_ring(line).check(REF), REF
    for master, words in (
        (None, "鍵が渡されていません"),
        (read_ring(new_line("2025")), "違います"),
        (read_ring(new_line("2026")), "その鍵がありません"),
    ):
        with pytest.raises(WrongKeyError, match=words):
            require(kept, ledger, master)
    require(kept, ledger, read_ring(f"{line}\n{new_line('2026')}"))
    require(None, ledger, None)
    with pytest.raises(WrongKeyError):
        require(kept, OTHER, read_ring(line))


@pytest.mark.parametrize(
    "text",
    ["", "# 鍵", "2026", "2026:", "2026:AAAA", f"汐見:{'A' * 43}=", f"a:{'A' * 43}=\na:{'B' * 43}="],
    ids=["empty", "remark", "no key", "blank key", "short", "name", "twice"],
)
def test_a_ring_that_is_none_is_refused_without_repeating_it(text: str) -> None:
    """A ring that cannot be read is said, with the place and the way to make one; no key is repeated."""
    with pytest.raises(KeyRingError) as told:
        read_ring(text)
    assert "AAAA" not in str(told.value)


def test_the_ring_comes_from_a_file_or_from_the_environment(tmp_path: Path) -> None:
    """Either names it, never both; an unreadable file is said; without either the ledger is in clear; no secret is shown."""
    file = tmp_path / "ring"
    file.write_text(f"# 令和8年度\n{new_line('2026')}\n", "utf-8")
    from_file = ring_from({keys.FILE_SETTING: str(file)})
    from_words = ring_from({keys.RING_SETTING: f"{new_line('2025')} {new_line('2026')}"})
    assert from_file is not None
    assert from_words is not None
    assert (from_file.current, list(from_words.ring), ring_from({})) == ("2026", ["2025", "2026"], None)
    assert repr(from_file.ring["2026"]) not in repr(from_file)
    assert "secret" not in repr(SEALED)
    with pytest.raises(KeyRingError):
        ring_from({keys.FILE_SETTING: str(file), keys.RING_SETTING: new_line("a")})
    with pytest.raises(KeyRingError, match="その場所がありません"):
        ring_from({keys.FILE_SETTING: str(tmp_path / "none")})
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(KeyRingError, match="文字として読めません"):
        ring_from({keys.FILE_SETTING: str(file)})
    with pytest.raises(KeyRingError):
        new_line("令和 8")


def test_a_ledger_taken_under_a_key_opens_with_that_key_alone(place: Path | str) -> None:
    """From the first opening with a key on: without it, or with another, nothing is opened and nothing written."""
    master = read_ring(line := new_line("2026"))
    with open_ledger(place, clock=lambda: NOW, master=master) as ledger:
        key = write(ledger, ACTOR, lambda writing: _made(writing, ledger))
        assert key.sealing
    for wrong in (None, read_ring(new_line("2026"))):
        with pytest.raises(WrongKeyError):
            open_ledger(place, clock=lambda: NOW, master=wrong)
    with open_ledger(place, clock=lambda: NOW, master=read_ring(f"{line}\n{new_line('2027')}")) as again:
        with again.read() as connection:
            assert keys.load(connection, again, key.id).secret == key.secret
            assert keys.load_all(connection, again, []) == {}
        write(again, ACTOR, lambda writing: _shred(writing, key))
        with again.read() as connection, pytest.raises(keys.ShreddedError, match="廃棄"):
            keys.load(connection, again, key.id)


def test_a_ledger_without_a_key_is_in_clear_until_it_is_given_one(ledger: Ledger) -> None:
    """Without a master key nothing is sealed; with one given later, what is made from then on is."""
    clear = write(ledger, ACTOR, lambda writing: _made(writing, ledger))
    with open_ledger(ledger.folder or _address(ledger), clock=lambda: NOW, master=read_ring(new_line("a"))) as keyed:
        sealed = write(keyed, ACTOR, lambda writing: _made(writing, keyed))
        with keyed.read() as connection:
            found = keys.load_all(connection, keyed, [clear.id, sealed.id])
            assert [found[key.id].sealing for key in (clear, sealed)] == [False, True]
            assert blind.index_keys(connection, keyed) == []
        index = write(keyed, ACTOR, lambda writing: _index(writing, keyed))
        assert index == write(keyed, ACTOR, lambda writing: _index(writing, keyed))


def _address(ledger: Ledger) -> str:
    return ledger.writing.url.render_as_string(hide_password=False).replace("+psycopg", "")


def _made(writing: Writing, ledger: Ledger) -> DataKey:
    writing.tell(KeyTaken(key="test"))
    return keys.make(writing, ledger)


def _index(writing: Writing, ledger: Ledger) -> DataKey:
    writing.tell(KeyTaken(key="test"))
    return blind.index_key(writing, ledger)


def _shred(writing: Writing, key: DataKey) -> None:
    writing.tell(KeyTaken(key="test"))
    gone = update(data_key).where(data_key.c.id == key.id).values(wrapped=None, shredded_at=writing.now)
    writing.execute(gone)
