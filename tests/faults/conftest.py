"""The ledgers of both databases, as the ledger's own tests have them, and the program that kills."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.conftest import made_database, made_folder, place, postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Killer", "killer", "made_database", "made_folder", "place", "postgresql"]


class Killer:
    """tests/faults/killer.py at work: it has read everything once, and forks for each task."""

    def __init__(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "tests.faults.killer"]
        self._program = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, start_new_session=True
        )

    def ask(self, task: str, *given: object, seconds: float) -> dict[str, Any]:
        """Have a task done and return what it tells; a failure names the command that does the same."""
        command = f"python -m tests.faults.killer {task} " + " ".join(map(str, given))
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps([task, given]) + "\n")
        ready, _, _ = select.select([self._program.stdout], [], [], seconds)
        assert ready, f"not done in {seconds} s: {command}"
        told: dict[str, Any] = json.loads(self._program.stdout.readline())
        assert "failed" not in told, (command, told)
        return told

    def end(self) -> None:
        """End it, and whoever it forked."""
        os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait()
        for pipe in (self._program.stdin, self._program.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture(scope="session")
def killer() -> Iterator[Killer]:
    """Give the program that kills, started once."""
    program = Killer()
    yield program
    program.end()
