"""What is not the caller's is not there: cases by office and by what was given, papers by office."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from flask import current_app
from werkzeug.exceptions import Forbidden, NotFound

from api.access.visitors import ledger, visitor
from api.sent import json_sent
from forms.entry.reading.json_in import sent_from_json
from ledger.access import may_know
from ledger.backup import BESIDE
from ledger.cases import case_named
from ledger.keys import ShreddedError
from ledger.offices import office_id, profile_of
from ledger.papers import NoPaperError, named
from ledger.types import day_of
from validators.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from api.access.visitors import Visitor
    from forms.issue.line import Line
    from ledger.cases import CaseFile
    from ledger.papers import PaperRow
    from ledger.search import Hit
    from ledger.types import Actor
    from validators.model import Record
    from validators.rulebook import Rulebook


def rules() -> Rulebook:
    """Return the rulebook of the door."""
    return cast("Line", current_app.extensions["line"]).rules


def speaker() -> Visitor:
    """Return who speaks; the gate has let them in."""
    found = visitor()
    if found is None or not found.office:
        raise Forbidden("どの所属の仕事かが決まっていません。管理者にご相談ください。")
    return found


def actor() -> Actor:
    """Return who the ledger is told acts."""
    return speaker().actor()


def today() -> date:
    """Return the Japanese day by the ledger's clock."""
    return date.fromisoformat(day_of(ledger().now()))


def case_in_reach(name: str, *, section: str = "papers", own: bool = False) -> CaseFile:
    """Return a case by ref or number that the caller may know a section of (`own`: of their office alone). Raises NotFound.

    Their own comes first: numbers are each office's own. That another's was destroyed is told no more than that it was there.
    """
    speaks = speaker()
    with ledger().read() as connection:
        try:
            found = case_named(connection, ledger(), name, office_code=speaks.office)
        except InputError:
            try:
                found = case_named(connection, ledger(), name)
            except (InputError, ShreddedError):
                raise NotFound from None
        known = may_know(connection, found, section, ledger().now(), office_code=speaks.office, person_ref=speaks.ref)
    if not known or (own and found.office != speaks.office):
        raise NotFound
    return found


def knows(case: CaseFile, section: str) -> bool:
    """Return whether the caller may know a section of a case within reach."""
    speaks = speaker()
    with ledger().read() as connection:
        return may_know(connection, case, section, ledger().now(), office_code=speaks.office, person_ref=speaks.ref)


def hit_in_reach(hit: Hit) -> bool:
    """Return whether the caller may be told that a case was found: of another office by its people to those who may know them.

    A guess at where or how somebody is reached is confirmed to nobody who may not know what is protected.
    """
    if hit.office == speaker().office:
        return True
    asked = ["people"] if hit.role else ["papers"]
    if hit.role and not {"name", "kana"} & {*hit.by}:
        asked.append("protected")
    try:
        return all(case_in_reach(hit.case, section=each) for each in asked)
    except NotFound:
        return False


def paper_in_reach(name: str) -> PaperRow:
    """Return a paper of the caller's office by ref or printed number. Raises NotFound."""
    try:
        return named(ledger(), name, office_code=speaker().office)
    except NoPaperError:
        raise NotFound from None


def own_line() -> Line:
    """Return the line of the caller's office, with its profile of today."""
    code = speaker().office
    with ledger().read() as connection:
        of = office_id(connection, code)
        profile = profile_of(connection, of, day_of(ledger().now())) if of is not None else {}
    own = cast("Line", current_app.extensions["line"]).bound_to(profile, code)
    if (folder := templates_of(code)) is not None and folder.is_dir():
        own.templates = folder
    return own


def templates_of(code: str) -> Path | None:
    """Return the folder of an office's own papers beside the ledger; None where the ledger has no folder."""
    folder = ledger().folder
    return folder / BESIDE / code if folder else None


def own_record(line: Line, slug: str, *, case: CaseFile | None = None) -> Record:
    """Read the body's record of a form, issued by the caller's office and no other. Raises InputError, NotFound."""
    if slug not in set(line.catalogue.slugs()):
        raise NotFound
    sent = sent_from_json(json_sent(), slug, line.catalogue.names())
    return replace(sent.record, case=case.number or case.ref) if case else sent.record
