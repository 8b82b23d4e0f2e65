"""Dates: read in many writings, as exactly as stated, and never invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.normalise.dates import (
    day_of,
    in_range,
    instant_of,
    is_before,
    parse_date,
)

BOUNDED = settings(max_examples=200, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("raw", "iso", "precision"),
    [
        ("2019-11-18", "2019-11-18", "day"),
        ("20191118", "2019-11-18", "day"),
        ("2019-11-18T21:17", "2019-11-18T21:17:00", "minute"),
        ("2019-11-18T21:17Z", "2019-11-18T21:17:00Z", "minute"),
        ("2019-11-18 21:17:05z", "2019-11-18T21:17:05Z", "second"),
        ("2019-11-18T21:17:05.123456Z", "2019-11-18T21:17:05Z", "second"),
        ("2019-11-18T21:17:05,9+01:00", "2019-11-18T21:17:05+01:00", "second"),
        ("2019-11-18T21:17:05+0100", "2019-11-18T21:17:05+01:00", "second"),
        ("2019-11-18T21:17:05+1:00", "2019-11-18T21:17:05+01:00", "second"),
        ("2019-11-18T21:17:05:684Z", "2019-11-18T21:17:05Z", "second"),
        ("2019-11-18T21:17:05-05", "2019-11-18T21:17:05-05:00", "second"),
        ("2019-11-18 21:17:05 +05:30", "2019-11-18T21:17:05+05:30", "second"),
        ("2019-11-18T21:17:05+00:00", "2019-11-18T21:17:05Z", "second"),
        ("2019-11-18T21:17:05-00:30", "2019-11-18T21:17:05-00:30", "second"),
        ("2019-11-18 21:17:05 UTC", "2019-11-18T21:17:05Z", "second"),
        ("2019-11-18 21:17:05 +0000 UTC", "2019-11-18T21:17:05Z", "second"),
        ("2019-11-18T21:17:05+01:00[Europe/Berlin]", "2019-11-18T21:17:05+01:00", "second"),
        ("20191118T211705Z", "2019-11-18T21:17:05Z", "second"),
        ("20191118211705", "2019-11-18T21:17:05", "second"),
        ("2019-11-18T00:00:00", "2019-11-18T00:00:00", "second"),
        ("2019-11-18T00:00:00Z", "2019-11-18T00:00:00Z", "second"),
        ("2019-12-31T24:00:00Z", "2020-01-01T00:00:00Z", "second"),
        ("1574111825", "2019-11-18T21:17:05Z", "second"),
        ("1574111825999", "2019-11-18T21:17:05Z", "second"),
        ("Mon, 18 Nov 2019 21:17:05 +0100", "2019-11-18T21:17:05+01:00", "second"),
        ("Mon, 18 Nov 2019 21:17:05 GMT", "2019-11-18T21:17:05Z", "second"),
        ("Mon Nov 18 21:17:05 UTC 2019", "2019-11-18T21:17:05Z", "second"),
        ("Mon Nov 18 21:17:05 +0300 2019", "2019-11-18T21:17:05+03:00", "second"),
        (
            "Mon Nov 18 2019 21:17:05 GMT+0100 (Central European Time)",
            "2019-11-18T21:17:05+01:00",
            "second",
        ),
    ],
)
def test_a_date_in_machine_form_is_read(raw: str, iso: str, precision: str) -> None:
    moment = parse_date(f" {raw}\n")
    assert moment is not None
    assert (moment.iso, moment.precision) == (iso, precision)


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("21:17 18.11.2019", "2019-11-18T21:17:00"),
        ("18.11.2019 21:17", "2019-11-18T21:17:00"),
        ("18.11.2019", "2019-11-18"),
        ("18. 11. 2019", "2019-11-18"),
        ("2019/11/18 21:17", "2019-11-18T21:17:00"),
        ("2019.3.31(日) 8:27", "2019-03-31T08:27:00"),
        ("17:08 10/04/2011", "2011-04-10T17:08:00"),
        ("11/18/2019 9:17 PM", "2019-11-18T21:17:00"),
        ("18-Nov-2019", "2019-11-18"),
        ("November 18, 2019, 9:17 pm ET", "2019-11-18T21:17:00-05:00"),
        ("July 18, 2019, 9:17 p.m. ET", "2019-07-18T21:17:00-04:00"),
        ("Nov. 18, 2019 9 a.m. PST", "2019-11-18T09:00:00-08:00"),
        ("18th November 2019, 12:30am", "2019-11-18T00:30:00"),
        ("18 August 2019 21:17 BST", "2019-08-18T21:17:00+01:00"),
        ("18 November 2019 21:17 (UTC+8)", "2019-11-18T21:17:00+08:00"),
        ("18 November 2019 - 21:17 UTC+1", "2019-11-18T21:17:00+01:00"),
        ("18 November 2019 21:17 JST", "2019-11-18T21:17:00+09:00"),
        ("18. November 2019, 21:17 Uhr", "2019-11-18T21:17:00"),
        ("18. November 2019, 21.17 Uhr (MEZ)", "2019-11-18T21:17:00+01:00"),
        ("18. Jänner 2019", "2019-01-18"),
        ("le 18 novembre 2019 à 21h17", "2019-11-18T21:17:00"),
        ("1er août 2019 à 9 h 05", "2019-08-01T09:05:00"),
        ("18 de noviembre de 2019", "2019-11-18"),
        ("4 de mayo de 2022 a las 9:05 p. m.", "2022-05-04T21:05:00"),
        ("18 de novembro de 2019 às 21h17", "2019-11-18T21:17:00"),
        ("18 d'octubre de 2019", "2019-10-18"),
        ("lunedì 18 novembre 2019, ore 21.17", "2019-11-18T21:17:00"),
        ("18 maart 2019 21u17", "2019-03-18T21:17:00"),
        ("18. marts 2019 kl. 21.17", "2019-03-18T21:17:00"),
        ("18 marraskuuta 2019 klo 21.17", "2019-11-18T21:17:00"),
        ("18 września 2019", "2019-09-18"),
        ("18 Kasım 2019 Pazartesi 21:17", "2019-11-18T21:17:00"),
        ("18 ΝΟΕΜΒΡΙΟΥ 2019", "2019-11-18"),
        ("18 ноября 2019, 21:17 МСК", "2019-11-18T21:17:00+03:00"),
        ("18 листопада 2019", "2019-11-18"),
        ("2019. november 18. 21:17", "2019-11-18T21:17:00"),
        ("2019. gada 18. novembris", "2019-11-18"),
        ("2019 m. lapkričio 18 d.", "2019-11-18"),
        ("١٨ نوفمبر ٢٠١٩", "2019-11-18"),
        ("18 تشرين الثاني 2019 - 21:17", "2019-11-18T21:17:00"),
        ("٠٢:٠٠ الثلاثاء ١ / ١٢ / ٢٠٢٠", "2020-12-01T02:00:00"),
        ("۱۸ نوامبر ۲۰۱۹", "2019-11-18"),
        ("१८ नवंबर २०१९", "2019-11-18"),
        ("18 พฤศจิกายน 2562 21:17 น.", "2019-11-18T21:17:00"),
        ("18 tháng 11, 2019", "2019-11-18"),
        ("2019年11月18日 21時7分", "2019-11-18T21:07:00"),
        ("2019年11月18日 下午9:17", "2019-11-18T21:17:00"),
        ("2019년 11월 18일 오후 9:17", "2019-11-18T21:17:00"),
        ("２０１９年１１月１８日", "2019-11-18"),
        ("令和元年5月1日", "2019-05-01"),
        ("平成31年4月1日", "2019-04-01"),
        ("26 | 11 | 2019", "2019-11-26"),
        ("Monday, 18th of November, 2019", "2019-11-18"),
        ("29 / Dezember / 2019", "2019-12-29"),
        ("18 באוגוסט 2019", "2019-08-18"),
        ("2019ko azaroaren 18a", "2019-11-18"),
        ("18 شباط/فبراير 2019", "2019-02-18"),
        ("۲۷ آبان ۱۳۹۸ - ۲۱:۱۷", "2019-11-18T21:17:00"),
        ("30 اسفند 1399", "2021-03-20"),
        ("1 فروردین ماه 1400", "2021-03-21"),
    ],
)
def test_a_date_for_people_is_read(raw: str, iso: str) -> None:
    moment = parse_date(raw)
    assert moment is not None
    assert moment.iso == iso
    assert moment.precision == ("minute" if "T" in iso else "day")


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("Published: 18.11.2019 21:17 | Updated: 19.11.2019 11:01", "2019-11-18T21:17:00"),
        ("18.11.2019 | Aktualisiert: 19.11.2019, 11:01 Uhr", "2019-11-18"),
        ("18.11.2019 (updated 21:50 18.11.2019)", "2019-11-18"),
        ("21:17 18.11.2019 (updated 21:50 18.11.2019)", "2019-11-18T21:17:00"),
        ("Mis à jour le 18/11/2019 à 21:17", "2019-11-18T21:17:00"),
        ("Stand: 18.11.2019, 21:17 Uhr", "2019-11-18T21:17:00"),
        ("By Ana Ruiz | November 18, 2019 | 4 min read", "2019-11-18"),
        ("published 2019-11-18T21:17:00-05:00", "2019-11-18T21:17:00-05:00"),
        ("18.11.2019 | 12.99 €", "2019-11-18"),
        ("18 November 2019. " + "One more tide. " * 3 + "Video, 3:45", "2019-11-18"),
    ],
)
def test_the_first_date_counts_with_the_time_beside_it(raw: str, iso: str) -> None:
    moment = parse_date(raw)
    assert moment is not None
    assert moment.iso == iso


@pytest.mark.parametrize(
    ("raw", "language", "iso"),
    [
        ("10/04/2011", None, "2011-04-10"),
        ("10/04/2011", "en-GB", "2011-04-10"),
        ("10/04/2011", "en-US", "2011-10-04"),
        ("10/04/2011", "en_us", "2011-10-04"),
        ("18/04/2011", "en-US", "2011-04-18"),
        ("04/18/2011", "de", "2011-04-18"),
        ("18. listopada 2019.", "hr", "2019-10-18"),
        ("18 listopada 2019", "pl", "2019-11-18"),
        ("19.10.19 um 14:34 Uhr", "de", "2019-10-19T14:34:00"),
        ("03.Mär.19", "de", "2019-03-03"),
        ("18. Nov 19", "de", "2019-11-18"),
        ("12-Mar-19", "en", "2019-03-12"),
        ("18 Nopember 2019", "id", "2019-11-18"),
        ("18/11/2562", "th", "2019-11-18"),
        ("۱۳۹۸/۰۸/۲۷", "fa", "2019-11-18"),
        ("1398/12/29", "fa-IR", "2020-03-19"),
    ],
)
def test_the_language_decides_what_is_ambiguous(raw: str, language: str | None, iso: str) -> None:
    moment = parse_date(raw, language=language)
    assert moment is not None
    assert moment.iso == iso


@pytest.mark.parametrize(
    ("raw", "language"),
    [
        *(("18 listopada 2019", None), ("19.10.19", None), ("19.10.18", "ko")),
        *(("18/11/2562", "en"), ("12-Mar-19", None), ("5 March 19:30", "en")),
    ],
)
def test_what_stays_ambiguous_is_not_guessed(raw: str, language: str | None) -> None:
    assert parse_date(raw, language=language) is None


@pytest.mark.parametrize(
    "raw",
    [
        *("", " ", "yesterday", "2 hours ago", "vor 3 Stunden", "hace 5 minutos", "1時間前"),
        *("21:17", "9 pm", "2019", "2019-11", "November 2019", "18 November", "Nov 18", "11/2019"),
        *("2019-02-30", "30.02.2019", "Feb 30, 2019", "2019-13-01", "2019-11-18T25:00"),
        *("18.11.2019 25:00", "2019-11-18T21:60", "2019-11-18T24:01:00", "32.11.2019"),
        *("2019-11-18T21:17+19:00", "2019-11-18T21:17+01:75"),
        *("1989-11-18", "18.11.1989", "2101-01-01", "2100-12-31T24:00:00Z", "۱۳۹۸/۰۸/۲۷"),
        *("0000000000", "9999999999999", "12345", "157411182", "31 مهر 1398"),
        # The clock of a page, with its digits run together with the day.
        "04:52 GMT +313 November 2019",
        *("Year 2016201720182019", "version 2.10.2", "call 018-2019-11", "x" * 400 + " 18.11.2019"),
    ],
)
def test_what_is_no_date_has_none(raw: str) -> None:
    assert parse_date(raw) is None


@pytest.mark.parametrize(
    ("raw", "zone", "iso"),
    [
        ("2019-11-18T21:17", "Europe/Berlin", "2019-11-18T21:17:00+01:00"),
        ("18.07.2019 21:17", "Europe/Berlin", "2019-07-18T21:17:00+02:00"),
        ("18 November 2019 21:17", "Europe/London", "2019-11-18T21:17:00Z"),
        ("18 November 2019 21:17 GMT", "Europe/Berlin", "2019-11-18T21:17:00Z"),
        ("2019-11-18T21:17-03:00", "Europe/Berlin", "2019-11-18T21:17:00-03:00"),
        ("18 November 2019", "Europe/Berlin", "2019-11-18"),
        ("2019-10-27T02:30", "Europe/Berlin", "2019-10-27T02:30:00+02:00"),
        ("2019-03-31T02:30", "Europe/Berlin", "2019-03-31T02:30:00+01:00"),
        ("18 Nov 2019, 16:41 IST", "Asia/Kolkata", "2019-11-18T16:41:00+05:30"),
        ("18 Nov 2019, 16:41 IST", "Asia/Jerusalem", "2019-11-18T16:41:00+02:00"),
        ("18 Nov 2019, 16:41 IST", "Europe/Berlin", "2019-11-18T16:41:00"),
        ("18 Nov 2019, 16:41 IST", None, "2019-11-18T16:41:00"),
        ("18 Nov 2019, 16:41 LIVE", "Europe/Berlin", "2019-11-18T16:41:00+01:00"),
    ],
)
def test_the_publishers_zone_counts_where_none_is_stated(
    raw: str, zone: str | None, iso: str
) -> None:
    moment = parse_date(raw, zone=zone)
    assert moment is not None
    assert moment.iso == iso


def test_an_unknown_zone_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="unknown time zone: 'Europe/Atlantis'"):
        parse_date("18.11.2019 21:17", zone="Europe/Atlantis")


@BOUNDED
@given(st.integers(631_152_000, 4_133_894_400).map(lambda at: datetime.fromtimestamp(at, UTC)))
def test_every_instant_is_read_back(instant: datetime) -> None:
    moment = parse_date(instant.isoformat())
    assert moment is not None
    assert instant_of(moment.iso) == instant
    assert parse_date(moment.iso) == moment


@BOUNDED
@given(st.text(max_size=60), st.sampled_from([None, "en-US", "de", "th", "klingon"]))
def test_no_text_is_an_error(text: str, language: str | None) -> None:
    moment = parse_date(text, language=language)
    assert moment is None or parse_date(moment.iso) == moment


@BOUNDED
@given(st.text("0123456789 :./-,年", max_size=300))
def test_no_row_of_digits_is_an_error(text: str) -> None:
    moment = parse_date(text, zone="Europe/Berlin", language="de")
    assert moment is None or 1990 <= day_of(moment.iso).year <= 2100


def test_a_day_is_the_day_as_written() -> None:
    assert day_of("2019-11-18T23:30:00-05:00") == day_of("2019-11-18") == date(2019, 11, 18)


def test_only_a_time_with_an_offset_is_an_instant() -> None:
    assert instant_of("2019-11-18T21:17:00+01:00") == datetime(2019, 11, 18, 20, 17, tzinfo=UTC)
    assert instant_of("2019-11-18T21:17:00") is None
    assert instant_of("2019-11-18") is None


@pytest.mark.parametrize(
    ("a", "b", "before"),
    [
        ("2019-11-18T21:00:00+03:00", "2019-11-18T19:00:00Z", True),
        ("2019-11-18T23:30:00-05:00", "2019-11-19T01:00:00+01:00", False),
        ("2019-11-18", "2019-11-18T21:00:00Z", False),
        ("2019-11-17", "2019-11-18T21:00:00Z", True),
        ("2019-11-18", "2019-11-18", False),
    ],
)
def test_dates_of_different_precision_are_compared(a: str, b: str, before: bool) -> None:
    assert is_before(a, b) is before


@pytest.mark.parametrize(
    ("iso", "inside"),
    [
        ("2019-11-17", False),
        ("2019-11-18", True),
        ("2019-11-20T23:59:59-11:00", True),
        ("2019-11-21T00:00:00+14:00", False),
    ],
)
def test_both_ends_of_a_range_belong_to_it(iso: str, inside: bool) -> None:
    since, until = date(2019, 11, 18), date(2019, 11, 20)
    assert in_range(iso, since, until) is inside
    assert in_range(iso, None, None)
