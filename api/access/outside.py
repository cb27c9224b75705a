"""Signing in by the office's own provider (OpenID Connect): which one it is, the way there, and what its word must bear to count.

Authlib goes the way: code flow, PKCE, state, nonce, the token's signature, issuer, audience, end. Here stands what it leaves to
us: signatures by the provider's public keys alone, the audience, addresses that are encrypted, no leading elsewhere. Nothing is
remembered between two sign-ins, so that keys the provider exchanges or withdraws count at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import request, session
from joserfc.errors import JoseError
from requests import RequestException

from validators.errors import InputError, YoshikiError, why

if TYPE_CHECKING:
    from collections.abc import Mapping

ISSUER: Final = "YOSHIKI_OIDC_ISSUER"
CLIENT: Final = "YOSHIKI_OIDC_CLIENT"
SECRET_FILE: Final = "YOSHIKI_OIDC_SECRET_FILE"  # noqa: S105 - the name of a setting
CLAIM: Final = "YOSHIKI_OIDC_CLAIM"
SCOPE: Final = "YOSHIKI_OIDC_SCOPE"
TITLE: Final = "YOSHIKI_OIDC_TITLE"
CA_FILE: Final = "YOSHIKI_OIDC_CA_FILE"

LEEWAY: Final = 60  # seconds by which two clocks may differ
_SECONDS: Final = 5  # until a provider that does not answer is given up
_PUBLIC_KEYS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_ALGS: Final = "id_token_signing_alg_values_supported"
_USUAL: Final = ["RS256"]  # where the provider says nothing (OpenID Connect Core 1.0, 15.1)
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_LONGEST: Final = 255  # letters of a name (Core 1.0, 2: `sub`)
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")


class ProviderError(YoshikiError):
    """The provider cannot be asked."""

    code = "provider-unreachable"
    http_status = 503


class UnprovenError(YoshikiError):
    """What came back from the provider does not prove who signs in; `alarming`: by more than an old page."""

    code = "not-proven"

    def __init__(self, message: str, *, alarming: bool = False) -> None:
        super().__init__(message, action="もう一度サインインし、続くときは管理者へお知らせください。")
        self.alarming = alarming


@dataclass(frozen=True, slots=True)
class Provider:
    """Whom the office lets say who signs in. `claim`: what of its word names a person as the administrator entered them."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str = "sub"
    scope: str = "openid"
    title: str = "認証基盤"
    ca: str = ""

    def names(self, told: str) -> str:
        """Return the name that is kept of a person: no other provider's, no other claim's."""
        return f"{self.issuer} {self.claim} {told.strip()}"

    def told(self, kept: str) -> str:
        """Return what the administrator entered; blank where it was for another provider."""
        begins = self.names("")
        return kept.removeprefix(begins) if kept.startswith(begins) else ""


def provider_from(environment: Mapping[str, str]) -> Provider | None:
    """Return the provider that the environment names; None where it names none. Raises InputError: it is named by half."""
    issuer, client, file = (environment.get(name, "").strip() for name in (ISSUER, CLIENT, SECRET_FILE))
    if not (issuer or client or file):
        return None
    if not (issuer and client and file):
        raise InputError(
            "認証基盤（OpenID Connect）の設定が足りません。",
            action=f"{ISSUER}、{CLIENT}、{SECRET_FILE} を指定してください。",
        )
    if not _safe(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise InputError(f"{ISSUER} は https:// で始まる住所にしてください。")
    try:
        secret = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "文字として読めません"
        raise InputError(f"{SECRET_FILE} のファイルが読めません（{reason}）。") from None
    if not secret or not secret.isascii() or not secret.isprintable():
        raise InputError(f"{SECRET_FILE} のファイルには、英数字と記号の値を一行で書いてください。")
    others = {"claim": CLAIM, "scope": SCOPE, "title": TITLE, "ca": CA_FILE}
    told = {
        name: environment[setting].strip() for name, setting in others.items() if environment.get(setting, "").strip()
    }
    if "openid" not in told.get("scope", "openid").split():
        raise InputError(f"{SCOPE} には openid を含めてください。")
    return Provider(issuer, client, secret, **told)


def _safe(address: object) -> bool:
    """Return whether an address is reached by TLS, or is this machine itself."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else None
        return parts is not None and (
            (parts.scheme == "https" and bool(parts.hostname)) or (parts.scheme == "http" and parts.hostname in _HERE)
        )
    except ValueError:
        return False


def _app(provider: Provider) -> Any:
    """Return Authlib's client, with the provider's guidance of this moment. Raises ProviderError."""
    app: Any = FlaskOAuth2App(
        FlaskIntegration("outside"),
        name="outside",
        client_id=provider.client,
        client_secret=provider.secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": provider.scope,
            "code_challenge_method": "S256",
            "default_timeout": _SECONDS,
            **({"verify": provider.ca} if provider.ca else {}),
        },
    )
    app.client_cls = _straight
    try:
        told = app.load_server_metadata()
        misled = told.get("issuer") != provider.issuer or not all(
            _safe(told[each]) for each in _ENDPOINTS if each in told
        )
        offered = [each for each in told.get(_ALGS) or _USUAL if each in _PUBLIC_KEYS]
    except (RequestException, ValueError, TypeError, AttributeError) as error:
        raise _unreachable(provider, error) from None
    if misled:
        raise ProviderError(
            f"{provider.title}の案内が、設定した住所のものと違います。", action="管理者へお知らせください。"
        )
    told[_ALGS] = offered
    return app


def _straight(**told: Any) -> Any:
    """Return a client that is led to no other address."""
    client = OAuth2Session(**told)
    client.max_redirects = 0
    return client


def way_to(provider: Provider, back: str, *, to: str, afresh: bool) -> str:
    """Return the address that asks the provider who speaks; `afresh`: they must show it now. Raises ProviderError."""
    app, asked = _app(provider), {"prompt": "login", "max_age": "0"} if afresh else {}
    try:
        told = app.create_authorization_url(back, **asked)
    except (RuntimeError, ValueError) as error:
        raise _unreachable(provider, error) from None
    app.save_authorize_data(redirect_uri=back, to=to, since=time.time() if afresh else 0, **told)
    return str(told["url"])


def came_back(provider: Provider) -> tuple[str, str]:
    """Return the name the provider gives who speaks, and where they wanted to go. Raises ProviderError, UnprovenError."""
    began = FlaskIntegration("outside").get_state_data(session, request.args.get("state", ""))
    if began is None:
        raise UnprovenError("サインインの途中の記録がありません。画面を開いてから時間がたちました。")
    if request.args.get("error"):
        raise UnprovenError(f"{provider.title}でのサインインが終わりませんでした。")
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client},
    }
    app = _app(provider)
    try:
        claims = app.authorize_access_token(claims_options=options, leeway=LEEWAY).get("userinfo")
    except RequestException as error:
        raise _unreachable(provider, error) from None
    except (OAuthError, JoseError, RuntimeError, ValueError, TypeError, KeyError):
        claims = None
    name = _name(provider, claims or {}, since=began["since"])
    if not name or (
        session.get("away") and not began["since"]
    ):  # what was begun before the screen was left opens nothing
        raise UnprovenError(f"{provider.title}からの知らせを確かめられませんでした。", alarming=True)
    return provider.names(name), str(began["to"])


def _name(provider: Provider, claims: Mapping[str, Any], *, since: float) -> str:
    """Return what names a person in the provider's word; blank where nothing does, or they did not show it afresh."""
    shown, name = claims.get("auth_time"), claims.get(provider.claim)
    if since and not (isinstance(shown, int | float) and shown >= since - LEEWAY):
        return ""
    if not isinstance(name, str) or len(name) > _LONGEST:
        return ""
    return "" if provider.claim == "email" and claims.get("email_verified") is not True else name.strip()


def way_out(provider: Provider, back: str) -> str | None:
    """Return the address that ends the provider's own session; None where it has none. It bears nothing of who it was."""
    app = _app(provider)
    if not app.server_metadata.get("end_session_endpoint"):
        return None
    return str(app.create_logout_url(post_logout_redirect_uri=back, client_id=provider.client)["url"])


def _unreachable(provider: Provider, error: Exception) -> ProviderError:
    return ProviderError(
        f"{provider.title}に問い合わせられません（{type(error).__name__}）。",
        action="少し待ってからもう一度行うか、名前とパスワードでサインインしてください。",
    )
