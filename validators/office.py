"""The office profile (docs/SETTINGS.md): names of posts and divisions come from here, never from a template.

A profile is flat: beside its names it has `promptly.…` (an office's figures), `stations.<station>` (the areas a station
takes, a line each), `forms.<slug>.<item>` (what the office always writes in a box of a form), `sources` (whose
procedures it goes by, a line each), `numbers.<kind>.{format,period}` (how it writes its numbers) and `approval.forms`,
`approval.other` (which papers are issued only when approved, and whether by another than who drafted them), `retention.<source>`
(how long cases are kept).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio
from validators.errors import InputError
from validators.invisible import nothing_in, without
from validators.labels import OFFICE_LABELS, OFFICE_WORDS
from validators.model import Record, field_named
from validators.normalise import normalise
from validators.numbering import PERIODS, check_format
from validators.retention import OTHERWISE, read_schedule
from validators.values import blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from validators.definitions.catalogue import Catalogue
    from validators.model import Form


_UNPRINTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)  # no paper can carry them
_LONGEST = 200  # letters of a name
# what the office means by 速やかに, おおむね: the keys of reference/settings.yaml
_FIGURE = re.compile(r"(?:promptly|reminder|contact|hearing|extension|about)\.[a-z_]+")


def load_office(path: Path, on: date | None = None) -> dict[str, str]:
    """Read a profile (YAML) as it stands on a day, without one at last. Raises InputError naming the file and the key."""
    content = yamlio.load(path)
    if not isinstance(content, dict):
        raise InputError("所属の設定は「項目: 値」の形で書いてください。", place=str(path))
    return as_office(content, str(path), on)


def as_office(content: dict[Any, Any], place: str, on: date | None = None) -> dict[str, str]:
    """Check a profile given as a mapping; keys may be the labels too. Raises InputError."""
    office: dict[str, str] = {}
    told: dict[str, Any] = {}  # key → the word it was given by
    for given, value in content.items():
        if isinstance(given, str) and _FIGURE.fullmatch(given):
            office[given] = _figure(given, value, place)
            continue
        if given in _PARTS:
            office |= _PARTS[given](value, place)
            continue
        key = OFFICE_WORDS.get(given)
        if key is None:
            known = "、".join([*(f"{key}（{label}）" for key, label in OFFICE_LABELS.items()), *_PARTS])
            raise InputError(
                f"所属の設定に「{given}」という項目はありません。", action=f"使える項目: {known}", place=place
            )
        if told.setdefault(key, given) != given:
            raise InputError(
                f"所属の設定に、同じ項目が「{told[key]}」と「{given}」の二つの名前で書かれています。", place=place
            )
        name = _name_on(given, value, on, place) if isinstance(value, list) else value
        if name is not None and not _is_text(name):
            raise InputError(f"所属の設定の「{given}」は文字で書いてください。", place=place)
        if name is not None and not nothing_in(str(name)):
            office[key] = without(str(name))
    for key, text in office.items():
        if _UNPRINTED.search(text) or (key in OFFICE_LABELS and ("\n" in text or len(text) > _LONGEST)):
            raise InputError(
                f"所属の設定の「{OFFICE_LABELS.get(key, key)}」に、長すぎる文、改行、制御文字のどれかがあります。",
                action=f"紙に書く一行（{_LONGEST}字まで）にしてください。",
                place=place,
            )
    return office


def stations_of(office: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the stations that a profile names, with the areas they take, as reference/stations.yaml has them."""
    marked = {key.removeprefix("stations."): text for key, text in office.items() if key.startswith("stations.")}
    return {station: text.split("\n") for station, text in marked.items()}


def sources_of(office: Mapping[str, str]) -> list[str]:
    """Return the sources whose procedures a profile says its office goes by; none where it does not say."""
    return list(filter(None, office.get("sources", "").split("\n")))


def check_boxes(office: Mapping[str, str], catalogue: Catalogue) -> None:
    """Raise InputError for what a profile says of a box, a form or a kind of number that is not there, or of a person's box."""
    kinds = catalogue.reference.table("numbers")
    if unknown := [kind for key in office if key.startswith("numbers.") and (kind := key.split(".")[1]) not in kinds]:
        raise InputError(
            f"所属の設定の numbers にある「{unknown[0]}」という番号の種類はありません。",
            action=f"あるもの: {'、'.join(kinds)}",
        )
    asked = {*office.get("approval.forms", "").split("\n")} - {"", "all"}
    if missing := sorted(asked.difference(catalogue.slugs())):
        raise InputError(f"所属の設定の approval にある「{missing[0]}」という様式はありません。")
    for slug, name, _ in _boxes(office):
        item = catalogue.get(slug).fields.get(name)
        if item is None:
            raise InputError(f"所属の設定の forms にある「{name}」という項目は、様式「{slug}」にありません。")
        if item.sensitivity != "none" or item.fields:
            raise InputError(f"所属の設定の forms では、「{item.label}」（{slug}）を決めておくことはできません。")


def check_profile(office: Mapping[str, str], catalogue: Catalogue) -> None:
    """Raise InputError for what a profile that is to be kept says of anything that is not there: nobody would follow it, or find out.

    Beside `check_boxes`: sources, figures, what is kept how long, and what stands in a box of each paper of a form.
    """
    check_boxes(office, catalogue)
    sources, figures = {each.slug for each in catalogue.sources()}, catalogue.reference.table("settings")
    kept = [key.partition(".")[2] for key in office if key.startswith("retention.")]
    for part, named, known in (
        ("sources", sources_of(office), sources),
        ("retention", kept, {*sources, OTHERWISE}),
        ("日数や時間数", [key for key in office if _FIGURE.fullmatch(key)], {*figures}),
    ):
        if missing := [each for each in named if each not in known]:
            raise InputError(
                f"所属の設定の{part}にある「{missing[0]}」は、ありません。",
                action=f"使えるもの: {'、'.join(sorted(known))}",
            )
    for slug, name, text in _boxes(office):
        form = catalogue.get(slug)
        item = form.fields[name]
        own = replace(form, fields={name: item})
        found = normalise(own, Record(slug, "所属", {name: text}))
        wrong = [each.message for each in found if each.severity == "error"]
        if item.series or name == form.basis:
            wrong = ["文書ごとに違うものです。"]
        if wrong:
            raise InputError(f"所属の設定の forms の「{item.label}」（{slug}）に「{text}」は書けません。{wrong[0]}")


def fill_boxes(office: Mapping[str, str], form: Form, record: Record) -> None:
    """Write into the boxes that a record leaves blank what its office always writes there."""
    own = {name: text for slug, name, text in _boxes(office) if slug == form.slug and name in form.fields}
    if own and isinstance(record.data, dict):
        named = ((field_named(form.fields, key), value) for key, value in record.data.items())
        given = {item.name for item, value in named if item and not blank(value)}
        record.data |= {name: text for name, text in own.items() if name not in given}


def _boxes(office: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for key, text in office.items():
        if key.startswith("forms."):
            _, slug, name = key.split(".", 2)
            yield slug, name, text


def _name_on(given: str, periods: list[Any], on: date | None, place: str) -> Any:
    """Return the name in force on a day of `[{name, until}, {name}]`, None where none is."""
    how = f"所属の設定の「{given}」は、{{name: 名称, from: 日, until: 日}} の並びで書いてください（from と until は要るときだけ）。"
    found: list[Any] = []
    for period in periods:
        if not isinstance(period, dict) or not {"name"} <= set(period) <= {"name", "from", "until"}:
            raise InputError(how, place=place)
        try:
            first, last = (date.fromisoformat(str(period.get(key) or day)) for key, day in _ALWAYS.items())
        except ValueError:
            raise InputError(how, place=place) from None
        if first <= (on or date.max) <= last:
            found.append(period["name"])
    if len(found) > 1:
        raise InputError(f"所属の設定の「{given}」の期間が重なっています。{how}", place=place)
    return found[0] if found else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _stations(value: Any, place: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(
        isinstance(areas, list) and areas and all(map(_is_text, areas)) for areas in value.values()
    ):
        raise InputError("所属の設定の stations は「警察署: [受け持つ市区町村, …]」の形で書いてください。", place=place)
    return {f"stations.{station}": "\n".join(map(str, areas)) for station, areas in value.items()}


def _sources(value: Any, place: str) -> dict[str, str]:
    named = value if isinstance(value, list) else [value]
    if not named or not all(isinstance(each, str) and each for each in named):
        raise InputError(
            "所属の設定の sources は「[osaka-dv, dv-act]」のように出典の名前で書いてください。", place=place
        )
    return {"sources": "\n".join(named)}


def _forms(value: Any, place: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(
        isinstance(boxes, dict) and all(map(_is_text, boxes.values())) for boxes in value.values()
    ):
        raise InputError("所属の設定の forms は「様式の略号: {項目名: 値}」の形で書いてください。", place=place)
    return {f"forms.{slug}.{name}": str(text) for slug, boxes in value.items() for name, text in boxes.items()}


def _numbers(value: Any, place: str) -> dict[str, str]:
    how = "所属の設定の numbers は「種類: {format: 汐見生安第{n}号, period: year}」の形で書いてください。"
    out: dict[str, str] = {}
    for kind, said in value.items() if isinstance(value, dict) else ():
        if not isinstance(said, dict) or not said or not {"format", "period"} >= set(said):
            raise InputError(how, place=place)
        if str(said.get("period", "year")) not in PERIODS:
            told = "、".join(f"{key}（{label}）" for key, label in PERIODS.items())
            raise InputError(f"所属の設定の numbers の period は {told} のどれかです。", place=place)
        out |= {f"numbers.{kind}.{key}": str(text) for key, text in said.items()}
        check_format(str(said.get("format", "{n}")), place)
    if not out:
        raise InputError(how, place=place)
    return out


def _approval(value: Any, place: str) -> dict[str, str]:
    how = "所属の設定の approval は「{forms: all 又は [様式の略号, …], other: true}」の形で書いてください。"
    if (
        not isinstance(value, dict)
        or not set(value) <= {"forms", "other"}
        or value.get("other", True) not in (True, False)
    ):
        raise InputError(how, place=place)
    named = value.get("forms", "all")
    slugs = named if isinstance(named, list) else [named]
    if not slugs or not all(isinstance(each, str) and each for each in slugs):
        raise InputError(how, place=place)
    return {"approval.forms": "\n".join(slugs), "approval.other": "1" if value.get("other", True) else ""}


def decided_by_office(key: str) -> bool:
    """Tell whether a key of a profile is the office's alone to decide: what is approved, how it numbers, what it keeps how long."""
    return key.partition(".")[0] in _DECISIONS


def needs_approval(office: Mapping[str, str], slug: str) -> bool:
    """Tell whether an office issues a form only when it has been approved (決裁)."""
    return not {"all", slug}.isdisjoint(office.get("approval.forms", "").split("\n"))


def _figure(key: str, value: Any, place: str) -> str:
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,4}", str(value)):
        raise InputError(f"所属の設定の「{key}」は、日数か時間数を整数で書いてください。", place=place)
    return str(value)


_ALWAYS = {"from": "0001-01-01", "until": "9999-12-31"}
_PARTS = {
    "stations": _stations,
    "forms": _forms,
    "sources": _sources,
    "numbers": _numbers,
    "approval": _approval,
    "retention": read_schedule,
}
_DECISIONS = frozenset({"approval", "numbers", "retention"})
