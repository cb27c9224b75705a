"""`yoshiki case show`, `search`, `check`, `prefill`: a case looked at, found, held against the law."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.case.entering import on_option
from commands.case.judging import print_findings
from commands.options import as_json_text, as_of_option, json_option, keeps, rulebook, slug_of, whole
from validators.errors import ExitCode, InputError

if TYPE_CHECKING:
    from datetime import date

    from ledger.case_view import CaseView
    from ledger.engine import Ledger
    from ledger.prefill import Prefilled
    from ledger.types import Actor


@click.command()
@click.argument("case", metavar="事案")
@click.option(
    "--reveal", "why", default="", metavar="理由", help="秘匿の値も出します。誰が、なぜ見たかが記録に残ります。"
)
@json_option
@keeps(create=False)
def show(ledger: Ledger, actor: Actor, case: str, why: str, *, as_json: bool) -> None:
    """事案の当事者、事柄、出来事、書面、期限を出します。"""
    from ledger.case_view import view_case
    from ledger.in_json import case_as_json

    seen = view_case(ledger, rulebook(), actor, case, why=why)
    click.echo(
        as_json_text(case_as_json(seen, rulebook(), ledger.now())) if as_json else "\n".join(_lines(seen, ledger))
    )


def _lines(seen: CaseView, ledger: Ledger) -> list[str]:
    from ledger.access import SECTIONS
    from ledger.due import in_words
    from ledger.persons import NAME_LABELS, PLACE_LABELS, ROLES

    head, label = seen.case, rulebook().procedures.vocabulary.label
    ended = f"、{head.closed_on} 終結" if head.closed_on else ""
    lines = [f"【{head.shown()}】{head.title}　{head.kind}　{head.office}　{head.opened_on} 受理{ended}"]
    for person in seen.people:
        lines.append(f"■ {ROLES[person.role]}（{person.ref}）{person.birth and f'　{person.birth}生'}")
        names = [(NAME_LABELS[each.kind], each.text, each.since, each.until) for each in person.names]
        places = [(PLACE_LABELS[each.kind], each.text, each.since, each.until) for each in person.places]
        lines += [f"    {what}: {text}{_period(since, until)}" for what, text, since, until in (*names, *places)]
    if seen.facts:
        lines.append("■ 事柄")
        lines += [f"    {seen.labels[name]}: {each.value}（{each.since}から）" for name, each in seen.facts.items()]
    for title, rows in (
        ("出来事", [f"{each.at} {label(each.name)}（{each.ref}）" for each in seen.events]),
        ("書面", [f"{each.day} {label(each.form)}　{each.state}" for each in seen.papers]),
        ("知らせている所", [f"{each.to}　{SECTIONS[each.section]}　{each.why}" for each in seen.access]),
        ("期限", [f"{in_words(each, ledger.now())}　{each.wanted}" for each in seen.deadlines]),
    ):
        lines += [f"■ {title}", *(f"    {row}" for row in rows)] if rows else []
    return lines


def _period(since: str, until: str) -> str:
    return f"（{since}〜{until}）" if since or until else ""


@click.command()
@click.argument("text", metavar="氏名・ふりがな・生年月日・電話・住所・番号")
@json_option
@keeps(create=False)
def search(ledger: Ledger, actor: Actor, text: str, *, as_json: bool) -> None:
    """事案を、どんな書き方でも探します（50件まで）。氏名は姓と名で探します。探したことは記録に残ります。"""
    from dataclasses import asdict

    from ledger.persons import ROLES
    from ledger.search import BY, find

    hits = find(ledger, actor, text)
    if as_json:
        click.echo(as_json_text([asdict(hit) for hit in hits]))
        return
    for hit in hits:
        who = f"　{ROLES[hit.role]} {hit.name}" if hit.role else ""
        by = "・".join(BY[kind] for kind in hit.by)
        click.echo(f"{hit.number or hit.case}　{hit.kind}　{hit.office}　{hit.opened_on} 受理{who}［{by}］")
    if not hits:
        click.echo("見つかりません。氏名は姓と名を続けて、住所は町名と番地まで書いてください。")


@click.command()
@click.argument("case", metavar="事案")
@click.option("--source", "sources", multiple=True, help="この出典の手続だけ。無いときは、所属の設定にある出典。")
@as_of_option
@json_option
@click.pass_context
@keeps(create=False)
def check(
    ctx: click.Context,
    ledger: Ledger,
    actor: Actor,  # noqa: ARG001 - a look that shows nothing protected
    case: str,
    sources: tuple[str, ...],
    as_of: date | None,
    *,
    as_json: bool,
) -> None:
    """事案に足りないもの、遅れたもの、順序や宛先の違うもの、次にすることを、条項ごとに出します。"""
    from ledger.case_check import judge_case

    rules = rulebook()
    with ledger.read() as connection:
        judged = judge_case(connection, ledger, rules, case, as_of or rules.today(), sources=sources)
    if as_json:
        findings = [each.as_json() for each in judged.findings]
        click.echo(as_json_text({"case": judged.case.ref, "as_of": str(judged.as_of), "findings": findings}))
    else:
        click.echo(f"【{judged.case.shown()}】{'' if judged.findings else '　指摘はありません。'}")
        print_findings(judged.findings)
    errors = any(each.severity == "error" for each in judged.findings)
    ctx.exit(ExitCode.FINDINGS if errors else ExitCode.OK)


@click.command()
@click.argument("case", metavar="事案")
@click.argument("form", metavar="様式")
@on_option
@click.option("-o", "target", type=click.Path(dir_okay=False, path_type=Path), help="作るファイル（.json か .xlsx）。")
@json_option
@keeps(create=False)
def prefill(
    ledger: Ledger, actor: Actor, case: str, form: str, on: date | None, target: Path | None, *, as_json: bool
) -> None:
    """次の書面の記載データを、事案の知っていることで埋めて出します。それぞれ、どこから来たかを添えます。"""
    from ledger.prefill import prefill as filled

    rules = rulebook()
    slug = slug_of(rules.catalogue, form)
    made = filled(ledger, rules, actor, case, slug, day=on or rules.today())
    if target:
        _write(made, target)
        click.echo(f"{target} を作りました（{len(made.record.data)}項目）。")
    elif as_json:
        origins = {name: {"since": each.since, "origin": each.origin} for name, each in made.origins.items()}
        click.echo(as_json_text({"record": _record(made), "origins": origins}))
    else:
        for name, each in made.origins.items():
            click.echo(f"{made.form.fields[name].label}: {made.record.data[name]}　← {each.origin}")


def _record(made: Prefilled) -> dict[str, Any]:
    record = made.record
    return {"form": record.form, "record": record.id, "case": record.case, "data": record.data, "office": record.office}


def _write(made: Prefilled, target: Path) -> None:
    from forms.entry import write_records

    if target.suffix not in {".json", ".xlsx"}:
        raise InputError("ファイルの名前は .json か .xlsx で終えてください。")
    with whole(target) as partial:
        if target.suffix == ".json":
            partial.write_text(as_json_text([_record(made)]), "utf-8")
        else:
            write_records([made.form], [made.record], partial, exact=False)
