"""robots.txt is obeyed as RFC 9309 has it: what an answer means, and which rule counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from newscrawler.politeness.robots_rules import MAX_BYTES, Rules, own_rules
from tests.polite_host import Hosts, PoliteHost, Reply, several

NOTHING = b"User-agent: *\nDisallow: /\n"
EVERYTHING = b"User-agent: *\nAllow: /\n"
PLAIN = "User-agent: newscrawler\nDisallow: "


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    with several(tmp_path) as opened:
        yield opened


# What an answer means


def behind(size: int) -> bytes:
    """Return a file in which a rule against everything ends at that byte."""
    rule = b"\nUser-agent: *\nDisallow: /"
    return b"#" * (size - len(rule)) + rule


def leads_to(address: str) -> Reply:
    return Reply(302, headers={"Location": address})


# How many redirects lead to the answer, and the answer.
ALLOWED: dict[str, tuple[int, Reply]] = {
    "200": (0, Reply(body=EVERYTHING)),
    "204": (0, Reply(204)),
    **{str(it): (0, Reply(it, NOTHING)) for it in (300, 400, 401, 403, 404, 410, 451)},
    "html": (0, Reply(body=b"<!DOCTYPE html><pre>\n" + NOTHING + b"</pre>")),
    "five hops": (5, Reply(body=EVERYTHING)),
    "six hops": (6, Reply(body=NOTHING)),
    "a loop": (0, leads_to("/robots.txt")),
    "to no web address": (0, leads_to("ftp://127.0.0.1/robots.txt")),
    "to no address": (0, leads_to("http://[127.0.0.1/robots.txt")),
    "to no port": (0, leads_to("http://127.0.0.1:99999/robots.txt")),
    "a rule behind 600 KiB": (0, Reply(body=behind(600 * 1024))),
    "another's rules": (0, Reply(body=b"User-agent: news\nUser-agent: crawler\nDisallow: /\n")),
}
FORBIDDEN: dict[str, tuple[int, Reply]] = {
    "all": (0, Reply(body=NOTHING)),
    "byte order mark": (0, Reply(body=b"\xef\xbb\xbf" + NOTHING)),
    "a rule at byte 511,999": (0, Reply(body=behind(511_999))),
    "a rule before 1 MiB more": (0, Reply(body=behind(MAX_BYTES) + b"\n#" * 2**19)),
    "one hop": (1, Reply(body=NOTHING)),
    "5 hops": (5, Reply(body=NOTHING)),
}
UNREACHABLE: dict[str, tuple[int, Reply]] = {
    **{f"{it} ": (0, Reply(it)) for it in (429, 500, 502, 503, 599)},
    "reset": (0, Reply(fails="reset")),
    "hang": (0, Reply(fails="hang")),
    "cut": (0, Reply(body=EVERYTHING, fails="cut")),
    "hops to 500": (2, Reply(500)),
}


def arrange(host: PoliteHost, hops: int, last: Reply) -> None:
    """Let robots.txt redirect so many times."""
    names = ["/robots.txt", *(f"/robots-{hop}.txt" for hop in range(1, hops + 1))]
    for name, following in pairwise(names):
        host.script[name] = [leads_to(following)]
    host.script[names[-1]] = [last]


def pages_of(host: PoliteHost) -> list[str]:
    """Return what was asked for besides robots.txt and what it leads to."""
    return [path for path in host.pages_asked if not path.startswith("/robots")]


def test_each_answer_to_robots_txt_means_what_the_standard_says(hosts: Hosts) -> None:
    for name, (hops, reply) in (ALLOWED | FORBIDDEN | UNREACHABLE).items():
        arrange(hosts.add(name), hops, reply)
    nowhere = "http://no-such-host.invalid/series/x/"
    ended = hosts.crawl(urls=[nowhere])
    expected = {
        **dict.fromkeys(ALLOWED, "pages"),
        **dict.fromkeys(FORBIDDEN, "robots"),
        **dict.fromkeys(UNREACHABLE, "robots_unreachable"),
    }
    drops = hosts.drops()
    found = {
        name: "pages" if pages_of(host) else drops.get(host.listing, "")
        for name, host in hosts.by_name.items()
    }
    assert found == expected, ended.told
    assert drops[nowhere] == "robots_unreachable"
    # A request that hangs is given up here, and goes on there.
    assert {it.most_at_once for name, it in hosts.by_name.items() if name != "hang"} == {1}
    assert max(len(host.log) for host in hosts.by_name.values()) <= 8
    for told in ("too many redirects", "a redirect loop", "it leads to no web address"):
        assert f"{told}, so it counts as none" in ended.stderr


def test_the_rules_behind_a_redirect_hold_for_the_host_that_was_asked(hosts: Hosts) -> None:
    lender, borrower = hosts.add("lender"), hosts.add("borrower")
    lender.script["/shared.txt"] = [Reply(body=NOTHING)]
    borrower.robots(Reply(301, headers={"Location": f"{lender.url}/shared.txt"}))
    ended = hosts.crawl()
    assert borrower.pages_asked == [], ended.told
    assert [one["url"] for one in hosts.articles()] == [lender.url + lender.paths[0]]
    assert len(lender.asked("/shared.txt")) == 1


# From run to run


def test_a_robots_txt_is_kept_for_a_day_and_then_asked_about(hosts: Hosts) -> None:
    host, gone = hosts.add("kept"), hosts.add("none")
    host.robots(Reply(body=EVERYTHING, headers={"ETag": '"7"', "Last-Modified": "yesterday"}))
    gone.robots(Reply(404))
    hosts.crawl()
    hosts.crawl()
    assert [len(one.asked("/robots.txt")) for one in (host, gone)] == [1, 1]
    host.robots(Reply(304))
    ended = hosts.crawl("-s", "NEWSCRAWLER_ROBOTS_AGE=0.001")
    asked = host.asked("/robots.txt")[1]
    assert (asked.headers["If-None-Match"], asked.headers["If-Modified-Since"]) == (
        '"7"',
        "yesterday",
    )
    assert ended.code == 0, ended.told
    assert len(host.asked(host.paths[0])) == 1


def test_the_last_good_copy_counts_while_robots_txt_cannot_be_reached(hosts: Hosts) -> None:
    host, other = hosts.add("had one"), hosts.add("had none")
    host.robots(Reply(body=f"User-agent: *\nDisallow: {host.paths[0]}\n".encode()))
    other.robots(Reply(404))
    hosts.crawl()
    for one in (host, other):
        one.robots(Reply(500))
    before = len(other.log)
    ended = hosts.crawl("-s", "NEWSCRAWLER_ROBOTS_AGE=0")
    assert "counts meanwhile" in ended.stderr, ended.told
    assert host.asked(host.paths[0]) == []
    assert len([path for path in host.pages_asked if path.startswith("/series/")]) == 2
    assert {one.path for one in other.log[before:]} == {"/robots.txt"}
    other.robots(Reply(404))
    ended = hosts.crawl("-s", "NEWSCRAWLER_ROBOTS_AGE=0")
    assert pages_of(other)[-1] == "/series/harbour-strike/", ended.told


def test_a_run_longer_than_a_day_reads_it_again(hosts: Hosts) -> None:
    host = hosts.add("changing", articles=5)
    host.robots(Reply(body=EVERYTHING), Reply(body=EVERYTHING), Reply(body=NOTHING))
    ended = hosts.crawl("-s", "NEWSCRAWLER_ROBOTS_AGE=0.3", "-s", "DOWNLOAD_DELAY=0.4")
    assert len(host.asked("/robots.txt")) >= 3, ended.told
    assert 0 < len([path for path in host.paths if host.asked(path)]) < 5
    assert set(hosts.drops().values()) == {"robots"}


# Which rule counts

GROUPS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "no group for us": ("User-agent: other\nDisallow: /", []),
    "the group of all": ("User-agent: *\nDisallow: /a", [("disallow", "/a")]),
    "our own instead of that of all": (
        "User-agent: *\nDisallow: /a\nUser-agent: newscrawler\nDisallow: /b",
        [("disallow", "/b")],
    ),
    "our own is empty": ("User-agent: *\nDisallow: /a\n\nUser-agent: newscrawler\n", []),
    "any case": ("USER-AGENT: NewsCrawler\nDISALLOW: /b", [("disallow", "/b")]),
    "with a version": ("User-agent: newscrawler/2.1\nDisallow: /b", [("disallow", "/b")]),
    "with more words": ("User-agent: newscrawler for news\nDisallow: /b", [("disallow", "/b")]),
    "a longer token": ("User-agent: newscrawler-images\nDisallow: /b", []),
    "the beginning of our token": ("User-agent: news\nDisallow: /b", []),
    "the end of our token": ("User-agent: crawler\nDisallow: /b", []),
    "a group of several": (
        "User-agent: other\nUser-agent: newscrawler\nDisallow: /b",
        [("disallow", "/b")],
    ),
    "two groups of ours": (
        "User-agent: newscrawler\nDisallow: /a\nUser-agent: x\nUser-agent: newscrawler\nAllow: /b",
        [("disallow", "/a"), ("allow", "/b")],
    ),
    "an unknown line in a group": (
        "User-agent: newscrawler\nNoindex: /x\nDisallow: /b",
        [("disallow", "/b")],
    ),
    "an unknown line between names": (
        "User-agent: newscrawler\nfoo: bar\nUser-agent: other\nDisallow: /b",
        [("disallow", "/b")],
    ),
    "a sitemap between names": (
        "User-agent: newscrawler\nSitemap: https://a.example/s.xml\nUser-agent: x\nDisallow: /b",
        [("disallow", "/b")],
    ),
    "an empty line in a group": ("User-agent: newscrawler\n\n\nDisallow: /b", [("disallow", "/b")]),
    "a delay ends the names": (
        "User-agent: *\nCrawl-delay: 9\nUser-agent: bad\nDisallow: /",
        [("crawl-delay", "9")],
    ),
    "rules before any name": ("Disallow: /\nUser-agent: newscrawler\nAllow: /", [("allow", "/")]),
    "comments": (
        "# all\nUser-agent: newscrawler # us\nDisallow: /b # this\n#Disallow: /c",
        [("disallow", "/b")],
    ),
    "carriage returns": ("User-agent: newscrawler\rDisallow: /b\r\n", [("disallow", "/b")]),
    "no colon": ("user-agent newscrawler\ndisallow /b", [("disallow", "/b")]),
    "slips": (
        "useragent: newscrawler\nDissallow: /b\ndisalow: /c",
        [("disallow", "/b"), ("disallow", "/c")],
    ),
    "spaces": ("  User-agent  :  newscrawler  \n\tDisallow\t:\t/b\t", [("disallow", "/b")]),
    "another line end is none": (
        "User-agent: newscrawler\nDisallow: /b\u2028Disallow: /",
        [("disallow", "/b%E2%80%A8Disallow:%20/")],
    ),
    "a page": ("<html>\nUser-agent: newscrawler\nDisallow: /b", []),
}  # fmt: skip


@pytest.mark.parametrize("case", GROUPS)
def test_the_group_of_the_product_token_is_found(case: str) -> None:
    text, rules = GROUPS[case]
    assert own_rules(text.encode(), "newscrawler") == rules


PATHS: dict[str, tuple[str, dict[str, bool]]] = {
    "a beginning": (
        "Disallow: /fish", {"/fish": False, "/fish.html": False, "/Fish": True, "/catfish": True}
    ),
    "a folder": ("Disallow: /fish/", {"/fish": True, "/fish/": False, "/fish/a": False}),
    "an empty rule": ("Disallow:", {"/": True, "/a": True}),
    "all but one": ("Disallow: /\nAllow: /a/", {"/": False, "/a/": True, "/b": False}),
    "the longest counts": ("Allow: /a/b\nDisallow: /a", {"/a/c": False, "/a/b/c": True}),
    "whatever their order": ("Disallow: /a\nAllow: /a/b", {"/a/c": False, "/a/b/c": True}),
    "of two alike the kind one": ("Disallow: /a\nAllow: /a", {"/a": True}),
    "anything between": ("Disallow: /*.php", {"/a.php": False, "/a/b.php5": False, "/php": True}),
    "an end": ("Disallow: /*.php$", {"/a.php": False, "/a.php?x": True, "/a.php5": True}),
    "a dollar inside": ("Disallow: /a$b", {"/a$b": False, "/a": True}),
    "a star at the end": ("Disallow: /fish*", {"/fish": False, "/fishes": False}),
    "a query": ("Disallow: /*?", {"/a?b": False, "/a": True}),
    "written out in full": (
        "Disallow: /\u30c4", {"/%E3%83%84": False, "/%e3%83%84": False, "/a": True}
    ),
    "encoded": ("Disallow: /%E3%83%84", {"/\u30c4": False, "/%E3%83%84": False}),
    "needless encoding of a rule": ("Disallow: /%62%61%7A", {"/baz": False}),
    "needless encoding of an address": ("Disallow: /baz", {"/%62%61%7A": False}),
    "a slash that is none": ("Disallow: /a%2Fb", {"/a/b": True, "/a%2Fb": False, "/a%2fb": False}),
    "a slash that is one": ("Disallow: /a/b", {"/a%2Fb": True, "/a/b": False}),
    "a star that is none": ("Disallow: /a%2A", {"/a*": False, "/ab": True}),
    "an address in a query": (
        "Disallow: /\nAllow: /a?to=http://b.example", {"/a?to=http://b.example": True, "/a": False}
    ),
    "robots.txt itself": ("Disallow: /", {"/robots.txt": True, "/robots.txt?a": True, "/a": False}),
    "a fragment": ("Disallow: /a", {"/#/a": True}),
}  # fmt: skip


@pytest.mark.parametrize("case", PATHS)
def test_the_most_specific_rule_counts(case: str) -> None:
    text, expected = PATHS[case]
    rules = Rules(f"User-agent: *\n{text}\n".encode(), "newscrawler")
    found = {path: rules.allowed(f"https://fish.example{path}") for path in expected}
    assert found == expected


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("Crawl-delay: 1", 1.0),
        ("crawl-delay: 2.5", 2.5),
        ("Crawl-delay: 1e9", 1e9),
        ("Crawl-delay: -1", None),
        ("Crawl-delay: abc", None),
        ("Crawl-delay: nan", None),
        ("Crawl-delay:", None),
        ("Disallow: /a", None),
    ],
)
def test_a_delay_is_read_where_it_is_one(text: str, delay: float | None) -> None:
    assert Rules(f"User-agent: *\n{text}\n".encode(), "newscrawler").crawl_delay == delay
