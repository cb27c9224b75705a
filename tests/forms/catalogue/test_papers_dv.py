"""What is special to the four DV court papers: their wording follows the law of the day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.forms.catalogue.papers import judged, paper
from tests.rulebooks import OURS
from validators.errors import InputError

CATALOGUE = OURS.catalogue


def test_a_consultation_may_be_incomplete_when_a_sworn_statement_is_attached() -> None:
    """Article 12(3) lets a sworn statement stand in for what the consultation's entry lacks."""
    found = judged("bad-consultation-incomplete", sworn_statement_attached=True)
    assert [finding for finding in found.fate.findings if finding.code == "required"] == []


@pytest.mark.parametrize("slug", ["protection-order-petition", "eviction-order-petition"])
def test_petitions_under_the_law_before_2024_04_01_are_refused(slug: str) -> None:
    """The older law had other terms and other orders: there is no edition for it, and the message says from when."""
    with pytest.raises(InputError, match="令和６年４月１日より前"):
        CATALOGUE.get(slug, date(2024, 3, 31))
    assert CATALOGUE.get(slug, date(2024, 4, 1)).edition == 1


def test_the_eleventh_act_is_printed_from_2025_12_30_only() -> None:
    """Item trackers became item 10 of article 10(2) on that day; before it there were ten items."""
    before = paper("good-first", petition_date="2025-12-29")
    since = paper("good-first", petition_date="2025-12-30")
    assert "位置特定用識別情報送信装置" not in before
    assert "十一" not in before
    assert "位置特定用識別情報送信装置" in since
    assert "十一" in since


def test_the_oath_is_certified_by_the_article_in_force() -> None:
    """The Notary Act was renumbered on 2025-10-01."""
    assert "公証人法第58条ノ2第1項" in paper("good-sworn-statement", certified_date="2025-09-30")
    assert "公証人法第53条第1項又は第59条第3項" in paper("good-sworn-statement", certified_date="2025-10-01")
