"""Turn raw values into the typed ones of docs/ARCHITECTURE.md (Records). What cannot be read is a finding, never a guess."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from validators import references
from validators.approximate import earliest, exact, relative
from validators.invisible import invisible_in
from validators.kinds import KINDS, read_value
from validators.model import PERSON_KEYS, Field, Finding, field_named
from validators.paths import cell_of, spot_of
from validators.rows import main_key, row_as_texts, takes_rows
from validators.values import NotAnOptionError, UnreadableError, blank, choose_from, time_beside_day

if TYPE_CHECKING:
    from validators.model import Form, Record, Severity

_SUPERVISOR: dict[Severity, str] = {
    "error": "この値が読めないため、点検を終えられず、文書は発行されません。",
    "warning": "様式にない項目の値は、点検にも文書にも使われません。",
    "info": "読み取った値で点検し、文書にします。",
}
_NAMES = frozenset({"person", "address"})
_LOST = re.compile("[?？〓]")  # what an export writes for a letter it does not know
_PLAIN_LISTS = frozenset({"day", "moment", "clock", "option"})  # shapes of values that hold no comma of their own
# What people put between several values in one box, the surest first; never inside words in brackets.
_DIVIDING = tuple(
    re.compile(rf"(?:{mark})(?![^（(]*[）)])")
    for mark in ("[、，,;；]", "[、，,;；]|及び|並びに", "[・/／]", r"\s+", "[①-⑳]")
)
_SHOWN = 40  # characters of an unknown key that a message repeats


def normalise(form: Form, record: Record) -> list[Finding]:
    """Replace `record.data` by typed values under canonical names and return what could not be read.

    An unreadable value is an error finding (`unreadable-<type>`, `not-an-option`, `bad-character`, `lost-character`, `too-long`) and is
    left out; an unknown key is a warning (`unknown-field`) that no clause stands behind and that stops nothing.
    `record.cells` gains the canonical paths. Never raises for any JSON-like data.
    """
    reader = _RecordReader(form, record)
    if isinstance(record.data, Mapping):
        record.data = reader.group(form.fields, record.data, _ValuePlace())
    else:
        reader.say("error", "unreadable-record", "記録は「項目名: 値」の組で書いてください。", _ValuePlace())
        record.data = {}
    return reader.findings


def written_day(form: Form, record: Record) -> str | None:
    """Return the day in the field that the editions of a form go by, before anything is normalised; None where none can be read."""
    basis = form.fields.get(form.basis)
    given: Any = record.data
    for key, value in given.items() if isinstance(given, Mapping) else ():
        if basis and isinstance(key, str) and field_named(form.fields, key) is basis and not blank(value):
            try:
                read = read_value(basis.type, basis.options, value)
            except UnreadableError:
                return None
            return read if isinstance(read, str) else None
    return None


class _ValuePlace(NamedTuple):
    """Where a value stands: its canonical path, the path it was entered under, the steps to tell people of (as entered)."""

    path: str = ""
    raw: str = ""
    told: tuple[str | int, ...] = ()

    def key(self, name: str, given: str) -> _ValuePlace:
        return _ValuePlace(_dotted(self.path, name), _dotted(self.raw, given), (*self.told, name))

    def item(self, new: int, old: int) -> _ValuePlace:
        return _ValuePlace(f"{self.path}[{new}]", f"{self.raw}[{old}]", (*self.told, old))


def _dotted(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


class _RecordReader:
    def __init__(self, form: Form, record: Record) -> None:
        self.form = form
        self.record = record
        self.findings: list[Finding] = []

    def words(self, place: _ValuePlace) -> str:
        return spot_of(self.form.fields, place.told).words

    def say(self, severity: Severity, code: str, message: str, place: _ValuePlace, item: Field | None = None) -> None:
        cells = self.record.cells
        self.findings.append(
            Finding(
                severity=severity,
                clauses=item.clauses if item else (),
                message=message,
                supervisor=_SUPERVISOR[severity],
                form=self.form.slug,
                record=self.record.id,
                path=place.path,
                label=spot_of(self.form.fields, place.told).label,
                cell=cells.get(place.raw, "") or cell_of(cells, place.path),
                code=code,
            )
        )

    def group(self, fields: Mapping[str, Field], raw: Mapping[Any, Any], at: _ValuePlace) -> dict[str, Any]:
        """Read one level: the record itself, or one item of a list of groups."""
        out: dict[str, Any] = {}
        given: dict[str, Any] = {}
        for key, value in raw.items():
            if blank(value):
                continue
            item = field_named(fields, key) if isinstance(key, str) else None
            if item is None:
                self.unknown(fields, key, at)
                continue
            place = at.key(item.name, key)
            if item.name in given:
                if given[item.name] != value:
                    message = (
                        f"{self.words(place)}が、違う名前で二度、違う値で書かれています。どちらか一つにしてください。"
                    )
                    self.say("error", "written-twice", message, place, item)
                continue
            given[item.name] = value
            if item.approximate and isinstance(value, str) and (earliest(value) or relative(value)):
                continue  # told only about: see below
            read = self.value(item, value, place)
            if read is not None:
                out[item.name] = read
        self.rough_times(fields, given, out, at)
        return {name: out[name] for name in fields if out.get(name) is not None}

    def rough_times(
        self, fields: Mapping[str, Field], given: Mapping[str, Any], out: dict[str, Any], at: _ValuePlace
    ) -> None:
        """Keep a time told only about as it stands in the sibling meant for it, and to compare it the earliest it can mean."""
        for name, item in fields.items():
            written, apart = given.get(name), given.get(item.approximate)
            if not item.approximate or (written is None and apart is None):
                continue
            if written is not None and apart is not None:
                if name in out and out[name] == _kept_beside(item, apart):
                    continue  # a record as it is kept, sent back
                place = at.key(item.approximate, item.approximate)
                message = f"日時が、{self.words(at.key(name, name))}と{self.words(place)}の両方に書かれています。どちらか一つにしてください。"
                self.say("error", "written-twice", message, place, fields[item.approximate])
            elif written is not None and name not in out and isinstance(written, str):
                rough = earliest(written)
                if rough or relative(written):
                    out[name] = rough[:10] if rough and item.type == "date" else rough
                    out[item.approximate] = self.value(fields[item.approximate], written, at.key(name, name))
            elif (moment := _kept_beside(item, apart)) is not None:
                out[name] = moment

    def unknown(self, fields: Mapping[str, Field], key: Any, at: _ValuePlace) -> None:
        shown = str(key)[:_SHOWN].encode("utf-8", "replace").decode("utf-8")
        words = {word: item for item in fields.values() for word in (item.name, item.label, *item.aliases)}
        near = difflib.get_close_matches(shown, words, n=1, cutoff=0.5)
        hint = f"「{words[near[0]].label}」（{words[near[0]].name}）のことでしょうか。" if near else ""
        place = at.key(shown, shown)
        message = f"{self.words(place)}という項目は、この様式にありません。{hint}この値は使われません。"
        self.say("warning", "unknown-field", message, place)

    def value(self, item: Field, value: Any, place: _ValuePlace) -> Any:
        """Return the typed value of one field, or None when it is blank or cannot be read."""
        if place.raw in self.record.cells:
            self.record.cells.setdefault(place.path, self.record.cells[place.raw])
        if item.type == "list":
            return self.items(item, value, place)
        return self.single(item, item.type, value, place)

    def single(self, item: Field, kind: str, value: Any, place: _ValuePlace) -> Any:
        try:
            if KINDS[kind].shape == "name" and isinstance(value, Mapping):
                return self.person(value, place)
            if isinstance(value, str):
                self.tell(item, kind, value, place)
            return read_value(kind, item.options, value)
        except NotAnOptionError as error:
            message = f"{self.words(place)}の値が選択肢にありません。{choose_from(item.options)}"
            code = error.code
        except UnreadableError as error:
            message = f"{self.words(place)}が読めません。{error.message}{item.hint or KINDS[kind].ask}"
            code = error.code or f"unreadable-{kind}"
        self.say("error", code, message, place, item)
        return None

    def tell(self, item: Field, kind: str, value: str, place: _ValuePlace) -> None:
        """Say what was read otherwise than it stands; raise UnreadableError for a name that an export has damaged."""
        if kind in _NAMES:
            if lost := _LOST.search(value):
                raise UnreadableError(
                    f"「{lost[0]}」があります。ほかのシステムから書き出したときに、字が失われたものではありませんか。"
                    "元の記録を見て、正しい字に直してください。",
                    code="lost-character",
                )
            if hidden := invisible_in(value):
                message = f"{self.words(place)}にあった目に見えない文字（{'、'.join(hidden)}）を取り除いて読み取りました。字に誤りがないか確かめてください。"
                self.say("info", "invisible-character", message, place, item)
        elif kind == "date" and (clock := time_beside_day(value)):
            message = f"{self.words(place)}は日付だけを書く欄です。時刻（{clock}）は使いません。日付に誤りがないか確かめてください。"
            self.say("info", "time-dropped", message, place, item)
        elif kind == "enum" and (chosen := references.choose(item.options, value)) and not chosen.sure:
            message = f"{self.words(place)}を「{item.options[chosen.key]}」として読み取りました。ほかの項のときは、何項かも書いてください。"
            self.say("info", "read-as", message, place, item)

    def items(self, item: Field, value: Any, place: _ValuePlace) -> list[Any] | None:
        """Read a list; one value alone is a list of one, and a text holds one plain value a line."""
        entries = self.entries(item, value)
        if takes_rows(item):
            entries = [text for entry in entries for text in row_as_texts(item, entry)]
        out: list[Any] = []
        for old, entry in enumerate(entries):
            if blank(entry):
                continue
            here = place.item(len(out), old)
            if here.raw in self.record.cells:
                self.record.cells.setdefault(here.path, self.record.cells[here.raw])
            read: Any = None
            if not item.fields:
                read = self.single(item, item.of, entry, here)
            elif isinstance(entry, Mapping):
                read = self.group(item.fields, entry, here)
            elif isinstance(entry, str) and (key := main_key(item)):
                message = f"{self.words(here)}を「{key.label}」として読み取りました。ほかの項目も分かるときは、項目ごとに書いてください。"
                self.say("info", "read-as", message, here, item)
                read = self.group(item.fields, {key.name: entry}, here)
            else:
                keys = "、".join(inner.label for inner in item.fields.values())
                message = f"{self.words(here)}は、項目の組（{keys}）で書いてください。"
                self.say("error", "unreadable-list", message, here, item)
            if not blank(read):
                out.append(read)
        return out or None

    def entries(self, item: Field, value: Any) -> Sequence[Any]:
        if isinstance(value, (list, tuple)):
            return references.continued(value) if item.of == "enum" else value
        if isinstance(value, str) and not item.fields:
            lines = [value] if KINDS[item.of].narrative else value.splitlines()
            value = [part for line in lines for part in _values(item, line)]
            return references.continued(value) if item.of == "enum" else value
        return [value]

    def person(self, value: Mapping[Any, Any], place: _ValuePlace) -> str | dict[str, str] | None:
        """Read a person given as a mapping; only the name known: the name itself."""
        keys = {name: Field(name=name, label=label, type="string") for name, label in PERSON_KEYS.items()}
        out: dict[str, str] = {}
        for key, raw in value.items():
            if blank(raw):
                continue
            known = field_named(keys, key) if isinstance(key, str) else None
            if known is None:
                self.unknown(keys, key, place)
            elif known.name == "birth_date":
                out[known.name] = read_value("date", {}, raw)
            else:
                out[known.name] = read_value("string", {}, raw)
                self.tell(known, "person" if known.name in {"name", "kana"} else "string", str(raw), place)
        if set(out) == {"name"}:
            return out["name"]
        return out or None


def _kept_beside(item: Field, apart: Any) -> str | None:
    """Return the moment that is kept to compare a time told in a sibling box; None where none can be."""
    moment = (earliest(apart) or exact(apart)) if isinstance(apart, str) else None
    return moment[:10] if moment and item.type == "date" else moment


def _values(item: Field, line: str) -> list[str]:
    """Split「面談、電話連絡」or「相談・援助」where each part is a value; a line that is one as a whole stays whole."""
    if KINDS[item.of].shape not in _PLAIN_LISTS:
        return [line]

    def readable(text: str) -> bool:
        try:
            read_value(item.of, item.options, text)
        except UnreadableError:
            return False
        return True

    if readable(line):
        return [line]
    divisions = [[part.strip() for part in mark.split(line) if part.strip()] for mark in _DIVIDING]
    return next(
        (parts for parts in divisions if parts and all(map(readable, references.continued(parts)))), divisions[0]
    )
