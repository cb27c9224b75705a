"""文書の検証: is a file one of ours, and unchanged? 監査記録: who did what; reading it is an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, render_template, request

from api.access.visitors import ledger
from api.desk_kept.audit_said import AuditWords
from api.desk_kept.saying import day_said, titles
from api.figures import figure
from api.kept.reach import actor, rules, speaker
from api.limits import MAX_RECORD
from ledger.audit.reading import PAGE, read_audit
from ledger.audit.verify import verify_ledger
from ledger.audit.words import GROUPS, TYPES
from ledger.papers import STATES
from ledger.verify import verify as verify_file
from validators.wareki import format_date

if TYPE_CHECKING:
    from ledger.verify import Verified

blueprint = Blueprint("checking_pages", __name__)

_LAST = 10**18  # no entry has a number beyond


@blueprint.get("/verify")
def verify() -> str:
    """Ask for a file."""
    return render_template("kept/verify.html", found=None, wrong="")


@blueprint.post("/verify")
def verified() -> Response:
    """Say of a file which paper it is, whether a byte changed, whether it comes out the same again; that is recorded."""
    sent = request.files.get("file")
    content = sent.read(MAX_RECORD + 1) if sent else b""
    if len(content) > MAX_RECORD:
        wrong = f"ファイルが大きすぎます。確かめられるのは{MAX_RECORD >> 20}MBまでです。"
        return make_response(render_template("kept/verify.html", found=None, wrong=wrong), 413)
    if not content:
        return make_response(
            render_template("kept/verify.html", found=None, wrong="確かめるファイルを選んでください。"), 422
        )
    found = verify_file(ledger(), rules(), actor(), content)
    return make_response(render_template("kept/verify.html", wrong="", **_said(found)))


def _said(found: Verified) -> dict[str, Any]:
    row = found.paper
    mine = row is not None and row.office_code == speaker().office
    return {
        "found": found,
        "row": row if mine else None,
        "title": titles().get(row.form, row.form) if row and mine else "",
        "day": day_said(row.day) if row and mine else "",
        "state": STATES[row.state] if row and mine else "",
    }


@blueprint.get("/audit")
def audit() -> str:
    """Show who did what, the newest first, with the state of the chain above."""
    kind, before = request.args.get("kind", ""), request.args.get("before", "")
    _, types = GROUPS.get(kind, ("", {}))
    at = None if (asked := figure(before)) is None else min(asked, _LAST)
    rows = read_audit(ledger(), actor(), before=at, types=types)
    words = AuditWords(rows)
    told = [
        (each, f"{format_date(each.at.date())}　{each.at:%H:%M:%S}", TYPES.get(each.type, each.type), words.said(each))
        for each in rows
    ]
    report = verify_ledger(ledger()) if "whole" in request.args else None
    return render_template(
        "kept/audit.html",
        rows=told,
        kinds=[(key, word) for key, (word, _) in GROUPS.items()],
        kind=kind if types else "",
        report=report,
        more=rows[-1].seq if len(rows) == PAGE else "",
    )
