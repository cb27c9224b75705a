"""Promise: a clerk's own Word template is told every problem at its place, and is used from its first day, unchanged."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from app import main
from forms.finish.pdf_text import page_count, pdf_pages
from forms.issue import run as batch_run
from forms.own_templates.examine import examine, printed_fields
from forms.own_templates.marked import with_comments
from forms.own_templates.preview import side_by_side
from forms.own_templates.shelf import LIST, Shelf
from forms.paper.layout import build_docx
from tests.rulebooks import OURS, editions, line_on
from validators.errors import InputError
from validators.model import Record

ROOT = Path(__file__).parents[3]
CATALOGUE = OURS.catalogue
CARD = CATALOGUE.get("response-card")
RECORD: dict[str, Any] = next(
    raw for raw in json.loads((ROOT / "samples" / "osaka.json").read_text("utf-8")) if raw["record"] == "OSK-001"
)
RECORD["case"] = ""  # judged alone: a paper of a case waits for the others
STARTS = date(2026, 7, 1)


def edited(change: Any, form: Any = CARD) -> bytes:
    """Return the built-in paper as a clerk changed it in Word."""
    document = Document(io.BytesIO(build_docx(form, by_text=False)))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def added(text: str, form: Any = CARD) -> bytes:
    return edited(lambda document: document.add_paragraph(text), form)


def unmarked(document: Any) -> None:
    for paragraph in document.sections[0].header.paragraphs:
        paragraph.clear()


def test_a_paper_that_does_not_say_which_copy_it_is_is_no_paper_made_in_copies() -> None:
    """正本 and 副本 could not be told apart, and the final read would refuse every one."""
    petition = CATALOGUE.get("protection-order-petition")
    (problem,) = examine(edited(unmarked, petition), petition, OURS.clauses)
    assert problem.severity == "error"
    assert "正本・副本の別を、どのページにも印字してください" in problem.message
    (told,) = examine(edited(unmarked), CARD, OURS.clauses)
    assert told.severity == "warning"
    assert "写し・控えを作れません" in told.message


@pytest.mark.parametrize("form", editions())
def test_the_built_in_paper_has_no_problem(form: Any) -> None:
    """What `yoshiki template start` hands out may be adopted as it is, and prints something."""
    docx = build_docx(form, by_text=False)
    assert examine(docx, form, OURS.clauses) == []
    assert printed_fields(form)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ response_card_num }}", "という項目は、この様式にありません"),
        ("{{ victim_base_address }}", "紙に出さない項目"),
        ("{% for v in protected_values %}{{ v }}{% endfor %}", "紙に出さない項目"),
        ("{% set x = victim_phone %}{{ x }}", "紙に出さない項目"),
        ("{{ protected_values | join('、') }}", "紙に出さない項目"),
        ("{{ office.secret }}", "office.secret"),
        ("{{ facts | shout }}", "という書式はありません"),
        ("{{ range(9) }}", "という関数はありません"),
        ("{% include 'x' %}", "使えません"),
        ("{% macro m() %}{% endmacro %}", "使えません"),
        ("{{ facts", "の数が合いません"),
        ("{% for c in violence_types %}{{ c }}", "差込みの式が読めません"),
    ],
)
def test_a_problem_is_told_at_its_paragraph(text: str, said: str) -> None:
    """The last paragraph is the clerk's: there it is said, in words a clerk can act on."""
    docx = added(text)
    problems = [problem for problem in examine(docx, CARD, OURS.clauses) if problem.number]
    last = sum(1 for _ in Document(io.BytesIO(docx)).element.body.iter("{*}p"))
    assert [(problem.part, problem.number) for problem in problems] == [("word/document.xml", last)]
    assert said in problems[0].message
    assert text[:8] in str(problems[0])


# The card keeps a refuge, a telephone number and a school beside the paper; a petition keeps the children's school.
_SECRET_WAYS = [
    "{% for c in victim_phone %}{{ c }}{% endfor %}",
    "{% for v in [victim_phone] %}{{ v }}{% endfor %}",
    "{% for v in (victim_phone, facts) %}{{ v }}{% endfor %}",
    "{% for v, w in [('電話', victim_phone)] %}{{ w }}{% endfor %}",
    "{% for row in [[victim_base_address]] %}{% for v in row %}{{ v }}{% endfor %}{% endfor %}",
    "{% for k in {'a': victim_phone} %}{{ k }}{% endfor %}",
    "{{ {'a': victim_phone}['a'] }}",
    "{{ [victim_phone][0] }}",
    "{{ victim_phone[0:3] }}",
    "{{ protected_values[0] }}",
    "{{ protected_values | first }}",
    "{{ protected_values | map('zen') | join }}",
    "{{ protected_values | join }}",
    "{{ joined(protected_values) }}",
    "{{ zen(victim_phone) }}",
    "{{ facts ~ victim_phone }}",
    "{{ facts | default(victim_phone) }}",
    "{{ facts | or_text(victim_phone) }}",
    "{{ facts | replace('あ', victim_phone) }}",
    "{{ '%s' % victim_phone }}",
    "{{ '%s' | format(victim_phone) }}",
    "{{ facts if anonymous else victim_phone }}",
    "{{ victim_phone or facts }}",
    "{{ victim_phone and victim_phone }}",
    "{{ 'あり' if victim_phone else 'なし' }}",
    "{% if victim_phone[0] == '0' %}0{% endif %}",
    "{% if '090' in victim_phone %}090{% endif %}",
    "{% for v in incident_dates if victim_phone == '0' %}{{ v }}{% endfor %}",
    "{{ check(victim_phone == '090') }}",
    "{{ victim_phone | length }}",
    "{% set x = [victim_phone] %}{{ x }}",
    "{% set x %}{{ victim_phone }}{% endset %}{{ x }}",
    "{% set a = victim_phone if facts else facts %}{{ a }}",
    "{% with x = victim_phone %}{{ x }}{% endwith %}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(victim_phone) }}",
    "{% filter upper %}{{ victim_phone }}{% endfilter %}",
    "{% call(x) box(victim_phone) %}{% endcall %}",
    "{{ box(victim_phone, 10, 10, '内容') }}",
    "{{ self }}",
    "{{ loop.previtem }}",
    "{% for v in violence_types %}{{ loop.nextitem }}{% endfor %}",
    "{{ victim_phone.upper() }}",
    "{{ facts | attr('upper') }}",
    "{{ form }}",
    "{{ office['name'].__class__ }}",
]


@pytest.mark.parametrize("start", range(0, len(_SECRET_WAYS), 15))
def test_no_way_leads_a_secret_onto_the_paper(start: int) -> None:
    """Loops, literals, filters, conditions, names given to a value: each refused in words, at its paragraph."""
    ways = _SECRET_WAYS[start : start + 15]

    def change(document: Any) -> None:
        for text in ways:
            document.add_paragraph(text)

    told = {problem.near for problem in examine(edited(change), CARD, OURS.clauses) if problem.severity == "error"}
    assert [text for text in ways if text[:40] not in told] == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'あ' * 99999999 }}",
        "{{ 'あ' | center(99999999) }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ range(99999999) | list }}",
        "{{ " + "(" * 300 + "facts" + ")" * 300 + " }}",
        "{{ " + "not " * 900 + "facts }}",
        "{{ facts" + " | zen" * 900 + " }}",
        "{% for a in proof %}" * 30 + "{% endfor %}" * 30,
    ],
)
def test_no_expression_takes_the_machine_away(text: str) -> None:
    """What would take memory or time is refused in words, within seconds."""
    before = time.process_time()
    assert any(problem.severity == "error" for problem in examine(added(text), CARD, OURS.clauses))
    assert time.process_time() - before < 5


def test_a_group_is_printed_by_its_items_only() -> None:
    """A child as a whole holds the school: only its items may be named, and the school is none of them."""
    petition = CATALOGUE.get("protection-order-petition")
    for text in (
        "{{ children }}",
        "{% for c in children %}{{ c }}{% endfor %}",
        "{% for c in children %}{{ loop.previtem }}{% endfor %}",
        "{% for c in children %}{{ c.school_name }}{% endfor %}",
        "{% for c in children %}{% if c.school_name == 'あ' %}あ{% endif %}{% endfor %}",
        "{{ children[0].school_name }}",
        "{{ children | map(attribute='school_name') | join }}",
        "{{ (children | first).school_name }}",
    ):
        found = [
            problem.message
            for problem in examine(added(text, petition), petition, OURS.clauses)
            if problem.severity == "error"
        ]
        assert any("組" in each or "紙に出さない" in each or "使え" in each for each in found), text


@pytest.mark.parametrize(
    "cut", [("{", "{ victim_phone }", "}"), ("{{ victim_phone }", "}"), ("{", "% if victim_phone %}", "{% endif %}")]
)
def test_a_tag_cut_over_paragraphs_is_a_tag(cut: tuple[str, ...]) -> None:
    """The compiler puts the pieces together, so the examination does."""

    def change(document: Any) -> None:
        for piece in cut:
            document.add_paragraph(piece)

    assert any(problem.severity == "error" for problem in examine(edited(change), CARD, OURS.clauses))


def test_a_tag_where_nothing_is_printed_is_refused() -> None:
    """The name of a bookmark, the alternative text of a picture, the title of the file."""

    def bookmark(document: Any) -> None:
        mark = OxmlElement("w:bookmarkStart")
        mark.set(qn("w:id"), "77")
        mark.set(qn("w:name"), "{{ victim_phone }}")
        document.paragraphs[0]._p.append(mark)

    def title(document: Any) -> None:
        document.core_properties.title = "{{ victim_phone }}"

    for change in (bookmark, title):
        assert any("文章でない所" in problem.message for problem in examine(edited(change), CARD, OURS.clauses))


def test_every_problem_is_told_at_once_and_those_in_headers_too() -> None:
    """One reading of the list mends the template: faults do not hide each other."""

    def change(document: Any) -> None:
        document.add_paragraph("{{ one }}")
        document.add_paragraph("{{ two")
        document.add_paragraph("{{ three }}")
        document.sections[0].header.paragraphs[0].text = "{{ form.copy }}{{ four }}"

    told = [str(problem) for problem in examine(edited(change), CARD, OURS.clauses)]
    assert len(told) == 4
    assert [next(word for word in ("one", "two", "three", "four") if word in text) for text in told] == [
        *("one", "two", "three", "four")
    ]
    assert told[3].startswith("ヘッダーの第1段落")


def test_what_the_built_in_paper_prints_may_not_be_left_out() -> None:
    """A card without the facts, a petition without art. 12's words: refused with the provision behind it."""

    def drop(document: Any) -> None:
        for table in document.tables:
            for cell in table._cells:
                if "facts" in cell.text:
                    cell.paragraphs[0].runs[0].text = ""

    told = [problem.message for problem in examine(edited(drop), CARD, OURS.clauses)]
    assert told == [
        "「取り扱った状況(客観的事実)」を印字する箇所がありません（OSK-第3-2(4)ア、OSK-第3-2(4)エ-a、OSK-第3-2(4)エ-b）。"
    ]


def test_words_that_a_provision_asks_for_may_not_be_left_out() -> None:
    """Ibaraki's forms must say that they were not held against the original."""
    form = CATALOGUE.get("designation-application")

    def drop(document: Any) -> None:
        for paragraph in document.paragraphs:
            if "暫定様式" in paragraph.text:
                paragraph.runs[0].text = "様式"

    told = [problem.message for problem in examine(edited(drop, form), form, OURS.clauses)]
    assert len(told) == 1
    assert "暫定様式" in told[0]


def test_active_content_is_named_before_anything_is_opened() -> None:
    """A macro and a picture fetched from outside are refused."""
    source = zipfile.ZipFile(io.BytesIO(build_docx(CARD)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("word/vbaProject.bin", b"x")
    assert [problem.message for problem in examine(out.getvalue(), CARD, OURS.clauses)] == [
        "動く内容又は外部への参照があります: マクロ。取り除いて、マクロなしのDOCXで保存してください。"
    ]
    with pytest.raises(InputError):
        examine(b"not a document", CARD, OURS.clauses)


def test_the_marked_copy_has_a_comment_for_each_problem() -> None:
    """The copy opens in Word with the problems beside the text, which is not changed."""
    docx = added("{{ one }}")
    problems = examine(docx, CARD, OURS.clauses)
    marked = Document(io.BytesIO(with_comments(docx, problems)))
    assert [comment.text for comment in marked.comments] == [problem.message for problem in problems]
    assert [p.text for p in marked.paragraphs] == [p.text for p in Document(io.BytesIO(docx)).paragraphs]
    assert marked.paragraphs[-1]._p.xpath("./w:commentRangeStart")


def test_the_preview_shows_both_papers_page_by_page() -> None:
    """At the left the built-in paper, at the right the clerk's, of the same record."""
    record = Record("response-card", "OSK-001", RECORD["data"], office=RECORD["office"])
    prepared = line_on(STARTS).prepare(record)
    pdf = side_by_side(added("当署では二部作成する。"), CARD, prepared.record, RECORD["office"])
    assert page_count(pdf) == 2
    text = "".join("".join(pdf_pages(pdf)).split())
    assert text.count("配偶者からの暴力相談等対応票") == 2
    assert text.count("当署では二部作成する。") == 1


def issued(folder: Path, shelf: Path, on: date) -> Any:
    source = folder / "in.json"
    source.write_text(json.dumps(RECORD, ensure_ascii=False), encoding="utf-8")
    line = line_on(on, templates=shelf)
    return batch_run.issue(line, [batch_run.Source("in.json", source)], folder / "out").fates[0]


def text_of(folder: Path) -> str:
    return "".join("".join(pdf_pages((folder / "out" / "OSK-001-response-card.pdf").read_bytes())).split())


def test_an_adopted_template_is_used_from_its_first_day(tmp_path: Path) -> None:
    """The day before, the built-in paper; from the day on, the office's; a later one takes over on its day."""
    shelf = Shelf(tmp_path / "shelf")
    shelf.adopt(added("当署の様式（初版）"), CARD, OURS, starts=STARTS, by="課長　架空　太郎")
    shelf.adopt(added("当署の様式（改訂）"), CARD, OURS, starts=date(2026, 8, 1), by="課長　架空　太郎")
    for on, said in ((date(2026, 6, 30), ""), (STARTS, "初版"), (date(2026, 8, 1), "改訂")):
        assert issued(tmp_path, tmp_path / "shelf", on).verdict == "issued"
        assert ("当署の様式" in text_of(tmp_path)) is bool(said)
        assert said in text_of(tmp_path)


def test_a_template_that_was_changed_after_adoption_is_refused(tmp_path: Path) -> None:
    """The hash is the template's: another file under its name makes no paper."""
    one = Shelf(tmp_path / "shelf").adopt(added("当署の様式"), CARD, OURS, starts=STARTS, by="課長")
    (tmp_path / "shelf" / one.file).write_bytes(added("差し替えた様式"))
    fate = issued(tmp_path, tmp_path / "shelf", STARTS)
    assert fate.verdict == "failed"
    assert "書き換えられています" in fate.findings[-1].message
    assert not list((tmp_path / "out").glob("OSK*"))


def test_a_template_with_problems_is_not_adopted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="1か所"):
        Shelf(tmp_path / "shelf").adopt(added("{{ one }}"), CARD, OURS, starts=STARTS, by="課長")
    assert not (tmp_path / "shelf").exists()


def test_another_edition_than_the_template_s_gets_the_built_in_paper_and_a_note(tmp_path: Path) -> None:
    """A petition under the older law is not set on the newer paper."""
    form = CATALOGUE.get("warning", date(2024, 6, 20))
    newest = CATALOGUE.get("warning")
    assert form.edition != newest.edition
    Shelf(tmp_path / "shelf").adopt(build_docx(newest), newest, OURS, starts=STARTS, by="課長")
    raw = next(
        r for r in json.loads((ROOT / "samples" / "kanagawa.json").read_text("utf-8")) if r["record"] == "good-warning"
    )
    line = line_on(STARTS, templates=tmp_path / "shelf")
    drawn = line.draw(line.judge(Record("warning", "w", raw["data"], office=raw["office"])))
    assert [finding.code for finding in drawn.findings] == ["built-in-paper"]


def test_two_people_adopting_at_once_lose_nothing(tmp_path: Path) -> None:
    """Every adoption is in the list, whoever was first."""
    threads = [
        threading.Thread(
            target=Shelf(tmp_path / "shelf").adopt,
            args=(added(f"様式{n}"), CARD, OURS),
            kwargs={"starts": STARTS, "by": f"{n}"},
        )
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = json.loads((tmp_path / "shelf" / LIST).read_text("utf-8"))
    assert sorted(row["by"] for row in rows) == [str(n) for n in range(6)]


def test_the_commands_lead_from_the_built_in_paper_to_the_adopted_one(tmp_path: Path) -> None:
    """Start → check → preview → adopt → fill, and check ends with 1 where there is something to mend."""
    run = CliRunner().invoke
    own, bad, marked = tmp_path / "own.docx", tmp_path / "bad.docx", tmp_path / "marked.docx"
    assert run(main, ["template", "start", "response-card", "-o", str(own)]).exit_code == 0
    assert run(main, ["template", "check", "response-card", str(own)]).exit_code == 0
    bad.write_bytes(added("{{ one }}"))
    told = run(main, ["template", "check", "response-card", str(bad), "--marked", str(marked)])
    assert told.exit_code == 1
    assert "「one」という項目は、この様式にありません。" in told.output
    assert marked.is_file()
    (tmp_path / "r.json").write_text(json.dumps(RECORD, ensure_ascii=False), encoding="utf-8")
    shown = ["template", "preview", "response-card", str(own), "-o", str(tmp_path / "p.pdf")]
    assert run(main, [*shown, "--record", str(tmp_path / "r.json")]).exit_code == 0
    adopt = ["template", "adopt", "response-card", str(own), "--from", "令和8年7月1日", "--by", "課長"]
    assert run(main, [*adopt, "--to", str(tmp_path / "shelf")]).exit_code == 0
    filled = ["fill", str(tmp_path / "r.json"), "-o", str(tmp_path / "out"), "--templates", str(tmp_path / "shelf")]
    assert run(main, filled).exit_code == 0
    assert (tmp_path / "out" / "OSK-001-response-card.pdf").is_file()
