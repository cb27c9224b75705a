"""What an entry of the audit tells, in words: fields by their names, codes by their labels, refs by what people call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.access.visitors import ledger
from api.desk_kept.saying import day_said, kind_said, moment_said, titles
from api.kept.reach import rules, speaker
from ledger import people, persons
from ledger.access import SECTIONS
from ledger.api_keys import SCOPES
from ledger.audit.naming import called
from ledger.audit.words import FIELDS, TYPES
from ledger.facts import fact_items
from ledger.offices import offices
from ledger.papers import STATES
from ledger.search import BY
from ledger.types import Instant
from validators.labels import HANDOVER_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ledger.audit.reading import AuditEntry

# codes that stand in no other table, by the field they stand in
_WORDS: Final[dict[str, dict[str, str]]] = {
    "basis": {"consent": "本人の同意", "override": "同意によらない"},
    "origin": {"paper": "文書", "event": "出来事", "person": "人が書いた"},
    "way": {"mail": "電子メール", "ics": "予定表", "provider": "外部のサインイン"},
    "by": {str(kind): word for kind, word in BY.items()},
    "section": SECTIONS,
}
_STATES: Final[dict[str, dict[str, str]]] = {
    "paper": STATES,
    "handover": HANDOVER_LABELS,
    "batch": {
        "uploaded": "受け取った",
        "running": "処理中",
        "cancelling": "取りやめ中",
        "cancelled": "取りやめ",
        "done": "済み",
        "failed": "処理できず",
        "expired": "期限切れ",
    },
    "hook": {"sent": "届いた", "waiting": "送り直す", "dead": "あきらめた"},
}
_FILES: Final = {"xlsx": "表計算（.xlsx）", "csv": "CSV", "pdf": "PDF"}
_DAYS: Final = ("day", "at", "from_on", "expires_on")
_REF: Final = 26  # letters of a ref
_SHORT: Final = 8  # of which so many are shown where nobody has a name for it


class AuditWords:
    """Say entries of one page; what they name is looked up once."""

    def __init__(self, entries: Sequence[AuditEntry]) -> None:
        self.titles = titles()
        self.registers = {each.slug: each.title for each in rules().procedures.registers()}
        self.offices = {code: name for code, name, _ in offices(ledger())}
        told = [each.fields for each in entries]
        self.names = called(ledger(), told, office_code=speaker().office, titles=self.titles)

    def said(self, entry: AuditEntry) -> str:
        """Return what an entry tells; what is blank is left out."""
        pairs = [(FIELDS.get(name, name), self._value(entry.type, name, value)) for name, value in entry.fields.items()]
        return "　".join(f"{label} {text}" for label, text in pairs if text)

    def _value(self, type_: str, name: str, value: Any) -> str:
        if value is None or (not isinstance(value, bool | int) and not value):
            return ""
        if isinstance(value, bool):
            return "はい" if value else "いいえ"
        if isinstance(value, int):
            return moment_said(Instant(value)) if name == "until" else str(value)
        if isinstance(value, dict) or name == "gone":
            return f"{len(value)}件"
        several = value if isinstance(value, list) else value.split() if name in {"scopes", "kinds"} else [value]
        return "、".join(self._one(type_, name, each) for each in several)

    def _one(self, type_: str, name: str, value: str) -> str:
        noun = type_.partition(".")[0]
        if name == "kind":
            return self._kind(noun, value)
        if name == "state":
            return _STATES.get(noun, {}).get(value, value)
        if name in _DAYS or (name == "until" and value[:4].isdecimal()):
            return day_said(value)
        known: dict[str, Mapping[str, str]] = {
            **_WORDS,
            "scopes": SCOPES,
            "kinds": TYPES,
            "form": self.titles,
            "register": self.registers,
            "office": self.offices,
            "to": {**self.offices, **self.names},
            "role": people.ROLES if noun == "role" else persons.ROLES,
        }
        if name in known:
            return known[name].get(value, value)
        if name in {"fields", "facts"}:
            item = fact_items(rules(), "", [value])[value]
            return item.label if item else rules().procedures.vocabulary.label(value)
        return self.names.get(value) or _short(value)

    @staticmethod
    def _kind(noun: str, value: str) -> str:
        said: dict[str, Callable[[str], str]] = {
            "case": kind_said,
            "handover": lambda code: HANDOVER_LABELS.get(code, code),
            "register": lambda code: _FILES.get(code, code),
            "series": lambda code: str(rules().reference.entry("numbers", code, "番号の種類")["label"]),
        }
        return said.get(noun, rules().procedures.vocabulary.label)(value)


def _short(value: str) -> str:
    """Return a ref, or a digest, as much of it as tells it from others; anything else as it is."""
    if len(value) >= _REF and value.isalnum() and value.isascii():
        return f"記号 {value[:_SHORT].upper()}…"
    return value
