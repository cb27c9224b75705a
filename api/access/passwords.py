"""Passwords: hashed by argon2, made for once, weighed; and the second factor."""

from __future__ import annotations

import secrets
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from validators.errors import InputError

SHORTEST: Final = 12
LONGEST: Final = 200
_HASHER = PasswordHasher()
# Verified where there is no such person, so that both take as long.
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe(16))
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_ONE_STEP: Final = 1  # half a minute before and after: clocks differ


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Return whether a password is the one kept; takes as long where none is kept."""
    try:
        _HASHER.verify(kept or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def for_once() -> str:
    """Make a password for the first sign-in, in letters that are not misread."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def weigh(password: str, again: str, login: str) -> None:
    """Refuse a password that is too short, easily guessed, or typed differently twice. Raises InputError."""
    if password != again:
        raise InputError("二つの欄のパスワードが違います。同じものを書いてください。")
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(
            f"パスワードは{SHORTEST}字以上{LONGEST}字までにしてください。言葉を四つほど並べると覚えやすくなります。"
        )
    if len(set(password)) < 5 or login.casefold() in password.casefold():  # noqa: PLR2004 - aaaa…, 1212…
        raise InputError("同じ文字の繰返しや、サインインの名前を含むパスワードは使えません。")


def new_second_factor() -> str:
    """Make the secret of a second factor."""
    return pyotp.random_base32()


def second_factor_matches(secret: str, code: str) -> bool:
    """Return whether six figures are those of this moment."""
    return pyotp.TOTP(secret).verify(code.strip().replace(" ", ""), valid_window=_ONE_STEP)


def second_factor_address(secret: str, login: str) -> str:
    """Return the address an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="様式")
