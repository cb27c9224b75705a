"""PostgreSQL's own programs for copying a database: found where Debian puts them, told the password by the environment alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.types import LedgerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import URL

_DEBIANS = Path("/usr/lib/postgresql")  # one folder a version


def run_tool(name: str, url: URL, arguments: Sequence[str]) -> None:
    """Run `pg_dump` or `pg_restore` on a database. Raises LedgerError in words; what the program printed holds no values.

    The password is given in the environment: an argument could be read by every user of the machine.
    """
    where = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = [_found(name), f"--dbname={where}", "--no-password", *arguments]
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, found by its name; no shell
        command, env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = (done.stderr.strip().splitlines() or [""])[-1]
        raise LedgerError(f"{name} が失敗しました（{told}）。", action="サーバの版と、空き容量を確かめてください。")


def _found(name: str) -> str:
    places = [str(place) for place in sorted(_DEBIANS.glob("*/bin"), reverse=True)]
    found = shutil.which(name, path=os.pathsep.join(places)) or shutil.which(name)
    if found is None:
        raise LedgerError(f"{name} が見つかりません。", action="PostgreSQL の postgresql-client を入れてください。")
    return found
