"""Where a caller's papers go: with people into the ledger, in the name of their own office alone; else to the caller only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import current_app, g
from werkzeug.exceptions import NotFound

from api.access.visitors import ledger, visitor
from api.kept.reach import actor, own_line, paper_in_reach
from forms.issue.folder import FolderSink
from forms.issue.issuing import issue
from forms.issue.scratch import private_folder
from forms.issue.sink import MemorySink
from ledger.by_hand import ByHand
from ledger.sink import LedgerSink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.jobs import Desk
    from forms.issue.line import Line
    from forms.issue.sink import Keeper, Sink, Wanted
    from forms.issue.units import Unit
    from ledger.papers import PaperRow
    from validators.review import Fate


def line() -> Line:
    """Return the application's line; where there are people, that of the office whoever speaks acts for."""
    if (speaks := visitor()) is not None and speaks.office:
        if "own_line" not in g:
            g.own_line = own_line()
        return cast("Line", g.own_line)
    return cast("Line", current_app.extensions["line"])


def issue_one(unit: Unit, wanted: Wanted) -> tuple[Fate, dict[str, bytes]]:
    """Issue the one paper of a unit; return its fate and its files by kind, none where it was not issued."""
    with _place(wanted) as (sink, read):
        (fate,) = issue(line(), [unit], sink)
        files = {kind: read(name) for kind, name in fate.files.items() if kind != "case"}
        return fate, files if fate.verdict == "issued" else {}


def over_the_ledger() -> Callable[[FolderSink], Sink | Keeper] | None:
    """Return what puts the papers of a folder into the ledger too, as whoever speaks now; None where there is no ledger.

    It is called later, in another thread, when nobody speaks any more.
    """
    if visitor() is None:
        return None
    kept, own, acts = ledger(), line(), actor()
    mended = [ref for job in cast("Desk", current_app.extensions["desk"]).jobs() for ref in job.mended.values()]
    by_hand = ByHand(kept, own.rules, [row.ref for ref in mended if (row := _own_paper(ref)) is not None])
    return lambda folder: LedgerSink(kept, own, acts, folder.wanted, folder=folder, by_hand=by_hand)


def _own_paper(ref: str) -> PaperRow | None:
    try:
        return paper_in_reach(ref)
    except NotFound:
        return None


@contextmanager
def _place(wanted: Wanted) -> Iterator[tuple[Sink | Keeper, Callable[[str], bytes]]]:
    over = over_the_ledger()
    if over is None:
        memory = MemorySink(wanted)
        with memory:
            yield memory, memory.papers.__getitem__
        return
    with private_folder() as there:
        folder = FolderSink(there / "papers", line().rules, wanted)
        with over(folder) as sink:
            yield sink, lambda name: (folder.directory / name).read_bytes()
