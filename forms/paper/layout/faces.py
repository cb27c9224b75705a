"""Blocks that printed faces share, each put into words of the layout language: boxes of the office, parts, slips, notices.

A function takes what stands under its name and returns plainer blocks; what may stand there is checked before
(forms/paper/layout_faces.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forms.paper.layout.paper import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forms.paper.layout.paper import Paper
    from validators.definitions.yamlio import Keys

_WIDE: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_HEAD, _BODY, _LINE = 9.0, 24.0, 11.0  # mm: the label of an office's box, the box below it, one beside its label
_LABEL: Final = 40.0  # mm, beside boxes of one letter each
_LEAST, _MOST = 5.0, 9.0  # mm, such a box
_REST: Final = 4.0  # mm; what is left of a line is a blank cell, less than that goes to the label


def plainer(paper: Paper, block: Any, keys: Keys) -> list[Any] | None:
    """Return the plainer blocks that stand for one of a printed face; None: it is plain already."""
    kind = next((key for key in _FACES if key in block), None) if isinstance(block, dict) else None
    return None if kind is None else _FACES[kind](paper, block[kind], (*keys, kind))


def _office_only(paper: Paper, said: Any, keys: Keys) -> list[Any]:
    """Return framed boxes with ※ before their labels: side by side under their labels, or each beside its own."""
    said = said if isinstance(said, dict) else {"boxes": said}
    boxes = [box if isinstance(box, dict) else {"name": box} for box in said["boxes"]]
    if not boxes:
        paper.refuse(keys, "「office_only」に欄の名前を一つ以上書いてください。")
    labels = [{"text": f"※{box['name']}", "label": True, "align": "center"} for box in boxes]
    values = [{"text": box.get("text", ""), "label": False} for box in boxes]
    room = paper.text_width - paper.indent
    if said.get("shape", "boxes") == "line":
        share = room / len(boxes)
        label = min(share * 0.45, max(len(box["name"]) + 2.0 for box in boxes) * paper.base * 25.4 / 72 + 3)
        cells = [cell for pair in zip(labels, values, strict=True) for cell in pair]
        row = {"cells": cells, "height": said.get("height", _LINE)}
        return [{"table": {"columns": [label, share - label] * len(boxes), "rows": [row]}}]
    rows = [{"cells": labels, "height": _HEAD}, {"cells": values, "height": said.get("height", _BODY)}]
    return [{"table": {"columns": said.get("columns", [room / len(boxes)] * len(boxes)), "rows": rows}}]


def _parts(paper: Paper, said: dict[str, Any], _: Keys) -> list[Any]:
    """Return the parts of a form, each from a new page on, with the same head and foot and （その１） … to tell them apart."""
    out: list[Any] = []
    for number, part in enumerate(said["do"], 1):
        mark = f"（その{str(number).translate(_WIDE)}）"
        head = list(said.get("head", ["number", "title"]))
        at = next((n for kind in ("number", "title") for n, block in enumerate(head) if _is(block, kind)), None)
        if at is not None:
            head[at] = _marked(paper, head[at], mark)
        out += [*(["page_break"] if out else []), *head, *part, *said.get("foot", [])]
    return out


def _is(block: Any, kind: str) -> bool:
    return block == kind or (isinstance(block, dict) and kind in block)


def _marked(paper: Paper, block: Any, mark: str) -> dict[str, Any]:
    given = block if isinstance(block, dict) else {block: ""}
    form = paper.form
    kind, own = (
        ("number", form.printed_number or form.number)
        if "number" in given
        else ("title", form.printed_title or form.title)
    )
    return {**given, kind: f"{text_of(given[kind]) or own}{mark}"}


def _appeal(_: Paper, said: Any, __: Keys) -> list[Any]:
    """Return the instruction on appeals (教示) below what it belongs to, on one page, framed when asked."""
    said = said if isinstance(said, dict) else {"texts": said}
    title, texts = f"（{said.get('title', '教示')}）", [text_of(text) for text in said["texts"]]
    if said.get("framed"):
        rows = [[{"text": "\n".join([title, *texts]), "label": False}]]
        return [{"space": 1}, {"table": {"columns": [1000], "rows": rows}}]
    return [{"keep": [{"left": title, "before": 12}, *({"paragraph": text} for text in texts)]}]


def _slip(_: Paper, said: dict[str, Any], __: Keys) -> list[Any]:
    """Return what is cut off or torn off: below a line to cut along, or on a page of its own."""
    if said.get("own_page"):
        return ["page_break", *said["do"]]
    return [{"keep": [{"cut_line": said.get("cut", "（切り取り線）")}, *said["do"]]}]


def _letter_boxes(paper: Paper, said: dict[str, Any], keys: Keys) -> list[Any]:
    """Return a row of boxes that take one letter each, `tiers` of them; `units` puts a printed word behind a box."""
    count, tiers = int(said["count"]), int(said.get("tiers", 1))
    label = float(said.get("label_width", _LABEL))
    lead, units = said.get("lead"), {n: text for n, text in enumerate(said.get("units", []), 1) if text}
    room = paper.text_width - paper.indent
    boxes = count + len(units) + (2 if lead is not None else 0)
    width = min(_MOST, (room - label) // boxes)
    if count < 1 or tiers < 1 or width < _LEAST:
        paper.refuse(
            keys, f"{count}字の枠は、この幅に入りません。「tiers」で段を分けるか、「label_width」を小さくしてください。"
        )
    rest = room - label - width * boxes
    columns = [label + (rest if rest < _REST else 0)]
    columns += [width * 2] if lead is not None else []
    rows: list[Any] = []
    for line in range(tiers):
        cells: list[Any] = [{"text": said["name"], "label": True, "down": tiers}] if line == 0 else []
        cells += [{"text": lead if line == 0 else "", "label": False, "align": "center"}] if lead is not None else []
        for n in range(count):
            at = f'{{% set lettered %}}{said["text"]}{{% endset %}}{{{{ letter(lettered, {line * count + n}, {count * tiers}, "{_plain(said["name"])}") }}}}'
            cells.append({"text": at, "align": "center", "label": False})
            cells += [{"text": units[n + 1], "label": False, "align": "center"}] if n + 1 in units else []
        rows.append([*cells, *([""] if rest >= _REST else [])])
    columns += [width] * (count + len(units)) + ([rest] if rest >= _REST else [])
    return [{"table": {"columns": columns, "rows": rows}}]


def _plain(label: str) -> str:
    return label.replace("\\", "").replace('"', "").replace("\n", "")


_FACES: Final[dict[str, Callable[[Paper, Any, Keys], list[Any]]]] = {
    "office_only": _office_only,
    "parts": _parts,
    "appeal": _appeal,
    "slip": _slip,
    "letter_boxes": _letter_boxes,
}
