"""What is special to Ibaraki's application and checklist: outside nobody is named, inside only what is needed."""

from __future__ import annotations

from typing import Any

import pytest

from forms.issue.line import Line
from tests.forms.catalogue.papers import drawn, judged, stands_in
from tests.rulebooks import OURS
from validators.kinds import KINDS
from validators.rules.ibaraki_revictimization import IDENTITY, OUTSIDE
from validators.wareki import format_date, parse_date

LINE = Line(OURS)


def identity(data: dict[str, Any]) -> list[str]:
    """Return what an outside reader must not find, addresses by their parts."""
    found = [data[name] for name in IDENTITY if name in data]
    return [*found, format_date(parse_date(data["victim_birth_date"]))]


@pytest.mark.parametrize("name", ["IBR-003", "IBR-007"])
def test_the_outside_version_says_nothing_of_the_victim(name: str) -> None:
    """Though the record knows the victim, no part of the files does, and the box says that it was left out."""
    found = judged(name)
    secrets = identity(found.record.data)
    assert len(secrets) >= len(IDENTITY)
    for paper in drawn(found):
        assert not stands_in(paper, secrets)
        assert "（記載省略）" in paper
        assert "乙野次郎" in paper
        assert "汐見生安" not in paper  # the application's sign names the station


@pytest.mark.parametrize(
    "item", ["ふりがな", "生年月日", "性別", "住居地", "連絡先電話番号", "勤務先等の名称", "勤務地等"]
)
def test_each_item_can_be_needed_by_itself(item: str) -> None:
    """An item chosen alone is printed alone: the name stays out."""
    found = judged("IBR-006", victim_identity_items=[item], victim_sex="女")
    assert found.fate.verdict == "checked"
    for paper in drawn(found):
        assert not stands_in(paper, ["髙橋　美咲"])
        assert item.removeprefix("連絡先").removesuffix("の名称") in paper


def test_items_without_need_print_nothing() -> None:
    """Items left over from an earlier decision are not printed once the need is gone."""
    found = judged("IBR-006", victim_identity_needed=False)
    for paper in drawn(found):
        assert not stands_in(paper, ["髙橋　美咲"])


@pytest.mark.parametrize(
    ("slug", "least"),
    [
        ("designation-checklist", 13),
        ("release-inquiry", 9),
        ("release-notification-request", 17),
        ("release-notification-withdrawal", 3),
    ],
)
def test_every_text_that_leaves_the_house_is_searched(slug: str, least: int) -> None:
    """A text item added to a paper for a prison must be searched for the victim, or be one of the victim's own."""
    fields = LINE.catalogue.get(slug).fields
    elsewhere = {"relation_to_direct_victim", "relation_to_investigation", "addressee", "issuer_title"}
    printed = {name for name, field in fields.items() if field.printed and KINDS[field.of or field.type].wordy}
    assert printed - set(IDENTITY) - elsewhere == printed & set(OUTSIDE)
    assert len(printed & set(OUTSIDE)) >= least


def test_a_form_not_held_against_the_original_says_so() -> None:
    """The notice leaves its forms out: until ours is compared, the paper says 暫定様式."""
    for name in ("IBR-001", "IBR-002", "IBR-003"):
        assert all("暫定様式" in paper for paper in drawn(judged(name)))
        assert all("暫定様式" not in paper for paper in drawn(judged(name, verified_against_original=True)))


def test_protected_persons_keep_their_papers() -> None:
    """Article 9 excludes other provisions: application and checklist are issued for a protected person too."""
    for name in ("IBR-001", "IBR-002", "IBR-003"):
        assert judged(name, protection_program_designated=True).fate.verdict == "checked"


def test_application_by_analogy_says_so() -> None:
    """Article 10: the title stays, the box of the category says 第10準用."""
    paper, _ = drawn(judged("IBR-005"))
    assert "関係者（第10準用）" in paper
    assert "再被害防止対象者指定上申書" in paper
    assert "関係者（第10準用）" not in drawn(judged("IBR-001"))[0]


@pytest.mark.parametrize(
    "dropped",
    ["consulted_on", "offence_name", "cleared_on", "via", "issuer_station", "recognized_on", "necessity_reason"],
)
def test_a_missing_item_names_its_provision(dropped: str) -> None:
    """A blank that the notice asks for is refused once, with the provision behind it."""
    found = judged("IBR-001", rest=[], **{dropped: None})
    assert found.fate.verdict == "refused"
    assert [finding.path for finding in found.fate.findings] == [dropped]
    assert all(clause.startswith("IBR-") for finding in found.fate.findings for clause in finding.clauses)
    assert found.fate.findings[0].clauses
