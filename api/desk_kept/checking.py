"""文書の検証: is a file one of ours, and unchanged? 監査記録: who did what; reading it is an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, make_response, render_template, request

from api.access.visitors import ledger
from api.desk_kept.saying import day_said, titles
from api.kept.reach import actor, rules, speaker
from api.limits import MAX_RECORD
from ledger.audit.reading import PAGE, read_audit
from ledger.audit.verify import verify_ledger
from ledger.papers import STATES
from ledger.verify import verify as verify_file
from validators.wareki import format_date

if TYPE_CHECKING:
    from ledger.verify import Verified

blueprint = Blueprint("checking_pages", __name__)

# the beginnings of the audit's types, in words
KINDS: Final = (
    ("case.", "事案"),
    ("event.", "出来事"),
    ("paper.", "文書"),
    ("number.", "番号"),
    ("deadline.", "期限"),
    ("handover.", "引継ぎ"),
    ("register.", "帳簿"),
    ("person.", "利用者"),
    ("api-key.", "鍵"),
    ("audit.", "監査記録"),
    ("rows.", "行の控え"),
)


@blueprint.get("/verify")
def verify() -> str:
    """Ask for a file."""
    return render_template("kept/verify.html", found=None, wrong="")


@blueprint.post("/verify")
def verified() -> Response:
    """Say of a file which paper it is, whether a byte changed, whether it comes out the same again; that is recorded."""
    request.max_content_length = MAX_RECORD
    sent = request.files.get("file")
    content = sent.read() if sent else b""
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
    known = kind if kind in dict(KINDS) else ""
    rows = read_audit(ledger(), actor(), before=int(before) if before.isdecimal() else None, kind=known)
    told = [(each, f"{format_date(each.at.date())}　{each.at:%H:%M:%S}", _fields(each.fields)) for each in rows]
    report = verify_ledger(ledger()) if "whole" in request.args else None
    return render_template(
        "kept/audit.html",
        rows=told,
        kinds=KINDS,
        kind=known,
        report=report,
        more=rows[-1].seq if len(rows) == PAGE else "",
    )


def _fields(fields: dict[str, Any]) -> str:
    return "　".join(f"{name}={value}" for name, value in fields.items() if value not in (None, "", [], ()))
