"""The four DV court papers: what is written is printed, what is protected is not, and the wording follows the law of the day."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from lxml import etree

from forms.issue.line import Line
from forms.paper.fill import fill
from validators.definitions.catalogue import load_catalogue
from validators.errors import InputError
from validators.model import Field, Form, Record
from validators.normalise import normalise
from validators.schema import check_schema
from validators.wareki import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validators.judging import Judged

SAMPLES = Path(__file__).parents[2] / "samples" / "dv-court.json"
RECORDS: dict[str, dict[str, Any]] = {r["record"]: r for r in json.loads(SAMPLES.read_text(encoding="utf-8"))}
GOOD = sorted(name for name in RECORDS if name.startswith("good-"))
CATALOGUE = load_catalogue()
LINE = Line(CATALOGUE, as_of=date(2026, 7, 1))
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def prepared(name: str, **changes: Any) -> tuple[Form, Record]:
    """Return the edition in force and the normalised record; a change to None leaves the item out."""
    sample = RECORDS[name]
    data = {k: v for k, v in {**json.loads(json.dumps(sample["data"])), **changes}.items() if v is not None}
    basis = CATALOGUE.get(sample["form"]).basis
    form = CATALOGUE.get(sample["form"], date.fromisoformat(data[basis]))
    record = Record(form=form.slug, id=name, data=data)
    assert normalise(form, record) == []
    return form, record


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def paper(name: str, **changes: Any) -> str:
    """Return the text of the drawn DOCX, blanks taken out."""
    form, record = prepared(name, **changes)
    with zipfile.ZipFile(io.BytesIO(fill(form, record, {}).docx())) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    return squeezed("".join(node.text or "" for node in body.iter(f"{WORD}t")))


def texts(field: Field, value: Any) -> Iterator[str]:
    """Yield what a printed value must leave on the paper."""
    if not field.printed or value in (None, "", []) or field.type == "boolean":
        return
    if field.fields:
        for item in value:
            for name, inner in field.fields.items():
                yield from texts(inner, item.get(name))
    elif field.type == "list":
        yield from (field.options.get(item, item) for item in value)
    elif field.options:
        yield field.options[value]
    elif field.type in {"date", "datetime"}:
        yield format_date(date.fromisoformat(value[:10]))
    elif field.type == "money":
        yield f"{value:,}円"
    else:
        yield value


def protected(fields: dict[str, Field], data: dict[str, Any]) -> Iterator[str]:
    for name, field in fields.items():
        value = data.get(name)
        if field.fields:
            for item in value or []:
                yield from protected(field.fields, item)
        elif field.sensitivity == "protected" and value:
            yield value


@pytest.mark.parametrize("name", GOOD)
def test_every_written_value_is_printed(name: str) -> None:
    """Whatever a clerk wrote in a printed item can be read on the paper."""
    form, record = prepared(name)
    drawn = paper(name)
    expected = [text for key, field in form.fields.items() for text in texts(field, record.data.get(key))]
    assert len(expected) > 5
    assert [text for text in expected if squeezed(text) not in drawn] == []


@pytest.mark.parametrize(
    "name", [n for n in GOOD if list(protected(CATALOGUE.get(RECORDS[n]["form"]).fields, RECORDS[n]["data"]))]
)
def test_no_protected_value_is_in_any_part_of_the_document(name: str) -> None:
    """The refuge, the child's school and the relatives' addresses stand nowhere in the file, properties included."""
    form, record = prepared(name)
    with zipfile.ZipFile(io.BytesIO(fill(form, record, {}).docx())) as package:
        parts = squeezed("".join(package.read(part).decode("utf-8", "replace") for part in package.namelist()))
    assert [value for value in protected(form.fields, record.data) if squeezed(value) in parts] == []


@pytest.mark.parametrize("name", GOOD)
def test_good_samples_fit_the_schema(name: str) -> None:
    """The samples called good lack nothing the form asks for."""
    assert check_schema(*prepared(name)) == []


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("bad-child-without-circumstances", "DVA-12(1)三"),
        ("bad-consultation-incomplete", "DVA-12(1)五ニ"),
        ("bad-additional-without-parent", "DVA-10(2)-a"),
        ("bad-sworn-without-child", "DVA-12(3)-b"),
    ],
)
def test_a_missing_item_names_the_clause_that_asks_for_it(name: str, clause: str) -> None:
    """Who leaves out what article 12 wants written is told the item's number."""
    assert clause in {cited for finding in check_schema(*prepared(name)) for cited in finding.clauses}


def test_a_consultation_may_be_incomplete_when_a_sworn_statement_is_attached() -> None:
    """Article 12(3) lets a sworn statement stand in for what the consultation's entry lacks."""
    form, record = prepared("bad-consultation-incomplete", sworn_statement_attached=True)
    assert check_schema(form, record) == []


@pytest.mark.parametrize("slug", ["protection-order-petition", "eviction-order-petition"])
def test_petitions_under_the_law_before_2024_04_01_are_refused(slug: str) -> None:
    """The older law had other terms and other orders: there is no edition for it, and the message says from when."""
    with pytest.raises(InputError, match="2024-04-01"):
        CATALOGUE.get(slug, date(2024, 3, 31))
    assert CATALOGUE.get(slug, date(2024, 4, 1)).edition == 1


def test_the_eleventh_act_is_printed_from_2025_12_30_only() -> None:
    """Item trackers became item 10 of article 10(2) on that day; before it there were ten items."""
    before = paper("good-first", petition_date="2025-12-29")
    since = paper("good-first", petition_date="2025-12-30")
    assert "位置特定用識別情報送信装置" not in before
    assert "十一" not in before
    assert "位置特定用識別情報送信装置" in since
    assert "十一" in since


def test_the_oath_is_certified_by_the_article_in_force() -> None:
    """The Notary Act was renumbered on 2025-10-01."""
    assert "公証人法第58条ノ2第1項" in paper("good-sworn-statement", certified_date="2025-09-30")
    assert "公証人法第53条第1項又は第59条第3項" in paper("good-sworn-statement", certified_date="2025-10-01")


def test_every_order_is_printed_with_its_article_and_only_the_wanted_ones_are_ticked() -> None:
    """The court sees each kind of order with its box."""
    drawn = paper("good-family")
    for words in (
        "☑申立人への接近禁止",
        "☑申立人への電話等禁止",
        "☑同居する子への接近禁止",
        "☑親族等への接近禁止",
        "□退去等",
    ):
        assert words in drawn
    for article in ("法10条1項", "法10条2項", "法10条3項", "法10条4項", "法10条の2"):
        assert article in drawn


def test_no_meeting_ban_and_no_night_mail_ban_for_children() -> None:
    """Article 10(3) takes items 2 and following, and of item 5 only telephone and fax."""
    drawn = paper("good-additional")
    assert "面会を要求すること。－－" in drawn
    assert "電話及びファクシミリに限る" in drawn


def test_a_combined_petition_prints_both_sets_of_reasons() -> None:
    """Articles 12(1) and 12(2) ask for different risks; one paper for both states both."""
    combined, alone = paper("good-combined"), paper("good-first")
    assert "６退去等命令に関する事情" in combined
    assert "６月間、茨城県水戸市架空町一丁目２番３号の住居から退去し" in combined
    assert "６退去等命令に関する事情" not in alone


def test_two_months_unless_six_are_asked_for() -> None:
    """An eviction order lasts two months; six only on request."""
    assert "☑２月間□６月間" in paper("good-eviction")
    assert "□２月間☑６月間" in paper("good-eviction-six-months")


def test_a_partners_petition_speaks_of_no_divorce() -> None:
    """Article 28-2 replaces divorce by the end of the relation; the institution keeps its name."""
    drawn = paper("good-partner")
    assert "離婚" not in drawn
    assert "特定関係者暴力相談支援センター" not in drawn
    assert "配偶者暴力相談支援センター" in drawn


def judged(name: str) -> Judged:
    """Judge a sample as the line does, together with the other papers of its case."""
    prepared_all = {
        key: LINE.prepare(
            Record(form=r["form"], id=key, data=json.loads(json.dumps(r["data"])), case=r.get("case", ""))
        )
        for key, r in RECORDS.items()
        if key == name or (r.get("case") and r.get("case") == RECORDS[name].get("case"))
    }
    return LINE.decide(prepared_all.pop(name), list(prepared_all.values()))


@pytest.mark.parametrize("name", GOOD)
def test_good_samples_pass_every_check_and_are_read_back_from_the_pdf(name: str) -> None:
    """No error, no warning; the PDF holds every written value and none of the protected ones."""
    verdict = judged(name)
    assert [(f.severity, f.clauses, f.message) for f in verdict.fate.findings if f.severity != "info"] == []
    drawn = LINE.draw(verdict)
    assert drawn.findings == ()
    pages = pypdfium2.PdfDocument(drawn.files["pdf"])
    text = squeezed("".join(page.get_textpage().get_text_range() for page in pages)).replace("\ufffe", "")
    form, record = prepared(name)
    expected = [found for key, field in form.fields.items() for found in texts(field, record.data.get(key))]
    assert [found for found in expected if squeezed(found) not in text] == []
    assert [found for found in protected(form.fields, record.data) if squeezed(found) in text] == []


@pytest.mark.parametrize(
    ("name", "clause", "verdict"),
    [
        ("bad-child-without-circumstances", "DVA-12(1)三", "refused"),
        ("bad-consultation-incomplete", "DVA-12(3)-a", "refused"),
        ("bad-refuge-in-text", "DVA-23(1)", "refused"),
        ("bad-additional-without-parent", "DVA-10(2)-a", "refused"),
        ("bad-child-over-15-without-consent", "DVA-10(3)-f", "waiting"),
        ("bad-relative-consent-late", "DVA-10(5)-a", "refused"),
        ("bad-partner-living-apart", "DVA-28の2-a", "refused"),
        ("bad-eviction-living-apart", "DVA-10の2-f", "refused"),
        ("bad-eviction-six-months-joint", "DVA-10の2-e", "refused"),
        ("bad-sworn-without-child", "DVA-12(3)-b", "refused"),
        ("bad-sworn-record-too-early", "DVA-附則令5法53-2号", "refused"),
        ("bad-sworn-after-filing", "DVA-12(3)-d", "refused"),
        ("bad-consent-unsigned", "DVA-10(3)-f", "refused"),
    ],
)
def test_each_bad_sample_is_stopped_for_its_own_reason(name: str, clause: str, verdict: str) -> None:
    """The provision that the sample was made to break is cited, and no message repeats the refuge."""
    fate = judged(name).fate
    assert fate.verdict == verdict
    stopping = [finding.clauses for finding in fate.findings if finding.severity != "info"]
    assert any(clause in cited for cited in stopping)
    assert not [f for f in fate.findings if "避難町" in f.message or "みさき" in f.message]


def test_a_petition_filed_before_2024_04_is_refused_and_told_why() -> None:
    """The line says from when the form can be used."""
    fate = judged("bad-before-2024-04").fate
    assert fate.verdict == "refused"
    assert "2024-04-01" in fate.findings[0].message
