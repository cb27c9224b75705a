"""The header of a source (forms/catalogue/<source>/source.yaml): what its forms and its clauses inherit."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validators.definitions import yamlio

if TYPE_CHECKING:
    from validators.model import Field

DIRECTORY = Path(__file__).parents[2] / "forms" / "catalogue"  # data, read here by path
FILE = "source.yaml"
SHARED = "_shared"  # the folder of what several sources share
_KEYS = {
    "title": str,
    "issuer": str,
    "dated": str,
    "prefix": str,
    "cites": str,
    "clauses": dict,
    "forms": dict,
    "fields": dict,
    "documents": dict,
    "matters": dict,
}
SORTS = {
    "paper": "文書",
    "register": "帳簿",
    "event": "出来事の記録",
    "outside": "ほかの定めの書面",
}  # what a document is
_OF_DOCUMENTS = {"is", "title", "why", "event", "aliases"}
_OF_MATTERS = {"title", "papers", "same"}
_OF_CLAUSES, _OF_FORMS = (
    {"effective"},
    {"basis", "effective", "page", "audience", "legal_basis", "uses", "face", "before"},
)


@dataclass(frozen=True, slots=True)
class OtherDocument:
    """A document of a source that is no paper: a register, an event that is recorded, or another office's paper.

    `event` names the event of the shared vocabulary (validators/procedures) that it has become.
    """

    slug: str
    authority: str
    sort: str  # a key of SORTS
    title: str
    why: str
    event: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of matter from its first contact to its end: the papers it may need, in their order.

    Papers of other sources may be among them, and such as have no form yet (`yoshiki lint` tells of them). `same` says what
    one of them calls otherwise than the rest: its name → the name under which the matter asks for it.
    """

    name: str
    authority: str
    title: str
    papers: tuple[str, ...]
    same: dict[str, str] = field(default_factory=dict)

    def common(self, item: Field) -> str:
        """Return the name under which the matter asks for an item of a form; empty for what each paper says for itself."""
        return self.same.get(item.name, item.name) if item.once and not item.fields else ""


@dataclass(frozen=True, slots=True)
class SourceHeader:
    """A law, rule or procedure: its title, who issued it, its own date, what its ids and its citations begin with."""

    slug: str
    title: str = ""
    issuer: str = ""
    dated: str = ""
    prefix: str = ""
    cites: str = ""
    clauses: dict[str, Any] = field(default_factory=dict)  # keys a clause has unless it says otherwise
    forms: dict[str, Any] = field(default_factory=dict)  # keys a form has unless it says otherwise
    fields: dict[str, Any] = field(default_factory=dict)  # how this source words shared fields
    documents: tuple[OtherDocument, ...] = ()  # those that are no paper
    matters: tuple[Matter, ...] = ()


def source_named(path: Path) -> str:
    """Return the source whose entries a file holds: `<source>.yaml`, or `<source>.<part>.yaml` of a long one."""
    return path.name.partition(".")[0]


def source_of(slug: str, directory: Path = DIRECTORY) -> SourceHeader:
    """Return the header of a source, an empty one where it has none; raises DefinitionError with file:line."""
    path = directory / slug / FILE
    if not path.is_file():
        return SourceHeader(slug)
    content = yamlio.load(path)
    if not isinstance(content, dict):
        raise yamlio.broken(path, (), "出典の見出しは「キー: 値」の形で書いてください。")
    for key, value in content.items():
        if key not in _KEYS:
            raise yamlio.broken(path, (key,), f"「{key}」という項目は使えません。使えるもの: {'、'.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]):
            kind = "文字（引用符で囲みます）" if _KEYS[key] is str else "「キー: 値」の形"
            raise yamlio.broken(path, (key,), f"「{key}」は{kind}で書いてください。")
    for key, allowed in (("clauses", _OF_CLAUSES), ("forms", _OF_FORMS)):
        for inner in set(content.get(key, {})) - allowed:
            raise yamlio.broken(
                path, (key, inner), f"「{key}」に「{inner}」は書けません。書けるもの: {'、'.join(allowed)}"
            )
    others = tuple(_document(path, name, told) for name, told in content.pop("documents", {}).items())
    matters = tuple(_matter(path, name, told) for name, told in content.pop("matters", {}).items())
    return SourceHeader(path.parent.name, **content, documents=others, matters=matters)


def _matter(path: Path, name: str, told: object) -> Matter:
    at = ("matters", name)
    if not isinstance(told, dict) or not {"title", "papers"} <= set(told) <= _OF_MATTERS:
        message = (
            "事案の種類には title と papers を書いてください（same は、同じ事柄を別の項目名でいう様式があるときだけ）。"
        )
        raise yamlio.broken(path, at, message)
    if not isinstance(told["papers"], list) or not isinstance(told.get("same", {}), dict):
        raise yamlio.broken(path, at, "papers は様式の略号の並び、same は「その様式の項目名: 事案での項目名」です。")
    papers = tuple(map(str, told["papers"]))
    if twice := [slug for slug in dict.fromkeys(papers) if papers.count(slug) > 1]:
        raise yamlio.broken(path, (*at, "papers"), f"同じ様式が二度あります: {'、'.join(twice)}")
    return Matter(name, path.parent.name, str(told["title"]), papers, dict(told.get("same", {})))


def _document(path: Path, slug: str, told: object) -> OtherDocument:
    at = ("documents", slug)
    if not isinstance(told, dict) or not {"is", "title", "why"} <= set(told) <= _OF_DOCUMENTS:
        raise yamlio.broken(path, at, "書面には is、title、why を書いてください（event、aliases は要るときだけ）。")
    sorts = [each for each in SORTS if each != "paper"]
    if told["is"] not in sorts:
        raise yamlio.broken(
            path, (*at, "is"), f"is は {'、'.join(sorts)} のどれかです。文書（paper）は様式として書きます。"
        )
    if (told["is"] == "event") != ("event" in told):
        raise yamlio.broken(path, at, "is が event のときに限り、event に出来事の名前を書いてください。")
    return OtherDocument(
        slug,
        path.parent.name,
        told["is"],
        str(told["title"]),
        str(told["why"]),
        str(told.get("event", "")),
        tuple(told.get("aliases", ())),
    )
