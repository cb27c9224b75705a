"""Ibaraki's application and checklist: good papers are readable, bad ones told their provision, outside nobody is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forms.issue.line import Line
from tests.forms import papers
from tests.forms.papers import squeezed
from validators.definitions.clauses import load_clauses
from validators.disclosure import walk
from validators.rules.ibaraki_revictimization import IDENTITY, OUTSIDE
from validators.text import address_parts, find_spans
from validators.wareki import format_date, parse_date

if TYPE_CHECKING:
    from validators.judging import Judged
    from validators.model import Field

ROOT = Path(__file__).parents[2]
RAW = papers.load("ibaraki")
SAMPLES = {raw["record"]: raw for raw in RAW}
CORPUS = sorted((ROOT / "tests" / "corpus" / "ibaraki-revictimization").glob("*.json"))
LINE = Line()

# Record → verdict and the provisions that stop or hold it.
EXPECTED: dict[str, tuple[str, set[str]]] = {
    **{f"IBR-{n:03d}": ("checked", set()) for n in (1, 2, 3, 4, 5, 6, 7)},
    "IBR-008": ("checked", {"IBR-2-1(1)-c-課"}),
    "IBR-021": ("refused", {"IBR-2-1(1)-c"}),
    "IBR-022": ("refused", {"IBR-2-1(1)-f"}),
    "IBR-023": ("refused", {"IBR-2-1(1)-g"}),
    "IBR-024": ("refused", {"IBR-前文-c"}),
    "IBR-025": ("refused", {"IBR-2-1(1)-d"}),
    "IBR-026": ("refused", {"IBR-2-1(1)-b"}),
    "IBR-027": ("refused", {"IBR-2-1(1)-e"}),
    "IBR-028": ("refused", {"IBR-1-a"}),
    "IBR-029": ("refused", {"IBR-1-b"}),
    "IBR-030": ("waiting", {"IBR-2-1(3)-c"}),
    **{f"IBR-{n:03d}": ("refused", {"IBR-6-3(1)ア-d"}) for n in (31, 32, 33, 34)},
    "IBR-035": ("refused", {"IBR-6-3(1)ア-e"}),
    "IBR-036": ("refused", {"IBR-6-3(1)ア-b"}),
    "IBR-037": ("refused", {"IBR-6-3(1)ア-c"}),
    "IBR-038": ("refused", {"IBR-6-3(1)イ-c"}),
    "IBR-039": ("refused", {"IBR-6-3(5)ウ-c"}),
    "IBR-040": ("refused", {"IBR-6-3(1)ア-d", "IBR-8-a"}),
    "IBR-041": ("waiting", {"IBR-6-3(1)ア-d-名の一部"}),
}
GOOD = [name for name, (verdict, _) in EXPECTED.items() if verdict == "checked"]


def judged(raw: dict[str, Any], rest: list[dict[str, Any]] | None = None, **changes: Any) -> Judged:
    """Judge a record with the other papers of its case; a change to None leaves the item out."""
    return papers.judge(LINE, RAW, raw, rest, **changes)


def drawn(found: Judged) -> tuple[str, str]:
    return papers.drawn(LINE, found)


def texts(field: Field, value: Any) -> list[str]:
    """Return what a printed value leaves on the paper."""
    kind = field.of or field.type
    if kind in {"boolean", "integer"}:
        return []
    if kind == "date":
        return [format_date(parse_date(value))]
    return [field.options.get(value, value)]


def identity(data: dict[str, Any]) -> list[str]:
    """Return what an outside reader must not find, addresses by their parts."""
    found = [data[name] for name in IDENTITY if name in data and "address" not in name]
    found += [part for name in IDENTITY if name in data and "address" in name for part in address_parts(data[name])]
    return [*found, format_date(parse_date(data["victim_dob"]))]


def test_every_sample_is_expected() -> None:
    """No sample goes unjudged."""
    assert set(EXPECTED) == set(SAMPLES)
    assert len(SAMPLES) == len(RAW) >= 12


@pytest.mark.parametrize("name", list(EXPECTED))
def test_each_sample_has_the_verdict_it_was_made_for(name: str) -> None:
    """A good paper passes, a bad one is told the one provision it breaks."""
    fate = judged(SAMPLES[name]).fate
    told = {clause for finding in fate.findings if finding.severity != "info" for clause in finding.clauses}
    assert (fate.verdict, told) == EXPECTED[name]


@pytest.mark.parametrize("path", CORPUS, ids=[path.stem for path in CORPUS])
def test_whole_papers_are_told_their_provision(path: Path) -> None:
    """CLAUSE-pass passes without a word; CLAUSE-fail is told CLAUSE, as grave as the provision, and no other."""
    first, *rest = json.loads(path.read_text(encoding="utf-8"))
    findings = judged(first, rest).fate.findings
    told = {clause for finding in findings for clause in finding.clauses}
    clause, _, failing = path.stem.partition("-fail-")
    assert told == ({clause} if failing else set())
    if failing:
        assert {finding.severity for finding in findings} == {load_clauses().get(clause).severity}
        assert all(finding.path and finding.message and finding.supervisor for finding in findings)


@pytest.mark.parametrize(
    "name", [name for name in GOOD if SAMPLES[name]["data"].get("checklist_variant") != "external"]
)
def test_every_written_value_is_printed(name: str) -> None:
    """Whatever a clerk wrote in a printed item can be read in the PDF and in the DOCX."""
    found = judged(SAMPLES[name])
    assert found.form is not None
    unconditional = {k: f for k, f in found.form.fields.items() if f.printed}
    expected = [text for _, field, value in walk(unconditional, found.record.data) for text in texts(field, value)]
    assert len(expected) > 15
    for paper in drawn(found):
        assert [text for text in expected if squeezed(text) not in paper and text not in {"internal", "内部版"}] == []


@pytest.mark.parametrize("name", ["IBR-003", "IBR-007"])
def test_the_outside_version_says_nothing_of_the_victim(name: str) -> None:
    """Though the record knows the victim, no part of the files does, and the box says that it was left out."""
    found = judged(SAMPLES[name])
    secrets = identity(found.record.data)
    assert len(secrets) > 8
    for paper in drawn(found):
        assert find_spans(paper, secrets) == []
        assert "（記載省略）" in paper
        assert "乙野次郎" in paper
        assert "汐見生安" not in paper  # the application's sign names the station


def test_only_the_needed_items_are_printed_outside() -> None:
    """Where the name is needed, the name is printed, and neither address, birth date, telephone nor the reason."""
    found = judged(SAMPLES["IBR-006"])
    others = [secret for secret in identity(found.record.data) if squeezed(secret) != "髙橋美咲"]
    for paper in drawn(found):
        assert "髙橋美咲" in paper
        assert find_spans(paper, others) == []
        assert squeezed(found.record.data["victim_identity_reason"]) not in paper
        assert "上記以外の人定事項等" in paper


@pytest.mark.parametrize(
    "item", ["ふりがな", "生年月日", "性別", "住居地", "連絡先電話番号", "勤務先等の名称", "勤務地等"]
)
def test_each_item_can_be_needed_by_itself(item: str) -> None:
    """An item chosen alone is printed alone: the name stays out."""
    found = judged(SAMPLES["IBR-006"], victim_identity_items=[item], victim_sex="女")
    assert found.fate.verdict == "checked"
    for paper in drawn(found):
        assert find_spans(paper, ["髙橋　美咲"]) == []
        assert item.removeprefix("連絡先").removesuffix("の名称") in paper


def test_items_without_need_print_nothing() -> None:
    """Items left over from an earlier decision are not printed once the need is gone."""
    found = judged(SAMPLES["IBR-006"], victim_identity_needed=False)
    for paper in drawn(found):
        assert find_spans(paper, ["髙橋　美咲"]) == []


def test_every_text_that_leaves_the_house_is_searched() -> None:
    """A text item added to the checklist must be searched for the victim, or be one of the victim's own."""
    fields = LINE.catalogue.get("designation-checklist").fields
    written = {"string", "text", "person", "address", "phone", "office", "post"}
    inside_only = {"relation_to_direct_victim", "relation_to_investigation"}
    printed = {name for name, field in fields.items() if field.printed and (field.of or field.type) in written}
    assert printed - set(IDENTITY) - inside_only == printed & set(OUTSIDE)
    assert len(printed & set(OUTSIDE)) > 12


def test_a_form_not_held_against_the_original_says_so() -> None:
    """The notice leaves its forms out: until ours is compared, the paper says 暫定様式."""
    for name in ("IBR-001", "IBR-002", "IBR-003"):
        assert all("暫定様式" in paper for paper in drawn(judged(SAMPLES[name])))
        assert all("暫定様式" not in paper for paper in drawn(judged(SAMPLES[name], verified_against_original=True)))


def test_protected_persons_keep_their_papers() -> None:
    """Article 9 excludes other provisions: application and checklist are issued for a protected person too."""
    for name in ("IBR-001", "IBR-002", "IBR-003"):
        assert judged(SAMPLES[name], protection_program_designated=True).fate.verdict == "checked"


def test_application_by_analogy_says_so() -> None:
    """Article 10: the title stays, the box of the category says 第10準用."""
    paper, _ = drawn(judged(SAMPLES["IBR-005"]))
    assert "関係者（第10準用）" in paper
    assert "再被害防止対象者指定上申書" in paper
    assert "関係者（第10準用）" not in drawn(judged(SAMPLES["IBR-001"]))[0]


def test_messages_never_repeat_the_victims_data() -> None:
    """What is refused for a leak does not leak in the message."""
    for name in EXPECTED:
        found = judged(SAMPLES[name])
        told = "".join(finding.message + finding.supervisor for finding in found.fate.findings)
        assert find_spans(told, identity(found.record.data)) == []


@pytest.mark.parametrize(
    "dropped",
    ["consulted_on", "offence_name", "cleared_on", "via", "issuer_station", "recognized_on", "necessity_reason"],
)
def test_a_missing_item_names_its_provision(dropped: str) -> None:
    """A blank that the notice asks for is refused once, with the provision behind it."""
    found = judged(SAMPLES["IBR-001"], rest=[], **{dropped: None})
    assert found.fate.verdict == "refused"
    assert [finding.path for finding in found.fate.findings] == [dropped]
    assert all(clause.startswith("IBR-") for finding in found.fate.findings for clause in finding.clauses)
    assert found.fate.findings[0].clauses
