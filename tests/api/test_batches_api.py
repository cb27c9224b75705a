"""Promise: an uploaded input is watched to its end and its results fetched; what cannot be read says so."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api import create_app
from tests.records import notice

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return create_app(store=tmp_path_factory.mktemp("store")).test_client()


def send(client: FlaskClient, name: str, content: bytes) -> dict[str, Any]:
    return end_of(client, client.post("/api/v1/batches", data={"file": (io.BytesIO(content), name)}))


def end_of(client: FlaskClient, answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    return ended(client, answer.headers["Location"])


def ended(client: FlaskClient, place: str) -> dict[str, Any]:
    for _ in range(3_600):
        job: dict[str, Any] = client.get(place).json or {}
        if job["state"] in {"done", "failed"}:
            return {**job, "place": place}
        time.sleep(0.05)
    raise AssertionError("the batch did not end")


def notices(*reasons: str) -> bytes:
    items = [notice(f"N-{i}", reason=reason) for i, reason in enumerate(reasons)]
    return json.dumps(items, ensure_ascii=False).encode()


def test_good_rows_are_issued_bad_rows_named_and_everything_can_be_fetched(client: FlaskClient) -> None:
    job = send(client, "in.json", notices("行為者の所在が判明しなかったため。", ""))
    assert (job["verdicts"]["issued"], job["verdicts"]["refused"]) == (1, 1)
    assert {"archive.zip", "annotated.xlsx", "register.xlsx", "review.html", "review.pdf", "review.json"} <= set(
        job["results"]
    )
    for name in job["results"]:
        with client.get(f"{job['place']}/{name}") as answer:
            assert answer.status_code == 200
            assert answer.data
    with client.get(f"{job['place']}/archive.zip") as answer:
        content = answer.data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "documents/N-0-non-warning-notice.pdf" in archive.namelist()
        assert not [name for name in archive.namelist() if "N-1" in name]


def test_an_unreadable_upload_ends_with_its_reason(client: FlaskClient) -> None:
    job = send(client, "broken.xlsx", b"PK\x03\x04 nothing")
    with client.get(f"{job['place']}/review.json") as answer:
        review = answer.json or {}
    assert job["verdicts"]["issued"] == 0
    assert any(finding["cell"] == "broken.xlsx" for finding in review["input_findings"])


def test_an_upload_without_a_file_is_a_problem(client: FlaskClient) -> None:
    answer = client.post("/api/v1/batches", data={})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_names_of_results_cannot_leave_the_batch(client: FlaskClient, tmp_path: Path) -> None:
    job = send(client, "in.json", notices("行為者の所在が判明しなかったため。"))
    (tmp_path / "secret").write_text("x")
    for name in ("..%2Fsecret", "documents", "..", "upload"):
        assert client.get(f"{job['place']}/{name}").status_code == 404


def test_uploads_do_not_stay(client: FlaskClient) -> None:
    send(client, "in.json", notices("行為者の所在が判明しなかったため。"))
    store = client.application.extensions["desk"].room()
    assert [path.name for path in store.iterdir() if path.is_file()] == []


def test_json_is_judged_case_by_case_as_the_command_judges_a_file(client: FlaskClient) -> None:
    """Two papers of one case in two notations are bound and judged together; one that lacks its case's papers waits."""
    records = json.loads((SAMPLES / "osaka.json").read_text("utf-8"))
    one, other = (record for record in records if record["record"] in {"OSK-001", "OSK-002"})
    answer = client.post("/api/v1/batches", json=[{**one, "case": "Ｋ－３"}, {**other, "case": "k-3"}])
    job = end_of(client, answer)
    assert job["verdicts"]["issued"] == 2
    job = end_of(client, client.post("/api/v1/batches", json=[one]))
    assert job["verdicts"]["waiting"] == 1


def test_an_empty_body_is_a_problem(client: FlaskClient) -> None:
    answer = client.post("/api/v1/batches", data=b" ", content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_body_that_is_no_json_is_refused_at_once(client: FlaskClient) -> None:
    """Not queued to fail later: the place of the fault is told, and nothing is kept."""
    before = len((client.get("/api/v1/batches").json or {})["batches"])
    for body in (
        b"form=warning",
        b'[{"form": "warning",}]',
        b"[] []",
        b'{"form": "warning", "form": "warning"}',
        b"[]",
    ):
        answer = client.post("/api/v1/batches", data=body, content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), body
    assert len((client.get("/api/v1/batches").json or {})["batches"]) == before


def test_calls_under_one_key_at_the_same_time_are_done_once(client: FlaskClient) -> None:
    """Each is answered with the one batch, or told that it is being taken; none makes another."""
    app, body, ready = client.application, notices("行為者の所在が判明しなかったため。"), threading.Barrier(8)
    before = len((client.get("/api/v1/batches").json or {})["batches"])

    def call(_: int) -> tuple[int, str]:
        sender = app.test_client()
        ready.wait(timeout=60)
        answer = sender.post(
            "/api/v1/batches", data=body, content_type="application/json", headers={"Idempotency-Key": "at-once"}
        )
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(call, range(8)))
    (place,) = {place for status, place in answers if status == 202}
    assert {status for status, _ in answers} <= {202, 409}
    assert len((client.get("/api/v1/batches").json or {})["batches"]) == before + 1
    assert ended(client, place)["state"] == "done"


def test_a_full_queue_says_when_to_come_again_and_keeps_no_upload(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.MAX_WAITING", 0)
    for answer in (
        client.post("/api/v1/batches", data={"file": (io.BytesIO(notices("x")), "in.json")}),
        client.post("/api/v1/batches", data=notices("x"), content_type="application/json"),
    ):
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert int(answer.headers["Retry-After"]) > 0
        assert (answer.json or {})["code"] == "busy"
    assert client.post("/batches", data={"file": (io.BytesIO(notices("x")), "in.json")}).status_code == 503
    assert files_of(client) == []


def files_of(client: FlaskClient) -> list[str]:
    """Return the uploads that lie in the store."""
    return [path.name for path in client.application.extensions["desk"].room().iterdir() if path.is_file()]


def test_a_refused_upload_does_not_stay(client: FlaskClient) -> None:
    answer = client.post("/api/v1/batches", data={"file": (io.BytesIO(b"x"), "in.json"), "copy": "原本"})
    assert answer.status_code == 400
    assert files_of(client) == []


def test_the_status_tells_retention_findings_and_single_documents(client: FlaskClient) -> None:
    """Every document is fetched by the name the status gives; nothing else of the folder is."""
    job = send(client, "in.json", notices("行為者の所在が判明しなかったため。", ""))
    kept = datetime.fromisoformat(job["expires_at"]) - datetime.now().astimezone()
    assert timedelta(hours=3) < kept <= timedelta(hours=4)
    assert job["input_findings"] == []
    (document,) = job["documents"]
    assert (document["record"], document["form"]) == ("N-0", "non-warning-notice")
    for name in document["files"].values():
        with client.get(f"{job['place']}/documents/{name}") as answer:
            assert answer.status_code == 200
            assert name in answer.headers["Content-Disposition"]
    for name in (".yoshiki.jsonl", "N-1-non-warning-notice.pdf", "..", "%2e%2e"):
        assert client.get(f"{job['place']}/documents/{name}").status_code == 404


def test_a_batch_is_listed_and_removed_with_all_that_came_of_it(client: FlaskClient) -> None:
    job = send(client, "in.json", notices("行為者の所在が判明しなかったため。"))
    assert job["id"] in {each["id"] for each in (client.get("/api/v1/batches").json or {})["batches"]}
    folder = client.application.extensions["desk"].room() / job["id"]
    assert folder.is_dir()
    assert client.delete(job["place"]).status_code == 204
    assert not folder.exists()
    assert client.get(job["place"]).status_code == 404
    assert client.delete(job["place"]).status_code == 404


def test_a_batch_is_broken_off_and_one_that_waits_is_never_begun(client: FlaskClient) -> None:
    """The one at work ends at its next unit; nothing of either stays."""
    long = json.dumps(
        [notice(f"N-{n}") for n in range(400)],
        ensure_ascii=False,
    ).encode()
    first, second = (
        client.post("/api/v1/batches", data=long, content_type="application/json").headers["Location"] for _ in range(2)
    )
    assert (client.post(f"{second}/cancel").json or {})["state"] == "cancelled"
    for _ in range(600):
        if (client.get(first).json or {})["done"]:
            break
        time.sleep(0.05)
    client.post(f"{first}/cancel")
    for _ in range(600):
        if (client.get(first).json or {})["state"] != "running":
            break
        time.sleep(0.05)
    status = client.get(first).json or {}
    assert (status["state"], "results" in status) == ("cancelled", False)
    store = client.application.extensions["desk"].room()
    assert not [path for path in store.iterdir() if path.name in {first.rpartition("/")[2], second.rpartition("/")[2]}]
    assert client.get(f"{first}/archive.zip").status_code == 404


def test_a_batch_sent_again_under_its_key_is_taken_once(client: FlaskClient) -> None:
    """The parts are what counts, not how they were packed; another file under the same key is refused."""

    def again(reason: str) -> TestResponse:
        return client.post(
            "/api/v1/batches",
            data={"file": (io.BytesIO(notices(reason)), "in.json")},
            headers={"Idempotency-Key": "batch-1"},
        )

    first = again("行為者の所在が判明しなかったため。")
    before = len((client.get("/api/v1/batches").json or {})["batches"])
    assert again("行為者の所在が判明しなかったため。").headers["Location"] == first.headers["Location"]
    assert len((client.get("/api/v1/batches").json or {})["batches"]) == before
    other = again("別の理由。")
    assert (other.status_code, (other.json or {})["code"]) == (422, "idempotency-key-reused")


def test_the_page_breaks_off_and_removes(client: FlaskClient) -> None:
    job = send(client, "in.json", notices("行為者の所在が判明しなかったため。"))
    page = client.get(f"/batches/{job['id']}").text
    assert "いま消す" in page
    assert "まで置き" in page
    assert "in.json" in client.get("/").text
    assert client.post(f"/batches/{job['id']}/delete").status_code == 303
    assert client.get(f"/batches/{job['id']}").status_code == 404
