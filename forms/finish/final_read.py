"""Read the finished files back: every value there, every character a letter, no protected value anywhere."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, cast

from lxml import etree

from forms.finish.pdf_text import pdf_pages
from forms.finish.pdf_told import BETWEEN, pdf_properties
from forms.press.typeset.package import parse_xml, read_package
from validators.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forms.press.typeset.package import WordPackage

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXTS = frozenset({_W + "t", _W + "delText", _W + "instrText"})
_PRINTED = ("word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes")
_FILLED = (*_PRINTED, "docProps/")  # parts in which values of a record may stand: read anew for each paper
_LOOKS = ("word/styles", "word/theme", "word/fontTable")  # say how letters look; nothing is written there
_BREAKS = {_W + "p", _W + "br", _W + "cr", _W + "tab"}
_NAMES = {"w": _W[1:-1]}
_OTHER_TEXTS = etree.XPath(
    "//text()[not(parent::w:t or parent::w:delText or parent::w:instrText)]", namespaces=_NAMES, smart_strings=False
)
# Attributes that are written by people or name what is written: attribute, where it counts.
_TELLING = {
    **{name.encode(): f"//@{name}" for name in ("descr", "title", "alt", "name", "Target", "string")},
    **{name.encode(): f"//@w:{name}" for name in ("author", "initials", "instr", "tooltip", "anchor")},
    b"bookmarkStart": "//w:bookmarkStart/@w:name",
    **{name.encode(): f"//w:{name}/@w:val" for name in ("alias", "tag", "docVar")},
}
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PIECE = 3  # letters: a piece of a text that is read in pieces has no fewer
_BESIDE = 60  # letters that may stand between two pieces: the line of a label
_UNREADABLE = ("\ufffd", "\x00")


class Matcher(Protocol):
    """What recognises protected values: returns the labels of those that stand in a text, never the values."""

    def found_in(self, text: str) -> list[str]:
        """Return the labels."""
        ...


def final_read(pdf: bytes, docx: bytes, *, expected: Mapping[str, str], protected: Matcher) -> list[Finding]:
    """Return what is wrong with a finished paper: nothing when it may be handed out.

    `pdf` may be empty when none was asked for. `expected` maps a label to the text that must stand on the paper, compared
    without blanks; in the DOCX with variation selectors, in the PDF without, for its readers lose them. Messages name
    labels, never values. Raises InputError for a file that cannot be read at all.
    """
    findings = []
    package = read_package(docx)
    document, other = docx_texts(package)
    pages = pdf_pages(pdf) if pdf else []
    written = _squeeze(document)
    printed = [_SELECTORS.sub("", _squeeze(page)) for page in pages]
    for label, value in expected.items():
        wanted = _squeeze(value)
        if wanted and wanted not in written:
            findings.append(_missing(label, "DOCX"))
        elif wanted and pages and not _stands(_SELECTORS.sub("", wanted), printed):
            findings.append(_missing(label, "PDF"))
    for name, text in (("PDF", "".join(pages)), ("DOCX", document)):
        if any(sign in text for sign in _UNREADABLE):
            findings.append(
                Finding(
                    severity="error",
                    clauses=(),
                    code="unreadable-glyph",
                    message=f"作成した{name}に、文字として読めない箇所があります。入力した文字を確かめてください。",
                    supervisor=f"{name}の読み返しで、字形のない文字が見つかりました。",
                )
            )
    places = {"DOCXの本文": document, "DOCXの本文以外（注釈・文書情報など）": other}
    if pdf:
        places |= _places_of(pages, pdf)
    for place, text in places.items():
        findings += _leaks(place, text, protected)
    return findings


def read_volume(pdf: bytes, protected: Matcher) -> list[Finding]:
    """Return the protected items in a volume of papers: its pages, its bookmarks, its properties."""
    return [
        found for place, text in _places_of(pdf_pages(pdf), pdf).items() for found in _leaks(place, text, protected)
    ]


def _places_of(pages: Sequence[str], pdf: bytes) -> dict[str, str]:
    return {"PDFの本文": _unwrapped(pages), "PDFの文書情報": pdf_properties(pdf)}


def _unwrapped(pages: Sequence[str]) -> str:
    """Return the text of the pages with its lines joined: a line's end inside Japanese text parts no words."""
    out = ""
    for line in (line for page in pages for line in page.split("\n")):
        text = line.strip()
        joins = bool(out and text) and not out[-1].isascii() and not text[0].isascii()
        out += text if joins else f"\n{text}"
    return out


def docx_texts(package: WordPackage) -> tuple[str, str]:
    """Return what a DOCX prints (body, headers, footers, notes), and every other text it carries.

    The latter: comments, properties, alternative texts, addresses of links, names of parts.
    """
    printed: list[str] = []
    other = sorted(package.names)
    for name in sorted(package.names):
        if name.endswith((".xml", ".rels")) and not name.startswith(_LOOKS):
            data = package.part(name) or b""
            text, beside = _read_part(data) if name.startswith(_FILLED) else _read_known_part(data)
            (printed if name.startswith(_PRINTED) and name.endswith(".xml") else other).append(f"{text}\n")
            other += beside
    return "".join(printed), BETWEEN.join(other)


def _read_part(data: bytes) -> tuple[str, list[str]]:
    """Return the text of a part as it is printed, and all other texts in it."""
    root = parse_xml(data)
    hidden = {id(text): text for run in _hidden_runs(root) for text in run.iter(*_TEXTS)}
    text = "".join(
        element.text or "" if element.tag in _TEXTS else "\n"
        for element in root.iter(*_TEXTS, *_BREAKS)
        if id(element) not in hidden
    )
    queries = (_OTHER_TEXTS, _telling(tuple(name for name in _TELLING if name in data)))
    beside = [str(found) for query in queries for found in cast("list[str]", query(root))]
    beside += [text.text or "" for text in hidden.values()]
    return text, [found for found in beside if found.strip()]


@lru_cache(maxsize=64)
def _telling(names: tuple[bytes, ...]) -> etree.XPath:
    """Return what finds the telling attributes of a part in which no other than these names occur."""
    return etree.XPath(" | ".join(_TELLING[name] for name in names) or "/..", namespaces=_NAMES, smart_strings=False)


def _hidden_runs(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the runs that a person does not see on the paper, though the file holds them."""
    for vanish in root.iter(_W + "vanish"):
        run = vanish.getparent()
        run = None if run is None else run.getparent()
        if run is not None and run.tag == _W + "r" and vanish.get(_W + "val", "1") not in {"0", "false", "off"}:
            yield run


_read_known_part = lru_cache(maxsize=256)(_read_part)  # the papers of a form share every part that no value gets into


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _stands(wanted: str, pages: list[str]) -> bool:
    """Tell whether a text stands on a page, or begins on one and goes on over the next (between them: page numbers).

    A reader that takes a table line by line puts the label's second line between two of the value: the text then stands in
    pieces, one after the other.
    """
    if any(wanted in page for page in pages):
        return True
    return any(_goes_on(wanted, [page, *pages[number + 1 :]]) for number, page in enumerate(pages))


def _goes_on(rest: str, pages: list[str]) -> bool:
    """Tell whether a text stands on these pages in pieces, each as long as it can be and none of a letter or two."""
    page, at = 0, 0
    while page < len(pages):
        text = pages[page]
        length = _prefix(rest, text[at:])
        if length == len(rest):
            return True
        if length >= _PIECE:
            at = text.index(rest[:length], at) + length
            if _prefix(rest[length:], text[at : at + _BESIDE]) >= min(_PIECE, len(rest) - length):
                rest = rest[length:]
                continue
            rest, page, at = rest[length:], page + 1, 0
            continue
        if page == 0 or length == 0:
            return False
        rest, page, at = rest[length:], page + 1, 0
    return False


def _prefix(wanted: str, page: str) -> int:
    """Return how many of the text's first letters stand on the page in one piece."""
    low, high = 0, len(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if wanted[:middle] in page else (low, middle - 1)
    return low


def _missing(label: str, where: str) -> Finding:
    return Finding(
        severity="error",
        clauses=(),
        label=label,
        code="value-not-printed",
        message=f"作成した{where}を読み返したところ、「{label}」の記載が見つかりませんでした。この文書は使わず、管理者へお知らせください。",
        supervisor=f"「{label}」の値が{where}の本文に現れません。様式の欠陥か、印刷の途中で失われた記載です。",
        status="broken",
    )


def _leaks(place: str, text: str, protected: Matcher) -> list[Finding]:
    return [
        Finding(
            severity="error",
            clauses=(),
            label=label,
            code="protected-value",
            message=f"作成した文書（{place}）に、相手方に知られてはならない「{label}」の内容が含まれています。この文書は使わないでください。",
            supervisor=f"完成した文書の読み返しで、秘匿すべき「{label}」が{place}に見つかりました。",
        )
        for label in protected.found_in(text)
    ]
