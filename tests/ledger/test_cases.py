"""Promise: a case is opened once whatever the spelling, its facts are entered once and superseded, its people are found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from ledger.access import access_of, end_access, give_access, may_know
from ledger.audit.verify import verify_ledger
from ledger.cases import AlikeError, CaseTold, case_named, open_case
from ledger.engine import open_ledger
from ledger.entering import tell_facts, tell_party
from ledger.facts import fact_revisions, facts_of
from ledger.keys import new_line, read_ring
from ledger.parties import parties_of
from ledger.persons import PartyTold, PlaceKept, Spelling
from ledger.search import MOST, find
from ledger.tables import METADATA, audit
from ledger.types import Instant
from tests.ledger.conftest import NOW
from tests.ledger.kept_cases import CLERK, KIND, a_case, with_office
from tests.rulebooks import OURS
from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.engine import Ledger

FACTS = {
    "applicant_name": "髙﨑　澪",
    "applicant_birth_date": "平成2年4月1日",
    "applicant_residence": "汐見県架空町大字浜１番地　みさき荘205",
    "applicant_phone": "090-0000-0001",
    "respondent_name": "乙野　次郎",
    "respondent_address": "汐見県灯台市岬町四丁目5番6号",
}


@pytest.fixture
def kept(place: Path | str) -> Iterator[Ledger]:
    """Give a ledger under a master key, with an office."""
    with open_ledger(place, clock=lambda: NOW, master=read_ring(new_line("2026"))) as ledger:
        with_office(ledger)
        yield ledger
        assert verify_ledger(ledger).sound


def test_a_case_is_kept_with_its_people_and_found_by_number_in_any_spelling(kept: Ledger) -> None:
    """What was told comes back typed; facts make the parties known, with where they hide apart."""
    made = a_case(kept, "汐見－7", FACTS)
    with kept.read() as connection:
        for name in ("汐見-7", "汐見７", made.ref):
            assert case_named(connection, kept, name).ref == made.ref
        facts = facts_of(connection, made)
        people = {each.role: each for each in parties_of(connection, made)}
    assert facts["applicant_birth_date"].value == "1990-04-01"
    assert facts["applicant_name"].origin == "person"
    applicant = people["applicant"]
    assert (applicant.called(), applicant.birth) == ("髙﨑　澪", "1990-04-01")
    assert {(each.kind, each.protected) for each in applicant.places} == {("refuge", True), ("phone", True)}
    assert people["respondent"].places[0].kind == "address"


@pytest.mark.parametrize(
    ("same", "told"),
    [
        ({"applicant_name": "高崎澪"}, "氏名"),
        ({"respondent_name": "おとの　じろう", "respondent_address": "灯台市岬町４－５－６"}, "住所など"),
        ({"applicant_name": "別人", "applicant_phone": "０９０ー００００ー０００１"}, "電話"),
        ({"respondent_kana": "タカサキ　ミオ", "respondent_birth_date": "H2.4.1"}, "ふりがな・生年月日"),
    ],
    ids=["old form", "address", "phone", "kana and birth"],
)
def test_opening_warns_of_the_same_people_in_any_notation(kept: Ledger, same: dict[str, str], told: str) -> None:
    """Nothing is kept until somebody says why there is to be another case; the warning names case and role, no value."""
    first = a_case(kept, "C-1", FACTS | {"applicant_kana": "たかさき　みお"})
    new = CaseTold("shiomi", "kanagawa-stalker", "2026-03-09", "C-2", facts=same)
    with pytest.raises(AlikeError, match=told) as warned:
        open_case(kept, OURS, CLERK, new)
    assert "C-1" in str(warned.value)
    assert "高" not in str(warned.value)
    with kept.read() as connection, pytest.raises(InputError):
        case_named(connection, kept, "C-2")
    second = open_case(kept, OURS, CLERK, new, although="別の行為者")
    with kept.read() as connection:
        entry = connection.execute(
            select(audit.c.body).where(audit.c.type == "case.opened").order_by(audit.c.seq)
        ).all()
    assert [each.ref.encode() in entry[-1].body for each in (first, second)] == [True, True]


def test_others_are_no_warning(kept: Ledger) -> None:
    """A birth date alone, a family name alone, the neighbour's house: nobody is warned."""
    a_case(kept, "C-1", FACTS)
    other = {
        "applicant_name": "高崎　零",
        "applicant_birth_date": "1990-04-01",
        "respondent_address": "灯台市岬町14-5-6",
    }
    assert open_case(kept, OURS, CLERK, CaseTold("shiomi", KIND, "2026-03-09", "C-2", facts=other)).number == "C-2"


def test_a_number_is_taken_once_whatever_its_spelling(kept: Ledger) -> None:
    """Ｃ－１ is C-1; another office has numbers of its own, and both are asked for by ref then."""
    a_case(kept, "C-1")
    with pytest.raises(InputError, match="すでにあります"):
        a_case(kept, "Ｃ－１")
    with_office(kept, "todai", "汐見県灯台警察署")
    a_case(kept, "c1", office="todai")
    with kept.read() as connection, pytest.raises(InputError, match="いくつかの所属"):
        case_named(connection, kept, "C-1")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kind": "kanagawa"}, "種類の事案はありません"),
        ({"office": "nowhere"}, "所属が台帳にありません"),
        ({"facts": {"applicant_name": "架空", "no_such": "x"}}, "no_such"),
        ({"facts": {"applicant_birth_date": "平成2年13月1日"}}, "暦にない"),
        ({"parties": [PartyTold("friend")]}, "立場"),
        ({"parties": [PartyTold("child", [Spelling("nick", "x")])]}, "氏名の種類"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_kept(kept: Ledger, told: dict[str, Any], words: str) -> None:
    """An unknown kind, office, fact, role or date stops the whole case, in words."""
    with pytest.raises(InputError, match=words):
        a_case(kept, "C-1", **told)
    assert find(kept, CLERK, "C-1") == []


def test_facts_are_superseded_and_papers_of_an_earlier_day_get_what_held_then(kept: Ledger) -> None:
    """A move changes the fact from its day on; the old value stays readable; what is known is not entered twice."""
    case = a_case(kept, "C-1", FACTS)
    assert tell_facts(
        kept,
        OURS,
        CLERK,
        "C-1",
        {"respondent_address": "汐見県汐見市港町1-1", "respondent_name": "乙野　次郎"},
        day="2026-03-20",
    ) == ["respondent_address"]
    assert tell_facts(kept, OURS, CLERK, "C-1", {"行為者住所・居所": "汐見県汐見市港町1-1"}, day="2026-03-21") == []
    tell_facts(kept, OURS, CLERK, "C-1", {"applicant_phone": ""}, day="2026-03-22")
    with kept.read() as connection:
        before, after = (facts_of(connection, case, day=day) for day in ("2026-03-19", "2026-03-25"))
        revisions = fact_revisions(connection, case, "respondent_address")
        he = next(each for each in parties_of(connection, case) if each.role == "respondent")
        by_then = facts_of(connection, case, known=Instant(revisions[0].recorded_at - 1))
    assert before["respondent_address"].value == FACTS["respondent_address"]
    assert after["respondent_address"].value == "汐見県汐見市港町1-1"
    assert [each.rev for each in revisions] == [1, 2]
    assert [(each.text[-3:], each.until) for each in he.places] == [("番6号", "2026-03-20"), ("1-1", "")]
    assert "applicant_phone" in before
    assert "applicant_phone" not in after
    assert by_then == {}


def test_every_spelling_and_period_of_a_person_is_kept(kept: Ledger) -> None:
    """A new name ends the old one on its day; aliases, schools and cars stand beside; each finds the case."""
    case = a_case(kept, "C-1", FACTS)
    tell_facts(kept, OURS, CLERK, "C-1", {"applicant_name": "潮田　澪"}, day="2026-03-20")
    more = PartyTold(
        "child",
        [Spelling("registered", "潮田　凪"), Spelling("alias", "なぎ丸")],
        [PlaceKept("school", "架空市立みさき小学校")],
    )
    assert tell_party(kept, CLERK, "C-1", more)
    assert tell_party(kept, CLERK, "C-1", PartyTold("respondent", [Spelling("alias", "オトさん")]))
    with kept.read() as connection:
        applicant, respondent, child = parties_of(connection, case)
    assert [each.text for each in respondent.names] == ["乙野　次郎", "オトさん"]
    assert [(each.text, each.until) for each in applicant.names] == [("髙﨑　澪", "2026-03-20"), ("潮田　澪", "")]
    assert applicant.called() == "潮田　澪"
    assert child.ref
    for text in ("潮田澪", "高崎　澪", "なぎ丸", "みさき小学校"):
        assert [hit.case for hit in find(kept, CLERK, text)] == [case.ref], text


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("髙崎澪", "name"),
        ("ﾀｶｻｷ ﾐｵ", "kana"),
        ("4020401", "birth"),
        ("1990/4/1", "birth"),
        ("H2.4.1", "birth"),
        ("+81 90-0000-0001", "phone"),
        ("岬町4-5-6", "place"),
        ("みさき荘", "place"),
        ("Ｃ－１", "number"),
    ],
)
def test_one_box_finds_by_anything_in_any_notation(kept: Ledger, text: str, by: str) -> None:
    """Name, kana, both calendars, number, address: each finds the case, says by what, and shows no place."""
    case = a_case(kept, "C-1", FACTS | {"applicant_kana": "たかさき　みお"})
    a_case(kept, "C-2", {"applicant_name": "浜　汐里", "respondent_address": "灯台市岬町14-5-6"})
    hits = find(kept, CLERK, text)
    assert [(hit.case, hit.by) for hit in hits] == [(case.ref, (by,))]
    assert "荘" not in repr(hits)


def test_a_search_is_told_to_the_audit_without_its_words_and_shows_at_most_fifty(kept: Ledger) -> None:
    """Whoever searched is recorded before the answer, what for is not; more than fifty are not shown; the number of queries is fixed."""
    a_case(kept, "C-1")
    for number in range(MOST + 2):
        tell_party(
            kept,
            CLERK,
            "C-1",
            PartyTold("relative", [Spelling("registered", f"浜　汐里{number}"), Spelling("alias", "浜　汐里")]),
        )
    asked: list[str] = []
    event.listen(kept.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(find(kept, CLERK, "浜　汐里")) == MOST
    assert len(asked) <= 12
    assert find(kept, CLERK, "浜") == []
    with kept.read() as connection:
        told = connection.execute(select(audit.c.body, audit.c.actor).where(audit.c.type == "case.searched")).all()
    assert len(told) == 2
    assert not any("浜".encode() in row.body for row in told)
    assert "岸" in str(told[0].actor)


def test_nothing_personal_is_readable_in_the_rows_of_a_keyed_ledger(kept: Ledger) -> None:
    """Names, places, dates and numbers of people stand nowhere in clear, in no table, the audit included."""
    a_case(kept, "C-1", FACTS, title="高崎さんの件", although="理由の文")
    find(kept, CLERK, "高崎澪")
    planted = ["髙﨑", "高崎", "澪", "1990-04-01", "0000-0001", "09000000001", "みさき荘", "岬町", "乙野", "理由の文"]
    with kept.read() as connection:
        rows = [str(list(row)) for table in METADATA.sorted_tables for row in connection.execute(select(table))]
        blobs = [
            value
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
            for value in row
            if isinstance(value, bytes)
        ]
    assert [word for word in planted if any(word in row for row in rows)] == []
    assert [word for word in planted if any(word.encode() in blob for blob in blobs)] == []
    files = [path.read_bytes() for path in kept.folder.iterdir() if path.is_file()] if kept.folder else []
    assert [word for word in planted if any(word.encode() in file for file in files)] == []


def test_others_know_what_they_were_given_and_until_it_ended(kept: Ledger) -> None:
    """The case's office knows all; another office its section alone, from the gift to its end; each is in the audit."""
    case = a_case(kept, "C-1", FACTS)
    with_office(kept, "todai", "汐見県灯台警察署")
    give_access(kept, OURS, CLERK, "C-1", "papers", why="共同の対応", office_code="todai")

    def knows(section: str, code: str) -> bool:
        with kept.read() as connection:
            return may_know(connection, case, section, kept.now(), office_code=code)

    assert [knows(*each) for each in (("protected", "shiomi"), ("papers", "todai"), ("protected", "todai"))] == [
        True,
        True,
        False,
    ]
    assert end_access(kept, CLERK, "C-1", office_code="todai") == 1
    assert not knows("papers", "todai")
    with kept.read() as connection:
        assert access_of(connection, case, kept.now()) == []
    for wrong in ({}, {"office_code": "todai", "person_ref": "x"}):
        with pytest.raises(InputError):
            give_access(kept, OURS, CLERK, "C-1", "papers", why="理由", **wrong)
    with pytest.raises(InputError, match="範囲"):
        give_access(kept, OURS, CLERK, "C-1", "some", why="理由", office_code="todai")
    for telling in ("高崎澪の転居先", "みさき荘を受け持つ署"):
        with pytest.raises(InputError, match="名前や場所を書かずに"):
            give_access(kept, OURS, CLERK, "C-1", "papers", why=telling, office_code="todai")
