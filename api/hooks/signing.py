"""Sign what goes out as Standard Webhooks has it (standardwebhooks.com, v1): HMAC-SHA256 over id, time and body.

Any receiver may use that specification's libraries: `webhook-id` is the same at every try, `webhook-timestamp` is of this one.
"""

from __future__ import annotations

import base64
import hmac

ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
CALLED_BY = (ID, TIME, SIGNATURE)
_PREFIX = "whsec_"


def signed(ref: str, body: bytes, secret: str, at: int) -> dict[str, str]:
    """Return the headers of a call; `secret` is `whsec_` and Base64, `at` seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    code = hmac.digest(key, f"{ref}.{at}.".encode() + body, "sha256")
    return {ID: ref, TIME: str(at), SIGNATURE: f"v1,{base64.b64encode(code).decode()}"}
