"""Saved pages of publishers with what is expected of them, as the tests of publishers find them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scrapy.http import Response, TextResponse

from newscrawler.archives.addresses import address_keys
from newscrawler.archives.capture import ArchiveError, Capture
from newscrawler.archives.folder import FolderArchive
from newscrawler.archives.http_headers import header_pairs
from newscrawler.archives.recorder import FolderRecorder
from newscrawler.extraction.expectations import (
    CAPTURED,
    Expectations,
    Line,
    NoExpectationError,
    address_of,
    digest,
    expectation_files,
    expected_of,
    publisher_name,
)
from newscrawler.extraction.saved import is_known, saved_response

# The pages of a whole invented site, some of which are of real publishers.
WORLD = "world"


class KnownPageError(ValueError):
    """A page that is saved already, or is expected already; the message names the file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line."""

    file: Path
    """Of the expected lines."""
    before: Line | None
    after: Line
    page: Path | None = None
    """Where the page was saved; None where it was there."""

    @property
    def differs(self) -> bool:
        return self.before is None or self.before.record != self.after.record


class Fixtures:
    """The folder of the publishers' saved pages. Raises `ArchiveError` for one that is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        world = folder.parent / WORLD
        self.archives = [FolderArchive(it) for it in (folder, world) if it == folder or it.is_dir()]

    def find(self, url: str) -> Capture | None:
        return next((page for it in self.archives if (page := it.find(url))), None)

    def capture(
        self, response: Response, *, at: str, name: str = "", force: bool = False
    ) -> Outcome:
        """Save a page, retrieved `at` that time, and what is read from it.

        Raises `NoExpectationError` for a page that is no article and no listing,
        `KnownPageError` unless `force`, `ArchiveError`, `OSError`.
        """
        if not isinstance(response, TextResponse):
            raise NoExpectationError("no article: not_an_article")
        url = address_of(response)
        path = self.folder / "expected" / f"{name or publisher_name(response)}.jsonl"
        expectations = Expectations.read(path)
        before = next((one for one in expectations.lines if one.url == url), None)
        if not force and (before or FolderArchive(self.folder).find(url)):
            raise KnownPageError(f"{url} is saved already")
        saved = Capture(
            url=url,
            status=response.status,
            headers=header_pairs(response.headers),
            body=response.body,
            retrieved_at=at,
        )
        page = FolderRecorder(self.folder).store(saved)
        line = _captured(self._again(url), digest(response.body))
        expectations.put(line)
        expectations.write()
        return Outcome(path, before, line, page)

    def _again(self, url: str) -> Line:
        """Read a page from where it was saved, as the tests will."""
        page = FolderArchive(self.folder).find(url)
        if page is None:
            raise ArchiveError(f"{self.folder}: {url} was saved and is not found")
        return expected_of(url, page)

    def update(self, targets: list[str]) -> Iterator[Outcome | NoExpectationError]:
        """Read the saved pages again, all or those that are named; nothing is written yet.

        A target is an address, a saved page or a file of expected lines. Gives an error for
        a line without its page, and for a target that is none. A saved page without a line
        gets one.
        """
        files = [Expectations.read(path) for path in expectation_files(self.folder)]
        chosen = [_Target(target) for target in targets]
        for expectations in files:
            for line in expectations.lines:
                page = self.find(line.url)
                named = [one.names(expectations, line, page) for one in chosen]
                if any(named) or not chosen:
                    yield self._updated(expectations, line, page)
        for target in chosen:
            if not target.is_met:
                yield self._added(target)

    def _updated(
        self, expectations: Expectations, line: Line, page: Capture | None
    ) -> Outcome | NoExpectationError:
        where = expectations.path
        if page is None:
            return NoExpectationError(f"{where}: no page is saved for {line.url}")
        after = expected_of(line.url, page)
        if line.captured == digest(page.body):
            after = _captured(after, line.captured)
        return Outcome(where, line, after)

    def _added(self, target: _Target) -> Outcome | NoExpectationError:
        if not target.body:
            return NoExpectationError(f"{target.text}: no saved page and no line is called so")
        response = saved_response(Path(target.text))
        page = self.find(response.url) if is_known(response.url) else None
        if not isinstance(response, TextResponse) or page is None or page.body != target.body:
            return NoExpectationError(
                f"{target.text}: it states the address {response.url}, and is not saved there"
            )
        path = self.folder / "expected" / f"{publisher_name(response)}.jsonl"
        return Outcome(path, None, expected_of(address_of(response), page))


class _Target:
    """What somebody typed: which lines it names, and whether there was any."""

    def __init__(self, text: str) -> None:
        self.text, self.is_met = text, False
        path = Path(text)
        self.path = path.resolve()
        self.body = path.read_bytes() if path.is_file() else b""
        try:
            self.keys = address_keys(text)
        except ValueError:
            self.keys = []

    def names(self, expectations: Expectations, line: Line, page: Capture | None) -> bool:
        is_named = (
            address_keys(line.url)[0] in self.keys
            or expectations.path.resolve() == self.path
            or (page is not None and bool(self.body) and page.body == self.body)
        )
        self.is_met = self.is_met or is_named
        return is_named


def write_outcomes(outcomes: list[Outcome]) -> None:
    """Write the lines that differ into their files. Raises `OSError`."""
    for path in dict.fromkeys(one.file for one in outcomes if one.differs):
        expectations = Expectations.read(path)
        for one in outcomes:
            if one.file == path and one.differs:
                expectations.put(one.after)
        expectations.write()


def _captured(line: Line, body_digest: str) -> Line:
    return Line({CAPTURED: body_digest, **line.record})
