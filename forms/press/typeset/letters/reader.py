"""Read what stands inside a paragraph into pieces: text with its properties, breaks, tabs, fields, images, ruby."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import say
from forms.press.typeset.letters.fields import WordField, field_code
from forms.press.typeset.letters.images import image_code
from forms.press.typeset.letters.stretch import Stretch, StretchKind
from forms.press.typeset.package import W
from forms.press.typeset.reading.styles import Properties, read_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml import etree

    from forms.press.typeset.drawing import Drawing

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_XML_BLANKS = " \t\r\n"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TRANSPARENT = {W + name for name in ("hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "dir", "bdo")}
_SILENT = {
    W + name
    for name in (
        "pPr",
        "rPr",
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
        "lastRenderedPageBreak",
        "sdtPr",
        "sdtEndPr",
        "permStart",
        "permEnd",
        "smartTagPr",
        "customXmlPr",
        "commentRangeStart",
        "commentRangeEnd",
        "commentReference",
        "annotationRef",
        "softHyphen",
    )
}
_NAMES = {
    "footnoteReference": "脚注",
    "endnoteReference": "文末脚注",
    "pict": "旧形式の図形",
    "object": "埋め込みオブジェクト",
    "sym": "記号フォントの文字",
    "ins": "変更履歴",
    "del": "変更履歴",
    "moveFrom": "変更履歴",
    "moveTo": "変更履歴",
    "ptab": "位置合わせのタブ",
    "pgNum": "旧形式のページ番号",
    "dayShort": "日付の自動記入",
    "dayLong": "日付の自動記入",
}


class ParagraphReader:
    """Collect the pieces of one paragraph."""

    def __init__(self, drawing: Drawing, base: Properties) -> None:
        """Take the properties its runs start from."""
        self.drawing, self.base = drawing, base
        self.pieces: list[Stretch] = []
        self.fields: list[WordField] = []

    def read(self, children: Iterable[etree._Element]) -> list[Stretch]:
        """Read the children of a paragraph or of a transparent container in it."""
        for child in children:
            tag = child.tag
            if tag == W + "r":
                self._run(child)
            elif tag in _SILENT:
                continue
            elif tag == W + "fldSimple":
                inner = ParagraphReader(self.drawing, self.base)
                inner.read(child)
                self._finish(WordField([child.get(W + "instr", "")], inner.pieces, shows_result=True), self.base)
            elif tag in _TRANSPARENT:
                self.read(child)
            else:
                self._refuse(child)
        return self.pieces

    def _run(self, run: etree._Element) -> None:
        properties = self.base
        own = run.find(W + "rPr")
        if own is not None:
            properties = dict(self.base)
            style = own.find(W + "rStyle")
            if style is not None and (known := self.drawing.sheet.styles.get(style.get(W + "val", ""))) is not None:
                properties.update(known.run)
            read_run(own, properties)
            if properties.get("vanish"):
                return
        for child in run:
            self._content(child, properties)

    def _content(self, child: etree._Element, properties: Properties) -> None:
        reader = _CONTENT.get(child.tag)
        if reader is not None:
            reader(self, child, properties)
        elif child.tag not in _SILENT:
            self._refuse(child)

    def read_text(self, child: etree._Element, properties: Properties) -> None:
        """Take characters; a tab among them is Word's own, blanks at the ends count only where they are said to."""
        text = child.text or ""
        if child.get(_SPACE) != "preserve":
            text = text.strip(_XML_BLANKS)
        for index, part in enumerate(text.split("\t")):
            if index:
                self._add("tab", "", properties)
            self._add("text", part.upper() if properties.get("caps") else part, properties)

    def read_tab(self, _child: etree._Element, properties: Properties) -> None:
        """Take a tab."""
        self._add("tab", "", properties)

    def read_break(self, child: etree._Element, properties: Properties) -> None:
        """Take a line or page break."""
        kind = child.get(W + "type", "textWrapping")
        if kind == "column":
            self.drawing.refuse("段区切り")
        self._add("page" if kind == "page" else "line", "", properties)

    def read_hyphen(self, _child: etree._Element, properties: Properties) -> None:
        """Take a hyphen that may not end a line."""
        self._add("text", "\u2011", properties)

    def read_instruction(self, child: etree._Element, _properties: Properties) -> None:
        """Take a part of a field's instruction."""
        if self.fields:
            self.fields[-1].instruction.append(child.text or "")

    def read_image(self, child: etree._Element, properties: Properties) -> None:
        """Take an image."""
        self._add("code", image_code(self.drawing, child), properties)

    def refuse_shape(self, _child: etree._Element, _properties: Properties) -> None:
        """Refuse drawn shapes and text boxes."""
        self.drawing.refuse("図形・テキストボックス")

    def _add(self, kind: StretchKind, text: str, properties: Properties) -> None:
        if self.fields:
            if self.fields[-1].shows_result:
                self.fields[-1].result.append(Stretch(kind, text, properties))
            return
        self.pieces.append(Stretch(kind, text, properties))

    def read_field_mark(self, child: etree._Element, properties: Properties) -> None:
        """Take the begin, middle or end of a field."""
        kind = child.get(W + "fldCharType")
        if kind == "begin":
            if child.find(W + "ffData") is not None:
                self.drawing.refuse("旧形式のフォーム欄")
            self.fields.append(WordField([], []))
        elif kind == "separate" and self.fields:
            self.fields[-1].shows_result = True
        elif kind == "end" and self.fields:
            self._finish(self.fields.pop(), properties)

    def _finish(self, done: WordField, properties: Properties) -> None:
        code = field_code(self.drawing, done)
        if self.fields and not self.fields[-1].shows_result:
            self.fields[-1].instruction.append(done)
        elif code is None:
            for piece in done.result:
                self._add(piece.kind, piece.text, piece.properties)
        else:
            self._add("code", code, done.result[0].properties if done.result else properties)

    def read_ruby(self, child: etree._Element, properties: Properties) -> None:
        """Take base letters with their reading."""

        def letters(name: str) -> str:
            part = child.find(W + name)
            return "" if part is None else "".join(text.text or "" for text in part.iter(W + "t"))

        self.drawing.characters.extend((letters("rt"), letters("rubyBase")))
        self._add("code", f"ruby({say(letters('rt'))},{say(letters('rubyBase'))})", properties)

    def _refuse(self, element: etree._Element) -> None:
        name = element.tag.rpartition("}")[2]
        self.drawing.refuse(_NAMES.get(name, f"要素 {name}"))


_CONTENT: dict[str, Callable[[ParagraphReader, etree._Element, Properties], None]] = {
    W + "t": ParagraphReader.read_text,
    W + "tab": ParagraphReader.read_tab,
    W + "br": ParagraphReader.read_break,
    W + "cr": ParagraphReader.read_break,
    W + "noBreakHyphen": ParagraphReader.read_hyphen,
    W + "fldChar": ParagraphReader.read_field_mark,
    W + "instrText": ParagraphReader.read_instruction,
    W + "drawing": ParagraphReader.read_image,
    W + "ruby": ParagraphReader.read_ruby,
    _MC + "AlternateContent": ParagraphReader.refuse_shape,
}
