"""紙面の確かめ: the last look at a paper, its warnings confirmed with name and reason, the paper issued and fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from api.access.visitors import visitor
from api.desk.asked import control_at
from api.desk.drafts_pages import blueprint, found, saved_line
from api.desk.judged import confirm as confirm_warning
from api.desk.judged import issue_draft, weigh
from api.desk.look import drafts, pictures, work
from api.desk.shown import states_of, words_of
from api.desk.widgets import control, nothing
from api.desk_kept.sending import send
from api.issuing import line
from api.shapes import DOCX, PDF
from validators.disclosure import exposed
from validators.labels import OFFICE_LABELS
from validators.office import needs_approval

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response as BaseResponse

    from api.desk.drafts import Draft
    from api.desk.judged import Weighed
    from validators.model import Finding

_LONGEST = 400  # letters of a reason
_SHORT = 80  # of a name, a post


def _linked(weighed: Weighed, findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Return the findings with the place of the box each stands at."""
    step_of = {control(each.name): step.number for step in weighed.steps for each in step.fields}
    linked = []
    for finding in findings:
        name = control_at(weighed.form, weighed.draft, finding.path)
        number = step_of.get(name.partition(".")[0])
        to = url_for("drafts_pages.step", key=weighed.draft.id, number=number, _anchor=name) if number else ""
        linked.append((to, finding))
    return linked


def _page(draft: Draft, weighed: Weighed, told: tuple[str, str, str] | None = None, **said: str) -> str:
    fields = weighed.form.fields.values()
    unprinted = [
        (each.label, words_of(each, draft.answers.get(each.name)))
        for each in fields
        if not each.printed and not nothing(draft.answers.get(each.name))
    ]
    return render_template(
        "desk/paper.html",
        kept=visitor() is not None,
        asked=needs_approval(line().office, draft.form),
        draft=draft,
        form=weighed.form,
        saved=saved_line(draft),
        errors=_linked(weighed, weighed.of("error")),
        warnings=_linked(weighed, weighed.of("warning")),
        infos=_linked(weighed, weighed.of("info")),
        confirmed=_linked(weighed, weighed.confirmed()),
        states=states_of(weighed),
        unprinted=unprinted,
        office=[(key, label, {**line().office, **draft.office}.get(key, "")) for key, label in OFFICE_LABELS.items()],
        pictured=pictures().of(line(), weighed, line().rules.now()),
        told=told,
        said={"clause": "", "by": "", "reason": "", **said},
    )


@blueprint.get("/<key>/paper")
def paper(key: str) -> BaseResponse | str:
    """Show the paper and all that is told of it."""
    draft = found(key)
    if draft.issued:
        return redirect(url_for("drafts_pages.issued", key=key), code=303)
    with draft.lock:
        weighed = weigh(line(), draft)
        _visit_all(draft, weighed)
        return _page(draft, weighed)


def _visit_all(draft: Draft, weighed: Weighed) -> None:
    """Tell of every box from now on: whoever looks at the whole paper has seen them all."""
    draft.visited |= set(weighed.told)


@blueprint.post("/<key>/confirm")
def confirm(key: str) -> BaseResponse | Response | str:
    """Take a warning upon oneself, with name and reason."""
    draft = found(key)
    clause = request.form.get("clause", "")
    by, reason = (request.form.get(name, "").strip() for name in ("by", "reason"))
    by = speaks.name if (speaks := visitor()) else by
    with draft.lock:
        weighed = weigh(line(), draft)
        finding = next((each for each in weighed.of("warning") if clause in each.clauses), None)
        if finding is not None and not (by and reason and len(by) <= _SHORT and len(reason) <= _LONGEST):
            told = (
                "stop",
                "まだ確かめ済みになっていません",
                f"確かめた理由{'' if speaks else 'と確かめた人の氏名'}を書いて、「確認した」を押してください。",
            )
            return make_response(_page(draft, weighed, told, clause=clause, by=by, reason=reason), 422)
        if finding is not None:
            confirm_warning(line(), draft, finding, by=by, reason=reason)
    return redirect(url_for("drafts_pages.paper", key=key), code=303)


@blueprint.post("/<key>/office")
def office(key: str) -> BaseResponse:
    """Say in whose name this paper is issued, where the service does not know."""
    draft = found(key)
    if visitor() is not None:  # the office is the one somebody acts for
        raise NotFound
    with draft.lock:
        sent = {name: request.form.get(name, "").strip()[:_SHORT] for name in OFFICE_LABELS}
        draft.office = {name: text for name, text in sent.items() if text and text != line().office.get(name)}
        draft.rev += 1
    return redirect(url_for("drafts_pages.paper", key=key), code=303)


@blueprint.post("/<key>/issue")
def issue(key: str) -> BaseResponse | Response | str:
    """Issue the paper once, however often it is asked for; where it may not be issued, say what is to be done."""
    draft = found(key)
    with draft.lock:
        if draft.issued is None:
            weighed = weigh(line(), draft)
            if request.form.get("rev") != str(draft.rev):
                told = (
                    "confirm",
                    "内容が変わっています",
                    "別の画面で直されました。紙面をもう一度見てから、発行してください。",
                )
                return make_response(_page(draft, weighed, told), 409)
            if visitor() is not None:
                with work().one():
                    return _sent(draft, weighed)
            with work().one():
                fate = issue_draft(line(), draft, line().rules.now())
            if draft.issued is None:
                _visit_all(draft, weighed)
                return make_response(_page(draft, weighed, _refused(weighed, fate.findings)), 422)
            pictures().drop(key)
    return redirect(url_for("drafts_pages.issued", key=key), code=303)


def _sent(draft: Draft, weighed: Weighed) -> BaseResponse | Response:
    """Send a draft that the ledger keeps its way: to approval where the office asks that, else issue it."""
    fate = send(draft)
    if fate.verdict in {"checked", "issued"}:
        return redirect(url_for("papers_pages.show", paper=draft.id), code=303)
    _visit_all(draft, weighed)
    return make_response(_page(draft, weighed, _refused(weighed, fate.findings)), 422)


def _refused(weighed: Weighed, findings: list[Finding]) -> tuple[str, str, str]:
    """Return what stands in the way: errors, warnings nobody has confirmed, or what only the finished paper showed."""
    if errors := weighed.of("error"):
        return (
            "stop",
            f"まだ発行できません。直すところが{len(errors)}つあります",
            "下の指摘から、欄へ移って直してください。",
        )
    if warnings := weighed.of("warning"):
        return (
            "confirm",
            f"確かめることが{len(warnings)}つあります",
            "確かめた理由を書いて、「確認した」を押してください。",
        )
    last = findings[-1].message if findings else ""
    return "stop", "発行できませんでした", last


@blueprint.get("/<key>/issued")
def issued(key: str) -> BaseResponse | str:
    """Show what was issued and its files."""
    draft = found(key)
    if draft.issued is None:
        return redirect(url_for("drafts_pages.begin", key=key), code=303)
    weighed = weigh(line(), draft)
    names = [(kind, _title_of(kind)) for kind in draft.issued.files]
    read = exposed(weighed.form, weighed.judged.record)
    return render_template("desk/issued.html", draft=draft, issued=draft.issued, files=names, exposed=read)


def _title_of(kind: str) -> str:
    ending, _, mark = kind.partition("-")
    return f"{'PDF' if ending == 'pdf' else 'Word'}{f'（{mark}）' if mark else ''}"


@blueprint.get("/<key>/files/<kind>")
def file(key: str, kind: str) -> Response:
    """Return a file of the paper; its name tells the form, nobody's name."""
    draft = found(key)
    if draft.issued is None or kind not in draft.issued.files:
        raise NotFound
    ending, _, mark = kind.partition("-")
    response = Response(draft.issued.files[kind], mimetype=PDF if ending == "pdf" else DOCX)
    named = quote(f"{draft.issued.title}{f'-{mark}' if mark else ''}.{ending}", safe="")
    plain = f"{draft.form}{'-copy' * bool(mark)}.{ending}"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{named}"
    return response


@blueprint.post("/<key>/delete")
def delete(key: str) -> BaseResponse:
    """Throw a draft away."""
    pictures().drop(key)
    drafts().drop(key)
    return redirect(url_for("drafts_pages.index"), code=303)
