"""Web addresses: tidy, comparable, and never another page's."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.normalise.redaction import redacted
from newscrawler.normalise.urls import (
    absolute_url,
    clean_url,
    host_of,
    is_twin_url,
    same_site,
    site_of,
    url_key,
)

BOUNDED = settings(max_examples=200, deadline=None, derandomize=True)
PAGE = "https://tide.example/world/a/"
URLS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "HTTPS"]),
    st.sampled_from(["tide.example", "WWW.Tide.Example:443", "amp.tide.example.", "[::1]:80"]),
    st.text("/.%aA2fü;=~ \\", max_size=15).map(lambda path: "/" + path),
    st.text("?&#=%2utm_ampé+", max_size=15).map(lambda query: "?" + query),
)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("HTTPS://Tide.Example", "https://tide.example/"),
        ("https://tide.example:443/a", "https://tide.example/a"),
        ("http://tide.example:80/a", "http://tide.example/a"),
        ("http://tide.example:443/a", "http://tide.example:443/a"),
        ("https://tide.example:/a", "https://tide.example/a"),
        ("https://tide.example./a", "https://tide.example/a"),
        ("https://tide.example/a/../b/./c", "https://tide.example/b/c"),
        ("https://tide.example/../a/%2E%2e/b/.", "https://tide.example/b/"),
        ("https://tide.example/A/b/", "https://tide.example/A/b/"),
        ("https://tide.example/a#top", "https://tide.example/a"),
        ("https://tide.example/a?", "https://tide.example/a"),
        ("https://tide.example/%7eana/%c3%bc%2fx", "https://tide.example/~ana/%C3%BC%2Fx"),
        ("https://tide.example/ü b", "https://tide.example/%C3%BC%20b"),
        ("https://tide.example/100%", "https://tide.example/100%25"),
        ("https://tide.example/%%34%31", "https://tide.example/%2541"),
        ("https://tide.example\\a\\b?c=\\d", "https://tide.example/a/b?c=%5Cd"),
        (" https://tide.example/a\n/b\t ", "https://tide.example/a/b"),
        ("https://hafenstraße.example/", "https://xn--hafenstrae-e4a.example/"),
        ("https://tide.example/a;jsessionid=0A1B?p=2", "https://tide.example/a?p=2"),
        ("https://tide.example/?b=2&a=1&b=1", "https://tide.example/?b=2&a=1&b=1"),
        ("https://tide.example/?a[]=1&&q=x+y", "https://tide.example/?a[]=1&q=x+y"),
        ("http://192.0.2.1/a", "http://192.0.2.1/a"),
        ("http://[2001:DB8::0:1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://my_press.tide.example/", "http://my_press.tide.example/"),
    ],
)
def test_an_address_is_tidy(url: str, clean: str) -> None:
    assert clean_url(url) == clean


@pytest.mark.parametrize(
    "parameter",
    [
        *("utm_source=x", "UTM_Campaign=x", "fbclid=x", "gclid=x", "dclid=x", "msclkid=x", "_ga=1"),
        *("yclid=x", "igshid=x", "mc_cid=x", "mc_eid=x", "wt_mc=x", "wt_zmc=x", "WT.mc_id=x"),
        *("ico=x", "cmpid=x", "ref_src=x", "xtor=x", "at_medium=x", "at_campaign=x", "dicbo=x"),
        *("utm%5Fsource=x", "fbclid"),
    ],
)
def test_tracking_parameters_are_removed(parameter: str) -> None:
    assert clean_url(f"{PAGE}?id=7&{parameter}") == f"{PAGE}?id=7"


@pytest.mark.parametrize(
    "parameter",
    [
        *("id=1", "p=1", "page=2", "article=3", "q=tide", "ref=4", "lang=en", "story=5", "date=6"),
        *(
            "at=7",
            "utm=8",
            "ga=9",
            "cid=10",
            "nid=11",
            "format=12",
            "source=13",
            "pk=14",
            "gclid2=x",
        ),
    ],
)
def test_parameters_that_may_address_something_stay(parameter: str) -> None:
    assert clean_url(f"{PAGE}?{parameter}") == f"{PAGE}?{parameter}"


@pytest.mark.parametrize(
    "url",
    [
        *("", "tide.example/a", "//tide.example/a", "/a", "ftp://tide.example/", "javascript:go()"),
        *("http://", "http:///a", "http://[", "http://[::g]/", "http://[fe80::1%25eth0]/"),
        *(
            "https://ana:secret@tide.example/",
            "https://ana@tide.example/",
            "https://@tide.example/",
        ),
        *("https://ti de.example/", "https://tide..example/", "https://.example/"),
        *("https://-tide.example/", "https://tide.example:99999/", "https://tide.example:x/"),
        *("http://1.2.3/", "http://256.1.1.1/", "http://0x7f.1/", "http://2130706433/"),
        *("https://tide.example/\ud800", "https://\ud800.example/", "https://ti%64e.example/"),
        "https://" + "a" * 300 + ".example/",
    ],
)
def test_what_is_no_web_address_is_named_in_the_error(url: str) -> None:
    with pytest.raises(ValueError, match="not an http") as error:
        clean_url(url)
    assert repr(redacted(url)) in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("b/", "https://tide.example/world/a/b/"),
        ("../b", "https://tide.example/world/b"),
        ("/b", "https://tide.example/b"),
        ("?page=2", "https://tide.example/world/a/?page=2"),
        ("//m.tide.example/b", "https://m.tide.example/b"),
        ("\n /b\n/c ", "https://tide.example/b/c"),
        ("\\\\dune.example\\b", "https://dune.example/b"),
        ("HTTPS://DUNE.example/b?utm_source=x#c", "https://dune.example/b"),
    ],
)
def test_a_link_leads_to_an_address(href: str, url: str) -> None:
    assert absolute_url(PAGE, href) == url


@pytest.mark.parametrize(
    "href",
    [
        *("", " ", "#", "#top", "javascript:void(0)", "JavaScript:go()", "java\nscript:go()"),
        *("mailto:ana@tide.example", "tel:+100", "data:text/html,x", "about:blank", "blob:x"),
        *("http://[", "http://ti de.example/", "http://", "whatsapp://send?text=x", "//ana@tide"),
    ],
)
def test_a_link_that_leads_to_no_other_page_has_no_address(href: str) -> None:
    assert absolute_url(PAGE, href) is None


@pytest.mark.parametrize(
    "variant",
    [
        *("http://tide.example/world/a", "https://www.tide.example/world/a/#top"),
        *("https://m.tide.example/world/a/", "https://mobile.tide.example/world/a"),
        *("https://amp.tide.example/world/a", "https://www.m.tide.example/world/a"),
        *("https://tide.example/amp/world/a/", "https://tide.example/world/a/amp"),
        *("https://tide.example/world/a/amp/", "https://tide.example/world/a.amp"),
        *("https://tide.example/world/a/index.html", "https://tide.example/world/a/index.php"),
        *("https://tide.example/world/a/?amp", "https://tide.example/world/a/?amp=1"),
        *("https://tide.example/world/a/?outputType=amp", "https://tide.example/world/%61/"),
        "https://tide.example/world/a/?utm_source=x&amp=true",
    ],
)
def test_variants_of_one_article_have_one_key(variant: str) -> None:
    assert url_key(variant) == url_key(PAGE) == "tide.example/world/a"


def test_the_order_of_parameters_is_not_in_the_key() -> None:
    assert url_key(f"{PAGE}?b=1&a=2") == url_key(f"{PAGE}?a=2&b=1") != url_key(f"{PAGE}?a=1&b=2")


def test_the_amp_page_of_a_file_has_the_key_of_the_file() -> None:
    assert url_key("https://tide.example/a.amp.html") == url_key("https://tide.example/a.html")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://tide.example/?id=1", "https://tide.example/?id=2"),
        ("https://tide.example/a", "https://tide.example/A"),
        ("https://tide.example/2019/a", "https://tide.example/2020/a"),
        ("https://tide.example/s/", "https://tide.example/s/?page=2"),
        ("https://tide.example/amplifier/a", "https://tide.example/a"),
        ("https://tide.example/a-amp", "https://tide.example/a"),
        ("https://tide.example/amp/", "https://tide.example/"),
        ("https://tide.example/world/amp/a", "https://tide.example/world/a"),
        ("https://tide.example/a?amp=0", "https://tide.example/a"),
        ("https://tide.example/a.html", "https://tide.example/a"),
        ("https://tide.example/index/", "https://tide.example/"),
        ("https://tide.example/a%2Fb", "https://tide.example/a/b"),
        ("https://tide.example:8443/a", "https://tide.example/a"),
        ("https://m.example/a", "https://example/a"),
        ("https://amp.dev/a", "https://dev/a"),
        ("https://m.co.uk/a", "https://co.uk/a"),
        ("https://sport.tide.example/a", "https://tide.example/a"),
        ("https://tide.example/a?ref=1", "https://tide.example/a?ref=2"),
    ],
)
def test_different_articles_have_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    ("url", "twin"),
    [
        ("https://m.tide.example/a", True),
        ("https://amp.tide.example/a", True),
        ("https://tide.example/amp/a", True),
        ("https://tide.example/a.amp.html", True),
        ("https://tide.example/a?id=1&outputType=amp", True),
        ("https://www.tide.example/a", False),
        ("https://tide.example/a/?id=1&&", False),
        ("https://tide.example/amplifier/", False),
        ("https://tide.example/index.html", False),
        ("https://m.example/a", False),
    ],
)
def test_amp_and_mobile_addresses_are_known_by_sight(url: str, twin: bool) -> None:
    assert is_twin_url(url) is twin


@pytest.mark.parametrize(
    ("url", "host", "site"),
    [
        ("https://www.tide.example/a", "tide.example", "tide.example"),
        ("https://News.Tide.co.uk:8443/a", "news.tide.co.uk", "tide.co.uk"),
        ("https://ana.blogspot.com/", "ana.blogspot.com", "ana.blogspot.com"),
        ("http://192.0.2.1/", "192.0.2.1", "192.0.2.1"),
        ("http://[::1]:8000/", "::1", "::1"),
        ("http://localhost:8000/", "localhost", "localhost"),
        ("https://deep.courier.example/", "deep.courier.example", "courier.example"),
        ("https://co.uk/", "co.uk", "co.uk"),
    ],
)
def test_host_and_site(url: str, host: str, site: str) -> None:
    assert (host_of(url), site_of(url)) == (host, site)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.tide.example/", "http://b.tide.example/", True),
        ("https://ana.blogspot.com/", "https://eva.blogspot.com/", False),
        ("https://tide.co.uk/", "https://dune.co.uk/", False),
        ("http://192.0.2.1/", "http://192.0.2.2/", False),
    ],
)
def test_sites_are_compared_by_registrable_domain(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


def test_finding_the_site_never_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert site_of("https://never.asked.before.tide.co.uk/") == "tide.co.uk"


@BOUNDED
@given(URLS)
def test_a_tidy_address_is_left_alone(url: str) -> None:
    clean = clean_url(url)
    assert clean_url(clean) == clean
    assert url_key(clean) == url_key(url)
    assert clean.isascii()


@BOUNDED
@given(st.text(max_size=40))
def test_no_link_is_an_error(href: str) -> None:
    url = absolute_url(PAGE, href)
    assert url is None or url.startswith(("http://", "https://"))
