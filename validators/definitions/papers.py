"""The papers beside a form (forms/catalogue/<source>/papers/<slug>.yaml): invented records with what must come of them.

Tests run them, `yoshiki lint` judges them, samples/ is made of them, golden pictures are drawn of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from validators.definitions import yamlio
from validators.definitions.source import DIRECTORY
from validators.model import Confirmation, Record
from validators.review import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FOLDER = "papers"
_FILE_KEYS: dict[str, type] = {"as_of": str, "office": dict, "papers": dict}
_KEYS: dict[str, type] = {
    "like": str,
    "data": dict,
    "case": str,
    "office": dict,
    "confirmations": list,
    "expect": str,
    "findings": dict,
    "says": list,
    "lacks": list,
    "picture": bool,
    "note": str,
}
_TOLD: dict[type, str] = {
    str: "文字（日付はそのまま、ほかは引用符で囲みます）",
    dict: "「キー: 値」の形",
    list: "[ ] で囲んだ並び",
}
_TOLD[bool] = "true か false"
_EXPECTED = ("checked", "waiting", "refused")


@dataclass(frozen=True, slots=True)
class SamplePaper:
    """One record of a form with what must come of it."""

    name: str  # the record's id
    form: str
    source: str
    path: Path
    as_of: date
    expect: Ending
    data: dict[str, Any]
    case: str = ""
    office: dict[str, str] = field(default_factory=dict)
    confirmations: tuple[Confirmation, ...] = ()
    findings: dict[str, tuple[str, ...]] = field(default_factory=dict)  # path → provisions and codes told there
    says: tuple[str, ...] = ()  # texts that stand on the finished paper
    lacks: tuple[str, ...] = ()  # texts that stand nowhere in its files
    picture: bool = False

    @property
    def place(self) -> str:
        """Return file:line."""
        return f"{self.path}:{yamlio.line_of(self.path, ('papers', self.name))}"

    def raw(self) -> dict[str, Any]:
        """Return the record as JSON input has it."""
        said = [{"clause": c.clause, "by": c.by, "reason": c.reason} for c in self.confirmations]
        beside = {"case": self.case, "office": self.office, "confirmations": said}
        kept = {key: value for key, value in beside.items() if value}
        return {"form": self.form, "record": self.name, **kept, "data": _copy(self.data)}

    def record(self) -> Record:
        """Return the record as entry hands it over."""
        return Record(
            self.form,
            self.name,
            _copy(self.data),
            confirmations=self.confirmations,
            case=self.case,
            office=dict(self.office),
        )


def paper_files(directory: Path = DIRECTORY) -> list[Path]:
    """Return the files of papers, by source and form."""
    return sorted(directory.glob(f"*/{FOLDER}/*.yaml"))


def read_papers(path: Path) -> list[SamplePaper]:
    """Return the papers of one form in the order of the file; raises DefinitionError with file:line."""
    content = yamlio.load(path)
    _check(path, (), content, _FILE_KEYS)
    day = _day(path, content.get("as_of"))
    office = _texts(path, ("office",), content.get("office", {}))
    read: dict[str, SamplePaper] = {}
    for name, raw in content.get("papers", {}).items():
        read[name] = _paper(path, name, raw, read, (day, office))
    return list(read.values())


def _paper(
    path: Path, name: str, raw: Any, before: dict[str, SamplePaper], common: tuple[date, dict[str, str]]
) -> SamplePaper:
    here = ("papers", name)
    _check(path, here, raw, _KEYS)
    data: dict[str, Any] = {}
    if "like" in raw:
        if raw["like"] not in before:
            raise yamlio.broken(path, (*here, "like"), f"この前に「{raw['like']}」という記載例がありません。")
        data = _copy(before[raw["like"]].data)
    changed = {**data, **raw.get("data", {})}
    expect = raw.get("expect", "checked")
    if expect not in _EXPECTED or expect not in get_args(Ending):
        raise yamlio.broken(path, (*here, "expect"), f"expect は {'・'.join(_EXPECTED)} のどれかです。")
    return SamplePaper(
        name=name,
        form=path.stem,
        source=path.parents[1].name,
        path=path,
        as_of=common[0],
        expect=expect,
        data={key: value for key, value in changed.items() if value is not None},
        case=raw.get("case", ""),
        office=_texts(path, (*here, "office"), raw.get("office", common[1])),
        confirmations=tuple(_confirmations(path, (*here, "confirmations"), raw.get("confirmations", ()))),
        findings={at: _list(path, (*here, "findings", at), ids) for at, ids in raw.get("findings", {}).items()},
        says=_list(path, (*here, "says"), raw.get("says", [])),
        lacks=_list(path, (*here, "lacks"), raw.get("lacks", [])),
        picture=raw.get("picture", False),
    )


def _check(path: Path, keys: tuple[str, ...], content: Any, allowed: dict[str, type]) -> None:
    if not isinstance(content, dict):
        raise yamlio.broken(path, keys, "ここは「キー: 値」の形で書いてください。")
    for key, value in content.items():
        if key not in allowed:
            raise yamlio.broken(path, (*keys, key), f"「{key}」は使えません。使えるもの: {'、'.join(allowed)}")
        if not isinstance(value, allowed[key]):
            raise yamlio.broken(path, (*keys, key), f"「{key}」は{_TOLD[allowed[key]]}で書いてください。")


def _day(path: Path, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        message = "点検の基準日を「as_of: 2026-07-01」のように書いてください。"
        raise yamlio.broken(path, ("as_of",), message) from None


def _texts(path: Path, keys: tuple[str, ...], content: dict[str, Any]) -> dict[str, str]:
    for key, value in content.items():
        if not isinstance(value, str):
            raise yamlio.broken(path, (*keys, key), f"「{key}」は文字で書いてください（引用符で囲みます）。")
    return dict(content)


def _list(path: Path, keys: tuple[str, ...], content: Any) -> tuple[str, ...]:
    if not isinstance(content, list) or not all(isinstance(text, str) for text in content):
        raise yamlio.broken(path, keys, "ここには文字の並びを [ ] で囲んで書いてください。")
    return tuple(content)


def _confirmations(path: Path, keys: tuple[str, ...], content: Iterable[Any]) -> Iterator[Confirmation]:
    for each in content:
        wanted = {"clause", "by", "reason"}
        if not isinstance(each, dict) or set(each) != wanted or not all(isinstance(v, str) for v in each.values()):
            raise yamlio.broken(path, keys, "確認は {clause: 条項, by: 確認者, reason: 理由} と書いてください。")
        yield Confirmation(**each)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value
