"""How a number of a series is written and read, and which period of numbers a day belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from validators.errors import InputError
from validators.text import fold
from validators.wareki import ERAS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from validators.definitions.reference import ReferenceTables

PERIODS = {"year": "暦年", "fiscal": "年度", "era": "元号の年"}
_APRIL = 4
_PART = re.compile(r"\{(symbol|year|n)(?::0([1-9]))?\}")


@dataclass(frozen=True, slots=True)
class Numbered:
    """How an office writes one kind of number. `period` is one of PERIODS; elsewhere: another body may have given it."""

    kind: str
    label: str
    format: str
    period: str
    symbol: str
    elsewhere: bool = False

    def period_of(self, day: date) -> str:
        """Return the period a day belongs to: `2026`, `FY2026` (from 1 April) or `R8`."""
        if self.period == "fiscal":
            return f"FY{day.year - (day.month < _APRIL)}"
        if self.period == "era":
            era = next(each for each in ERAS if each.first <= day <= each.last)
            return f"{era.letter}{day.year - era.first.year + 1}"
        return str(day.year)

    def periods_of(self, day: date) -> frozenset[str]:
        """Return the periods a day belongs to by every way of counting them."""
        return frozenset(replace(self, period=period).period_of(day) for period in PERIODS)

    def with_symbol(self) -> str:
        """Return the format with the office's symbol in it: how a series is written from its beginning to its end."""
        return self.format.replace("{symbol}", self.symbol)

    def written(self, period: str, n: int) -> str:
        """Write a number as it stands on paper."""
        values = {"symbol": self.symbol, "year": period.lstrip("FYRHSTM"), "n": n}

        def part(found: re.Match[str]) -> str:
            value = str(values[found[1]])
            return value.zfill(int(found[2])) if found[2] else value

        return _PART.sub(part, self.format)

    def read(self, period: str, text: str) -> int | None:
        """Return the number that a text, in any notation, writes in this series; None when it is none of it."""
        before, after = _edges(self, period)
        found = re.fullmatch(re.escape(before) + "([0-9]{1,9})" + re.escape(after), fold(text))
        return int(found[1]) if found else None


def _edges(numbering: Numbered, period: str) -> tuple[str, str]:
    """Return what stands before and after the number, folded as texts are compared."""
    mark = next(found for found in _PART.finditer(numbering.format) if found[1] == "n")
    before, after = numbering.format[: mark.start()], numbering.format[mark.end() :]
    return (
        fold(replace(numbering, format=before).written(period, 0)),
        fold(replace(numbering, format=after).written(period, 0)),
    )


def check_format(text: str, place: str) -> str:
    """Return a format as it was given; raises InputError unless it holds one {n} and no other brackets than we know."""
    if sum(found[1] == "n" for found in _PART.finditer(text)) != 1 or re.search(r"[{}]", _PART.sub("", text)):
        raise InputError(
            f"番号の書き方「{text}」は使えません。",
            action="{n} を一つ入れ、ほかには {symbol}（文書記号）、{year}（年）だけを使ってください。",
            place=place,
        )
    return text


def numbering_of(tables: ReferenceTables, office: Mapping[str, str], kind: str) -> Numbered:
    """Return how an office writes a kind of number: its profile's own, else reference/numbers.yaml. Raises DefinitionError."""
    usual = tables.entry("numbers", kind, "番号の種類")
    return Numbered(
        kind,
        usual["label"],
        office.get(f"numbers.{kind}.format", usual["format"]),
        office.get(f"numbers.{kind}.period", usual["period"]),
        office.get("symbol", ""),
        bool(usual.get("elsewhere")),
    )
