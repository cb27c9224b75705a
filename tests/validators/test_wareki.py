"""Dates and times as written in Japan: read without guessing, written as official papers do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.wareki import (
    FIRST_DAY,
    UnreadableDateError,
    format_date,
    format_datetime,
    format_time,
    parse_date,
    parse_datetime,
    parse_time,
)

DAYS = st.dates(min_value=FIRST_DAY, max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-10", "2024/5/10", "2024.5.10", "2024年5月10日", "西暦2024年5月10日", "２０２４－０５－１０", "2024−05−10", "2024ー5ー10",
        "令和6年5月10日", "令和６年５月１０日", "令和06年05月10日", "令和　６年　５月　１０日", " 令和6年5月10日\n", "令和六年五月十日", "令6.5.10",
        "R6.5.10", "R6/5/10", "R6-5-10", "r6.5.10", "Ｒ６．５．１０", "㋿6年5月10日", "二〇二四年五月一〇日", "二千二十四年五月十日",
        "令和6年5月10日（金）", "令和6年5月10日(金曜日)", "2024-05-10 金曜日", "令和6年5⽉10⽇",
    ],
)  # fmt: skip
def test_every_usual_notation_is_read(text: Any) -> None:
    assert parse_date(text) == date(2024, 5, 10)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("昭和六十四年一月七日", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("明治6年1月1日", date(1873, 1, 1)),
        ("令和6年2月29日", date(2024, 2, 29)),
    ],
)
def test_eras_reach_exactly_to_their_limits(text: Any, day: Any) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("昭和64年1月8日", "昭和にこの日はありません"),
        ("平成31年5月1日", "平成にこの日はありません"),
        ("令和元年4月30日", "令和にこの日はありません"),
        ("大正15年12月26日", "大正にこの日はありません"),
        ("昭和元年12月24日", "昭和にこの日はありません"),
        ("令和0年5月1日", "元年"),
        ("令和元年2月29日", "暦にない"),
        ("2023-02-29", "暦にない"),
        ("2024-13-01", "暦にない"),
        ("明治5年12月2日", "旧暦"),
        ("1872-12-31", "旧暦"),
        ("24-05-10", "元号がありません"),
        ("6年5月10日", "元号がありません"),
        ("元年5月10日", "元号がありません"),
        ("10/5/2024", "元号がありません"),
        ("12024-05-10", "4桁"),
        ("5月10日", "年がありません"),
        ("5/10", "年がありません"),
        ("令和6年5月", "日まで"),
        ("令和6年", "日まで"),
        ("令和6年5月10", "「日」"),
        ("20240510", "区切りがありません"),
        ("45778", "数だけ"),
        ("2024-05/10", "そろっていません"),
        ("令和6年5.10", "そろっていません"),
        ("令和6年5月10日（木）", "曜日"),
        ("2024-05-1 0", "読めません"),
        ("2024年5月①日", "読めません"),
        ("2024-W19-5", "読めません"),
        ("٢٠٢٤-٠٥-١٠", "読めません"),
        ("令和6年5月吉日", "読めません"),
        ("令和十十年5月10日", "漢数字"),
        ("2024-05-10T14:30", "時刻"),
        ("", "日付がありません"),
        ("　", "日付がありません"),
    ],
)
def test_what_could_be_misread_is_refused_and_says_why(text: Any, reason: Any) -> None:
    with pytest.raises(UnreadableDateError, match=reason):
        parse_date(text)


@pytest.mark.parametrize("text", ["昭和64年1月8日", "1991-02-30", "91-02-03", "平成3年2月3日死"])
def test_a_refusal_is_a_value_error_that_never_repeats_the_date(text: Any) -> None:
    with pytest.raises(ValueError, match=r"\S") as caught:
        parse_date(text)
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-10T14:30", "2024-05-10 14:30", "2024-05-10T14:30:00", "2024/5/10 14:30", "令和6年5月10日 午後2時30分", "令和6年5月10日午後２時半",
        "令和６年５月１０日　午後２：３０", "令和六年五月十日十四時三十分", "令和6年5月10日（金）14時30分", "R6.5.10 14:30", "令和6年5月10日 金曜日 14時30分", "令和６年５月１０日の午後２時30分", "令和6年5月10日の昼2時半", "令和6年5月10日、14:30",
    ],
)  # fmt: skip
def test_a_moment_is_read_in_every_usual_notation(text: Any) -> None:
    assert parse_datetime(text) == datetime(2024, 5, 10, 14, 30)  # noqa: DTZ001 - local time of Japan, without zone


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("正午", time(12)),
        ("午後0時30分", time(12, 30)),
        ("午前0時", time(0)),
        ("午前11時59分", time(11, 59)),
        ("午後11時59分", time(23, 59)),
        ("0:00", time(0)),
        ("9:05", time(9, 5)),
        ("2時30分", time(2, 30)),
        ("14時", time(14)),
        ("十四時半", time(14, 30)),
    ],
)
def test_a_time_without_half_of_the_day_is_read_in_24_hours(text: Any, moment: Any) -> None:
    assert parse_time(text) == moment


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("午後12時30分", "昼か夜か"),
        ("午前12時", "昼か夜か"),
        ("午後14時", "0時から11時"),
        ("24:00", "翌日"),
        ("24:30", "ありません"),
        ("14:60", "ありません"),
        ("14:30:15", "秒"),
        ("14:30Z", "時差"),
        ("14:30+09:00", "時差"),
        ("午後2時頃", "頃"),
        ("14", "読めません"),
        ("14:3", "読めません"),
        ("", "時刻がありません"),
    ],
)
def test_a_time_that_could_be_misread_is_refused_and_says_why(text: Any, reason: Any) -> None:
    with pytest.raises(UnreadableDateError, match=reason):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-05-10", "時刻がありません"),
        ("令和6年5月10日", "時刻がありません"),
        ("14:30", "日付"),
        ("平成31年5月1日 10:00", "平成にこの日はありません"),
        ("2024-02-30T10:00", "暦にない"),
        ("令和6年5月10日（月） 10:00", "曜日"),
        ("2024-05-10 14:30 15:00", "時刻と読めません"),
    ],
)
def test_a_moment_needs_a_real_day_and_a_real_time(text: Any, reason: Any) -> None:
    with pytest.raises(UnreadableDateError, match=reason):
        parse_datetime(text)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 5, 10), "令和６年５月10日"),
        (date(2028, 12, 1), "令和10年12月１日"),
        (date(2019, 5, 1), "令和元年５月１日"),
        (date(2019, 4, 30), "平成31年４月30日"),
        (date(1989, 1, 8), "平成元年１月８日"),
        (date(1989, 1, 7), "昭和64年１月７日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1912, 7, 30), "大正元年７月30日"),
        (date(1912, 7, 29), "明治45年７月29日"),
    ],
)
def test_dates_are_written_as_on_official_papers(day: Any, written: Any) -> None:
    assert format_date(day) == written


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (time(14, 30), "午後２時30分"),
        (time(9, 5), "午前９時５分"),
        (time(0), "午前０時"),
        (time(12), "午後０時"),
        (time(22, 0), "午後10時"),
    ],
)
def test_times_are_written_as_on_official_papers(moment: Any, written: Any) -> None:
    assert format_time(moment) == written


def test_a_day_before_the_solar_calendar_is_not_written() -> None:
    with pytest.raises(ValueError, match="明治5年以前"):
        format_date(date(1872, 12, 31))


def test_every_day_from_1873_to_2100_comes_back_as_written() -> None:
    day = FIRST_DAY
    while day <= date(2100, 12, 31):
        assert parse_date(format_date(day)) == day
        day += timedelta(days=1)


@given(DAYS, st.times())
def test_every_notation_of_a_moment_comes_back(day: Any, moment: Any) -> None:
    when = datetime.combine(day, moment.replace(second=0, microsecond=0))
    assert parse_datetime(format_datetime(when)) == when
    assert parse_datetime(f"{when:%Y-%m-%dT%H:%M}") == when
    assert parse_datetime(f"{day.year}年{day.month}月{day.day}日 {when.hour}時{when.minute}分") == when
    assert parse_date(f"{day.year}/{day.month}/{day.day}") == day


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_but_never_breaks(text: Any) -> None:
    for parse in (parse_date, parse_time, parse_datetime):
        assert _outcome(parse, text)


def _outcome(parse: Any, text: Any) -> Any:
    try:
        return repr(parse(text))
    except UnreadableDateError as refusal:
        return str(refusal)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3600601", date(1985, 6, 1)), ("４０５０１０１", date(1993, 1, 1)), ("5010501", date(2019, 5, 1)),
        ("平成3年2月3日生", date(1991, 2, 3)), ("平成3年2月3日生まれ", date(1991, 2, 3)), ("H3.2.3生（満33歳）", date(1991, 2, 3)),
        ("平成3年2月3日（当時３３歳）", date(1991, 2, 3)),
    ],
)  # fmt: skip
def test_seven_figures_and_birthdays_with_ages_are_days(text: str, day: date) -> None:
    """As registers and criminal papers write them; the first of the seven figures is the era."""
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["4310501", "3640108", "6010101", "0600601", "5061301", "406010"])
def test_seven_figures_that_are_no_day_are_refused(text: str) -> None:
    """An era has its own days; no figure is guessed."""
    with pytest.raises(ValueError, match=r"\S"):
        parse_date(text)
