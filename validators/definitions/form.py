"""Turn one form's YAML into Form objects, one for each edition, refusing whatever FORMS.md does not allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio
from validators.definitions.facts import in_force, weighed
from validators.definitions.field import RESERVED_NAMES, Definition, boxes, read_fields
from validators.definitions.fragments import expanded
from validators.definitions.source import source_of
from validators.definitions.vocabulary import Shared, Vocabulary, vocabularies
from validators.errors import DefinitionError
from validators.kinds import KINDS
from validators.model import AUDIENCES, FACES, Boxes, Field, Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from validators.definitions.clauses import Clause, Clauses
    from validators.definitions.yamlio import Keys

__all__ = ["RESERVED_NAMES", "read_form"]

_FORM_KEYS = frozenset(
    {
        "slug",
        "title",
        "printed_title",
        "printed_number",
        "number",
        "edition",
        "authority",
        "legal_basis",
        "clauses",
        "audience",
        "read_unless",
        "before",
        "basis",
        "secrecy",
        "effective",
        "copies",
        "alone",
        "attachments",
        "page",
        "face",
        "uses",
        "apart",
        "fields",
        "facts",
        "layout",
        "editions",
    }
)
_EDITION_KEYS = _FORM_KEYS - {"slug", "authority", "editions"}
_PAGE_KEYS = frozenset({"margins", "orientation", "size", "numbering", "house"})
_PAGE_CHOICES = {
    "orientation": ("portrait", "landscape"),
    "numbering": ("auto", "always", "never"),
    "house": ("police", "court"),
}
_SHARED_HOMES = frozenset({"case", "ledger", "office"})  # a provision's facts with these need no declaring


def read_form(path: Path, clauses: Clauses) -> list[Form]:
    """Read one file and return its editions, oldest first; raises DefinitionError with file:line.

    `clauses` are the provisions: what they weigh, the form has from its vocabularies.
    """
    content = yamlio.load(path)
    main = Definition(path, content)
    main.only((), content, _FORM_KEYS)
    if content.get("slug") != path.stem:
        main.fail(("slug",), f"slug は、ファイル名と同じ「{path.stem}」にしてください。")
    if content.get("authority", path.parent.name) != path.parent.name:
        main.fail(("authority",), f"authority は、フォルダー名と同じ「{path.parent.name}」にしてください。")
    header = source_of(path.parent.name, path.parents[1])
    own = {**header.forms, **{key: value for key, value in content.items() if key != "editions"}}
    own["uses"] = [*header.forms.get("uses", ()), *main.texts(("uses",), content.get("uses"))]
    words = _FormVocabularies(main, own["uses"], header.fields, clauses)
    editions = [_form(Definition(path, own), words)]
    extra = content.get("editions", [])
    if not isinstance(extra, list):
        main.fail(("editions",), "「editions」は一覧で書いてください。")
    for i, change in enumerate(extra):
        main.only(("editions", i), change, _EDITION_KEYS)
        for needed in ("edition", "effective"):
            if needed not in change:
                main.fail(("editions", i), f"版ごとの「{needed}」がありません。")
        editions.append(_form(Definition(path, _merged(own, change), ("editions", i)), words))
    return _in_order(main, editions)


def _merged(main: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Lay an edition over the main part: fields by name and key (`name: null` drops one), everything else replaced."""
    fields = dict(main.get("fields") or {})
    for name, new in (change.get("fields") or {}).items():
        if new is None:
            fields.pop(name, None)
        else:
            fields[name] = {**(fields.get(name) or {}), **new} if isinstance(new, dict) else new
    return {**main, **change, "fields": fields}


def _in_order(main: Definition, editions: list[Form]) -> list[Form]:
    """Give each edition its last day and refuse gaps, overlaps and edition numbers out of order."""
    if len(editions) > 1 and not editions[0].basis:
        main.fail(("editions",), "版が複数あるときは、版を選ぶ日付の項目を「basis」に書いてください。")
    editions = sorted(editions, key=lambda f: f.effective_from or date.min)
    out = []
    for form, following in zip(editions, [*editions[1:], None], strict=True):
        if form.effective_from and form.effective_until and form.effective_until < form.effective_from:
            main.fail(("effective",), f"第{form.edition}版の終わりの日が始まりの日より前です。")
        if following is not None:
            if following.effective_from is None or following.edition <= form.edition:
                main.fail(
                    ("editions",), f"第{following.edition}版の始まりの日か版の番号が、前の版の後になっていません。"
                )
            last = following.effective_from - timedelta(days=1)
            if form.effective_until not in (None, last) or (form.effective_from and last < form.effective_from):
                main.fail(
                    ("editions",), f"第{form.edition}版と第{following.edition}版の期間が重なるか、間が空いています。"
                )
            form = replace(form, effective_until=last)  # noqa: PLW2901 - the same edition, its last day now known
        out.append(form)
    return out


class _FormVocabularies:
    """The vocabularies a form uses, and what its source says in another way."""

    def __init__(self, d: Definition, uses: list[str], worded: Mapping[str, Any], clauses: Clauses) -> None:
        known = vocabularies(d.path.parents[1])
        for i, name in enumerate(uses):
            if name not in known:
                d.fail(("uses", i), f"「{name}」という語彙はありません。使えるもの: {'、'.join(known)}")
        self.used: list[Vocabulary] = [known[name] for name in dict.fromkeys(uses)]
        self.worded = worded
        self.clauses = clauses

    def on(self, day: date | None) -> Shared:
        """Return them as they stand on a day."""
        shared = Shared(self.used, day)
        shared.fields |= shared.dressed(self.worded)
        return shared


def _all_fields(d: Definition, shared: Shared, by_name: Mapping[str, list[Clause]]) -> dict[str, Field]:
    """Build the fields of an edition: its own, the facts it keeps, and those its provisions weigh."""
    own = d.content.get("fields")
    if not isinstance(own, dict) or not own:
        d.fail(("fields",), "「fields」は「項目名: {…}」の形で書いてください。")
    said, facts = _facts(d, shared, by_name)
    for name, text in {**own, **facts}.items():
        if name not in shared.fields and not (isinstance(text, dict) and "type" in text):
            place = "fields" if name in own else "facts"
            d.fail(
                (place, name),
                f"「{name}」は、使う語彙(uses)にありません。ここで定めるときは label と type も書いてください。",
            )
    raw = shared.dressed(own)
    taken = {word for name, item in raw.items() if isinstance(item, dict) for word in (name, *item.get("aliases", ()))}
    for name, text in facts.items():
        if name not in taken:
            raw[name] = {"clauses": [clause.id for clause in by_name.get(name, ())], **shared.fact(name, text)}
    try:
        fields = read_fields(d, ("fields",), raw)
    except DefinitionError:
        shared.check()  # where the vocabulary is wrong, its own line is told
        raise
    effective = d.content.get("effective") or {}
    period = (
        d.day(("effective", "from"), effective.get("from")),
        d.day(("effective", "until"), effective.get("until")),
    )
    now = {name for name, clauses in by_name.items() if any(in_force(clause, period) for clause in clauses)}
    return {
        name: replace(item, asked=_asked(item, name in said or name in own or name in now))
        for name, item in fields.items()
    }


def _facts(d: Definition, shared: Shared, by_name: Mapping[str, list[Clause]]) -> tuple[set[str], dict[str, Any]]:
    """Return which facts the form names itself, and all it keeps: with those its provisions weigh."""
    told = d.content.get("facts") or {}
    facts = dict.fromkeys(d.texts(("facts",), told)) if isinstance(told, list) else dict(told)
    said = set(facts)
    for name in by_name:
        if name in shared.fields and shared.fields[name].get("home") in _SHARED_HOMES:
            facts.setdefault(name, None)
            if rough := shared.fields[name].get("approximate"):
                facts.setdefault(rough, None)  # what keeps a time told only about comes with it
    return said, facts


def _asked(item: Field, wanted: bool) -> bool:  # noqa: FBT001 - told by the one caller
    """Tell whether a person is asked for an item: what is printed or lives on the paper, and the case's facts that count now."""
    return item.printed or item.home in {"", "paper"} or (item.home == "case" and wanted)


def _form(d: Definition, words: _FormVocabularies) -> Form:
    """Build one edition and check it as a whole."""
    content = d.content
    effective = d.only(("effective",), content.get("effective", {}), {"from", "until"})
    edition = content.get("edition", 1)
    if not isinstance(edition, int) or isinstance(edition, bool) or edition < 1:
        d.fail(("edition",), "「edition」は1から始まる整数で書いてください。")
    if not isinstance(content.get("layout") or [], list):
        d.fail(("layout",), "「layout」は一覧で書いてください。")
    shared = words.on(d.day(("effective", "from"), effective.get("from")))
    fields = _all_fields(d, shared, weighed(d.path.stem, words.clauses))
    layout, origins = expanded(d, content.get("layout") or [], shared.blocks)
    form = Form(
        slug=d.text(("slug",), content.get("slug"), needed=True),
        title=d.text(("title",), content.get("title"), needed=True),
        printed_title=d.text(("printed_title",), content.get("printed_title")),
        number=d.text(("number",), content.get("number")),
        printed_number=d.text(("printed_number",), content.get("printed_number")),
        edition=edition,
        authority=d.path.parent.name,
        legal_basis=d.text(("legal_basis",), content.get("legal_basis")),
        clauses=d.texts(("clauses",), content.get("clauses")),
        audience=_audience(d),
        read_unless=boxes(d, ("read_unless",), content["read_unless"]) if content.get("read_unless") else {},
        alone=_truth(d, "alone"),
        fields=fields,
        layout=tuple(layout),
        page=_page(d, content.get("page", {})),
        face=_face(d),
        basis=d.text(("basis",), content.get("basis")),
        effective_from=d.day(("effective", "from"), effective.get("from")),
        effective_until=d.day(("effective", "until"), effective.get("until")),
        before=d.text(("before",), content.get("before")),
        attachments=d.texts(("attachments",), content.get("attachments")),
        copies=d.texts(("copies",), content.get("copies")),
        secrecy=d.texts(("secrecy",), content.get("secrecy")),
        path=d.path,
        place=d.prefix,
        apart=d.texts(("apart",), content.get("apart")),
        uses=tuple(content["uses"]),
        origins=origins,
    )
    if form.basis and (form.basis not in fields or not KINDS[fields[form.basis].type].dated):
        d.fail(("basis",), f"「basis」の「{form.basis}」は、日付の項目ではありません。")
    _refuse_unknown_boxes(d, form)
    _refuse_protected_print(d, form)
    return form


def _truth(d: Definition, key: str) -> bool:
    value = d.content.get(key, False)
    if not isinstance(value, bool):
        d.fail((key,), f"「{key}」は true か false で書いてください。")
    return value


def _audience(d: Definition) -> frozenset[str]:
    audience = d.texts(("audience",), d.content.get("audience"))
    if not audience:
        d.fail(("audience",), "「audience」(読み得る人)を書いてください。")
    for i, who in enumerate(audience):
        if who not in AUDIENCES:
            d.fail(("audience", i), f"「{who}」は audience に使えません。使えるもの: {'、'.join(sorted(AUDIENCES))}")
    return frozenset(audience)


def _refuse_unknown_boxes(d: Definition, form: Form) -> None:
    """Refuse what says who reads a record by a box or value that the form has not, or of a form he never reads."""
    if form.read_unless and "respondent" not in form.audience:
        d.fail(("read_unless",), "「read_unless」は、audience に respondent のある様式に書きます。")
    said: list[tuple[Keys, Boxes]] = [(("read_unless",), form.read_unless)]
    said += [
        ((*keys, "known"), item.known) for keys, item in _walk(("fields",), form.fields) if isinstance(item.known, dict)
    ]
    for keys, meant in said:
        for name, values in meant.items():
            box = form.fields.get(name)
            if box is None or any(value not in box.options for value in values):
                d.fail(keys, f"「{name}」は、この様式の選択肢の項目とその値で書いてください。")


def _refuse_protected_print(d: Definition, form: Form) -> None:
    """Refuse a secret on a paper that he reads; what the reader says of himself may be one on the records he does not read."""
    if "respondent" not in form.audience:
        return
    for keys, item in _walk(("fields",), form.fields):
        if item.sensitivity == "protected" and item.printed and not (form.read_unless and isinstance(item.known, dict)):
            d.fail(
                keys, f"「{item.label}」は秘匿する項目です。加害者が読み得る様式では printed: false にしてください。"
            )


def _walk(keys: Keys, fields: Mapping[str, Field]) -> Iterator[tuple[Keys, Field]]:
    for name, item in fields.items():
        yield (*keys, name), item
        if item.printed:  # what stands in a list that is never printed is never printed
            yield from _walk((*keys, name, "fields"), item.fields)


def _face(d: Definition) -> str:
    face = d.text(("face",), d.content.get("face")) or "articles-only"
    if face not in FACES:
        d.fail(("face",), f"「face」は {'、'.join(FACES)} のどれかです。")
    return face


def _page(d: Definition, value: Any) -> dict[str, Any]:
    page = dict(d.only(("page",), value, _PAGE_KEYS))
    margins = page.get("margins")
    if margins is not None and not (
        isinstance(margins, list) and len(margins) == 4 and all(isinstance(m, (int, float)) for m in margins)  # noqa: PLR2004
    ):
        d.fail(("page", "margins"), "余白は、上・右・下・左の順に四つの数(mm)で書いてください。")
    for key, allowed in _PAGE_CHOICES.items():
        if key in page and page[key] not in allowed:
            d.fail(("page", key), f"「{key}」は {'、'.join(allowed)} のどれかです。")
    if not isinstance(page.get("size", 10.5), (int, float)):
        d.fail(("page", "size"), "文字の大きさは数(pt)で書いてください。")
    return page
