"""Read the items of a form or a vocabulary: their keys, types, options, conditions; docs/FORMS.md, Keys of a field."""

from __future__ import annotations

import re
from dataclasses import fields as dataclass_fields
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NoReturn, get_args

from validators.definitions import yamlio
from validators.expressions import syntax
from validators.expressions.functions import VOCABULARY
from validators.kinds import FIELD_TYPES
from validators.model import HOMES, Boxes, Field, Options, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from validators.definitions.yamlio import Keys

FIELD_KEYS = frozenset(f.name for f in dataclass_fields(Field)) - {"name", "asked"}
_SENSITIVITIES = get_args(Sensitivity)
# CEL's own words, our vocabulary, and what expressions and layouts bind themselves
RESERVED_NAMES = (
    syntax.RESERVED | syntax.MACROS | frozenset(VOCABULARY) | {"document", "today", "item", "office", "form"}
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPTION_KEYS = frozenset({"label", "aliases", "from", "until"})


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

    def each(self, keys: Keys, value: Any) -> tuple[Any, ...]:
        """Return the members of a list, whatever they are; one that stands alone is a list of one, left out: empty."""
        if value is None:
            return ()
        if not isinstance(value, list | str | dict):
            self.fail(keys, f"「{keys[-1]}」は [ ] で囲んだ一覧で書いてください。")
        return tuple(value) if isinstance(value, list) else (value,)

    def pairs(self, keys: Keys, value: Any) -> Mapping[str, Any]:
        """Return a mapping of any keys; left out: empty."""
        return {} if value is None else self.only(keys, value, value)

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


def read_fields(d: Definition, keys: Keys, value: Any) -> dict[str, Field]:
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
    for name, item in out.items():
        if item.approximate and (item.type not in {"date", "datetime"} or item.approximate not in out):
            d.fail(
                (*keys, name, "approximate"),
                "「approximate」は、date か datetime の項目に、おおよその日時を残す同じ組の項目名で書きます。",
            )
    return out


def _field(d: Definition, keys: Keys, name: str, value: Any) -> Field:
    raw = d.only(keys, value, FIELD_KEYS)
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
        home=_home(d, (*keys, "home"), raw),
        printed=_flag(d, (*keys, "printed"), raw.get("printed", True)),
        known=_known(d, (*keys, "known"), raw.get("known", False)),
        clauses=d.texts((*keys, "clauses"), raw.get("clauses")),
        options=_options(d, keys, raw, needed="enum" in {kind, of}),
        of=of,
        fields=read_fields(d, (*keys, "fields"), raw["fields"]) if raw.get("fields") else {},
        aliases=d.texts((*keys, "aliases"), raw.get("aliases")),
        group=d.text((*keys, "group"), raw.get("group")),
        hint=d.text((*keys, "hint"), raw.get("hint")),
        example=raw.get("example"),
        source=d.text((*keys, "source"), raw.get("source")),
        none_answers=_flag(d, (*keys, "none_answers"), raw.get("none_answers", False)),
        approximate=d.text((*keys, "approximate"), raw.get("approximate")),
        once=_flag(d, (*keys, "once"), raw.get("once", False)),
        past=_flag(d, (*keys, "past"), raw.get("past", False)),
        series=d.text((*keys, "series"), raw.get("series")),
    )


def _home(d: Definition, keys: Keys, raw: Mapping[str, Any]) -> str:
    """Return where the fact lives; what is printed lives on the paper unless something else is said."""
    home = d.text(keys, raw.get("home"))
    if home and home not in HOMES:
        d.fail(keys, f"「home」は {'、'.join(HOMES)} のどれかです。")
    return home or ("paper" if raw.get("printed", True) else "")


def _flag(d: Definition, keys: Keys, value: Any) -> bool:
    if not isinstance(value, bool):
        d.fail(keys, f"「{keys[-1]}」は true か false で書いてください。")
    return value


def _known(d: Definition, keys: Keys, value: Any) -> bool | Boxes | Literal["never"]:
    if isinstance(value, bool):
        return value
    if value == "never":
        return "never"
    if not isinstance(value, dict):
        d.fail(keys, "「known」は true、false、never か {when: {項目名: [値]}} で書いてください。")
    return boxes(d, (*keys, "when"), d.only(keys, value, {"when"}).get("when"))


def boxes(d: Definition, keys: Keys, value: Any) -> Boxes:
    """Return the records meant by `{項目名: [値, …]}`; which boxes and values there are is the form's to check."""
    if not isinstance(value, dict) or not value:
        d.fail(keys, f"「{keys[-1]}」は「項目名: [値, …]」の形で書いてください。")
    return {str(name): d.texts((*keys, name), values) for name, values in value.items()}


def _required(d: Definition, keys: Keys, value: Any) -> bool | str:
    if isinstance(value, bool):
        return value
    if not isinstance(value, dict):
        d.fail(keys, "「required」は true、false か {when: 条件} で書いてください。")
    return d.text((*keys, "when"), d.only(keys, value, {"when"}).get("when"), needed=True)


def _options(d: Definition, keys: Keys, raw: Mapping[str, Any], *, needed: bool) -> Options:
    """Return stored value → label, with the other spellings; a list of values: they are their own labels."""
    keys = (*keys, "options")
    value: Any = raw.get("options")
    if not needed:
        if value is not None:
            d.fail(keys, "「options」は enum か、enum の list だけに書けます。")
        return Options()
    if isinstance(value, list):
        given: Mapping[Any, Any] = {text: text for text in d.texts(keys, value)}
        if len(given) != len(value):
            d.fail(keys, "同じ選択肢が二つあります。")
    else:
        given = value if isinstance(value, dict) else {}
    if not given:
        d.fail(keys, "選択肢(options)を書いてください。")
    options = Options()
    for key, said in given.items():
        options[key] = _label(d, (*keys, key), key, said)
        for alias in d.texts((*keys, key, "aliases"), said.get("aliases")) if isinstance(said, dict) else ():
            if options.aliases.setdefault(alias, key) != key or alias in given:
                d.fail((*keys, key), f"別名「{alias}」が二つの選択肢を指しています。")
    if len(set(options.values())) != len(options):
        d.fail(keys, "選択肢の表示が重なっています。")
    return options


def _label(d: Definition, keys: Keys, key: Any, said: Any) -> str:
    label = d.only(keys, said, _OPTION_KEYS).get("label") if isinstance(said, dict) else said
    if not all(isinstance(word, str) and word.strip() for word in (key, label)):
        d.fail(keys, f"選択肢「{key}」は文字で書いてください(はい・いいえや数字は引用符で囲みます)。")
    return str(label)
