"""The account of a series adds up, by whatever addresses its articles were reached."""

from __future__ import annotations

from newscrawler.accounts import Account, summary

SITE = "https://tide.example"


def opened(*listed: str) -> Account:
    account = Account("Ferry Inquiry", f"{SITE}/series/ferry/", advertised=len(listed))
    for path in listed:
        account.list_article(f"{SITE}{path}")
    return account


def missing(account: Account) -> dict[str, str]:
    return {one.url.removeprefix(SITE): one.reason for one in account.missing_articles()}


def test_an_article_listed_twice_counts_once() -> None:
    account = opened("/a-10001/")
    assert not account.list_article("http://www.tide.example/a-10001?utm_source=feed")
    assert account.close("finished").listed == 1


def test_what_was_listed_and_not_delivered_is_missing_with_its_reason() -> None:
    account = opened("/a-10001/", "/b-10002/", "/c-10003/", "/d-10004/")
    account.deliver(f"{SITE}/a-10001/")
    account.fail(f"{SITE}/b-10002/", "http_404")
    account.drop(f"{SITE}/c-10003/", "no_body")
    assert missing(account) == {
        "/b-10002/": "http_404",
        "/c-10003/": "no_body",
        "/d-10004/": "not_fetched",
    }
    record = account.close("finished")
    assert (record.new, record.failed, record.missing) == (1, 1, 3)


def test_an_article_delivered_under_another_address_is_not_missing() -> None:
    account = opened("/old/a-10001/")
    account.deliver(f"{SITE}/new/a-10001/", f"{SITE}/old/a-10001/", f"{SITE}/canonical/a/")
    assert missing(account) == {}


def test_a_listed_address_that_leads_to_a_delivered_article_is_not_missing() -> None:
    account = opened("/short/1/", "/a-10001/")
    account.redirect(f"{SITE}/short/1/", f"{SITE}/moved/a/")
    account.deliver(f"{SITE}/a-10001/", f"{SITE}/moved/a/")
    assert missing(account) == {}


def test_addresses_that_lead_to_one_another_end() -> None:
    account = opened("/a/", "/b/")
    account.redirect(f"{SITE}/a/", f"{SITE}/b/")
    account.redirect(f"{SITE}/b/", f"{SITE}/a/")
    assert set(missing(account)) == {"/a/", "/b/"}


def test_an_advertised_article_that_is_not_even_listed_is_missing() -> None:
    account = opened("/a-10001/")
    account.advertised = 3
    account.deliver(f"{SITE}/a-10001/")
    record = account.close("finished")
    assert record.missing == 2
    assert record.missing_articles is None


def test_half_of_the_claimed_articles_missing_unasked_is_short() -> None:
    account = opened("/a-10001/", "/b-10002/")
    account.deliver(f"{SITE}/a-10001/")
    assert account.is_short(account.close("finished"))
    account.deliver(f"{SITE}/b-10002/")
    assert not account.is_short(account.close("finished"))


def test_what_lies_outside_the_part_asked_for_is_not_missing() -> None:
    account = opened("/a-10001/")
    account.advertised, account.limited = 40, True
    account.deliver(f"{SITE}/a-10001/")
    record = account.close("finished")
    assert record.missing == 0
    assert not account.is_short(record)


def test_the_summary_is_one_line_for_a_person() -> None:
    account = opened("/a-10001/", "/b-10002/")
    account.deliver(f"{SITE}/a-10001/")
    assert summary(account.close("finished")) == (
        "Ferry Inquiry: advertised 2, listed 2, new 1, updated 0, known 0, failed 0, missing 1"
    )


def test_a_series_that_claims_no_number_is_summed_up_without_one() -> None:
    account = Account("Ferry Inquiry")
    assert summary(account.close("finished")).startswith("Ferry Inquiry: listed 0, new 0")


def test_the_account_says_why_the_run_stopped() -> None:
    account = opened("/a-10001/")
    account.stopped = "end of the listing"
    assert account.close("finished").stopped == "end of the listing"
    assert account.close("max_articles").stopped == "max_articles reached"
    assert account.close("shutdown").stopped == "stopped by a signal"
