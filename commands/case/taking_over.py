"""`yoshiki case take-over`: cases that were kept elsewhere, each with its whole history in one act."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from commands.case.words import OF_NEW, case_from, content_of, told_case
from commands.options import as_json_text, json_option, keeps, rulebook
from validators.errors import ExitCode, InputError, YoshikiError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.engine import Ledger
    from ledger.taking_over import CaseTaken
    from ledger.types import Actor
    from validators.rulebook import Rulebook

_MORE = frozenset({"history", "although"})


@click.command("take-over")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--office", metavar="所属", help="受けた所属。ファイルに書いてあれば、そちらです。")
@click.option("--kind", metavar="種類", help="出典か、出典/事案の種類。ファイルに書いてあれば、そちらです。")
@click.option("--although", default="", metavar="理由", help="同じ人の事案があっても、別の事案として引き継ぐ理由。")
@json_option
@keeps()
def take_over(
    ledger: Ledger,
    actor: Actor,
    files: tuple[str, ...],
    office: str | None,
    kind: str | None,
    although: str,
    *,
    as_json: bool,
) -> None:
    """ほかで扱ってきた事案を、これまでの出来事や書面とともに引き継ぎます。

    ファイル（YAML か JSON、- は標準入力）には、case new --file と同じことと history（出来事と書面の一覧）を、一件か、その一覧で書きます。
    一つの事案は、全部入るか、何も入らないかです。入らない事案があっても、ほかの事案は引き継ぎます。
    読めないファイルが一つでもあれば、どの事案も引き継ぎません。
    """
    rules = rulebook()
    otherwise = {key: value for key, value in (("office", office), ("kind", kind)) if value}
    rows: list[dict[str, Any]] = []
    for place, told in list(_cases(files)):  # all are read before any is entered: what was taken is always told
        try:
            taken = _taken(ledger, rules, actor, otherwise, told, although)
        except YoshikiError as error:
            rows.append({"place": place, "refused": str(error)})
            _say(f"{place}: 引き継げません。{error}", quiet=as_json, err=True)
            continue
        case = taken.case
        rows.append({"place": place, "case": case.ref, "number": case.number, "events": len(taken.events), "notices": list(taken.notices)})  # fmt: skip
        _say(
            f"{place}: 事案 {case.shown()} を引き継ぎました（出来事 {len(taken.events)}件、{case.ref}）。",
            quiet=as_json,
        )
        for notice in taken.notices:
            _say(f"{place}: {notice}", quiet=as_json, err=True)
    refused = sum("refused" in row for row in rows)
    if as_json:
        click.echo(as_json_text({"taken": len(rows) - refused, "refused": refused, "cases": rows}))
    elif len(rows) > 1:
        click.echo(f"引き継いだ事案 {len(rows) - refused}件、引き継げなかった事案 {refused}件")
    sys.exit(ExitCode.FINDINGS if refused else ExitCode.OK)


def _say(text: str, *, quiet: bool, err: bool = False) -> None:
    if not quiet:
        click.echo(text, err=err)


def _cases(files: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the cases of the files, each with the place where it is told. Raises InputError for a file that cannot be read."""
    for file in files:
        content = content_of(file)
        if isinstance(content, list):
            yield from ((f"{file}#{at}", each) for at, each in enumerate(content, 1))
        else:
            yield file, content


def _taken(
    ledger: Ledger, rules: Rulebook, actor: Actor, otherwise: dict[str, str], content: Any, although: str
) -> CaseTaken:
    from ledger import taking_over

    told = {**otherwise, **told_case(content, OF_NEW | _MORE)}
    history, reason = told.pop("history", []), told.pop("although", although)
    if not isinstance(history, list) or not all(isinstance(each, dict) for each in history):
        raise InputError("history は {on, event または paper, …} の一覧で書いてください。")
    case = case_from(told, rules.today())
    return taking_over.take_over(ledger, rules, actor, case, history, although=reason)
