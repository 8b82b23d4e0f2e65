"""Pages that are made to keep a program busy or to break it, and pages that are merely broken."""

from __future__ import annotations

from collections.abc import Callable

URL = "https://www.tide.example/local/ferry-returns-48213"
SENTENCE = "The ferry came back to the quay on Friday, a week later than the harbour had said. "
HEAD = "<html><head><title>Ferry returns</title></head><body><article><h1>Ferry returns</h1>"
TEXT = f"<p>{SENTENCE * 4}</p>" * 4


def article(inside: str, text: str = TEXT) -> bytes:
    """Return an article that holds the hostile part before and within its text."""
    return f"{HEAD}{inside}{text}</article></body></html>".encode()


def json_ld(text: str) -> bytes:
    return article(f'<script type="application/ld+json">{text}</script>')


def attributes(count: int, form: str) -> str:
    return "".join(form.format(number) for number in range(count))


Page = Callable[[], bytes]
QUOTED = 'a{}="b > c" '

NESTED: dict[str, Page] = {
    "200,000 nested elements": lambda: article("<div>" * 200_000),
    "200,000 nested inline elements": lambda: article("<p>" + "<b>" * 200_000),
    "200,000 elements below 2,000 levels": lambda: article(
        "<div class=related>" * 2_000 + "<a href=/a>Ferry sinks</a><p>Read more: " * 100_000
    ),
    "100,000 nested lists with links": lambda: article(
        "<ul class=related><li>Read more <a href=/world/ferry-sinks>x</a>" * 100_000
    ),
    "50,000 nested items": lambda: article(
        "<div itemscope itemtype=https://schema.org/Article itemprop=author>" * 50_000
    ),
    "50,000 nested names": lambda: article("<b itemscope itemprop=name>" * 50_000),
    "50,000 nested captions": lambda: article("<figure class=caption><img src=a>" * 50_000),
    "50,000 nested cards": lambda: article("<article><h2>Ferry</h2>" * 50_000),
    "50,000 nested footers": lambda: article("<footer class=menu><a href=/topics/x>" * 50_000),
    "100,000 ends that fit nothing": lambda: article("<div>" * 2_000 + "</b>" * 1_000_000),
}
ATTRIBUTES: dict[str, Page] = {
    "an attribute of 10 MB": lambda: article(f'<p class="{"x" * 10_000_000}">'),
    "a class of a million words": lambda: article(f'<p class="{"related x " * 1_000_000}">'),
    "a set of a million pictures": lambda: article(
        f'<figure><img srcset="{"a.jpg," * 1_000_000}"></figure>'
    ),
    "100,000 attributes": lambda: article(f"<p {attributes(100_000, 'a{}=x ')}>"),
    "100,000 attributes in quotes": lambda: article(f"<p {attributes(100_000, QUOTED)}>"),
    "100,000 attributes of a script": lambda: article(f"<script {attributes(100_000, 'a{} ')}>"),
}
MANY: dict[str, Page] = {
    "200,000 links": lambda: article("<a href=/topics/ferry>Ferry</a>" * 200_000),
    "200,000 links to as many pages": lambda: article(
        attributes(200_000, "<a class=related href='/x/y-{}?a=b%2f'>Ferry sinks</a>")
    ),
    "200,000 meta elements": lambda: article(
        attributes(200_000, "<meta name=author content='Ana Ruiz {}'>")
    ),
    "100,000 properties": lambda: article("<b itemprop=author>Ana Ruiz</b>" * 100_000),
    "100,000 dates": lambda: article("<b itemprop=datePublished>2024-03-01</b>" * 100_000),
    "50,000 items": lambda: article(
        "<div itemscope itemtype=https://schema.org/Article itemref=a><b itemprop=headline>x</b>"
        "</div>" * 50_000 + "<b id=a itemprop=author>x"
    ),
    "100,000 figures": lambda: article("<figure><img src=a.jpg></figure>" * 100_000),
    "100,000 times": lambda: article("<time datetime=2024-03-01>1 March</time>" * 100_000),
    "100,000 headings": lambda: article("<h1>Ferry</h1><h2>Related</h2>" * 50_000),
    "100,000 boxes of related articles": lambda: article(
        "<div class=related-box><a href=/world/ferry-sinks>Ferry sinks</a></div>" * 100_000
    ),
    "100,000 bylines": lambda: article("<p class=byline>By Ana Ruiz</p>" * 100_000),
    "100,000 keywords": lambda: article("<a rel=tag href=/tag/a>Ferry</a>" * 100_000),
    "100,000 empty paragraphs": lambda: article("<p></p>" * 100_000),
    "700,000 comments": lambda: article("<!---->" * 700_000),
    "20,000 styles": lambda: article("<script>a<b</script><style>b{}</style>" * 20_000),
}
TEXTS: dict[str, Page] = {
    "a megabyte without a blank": lambda: article(f"<p>{'x' * 2**20}"),
    "a heading of a megabyte": lambda: article(f"<h1>{'Ferry ' * 170_000}</h1>"),
    "a million brackets": lambda: article("<" * 2**20),
    "a million ampersands": lambda: article("&" * 2**20),
    "a million entities": lambda: article("&lt;p&gt;" * 110_000),
    "five megabytes of plain text": (SENTENCE * 70_000)[: 5 * 2**20].encode,
    "five megabytes of text in an article": lambda: article(f"<p>{SENTENCE * 60_000}"),
    "five megabytes in one script": lambda: article(f"<script>{'a<b&&' * 1_000_000}</script>"),
}
JSON: dict[str, Page] = {
    "JSON 100,000 deep": lambda: json_ld("[" * 100_000),
    "objects 100,000 deep": lambda: json_ld('{"a":' * 100_000 + "1" + "}" * 100_000),
    "100,000 empty objects": lambda: json_ld(f"[{'{},' * 100_000}{{}}]"),
    "2 MB of 100,000 articles": lambda: json_ld(
        "[" + ",".join(['{"@type":"Article"}'] * 100_000) + "]"
    ),
    "20,000 articles with addresses": lambda: json_ld(
        "[" + ",".join(f'{{"@type":"Article","url":"/{n}","headline":"x","datePublished":"2024"}}'
                       for n in range(20_000)) + "]"
    ),
    "an article of 50,000 authors": lambda: json_ld(
        '{"@type":"NewsArticle","headline":"Ferry returns","author":['
        + ",".join(f'{{"name":"Ana Ruiz {n}"}}' for n in range(50_000)) + "]}"
    ),
    "an article of 50,000 pictures": lambda: json_ld(
        '{"@type":"NewsArticle","headline":"Ferry returns","image":['
        + ",".join(f'"/{n}.jpg"' for n in range(50_000)) + "]}"
    ),
    "2 MB beyond repair": lambda: json_ld('{"a": "' + '\\"' * 900_000),
    "a locked part of many steps": lambda: json_ld(
        '{"@type":"NewsArticle","headline":"Ferry returns","hasPart":{"isAccessibleForFree":false,'
        f'"cssSelector":"{"div " * 2_000}"}}}}'
    ),
}  # fmt: skip
CHARSETS: dict[str, Page] = {
    "empty": lambda: b"",
    "zero bytes": lambda: b"\x00" * 100_000,
    "zero bytes in the text": lambda: article("").replace(b" ", b" \x00"),
    "an empty body": lambda: b"<html><head></head><body></body></html>",
    "UTF-16 without a mark": lambda: article("").decode().encode("utf-16-le"),
    "UTF-16 with a mark": lambda: article("").decode().encode("utf-16"),
    "half of a UTF-16 letter": lambda: article("").decode().encode("utf-16") + b"\x00\xd8\x41",
    "lone surrogates": lambda: article("").replace(b"Friday", b"\xed\xa0\x80Friday\xed\xbf\xbf"),
    "escaped surrogates": lambda: article("").replace(b"Friday", b"&#xd800;Friday&#55296;"),
    "random bytes": lambda: article("") + bytes(range(128, 256)) * 8_000,
    **{
        f"charset {name}": lambda name=name: (  # type: ignore[misc]
            f"<meta charset={name}>".encode() + article("\\ud800 caf").replace(b"caf", b"caf\xe9")
        )
        for name in (
            "no-such", "unicode_escape", "raw_unicode_escape", "hex", "rot13", "idna", "punycode",
            "undefined", "utf-7", "utf-16", "utf-32", "iso-2022-jp", "windows-1251",
        )
    },
}  # fmt: skip
PAGES = {**NESTED, **ATTRIBUTES, **MANY, **TEXTS, **JSON, **CHARSETS}
