"""Check the blocks that printed faces share (forms/paper/layout/faces.py): their keys, and the notes that belong to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from forms.paper.layout_check import FailAt, LayoutCheck
    from forms.paper.layout_names import Bound
    from validators.definitions.yamlio import Keys

_NOTE: Final = re.compile("※[印の]")
_PAPER_SIZE: Final = re.compile("用紙の大きさは")


def office_only(check: LayoutCheck, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
    """Check boxes of the office: a list of labels, or `{boxes, shape, height, columns}`."""
    if not isinstance(value, dict):
        value = {"boxes": value}
    else:
        check.only(keys, value, {"boxes", "shape", "height", "columns"}, needed=("boxes",))
        keys = (*keys, "boxes")
    if value.get("shape", "boxes") not in {"boxes", "line"}:
        check.fail((*keys[:-1], "shape"), "「shape」は boxes（見出しの下に枠）か line（見出しの横に枠）です。")
    if not isinstance(value["boxes"], list) or not value["boxes"]:
        check.fail(keys, "「office_only」には欄の名前を一つ以上並べてください。")
    for i, box in enumerate(value["boxes"]):
        here = (*keys, i)
        if isinstance(box, dict):
            check.only(here, box, {"name", "text"}, needed=("name",))
        for part in box.values() if isinstance(box, dict) else [box]:
            check.text(here, part, bound)


def parts(check: LayoutCheck, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
    """Check parts: `head` and `foot` stand on each, `do` holds the blocks of one part after the other."""
    check.only(keys, value, {"head", "do", "foot"}, needed=("do",))
    for each in ("head", "foot"):
        if each in value:
            check.blocks((*keys, each), value[each], bound)
    if not isinstance(value["do"], list) or len(value["do"]) < 2:  # noqa: PLR2004
        check.fail((*keys, "do"), "「parts」の「do」には、（その１）から順に、部品の一覧を二つ以上並べてください。")
    for i, part in enumerate(value["do"]):
        check.blocks((*keys, "do", i), part, bound)


def appeal(check: LayoutCheck, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
    """Check an instruction on appeals: a list of texts, or `{texts, title, framed}`."""
    if isinstance(value, dict):
        check.only(keys, value, {"texts", "title", "framed"}, needed=("texts",))
        check.text((*keys, "title"), value.get("title", ""), bound)
        keys, value = (*keys, "texts"), value["texts"]
    if not value:
        check.fail(keys, "「appeal」に教示の文を書いてください。")
    check.texts(keys, value, bound)


def slip(check: LayoutCheck, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
    """Check a slip: its blocks, and the words on the line to cut along."""
    check.only(keys, value, {"do", "own_page", "cut"}, needed=("do",))
    check.text((*keys, "cut"), value.get("cut", ""), bound)
    check.blocks((*keys, "do"), value["do"], bound)


def letter_boxes(check: LayoutCheck, keys: Keys, value: Any, bound: Mapping[str, Bound]) -> None:
    """Check boxes of one letter each."""
    allowed = {"name", "text", "count", "tiers", "label_width", "lead", "units"}
    check.only(keys, value, allowed, needed=("name", "text", "count"))
    for each in ("name", "text", "lead"):
        if each in value:
            check.text((*keys, each), value[each], bound)
    if not value["count"]:
        check.fail((*keys, "count"), "「count」には枠の数を書いてください。")
    check.texts((*keys, "units"), value.get("units", []), bound)
    if len(value.get("units", [])) > value["count"]:
        check.fail((*keys, "units"), "「units」には、枠ごとに、後に印字する字を順に並べてください（なければ空の字）。")


FACES: Final[dict[str, Callable[[LayoutCheck, Keys, Any, Mapping[str, Bound]], None]]] = {
    "office_only": office_only,
    "parts": parts,
    "appeal": appeal,
    "slip": slip,
    "letter_boxes": letter_boxes,
}


def check_notes(layout: Any, house: str, fail: FailAt) -> None:
    """Refuse boxes of the office without a note on ※; in the house of the police, a note on the paper's size that is not last."""
    found = list(_walk(layout, ("layout",)))
    boxes = next((keys for keys, key, _ in found if key == "office_only"), None)
    if boxes is not None and not any(isinstance(value, str) and _NOTE.search(value) for _, _, value in found):
        fail(
            boxes,
            "※の欄があるので、備考に「※印欄は、記入しないこと。」を入れてください（共通の部品 office-only-note）。",
        )
    for keys, key, value in found:
        notes = value if key == "remarks" and isinstance(value, list) else []
        if house == "police" and any(isinstance(note, str) and _PAPER_SIZE.search(note) for note in notes[:-1]):
            fail(keys, "用紙の大きさの備考は、最後に置いてください。")


def _walk(part: Any, keys: Keys) -> Iterator[tuple[Keys, str, Any]]:
    """Yield every value of a layout with its place and the key it stands under."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        yield (*keys, key), str(key), value
        if isinstance(value, (dict, list, tuple)):
            yield from _walk(value, (*keys, key))
