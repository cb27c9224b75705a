"""`yoshiki verify`: which paper a file is, whether a byte of it changed, whether it comes out the same again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import as_json_text, json_option, keeps, rulebook
from validators.errors import ExitCode

if TYPE_CHECKING:
    from ledger.engine import Ledger
    from ledger.types import Actor
    from ledger.verify import Verified


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option(
    "--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="自所の様式のフォルダ。"
)
@json_option
@click.pass_context
@keeps(create=False)
def verify(
    ctx: click.Context, ledger: Ledger, actor: Actor, file: Path, templates: Path | None, *, as_json: bool
) -> None:
    """ファイルがどの文書か、書き換えられていないか、今ここで作っても同じになるかを調べます。"""
    from ledger.in_json import verified_as_json
    from ledger.verify import verify as held_against

    found = held_against(ledger, rulebook(), actor, file.read_bytes(), templates=templates)
    click.echo(as_json_text(verified_as_json(found)) if as_json else _as_text(found))
    ctx.exit(ExitCode.OK if found.stands else ExitCode.FINDINGS)


def _as_text(found: Verified) -> str:
    from ledger.papers import STATES

    row = found.paper
    if row is None:
        return "この台帳から発行した文書ではないか、書き換えられて（又は暗号化されて）元が分からなくなっています。"
    lines = [
        f"文書: {row.number or '番号なし'}　{row.form}　{row.day}　{STATES[row.state]}（{row.ref}）",
        f"ファイル: 発行したときのままです（{found.kind}）。"
        if found.unchanged
        else "ファイル: 発行したものと違います。書き換えられているか、別に作られたものです。",
    ]
    if found.unchanged and not found.stands:
        lines.append("注意: この文書は、今は有効ではありません。")
    if found.again:
        lines.append("再現: 台帳の記載データから、今ここで作っても同じになります。")
    elif found.again is False:
        lines.append(f"再現: 今ここで作ると同じにはなりません。違うもの: {'、'.join(found.differs) or '不明'}")
    return "\n".join(lines)
