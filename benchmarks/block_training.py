"""Learn the weights by which the blocks of a page are taken for its text.

Run from the project's folder: `python -m benchmarks.block_training --corpus DIR --write FILE`,
with scikit-learn, lightgbm and the peers of `benchmarks.extraction` installed. DIR holds
`truth.jsonl` and the pages that it names. Where the truth of a page has its text, that says which
blocks are right. Elsewhere the peers vote, each with the weight that it earns by the passages
that the page's text must and must not hold. `--cross-validate` measures on brands that the
weights have not seen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scrapy.http import HtmlResponse
from sklearn.linear_model import LogisticRegression

from benchmarks.extraction import chosen
from benchmarks.extraction_peers import extractor
from benchmarks.extraction_scores import JUDGES, figure, folded, shingles, text_rows
from benchmarks.pagination import url_of
from newscrawler.pages.article import ArticlePage
from newscrawler.pages.block_facts import Fact, Facts, features_of
from newscrawler.pages.block_model import OUTSIDE, BlockModel, Tree, figures
from newscrawler.pages.block_shapes import key_of
from newscrawler.pages.document import Document
from newscrawler.pages.maintext import facts_of, main_text

Numbers: TypeAlias = NDArray[np.float64]

# How much each peer is believed before a passage is looked at.
VOTES = {
    "trafilatura precision": 2.0, "trafilatura": 1.5, "newspaper4k": 1.5, "readability-lxml": 1.0,
    "resiliparse": 0.5,
}  # fmt: skip
# A peer that misses the passages of a page has next to no vote on it.
LEAST_CREDIT = 0.03
# Characters; what is shorter is no text, but the extractor's way to say that it found none.
SHORTEST_VOTE = 100
LEAST_VOTES = 0.3
# Characters; a shorter line stands in a text by chance.
SHORTEST_PART = 15
LONGEST_COUNTED, EVERY_BLOCK = 600, 40
PASSAGE_WEIGHT, JUDGED_WEIGHT = 4.0, 4.0
# A word that fewer brands use tells one site from another, not text from furniture.
LEAST_BRANDS = 6
# A weight below this moves no verdict.
LEAST_WEIGHT = 0.01
FOLDS = 3
REGULARISATION = 0.3
TREES = {
    "objective": "binary", "learning_rate": 0.15, "num_leaves": 12, "min_data_in_leaf": 60,
    "lambda_l2": 1.0, "deterministic": True, "seed": 1, "verbose": -1,
}  # fmt: skip
# Twice as many were no better on brands not seen, and took twice the time of a page.
ROUNDS = 50


@dataclass
class Labelled:
    """A page, and for each block whether it is text and how much that counts."""

    record: Mapping[str, Any]
    document: Document
    headline: str | None
    facts: Facts
    found: list[list[Fact]]
    labels: Numbers | None
    weights: Numbers

    @property
    def language(self) -> str:
        return str(self.record.get("language") or "")

    def fold(self, seed: str) -> int:
        """Pages of one brand are of one fold."""
        digest = sha256(f"{seed}{self.record['brand']}".encode()).digest()
        return digest[0] % FOLDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="truth.jsonl and its pages")
    parser.add_argument("--votes", type=Path, required=True, help="JSON of the peers' texts, kept")
    parser.add_argument("--part", default="all", choices=["all", "development"])
    parser.add_argument("--write", type=Path, help="write the weights")
    parser.add_argument("--cross-validate", action="store_true")
    options = parser.parse_args()
    records = [one for one in chosen(options.corpus, options.part) if is_page(one)]
    votes = votes_of(records, options)
    pages = [page for one in records if (page := labelled(one, options.corpus, votes))]
    if options.cross_validate:
        cross_validate(pages)
    if options.write:
        write(learned(pages), options.write)


def is_page(record: Mapping[str, Any]) -> bool:
    """Leave listings out."""
    return "body" in record or "headline" in record or "pagination_next" not in record


def content_of(record: Mapping[str, Any], corpus: Path) -> bytes:
    return gzip.decompress((corpus / record["html"]).read_bytes())


# Labels


def votes_of(
    records: Sequence[Mapping[str, Any]], options: argparse.Namespace
) -> dict[str, dict[str, str]]:
    """Return the text of each page by each peer; asking them takes a quarter of an hour."""
    if options.votes.exists():
        kept: dict[str, dict[str, str]] = json.loads(options.votes.read_text(encoding="utf-8"))
        return kept
    votes = {name: dict(texts_by(name, records, options.corpus)) for name in VOTES}
    options.votes.write_text(json.dumps(votes), encoding="utf-8")
    return votes


def texts_by(
    name: str, records: Iterable[Mapping[str, Any]], corpus: Path
) -> Iterator[tuple[str, str]]:
    extract = extractor(name)
    for record in records:
        try:
            yield record["id"], extract(content_of(record, corpus), url_of(record)).body
        except Exception as error:  # noqa: BLE001, peers raise whatever they like
            sys.stderr.write(f"{name} on {record['id']}: {error}\n")


def labelled(
    record: Mapping[str, Any], corpus: Path, votes: Mapping[str, Mapping[str, str]]
) -> Labelled | None:
    page = ArticlePage(HtmlResponse(url_of(record), body=content_of(record, corpus)))
    headline = next((text for _, text in page.general.headline() if text), None)
    facts = facts_of(page.document, headline, str(record.get("language") or ""))
    if not facts.blocks:
        return None
    labels, weights = labels_of(record, facts, votes)
    found = [list(facts.of_block(place)) for place in range(len(facts.blocks))]
    return Labelled(record, page.document, headline, facts, found, labels, weights)


def labels_of(
    record: Mapping[str, Any], facts: Facts, votes: Mapping[str, Mapping[str, str]]
) -> tuple[Numbers | None, Numbers]:
    texts = [block.text for block in facts.blocks]
    mass = np.minimum(np.array(facts.lengths, float), LONGEST_COUNTED) + EVERY_BLOCK
    share = 100 * mass / mass.sum()
    language = str(record.get("language") or "")
    if record["truth"].get("body") in JUDGES:
        labels = share_in(texts, record["body"], language)
        return np.round(labels), JUDGED_WEIGHT * share * standfirst(record, texts, labels)
    total, credit = np.zeros(len(texts)), 0.0
    for name, said in votes.items():
        text = said.get(record["id"]) or ""
        if len(text) >= SHORTEST_VOTE:
            vote = VOTES[name] * credit_of(record, text)
            total += vote * (share_in(texts, text, language) > 0.6)
            credit += vote
    if credit < LEAST_VOTES:
        return None, share
    likely = total / credit
    return with_passages(record, texts, np.round(likely), share * np.abs(2 * likely - 1) ** 0.7)


def standfirst(record: Mapping[str, Any], texts: list[str], labels: Numbers) -> Numbers:
    """Count a standfirst that the truth keeps apart next to nothing: sources differ on it."""
    summary = record.get("summary") or ""
    lines = "\n".join(summary) if isinstance(summary, list) else summary
    kept_apart = share_in(texts, lines, str(record.get("language") or "")) > 0.6
    return np.where(kept_apart & (labels < 0.5), 0.1, 1.0)


def credit_of(record: Mapping[str, Any], text: str) -> float:
    """Return how far a peer is right on the passages of a page, from 0 to 1."""
    rows = text_rows({key: record[key] for key in record if key != "body"}, text)
    found, leaked = (rows.get(name) for name in ("found", "leaked"))
    right = found[0] / found[1] if found and found[1] else 1.0
    wrong = leaked[0] / leaked[1] if leaked and leaked[1] else 0.0
    return float(max(LEAST_CREDIT, right - wrong) ** 3)


def with_passages(
    record: Mapping[str, Any], texts: list[str], labels: Numbers, weights: Numbers
) -> tuple[Numbers, Numbers]:
    """Let the passages decide on the blocks that hold them."""
    for place, text in enumerate(map(folded, texts)):
        for label, key in ((1.0, "must_contain"), (0.0, "must_not_contain")):
            passages = [folded(one) for one in record.get(key, ())]
            # A long block that holds an unwanted passage holds wanted text as well.
            if any(one in text and (label or len(text) < 3 * len(one) + 200) for one in passages):
                labels[place], weights[place] = label, PASSAGE_WEIGHT * weights.mean()
    return labels, weights


def share_in(texts: Iterable[str], whole: str, language: str) -> Numbers:
    """Return how much of each text stands in a whole one, from 0 to 1."""
    lines, key = {key_of(line) for line in whole.split("\n")} - {""}, key_of(whole)
    runs = shingles(whole, language)
    return np.array([_share(text, lines, key, runs, language) for text in texts], float)


def _share(text: str, lines: set[str], whole: str, runs: Counter[Any], language: str) -> float:
    key = key_of(text)
    if len(key) < SHORTEST_PART or key in whole:
        return float(key in lines or (len(key) >= SHORTEST_PART and key in whole))
    own = shingles(text, language)
    return sum(times for run, times in own.items() if run in runs) / max(1, own.total())


# Learning


def learned(pages: Sequence[Labelled]) -> BlockModel:
    """Fit both steps; the second sees verdicts of a first one that did not know the page."""
    pages = [page for page in pages if page.labels is not None]
    columns = columns_of(pages)
    matrix = matrix_of(pages, columns)
    labels = np.concatenate([page.labels for page in pages if page.labels is not None])
    weights = np.concatenate([page.weights for page in pages])
    folds = np.concatenate([np.full(len(page.found), page.fold("inner")) for page in pages])
    first = fitted(matrix, labels, weights)
    odds = np.zeros(len(labels))
    for fold in range(FOLDS):
        other = fitted(matrix[folds != fold], labels[folds != fold], weights[folds != fold])
        odds[folds == fold] = other.decision_function(matrix[folds == fold])
    shapes = (shape for page in pages for shape in page.facts.shapes)
    odds[[not shape.may_be_text for shape in shapes]] = OUTSIDE
    kept = {
        name: round(float(weight), 3)
        for name, weight in zip(columns, first.coef_[0], strict=True)
        if abs(weight) >= LEAST_WEIGHT
    }
    trees = grown(pages, odds, labels, weights)
    return BlockModel(round(float(first.intercept_[0]), 4), kept, trees)


def columns_of(pages: Iterable[Labelled]) -> dict[str, int]:
    brands: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for fact in {fact for block in page.found for fact in block}:
            for feature in features_of(fact):
                brands[feature].add(page.record["brand"])
    names = sorted(name for name, known in brands.items() if len(known) >= LEAST_BRANDS)
    return {name: column for column, name in enumerate(names)}


def matrix_of(pages: Iterable[Labelled], columns: Mapping[str, int]) -> csr_matrix:
    known: dict[Fact, list[tuple[int, int]]] = {}
    values, places, ends = [], [], [0]
    for block in (block for page in pages for block in page.found):
        row: Counter[int] = Counter()
        for fact in block:
            if fact not in known:
                of_fact = Counter(features_of(fact)).items()
                known[fact] = [(columns[one], times) for one, times in of_fact if one in columns]
            for column, times in known[fact]:
                row[column] += times
        values += row.values()
        places += row.keys()
        ends.append(len(places))
    return csr_matrix((np.array(values, float), places, ends), (len(ends) - 1, len(columns)))


def fitted(matrix: csr_matrix, labels: Numbers, weights: Numbers) -> LogisticRegression:
    model = LogisticRegression(C=REGULARISATION, max_iter=200)
    return model.fit(matrix, labels, sample_weight=weights)


def grown(
    pages: Iterable[Labelled], odds: Numbers, labels: Numbers, weights: Numbers
) -> list[Tree]:
    rows, places, start = [], [], 0
    for page in pages:
        end = start + len(page.found)
        for place, row in figures(page.facts, [float(one) for one in odds[start:end]]):
            rows.append(row)
            places.append(start + place)
        start = end
    data = lightgbm.Dataset(np.array(rows, float), labels[places], weight=weights[places])
    stated = lightgbm.train(TREES, data, ROUNDS).dump_model()["tree_info"]
    return [tree_of(one["tree_structure"]) for one in stated]


def tree_of(stated: Mapping[str, Any]) -> Tree:
    if "leaf_value" in stated:
        return round(float(stated["leaf_value"]), 4)
    limit = float(f"{stated['threshold']:.6g}")
    low, high = tree_of(stated["left_child"]), tree_of(stated["right_child"])
    return (int(stated["split_feature"]), limit, low, high)


def write(model: BlockModel, file: Path) -> None:
    stated = {"bias": model.bias, "weights": model.weights, "trees": model.trees}
    lines = json.dumps(stated, separators=(",", ":"), ensure_ascii=False)
    file.write_text(lines.replace("],[", "],\n[") + "\n", encoding="utf-8")


# Measuring


def cross_validate(pages: Sequence[Labelled]) -> None:
    sums: dict[str, Numbers] = {}
    for fold in range(FOLDS):
        model = learned([page for page in pages if page.fold("outer") != fold])
        for page in pages:
            if page.fold("outer") == fold:
                text = main_text(
                    page.document, headline=page.headline, language=page.language, model=model
                )
                for name, row in text_rows(page.record, "\n\n".join(text.paragraphs)).items():
                    sums[name] = sums.get(name, np.zeros(len(row))) + np.array(row, float)
    for name, total in sorted(sums.items()):
        sys.stdout.write(f"{name} {figure(name, list(total)):.4f}\n")


if __name__ == "__main__":
    main()
