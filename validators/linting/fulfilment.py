"""Verify what `by:` says of the forms: that a field exists, is required, is printed, and so on (docs/CLAUSES.md)."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from validators.errors import YoshikiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from validators.definitions.catalogue import Catalogue
    from validators.histories.book import Procedures
    from validators.model import Field, Form

ROOT = Path(__file__).parents[2]

_SUBJECT = re.compile(r"([a-z0-9][a-z0-9-]*)(?:\.([A-Za-z_][\w.\[\]]*))?(?:\s*[:：]\s*(.+))?", re.DOTALL)


class NotThereYetError(Exception):
    """The form is not in the catalogue, or cannot be read: nothing can be verified."""


def verify(item: str, catalogue: Catalogue | None, procedures: Procedures | None = None) -> str:
    """Return what is wrong with a `by` item, or nothing; raises NotThereYetError when its form or procedure is not there."""
    kind, _, rest = item.strip().partition(" ")
    rest = rest.strip()
    if kind == "procedure":
        if not procedures or not procedures.named(rest):
            raise NotThereYetError(f"手続 {rest} はまだありません")
        return ""
    if kind in _ELSEWHERE:
        return _ELSEWHERE[kind](rest)
    subject = _SUBJECT.fullmatch(rest)
    if not subject or kind not in {**_OF_FORM, **_OF_FIELD}:
        return f"by の「{item}」が読めません(docs/CLAUSES.md)"
    slug, name, said = subject.group(1), subject.group(2) or "", subject.group(3) or ""
    form = _form(slug, catalogue)
    if kind in _OF_FORM:
        return _OF_FORM[kind](form, said)
    field = _field(form.fields, name)
    if field is None:
        return f"様式 {slug} に項目「{name}」がありません"
    return _OF_FIELD[kind](form, field, said)


def _form(slug: str, catalogue: Catalogue | None) -> Form:
    """Return the newest edition."""
    if catalogue is None or slug not in set(catalogue.slugs()):
        raise NotThereYetError(f"様式 {slug} はまだ catalogue にありません")
    try:
        return list(catalogue.editions(slug))[-1]
    except YoshikiError as error:
        raise NotThereYetError(f"様式 {slug} の定義が読めません({error.place})") from None


def _field(fields: Mapping[str, Field], name: str) -> Field | None:
    """Find `name` or `list[].key` among a form's fields."""
    root, _, key = name.partition("[].")
    found = fields.get(root)
    return _field(found.fields, key) if found and key else found


# ---- of a form ----------------------------------------------------------------------------------------------------


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def missing_texts(items: tuple[str, ...], slug: str, *, among: str, kept: str) -> list[str]:
    """Return the texts that `by` items ask of a form, stand among some words and are not kept in others."""
    found = [_SUBJECT.fullmatch(item.partition(" ")[2].strip()) for item in items if item.startswith("text ")]
    asked = [subject.group(3) or "" for subject in found if subject and subject.group(1) == slug]
    there, here = _squeezed(among), _squeezed(kept)
    return [said for said in asked if _squeezed(said) in there and _squeezed(said) not in here]


def _layout(form: Form) -> str:
    return json.dumps(form.layout, ensure_ascii=False, default=str)


def _text(form: Form, said: str) -> str:
    if not said:
        return f"by の text {form.slug} に「: 文言」がありません"
    printed = [form.title, form.printed_title, form.number, form.printed_number, *form.attachments, _layout(form)]
    return "" if _squeezed(said) in _squeezed("\n".join(printed)) else f"様式 {form.slug} の面に「{said}」がありません"


def _audience(form: Form, said: str) -> str:
    absent = [who.strip() for who in said.split(",") if who.strip() not in form.audience]
    return f"様式 {form.slug} の閲覧者に {'・'.join(absent)} がありません" if absent or not said else ""


def _attachment(form: Form, said: str) -> str:
    there = bool(said) and any(_squeezed(said) in _squeezed(title) for title in form.attachments)
    return "" if there else f"様式 {form.slug} の添付に「{said}」がありません"


def _edition(form: Form, _said: str) -> str:
    return "" if form.effective_from else f"様式 {form.slug} の版に施行日(effective.from)がありません"


_OF_FORM: dict[str, Callable[[Form, str], str]] = {
    "form": lambda _form, _said: "",  # it is in the catalogue: that is what was asked
    "text": _text,
    "audience": _audience,
    "attachment": _attachment,
    "edition": _edition,
}


# ---- of a field ---------------------------------------------------------------------------------------------------


def _required(form: Form, field: Field, _said: str) -> str:
    return "" if field.required else f"様式 {form.slug} の「{field.name}」は必須になっていません"


def _enum(form: Form, field: Field, said: str) -> str:
    if not field.options:
        return f"様式 {form.slug} の「{field.name}」は選択肢の項目ではありません"
    absent = [value.strip() for value in said.split(",") if value.strip() and value.strip() not in field.options]
    return f"様式 {form.slug} の「{field.name}」の選択肢に {'・'.join(absent)} がありません" if absent else ""


def _stands_on_paper(form: Form, field: Field) -> bool:
    return not form.layout or bool(re.search(rf"\b{re.escape(field.name)}\b", _layout(form)))


def _printed(form: Form, field: Field, _said: str) -> str:
    there = field.printed and _stands_on_paper(form, field)
    return "" if there else f"様式 {form.slug} の面に「{field.name}」が印字されません"


def _unprinted(form: Form, field: Field, _said: str) -> str:
    hidden = not field.printed or (bool(form.layout) and not _stands_on_paper(form, field))
    return "" if hidden else f"様式 {form.slug} の「{field.name}」が印字されます"


_OF_FIELD: dict[str, Callable[[Form, Field, str], str]] = {
    "field": lambda _form, _field, _said: "",  # it is declared: that is what was asked
    "required": _required,
    "enum": _enum,
    "printed": _printed,
    "unprinted": _unprinted,
}


# ---- elsewhere ----------------------------------------------------------------------------------------------------


def _defines(path: Path, name: str) -> bool:
    return path.is_file() and bool(
        re.search(rf"^\s*(?:def|class) {re.escape(name)}\b", path.read_text("utf-8"), re.MULTILINE)
    )


def _function(name: str) -> str:
    module, _, function = name.rpartition(".")
    place = Path(*module.split(".")) if module else Path()
    paths = [ROOT / top / place.with_suffix(".py") for top in ("", "validators", "forms")] if module else []
    return "" if any(_defines(path, function) for path in paths) else f"関数「{name}」がありません"


def _test(name: str) -> str:
    path, _, function = name.partition("::")
    there = bool(function) and path.startswith("tests/") and _defines(ROOT / path, function.partition("[")[0])
    return "" if there else f"試験「{name}」がありません"


_ELSEWHERE: dict[str, Callable[[str], str]] = {"function": _function, "test": _test}
