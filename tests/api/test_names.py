"""Promise: a paper is taken by the name another source's list has for it, at every door, and answered by its own."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from api import create_app
from app import main
from tests.rulebooks import OURS
from validators.histories.items import read_item
from validators.histories.judging import judge_history

if TYPE_CHECKING:
    from pathlib import Path

THEIRS, OWN = "prohibition-order-extension", "extension-order"
RECORD: dict[str, Any] = {"form": THEIRS, "record": "1", "data": {"document_date": "2026-02-24"}}


def test_over_http_the_form_answers_and_papers_beside_a_record_are_taken() -> None:
    client = create_app().test_client()
    assert (client.get(f"/api/v1/forms/{THEIRS}").json or {})["slug"] == OWN
    assert client.get(f"/api/v1/forms/{THEIRS}/schema?on=2024-01-01").status_code == 200
    assert client.get(f"/sheet?form={THEIRS}").status_code == 200
    for slug in (THEIRS, OWN):
        answer = client.post(f"/api/v1/forms/{slug}/check", json={**RECORD, "papers": [{**RECORD, "record": "2"}]})
        assert (answer.status_code, (answer.json or {})["verdict"]) == (200, "refused"), answer.text


def test_on_the_command_line_files_and_options_name_it(tmp_path: Path) -> None:
    batch, table = tmp_path / "batch.json", tmp_path / "rows.csv"
    batch.write_text(json.dumps([RECORD]), "utf-8")
    table.write_text(f"様式,整理番号,年月日\n{THEIRS},1,2026-02-24\n", "utf-8")
    for given in ((batch,), (table,), (table, "--form", THEIRS)):
        outcome = CliRunner().invoke(main, ["check", "--json", *map(str, given)], catch_exceptions=False)
        assert f'"{OWN}"' in outcome.stdout, outcome.output
        assert "unknown-form" not in outcome.stdout


def test_in_a_history_it_is_the_same_paper() -> None:
    def judged(slug: str) -> list[tuple[str, str]]:
        acts = (
            {"on": "2026-02-24", "paper": slug, "delivered_on": "2026-02-24"},
            {"on": "2026-02-25", "event": "delivery_refused", "paper": slug},
        )
        items = [read_item(OURS.procedures.vocabulary, act, at) for at, act in enumerate(acts)]
        return [(each.procedure, each.state) for each in judge_history(OURS, items, date(2026, 12, 1))]

    assert judged(THEIRS) == judged(OWN)
