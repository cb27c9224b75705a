"""Measure, print each figure beside what is required, and exit 1 when one is missed by more than the noise.

`python -m bench [NAME…]` runs all figures or the named ones. Everything is pinned to one core but where two are the point.
"""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import figures, kept, pages, reading, scale

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured ratio: `value` with its spread, and the bound that is asked for."""

    name: str
    value: float
    low: float
    high: float
    bound: float
    at_least: bool
    note: str

    @property
    def kept(self) -> bool:
        """Tell whether the bound is kept, giving the figure the benefit of its own spread."""
        return self.high >= self.bound if self.at_least else self.low <= self.bound


def machine() -> str:
    """Describe this machine in a line."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a kernel file
        model = next(
            (line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine()
        )
    return (
        f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    )


def main(names: list[str]) -> int:
    """Run the figures and return the exit status."""
    print(machine())
    missed = 0
    for name, measure in _MEASURES.items():
        if names and name not in names:
            continue
        for figure in (Figure(*row) for row in measure()):
            missed += not figure.kept
            sign = "at least" if figure.at_least else "at most"
            print(
                f"{'  ok  ' if figure.kept else 'MISSED'} {figure.name:<60} {figure.value:8.2f}  [{figure.low:.2f} … {figure.high:.2f}]"
                f"  required {sign} {figure.bound:g}   {figure.note}",
                flush=True,
            )
    return 1 if missed else 0


_MEASURES: dict[str, Callable[[], list[tuple[str, float, float, float, float, bool, str]]]] = {
    "pdf": figures.record_to_pdf,
    "bare": figures.against_bare_typst,
    "page": figures.against_reportlab,
    "docx": figures.docx_alone,
    "cores": figures.two_cores,
    "http": figures.one_request,
    "workbook": figures.large_workbook,
    "memory": figures.long_batch,
    "start": figures.command_start,
    "cold": scale.cold_commands,
    "scale": scale.many_forms,
    "lint": scale.lint_of_one_file,
    "read": reading.final_read,
    "server": reading.server_memory,
    "ledger": kept.through_the_ledger,
    "pages": pages.hundred_thousand,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
