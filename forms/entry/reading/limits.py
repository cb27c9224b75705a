"""How much of an input is taken. One table: what is counted, how many at most, what is said, what to do.

Every limit is checked before the cost it stands for. An office changes one by its setting, an environment variable:
YOSHIKI_LIMIT_SHEETS=800. The table of docs/ENTRY.md is this one (a test holds them together).
"""

from __future__ import annotations

import os
from typing import NamedTuple, NoReturn

from validators.errors import InputError

MIB = 2**20
SAVE_AGAIN = "Excel で開き、「名前を付けて保存」でファイルの種類を「Excel ブック (*.xlsx)」にして保存し直してください。"
_IN_PARTS = "表を分けて、何回かに分けて取り込んでください。"
_COPY_OVER = f"必要な表だけを新しいブックに写し、{SAVE_AGAIN}"


class Limit(NamedTuple):
    """At most `most` of what `what` names; `said` is the sentence (with {most}, and {where} for its sheet or part)."""

    what: str
    most: int
    said: str
    remedy: str = _COPY_OVER


LIMITS = {
    "FILE_MB": Limit("ファイルの大きさ（MB）", 100, "ファイルが{most}MBを超えています。", _IN_PARTS),
    "UNPACKED_MB": Limit("展開した大きさ（MB）", 1_500, "展開すると{most}MBを超えます。", _IN_PARTS),
    "RATIO": Limit(
        "圧縮率（倍。8 MBを超える部品と、32 MBを超える全体）", 50, "{where}の圧縮率が異常です（{most}倍を超えます）。"
    ),
    "PARTS": Limit("ファイルの中の部品", 5_000, "ファイルの中の部品が{most}個を超えています。"),
    "PART_MB": Limit("一度に読む部品の大きさ（MB）", 64, "ブックの{where}が{most}MBを超えています。"),
    "TAGS_PER_BYTE": Limit(
        "ファイル1バイト当たりのXMLのタグ（全体で400万個までは数えない）",
        2,
        "ファイルの大きさに比べて、中のセルや書式が多すぎます（1バイト当たりのタグが{most}個を超えます）。",
    ),
    "DEPTH": Limit("XMLの入れ子（段）", 1_000, "ブックの{where}の入れ子が{most}段を超えています。"),
    "SHEETS": Limit("シート", 500, "シートが{most}枚を超えています。"),
    "SEARCHED_SHEETS": Limit(
        "様式の略号が書かれていないシート",
        60,
        "様式の略号が書かれていないシートが{most}枚を超えています。",
        "記入用ブック（yoshiki sheet）を使うか、要らないシートを消して保存し直してください。",
    ),
    "ROWS": Limit("一つの入力の、何か書かれている行", 200_000, "書かれている行が{most}行を超えています。", _IN_PARTS),
    "COLUMNS": Limit(
        "列", 1_000, "{where}の列が{most}列を超えています。", "使わない列を消して保存し直してください。"
    ),
    "MERGES": Limit(
        "一つのシートの結合されたセル",
        20_000,
        "{where}の結合されたセルが{most}か所を超えています。",
        "セルの結合を解除して保存し直してください。",
    ),
    "TEXT_MILLIONS": Limit(
        "セルの文字の総量（百万字。同じ文字列を何度使っても、使うたびに数える）",
        100,
        "書かれている文字の量が{most}百万字を超えています。",
        _IN_PARTS,
    ),
    "CELL": Limit(
        "一つのセルの文字",
        32_767,
        "このセルの文字が{most}字を超えています。",
        "短くするか、別紙にしてください。",
    ),
    "ITEMS": Limit(
        "一件の記載データの、一つの一覧の項目",
        2_000,
        "一件の記載データの一覧（{where}）が{most}件を超えています。",
        "記載データを分けてください。",
    ),
    "ALIKE": Limit(
        "一件の記載データで、一つずつ示す同じ指摘（超える分は数だけを示す）",
        50,
        "同じ指摘が{most}件を超えています。",
        "はじめの指摘から直してください。",
    ),
    "PAPERS": Limit(
        "一つの事案の文書",
        200,
        "事案番号（{where}）の同じ文書が{most}件を超えるため、照らし合わせができず、点検していません。",
        "別の事案に同じ番号が付いていないか確かめ、事案ごとに番号を分けてください。",
    ),
    "REFUSED": Limit(
        "発行できない記載データが続くとき、点検を止めるまでの件数（一覧の項目は8つを1件と数える）",
        500,
        "続けて点検した{most}件の9割以上が発行できなかったため、点検を止めました。",
        "はじめの指摘を直し、表の見出しや取り込む列に誤りがないか確かめて、もう一度お送りください。",
    ),
    "KEYS": Limit(
        "JSONの一つの括弧の中のキー", 2_000, "一つの括弧の中のキーが{most}個を超えています。", "項目の書き方を確かめてください。"
    ),
    "NESTING": Limit(
        "JSONの括弧の入れ子（段）", 32, "括弧の入れ子が{most}段を超えています。", "項目の書き方を確かめてください。"
    ),
}  # fmt: skip


def most(name: str) -> int:
    """Return a limit as set by the environment, else its default."""
    given = os.environ.get(setting(name), "")
    return int(given) if given.isascii() and given.isdigit() else LIMITS[name].most


def setting(name: str) -> str:
    """Return the environment variable that changes a limit."""
    return f"YOSHIKI_LIMIT_{name}"


def said(name: str, where: str = "") -> str:
    """Return the sentence that tells of a limit passed."""
    return LIMITS[name].said.format(most=f"{most(name):,}", where=where)


def told(name: str, where: str = "") -> str:
    """Return the sentence, what to do, and the setting."""
    return f"{said(name, where)}{_remedy(name)}"


def _remedy(name: str) -> str:
    return f"{LIMITS[name].remedy}（上限を変える設定: {setting(name)}）"


def check(name: str, count: float, file: str, where: str = "") -> None:
    """Raise InputError with the limit's sentence when the count is beyond it."""
    if count > most(name):
        exceeded(name, file, where)


def exceeded(name: str, file: str, where: str = "") -> NoReturn:
    """Raise InputError with the limit's sentence, its remedy and its setting."""
    raise InputError(said(name, where), action=_remedy(name), place=file)
