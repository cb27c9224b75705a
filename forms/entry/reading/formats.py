"""What a number format shows of a number or a text. Source: ECMA-376-1 18.8.31.

Sections for positive, negative, zero and text; conditions; 0 # ? . , % E+ and fractions; literals; [DBNum1] to [DBNum3].
Formats of dates are told apart in cells.py and never come here.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<exponent>[eE][+-])|(?P<general>General|G/標準)|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_DIGITS = "0#?"
_PLAIN_FORMATS = frozenset({"", "general", "g/標準", "@"})
WHOLE = "0"  # shows a whole number as it is
_SECTIONS = 4
_LONGEST = 11  # characters General shows of a fraction
_KANJI = {1: "〇一二三四五六七八九", 2: "零壱弐参四伍六七八九", 3: "０１２３４５６７８９"}
_RANKS = {1: ("", "十", "百", "千"), 2: ("", "拾", "百", "阡")}
_MYRIADS = ("", "万", "億", "兆", "京")

# Built-in formats that show a number otherwise than it is written (18.8.30); dates are in cells.py.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0', 6: '"¥"#,##0', 7: '"¥"#,##0.00', 8: '"¥"#,##0.00',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0;-;@", 42: '"¥"#,##0;-"¥"#,##0;-;@',
    43: "#,##0.00;-#,##0.00;-;@", 44: '"¥"#,##0.00;-"¥"#,##0.00;-;@', 48: "##0.0E+0",
}  # fmt: skip


class FormatToken(NamedTuple):
    """A piece of a section: its kind ("digit", "point", "comma", "percent", "exponent", "slash", "text", "@", "general") and text."""

    kind: str
    text: str


class FormatSection(NamedTuple):
    """One section of a format: pieces, the condition it holds under, and its numerals (0: plain digits)."""

    tokens: tuple[FormatToken, ...]
    condition: tuple[str, Decimal] | None
    numerals: int


def plain(code: str) -> bool:
    """Tell whether a format shows numbers and texts as they are."""
    return code.strip().lower() in _PLAIN_FORMATS


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[FormatSection, ...]:
    """Return the sections of a format."""
    out: list[FormatSection] = []
    tokens: list[FormatToken] = []
    condition: tuple[str, Decimal] | None = None
    numerals = 0
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup or "plain", match[match.lastgroup or "plain"]
        if kind == "bracket":
            asked = _CONDITION.fullmatch(text.strip())
            condition = (asked[1], Decimal(asked[2])) if asked else condition
            numerals = int(text[-1]) if re.fullmatch(r"(?i)dbnum[1-3]", text) else numerals
            currency = re.match(r"\$([^-]+)", text)
            tokens += [FormatToken("text", currency[1])] if currency else []
        elif kind == "plain" and text == ";":
            out.append(FormatSection(tuple(tokens), condition, numerals))
            tokens, condition, numerals = [], None, 0
        else:
            tokens.append(_token(kind, text))
    out.append(FormatSection(tuple(tokens), condition, numerals))
    return tuple(out[:_SECTIONS])


def _token(kind: str, text: str) -> FormatToken:
    if kind in {"quoted", "escaped"}:
        return FormatToken("text", text)
    if kind == "space":
        return FormatToken("text", " ")
    if kind == "fill":
        return FormatToken("text", "")
    if kind in {"exponent", "general"}:
        return FormatToken(kind, text)
    if text in _DIGITS:
        return FormatToken("digit", text)
    marks = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "@"}
    return FormatToken(marks.get(text, "text"), text)


def shown_text(text: str, code: str) -> str:
    """Return what a format shows of a text: the text itself unless the format has a section for texts."""
    parts = sections(code)
    own = parts[3] if len(parts) == _SECTIONS else parts[-1] if any(t.kind == "@" for t in parts[-1].tokens) else None
    if own is None:
        return text
    return "".join(text if token.kind == "@" else token.text for token in own.tokens)


def shown_number(value: float, code: str, *, numerals: bool = True) -> str | None:
    """Return what a format shows of a number, outer blanks left out; None where it cannot be told.

    `numerals` off: digits stay 0–9 where the format writes kanji.
    """
    number = Decimal(repr(value))
    parts = list(sections(code)[:3])
    section, magnitude = _chosen(parts, number)
    if section is None:
        return None
    try:
        with localcontext() as context:
            context.prec = 40
            text = _written(section, magnitude)
    except (ArithmeticError, ValueError):
        return None
    if numerals and section.numerals:
        text = re.sub("[0-9]+", lambda m: _kanji(m[0], section.numerals), text)
    return text.strip()


def _chosen(parts: list[FormatSection], number: Decimal) -> tuple[FormatSection | None, Decimal]:
    """Return the section for a number and what it shows of it: its size, with the sign where the section writes none of its own."""
    if any(part.condition for part in parts):
        for part in parts:
            if part.condition is None or _holds(part.condition, number):
                return part, number
        return None, number
    if number < 0 and len(parts) > 1:
        return parts[1], -number
    if number == 0 and len(parts) > 2:  # noqa: PLR2004 - positive; negative; zero
        return parts[2], number
    return parts[0], number


def _holds(condition: tuple[str, Decimal], number: Decimal) -> bool:
    mark, bound = condition
    return {
        "<": number < bound, ">": number > bound, "=": number == bound,
        "<=": number <= bound, ">=": number >= bound, "<>": number != bound,
    }[mark]  # fmt: skip


def _written(section: FormatSection, number: Decimal) -> str:
    kinds = {token.kind for token in section.tokens}
    sign = "-" if number < 0 else ""
    number = abs(number)
    if kinds & {"general", "@"}:
        body = general(float(number))
        return sign + "".join(body if token.kind in {"general", "@"} else token.text for token in section.tokens)
    if "digit" not in kinds:
        return "".join(token.text for token in section.tokens if token.kind == "text")
    if "slash" in kinds:
        return sign + _fraction(section.tokens, number)
    if "exponent" in kinds:
        return sign + _scientific(section.tokens, number)
    return _decimal(section.tokens, number, sign)


def general(value: float) -> str:
    """Return a number as the format General shows it, at most eleven characters of it."""
    if float(value).is_integer() and abs(value) < 10**_LONGEST:
        return str(int(value))
    text = f"{value:.10g}" if abs(value) >= 10**-4 else f"{value:.5E}"
    return text.replace("e", "E")


def _decimal(tokens: tuple[FormatToken, ...], number: Decimal, sign: str) -> str:
    """Fill the digits of a section from the point to both sides; what stands between them stays where it is."""
    point = next((i for i, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    digits = [i for i, token in enumerate(tokens) if token.kind == "digit"]
    last = digits[-1] if digits else -1
    scale = sum(1 for i, token in enumerate(tokens) if token.kind == "comma" and last < i < max(point, last + 99))
    grouped = any(token.kind == "comma" and digits and digits[0] < i < last for i, token in enumerate(tokens))
    number = number * 100 ** sum(token.kind == "percent" for token in tokens) / Decimal(1000) ** scale
    before, after = [i for i in digits if i < point], [i for i in digits if i > point]
    rounded = number.quantize(Decimal(1).scaleb(-len(after)), rounding=ROUND_HALF_UP)
    whole, _, rest = f"{rounded:f}".partition(".")
    filled = _whole(tokens, before, whole.lstrip("0"), grouped=grouped) | _rest(tokens, after, rest)
    out = []
    for i, token in enumerate(tokens):
        if token.kind == "digit":
            out.append(filled[i])
        elif token.kind == "point":
            out.append("." if after or not before else "")
        elif token.kind in {"text", "percent"}:
            out.append(token.text)
    text = "".join(out)
    return sign + text if sign and rounded else text


def _whole(tokens: tuple[FormatToken, ...], places: list[int], figures: str, *, grouped: bool) -> dict[int, str]:
    """Return what each place before the point shows; the first takes all that is left over."""
    filled: dict[int, str] = {}
    position = 0
    for n, i in enumerate(reversed(places)):
        first = n == len(places) - 1
        figure = figures[-1:] or {"0": "0", "?": " ", "#": ""}[tokens[i].text]
        figures = figures[:-1]
        piece = ""
        for one in [figure, *(reversed(figures) if first else ())]:
            if one.isdigit():
                piece = one + ("," if grouped and position and position % 3 == 0 else "") + piece
                position += 1
            else:
                piece = one + piece
        figures = "" if first else figures
        filled[i] = piece
    return filled


def _rest(tokens: tuple[FormatToken, ...], places: list[int], figures: str) -> dict[int, str]:
    kept = len(figures.rstrip("0"))
    return {
        i: figures[n] if n < kept or tokens[i].text == "0" else {"?": " ", "#": ""}[tokens[i].text]
        for n, i in enumerate(places)
    }


def _fraction(tokens: tuple[FormatToken, ...], number: Decimal) -> str:
    slash = next(i for i, token in enumerate(tokens) if token.kind == "slash")
    runs = re.findall(r"[0#?]+", "".join(t.text if t.kind in {"digit", "slash"} else " " for t in tokens[:slash]))
    below = "".join(token.text for token in tokens[slash + 1 :]).strip()
    whole = int(number) if len(runs) > 1 else 0
    exact = Fraction(number) - whole
    if below.isdigit() and int(below):
        part = (round(exact * int(below)), int(below))
    else:
        near = exact.limit_denominator(10 ** max(1, len(re.findall(r"[0#?]", below))) - 1)
        part = (near.numerator, near.denominator)
    if len(runs) > 1:
        if part[0] == part[1]:
            return str(whole + 1)
        if not part[0]:
            return str(whole)
        return f"{whole} {part[0]}/{part[1]}" if whole else f"{part[0]}/{part[1]}"
    return f"{part[0]}/{part[1]}"


def _scientific(tokens: tuple[FormatToken, ...], number: Decimal) -> str:
    at = next(i for i, token in enumerate(tokens) if token.kind == "exponent")
    mantissa = tokens[:at]
    point = next((i for i, token in enumerate(mantissa) if token.kind == "point"), len(mantissa))
    whole = sum(1 for token in mantissa[:point] if token.kind == "digit")
    power = number.adjusted() if number else 0
    power -= power % whole if whole > 1 else 0
    decimals = sum(1 for token in mantissa[point:] if token.kind == "digit")
    scaled = number.scaleb(-power).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if scaled >= 10**whole:
        power += whole
        scaled = number.scaleb(-power).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    width = sum(1 for token in tokens[at + 1 :] if token.kind == "digit")
    mark = "-" if power < 0 else tokens[at].text[1].replace("-", "")
    return f"{scaled:f}E{mark}{abs(power):0{width}d}"


def _kanji(figures: str, numerals: int) -> str:
    """Write digits as [DBNum1] (四十五), [DBNum2] (四拾伍) or [DBNum3] (４５) do."""
    names = _KANJI[numerals]
    if numerals not in _RANKS or figures.startswith("0") or len(figures) > 4 * len(_MYRIADS):
        return "".join(names[int(figure)] for figure in figures)
    out = ""
    groups = [figures[max(end - 4, 0) : end] for end in range(len(figures), 0, -4)]
    for group, myriad in zip(groups, _MYRIADS, strict=False):
        text = ""
        for figure, rank in zip(reversed(group), _RANKS[numerals], strict=False):
            if figure != "0":
                one = "" if figure == "1" and rank and numerals == 1 else names[int(figure)]
                text = one + rank + text
        out = (text + myriad if text else "") + out
    return out
