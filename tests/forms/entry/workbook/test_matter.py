"""What the workbook of a matter promises: what its papers share is written once and stands on each of them when read."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from forms.entry import Batch, annotate, read_input, write_records, write_sheet
from forms.entry.shared import CASE, common_example
from forms.entry.workbook.sheet import workbook
from tests.office import OFFICE as CHIEF
from tests.rulebooks import OURS
from validators.definitions.examples import example_data
from validators.errors import InputError
from validators.judging import Judge
from validators.model import Confirmation, Form, Record
from validators.normalise import normalise

CATALOGUE = OURS.catalogue
OFFICE = {**CHIEF, "prefecture": "汐見県", "headquarters_chief": "汐見県警察本部長"}
MATTERS = CATALOGUE.matters()
WHOLE = CATALOGUE.matter("kanagawa-stalker", "whole")
FORMS = [CATALOGUE.get(slug) for slug in WHOLE.papers if slug in CATALOGUE.slugs()]


def forms_of(name: str) -> list[Form]:
    matter = next(each for each in MATTERS if f"{each.authority} {each.name}" == name)
    return [CATALOGUE.get(slug) for slug in matter.papers if slug in CATALOGUE.slugs()]


def example(form: Form, case: str = "汐見-1") -> Record:
    """Return the form's worked example as one of the matter: the common facts are the matter's."""
    common = common_example(FORMS, WHOLE)
    own = example_data(form)
    shared = {name: common[key] for name, item in form.fields.items() if (key := WHOLE.common(item)) in common}
    return Record(form.slug, f"{form.slug}-{case}", own | shared, case=case, office=dict(OFFICE))


def written(records: list[Record]) -> io.BytesIO:
    content = io.BytesIO()
    write_records(FORMS, records, content, matter=WHOLE)
    content.seek(0)
    return content


def read(content: io.BytesIO) -> Batch:
    content.seek(0)
    return read_input(content, name="事案.xlsx", catalogue=CATALOGUE)


def saved(book: Workbook) -> io.BytesIO:
    content = io.BytesIO()
    book.save(content)
    return content


@pytest.mark.parametrize("name", [f"{each.authority} {each.name}" for each in MATTERS])
def test_nobody_writes_a_name_twice(name: str) -> None:
    """事案 comes first after 所属; no other sheet has a column for what stands there."""
    matter = next(each for each in MATTERS if f"{each.authority} {each.name}" == name)
    book, pages = workbook(forms_of(name), matter=matter)
    assert book.sheetnames[:3] == ["はじめに", "所属", CASE]
    common = {column.target for column in pages[0][0].columns}
    elsewhere = [
        (page.title, column.target)
        for page, _ in pages[1:]
        for column in page.columns
        if column.item and not page.form.fields.get(page.list_name) and matter.common(column.item) in common
    ]
    assert elsewhere == []


def test_reading_gives_back_what_was_written_case_by_case() -> None:
    """Two cases with other people in one workbook: each record has its own case's, under the names of its form."""
    first = [example(form) for form in FORMS]
    second = [example(form, "汐見-2") for form in FORMS]
    for record in second:
        for name in ("respondent_name", "perpetrator_address"):
            if name in record.data:
                record.data[name] = {"respondent_name": "丙野　三郎"}.get(name, "汐見県汐見市北町一丁目１番１号")
        if "respondent_address" in record.data:
            record.data["respondent_address"] = "汐見県汐見市北町一丁目１番１号"
    batch = read(written([*first, *second]))
    back = {(record.form, record.id): record for record in batch.records}
    assert [finding for finding in batch.findings if finding.severity != "info"] == []
    assert len(back) == len(first) + len(second)
    for record in [*first, *second]:
        form, other = CATALOGUE.get(record.form), back[record.form, record.id]
        assert batch.findings_of(other) == []
        normalise(form, record)
        assert normalise(form, other) == []
        assert (other.data, other.case) == (record.data, record.case)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.slug)
def test_the_rows_of_the_example_are_lawful_together(form: Form) -> None:
    record = example(form, "")
    judged = Judge(OURS, office=OFFICE, as_of=date(2026, 7, 1)).judge(record)
    assert judged.fate.verdict == "checked", [f for f in judged.fate.findings if f.severity != "info"]


def test_a_paper_that_says_otherwise_goes_before_its_case_and_waits_until_it_is_confirmed() -> None:
    """The reader is asked whether it is meant: a slip in a name is as likely as a house that was moved."""
    records = [example(form) for form in FORMS]
    later = next(record for record in records if record.form == "extension-request")
    later.data["applicant_domicile"] = "汐見県汐見市南町二丁目２番２号"
    batch = read(written(records))
    back = next(record for record in batch.records if record.form == "extension-request")
    assert back.data["applicant_domicile"] == "汐見県汐見市南町二丁目２番２号"
    (told,) = batch.findings_of(back)
    assert (told.code, told.severity, told.clauses) == ("otherwise-than-case", "warning", ("様式-事案",))
    assert told.cell.startswith("禁止命令等有効期間延長処分申出書!") or told.cell.startswith("事案の事実")
    judge = Judge(OURS, office=OFFICE, as_of=date(2026, 7, 1))
    assert judge.decide(judge.prepare(back, [told])).fate.verdict == "waiting"
    back.confirmations = (Confirmation("様式-事案", "係長　沖　一郎", "令和7年に転居した。"),)
    assert judge.decide(judge.prepare(back, [told])).fate.verdict == "checked"


@pytest.mark.parametrize(("number", "hint"), [("", "事案番号がない"), ("汐見-9", "シートにありません")])
def test_a_row_whose_case_is_not_there_is_refused(number: str, hint: str) -> None:
    """Without the case nobody knows whose address must not stand on the paper."""
    book = load_workbook(written([example(FORMS[0])]))
    sheet = book[FORMS[0].title]
    sheet.cell(5, 2).value = number
    batch = read(saved(book))
    (record,) = batch.records
    assert [(f.code, f.severity) for f in batch.findings_of(record)] == [("no-case-row", "error")]
    assert hint in batch.findings_of(record)[0].message


def test_a_case_that_stands_twice_is_nobodys() -> None:
    book = load_workbook(written([example(FORMS[0])]))
    for column in range(1, book[CASE].max_column + 1):
        book[CASE].cell(6, column).value = book[CASE].cell(5, column).value
    batch = read(saved(book))
    (record,) = batch.records
    assert ["いくつも" in f.message for f in batch.findings_of(record)] == [True]


def test_the_sheet_of_the_case_is_missed_when_it_is_hidden_or_taken_away() -> None:
    for change in ("hide", "remove"):
        book = load_workbook(written([example(FORMS[0])]))
        if change == "hide":
            book[CASE].sheet_state = "hidden"
        else:
            book.remove(book[CASE])
        batch = read(saved(book))
        (record,) = batch.records
        assert [f.code for f in batch.findings_of(record)] == ["no-case-row"]


def test_a_record_without_a_case_does_not_fit() -> None:
    with pytest.raises(InputError, match="事案番号"):
        written([example(FORMS[0], "")])


def test_a_fault_on_the_sheet_of_the_case_is_marked_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The annotated copy bears the note in the cell of 事案 and reads as before."""
    book = load_workbook(written([example(form) for form in FORMS[:2]]))
    heads = [str(cell.value) for cell in book[CASE][3]]
    column = 1 + next(at for at, text in enumerate(heads) if "申出人生年月日" in text)
    book[CASE].cell(5, column).value = "令和99年13月1日"
    path = tmp_path_factory.mktemp("matter") / "事案.xlsx"
    book.save(path)
    batch = read_input(path, name=path.name, catalogue=CATALOGUE)
    found = [finding for record in batch.records for finding in normalise(CATALOGUE.get(record.form), record)]
    assert {finding.cell.partition("!")[0] for finding in found} == {CASE}
    out = io.BytesIO()
    assert annotate(path, found, out, catalogue=CATALOGUE) == ""
    marked = load_workbook(out)
    assert marked[CASE].cell(5, column).comment is not None
    assert [r.data for r in read(out).records] == [
        r.data for r in read_input(path, name=path.name, catalogue=CATALOGUE).records
    ]


def test_an_empty_workbook_of_a_matter_has_no_records_and_no_findings() -> None:
    content = io.BytesIO()
    write_sheet(FORMS, content, matter=WHOLE)
    batch = read(content)
    assert (list(batch.records), batch.findings) == ([], [])
