"""Turn one form's YAML into Form objects, one for each edition, refusing whatever FORMS.md does not allow."""

from __future__ import annotations

import re
from dataclasses import fields as dataclass_fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from validators.definitions import yamlio
from validators.definitions.source import source_of
from validators.expressions import syntax
from validators.expressions.functions import VOCABULARY
from validators.kinds import FIELD_TYPES, KINDS
from validators.model import AUDIENCES, Field, Form, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

Keys = tuple[str | int, ...]

_FORM_KEYS = frozenset(
    {
        "slug",
        "title",
        "printed_title",
        "number",
        "edition",
        "authority",
        "legal_basis",
        "clauses",
        "audience",
        "basis",
        "secrecy",
        "effective",
        "copies",
        "attachments",
        "page",
        "fields",
        "layout",
        "editions",
    }
)
_EDITION_KEYS = _FORM_KEYS - {"slug", "authority", "editions"}
_FIELD_KEYS = frozenset(f.name for f in dataclass_fields(Field)) - {"name"}
_PAGE_KEYS = frozenset({"margins", "orientation", "size", "numbering"})
_SENSITIVITIES = get_args(Sensitivity)
# CEL's own words, our vocabulary, and what expressions and layouts bind themselves
RESERVED_NAMES = (
    syntax.RESERVED | syntax.MACROS | frozenset(VOCABULARY) | {"document", "today", "item", "office", "form"}
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Definition:
    """One file's content while it is being checked; knows the line of each key, in the main part or in an edition."""

    def __init__(self, path: Path, content: Mapping[str, Any], prefix: Keys = ()) -> None:
        self.path = path
        self.content = content
        self.prefix = prefix

    def fail(self, keys: Keys, message: str) -> NoReturn:
        """Raise DefinitionError with the line of `keys`."""
        raise yamlio.broken(self.path, (*self.prefix, *keys), message)

    def only(self, keys: Keys, value: Any, allowed: Collection[str]) -> Mapping[str, Any]:
        """Return the mapping at `keys`, refusing other keys than `allowed`."""
        if not isinstance(value, dict):
            self.fail(keys, f"「{keys[-1] if keys else self.path.name}」は「キー: 値」の形で書いてください。")
        for key in value:
            if key not in allowed:
                self.fail((*keys, key), f"「{key}」という項目は使えません。使えるもの: {'、'.join(sorted(allowed))}")
        return value

    def text(self, keys: Keys, value: Any, *, needed: bool = False) -> str:
        """Return a text; a missing one is refused when `needed`, else empty."""
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.fail(keys, f"「{keys[-1]}」を文字で書いてください(数字や日付だけのときは引用符で囲みます)。")
        return value

    def texts(self, keys: Keys, value: Any) -> tuple[str, ...]:
        """Return a list of texts; left out: empty."""
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fail(keys, f"「{keys[-1]}」は [ ] で囲んだ一覧で書いてください。")
        return tuple(self.text((*keys, i), v, needed=True) for i, v in enumerate(value))

    def day(self, keys: Keys, value: Any) -> date | None:
        """Return a date written 2024-05-10."""
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            self.fail(keys, "日付は 2024-05-10 の形で書いてください。")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(keys, "暦にない日付です。")


def read_form(path: Path) -> list[Form]:
    """Read one file and return its editions, oldest first; raises DefinitionError with file:line."""
    content = yamlio.load(path)
    main = Definition(path, content)
    main.only((), content, _FORM_KEYS)
    if content.get("slug") != path.stem:
        main.fail(("slug",), f"slug は、ファイル名と同じ「{path.stem}」にしてください。")
    if content.get("authority", path.parent.name) != path.parent.name:
        main.fail(("authority",), f"authority は、フォルダー名と同じ「{path.parent.name}」にしてください。")
    header = source_of(path.parent.name, path.parents[1])
    own = {**header.forms, **{key: value for key, value in content.items() if key != "editions"}}
    editions = [_form(Definition(path, own))]
    extra = content.get("editions", [])
    if not isinstance(extra, list):
        main.fail(("editions",), "「editions」は一覧で書いてください。")
    for i, change in enumerate(extra):
        main.only(("editions", i), change, _EDITION_KEYS)
        for needed in ("edition", "effective"):
            if needed not in change:
                main.fail(("editions", i), f"版ごとの「{needed}」がありません。")
        editions.append(_form(Definition(path, _merged(own, change), ("editions", i))))
    return _in_order(main, editions)


def _merged(main: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Lay an edition over the main part: fields by name and key (`name: null` drops one), everything else replaced."""
    fields = dict(main.get("fields") or {})
    for name, new in (change.get("fields") or {}).items():
        if new is None:
            fields.pop(name, None)
        else:
            fields[name] = {**fields.get(name, {}), **new} if isinstance(new, dict) else new
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
            form = _replace_until(form, last)  # noqa: PLW2901 - the same edition, its last day now known
        out.append(form)
    return out


def _replace_until(form: Form, last: date) -> Form:
    values = {f.name: getattr(form, f.name) for f in dataclass_fields(form)}
    return Form(**{**values, "effective_until": last})


def _form(d: Definition) -> Form:
    """Build one edition and check it as a whole."""
    content = d.content
    effective = d.only(("effective",), content.get("effective", {}), {"from", "until"})
    edition = content.get("edition", 1)
    if not isinstance(edition, int) or isinstance(edition, bool) or edition < 1:
        d.fail(("edition",), "「edition」は1から始まる整数で書いてください。")
    raw_fields = content.get("fields")
    if not raw_fields:
        d.fail(("fields",), "「fields」がありません。")
    fields = _fields(d, ("fields",), raw_fields)
    form = Form(
        slug=d.text(("slug",), content.get("slug"), needed=True),
        title=d.text(("title",), content.get("title"), needed=True),
        printed_title=d.text(("printed_title",), content.get("printed_title")),
        number=d.text(("number",), content.get("number")),
        edition=edition,
        authority=d.path.parent.name,
        legal_basis=d.text(("legal_basis",), content.get("legal_basis")),
        clauses=d.texts(("clauses",), content.get("clauses")),
        audience=_audience(d),
        fields=fields,
        layout=tuple(content.get("layout") or ()),
        page=_page(d, content.get("page", {})),
        basis=d.text(("basis",), content.get("basis")),
        effective_from=d.day(("effective", "from"), effective.get("from")),
        effective_until=d.day(("effective", "until"), effective.get("until")),
        attachments=d.texts(("attachments",), content.get("attachments")),
        copies=d.texts(("copies",), content.get("copies")),
        secrecy=d.texts(("secrecy",), content.get("secrecy")),
        path=d.path,
        place=d.prefix,
    )
    if form.basis and (form.basis not in fields or not KINDS[fields[form.basis].type].dated):
        d.fail(("basis",), f"「basis」の「{form.basis}」は、日付の項目ではありません。")
    _refuse_protected_print(d, form)
    if not isinstance(content.get("layout", []), list):
        d.fail(("layout",), "「layout」は一覧で書いてください。")
    return form


def _audience(d: Definition) -> frozenset[str]:
    audience = d.texts(("audience",), d.content.get("audience"))
    if not audience:
        d.fail(("audience",), "「audience」(読み得る人)を書いてください。")
    for i, who in enumerate(audience):
        if who not in AUDIENCES:
            d.fail(("audience", i), f"「{who}」は audience に使えません。使えるもの: {'、'.join(sorted(AUDIENCES))}")
    return frozenset(audience)


def _refuse_protected_print(d: Definition, form: Form) -> None:
    if "respondent" not in form.audience:
        return
    for keys, item in _walk(("fields",), form.fields):
        if item.sensitivity == "protected" and item.printed:
            d.fail(
                keys, f"「{item.label}」は秘匿する項目です。加害者が読み得る様式では printed: false にしてください。"
            )


def _walk(keys: Keys, fields: Mapping[str, Field]) -> Iterator[tuple[Keys, Field]]:
    for name, item in fields.items():
        yield (*keys, name), item
        if item.printed:  # what stands in a list that is never printed is never printed
            yield from _walk((*keys, name, "fields"), item.fields)


def _page(d: Definition, value: Any) -> dict[str, Any]:
    page = dict(d.only(("page",), value, _PAGE_KEYS))
    margins = page.get("margins")
    if margins is not None and not (
        isinstance(margins, list) and len(margins) == 4 and all(isinstance(m, (int, float)) for m in margins)  # noqa: PLR2004
    ):
        d.fail(("page", "margins"), "余白は、上・右・下・左の順に四つの数(mm)で書いてください。")
    for key, allowed in (("orientation", ("portrait", "landscape")), ("numbering", ("auto", "always", "never"))):
        if key in page and page[key] not in allowed:
            d.fail(("page", key), f"「{key}」は {'、'.join(allowed)} のどれかです。")
    if not isinstance(page.get("size", 10.5), (int, float)):
        d.fail(("page", "size"), "文字の大きさは数(pt)で書いてください。")
    return page


def _fields(d: Definition, keys: Keys, value: Any) -> dict[str, Field]:
    """Build the fields of one level; names, aliases and labels are unique within it."""
    if not isinstance(value, dict) or not value:
        d.fail(keys, "「fields」は「項目名: {…}」の形で書いてください。")
    out: dict[str, Field] = {}
    taken: dict[str, str] = {}
    for name, raw in value.items():
        here = (*keys, name)
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            d.fail(here, f"項目名「{name}」は、半角の英字・数字・下線で書いてください。")
        if name in RESERVED_NAMES:
            d.fail(here, f"「{name}」は式や書式で使う語なので、項目名にできません(別名としては書けます)。")
        item = out[name] = _field(d, here, name, raw)
        for word in dict.fromkeys((name, item.label, *item.aliases)):
            if word in taken:
                d.fail(here, f"「{word}」が二つの項目({taken[word]}、{name})を指しています。一つに決めてください。")
            taken[word] = name
    return out


def _field(d: Definition, keys: Keys, name: str, value: Any) -> Field:
    raw = d.only(keys, value, _FIELD_KEYS)
    kind = d.text((*keys, "type"), raw.get("type"), needed=True)
    of = d.text((*keys, "of"), raw.get("of"))
    if kind not in FIELD_TYPES:
        d.fail((*keys, "type"), f"「{kind}」という型はありません。使えるもの: {'、'.join(sorted(FIELD_TYPES))}")
    if kind == "list" and bool(of) == bool(raw.get("fields")):
        d.fail(keys, "list には、「of」(値の型)か「fields」(組の項目)のどちらか一つを書いてください。")
    if kind != "list" and (of or raw.get("fields")):
        d.fail(keys, "「of」「fields」は list だけに書けます。")
    if of and (of not in FIELD_TYPES or of == "list"):
        d.fail((*keys, "of"), f"「{of}」は一覧の値の型に使えません。")
    sensitivity = raw.get("sensitivity", "none")
    if sensitivity not in _SENSITIVITIES:
        d.fail((*keys, "sensitivity"), f"「{sensitivity}」は使えません。使えるもの: {'、'.join(_SENSITIVITIES)}")
    return Field(
        name=name,
        label=d.text((*keys, "label"), raw.get("label"), needed=True),
        type=kind,
        required=_required(d, (*keys, "required"), raw.get("required", False)),
        sensitivity=sensitivity,
        printed=_flag(d, (*keys, "printed"), raw.get("printed", True)),
        known=_flag(d, (*keys, "known"), raw.get("known", False)),
        clauses=d.texts((*keys, "clauses"), raw.get("clauses")),
        options=_options(d, keys, raw, needed="enum" in {kind, of}),
        of=of,
        fields=_fields(d, (*keys, "fields"), raw["fields"]) if raw.get("fields") else {},
        aliases=d.texts((*keys, "aliases"), raw.get("aliases")),
        group=d.text((*keys, "group"), raw.get("group")),
        hint=d.text((*keys, "hint"), raw.get("hint")),
        example=raw.get("example"),
        source=d.text((*keys, "source"), raw.get("source")),
    )


def _flag(d: Definition, keys: Keys, value: Any) -> bool:
    if not isinstance(value, bool):
        d.fail(keys, f"「{keys[-1]}」は true か false で書いてください。")
    return value


def _required(d: Definition, keys: Keys, value: Any) -> bool | str:
    if isinstance(value, bool):
        return value
    if not isinstance(value, dict):
        d.fail(keys, "「required」は true、false か {when: 条件} で書いてください。")
    return d.text((*keys, "when"), d.only(keys, value, {"when"}).get("when"), needed=True)


def _options(d: Definition, keys: Keys, raw: Mapping[str, Any], *, needed: bool) -> dict[str, str]:
    """Return stored value → label; a list of values stands for values that are their own labels."""
    keys = (*keys, "options")
    value: Any = raw.get("options")
    if not needed:
        if value is not None:
            d.fail(keys, "「options」は enum か、enum の list だけに書けます。")
        return {}
    if isinstance(value, list):
        options: dict[Any, Any] = {text: text for text in d.texts(keys, value)}
        if len(options) != len(value):
            d.fail(keys, "同じ選択肢が二つあります。")
    else:
        options = value if isinstance(value, dict) else {}
    if not options:
        d.fail(keys, "選択肢(options)を書いてください。")
    for key, label in options.items():
        if not all(isinstance(word, str) and word.strip() for word in (key, label)):
            d.fail((*keys, str(key)), f"選択肢「{key}」は文字で書いてください(はい・いいえや数字は引用符で囲みます)。")
    if len(set(options.values())) != len(options):
        d.fail(keys, "選択肢の表示が重なっています。")
    return dict(options)
