"""根拠: what is checked, by which provision, since when; as the law stood on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from api.desk_kept.saying import day_said, titles, weekday_said
from api.kept.reach import rules, today
from validators.errors import InputError
from validators.text import fold
from validators.wareki import parse_date

if TYPE_CHECKING:
    from datetime import date

    from validators.definitions.clauses import Clause

blueprint = Blueprint("rules_pages", __name__, url_prefix="/rules")

_MOST = 100
_SEVERITIES = {"error": "止まる", "warning": "確認する", "info": "お知らせ"}


@blueprint.get("")
def index() -> str:
    """Find provisions by word and source."""
    words, source = request.args.get("words", "").strip(), request.args.get("source", "")
    sources = rules().catalogue.sources()
    entries = rules().clauses.entries
    if not words and not source:
        found: list[Clause] = []
    else:
        found = [each for each in entries.values() if (not source or each.source == source) and _says(each, words)]
    return render_template(
        "kept/rules.html", words=words, source=source, sources=sources, total=len(found), found=found[:_MOST]
    )


def _says(entry: Clause, words: str) -> bool:
    said = fold(f"{entry.id} {entry.citation} {entry.duty} {entry.clerk}")
    return all(fold(word) in said for word in words.split())


@blueprint.get("/<clause>")
def show(clause: str) -> str:
    """Show a provision as it stands on a day (`on`)."""
    entry = rules().clauses.entries.get(clause)
    if entry is None:
        raise NotFound
    on, wrong = _day(request.args.get("on", ""))
    known = titles()
    return render_template(
        "kept/rule.html",
        entry=entry,
        severity=_SEVERITIES[entry.severity],
        on=weekday_said(on),
        holds=entry.effective.holds_on(on),
        first=day_said(entry.effective.first.isoformat()) if entry.effective.first else "",
        last=day_said(entry.effective.last.isoformat()) if entry.effective.last else "",
        forms=[(slug, known[slug]) for slug in entry.documents if slug in known],
        others=[
            each
            for each in rules().clauses.entries.values()
            if each.id != entry.id and entry.family and each.family == entry.family
        ],
        kinds=[(kind, len(given)) for kind, given in entry.examples.items()],
        told=request.args.get("on", ""),
        wrong=wrong,
    )


def _day(written: str) -> tuple[date, str]:
    if not written.strip():
        return today(), ""
    try:
        return parse_date(written), ""
    except (ValueError, InputError):
        return today(), "法令の時点を、令和8年4月1日のように書いてください。"
