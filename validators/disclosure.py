"""Keep protected values out of papers the respondent may read: in their own field, in free text, in any notation.

The same `Secrets` serve throughout: here over the record before anything is drawn, in the final read over the finished
files, over the names of files and bookmarks, and in the provisions. DESIGN: Disclosure; what is found: docs/DISCLOSURE.md.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from validators.kinds import KINDS
from validators.model import Finding, meant
from validators.paths import cell_of, label_of
from validators.secrecy import Secrets, Value, secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validators.model import Field, Form, Record

# Readers who are, or may hand the paper to, the respondent.
_EXPOSED = frozenset({"respondent", "public"})
_OF_A_PERSON = {"name": "person", "kana": "person", "birth_date": "date"}
_BETWEEN = "。\n"  # two boxes searched as one text: no name, no number goes on over it


def exposed(form: Form, record: Record) -> bool:
    """Tell whether the respondent can come to read this paper; some forms are read by whoever writes or signs the record."""
    return bool(form.audience & _EXPOSED) and not meant(form.read_unless, record.data)


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


def _is_textual(field: Field) -> bool:
    return KINDS[field.of or field.type].wordy


def _is_day(field: Field) -> bool:
    return KINDS[field.of or field.type].shape in {"day", "moment"}


def _cut_as(field: Field) -> str:
    """Return what a value of the field is cut as (validators/secrecy/cutting.py)."""
    kind = field.of or field.type
    return "date" if _is_day(field) else "person" if KINDS[kind].shape == "name" else kind


def _of_the_reader(field: Field) -> bool:
    """Tell whether whoever writes or signs the record says it of himself: no secret on a paper of the respondent's."""
    return isinstance(field.known, dict)


def _is_known(field: Field, record: Record) -> bool:
    return meant(field.known, record.data) if isinstance(field.known, dict) else field.known is True


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for text in value.values() if isinstance(text, str)]
    return []


def _values(field: Field, value: Any) -> Iterator[Value]:
    """Yield what of a value can be secret: a text, a day, of a person the name, its reading and the day of birth."""
    if isinstance(value, dict):
        for key, of in _OF_A_PERSON.items():
            if isinstance(text := value.get(key), str):
                yield Value(field.label, of, text)
    elif isinstance(value, str) and (_is_textual(field) or _is_day(field)):
        yield Value(field.label, _cut_as(field), value, field.known == "never")


PaperSecrets = tuple[
    tuple[Value, ...], tuple[Value, ...]
]  # protected values of one paper, and what the respondent knows


def gather(form: Form, record: Record, *, personal: bool = False) -> PaperSecrets:
    """Return the protected values of one paper, each once, and those that the respondent knows already."""
    secret: list[Value] = []
    known: list[Value] = []
    read = exposed(form, record)
    for _, field, value in walk(form.fields, record.data):
        if personal and field.sensitivity != "none":
            secret += _values(field, value)
        elif _is_known(field, record):
            known += (told._replace(said=_of_the_reader(field)) for told in _values(field, value))
        elif field.sensitivity == "protected" and not (read and _of_the_reader(field)):
            secret += _values(field, value)
    return tuple(dict.fromkeys(secret)), tuple(dict.fromkeys(known))


def together(papers: Iterable[PaperSecrets]) -> Secrets:
    """Return what is secret in a case, leaving out what the respondent knows from any of its papers."""
    secret: dict[Value, None] = {}
    known: dict[Value, None] = {}
    for hidden, told in papers:
        secret |= dict.fromkeys(hidden)
        known |= dict.fromkeys(told)
    return secrets_of(secret, known)


def collect(papers: Iterable[tuple[Form, Record]], *, personal: bool = False) -> Secrets:
    """Gather the protected values of the case's papers, leaving out what the respondent knows already.

    A refuge is never left out: where a box of his holds it, the boxes were mistaken for one another. `personal`: with
    all that is of a person, known or not, for the names of things.
    """
    found = (gather(form, record, personal=personal) for form, record in papers)
    return together((secret, ()) if personal else (secret, known) for secret, known in found)


def for_paper(form: Form, record: Record, secrets: Secrets) -> Secrets:
    """Return the secrets less the days that this paper prints in boxes of their own, as its form prescribes."""
    printed = (
        value
        for _, field, value in walk(form.fields, record.data)
        if _is_day(field) and field.printed and field.sensitivity != "protected" and isinstance(value, str)
    )
    return secrets.without(printed)


def tells(name: str, papers: Iterable[tuple[Form, Record]]) -> bool:
    """Tell whether a name (of a record, a case, a file) holds a personal or protected value of the papers, or a hint at one."""
    return collect(papers, personal=True).told_by(name)


def check_disclosure(form: Form, record: Record, secrets: Secrets, prior: Sequence[Finding] = ()) -> list[Finding]:
    """Report every printed value in which a protected one stands; nothing for papers the respondent never reads.

    A town or ward of a protected place alone is a warning to be confirmed, unless a finding of `prior` stops at that
    place already; in a box whose value he knows it is none. Neither is her only home a secret where he calls it his
    own, but boxes may have been mistaken for one another: a warning where it stands, in his own box if there is one.
    What hangs on who reads the record waits where that could not be read.
    """
    stopped = {found.path for found in prior if found.severity != "info" and found.status == "breach"}
    if not exposed(form, record) or not secrets or not stopped.isdisjoint(form.read_unless):
        return []
    printed = [
        (path, _BETWEEN.join(texts), _is_known(field, record), _of_the_reader(field))
        for path, field, value in walk(form.fields, record.data)
        if _is_textual(field) and field.printed
        if field.sensitivity != "protected" or _of_the_reader(field)
        if (texts := _texts(value))
    ]
    whole = _BETWEEN.join(text for _, text, *_ in printed)
    told, hinted, claimed = (bool(found(whole)) for found in (secrets.found_in, secrets.hinted_in, secrets.claimed_in))
    findings = []
    for path, text, known, _ in printed if told or hinted else ():
        label = label_of(form.fields, path)
        if leaked := secrets.found_in(text) if told else []:
            findings.append(leak(form, record, leaked, path=path, label=label))
        elif not known and path not in stopped and (near := secrets.hinted_in(text) if hinted else []):
            findings.append(_hint(form, record, near, path=path, label=label))
    if claimed:
        at = [(path, text) for path, text, _, own in sorted(printed, key=lambda box: not box[3])]
        boxes = ((path, labels) for path, text in at if path not in stopped and (labels := secrets.claimed_in(text)))
        findings += [
            _claimed(form, record, labels, path=path, label=label_of(form.fields, path))
            for path, labels in islice(boxes, 1)
        ]
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


def _claimed(form: Form, record: Record, claimed: Sequence[str], *, path: str, label: str) -> Finding:
    items = "」「".join(claimed)
    return replace(
        leak(form, record, claimed, path=path, label=label),
        severity="warning",
        code="protected-claimed",
        message=f"「{label}」の欄に「{items}」と同じ所が書かれています。行為者も知る住所（同居していた家など）かを確かめ、欄の取り違えなら直してください。行為者も知る住所なら、確かめた人の名前と理由を書いてください。",
        supervisor=f"行為者が自分の住まいとして述べた所が「{items}」と同じである。同居の家か、欄の取り違えかを確かめる。",
    )


def _hint(form: Form, record: Record, near: Sequence[str], *, path: str, label: str) -> Finding:
    items = "」「".join(near)
    return replace(
        leak(form, record, near, path=path, label=label),
        severity="warning",
        code="protected-hint",
        message=f"「{label}」の欄に、相手方に知られてはならない「{items}」の市区町村か町の名前があります。居場所の手掛かりにならないかを確かめ、要らなければ消してください。残すときは、確かめた人の名前と理由を書いてください。",
        supervisor=f"秘匿すべき「{items}」の市区町村又は町の名前の記載（居場所の手掛かり）。",
    )
