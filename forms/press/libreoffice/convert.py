"""Run LibreOffice once for one document, shut in: own home, nearly empty environment, limits, the whole group killed."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import threading
from functools import cache
from pathlib import Path
from typing import Final

import pikepdf

from forms.issue.scratch import private_folder
from forms.press.libreoffice.hazards import refuse_hazards
from forms.press.libreoffice.profile import write_profile
from forms.press.typeset.engine.compile import EngineError
from forms.press.typeset.package import read_package
from validators.errors import InputError

TIMEOUT: Final = 120.0  # seconds
MAX_DOCX: Final = 32 << 20  # bytes
MAX_PDF: Final = 64 << 20
MAX_MEMORY: Final = 4 << 30  # of address space, each process
AT_ONCE: Final = threading.BoundedSemaphore(2)  # each run takes a processor and some 300 MB
_PLACES: Final = (
    "/usr/bin/soffice",
    "/usr/local/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
)
_OPTIONS: Final = {
    "SelectPdfVersion": {"type": "long", "value": "2"},  # PDF/A-2
    "UseTaggedPDF": {"type": "boolean", "value": "true"},
    "ExportBookmarks": {"type": "boolean", "value": "false"},
    "ExportNotes": {"type": "boolean", "value": "false"},
    "ExportFormFields": {"type": "boolean", "value": "false"},
    "ReduceImageResolution": {"type": "boolean", "value": "false"},
}
# A child outlives whoever is killed over it, unless it holds the end of a pipe: when ours closes, its whole group goes.
_LEASH: Final = 'exec 3<&0 </dev/null; (read -r _ <&3; kill -9 0) & exec 3<&-; exec "$@"'
_BY_WORD: Final = "文書を確かめてもう一度お試しください。続くときは、WordでPDFにしてください。"


class OfficeMissingError(EngineError):
    """LibreOffice, the second engine, is not installed."""

    code = "office-missing"


class OfficeTimeoutError(EngineError):
    """LibreOffice took longer than it may."""

    code = "office-timeout"


@cache
def _program() -> str:
    return shutil.which("soffice") or next((place for place in _PLACES if Path(place).is_file()), "")


def installed() -> bool:
    """Tell whether LibreOffice is there to be called."""
    return bool(_program())


def convert(docx: bytes, *, timeout: float = TIMEOUT) -> bytes:
    """Set a DOCX as tagged PDF/A-2 by LibreOffice; `timeout` in seconds. Dates and identifiers are for `forms.finish.finish`.

    Raises InputError for what is no DOCX, is too large, or holds active content or outside targets; CannotDrawError naming
    what LibreOffice would draw wrongly; OfficeMissingError, OfficeTimeoutError or another EngineError when no whole PDF comes.
    """
    if len(docx) > MAX_DOCX:
        raise InputError(
            f"文書が大きすぎます（{MAX_DOCX >> 20} MBまで）。", action="画像を小さくしてから保存し直してください。"
        )
    package = read_package(docx)
    refuse_hazards(package)
    program = _program()
    if not program:
        raise OfficeMissingError(
            "この書式を描くためのLibreOfficeが入っていません。",
            action="apt-get install libreoffice-writer-nogui を実行するか、WordでPDFにしてください。",
        )
    with AT_ONCE, private_folder() as home:
        profile = write_profile(home, package)
        source, target = home / "paper.docx", home / "paper.pdf"
        source.write_bytes(docx)
        _run([program, *_arguments(profile, home), str(source)], home, timeout)
        return _whole(target)


def _arguments(profile: Path, target: Path) -> list[str]:
    return [
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--invisible",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nofirststartwizard",
        "--nologo",
        "--convert-to",
        f"pdf:writer_pdf_Export:{json.dumps(_OPTIONS, separators=(',', ':'))}",
        "--outdir",
        str(target),
    ]


def _run(command: list[str], home: Path, timeout: float) -> None:
    """Run to the end or kill the whole group, which also ends with this process; output is thrown away, for it may quote the document."""
    environment = {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8"}
    process = subprocess.Popen(  # noqa: S603 - a fixed program, arguments of our own making
        ["/bin/sh", "-c", _LEASH, "office", *command],
        cwd=home,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (MAX_PDF, MAX_PDF))
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
            resource.prlimit(process.pid, resource.RLIMIT_CORE, (0, 0))
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise OfficeTimeoutError(
            f"LibreOfficeが{timeout:g}秒以内に終わらなかったため、止めました。", action=_BY_WORD
        ) from None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
    if status != 0:
        raise EngineError(f"LibreOfficeが途中で止まりました（終了状態 {status}）。", action=_BY_WORD)


def _whole(target: Path) -> bytes:
    """Return the PDF if it is whole: it can be read, has a page, claims PDF/A-2 and carries tags."""
    try:
        pdf = target.read_bytes()
        with pikepdf.open(target) as opened:
            tagged = "/StructTreeRoot" in opened.Root and opened.Root.get("/MarkInfo", pikepdf.Dictionary()).get(
                "/Marked", False
            )
            standard = opened.open_metadata().pdfa_status
            pages = len(opened.pages)
    except (OSError, pikepdf.PdfError) as error:
        raise EngineError("LibreOfficeがPDFを最後まで書けませんでした。", action=_BY_WORD) from error
    if not (pages and tagged and standard.startswith("2")):
        raise EngineError("LibreOfficeのPDFが長期保存の形式（PDF/A-2）になりませんでした。", action=_BY_WORD)
    return pdf
