"""Promise: the client of one file and the curl examples take a record all the way through a served process, with a key alone."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from commands.options import ledger_clock
from ledger.api_keys import make_api_key
from ledger.engine import open_ledger
from ledger.offices import save_office
from ledger.types import instant
from samples.client.yoshiki_client import ProblemError, Yoshiki
from tests.api.signed_in import ACTOR
from tests.api.test_doors import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENT = Path(__file__).parents[2] / "samples" / "client"
OFFICE = {"name": "汐見県汐見警察署", "prefecture": "汐見県", "chief_title": "汐見県汐見警察署長", "symbol": "汐見生安"}
RECORD = {
    "form": "property-submission",
    "record": "P-1",
    "data": {
        "document_no": "汐見生安第8号",
        "document_date": "2025-05-12",
        "submitter_role": "applicant",
        "submitter_name": "架空　花子",
        "submitter_address": "汐見県灯台市架空町9番9号",
        "submitted_on": "2025-05-12",
        "property_items": [{"name": "封書", "quantity": "2通", "condition": "開封済み"}],
        "signature": True,
    },
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give address and key of a service with people, and the record's file."""
    folder = tmp_path_factory.mktemp("client")
    clock = ledger_clock()
    with open_ledger(folder / "ledger", clock=clock) as kept:
        save_office(kept, ACTOR, "shiomi", OFFICE["name"], kind="station", told=OFFICE, from_on="2026-04-01")
        until = instant(clock() + timedelta(days=2))
        _, secret = make_api_key(kept, ACTOR, "相談システム", "shiomi", ["forms", "papers", "cases"], until=until)
    record = folder / "record.json"
    record.write_text(json.dumps(RECORD, ensure_ascii=False), encoding="utf-8")
    service = Served(folder, "--people", "--ledger", str(folder / "ledger"))
    yield {"YOSHIKI_URL": f"http://127.0.0.1:{service.port}", "YOSHIKI_KEY": secret, "RECORD": str(record)}
    service.end(signal.SIGTERM)


def ran(command: list[str], place: dict[str, str]) -> str:
    """Return what an example says."""
    done = subprocess.run(
        command, env={**os.environ, **place}, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_client_takes_a_record_all_the_way(place: dict[str, str]) -> None:
    said = ran([sys.executable, str(CLIENT / "yoshiki_client.py"), place["YOSHIKI_URL"], place["RECORD"]], place)
    assert "issue: issued" in said
    assert "verify: True" in said
    assert "deadlines: " in said


def test_curl_does_the_same(place: dict[str, str], tmp_path: Path) -> None:
    another = tmp_path / "record.json"  # what was issued is not issued again
    another.write_text(json.dumps({**RECORD, "record": "P-2"}, ensure_ascii=False), encoding="utf-8")
    said = ran(["sh", str(CLIENT / "curl.sh"), str(RECORD["form"]), str(another)], place)
    assert [line.partition(":")[0] for line in said.splitlines()] == ["check", "issue", "verify", "deadlines"]
    assert "issue: issued" in said


def test_the_client_raises_what_was_refused_in_words_and_needs_the_standard_library_alone(
    place: dict[str, str],
) -> None:
    with pytest.raises(ProblemError) as told:
        Yoshiki(place["YOSHIKI_URL"], "ysk_none").deadlines()
    assert told.value.code == "http-401"
    assert "鍵" in told.value.detail
    tree = ast.parse((CLIENT / "yoshiki_client.py").read_text("utf-8"))
    used = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    used |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.partition(".")[0] for name in used} <= sys.stdlib_module_names
