"""What came of a batch, out of its items and papers; to take it away needs a named receiver, and is an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forms.issue.folder import FolderSink
from forms.issue.journal import fate_of
from forms.issue.run import review_of
from forms.issue.sink import Wanted
from forms.issue.units import Item, Unit
from ledger import contents, keys, seal
from ledger.batches import find_batch, find_own, sealed_of
from ledger.exporting import tell_export
from ledger.papers import contents_of, rows_of
from ledger.records import finding_of, record_of
from ledger.runner import line_of_batch
from ledger.tables import item, paper

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.engine import Ledger
    from ledger.exporting import Receiver
    from ledger.types import Actor
    from validators.review import Fate, Review
    from validators.rulebook import Rulebook


def fates_of(ledger: Ledger, ref: str) -> list[tuple[Item, Fate, dict[str, bytes]]]:
    """Return the records of a batch that have their fate, with it and the files of those issued, in the order of rows."""
    of = find_batch(ledger, ref)
    told = []
    with ledger.read() as connection:
        key = keys.load(connection, ledger, of.key_id)
        wanted = select(item).where(item.c.batch_id == of.id, item.c.sealed.is_not(None)).order_by(item.c.ordinal)
        for row in connection.execute(wanted).all():
            kept = seal.open_(key, "item", row.ref, bytes(row.sealed))
            files: dict[str, bytes] = {}
            if row.state == "issued":
                (mine,) = rows_of(connection, paper.c.batch_item_id == row.id)
                own = keys.load(connection, ledger, mine.key_id)
                files = contents.get_all(connection, own, mine.id, mine.ref)
                kept.setdefault("fate", contents_of(connection, ledger, mine)["fate"])
            if "fate" in kept:
                one = Item(record_of(kept["record"]), (), row.ordinal, kept["twins"])
                told.append((one, fate_of(kept["fate"]), files))
    return told


def export_batch(ledger: Ledger, rules: Rulebook, actor: Actor, ref: str, *, directory: Path, to: Receiver) -> Review:
    """Write papers, register and review of a batch into a folder; who receives it, and for what, is told first."""
    of = find_own(ledger, ref)
    line = line_of_batch(ledger, rules, of)
    told = fates_of(ledger, ref)
    tell_export(
        ledger,
        actor,
        "batch",
        to,
        {f"{n}/{kind}": held for n, (_, _, files) in enumerate(told) for kind, held in files.items()},
        office_id=of.office_id,
    )
    with ledger.read() as connection:
        kept = sealed_of(connection, keys.load(connection, ledger, of.key_id), ref)
    wanted = Wanted(tuple(of.work["formats"]), further=tuple(of.work["further"]))
    with FolderSink(directory, line.rules, wanted, directory) as folder:
        fates = []
        for one, fate, files in told:
            if files:
                names = {kind: name for kind, name in fate.files.items() if kind in files}
                fate = folder.tray.write(one, fate, files, names)  # noqa: PLW2901 - as it was written
            folder.note(Unit((one,)), [fate])
            fates.append(fate)
        findings = [finding_of(each) for each in kept.get("findings", [])]
        return folder.close(review_of(line, [kept["name"]], findings, fates))
