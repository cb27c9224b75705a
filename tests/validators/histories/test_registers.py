"""A register is what happened, in its columns; nothing in it is entered, and each row sees only its own matter."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from commands import main
from forms.reports.registers import shown
from tests.rulebooks import OURS
from validators.errors import DefinitionError, InputError
from validators.histories.entries import Reader
from validators.histories.reading import parse, read_histories
from validators.histories.registers import rows_of

if TYPE_CHECKING:
    from pathlib import Path

HISTORY = """
- {on: 2025-02-03T10:00, event: request_received, kind: prohibition, receiver: 沖　一郎}
- {on: 2025-02-03, event: case_registered, register_no: 令7-12}
- {on: 2025-03-10T14:00, event: order_issued, order_id: 一号, measure: urgent_prohibition}
- {on: 2025-03-10T14:00, event: order_delivered, order_id: 一号}
- {on: 2025-04-11T10:00, event: contact_made, order_id: 一号, slot_label: 1か月}
- {on: 2025-05-12, event: order_issued, order_id: 二号}
- {on: 2026-02-24, event: order_extended, order_id: 一号}
"""


def rows(slug: str, as_of: date) -> list[dict[str, Any]]:
    told, _ = read_histories(OURS.procedures.vocabulary, parse(HISTORY, "h"), "h")
    return rows_of(OURS, OURS.procedures.register(slug), told[0].items, as_of)


def test_each_order_has_a_row_with_its_own_extension_and_computed_days() -> None:
    first, second = rows("orders-in-force", date(2026, 6, 1))
    assert (first["order_id"], first["opinion_hearing_due_on"], first["expires_on"], first["extended_on"]) == (
        "一号",
        "2025-03-24",
        "2027-03-09",
        "2026-02-24",
    )
    assert (first["in_force"], second["in_force"]) == (True, False)
    assert (second["expires_on"], second["opinion_hearing_due_on"], second["extended_on"]) == ("2026-05-11", None, None)


def test_a_row_knows_nothing_of_later_days() -> None:
    (only,) = rows("orders-in-force", date(2025, 4, 1))
    assert (only["expires_on"], only["extended_on"], only["in_force"]) == ("2026-03-09", None, True)
    assert rows("case-command-register", date(2025, 2, 2)) == []


def test_the_plan_of_contacts_counts_from_the_delivery() -> None:
    (plan,) = rows("contact-schedule", date(2026, 6, 1))
    assert [plan[f"slot_{n}"] for n in (1, 3, 6, 11)] == ["2025-04-09", "2025-06-09", "2025-09-09", "2026-02-09"]
    assert plan["contacts"] == ["2025-04-11"]


def test_the_command_prints_it_and_writes_the_workbook(tmp_path: Path) -> None:
    history, target = tmp_path / "h.yaml", tmp_path / "帳簿.xlsx"
    history.write_text(HISTORY, encoding="utf-8")
    run = CliRunner().invoke
    told = run(main, ["case", "register", "case-command-register", str(history), "--as-of", "2026-06-01"])
    assert "申出の種類　禁止命令等" in told.output
    assert "受理年月日　令和７年２月３日" in told.output
    run(main, ["case", "register", "orders-in-force", str(history), "-o", str(target), "--as-of", "2026-06-01"])
    sheet = load_workbook(target).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:3] == ["事案", "命令の番号", "命令の日"]
    assert sheet.max_row == 3


def test_a_cell_names_persons_and_says_what_values_are_called(tmp_path: Path) -> None:
    """No notation of a program stands in a register: a person is a name, each value of a list has its label."""
    column = {"name": "x", "label": "欄", "value": "receiver", "options": {"oral": "口頭", "true": "済"}}
    register = {
        "slug": "a",
        "title": "帳簿",
        "citation": "試",
        "row": {"event": "request_received"},
        "columns": [column],
    }
    path = tmp_path / "some.yaml"
    path.write_text(json.dumps({"procedures": [], "registers": [register]}), "utf-8")
    (read,), _ = Reader(path, OURS.procedures.vocabulary).registers()
    said: list[tuple[Any, str]] = [
        ({"name": "沖　一郎", "kana": "おき"}, "沖　一郎"),
        (["oral", None, "書面"], "口頭、書面"),
        (3.0, "3"),
        (False, "無"),
        ("2024-06-03T10:00", "令和６年６月３日 午前10時"),
        (None, ""),
    ]
    assert [shown(read, {"case": "1", "x": value})[1] for value, _ in said] == [told for _, told in said]


def test_an_unknown_register_and_a_broken_column_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="orders-in-force"):
        OURS.procedures.register("nothing")
    path = tmp_path / "some.yaml"
    path.write_text(
        "procedures: []\nregisters:\n- {slug: a, title: 帳簿, citation: 試, row: {event: order_issued}, columns: [{name: x, label: 欄, value: 'day('}]}\n",
        encoding="utf-8",
    )
    _, errors = Reader(path, OURS.procedures.vocabulary).registers()
    assert [isinstance(each, DefinitionError) for each in errors] == [True]
    assert errors[0].place.endswith("some.yaml:3")


CARDS = """
- {on: 2026-04-02T10:00, event: consultation_received, consult_id: 一回目, receiving_unit_type: 警察署, handler_id: 桐原　悟}
- {on: 2026-04-02T11:00, paper: response-card, consult_id: 一回目, response_card_no: 岬-8-1}
- {on: 2026-04-02T12:00, event: registered, consult_id: 一回目, register: consultation-register, number: 広聴8-1}
- {on: 2026-04-02T13:00, event: cards_handed_over, consult_id: 一回目, about: 新規}
- {on: 2026-05-07T10:00, event: recomplaint_received, consult_id: 二回目}
- {on: 2026-05-07T11:00, paper: response-card, consult_id: 二回目, response_card_no: 岬-8-9}
- {on: 2026-05-07T13:00, event: cards_handed_over, consult_id: 二回目, about: 再申告}
"""


def test_the_register_of_cards_has_a_row_a_consultation_with_its_own_card() -> None:
    """大阪 別記様式第3号: a renewed complaint is a row of its own, and has no number of the other register."""
    told, _ = read_histories(OURS.procedures.vocabulary, parse(CARDS, "h"), "h")
    first, second = rows_of(OURS, OURS.procedures.register("control-register"), told[0].items, date(2026, 6, 1))
    assert (first["kind"], first["received_on"], first["response_card_no"]) == ("新規", "2026-04-02", "岬-8-1")
    assert (second["kind"], second["received_on"], second["response_card_no"]) == ("再申告", "2026-05-07", "岬-8-9")
    assert (first["register_entry_no"], second["register_entry_no"]) == (["広聴8-1"], [])


HANDED_OVER = """
- {on: 2026-04-02T11:00, paper: dv-consultation-card, consult_id: 一回目, station: 岬警察署, dv_card_no: 岬DV-1}
- {on: 2026-04-02T12:00, event: registered, consult_id: 一回目, station: 岬警察署, register: control-register, number: 岬-1}
- {on: 2026-04-02T13:00, event: cards_handed_over, consult_id: 一回目, station: 岬警察署, about: 新規}
- {on: 2026-04-03T10:00, event: case_received, handover_id: 引-1, station: 入江警察署, from_office: 岬警察署}
- {on: 2026-04-03T12:00, paper: dv-consultation-card, handover_id: 引-1, station: 入江警察署, dv_card_no: 入江DV-1}
- {on: 2026-04-03T13:00, event: registered, handover_id: 引-1, station: 入江警察署, register: control-register, number: 入江-1}
"""


def test_each_station_of_a_case_handed_over_has_its_own_numbers() -> None:
    told, _ = read_histories(OURS.procedures.vocabulary, parse(HANDED_OVER, "h"), "h")
    rows = rows_of(OURS, OURS.procedures.register("control-register"), told[0].items, date(2026, 6, 1))
    assert [(row["number"], row["dv_card_no"]) for row in rows] == [
        (["岬-1"], ["岬DV-1"]),
        (["入江-1"], ["入江DV-1"]),
    ]


FROM_HEADQUARTERS = """
- {on: 2026-05-11T10:00, event: consultation_received, consult_id: 相-2, anonymous: true, handler_id: 沖　一郎}
- {on: 2026-05-11T12:00, event: cards_handed_over, consult_id: 相-2, to: 生活安全総務課, about: 新規}
- {on: 2026-05-11T13:00, event: registered, consult_id: 相-2, register: 対応票管理簿, number: 管-1}
- {on: 2026-05-11T16:00, event: case_handed_over, consult_id: 相-2, handover_id: 引-1, to: 署長, to_station: 岬署}
- {on: 2026-05-12T09:00, event: case_received, handover_id: 引-1, station: 岬警察署, from_office: 生活安全総務課}
- {on: 2026-05-12T10:00, event: registered, handover_id: 引-1, station: 岬警察署, register: 広聴相談受理簿, number: 広-9}
- {on: 2026-05-12T10:05, event: registered, handover_id: 引-1, station: 岬警察署, register: 管理簿, number: 管-9}
- {on: 2026-05-12T13:00, event: support_started, handover_id: 引-1, station: 岬警察署}
"""


def test_a_case_handed_over_has_a_row_in_each_register_with_its_own_number() -> None:
    """The registers are known by their titles too; an anonymous victim is 「匿名」, the state of the support is each row's."""
    told, _ = read_histories(OURS.procedures.vocabulary, parse(FROM_HEADQUARTERS, "h"), "h")
    given, taken = rows_of(OURS, OURS.procedures.register("control-register"), told[0].items, date(2026, 6, 1))
    assert (given["number"], given["victim"], given["support"]) == (["管-1"], "匿名", "引継ぎ")
    assert (taken["number"], taken["kind"], taken["support"]) == (["管-9"], "引継ぎ受理", "継続中")
    (row,) = rows_of(OURS, OURS.procedures.register("consultation-register"), told[0].items, date(2026, 6, 1))
    assert row["number"] == "広-9"


TWICE_DESIGNATED = """
- {on: 2024-04-09, paper: designation-application, victim_id: 対一, victim_category: 親族, issuer_title: 岬警察署長, document_number: 岬生安第1号}
- {on: 2024-04-15, event: designated, victim_id: 対一, stations: [岬警察署, 灯台警察署]}
- {on: 2024-04-16, event: officer_appointed, victim_id: 対一, station: 岬警察署, officer_name: 沖　一郎}
- {on: 2024-05-01, event: measure_taken, victim_id: 対一, measure_id: 措1, measure_type: 重点警戒, station: 岬警察署}
- {on: 2024-05-04, paper: progress-report, victim_id: 対一, measure_ids: [措1], document_number: 岬生安第9号}
- {on: 2024-05-06, event: measure_taken, victim_id: 対一, measure_id: 措2, measure_type: 固定警戒, station: 岬警察署}
- {on: 2024-06-01, event: station_released, victim_id: 対一, station: 灯台警察署}
- {on: 2024-07-01, event: station_added, victim_id: 対一, station: 入江警察署}
- {on: 2024-08-16, event: officer_appointed, victim_id: 対一, station: 岬署, officer_name: 浜　二郎}
- {on: 2025-03-01, event: extension_reviewed, victim_id: 対一, outcome: 延長しない}
- {on: 2025-05-10, event: harm_notice_received, from: 架空地方検察庁, received_by: 岬警察署長}
- {on: 2025-05-11, event: division_informed, by: 岬警察署長}
- {on: 2025-06-01, event: facility_asked, from: 浜見刑務所, kind: 必要性の確認}
- {on: 2025-06-02, event: facility_answered, to: 岬保護観察所}
- {on: 2025-06-03, event: facility_answered, to: 浜見刑務所長}
- {on: 2025-06-10, event: designated, victim_id: 対一, stations: [岬警察署]}
"""


def designations_on(slug: str, as_of: date) -> list[dict[str, Any]]:
    told, _ = read_histories(OURS.procedures.vocabulary, parse(TWICE_DESIGNATED, "h"), "h")
    return rows_of(OURS, OURS.procedures.register(slug), told[0].items, as_of)


def test_each_designation_of_a_person_has_its_own_year_stations_and_end() -> None:
    """茨城 第4: a second designation neither lengthens the first nor takes over its review; 第11: a year from the end."""
    first, second = designations_on("designation-register", date(2025, 8, 1))
    assert (first["ends_on"], first["ended_on"], first["ended_how"], first["kept_until"]) == (
        "2025-04-15",
        "2025-04-16",
        "みなし解除",
        "2026-04-16",
    )
    assert (first["stations"], first["officers"], first["review"]) == (
        ["岬警察署", "入江警察署"],
        ["浜　二郎"],
        ["延長しない"],
    )
    assert (first["category"], first["applied_by"]) == ("親族", "岬警察署長")
    assert (second["ends_on"], second["ended_on"], second["review"], second["stations"]) == (
        "2026-06-10",
        None,
        [],
        ["岬警察署"],
    )
    alerts = designations_on("designation-expiry-alert", date(2025, 8, 1))
    assert [(row["ends_on"], row["in_force"], row["reviewed_on"]) for row in alerts] == [
        ("2025-04-15", False, ["2025-03-01"]),
        ("2026-06-10", True, []),
    ]
    assert designations_on("designation-register", date(2024, 6, 1))[0]["stations"] == ["岬警察署"]


def test_each_measure_shows_its_report_and_each_paper_how_long_it_is_kept() -> None:
    done, not_reported = designations_on("measure-register", date(2025, 4, 16))
    assert (done["report"], done["days"], not_reported["report"]) == (["岬生安第9号"], [3], [])
    application, report = designations_on("retention-register", date(2025, 4, 16))
    assert (application["document"], report["stations"]) == (
        "再被害防止対象者指定上申書",
        ["岬警察署", "灯台警察署"],
    )
    assert {application["kept_until"], report["kept_until"]} == {"2026-04-16"}
    assert [row["kept_until"] for row in designations_on("retention-register", date(2025, 4, 15))] == [None, None]


def test_what_came_in_shows_who_was_told_and_what_was_answered_to_whom() -> None:
    harm, asked = designations_on("incoming-notice-register", date(2025, 8, 1))
    assert (harm["received_by"], harm["informed_on"], harm["considered_on"]) == ("岬警察署長", ["2025-05-11"], [])
    assert (asked["from"], asked["kind"], asked["answered_on"]) == ("浜見刑務所", "必要性の確認", ["2025-06-03"])
