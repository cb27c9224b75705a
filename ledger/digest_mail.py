"""The deadlines of an office as a mail: case numbers, papers, days and clauses; no name, no protected value, no subject that tells.

SMTP by the standard library. The settings are those of the environment (docs/SETTINGS.md); a password is never repeated.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from ledger.due import basis_of, in_words
from ledger.types import moment_of
from validators.errors import InputError, YoshikiError
from validators.rulebook import JAPAN
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ledger.due import Deadline
    from ledger.types import Instant

_SECONDS = 30
_WAYS = ("starttls", "tls", "none")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class MailError(YoshikiError):
    """The mail could not be handed over; the text names no address."""

    code = "mail"
    http_status = 502


@dataclass(frozen=True, slots=True)
class Mailing:
    """How mail is sent."""

    host: str
    port: int
    way: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def mailing_from(environment: Mapping[str, str]) -> Mailing:
    """Return how mail is sent by the settings; raises InputError for what is missing or cannot be."""
    host, sender = (environment.get(f"YOSHIKI_SMTP_{name}", "").strip() for name in ("HOST", "FROM"))
    if not host or not sender:
        raise InputError(
            "メールの設定がありません。", action="YOSHIKI_SMTP_HOST と YOSHIKI_SMTP_FROM を設定してください。"
        )
    way = environment.get("YOSHIKI_SMTP_WAY", "starttls")
    if way not in _WAYS:
        raise InputError("YOSHIKI_SMTP_WAY が読めません。", action=f"使えるもの: {'、'.join(_WAYS)}")
    port = environment.get("YOSHIKI_SMTP_PORT", "") or str(_PORTS[way])
    if not port.isdecimal():
        raise InputError("YOSHIKI_SMTP_PORT は番号で書いてください。")
    user, password = (environment.get(f"YOSHIKI_SMTP_{name}", "") for name in ("USER", "PASSWORD"))
    return Mailing(host, int(port), way, sender, user, password)


def digest_of(
    deadlines: Sequence[Deadline], *, office: str, sender: str, to: Sequence[str], now: Instant
) -> EmailMessage:
    """Return the mail about an office's deadlines, the most urgent first."""
    moment = moment_of(now)
    over, ahead = [each for each in deadlines if each.overdue], [each for each in deadlines if not each.overdue]
    mail = EmailMessage()
    mail["Subject"] = f"期限のお知らせ（{format_date(moment.date())}）　超過{len(over)}件・予定{len(ahead)}件"
    mail["From"], mail["To"] = sender, ", ".join(to)
    mail["Date"] = format_datetime(moment.replace(tzinfo=JAPAN))
    mail["Message-ID"] = make_msgid(domain="yoshiki.invalid")
    parts = [("期限を過ぎているもの", over), ("これから期限が来るもの", ahead)]
    blocks = [line for title, of in parts if of for line in _block(title, of, now)]
    mail.set_content("\n".join([f"{office} の期限です。内容は台帳でご覧ください。", "", *blocks]))
    return mail


def _block(title: str, deadlines: Sequence[Deadline], now: Instant) -> Iterator[str]:
    yield f"■ {title}（{len(deadlines)}件）"
    for each in deadlines:
        yield f"・事案 {each.called}　{in_words(each, now)}　{each.wanted}"
        yield from (f"　　{line}" for line in basis_of(each))
    yield ""


def send(by: Mailing, mail: EmailMessage) -> None:
    """Hand a mail over; raises MailError. Without a way of protection it goes to this very machine alone."""
    if by.way == "none" and by.host not in {"localhost", "127.0.0.1", "::1"}:
        raise InputError(
            "暗号化しない送信は、この機械のメールサーバだけに使えます。",
            action="YOSHIKI_SMTP_WAY を starttls か tls にしてください。",
        )
    context = ssl.create_default_context()
    try:
        whole = smtplib.SMTP_SSL(by.host, by.port, timeout=_SECONDS, context=context) if by.way == "tls" else smtplib.SMTP(by.host, by.port, timeout=_SECONDS)  # fmt: skip
        with whole as server:
            if by.way == "starttls":
                server.starttls(context=context)
            if by.user:
                server.login(by.user, by.password)
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(
            f"メールを送れませんでした（{type(error).__name__}）。",
            action="メールサーバの設定と宛先を確かめてください。",
        ) from None
