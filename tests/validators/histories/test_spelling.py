"""Promise: a history means the same whichever of its usual spellings an office has."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rulebooks import OURS
from validators.histories.items import read_item
from validators.histories.judging import judge_history
from validators.histories.reading import read_histories
from validators.histories.spelling import in_one_spelling
from validators.model import Options
from validators.text import fold

HISTORY = (
    {"on": "2025-05-12", "event": "support_started", "station": "{here}", "officer_unit": "{here}生活安全課"},
    {
        "on": "2025-06-02",
        "event": "address_changed",
        "of": "被害者",
        "station": "岬警察署",
        "victim_base_prefecture": "大阪府",
        "living_base_station_id": "入江警察署",
    },
    {
        "on": "2025-06-02",
        "event": "case_handed_over",
        "from_office": "岬警察署",
        "to": "{head}",
        "to_station": "{there}",
    },
)


def _states(**spelt: str) -> list[tuple[str, str]]:
    written = [{key: str(value).format(**spelt) for key, value in item.items()} for item in HISTORY]
    items = [read_item(OURS.procedures.vocabulary, item, at) for at, item in enumerate(written)]
    found = judge_history(OURS, items, date(2025, 6, 30), sources=["osaka-dv"])
    return [(each.procedure, each.state) for each in found if each.procedure == "OSK-P-第3-3(2)"]


@pytest.mark.parametrize("here", ["岬警察署", "岬署", "大阪府岬警察署", "大阪府警岬署"])
@pytest.mark.parametrize("head", ["署長", "入江警察署長"])
def test_a_hand_over_to_the_right_station_is_found_in_every_spelling(here: str, head: str) -> None:
    """The station that supports, and the one that takes over: long, short, with and without the prefecture."""
    assert _states(here=here, head=head, there=here.replace("岬", "入江")) == []
    assert _states(here=here, head=head, there="沖署") == [("OSK-P-第3-3(2)", "misrouted")]


@pytest.mark.usefixtures("_ours_in_force")
def test_numbers_and_listed_values_are_one_in_every_spelling() -> None:
    """Full-width numbers of consultations, 第２号 of a rule, 書面の提出請求 for the kind of a request."""
    told = [
        {"on": "2026-05-11", "event": "cards_matched", "request_id": "請-1", "matched": ["相－１", "相-1"]},
        {"on": "2026-05-11", "event": "assistance_given", "assistance_measures": ["第２号", "規則第1条第4号"]},
        {"on": "2026-05-11", "event": "court_request_received", "court_request_kind": "書面の提出請求"},
    ]
    items = [read_item(OURS.procedures.vocabulary, item, at) for at, item in enumerate(told)]
    matched, given, asked = in_one_spelling(OURS.procedures.vocabulary, items)
    assert set(matched.facts["matched"]) == {"相－１"}
    assert given.facts["assistance_measures"] == ["2号", "4号"]
    assert asked.facts["court_request_kind"] == "書面提出(14条2項)"


def test_a_value_that_no_procedure_knows_is_told() -> None:
    """A duty that hangs on a value must not lapse in silence because of how it was written."""
    told = [{"on": "2026-05-11", "event": "case_received", "station": "岬署", "support_given_by": "たぶん無し"}]
    (history,), _ = read_histories(OURS.procedures.vocabulary, told, "h")
    assert history.strange == ("「引継ぎの前の支援」が「たぶん無し」",)


@pytest.mark.usefixtures("_ours_in_force")
def test_two_prefectures_may_have_a_station_of_one_name() -> None:
    """A name without prefecture is the first one's; one of another prefecture is not."""
    told = [
        {"on": "2025-06-02", "event": "support_started", "station": s} for s in ("岬署", "汐見県岬署", "谷川県岬署")
    ]
    items = [read_item(OURS.procedures.vocabulary, item, at) for at, item in enumerate(told)]
    spelt = [item.facts["station"] for item in in_one_spelling(OURS.procedures.vocabulary, items)]
    assert spelt == ["岬署", "岬署", "谷川県岬署"]


@pytest.mark.parametrize("author", ["浜二郎", "浜 二郎", "巡査部長　浜　二郎"])
def test_a_person_is_one_in_every_spelling(author: str) -> None:
    """Who acted at the scene may make the card, blanks and rank aside; somebody else may not."""
    states = {}
    for who in (author, "岬　五郎"):
        told = [
            {
                "on": "2026-04-02T09:00",
                "event": "consultation_received",
                "consult_id": "談-4",
                "station": "灯台警察署",
                "receiving_unit_type": "警察署",
                "reception_channel": "110番通報",
                "officers_dispatched": True,
                "handler_id": "渚　四郎",
                "scene_officer_ids": ["浜　二郎"],
            },
            {"on": "2026-04-02T12:00", "paper": "response-card", "consult_id": "談-4", "author_id": who},
        ]
        items = [read_item(OURS.procedures.vocabulary, item, at) for at, item in enumerate(told)]
        found = judge_history(OURS, items, date(2026, 4, 4), sources=["osaka-dv"])
        states[who] = [each.state for each in found if each.procedure == "OSK-P-第3-2(1)イ(ア)"]
    assert states == {author: [], "岬　五郎": ["forbidden"]}


@pytest.mark.parametrize(
    ("source", "procedure", "items", "states"),
    [
        (
            "dv-act",
            "DVA-P-3(4)",
            [
                {
                    "on": "2026-04-06",
                    "event": "temporary_protection_started",
                    "method": "委託",
                    "meets_standard_254": "無",
                }
            ],
            ["forbidden"],
        ),
        (
            "dv-act",
            "DVA-P-29-旧法",
            [
                {
                    "on": "2024-03-29",
                    "event": "petition_filed",
                    "petition_id": "申53",
                    "requested_orders": ["phone_ban_victim"],
                },
                {
                    "on": "2024-04-12",
                    "event": "order_issued",
                    "order_id": "命53",
                    "petition_id": "申53",
                    "order_types": ["電話等禁止命令"],
                },
                {"on": "2024-07-01", "event": "order_violated", "order_id": "命53", "violation_channel": "いいね"},
            ],
            ["forbidden"],
        ),
        (
            "kanagawa-stalker",
            "KNG-P-10(1)イ",
            [
                {"on": "2026-01-20", "paper": "summary-report", "measure": "延長処分"},
                {
                    "on": "2026-01-20",
                    "event": "reported_to_headquarters",
                    "about": "総括報告書",
                    "to": "警察本部長",
                    "via": ["人身安全対策課長"],
                },
            ],
            [],
        ),
    ],
)
def test_a_value_told_in_words_is_the_value(
    source: str, procedure: str, items: list[dict[str, str]], states: list[str]
) -> None:
    """What people call a way, a kind or a means sets off, and answers, what its key does."""
    (history, *_), _ = read_histories(OURS.procedures.vocabulary, items, "h")
    found = judge_history(OURS, history.items, date(2026, 11, 30), sources=[source])
    assert not history.notices()
    assert [each.state for each in found if each.procedure == procedure] == states


@pytest.mark.parametrize(
    ("event", "fact", "told", "value"),
    [
        ("recaptured", "cause", "一部執行猶予の取消し", "一部猶予の言渡しの取消し"),
        ("recaptured", "cause", "仮釈放取消", "仮釈放の取消し"),
        ("unusual_conduct_noticed", "custody_status", "仮釈放", "仮釈放中"),
        ("information_disclosed", "release_ground", "満期釈放", "自由刑の執行終了"),
        ("information_disclosed", "necessity_level", "普通", "通常"),
        ("disclosure_requested", "by_role", "親族", "対象者以外の被害者等"),
        ("notice_received", "kind", "許可決定の取消し", "仮釈放許可決定の取消し"),
        ("cooperation_requested", "kind", "他県警察", "他の都道府県警察"),
        ("contact_made", "slot_label", "１ヶ月", "1か月"),
        ("contact_made", "counterpart_role", "同居人", "同居する者"),
        ("punishment_will_confirmed", "will", "処罰を望まない", "望まない"),
        ("address_changed", "victim_base_prefecture", "大阪", "大阪府"),
        ("paper_delivered", "checklist_variant", "外部送付用", "external"),
        ("paper_delivered", "outcome", "被害者等通知制度を案内した", "referred"),
        ("paper_delivered", "outcome", "教示しない", "not_told"),
    ],
)
def test_a_value_is_read_in_events_as_the_form_reads_it(event: str, fact: str, told: str, value: str) -> None:
    """What a form's choice is called by its clerks means the same when it is told of an event, and is no strange word."""
    (history,), _ = read_histories(OURS.procedures.vocabulary, [{"on": "2026-04-01", "event": event, fact: told}], "一")
    (item,) = in_one_spelling(OURS.procedures.vocabulary, history.items)
    assert item.facts[fact] == value
    assert not [said for said in history.notices() if told in said]


def test_a_value_that_no_choice_of_the_form_is_is_told() -> None:
    """A cause of return to prison that the form does not know sets nothing off: the reader says so."""
    (history,), _ = read_histories(
        OURS.procedures.vocabulary, [{"on": "2026-04-01", "event": "recaptured", "cause": "引越し"}], "一"
    )
    assert history.notices() == [
        "「再収容の事由」が「引越し」という書き方は、どの手続も知りません。書き方を確かめてください。"
    ]


def test_the_purpose_of_an_inquiry_is_told_in_any_words() -> None:
    """No procedure weighs it (第6の2): it is not held against the kinds of Kanagawa's reports, which share the name."""
    told = {"on": "2026-04-01", "event": "inquiry_sent", "to": "水戸刑務所長", "purpose": "満期の日を確かめるため"}
    (history,), _ = read_histories(OURS.procedures.vocabulary, [told], "一")
    assert history.notices() == []


def test_what_a_paper_tells_is_read_as_its_form_reads_it() -> None:
    """Of every choice on every form, each label and each other name is the value that conditions compare with.

    But what the vocabulary spells by itself (有 for あり): its conditions name both.
    """
    vocabulary = OURS.procedures.vocabulary
    wrong, read = [], 0
    for form in OURS.catalogue.load_all():
        for name, asked in OURS.catalogue.get(form.slug).fields.items():
            fact = vocabulary.fact(form.slug, vocabulary.fact_aliases.get(name, name))
            if not isinstance(asked.options, Options) or not asked.options or fact is None or not fact.spellings:
                continue
            told = [*((label, code) for code, label in asked.options.items()), *asked.options.aliases.items()]
            own, listed = fact.spellings, set(fact.spellings.values())
            told = [(text, code) for text, code in told if code in listed and fold(text) not in own]
            wrong += [(form.slug, name, text) for text, code in told if fact.spelt(text) != code]
            read += len(told)
    assert not wrong
    assert read


def test_every_form_that_a_fact_is_told_as_on_is_there() -> None:
    """A house with fewer forms reads none of their choices; ours has them all."""
    vocabulary = OURS.procedures.vocabulary
    told = {fact.as_on.partition(".")[0] for fact in (*vocabulary.facts.values(), *vocabulary.own.values())} - {""}
    assert told
    assert told <= set(OURS.catalogue.slugs())
