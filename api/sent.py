"""The body of a call that brings JSON: its type and its size, held wherever one is read."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from api.limits import MAX_RECORD
from api.shapes import JSON


def json_sent() -> bytes:
    """Return the JSON that was sent, unread. Raises UnsupportedMediaType, RequestEntityTooLarge."""
    if not request.is_json:
        raise UnsupportedMediaType(f"Content-Type: {JSON} で送ってください。")
    request.max_content_length = MAX_RECORD
    content = request.get_data()
    if len(content) > MAX_RECORD:  # whoever looked at the body before (once.py) has read it by the limit of uploads
        raise RequestEntityTooLarge
    return content
