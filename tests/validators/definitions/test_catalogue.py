"""The catalogue reads what FORMS.md describes and refuses everything else, naming file and line."""

from __future__ import annotations

import re
import shutil
import textwrap
from datetime import date
from pathlib import Path

import pytest
import yaml

from forms.paper import names
from forms.paper.layout_check import check_layout
from forms.paper.layout_names import FILTERS, FUNCTIONS
from tests.rulebooks import OURS, catalogue_of
from validators.definitions.catalogue import Catalogue, unknown_clauses
from validators.definitions.source import DIRECTORY
from validators.errors import DefinitionError, InputError

DOCS = Path(__file__).parents[3] / "docs" / "FORMS.md"
FORM = """\
slug: notice
title: 通知書（例）
printed_title: 通知書
number: 様式第1号
edition: 1
authority: example
audience: [applicant]
basis: dated
effective: {from: 2017-06-14}
fields:
  dated: {label: 作成年月日, type: date, required: true}
  name: {label: 氏名, type: person, sensitivity: protected, aliases: [applicant_name], clauses: [KNG-1]}
  means: {label: 交付方法, type: enum, options: {direct: 直接交付, post: 書留}}
  hidden: {label: 内部の覚え, type: text, printed: false}
  visits:
    label: 相談
    type: list
    fields:
      place: {label: 場所, type: string}
      kind: {label: 種類, type: enum, options: [来署, 電話]}
layout:
  - number
  - right: "{{ dated | wareki }}"
  - addressee: "{{ name.name }}　様"
  - title: "{{ form.printed_title }}"
  - when: hidden is defined and means == "direct"
    then: [{paragraph: "{{ label('means') }}", indent: 1}]
  - table:
      columns: [10, 100]
      rows:
        - {cells: ["{{ loop.index }}", "{{ c.place | or_none }} {{ checks(c, 'kind', 'visits') }}"], each: c in visits}
        - [交付, {text: "{{ checks('means') }}{{r either('means') }}", align: left}]
  - each: c in visits
    do: [{left: "{% if c.place %}{{ c.place }}{% endif %}"}]
  - paragraph: "{% for c in visits %}{{ loop.index }} {{ c.place }}{% endfor %}"
  - issuer: {lines: ["{{ office.chief_title }}"], seal: true}
  - remarks: [用紙はＡ４とする。]
"""


def catalogue(tmp_path: Path, text: str = FORM, name: str = "example/notice.yaml") -> Catalogue:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return catalogue_of(tmp_path)


def with_editions(editions: str, main: str = FORM) -> str:
    return main + "editions:\n" + textwrap.indent(textwrap.dedent(editions), "  ")


def test_every_form_of_ours_is_sound() -> None:
    assert OURS.catalogue.load_all()


def test_a_form_is_read_as_written(tmp_path: Path) -> None:
    form = catalogue(tmp_path).get("notice")
    assert (form.title, form.printed_title, form.audience) == ("通知書（例）", "通知書", frozenset({"applicant"}))
    assert form.fields["visits"].fields["kind"].options == {"来署": "来署", "電話": "電話"}
    assert form.fields["dated"].required is True
    assert form.effective_from == date(2017, 6, 14)


def test_the_edition_in_force_on_the_day_is_chosen(tmp_path: Path) -> None:
    text = with_editions(
        """\
        - {edition: 2, effective: {from: 2021-08-26}, number: 様式第5号, fields: {name: {label: 申出人}, hidden: null},
           layout: [title]}
        - {edition: 3, effective: {from: 2026-03-10, until: 2027-03-31}}
        """
    )
    forms = catalogue(tmp_path, text)
    assert [form.edition for form in forms.editions("notice")] == [1, 2, 3]
    assert forms.get("notice", date(2021, 8, 25)).edition == 1
    second = forms.get("notice", date(2021, 8, 26))
    assert (second.edition, second.number, second.effective_until) == (2, "様式第5号", date(2026, 3, 9))
    assert (second.fields["name"].label, second.fields["name"].type, "hidden" in second.fields) == (
        "申出人",
        "person",
        False,
    )
    assert second.layout == ("title",)
    assert forms.get("notice").fields["name"].label == "氏名"
    with pytest.raises(InputError, match="平成29年６月14日より前"):
        forms.get("notice", date(2017, 6, 13))
    with pytest.raises(InputError, match="令和９年３月31日まで"):
        forms.get("notice", date(2027, 4, 1))


def test_an_unknown_form_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="notice"):
        catalogue(tmp_path).get("notise")


def test_one_form_is_read_without_the_others(tmp_path: Path) -> None:
    catalogue(tmp_path, "slug: [", "example/other.yaml")
    assert catalogue(tmp_path).get("notice").slug == "notice"


EDITION = "{edition: 2, effective: {from: 2021-08-26}"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("slug: notice", "slug: other", 1, "slug"),
        ("authority: example", "authority: other", 6, "authority"),
        ("title: 通知書（例）\n", "", 1, "title"),
        ("number: 様式第1号", "numbr: 様式第1号", 4, "numbr"),
        ("number: 様式第1号", "number: 1", 4, "number"),
        ("edition: 1", "edition: 0", 5, "edition"),
        ("audience: [applicant]", "audience: [aplicant]", 7, "aplicant"),
        ("audience: [applicant]", "audience: []", 7, "audience"),
        ("audience: [applicant]", "audience: [respondent]", 12, "秘匿"),
        ("basis: dated", "basis: name", 8, "basis"),
        ("{from: 2017-06-14}", "{from: 2017-02-30}", 9, "暦"),
        ("{from: 2017-06-14}", "{since: 2017-06-14}", 9, "since"),
        ("{from: 2017-06-14}", "{from: 2017-06-14, until: 2017-01-01}", 9, "終わり"),
        ("type: date, required: true", "type: day", 11, "day"),
        ("label: 作成年月日, ", "", 11, "label"),
        ("required: true", "required: 常に", 11, "required"),
        ("required: true", "required: {when: nobody == 1}", 11, "nobody"),
        ("sensitivity: protected", "sensitivity: secret", 12, "secret"),
        ("clauses: [KNG-1]", "clauses: KNG-1", 12, "clauses"),
        ("clauses: [KNG-1]", "colour: red", 12, "colour"),
        ("label: 氏名", "label: 作成年月日", 12, "作成年月日"),
        ("[applicant_name]", "[dated]", 12, "dated"),
        (", options: {direct: 直接交付, post: 書留}", "", 13, "選択肢"),
        ("{direct: 直接交付, post: 書留}", "{yes: 直接交付, post: 書留}", 13, "引用符"),
        ("post: 書留", "post: 直接交付", 13, "重なって"),
        ("printed: false", "printed: いいえ", 14, "printed"),
        ("printed: false", "options: [甲]", 14, "options"),
        ("  hidden:", "  メモ:", 14, "メモ"),
        ("  hidden:", "  filled:", 14, "filled"),
        ("  hidden:", "  namespace:", 14, "namespace"),
        ("  hidden:", "  office:", 14, "office"),
        ("    type: list\n", "    type: list\n    of: string\n", 15, "fields"),
        ("type: person", "type: list", 12, "of"),
        ("  - number\n", "  - nomber\n", 22, "nomber"),
        ("right:", "rigth:", 23, "rigth"),
        ("dated | wareki", "date | wareki", 23, "date"),
        ("dated | wareki", "dated | warekii", 23, "warekii"),
        ("dated | wareki", "dated | ", 23, "式が読めません"),
        ("dated | wareki", "loop.index", 23, "loop"),
        ("dated | wareki", "hidden", 23, "printed: false"),
        ("name.name", "name.adress", 24, "adress"),
        ("name.name", "dated.year", 24, "year"),
        ("form.printed_title", "form.subtitle", 25, "subtitle"),
        ("hidden is defined", "hiden is defined", 26, "hiden"),
        ("hidden is defined", "hidden is defned", 26, "defned"),
        ("label('means')", "label('name')", 27, "選択"),
        ("label('means')", "lable('means')", 27, "lable"),
        ("indent: 1", "indnt: 1", 27, "indnt"),
        ("columns:", "colums:", 29, "colums"),
        ("c.place | or_none", "c.plase", 31, "plase"),
        ("'kind', 'visits'", "'kind', 'vists'", 31, "kind"),
        ("each: c in visits}", "each: c in means}", 31, "繰り返し"),
        ("each: c in visits}", "each: c in vists}", 31, "vists"),
        ("align: left", "align: lft", 32, "align"),
        ("{% if c.place %}", "{% if c.plase %}", 34, "plase"),
        ("{% endfor %}", "", 35, "式が読めません"),
        ("office.chief_title", "office.boss", 36, "boss"),
        ("seal: true", "stamp: true", 36, "stamp"),
    ],
)
def test_each_wrong_definition_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert FORM.count(old) >= 1
    with pytest.raises(DefinitionError, match=re.escape(says)) as caught:
        check_layout(catalogue(tmp_path, FORM.replace(old, new, 1)).load_all()[0])
    assert caught.value.place.endswith(f"notice.yaml:{line}"), str(caught.value)


@pytest.mark.parametrize(
    ("editions", "says"),
    [
        ("- {edition: 2, effective: {from: 2017-06-14}}", "重なる"),
        ("- {edition: 1, effective: {from: 2021-08-26}}", "版の番号"),
        ("- {edition: 2}", "effective"),
        ("- {edition: 2, effective: {from: 2021-08-26}, slug: x}", "slug"),
        ("- {edition: 2, effective: {from: 2021-08-26}, fields: {name: {colour: 1}}}", "colour"),
    ],
)
def test_editions_out_of_order_are_refused(tmp_path: Path, editions: str, says: str) -> None:
    with pytest.raises(DefinitionError, match=says) as caught:
        catalogue(tmp_path, with_editions(editions)).get("notice")
    assert int(caught.value.place.rpartition(":")[2]) >= len(FORM.splitlines()) + 1


@pytest.mark.parametrize("until", ["2021-08-24", "2021-08-26"])
def test_editions_with_a_gap_or_overlap_are_refused(tmp_path: Path, until: str) -> None:
    main = FORM.replace("{from: 2017-06-14}", f"{{from: 2017-06-14, until: {until}}}")
    with pytest.raises(DefinitionError, match="期間が重なるか、間が空いて"):
        catalogue(tmp_path, with_editions("- {edition: 2, effective: {from: 2021-08-26}}", main)).get("notice")


def test_a_protected_item_may_stand_in_a_list_that_is_never_printed(tmp_path: Path) -> None:
    """What the respondent may read: a protected value in a printed list is refused, in an unprinted one kept."""
    fields = "  kept: {label: 控え, type: list, printed: false, fields: {home: {label: 住所, type: address, sensitivity: protected}}}\n"
    safe = FORM.replace("sensitivity: protected, ", "").replace("[applicant]", "[respondent]")
    text = safe.replace("  visits:\n", fields + "  visits:\n", 1)
    assert catalogue(tmp_path, text).get("notice").fields["kept"].fields["home"].sensitivity == "protected"
    with pytest.raises(DefinitionError, match="住所"):
        catalogue(tmp_path, text.replace("printed: false, fields", "fields")).get("notice")
    leak = text.replace("{% for c in visits %}{{ loop.index }} {{ c.place }}", "{% for k in kept %}{{ k.home }}")
    with pytest.raises(DefinitionError, match="printed: false"):
        check_layout(catalogue(tmp_path, leak).get("notice"))


def test_one_slug_in_two_folders_is_refused(tmp_path: Path) -> None:
    catalogue(tmp_path)
    with pytest.raises(DefinitionError, match="二つ"):
        catalogue(tmp_path, name="elsewhere/notice.yaml")


def test_every_bad_file_is_named_at_once(tmp_path: Path) -> None:
    catalogue(tmp_path, "slug: [", "example/broken.yaml")
    with pytest.raises(DefinitionError, match=r"(?s)broken\.yaml.*notice\.yaml"):
        catalogue(tmp_path, FORM.replace("title:", "titel:", 1)).load_all()


def test_a_clause_that_no_provision_file_knows_is_named(tmp_path: Path) -> None:
    form = catalogue(tmp_path).get("notice")
    assert re.search(r"notice\.yaml:12: .*KNG-1", "".join(map(str, unknown_clauses(form, {"KNG-2"}))))
    assert unknown_clauses(form, {"KNG-1"}) == []


def test_the_example_in_the_documentation_is_a_form(tmp_path: Path) -> None:
    text = (
        DOCS.read_text(encoding="utf-8")
        .split("```yaml\n")[1]
        .split("```")[0]
        .replace("layout: [...]", "layout: [title]")
    )
    content = yaml.safe_load(text)
    shutil.copytree(DIRECTORY / "_shared", tmp_path / "_shared")
    (tmp_path / content["authority"]).mkdir()
    shutil.copy(DIRECTORY / content["authority"] / "source.yaml", tmp_path / content["authority"])
    forms = catalogue(tmp_path, text, f"{content['authority']}/{content['slug']}.yaml")
    assert [form.edition for form in forms.load_all()] == [1, 2]


def test_the_documentation_lists_every_name_of_a_layout() -> None:
    names = DOCS.read_text(encoding="utf-8").split("### Names in layouts")[1]
    assert {name for name in FILTERS | FUNCTIONS if not re.search(rf"\b{name}\b", names)} == set()


def test_the_checker_knows_exactly_the_names_that_filling_offers() -> None:
    """The checker names them itself: importing the drawing packages would slow every check down."""
    assert set(names.FILTERS) == FILTERS
    of_templates = {"letter", "short"}  # what blocks are made into; an author of a layout writes the block
    of_fields = {"checks", "checklist", "circled", "either", "label"}  # bound to the form when it is filled
    assert set(names.FUNCTIONS) - of_templates | of_fields == FUNCTIONS


@pytest.mark.parametrize(
    ("slug", "day", "told"),
    [
        ("warning", date(2017, 6, 13), "平成28年法律第102号"),
        ("information-notice-request", date(2026, 3, 9), "令和7年法律第83号"),
        ("commencement-report", date(2014, 10, 28), "平成13年例規第10号"),
        ("protection-order-petition", date(2024, 3, 31), "令和5年法律第30号"),
    ],
)
def test_a_day_before_the_first_edition_says_which_law_it_belongs_to(slug: str, day: date, told: str) -> None:
    with pytest.raises(InputError) as raised:
        OURS.catalogue.get(slug, day)
    assert told in raised.value.action
