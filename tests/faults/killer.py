"""The program that forks and kills. It reads its tasks, a line of JSON each, and answers each by a line; one alone is given by name.

python -m tests.faults.killer at_point PLACE BATCH issue.drawn 1
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from tests.faults import case_killing, keeping_killing, killing

if TYPE_CHECKING:
    from collections.abc import Callable

TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "at_random": killing.at_random,
    "at_point": killing.at_point,
    "side_by_side": killing.side_by_side,
    "case": case_killing.at_point,
    "keeping": keeping_killing.undisturbed,
    "keeping_at_point": keeping_killing.at_point,
    "keeping_at_random": keeping_killing.at_random,
}


def main() -> None:
    """Do what is asked, one after the other."""
    killing.read_everything()
    case_killing.read_everything()
    asked = [json.dumps([sys.argv[1], [_read(each) for each in sys.argv[2:]]])] if sys.argv[1:] else sys.stdin
    for line in asked:
        name, given = json.loads(line)
        try:
            told = TASKS[name](*given)
        except Exception as error:  # noqa: BLE001 - the next task is done all the same
            told = {"failed": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _read(given: str) -> int | str:
    return int(given) if given.isdecimal() else given


if __name__ == "__main__":
    main()
