"""部品の見本: every part of the pages once, with invented content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template

from api.desk.asked import Box, BoxItem
from api.desk.dates import echo
from api.desk.widgets import widget_of, width_of
from validators.model import Field, Finding, Options

if TYPE_CHECKING:
    from api.desk.widgets import TypedAnswer

blueprint = Blueprint("parts_page", __name__, url_prefix="/help")

_WAYS: Final = Options({"direct": "直接交付", "recorded": "書留"})
_ACTS: Final = Options({"follow": "つきまとい", "calls": "連続した電話", "mail": "拒まれた後の送信"})
_MISSING: Final = Finding(
    "error", (), "「申出人氏名」が書かれていません。申出人の氏名を書いてください。", label="申出人氏名"
)
_WAITING: Final = Finding(
    "warning", ("KNG-9(5)イ-b",), "口頭でも説明したかを確かめてください。", "口頭の説明の記録がありません。", label="口頭説明日",
    citation="要領9(5)イ",
)  # fmt: skip
_TOLD: Final = Finding("info", (), "前の画面で書いた住所と同じです。", label="住所")


def _box(name: str, label: str, kind: str, answer: TypedAnswer = None, *, hint: str = "", **more: object) -> Box:
    options = more.pop("options", Options())
    of = str(more.pop("of", ""))
    field = Field(name, label, kind, hint=hint, options=options if isinstance(options, dict) else {}, of=of)
    box = Box(f"part-{name}", label, widget_of(field), answer, field, width=width_of(field))
    box.must = bool(more.pop("must", False))
    found = more.pop("messages", [])
    box.messages = list(found) if isinstance(found, list) else []
    if box.widget in {"date", "moment"} and answer:
        box.echo = echo(answer)
    return box


def samples() -> list[Box]:
    """Return a box of every widget."""
    rows = _box("rows", "行為", "list", hint="行為を一件ずつ書きます。", of="text")
    rows.widget = "rows"
    rows.items = [
        BoxItem(f"{rows.name}.{i}", [_box(f"rows.{i}.what", "行為の内容", "text", text)])
        for i, text in enumerate(("駅で待ち伏せした。", "電話を二十回かけた。"))
    ]
    day = {"era": "令和", "year": "8", "month": "6", "day": "5"}
    return [
        _box("name", "申出人氏名", "string", must=True, messages=[_MISSING], hint="戸籍のとおりの字で書きます。"),
        _box("reason", "理由", "text", "所在が分からないため。", hint="調べたことも書きます。"),
        _box("copies", "通数", "integer", "2"),
        _box("received", "申出の年月日", "date", day, must=True),
        _box("called", "電話のあった日時", "datetime", {**day, "time": "21:00", "about": "yes"}),
        _box("person", "聴取した人", "person", {"name": "架空　太郎"}),
        _box("home", "住所", "address", "汐見県汐見市架空町1-2-3", messages=[_TOLD]),
        _box("way", "渡し方", "enum", "direct", options=_WAYS, messages=[_WAITING]),
        _box("acts", "行為の種類", "list", ["follow"], of="enum", options=_ACTS),
        _box("oral", "口頭で説明したか", "boolean"),
        _box("papers", "添付書類", "list", "申出書の写し\n委任状", of="string"),
        rows,
    ]


@blueprint.get("/parts")
def parts() -> str:
    """Show every part."""
    return render_template("desk/help_parts.html", boxes=samples(), missing=_MISSING, waiting=_WAITING, told=_TOLD)
