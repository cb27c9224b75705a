"""Read .csv as a Grid: UTF-8 or CP932, comma or tab, decided by rule and never by chance."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from forms.entry.reading import limits
from forms.entry.reading.batch import Fault
from forms.entry.reading.grid import Row, Survey
from forms.entry.reading.package import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.entry.reading.batch import Findings
    from forms.entry.reading.grid import Cells, Only

SHEET = "表"  # what the cells of a CSV file are called by: 表!F3
_AMBIGUOUS = "～－∥"  # CP932 has one code each for these and for 〜 − ‖
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
csv.field_size_limit(1 << 30)  # it is the process's, for every thread: how long a text may be is said at its cell


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """Return the text and its encoding, "utf-8" or "cp932"; raises InputError when it is neither.

    UTF-8 is tried first: CP932 text that is also valid UTF-8 does not occur beyond plain ASCII.
    """
    if not raw.strip():
        refuse(name, "ファイルが空です。", "内容のあるファイルを選び直してください。")
    if raw.startswith(_UTF16):
        refuse(name, "文字コードが UTF-16 です。", "「CSV UTF-8（コンマ区切り）」で保存し直してください。")
    if b"\0" in raw:
        refuse(
            name,
            "文字ではないデータ（NUL）が含まれています。",
            "表計算ソフトで開き、「CSV UTF-8（コンマ区切り）」で保存し直してください。",
        )
    try:
        return raw.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        broken = raw.count(b"\n", 0, error.start) + 1
    try:
        return raw.decode("cp932"), "cp932"
    except UnicodeDecodeError as error:
        line = max(raw.count(b"\n", 0, error.start) + 1, broken)
        refuse(
            name,
            f"{line}行目あたりの文字が UTF-8 としても シフトJIS（CP932）としても読めません。",
            "表計算ソフトで開き、「CSV UTF-8（コンマ区切り）」で保存し直してください。",
        )


def delimiter(text: str, name: str) -> str:
    """Return the comma or the tab by the first line that holds either outside quotes; raises InputError when both do."""
    for line in text.splitlines():
        bare = "".join(line.split('"')[::2])
        commas, tabs = bare.count(","), bare.count("\t")
        if commas and tabs:
            refuse(
                name,
                "区切り文字がコンマかタブか決められません。見出しの行に両方があります。",
                "どちらか一方で区切って保存し直してください。",
            )
        if commas or tabs:
            return "," if commas else "\t"
    if ";" in text.split("\n", 1)[0]:
        refuse(name, "区切り文字がセミコロンです。", "「CSV UTF-8（コンマ区切り）」で保存し直してください。")
    return ","


class CsvTable:
    """One CSV file as a Grid. Blank cells are left out, everything else stays text exactly as written."""

    name = SHEET
    hidden = False
    from_1904 = False

    def __init__(self, raw: bytes, name: str) -> None:
        self.survey = Survey()
        self._file = name
        self._text, self.encoding = decode(raw, name)
        self._delimiter = delimiter(self._text, name)

    def warn(self, findings: Findings) -> None:
        """Tell which characters the encoding cannot tell apart, when the file holds them."""
        if self.encoding == "cp932" and any(mark in self._text for mark in _AMBIGUOUS):
            findings.add(
                "cp932-ambiguous",
                "シフトJIS（CP932）のファイルでは「～」と「〜」、「－」と「−」、「∥」と「‖」を区別できません。それぞれ前の字で読み取りました。",
                severity="info",
            )

    def rows(self, only: Only | None = None) -> Iterator[Row]:  # noqa: ARG002 - text costs nothing to take
        """Yield the rows that hold anything; `number` counts records, as a spreadsheet shows them."""
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._delimiter, strict=True)
        number = 0
        columns, letters = limits.most("COLUMNS"), limits.most("CELL")
        too_long = Fault("too-long", f"{limits.said('CELL')}{limits.LIMITS['CELL'].remedy}")
        try:
            for number, values in enumerate(reader, 1):
                if len(values) > columns and any(values[columns:]):
                    limits.exceeded("COLUMNS", self._file, f"{number}行目")
                cells: Cells = {
                    column: value if len(value) <= letters else too_long
                    for column, value in enumerate(values, 1)
                    if value
                }
                if cells:
                    yield Row(number, cells)
        except csv.Error:
            refuse(
                self._file,
                f'{number + 1}行目から先が CSV として読めません。引用符（"）が閉じていないか、途中で切れています。',
                "元のファイルを確かめて保存し直してください。",
            )
