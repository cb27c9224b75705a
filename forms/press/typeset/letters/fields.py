"""Word's fields: page numbers are set by Typst, results that cannot change are taken as they stand, the rest is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.press.typeset.engine.emit import join, say

if TYPE_CHECKING:
    from forms.press.typeset.drawing import Drawing
    from forms.press.typeset.letters.stretch import Stretch

_STANDING = frozenset(
    {"HYPERLINK", "REF", "PAGEREF", "TOC", "SEQ", "STYLEREF", "QUOTE", "NOTEREF", "TITLE", "DOCPROPERTY"}
)
# Their result is another on another day, in another folder or by another hand: no engine prints what the author saw.
RENEWED = frozenset(
    (
        *(
            "DATE",
            "TIME",
            "SAVEDATE",
            "PRINTDATE",
            "CREATEDATE",
            "EDITTIME",
            "FILENAME",
            "FILESIZE",
            "REVNUM",
            "TEMPLATE",
        ),
        *(
            "AUTHOR",
            "LASTSAVEDBY",
            "USERNAME",
            "USERINITIALS",
            "USERADDRESS",
            "NUMWORDS",
            "NUMCHARS",
            "INFO",
            "COMMENTS",
        ),
        *("KEYWORDS", "SUBJECT", "ASK", "FILLIN", "SET", "DOCVARIABLE", "AUTOTEXT", "AUTOTEXTLIST", "GREETINGLINE"),
        *("ADDRESSBLOCK", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "SKIPIF", "COMPARE", "LISTNUM", "AUTONUM"),
    )
)
_PAGE, _PAGES = "page-number()", "page-count()"
_TOKEN = re.compile(r'"([^"]*)"|(<=|>=|<>|=|<|>)|(\x00\d+\x00)|([^\s"<>=]+)')


@dataclass(slots=True)
class WordField:
    """One field: its instruction (with the fields nested in it) and the result Word last showed."""

    instruction: list[str | WordField]
    result: list[Stretch]
    shows_result: bool = False


def field_code(drawing: Drawing, field: WordField) -> str | None:
    """Return the code that prints the field, None when its standing result is to be printed."""
    nested = [part for part in field.instruction if isinstance(part, WordField)]
    text = ""
    for part in field.instruction:
        text += part if isinstance(part, str) else f"\x00{nested.index(part)}\x00"
    tokens = [match[1] if match[1] is not None else match[2] or match[3] or match[4] for match in _TOKEN.finditer(text)]
    name = tokens[0].upper() if tokens else ""
    if name == "PAGE":
        return _PAGE
    if name in {"NUMPAGES", "SECTIONPAGES"}:
        return _PAGES
    if name == "IF":
        return _condition(drawing, tokens, nested)
    if name in RENEWED:
        drawing.refuse_wrong(f"フィールド {name}")
    elif name not in _STANDING:
        drawing.refuse(f"フィールド {name or '（空）'}")
    return None


def _condition(drawing: Drawing, tokens: list[str], nested: list[WordField]) -> str:
    operands = {"=": "==", "<>": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
    values = [*tokens[1:], "", "", ""]
    left, sign, right, then, otherwise = values[:5]

    def printed(value: str) -> str:
        pieces = re.split(r"\x00(\d+)\x00", value)
        code = [
            (field_code(drawing, nested[int(piece)]) or '""') if odd else (say(piece) if piece else "")
            for piece, odd in zip(pieces, (bool(index % 2) for index in range(len(pieces))), strict=True)
        ]
        drawing.characters.extend(pieces[::2])
        return join(code) or '""'

    def compared(value: str) -> str | None:
        if match := re.fullmatch(r"\x00(\d+)\x00", value):
            code = field_code(drawing, nested[int(match[1])])
            return code if code in {_PAGE, _PAGES} else None
        return value if value.isdigit() else None

    one, other = compared(left), compared(right)
    if sign not in operands or one is None or other is None:
        drawing.refuse("フィールド IF（ページ番号以外の条件）")
        return '""'
    one, other = (value.removesuffix("()") for value in (one, other))
    return f'chosen({one},"{operands[sign]}",{other},{printed(then)},{printed(otherwise)})'
