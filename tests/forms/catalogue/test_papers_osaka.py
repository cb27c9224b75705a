"""What is special to Osaka's card for the court: no secret in any notation, in any box, in any file of a run."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forms.finish.pdf_text import pdf_pages
from forms.finish.pdf_told import pdf_properties
from forms.issue import run as batch_run
from forms.reports.outputs import write_outputs
from tests.forms.catalogue.papers import PAPERS, drawn, judged, squeezed, stands_in
from tests.rulebooks import line_on
from validators.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

LINE = line_on(date(2026, 7, 1))
FORM = LINE.catalogue.get("response-card")

GOOD = [paper.name for paper in PAPERS.values() if paper.form == FORM.slug and paper.expect == "checked"]
SECRETS = ("protected_values", "victim_base_address", "victim_phone", "workplace_or_school")
# Who wrote the card, its number and the names of the two are no place for a refuge; what is said to be known is checked by
# OSK-第3-2(4)エ-b-既知.
NAMES = {"response_card_no", "victim_name", "perpetrator_name", "perpetrator_occupation", "author_unit", "author_rank"}
NAMES |= {"author_id"}
KNOWN = {name for name, field in FORM.fields.items() if field.known}
PRINTED = [
    name
    for name, field in FORM.fields.items()
    if field.printed and KINDS[field.of or field.type].wordy and name not in NAMES | KNOWN
]


def secrets_of(data: dict[str, Any]) -> list[str]:
    return [*data.get("protected_values", ()), *(data[name] for name in SECRETS[1:] if name in data)]


@pytest.mark.parametrize("name", GOOD)
def test_no_part_of_the_files_tells_a_secret(name: str) -> None:
    """Neither the refuge, a part of its address, the number nor the school stands anywhere, properties included."""
    found = judged(name)
    for paper in drawn(found):
        assert not stands_in(paper, secrets_of(found.record.data))
        assert "海辺" not in paper


@pytest.mark.parametrize("item", PRINTED)
@pytest.mark.parametrize(
    "secret",
    [
        "海辺市避難町9-8-7",
        "避難町九丁目八番七号",
        "みさき荘２０５号室",
        "０９０（００００）０００１",
        "海辺市立みさき小学校",
    ],
)
def test_a_secret_in_any_printed_text_is_refused_in_any_notation(item: str, secret: str) -> None:
    """第3の2(4)エ: however it is written and wherever it would be printed, no card is issued and the message is silent."""
    found = judged("OSK-001", rest=[], **{item: f"{secret}のこと"})
    assert found.fate.verdict == "refused"
    errors = [f for f in found.fate.findings if f.severity == "error"]
    assert "OSK-第3-2(4)エ-b" in {clause for f in errors for clause in f.clauses}
    assert item in {f.path for f in errors}
    said = "".join(f.message + f.supervisor for f in found.fate.findings)
    assert not stands_in(said, [secret, *secrets_of(found.record.data)])


@pytest.mark.parametrize("box", sorted(KNOWN & {"shared_home_address", "perpetrator_address"}))
def test_a_secret_in_a_box_for_what_is_known_is_refused(box: str) -> None:
    """What the respondent is said to know cannot be secret as well."""
    found = judged("OSK-001", rest=[], **{box: "海辺市避難町9-8-7"})
    assert found.fate.verdict == "refused"
    assert {f.path for f in found.fate.findings} == {box}
    assert "OSK-第3-2(4)エ-b-既知" in {clause for f in found.fate.findings for clause in f.clauses}


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        ("facts", "海辺市内の"),
        ("measures_taken", "避難町へ"),
        ("consult_content", "みさき小のことを"),
        ("measures_taken", "携帯の末尾0001に"),
    ],
)
def test_a_hint_at_a_secret_waits_for_a_person(item: str, hint: str) -> None:
    """A town, a school's own name or the end of a number is asked about at its box, and may be confirmed."""
    found = judged("OSK-001", rest=[], **{item: f"{hint}話した。"})
    assert found.fate.verdict == "waiting"
    assert [(f.path, f.clauses) for f in found.fate.findings] == [(item, ("OSK-第3-2(4)エ-b-手掛かり",))]


def test_an_anonymous_card_leaves_the_name_blank_and_nothing_else() -> None:
    """第3の2(4)ウ: the name may be blank; when, where, what and what was done may not."""
    assert judged("OSK-004").fate.verdict == "checked"
    for paper in drawn(judged("OSK-004")):
        assert "（匿名）" in paper
    for item in ("received_at", "received_place", "consult_content", "measures_taken"):
        found = judged("OSK-004", **{item: None})
        assert found.fate.verdict == "refused"
        assert "OSK-第3-2(4)ウ-b" in {c for f in found.fate.findings if f.path == item for c in f.clauses}
    assert "victim_name" in {f.path for f in judged("OSK-001", victim_name=None).fate.findings}


def test_each_consultation_has_a_card_of_its_own() -> None:
    """第3の2(4)イ: a second card with the number of the first consultation is refused."""
    assert judged("OSK-002").fate.verdict == "checked"
    found = judged("OSK-002", consult_id="Ｃ－0007－1")
    assert [(f.path, f.clauses) for f in found.fate.findings] == [("consult_id", ("OSK-第3-2(4)イ-a",))]


@pytest.mark.parametrize(
    "dropped",
    [
        *(
            "consult_kind",
            "received_at",
            "received_place",
            "reception_channel",
            "officers_dispatched",
            "consultor_category",
        ),
        *("request_types", "anonymous", "relationship_type", "relationship_status", "facts", "consult_content"),
        *("measures_taken", "author_id", "created_at"),
    ],
)
def test_a_missing_item_names_its_provision(dropped: str) -> None:
    """A blank that the procedure asks for is refused at its box, with the provision behind it."""
    found = judged("OSK-001", rest=[], **{dropped: None})
    assert found.fate.verdict == "refused"
    findings = [finding for finding in found.fate.findings if finding.severity == "error"]
    assert dropped in {finding.path for finding in findings}
    assert all(finding.clauses for finding in findings)


def test_the_boxes_stand_in_their_order_and_nothing_kept_beside_is_printed() -> None:
    """The title comes first and the remarks last; handover, support and court items have no box."""
    labels = [
        "別記様式第1号",
        "配偶者からの暴力相談等対応票",
        "対応票番号",
        "受理日時",
        "被害者",
        "相手方",
        "関係",
        "被害",
    ]
    labels += ["取り扱った状況", "負傷等の状況", "求めの内容", "執った措置の内容", "作成者の所属", "署長への報告"]
    labels += ["加害者を含む関係者等が閲覧し得る"]
    for paper in drawn(judged("OSK-007")):
        at = 0
        for label in labels:
            at = paper.index(squeezed(label), at) + 1
        for other in ("生活安全課", "磯三郎", "書面提出について", "C-0107", "P-0031", "第28条の2"):
            assert other not in paper


def test_every_choice_is_printed_and_the_chosen_is_marked() -> None:
    """A reader sees what could have been chosen: one mark in the kind, two in the acts."""
    for paper in drawn(judged("OSK-003")):
        assert "□新規" not in paper
        assert "☑新規" in paper
        assert "□再申告" in paper
        assert "☑110番通報" in paper
        assert "☑身体に対する暴力" in paper
        assert "☑生命等に対する脅迫" in paper
        assert "自由等に対する脅迫" not in paper


def test_facts_that_outgrow_the_box_go_on_a_sheet_of_their_own() -> None:
    """Eight incidents are not cut: the whole text stands in the paper, after what the box refers to."""
    found = judged("OSK-007")
    for paper in drawn(found):
        assert squeezed(found.record.data["facts"]) in paper
    assert LINE.draw(found).pages > LINE.draw(judged("OSK-001")).pages


def test_the_respondent_may_read_the_card() -> None:
    """The card's audience is what makes every rule of secrecy hold."""
    assert FORM.audience >= {"respondent", "court"}
    assert all(not FORM.fields[name].printed and FORM.fields[name].sensitivity == "protected" for name in SECRETS)


def test_no_file_of_a_run_tells_a_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Documents, register, review in every form, file names and the log: a refused card's refuge stands in none of them."""
    names = {"OSK-001", "OSK-021", "OSK-022", "OSK-023"}
    chosen = [PAPERS[name].raw() for name in sorted(names)]
    (tmp_path / "in.json").write_text(json.dumps(chosen, ensure_ascii=False), encoding="utf-8")
    out = tmp_path / "out"
    with caplog.at_level("DEBUG"):
        review = batch_run.issue(LINE, [batch_run.Source("in.json", tmp_path / "in.json")], out)
        write_outputs(review, LINE.catalogue, out)
    secrets = [part for raw in chosen for part in secrets_of(raw["data"])]
    said = {path.name: path.name + everything(path) for path in out.iterdir()} | {"log": caplog.text}
    assert {"register.xlsx", "review.html", "review.pdf", "review.json", "review.xlsx"} < said.keys()
    assert [name for name, text in said.items() if stands_in(text, secrets)] == []


def everything(path: Path) -> str:
    """Return all text of a file: a PDF's pages and properties, every part of an archive, else its characters."""
    content = path.read_bytes()
    if path.suffix == ".pdf":
        return "".join(pdf_pages(content)) + pdf_properties(content)
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return content.decode()
