"""When pages are asked for again, as tables of cases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from newscrawler.schedule import (
    asked_wait,
    host_pause,
    next_check,
    parse_age,
    retry_after_failure,
    retry_refused,
)

NOW = "2026-11-24T08:42:11Z"


@pytest.mark.parametrize(
    ("published", "changed_at", "due"),
    [
        pytest.param("2026-11-24T08:40:00Z", NOW, "2026-11-24T08:57:11Z", id="soonest"),
        pytest.param("2026-11-14T08:42:11Z", "", "2026-11-25T08:42:11Z", id="tenth of ten days"),
        pytest.param("2026-11-14T10:42:11+02:00", "", "2026-11-25T08:42:11Z", id="offset"),
        pytest.param("2026-11-14T08:42:11", "", "2026-11-25T08:42:11Z", id="no offset"),
        pytest.param("2026-11-14", "", "2026-11-25T09:34:24Z", id="day"),
        pytest.param("2019-01-27", "", "2026-12-22T08:42:11Z", id="latest"),
        pytest.param(None, "2026-11-14T08:42:11Z", "2026-11-25T08:42:11Z", id="date unknown"),
        pytest.param(
            "2026-11-01", "2026-11-14T08:42:11Z", "2026-11-25T08:42:11Z", id="changed later"
        ),
        pytest.param(
            "2026-11-14T08:42:11Z", "2026-11-01T00:00:00Z", "2026-11-25T08:42:11Z", id="published"
        ),
        pytest.param(
            "2031-01-01", "2026-11-14T08:42:11Z", "2026-11-25T08:42:11Z", id="published in future"
        ),
        pytest.param(None, "2026-11-24T09:42:11Z", "2026-11-24T08:57:11Z", id="clock was put back"),
        pytest.param(None, "", "2026-11-24T08:57:11Z", id="nothing known"),
    ],
)
def test_an_article_is_checked_after_a_tenth_of_the_time_it_has_not_changed(
    published: str | None, changed_at: str, due: str
) -> None:
    assert next_check(NOW, published=published, changed_at=changed_at) == due


@pytest.mark.parametrize(
    ("reason", "waits"),
    [
        ("timeout", ["1h", "2h", "4h", "8h", "16h", "32h", "64h", "128h", "7d", "7d"]),
        ("http_503", ["1h", "2h", "4h"]),
        ("connection_refused", ["1h", "2h", "4h"]),
        ("http_404", ["1d", "7d", "28d", "28d"]),
        ("http_410", ["1d", "7d", "28d", "28d"]),
        ("robots", ["1d", "1d", "1d"]),
        ("crawl_delay", ["1d", "1d"]),
        ("robots_unreachable", ["1h", "2h"]),
    ],
)
def test_a_page_that_failed_is_asked_for_ever_more_rarely(reason: str, waits: list[str]) -> None:
    due = [retry_after_failure(NOW, reason, number) for number in range(1, len(waits) + 1)]
    assert [wait(one) for one in due] == [parse_age(text) for text in waits]


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        ("120", "2m"),
        (" 120 ", "2m"),
        ("Wed, 25 Nov 2026 08:42:11 GMT", "1d"),
        ("Wednesday, 25-Nov-26 08:42:11 GMT", "1d"),
        pytest.param("31536000", "30d", id="capped seconds"),
        pytest.param("9" * 60, "30d", id="capped digits"),
        pytest.param("Thu, 25 Nov 2027 08:42:11 GMT", "30d", id="capped date"),
        pytest.param("Mon, 23 Nov 2026 08:42:11 GMT", "2h", id="date in the past"),
        ("0", "2h"),
        ("", "2h"),
        ("-5", "2h"),
        ("1.5", "2h"),
        ("soon", "2h"),
        ("²", "2h"),
        ("Mon, 99 Nov 2026 99:99:99 GMT", "2h"),
        ("Wed, 25 Nov 99999 08:42:11 GMT", "2h"),
    ],
)
def test_what_the_host_asks_for_counts_where_it_can_be_read(
    retry_after: str, expected: str
) -> None:
    due = retry_after_failure(NOW, "http_503", 2, retry_after)
    assert wait(due) == parse_age(expected)


@pytest.mark.parametrize(
    ("reason", "waits"),
    [
        ("captcha", ["1d", "2d", "4d", "8d", "16d", "28d", "28d"]),
        ("soft_404", ["1d", "2d"]),
        ("no_body", ["1d", "2d"]),
        ("a_reason_of_tomorrow", ["1d", "2d"]),
        ("not_an_article", ["28d", "28d"]),
        ("duplicate_text", ["28d", "28d"]),
        ("other_series", ["28d", "28d"]),
        ("out_of_period", ["28d", "28d"]),
    ],
)
def test_a_page_without_an_article_is_looked_at_again(reason: str, waits: list[str]) -> None:
    due = [retry_refused(NOW, reason, number) for number in range(1, len(waits) + 1)]
    assert [wait(one) for one in due] == [parse_age(text) for text in waits]


@pytest.mark.parametrize("tries", [0, 1, 1_000_000])
def test_any_number_of_tries_has_a_time(tries: int) -> None:
    assert wait(retry_refused(NOW, "captcha", tries)) >= timedelta(days=1)
    assert wait(retry_after_failure(NOW, "timeout", tries)) >= timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("90m", timedelta(minutes=90)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
        ("0m", timedelta()),
    ],
)
def test_an_age_is_a_number_and_a_unit(text: str, age: timedelta) -> None:
    assert parse_age(text) == age


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-7d", "1.5h", "7D", "7y", "٧d", "100000w"])
def test_what_is_no_age_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is no age such as"):
        parse_age(text)


def wait(due: str) -> timedelta:
    return datetime.fromisoformat(due) - datetime.fromisoformat(NOW)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("0", 0),
        ("5", 5),
        (" 3600 ", 3600),
        ("99999999999999999999", 30 * 24 * 3600),
        ("Tue, 24 Nov 2026 08:43:11 GMT", 60),
        ("Tue, 24 Nov 2026 08:41:11 GMT", 0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_host_says_how_long_it_wants_to_be_left_alone(
    retry_after: str | None, seconds: int | None
) -> None:
    asked = asked_wait(datetime.fromisoformat(NOW), retry_after)
    assert asked == (None if seconds is None else timedelta(seconds=seconds))


def test_a_host_that_goes_on_failing_is_left_alone_for_longer_each_time() -> None:
    pauses = [host_pause(runs) for runs in (1, 2, 3, 7, 8, 100)]
    assert pauses == [parse_age(text) for text in ("15m", "30m", "60m", "16h", "1d", "1d")]
