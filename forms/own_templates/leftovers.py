"""What a template may not carry into a paper: fields that renew themselves, symbol fonts, half-written tags, hidden words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from forms.own_templates.texts import texts_of
from forms.press.typeset.letters.fields import RENEWED
from forms.press.typeset.letters.runs import family
from forms.press.typeset.package import W
from forms.press.typeset.reading.styles import is_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from forms.press.typeset.package import WordPackage

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LEFT: Final = re.compile(
    r"｛｛[^｝]*｝?｝?|｝｝|«[^»]*»|≪[^≫]*≫|<<[^<>]*>>|(?<!\{)\{(?![{%#])[^{}]*\}?|(?<![}%#])\}(?!\})"
)
# docxtpl takes the whole paragraph, row or cell around such a tag away, and what is written beside it.
_BLOCK: Final = re.compile(r"\{[{%#](p|tr|tc)\s")
_AROUND: Final = {"p": ("p", "段落"), "tr": ("tr", "行"), "tc": ("tc", "セル")}
_MERGED: Final = frozenset({"MERGEFIELD", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN"})


class Leftover(NamedTuple):
    """What is wrong, the part, the paragraph's number in it from 1, its first words."""

    message: str
    part: str
    number: int
    near: str


def leftovers(package: WordPackage) -> list[Leftover]:
    """Return what of a template's parts would stand on a paper otherwise than its author sees it, or vanish from it."""
    found: list[Leftover] = []
    for part, texts in texts_of(package).items():
        root = package.xml(part)
        paragraphs = () if root is None else root.iter(W + "p")
        for text, paragraph in zip(texts, paragraphs, strict=True):
            found += [Leftover(told, part, text.number, text.near) for told in dict.fromkeys(_told(paragraph))]
    return found


def _told(paragraph: etree._Element) -> Iterator[str]:
    words = _words(paragraph)
    for name in _fields(paragraph):
        if name in _MERGED:
            yield f"Wordの差込み印刷などのフィールド「{name}」があります。「{{{{ 項目名 }}}}」の形に直してください。"
        elif name in RENEWED:
            yield f"フィールド「{name}」は、開く日や保存先によって表示が変わります。消すか、決まった文字に直してください。"
    if any(_symbols(run) for run in paragraph.iter(W + "r")):
        yield "記号フォント（Wingdingsなど）の文字があります。「□」「☑」などの文字に直してください。"
    if any(_hidden(run) for run in paragraph.iter(W + "r")):
        yield "隠し文字があります。紙に出ないので、消すか、隠し文字をやめてください。"
    if any(True for _ in paragraph.iterancestors(W + "txbxContent")) and _TAG.search(words):
        yield "テキストボックスの中に差込みの式があります。収まらない記載が切れるので、表のセルに書いてください。"
    for left in _LEFT.findall(_TAG.sub("", words)):
        yield f"差込みの式になっていない「{left[:30]}」が、そのまま印字されます。半角の「{{{{ 項目名 }}}}」に直すか、消してください。"
    for kind in _BLOCK.findall(words):
        tag, called = _AROUND[kind]
        around = next(paragraph.iterancestors(W + tag), None) if tag != "p" else paragraph
        beside = "" if around is None else "".join(_words(each) for each in around.iter(W + "p"))
        if _TAG.sub("", beside).strip() or len(_TAG.findall(beside)) > 1:
            yield f"「{{%{kind} … %}}」のある{called}は丸ごと消えます。同じ{called}に書いてある文字や式を、ほかの{called}に移してください。"


def _words(paragraph: etree._Element) -> str:
    return "".join((t.text or "") if t.tag == W + "t" else " " for t in paragraph.iter(W + "t", W + "br", W + "tab"))


def _fields(paragraph: etree._Element) -> Iterator[str]:
    """Yield the names of the fields that begin in a paragraph."""
    for simple in paragraph.iter(W + "fldSimple"):
        yield _first(simple.get(W + "instr", ""))
    text = ""
    for element in paragraph.iter(W + "fldChar", W + "instrText"):
        if element.tag == W + "instrText":
            text += element.text or ""
        else:
            if text.strip():
                yield _first(text)
            text = ""
    if text.strip():
        yield _first(text)
    for name in ("dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong"):
        if paragraph.find(f".//{W}{name}") is not None:
            yield "DATE"


def _first(instruction: str) -> str:
    return (instruction.split() or [""])[0].upper()


def _symbols(run: etree._Element) -> bool:
    if run.find(W + "sym") is not None:
        return True
    fonts = run.find(f"{W}rPr/{W}rFonts")
    named = [] if fonts is None else [name for key in ("ascii", "hAnsi", "eastAsia") if (name := fonts.get(W + key))]
    return run.find(W + "t") is not None and any(family(name) == "" for name in named)


def _hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and is_on(vanish) and any((text.text or "").strip() for text in run.iter(W + "t"))
