"""A character that cannot be printed is named at the check, with its field and code point; nothing is drawn with it."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms.issue.run import Source, check, issue
from forms.reports import report
from tests.rulebooks import OURS, line_on
from validators import glyphs
from validators.model import Finding, Record
from validators.printable import check_printable, drawable

SAMPLES = json.loads((Path(__file__).parents[2] / "samples" / "kanagawa.json").read_text("utf-8"))
GOOD: dict[str, dict[str, Any]] = {each["record"]: each for each in SAMPLES if each["record"].startswith("good-")}
LINE = line_on(date(2026, 11, 24))


def found(name: str, office: dict[str, str] | None = None, **data: Any) -> list[Finding]:
    """Return what the line says of unprintable characters in a sample with these changes."""
    sample = copy.deepcopy(GOOD[name])
    record = Record(
        form=sample["form"],
        id=name,
        data={**sample["data"], **data},
        office={**sample["office"], **(office or {})},
        cells={"reason": "C7", "incidents[1].situation": "D9"},
    )
    return [each for each in LINE.judge(record).fate.findings if each.code == "no-glyph"]


@pytest.mark.parametrize(
    ("character", "points", "advice"),
    [
        ("\U0001f600", "U+1F600", "かなで"),
        ("가", "U+AC00", "かなで"),
        ("\ue000", "U+E000", "かなで"),
        ("\u9fef", "U+9FEF", "かなで"),
        ("邉\U000e01ef", "U+9089 U+E01EF", "異体字"),
    ],
)
def test_the_finding_names_field_character_and_what_to_do(character: str, points: str, advice: str) -> None:
    (finding,) = found("good-notice", reason=f"所在が{character}判明せず、交付できなかったため。")
    assert (finding.severity, finding.path, finding.label, finding.cell) == ("error", "reason", "理由", "C7")
    assert f"「理由」に、印刷できない文字「{character}」（{points}）" in finding.message
    assert advice in finding.message


def test_every_character_and_every_field_is_named_once() -> None:
    findings = found("good-notice", addressee_name="髙橋\U0001f600\U0001f601\U0001f600", fact="가")
    assert {finding.path for finding in findings} == {"addressee_name", "fact"}
    assert findings[0].message.count("U+1F600") == 1
    assert "U+1F601" in findings[0].message


def test_names_that_can_be_printed_pass() -> None:
    assert found("good-notice", addressee_name="𠮷﨑　邉\U000e0112髙栁") == []


def test_an_item_of_a_list_is_named_by_its_number() -> None:
    incidents = copy.deepcopy(GOOD["good-request"]["data"]["incidents"])
    form = OURS.catalogue.get("warning-request")
    key = next(name for name, field in form.fields["incidents"].fields.items() if field.type == "text")
    incidents.append({**incidents[0], key: "甲\U0001f600"})
    at = len(incidents) - 1
    (finding,) = found("good-request", incidents=incidents)
    assert finding.path == f"incidents[{at}].{key}"
    assert f"の{at + 1}件目の" in finding.message


def test_a_person_and_the_office_are_looked_at_too() -> None:
    (finding,) = found("good-notice", addressee_name={"name": "髙橋　美咲", "kana": "タカハシ\U0001f600"})
    assert (finding.path, finding.message[:15]) == ("addressee_name.kana", "「申出をした者」の「フリガナ」")
    (finding,) = found("good-notice", office={"chief_name": "警視　\ue001山"})
    assert finding.path == "office.chief_name"


def test_what_is_not_printed_is_not_looked_at() -> None:
    form = OURS.catalogue.get("non-warning-notice")
    silent = next(name for name, field in form.fields.items() if not field.printed and field.type in {"string", "text"})
    assert check_printable(form, Record(form.slug, "r", {silent: "\U0001f600"}), {}) == []
    assert check_printable(form, Record(form.slug, "r", {"reason": "\U0001f600"}), {}) != []


def test_such_a_record_is_refused_and_the_others_and_the_report_are_made(tmp_path: Path) -> None:
    """Not even a report that tells of the character, of a name of an item and of a control sign stumbles over it."""
    bad = copy.deepcopy(GOOD["good-notice"])
    bad["data"] |= {"reason": "甲\U0001f600", "項\x07目\U0001f601": "x"}
    path = tmp_path / "in.json"
    path.write_text(json.dumps([{**bad, "record": "bad"}, GOOD["good-notice-by-post"]]), "utf-8")
    sources = [Source(path.name, path)]
    assert [fate.verdict for fate in check(LINE, sources).fates] == ["refused", "checked"]
    review = issue(LINE, sources, tmp_path / "out")
    assert [fate.verdict for fate in review.fates] == ["refused", "issued"]
    assert report.as_pdf(review).startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("甲\U0001f600乙", "甲〓乙"),
        ("邉\U000e01ef", "邉"),
        ("가\U000e0100", "〓"),
        ("髙﨑\n𠮷", "髙﨑\n𠮷"),
        ("\x07", "〓"),
        ("\U000e0100甲\U000e0100\U000e01ef", "〓甲〓"),
    ],
)
def test_lists_show_a_mark_for_what_cannot_be_drawn(text: str, shown: str) -> None:
    assert drawable(text) == shown
    assert glyphs.missing_characters(drawable(text)) == []


@pytest.mark.parametrize(("file", "package"), glyphs.FILES.items())
def test_a_missing_font_is_named_with_the_package_that_brings_it(tmp_path: Path, file: str, package: str) -> None:
    for name, path in glyphs.font_files().items():
        if name != file:
            (tmp_path / name).symlink_to(path)
    with pytest.raises(glyphs.FontMissingError) as caught:
        glyphs.locate_fonts((tmp_path,))
    assert file in caught.value.message
    assert f"apt-get install {package} " in caught.value.action
