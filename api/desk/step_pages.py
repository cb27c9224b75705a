"""記入: one step of a draft, saved when a box is left (htmx) and when 保存 is pressed, with the paper beside it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.desk.drafts_pages import blueprint, found, saved_line
from api.desk.look import pictures
from api.desk.picture import DPI
from api.desk.saving import Saved, left_box, save, view_of
from api.desk.shown import states_of, words_of
from api.desk.steps import PARTS
from api.desk.widgets import control
from api.figures import figure
from api.issuing import line

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from api.desk.drafts import Draft
    from api.desk.picture import Pictured
    from api.desk.saving import StepView


def _page(draft: Draft, view: StepView, template: str, **more: Any) -> str:
    now = line().rules.now()
    pictured = pictures().of(line(), view.weighed, now)
    number = _page_number(pictured, view)
    own = url_for("drafts_pages.step", key=draft.id, number=view.step.number)
    shown = {
        "draft": draft,
        "rev": draft.rev,
        "form": view.weighed.form,
        "step": view.step,
        "number": view.step.number,
        "groups": view.groups,
        "named": view.named,
        "wrong": [(f"{own}#{name}", finding) for name, finding in view.wrong],
        "states": states_of(view.weighed),
        "parts": PARTS,
        "saved": saved_line(draft),
        "removed": view.removed(draft),
        "window": request.values.get("window") or secrets.token_hex(4),
        "pictured": pictured,
        "page": number,
        "scolded": False,
        "quarrel": [],
        "mine": [],
        "added": False,
    }
    return render_template(template, **{**shown, **more})


def _page_number(pictured: Pictured, view: StepView) -> int:
    """Return the page of the paper to show: that of the box that was left, the one looked at, that of the step's first words."""
    asked, left = request.values.get("page", ""), request.form.get("left", "").partition(".")[0]
    data = view.weighed.judged.record.data

    def words(named: str = "") -> list[str]:
        fields = [each for each in view.step.fields if named in {"", control(each.name)}]
        return [
            *(data[each.name] for each in fields if isinstance(data.get(each.name), str)),
            *(each.label for each in fields),
        ]

    number = pictured.page_with(words(left)) if left else 0
    number = number or (pictured.page_with(words()) if (told := figure(asked)) is None else told)
    return min(max(number, 1), max(pictured.pages, 1))


@blueprint.get("/<key>/<int:number>")
def step(key: str, number: int) -> BaseResponse | str:
    """Show a step."""
    draft = found(key)
    if draft.issued:
        return redirect(url_for("drafts_pages.issued", key=key), code=303)
    with draft.lock:
        view = view_of(line(), draft, number)
        return _page(draft, view, "desk/step.html", added="added" in request.args)


@blueprint.post("/<key>/<int:number>")
def save_step(key: str, number: int) -> BaseResponse | str:
    """Save a step and go on: to the next, to the paper, to the item of a list; the page again where something is wrong."""
    draft = found(key)
    if draft.issued:
        return redirect(url_for("drafts_pages.issued", key=key), code=303)
    with draft.lock:
        saved = save(line(), draft, number, request.form, line().rules.now())
        return _answer(draft, saved)


def _answer(draft: Draft, saved: Saved) -> BaseResponse | str:  # noqa: PLR0911 - one line a way to go on
    view, number = saved.view, saved.view.step.number
    if saved.quarrel:
        return make_response(_page(draft, view, "desk/step.html", **_quarrel(saved), scolded=True), 409)
    if saved.anchor:
        return redirect(url_for("drafts_pages.step", key=draft.id, number=number, _anchor=saved.anchor), code=303)
    if request.form.get("act") == "paper":
        return redirect(url_for("drafts_pages.paper", key=draft.id), code=303)
    if saved.added:
        to = url_for("drafts_pages.step", key=draft.id, number=number, added="yes")
        return redirect(to, code=303)
    if saved.stays:
        return make_response(_page(draft, view, "desk/step.html", scolded=True), 422)
    following = next((each for each in view.weighed.steps if each.number > number), None)
    if following is None or following.part != view.step.part:
        return redirect(url_for("drafts_pages.paper", key=draft.id), code=303)
    return redirect(url_for("drafts_pages.step", key=draft.id, number=following.number), code=303)


def _quarrel(saved: Saved) -> dict[str, Any]:
    fields = saved.view.weighed.form.fields
    mine = [(fields[name].label, words_of(fields[name], answer)) for name, answer in saved.quarrel.items()]
    return {"quarrel": [f"「{label}」" for label, _ in mine], "mine": mine}


@blueprint.post("/<key>/<int:number>/changed")
def changed(key: str, number: int) -> Response | str:
    """Save a step while it is being written and answer with what changes on the page."""
    draft = found(key)
    if draft.issued:
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url_for("drafts_pages.issued", key=key)
        return response
    with draft.lock:
        saved = left_box(line(), draft, number, request.form, line().rules.now())
        kept = (
            {"rev": request.form.get("rev", "")} if saved.quarrel else {}
        )  # the quarrel is settled where it is seen whole
        return _page(draft, saved.view, "desk/changed.html", **_quarrel(saved), **kept)


@blueprint.get("/<key>/picture")
def picture(key: str) -> str:
    """Show another page of the paper beside the boxes."""
    draft = found(key)
    with draft.lock:
        return _page(draft, view_of(line(), draft, 1), "desk/picture.html")


@blueprint.get("/<key>/pages/<int:number>")
def image(key: str, number: int) -> Response:
    """Return a page of the paper as it was drawn last: an image, never an error page in its place."""
    draft = found(key)
    large = request.args.get("size", "")
    dpi = DPI.get(large, DPI[""])
    png = pictures().image(draft.id, number, dpi)
    if png is None:
        with draft.lock:
            pictures().of(line(), view_of(line(), draft, 1).weighed, line().rules.now())
        png = pictures().image(draft.id, number, dpi)
    if png is None:
        raise NotFound
    return Response(png, mimetype="image/png")
