"""A labelled set of copies and of what only looks like one, made of a corpus's texts."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.duplicate_templates import TEMPLATES, filled
from newscrawler.extraction.batch import record_line

SHORTEST, LONGEST = 400, 40_000  # characters; of ideographs half as many
# Of the shorter text; the corpus has some pages twice, cut in different places.
SAME = 0.6
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’»)]*\s+|(?<=[。！？။])|\n+")
_UNSPACED = ("zh", "ja", "th", "my")
_QUOTE = re.compile(r"[\"“„«‘「][^\"“”„»’」]{15,}[\"”»’」]")


class Text(NamedTuple):
    """A text of the corpus."""

    name: str
    language: str
    body: str

    @property
    def sentences(self) -> list[str]:
        return [one.strip() for one in _SENTENCE.split(self.body) if one and one.strip()]

    @property
    def is_held_out(self) -> bool:
        return hashlib.sha256(self.body.encode()).digest()[0] % 2 == 1

    def joined(self, sentences: list[str]) -> str:
        """Put three sentences to a paragraph."""
        space = "" if self.language in _UNSPACED else " "
        parts = (sentences[start : start + 3] for start in range(0, len(sentences), 3))
        return "\n\n".join(space.join(part) for part in parts)


class Query(NamedTuple):
    """A text that is looked up, and what must be found: the name of a text, or nothing."""

    kind: str
    body: str
    copy_of: str = ""
    others: tuple[str, ...] = ()
    """Texts that are known as well; it is none of them."""


def read_texts(corpus: Path) -> list[Text]:
    """Return one text a page: as people say it is, else as the project reads it."""
    found: dict[str, Text] = {}
    for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        body = str(record.get("body") or _read(corpus, record))
        language = str(record.get("language") or "").partition("-")[0]
        shortest = SHORTEST // 2 if language in _UNSPACED else SHORTEST
        if shortest <= len(body) <= LONGEST:
            found.setdefault(body, Text(record["id"], language, body))
    return list(_single(found.values()))


def _single(texts: Iterable[Text]) -> Iterator[Text]:
    """Leave out the texts that the corpus has twice, as a plain comparison of words tells."""
    known: list[set[tuple[str, ...]]] = []
    for text in texts:
        words = text.body.lower().split() if text.language not in _UNSPACED else list(text.body)
        runs = set(zip(words, words[1:], words[2:], strict=False))
        if all(len(runs & other) < SAME * min(len(runs), len(other)) for other in known):
            known.append(runs)
            yield text


def _read(corpus: Path, record: dict[str, str]) -> str:
    body = gzip.decompress((corpus / record["html"]).read_bytes())
    url = str(record.get("url"))
    line = record_line("page", body, url if url.startswith("http") else None)
    return str(json.loads(line).get("body") or "")


# What editors do to a text


Edit = Callable[[Text, random.Random, list[Text]], str]


def recased(text: Text, chance: random.Random, others: list[Text]) -> str:  # noqa: ARG001
    """Exchange what nobody sees: quotes, dashes, spaces, and set the first line in capitals."""
    first, _, rest = text.body.partition(" ")
    return f"{first.upper()} {rest}".replace('"', "”").replace(" - ", " – ").replace("'", "’")


def credited(text: Text, chance: random.Random, others: list[Text]) -> str:  # noqa: ARG001
    place = chance.choice(("PORT AMBER", "KESK", "SALTMERE", "LUMEN"))
    return f"{place} (Tidewire) - {text.body}\n\n(Reporting by Ada Lund; editing by Tom Vale)"


def surrounded(text: Text, chance: random.Random, others: list[Text]) -> str:
    """Add what a site has around its texts, a tenth of the text at each end."""
    around = chance.choice(others).sentences
    most = len(text.body) // 10
    before, after = text.joined(around)[:most], text.joined(around[::-1])[:most]
    return f"{before}\n\n{text.body}\n\n{after}"


def shortened(text: Text, chance: random.Random, others: list[Text]) -> str:  # noqa: ARG001
    """Cut the last third, as for a page in print."""
    parts = text.sentences
    return text.joined(parts[: max(1, len(parts) * 2 // 3)])


def reordered(text: Text, chance: random.Random, others: list[Text]) -> str:  # noqa: ARG001
    parts = text.sentences
    groups = [parts[start : start + 2] for start in range(0, len(parts), 2)]
    chance.shuffle(groups)
    return text.joined([one for group in groups for one in group])


def replacing(share: float) -> Edit:
    """Put sentences of other texts in the place of some."""

    def replaced(text: Text, chance: random.Random, others: list[Text]) -> str:
        parts = text.sentences
        most = share * len(text.body)
        for place in chance.sample(range(len(parts)), len(parts)):
            if len(parts[place]) <= most:
                most -= len(parts[place])
                parts[place] = chance.choice(chance.choice(others).sentences)
        return text.joined(parts)

    return replaced


def requoted(text: Text, chance: random.Random, others: list[Text]) -> str:
    """Word what people say anew, as who translates it does; at most a fifth of the text."""
    words = [word for other in islice(others, 50) for word in other.body.split()]
    left = len(text.body) // 5

    def anew(match: re.Match[str]) -> str:
        nonlocal left
        left -= len(match[0])
        if left < 0:
            return match[0]
        quote = match[0][1:-1].split()
        told = [it if chance.random() < 0.5 else chance.choice(words) for it in quote]
        return f"{match[0][0]}{' '.join(told)}{match[0][-1]}"

    return _QUOTE.sub(anew, text.body)


def all_at_once(text: Text, chance: random.Random, others: list[Text]) -> str:
    """Replace a tenth, cut a tenth, add the agency's lines."""
    changed = text._replace(body=replacing(0.1)(text, chance, others))
    parts = changed.sentences
    cut = text._replace(body=text.joined(parts[: max(1, len(parts) * 9 // 10)]))
    return credited(cut, chance, others)


EDITS: dict[str, Edit] = {
    "other quotes and case": recased,
    "agency's lines": credited,
    "boilerplate around": surrounded,
    "last third cut": shortened,
    "re-ordered": reordered,
    "5 % replaced": replacing(0.05),
    "10 % replaced": replacing(0.1),
    "15 % replaced": replacing(0.15),
    "20 % replaced": replacing(0.2),
    "quotes translated anew": requoted,
    "replaced, cut, credited": all_at_once,
}


def copies(texts: list[Text]) -> Iterator[Query]:
    """Give every edit of every text, and a piece of it where it is long enough to hold one."""
    by_language = grouped_by_language(texts)
    for text in texts:
        others = [one for one in by_language[text.language] if one is not text]
        if len(others) < 3:
            continue
        for kind, edit in EDITS.items():
            chance = random.Random(f"{kind} {text.name}")  # noqa: S311
            changed = edit(text, chance, others)
            if changed != text.body:
                yield Query(kind, changed, text.body)
        piece = piece_of(text)
        if piece:
            yield Query("a piece of a long text", piece, text.body)


def piece_of(text: Text) -> str:
    """Return some 700 characters from within a text of at least three times as many."""
    least = 350 if text.language in _UNSPACED else 700
    if len(text.body) < 3 * least:
        return ""
    parts, start = text.sentences, len(text.sentences) // 3
    end = start
    while end < len(parts) and len(" ".join(parts[start:end])) < least:
        end += 1
    return text.joined(parts[start:end])


def grouped_by_language(texts: list[Text]) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        found[text.language].append(text)
    return found


# What only looks like a copy


def strangers(texts: list[Text]) -> Iterator[Query]:
    """Give what is to be looked up among its own kind alone."""
    for name, template in TEMPLATES.items():
        chance = random.Random(name)  # noqa: S311
        known = tuple(filled(template, chance) for _ in range(30))
        yield from (Query(f"template: {name}", one, others=known) for one in known)
    for language, group in grouped_by_language(texts).items():
        if len(group) > 3:
            yield from same_foot(language, group)
            yield from live_blogs(language, group)


def same_foot(language: str, texts: list[Text]) -> Iterator[Query]:
    """Put one paragraph about the company below short texts: a third of each, and half."""
    chance = random.Random(f"foot {language}")  # noqa: S311
    foot = chance.choice(texts)
    others = [one.body for one in texts if one is not foot and len(one.body) > 1200][:40]
    lines = foot.joined(foot.sentences)[:400]
    for share, part in (("third", slice(800)), ("half", slice(-400, None))):
        bodies = [f"{body[part]}\n\n{lines}" for body in others]
        for body in bodies:
            yield Query(f"boilerplate, a {share}", body, others=tuple(bodies))


def live_blogs(language: str, texts: list[Text]) -> Iterator[Query]:
    """Make blogs of twelve entries below one introduction; four are those of the blog before."""
    chance = random.Random(f"blog {language}")  # noqa: S311
    parts = [one for text in texts for one in text.joined(text.sentences).split("\n\n")]
    chance.shuffle(parts)
    introduction = parts.pop()[:300]
    blogs = []
    for start in range(0, min(len(parts) - 12, 240), 8):
        entries = [
            f"{10 + n}:{start % 60:02} {one}" for n, one in enumerate(parts[start : start + 12])
        ]
        blogs.append("\n\n".join([introduction, *reversed(entries)]))
    for blog in blogs:
        yield Query("live blog", blog, others=tuple(blogs))
