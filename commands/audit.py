"""`yoshiki audit`: the chain of what was done, proved, digested and read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import as_json_text, json_option, keeps, whole
from validators.errors import ExitCode, InputError, why

if TYPE_CHECKING:
    from ledger.audit.reading import AuditEntry
    from ledger.audit.verify import ChainReport
    from ledger.engine import Ledger
    from ledger.types import Actor


@click.group()
def audit() -> None:
    """台帳の監査記録を、確かめ、要約し、読みます。"""


@audit.command()
@click.option(
    "--digest",
    "digests",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="台帳の外に置いておいた要約。いくつでも。",
)
@json_option
@click.pass_context
@keeps(create=False)
def verify(ctx: click.Context, ledger: Ledger, actor: Actor, digests: tuple[Path, ...], *, as_json: bool) -> None:
    """監査の鎖が、書かれたときのまま切れ目なく続いているかを確かめます。"""
    from ledger.audit.digest import read_digest
    from ledger.audit.types import AuditVerified
    from ledger.audit.verify import verify_ledger
    from ledger.write import record

    found = verify_ledger(ledger, [read_digest(_content(path)) for path in digests])
    if found.sound:  # a broken chain is evidence: nothing is written to it
        record(ledger, actor, AuditVerified(seq_to=found.entries, sound=True))
    click.echo(as_json_text(_as_json(found)) if as_json else _as_text(found))
    ctx.exit(ExitCode.OK if found.sound else ExitCode.FINDINGS)


@audit.command()
@click.option("-o", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="書き出すファイル。")
@keeps(create=False)
def digest(ledger: Ledger, actor: Actor, target: Path) -> None:
    """きょうの要約（署名付き）を書き出します。台帳を操作する人が書き込めない所に置いてください。"""
    from ledger.audit.digest import make_digest

    made = make_digest(ledger, actor)
    with whole(target) as partial:
        partial.write_bytes(made.as_file())
    click.echo(f"{target} を作りました。")
    click.echo(made.as_line())


@audit.command()
@click.option("--before", type=int, help="この番号より前の記録。続きを読むときに。")
@click.option("--type", "kind", default="", help="記録の種類、またはその始まり（例　paper.）。")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="件数。")
@json_option
@keeps(create=False)
def show(ledger: Ledger, actor: Actor, before: int | None, kind: str, limit: int, *, as_json: bool) -> None:
    """監査記録を新しい順に読みます。読んだことも記録されます。"""
    from ledger.audit.reading import read_audit

    rows = read_audit(ledger, actor, before=before, kind=kind, limit=limit)
    if as_json:
        click.echo(as_json_text([_entry(row) for row in rows]))
        return
    for row in rows:
        who = f"{row.person}（{row.role}）" if row.role else row.person
        told = "　".join(f"{name}={value}" for name, value in row.fields.items())
        click.echo(f"第{row.seq}号　{row.at:%Y-%m-%d %H:%M:%S}　{row.type}　{who}　{told}")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"「{path}」が読めません（{why(error)}）。") from None


def _entry(row: AuditEntry) -> dict[str, object]:
    person = {"name": row.person, "role": row.role, "via": row.via}
    return {"seq": row.seq, "at": row.at.isoformat(), "type": row.type, "actor": person, "fields": row.fields}


def _as_json(found: ChainReport) -> dict[str, object]:
    return {
        "sound": found.sound,
        "entries": found.entries,
        "head": found.head,
        "rows": found.rows,
        "digests": {"ledger": found.digests, "outside": found.outside},
        "last_good_digest": {"day": found.last_good, "seq_to": found.last_good_seq} if found.last_good else None,
        "breaks": [
            {"seq": each.seq or None, "code": each.code, "message": each.message, "where": each.where}
            for each in found.breaks
        ],
        "remarks": list(found.remarks),
    }


def _as_text(found: ChainReport) -> str:
    lines = []
    if found.sound:
        lines.append(f"監査記録は、第1号から第{found.entries}号まで、書かれたときのまま続いています。")
        lines.append(
            f"確かめた行 {found.rows}　要約 {found.digests}（台帳の外から {found.outside}）　末尾 {found.head[:24]}"
        )
    else:
        lines.append("監査記録が、書かれたときと違います。台帳には触れず、控えと要約を確保してください。")
        for each in found.breaks:
            at = f"第{each.seq}号" if each.seq else "（号なし）"
            lines.append(f"  {at}　{each.message}{f'［{each.where}］' if each.where else ''}")
    if found.last_good:
        lines.append(f"{found.last_good} の要約（第{found.last_good_seq}号まで）とは合っています。")
    elif not found.outside:
        lines.append("台帳の外の要約は渡されていません。末尾まで作り直されていないことは、要約がないと分かりません。")
    return "\n".join((*lines, *found.remarks))
