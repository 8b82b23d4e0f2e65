"""What a record of a sitemap says (sitemaps.org; Google's news sitemaps)."""

from __future__ import annotations

from newscrawler.discovery.entries import Entry, read_date, read_line, read_topics
from newscrawler.discovery.xml_records import Record

RECORDS = {"url", "sitemap"}
# By the element around them: pictures and videos have addresses, titles and dates as well.
FIELDS = {
    ("url", "loc"), ("url", "lastmod"), ("sitemap", "loc"), ("sitemap", "lastmod"),
    ("news", "publication_date"), ("news", "title"), ("news", "keywords"), ("news", "genres"),
}  # fmt: skip


def sitemap_entry(record: Record) -> Entry:
    words = [word for text in record.texts("keywords", "genres") for word in text.split(",")]
    return Entry(
        url=record.text("loc"),
        headline=read_line(record.text("title")),
        date=read_date(record.text("publication_date")),
        modified=read_date(record.text("lastmod")),
        topics=read_topics(words),
    )
