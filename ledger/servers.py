"""PostgreSQL's own programs for copying a database: found where Debian puts them, told the password by the environment alone.

A restoring is one transaction, which is committed by the last line that is sent: whoever dies before has restored nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.types import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import URL

_DEBIANS = Path("/usr/lib/postgresql")  # one folder a version


def run_tool(name: str, url: URL, arguments: Sequence[str]) -> None:
    """Run `pg_dump` on a database. Raises LedgerError in words; what the program printed holds no values.

    The password is given in the environment: an argument could be read by every user of the machine.
    """
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, found by its name; no shell
        [_found(name), *_reaching(url), *arguments], env=_secret(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise _failed(name, done.stderr)


def restore_dump(
    url: URL, dump: Path, between: Callable[[], Iterable[str]], *, last: Callable[[], Iterable[str]]
) -> None:
    """Restore a dump whole or not at all; `between` are statements behind the data, `last` those before the commit.

    Raises LedgerError, and the database is as it was.
    """
    psql = [
        _found("psql"),
        *_reaching(url),
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--set=VERBOSITY=sqlstate",
    ]
    told = subprocess.Popen(  # noqa: S603 - as above
        psql, env=_secret(url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        with told, contextlib.suppress(BrokenPipeError):  # psql has ended: it says why
            _say(told, ["BEGIN"])
            _send_sections(told, dump, "pre-data", "data")
            _say(told, between())
            _send_sections(told, dump, "post-data")
            _say(told, [*last(), "COMMIT"])
            if told.stdin is not None:
                told.stdin.close()
            said = told.stderr.read().decode("utf-8", "replace") if told.stderr else ""
    except BaseException:
        told.kill()
        raise
    if told.returncode:
        raise _failed("psql", said)


def _say(psql: subprocess.Popen[bytes], statements: Iterable[str]) -> None:
    if psql.stdin is not None:
        psql.stdin.writelines(f"{each};\n".encode() for each in statements)
        psql.stdin.flush()


def _send_sections(psql: subprocess.Popen[bytes], dump: Path, *sections: str) -> None:
    """Let pg_restore write parts of a dump to psql."""
    parts = [f"--section={each}" for each in sections]
    command = [_found("pg_restore"), *parts, "--no-owner", "--no-privileges", "--file=-", str(dump)]
    done = subprocess.run(command, stdout=psql.stdin, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise _failed("pg_restore", done.stderr)


def _reaching(url: URL) -> list[str]:
    where = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return [f"--dbname={where}", "--no-password"]


def _secret(url: URL) -> dict[str, str]:
    return {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}


def _failed(name: str, said: str) -> LedgerError:
    last = (said.strip().splitlines() or [""])[-1]
    return LedgerError(f"{name} が失敗しました（{last}）。", action="サーバの版と、空き容量を確かめてください。")


def _found(name: str) -> str:
    places = [str(place) for place in sorted(_DEBIANS.glob("*/bin"), reverse=True)]
    found = shutil.which(name, path=os.pathsep.join(places)) or shutil.which(name)
    if found is None:
        raise LedgerError(f"{name} が見つかりません。", action="PostgreSQL の postgresql-client を入れてください。")
    return found
