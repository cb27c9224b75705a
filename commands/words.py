"""What click says in English, said in Japanese: errors and the pages of --help."""

from __future__ import annotations

import re
from difflib import get_close_matches

import click

# Read from the top; the first that fits the beginning of a line is taken. Source: click 8.1–8.3.
_SENTENCES = (
    (r"Missing argument '(?P<a>.+?)'\.?.*$", "「{a}」がありません。"),
    (r"Missing option '(?P<a>.+?)'\.?.*$", "「{a}」の指定がありません。"),
    (r"Missing (?:parameter|command).*$", "指定が足りません。"),
    (r"Option '(?P<a>.+?)' requires an argument\.?$", "「{a}」の後に値を書いてください。"),
    (r"Option '(?P<a>.+?)' requires \d+ arguments\.?$", "「{a}」の後の値が足りません。"),
    (r"Option '(?P<a>.+?)' does not take a value\.?$", "「{a}」の後に値は書けません。"),
    (r"Got unexpected extra arguments? \((?P<a>.+)\)$", "余分な指定があります（{a}）。"),
    (r"Invalid value for '(?P<a>.+?)': (?P<rest>.+)$", "「{a}」の値が使えません。{rest}"),
    (r"Invalid value: (?P<rest>.+)$", "値が使えません。{rest}"),
    (r"(?:File|Directory|Path) '(?P<a>.+?)' does not exist\.?$", "「{a}」がありません。場所と名前を確かめてください。"),
    (r"(?:File|Path) '(?P<a>.+?)' is a directory\.?$", "「{a}」はフォルダです。ファイルを指定してください。"),
    (r"(?:Directory|Path) '(?P<a>.+?)' is a file\.?$", "「{a}」はファイルです。フォルダを指定してください。"),
    (r"(?:File|Directory|Path) '(?P<a>.+?)' is not readable\.?$", "「{a}」を読む権限がありません。"),
    (r"(?:File|Directory|Path) '(?P<a>.+?)' is not writable\.?$", "「{a}」に書く権限がありません。"),
    (r"'(?P<a>.*?)' is not one of (?P<b>.+?)\.?$", "「{a}」は選べません。{b} から選んでください。"),
    (r"(?P<a>\S+) is not in the range (?P<b>.+?)\.?$", "{a} は範囲（{b}）の外です。"),
    (r"'(?P<a>.*?)' is not a valid (?:integer|float|int)(?: range)?\.?$", "「{a}」は数ではありません。"),
    (r"Could not open file '(?P<a>.+?)'.*$", "「{a}」を開けません。"),
    (r"Aborted!?$", "取りやめました。"),
)  # fmt: skip
_HELP = (
    (r"^Usage: ", "使い方: "),
    (r"^Options:$", "指定:"),
    (r"^Commands:$", "命令:"),
    (r"\[OPTIONS\]", "[指定]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 [引数]..."),
    (r"(?<=\s)FILE(?=\s)", "ファイル"),
    (r"(?<=\s)DIRECTORY(?=\s)", "フォルダ"),
    (r"(?<=\s)TEXT(?=\s)", "文字"),
    (r"(?<=\s)INTEGER(?: RANGE)?(?=\s)", "数"),
    (r"Show this message and exit\.", "この説明を出します。"),
    (r"Show the version and exit\.", "版を出します。"),
    (r"\[required\]", "［必須］"),
    (r"\[default: ", "［無いとき: "),
    (r"(［無いとき: [^\]]*)\]", r"\1］"),
)
_UNKNOWN = "指定が正しくありません。yoshiki --help で使い方が出ます。"
_LIKE = 0.75  # of difflib: --jason is --json, --as-of is not --case
_JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


def call_error(error: click.ClickException) -> str:
    """Return what was wrong with a call, in Japanese; a name that was nearly right brings the right one."""
    if isinstance(error, click.NoSuchOption):
        return f"「{error.option_name}」という指定はありません。{_perhaps(error.option_name, error.possibilities)}"
    if isinstance(error, click.NoSuchCommand):
        group = error.ctx.command if error.ctx else None
        names = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx else error.possibilities
        near = _perhaps(error.command_name, names)
        return f"「{error.command_name}」という命令はありません。{near or 'yoshiki --help で一覧が出ます。'}"
    return error_text(error.format_message())


def _perhaps(written: str, names: list[str] | None) -> str:
    return "".join(f"「{name}」ではありませんか。" for name in get_close_matches(written, names or (), 1, _LIKE))


def error_text(message: str) -> str:
    """Return an error of click in Japanese; a sentence that is Japanese already stays."""
    line = " ".join(message.split())
    for pattern, sentence in _SENTENCES:
        if match := re.match(pattern, line):
            parts = {name: text or "" for name, text in match.groupdict().items()}
            if "rest" in parts:
                parts["rest"] = error_text(parts["rest"])
            return sentence.format(**parts)
    return message if _JAPANESE.search(line) else _UNKNOWN


class JapaneseHelp(click.HelpFormatter):
    """A page of help in Japanese."""

    def getvalue(self) -> str:
        """Return the page."""
        page = super().getvalue()
        for pattern, words in _HELP:
            page = re.sub(pattern, words, page, flags=re.MULTILINE)
        return page
