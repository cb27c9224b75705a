"""Read a Word template as its author sees it: paragraph by paragraph, tags whole however Word cut them into runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from forms.press.typeset.package import W

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.press.typeset.package import WordPackage

BODY = "word/document.xml"
_OTHER = re.compile(r"word/(header|footer|footnotes)\d*\.xml")
_PLACES = {"header": "ヘッダー", "footer": "フッター", "footnotes": "脚注"}
_PREFIX = re.compile(r"(\{[{%])(?:p|tr|tc|r)(?=\s)")  # docxtpl's: the paragraph, row, cell or run around the tag goes
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")


class ParagraphText(NamedTuple):
    """One paragraph: the part it stands in, its number in the part from 1, its words with the tags as Jinja reads them."""

    part: str
    number: int
    words: str

    @property
    def near(self) -> str:
        """Return its first words."""
        return self.words.strip()[:40]


def place_of(part: str) -> str:
    """Return what people call a part."""
    found = _OTHER.fullmatch(part)
    return _PLACES[found[1]] if found else "本文"


def texts_of(package: WordPackage) -> dict[str, list[ParagraphText]]:
    """Return the paragraphs of every part that a template may have tags in, the body first."""
    names = [BODY, *sorted(name for name in package.names if _OTHER.fullmatch(name))]
    return {name: list(_paragraphs(package, name)) for name in names if name in package.names}


def _paragraphs(package: WordPackage, part: str) -> Iterator[ParagraphText]:
    root = package.xml(part)
    for number, paragraph in enumerate(() if root is None else root.iter(W + "p"), 1):
        own = (t for t in paragraph.iter(W + "t", W + "br", W + "tab") if next(t.iterancestors(W + "p")) is paragraph)
        words = "".join((t.text or "") if t.tag == W + "t" else " " for t in own)
        yield ParagraphText(part, number, _PREFIX.sub(r"\1", words.replace("\n", " ").translate(_QUOTES)))


_QUOTES = str.maketrans("“”‘’", "\"\"''")  # Word's own quotes around a name, which docxtpl straightens inside tags


def plain(texts: list[ParagraphText]) -> str:
    """Return the words that stand on every paper, tags and blanks taken out."""
    return re.sub(r"\s", "", "".join(_TAG.sub("", text.words) for text in texts))
