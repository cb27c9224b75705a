"""`yoshiki case judge`, `register`: a matter as a whole, told by its history; no ledger is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.options import (
    as_json_text,
    as_of_option,
    json_option,
    office_option,
    open_sources,
    read_office,
    rulebook,
    whole,
)
from validators.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from validators.histories.procedure import CaseFinding
    from validators.histories.reading import History
    from validators.rulebook import Rulebook


@click.command()
@click.argument("history", metavar="HISTORY")
@click.option(
    "--source",
    "sources",
    multiple=True,
    help="この出典の手続だけ。無いときは、所属の設定にある出典、それも無ければすべての出典。",
)
@as_of_option
@office_option
@json_option
@click.pass_context
def judge(
    ctx: click.Context,
    history: str,
    sources: tuple[str, ...],
    as_of: date | None,
    office: Path | None,
    *,
    as_json: bool,
) -> None:
    """出来事と書面の履歴（YAML か JSON、- は標準入力）を、基準日の終わりの時点で調べます。"""
    from validators.histories.judging import judge_history

    rules = rulebook()
    today = as_of or rules.today()
    profile = read_office(office, today)
    told, several = _histories(history, rules)
    found = [
        (each, judge_history(rules, each.items, each.as_of or today, sources=sources, office=profile)) for each in told
    ]
    if as_json:
        answers = [
            {"id": each.id, "findings": [said.as_json() for said in findings], "notices": each.notices()}
            for each, findings in found
        ]
        click.echo(as_json_text(answers if several else answers[0]))
    else:
        for each, findings in found:
            click.echo(f"【{each.id}】{'' if findings else '　指摘はありません。'}")
            print_findings(findings)
    errors = any(each.severity == "error" for _, findings in found for each in findings)
    ctx.exit(ExitCode.FINDINGS if errors else ExitCode.OK)


@click.command()
@click.argument("slug", metavar="帳簿")
@click.argument("histories", metavar="HISTORY...", nargs=-1, required=True)
@click.option("-o", "target", type=click.Path(dir_okay=False, path_type=Path), help="作るファイル（.xlsx）。")
@as_of_option
@office_option
@json_option
def register(
    slug: str,
    histories: tuple[str, ...],
    target: Path | None,
    as_of: date | None,
    office: Path | None,
    *,
    as_json: bool,
) -> None:
    """履歴から帳簿の行を作ります。行も欄も、出来事と書面から決まります。"""
    from forms.reports.registers import as_text, shown, write_rows
    from validators.histories.registers import rows_of

    rules = rulebook()
    today = as_of or rules.today()
    profile = read_office(office, today)
    wanted = rules.procedures.register(slug)
    rows = [
        {"case": each.id, **row}
        for history in histories
        for each in _histories(history, rules)[0]
        for row in rows_of(rules, wanted, each.items, each.as_of or today, office=profile)
    ]
    if target:
        with whole(target) as partial:
            write_rows(wanted, rows, partial)
        click.echo(f"{target} を作りました（{len(rows)}行）。")
    elif as_json:
        click.echo(as_json_text({"register": slug, "title": wanted.title, "rows": rows}))
    else:
        click.echo(as_text(wanted, [shown(wanted, row) for row in rows]))


def _histories(given: str, rules: Rulebook) -> tuple[list[History], bool]:
    """Return the histories of an input and whether they were several; facts that no procedure looks at are told."""
    from validators.histories.reading import parse, read_histories

    name, text = _text_of(given)
    told, several = read_histories(rules.procedures.vocabulary, parse(text, name), Path(name).stem)
    for notice in dict.fromkeys(notice for each in told for notice in each.notices()):
        click.echo(notice, err=True)
    return told, several


def _text_of(given: str) -> tuple[str, str]:
    """Return the input's name and text; raises InputError for what is no UTF-8 text."""
    with open_sources((given,)) as sources:
        raw = sources[0].path.read_bytes()
        try:
            return sources[0].name, raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InputError("UTF-8 の文字として読めません。", place=sources[0].name) from None


def print_findings(findings: Iterable[CaseFinding]) -> None:
    """Print what procedures say of a case: state, day, message, clause, and the next step."""
    from validators.labels import SEVERITY_MARKS, STATE_LABELS

    for each in findings:
        until = f"（{each.due_on}まで）" if each.due_on and each.state == "due" else ""
        click.echo(
            f"  {SEVERITY_MARKS[each.severity]} {STATE_LABELS[each.state]}{until}　{each.message}［{each.citation}］"
        )
        click.echo(f"    → {each.next}")
