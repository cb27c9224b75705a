"""References to provisions in any usual wording, and the option of a field that one of them means.

法2条1項1号 · 第二条第一項第一号 · 法第２条①一 · 2-1-1 · 2条1項1 · 1号 · １号（つきまとい等）: all the same option. What is left out may be left
out as long as one option fits; a 号 without its 項 means that of the lowest one, which is how people speak, and is told.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from validators.wareki import UnreadableDateError, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NUMBER = "[0-9]+|[〇一二三四五六七八九十百]+"
_LAW = r"(?:[^0-9〇一二三四五六七八九十百()]*法(?:律)?|同法|要領)?"
_WITH_UNITS = re.compile(
    rf"{_LAW}(?:第?(?P<article>{_NUMBER})条(?:の(?P<branch>{_NUMBER}))?)?(?:第?(?P<paragraph>{_NUMBER})項)?"
    rf"(?:第?(?P<item>{_NUMBER})号?)?(?P<letter>[ア-ン])?"
)
_FIGURES = re.compile(r"(?:([0-9]+)[-_.・/ ])?(?:([0-9]+)[-_.・/ ])?([0-9]+)")
_CIRCLED = {chr(0x2460 + n): f"第{n + 1}項" for n in range(20)}
_NOTE = re.compile(r"\((.*)\)$")
_SAME_AS_BEFORE = re.compile(r"\s*同([条項])(?=第?[0-9０-９〇一二三四五六七八九十①-⑳])")


class ArticleReference(NamedTuple):
    """Article, its branch (条の2), paragraph, item and letter; 0 and "" where not said."""

    article: int = 0
    branch: int = 0
    paragraph: int = 0
    item: int = 0
    letter: str = ""

    def fits(self, other: ArticleReference) -> bool:
        """Tell whether everything said here is said there as well."""
        return all(mine in {0, ""} or mine == theirs for mine, theirs in zip(self, other, strict=True))


class Chosen(NamedTuple):
    """The option a reference means; not `sure` where a 項 was left out that others have too."""

    key: str
    sure: bool


@lru_cache(maxsize=4096)
def reference(text: str) -> tuple[ArticleReference, str] | None:
    """Return what a text refers to, and the words in brackets behind; None when it is no reference."""
    for circled, written in _CIRCLED.items():
        text = text.replace(circled, written)
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    note = _NOTE.search(plain)
    head = plain[: note.start()] if note else plain
    match = _WITH_UNITS.fullmatch(head)
    figures = _FIGURES.fullmatch(head)
    try:
        if figures:
            found = ArticleReference(int(figures[1] or 0), 0, int(figures[2] or 0), int(figures[3]))
        elif match and any(match[part] for part in ("article", "paragraph", "item")):
            article, branch, paragraph, item = (
                number_of(match[p] or "0") for p in ("article", "branch", "paragraph", "item")
            )
            found = ArticleReference(article, branch, paragraph, item, match["letter"] or "")
        else:
            return None
    except UnreadableDateError:
        return None
    return found, note[1] if note else ""


def continued(parts: Sequence[Any]) -> list[Any]:
    """Return a list of references with 同条 and 同項 written out from the one before: 法2条1項1号, 同項5号."""
    out: list[Any] = []
    before = ArticleReference()
    for part in parts:
        told = part
        if isinstance(part, str) and before.article and (same := _SAME_AS_BEFORE.match(part)):
            article = f"{before.article}条" + (f"の{before.branch}" if before.branch else "")
            told = article + (f"{before.paragraph}項" if same[1] == "項" else "") + part[same.end() :]
        if isinstance(told, str) and (found := reference(told)):
            before = found[0]
        out.append(told)
    return out


def choose(options: Mapping[str, str], text: str) -> Chosen | None:
    """Return the option that a reference means; None when it is none, or several fit that differ in more than the 項."""
    asked = reference(text)
    if asked is None:
        return None
    known = {key: found[0] for key, label in options.items() if (found := reference(label))}
    fitting = [key for key, found in known.items() if found.article and asked[0].fits(found)]
    if len(fitting) > 1 and asked[1]:
        word = unicodedata.normalize("NFKC", asked[1]).removesuffix("等")
        fitting = [key for key in fitting if word in unicodedata.normalize("NFKC", options[key])] or fitting
    if len(fitting) <= 1:
        return Chosen(fitting[0], sure=True) if fitting else None
    if asked[0].paragraph or len({known[key]._replace(paragraph=0) for key in fitting}) > 1:
        return None
    return Chosen(min(fitting, key=lambda key: known[key].paragraph), sure=False)
