"""Promise: drafts stay in memory, are bounded in number, size and age, and what two pages write is told apart."""

from __future__ import annotations

import pytest

from api.desk.drafts import KEEP_SECONDS, LARGEST_DRAFT, MOST_DRAFTS, DraftTooLargeError, MemoryDrafts
from api.desk.filled import quarrels
from tests.rulebooks import NOW


def test_the_oldest_goes_when_there_are_too_many_and_each_when_nobody_touched_it() -> None:
    seconds = [0.0]
    drafts = MemoryDrafts(lambda: seconds[0])
    first = drafts.new("warning", {})
    kept = [drafts.new("warning", {}) for _ in range(MOST_DRAFTS)]
    assert drafts.get(first.id) is None
    assert len(drafts.all()) == MOST_DRAFTS
    seconds[0] = KEEP_SECONDS - 1.0
    assert drafts.get(kept[0].id) is kept[0]
    seconds[0] += 2
    assert drafts.all() == [kept[0]]
    drafts.drop(kept[0].id)
    assert drafts.all() == []


def test_ids_have_no_letters_that_look_alike() -> None:
    assert not set("".join(MemoryDrafts().new("warning", {}).id for _ in range(50))) & set("01ilo")


def test_too_much_is_refused_and_the_draft_stays() -> None:
    draft = MemoryDrafts().new("warning", {})
    draft.put({"reason": "短い"}, NOW)
    with pytest.raises(DraftTooLargeError):
        draft.put({"reason": "あ" * LARGEST_DRAFT}, NOW)
    assert (draft.answers, draft.rev) == ({"reason": "短い"}, 1)


def test_only_what_another_page_has_changed_since_is_a_quarrel() -> None:
    draft = MemoryDrafts().new("warning", {})
    draft.put({"reason": "一", "fact": "一"}, NOW, "mine")
    draft.put({"reason": "二"}, NOW, "other")
    assert quarrels(draft, {"reason": "三", "fact": "三"}, 1, "mine") == ["reason"]
    assert quarrels(draft, {"reason": "二", "fact": "三"}, 1, "mine") == []
    assert quarrels(draft, {"reason": "三"}, 2, "mine") == []
    assert quarrels(draft, {"reason": "三"}, 1, "other") == []
