"""The `yoshiki` command: one file a command, read when it is called, so that `yoshiki --help` answers at once."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import Any

import click

from commands.ending import SIGNALLED, EndedError, ended_in_order
from commands.words import JapaneseHelp, call_error, error_text
from forms.issue.scratch import sweep
from validators.errors import ExitCode, YoshikiError

# command → module of this folder, and its line in the list of commands
COMMANDS = {
    "forms": ("catalogue", "様式の一覧。SLUG を付けると、その項目と根拠条項。"),
    "rules": ("catalogue", "条項の一覧。何を点検し、何と言うか。"),
    "coverage": ("catalogue", "条項ごとに、何がそれを満たし、何がそれを確かめるか。"),
    "book": ("book", "条項と様式の手引（docs/rules、docs/forms）を作ります。"),
    "lint": ("lint", "様式、条項、記載例の書き方を調べます。"),
    "sheet": ("sheet", "入力用の表計算ファイルを作ります。"),
    "check": ("check", "点検だけをします。何も発行しません。"),
    "fill": ("fill", "文書、帳簿（register.xlsx）、点検報告（review.*）を作ります。"),
    "paper": ("paper", "台帳の文書。起案、点検、決裁、発行、交付、無効、差替え、写し。"),
    "number": ("number", "文書の番号。欠番の点検、手で付けた番号の引継ぎ、期間の締切り。"),
    "batch": ("batch", "一括処理。止まっても、続きから同じ結果で終わります。"),
    "verify": ("verify", "ファイルがどの文書か、書き換えられていないかを調べます。"),
    "case": ("case", "事案を台帳に置き、探し、点検し、次の書面を埋め、裁判所に出す書面をまとめます。"),
    "ledger": ("ledger", "台帳を作り、調べ、控えを取り、戻します。"),
    "retention": ("retention", "事案の保存期間を確かめ、期間の過ぎた事案を廃棄します。"),
    "audit": ("audit", "台帳の監査記録を、確かめ、要約し、読みます。"),
    "deadlines": ("deadlines", "期限を、急ぐものから並べます。予定表（.ics）とメールにもできます。"),
    "register": ("register", "所属の帳簿。読み、書き足し、月ごとに締め、渡します。"),
    "tick": ("deadlines", "日が替わって起きたこと（命令の満了など）を台帳に記録します。"),
    "handover": ("handover", "事案の移送、紹介、措置の依頼。渡す項目と期限を決めて渡します。"),
    "office": ("office", "台帳の所属と、その設定。"),
    "template": ("template", "自所の様式（Wordのファイル）を点検し、取り入れます。"),
    "preview": ("preview", "様式の紙面を、何も記入しないまま出します。"),
    "serve": ("serve", "事務用の画面と API を、このパソコンの中だけ（127.0.0.1）で開きます。"),
}


# Objects made before the collector looks for circles among them: a command makes most of its own while it reads its modules
# and definitions, and those stay.
_YOUNG = 50_000

click.Context.formatter_class = JapaneseHelp


class _Yoshiki(click.Group):
    """Map every error of ours to one line on standard error and its exit status; import a command when it is asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        sweep()
        try:
            with ended_in_order():
                return super().invoke(ctx)
        except YoshikiError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except EndedError as ended:
            click.echo("中止しました。書き終えたファイルがあれば、そのまま残っています。", err=True)
            ctx.exit(SIGNALLED + ended.signal)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and say in Japanese what click has to say of the call itself."""
        extra["standalone_mode"] = False
        gc.set_threshold(_YOUNG)
        try:
            status = super().main(*args, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            sys.exit(ExitCode.UNUSABLE)
        except click.ClickException as error:
            click.echo(call_error(error), err=True)
            sys.exit(ExitCode.UNUSABLE)
        except (click.Abort, KeyboardInterrupt):
            click.echo(error_text("Aborted!"), err=True)
            sys.exit(ExitCode.FINDINGS)
        sys.exit(status if isinstance(status, int) else ExitCode.OK)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"commands.{COMMANDS[cmd_name][0]}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Yoshiki, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yoshiki", prog_name="yoshiki")
def main() -> None:
    """官公署の様式を記載データから作り、法令に反する文書は発行しません。"""
