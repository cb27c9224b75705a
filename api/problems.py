"""Answer every error of the API as application/problem+json (RFC 9457), and every error of the pages as a page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException

from api.access.rates import TooOftenError
from api.limits import MAX_HEADERS, MAX_RECORD, MAX_UPLOAD, BusyError
from validators.errors import YoshikiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validators.model import Finding

log = logging.getLogger("yoshiki.api")

_TITLES = {
    400: "送られた内容を読めません。",
    401: "鍵が要ります。",
    403: "この呼出しは受け付けられません。",
    404: "見つかりません。",
    405: "この方法では呼び出せません。",
    406: "求められた形式では返せません。",
    409: "まだできていません。",
    412: "読んだ後に変わっています。",
    413: "送られた内容が大きすぎます。",
    415: "この種類の内容は受け付けられません。",
    416: "求められた範囲はありません。",
    422: "この記載データでは文書を発行できません。",
    429: "短い間に呼び出しすぎています。",
    431: "呼出しに付いている情報（ヘッダー）が大きすぎます。",
    500: "処理中に誤りが起きました。",
    501: "この呼出し方には対応していません。",
    503: "いま混み合っています。",
}
_DETAILS = {
    400: "呼出しの書き方（HTTP）を確かめてください。",
    404: "この場所には何もありません。画面は / 、API の説明は /openapi.json にあります。",
    405: "この場所で使える呼出し方（Allow）を確かめてください。",
    413: f"一つのファイルは{MAX_UPLOAD >> 20}MBまで、様式ごとの呼出しは{MAX_RECORD >> 20}MBまでです。分けて送ってください。",
    431: f"ヘッダーは合わせて{MAX_HEADERS >> 10}KBまでです。ブラウザーでは、このサイトの Cookie を消してお試しください。",
}

_ON_PAGES = {400: "できませんでした。"}  # titles where a person reads them


def problem(status: int, detail: str, *, code: str, **more: Any) -> Response:
    """Build one problem response. `code` is stable; `detail` says what to do, in Japanese, without any value of the record."""
    body = problem_body(status, detail, code=code, **more)
    return Response(json.dumps(body), status=status, mimetype="application/problem+json")


def problem_body(status: int, detail: str, *, code: str, **more: Any) -> dict[str, Any]:
    """Return what a problem report holds; a blank detail is said by the status."""
    title = _TITLES.get(status, _TITLES[500])
    return {
        "type": f"urn:yoshiki:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail or _DETAILS.get(status, title),
        "code": code,
        **more,
    }


_OURS = frozenset({"internal", "cannot-write", "broken-definition"})  # what no change of the record would mend


_OUR_WORDS = frozenset({400, 401, 403, 406, 409, 415})  # statuses that we raise ourselves, with a description


def refusal(findings: Sequence[Finding], verdict: str) -> Response:
    """Build the answer to a record that may not be issued (or not yet: `verdict` waiting; or could not be: failed)."""
    if verdict == "failed":
        last = findings[-1]
        status = 500 if last.code in _OURS else 422
        detail = "管理者へお知らせください。" if last.code in _OURS else last.message
        told = [finding.as_json() for finding in findings]
        return problem(status, detail, code=last.code, verdict=verdict, findings=told)
    first = next((f for f in findings if f.severity == "error"), findings[0] if findings else None)
    detail = first.message if first else _TITLES[422]
    return problem(
        422,
        detail,
        code="needs-confirmation" if verdict == "waiting" else "refused",
        verdict=verdict,
        findings=[finding.as_json() for finding in findings],
    )


def answer(status: int, detail: str, code: str) -> Response:
    """Return an error as its caller reads it: a problem, a page, or for a part of a page (which stays) the words above it."""
    if request.path == "/api" or request.path.startswith(("/api/", "/openapi", "/healthz", "/readyz", "/metrics")):
        return problem(status, detail, code=code)
    if detail == _DETAILS[404]:
        detail = "もう無いか、あなたの所属からは見られないものです。"
    template = "notice.html" if "HX-Request" in request.headers else "error.html"
    return Response(
        render_template(template, title=_ON_PAGES.get(status) or _TITLES.get(status, ""), detail=detail), status=status
    )


def register(app: Flask) -> None:
    """Map every exception once."""

    @app.errorhandler(BusyError)
    @app.errorhandler(TooOftenError)
    def _busy(error: BusyError | TooOftenError) -> Response:
        response = answer(error.http_status, str(error), error.code)
        response.headers["Retry-After"] = str(error.retry_after)
        return response

    @app.errorhandler(YoshikiError)
    def _ours(error: YoshikiError) -> Response:
        if error.http_status >= 500:  # noqa: PLR2004
            log.error("%s %s: %s", request.method, request.url_rule, error.code)
            return answer(error.http_status, "管理者へお知らせください。", error.code)
        return answer(error.http_status, str(error), error.code)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        if status not in _TITLES:  # what a caller did wrong in another way than those we name is no fault of ours
            status = 400 if 400 <= status < 500 else 500  # noqa: PLR2004
        detail = (
            error.description if status in _OUR_WORDS and error.description else _DETAILS.get(status, _TITLES[status])
        )
        response = answer(status, detail, f"http-{status}")
        if allowed := getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    @app.errorhandler(Exception)
    def _bug(error: Exception) -> Response:
        # The text of an unknown exception may hold a value of the record: the log gets its kind and place only.
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
        log.error("%s %s: %s at %s", request.method, request.url_rule, type(error).__name__, where)
        return answer(500, "管理者へお知らせください。", "internal")
