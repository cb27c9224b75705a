"""A provider of OpenID Connect on this machine, of Authlib's own server: it knows one client, and can be told to lie."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from werkzeug.serving import make_server

CLIENT = "yoshiki-test"
SECRET = "three-lights-at-the-harbour"  # noqa: S105 - of nobody
OURS = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
ANOTHERS = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
PUBLIC = KeySet([OURS]).as_dict(private=False)


@dataclass
class Said:
    """What the provider says of whoever comes, and how it lies: claims put in place of its own, another key, another alg."""

    sub: str = "A-4711"
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | OctKey = field(default_factory=lambda: OURS)
    alg: str = "RS256"
    without_token: bool = False
    more: dict[str, Any] = field(default_factory=dict)  # of the person
    guidance: dict[str, Any] = field(default_factory=dict)  # put in place of what it publishes


class _Client:
    token_endpoint_auth_method = "client_secret_basic"  # noqa: S105 - a way, no password

    def get_client_id(self) -> str:
        return CLIENT

    def check_redirect_uri(self, uri: str) -> bool:
        return urlsplit(uri).path == "/sign-in/outside/back"

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


@dataclass
class _Code:
    told: dict[str, str]
    code_challenge: str
    code_challenge_method: str
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.told["redirect_uri"]

    def get_scope(self) -> str:
        return self.told["scope"]

    def get_nonce(self) -> str:
        return self.told["nonce"]

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class _Grant(AuthorizationCodeGrant):
    codes: ClassVar[dict[str, _Code]] = {}

    def save_authorization_code(self, code: str, asked: Any) -> None:
        told = dict(asked.payload.data)
        self.codes[code] = _Code(told, told["code_challenge"], told["code_challenge_method"])

    def query_authorization_code(self, code: str, _client: _Client) -> _Code | None:
        return self.codes.get(code)

    def delete_authorization_code(self, code: _Code) -> None:
        for name in [name for name, kept in self.codes.items() if kept is code]:
            del self.codes[name]

    def authenticate_user(self, _code: _Code) -> str:
        return "somebody"


class _IdToken(OpenIDCode):
    """Authlib's ID token, with the lies put in before it is signed."""

    def __init__(self, provider: LocalProvider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, _nonce: str, _request: Any) -> bool:
        return False

    def get_client_claims(self, client: _Client) -> dict[str, Any]:
        return {"iss": self.provider.issuer, "aud": [client.get_client_id()]}

    def generate_user_info(self, _user: str, _scope: str) -> Any:
        return UserInfo(sub=self.provider.said.sub, **self.provider.said.more)

    def encode_id_token(self, token: Any, asked: Any) -> str:
        said = self.provider.said
        told = self.get_compatible_claims(asked) | self.get_authorization_code_claims(asked.authorization_code)
        told |= self.generate_user_info(asked.user, token["scope"]) | said.claims
        told = {name: value for name, value in told.items() if value is not None}
        header = {"alg": said.alg, "kid": "one"}
        if said.alg == "none":  # joserfc signs no such thing
            return "".join(
                f"{urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip('=')}." for each in (header, told)
            )
        return jwt.encode(header, told, said.key, registry=JWSRegistry(algorithms=[said.alg]))

    def process_token(self, grant: Any, response: Any) -> Any:
        token = super().process_token(grant, response)
        if self.provider.said.without_token:
            del token["id_token"]
        return token


class LocalProvider:
    """The provider, listening until it is closed."""

    def __init__(self) -> None:
        self.said = Said()
        self.asked: list[dict[str, str]] = []
        app = Flask("provider")
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        server = AuthorizationServer(app, query_client=self._client, save_token=lambda _token, _request: None)
        server.register_grant(_Grant, [_IdToken(self), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def _guidance() -> Any:
            at = {name: f"{self.issuer}/{path}" for name, path in _PLACES.items()}
            return jsonify(
                {"issuer": self.issuer, **at, "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"]}
                | self.said.guidance
            )

        @app.get("/keys")
        def _keys() -> Any:
            return jsonify(PUBLIC)

        @app.get("/authorize")
        def _authorize() -> Any:
            self.asked.append(request.args.to_dict())
            grant = server.get_consent_grant(end_user="somebody")
            return server.create_authorization_response(grant_user="somebody", grant=grant)

        @app.post("/token")
        def _token() -> Any:
            return server.create_token_response()

        @app.get("/moved")
        def _moved() -> Any:
            return "", 307, {"Location": f"{self.issuer}/token"}

        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    @staticmethod
    def _client(name: str) -> _Client | None:
        return _Client() if name == CLIENT else None


_PLACES = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "jwks_uri": "keys",
    "end_session_endpoint": "end",
}
