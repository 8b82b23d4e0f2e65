"""The headers of a response as pairs of text, as they are kept, and back."""

from __future__ import annotations

from scrapy.http import Headers as ResponseHeaders

from newscrawler.archives.capture import Headers


def header_text(header: bytes) -> str:
    """Return a name or a value as text; bytes that are no UTF-8 come back as they were."""
    return header.decode("utf-8", "surrogateescape")


def header_pairs(headers: ResponseHeaders) -> Headers:
    """Return one pair for each value."""
    pairs = ((name, value) for name, values in headers.items() for value in values)
    return tuple((header_text(name), header_text(value)) for name, value in pairs)


def response_headers(pairs: Headers) -> ResponseHeaders:
    headers = ResponseHeaders()
    for name, value in pairs:
        headers.appendlist(name, value.encode("utf-8", "surrogateescape"))
    return headers
