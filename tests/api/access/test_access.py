"""Promise: nobody passes who may not: every route is public or asks a deed, in one's own office, with one's own session or key."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from api import create_app
from api.access import passwords, rates
from api.access.door import FIRST, first_administrator
from api.access.permissions import ALWAYS_OWN, PUBLIC, ROLE_DEEDS, SCOPE_DEEDS, WATCHED, asked_of
from api.access.rates import Rates, TooOftenError
from ledger import people
from ledger.api_keys import SCOPES, make_api_key, revoke_api_key
from ledger.engine import open_ledger
from ledger.types import instant
from tests.api.signed_in import ACTOR, PASSWORD, SECRET_WORD, Clock, sign_in, token
from tests.rulebooks import OURS

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from ledger.engine import Ledger


def entered(client: FlaskClient) -> bool:
    """Return whether the browser is let in."""
    return client.get("/me").status_code == 200


def test_every_route_is_public_or_asks_a_deed_that_somebody_has(app: Flask) -> None:
    deeds = {deed for each in (*ROLE_DEEDS.values(), *SCOPE_DEEDS.values()) for deed in each}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in PUBLIC | ALWAYS_OWN:
            assert {asked_of(rule.endpoint, method) for method in rule.methods or ()} <= deeds, rule.endpoint
    assert {*ROLE_DEEDS} == {*people.ROLES}
    assert {*SCOPE_DEEDS} == {*SCOPES}
    assert {*app.view_functions} >= PUBLIC | ALWAYS_OWN


def test_a_stranger_reaches_public_routes_alone(app: Flask) -> None:
    """A page leads to signing in, a program is asked for a key, and neither is told whether something is there."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule.replace("<int:number>", "1").replace("<int:held>", "1"))
        path = re.sub(r"<[^>]*>", "x", path)
        for method in {"GET", "POST", "DELETE"} & (rule.methods or set()):
            status = client.open(path, method=method).status_code
            wanted = (
                {200, 404, 400, 422}
                if rule.endpoint in PUBLIC | WATCHED  # the test's browser is a program of this machine
                else {401}
                if path.startswith(("/api", "/openapi"))
                else {303}
            )
            assert status in wanted, (method, path, status)


@pytest.mark.parametrize("role", people.ROLES)
def test_a_role_reaches_what_it_may_and_is_refused_the_rest(app: Flask, role: str) -> None:
    client = sign_in(app, role)
    assert entered(client)
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in PUBLIC | ALWAYS_OWN:
            continue
        path = re.sub(r"<[^>]*>", "x", rule.rule.replace("<int:number>", "1"))
        status, asked = client.get(path).status_code, asked_of(rule.endpoint, "GET")
        assert (status == 403) == (asked not in ROLE_DEEDS[role]), (path, status)


def test_what_another_began_is_not_there(app: Flask) -> None:
    """Every route of a draft and of an upload, as somebody of the same office and as one of another."""
    clerk = sign_in(app, "clerk")
    begun = clerk.post("/drafts", data={"csrf_token": token(clerk, "/forms/warning"), "form": "warning"})
    key = begun.location.split("/")[2]
    sent = clerk.post("/batches", data={"csrf_token": token(clerk, "/"), "file": (b_file(), "a.json")})
    batch = sent.location.split("/")[2]
    assert clerk.get(f"/drafts/{key}/1").status_code == 200
    assert clerk.get(f"/batches/{batch}").status_code == 200
    for login in ("supervisor", "other"):
        client = sign_in(app, login)
        held = {"csrf_token": token(client, "/me")}
        for rule in app.url_map.iter_rules():
            if "<key>" not in rule.rule or rule.endpoint.startswith("users"):
                continue
            mine = batch if "batches" in rule.rule else key
            path = re.sub(r"<[^>]*>", "x", rule.rule.replace("<key>", mine).replace("<int:number>", "1"))
            for method in {"GET", "POST", "DELETE"} & (rule.methods or set()):
                assert client.open(path, method=method, data=held).status_code == 404, (login, method, path)
        assert key not in client.get("/drafts").text
        assert batch not in client.get("/api/v1/batches").text


def b_file() -> Any:
    """Return an upload with one record."""
    return io.BytesIO(b'[{"form": "warning", "record": "1", "data": {}}]')


def test_wrong_names_passwords_and_codes_are_told_alike_and_the_fifth_locks(
    app: Flask, kept: Ledger, clock: Clock
) -> None:
    texts = set()
    client = app.test_client()
    for login, password in (("clerk", "x"), ("nobody", PASSWORD)):
        data = {"csrf_token": token(client), "login": login, "password": password}
        answer = client.post("/sign-in", data=data)
        assert answer.status_code == 422
        texts.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(texts) == 1
    for _ in range(people.FAILURES - 1):
        assert not entered(sign_in(app, "clerk", password="y"))  # noqa: S106
    assert not entered(sign_in(app, "clerk"))
    app.extensions["sign_in_rates"] = Rates(rates.SIGN_INS, rates.SIGN_INS_A_SECOND)
    clock.at += timedelta(seconds=people.LOCKED_SECONDS + 1)
    assert entered(sign_in(app, "clerk"))
    assert kept.now()


def test_many_sign_ins_from_one_place_are_told_to_wait(app: Flask) -> None:
    app.extensions["sign_in_rates"] = Rates(rates.SIGN_INS, rates.SIGN_INS_A_SECOND, clock=lambda: 0.0)
    client = app.test_client()
    held = token(client)
    answers = [client.post("/sign-in", data={"csrf_token": held, "login": "x"}) for _ in range(rates.SIGN_INS + 1)]
    assert [answer.status_code for answer in answers] == [422] * rates.SIGN_INS + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_first_start_makes_one_administrator_who_must_set_a_password(tmp_path: Path, clock: Clock) -> None:
    with open_ledger(tmp_path / "new", clock=clock) as kept:
        once = first_administrator(kept, "汐見県警察本部")
        assert once is not None
        assert first_administrator(kept, "") is None
        client = sign_in(create_app(rules=OURS, trust_host=True, ledger=kept), FIRST, password=once)
        assert client.get("/users").location == "/me/password"
        refused = {
            "short": "みじかい",
            "the same": once,
            "letters": "ああああああああああああああ",
            "name": "adminadminadmin-1",
        }
        for new in refused.values():
            data = {"csrf_token": token(client, "/me/password"), "old": once, "new": new, "again": new}
            assert client.post("/me/password", data=data).status_code == 422
        data = {"csrf_token": token(client, "/me/password"), "old": once, "new": PASSWORD, "again": PASSWORD}
        assert client.post("/me/password", data=data).location == "/me"
        assert client.get("/users").status_code == 200


def test_a_session_ends_unused_at_its_longest_and_with_another_password(app: Flask, kept: Ledger, clock: Clock) -> None:
    client = sign_in(app, "clerk")
    clock.at += timedelta(hours=11)
    assert entered(client)
    clock.at += timedelta(hours=1, minutes=1)
    assert not entered(client)
    again = sign_in(app, "clerk")
    found = people.person_by_login(kept, "clerk")
    assert found is not None
    people.set_password(kept, ACTOR, found.ref, passwords.hashed(SECRET_WORD))
    assert not entered(again)
    assert app.permanent_session_lifetime == timedelta(minutes=15)


def test_the_session_is_new_after_signing_in_and_gone_after_leaving(app: Flask) -> None:
    client = app.test_client()
    held = token(client)
    before = client.get_cookie("yoshiki")
    client.post("/sign-in", data={"csrf_token": held, "login": "clerk", "password": PASSWORD})
    after = client.get_cookie("yoshiki")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert after.http_only
    client.post("/sign-out", data={"csrf_token": token(client, "/me")})
    client.set_cookie("yoshiki", after.value)
    assert not entered(client)


def test_leaving_the_screen_covers_every_page_until_the_password(app: Flask) -> None:
    client = sign_in(app, "clerk")
    client.get("/away")
    assert client.get("/forms").location == "/away"
    held = token(client, "/away")
    assert client.post("/away", data={"csrf_token": held, "password": "x"}).status_code == 422
    assert client.get("/forms").location == "/away"
    client.post("/away", data={"csrf_token": held, "password": PASSWORD})
    assert client.get("/forms").status_code == 200


def test_a_second_factor_is_set_up_with_its_figures_and_then_asked(app: Flask) -> None:
    client = sign_in(app, "clerk")
    page = client.get("/me/second-factor").text
    secret = re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page)
    assert secret is not None
    code = pyotp.TOTP(secret[1]).now()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for given, status in ((wrong, 422), (code, 303)):
        data = {"csrf_token": token(client, "/me/second-factor"), "code": given}
        assert client.post("/me/second-factor", data=data).status_code == status
    assert not entered(sign_in(app, "clerk"))
    assert entered(sign_in(app, "clerk", code=pyotp.TOTP(secret[1]).now()))


def test_a_form_without_its_token_changes_nothing(app: Flask) -> None:
    client = sign_in(app, "administrator")
    for path in ("/users", "/keys", "/sign-out", "/me/password"):
        assert client.post(path, data={"label": "相談システム"}).status_code == 400
    assert entered(client)


def test_a_key_opens_its_scopes_in_its_office_until_it_is_revoked(app: Flask, kept: Ledger) -> None:
    until = instant(datetime(2027, 3, 31))  # noqa: DTZ001 - Japanese time
    ref, secret = make_api_key(kept, ACTOR, "相談システム", "shiomi", ["forms"], until=until)
    client = app.test_client()
    held = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/forms", headers=held).status_code == 200
    assert client.get("/api/v1/batches", headers=held).status_code == 403
    assert client.get("/users", headers=held).status_code == 403
    for wrong in ("Bearer ysk_x", f"Basic {secret}", "Bearer"):
        assert client.get("/api/v1/forms", headers={"Authorization": wrong}).status_code == 401
    revoke_api_key(kept, ACTOR, ref)
    refused = client.get("/api/v1/forms", headers=held)
    assert refused.status_code == 401
    assert refused.content_type == "application/problem+json"


def test_calls_past_the_rate_wait_and_are_let_in_later() -> None:
    at = [0.0]
    bucket = Rates(2, 1.0, clock=lambda: at[0])
    bucket.take("a")
    bucket.take("a")
    bucket.take("b")
    with pytest.raises(TooOftenError) as told:
        bucket.take("a")
    at[0] += told.value.retry_after
    bucket.take("a")


def test_one_is_led_back_within_the_service_alone(app: Flask) -> None:
    for to, wanted in (
        ("/forms?words=x", "/forms?words=x"),
        ("//evil.example/", "/"),
        ("https://evil.example", "/"),
        ("/\\evil", "/"),
        ("/\nevil", "/"),
        ("/\t\\evil.example", "/"),
        ("/\t/[evil", "/"),
        ("//[evil", "/"),
    ):
        client = app.test_client()
        data = {"csrf_token": token(client), "login": "clerk", "password": PASSWORD, "to": to}
        assert client.post("/sign-in", data=data).location == wanted


def test_an_administrator_adds_people_and_keys_and_sees_no_case(app: Flask) -> None:
    client = sign_in(app, "administrator")
    data = {
        "csrf_token": token(client, "/users"),
        "login": "new",
        "name": "岬　太郎",
        "role": "auditor",
        "office": "todai",
        "until": "令和9年3月31日",
    }
    page = client.post("/users", data=data).text
    once = re.search(r"<code>([0-9a-z-]+)</code>", page)
    assert once is not None
    assert "令和９年３月31日まで" in page
    assert sign_in(app, "new", password=once[1]).get("/me").location == "/me/password"
    for field, value in (("login", "new"), ("name", ""), ("role", "chief"), ("office", "x"), ("until", "いつか")):
        held = {**data, "login": "another", field: value, "csrf_token": token(client, "/users")}
        assert client.post("/users", data=held).status_code == 422, field
    wanted: dict[str, Any] = {
        "csrf_token": token(client, "/keys"),
        "label": "相談システム",
        "office": "shiomi",
        "scope": ["forms", "cases"],
    }
    assert "ysk_" in client.post("/keys", data=wanted).text
    assert "ysk_" not in client.get("/keys").text
    assert client.get("/drafts").status_code == 403
