"""Promise: `yoshiki case judge` tries a case from outside: ids and states out, 0, 1 or 2 at the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from app import main

if TYPE_CHECKING:
    from pathlib import Path

ENDED = '{"on": "2025-08-08", "event": "contact_ended", "decision_ground": "イ"}'
TOLD = '{"on": "2025-08-09", "event": "victim_told_of_ending"}'
AGREED = '{"on": "2025-08-06", "event": "stations_consulted", "about": "不実施・打切り", "consultation_parties": ["本部対処体制"]}'


def judge(*args: object, stdin: str = "") -> Result:
    command = ["case", "judge", *map(str, args), "--source", "akita-contact"]
    return CliRunner().invoke(main, command, input=stdin, catch_exceptions=False)


def test_a_history_is_told_by_ids_and_states(tmp_path: Path) -> None:
    path = tmp_path / "事案1.yaml"
    path.write_text(f"- {ENDED}\n- {TOLD}\n", "utf-8")
    outcome = judge(path, "--as-of", "2025-08-20", "--json")
    assert outcome.exit_code == 1
    answer = json.loads(outcome.stdout)
    assert answer["id"] == "事案1"
    (finding,) = answer["findings"]
    assert {key: finding[key] for key in ("procedure", "state", "due_on", "clauses")} == {
        "procedure": "AKT-P-6(2)-協議",
        "state": "missing",
        "due_on": None,
        "clauses": ["AKT-6(2)-b"],
    }
    assert finding["message"]
    assert finding["next"]


def test_several_histories_have_each_its_id_and_its_day() -> None:
    told = f'[{{"id": "甲", "as_of": "2025-08-10", "history": [{AGREED}, {ENDED}]}}, {{"id": "乙", "history": [{AGREED}, {ENDED}, {TOLD}]}}]'
    outcome = judge("-", "--as-of", "2025-08-20", "--json", stdin=told)
    assert outcome.exit_code == 0
    assert [(each["id"], [found["state"] for found in each["findings"]]) for each in json.loads(outcome.stdout)] == [
        ("甲", ["due"]),
        ("乙", []),
    ]


def test_people_read_what_to_do_next() -> None:
    outcome = judge("-", "--as-of", "2025-08-20", stdin=f"[{ENDED}]")
    assert outcome.exit_code == 1
    assert "× していない" in outcome.stdout
    assert "→ 加害者連絡を打ち切ることを" in outcome.stdout


@pytest.mark.parametrize(
    ("stdin", "told"),
    [('[{"on": "2025-08-08", "event": "contact_endet"}]', "contact_ended"), ("- [", "書き方"), ("3", "履歴")],
)
def test_what_cannot_be_used_ends_with_2_and_says_why(stdin: str, told: str) -> None:
    outcome = judge("-", stdin=stdin)
    assert outcome.exit_code == 2
    assert told in outcome.stderr


def test_a_fact_that_no_procedure_weighs_is_named() -> None:
    outcome = judge(
        "-", "--as-of", "2025-08-08", "--json", stdin='[{"on": "2025-08-08", "event": "contact_ended", "grund": "ア"}]'
    )
    assert "grund" in outcome.stderr
    json.loads(outcome.stdout)


def test_an_office_profile_sets_what_it_means_by_promptly(tmp_path: Path) -> None:
    profile = tmp_path / "office.yaml"
    profile.write_text("所属名: 岬警察署\npromptly.document_days: 20\n", "utf-8")
    outcome = judge("-", "--as-of", "2025-08-20", "--json", "--office", profile, stdin=f"[{AGREED}, {ENDED}]")
    assert [each["state"] for each in json.loads(outcome.stdout)["findings"]] == ["due"]
    profile.write_text("promptly.document_days: 早く\n", "utf-8")
    assert judge("-", "--office", profile, stdin=f"[{ENDED}]").exit_code == 2


def test_a_case_of_the_ledger_by_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON for machines; a file of people and events goes in; the same people, a wrong event and an early closing end with words and a status."""
    monkeypatch.setenv("YOSHIKI_LEDGER", str(tmp_path / "ledger"))
    office = {"name": "汐見県汐見警察署", "sources": ["kanagawa-stalker"]}
    (tmp_path / "office.yaml").write_text(json.dumps(office), "utf-8")
    told = {
        "office": "shiomi",
        "kind": "kanagawa-stalker",
        "number": "C-1",
        "opened_on": "2025-03-03",
        "facts": {"applicant_name": "髙﨑　澪"},
        "parties": [{"role": "child", "names": [{"kind": "registered", "text": "髙﨑　凪"}]}],
    }
    history = [{"on": "2025-03-03", "event": "request_received", "kind": "warning"}, {"on": "2025-03-04", "event": "x"}]
    for name, content in (("case.json", told), ("history.json", history), ("bad.json", {"parties": [{"names": 1}]})):
        (tmp_path / name).write_text(json.dumps(content), "utf-8")

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, [*words[:2], *(word.replace("@", f"{tmp_path}/") for word in words[2:])])

    assert run("office", "add", "shiomi", "--profile", "@office.yaml", "--from", "2024-04-01").exit_code == 0
    made = json.loads(run("case", "new", "--file", "@case.json", "--json").stdout)
    assert (made["number"], made["opened_on"]) == ("C-1", "2025-03-03")
    again = run("case", "new", "--office", "shiomi", "--kind", "kanagawa-stalker", "applicant_name=高崎澪")
    assert (again.exit_code, "C-1" in again.output) == (1, True)
    entered = run("case", "add", "C-1", "--file", "@history.json")
    assert (entered.exit_code, "2件目（その前の1件は加えました）" in entered.output) == (2, True)
    shown = json.loads(run("case", "show", "C-1", "--json").stdout)
    assert [each["event"] for each in shown["events"]] == ["request_received"]
    assert [each["role"] for each in shown["parties"]] == ["applicant", "child"]
    ref = shown["events"][0]["ref"]
    fixed = run(
        "case", "add", "C-1", "--event", "request_received", "kind=order", "--instead-of", ref, "--reason", "誤り"
    )
    assert fixed.exit_code == 0
    assert run("case", "retract", ref, "--reason", "誤り").exit_code == 2
    early = run("case", "close", "C-1", "--reason", "取下げ", "--event", "measure_closed")
    assert (early.exit_code, "取下げや満了だけでは" in early.output) == (1, True)
    (hit,) = json.loads(run("case", "search", "髙﨑凪", "--json").stdout)
    assert hit["by"] == ["name"]
    filled = json.loads(run("case", "prefill", "C-1", "warning", "--on", "2025-03-05", "--json").stdout)
    assert filled["record"]["data"]["applicant_name"] == "髙﨑　澪"
    assert filled["origins"]["applicant_name"]["since"] == "2025-03-03"
    judged = json.loads(run("case", "check", "C-1", "--json").stdout)
    assert judged["case"] == made["case"]
    for words in (
        ("case", "new", "--file", "@bad.json", "--office", "shiomi", "--kind", "kanagawa-stalker"),
        ("case", "new", "applicant_name"),
        ("case", "add", "C-1", "--person", "child", "nickname=x"),
        ("case", "add", "C-1", "--event", "x", "--paper", "warning"),
        ("case", "add", "C-1", "applicant_name=a", "applicant_name=b"),
        ("case", "prefill", "C-1", "warning", "-o", "@next.txt"),
        ("case", "close", "C-1", "a=b", "--reason", "x"),
    ):
        assert run(*words).exit_code == 2, words
