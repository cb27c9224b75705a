"""Keep one LibreOffice warm and convert DOCX files to PDF on request: the peer that `make bench` measures against.

Run by the system's Python, which has LibreOffice's `uno` module; standard input carries one "SOURCE<TAB>TARGET" a line,
standard output answers "ok" or the error, one line each.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found,unused-ignore]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found,unused-ignore]


def _property(name: str, *, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def main() -> None:
    """Start the office, then serve until standard input ends."""
    with tempfile.TemporaryDirectory(prefix="bench-office-") as profile:
        pipe = f"bench{time.time_ns()}"
        office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nolockcheck",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _serve(_desktop(pipe))
        finally:
            office.terminate()
            office.wait(20)


def _desktop(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - not listening yet
            time.sleep(0.25)
            continue
        return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise SystemExit("LibreOffice did not answer")


def _serve(desktop: Any) -> None:
    print("ready", flush=True)
    for line in sys.stdin:
        source, target = line.rstrip("\n").split("\t")
        try:
            document = desktop.loadComponentFromURL(
                Path(source).as_uri(), "_blank", 0, (_property("Hidden", value=True),)
            )
            try:
                document.storeToURL(Path(target).as_uri(), (_property("FilterName", value="writer_pdf_Export"),))
            finally:
                document.close(True)  # noqa: FBT003 - the office's own signature
        except Exception as error:  # noqa: BLE001 - told to the caller
            print(f"error {error}", flush=True)
        else:
            print("ok", flush=True)


main()
