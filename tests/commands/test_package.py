"""Promise: `yoshiki case package` hands a court everything in its order and nothing it must not have, or nothing at all."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pikepdf
import pytest
from click.testing import CliRunner, Result

from app import main
from forms.filing.exhibits import exhibits_of, numbers_in
from forms.filing.gate import read_again, too_heavy
from forms.filing.method import method_of
from forms.finish.pdf_text import pdf_pages
from samples.matter import HERE, read_matter
from tests.rulebooks import OURS
from validators.definitions.papers import FOLDER, read_papers
from validators.expressions.lookups import Surroundings, surrounded
from validators.secrecy import Value, secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PETITION = "protection-order-petition"
TABLE = OURS.reference.table("court_package")


@pytest.fixture(autouse=True)
def _tables() -> Iterator[None]:
    with surrounded(Surroundings(OURS.reference)):
        yield


def paper(slug: str, name: str, case: str, **changes: Any) -> dict[str, Any]:
    beside = OURS.catalogue.file_of(slug).parent / FOLDER / f"{slug}.yaml"
    sample = next(each for each in read_papers(beside) if each.name == name).raw()
    data = {key: value for key, value in {**sample["data"], **changes}.items() if value is not None}
    confirmed = sample.get("confirmations", [])
    return {"form": slug, "record": f"{name}-{case}", "case": case, "data": data, "confirmations": confirmed}


def family(case: str = "汐見-1", **changes: Any) -> list[dict[str, Any]]:
    return [
        paper("applicant-residence-sheet", "good-residence-sheet", case),
        paper("relative-consent", "good-relative-consent", case),
        paper("child-consent", "good-family-consent", case),
        paper(PETITION, "good-family", case, **changes),
    ]


def run(folder: Path, papers: list[dict[str, Any]], *more: str) -> Result:
    given = folder / "in.json"
    given.write_text(json.dumps(papers, ensure_ascii=False, default=str), "utf-8")
    command = ["case", "package", str(given), "-o", str(folder / "out"), "--as-of", "2026-07-01", *more]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def cells(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=2, values_only=True))


def test_a_case_is_packed_in_the_courts_order_and_what_the_court_alone_reads_lies_apart(tmp_path: Path) -> None:
    sworn = paper("sworn-statement", "good-sworn-statement", "汐見-2")
    outcome = run(tmp_path, [*family(), paper(PETITION, "good-sworn", "汐見-2"), sworn], "--json")
    assert outcome.exit_code == 0, outcome.output
    one, two = json.loads(outcome.stdout)["cases"]
    folder, apart = Path(one["folder"]), Path(one["folder"]) / "裁判所限り"
    assert sorted(path.name for path in folder.glob("*.pdf")) == [
        "01_配偶者暴力等に関する保護命令申立書_副本.pdf",
        "01_配偶者暴力等に関する保護命令申立書_正本.pdf",
        "04_子の同意書.pdf",
        "05_親族等の同意書.pdf",
    ]
    assert [path.name for path in apart.glob("*.pdf")] == ["01_送達場所等届出書.pdf"]
    assert (one["papers"], one["court_only"], one["by_hand"]) == (3, 1, ["甲1 診断書", "甲2 写真", "戸籍謄本"])
    assert "".join(one["notes"]).startswith("書面（紙）で提出します。")

    rows = cells(folder / "提出書類一覧.xlsx", "提出書類")
    assert [(row[1], row[2], row[3] or "", row[4], row[5]) for row in rows] == [
        ("申立書", "配偶者暴力等に関する保護命令申立書", "", 1, 1),
        ("甲号証", "診断書", "甲1", 1, 1),
        ("甲号証", "写真", "甲2", 1, 1),
        ("同意書", "子の同意書", "", 1, 0),
        ("同意書", "親族等の同意書", "", 1, 0),
        ("附属書類", "戸籍謄本", "", 1, 0),
    ]
    evidence = cells(folder / "提出書類一覧.xlsx", "証拠説明書")
    assert [row[-1] for row in evidence] == [
        "令和８年５月20日 午後９時の出来事",
        "令和８年５月21日 午前７時30分の出来事",
    ]
    open_texts = "".join(text for path in folder.glob("*.pdf") for text in pdf_pages(path.read_bytes())) + str(rows)
    assert "みさき荘" not in open_texts
    assert "届出書" not in str(rows)

    assert (Path(two["folder"]) / "04_甲3_宣誓供述書.pdf").is_file()
    last = cells(Path(two["folder"]) / "提出書類一覧.xlsx", "証拠説明書")[-1]
    assert last[:5] == ("甲3", "宣誓供述書", "原本", "架空　花子", "令和７年11月５日")

    again = run(tmp_path, family())
    assert again.exit_code == 1
    assert "が既にあります" in again.stdout


def test_nothing_is_packed_when_a_paper_of_the_case_is_refused_or_waits(tmp_path: Path) -> None:
    papers = [*family()[1:], paper("applicant-residence-sheet", "bad-residence-sheet-secrecy-unanswered", "汐見-1")]
    (tmp_path / "out" / ".part-package-1").mkdir(parents=True)  # of a run that was cut off
    outcome = run(tmp_path, papers)
    assert outcome.exit_code == 1
    assert "bad-residence-sheet-secrecy-unanswered" in outcome.stdout
    assert "束ねていません" in outcome.stdout
    assert list((tmp_path / "out").iterdir()) == []


def test_an_exhibit_that_is_named_and_not_listed_stops_the_package_and_papers_without_petition_are_told(
    tmp_path: Path,
) -> None:
    alone = [paper("child-consent", "good-family-consent", "汐見-4"), paper(PETITION, "good-first", "")]
    outcome = run(tmp_path, [*family(proof_list=["甲１　診断書"]), *alone])
    assert outcome.exit_code == 1
    assert "甲2が出来事の「証拠」の欄にありますが" in outcome.stdout
    assert "この事案の申立書が入力にありません" in outcome.stdout
    assert "事案番号がない" in outcome.stdout
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_is_packed_while_something_of_the_input_was_not_read(tmp_path: Path) -> None:
    papers = family()
    outcome = run(tmp_path, [*papers, {**papers[1], "data": {}}])
    assert outcome.exit_code == 1
    assert "読めなかった所があります" in outcome.stdout
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("proof", "attached", "refs", "wrong"),
    [
        (["甲１　診断書", "甲第２号証　写真"], ["甲一　診断書（写し）", "戸籍謄本"], ["甲１、２"], ""),
        (["甲１の１　写真", "甲１の２　写真"], [], ["甲１"], ""),
        (["診断書", "なし"], [], [], ""),
        (["甲１　診断書", "甲３　写真"], [], [], "甲2が抜けています"),
        (["甲２　診断書"], [], [], "甲1が抜けています"),
        (["甲１の１　写真", "甲１の３　写真"], [], [], "甲1の2が抜けています"),
        (["甲１　診断書", "甲１　写真"], [], [], "二度"),
        (["甲１　診断書"], ["甲１　写真"], [], "二つ"),
        (["甲１　診断書"], [], ["甲１から甲３"], "甲2が出来事"),
        (["甲１　診断書"], [], ["甲１の２"], "枝番"),
        (["甲 1　診断書", "甲第２号証−１　録音", "甲2‐2　反訳"], [], ["甲 １"], ""),
        (["甲１、２　写真", "甲３～５　録音"], ["甲１号証の写し　各１通", "「甲２ 写真」の写し"], ["甲４・５"], ""),
        (["甲７、８階の写真"], [], [], "甲1から甲6までが抜けています"),
        (["甲１　「診断書」（架空病院）写し"], ["甲１　診断書"], [], ""),
        (["甲１　写真（居間）"], ["甲１　写真（台所）"], [], "二つ"),
        (["甲１　診断書"], ["甲第２号証の写し"], [], "甲2が「証拠方法」の欄にありません"),
        (["甲１"], [], [], "名前がありません"),
        (["甲０　診断書"], [], [], "甲0は使えません"),
        (["乙１　診断書"], [], [], "「甲」の番号にしてください"),
        (["甲１　診断書", "甲3000000　写真"], [], ["甲１"], "甲2から甲2999999までが抜けています"),
    ],
)
def test_exhibits_have_each_a_number_of_their_own_without_gap(
    proof: list[str], attached: list[str], refs: list[str], wrong: str
) -> None:
    data = {"proof_list": proof, "attachments": attached, "incidents": [{"evidence_refs": refs}]}
    _, _, told = exhibits_of([(OURS.catalogue.get(PETITION), data)])
    assert wrong in "".join(told)
    assert bool(told) == bool(wrong)


def test_numbers_are_read_in_every_notation() -> None:
    assert numbers_in("甲第十二号証の２、甲14ないし16及び１８（写真3枚）") == [
        (12, 2),
        (14, 0),
        (15, 0),
        (16, 0),
        (18, 0),
    ]
    assert numbers_in("甲１、12枚の写真") == [(1, 0)]
    assert numbers_in("診断書") == []
    assert numbers_in("甲１の１、２、甲３") == [(1, 1), (1, 2), (3, 0)]
    assert numbers_in("甲１号証の１から３") == [(1, 1), (1, 2), (1, 3)]
    assert len(numbers_in("甲１から甲３００００００００")) < 1000


def test_evidence_without_a_number_is_never_lost_nor_counted_twice() -> None:
    form = OURS.catalogue.get(PETITION)
    one = {"proof_list": ["写真（居間）", "写真（台所）", "録音", "録音", "甲１　診断書"]}
    _, loose, wrong = exhibits_of([(form, one), (form, {"proof_list": ["診断書（架空病院）", "録音"]})])
    assert (loose, wrong) == (["写真（居間）", "写真（台所）", "録音", "録音"], [])


def test_what_is_brought_by_hand_is_listed_once_with_its_count_and_what_gives_a_clue_is_told(tmp_path: Path) -> None:
    attached = ["なし", "甲号証写し　各１通", "戸籍謄本　２通", "住民票（本人）", "住民票（子）", "子の同意書　２通"]
    attached += ["住所秘匿の申出書"]
    papers = family(proof_list=["甲１　診断書", "甲２　海辺市の住民票", "録音"], attachments=attached)
    (packed,) = json.loads(run(tmp_path, papers, "--json").stdout)["cases"]
    rows = cells(Path(packed["folder"]) / "提出書類一覧.xlsx", "提出書類")
    assert [row[2:6] for row in rows if row[1] in {"甲号証", "附属書類"}] == [
        ("診断書", "甲1", 1, 1),
        ("海辺市の住民票", "甲2", 1, 1),
        ("録音", "甲3", 1, 1),
        ("戸籍謄本　２通", "", 2, 0),
        ("住民票（本人）", "", 1, 0),
        ("住民票（子）", "", 1, 0),
    ]
    notes = "".join(packed["notes"])
    assert "番号を付けました: 甲3 録音" in notes
    assert "「子の同意書　２通」に対して、この束には1通" in notes
    assert "「甲2 海辺市の住民票」に" in notes
    assert "「住所秘匿の申出書」とあります" in notes
    assert "居場所の手掛かり" not in str(cells(Path(packed["folder"]) / "提出書類一覧.xlsx", "提出の方法"))
    files = [name for record in packed["records"] for name in record["files"].values()]
    assert len(files) == 5
    assert all((Path(packed["folder"]) / name).is_file() for name in files)


def test_a_paper_that_is_there_twice_stops_the_package(tmp_path: Path) -> None:
    papers = family()
    papers += [{**papers[0], "record": "控え"}, {**papers[3], "record": "直し"}]
    outcome = run(tmp_path, papers)
    assert outcome.exit_code == 1
    assert "申立書（接近禁止命令等）が二つあります（good-family-汐見-1、直し）" in outcome.stdout
    assert "（good-residence-sheet-汐見-1、控え）" in outcome.stdout
    assert list((tmp_path / "out").iterdir()) == []
    assert "「X」の書面は" in run(tmp_path, papers, "--record", "X").output


def test_of_several_filings_of_a_case_one_is_packed_and_the_others_are_weighed_beside_it(tmp_path: Path) -> None:
    matter = read_matter(HERE / "matters" / "dv-act.yaml", OURS)
    outcome = run(tmp_path, list(matter.records))
    assert "（05 配偶者暴力等に関する保護命令申立書" in outcome.stdout
    assert "--record" in outcome.stdout
    first = [part for number in range(1, 6) for part in ("--record", f"{number:02}")]
    (packed,) = json.loads(run(tmp_path, list(matter.records), *first, "--json").stdout)["cases"]
    assert (packed["papers"], packed["court_only"], packed["wrong"]) == (4, 1, [])
    assert "入れていません" in packed["notes"][-1]


def test_a_folder_tells_no_secret_that_another_paper_of_the_case_keeps(tmp_path: Path) -> None:
    refuge = "鳥見県海辺市沖波町三丁目１番１号　沖波荘２０５"
    case = "沖波荘-1"
    beside = paper("centre-written-statement", "good-written-statement", case, applicant_actual_residence=refuge)
    (packed,) = json.loads(run(tmp_path, [*family(case), beside], "--json").stdout)["cases"]
    assert Path(packed["folder"]).name == "case1"


def test_what_could_not_be_read_is_told_to_people_and_machines(tmp_path: Path) -> None:
    papers = [{**family()[3], "record": "汐" * 300}]
    told = run(tmp_path, papers)
    assert told.exit_code == 2
    assert "100字まで" in told.stdout
    machine = json.loads(run(tmp_path, papers, "--json").stdout)
    assert machine["cases"] == []
    assert "100字まで" in machine["findings"][0]["message"]
    assert "事案番号「X-9」" in run(tmp_path, family(), "--case", "X-9").output


def test_the_gate_finds_what_a_court_does_not_take_and_what_the_respondent_must_not_read(tmp_path: Path) -> None:
    def saved(name: str, size: tuple[int, int] = (595, 842), **extra: Any) -> Path:
        pdf, out = pikepdf.new(), io.BytesIO()
        pdf.add_blank_page(page_size=size)
        pdf.save(out, **extra)
        (tmp_path / name).write_bytes(out.getvalue())
        return tmp_path / name

    secrets = secrets_of([Value("避難先", "address", "鳥見県海辺市避難町九丁目８番７号　みさき荘２０５")], ())
    assert not list(read_again(saved("01_申立書.pdf"), secrets, 50))
    assert not list(read_again(saved("横.pdf", (842, 595)), None, 50))
    assert "A4でない" in "".join(read_again(saved("B5.pdf", (516, 729)), None, 50))
    assert "パスワード" in "".join(
        read_again(saved("a.pdf", encryption=pikepdf.Encryption(owner="o", user="u")), None, 50)
    )
    assert "制限" in "".join(read_again(saved("b.pdf", encryption=pikepdf.Encryption(owner="o", user="")), None, 50))
    assert "50文字" in "".join(read_again(saved("あ" * 47 + ".pdf"), None, 50))
    assert "記号" in "".join(read_again(saved("申立書*.pdf"), None, 50))
    assert "避難先" in "".join(read_again(saved("01_避難町9-8-7.pdf"), secrets, 50))
    assert list(too_heavy({"a": 30 << 20, "b": 21 << 20}, 50))


def test_paper_is_the_default_and_electronic_filing_is_for_designated_courts() -> None:
    asked = {"court_name": "汐見地方裁判所", "petition_date": "2026-07-01", "filing_method": "paper"}
    notes, wrong = method_of(OURS, asked, TABLE)
    assert (notes[0].startswith("書面（紙）で提出します。この裁判所は電子申立ても"), wrong) == (True, [])
    notes, wrong = method_of(OURS, {**asked, "filing_method": "online"}, TABLE)
    assert ("電子で申し立てます" in notes[0], "50文字以内" in notes[0], wrong) == (True, True, [])
    early = {**asked, "filing_method": "online", "petition_date": "2026-06-23"}
    assert method_of(OURS, early, TABLE)[1]


def test_every_paper_of_the_table_is_a_form() -> None:
    slugs = set(OURS.catalogue.slugs())
    assert {slug for group in TABLE["groups"] for slug in group["papers"]} <= slugs
