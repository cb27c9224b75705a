"""How a petition is filed: on paper, or electronically where its court is designated (DV防止法14条の4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.expressions.lookups import UnknownAnswerError, takes_electronic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validators.rulebook import Rulebook

_COPIES = "部数は法律で定められていません。正本と副本の数は、提出先の裁判所の案内を確かめてください。"


def method_of(rules: Rulebook, petition: Mapping[str, Any], table: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return what is said of the way of filing, and what forbids it, in words. The provisions have been weighed already.

    CourtPaper is the default. The rulebook's tables are looked up through the surroundings of expressions.
    """
    online = petition.get("filing_method") == "online"
    try:
        designated: bool | None = takes_electronic(petition.get("court_name"), petition.get("petition_date"))
    except UnknownAnswerError:
        designated = None
    limits = f"名前{table['name_letters']}文字以内、A4、パスワードなし、合わせて{table['megabytes']}MB以内"
    if online and designated is False:
        return [], [
            "この裁判所は、申立ての日には電子申立ての指定を受けていません（14条の4第1項）。書面で提出してください。"
        ]
    if online:
        checked = "" if designated else "指定を受けた裁判所かを、提出の前に裁判所に確かめてください。"
        return [f"電子で申し立てます（14条の4）。PDFは{limits}であることを確かめました。{checked}"], []
    if designated:
        also = f"この裁判所は電子申立ても受け付けます（PDFは{limits}）。"
    elif designated is None:
        until = rules.reference.table("electronic_courts").get("asked_until", "")
        also = f"この裁判所の電子申立ての指定は見つかっていません（{until}まで確認）。"
    else:
        also = ""
    return [f"書面（紙）で提出します。{also}", _COPIES], []
