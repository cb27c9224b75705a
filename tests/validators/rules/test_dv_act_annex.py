"""The annex on protection orders: lawful papers pass, each fault is told once with its place, and nobody is asked for a sex."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.rulebooks import OURS
from validators.model import Field, Form, Record
from validators.normalise import normalise
from validators.rules.dv_act_annex import threat_is_told
from validators.statutes import check_statutes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.statutes.verdicts import Facts

SAMPLES = Path(__file__).parents[3] / "samples" / "dv-court.json"
RECORDS: dict[str, dict[str, Any]] = {r["record"]: r for r in json.loads(SAMPLES.read_text(encoding="utf-8"))}
GOOD = sorted(name for name in RECORDS if name.startswith("good-"))
CATALOGUE = OURS.catalogue
THREAT = {
    "occurred_at": "2024-04-21T07:30",
    "place": "茨城県水戸市架空町一丁目２番３号　台所",
    "incident_type": "threat_body",
    "method": "words",
    "description": "「次は骨を折ってやる」と言われた。",
}
THREAT_TOLD = "incidents[0].description"


def record_of(name: str, **changes: Any) -> tuple[Form, Record]:
    """Return the edition in force and the normalised record; a change to None leaves the item out."""
    sample = RECORDS[name]
    data = {k: v for k, v in {**json.loads(json.dumps(sample["data"])), **changes}.items() if v is not None}
    form = CATALOGUE.get(sample["form"], date.fromisoformat(data[CATALOGUE.get(sample["form"]).basis]))
    record = Record(form=form.slug, id=name, data=data, case=sample.get("case", ""))
    assert normalise(form, record) == []
    return form, record


def found(name: str, **changes: Any) -> list[tuple[str, str, str]]:
    """Return (clause, severity, path) of what all provisions say of a sample, its case beside it."""
    form, record = record_of(name, **changes)
    case = [record_of(other)[1] for other in GOOD if record.case and RECORDS[other].get("case") == record.case]
    case = [record if other.id == name else other for other in case]
    findings = check_statutes(form, record, OURS, case=case)
    return [(finding.clauses[0], finding.severity, finding.path) for finding in findings]


@pytest.mark.parametrize("name", GOOD)
def test_lawful_papers_are_not_stopped(name: str) -> None:
    """The good samples meet the Act and everything the annex adds to it; what only informs stops nobody."""
    assert [told for told in found(name) if told[1] != "info"] == []


@pytest.mark.parametrize(
    ("name", "changes", "clause", "severity", "path"),
    [
        ("good-first", {"fee_stamp_yen": 2200}, "DVX-第3-4(4)-a", "warning", "fee_stamp_yen"),
        ("good-first", {"harm_level": "unknown"}, "DVX-第3-3(1)-b", "warning", "harm_level"),
        ("good-first", {"filing_basis": "court_of_parent_order"}, "DVX-第3-2(1)①②③", "error", "filing_basis"),
        ("good-eviction", {"filing_basis": "court_of_parent_order"}, "DVX-第3-2(1)①②③-退去", "error", "filing_basis"),
        ("good-eviction", {"harm_level": "less"}, "DVX-第3-3(5)-b", "warning", "harm_level"),
        ("good-additional", {"filing_basis": "applicant_domicile"}, "DVX-第3-2(3)-根拠", "warning", "filing_basis"),
        ("good-additional", {"expiry_date": "2025-12-31"}, "DVX-第2-3(1)", "error", "expiry_date"),
        (
            "good-partner",
            {"medical_certificate_attached": False},
            "DVX-第3-3(1)-d",
            "warning",
            "medical_certificate_attached",
        ),
        (
            "good-partner",
            {"medical_certificate_attached": False, "incidents": [THREAT]},
            "DVX-第3-3(1)-d",
            "error",
            "medical_certificate_attached",
        ),
        (
            "good-first",
            {"incidents": [{**THREAT, "description": "脅された。"}]},
            "DVX-第3-1(4)-b",
            "warning",
            THREAT_TOLD,
        ),
        (
            "good-first",
            {
                "incidents": [
                    THREAT,
                    {**THREAT, "incident_type": "other_harmful_conduct", "description": "土下座しろと怒鳴られた。"},
                ]
            },
            "DVX-第3-1(4)-a",
            "warning",
            "incidents[1].description",
        ),
        ("good-partner", {"shared_base_note": None}, "DVX-第3-1(2)-特定関係者", "warning", "shared_base_note"),
        (
            "good-repeat",
            {
                "requested_orders": ["phone_ban_victim"],
                "parent_order_court": "水戸地方裁判所",
                "parent_order_effective_date": "2024-06-10",
            },
            "DVX-第8-1(1)-a",
            "warning",
            "requested_orders",
        ),
        (
            "good-repeat",
            {"perpetrator_programme_status": "completed"},
            "DVX-第8-1(1)-b",
            "warning",
            "respondent_conduct_during_order",
        ),
        (
            "good-sworn-statement",
            {"sworn_before_notary": False},
            "DVX-第3-4(3)-c-r7",
            "error",
            "sworn_before_notary",
        ),
        (
            "good-sworn-before-2025-10",
            {"sworn_before_notary": False},
            "DVX-第3-4(3)-c",
            "error",
            "sworn_before_notary",
        ),
    ],
)
def test_one_fault_is_told_once_at_its_place(
    name: str, changes: dict[str, Any], clause: str, severity: str, path: str
) -> None:
    """A single fault in a good paper gives a single finding, not one of the Act and one of the annex: clause, weight, box."""
    assert found(name, **changes) == [(clause, severity, path)]


@pytest.mark.parametrize(
    ("told", "description"),
    [
        (True, "「次は骨を折ってやる」と言われた。"),
        (True, "殺すと言われた。"),
        (True, "包丁を首に突き付けられた。"),
        (True, "仕事を失わせると母を通じて伝えられた。"),
        (False, "脅された。"),
        (False, "夫から何度もひどく脅迫されて、怖かった。"),
        (False, "恐ろしい言葉を言われた。"),
        (False, "いつも脅されていました。"),
    ],
)
def test_a_threat_is_told_by_words_or_acts(*, told: bool, description: str) -> None:
    """That one was threatened is not enough: the words or the act must be there, however short."""
    facts = cast("Facts", SimpleNamespace(i={"description": description}))
    assert threat_is_told(facts) is told


def names(fields: dict[str, Field]) -> Iterator[str]:
    for name, field in fields.items():
        yield f"{name} {field.label}"
        yield from names(field.fields)


@pytest.mark.parametrize("slug", ["protection-order-petition", "eviction-order-petition"])
def test_no_petition_asks_for_sex(slug: str) -> None:
    """Couples of one sex may petition: no box asks for a sex, and no relationship is offered to some couples only."""
    for form in CATALOGUE.editions(slug):
        asked = list(names(form.fields))
        assert len(asked) > 50
        assert not [told for told in asked if "性別" in told or "gender" in told or "sex" in told.replace("sexual", "")]
        relationships = form.fields["relationship_type"].options.values()
        assert not [label for label in relationships if any(word in label for word in ("夫", "妻", "男", "女"))]
