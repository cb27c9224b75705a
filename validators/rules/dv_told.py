"""Checks of what a petition or statement under the DV Act tells in words, and of who signs or acts for whom.

A text check refuses only what is known to say nothing (なし, 同上) or repeats another box; all else is a hint that a person
weighs, and a short sentence with a fact passes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from validators.expressions.functions import (
    filled,
    looks_like,
    mentions,
    placeholder,
    same_person,
    same_text,
    says_nothing,
)
from validators.expressions.lookups import plain, words
from validators.rules.dv_filing import PETITIONS
from validators.rules.shared import boxes
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validators.statutes.verdicts import Facts

_MARKS = re.compile(r"[\s。、.,・「」『』()\[\]【】:;!?]")
# 上記１のとおり, 第３の１記載のとおり, 出来事の欄と同じ: the box itself says nothing; another paper (別紙) may.
_ELSEWHERE = re.compile(
    r"(?:(?:先|前回|初回|従前|上記|前記|前述|上述|既述|先述|前掲|同上|同項|同欄|状況|出来事|第?[0-9一二三四五六七八九十]|[ア-ン]|申立[書て]|記載|別項|前項|前号|各号|本文|理由|貴庁|貴裁判所|照会書?|回答書?|書面|相談記録|記録|の|-|欄|項|号|に|は|と)*)"
    r"(?:とおり|通り|同じ|同様|同一|同旨|同文|参照)(?:です|である|であります|とする)?"
)
_OTHER_PAPER = re.compile(
    r"(?:詳細は|事情は)?(?:別紙|別添|別冊|添付|供述書?|陳述書?|診断書|報告書|資料|甲[第号証0-9一二三四五六七八九十]*|の|記載|書面|[0-9一二三四五六七八九十]|に|を)*"
    r"(?:別紙|別添|別冊|添付|供述|陳述|診断書|報告書|資料|甲)[^。]{0,12}?(?:とおり|通り|参照|同じ|記載)(?:です|である|する|ください|願います)?"
)


# ---- something is told ------------------------------------------------------------------------------------------------


_SHORT = 60  # letters; a text that says nothing is short


def _says_nothing(text: Any) -> bool:
    return placeholder(text) or _is(_ELSEWHERE, text)


def _is(pattern: re.Pattern[str], text: Any) -> bool:
    bare = _MARKS.sub("", fold(plain(text)))
    return len(bare) < _SHORT and bool(pattern.fullmatch(bare))


def petition_says_something(facts: Facts) -> bool:
    """Tell whether no matter of art. 12(1) and (2) is answered by a word that stands for none (なし, 同上, 上記のとおり).

    A consultation may have led to no measure, and its place may be that of the office before it.
    """
    if empty := _empty_row(facts):
        return facts.breach_at(empty)
    orders = facts.requested_orders
    asked = {
        "risk_statement_mind_body": any(order != "eviction" for order in orders),
        "risk_statement_body": "eviction" in orders,
        "child_necessity_statement": "child_order" in orders,
        "relative_necessity_statement": "relative_noncontact" in orders,
    }
    return boxes(
        facts, **{name: not needed or not _says_nothing(getattr(facts, name)) for name, needed in asked.items()}
    )


def renewed_petition_says_something(facts: Facts) -> bool:
    """Tell the same of a petition once more: why it is needed is told by DVA-18(2)-a (art. 18(2))."""
    if empty := _empty_row(facts):
        return facts.breach_at(empty)
    return boxes(facts, risk_statement_body=not _says_nothing(facts.risk_statement_body))


def need_once_more_is_told(facts: Facts) -> bool:
    """Tell whether why the order is needed once more is told here, and apart from the risk (art. 18(1), (2))."""
    told = facts.repeat_necessity_statement
    return not (_says_nothing(told) or says_nothing(told) or same_text(told, facts.risk_statement_body))


def _empty_row(facts: Facts) -> str:
    """Return the box of an act or of a consultation that is filled and says nothing; "" where there is none."""
    for number, incident in enumerate(facts.incidents):
        if _says_nothing(incident["description"]):
            return f"incidents[{number}].description"
    if facts.consultation_exists is True and facts.sworn_statement_attached is not True:
        for number, consulted in enumerate(facts.consultations):
            if key := _blank_of(consulted):
                return f"consultations[{number}].{key}"
    return ""


def _blank_of(consulted: dict[str, Any]) -> str:
    """Return the key of a consultation that is filled and says nothing; "" where there is none."""
    no_measure = re.compile(r"特?に?(?:なし|無し?|ない|ありません|なかった)|該当なし")
    for key in ("agency_name", "content"):
        if _says_nothing(consulted[key]):
            return key
    place, measures = (_MARKS.sub("", fold(plain(consulted[key]))) for key in ("consulted_place", "measures"))
    if placeholder(consulted["consulted_place"]) and not place.startswith("同"):
        return "consulted_place"
    return "measures" if _says_nothing(measures) and not no_measure.fullmatch(measures) else ""


def petition_stands_by_itself(facts: Facts) -> bool:
    """Tell whether no matter of art. 12(1) and (2) is told by another paper alone (別紙のとおり, 陳述書のとおり)."""
    for number, incident in enumerate(facts.incidents):
        if _by_another_paper(incident["description"]):
            return facts.breach_at(f"incidents[{number}].description")
    names = (
        "risk_statement_mind_body",
        "risk_statement_body",
        "child_necessity_statement",
        "relative_necessity_statement",
    )
    return boxes(facts, **{name: not _by_another_paper(getattr(facts, name)) for name in names})


def _by_another_paper(text: Any) -> bool:
    return _is(_OTHER_PAPER, text)


def stands_elsewhere(text: Any) -> bool:
    """Tell whether a text only sends the reader to another box or paper (上記のとおり, 別紙のとおり, 記録参照)."""
    return _is(_ELSEWHERE, text) or _by_another_paper(text)


def statement_covers_no_contact(facts: Facts) -> bool:
    """Tell whether the statement is made for art. 12(1) and says something of each matter that is asked for (art. 12(3))."""
    orders = facts.requested_orders
    return boxes(
        facts,
        covers_order_types="12条1項" in facts.covers_order_types,
        statement_violence=not _says_nothing(facts.statement_violence),
        statement_risk=not _says_nothing(facts.statement_risk),
        statement_child_necessity="child_order" not in orders or not _says_nothing(facts.statement_child_necessity),
        statement_relative_necessity="relative_noncontact" not in orders
        or not _says_nothing(facts.statement_relative_necessity),
    )


def statement_covers_eviction(facts: Facts) -> bool:
    """Tell the same of art. 12(2); a statement for both that says nothing is told once, by art. 12(1)."""
    alone = set(facts.requested_orders) == {"eviction"}
    return boxes(
        facts,
        covers_order_types=any(each in facts.covers_order_types for each in ("12条2項", "18条")),
        statement_violence=not alone or not _says_nothing(facts.statement_violence),
        statement_risk=not alone or not _says_nothing(facts.statement_risk),
        statement_repeat_necessity="18条" not in facts.covers_order_types
        or not _says_nothing(facts.statement_repeat_necessity),
    )


# ---- told apart ---------------------------------------------------------------------------------------------------------


def _sentences(text: Any) -> list[str]:
    return [bare for part in re.split(r"[。\n]", plain(text)) if (bare := _MARKS.sub("", fold(part)))]


def _only_repeats(text: Any, others: Iterable[Any]) -> bool:
    """Tell whether every sentence of a text stands in one of the others."""
    told = "".join(sentence for other in others for sentence in _sentences(other))
    mine = _sentences(text)
    return bool(mine) and bool(told) and all(sentence in told for sentence in mine)


def mind_body_risk_is_apart(facts: Facts) -> bool:
    """Tell whether the risk of art. 12(1)2 says more than the acts of item 1."""
    return not _only_repeats(facts.risk_statement_mind_body, [each["description"] for each in facts.incidents])


def body_risk_is_apart(facts: Facts) -> bool:
    """Tell the same of art. 12(2)2."""
    return not _only_repeats(facts.risk_statement_body, [each["description"] for each in facts.incidents])


def sworn_risk_is_apart(facts: Facts) -> bool:
    """Tell the same of a sworn statement (art. 12(3))."""
    return not _only_repeats(facts.statement_risk, [facts.statement_violence])


# ---- told so that it can be weighed -----------------------------------------------------------------------------------------


def _left(text: Any, lexicon: str) -> int:
    """Return how many letters are left of a text without the phrases of a lexicon, hiragana and marks."""
    key = fold(plain(text))
    for phrase in sorted(map(fold, words(lexicon)), key=len, reverse=True):
        key = key.replace(phrase, "")
    return len(re.sub(r"[ぁ-んノッケ]|[^\w]", "", key))


_TELLING = 2


def child_necessity_is_concrete(facts: Facts) -> bool:
    """Tell whether the need for an order on the child is told by some act or day, beyond the words of art. 10(3)."""
    return _necessity_is_told(facts.child_necessity_statement)


def relative_necessity_is_concrete(facts: Facts) -> bool:
    """Tell the same of the need for an order on others (art. 10(4))."""
    return _necessity_is_told(facts.relative_necessity_statement)


def _necessity_is_told(said: Any) -> bool:
    told = mentions(said, words("taking_the_child")) or _left(said, "child_formula") >= _TELLING
    return told or _says_nothing(said) or _by_another_paper(said)


def no_hearing_reason_is_concrete(facts: Facts) -> bool:
    """Tell whether the reason for an order without a hearing is more than its urgency (art. 14(1))."""
    said = facts.no_hearing_reason
    return _says_nothing(said) or _left(said, "urgency_formula") >= _TELLING


def bodily_violence_is_told(facts: Facts) -> bool:
    """Tell whether the risk for an eviction speaks of violence to the body, not of words or of the mind alone (art. 10-2)."""
    said = fold(plain(facts.risk_statement_body))
    for phrase in map(fold, words("harm_to_the_mind")):
        said = said.replace(phrase, "")
    elsewhere = _says_nothing(facts.risk_statement_body) or _by_another_paper(facts.risk_statement_body)
    return elsewhere or mentions(said, words("bodily_violence"))


_LAST = re.compile(r".*の")
_COLLECTIVE = (
    ("母父", ("両親", "父母", "親", "実家")),
    ("兄弟姉妹", ("兄弟", "姉妹", "きょうだい", "実家")),
    ("祖", ("祖父母", "実家")),
    ("叔伯", ("おじ", "おば", "叔父", "叔母", "伯父", "伯母")),
    ("甥姪", ("おい", "めい")),
    ("上司同僚社長", ("職場", "勤務先", "勤め先", "会社")),
    ("", ("全員", "それぞれ", "いずれも", "親族ら", "家族")),
)


def relative_is_told_of(facts: Facts) -> bool:
    """Tell whether the need for orders on several relatives names this one, by any of its names or what it is (art. 10(4))."""
    relative, said = facts.r, facts.relative_necessity_statement
    told = mentions(said, [*_names(facts, relative), *_called(plain(relative["relation"]))])
    return told or _says_nothing(said) or _by_another_paper(said) or facts.breach_at("relative_necessity_statement")


def _names(facts: Facts, relative: dict[str, Any]) -> list[str]:
    parts = plain(relative["name"]).split()
    families = [plain(each["name"]).split()[:1] for each in facts.relatives] + [plain(facts.applicant_name).split()[:1]]
    alone = families.count(parts[:1]) == 1
    return [plain(relative["name"]), *parts[1:], *(parts[:1] if alone and len(parts) > 1 else [])]


def _called(relation: str) -> list[str]:
    """Return the words for a relation (申立人の実母（同居） → 実母, 母, 両親, 実家)."""
    key = fold(relation)
    kin = [_LAST.sub("", part) for part in re.split(r"[()、・/]", key)]
    bare = [re.sub(r"^(?:実|義理?|養|継|元)", "", part) for part in kin]
    together = [
        word for letters, those in _COLLECTIVE for word in those if not letters or any(c in letters for c in key)
    ]
    return [word for word in (key, *kin, *bare, *together) if word]


_GROWN = re.compile(r"成人|成年|会社員|公務員|大学|社会人|1[5-9]歳|[2-9][0-9]歳")


def age_of_a_relative_is_told(facts: Facts) -> bool:
    """Tell whether the birth date stands where what the relative is to the applicant may be a child's (art. 10(5))."""
    return filled(facts.r["dob"]) or not _may_be_a_child(facts.r["relation"])


def age_of_the_relative_is_told(facts: Facts) -> bool:
    """Tell the same of the relative whose consent it is (art. 10(5))."""
    return filled(facts.relative_dob) or not _may_be_a_child(facts.relative_relation)


def _may_be_a_child(relation: Any) -> bool:
    key = fold(plain(relation))
    kin = _LAST.sub("", re.sub(r"\([^()]*\)", "", key))
    return any(kin.startswith(fold(word)) for word in words("often_children")) and not _GROWN.search(key)


# ---- who acts, who signs ------------------------------------------------------------------------------------------------------

_QUALIFIED = re.compile(r"(?<![元準])弁護士(?!会|事務所|補|秘書)|法定代理人|特別代理人|親権者|後見人(?!候補)")
_LAWYERS = re.compile(r"代理人|弁護士(?!法人)|法律事務所|事務所|[、,]")
_STAFF = re.compile(r"事務職?員|秘書|補助者")
_CAPACITY = re.compile(r"法定代理人|親権者(?:である)?[父母]?|(?:成年|未成年)?後見人")
_ASIDE = re.compile(r"\([^()]*\)")
_ROLES = re.compile(
    r"申立人|供述者|同意者|作成者|申立代理人|代理人|被害者|相手方|御本人|ご本人|本人|未成年者|子|自署|自筆|署名|記名|押印|捺印|印|様|殿|氏|さん|より|[^\w]"
)
_FORMER_NAME = re.compile(r"[(（][^()（）]*(?:旧姓|旧氏|通称|戸籍|婚姻前)[^()（）]*[)）]")


def agent_may_act(facts: Facts) -> bool:
    """Tell whether the agent is named as a lawyer or as one whom the law makes an agent (CCP 54(1))."""
    key = fold(plain(facts.applicant_agent_name))
    return bool(_QUALIFIED.search(key)) and not _STAFF.search(_ASIDE.sub("", key))


def _is_name_of(written: Any, name: Any) -> bool:
    """Tell whether what is written is the name, with no more beside it than a seal, a role or an older name in brackets."""
    mine, whose = (_FORMER_NAME.sub("", plain(each)) for each in (written, name))
    if same_person(mine, whose):
        return True
    bare = _ROLES.sub("", fold(whose)) or fold(whose)
    before, found, behind = fold(mine).partition(bare)
    return bool(found) and not _ROLES.sub("", before) and not _ROLES.sub("", behind)


def petition_is_signed(facts: Facts) -> bool:
    """Tell whether the applicant or the agent stands where the petition is signed."""
    return _is_partys(facts.applicant_signature, facts.applicant_name, facts.applicant_agent_name)


def receipt_is_a_partys(facts: Facts) -> bool:
    """Tell whether a party, an agent or a lawyer received the summons (art. 14の2(2))."""
    received, agent = facts.received_by, facts.applicant_agent_name
    lawyer = not filled(agent) and bool(_QUALIFIED.search(fold(plain(received))))
    return lawyer or any(_is_partys(received, party, agent) for party in (facts.applicant_name, facts.respondent_name))


def _is_partys(signed: Any, party: Any, agent: Any) -> bool:
    if filled(party) and _is_name_of(signed, party):
        return True
    names = [part for part in _LAWYERS.split(_ASIDE.sub("", fold(plain(agent)))) if len(part) > 1]
    firm = mentions(signed, plain(agent)) or mentions(agent, plain(signed))
    return filled(agent) and (firm or same_person(signed, agent) or mentions(signed, names))


def child_signed_itself(facts: Facts) -> bool:
    """Tell whether the child's own name, and nobody's beside it, stands where the consent is signed (art. 10(3))."""
    return _is_name_of(facts.child_signature, facts.child_name)


def consent_giver_signed(facts: Facts) -> bool:
    """Tell whether the relative, or the representative with or without the other parent, signed the consent (art. 10(5))."""
    giver = facts.relative_name if facts.consent_giver_kind == "self" else facts.legal_representative_name
    other, signed = facts.other_representative_name, facts.signature
    both = filled(other) and mentions(signed, plain(giver)) and mentions(signed, plain(other))
    return both or _is_name_of(_CAPACITY.sub("", fold(plain(signed))), giver)


def affiant_signed(facts: Facts) -> bool:
    """Tell whether the affiant signed; where another affiant is named than the applicant who signed, DVA-12(3)-a-本人 tells it."""
    wrong_affiant = filled(facts.applicant_name) and not _is_name_of(facts.affiant_name, facts.applicant_name)
    signed = facts.affiant_signature
    return _is_name_of(signed, facts.affiant_name) or (wrong_affiant and _is_name_of(signed, facts.applicant_name))


def affiant_is_the_applicant(facts: Facts) -> bool:
    """Tell whether the applicant makes the statement (art. 12(3))."""
    return _is_name_of(facts.affiant_name, facts.applicant_name)


def statement_belongs_to_a_petition(facts: Facts) -> bool:
    """Tell whether a petition of the case is the affiant's and against the same respondent (art. 12(3))."""
    petitions = [each for slug in PETITIONS for each in facts.papers(slug)]
    own = [each for each in petitions if _is_name_of(facts.affiant_name, each.get("applicant_name"))]
    against, named = facts.respondent_name, filled(facts.respondent_name)
    return boxes(
        facts,
        affiant_name=bool(own),
        respondent_name=not named or any(same_person(each.get("respondent_name"), against) for each in own),
    )


# ---- places ---------------------------------------------------------------------------------------------------------------------

_PREFECTURE = re.compile(r"^(?:北海道|東京都|京都府|大阪府|.{2,3}県)")


def shared_home_is_no_forbidden_place(facts: Facts) -> bool:
    """Tell whether no place to keep away from is the shared home, however much of its address is written (art. 10(1))."""
    return not any(
        _stands_in(place, facts.shared_home_address) or looks_like(place, "lives_together")
        for place in facts.prohibited_places
    )


def children_live_with_the_applicant(facts: Facts) -> bool:
    """Tell whether no child that lives with the applicant, who has left, is put down at the respondent's home (art. 10(3))."""
    for number, child in enumerate(facts.children):
        if child["lives_with_applicant"] is True and _stands_in(child["address"], facts.respondent_domicile):
            return facts.breach_at(f"children[{number}].address")
    return True


def _stands_in(text: Any, address: Any) -> bool:
    """Tell whether a text names an address, with its prefecture and city or without."""
    home = fold(plain(address))
    within = _PREFECTURE.sub("", home)
    ways: Sequence[str] = [home, within, re.sub(r"^[^0-9]{1,6}?[市郡]", "", within)]
    return bool(home) and mentions(text, [way for way in ways if re.search(r"[0-9]", way)] or [home])
