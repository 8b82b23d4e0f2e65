"""Whole feeds from what waits in the state: each record once, each file whole or not at all."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path

from newscrawler.feed_files import is_special, naming
from newscrawler.outputs import (
    SINGLE_ARTICLES,
    Draft,
    Output,
    Place,
    PublishedFile,
    beside,
    check_outputs,
    is_missing,
    places,
    write_feed,
    write_straight,
)
from newscrawler.state.rows import Batch, RecordKind
from newscrawler.state.store import State

logger = logging.getLogger(__name__)

__all__ = [
    "Output",
    "Published",
    "PublishedFile",
    "Publisher",
    "check_outputs",
    "write_feed",
]


@dataclass(slots=True)
class Published:
    """What was delivered."""

    files: list[PublishedFile] = field(default_factory=list)
    articles: int = 0
    folder: Path | None = None
    """The (first) series' folder, where the user named no output."""


class Publisher:
    """Takes what waits in the state into a batch, and brings it to its files.

    Where a batch goes, and what will stand there, is noted before the first file gets its
    name; the batch is closed behind the last. A batch that a killed run left open tells thus
    whether it was delivered. Articles come last, so that who sees them finds the rest. Raises
    `OSError` naming the file; the batch then stays for `finish_interrupted` of the next run.
    """

    def __init__(self, state: State, feeds: Path, outputs: Sequence[Output]) -> None:
        self.state, self.feeds, self.outputs = state, feeds, list(outputs)

    def finish_interrupted(self) -> list[Published]:
        """Complete what earlier runs began to deliver, and return it.

        What they did not begin waits again, and so do lines that only standard output had.
        """
        finished = (self._finish(batch) for batch in self.state.batches())
        return [published for published in finished if published]

    def publish(self, run: int, series: Iterable[str], at: str, *, replace: bool) -> Published:
        """Deliver what waits of these series, which have to have an article among it.

        With `replace`, outputs that do not exist yet are made even so.
        """
        keys = list(dict.fromkeys(series))
        if self.outputs:
            return self._publish_to_outputs(run, keys, at, replace=replace)
        return self._publish_to_folders(run, keys, at)

    def _publish_to_outputs(
        self, run: int, series: list[str], at: str, *, replace: bool
    ) -> Published:
        has_articles = bool(self._with_articles(series))
        wanted = [it for it in self.outputs if has_articles or (replace and is_missing(it))]
        if not wanted:
            return Published()
        batch = self.state.open_batch(run, series, at)
        return self._deliver(batch, [place for it in wanted for place in places(it)], at)

    def _publish_to_folders(self, run: int, series: list[str], at: str) -> Published:
        all_published = Published()
        for key in self._with_articles(series):
            batch = self.state.open_batch(run, [key], at)
            folder = self._folder(key)
            published = self._deliver(batch, self._batch_places(batch, folder), at, folder)
            all_published.files += published.files
            all_published.articles += published.articles
            all_published.folder = all_published.folder or folder
        return all_published

    def _with_articles(self, series: list[str]) -> list[str]:
        waiting = self.state.unpublished_counts()
        return [key for key in series if waiting.get(key, {}).get("article")]

    def _folder(self, series: str) -> Path:
        known = self.state.series(series)
        name = known.folder if known else ""
        return self.feeds.absolute() / (name or SINGLE_ARTICLES)

    def _batch_places(self, batch: Batch, folder: Path) -> list[Place]:
        """Name files that do not exist yet, so that a feed once read never changes."""
        stem = f"{batch.id:06d}-{re.sub('[-:]', '', batch.created_at)}"
        numbered = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
        candidates = (beside(str(folder / f"{name}.jsonl")) for name in numbered)
        free = next(them for them in candidates if all(self._is_free(batch, it) for it in them))
        return [it for it in free if it.kind == "article" or batch.counts.get(it.kind)]

    def _is_free(self, batch: Batch, place: Place) -> bool:
        if place.path is None or not place.path.exists():
            return True
        digest = hashlib.sha256()
        for line in self._lines(batch, place.kind):
            digest.update(line.encode() + b"\n")
        return digest.hexdigest() == _sha256(place.path)

    def _deliver(
        self, batch: Batch, where: list[Place], at: str, folder: Path | None = None
    ) -> Published:
        # All companions, then all articles: one batch, however many outputs.
        where = sorted(where, key=lambda place: place.kind == "article")
        straight = [it for it in where if it.path is None or is_special(it.path)]
        with self._drafts(batch, [it for it in where if it not in straight]) as drafts:
            files = [draft.describe() for draft in drafts]
            self.state.aim_batch(batch.id, _noted(files, folder))
            self.state.make_durable()
            # What cannot be taken back goes first: twice after a kill, rather than never.
            sent = [write_straight(it, self._lines(batch, it.kind)) for it in straight]
            for draft in drafts:
                draft.put_in_place()
        self.state.close_batch(batch.id, at)
        return Published(sent + files, batch.counts.get("article", 0), folder)

    @contextmanager
    def _drafts(self, batch: Batch, where: list[Place]) -> Iterator[list[Draft]]:
        with ExitStack() as opened:
            drafts = []
            for place in where:
                if place.path:
                    draft = Draft(place.path, place.kind, append=place.append)
                    drafts.append(opened.enter_context(closing(draft)))
                    draft.fill(self._lines(batch, place.kind))
            yield drafts

    def _lines(self, batch: Batch, kind: RecordKind) -> Iterator[str]:
        return self.state.batch_lines(batch.id, kind)

    def _finish(self, batch: Batch) -> Published | None:
        files, folder = _read_note(batch.targets)
        missing = [it for it in files if not _stands(it)]
        if not (_can_complete(missing) if folder else any(map(_is_begun, files))):
            self.state.release_batch(batch.id)
            logger.info("Batch %d was not delivered: its records wait again", batch.id)
            return None
        again = [Place(Path(it.path), it.kind, append=it.start is not None) for it in missing]
        with self._drafts(batch, again) as drafts:
            for draft in drafts:
                draft.put_in_place()
        self.state.close_batch(batch.id, batch.created_at)
        logger.info("Batch %d of an interrupted run is delivered", batch.id)
        return Published(files, batch.counts.get("article", 0), folder)


def _noted(files: list[PublishedFile], folder: Path | None) -> str:
    where = str(folder) if folder else None
    return json.dumps({"folder": where, "files": [asdict(file) for file in files]})


def _read_note(note: str) -> tuple[list[PublishedFile], Path | None]:
    noted = json.loads(note or "{}")
    files = [PublishedFile(**file) for file in noted.get("files", [])]
    return files, Path(noted["folder"]) if noted.get("folder") else None


def _stands(file: PublishedFile) -> bool:
    """Tell whether the file has the noted content; what was appended to may have grown since."""
    path = Path(file.path)
    with naming(path):
        if not path.is_file():
            return False
        size = path.stat().st_size
        fits = size == file.bytes if file.start is None else size >= file.bytes
        return fits and _sha256(path, file.bytes) == file.sha256


def _is_begun(file: PublishedFile) -> bool:
    """Tell whether a batch has to be completed since the user's file has its records.

    A companion that was replaced says nothing: it is replaced again. One that was appended to
    must not get its lines twice.
    """
    added = file.start is not None and file.bytes > file.start
    return (file.kind == "article" or added) and _stands(file)


def _can_complete(missing: list[PublishedFile]) -> bool:
    """Tell whether no file of other content has come in the place of one that is missing."""
    return not any(Path(file.path).exists() for file in missing)


def _sha256(path: Path, length: int | None = None) -> str:
    digest, left = hashlib.sha256(), path.stat().st_size if length is None else length
    with path.open("rb") as file:
        while left and (block := file.read(min(left, 2**20))):  # bytes; memory stays flat
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()
