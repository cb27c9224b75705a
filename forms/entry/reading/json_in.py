"""Read .json: the contract of docs/ARCHITECTURE.md, strictly, with the place of every fault."""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from forms.entry.reading import limits
from forms.entry.reading.batch import Fault, Findings
from forms.entry.reading.package import refuse
from forms.entry.reading.values import id_key, id_text, record_id
from validators.invisible import nothing_in, without
from validators.model import Confirmation, Record
from validators.office import decided_by_office
from validators.text import case_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from validators.definitions.catalogue import Catalogue
    from validators.model import Finding

_SENT = "送られた内容"
_BLANKS = re.compile(r"[ \t\n\r]*")
_MARKS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)  # strings, so that their brackets are none
_KEYS = frozenset({"form", "record", "data", "case", "office", "confirmations"})
_CONFIRMATION = ("clause", "by", "reason")
_ALIKE = Fault(
    "similar-id",
    "よく似た整理番号（全角と半角、大文字と小文字、空白だけの違いなど）が、この入力にほかにもあります。"
    "別の記載データとして読み取りました。同じに見えるものは、何件目かを添えて区別します。",
    "info",
)


def load(raw: bytes, name: str) -> list[bytes]:
    """Return the items of a JSON file, each packed; raises InputError naming line or key for whatever is not plain JSON."""
    if not raw.strip():
        refuse(name, "ファイルが空です。", "内容のあるファイルを選び直してください。")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        refuse(name, f"{line}行目あたりの文字が UTF-8 として読めません。", "UTF-8 で保存し直してください。")
    _refuse_nesting(text, name)
    try:
        items = [zlib.compress(text[start:end].encode(), 1) for start, end in _spans(text)]
    except json.JSONDecodeError as error:
        refuse(
            name,
            f"{error.lineno}行目の{error.colno}文字目が JSON として読めません。",
            "引用符、コンマ、括弧の閉じ忘れを確かめてください。",
        )
    except RecursionError:  # brackets inside what only looked like strings
        refuse(name, "括弧の入れ子が深すぎます。", "項目の書き方を確かめてください。")
    except _NotPlainError as error:
        refuse(name, str(error), "直してから、もう一度お試しください。")
    if not items:
        refuse(name, "記載データが一件もありません。", '[{"form": …, "record": …, "data": {…}}] の形で書いてください。')
    return items


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Read a JSON text to its end and yield where each item of its list stands; what is no list is one item."""
    decoder = _decoder()
    at = _past_blanks(text, 0)
    listed = text.startswith("[", at)
    at = _past_blanks(text, at + 1) if listed else at
    while not (listed and text.startswith("]", at)):
        start = at
        _, end = decoder.raw_decode(text, start)
        yield start, end
        at = _past_blanks(text, end)
        if not listed or text.startswith("]", at):
            break
        if not text.startswith(",", at):
            raise json.JSONDecodeError("no comma", text, at)
        at = _past_blanks(text, at + 1)
        if text.startswith("]", at):
            raise json.JSONDecodeError("nothing after the comma", text, at)
    at = _past_blanks(text, at + 1) if listed else at
    if at < len(text):
        raise json.JSONDecodeError("more than one value", text, at)


class _NotPlainError(Exception):
    """Something JSON readers disagree about."""


def items_of(packed: Iterable[bytes]) -> Iterator[Any]:
    """Yield the items that `load` has packed and found plain, one at a time."""
    return (json.loads(zlib.decompress(item)) for item in packed)


def _past_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return at if found is None else found.end()


def _refuse_nesting(text: str, name: str) -> None:
    """Count brackets outside strings before parsing, so that no nesting can exhaust the parser."""
    depth, most = 0, limits.most("NESTING")
    for found in _MARKS.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > most:
                limits.exceeded("NESTING", name)
        elif mark in "]}":
            depth -= 1


def _no_doubles(pairs: list[tuple[str, Any]], most: int) -> dict[str, Any]:
    if len(pairs) > most:
        raise _NotPlainError(limits.said("KEYS"))
    out = dict(pairs)
    if len(out) < len(pairs):
        key = next(k for k, n in Counter(k for k, _ in pairs).items() if n > 1)
        raise _NotPlainError(f"キー「{key[:40]}」が同じ括弧の中に二度あります。どちらが正しいか決められません。")
    return out


def _no_constant(word: str) -> float:
    raise _NotPlainError(f"「{word}」は数として使えません。空欄なら null と書くか、項目を省いてください。")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _NotPlainError("大きすぎる数があります。")
    return value


def _bounded(text: str) -> int:
    if len(text) > 20:  # noqa: PLR2004 - beyond any amount or number of ours
        raise _NotPlainError("桁が多すぎる数があります。番号は引用符で囲んで文字として書いてください。")
    return int(text)


def _decoder() -> json.JSONDecoder:
    """Return what reads plain JSON only, by the limits of this moment."""
    plain = partial(_no_doubles, most=limits.most("KEYS"))
    return json.JSONDecoder(
        object_pairs_hook=plain, parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """One record sent by itself, what reading found in it, and the other papers of its case that came with it."""

    record: Record
    found: tuple[Finding, ...]
    papers: tuple[Record, ...] = ()


def record_from_json(raw: bytes, slug: str) -> Record:
    """Read one record of a known form: `{"data": {…}, "record": …, …}`, or the data alone. Raises InputError."""
    return sent_from_json(raw, slug, {slug: slug}).record


def sent_from_json(raw: bytes, slug: str, names: Mapping[str, str]) -> Sent:
    """Read one record of a known form and its `papers`: the other records of the case, each with a `form` of `names`.

    Raises InputError for whatever a file would have an error for: here nothing else is left to go on with.
    """
    items = list(items_of(load(raw, _SENT)))
    if len(items) != 1 or not isinstance(items[0], dict):
        refuse(_SENT, "記載データを一件だけ、{ } で囲んで送ってください。", "複数のときは /batches をお使いください。")
    item = items[0] if "data" in items[0] else {"data": items[0]}
    item = _renamed(item, names)
    if item.get("form", slug) != slug:
        refuse(_SENT, "form が、送り先の様式と違います。", "form を省くか、送り先を確かめてください。")
    papers = item.pop("papers", None) or []
    record, found = _alone(0, {**item, "form": slug}, frozenset({slug}), _SENT)
    if not isinstance(papers, list) or len(papers) > limits.most("PAPERS"):
        refuse(
            _SENT,
            f"papers は、事案のほかの記載データの一覧（{limits.most('PAPERS'):,}件まで）にしてください。",
            "[{…}, {…}] の形で書いてください。",
        )
    beside = [
        _alone(n, _renamed(each, names), frozenset(names.values()), f"papers[{n}]")[0] for n, each in enumerate(papers)
    ]
    for n, paper in enumerate(beside):
        if record.case and paper.case and case_key(paper.case) != case_key(record.case):
            refuse(
                f"papers[{n}]",
                "case（事案番号）が、この記載データのものと違います。",
                "同じ事案の文書だけを入れてください。",
            )
    return Sent(record, tuple(found), tuple(paper for paper in beside if not _is_itself(paper, record, item)))


def _alone(index: int, item: Any, slugs: frozenset[str], place: str) -> tuple[Record, list[Finding]]:
    """Read one item that must be a record; whatever is wrong with it is refused, what is only odd is told."""
    findings = Findings()
    record = _record(index, item, slugs, findings, form=next(iter(slugs)) if len(slugs) == 1 else None, name="")
    told = [*findings.items, *(found for of in findings.of.values() for found in of)]
    wrong = [found for found in told if found.severity == "error"]
    if record is None or wrong:
        refuse(place, wrong[0].message, "直してから、もう一度お送りください。")
    return record, [found for found in told if found.code != "record-id-made"]


def _is_itself(paper: Record, record: Record, item: dict[str, Any]) -> bool:
    """Tell whether a paper of the case is the record: callers may send the whole case with each of its papers."""
    same = paper.id == record.id if item.get("record") else paper.data == record.data
    return paper.form == record.form and same


def read_json(
    items: Callable[[], Iterator[Any]], name: str, catalogue: Catalogue, form: str | None, findings: Findings
) -> Iterator[Record]:
    """Yield the records of a JSON file, whose items are read twice; one that cannot be used is a finding and is left out.

    No other part of the file hangs on an id: ids are as many as are written differently. What stands twice under one id
    is read once where both are the same, else not at all.
    """
    slugs, names = frozenset(catalogue.slugs()), catalogue.names()

    def renamed() -> Iterator[Any]:
        return (_renamed(item, names) for item in items())

    written = Counter(key for item in renamed() if (key := _key(item, form)))
    alike = Counter((slug, id_key(without(given))) for slug, given in written)
    contents = _contents(renamed(), form, {key for key, times in written.items() if times > 1})
    told: set[tuple[str, str]] = set()
    used: set[tuple[str, str]] = set()
    for index, item in enumerate(renamed()):
        key = _key(item, form)
        again = key is not None and (key in told or len(contents.get(key, ())) > 1)
        record = _record(index, item, slugs, findings, form=form, name=name, used=() if again else used)
        if record is None:
            continue
        if key and again:
            same = len(contents[key]) == 1
            findings.add(
                "duplicate-record",
                f"{index + 1}件目は、同じ整理番号（record）の前の記載データと同じ内容です。一度だけ読み取りました。"
                if same
                else f"整理番号（record）が同じ様式の中で重なっています。{index + 1}件目を読み取りませんでした。別々の番号を付けてください。",
                severity="warning" if same else "error",
                form=record.form,
                record=record.id,
                cell=f"[{index}].record",
            )
            continue
        used.add((record.form, record.id))
        if key:
            told.add(key)
            if alike[key[0], id_key(without(key[1]))] > 1:
                findings.of_record(record, _ALIKE, cell=f"[{index}].record")
        yield record


def _key(item: Any, form: str | None) -> tuple[str, str] | None:
    """Return form and id of an item, the id as it is written; None for what has none or cannot be used."""
    given = item.get("record") if isinstance(item, dict) else None
    usable = given and isinstance(given, (str, int, float)) and not isinstance(id_text(given), Fault)
    return (_form_of(item, form), str(given)) if usable else None


def _contents(
    items: Iterator[Any], form: str | None, repeated: Collection[tuple[str, str]]
) -> dict[tuple[str, str], set[bytes]]:
    """Return the different contents, as digests, that stand under each id written more than once."""
    found: dict[tuple[str, str], set[bytes]] = {}
    for item in items if repeated else ():
        if (key := _key(item, form)) in repeated and key:
            digest = hashlib.sha256(json.dumps(item, sort_keys=True).encode()).digest()
            found.setdefault(key, set()).add(digest)
    return found


def _renamed(item: Any, names: Mapping[str, str]) -> Any:
    """Return the item with its form by our slug, where another source calls the paper otherwise."""
    given = item.get("form") if isinstance(item, dict) else None
    return {**item, "form": names[given]} if isinstance(given, str) and given in names else item


def _form_of(item: dict[str, Any], form: str | None) -> str:
    slug = item.get("form", form)
    return slug if isinstance(slug, str) else ""


def _record(
    index: int,
    item: Any,
    slugs: frozenset[str],
    findings: Findings,
    *,
    form: str | None,
    name: str,
    used: Collection[tuple[str, str]] = (),
) -> Record | None:
    """Return an item's record, or None after saying why there can be none. `used`: ids that others bear, with their forms."""
    place = f"[{index}]"
    if not isinstance(item, dict):
        findings.add("not-a-record", f"{index + 1}件目が {{ }} で囲んだ記載データではありません。", cell=place)
        return None
    given = record_id(item.get("record"))
    if isinstance(given, Fault) or isinstance(item.get("record"), (dict, list, bool)):
        findings.add("bad-id", f"{index + 1}件目の record を100字までの文字で書いてください。", cell=f"{place}.record")
        return None
    slug = _form_of(item, form)
    if slug not in slugs:
        near = difflib.get_close_matches(slug, slugs, n=1)
        hint = f"「{near[0]}」ではありませんか。" if near else "様式の一覧は yoshiki forms でご覧になれます。"
        what = "form（様式）が書かれていません" if not slug else "form に書かれた様式はありません"
        findings.add("unknown-form", f"{index + 1}件目の{what}。{hint}", record=given, cell=f"{place}.form")
        return None
    if (slug, given) in used:
        given = f"{given}（{index + 1}件目）"
    record = Record(slug, given or f"r{index + 1}", {}, source=name)
    if not given:
        message = f"整理番号（record）がないため「{record.id}」としました。"
        findings.of_record(record, Fault("record-id-made", message, "info"), cell=place)
    for key in sorted(item.keys() - _KEYS):
        message = f"「{key[:40]}」というキーは使いません。項目は data の中に書いてください。"
        findings.of_record(record, Fault("unknown-key", message, "warning"), cell=place)
    return _filled(record, item, place, findings)


def _filled(record: Record, item: dict[str, Any], place: str, findings: Findings) -> Record:
    """Put data, case, office and confirmations into a record; what has the wrong shape is a finding on the record."""

    def fault(code: str, message: str, at: str) -> None:
        findings.of_record(record, Fault(code, message), path=at, cell=f"{place}.{at}")

    data = item.get("data")
    if not isinstance(data, dict):
        fault("no-data", "data を { } で囲んで、項目名と値の組で書いてください。", "data")
        data = {}
    record.data = {key: value for key, value in data.items() if key != "confirmations"}
    for key, value in list(record.data.items()):
        if isinstance(value, list) and len(value) > limits.most("ITEMS"):
            fault("too-many-items", f"{limits.said('ITEMS', key[:40])}{limits.LIMITS['ITEMS'].remedy}", f"data.{key}")
            del record.data[key]
    case = id_text(item.get("case"))
    if isinstance(case, Fault) or isinstance(item.get("case"), (dict, list, bool)):
        fault("bad-id", "case（事案番号）を100字までの文字で書いてください。", "case")
    else:
        record.case = case
    office = item.get("office") or {}
    if isinstance(office, dict) and all(isinstance(v, str) or v is None for v in office.values()):
        told = {key: without(value) for key, value in office.items() if value and not nothing_in(value)}
        record.office = {key: value for key, value in told.items() if not decided_by_office(key)}
        if own := sorted(told.keys() - record.office.keys()):
            message = f"office に {'、'.join(own)} は書けません。所属の設定で決めます。"
            fault("bad-office", message, "office")
    else:
        fault("bad-office", "office（所属）を、項目名と文字の組で書いてください。", "office")
    both = [item.get("confirmations") or [], data.get("confirmations") or []]
    if not all(isinstance(part, list) and all(_is_confirmation(c) for c in part) for part in both):
        fault(
            "bad-confirmation",
            "confirmations の一件ずつに clause、by、reason を文字で書いてください。",
            "confirmations",
        )
    else:
        record.confirmations = tuple(Confirmation(*(c[key] for key in _CONFIRMATION)) for part in both for c in part)
    return record


def _is_confirmation(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(key), str) and value[key].strip() for key in _CONFIRMATION
    )
