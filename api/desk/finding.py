"""Forms found by what people say: a word of the title, a number, an authority, what the paper is for.

Titles and duties are inflected (警告をしない, 警告をしなかった旨), so pairs of letters are compared, not words; a search that
fits nothing well gives the three forms that come nearest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from validators.text import fold

if TYPE_CHECKING:
    from validators.definitions.catalogue import FormHeading
    from validators.rulebook import Rulebook

NEAREST: Final = 3
_ENOUGH: Final = 0.6  # of the weight of what is looked for
_BETWEEN: Final = re.compile(r"[\s\u3000、,]+|(?<=[一-龠])の(?=[一-龠])")
_OKURIGANA: Final = re.compile("(?<=申)し(?=[立出])")  # 申し立て, 申立て
_FAR: Final = 0.75  # of the best: what is less like it is not shown with it
_WEIGHTS: Final = {"title": 1.0, "number": 1.0, "source": 0.85, "purpose": 0.8}


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A form of the list: what it is, for whom, what for."""

    heading: FormHeading
    source: str
    issuer: str
    purpose: str
    texts: dict[str, str]  # kind → folded text that is searched


def titles(rules: Rulebook) -> list[FoundForm]:
    """Return what is searched of every form, read once for a rulebook."""
    return _titles(rules, rules.hash)


@lru_cache(maxsize=4)
def _titles(rules: Rulebook, _hash: str) -> list[FoundForm]:
    headers = {header.slug: header for header in rules.catalogue.sources()}
    entries = rules.clauses.entries
    found = []
    for heading in rules.catalogue.headings():
        header = headers.get(heading.authority)
        duties = [entries[clause].duty for clause in heading.clauses if clause in entries]
        source, issuer = (header.title, header.issuer) if header else (heading.authority, "")
        texts = {
            "title": heading.title,
            "number": heading.number,
            "source": f"{source}{issuer}{heading.legal_basis}",
            "purpose": "".join(duties),
        }
        found.append(
            FoundForm(
                heading,
                source,
                issuer,
                duties[0] if duties else "",
                {key: _OKURIGANA.sub("", fold(text)) for key, text in texts.items()},
            )
        )
    return found


def search(rules: Rulebook, words: str, *, authority: str = "") -> tuple[list[FoundForm], bool]:
    """Return the forms that fit, the best first, and whether they fit; the nearest three where none does."""
    among = [form for form in titles(rules) if not authority or form.heading.authority == authority]
    parts = [part for part in (_OKURIGANA.sub("", fold(part)) for part in _BETWEEN.split(words)) if part]
    if not parts:
        return sorted(among, key=lambda form: (form.heading.authority, _in_order(form.heading))), True
    scored = sorted(
        ((sum(_likeness(part, form) for part in parts) / len(parts), form) for form in among),
        key=lambda pair: (-pair[0], pair[1].heading.title),
    )
    best = scored[0][0] if scored else 0.0
    if best < _ENOUGH:
        return [form for _, form in scored[:NEAREST]], False
    return [form for score, form in scored if score >= max(_ENOUGH, best * _FAR)], True


def _likeness(part: str, form: FoundForm) -> float:
    return max(weight * _share(part, form.texts[kind]) for kind, weight in _WEIGHTS.items())


def _share(part: str, text: str) -> float:
    """Return how much of a word stands in a text: all of it, or of its pairs of letters those that follow one another there."""
    if part in text:
        return 1.0
    pairs = [part[i : i + 2] for i in range(len(part) - 1)]
    if not pairs:
        return 0.0
    alike = len(set(part) & set(text)) / len(set(part)) / 100  # so that there is always a nearest
    longest = max((n for n in range(2, len(part)) if part[:n] in text), default=0)
    return 0.9 * (sum(pair in text for pair in pairs) / len(pairs) * 0.7 + longest / len(part) * 0.3) + alike


def _in_order(heading: FormHeading) -> tuple[list[tuple[int, str]], str]:
    """Return where a form stands among those of its source: 様式第2号 before 様式第10号, those without a number last."""
    pieces = re.findall(r"([0-9]+)|([^0-9]+)", fold(heading.number))
    numbered = any(figures for figures, _ in pieces)
    return [(int(not numbered), ""), *((int(figures or 0), words) for figures, words in pieces)], heading.title
