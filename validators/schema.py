"""From a form's fields: the JSON Schema, the web model, and the check of a record: its shape, and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from validators.errors import DefinitionError
from validators.expressions.compiled import Context, Expressions, total_item
from validators.expressions.words import condition_in_words
from validators.kinds import KINDS, read_value
from validators.model import Field, Finding, Form, Record
from validators.of_form import OfForm
from validators.paths import cell_of, label_of, parts_of, path_of, spot_of
from validators.shapes import cerberus_schema, plainly
from validators.values import UnreadableError, blank, choose_from

if TYPE_CHECKING:
    from datetime import date


# ---- the check ----------------------------------------------------------------------------------------------------


def check_schema(
    form: Form, record: Record, expressions: Expressions, *, today: date, prior: Iterable[Finding] = ()
) -> list[Finding]:
    """Check a normalised record: required items, types, options.

    A place that `prior` (what `normalise` found) already calls unreadable is not reported as missing again. Conditions
    `required: {when: …}` are judged by the record; inside a list for each item, as `item`.
    """
    told: set[str] = set()
    for finding in prior:
        if finding.severity == "error":  # a list whose only item was unreadable is not missing either
            told |= {finding.path, *(finding.path[: mark.start()] for mark in re.finditer(r"[.\[]", finding.path))}
    found = [*_structure(form, record), *_gaps(form, record, expressions, today)]
    unique = {finding.path: finding for finding in reversed(found) if finding.path not in told}
    ranks = {name: rank for rank, name in enumerate(form.fields)} if len(unique) > 1 else {}
    return sorted(unique.values(), key=lambda finding: _position(ranks, finding.path))


def _position(ranks: Mapping[str, int], path: str) -> tuple[int, list[tuple[int, str]]]:
    """Return the order of findings: as the form prints its items, then item by item."""
    parts = parts_of(path)
    rank = ranks.get(str(parts[0]), len(ranks)) if parts else len(ranks)
    return rank, [(part, "") if isinstance(part, int) else (-1, part) for part in parts[1:]]


def _structure(form: Form, record: Record) -> Iterator[Finding]:
    """Yield what Cerberus finds, which is asked only where the shape is not plainly right."""
    if _plain(form)(record.data):
        return
    from validators.by_cerberus import misfits  # noqa: PLC0415 - hardly any record needs the package

    for path, only_its_option in misfits(form, record.data):
        spot = spot_of(form.fields, path)
        item, words = spot.field, spot.words
        if item is None:
            yield finding_at(form, record, path, None, "unknown-field", f"{words}という項目は、この様式にありません。")
        elif only_its_option:
            message = f"{words}の値が選択肢にありません。{choose_from(item.options)}"
            yield finding_at(form, record, path, item, "not-an-option", message)
        else:
            message = f"{words}の値の形が正しくありません。{item.hint}"
            yield finding_at(form, record, path, item, f"unreadable-{item.type}", message)


def _gaps(form: Form, record: Record, expressions: Expressions, today: date) -> Iterator[Finding]:
    """Yield the items that are required, always or under a condition, and blank or without what makes them an answer."""
    context: Context | None = None
    for path, item, value, owner in _places(form.fields, record.data, [], None):
        said = value.get("name") if KINDS[item.type].shape == "name" and isinstance(value, Mapping) else value
        if item.required is True and blank(said):
            yield _missing(form, record, path, item, spot_of(form.fields, path).words)
        if not isinstance(item.required, str) or not blank(said):
            continue
        try:
            context = context or expressions.context(form, record.data, today=today)
            if holds(form, item.required, context, owner):
                yield _missing(form, record, path, item, spot_of(form.fields, path).words)
        except DefinitionError:
            words = spot_of(form.fields, path).words
            message = (
                f"{words}が必要かどうかを判定できませんでした。様式の定義に誤りがあります。管理者へお知らせください。"
            )
            yield finding_at(form, record, path, item, "broken-condition", message)


def answers(
    form: Form, record: Record, expressions: Expressions, today: date, *, of_note: Callable[[BoxPlace], bool]
) -> Iterator[BoxPlace]:
    """Yield the filled boxes of note that are required, always or as the record is; a broken condition is told by `check_schema`."""
    context: Context | None = None
    for path, item, value, owner in _places(form.fields, record.data, [], None):
        if not item.required or blank(value) or not of_note((path, item, value)):
            continue
        if isinstance(item.required, str):
            try:
                context = context or expressions.context(form, record.data, today=today)
                if not holds(form, item.required, context, owner):
                    continue
            except DefinitionError:
                continue
        yield path, item, value


def written_boxes(fields: Mapping[str, Field], data: Any, above: tuple[str | int, ...] = ()) -> Iterator[BoxPlace]:
    """Yield every filled box of a record, those within the items of a list too."""
    for name, item in fields.items():
        value = data.get(name) if isinstance(data, Mapping) else None
        if item.fields and isinstance(value, list):
            for i, entry in enumerate(value):
                yield from written_boxes(item.fields, entry, (*above, name, i))
        elif not blank(value):
            yield [*above, name], item, value


def holds(form: Form, condition: str, context: Context, owner: tuple[Field, Any] | None = None) -> bool:
    """Tell whether a condition on an item holds; `owner`: the list and its item that it is judged for. Raises DefinitionError."""
    if owner is None:
        return context.expressions.compile(condition, form).run(context)
    return context.expressions.compile(condition, form, ("item",)).run(context, item=total_item(*owner))


BoxPlace = tuple[list[str | int], Field, Any]
FieldPlace = tuple[list[str | int], Field, Any, tuple[Field, Any] | None]


def _places(
    fields: Mapping[str, Field], data: Any, path: list[str | int], owner: tuple[Field, Any] | None
) -> Iterator[FieldPlace]:
    """Yield every box of a record that is or may be required, filled or blank, with the list item it belongs to."""
    if not isinstance(data, Mapping):
        return
    for name, item in fields.items():
        if not (item.required or item.fields):
            continue
        value = data.get(name)
        here = [*path, name]
        yield here, item, value, owner
        if item.fields and isinstance(value, list):
            for i, entry in enumerate(value):
                yield from _places(item.fields, entry, [*here, i], (item, entry))


_plain = OfForm(lambda form: plainly(cerberus_schema(form)))


def check_conditions(form: Form, expressions: Expressions) -> None:
    """Compile every condition of a form; raises DefinitionError with the form's file and line."""
    from validators.definitions.yamlio import broken  # noqa: PLC0415 - only the build needs it

    def walk(fields: Mapping[str, Field], keys: tuple[str, ...], variables: tuple[str, ...]) -> None:
        for name, item in fields.items():
            here = (*keys, name)
            if isinstance(item.required, str):
                try:
                    expressions.compile(item.required, form, variables)
                except DefinitionError as error:
                    raise broken(form.path, (*here, "required"), f"条件「{item.required}」: {error.message}") from None
            walk(item.fields, (*here, "fields"), ("item",))

    walk(form.fields, ("fields",), ())


def _missing(form: Form, record: Record, path: list[str | int], item: Field, words: str) -> Finding:
    choose = choose_from(item.options) if item.options else ""
    message = f"{words}が書かれていません。{item.hint or choose or '書いてください。'}"
    return finding_at(form, record, path, item, "required", message)


def finding_at(  # noqa: PLR0917 - the parts of a finding
    form: Form, record: Record, path: list[str | int], item: Field | None, code: str, message: str
) -> Finding:
    """Return an error at a box, with the clauses of its item."""
    where = path_of(path)
    clauses = item.clauses if item else ()
    basis = f"（根拠: {'、'.join(clauses)}）" if clauses else ""
    label = item.label if item else ""
    lacks = code in {"required", "no-answer"}
    what = "必須の項目" if lacks else "項目"
    why = "の記載を欠きます。" if lacks else "の記載が様式の定めに合いません。"
    return Finding(
        severity="error",
        clauses=clauses,
        message=message,
        supervisor=f"{what}「{label}」{why}補正まで発行しません{basis}。",
        form=form.slug,
        record=record.id,
        path=where,
        label=label_of(form.fields, where),
        cell=cell_of(record.cells, where),
        status="broken" if code == "broken-condition" else "breach",
        code=code,
    )


# ---- what others build on -----------------------------------------------------------------------------------------


def json_schema(form: Form) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a form's data in its canonical, normalised shape.

    Titles are the printed labels; a condition on `required` stands in the description; `x-clauses`, `x-sensitivity`,
    `x-aliases`, `x-labels` (option → label), `x-home`, `x-printed` carry what JSON Schema has no word for. What this paper
    says comes first, the facts of the case after it (`x-home: case`); what the system knows itself, or no provision weighs
    any more, is still read and stands apart in `x-accepted`.
    """
    asked = {name: item for name, item in form.fields.items() if item.asked}
    in_order = dict(sorted(asked.items(), key=lambda pair: form.with_case(pair[1])))
    accepted = {name: _json(item, form) for name, item in form.fields.items() if not item.asked}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:yoshiki:form:{form.slug}:{form.edition}",
        "title": form.title,
        "x-clauses": list(form.clauses),
        **_group_json(in_order, form),
        **({"x-accepted": accepted} if accepted else {}),
    }


def _group_json(fields: Mapping[str, Field], form: Form, owner: Field | None = None) -> dict[str, Any]:
    properties = {name: _json(item, form, owner) for name, item in fields.items()}
    out: dict[str, Any] = {"type": "object", "properties": properties}
    required = [name for name, item in fields.items() if item.required is True]
    return {**out, "required": required} if required else out


def _json(item: Field, form: Form, owner: Field | None = None) -> dict[str, Any]:
    if item.type == "list":
        items = _group_json(item.fields, form, item) if item.fields else _value_json(item, item.of)
        # an empty list is a blank, and a blank is no answer to a required item
        out: dict[str, Any] = {"type": "array", "items": items, **({"minItems": 1} if item.required is True else {})}
    else:
        out = _value_json(item, item.type)
    told = [
        out.pop("description", ""),
        item.hint,
        f"{said}は、必ず書きます。" if (said := when_required(item, form, owner)) else "",
        f"必須となる条件: {item.required}" if isinstance(item.required, str) else "",
    ]
    extra = {
        "description": " ".join(filter(None, told)),
        "examples": _examples(item),
        "x-clauses": list(item.clauses),
        "x-sensitivity": item.sensitivity if item.sensitivity != "none" else "",
        "x-aliases": list(item.aliases),
        "x-home": "" if owner else item.home,
        "x-printed": "" if item.printed else "no",
        "x-labels": {} if all(k == v for k, v in item.options.items()) else dict(item.options),
    }
    return {"title": item.label, **out, **{key: value for key, value in extra.items() if value}}


def _examples(item: Field) -> list[Any]:
    """Return the example of an item as it is kept, for it is written as a clerk writes; none that would not be read."""
    if item.example is None or item.fields:
        return []
    raw = item.example if isinstance(item.example, list) else [item.example]
    try:
        kept = [read_value(item.of or item.type, item.options, value) for value in raw]
    except UnreadableError:
        return []
    return [kept] if item.type == "list" else kept


def _value_json(item: Field, kind: str) -> dict[str, Any]:
    return {**KINDS[kind].schema, **({"enum": list(item.options)} if item.options else {})}


def when_required(item: Field, form: Form, owner: Field | None = None) -> str:
    """Return when an item must be written, as a sentence ending in とき; empty where it has no condition or no words for it."""
    return condition_in_words(item.required, form, owner) if isinstance(item.required, str) else ""
