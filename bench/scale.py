"""What people feel first, and what a catalogue of 180 forms costs: cold commands against an older state, one rulebook against another.

CPU seconds of whole processes, in turn: on a machine that others use, wall time tells of them.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import records
from bench.multiply import multiply
from validators.rulebook import Places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.figures import Measured

BEFORE = "f707aa0"  # the state that asked figures are against
ROOT = Path(__file__).parents[1]
_RUNS = 7
_YOSHIKI = "import sys; from app import main; main()"
_FIRST_PAGE = """
import time
from commands.options import rulebook
from api import create_app
client = create_app(rules=rulebook()).test_client()
start = time.perf_counter()
page = client.get("/", headers={"Host": "127.0.0.1"})
print(time.perf_counter() - start, page.status_code, len(client.get("/openapi.json", headers={"Host": "127.0.0.1"}).data))
"""


def cold_commands() -> list[Measured]:
    """Compare the CPU time of a cold `check` and `fill` of one record with that of the older state."""
    with checkout() as before, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if before is None:
            print(f"SKIPPED cold commands against {BEFORE}: git does not have that commit here")
            return []
        one = str(records.write_json(Path(folder) / "one.json", 1))
        calls = {"check": (["check", one], 0.65), "fill": (["fill", one, "-o", str(Path(folder) / "out")], 0.7)}
        return [
            _ratio(f"cold {name} of one record, CPU against {BEFORE}", call, ROOT, before, {}, {}, bound)
            for name, (call, bound) in calls.items()
        ]


def many_forms() -> list[Measured]:
    """Compare a check with 180 forms and their provisions with today's, and time the first page of a fresh server."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rules = multiply(Path(folder) / "rules")
        many = {"YOSHIKI_RULES": str(rules)}
        one = str(records.write_json(Path(folder) / "one.json", 1))
        rows = [_ratio("check with 180 forms, CPU against today's", ["check", one], ROOT, ROOT, many, {}, 1.1)]
        for cache in ("cold", "warm"):
            kept = str(Path(folder) / "cache")
            taken, sizes = [], []
            for _ in range(_RUNS):
                if cache == "cold":
                    shutil.rmtree(kept, ignore_errors=True)
                seconds, status, size = output(_FIRST_PAGE, {**many, "XDG_CACHE_HOME": kept})
                assert status == "200"  # noqa: S101
                taken.append(float(seconds))
                sizes.append(int(size) / 1000)
            rows.append(measured(f"first page at 180 forms, {cache} cache (s)", taken, 0.3))
        return [*rows, measured("openapi.json at 180 forms (kB)", sizes, 400)]


def lint_of_one_file() -> list[Measured]:
    """Compare the lint of one changed form among 180 with that among today's."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rules = multiply(Path(folder) / "rules")
        changed = Places().catalogue / "kanagawa-stalker" / "non-warning-notice.yaml"
        among = rules / "catalogue" / changed.relative_to(Places().catalogue)
        sides: list[tuple[list[str], dict[str, str]]] = [
            (["lint", str(among)], {"YOSHIKI_RULES": str(rules)}),
            (["lint", str(changed)], {}),
        ]
        for call, more in sides:
            _cpu(ROOT, call, more)
        pairs = [[_cpu(ROOT, call, more) for call, more in sides] for _ in range(3)]
    return [measured("lint of one file at 180 forms, CPU against today's", [a / b for a, b in pairs], 2)]


@contextmanager
def checkout() -> Iterator[Path | None]:
    """Yield a checkout of the older state, None where git has it not."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        place = Path(folder) / BEFORE
        git = ["git", "-C", str(ROOT), "worktree"]
        made = subprocess.run([*git, "add", "--detach", str(place), BEFORE], capture_output=True, check=False)
        try:
            yield place if made.returncode == 0 else None
        finally:
            if made.returncode == 0:
                subprocess.run([*git, "remove", "--force", str(place)], capture_output=True, check=False)


def _ratio(  # noqa: PLR0917 - one call on two sides
    name: str, call: Sequence[str], a: Path, b: Path, of_a: dict[str, str], of_b: dict[str, str], bound: float
) -> Measured:
    """Run a command on two sides in turn, each once beforehand; the ratio is A/B."""
    _cpu(a, call, of_a), _cpu(b, call, of_b)
    pairs = [(_cpu(a, call, of_a), _cpu(b, call, of_b)) for _ in range(_RUNS)]
    note = f"{median(one for one, _ in pairs):.2f} s against {median(other for _, other in pairs):.2f} s"
    return (*measured(name, [one / other for one, other in pairs], bound)[:-1], note)


def measured(name: str, values: Sequence[float], bound: float) -> Measured:
    """Return a figure that must be small: the median of its values and their spread."""
    return (name, median(values), min(values), max(values), bound, False, "")


def _environment(tree: Path, more: dict[str, str]) -> dict[str, str]:
    """Return an environment in which a tree's modules are found and kept compiled, as an installed program's are."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(tree), **more}


def _cpu(tree: Path, call: Sequence[str], more: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", _YOSHIKI, *call], cwd=tree, env=_environment(tree, more), capture_output=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def output(code: str, more: dict[str, str], *args: str, tree: Path = ROOT) -> list[str]:
    """Run code with the modules of a tree and return the last words it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=tree,
        env=_environment(tree, more),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()[-3:]
