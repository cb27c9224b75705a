"""Promise: over HTTP the same findings and the same bytes as on the command line; every error is a problem report."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import create_app
from api.limits import AT_WORK, MAX_RECORD
from forms.finish.pdf_text import pdf_pages
from tests.office import OFFICE
from tests.records import NOTICE
from validators.definitions.catalogue import Catalogue
from validators.schema import json_schema

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

URL = "/api/v1/forms/non-warning-notice"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(office=OFFICE).test_client()


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.text)
    assert {"type", "title", "status", "detail", "code"} <= body.keys()
    assert body["status"] == status
    return body


def test_forms_are_listed_described_and_given_a_schema(client: FlaskClient) -> None:
    slugs = {form["slug"] for form in client.get("/api/v1/forms").json or []}
    assert "non-warning-notice" in slugs
    described = client.get(URL).json or {}
    assert described["title"].startswith("通知書")
    schema = json.loads(client.get(f"{URL}/schema").text)
    Draft202012Validator.check_schema(schema)
    assert "reason" in schema["required"]


def test_a_good_record_becomes_the_document_that_is_asked_for(client: FlaskClient) -> None:
    pdf = client.post(
        f"{URL}/documents", json={"office": OFFICE, "data": NOTICE}, headers={"Accept": "application/pdf"}
    )
    assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
    assert pdf.data.startswith(b"%PDF-")
    docx = client.post(
        f"{URL}/documents",
        json=NOTICE,
        headers={"Accept": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    )
    assert docx.data.startswith(b"PK")
    both = client.post(f"{URL}/documents", json=NOTICE, headers={"Accept": "application/json"}).json or {}
    assert both["pages"] == 1
    assert sorted(both["files"]) == ["docx", "pdf"]


def test_a_form_made_in_copies_comes_with_each_of_them(client: FlaskClient) -> None:
    """As JSON every copy, marked; as PDF the first."""
    samples = json.loads((Path(__file__).parents[2] / "samples" / "dv-court.json").read_text("utf-8"))
    body = next(raw for raw in samples if raw["record"] == "good-first")
    url = "/api/v1/forms/protection-order-petition/documents"
    files = (client.post(url, json=body, headers={"Accept": "application/json"}).json or {})["files"]
    assert set(files) == {"pdf", "docx", "pdf-副本"}
    assert client.post(url, json=body, headers={"Accept": "application/pdf"}).data == base64.b64decode(files["pdf"])
    assert "副本" in "".join(pdf_pages(base64.b64decode(files["pdf-副本"]))[:1])


def test_a_copy_for_the_files_is_made_of_any_form(client: FlaskClient) -> None:
    """As JSON beside the paper itself, as PDF in its place; each page says what it is."""
    url = f"{URL}/documents?copy=写し"
    files = (client.post(f"{url}&copy=控え", json=NOTICE, headers={"Accept": "application/json"}).json or {})["files"]
    assert set(files) == {"pdf", "docx", "pdf-写し", "pdf-控え"}
    copy = base64.b64decode(files["pdf-写し"])
    answer = client.post(url, json=NOTICE, headers={"Accept": "application/pdf"})
    assert answer.data == copy
    assert 'filename="non-warning-notice-copy.pdf"' in answer.headers["Content-Disposition"]
    assert all("写し" in page for page in pdf_pages(copy))
    assert not any("写し" in page for page in pdf_pages(base64.b64decode(files["pdf"])))


@pytest.mark.parametrize(
    ("query", "accept", "told"),
    [
        ("copy=原本", "application/json", "「写し」、「控え」を指定できます"),
        ("copy=写し&copy=控え", "application/pdf", "一つだけ"),
        (
            "copy=写し",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/json ではいくつでも",
        ),
    ],
)
def test_a_copy_that_is_not_offered_is_refused(client: FlaskClient, query: str, accept: str, told: str) -> None:
    body = problem(client.post(f"{URL}/documents?{query}", json=NOTICE, headers={"Accept": accept}), 400)
    assert told in body["detail"]


def test_a_breach_is_422_with_the_clause_and_nothing_is_made(client: FlaskClient) -> None:
    body = problem(client.post(f"{URL}/documents", json={"office": OFFICE, "data": {**NOTICE, "reason": " "}}), 422)
    assert body["verdict"] == "refused"
    assert any("KNG-9(5)イ-c" in finding["clauses"] and finding["path"] == "reason" for finding in body["findings"])


def test_check_gives_findings_and_issues_nothing(client: FlaskClient) -> None:
    answer = client.post(f"{URL}/check", json={"office": OFFICE, "data": {**NOTICE, "reason": None}})
    assert answer.status_code == 200
    assert (answer.json or {})["verdict"] == "refused"
    good = client.post(f"{URL}/check", json=NOTICE).json or {}
    assert not [finding for finding in good["findings"] if finding["severity"] == "error"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'{"data": {"a": 1, "a": 2}}', "application/json", 400),
        (b"[" * 5000, "application/json", 400),
        (b'{"form": "warning", "data": {}}', "application/json", 400),
        (b"a=1", "application/x-www-form-urlencoded", 415),
    ],
)
def test_bodies_that_cannot_be_read_are_named(client: FlaskClient, body: bytes, kind: str, status: int) -> None:
    problem(client.post(f"{URL}/check", data=body, content_type=kind), status)


@pytest.mark.parametrize(
    "path", ["forms/none", "forms/none/schema", "batches/none", "batches/none/archive.zip", "none"]
)
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    problem(client.get(f"/api/v1/{path}"), 404)


def test_other_methods_and_media_types_are_refused_by_name(client: FlaskClient) -> None:
    assert "POST" in client.get(f"{URL}/check").headers["Allow"]
    problem(client.get(f"{URL}/check"), 405)
    problem(client.post(f"{URL}/documents", json=NOTICE, headers={"Accept": "image/png"}), 406)


def test_no_other_site_may_speak_through_the_browser(client: FlaskClient) -> None:
    problem(client.post(f"{URL}/check", json=NOTICE, headers={"Origin": "http://evil.example"}), 403)
    problem(client.get("/api/v1/forms", headers={"Host": "evil.example"}), 403)


def test_answers_are_private(client: FlaskClient) -> None:
    headers = client.get("/api/v1/forms").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_openapi_describes_exactly_the_routes(client: FlaskClient) -> None:
    described = client.get("/openapi.json").json or {}
    routes = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert set(described["paths"]) == routes
    for slug in ("non-warning-notice", "Record", "Problem"):
        assert slug in described["components"]["schemas"]


def test_every_answer_has_its_shape_and_every_slug_is_named(client: FlaskClient) -> None:
    """Each 2xx but an empty one has a schema, each schema is one, each refusal is a problem."""
    described = client.get("/openapi.json").json or {}
    for path, operations in described["paths"].items():
        for operation in operations.values():
            good = {code: answer for code, answer in operation["responses"].items() if code.startswith("2")}
            assert len({*good} - {"204"}) == 1 or [*good] == ["204"], path
            assert all(code == "204" or all(c["schema"] for c in a["content"].values()) for code, a in good.items())
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            slugs = [p["schema"]["enum"] for p in operation.get("parameters", ()) if p["name"] == "slug"]
            assert slugs in ([], [list(client.application.extensions["line"].catalogue.slugs())])
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    own = {name: schema for name, schema in described["components"]["schemas"].items() if "$ref" not in schema}
    OpenAPIV31SpecValidator({**described, "components": {"schemas": own}}).validate()


def test_answers_have_the_shape_that_is_described(client: FlaskClient) -> None:
    described = client.get("/openapi.json").json or {}

    def of(path: str, method: str, code: str) -> Draft202012Validator:
        content = described["paths"][path][method]["responses"][code]["content"]
        schema = next(of["schema"] for kind, of in content.items() if "json" in kind)
        return Draft202012Validator({**schema, "components": described["components"]})

    url = "/api/v1/forms/{slug}"
    of("/api/v1/forms", "get", "200").validate(client.get("/api/v1/forms").json)
    for slug in client.application.extensions["line"].catalogue.slugs():
        of(url, "get", "200").validate(client.get(f"/api/v1/forms/{slug}").json)
    for data in (NOTICE, {**NOTICE, "reason": ""}, {}):
        of(f"{url}/check", "post", "200").validate(client.post(f"{URL}/check", json={"data": data}).json)
    made = client.post(f"{URL}/documents", json=NOTICE, headers={"Accept": "application/json"})
    of(f"{url}/documents", "post", "200").validate(made.json)
    refused = client.post(f"{URL}/documents", json={"data": {}})
    of(f"{url}/documents", "post", "422").validate(json.loads(refused.text))
    sent = client.post(
        "/api/v1/batches", json=[{"form": "non-warning-notice", "record": "1", "office": OFFICE, "data": NOTICE}]
    )
    of("/api/v1/batches", "post", "202").validate(sent.json)
    status: dict[str, Any] = {}
    for _ in range(600):
        status = client.get(sent.headers["Location"]).json or {}
        of("/api/v1/batches/{key}", "get", "200").validate(status)
        if status["state"] == "done":
            break
        time.sleep(0.05)
    assert status["documents"]
    of("/api/v1/batches", "get", "200").validate(client.get("/api/v1/batches").json)
    of("/api/v1/batches/{key}/cancel", "post", "200").validate(client.post(f"{sent.headers['Location']}/cancel").json)


def schema_of(client: FlaskClient, referring: dict[str, Any]) -> dict[str, Any]:
    """Follow the reference to a form's own document."""
    found: dict[str, Any] = json.loads(client.get(referring["$ref"]).text)
    return found


def test_forms_are_described_by_reference(client: FlaskClient) -> None:
    """The description stays small however many forms there are; each reference leads to the form's schema.

    With it stands a worked example, which is valid by it and lawful.
    """
    told = client.get("/openapi.json")
    catalogue = client.application.extensions["line"].catalogue
    assert len(told.data) < 60_000 + 500 * len(catalogue.slugs())
    schemas = (told.json or {})["components"]["schemas"]
    for slug in catalogue.slugs():
        schema = schema_of(client, schemas[slug])
        (worked,) = schema.pop("examples")
        assert schema == json_schema(catalogue.get(slug))
        Draft202012Validator(schema).validate(worked)
        office = {**OFFICE, "prefecture": "汐見県", "headquarters_chief": "汐見県警察本部長"}
        body = {"office": office, "data": worked}
        judged = client.post(f"/api/v1/forms/{slug}/check", json=body).json or {}
        assert judged["verdict"] == "checked", slug


def test_lists_of_forms_read_no_form(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page and the list know titles and numbers without opening what is long."""
    pages = [client.get(path).data for path in ("/", "/api/v1/forms")]

    def refuse(*_: Any) -> None:
        raise AssertionError("a form was read")

    monkeypatch.setattr(Catalogue, "editions", refuse)
    assert [client.get(path).data for path in ("/", "/api/v1/forms")] == pages
    assert "警告書" in pages[0].decode()


def test_examples_are_valid_by_their_own_schemas(client: FlaskClient) -> None:
    """Those of every item, as they are kept and not as a clerk writes them, and the body shown with the calls."""
    described = client.get("/openapi.json").json or {}

    def examined(schema: dict[str, Any]) -> int:
        count = 0
        for example in schema.get("examples", ()):
            Draft202012Validator(schema).validate(example)
            count += 1
        inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
        return count + sum(examined(each) for each in inner)

    schemas = described["components"]["schemas"]
    forms = {slug: schema_of(client, schemas[slug]) for slug in client.application.extensions["line"].catalogue.slugs()}
    assert sum(map(examined, forms.values())) > 500
    body = described["paths"]["/api/v1/forms/{slug}/check"]["post"]["requestBody"]["content"]["application/json"]
    Draft202012Validator({**body["schema"], "components": described["components"]}).validate(body["example"])
    form = body["example"]["form"]
    Draft202012Validator(forms[form]).validate(body["example"]["data"])
    told = client.post(f"/api/v1/forms/{form}/check", json={**body["example"], "office": OFFICE}).json or {}
    assert told["verdict"] == "checked"


def test_a_form_is_described_as_of_a_day(client: FlaskClient) -> None:
    """The edition that a record of that day would get, of every form that has had more than one."""
    catalogue = client.application.extensions["line"].catalogue
    older = [(slug, each) for slug in catalogue.slugs() for each in catalogue.editions(slug)[:-1]]
    assert older
    for slug, edition in older:
        day = edition.effective_until or edition.effective_from
        for path in ("", "/schema"):
            told = json.loads(client.get(f"/api/v1/forms/{slug}{path}?on={day}").text)
            schema = told if path else told["schema"]
            assert schema["$id"].endswith(f":{edition.edition}")
    for day in ("きのう", "20240401", "2024-W14-1", "2024-4-1", "2024-02-30"):
        problem(client.get(f"{URL}/schema?on={day}"), 400)
    problem(client.get(f"{URL}/schema?on=1900-01-01"), 400)


def test_a_refused_record_leaves_no_value_in_answer_or_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    name = "髙橋　美咲"
    answer = client.post(
        f"{URL}/documents", json={"office": OFFICE, "data": {**NOTICE, "reason": "", "document_date": "きのう"}}
    )
    assert answer.status_code == 422
    assert name not in answer.text
    assert name not in caplog.text


SAMPLES = Path(__file__).parents[2] / "samples"
CARD = "/api/v1/forms/response-card"


def cards() -> list[dict[str, Any]]:
    """Return two consultation cards of one case."""
    records = json.loads((SAMPLES / "osaka.json").read_text("utf-8"))
    return [record for record in records if record["record"] in {"OSK-001", "OSK-002"}]


def test_a_paper_of_a_case_is_judged_beside_the_papers_that_come_with_it(client: FlaskClient) -> None:
    """Alone it waits, with what would settle it; with the case's papers it is judged as a batch judges it."""
    one, other = cards()
    alone = client.post(f"{CARD}/check", json=one).json or {}
    assert alone["verdict"] == "waiting"
    assert [f["status"] for f in alone["findings"]] == ["undetermined"]
    assert problem(client.post(f"{CARD}/documents", json=one), 422)["code"] == "needs-confirmation"
    for papers in ([other], [one, other], [{**other, "case": "Ｃ－０００７"}]):
        together = client.post(f"{CARD}/check", json={**one, "papers": papers}).json or {}
        assert (together["verdict"], together["findings"]) == ("checked", [])
        assert client.post(f"{CARD}/documents", json={**one, "papers": papers}).status_code == 200
    same_number = {**other, "data": {**other["data"], "consult_id": one["data"]["consult_id"]}}
    clash = client.post(f"{CARD}/check", json={**one, "papers": [same_number]}).json or {}
    assert any("OSK-第3-2(4)イ-a" in f["clauses"] and f["severity"] == "error" for f in clash["findings"])


def test_a_secret_that_only_another_paper_of_the_case_knows_is_found(client: FlaskClient) -> None:
    one, other = cards()
    refuge = "鳥見県海辺市隠町三丁目４番５号"
    told = {**one, "data": {**one["data"], "facts": "申出者は隠町3-4-5にいる旨を述べた。"}}
    keeps = {**other, "data": {**other["data"], "protected_values": [refuge]}}
    found = (client.post(f"{CARD}/check", json={**told, "papers": [keeps]}).json or {})["findings"]
    assert any(f["code"] == "protected-value" for f in found)


@pytest.mark.parametrize(
    ("papers", "told"),
    [
        ("x", "papers は"),
        (["x"], "papers[0]"),
        ([{"form": "none", "data": {}}], "papers[0]"),
        ([{"data": {}}], "papers[0]"),
        ([{"form": "response-card", "case": "X-9", "data": {}}], "papers[0]"),
        ([{"form": "response-card", "data": {"received_at": "おととい"}}], "papers[0]"),
        ([{"form": "response-card", "data": {}}] * 201, "200件まで"),
    ],
)
def test_papers_that_cannot_be_weighed_are_refused_by_place(client: FlaskClient, papers: object, told: str) -> None:
    body = problem(client.post(f"{CARD}/check", json={**cards()[0], "papers": papers}), 400)
    assert told in body["detail"]


def test_a_misspelt_key_of_the_envelope_is_told_here_as_at_every_door(client: FlaskClient) -> None:
    body = {"record": "N-1", "office": OFFICE, "data": NOTICE, "confirmatoins": []}
    answers = client.post(f"{URL}/check", json=body).json or {}
    assert [(f["code"], f["severity"]) for f in answers["findings"] if "confirmatoins" in f["message"]] == [
        ("unknown-key", "warning")
    ]
    both = client.post(f"{URL}/documents", json=body, headers={"Accept": "application/json"}).json or {}
    assert any(f["code"] == "unknown-key" for f in both["findings"])


def test_the_paper_is_saved_under_the_name_of_its_form(client: FlaskClient) -> None:
    """In Japanese where the browser reads it (RFC 5987), and never under the name of a person."""
    answer = client.post(f"{URL}/documents", json={"record": "髙橋　美咲", "office": OFFICE, "data": NOTICE})
    told = answer.headers["Content-Disposition"]
    assert 'filename="non-warning-notice.pdf"' in told
    named = unquote(told.partition("filename*=UTF-8''")[2])
    assert named.startswith("通知書")
    assert named.endswith("-non-warning-notice.pdf")
    assert "美咲" not in unquote(told)


def test_a_call_sent_again_under_its_key_gets_the_same_answer(client: FlaskClient) -> None:
    """Whatever the answer was; another body under the same key is refused, and so is a key of blanks."""
    good = {
        "json": {"office": OFFICE, "data": NOTICE},
        "headers": {"Idempotency-Key": "doc-1", "Accept": "application/pdf"},
    }
    first, again = (client.post(f"{URL}/documents", **good) for _ in range(2))
    numbers = [answer.headers.pop("X-Request-Number") for answer in (first, again)]  # each call has its own
    assert numbers[0] != numbers[1]
    assert (first.status_code, first.data, dict(first.headers)) == (200, again.data, dict(again.headers))
    bad = {"office": OFFICE, "data": {**NOTICE, "reason": ""}}
    reused = problem(client.post(f"{URL}/documents", json=bad, headers=good["headers"]), 422)
    assert reused["code"] == "idempotency-key-reused"
    refused = [client.post(f"{URL}/documents", json=bad, headers={"Idempotency-Key": "doc-2"}) for _ in range(2)]
    assert refused[0].data == refused[1].data
    problem(
        client.post(
            f"{URL}/documents", data=b"{", content_type="application/json", headers={"Idempotency-Key": "doc-3"}
        ),
        400,
    )
    problem(client.post(f"{URL}/documents", json=bad, headers={"Idempotency-Key": "a b"}), 400)


def test_a_record_that_is_too_large_is_refused(client: FlaskClient) -> None:
    body = problem(client.post(f"{URL}/check", data=b" " * (MAX_RECORD + 1), content_type="application/json"), 413)
    assert "8MBまで" in body["detail"]


def test_when_all_hands_are_full_the_caller_is_told_when_to_come_again(client: FlaskClient) -> None:
    work = client.application.extensions["work"]
    with contextlib.ExitStack() as busy:
        for _ in range(AT_WORK):
            busy.enter_context(work.one())
        answer = client.post(
            f"{URL}/documents", json={"office": OFFICE, "data": NOTICE}, headers={"Idempotency-Key": "doc-4"}
        )
        assert problem(answer, 503)["code"] == "busy"
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get("/healthz").status_code == 200
    assert (
        client.post(
            f"{URL}/documents", json={"office": OFFICE, "data": NOTICE}, headers={"Idempotency-Key": "doc-4"}
        ).status_code
        == 200
    )
