"""Promise: an event tells a choice in the words of the form that asks the same, and no duty lapses in silence over a word."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from tests.rulebooks import OURS
from validators.histories.reading import read_histories
from validators.histories.spelling import in_one_spelling
from validators.model import Options
from validators.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

VOCABULARY = OURS.procedures.vocabulary
# words that say less in an event than on a form, where the printed label shows what was meant: a letter may go unrecorded
APART = {"way": {"郵送", "郵便", "送付", "送達", "交付", "口頭"}}
_EQUAL = re.compile(r'\b(\w+) ?[!=]= ?"([^"]*)"')
_ONE_OF = re.compile(r"\b(\w+) in \[([^\]]*)\]")


def _asked() -> Mapping[str, list[Options]]:
    """Return the choices that the forms ask, by the fact they tell."""
    found = defaultdict(list)
    for form in OURS.catalogue.load_all():
        for name, asked in OURS.catalogue.get(form.slug).fields.items():
            if isinstance(asked.options, Options) and asked.options:
                found[VOCABULARY.fact_aliases.get(name, name)].append(asked.options)
    return found


def test_an_event_is_told_in_the_words_of_the_forms() -> None:
    """Of every form that asks a fact by the values that procedures know, each label and each other name is read in events too.

    But what the vocabulary spells by itself (有 for あり): its conditions name both.
    """
    wrong, read = set(), 0
    told_of = {name for kind in VOCABULARY.kinds.values() if not kind.is_paper for name in kind.facts}
    for name, choices in _asked().items():
        if name not in told_of or not (fact := VOCABULARY.facts[name]).listed:
            continue
        for options in (each for each in choices if set(each) <= fact.values()):
            told = {**{label: code for code, label in options.items()}, **options.aliases}
            own = {text for text in told if fold(text) in fact.spellings} | APART.get(name, set())
            wrong |= {(name, text) for text, code in told.items() if text not in own and fact.spelt(text) != code}
            read += len(told)
    assert not wrong
    assert read


def test_what_a_condition_compares_with_a_choice_of_a_form_is_listed() -> None:
    """A fact that procedures hold against a value of a form's choice is read as that choice: free words would set nothing off."""
    text = "\n".join(path.read_text("utf-8") for s in OURS.procedures.sources() for path in OURS.procedures.files_of(s))
    text = text.replace('\\"', '"')
    compared = {(name, value) for name, value in _EQUAL.findall(text) if value}
    compared |= {(name, value) for name, listed in _ONE_OF.findall(text) for value in re.findall(r'"([^"]+)"', listed)}
    asked = _asked()
    free = {
        (name, value)
        for name, value in compared
        if name in VOCABULARY.facts
        and not any(fact.listed for fact in VOCABULARY.all_of(name))
        and any(value in options for options in asked.get(name, ()))
    }
    assert compared
    assert not free


@pytest.mark.parametrize(
    ("event", "fact", "told", "value"),
    [
        ("request_received", "applied_by", "母", "parental_authority"),
        ("request_received", "applied_by", "代理人弁護士", "representative"),
        ("paper_delivered", "way", "対面", "direct"),
        ("paper_delivered", "way", "配達の記録が残る方法", "recorded_delivery"),
        ("contact_made", "way", "対面", "面談"),
        ("contact_made", "way", "架電", "電話連絡"),
        ("petition_filed", "relationship_type", "元妻", "former_spouse_legal"),
        ("petition_filed", "respondent_domicile_status", "住所不定", "unknown"),
        (
            "order_issued",
            "order_types",
            ["申立人への接近禁止", "法10条3項の命令"],
            ["noncontact_victim", "child_order"],
        ),
        ("victim_guided", "advice_items", ["防犯上の注意事項", "センターの利用"], ["b", "c"]),
        ("assistance_given", "assistance_measures", ["避難その他の措置の教示", "3号ロ"], ["1号", "3号"]),
        ("violation_recognized", "device_kind", "エアタグ", "tag"),
    ],
)
def test_a_word_of_the_desk_is_the_value(event: str, fact: str, told: str | list[str], value: str | list[str]) -> None:
    """What clerks call a choice sets off in an event what its key does, and is no strange word."""
    (history,), _ = read_histories(VOCABULARY, [{"on": "2026-04-01", "event": event, fact: told}], "一")
    (item,) = in_one_spelling(VOCABULARY, history.items)
    assert item.facts[fact] == value
    assert not history.notices()


@pytest.mark.parametrize(
    ("fact", "member", "told", "value"),
    [
        ("incidents", "incident_type", "身体に対する暴力", "physical_violence"),
        ("incidents", "incident_type", "脅迫（生命）", "threat_life"),
        ("consultations", "agency_type", "女性相談支援センター", "dv_centre"),
        ("consultations", "covered_items", ["暴力等を受けた状況", "子の事情"], ["violence", "child_necessity"]),
    ],
)
def test_a_member_of_a_list_is_told_in_the_words_of_the_form(
    fact: str, member: str, told: str | list[str], value: str | list[str]
) -> None:
    """The rows of a petition's lists too: an act told by its label is that act, an unknown word is told of."""
    item = {"on": "2026-04-01", "event": "petition_filed", fact: [{member: told}]}
    (history,), _ = read_histories(VOCABULARY, [item], "一")
    (read,) = in_one_spelling(VOCABULARY, history.items)
    assert read.facts[fact] == [{member: value}]
    assert not history.notices()


def test_a_strange_word_in_a_list_is_told() -> None:
    """An act that no article names must not pass for one, nor be forgotten."""
    item = {"on": "2026-04-01", "event": "petition_filed", "incidents": [{"incident_type": "けんか"}]}
    (history,), _ = read_histories(VOCABULARY, [item], "一")
    assert history.strange == ("「暴力・脅迫の別」が「けんか」",)


@pytest.mark.parametrize("told", sorted(APART["way"] - {"口頭", "交付"}))
def test_a_letter_is_not_taken_for_a_recorded_one(told: str) -> None:
    """Rules 11 and 12 ask for a way that records the delivery: sent by post is not yet that."""
    (history,), _ = read_histories(VOCABULARY, [{"on": "2026-04-01", "event": "paper_delivered", "way": told}], "一")
    (item,) = in_one_spelling(VOCABULARY, history.items)
    assert item.facts["way"] != "recorded_delivery"
