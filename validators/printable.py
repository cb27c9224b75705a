"""Refuse a record at its check when a character of it could not be printed, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from validators.glyphs import is_selector, missing_characters
from validators.labels import OFFICE_LABELS
from validators.model import Finding
from validators.paths import cell_of, spot_of

if TYPE_CHECKING:
    from validators.model import Field, Form, Record

_GETA = "〓"  # what printers set for a letter they do not have
_ADVICE = "別の字体に直すか、かなで書いてください。"
_ADVICE_ON_VARIANTS = "異体字の指定を外すか、文字情報基盤（MJ）にある字体に直してください。"


class _PrintedText(NamedTuple):
    """A text that is printed, and where it stands."""

    path: str
    text: str


def check_printable(form: Form, record: Record, office: Mapping[str, str]) -> list[Finding]:
    """Return an error `no-glyph` for each printed text of a normalised record with characters that no font of ours has.

    Message and path name the place, the character and its code points. `office` is the profile printed with the record.
    """
    texts = [*_of_group(form.fields, record.data, ""), *_of_office(office)]
    if not missing_characters("".join(each.text for each in texts)):
        return []
    return [_finding(form, record, each, missing) for each in texts if (missing := missing_characters(each.text))]


def drawable(text: str) -> str:
    """Return the text with 〓 for each character that no font has; an unknown variant is its plain character.

    For lists that tell of such characters: there the code point beside it says which one it was.
    """
    while missing := missing_characters(text):
        longest = max(missing, key=len)  # a variant before its plain character
        text = text.replace(longest, _GETA if missing_characters(longest[0]) else longest[0])
    return text


def named(character: str) -> str:
    """Return a character with its code points:「邉」（U+9089 U+E01EF）."""
    return f"「{character}」（{' '.join(f'U+{ord(letter):04X}' for letter in character)}）"


def _of_group(fields: Mapping[str, Field], data: Mapping[str, Any], path: str) -> Iterator[_PrintedText]:
    for name, field in fields.items():
        if field.printed and name in data:
            yield from _of_value(field, data[name], f"{path}{name}")


def _of_value(field: Field, value: Any, path: str) -> Iterator[_PrintedText]:
    if isinstance(value, str):
        if value not in field.options:
            yield _PrintedText(path, value)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            here = f"{path}[{index}]"
            if field.fields and isinstance(item, Mapping):
                yield from _of_group(field.fields, item, f"{here}.")
            else:
                yield from _of_value(field, item, here)
    elif isinstance(value, Mapping):  # a person of whom more than the name is known
        for key, text in value.items():
            yield _PrintedText(f"{path}.{key}", str(text))


def _of_office(office: Mapping[str, str]) -> Iterator[_PrintedText]:
    for key, text in office.items():
        if key in OFFICE_LABELS:
            yield _PrintedText(f"office.{key}", str(text))


def _finding(form: Form, record: Record, place: _PrintedText, missing: list[str]) -> Finding:
    spot = spot_of(form.fields, place.path)
    advice = _ADVICE_ON_VARIANTS if any(is_selector(ord(each[-1])) for each in missing) else _ADVICE
    return Finding(
        severity="error",
        clauses=(),
        form=form.slug,
        record=record.id,
        path=place.path,
        label=spot.label,
        cell=cell_of(record.cells, place.path),
        code="no-glyph",
        message=f"{spot.words}に、印刷できない文字{'、'.join(map(named, missing))}があります。{advice}",
        supervisor="どの印刷用フォントにもない文字があるため、文書は発行されません。",
    )
