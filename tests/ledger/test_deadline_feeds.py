"""What leaves the ledger as a calendar or a mail tells cases by number, papers, days and clauses, and nobody's name."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from icalendar import Calendar
from sqlalchemy import select

from commands import main
from ledger import due
from ledger.calendar_feed import as_calendar
from ledger.digest_mail import MailError, Mailing, digest_of, mailing_from, send
from ledger.tables import audit
from tests.ledger.told import OURS, STATION, ledger_at, new_case, tell
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

    from ledger.engine import Ledger

PLANTED = ("架空　乙女", "灯台市岬町９丁目", "03-0000-0999")
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@pytest.fixture
def kept(place: Path) -> Iterator[Ledger]:
    """Give a ledger with two cases whose values, and one of whose numbers, tell of a person."""
    name, address, phone = PLANTED
    with ledger_at(place, "2026-04-20T09:00") as (ledger, _):
        for number in ("令8-12", f"相談（{name}）"):
            case = new_case(ledger, number)
            tell(ledger, case, on="2026-03-10T14:00", event="measure_given_orally", paper="prohibition-order", measure="urgent_prohibition", order_id=f"{name}", to=name)  # fmt: skip
            tell(ledger, case, on="2026-04-18T10:00", event="request_received", kind="warning", receiver=name, content=f"{address} {phone}")  # fmt: skip
        yield ledger


class Inbox:
    """A mail server's memory."""

    def __init__(self) -> None:
        self.came: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's
        """Keep a mail."""
        self.came.append(envelope.original_content or b"")
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """Start a real mail server on a free port of this machine."""
    handler = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


def mail_of(ledger: Ledger) -> EmailMessage:
    found = due.listed(ledger, OURS, office_code=STATION)
    return digest_of(found, office=STATION, sender="yoshiki@shiomi.example", to=["a@shiomi.example"], now=ledger.now())


def read(feed: bytes) -> list[dict[str, str]]:
    """Read a feed as its text has it, by name, and show that the calendar package reads it too."""
    assert len(Calendar.from_ical(feed).walk("VEVENT")) == feed.count(b"BEGIN:VEVENT")
    blocks = feed.decode().replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    lines = [[line.partition(":") for line in block.splitlines() if ":" in line] for block in blocks]
    return [{name.partition(";")[0]: value for name, _, value in each} for each in lines]


def test_the_feed_has_a_whole_day_a_deadline_its_clause_as_source_and_a_lasting_uid(kept: Ledger) -> None:
    found = due.listed(kept, OURS, office_code=STATION)
    feed = as_calendar(found, ledger_ref=kept.ref, title="期限", now=kept.now())
    assert len(found) > 3
    events = read(feed)
    assert [event["DTSTART"] for event in events] == [each.last_on.replace("-", "") for each in found]
    for event, each in zip(events, found, strict=True):
        assert each.citation in event["SUMMARY"].replace("\\", "")
        assert f"根拠　{each.citation}" in event["DESCRIPTION"].replace("\\", "")
    uids = [event["UID"] for event in events]
    again = read(as_calendar(found, ledger_ref=kept.ref, title="期限", now=kept.now()))
    assert [event["UID"] for event in again] == uids
    assert len(set(uids)) == len(uids)
    assert b"\r\n" in feed
    assert not any(value in feed.decode().replace("\r\n ", "") for value in PLANTED)


def test_a_mail_comes_through_a_real_server_with_what_is_over_first_and_no_name_in_it(
    kept: Ledger, inbox: tuple[Inbox, int]
) -> None:
    handler, port = inbox
    mail = mail_of(kept)
    send(Mailing("127.0.0.1", port, "none", "yoshiki@shiomi.example"), mail)
    body = mail.get_content()
    assert len(handler.came) == 1
    assert "超過" in mail["Subject"]
    assert body.index("過ぎているもの") < body.index("これから")
    assert "事案 令8-12" in body
    assert "ストーカー規制法5条3項後段" in body
    assert not any(value in f"{mail['Subject']}{body}" for value in PLANTED)


def test_what_cannot_be_sent_is_told_without_address_or_password(kept: Ledger) -> None:
    with pytest.raises(MailError) as told:
        send(Mailing("127.0.0.1", 9, "none", "a@b.example", "user", "ひみつ"), mail_of(kept))
    assert "example" not in str(told.value)
    assert "ひみつ" not in f"{told.value}{Mailing('h', 1, 'tls', 's', 'u', 'ひみつ')}"
    for environment in (
        {},
        {"YOSHIKI_SMTP_HOST": "h", "YOSHIKI_SMTP_FROM": "a@b.example", "YOSHIKI_SMTP_WAY": "plain"},
    ):
        with pytest.raises(InputError):
            mailing_from(environment)
    with pytest.raises(InputError, match="暗号化"):
        send(mailing_from({"YOSHIKI_SMTP_HOST": "mail.shiomi.example", "YOSHIKI_SMTP_FROM": "a@b.example", "YOSHIKI_SMTP_WAY": "none"}), mail_of(kept))  # fmt: skip


def test_the_command_lists_sends_and_leaves_a_record_of_what_left(
    kept: Ledger, place: Path, inbox: tuple[Inbox, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, port = inbox
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "FROM": "y@shiomi.example", "WAY": "none"}.items():
        monkeypatch.setenv(f"YOSHIKI_SMTP_{name}", value)
    feed = tmp_path / "期限.ics"
    call = [
        "deadlines",
        "--ledger",
        str(place),
        "--office",
        STATION,
        "--ics",
        str(feed),
        "--mail",
        "a@b.example",
        "--by",
        "沖",
    ]
    done = CliRunner().invoke(main, call)
    assert done.exit_code == 1, done.output  # some are over by now
    assert feed.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert len(handler.came) == 1
    with kept.read() as connection:
        told = list(connection.scalars(select(audit.c.type).order_by(audit.c.seq)))[-2:]
    assert told == ["deadlines.sent", "deadlines.sent"]
