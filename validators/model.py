"""The nouns every step shares: form, field, record, finding. Nothing here reads a file or decides anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Severity = Literal["error", "warning", "info"]
Sensitivity = Literal["none", "personal", "protected"]

# Where a fact lives (docs/FORMS.md, Homes), with the words people read.
HOMES = {"paper": "書面", "case": "事案", "ledger": "帳簿", "office": "所属"}

PERSON_KEYS = {"name": "氏名", "kana": "フリガナ", "birth_date": "生年月日", "post": "職", "rank": "階級"}

# The audience "respondent" is the perpetrator: a protected value must never stand in a paper he may read.
AUDIENCES = frozenset({"applicant", "respondent", "court", "police", "centre", "prison", "public"})

# Copies of any paper that may be asked for beside those a form declares: for the office's own files.
FURTHER = ("写し", "控え")


Boxes = dict[str, tuple[str, ...]]  # a record that has one of these values in a box of this name is meant


def meant(boxes: Boxes, data: Mapping[str, Any]) -> bool:
    """Tell whether a record is one of those that the boxes describe."""
    return any(data.get(name) in values for name, values in boxes.items())


class Options(dict[str, str]):
    """Stored value → printed label, in printed order; `aliases`: other spellings that are read → stored value."""

    def __init__(
        self, given: Mapping[str, str] = MappingProxyType({}), aliases: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(given)
        self.aliases = dict(aliases or {})


@dataclass(frozen=True, slots=True)
class Field:
    """One item of a form. `fields` is filled for a list of groups, `of` names the type of a list of plain values."""

    name: str
    label: str
    type: str
    required: bool | str = False  # a string is a CEL condition over the record
    sensitivity: Sensitivity = "none"
    printed: bool = True
    known: bool | Boxes | Literal["never"] = (
        False  # the respondent knows this value already: it is not protected even where another field holds it;
        # never: nothing that is written in a box of his frees it
    )
    clauses: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=Options)
    of: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    group: str = ""
    hint: str = ""
    example: Any = None
    source: str = ""  # where the item comes from; "convention" when no source prescribes it
    home: str = "paper"  # one of HOMES; empty: an item that is not printed and does not say
    none_answers: bool = False  # なし answers the item: nothing happened, nobody wished for anything
    approximate: str = ""  # the sibling that keeps a time told only about (午後９時ころ) as it was written
    once: bool = False  # the same on all papers of a matter: the matter's workbook asks for it once
    past: bool = False  # what lies in it has happened: a day after today is refused
    series: str = ""  # the kind of numbers (reference/numbers.yaml) of which the ledger gives this paper its own
    asked: bool = (
        True  # a person is asked for it; else it is only accepted: the system knows it, or no law weighs it now
    )

    @property
    def holds_protected(self) -> bool:
        """Tell whether it is protected, or an item of its rows is: the school in a list of children."""
        return self.sensitivity == "protected" or any(each.holds_protected for each in self.fields.values())


# How sure the look of a form is, and what people are told of it.
FACES = {
    "measured": "原本を測って描いたもの",
    "house-style": "同じ発出元の様式の体裁で描いたもの（原本とは未照合）",
    "articles-only": "条文の定める事項を並べたもの（原本とは未照合）",
}


@dataclass(frozen=True, slots=True)
class Form:
    """One edition of one kind of document, as its YAML file states it."""

    slug: str
    title: str
    number: str
    edition: int
    authority: str
    clauses: tuple[str, ...]
    audience: frozenset[str]
    fields: dict[str, Field]
    layout: tuple[Any, ...]
    page: dict[str, Any]
    face: str = "articles-only"  # one of FACES
    basis: str = ""  # the field whose date governs which edition and which law apply
    effective_from: date | None = None
    effective_until: date | None = None
    printed_number: str = ""  # printed at the top left; empty: `number`
    legal_basis: str = ""
    secrecy: tuple[str, ...] = ()  # the clauses that a leak of a protected value breaks
    attachments: tuple[str, ...] = ()
    before: str = ""  # of the first edition: which law has no form for earlier days, and what to do
    copies: tuple[str, ...] = ()
    alone: bool = False  # never bound with other papers
    read_unless: Boxes = field(default_factory=dict)  # the records that the respondent does not read; empty: none
    path: Path = Path()
    place: tuple[str | int, ...] = ()  # the keys of the edition in its file: () for the main part
    printed_title: str = ""  # on the paper, when shorter than the name; empty: `title`
    apart: tuple[
        str, ...
    ] = ()  # groups that stand with the case's facts in the entry workbook, on a sheet of their own
    constants: dict[str, list[Any]] = field(default_factory=dict)  # the named sets its conditions may use
    uses: tuple[str, ...] = ()  # the vocabularies its items are taken from
    origins: dict[tuple[str | int, ...], tuple[str | int, ...]] = field(default_factory=dict)  # layout: drawn → written

    def with_case(self, item: Field) -> bool:
        """Tell whether entry asks for an item with the facts of the case, apart from what this paper says."""
        return item.group in self.apart or (not item.printed and item.home == "case")

    def numbered(self) -> Field | None:
        """Return the item that holds this paper's own number; None where the paper prints none."""
        return next((item for item in self.fields.values() if item.series and item.printed), None)

    def written_at(self, keys: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Return the keys in the form's file that a part of the layout, fragments put in, comes from."""
        for cut in range(len(keys), 0, -1):
            if keys[:cut] in self.origins:
                return (*self.place, *self.origins[keys[:cut]], *keys[cut:])
        return (*self.place, *keys)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A named person's reason for issuing in spite of a warning."""

    clause: str
    by: str
    reason: str


@dataclass(slots=True)
class Record:
    """The data for one document. `data` is raw after entry, normalised after `normalise`; `cells` maps path → cell."""

    form: str
    id: str
    data: dict[str, Any]
    cells: dict[str, str] = field(default_factory=dict)
    confirmations: tuple[Confirmation, ...] = ()
    case: str = ""
    office: dict[str, str] = field(default_factory=dict)
    source: str = ""
    ref: str = ""  # by which the ledger knows the paper: stands in its PDF; blank without a ledger


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a record. `status` tells a breach from a verdict nobody could reach."""

    severity: Severity
    clauses: tuple[str, ...]
    message: str
    supervisor: str = ""
    form: str = ""
    record: str = ""
    path: str = ""
    label: str = ""
    cell: str = ""
    citation: str = ""
    law_as_of: str = ""
    status: Literal["breach", "undetermined", "broken"] = "breach"
    confirmed_by: str = ""
    code: str = ""  # for findings no clause stands behind: "unreadable-date", "unknown-field", …

    def as_json(self) -> dict[str, Any]:
        """Return the finding in the shape of the public contract (docs/ARCHITECTURE.md, Findings)."""
        return {
            "severity": self.severity,
            "clauses": list(self.clauses),
            "form": self.form,
            "record": self.record,
            "path": self.path,
            "label": self.label,
            "cell": self.cell,
            "message": self.message,
            "supervisor": self.supervisor,
            "citation": self.citation,
            "law_as_of": self.law_as_of,
            "status": self.status,
            "code": self.code,
            "confirmed_by": self.confirmed_by,
        }


def field_called(fields: Mapping[str, Field], name: str) -> Field | None:
    """Find a field by its name or an alias, as templates and layouts call it; None when nothing is so called."""
    return fields.get(name) or next((f for f in fields.values() if name in f.aliases), None)


def field_named(fields: Mapping[str, Field], name: str) -> Field | None:
    """Find a field by its name, an alias or its label; None when nothing is so called."""
    if name in fields:
        return fields[name]
    return next((f for f in fields.values() if name in f.aliases or name == f.label), None)
