"""A paper whose line for the issuer, the addressee or the number would stay blank waits until somebody confirms it."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from validators.model import Finding
from validators.paths import cell_of
from validators.values import blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validators.model import Form, Record

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"(?<![\w.|])([A-Za-z_]\w*(?:\.\w+)*)")
_PRESCRIBED = re.compile(
    r"\bor\b[^{}]*?['\"][^'\"]+['\"]"
)  # {{ addressee or '水戸刑務所長' }}: the source names who stands there
_NUMBER = re.compile(r"\w+_(?:no|number)")
# kind of line → its id in confirmations, what it is called, where it is written
_LINES = {
    "issuer": (
        "様式-名義",
        "発行者（名義）",
        "「所属」のシート（又は所属の設定）に所属長の職名と氏名を書いてください。",
    ),
    "addressee": ("様式-あて先", "あて先", "あて先の欄を書いてください。"),
    "number": ("様式-番号", "文書番号", "番号の欄を書いてください。"),
}


def check_lines(form: Form, record: Record, office: Mapping[str, str]) -> list[Finding]:
    """Return a warning for each line of the paper (issuer, addressee, number) on which nothing would stand.

    A line that is a person's own signature is left blank on purpose, so the issuer's line is one that names the office.
    What stands under a condition of the layout is not looked at.
    """
    return [
        _finding(form, record, kind, fields)
        for kind, names in _lines(form.layout)
        if (fields := [name for name in names if name in form.fields]) or any(n.startswith("office.") for n in names)
        if not any(form.fields[name].required is True for name in fields)  # the schema says so already
        and all(
            _blank(name, record.data, office) for name in names if name in form.fields or name.startswith("office.")
        )
    ]


def _lines(blocks: Any) -> Iterator[tuple[str, list[str]]]:
    for block in blocks:
        if not isinstance(block, dict):
            continue
        if "keep" in block:
            yield from _lines(block["keep"])
        elif "parts" in block:
            yield from _lines([*block["parts"].get("head", []), *itertools.chain(*block["parts"]["do"])])
        elif "issuer" in block:
            names = _names(" ".join(block["issuer"]["lines"]))
            if any(name.startswith("office.") for name in names):
                yield "issuer", names
        elif "addressee" in block and not _PRESCRIBED.search(block["addressee"]):
            yield "addressee", _names(block["addressee"])
        elif "right" in block:
            names = _names(block["right"])
            if len(names) == 1 and _NUMBER.fullmatch(names[0]):
                yield "number", names


def _names(text: str) -> list[str]:
    inner = (_LITERAL.sub("", each) for each in _EXPRESSION.findall(text))
    return [name for each in inner for name in _NAME.findall(each)]


def _blank(name: str, data: Mapping[str, Any], office: Mapping[str, str]) -> bool:
    root, _, key = name.partition(".")
    return blank(office.get(key)) if root == "office" else blank(data.get(root))


def _finding(form: Form, record: Record, kind: str, fields: list[str]) -> Finding:
    clause, words, fix = _LINES[kind]
    path = fields[0] if fields else "office.chief_title"
    declared = form.fields.get(path)
    return Finding(
        severity="warning",
        clauses=(clause,),
        form=form.slug,
        record=record.id,
        path=path,
        label=declared.label if declared else words,
        cell=cell_of(record.cells, path),
        citation="様式の記入欄",
        code="blank-line",
        message=f"{words}が空いたままの文書になります。{fix}押印や手書きで後から入れるときは、その旨を理由にして確認してください。",
        supervisor=f"様式に欄のある{words}が記載されていません。",
    )
