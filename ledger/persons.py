"""What is known of a person of a case, whose a fact is, and what somebody is found and compared by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ledger import blind
from ledger.tables.cases import NAME_KINDS, PLACE_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.blind import TokenKind
    from validators.model import Field

ROLES: Final[dict[str, str]] = {
    "applicant": "申出人・申立人",
    "victim": "被害者・対象者",
    "respondent": "相手方・行為者",
    "perpetrator": "加害者",
    "representative": "代理人・親権者",
    "child": "子",
    "relative": "親族・密接関係者",
    "other": "そのほか",
}
NAME_LABELS: Final = dict(zip(NAME_KINDS, ("氏名", "ふりがな", "別名", "旧氏名", "書面の表記"), strict=True))
PLACE_LABELS: Final = dict(zip(PLACE_KINDS, ("住所・居所", "避難先", "勤務先", "通学先", "電話", "車両"), strict=True))
_NUMBERS = ("_id", "_number")
_OWN_NUMBER = "case_id"  # the case's own, which stands in its row
_PARTS = {"kana": "kana", "birth_date": "birth", "sex": "sex", "phone": "phone", "workplace": "work"}


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name of somebody, of a kind of NAME_KINDS, with the days it was borne from and until where they are known."""

    kind: str
    text: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class PlaceKept:
    """A place, telephone or car of somebody, of a kind of PLACE_KINDS.

    A protected one is shown to nobody unasked, and looked for in what the respondent may read: a refuge always, another unless
    it is the respondent's own.
    """

    kind: str
    text: str
    since: str = ""
    until: str = ""
    protected: bool | None = None  # None: as whose it is says


@dataclass(frozen=True, slots=True)
class PartyTold:
    """What is told of a person: role (a key of ROLES), names, places, birth as known, sex, remarks, numbers."""

    role: str
    names: Sequence[Spelling] = ()
    places: Sequence[PlaceKept] = ()
    birth: str = ""
    sex: str = ""
    remarks: str = ""
    numbers: Sequence[str] = ()

    def texts(self) -> dict[TokenKind, set[str]]:
        """Return what is known of a person, as it was written, by the kind it is found by."""
        found: dict[TokenKind, set[str]] = {kind: set() for kind in blind.KINDS}
        for each in self.names:
            found["kana" if each.kind == "kana" else "name"].add(each.text)
        for place in self.places:
            found["phone" if place.kind == "phone" else "place"].add(place.text)
        found["birth"] = {self.birth} - {""}
        found["number"] = set(self.numbers)
        return found

    def forms(self) -> dict[TokenKind, set[str]]:
        """Return what is known of a person by the forms it is compared in."""
        return {
            kind: {form for text in texts for form in blind.folded_forms(kind, text)}
            for kind, texts in self.texts().items()
        }


@dataclass(frozen=True, slots=True)
class PartyKept(PartyTold):
    """A person of a case as kept."""

    id: int = 0
    ref: str = ""

    def called(self) -> str:
        """Return the name in force: the newest registered one that has not ended, else any."""
        ranked = sorted(self.names, key=lambda each: (each.kind != "kana", not each.until, each.kind == "registered"))
        return ranked[-1].text if ranked else ""


def part_of(item: Field) -> tuple[str, str] | None:
    """Return whose a fact is and what of them: applicant_residence → (applicant, refuge); None where it tells of nobody.

    A number of the matter (court_case_number) is of no role in particular: ("", "number").
    """
    role, _, what = item.name.partition("_")
    if item.type == "string" and item.name.endswith(_NUMBERS) and item.name != _OWN_NUMBER:
        return (role if role in ROLES else ""), "number"
    if role not in ROLES or not item.once:
        return None
    if item.type == "person" and what == "name":
        return role, "registered"
    if item.type == "address":
        return role, "work" if "workplace" in what else "refuge" if item.known == "never" else "address"
    return (role, _PARTS[what]) if what in _PARTS else None
