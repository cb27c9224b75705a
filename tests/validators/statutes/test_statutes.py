"""A record is judged by the law of its day; what cannot be judged or is broken never passes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.rulebooks import OURS
from validators.definitions.clauses import Clause, collect, load_file
from validators.linting.examples import stand_in
from validators.model import Confirmation, Field, Finding, Form, Record
from validators.statutes import check_statutes, merge, verdicts
from validators.statutes.verdicts import law_date

CLAUSES = collect(load_file(Path(__file__).parents[1] / "fifteen.yaml"))
AS_OF = date(2024, 6, 1)


def check(clause_id: str, data: dict[str, Any], **more: Any) -> list[Finding]:
    clause = CLAUSES.get(clause_id)
    record = more.pop("record", None) or Record(clause.documents[0], "r-1", data)
    form = stand_in(clause, OURS.reference.constants(), [group for kind in clause.examples.values() for group in kind])
    return check_statutes(form, record, OURS, as_of=AS_OF, entries=[clause], **more)


def trial(tmp_path: Path, text: str) -> Clause:
    path = tmp_path / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    (clause,) = load_file(path)
    return clause


def test_a_breach_names_row_label_cell_law_and_speaks_twice() -> None:
    data = CLAUSES.get("DVA-12(1)五ロ").examples["fail"][0]
    record = Record("protection-order-petition", "r-1", data, cells={"consultations[0].consulted_at": "相談!C3"})
    (finding,) = check("DVA-12(1)五ロ", data, record=record)
    assert (finding.severity, finding.status, finding.clauses) == ("error", "breach", ("DVA-12(1)五ロ",))
    assert (finding.path, finding.label, finding.cell) == ("consultations[0]", "consultations 1件目", "相談!C3")
    assert finding.citation == "配偶者暴力防止法12条1項5号ロ"
    assert finding.law_as_of == "2024-05-10"
    assert finding.message.startswith("相談の1件目に")
    assert finding.supervisor != finding.message


def test_a_record_dated_before_the_provision_is_not_judged_by_it() -> None:
    data = {**CLAUSES.get("DVA-12(1)五ロ").examples["fail"][0], "petition_date": "2024-03-31"}
    assert check("DVA-12(1)五ロ", data) == []


def test_the_law_is_chosen_by_basis_then_form_then_the_given_day() -> None:
    clause = CLAUSES.get("DVA-10(1)-a")
    form = Form("x", "", "", 1, "", (), frozenset(), {}, (), {}, basis="filed_on")
    assert law_date(clause, form, {"petition_date": "2025-01-01T10:00", "filed_on": "2024-01-01"}, AS_OF) == date(
        2025, 1, 1
    )
    assert law_date(clause, form, {"petition_date": None, "filed_on": "2024-01-01"}, AS_OF) == date(2024, 1, 1)
    assert law_date(clause, form, {}, AS_OF) == AS_OF


def test_a_blank_need_is_undetermined_and_weighs_what_the_provision_weighs() -> None:
    (finding,) = check(
        "DVA-10の2-b", {"relationship_type": "former_spouse_legal", "incidents": [{"incident_type": "threat_life"}]}
    )
    assert (finding.status, finding.severity, finding.path) == ("undetermined", "error", "relationship_end_date")
    assert "「relationship_end_date」の記入がないため" in finding.message


def test_a_court_outside_the_table_is_undetermined() -> None:
    data = {**CLAUSES.get("DVA-11(3)二").examples["pass"][0], "court_name": "架空地方裁判所"}
    (finding,) = check("DVA-11(3)二", data)
    assert finding.status == "undetermined"
    assert "対照表" in finding.message


def test_softening_turns_an_error_into_a_warning() -> None:
    data = {**CLAUSES.get("DVA-12(1)五ロ").examples["fail"][0], "sworn_statement_attached": True}
    assert [finding.severity for finding in check("DVA-12(1)五ロ", data)] == ["warning"]


def test_a_case_provision_waits_for_another_paper_of_the_case() -> None:
    data = CLAUSES.get("DVA-10(3)-i").examples["pass"][0]
    alone = {key: value for key, value in data.items() if key != "papers"}
    consent = data["papers"]["child-consent"][0]
    assert check("DVA-10(3)-i", alone) == []
    assert check("DVA-10(3)-i", alone, case=[Record("child-consent", "c-1", consent)]) == []
    twice = check("DVA-10(3)-i", alone, case=[Record("child-consent", f"c-{n}", consent) for n in (1, 2)])
    assert [finding.path for finding in twice] == ["children[0]"]


def test_the_record_itself_is_not_one_of_the_other_papers() -> None:
    record = Record("protection-order-petition", "r-1", {"requested_orders": ["child_noncontact"]})
    assert check("DVA-10(3)-i", {}, record=record, case=[record]) == []


def test_a_confirmed_warning_carries_the_name_and_an_unreasoned_one_does_not() -> None:
    data = CLAUSES.get("AKT-様式-c").examples["fail"][0]
    for by, reason, expected in (
        ("監督 花子", "事実のとおり", "監督 花子"),
        ("監督 花子", "", ""),
        ("", "事実のとおり", ""),
    ):
        record = Record("contact-log", "r-1", data, confirmations=(Confirmation("AKT-様式-c", by, reason),))
        assert [finding.confirmed_by for finding in check("AKT-様式-c", data, record=record)] == [expected]


def test_an_error_cannot_be_confirmed_away() -> None:
    data = CLAUSES.get("DVA-10(1)-a").examples["fail"][0]
    record = Record(
        "protection-order-petition", "r-1", data, confirmations=(Confirmation("DVA-10(1)-a", "花子", "理由"),)
    )
    assert [finding.confirmed_by for finding in check("DVA-10(1)-a", data, record=record)] == [""]


def test_a_blank_the_schema_already_asks_for_is_not_said_twice() -> None:
    prior = [Finding("error", ("DVA-12(2)一",), "書いてください", path="relationship_end_date", code="required")]
    joined = check(
        "DVA-10の2-b",
        {"relationship_type": "former_spouse_legal", "incidents": [{"incident_type": "threat_life"}]},
        prior=prior,
    )
    assert [(finding.clauses, finding.message) for finding in joined] == [
        (("DVA-12(2)一", "DVA-10の2-b"), "書いてください")
    ]


def test_a_blank_the_schema_does_not_ask_for_is_said() -> None:
    prior = [Finding("error", (), "書いてください", path="petition_date", code="required")]
    assert len(check("DVA-10の2-b", {"relationship_type": "former_spouse_legal"}, prior=prior)) == 2


def test_a_merged_finding_takes_the_graver_severity() -> None:
    prior = [Finding("warning", (), "書いてください", path="a", code="required")]
    unknown = Finding("error", ("X",), "", status="undetermined")
    assert [finding.severity for finding in merge(prior, [(unknown, ("a",))], OURS.clauses)] == ["error"]


@pytest.mark.parametrize(
    "require", ["note == true && nowhere == 1", "note && true", 'at_least(setting("none"), 1) || true']
)
def test_a_broken_provision_stops_issuing_and_tells_no_value(tmp_path: Path, require: str) -> None:
    clause = trial(
        tmp_path, f"- id: T-1\n  documents: [x]\n  severity: info\n  require: '{require}'\n  fields: [note]\n"
    )
    form = Form("x", "", "", 1, "", (), frozenset(), {"note": Field("note", "備考", "string")}, (), {})
    (finding,) = check_statutes(form, Record("x", "r", {"note": "秘密"}), OURS, as_of=AS_OF, entries=[clause])
    assert (finding.severity, finding.status) == ("error", "broken")
    assert "秘密" not in finding.message + finding.supervisor


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(True, []), (False, ["breach"]), (None, ["undetermined"]), (1 / 3, []), ("boom", ["broken"])],
)
def test_a_python_check_answers_yes_no_or_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Any, outcome: list[str]
) -> None:
    def function(facts: Any) -> Any:
        assert facts.note is None
        assert facts.papers("other") == []
        return {}[answer] if answer == "boom" else answer

    monkeypatch.setattr(verdicts, "python_check", lambda _name: function)
    clause = trial(tmp_path, "- id: T-1\n  documents: [x]\n  check: rules.trial.function\n  fields: [note]\n")
    form = Form("x", "", "", 1, "", (), frozenset(), {"note": Field("note", "備考", "string")}, (), {})
    assert [
        finding.status for finding in check_statutes(form, Record("x", "r", {}), OURS, as_of=AS_OF, entries=[clause])
    ] == outcome


def test_needs_of_an_item_leave_the_other_items_judged(tmp_path: Path) -> None:
    clause = trial(
        tmp_path,
        "- id: T-1\n  documents: [x]\n  needs: ['rows[].day']\n  each: {item: r, in: rows}\n"
        "  require: before(r.day, \"2024-01-01\")\n  fields: ['rows[].day']\n  clerk: '{n}件目'\n",
    )
    rows = Field("rows", "行", "list", fields={"day": Field("day", "日", "date")})
    form = Form("x", "", "", 1, "", (), frozenset(), {"rows": rows}, (), {})
    record = Record("x", "r", {"rows": [{"day": "2023-01-01"}, {}, {"day": "2024-01-01"}]})
    found = check_statutes(form, record, OURS, as_of=AS_OF, entries=[clause])
    assert [(finding.status, finding.path, finding.label) for finding in found] == [
        ("undetermined", "rows[1].day", "行 2件目 日"),
        ("breach", "rows[2].day", "行 3件目 日"),
    ]


def test_a_form_without_provisions_has_no_findings() -> None:
    form = Form("no-such-form", "", "", 1, "", (), frozenset(), {}, (), {})
    assert check_statutes(form, Record("no-such-form", "r", {}), OURS) == []
