"""Promise: what has not changed is not sent again, what changed meanwhile is not written over, and the OpenAPI page says where."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ledger import events
from ledger.audit.types import AuditVerified
from ledger.expecting import ChangedError, only_if
from ledger.write import record
from tests.api.kept.test_kept_api import SAMPLES, Caller, opened, ours
from tests.api.signed_in import ACTOR
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from ledger.engine import Ledger

__all__ = ["ours"]
EVENT = {"on": "2026-03-20", "event": "request_received", "kind": "warning"}


def read(caller: Caller, path: str, **headers: str) -> TestResponse:
    return caller.client.get(path, headers={**caller.headers, **headers})


def changed(caller: Caller, path: str, body: Any, **headers: str) -> TestResponse:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return caller.client.post(f"/api/v1{path}", json=body, headers={**caller.headers, **told})


def drafted(caller: Caller) -> str:
    """Return the ref of a draft that may be issued."""
    told = json.loads((SAMPLES / "kanagawa.json").read_text("utf-8"))
    sent = next(each for each in told if each["form"] == "property-submission") | {"case": ""}
    return str(caller.call("POST", "/forms/property-submission/papers", sent, status=201)["paper"])


def test_what_has_not_changed_is_not_sent_again(ours: Caller) -> None:
    """Forms, schemas, OpenAPI, cases, papers and their lists: 304 without a body, until they change."""
    case, paper = opened(ours), drafted(ours)
    forms = ["/api/v1/forms", "/api/v1/forms/warning", "/api/v1/forms/warning/schema", "/openapi.json"]
    kept = [f"/api/v1/cases/{case}", "/api/v1/cases", f"/api/v1/papers/{paper}", "/api/v1/papers"]
    tags = {}
    for path in (*forms, *kept):
        first = read(ours, path)
        tag = tags[path] = first.headers["ETag"]
        assert not tag.startswith("W/"), path
        for given in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            again = read(ours, path, **{"If-None-Match": given})
            assert (again.status_code, again.data) == (304, b""), (path, given)
            assert again.headers["ETag"] == tag
            assert again.headers["Cache-Control"] == "no-store"
        assert read(ours, path, **{"If-None-Match": '"other"'}).data == first.data
    ours.call("POST", f"/cases/{case}/events", EVENT, status=201)
    ours.call("POST", f"/papers/{paper}/check")
    for path in kept:
        assert read(ours, path, **{"If-None-Match": tags[path]}).status_code == (
            304 if path.endswith("/cases") else 200
        )
    assert len({*tags.values()}) == len(tags)


def test_a_case_is_changed_only_as_it_was_read(ours: Caller) -> None:
    """Every change of a case heeds If-Match: an old tag, another case's, a weak one or nonsense writes nothing."""
    case, other = opened(ours), opened(ours, number="汐見-2", parties=[], facts={})
    path = f"/api/v1/cases/{case}"
    old = read(ours, path).headers["ETag"]
    assert changed(ours, f"/cases/{case}/events", EVENT, If_Match=old).status_code == 201
    now = read(ours, path)
    event = json.loads(now.data)["events"][0]["ref"]
    bodies: dict[str, Any] = {
        "facts": {"facts": {"applicant_name": "架空　月子"}},
        "parties": {"role": "reporter", "names": [{"kind": "registered", "text": "岬　太郎"}]},
        "events": EVENT,
        f"events/{event}/correct": {"item": {**EVENT, "on": "2026-03-21"}, "reason": "受理の日の誤り"},
        f"events/{event}/retract": {"reason": "申出はなかった"},
        "close": {"reason": "終わった", "although": "申出なし"},
    }
    anothers = read(ours, f"/api/v1/cases/{other}").headers["ETag"]
    for name, body in bodies.items():
        for tag in (old, anothers, f"W/{now.headers['ETag']}", '"x"', "x", '""'):
            refused = changed(ours, f"/cases/{case}/{name}", body, If_Match=tag)
            assert (refused.status_code, json.loads(refused.data)["code"]) == (412, "changed"), (name, tag)
    assert read(ours, path).data == now.data
    assert (
        changed(ours, f"/cases/{case}/facts", bodies["facts"], If_Match=f'"x", {now.headers["ETag"]}').status_code
        == 200
    )
    assert changed(ours, f"/cases/{case}/facts", bodies["facts"], If_Match="*").status_code == 200
    assert changed(ours, "/cases/none/facts", bodies["facts"], If_Match="*").status_code == 404


def test_a_draft_goes_on_only_as_it_was_read(ours: Caller) -> None:
    paper = drafted(ours)
    old = read(ours, f"/api/v1/papers/{paper}").headers["ETag"]
    assert changed(ours, f"/papers/{paper}/check", None, If_Match=old).status_code == 200
    refused = changed(ours, f"/papers/{paper}/issue", None, If_Match=old, Idempotency_Key="a")
    assert refused.status_code == 412
    new = read(ours, f"/api/v1/papers/{paper}").headers["ETag"]
    done = changed(
        ours, f"/papers/{paper}/issue", None, If_Match=new, Idempotency_Key="a"
    )  # 412 is not the key's answer
    assert done.status_code == 200, done.text


def test_what_changes_between_reading_and_writing_is_seen_in_the_writing_itself(ours: Caller, kept: Ledger) -> None:
    """Of callers who all read the same and write at once, one writes; and what is no change spends nothing."""
    case = opened(ours)
    tag = read(ours, f"/api/v1/cases/{case}").headers["ETag"]
    found: list[int] = []

    def call() -> None:
        found.append(changed(ours, f"/cases/{case}/events", EVENT, If_Match=tag).status_code)

    threads = [threading.Thread(target=call) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == [201, *[412] * 5]
    with only_if("case_file", case, version=1), pytest.raises(ChangedError):
        events.tell(kept, OURS, ACTOR, case, EVENT)
    with only_if("case_file", case, version=2):
        events.tell(kept, OURS, ACTOR, case, EVENT)
        events.tell(kept, OURS, ACTOR, case, EVENT)  # its own change does not stand in its way
    events.tell(kept, OURS, ACTOR, case, EVENT)
    record(kept, ACTOR, AuditVerified(seq_to=1, sound=True))


def test_the_openapi_page_says_which_headers_are_heeded(ours: Caller) -> None:
    pages = ours.page["paths"]
    told = {
        (path, method): {each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"}
        for path, operations in pages.items()
        for method, operation in operations.items()
    }
    assert told["/api/v1/cases/{case}", "get"] == {"If-None-Match"}
    assert told["/api/v1/cases/{case}/events", "post"] == {"If-Match", "Idempotency-Key"}
    assert told["/api/v1/papers/{paper}/issue", "post"] == {"If-Match", "Idempotency-Key"}
    assert "412" in pages["/api/v1/papers/{paper}/issue"]["post"]["responses"]
    assert {"304", "200"} <= {*pages["/api/v1/forms"]["get"]["responses"]}
    assert sum("Idempotency-Key" in names for names in told.values()) > 15
