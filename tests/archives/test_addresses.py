"""Addresses of one page have one key, and lead to the names that mirror tools use."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.archives.addresses import address_keys, mirror_names, plain_address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://news.example", "https://news.example/", id="no path"),
        pytest.param("https://News.Example/", "https://news.example/", id="case of the host"),
        pytest.param("https://news.example:443/a", "https://news.example/a", id="own port"),
        pytest.param("https://news.example/a#end", "https://news.example/a", id="fragment"),
        pytest.param("https://ana:pw@news.example/a", "https://news.example/a", id="user"),
        pytest.param("https://news.example/é", "https://news.example/%C3%A9", id="not escaped"),
        pytest.param("https://news.example/%c3%a9", "https://news.example/%C3%A9", id="escape"),
        pytest.param("https://news.example/%7Eana", "https://news.example/~ana", id="unreserved"),
        pytest.param("https://новости.example/", "https://xn--b1amnebsh.example/", id="IDNA"),
    ],
)
def test_one_page_has_one_key(one: str, other: str) -> None:
    assert address_keys(one) == address_keys(other)


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example/A",
        "https://news.example/a/",
        "https://news.example//a",
        "https://news.example/a?page=2",
        "https://news.example/%2Fa",
        "https://news.example:8443/a",
        "http://news.example/a",
        "https://www.news.example/a",
    ],
)
def test_another_page_has_another_key(other: str) -> None:
    assert address_keys(other)[0] != address_keys("https://news.example/a")[0]


HOSTS = st.from_regex(r"[a-z0-9-]{1,9}(\.[a-z0-9-]{1,9}){0,2}\.?", fullmatch=True)
PATHS = st.text("aA0/._~-%?&=#é ;+", max_size=9)


@settings(max_examples=300, deadline=None)
@given(scheme=st.sampled_from(["http", "https"]), host=HOSTS, path=PATHS)
def test_a_plain_address_has_the_key_that_it_would_have_by_all_the_rules(
    scheme: str, host: str, path: str
) -> None:
    try:
        by_the_rules = address_keys(f"{scheme}://ana@{host}/{path}")
    except ValueError:
        return
    assert address_keys(f"{scheme}://{host}/{path}") == by_the_rules


def test_the_second_key_is_that_of_the_other_scheme() -> None:
    assert address_keys("http://news.example/a")[::-1] == address_keys("https://news.example/a")


@pytest.mark.parametrize(
    "url",
    ["", "news.example/a", "ftp://news.example/a", "file:///a", "https:///a", "https://[::1/a"],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        address_keys(url)


def test_a_password_is_not_part_of_a_plain_address() -> None:
    url = "https://ana:secret@news.example:8443/a?b=c#d"
    assert plain_address(url) == "https://news.example:8443/a?b=c"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://news.example", "news.example/index.html"),
        ("https://news.example/?page=2", "news.example/index.html?page=2"),
        ("https://news.example/a/", "news.example/a/index.html"),
        ("https://news.example/a/?page=2", "news.example/a/index.html?page=2.html"),
        ("https://news.example/a", "news.example/a"),
        ("https://news.example/a", "news.example/a.html"),
        ("https://news.example/a", "news.example/a/index.html"),
        ("https://news.example/a.php", "news.example/a.php.html"),
        ("https://news.example/list.html?page=2", "news.example/list.html?page=2"),
        ("https://news.example/list.html?page=2", "news.example/list.html@page=2.html"),
        ("https://news.example/a?u=b/c", "news.example/a?u=b%2Fc"),
        ("https://news.example/caf%C3%A9", "news.example/café"),
        ("https://news.example/100%25", "news.example/100%"),
        ("http://news.example:8080/a", "news.example:8080/a"),
        ("http://news.example:8080/a", "news.example+8080/a"),
        ("http://[::1]/a", "[::1]/a"),
    ],
)
def test_a_mirror_may_name_a_page(url: str, name: str) -> None:
    assert name in mirror_names(url)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://news.example/a?page=2", "news.example/a"),
        ("https://news.example/a", "news.example/a?page=2"),
        ("https://news.example/a/", "news.example/a"),
        ("https://news.example/a%2Fb", "news.example/a/b"),
        ("https://news.example:8443/a", "news.example/a"),
    ],
)
def test_a_mirror_does_not_name_a_page(url: str, name: str) -> None:
    assert name not in mirror_names(url)
