"""Promise: the office's provider says who signs in, an account is found by what the administrator entered, and nothing less proves it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import OctKey

from api import create_app
from api.access import outside
from api.access.outside import Provider, provider_from
from api.access.rates import Rates
from ledger import people
from ledger.audit.reading import read_audit
from tests.api.access.provider import ANOTHERS, CLIENT, SECRET, LocalProvider, Said
from tests.api.signed_in import ACTOR, PASSWORD, sign_in, token
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from ledger.engine import Ledger

SUB = "A-4711"


@pytest.fixture(scope="module")
def listening() -> Iterator[LocalProvider]:
    provider = LocalProvider()
    yield provider
    provider.close()


@pytest.fixture
def there(listening: LocalProvider) -> LocalProvider:
    """Give the provider, telling the truth."""
    listening.said = Said()
    return listening


@pytest.fixture
def provider(there: LocalProvider) -> Provider:
    return Provider(there.issuer, CLIENT, SECRET, title="汐見県認証基盤")


@pytest.fixture
def app(kept: Ledger, provider: Provider) -> Flask:
    """Give the service, where the clerk is known to the provider."""
    clerk = people.person_by_login(kept, "clerk")
    assert clerk is not None
    people.name_outside(kept, ACTOR, clerk.ref, provider.names(SUB))
    return create_app(rules=OURS, trust_host=True, ledger=kept, provider=provider)


def sent_back(client: FlaskClient, start: str = "/sign-in/outside") -> str:
    """Go to the provider as a browser does; return the path and query it sends back to."""
    way = client.get(start)
    assert way.status_code == 303, way.text
    answer = requests.get(way.location, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def through(client: FlaskClient, start: str = "/sign-in/outside") -> TestResponse:
    return client.get(sent_back(client, start))


def entered(client: FlaskClient) -> bool:
    return client.get("/me").status_code == 200


def test_whom_the_provider_names_is_let_in_as_the_administrator_entered_them(
    app: Flask, there: LocalProvider, kept: Ledger
) -> None:
    """By code, PKCE, state, nonce; where they wanted to go; with our roles and a new session; the secret stays off the way."""
    client = app.test_client()
    assert "汐見県認証基盤でサインインする" in client.get("/sign-in").text
    before = client.get_cookie("yoshiki")
    answer = through(client, "/sign-in/outside?to=/forms")
    assert (answer.status_code, answer.location) == (303, "/forms")
    after = client.get_cookie("yoshiki")
    assert after is not None
    assert before is None or before.value != after.value
    page = client.get("/me").text
    assert "担当者" in page
    assert client.get("/users").status_code == 403
    asked = there.asked[-1]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    assert SECRET not in str(asked)
    assert kept.now()


def test_one_comes_back_to_the_name_the_service_is_called_by(
    kept: Ledger, there: LocalProvider, provider: Provider
) -> None:
    """Behind a proxy by TLS: another name is not even led to the provider."""
    app = create_app(rules=OURS, ledger=kept, provider=provider, secure=True, names=frozenset({"yoshiki.example"}))
    way = urlsplit(app.test_client().get("/sign-in/outside", base_url="https://yoshiki.example").location)
    assert f"{way.scheme}://{way.netloc}" == there.issuer
    assert parse_qs(way.query)["redirect_uri"] == ["https://yoshiki.example/sign-in/outside/back"]
    assert app.test_client().get("/sign-in/outside", base_url="https://evil.example").status_code == 403


def test_a_password_for_once_need_not_be_set_by_whom_the_provider_names(
    app: Flask, kept: Ledger, provider: Provider
) -> None:
    who = people.add_person(kept, ACTOR, "new", "岬　次郎", argon2="x")
    people.give_role(kept, ACTOR, who, "clerk", "shiomi")
    clerk = people.person_by_login(kept, "clerk")
    assert clerk is not None
    people.name_outside(kept, ACTOR, clerk.ref, "")
    people.name_outside(kept, ACTOR, who, provider.names(SUB))
    client = app.test_client()
    through(client)
    assert client.get("/forms").status_code == 200


LIES: dict[str, Said] = {
    "another nonce": Said(claims={"nonce": "x" * 20}),
    "no nonce": Said(claims={"nonce": None}),
    "another key under the same name": Said(key=ANOTHERS),
    "a secret as key": Said(key=OctKey.import_key(SECRET), alg="HS256"),
    "no signature": Said(alg="none"),
    "ended": Said(claims={"exp": int(time.time()) - 3600}),
    "no end": Said(claims={"exp": "soon"}),
    "of tomorrow": Said(claims={"iat": int(time.time()) + 86400}),
    "another client's": Said(claims={"aud": ["another"]}),
    "another client's among ours": Said(claims={"aud": ["another", CLIENT], "azp": "another"}),
    "another provider's": Said(claims={"iss": "https://other.example"}),
    "no token": Said(without_token=True),
    "nobody": Said(claims={"sub": None}),
    "a number for a name": Said(claims={"sub": 4711}),
}


def test_what_does_not_prove_it_is_refused_in_words_and_recorded(
    app: Flask, there: LocalProvider, kept: Ledger
) -> None:
    app.extensions["provider_rates"] = Rates(100, 1.0)
    client = app.test_client()
    for lie, said in LIES.items():
        there.said = said
        answer = through(client)
        assert answer.status_code == 422, lie
        assert "確かめられませんでした" in answer.text
        assert not entered(client)
    assert failures(kept) == len(LIES)
    there.said = Said()
    assert through(client).status_code == 303  # it was the lies alone


def failures(kept: Ledger) -> int:
    """Return how many failed sign-ins the audit has."""
    return len(read_audit(kept, ACTOR, kind="sign-in.failed"))


def test_an_unknown_name_makes_no_account_and_a_locked_or_idle_one_opens_none(
    app: Flask, there: LocalProvider, kept: Ledger
) -> None:
    count = len(people.all_people(kept))
    there.said = Said(sub="A-9999")
    client = app.test_client()
    answer = through(client)
    assert answer.status_code == 422
    assert "登録されていない" in answer.text
    assert len(people.all_people(kept)) == count
    there.said = Said()
    clerk = people.person_by_login(kept, "clerk")
    assert clerk is not None
    for _ in range(people.FAILURES):
        people.sign_in_failed(kept, ACTOR, clerk.ref)
    assert through(client).status_code == 422
    people.unlock(kept, ACTOR, clerk.ref)
    people.end_role(kept, ACTOR, clerk.ref, clerk.roles[0].id)
    assert through(client).status_code == 422
    assert not entered(client)


@pytest.mark.usefixtures("there")
def test_what_comes_back_counts_once_in_the_browser_that_asked(app: Flask) -> None:
    client, other = app.test_client(), app.test_client()
    back = sent_back(client)
    assert other.get(back).status_code == 422
    assert not entered(other)
    for wrong in (
        back.replace("state=", "state=x"),
        "/sign-in/outside/back",
        "/sign-in/outside/back?error=access_denied",
    ):
        assert app.test_client().get(wrong).status_code == 422
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 422  # the state is gone


def test_a_session_ends_when_the_administrator_takes_the_name_away(app: Flask, kept: Ledger) -> None:
    client = app.test_client()
    through(client)
    assert entered(client)
    clerk = people.person_by_login(kept, "clerk")
    assert clerk is not None
    people.name_outside(kept, ACTOR, clerk.ref, "")
    assert not entered(client)


def test_who_left_the_screen_must_show_anew_who_they_are(app: Flask, there: LocalProvider) -> None:
    client = app.test_client()
    through(client)
    begun_before = sent_back(client)
    client.get("/away")
    assert client.get(begun_before).status_code == 422
    there.said = Said(claims={"auth_time": int(time.time()) - 3600})
    assert through(client).status_code == 422
    assert (there.asked[-1]["prompt"], there.asked[-1]["max_age"]) == ("login", "0")
    assert client.get("/forms").location == "/away"
    there.said = Said()
    assert through(client).status_code == 303
    assert client.get("/forms").status_code == 200


def test_signing_out_tells_of_the_providers_own_session_and_leads_to_its_end(app: Flask, there: LocalProvider) -> None:
    client = app.test_client()
    through(client)
    left = client.post("/sign-out", data={"csrf_token": token(client, "/me")})
    assert left.location == "/signed-out"
    assert not entered(client)
    end = urlsplit(client.get("/signed-out/outside").location)
    assert f"{end.scheme}://{end.netloc}{end.path}" == f"{there.issuer}/end"
    told = parse_qs(end.query)
    assert set(told) == {"post_logout_redirect_uri", "client_id", "state"}  # nobody's name
    there.said = Said(guidance={"end_session_endpoint": None})
    assert client.get("/signed-out/outside").status_code in {422, 503}
    by_password = sign_in(app, "supervisor")
    assert by_password.post("/sign-out", data={"csrf_token": token(by_password, "/me")}).location == "/sign-in"


def test_a_provider_that_leads_elsewhere_or_is_not_there_is_told_and_passwords_still_open(
    app: Flask, there: LocalProvider, kept: Ledger
) -> None:
    client = app.test_client()
    for wrong in (
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"authorization_endpoint": "ftp://127.0.0.1/"},
        {"id_token_signing_alg_values_supported": 3},
    ):
        there.said = Said(guidance=wrong)
        answer = client.get("/sign-in/outside")
        assert answer.status_code == 503, wrong
        assert "サインイン" in answer.text
    there.said = Said()
    back = sent_back(client)
    there.said = Said(guidance={"token_endpoint": f"{there.issuer}/moved"})
    assert client.get(back).status_code in {422, 503}
    assert not entered(client)
    gone = Provider("http://127.0.0.1:9", CLIENT, SECRET)
    dead = create_app(rules=OURS, trust_host=True, ledger=kept, provider=gone)
    assert dead.test_client().get("/sign-in/outside").status_code == 503
    assert entered(sign_in(dead, "clerk"))


def test_a_mail_address_counts_only_as_confirmed_by_the_provider(kept: Ledger, there: LocalProvider) -> None:
    by_mail = Provider(there.issuer, CLIENT, SECRET, claim="email", scope="openid email")
    clerk = people.person_by_login(kept, "clerk")
    assert clerk is not None
    people.name_outside(kept, ACTOR, clerk.ref, by_mail.names("a@shiomi.example"))
    app = create_app(rules=OURS, trust_host=True, ledger=kept, provider=by_mail)
    for verified, status in ((False, 422), ("true", 422), (None, 422), (True, 303)):
        there.said = Said(more={"email": "a@shiomi.example", "email_verified": verified})
        assert through(app.test_client()).status_code == status, verified


def test_the_administrator_enters_the_name_and_nobody_gets_anothers(
    app: Flask, kept: Ledger, provider: Provider
) -> None:
    client = sign_in(app, "administrator")
    other = people.person_by_login(kept, "other")
    assert other is not None
    data = {"csrf_token": token(client, "/users"), "outside": SUB}
    refused = client.post(f"/users/{other.ref}/outside", data=data)
    assert refused.status_code == 422
    assert "ほかの利用者" in refused.text
    assert client.post(f"/users/{other.ref}/outside", data={**data, "outside": " B-1 "}).status_code == 303
    found = people.person_by_outside(kept, provider.names("B-1"))
    assert found is not None
    assert found.login == "other"
    assert "B-1" in client.get("/users").text
    plain = sign_in(create_app(rules=OURS, trust_host=True, ledger=kept), "administrator")
    assert plain.post(f"/users/{other.ref}/outside", data={"csrf_token": token(plain, "/users")}).status_code == 404
    assert plain.get("/sign-in/outside").status_code == 404
    assert sign_in(app, "clerk", password=PASSWORD).post(f"/users/{other.ref}/outside").status_code == 403


def test_many_calls_for_the_provider_are_told_to_wait(app: Flask) -> None:
    app.extensions["provider_rates"] = Rates(3, 1.0, clock=lambda: 0.0)
    client = app.test_client()
    answers = [client.get("/sign-in/outside/back").status_code for _ in range(4)]
    assert answers == [422] * 3 + [429]


def test_a_provider_named_by_half_or_in_clear_stops_the_start_in_words(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    whole = {
        outside.ISSUER: "https://sso.shiomi.example/realms/a",
        outside.CLIENT: CLIENT,
        outside.SECRET_FILE: str(secret),
    }
    assert provider_from({}) is None
    found = provider_from({**whole, outside.CLAIM: "employee", outside.TITLE: "認証"})
    assert found is not None
    assert (found.secret, found.claim, found.title, found.scope) == (SECRET, "employee", "認証", "openid")
    assert SECRET not in repr(found)
    (tmp_path / "empty").touch()
    (tmp_path / "words").write_text("港の灯り", encoding="utf-8")
    wrong: list[dict[str, Any]] = [
        {outside.ISSUER: ""},
        {outside.CLIENT: ""},
        {outside.SECRET_FILE: ""},
        *({outside.SECRET_FILE: str(tmp_path / name)} for name in ("none", "empty", "words")),
        {outside.ISSUER: "http://sso.shiomi.example"},
        {outside.ISSUER: "sso.shiomi.example"},
        {outside.ISSUER: "https://sso.shiomi.example/?a=b"},
        {outside.SCOPE: "profile"},
    ]
    for each in wrong:
        with pytest.raises(InputError):
            provider_from({**whole, **each})
