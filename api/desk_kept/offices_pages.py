"""所属: the offices of the ledger with their profiles as they stand and stood, and a new edition from a day on. No case content."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger
from api.desk_kept.boxes import TypedBoxes
from api.desk_kept.saying import day_said
from api.kept.reach import actor, rules, today
from ledger.offices import editions_of, offices, save_office, stand_of
from ledger.types import Miss
from validators.errors import YoshikiError
from validators.labels import OFFICE_LABELS
from validators.office import check_profile
from validators.office_file import office_from, rest_of
from validators.wareki import format_date

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

blueprint = Blueprint("offices_pages", __name__, url_prefix="/offices")

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_REST: Final = "rest"
_STALE: Final = (
    "この所属の設定は、その間にほかの人が改めました。いまの設定を確かめて、要るときだけ、もう一度押してください。"
)


@blueprint.get("")
def index() -> str:
    """List the offices."""
    return render_template("kept/offices.html", rows=offices(ledger()))


@blueprint.get("/new")
def new() -> str:
    """Ask for a new office."""
    return _page("", TypedBoxes())


@blueprint.get("/<code>")
def show(code: str) -> str:
    """Show an office's profile as it stands, with the editions before and to come, and ask for a new one."""
    return _page(_known(code), TypedBoxes(known=_typed(code)))


def _known(code: str) -> str:
    if code not in {each for each, _, _ in offices(ledger())}:
        raise NotFound
    return code


def _typed(code: str) -> dict[str, str]:
    """Return the boxes filled with the edition in force, which a new one begins from: what is to come would be of another day."""
    day, editions = today().isoformat(), editions_of(ledger(), code)
    told = next((each for from_on, each in editions if from_on <= day), editions[-1][1] if editions else {})
    return {name: told.get(name, "") for name in OFFICE_LABELS} | {_REST: rest_of(told)}


def _page(code: str, boxes: TypedBoxes, *, stale: bool = False) -> str:
    day, editions = today().isoformat(), editions_of(ledger(), code) if code else []
    in_force = max((from_on for from_on, _ in editions if from_on <= day), default="")
    shown = [
        (
            day_said(from_on),
            "いまの設定" if from_on == in_force else "これからの設定" if from_on > day else "前の設定",
            [(label, told[name]) for name, label in OFFICE_LABELS.items() if told.get(name)],
            rest_of(told),
        )
        for from_on, told in editions
    ]
    names = {each: name for each, name, _ in offices(ledger())}
    return render_template(
        "kept/office.html",
        code=code,
        name=names.get(code, ""),
        editions=shown,
        labels=OFFICE_LABELS,
        boxes=boxes,
        today=format_date(today()),
        stand=stand_of(editions) if stale else boxes.typed("stand") or stand_of(editions),
        later=[day_said(from_on) for from_on, _ in editions if from_on > day],
    )


@blueprint.post("")
def add() -> BaseResponse | Response:
    """Keep a new office with its first profile."""
    boxes = TypedBoxes(request.form)
    code = boxes.text("code", "略号", must=True)
    if code and not _CODE.fullmatch(code):
        boxes.refuse("code", "「略号」は、英小文字で始め、英小文字・数字・「-」で書いてください。")
    if code in {each for each, _, _ in offices(ledger())}:
        boxes.refuse("code", "この略号の所属は、もうあります。")
    return _saved("", code, boxes)


@blueprint.post("/<code>")
def change(code: str) -> BaseResponse | Response:
    """Keep another edition of an office's profile from a day on; what stood until then stays."""
    return _saved(_known(code), code, TypedBoxes(request.form))


def _saved(page: str, code: str, boxes: TypedBoxes) -> BaseResponse | Response:
    name, from_on = boxes.text("name", OFFICE_LABELS["name"], must=True), boxes.day("from_on", "いつから", must=True)
    if from_on and from_on < today().isoformat():
        boxes.refuse(
            "from_on", "「いつから」は、きょうか、その後の日を書いてください。前の設定で作った文書は、そのままです。"
        )
    if boxes.good:
        try:
            names = {key: boxes.text(key) for key in OFFICE_LABELS}
            told = office_from(names, boxes.typed(_REST), date.fromisoformat(from_on))
            check_profile(told, rules().catalogue)
        except YoshikiError as error:
            boxes.refuse(_REST, " ".join(filter(None, (error.message, error.action))))
    if not boxes.good:
        return make_response(_page(page, boxes), 422)
    kind, stand = boxes.text("kind"), boxes.typed("stand")
    try:
        save_office(ledger(), actor(), code, name, kind=kind, told=told, from_on=from_on, stand=stand)
    except Miss:
        boxes.refuse("", _STALE)
        return make_response(_page(page, boxes, stale=True), 409)
    return redirect(url_for("offices_pages.show", code=code), code=303)
