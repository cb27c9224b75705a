"""What the shared vocabularies promise: one definition, options by date, facts without declaring, and a linter that sees to it."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.rulebooks import OURS, catalogue_of
from validators.definitions.clauses import Clauses, collect, load_file
from validators.definitions.facts import weighed
from validators.definitions.source import DIRECTORY, SHARED
from validators.errors import DefinitionError
from validators.expressions.words import condition_in_words
from validators.linting.vocabulary import lint_vocabulary
from validators.model import Field, Form, Record
from validators.normalise import normalise
from validators.schema import json_schema

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """\
slug: warning-receipt
title: 受領書
number: 様式なし
edition: 1
clauses: []
audience: [police]
fields:
  document_date: {required: true}
  respondent_name: {required: true}
  received_text: {label: 受け取った旨, type: text, required: true, example: 警告書を受け取りました。}
layout:
  - use: number-and-date
  - title
  - paragraph: "{{ received_text }}"
  - {left: "{{ respondent_name }}"}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a copy of the catalogue that a test may change."""
    shutil.copytree(DIRECTORY, tmp_path / "catalogue")
    return tmp_path / "catalogue"


def _lint(directory: Path, clauses: Clauses | None = None) -> list[str]:
    found = lint_vocabulary(catalogue_of(directory), clauses or OURS.clauses)
    return [str(problem).replace(f"{directory}/", "") for problem in found]


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


# ---- taking from a vocabulary -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "there", "absent"),
    [
        ("2020-04-01", ["2_1_8"], ["2_3_1"]),
        ("2022-04-01", ["2_3_1", "2_3_2"], ["2_3_3"]),
        ("2026-02-01", ["2_3_3"], []),
        ("2026-04-01", ["2_3_3"], []),
    ],
)
@pytest.mark.parametrize("slug", ["warning", "warning-request"])
def test_an_edition_has_the_acts_in_force_when_it_began(
    slug: str, day: str, there: list[str], absent: list[str]
) -> None:
    """The acts of 法2条 stand once with their dates; forms and their lists of incidents follow without saying so."""
    form = OURS.catalogue.get(slug, on=date.fromisoformat(day))
    for options in (form.fields["act_types"].options, form.fields["incidents"].fields["act_types"].options):
        assert all(key in options for key in there)
        assert not any(key in options for key in absent)
    later = OURS.catalogue.get(slug, on=date(2026, 2, 1)).fields["act_types"].options
    assert "紛失防止タグ" in later["2_3_2"]


@pytest.mark.parametrize(
    ("slug", "given", "name", "stored"),
    [
        (
            "warning",
            {"respondent_domicile_status": "none_in_japan"},
            "respondent_domicile_status",
            "no_domicile_in_japan",
        ),
        (
            "warning",
            {"respondent_domicile_status": "日本国内にない"},
            "respondent_domicile_status",
            "no_domicile_in_japan",
        ),
        ("protection-order-petition", {"applicant_dob": "昭和60年6月1日"}, "applicant_birth_date", "1985-06-01"),
        ("designation-checklist", {"victim_dob": "1990-02-03"}, "victim_birth_date", "1990-02-03"),
        ("warning-request", {"respondent_name_unknown": "乙野　次郎"}, "respondent_name", "乙野　次郎"),
        ("designation-application", {"proposed_stations": ["汐見警察署"]}, "implementing_stations", ["汐見警察署"]),
    ],
)
def test_older_names_and_values_are_read_as_the_one_name(
    slug: str, given: dict[str, object], name: str, stored: object
) -> None:
    """A record in the old shape is read without a word about it."""
    record = Record(slug, "1", dict(given))
    assert normalise(OURS.catalogue.get(slug), record) == []
    assert record.data == {name: stored}


def test_a_small_form_takes_what_it_shares_and_binds_what_its_provisions_weigh(own: Path) -> None:
    """A form of 16 lines has labels, types and the facts of a provision that it never names."""
    path = own / "kanagawa-stalker" / "non-warning-notice.yaml"
    path.write_text(SMALL.replace("warning-receipt", "non-warning-notice"), "utf-8")
    form = catalogue_of(own).get("non-warning-notice")
    assert form.fields["respondent_name"].type == "person"
    assert form.fields["document_date"].label == "年月日"
    fact = form.fields["warning_decision"]  # KNG-9(5)イ-a weighs it
    assert (fact.printed, fact.home, fact.required) == (False, "case", False)
    assert "KNG-9(5)イ-a" in fact.clauses


def test_a_name_in_no_vocabulary_is_refused_with_its_line(own: Path) -> None:
    path = own / "kanagawa-stalker" / "warning-receipt.yaml"
    path.write_text(SMALL.replace("  respondent_name: {", "  respondent_nom: {"), "utf-8")
    with pytest.raises(DefinitionError, match="respondent_nom") as caught:
        catalogue_of(own).get("warning-receipt")
    assert caught.value.place.endswith("warning-receipt.yaml:9")


def test_what_is_wrong_in_a_vocabulary_is_told_at_its_own_line(own: Path) -> None:
    """A form is not blamed for what a vocabulary says."""
    path = own / SHARED / "delivery.yaml"
    _edit(path, "type: datetime", "type: moment")
    with pytest.raises(DefinitionError) as caught:
        catalogue_of(own).get("warning")
    assert "/delivery.yaml:" in caught.value.place


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ("- use: letterhead", "letterhead"),
        ("- {use: phone-ban-act, number: 一}", "act"),
        ("- {use: issuer, colour: 赤}", "colour"),
    ],
)
def test_a_shared_part_nobody_knows_or_used_wrongly_is_refused_with_its_line(own: Path, use: str, message: str) -> None:
    path = own / "dv-act" / "warning-receipt.yaml"
    path.write_text(SMALL.replace("- use: number-and-date", use).replace("document_date", "petition_date"), "utf-8")
    with pytest.raises(DefinitionError, match=message) as caught:
        catalogue_of(own).get("warning-receipt")
    assert caught.value.place.endswith(":12")


# ---- homes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", OURS.catalogue.slugs())
def test_nobody_is_asked_for_what_the_system_knows_and_it_is_still_read(slug: str) -> None:
    """Ledger facts are no property of the schema, and are accepted beside it; every field has a home."""
    form = OURS.catalogue.get(slug)
    assert [name for name, item in form.fields.items() if not item.home] == []
    known = {name for name, item in form.fields.items() if item.home in {"ledger", "office"} and not item.printed}
    schema = json_schema(form)
    assert not known & schema["properties"].keys()
    assert known <= schema.get("x-accepted", {}).keys()


def test_the_facts_of_the_case_come_after_what_the_paper_says() -> None:
    form = OURS.catalogue.get("warning")
    properties = list(json_schema(form)["properties"])
    homes = [form.with_case(form.fields[name]) for name in properties]
    assert homes == sorted(homes)
    assert properties.index("reasons") < properties.index("jurisdiction_basis")
    assert json_schema(form)["properties"]["jurisdiction_basis"]["x-home"] == "case"


# ---- conditions in words ------------------------------------------------------------------------------------------

FIELDS = {
    "method": Field("method", "交付方法", "enum", options={"direct": "直接交付", "post": "書留", "other": "その他"}),
    "orally": Field("orally", "口頭警告の有無", "boolean"),
    "why": Field("why", "理由", "text"),
    "orders": Field("orders", "求める命令", "list", of="enum", options={"eviction": "退去等"}),
    "rows": Field(
        "rows", "相談等", "list", fields={"at": Field("at", "日時", "datetime"), "by": Field("by", "相談先", "string")}
    ),
}
OF_FIELDS = Form("x", "", "", 1, "", (), frozenset(), FIELDS, (), {}, constants=OURS.reference.constants())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('method == "direct"', "「交付方法」が「直接交付」のとき"),
        ('method != "direct"', "「交付方法」が「直接交付」でないとき"),
        ('method in ["direct", "post"]', "「交付方法」が「直接交付」、「書留」のどれかのとき"),
        ("orally == true && !filled(why)", "「口頭警告の有無」が「はい」で、「理由」を書いていないとき"),
        ("orally == true || filled(why)", "「口頭警告の有無」が「はい」のとき、又は「理由」を書いたとき"),
        ('"eviction" in orders', "「求める命令」に「退去等」があるとき"),
        ("!rows.exists(r, all_filled([r.at, r.by]))", "「相談等」に「日時」「相談先」のそろった件がないとき"),
        ('mentions(why, ["不明", "不詳"])', "「理由」に「不明」、「不詳」の語があるとき"),
        ('!mentions(why, "不明")', "「理由」に「不明」の語がないとき"),
        ('rows.exists(r, r.by == "警察署")', "「相談等」に「相談先」が「警察署」のものがあるとき"),
        ("before(why, method)", ""),
    ],
)
def test_a_condition_is_said_in_the_words_of_the_form(source: str, words: str) -> None:
    assert condition_in_words(source, OF_FIELDS) == words


def test_every_condition_of_our_forms_has_words() -> None:
    """△ never leaves a clerk guessing."""
    silent = []
    for form in OURS.catalogue.load_all():
        for item in form.fields.values():
            for each, owner in [(item, None), *((inner, item) for inner in item.fields.values())]:
                if isinstance(each.required, str) and not condition_in_words(each.required, form, owner):
                    silent.append((form.slug, each.name, each.required))
    assert silent == []


# ---- the linter ---------------------------------------------------------------------------------------------------


def test_our_own_vocabularies_forms_and_provisions_are_clean() -> None:
    assert _lint(DIRECTORY) == []


def test_a_form_that_defines_a_shared_datum_again_is_told_by_name_alias_and_label(own: Path) -> None:
    path = own / "kanagawa-stalker" / "warning-receipt.yaml"
    path.write_text(
        SMALL.replace("  document_date: {required: true}\n", "  document_date: {label: 日付, type: date}\n")
        .replace(
            "  received_text: {label: 受け取った旨",
            "  applicant_address: {label: 申出人の住まい, type: address}\n  received_text: {label: 交付した場所",
        )
        .replace("{label: 申出人の住まい, type: address}", "{label: 申出人の住まい, type: address, home: case}"),
        "utf-8",
    )
    told = _lint(own)
    assert any(line.startswith("kanagawa-stalker/warning-receipt.yaml:8: 「document_date」") for line in told)
    assert any("「applicant_address」は、語彙「party」の「applicant_domicile」" in line for line in told)
    assert any("「交付した場所」という見出し" in line and "delivered_place" in line for line in told)


def test_two_vocabularies_with_one_datum_and_a_homeless_one_are_told(own: Path) -> None:
    path = own / SHARED / "delivery.yaml"
    _edit(path, "fields:\n", "fields:\n  applicant_dob: {label: 生まれた日, type: date}\n")
    at = f"delivery.yaml:{path.read_text('utf-8').splitlines().index('fields:') + 2}"
    told = _lint(own)
    assert any(at in line or "party.yaml" in line for line in told if "applicant_dob" in line)
    assert any(at in line and "home" in line for line in told)


def test_an_unprinted_item_of_a_form_needs_a_home(own: Path) -> None:
    path = own / "kanagawa-stalker" / "warning-receipt.yaml"
    path.write_text(
        SMALL.replace("layout:", "  shelf: {label: 棚の番号, type: string, printed: false}\nlayout:"), "utf-8"
    )
    assert any("warning-receipt.yaml:11" in line and "shelf" in line for line in _lint(own))


def test_a_provision_that_names_what_nobody_has_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kanagawa-stalker.yaml"
    path.write_text(
        "- {id: KNG-試, at: 試, duty: 試, documents: [warning], require: filled(colour_of_ink), fields: [colour_of_ink], clerk: 書く。, supervisor: 欠く。}\n",
        "utf-8",
    )
    entries = load_file(path)
    known = collect(entries)
    told = lint_vocabulary(OURS.catalogue, known)
    assert [(problem.about, problem.place.endswith(":1")) for problem in told] == [("KNG-試", True)]
    assert "colour_of_ink" in told[0].message


def test_what_a_provision_weighs_is_bound_on_every_form_it_concerns() -> None:
    """No form declares it for the provision's sake: a fact of the case, the ledger or the office is there because it is weighed."""
    declared = 0
    for slug in OURS.catalogue.slugs():
        form = OURS.catalogue.get(slug)
        own = yaml.safe_load(OURS.catalogue.file_of(slug).read_text("utf-8"))
        own_names = {*own["fields"], *own.get("facts", ())}
        constants = OURS.reference.constants()
        names = {
            name for name in weighed(slug, OURS.clauses) if name not in constants and name not in {"document", "today"}
        }
        held = {name: item for name, item in form.fields.items() if name in names}
        assert {name for name in held if name not in own_names and held[name].printed} == set(), slug
        declared += sum(name not in own_names for name in held)
    assert declared > 300
