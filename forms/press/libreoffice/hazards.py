"""What a DOCX may not hold when LibreOffice is to open it: active content, outside targets, what it would draw wrongly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forms.press.typeset.package import W
from validators.errors import CannotDrawError, InputError
from validators.glyphs import missing_characters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from forms.press.typeset.package import WordPackage

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_VML = "{urn:schemas-microsoft-com:vml}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"

_ACTIVE_PARTS = {
    "マクロ": re.compile(r"vba|macrosheets|customUI|attachedToolbars", re.IGNORECASE),
    "ActiveXコントロール": re.compile(r"(^|/)activeX(/|$)", re.IGNORECASE),
    "埋め込みオブジェクト": re.compile(r"(^|/)(embeddings|oleObject\d*\.bin)", re.IGNORECASE),
    "SVG画像": re.compile(r"\.svgz?$", re.IGNORECASE),
}
_ACTIVE_TAGS = {
    W + "object": "埋め込みオブジェクト",
    W + "control": "ActiveXコントロール",
    _OFFICE + "OLEObject": "埋め込みオブジェクト",
    W + "altChunk": "埋め込まれた文書",
    W + "subDoc": "他の文書への参照",
    W + "mailMerge": "差し込み印刷のデータへの参照",
}
_FETCHING = re.compile(  # whatever blanks, quotes or switches stand before it
    r"(?:\\\S*+|[^\w\\])*+(INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DDE|DDEAUTO|DATABASE|RD|MACROBUTTON)\b",
    re.IGNORECASE,
)
_CHANGES = {
    W + name
    for name in (
        "ins",
        "del",
        "moveFrom",
        "moveTo",
        "rPrChange",
        "pPrChange",
        "tblPrChange",
        "trPrChange",
        "tcPrChange",
        "sectPrChange",
    )
}


def active_content(package: WordPackage) -> list[str]:
    """Name the active content and outside targets of a DOCX: macros, controls, objects, files it would fetch."""
    active: dict[str, None] = dict.fromkeys(
        name for name, pattern in _ACTIVE_PARTS.items() if any(map(pattern.search, package.names))
    )
    if b"macroEnabled" in (package.part("[Content_Types].xml") or b""):
        active["マクロ"] = None
    for root in _roots(package):
        active |= dict.fromkeys(_active(root))
    return list(active)


def refuse_hazards(package: WordPackage) -> None:
    """Raise InputError naming the active content and outside targets of a DOCX, CannotDrawError what would be drawn wrongly."""
    if active := active_content(package):
        raise InputError(
            f"動く内容又は外部への参照を含む文書は、安全のため開きません: {'、'.join(active)}",
            action="Wordでその部分を取り除き、マクロなしのDOCXとして保存し直してください。",
        )
    wrong: dict[str, None] = {}
    letters: list[str] = []
    for root in _roots(package):
        wrong |= dict.fromkeys(_misdrawn(root))
        letters.extend(text.text or "" for text in root.iter(W + "t"))
    wrong |= dict.fromkeys(
        f"どのフォントにもない文字 {entry}（{' '.join(f'U+{ord(letter):04X}' for letter in entry)}）"
        for entry in missing_characters("".join(letters))[:10]
    )
    if wrong:
        raise CannotDrawError(
            f"LibreOfficeでも正しく描けない内容があります: {'、'.join(wrong)}",
            action="変更履歴は承諾し、その他は使わない様式に直すか、WordでPDFにしてください。",
        )


def _roots(package: WordPackage) -> Iterator[etree._Element]:
    for name in sorted(package.names):
        if name.lower().endswith((".xml", ".rels", ".vml")) and (root := package.xml(name)) is not None:
            yield root


def _active(root: etree._Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag == _RELATION:
            kind = element.get("Type", "").rpartition("/")[2]
            if element.get("TargetMode") == "External" and kind != "hyperlink":  # a link is printed, never followed
                yield f"外部の{ {'image': '画像', 'attachedTemplate': 'テンプレート'}.get(kind, 'ファイル') }への参照"
        elif element.tag in _ACTIVE_TAGS:
            yield _ACTIVE_TAGS[element.tag]
        elif (
            str(element.tag).startswith(_VML)  # a comment's tag is no text
            and (element.get("src") or element.get(_OFFICE + "href"))
        ):
            yield "外部の画像への参照"
    for instruction in _instructions(root):
        if found := _FETCHING.match(instruction):
            yield f"フィールド {found[1].upper()}"


def _instructions(root: etree._Element) -> Iterator[str]:
    """Yield what each field is told, put together as Word does: its letters may stand in runs of their own."""
    told = ""
    for element in root.iter(W + "fldSimple", W + "instrText", W + "fldChar"):
        if element.tag == W + "instrText":
            told += element.text or ""
            continue
        yield told
        told = element.get(W + "instr", "")
    yield told


def _misdrawn(root: etree._Element) -> Iterator[str]:
    """Name what LibreOffice shows otherwise than Word: changes in colour, a field inside another field's instruction."""
    inside: list[bool] = []  # for each open field: whether its result has begun
    for element in root.iter():
        if element.tag in _CHANGES:
            yield "変更履歴"
        elif element.tag == W + "fldChar":
            kind = element.get(W + "fldCharType")
            if kind == "begin":
                if inside and not inside[-1]:
                    yield "フィールドの中のフィールド"
                inside.append(False)
            elif inside and kind == "separate":
                inside[-1] = True
            elif inside and kind == "end":
                inside.pop()
