"""Keep protected values out of papers the respondent may read: in their own field, in free text, in any notation.

The same `Secrets` serve twice: here over the record before anything is drawn, and in the final read over the
finished files. DESIGN: Disclosure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validators.kinds import KINDS
from validators.model import Finding
from validators.paths import cell_of, label_of
from validators.text import Watchlist, address_parts, fold, watchlist

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validators.model import Field, Form, Record

# Readers who are, or may hand the paper to, the respondent.
_EXPOSED = frozenset({"respondent", "public"})


@dataclass(frozen=True, slots=True)
class Secrets:
    """The protected values of a record and its case, folded once. `labels[i]` names value i of the watchlist."""

    labels: tuple[str, ...]
    values: Watchlist

    def found_in(self, text: str) -> list[str]:
        """Return the labels (never the values) of protected items that stand in `text`, each once."""
        return list(dict.fromkeys(self.labels[hit.index] for hit in self.values.search(text)))


def exposed(form: Form) -> bool:
    """Tell whether the respondent can come to read this paper."""
    return bool(form.audience & _EXPOSED)


def walk(fields: dict[str, Field], data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Field, Any]]:
    """Yield (path, field, value) for every present value, items of lists included."""
    for name, field in fields.items():
        value = data.get(name)
        if value is None:
            continue
        path = f"{prefix}{name}"
        if isinstance(value, list):
            for i, item in enumerate(value):
                if field.fields and isinstance(item, dict):
                    yield from walk(field.fields, item, f"{path}[{i}].")
                else:
                    yield f"{path}[{i}]", field, item
        else:
            yield path, field, value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for text in value.values() if isinstance(text, str)]
    return []


def _is_textual(field: Field) -> bool:
    return KINDS[field.of or field.type].wordy


def collect(papers: Iterable[tuple[Form, Record]]) -> Secrets:
    """Gather the protected values of the case's papers, leaving out what the respondent knows already."""
    secret: dict[str, str] = {}
    known: set[str] = set()
    for form, record in papers:
        for _, field, value in walk(form.fields, record.data):
            if not _is_textual(field):
                continue
            for text in _texts(value):
                parts = address_parts(text) if (field.of or field.type) == "address" else [text]
                if field.known:
                    known.update(fold(part) for part in parts)
                elif field.sensitivity == "protected":
                    for part in parts:
                        secret.setdefault(part, field.label)
    kept = {text: label for text, label in secret.items() if fold(text) not in known}
    return Secrets(labels=tuple(kept.values()), values=watchlist(tuple(kept)))


def check_disclosure(form: Form, record: Record, secrets: Secrets) -> list[Finding]:
    """Report every printed value in which a protected one stands; nothing for papers the respondent never reads."""
    if not exposed(form) or not secrets.labels:
        return []
    findings = []
    for path, field, value in walk(form.fields, record.data):
        if not _is_textual(field) or not field.printed or field.sensitivity == "protected" or field.known:
            continue
        leaked = dict.fromkeys(label for text in _texts(value) for label in secrets.found_in(text))
        if leaked:
            findings.append(leak(form, record, list(leaked), path=path, label=label_of(form.fields, path)))
    return findings


def leak(form: Form, record: Record, leaked: Sequence[str], *, path: str = "", label: str = "") -> Finding:
    """Build the finding for protected items in a paper; it names the items, never their values."""
    items = "」「".join(leaked)
    where = f"「{label}」の欄" if label else "文書"
    return Finding(
        severity="error",
        clauses=form.secrecy,
        form=form.slug,
        record=record.id,
        path=path,
        label=label,
        cell=cell_of(record.cells, path),
        code="protected-value",
        message=f"{where}に、相手方に知られてはならない「{items}」の内容が書かれています。この文書は相手方も読むことができるため、その記載を消してください。",
        supervisor=f"秘匿すべき「{items}」が相手方の閲覧し得る文書に現れます。表記を変えたものも含みます。",
    )
