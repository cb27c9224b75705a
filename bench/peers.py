"""The peers: docxtpl as people use it, a warm LibreOffice, bare Typst."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from docxtpl import DocxTemplate

if TYPE_CHECKING:
    from types import TracebackType

SYSTEM_PYTHON = "/usr/bin/python3"


def docxtpl_render(template: bytes, context: dict[str, Any], environment: Any) -> bytes:
    """Fill a template as docxtpl's documentation shows: read, render, save."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(context, jinja_env=environment, autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class WarmOffice:
    """A LibreOffice that stays up; `convert` takes one DOCX file to one PDF file."""

    def __enter__(self) -> Self:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(Path(__file__).parent / "office_peer.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._answer() != "ready":
            raise RuntimeError("LibreOffice did not start")
        return self

    def convert(self, source: Path, target: Path) -> None:
        """Convert one file; raises RuntimeError with the office's own words."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe by construction
        self._process.stdin.write(f"{source}\t{target}\n")
        self._process.stdin.flush()
        answer = self._answer()
        if answer != "ok":
            raise RuntimeError(answer)

    def _answer(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - a pipe by construction
        return self._process.stdout.readline().strip()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe by construction
        self._process.stdin.close()
        self._process.wait(30)
