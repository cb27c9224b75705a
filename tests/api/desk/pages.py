"""What a browser would do with the desk's pages: read the controls of a form, type into them, send them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import html

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from api.desk.drafts import Draft

Fields = list[tuple[str, str]]


def begun(app: Flask, form: str, answers: dict[str, Any] | None = None) -> Draft:
    """Return a new draft of a service without people, with these answers typed already."""
    with app.app_context():
        draft: Draft = app.extensions["drafts"].new(form, {})
    draft.answers = answers or {}
    return draft


def page_of(text: str) -> Any:
    """Return a page as a browser parses it."""
    return html.fromstring(text)


def controls(page: Any) -> Fields:
    """Return what the form of a step would send as it stands, without a button (HTML, constructing the entry list)."""
    sent: Fields = []
    for control in page.xpath("//form[@id='boxes']//*[self::input or self::select or self::textarea]"):
        kind, name = control.get("type", ""), control.get("name")
        if control.tag == "select":
            chosen = control.xpath("./option[@selected]") or control.xpath("./option[1]")
            value = chosen[0].get("value", chosen[0].text)
        elif control.tag == "textarea":
            value = (
                (control.text or "").removeprefix("\n").replace("\n", "\r\n")
            )  # a first line's end is none of the value
        elif kind in {"radio", "checkbox"} and control.get("checked") is None:
            continue
        else:
            value = control.get("value", "")
        sent.append((name, value))
    return sent


def send(client: FlaskClient, url: str, sent: Fields, act: str = "next") -> Any:
    """Send a step's form by one of its buttons."""
    data: dict[str, list[str]] = {}
    for name, value in [*sent, ("act", act)]:
        data.setdefault(name, []).append(value)
    return client.post(url, data=data)
