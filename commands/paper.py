"""`yoshiki paper`: the papers of the ledger, from the draft to the hand it was put into."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    as_json_text,
    form_option,
    inputs_argument,
    json_option,
    keeps,
    line_of,
    office_option,
    open_sources,
    rulebook,
)
from commands.telling import print_finding
from validators.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forms.issue.line import Line
    from ledger.engine import Ledger
    from ledger.exporting import Receiver
    from ledger.papers import PaperRow
    from ledger.types import Actor
    from validators.model import Record
    from validators.review import Fate

ref_argument = click.argument("ref", metavar="REF")
source_argument = click.argument("source", metavar="INPUT")
reason_option = click.option("--reason", default="", help="理由。")
out_option = click.option(
    "-o", "directory", required=True, type=click.Path(file_okay=False, path_type=Path), help="出力先のフォルダ。"
)


def _takes_a_record(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a paper and a record of an input, as `named` and `record`, with the line of the office."""

    @ref_argument
    @source_argument
    @office_option
    @form_option
    @keeps(create=False)
    @functools.wraps(command)
    def taking(*, ledger: Ledger, actor: Actor, ref: str, source: str, office: Path | None, form: str | None) -> None:
        from ledger.papers import named

        line, row = line_of(office, None), named(ledger, ref)
        command(ledger=ledger, actor=actor, line=line, named=row, record=_only(line, source, form))

    return taking


def _hands_out(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a paper, who gets it for what and the folder its files go to, as `named`, `wish` and `directory`."""

    @ref_argument
    @out_option
    @click.option("--to", "receiver", default="", help="受け取る人・機関。")
    @click.option("--for", "purpose", default="", help="目的。")
    @keeps(create=False)
    @functools.wraps(command)
    def handing(*, ledger: Ledger, actor: Actor, ref: str, directory: Path, receiver: str, purpose: str) -> None:
        from ledger.exporting import Receiver
        from ledger.papers import named

        wish = Receiver(receiver, purpose)
        command(ledger=ledger, actor=actor, named=named(ledger, ref), wish=wish, directory=directory)

    return handing


@click.group()
def paper() -> None:
    """台帳の文書。起案、点検、決裁、発行、交付、無効、差替え、写し。REF は参照記号か文書の番号です。"""


@paper.command("list")
@click.option("--state", default="", help="状態（draft、checked、approved、issued、delivered、undeliverable、void）。")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="件数。")
@json_option
@keeps(create=False)
def list_papers(ledger: Ledger, actor: Actor, state: str, limit: int, *, as_json: bool) -> None:  # noqa: ARG001 - keeps
    """文書の一覧を、新しい順に出します。"""
    from ledger.in_json import paper_as_json
    from ledger.papers import newest

    rows = newest(ledger, state=state, most=limit)
    if as_json:
        click.echo(as_json_text([paper_as_json(row) for row in rows]))
        return
    for row in rows:
        click.echo(_line(row))


@paper.command()
@ref_argument
@json_option
@keeps(create=False)
def show(ledger: Ledger, actor: Actor, ref: str, *, as_json: bool) -> None:
    """文書の状態と経過、受領証を出します。記載の中身は出しません。"""
    from ledger.delivery import steps
    from ledger.in_json import paper_as_json
    from ledger.papers import named, opened
    from ledger.types import moment_of

    row = named(ledger, ref)
    receipt = opened(ledger, actor, row).get("receipt", {})
    told = [(moment_of(step.at), step) for step in steps(ledger, row.ref)]
    if as_json:
        way = [
            {"at": at.isoformat(), "act": step.act, "person": step.person, "rev": step.rev, "reason": step.reason}
            for at, step in told
        ]
        click.echo(as_json_text({**paper_as_json(row), "steps": way, "receipt": receipt}))
        return
    click.echo(_line(row))
    for at, step in told:
        click.echo(f"  {at:%Y-%m-%d %H:%M}　{_ACTS[step.act]}（第{step.rev}稿）　{step.person}　{step.reason}".rstrip())
    for name, label in _RECEIPT.items():
        if name in receipt:
            click.echo(f"  {label}: {receipt[name]}")


@paper.command()
@inputs_argument
@office_option
@form_option
@keeps()
@click.pass_context
def draft(
    ctx: click.Context, ledger: Ledger, actor: Actor, inputs: tuple[str, ...], office: Path | None, form: str | None
) -> None:
    """記載データを控え（起案）として残します。番号は付きません。"""
    from ledger.approvals import draft as keep

    line, worst = line_of(office, None), "checked"
    for record in _records(line, inputs, form):
        ref, fate = keep(ledger, line, actor, record)
        _tell(fate, ref)
        worst = fate.verdict if fate.verdict == "refused" else worst
    ctx.exit(ExitCode.FINDINGS if worst == "refused" else ExitCode.OK)


@paper.command()
@_takes_a_record
def revise(ledger: Ledger, actor: Actor, line: Line, named: PaperRow, record: Record) -> None:
    """控えの記載を入れ替えます。決裁はやり直しになり、値の変わった確認は失効します。"""
    from ledger.approvals import revise as again

    _tell(again(ledger, line, actor, named.ref, record), named.ref)


@paper.command()
@ref_argument
@keeps(create=False)
def withdraw(ledger: Ledger, actor: Actor, ref: str) -> None:
    """起案中の控えを取り下げます。書かれたことは残ります。"""
    from ledger.papers import named
    from ledger.work_list import withdraw as take_back

    row = named(ledger, ref)
    take_back(ledger, actor, row.ref)
    click.echo(f"{row.ref}　取り下げました。")


@paper.command()
@ref_argument
@office_option
@keeps(create=False)
@click.pass_context
def check(ctx: click.Context, ledger: Ledger, actor: Actor, ref: str, office: Path | None) -> None:
    """控えを点検します。発行できるものは点検済みになります。"""
    from ledger.approvals import check as judge
    from ledger.papers import named

    row = named(ledger, ref)
    fate = judge(ledger, line_of(office, None), actor, row.ref)
    _tell(fate, row.ref)
    ctx.exit(ExitCode.OK if fate.verdict == "checked" else ExitCode.FINDINGS)


@paper.command()
@ref_argument
@click.argument("clause", metavar="CLAUSE")
@reason_option
@keeps(create=False)
def confirm(ledger: Ledger, actor: Actor, ref: str, clause: str, reason: str) -> None:
    """警告を確認します。--by の氏名と理由が残り、値が変われば失効します。"""
    from ledger.approvals import answer_for
    from ledger.papers import named

    answer_for(ledger, rulebook(), actor, named(ledger, ref).ref, clause=clause, reason=reason)
    click.echo(f"{clause} を確認しました（{actor.name}）。")


@paper.command()
@ref_argument
@click.option("--oral-on", default="", help="口頭で決裁を受けた日（2026-04-01、又は 2026-04-01T14:30）。")
@reason_option
@office_option
@keeps(create=False)
def approve(ledger: Ledger, actor: Actor, ref: str, oral_on: str, reason: str, office: Path | None) -> None:
    """点検済みの控えを決裁します。"""
    from ledger.approvals import approve as decide
    from ledger.papers import named

    row = named(ledger, ref)
    decide(ledger, line_of(office, None), actor, row.ref, oral_on=oral_on, reason=reason)
    click.echo(f"{row.ref}　決裁しました（{actor.name}）。")


@paper.command("return")
@ref_argument
@reason_option
@keeps(create=False)
def give_back(ledger: Ledger, actor: Actor, ref: str, reason: str) -> None:
    """控えを差し戻します。"""
    from ledger.approvals import give_back as back
    from ledger.papers import named

    row = named(ledger, ref)
    back(ledger, actor, row.ref, reason)
    click.echo(f"{row.ref}　差し戻しました。")


@paper.command()
@ref_argument
@click.option("-o", "directory", type=click.Path(file_okay=False, path_type=Path), help="ファイルも出すフォルダ。")
@office_option
@keeps(create=False)
@click.pass_context
def issue(
    ctx: click.Context, ledger: Ledger, actor: Actor, ref: str, directory: Path | None, office: Path | None
) -> None:
    """控えを発行し、番号を付けます。決裁の要る文書は、決裁済みのものだけです。"""
    from forms.issue.folder import FolderSink
    from forms.issue.sink import Wanted
    from ledger.approvals import issue_draft
    from ledger.papers import named

    line, row = line_of(office, None), named(ledger, ref)
    folder = FolderSink(directory, line.rules, Wanted()) if directory else None
    fate, number = issue_draft(ledger, line, actor, row.ref, wanted=Wanted(), folder=folder)
    _tell(fate, row.ref, number)
    ctx.exit(ExitCode.OK if fate.verdict == "issued" else ExitCode.FINDINGS)


@paper.command()
@ref_argument
@click.option("--on", required=True, help="渡した日（又は日時）。")
@click.option("--way", default="", help="渡し方。")
@click.option("--to", "receiver", default="", help="受け取った人。")
@keeps(create=False)
def deliver(ledger: Ledger, actor: Actor, ref: str, on: str, way: str, receiver: str) -> None:
    """発行した文書を渡したことを記録します。"""
    _delivered(ledger, actor, ref, on, way=way, to=receiver)


@paper.command()
@ref_argument
@click.option("--on", required=True, help="渡そうとした日（又は日時）。")
@click.option("--reason", required=True, help="渡せなかった理由。")
@keeps(create=False)
def undeliverable(ledger: Ledger, actor: Actor, ref: str, on: str, reason: str) -> None:
    """発行した文書を渡せなかったことを記録します。"""
    _delivered(ledger, actor, ref, on, failed=reason)


@paper.command()
@ref_argument
@reason_option
@keeps(create=False)
def void(ledger: Ledger, actor: Actor, ref: str, reason: str) -> None:
    """発行した文書を無効にします。番号は欠番にならず、理由とともに残ります。"""
    from ledger.issue import void_paper
    from ledger.papers import named

    row = named(ledger, ref)
    void_paper(ledger, rulebook(), actor, row.ref, reason)
    click.echo(f"{row.number or row.ref}　無効にしました。")


@paper.command()
@_takes_a_record
def correct(ledger: Ledger, actor: Actor, line: Line, named: PaperRow, record: Record) -> None:
    """差替えの控えを作ります。それを発行したとき、前の文書が無効になります。"""
    from ledger.approvals import correct as begin

    new, fate = begin(ledger, line, actor, named.ref, record)
    _tell(fate, new)


@paper.command()
@_hands_out
def export(ledger: Ledger, actor: Actor, named: PaperRow, wish: Receiver, directory: Path) -> None:
    """文書のファイルを、発行したときのまま取り出します。誰に何のためかが記録されます。"""
    from ledger.exporting import export_paper

    files = _kinds(export_paper(ledger, actor, named.ref, wish))
    _write(directory, {f"{named.ref}{f'-{mark}' if mark else ''}.{ending}": made for (ending, mark), made in files})


@paper.command()
@_hands_out
def reprint(ledger: Ledger, actor: Actor, named: PaperRow, wish: Receiver, directory: Path) -> None:
    """文書をもう一度印刷するための PDF を作ります。どのページにも「写し」と印字されます。"""
    from ledger.exporting import reprint as again

    _write(directory, {f"{named.ref}-写し.pdf": again(ledger, rulebook(), actor, named.ref, wish)})


_ACTS = {"drafted": "起案", "asked": "点検", "approved": "決裁", "oral": "口頭の決裁", "returned": "差戻し"}
_RECEIPT = {
    "edition": "様式の版",
    "rulebook": "様式・条項",
    "engine": "組版",
    "fonts": "フォント",
    "record": "記載データ",
    "as_of": "基準日",
}


def _delivered(ledger: Ledger, actor: Actor, ref: str, on: str, **told: str) -> None:
    from ledger.delivery import Delivery
    from ledger.delivery import deliver as hand_over
    from ledger.papers import named

    row = named(ledger, ref)
    hand_over(ledger, rulebook(), actor, row.ref, Delivery(on, **told))
    click.echo(f"{row.number or row.ref}　{'交付できなかったこと' if told.get('failed') else '交付'}を記録しました。")


def _records(line: Line, inputs: tuple[str, ...], form: str | None) -> Iterator[Record]:
    from forms.issue.units import Inputs

    with open_sources(inputs) as sources:
        read = Inputs(sources, line.catalogue, form)
        yield from (record for record, _ in read.records())
        for found in read.findings:
            print_finding(found, "")


def _only(line: Line, source: str, form: str | None) -> Record:
    records = list(_records(line, (source,), form))
    if len(records) != 1:
        raise InputError(
            f"「{source}」の記載データは{len(records)}件です。", action="一件だけのファイルにしてください。"
        )
    return records[0]


def _kinds(files: dict[str, bytes]) -> Iterator[tuple[tuple[str, str], bytes]]:
    for kind, content in files.items():
        ending, _, mark = kind.partition("-")
        yield (ending, mark), content


def _write(directory: Path, files: dict[str, bytes]) -> None:
    from forms.issue.files import write_whole

    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_whole(directory / name, content)
        click.echo(str(directory / name))


def _tell(fate: Fate, ref: str, number: str = "") -> None:
    from validators.labels import VERDICT_LABELS

    click.echo(f"{ref}　【{VERDICT_LABELS[fate.verdict]}】{fate.record}　{fate.title}　{number}".rstrip())
    for found in fate.findings:
        print_finding(found, "  ")


def _line(row: PaperRow) -> str:
    from ledger.papers import STATES

    return f"{row.ref}　{STATES[row.state]}　{row.day or '----------'}　{row.number or '番号なし'}　{row.form}　{row.office}"
