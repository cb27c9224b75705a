"""`Idempotency-Key`: a call that is sent again, because its answer was lost, gets the same answer and is done once."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING

from flask import Response, current_app, request
from werkzeug.exceptions import BadRequest

from api.access.visitors import visitor
from api.heeding import heeds
from api.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

HEADER = "Idempotency-Key"
KEEP_SECONDS = 4 * 60 * 60  # as long as a batch's results
_KEPT = 64  # answers
_LARGEST = 16 << 20  # bytes of an answer that is worth keeping
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(slots=True)
class _Call:
    fingerprint: bytes
    answer: tuple[int, list[tuple[str, str]], bytes] | None = None  # None: still at work
    born: float = field(default_factory=time.monotonic)


class Calls:
    """The calls of an application that bore a key."""

    def __init__(self) -> None:
        self._calls: OrderedDict[tuple[str, str, str], _Call] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, key: tuple[str, str, str], fingerprint: bytes) -> _Call | Response:
        """Return a new call to be done, or the answer to one that was sent before."""
        with self._lock:
            self._forget()
            call = self._calls.get(key)
            if call is None:
                call = self._calls[key] = _Call(fingerprint)
                return call
        if call.fingerprint != fingerprint:
            told = f"この{HEADER}は、別の内容の呼出しに使われています。新しい値を付けてください。"
            return problem(422, told, code="idempotency-key-reused")
        if call.answer is None:
            return problem(
                409, f"同じ{HEADER}の呼出しを処理しています。少し待ってからお送りください。", code="in-progress"
            )
        status, headers, body = call.answer
        return Response(body, status, headers)

    def end(self, key: tuple[str, str, str], call: _Call, answer: Response) -> None:
        """Keep an answer, unless it said to try again (also: to read again first) or is too large to keep."""
        body = answer.get_data()
        with self._lock:
            if answer.status_code >= 500 or answer.status_code == 412 or len(body) > _LARGEST:  # noqa: PLR2004
                self._calls.pop(key, None)
            else:
                call.answer = (answer.status_code, list(answer.headers), body)

    def _forget(self) -> None:
        old = [key for key, call in self._calls.items() if call.answer and time.monotonic() - call.born > KEEP_SECONDS]
        done = [key for key, call in self._calls.items() if call.answer]
        for key in (*old, *done[: max(len(self._calls) - _KEPT, 0)]):
            self._calls.pop(key, None)


def once(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let a view be called again with the same key and body without being done again."""

    @wraps(view)
    def called(*arguments: str, **named: str) -> ResponseReturnValue:
        given = request.headers.get(HEADER)
        if given is None:
            return view(*arguments, **named)
        if not _KEY.fullmatch(given):
            raise BadRequest(f"{HEADER} は、空白を含まない英数字・記号200字までにしてください。")
        calls: Calls = current_app.extensions["calls"]
        speaks = visitor()
        key = (f"{speaks.ref} {speaks.office}" if speaks else "", request.path, given)
        begun = calls.begin(key, _fingerprint())
        if isinstance(begun, Response):
            return begun
        try:
            answer = current_app.make_response(view(*arguments, **named))
        except Exception as error:  # noqa: BLE001 - answered as the application answers it, and kept like any answer
            answer = current_app.make_response(current_app.handle_user_exception(error))
        calls.end(key, begun, answer)
        return answer

    heeds(called, HEADER)
    return called


def _fingerprint() -> bytes:
    """Digest what a call asks for: of an upload its parts, for the marks between them differ from call to call."""
    told = hashlib.sha256(f"{request.method} {request.full_path}\n{request.headers.get('Accept', '')}\n".encode())
    if request.files or request.form:
        for name, value in sorted(request.form.items(multi=True)):
            told.update(f"{name}={value}\n".encode())
        for name, part in sorted(
            request.files.items(multi=True), key=lambda named: (named[0], named[1].filename or "")
        ):
            told.update(f"{name}:{part.filename}\n".encode())
            while block := part.stream.read(1 << 20):
                told.update(block)
            part.stream.seek(0)
    else:
        told.update(request.get_data())
    return told.digest()
